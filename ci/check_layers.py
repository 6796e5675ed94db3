#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks every #include against ci/layers.txt: check_layers.py [ROOT]."""

import configparser
import fnmatch
import os
import re
import sys

import sources

LAYERS = "ci/layers.txt"
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


class Layers:
    """The rings, and what each may include."""

    def __init__(self, root):
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
        parser.optionxform = str
        with open(os.path.join(root, LAYERS), encoding="utf-8") as file:
            parser.read_file(file)
        self.libraries = {name: value.split() for name, value in parser["libraries"].items()}
        self.rings = {name: value.split() for name, value in parser["rings"].items()}

    def unknown_words(self):
        known = set(self.rings) | set(self.libraries) | {"system", "*"}
        return [(ring, word) for ring, words in self.rings.items() for word in words if word not in known]

    def ring_of(self, path):
        """The ring with the longest folder that holds the path, or None."""
        holding = [ring for ring in self.rings if path.startswith(ring + "/")]
        return max(holding, key=len) if holding else None

    def library_of(self, header):
        for library, patterns in self.libraries.items():
            if any(fnmatch.fnmatchcase(header, pattern) for pattern in patterns):
                return library
        return "system"

    def allows(self, ring, wanted):
        if ring == wanted or wanted in self.rings[ring]:
            return True
        return "*" in self.rings[ring] and "*" not in self.rings.get(wanted, ())


def exists(root, header):
    """Whether the header is a file of ours, or will be made from a .proto of ours."""
    made_from = re.sub(r"\.pb-c\.h$", ".proto", header)
    return ".." not in header.split("/") and os.path.isfile(os.path.join(root, made_from))


def refusal(root, layers, ring, is_ours, header):
    """Why this include is refused, or None."""
    if is_ours and not exists(root, header):
        return f'"{header}" is no path from the top of the tree; write includes root-relative'
    wanted = layers.ring_of(header) if is_ours else layers.library_of(header)
    if wanted is None:
        return f'"{header}" is in no ring; move it, or name its folder in {LAYERS}'
    if layers.allows(ring, wanted):
        return None
    what = f'"{header}" of {wanted}' if is_ours else f"<{header}> ({wanted})"
    return f"{ring} may not include {what}; it may include: {' '.join(layers.rings[ring])}"


def check_file(root, path, layers, findings):
    ring = layers.ring_of(path)
    if ring is None:
        findings.add(path, 1, f"the folder is no ring; move the file, or name the folder in {LAYERS}")
        return
    for number, line in enumerate(sources.read_lines(root, path), 1):
        match = INCLUDE.match(line)
        why = match and refusal(root, layers, ring, match.group(1) == '"', match.group(2))
        if why:
            findings.add(path, number, why)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    findings = sources.Findings("layers")
    layers = Layers(root)
    for ring, word in layers.unknown_words():
        findings.add(LAYERS, 1, f"{ring} names {word}, which is neither a ring nor a library; correct it")
    files = sources.find(root, (".c", ".h"))
    for path in files:
        check_file(root, path, layers, findings)
    return findings.close(f"{len(files)} files")


if __name__ == "__main__":
    sys.exit(main())
