#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/scenarios.md, the list of all scenarios: index_scenarios.py [--check] [ROOT].

Of each file: its title, the threads that its `why` names, and who breaks what. With --check nothing is written: the exit
status is 1 where the list is not up to date.
"""

import argparse
import functools
import os
import re
import sys

import yaml

DOCUMENT = "docs/scenarios.md"
FOLDER = "scenarios"
HEAD = """# The scenarios

Each is a file of a few lines that gives the same run every time. `reliable` breaks nothing unless it is named here; the other
policies break what is written, and nothing else. The list is made by `ci/index_scenarios.py`.
"""

URL = re.compile(r"https://[^\s<>()]*[^\s<>().,;:]")
THREAD = re.compile(r"(?<![\w/.-])([A-Za-z][\w.-]*)(?:/([A-Za-z][\w.-]*))?#([0-9]+)")


def links_of(why):
    """Links to what a text names: addresses, and threads as owner/name#1, or name#1 where both are the same."""
    links = [f"[{url.split('//')[1]}]({url})" for url in URL.findall(why)]
    for owner, name, number in THREAD.findall(URL.sub("", why)):
        name = name or owner
        links.append(f"[{owner}/{name}#{number}](https://github.com/{owner}/{name}/issues/{number})")
    return list(dict.fromkeys(links))


def has_no_handler(scenario):
    """Whether it is a story of scripted clients alone."""
    return scenario.get("handlers") == "none"


def breaks_of(scenario):
    """(policy, what it breaks), in the order of the file."""
    handlers = [] if has_no_handler(scenario) else scenario.get("handlers") or []
    return [(handler["policy"], handler["breaks"]) for handler in handlers]


@functools.cache
def scenarios_below(root):
    """(topic, path from the root, content with every value a text), in the order of paths."""
    found = []
    paths = []
    for folder, _, files in os.walk(os.path.join(root, FOLDER)):
        paths += [os.path.relpath(os.path.join(folder, name), root) for name in files if name.endswith(".yaml")]
    for path in sorted(paths):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            found.append((os.path.relpath(os.path.dirname(path), FOLDER), path, yaml.load(file, yaml.CBaseLoader)))
    return found


def cell(text):
    return text.replace("\n", " ").replace("|", "\\|")


def row_of(path, scenario):
    broken = ["no handler"] if has_no_handler(scenario) else []
    broken += [f"`{policy}`: {', '.join(promises) or 'nothing'}" for policy, promises in breaks_of(scenario)]
    cells = [f"[{scenario['title']}](../{path})", ", ".join(links_of(scenario["why"])), "<br>".join(broken)]
    return f"| {' | '.join(cell(text) for text in cells)} |"


def index_of(root):
    lines = [HEAD]
    count = 0
    topic_before = None
    for topic, path, scenario in scenarios_below(root):
        if topic != topic_before:
            lines += ([""] if topic_before else []) + [f"## {topic}", "", "| scenario | threads | who breaks what |",
                                                       "|---|---|---|"]
            topic_before = topic
        lines.append(row_of(path, scenario))
        count += 1
    return "\n".join(lines) + f"\n\n{count} scenarios.\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    parser.add_argument("root", nargs="?", default=".", help="the top of the tree")
    options = parser.parse_args()
    path = os.path.join(options.root, DOCUMENT)
    index = index_of(options.root)
    if options.check:
        with open(path, encoding="utf-8") as file:
            if file.read() == index:
                return 0
        print(f"{DOCUMENT} is not up to date; run ci/index_scenarios.py")
        return 1
    with open(path, "w", encoding="utf-8") as file:
        file.write(index)
    return 0


if __name__ == "__main__":
    sys.exit(main())
