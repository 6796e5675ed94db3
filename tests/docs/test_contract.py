#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/contract.md: every scenario of the contract is told of, and what it links to is there."""

import os
import re
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
DOCUMENT = os.path.join(ROOT, "docs", "contract.md")
FOLDER = "scenarios/contract"


def main():
    with open(DOCUMENT, encoding="utf-8") as file:
        links = set(re.findall(r"\]\(\.\./([^)]+)\)", file.read()))
    there = {f"{FOLDER}/{name}" for name in os.listdir(os.path.join(ROOT, FOLDER))}
    findings = [f"{path} is not told of" for path in sorted(there - links)]
    findings += [f"{path} is not there" for path in sorted(links - there)]
    holds = bool(there) and not findings
    print(f"{'ok' if holds else 'not ok'} 1 - the table of the contract tells of every scenario of it")
    for finding in findings:
        print(f"# {finding}")
    print("1..1")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
