#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/primitives.md: each primitive has a row, whose words the language has and whose scenarios use them."""

import json
import os
import re
import sys

import yaml

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True
from tap import Tap  # noqa: E402

DOCUMENT = os.path.join(ROOT, "docs", "primitives.md")
SCHEMA = os.path.join(ROOT, "scenarios", "language", "scenario.schema.json")

PRIMITIVES = [f"{letter}{number}" for letter, count in (("S", 19), ("U", 13), ("L", 8), ("M", 6), ("T", 1), ("X", 1))
              for number in range(1, count + 1)]

ROW = re.compile(r"\| ([A-Z]\d+) \| (.+?) \| (.+?) \| (.+?) \|")
WORD = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")


def words_of(value):
    """Every key that is used below, alone and with its value where that is a text."""
    found = set()
    if isinstance(value, list):
        for entry in value:
            found |= words_of(entry)
    if isinstance(value, dict):
        for key, inner in value.items():
            found.add(key)
            found |= words_of(inner) if isinstance(inner, (dict, list)) else {f"{key}: {inner}"}
    return found


def properties_of(schema, key):
    return [mapping["properties"][key] for mapping in schema["definitions"].values() if key in mapping["properties"]]


def takes(schema, part, value):
    """Whether a part of the schema may take the value; only of closed lists is it sure."""
    if "anyOf" in part:
        return any(takes(schema, one, value) for one in part["anyOf"])
    if "const" in part:
        return part["const"] == value
    return value in part["enum"] if "enum" in part else "$ref" not in part


def is_of_language(schema, word):
    key, _, value = word.partition(": ")
    parts = properties_of(schema, key)
    return bool(parts) and (not value or any(takes(schema, part, value) for part in parts))


def check_row(tap, schema, primitive, words, links):
    used = set()
    tap.check(words and links, f"{primitive} has words and a scenario")
    for link in links:
        path = os.path.normpath(os.path.join(os.path.dirname(DOCUMENT), link))
        is_there = os.path.isfile(path)
        tap.check(is_there, f"{primitive}: {link} is there")
        if is_there:
            with open(path, encoding="utf-8") as file:
                used |= words_of(yaml.load(file, yaml.CBaseLoader))
    for word in words:
        tap.check(is_of_language(schema, word), f"{primitive}: `{word}` is of the language")
        tap.check(word in used, f"{primitive}: `{word}` is used in a scenario beside it")


def main():
    tap = Tap()
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    with open(DOCUMENT, encoding="utf-8") as file:
        rows = ROW.findall(file.read())
    found = [primitive for primitive, *_ in rows]
    tap.check(len(found) == len(set(found)), "no primitive has two rows")
    for primitive in PRIMITIVES:
        tap.check(primitive in found, f"{primitive} is in the table")
    for primitive in sorted(set(found) - set(PRIMITIVES)):
        tap.check(False, f"{primitive} is a primitive")
    for primitive, _, words, links in rows:
        check_row(tap, schema, primitive, WORD.findall(words), LINK.findall(links))

    tap.check(is_of_language(schema, "do: cut") and is_of_language(schema, "after: 60"), "words of the language are known")
    tap.check(not is_of_language(schema, "do: cat") and not is_of_language(schema, "cut: do"), "other words are not")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
