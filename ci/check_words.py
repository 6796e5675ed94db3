#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the words in the sources: check_words.py [ROOT].

The licence line comes first (after #! where there is one), no path of somebody's machine is left, and nothing is put
off with a note. Documents, scenarios among them, are checked for paths only.
"""

import re
import sys

import sources

SOURCES = (".c", ".h", ".py", ".sh", ".proto")
SOURCE_NAMES = ("Makefile", "run")
DOCUMENTS = (".md", ".txt", ".yaml")
LICENCE = "SPDX-License-Identifier: Apache-2.0"
OPENINGS = {".c": "/* %s */", ".h": "/* %s */", ".proto": "// %s"}
MACHINE = re.compile(r"""(?<![\w./$}<-])/(?:work|root|home/\w+|Users/\w+)/[\w.]""")
PUT_OFF = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")


def check_licence(path, lines, findings):
    line = 1 if lines and lines[0].startswith("#!") else 0
    suffix = path[path.rfind("."):] if "." in path.split("/")[-1] else ""
    wanted = OPENINGS.get(suffix, "# %s") % LICENCE
    if len(lines) <= line or lines[line] != wanted:
        findings.add(path, line + 1, f"the licence line is missing; write: {wanted}")


def check_lines(path, lines, is_source, findings):
    for number, line in enumerate(lines, 1):
        if MACHINE.search(line):
            findings.add(path, number, "an absolute path of one machine; make it relative or a variable")
        put_off = PUT_OFF.search(line) if is_source else None
        if put_off:
            findings.add(path, number, f"{put_off.group(1)} puts something off; do it now or write it down as an issue")


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    findings = sources.Findings("words")
    with_licence = set(sources.find(root, SOURCES, SOURCE_NAMES))
    paths = sorted(with_licence | set(sources.find(root, DOCUMENTS)))
    for path in paths:
        lines = sources.read_lines(root, path)
        if path in with_licence:
            check_licence(path, lines, findings)
        check_lines(path, lines, path in with_licence, findings)
    return findings.close(f"{len(paths)} files")


if __name__ == "__main__":
    sys.exit(main())
