#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what the cores and wires import: check_purity.py [--objects DIR] [ROOT].

Reads `nm` of every object of the rings that ci/purity.txt names, below DIR (build/plain unless said otherwise), and
refuses each symbol that neither the list nor a ring allowed by ci/layers.txt provides.
"""

import argparse
import configparser
import fnmatch
import os
import re
import subprocess
import sys

import check_layers
import sources

PURITY = "ci/purity.txt"


class Purity:
    """What each ring may import from outside, as patterns."""

    def __init__(self, root):
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
        parser.optionxform = str
        with open(os.path.join(root, PURITY), encoding="utf-8") as file:
            parser.read_file(file)
        groups = {name: value.split() for name, value in parser["symbols"].items()}
        self.rings = {ring: [pattern for group in value.split() for pattern in groups[group]]
                      for ring, value in parser["rings"].items()}
        self.refused = [pattern for value in parser["refused"].values() for pattern in value.split()] \
            if parser.has_section("refused") else []

    def allows(self, ring, symbol):
        return matches(symbol, self.rings[ring]) and not matches(symbol, self.refused)


def matches(symbol, patterns):
    return any(fnmatch.fnmatchcase(symbol, pattern) for pattern in patterns)


def objects_by_ring(root, objects, layers):
    """(object, source) of every ring, generated code included."""
    pairs = {ring: [] for ring in layers.rings}
    for source in sources.find(root, (".c",)):
        ring = layers.ring_of(source)
        if ring:
            pairs[ring].append((os.path.join(objects, source[:-2] + ".o"), source))
    for source in sources.find(root, (".proto",)):
        if layers.ring_of(source) == "proto":
            pairs["proto"].append((os.path.join(objects, "generated", source[:-6] + ".pb-c.o"), source))
    return pairs


def nm(paths, option):
    """The symbols of each object; objects that do not exist are left out."""
    symbols = {path: [] for path in paths if os.path.exists(path)}
    if symbols:
        answer = subprocess.run(["nm", option, "--print-file-name", "--format=posix", *symbols], capture_output=True,
                                text=True, check=True)
        for line in answer.stdout.splitlines():
            path, symbol = line.split(": ", 1)
            symbols[path].append(symbol.split()[0])
    return symbols


def line_of(root, source, symbol):
    """The first line that calls or names the symbol; gcc writes some under another name than the source does."""
    name = re.escape(symbol.removeprefix("__isoc99_").removesuffix("_chk").lstrip("_"))
    word = re.compile(rf"^(?!\s*#\s*include).*\b{name}\b")
    for number, line in enumerate(sources.read_lines(root, source), 1):
        if word.search(line):
            return number
    return 1


def check_ring(root, ring, pairs, provided, purity, findings):
    imported = nm([path for path, _ in pairs], "--undefined-only")
    for path, source in pairs:
        if path not in imported:
            findings.add(source, 1, f"{path} does not exist; build first")
            continue
        for symbol in imported[path]:
            if symbol not in provided and not purity.allows(ring, symbol):
                findings.add(source, line_of(root, source, symbol),
                             f"{ring} may not import {symbol}; have its result passed in, or name it in {PURITY}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", nargs="?", default=".")
    parser.add_argument("--objects", default="build/plain", help="the folder with the objects")
    options = parser.parse_args()

    findings = sources.Findings("purity")
    layers, purity = check_layers.Layers(options.root), Purity(options.root)
    pairs = objects_by_ring(options.root, os.path.normpath(os.path.join(options.root, options.objects)), layers)
    provided = {ring: set().union(*nm([path for path, _ in pairs[ring]], "--defined-only").values()) for ring in pairs}
    count = 0
    for ring in purity.rings:
        allowed = set().union(provided[ring], *(provided.get(word, set()) for word in layers.rings[ring]))
        check_ring(options.root, ring, pairs[ring], allowed, purity, findings)
        count += len(pairs[ring])
    return findings.close(f"{count} objects")


if __name__ == "__main__":
    sys.exit(main())
