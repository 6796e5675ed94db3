#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns each cure of `reliable` off and tells what breaks: ablation.py [--check | --write] [ROOT].

Each switch of handler/core/policy.h is run over all scenarios as `reliable-without=SWITCH`. It has to break something,
and what it breaks has to be what the files list for it; else the exit status is 1. A switch that another one makes
needless counts where `reliable-without=OTHER,SWITCH` is listed to break more than `reliable-without=OTHER`. Where `original` breaks what the
switch keeps and `original-with=SWITCH` does not, it is enough alone. With --write the table becomes docs/cures.md, with --check that document is compared instead;
for both each switch is run over the scenarios alone that list it.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import index_scenarios  # noqa: E402

DOCUMENT = "docs/cures.md"
HEAD = """# The cures

Policy `original` is the monitor of 2017. Each row is a switch that mends one thing of it. `reliable` has them all. A switch earns its place by
a scenario that breaks when it alone is turned off (`reliable-without=SWITCH`); where it is enough alone, `original` breaks that promise there and
`original-with=SWITCH` keeps it. `make ablation` measures this table anew, and CI compares it with this page.

The source of 2017 says itself what it left open. The answers:

| left open in 2017 | switches |
|---|---|
| Can events be dropped while containerd runs? (P1) | `read-whole-stream`, `relist`, `second-list`, `sweep` |
| Relist to recover state, and hold other operations until it is recovered | `relist`, `hold-operations` |
| Enqueue the event and retry a failed Delete (P0) | `retry-deletes` |
| Enqueue the event and retry a failed update (P0) | `retry-writes` |
| Handle the exit of a shim (P2) | `infer-vanished`, `refine-inferred` |
| Handle the OOM event (P1) | `oom` |
"""

SWITCH = re.compile(r'X\((POLICY_\w+),\s*"([a-z0-9-]+)",\s*((?:"[^"]*"\s*)+)\)')
WITHOUT = "reliable-without="
BROKEN = re.compile(r"not ok \d+ - (\S+) \(\S+ breaks ([^)]*)\)")


def switches_of(root):
    """(name, what it does) of each switch, in the order of the header."""
    with open(os.path.join(root, "handler", "core", "policy.h"), encoding="utf-8") as file:
        text = re.sub(r"\\\n", "\n", file.read())
    return [(name, "".join(re.findall(r'"([^"]*)"', sentence))) for _, name, sentence in SWITCH.findall(text)]


