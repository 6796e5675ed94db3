#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What holds for all scenarios together: the list of them is up to date, no two tell the same story, and they are short.

Two tell the same story when their runs under `reliable` have the same shape, and the same policies break the same
promises. The shape of a trace is who did what kind of thing, in order: its words without ids, numbers, times and texts.
"""

import os
import re
import statistics
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
CTRSIM = os.path.join(os.environ.get("PLAIN_BIN", os.path.join(ROOT, "build", "bin")), "ctrsim")
LINES_MEDIAN_MAX = 45

sys.path.insert(0, os.path.join(ROOT, "ci"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True
import index_scenarios  # noqa: E402
from tap import Tap  # noqa: E402

MAIN_LINE = re.compile(r" *[0-9.]+s (\w+) +(.*)")
WORD = re.compile(r"[a-z][a-z-]*|[A-Z][A-Za-z]+\.[A-Z][A-Za-z]+|/[a-z/-]+")


def ids_of(value):
    """Every id that a scenario names, wherever it stands."""
    found = set()
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, (dict, list)):
            found |= ids_of(inner)
        elif key in ("id", "container", "exec", "namespace"):
            found.add(inner)
    return found


def shape_of(trace, ids):
    """The lines of a trace as (actor, kinds); what was found broken in the end is no part of it."""
    shape = []
    actor = ""
    for line in trace.splitlines():
        found = MAIN_LINE.fullmatch(line)
        actor, what = found.groups() if found else (actor, line)
        if actor == "broken":
            continue
        words = re.sub(r'"(\\.|[^"\\])*"', "", re.sub(r"^line \d+: ", "", what)).split()
        shape.append((actor, tuple(word for word in words if WORD.fullmatch(word) and word not in ids)))
    return tuple(shape)


def traces_of_all():
    """What happens in each file under reliable, or without a handler; nothing of a file that cannot be run."""
    answer = subprocess.run([CTRSIM, "run", "--trace", "scenarios"], cwd=ROOT, capture_output=True, text=True, check=False)
    runs = re.split(r"^== (.*) under (.*)\n", answer.stdout, flags=re.MULTILINE)
    return {path: trace for path, policy, trace in zip(runs[1::3], runs[2::3], runs[3::3]) if policy in ("reliable", "none")}


def check_stories(tap):
    stories = {}
    traces = traces_of_all()
    for _, path, scenario in index_scenarios.scenarios_below(ROOT):
        broken = frozenset((policy, frozenset(promises)) for policy, promises in index_scenarios.breaks_of(scenario))
        trace = traces.get(path, "")
        story = (shape_of(trace, ids_of(scenario)) if trace else path, broken)
        tap.check(trace, f"{path} runs")
        first = stories.setdefault(story, path)
        tap.check(first == path, f"{path} tells a story of its own", f"{first} has the same")


def main():
    tap = Tap()
    document = os.path.join(ROOT, index_scenarios.DOCUMENT)
    with open(document, encoding="utf-8") as file:
        is_same = file.read() == index_scenarios.index_of(ROOT)
    tap.check(is_same, "the list of scenarios is up to date", "run ci/index_scenarios.py, or make bless")

    rows = (("moby#7, owner/some.name#12.", ["moby/moby#7", "owner/some.name#12"]), ("#5 and C#", []),
            ("see https://example.org/a#3.", ["example.org/a#3"]), ("moby#7, moby/moby#7", ["moby/moby#7"]))
    for why, links in rows:
        found = [link[1:link.index("]")] for link in index_scenarios.links_of(why)]
        tap.check(found == links, f'"{why}" names {len(links)} threads', str(found))
    same = "    1.000s fake     request Tasks.Get web\n                      reply Tasks.Get OK web pid 7 running\n"
    other = "    2.500s fake     request Tasks.Get db\n                      reply Tasks.Get OK db pid 9 running\n"
    tap.check(shape_of(same, {"web"}) == shape_of(other, {"db"}), "ids, times and values are no part of a shape")
    tap.check(shape_of(same, {"web"}) != shape_of(other.replace(".Get", ".Delete"), {"db"}), "an rpc is part of a shape")
    tap.check(shape_of(same, {"web"}) != shape_of(same + other, {"web", "db"}), "each line is part of a shape")

    check_stories(tap)
    lengths = []
    for _, path, _ in index_scenarios.scenarios_below(ROOT):
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            lengths.append(len(file.readlines()))
    tap.check(statistics.median(lengths) < LINES_MEDIAN_MAX, f"half of the files have fewer than {LINES_MEDIAN_MAX} lines",
              f"the median is {statistics.median(lengths)}")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
