#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plants small defects in the handler's core, one at a time, and tells what finds each: planted_bugs.py [OPTION]... [NAME]...

Each tests/planted/NAME.patch is applied to a copy of the tree, built, and looked for under the policy `reliable`: by all
scenarios as they are written; then, with the scenario that found it left out, by the others, by exploring the orders of
the others, and by random scenarios. What broke before anything was planted is no find. What found it is shrunk. The exit
status is 1 where a defect goes undetected.
"""

import argparse
import concurrent.futures
import functools
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PATCHES = os.path.join("tests", "planted")
COPIED = ("base", "proto", "grpc", "handler", "fakecontainerd", "scenarios", "harness", "programs", "Makefile", "VERSION")
BUILT = tuple(os.path.join("build", name) for name in ("bin", "generated", "plain"))  # spares building all of it anew
BROKEN = re.compile(r"^not ok (\d+) - (\S+) \(reliable breaks (.*)\)$", re.MULTILINE)
EXPLORED = re.compile(r"^(\S+?\.yaml)(?::\d+:\d+)?: policy reliable broke (.+) in run (\d+)$", re.MULTILINE)
SHRUNK = re.compile(r"shrunk in (\d+) tries from .* to (\d+), (\d+), (\d+), (\d+):")
SHRINK_RUNS = 400  # looked through for one that breaks, which is then shrunk
EXPLORE_RUNS = 40  # of each other scenario
RANDOM_SCENARIOS = 60
RANDOM_SEED = 1
SECONDS_MAX = 120  # of one run of ctrsim, which is given up then
BUILD_SECONDS_MAX = 1800
SHORT = 5  # patches of the short form, spread over all of them


class Endless(Exception):
    """A command that was given up."""


def run(command, folder, *, check=False, seconds=SECONDS_MAX):
    try:
        result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                errors="replace", check=False, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Endless(" ".join(command)) from error
    if check and result.returncode != 0:
        raise SystemExit(f"planted-bugs: {' '.join(command)} failed:\n{result.stdout}")
    return result


class Find:
    """What found a defect: the broken promise, where, and in which run."""

    def __init__(self, how, where, promise, number):
        self.how, self.where, self.promise, self.number = how, where, promise, number
        self.file = self.size = None  # what it was shrunk to

    def __str__(self):
        return f"{self.promise}, by {self.where}, run {self.number}"


class Tree:
    """A copy of what is built, in which patches are applied and taken back."""

    def __init__(self, source, folder, names=None):
        self.folder = folder
        for name in names or os.listdir(source):
            path = os.path.join(source, name)
            if not os.path.exists(path):
                continue
            copy = shutil.copytree if os.path.isdir(path) else shutil.copy2
            copy(path, os.path.join(folder, name))

    def build(self, jobs):
        run(["make", "--no-print-directory", f"-j{jobs}", "PACKAGES=no", "WERROR=-w", "build/bin/ctrsim"], self.folder,
            check=True, seconds=BUILD_SECONDS_MAX)

    def patch(self, path, *options):
        run(["patch", "-p1", "--silent", *options, "-i", path], self.folder, check=True)

    def ctrsim(self, *arguments):
        """What it said, and a find of its own where it died. What does not end in time, on a busy machine say, has found
        nothing."""
        try:
            result = run([os.path.join("build", "bin", "ctrsim"), *arguments], self.folder)
        except Endless:
            return "", []
        died = [Find("crash", f"ctrsim {arguments[0]}", f"it died of signal {-result.returncode}", 1)]
        return result.stdout, died if result.returncode < 0 else []

    def written(self):
        """The finds of each scenario as it is written."""
        said, died = self.ctrsim("run", "--handler", "reliable", "--report", "tap", "scenarios")
        return [Find("as written", path, promises, int(number)) for number, path, promises in BROKEN.findall(said)] + died

    def explored(self):
        """The finds of exploring the orders of each scenario."""
        said, died = self.ctrsim("explore", "--handler", "reliable", "--search", "sampled", "--budget",
                                 str(EXPLORE_RUNS), "scenarios")
        return [Find("explored", path, promise, int(number)) for path, promise, number in EXPLORED.findall(said)] + died

    def random(self):
        """The finds of random scenarios, of which those count as runs that were gone through before."""
        said, died = self.ctrsim("explore", "--random-scenarios", "--handler", "reliable", "--seed", str(RANDOM_SEED),
                                 "--budget", str(RANDOM_SCENARIOS))
        return [Find("random", path, promise, int(number)) for path, promise, number in EXPLORED.findall(said)] + died

    def shrunk(self, find):
        """The find made small: the file that tells it, and how many containers, faults, steps and draws are left."""
        out = tempfile.mkdtemp(dir=self.folder)
        random = re.fullmatch(r"random-(\d+)\.yaml", find.where)
        where = ["--random-scenarios", "--seed", random.group(1), "--budget", "1"] if random else [
            "--budget", str(SHRINK_RUNS), find.where]
        said, _ = self.ctrsim("explore", "--handler", "reliable", "--out", out, *where)
        sizes = SHRUNK.search(said)
        files = sorted(os.path.join(out, name) for name in os.listdir(out) if name.endswith(".yaml"))
        return (files[0], sizes.group(2, 3, 4, 5)) if files and sizes else (None, None)

    def holds(self, path):
        return run([os.path.join("build", "bin", "ctrsim"), "run", "--handler", "reliable", path], self.folder).returncode == 0


class Sound:
    """The tree without any patch, and what breaks in it."""

    def __init__(self, tree):
        self.tree = tree
        self.lock = threading.Lock()

    @functools.cache
    def broken(self, search):
        return {find.where for find in getattr(self.tree, search)()}

    def new(self, tree, search, wanted, without):
        """So many finds, each in another scenario, that are the patch's."""
        with self.lock:
            known = self.broken(search) | without
        finds = []
        for find in getattr(tree, search)():
            if len(finds) == wanted:
                break
            if find.where not in known and (find.how == "crash" or self.confirms(tree, find)):
                finds.append(find)
            known.add(find.where)
        return finds

    def confirms(self, tree, find):
        """It breaks with the patch, in the same way each time, and holds without."""
        find.file, find.size = tree.shrunk(find)
        return find.file is not None and self.tree.holds(find.file)


