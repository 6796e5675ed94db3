#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/ancestor.md against scenarios/ancestor/: a row for each scenario, each with what its file says `original` breaks."""

import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True
from tap import Tap  # noqa: E402

DOCUMENT = os.path.join(ROOT, "docs", "ancestor.md")
FOLDER = os.path.join(ROOT, "scenarios", "ancestor")


def rows_of(path):
    """(fact, scenario, set of broken promises, what reliable does) of each row of the table."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if len(cells) == 4 and cells[0] not in ("fact", "---"):
                name = re.fullmatch(r"\[([a-z0-9-]+)\]\(\.\./scenarios/ancestor/\1\.yaml\)", cells[1])
                promises = set() if cells[2] == "nothing" else {promise.strip() for promise in cells[2].split(",")}
                yield cells[0], name.group(1) if name else None, promises, cells[3]


def breaks_of(path, policy):
    """What the file lists for the policy; None where it does not list it."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = re.search(r"- \{policy: " + re.escape(policy) + r", breaks: \[([^\]]*)\]\}", text)
    if not found:
        return None
    return {promise.strip() for promise in found.group(1).split(",") if promise.strip()}


def main():
    tap = Tap()
    rows = list(rows_of(DOCUMENT))
    files = {name[:-5] for name in os.listdir(FOLDER) if name.endswith(".yaml")}
    tap.check(len(rows) > 0 and len(files) > 0, "there are rows and scenarios")
    named = [row[1] for row in rows]
    for name in sorted(files):
        tap.check(named.count(name) == 1, f"{name} has one row")
    for fact, name, promises, reliable in rows:
        tap.check(name in files, f'the row "{fact}" links to a scenario that is there')
        if name not in files:
            continue
        listed = breaks_of(os.path.join(FOLDER, name + ".yaml"), "original")
        tap.check(listed == promises, f"{name}: original breaks what the row says ({listed} in the file)")
        still = breaks_of(os.path.join(FOLDER, name + ".yaml"), "reliable")
        tap.check(reliable != "" and still is None, f"{name}: reliable is told, and breaks nothing ({still} in the file)")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
