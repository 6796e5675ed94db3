#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plants small defects in the handler's core, one at a time, and tells what finds each: planted_bugs.py [OPTION]... [NAME]...

Each tests/planted/NAME.patch is applied to a copy of the tree, built, and looked for under the policy `reliable`: by all
scenarios as they are written; and where fewer than two of them break, by exploring the orders of the others, by the same with a
crash anywhere, and by random worlds. What found it is made small; that has to break with the defect and to hold without. The
exit status is 1 where a defect goes undetected, or where only one scenario finds it.
"""

import argparse
import concurrent.futures
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import shorten_scenario  # noqa: E402

PATCHES = os.path.join("tests", "planted")
COPIED = ("base", "proto", "grpc", "handler", "fakecontainerd", "scenarios", "harness", "programs", "Makefile", "VERSION")
BUILT = tuple(os.path.join("build", name) for name in ("bin", "generated", "plain"))  # spares building all of it anew
CTRSIM = os.path.join("build", "bin", "ctrsim")
BROKEN = re.compile(r"^not ok (\d+) - (\S+?\.yaml)(?: \(reliable breaks (.*)\))?$", re.MULTILINE)
UNSOUND = 3  # the exit status where a run that was made again was another one
UNPLAYED = "the story: a step cannot be done any more"
EXPLORED = re.compile(r"^(\S+?\.yaml): policy reliable broke (.+) in run (\d+)$", re.MULTILINE)
SHRUNK = re.compile(r"shrunk in \d+ tries from .* to (\d+), (\d+), (\d+), (\d+):\n +(\S+\.yaml)")
RUNS = 40  # of each scenario that is explored
WORLDS = 600
SECONDS_MAX = 300  # for one patch once it is built: what has not been found by then has not been found in time
BUILD_SECONDS_MAX = 1800
SHORT = ("a-pid-that-comes-again-is-no-doubt", "a-write-that-failed-is-not-made-again", "not-found-needs-its-text")


class Endless(Exception):
    """A command that was given up."""


def run(command, folder, seconds, *, check=True):
    """What the command says and its exit status."""
    try:
        result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                errors="replace", check=False, timeout=max(seconds, 0.1))
    except subprocess.TimeoutExpired as error:
        raise Endless(" ".join(command)) from error
    if check and result.returncode != 0:
        raise SystemExit(f"planted-bugs: {' '.join(command)} failed:\n{result.stdout}")
    return result.stdout, result.returncode


class Find:
    """What found a defect: the way, the scenario or world, what it broke, and after how many runs of that way."""

    def __init__(self, how, where, promise, runs):
        self.how, self.where, self.promise, self.runs = how, where, promise, runs
        self.size = None  # containers, faults, steps and draws of what it was shrunk to

    def size_text(self):
        return " ".join(f"{number:>3}" for number in self.size) if self.size else "  -   -   -   -"

    def __str__(self):
        return f"{self.how}, run {self.runs}: {self.where} breaks {self.promise}"


class Tree:
    """A copy of what is built, in which patches are applied and taken back."""

    def __init__(self, source, folder, names=None):
        self.folder = folder
        for name in names or os.listdir(source):
            path = os.path.join(source, name)
            if os.path.exists(path):
                copy = shutil.copytree if os.path.isdir(path) else shutil.copy2
                copy(path, os.path.join(folder, name))

    def build(self, jobs):
        run(["make", "--no-print-directory", f"-j{jobs}", "PACKAGES=no", "WERROR=-w", CTRSIM], self.folder,
            BUILD_SECONDS_MAX)

    def patch(self, path, *options):
        run(["patch", "-p1", "--silent", *options, "-i", path], self.folder, BUILD_SECONDS_MAX)

    def scenarios(self):
        found = [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(self.folder, "scenarios"))
                 for name in names if name.endswith(".yaml")]
        return sorted(os.path.relpath(path, self.folder) for path in found)

    def ctrsim(self, seconds, *arguments):
        return run([CTRSIM, *arguments], self.folder, seconds, check=False)

    def broken(self, path, seconds=SECONDS_MAX):
        """(number, path, promises) of each scenario that breaks as it is written; None where the program died."""
        said, status = self.ctrsim(seconds, "run", "--handler", "reliable", "--report", "tap", path)
        return None if status < 0 else [(int(number), where, promises or UNPLAYED)
                                        for number, where, promises in BROKEN.findall(said)]

    def holds(self, path):
        return self.ctrsim(SECONDS_MAX, "run", "--handler", "reliable", path)[1] == 0


class Search:
    """A way to look for a defect where the scenarios as they are written do not do: arguments of `ctrsim explore`."""

    def __init__(self, how, *arguments):
        self.how, self.arguments = how, ("explore", "--handler", "reliable", "--only-promises", *arguments)

    def all_of(self, scenarios):
        return (*self.arguments, "--budget", str(RUNS), "--out", "none", *scenarios)

    def one_of(self, where, out):
        return (*self.arguments, "--budget", str(RUNS), "--out", out, where)

    def runs(self, scenarios, where, number):
        return scenarios.index(where) * RUNS + number


class RandomSearch(Search):
    """Made-up worlds, each of which counts as one run."""

    def all_of(self, scenarios):
        return (*self.arguments, "--seed", "1", "--budget", str(WORLDS), "--out", "none")

    def one_of(self, where, out):
        return (*self.arguments, "--seed", re.search(r"\d+", where).group(), "--budget", "1", "--out", out)

    def runs(self, scenarios, where, number):
        return int(re.search(r"\d+", where).group())


EXPLORE = Search("explored", "--search", "sampled")
SEARCHES = (EXPLORE, Search("crashes", "--search", "sampled", "--crashes", "1"),
            RandomSearch("random world", "--random-scenarios"))


WRITTEN = "as written"
WAYS = (WRITTEN, *(search.how for search in SEARCHES))


class Hunt:
    """What becomes of one patch; with `by` looked for in that way alone."""

    def __init__(self, tree, sound, patch, by=None):
        self.by = by
        self.name = os.path.basename(patch)[:-len(".patch")]
        self.tree, self.sound = tree, sound
        self.finds = []
        self.broken = 0
        self.out_of_time = False
        tree.patch(patch)
        tree.build(1)
        self.end = time.monotonic() + SECONDS_MAX
        self.scratch = tempfile.mkdtemp(dir=tree.folder)
        try:
            self.look()
        except Endless:
            self.out_of_time = True
        shutil.rmtree(self.scratch)
        tree.patch(patch, "--reverse")

    def left(self):
        return self.end - time.monotonic()

    def look(self):
        broken = self.tree.broken("scenarios", self.left()) if self.by in (None, WRITTEN) else []
        if broken is None:
            self.finds.append(Find(WRITTEN, "all of them", "nothing: the program dies", 1))
        for number, path, promises in broken or []:
            self.finds.append(Find(WRITTEN, path, promises, number))
        self.broken = len(self.finds)
        if broken:
            self.finds[0].size = self.size_of_written(self.finds[0])
        for search in SEARCHES:
            if len(self.finds) < 2 and self.by in (None, search.how):
                self.explore(search)

    def explore(self, search):
        scenarios = [path for path in self.tree.scenarios() if path not in {find.where for find in self.finds}]
        said, status = self.tree.ctrsim(self.left(), *search.all_of(scenarios))
        self.see_failure(search, scenarios, status)
        seen = set()
        for where, promise, number in EXPLORED.findall(said):
            if len(self.finds) >= 2 or where in seen:
                continue
            seen.add(where)
            find = Find(search.how, where, promise, search.runs(scenarios, where, int(number)))
            find.size = self.size_of_explored(search, where)
            if find.size:
                self.finds.append(find)

    def see_failure(self, search, scenarios, status):
        """What ends the whole search is no story that could be made small: the same search has to end well without the defect."""
        if status >= 0 and status != UNSOUND:
            return
        sound = self.sound.ctrsim(self.left(), *search.all_of(scenarios))[1]
        if sound < 0 or sound == UNSOUND:
            return
        what = "the program dies" if status < 0 else "the same draws make two runs"
        self.finds.append(Find(search.how, "one of them", "nothing: " + what, 1))

    def size_of_explored(self, search, where):
        """Of what it is shrunk to, which has to hold without the defect; else None."""
        said, _ = self.tree.ctrsim(self.left(), *search.one_of(where, self.scratch))
        for *sizes, path in SHRUNK.findall(said):
            if self.sound.holds(path):
                return tuple(int(size) for size in sizes)
        return None

    def size_of_written(self, find):
        """By exploration where that breaks the same; else, since a story without sense breaks its expectations as well, by
        leaving out what leaves a story that holds without the defect."""
        path = os.path.join(self.scratch, "story.yaml")
        first = find.promise.split(", ")[0]

        def is_worth(text):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            broken = self.tree.broken(path, self.left())
            return bool(broken) and first in broken[0][2].split(", ") and self.sound.holds(path)

        explored = self.size_of_explored(EXPLORE, find.where)
        with open(os.path.join(self.tree.folder, find.where), encoding="utf-8") as file:
            text = file.read()
        # Of what a file expects in the order that it is written in, exploration leaves the story whole.
        if explored and explored[:3] != tuple(shorten_scenario.size_of(text)):
            return explored
        text = shorten_scenario.shorten(text, is_worth)
        return (*shorten_scenario.size_of(text), 0)

    def missing(self, otherwise):
        return "ran out of time" if self.out_of_time else otherwise

    def story(self):
        first = self.finds[0] if self.finds else self.missing("UNDETECTED")
        again = self.finds[1] if len(self.finds) > 1 else self.missing("NOTHING")
        return f"{self.name}\n    found {first}\n    without that {again}"

    def row(self):
        first = self.finds[0] if self.finds else None
        again = self.finds[1] if len(self.finds) > 1 else None
        return (f"{self.name:<52} {first.how if first else self.missing('UNDETECTED'):<15}{first.runs if first else '-':>6}"
                f"  {first.size_text() if first else ''}  {self.broken:>5}  "
                f"{again.how if again else self.missing('NOTHING'):<15}{again.runs if again else '-':>6}").rstrip()


HEADER = (f"{'defect':<52} {'found':<15}{'runs':>6}  con flt stp drw  files  {'without that':<15}{'runs':>6}\n"
          "(containers, faults, steps and draws it was shrunk to; how many scenarios break as they are written)")


def chosen(root, options):
    folder = os.path.join(root, PATCHES)
    names = sorted(name[:-len(".patch")] for name in os.listdir(folder) if name.endswith(".patch"))
    wanted = options.names or (SHORT if options.short else names)
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise SystemExit(f"planted-bugs: there is no {PATCHES}/{unknown[0]}.patch")
    return [os.path.join(folder, name + ".patch") for name in names if name in wanted]


def hunt_all(root, patches, folder, by):
    """Hunts for all of them, as many at a time as there are processors, each in a tree of its own."""
    workers = min(len(patches), os.cpu_count() or 1)
    trees = queue.Queue()
    os.mkdir(os.path.join(folder, "sound"))
    sound = Tree(root, os.path.join(folder, "sound"), COPIED + BUILT)
    sound.build(os.cpu_count() or 1)
    broken = sound.broken("scenarios")
    if broken or broken is None:
        raise SystemExit(f"planted-bugs: {broken[0][1] if broken else CTRSIM} breaks without any patch; mend that first")
    for number in range(workers):
        os.mkdir(os.path.join(folder, str(number)))
        trees.put(Tree(sound.folder, os.path.join(folder, str(number))))

    def hunt(patch):
        tree = trees.get()
        try:
            done = Hunt(tree, sound, patch, by)
        finally:
            trees.put(tree)
        print(done.story(), flush=True)
        return done

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(hunt, patches))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help=f"{len(SHORT)} of them only")
    parser.add_argument("--by", choices=WAYS, help="look in this way alone; nothing fails then")
    parser.add_argument("names", nargs="*", metavar="NAME", help="these only")
    root = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    options = parser.parse_args()
    patches = chosen(root, options)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        hunts = hunt_all(root, patches, folder, options.by)
    found = sum(len(hunt.finds) > 0 for hunt in hunts)
    twice = sum(len(hunt.finds) > 1 for hunt in hunts)
    print("", HEADER, *(hunt.row() for hunt in hunts), sep="\n")
    print(f"{found} of {len(hunts)} found, {twice} of them again without what found them first, "
          f"in {time.monotonic() - begin:.0f} s")
    return 0 if twice == len(hunts) or options.by else 1


if __name__ == "__main__":
    sys.exit(main())