class Hunt:
    """What became of one patch."""

    def __init__(self, tree, sound, patch):
        self.name = os.path.basename(patch)[:-len(".patch")]
        tree.patch(patch)
        tree.build(1)
        finds = tree.written()
        self.scenarios = len(finds)
        for search in ("explored", "random"):
            if len(finds) < 2:
                finds += sound.new(tree, search, 2 - len(finds), {find.where for find in finds})
        self.first = finds[0] if finds else None
        self.again = finds[1] if len(finds) > 1 else None
        if self.first and self.first.how == "as written":
            _, self.first.size = tree.shrunk(self.first)
        tree.patch(patch, "--reverse")

    def story(self):
        if not self.first:
            return f"{self.name}\n    UNDETECTED"
        lines = [self.name, f"    found {self.first.how}: {self.first}"]
        lines.append(f"    without that {self.again.how}: {self.again}" if self.again else "    without that: nothing")
        return "\n".join(lines)

    def row(self):
        size = "{:>3} {:>3} {:>3} {:>3}".format(*(self.first and self.first.size) or "----")
        again = self.again.how if self.again else "nothing"
        return (f"{self.name:<58} {self.first.how if self.first else 'UNDETECTED':<11}"
                f"{self.first.number if self.first else '-':>4} {self.scenarios:>9}  {size}  {again}")


HEADER = (f"{'defect':<58} {'found':<11}{'run':>4} {'scenarios':>9}  {'con flt stp drw'}  without the first\n"
          "(scenarios that find it as they are written; containers, faults, steps and draws it was shrunk to)")


def chosen(root, options):
    folder = os.path.join(root, PATCHES)
    names = sorted(name for name in os.listdir(folder) if name.endswith(".patch"))
    if options.names:
        names = [name for name in names if name[:-len(".patch")] in options.names]
    if options.short:
        names = names[::max(1, len(names) // SHORT)][:SHORT]
    if not names:
        raise SystemExit("planted-bugs: there is no such patch")
    return [os.path.join(folder, name) for name in names]


def hunt_all(root, patches, folder):
    """Hunts for all of them, as many at a time as there are processors, each in a tree of its own."""
    workers = min(len(patches), os.cpu_count() or 1)
    trees = queue.Queue()
    os.mkdir(os.path.join(folder, "sound"))
    sound = Sound(Tree(root, os.path.join(folder, "sound"), COPIED + BUILT))
    sound.tree.build(os.cpu_count() or 1)
    broken = sound.tree.written()
    if broken:
        raise SystemExit(f"planted-bugs: {broken[0].where} breaks without any patch; mend that first")
    for number in range(workers):
        os.mkdir(os.path.join(folder, str(number)))
        trees.put(Tree(sound.tree.folder, os.path.join(folder, str(number))))

    def hunt(patch):
        tree = trees.get()
        try:
            done = Hunt(tree, sound, patch)
        finally:
            trees.put(tree)
        print(done.story(), flush=True)
        return done

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return list(pool.map(hunt, patches))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help=f"{SHORT} of them only")
    parser.add_argument("names", nargs="*", metavar="NAME", help="these only")
    root = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    patches = chosen(root, parser.parse_args())
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        hunts = hunt_all(root, patches, folder)
    found = sum(hunt.first is not None for hunt in hunts)
    twice = sum(hunt.again is not None for hunt in hunts)
    print("", HEADER, *(hunt.row() for hunt in hunts), sep="\n")
    print(f"{found} of {len(hunts)} found, {twice} of them again without what found them first, "
          f"in {time.monotonic() - begin:.0f} s")
    return 0 if found == len(hunts) else 1


if __name__ == "__main__":
    sys.exit(main())
