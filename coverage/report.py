#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Prints line and branch coverage of each ring, and holds the lines to a ratchet.

report.py INFO                      print only
report.py --ratchet FILE INFO       fail where a ring's lines are below its line in FILE, or where it has none
report.py --raise FILE INFO         write the present percentages to FILE where they are higher, or new
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ci"))
import check_layers  # noqa: E402 (found by the path above)

HEAD = """# SPDX-License-Identifier: Apache-2.0
# Lines covered, in whole percent, that a ring must not fall below. `make coverage-raise` raises it, nothing lowers it.
"""


# In an io ring some lines run only when the machine's timing has it so: what is written is that much below what was seen.
IO_SLACK_PERCENT = 2


class Ring:
    """How much of a ring there is and how much of it ran."""

    def __init__(self):
        self.lines = self.lines_run = self.branches = self.branches_run = 0

    def percent(self):
        # Whole and rounded down, so that what is written can be met again.
        return self.lines_run * 100 // self.lines if self.lines else 100


def share(run, all_of_them):
    return f"{run * 1000 // all_of_them / 10:5.1f} % of {all_of_them}" if all_of_them else "    - "


def read_info(path, layers, root):
    """The rings of an lcov file, in the order of the layers."""
    rings, ring = {}, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, _, value = line.strip().partition(":")
            if key == "SF":
                name = layers.ring_of(os.path.relpath(value, root))
                ring = rings.setdefault(name, Ring()) if name else Ring()
            elif key == "DA":
                ring.lines += 1
                ring.lines_run += value.split(",")[1] != "0"
            elif key == "BRDA":
                ring.branches += 1
                ring.branches_run += value.split(",")[3] not in ("-", "0")
    return {name: rings[name] for name in layers.rings if name in rings}


def read_ratchet(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {name: int(percent) for name, percent in rows}


def below_ratchet(rings, ratchet, path):
    """A sentence for each ring that fails the ratchet."""
    for name, ring in rings.items():
        if name not in ratchet:
            yield f"{path}:1: {name} has no line; `make coverage-raise` writes it"
        elif ring.percent() < ratchet[name]:
            yield f"{path}:1: {name} has fallen from {ratchet[name]} to {ring.percent()} %; test what is new"
    for name in ratchet:
        if name not in rings:
            yield f"{path}:1: {name} was not measured; remove its line if the ring is gone"


def raise_ratchet(rings, ratchet, path):
    for name, ring in rings.items():
        slack = IO_SLACK_PERCENT if name.endswith("/io") else 0
        ratchet[name] = max(ratchet.get(name, 0), ring.percent() - slack)
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for name, percent in ratchet.items():
            file.write(f"{name} {percent}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("info")
    parser.add_argument("--root", default=".")
    parser.add_argument("--ratchet", metavar="FILE")
    parser.add_argument("--raise", metavar="FILE", dest="raised")
    options = parser.parse_args()
    if not os.path.exists(options.info):
        print(f"coverage: there is no {options.info}; run `make coverage` first", file=sys.stderr)
        return 1

    root = os.path.abspath(options.root)
    rings = read_info(options.info, check_layers.Layers(root), root)
    for name, ring in rings.items():
        print(f"{name:24} lines {share(ring.lines_run, ring.lines):18} "
              f"branches {share(ring.branches_run, ring.branches)}")
    if options.raised:
        raise_ratchet(rings, read_ratchet(options.raised), options.raised)
        return 0
    complaints = list(below_ratchet(rings, read_ratchet(options.ratchet), options.ratchet)) if options.ratchet else []
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
