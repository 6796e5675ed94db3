#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/catalogue.md: each entry of the collection has one row, with threads, and with scenarios that are there or a reason."""

import os
import re
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True
from tap import Tap  # noqa: E402

DOCUMENT = os.path.join(ROOT, "docs", "catalogue.md")

# The labels of the collection: all but a few numbers that it does not have.
MISSING = {"A": {9, 17, 27, 33}, "B": {9}, "C": {5, 11, 13, 14}}
ENTRIES = [f"{letter}{number}" for letter, last in (("A", 36), ("B", 15), ("C", 23))
           for number in range(1, last + 1) if number not in MISSING[letter]]
SCENARIOS_MIN = {"A": 10, "B": 5, "C": 5}

ROW = re.compile(r"\| ([ABC]\d+) \| (.+?) \| (.+?) \| (.+) \|")
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
THREAD = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/(issues/\d+|commit/[0-9a-f]{7,40}|tree/v[\d.]+)")


def scenarios_of(cell):
    return [(text, target) for text, target in LINK.findall(cell) if target.endswith(".yaml")]


def check_row(tap, entry, what, threads, cell):
    links = LINK.findall(threads)
    tap.check(what[0].isupper() or what[0] == '"', f"{entry} says what went wrong")
    tap.check(links and all(THREAD.fullmatch(target) for _, target in links), f"{entry} names public threads", threads)
    scenarios = scenarios_of(cell)
    if cell.startswith("none: "):
        tap.check(re.search(r"[.)]$", cell) and len(cell) > 40, f"{entry} says why this handler cannot meet it", cell)
    else:
        tap.check(scenarios and LINK.sub("", cell).strip(", ") == "", f"{entry} has scenarios and nothing else", cell)
    for text, target in scenarios:
        path = os.path.normpath(os.path.join(os.path.dirname(DOCUMENT), target))
        tap.check(os.path.isfile(path), f"{entry}: {target} is there")
        if not cell.startswith("none: "):
            name = os.path.basename(target)[: -len(".yaml")]
            tap.check(text == name.replace("-", " "), f"{entry}: {target} is called by its name", text)


def main():
    tap = Tap()
    with open(DOCUMENT, encoding="utf-8") as file:
        document = file.read()
    rows = ROW.findall(document)
    tap.check([row[0] for row in rows] == ENTRIES, "each entry of the collection has one row, in order",
              str(sorted(set(ENTRIES).symmetric_difference(row[0] for row in rows))))
    for row in rows:
        check_row(tap, *row)
    told = [row[0] for row in rows if not row[3].startswith("none: ")]
    for letter, least in SCENARIOS_MIN.items():
        tap.check(sum(entry[0] == letter for entry in told) >= least, f"at least {least} entries {letter} have scenarios")
    tap.check(f"\n{len(rows)} bugs and races " in document and f" {len(told)} have scenarios." in document,
              "the page counts right", f"{len(rows)} rows, {len(told)} with scenarios")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