def broken_by(root, policy, paths=("scenarios",)):
    """What the policy breaks in each scenario: path to set of promises. Expectations without a name count for none."""
    ctrsim = os.path.join(os.path.abspath(os.environ.get("BIN", os.path.join(root, "build", "bin"))), "ctrsim")
    if not paths:
        return {}
    result = subprocess.run([ctrsim, "run", "--handler", policy, "--report", "tap", *paths], cwd=root,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    # 2: in one of them a step could not be done, because the handler had done something else before.
    if result.returncode not in (0, 1, 2) or not result.stdout.startswith("TAP"):
        raise SystemExit(f"ablation: ctrsim failed under {policy}: {result.stderr.strip()}")
    return {path: {word.strip() for word in promises.split(",")} for path, promises in BROKEN.findall(result.stdout)}


def listed_beside(breaks, name):
    """(policy, promises) where the file lists that the switch matters once others are off: what it adds to theirs."""
    for policy, promises in breaks.items():
        off = policy[len(WITHOUT):].split(",") if policy.startswith(WITHOUT) else []
        others = WITHOUT + ",".join(one for one in off if one != name)
        if name in off and len(off) > 1 and others in breaks:
            added = set(promises) - set(breaks[others])
            if added:
                yield policy, added


class Row:
    """One switch: what is listed for it, and what its absence was measured to break."""

    def __init__(self, name, sentence, listed, beside, alone, measured):
        self.name = name
        self.beside = beside
        self.sentence = sentence
        self.listed = listed
        self.alone = alone
        self.measured = measured

    def faults(self):
        if not self.listed and not self.beside:
            yield f"{self.name}: no scenario lists what reliable-without={self.name} breaks"
        for path, promises in self.listed.items():
            if not promises <= self.measured.get(path, set()):
                yield f"{self.name}: {path} lists {', '.join(sorted(promises))}, which is not what breaks"


def enough_alone(root, name, listed):
    """The scenarios, of those that break without the switch, in which it alone keeps what `original` breaks of that."""
    before = broken_by(root, "original", sorted(listed))
    after = broken_by(root, "original-with=" + name, sorted(listed))
    return {path for path, promises in listed.items()
            if promises & before.get(path, set()) and not promises & after.get(path, set())}


def rows_of(root, everywhere):
    scenarios = [(path, dict(index_scenarios.breaks_of(scenario)))
                 for _, path, scenario in index_scenarios.scenarios_below(root)]
    switches = switches_of(root)
    listed_by = {name: {path: set(breaks[WITHOUT + name]) for path, breaks in scenarios if breaks.get(WITHOUT + name)}
                 for name, _ in switches}

    def measure(switch):
        listed = listed_by[switch[0]]
        broken = broken_by(root, WITHOUT + switch[0], ("scenarios",) if everywhere else sorted(listed))
        return broken, enough_alone(root, switch[0], listed)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        measured = list(pool.map(measure, switches))
    for (name, sentence), (broken, alone) in zip(switches, measured):
        listed = listed_by[name]
        beside = {}
        if not listed:
            beside = {path: pair for path, breaks in scenarios for pair in listed_beside(breaks, name)}
        yield Row(name, sentence, listed, beside, alone, broken)


def title_and_threads(root, path):
    for _, one, scenario in index_scenarios.scenarios_below(root):
        if one == path:
            return scenario["title"], ", ".join(index_scenarios.links_of(scenario["why"]))
    return path, ""


def document_of(root, rows):
    lines = [HEAD, "| switch | what it does | threads | without it | breaks |", "|---|---|---|---|---|"]
    for row in rows:
        shown = {path: (promises, "") for path, promises in row.listed.items()}
        shown.update({path: (promises, f", as `{policy}`") for path, (policy, promises) in row.beside.items()})
        for i, (path, (promises, policy)) in enumerate(sorted(shown.items())):
            title, threads = title_and_threads(root, path)
            alone = "; enough alone" if path in row.alone else ""
            cells = [f"`{row.name}`" if i == 0 else "", row.sentence if i == 0 else "", threads, f"[{title}](../{path})",
                     ", ".join(sorted(promises)) + policy + alone]
            lines.append(f"| {' | '.join(index_scenarios.cell(cell) for cell in cells)} |")
    return "\n".join(lines) + f"\n\n{len(rows)} switches.\n"


def print_table(rows):
    width = max(len(row.name) for row in rows)
    for row in rows:
        for path, promises in sorted(row.listed.items()):
            print(f"{row.name:{width}}  {', '.join(sorted(promises))}  {path}")
        for path, (policy, promises) in sorted(row.beside.items()):
            print(f"{row.name:{width}}  {', '.join(sorted(promises))}  {path} ({policy})")
        others = len(set(row.measured) - set(row.listed))
        print(f"{row.name:{width}}  in all it breaks {len(row.measured)} scenarios, {others} of which do not list it")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help=f"compare {DOCUMENT} with what is measured")
    parser.add_argument("--write", action="store_true", help=f"renew {DOCUMENT}")
    parser.add_argument("root", nargs="?", default=".", help="the top of the tree")
    options = parser.parse_args()
    rows = list(rows_of(options.root, everywhere=not options.check and not options.write))
    faults = [fault for row in rows for fault in row.faults()]
    path = os.path.join(options.root, DOCUMENT)
    document = document_of(options.root, rows)
    if options.write:
        with open(path, "w", encoding="utf-8") as file:
            file.write(document)
    elif options.check:
        with open(path, encoding="utf-8") as file:
            if file.read() != document:
                faults.append(f"{DOCUMENT} is not up to date; run `make bless`")
    else:
        print_table(rows)
    for fault in faults:
        print(f"ablation: {fault}", file=sys.stderr)
    unlisted = sum(not row.listed and not row.beside for row in rows)
    print(f"{len(rows)} switches, each off once: {len(rows) - unlisted} break what is listed, {unlisted} break nothing")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
