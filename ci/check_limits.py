#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that limits are known to the tests: check_limits.py [ROOT].

Each constant ..._MAX or ..._MAX_NS of a header is named by a test, be it in code or beside a number, or ci/limits.txt says why
none names it (`NAME: why`). That a test names a limit does not make it a good test, but a limit that none names has none.
"""

import os
import re
import sys

import sources

LISTED = os.path.join("ci", "limits.txt")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LIMIT = re.compile(r"\b([A-Z][A-Z0-9_]*_MAX(?:_NS)?)\s*=(?!=)|#define\s+([A-Z][A-Z0-9_]*_MAX(?:_NS)?)\b")
NAME = re.compile(r"\b[A-Z][A-Z0-9_]*_MAX(?:_NS)?\b")


def text_of(root, path):
    return "\n".join(sources.read_lines(root, path))


def blanked(match):
    return re.sub(r"[^\n]", " ", match.group())


def limits_of(root):
    """{name: (path, line)} of every header of the product."""
    found = {}
    for path in sources.find(root, (".h",)):
        if path.split(os.sep)[0] != "tests":
            for number, line in enumerate(COMMENT.sub(blanked, text_of(root, path)).splitlines(), 1):
                for match in LIMIT.finditer(line):
                    found.setdefault(match.group(1) or match.group(2), (path, number))
    return found


def named_by_tests(root):
    paths = [path for path in sources.find(root, (".c", ".h", ".py", ".sh")) if path.split(os.sep)[0] == "tests"]
    return {name for path in paths for name in NAME.findall(text_of(root, path))}


def check_list(root, limits, named, findings):
    """The names that the list excuses. What it says must still be so."""
    excused = set()
    lines = sources.read_lines(root, LISTED) if os.path.exists(os.path.join(root, LISTED)) else []
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        name, colon, why = line.partition(":")
        excused.add(name)
        if not colon or len(why.split()) < 3:
            findings.add(LISTED, number, "write NAME: and why no test names it")
        elif name not in limits:
            findings.add(LISTED, number, f"{name} is no limit of a header any more; take the line out")
        elif name in named:
            findings.add(LISTED, number, f"a test names {name} now; take the line out")
    return excused


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    findings = sources.Findings("limits")
    limits = limits_of(root)
    named = named_by_tests(root)
    excused = check_list(root, limits, named, findings)
    for name, (path, line) in sorted(limits.items(), key=lambda item: item[1]):
        if name not in named and name not in excused:
            findings.add(path, line, f"no test names {name}; test what happens there, or say in {LISTED} why it cannot be")
    return findings.close(f"{len(limits)} limits")


if __name__ == "__main__":
    sys.exit(main())
