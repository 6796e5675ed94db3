#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plants small defects in the handler's core, one at a time, and tells what finds each: planted_bugs.py [OPTION]... [NAME]...

Each tests/planted/NAME.patch is applied to a copy of the tree, built, and looked for: by all scenarios as they are
written, then, with the scenario that found it left out, by the others; what these do not find is looked for by random
scenarios. What was found is shrunk. The exit status is 1 where one goes undetected.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

PATCHES = os.path.join("tests", "planted")
COPIED = ("base", "proto", "grpc", "handler", "fakecontainerd", "scenarios", "harness", "programs", "Makefile", "VERSION")
BROKEN = re.compile(r"^not ok (\d+) - (\S+) \(reliable breaks ([^)]*)\)", re.MULTILINE)
RANDOM_BROKEN = re.compile(r"policy reliable broke (.+?) in run (\d+)")
SHRUNK = re.compile(r"shrunk in (\d+) tries from .* to (\d+), (\d+), (\d+), (\d+):")
SHRINK_RUNS = 2000
RANDOM_RUNS = 100
RANDOM_SEED = 1
SHORT = 5  # patches of the short form, spread over all of them


def run(command, folder, check=True):
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            check=False, timeout=600)
    if check and result.returncode != 0:
        raise SystemExit(f"planted-bugs: {' '.join(command)} failed:\n{result.stdout}")
    return result.stdout


class Tree:
    """A copy of what is built, in which patches are applied and taken back."""

    def __init__(self, root, folder):
        self.folder = folder
        for name in COPIED:
            source = os.path.join(root, name)
            copy = shutil.copytree if os.path.isdir(source) else shutil.copy2
            copy(source, os.path.join(folder, name))
        self.build()

    def build(self):
        run(["make", "--no-print-directory", f"-j{os.cpu_count()}", "PACKAGES=no", "WERROR=-w", "build/bin/ctrsim"],
            self.folder)

    def patch(self, path, *options):
        run(["patch", "-p1", "--silent", *options, "-i", path], self.folder)

    def ctrsim(self, *arguments):
        return run([os.path.join("build", "bin", "ctrsim"), *arguments], self.folder, check=False)


def broken_scenarios(tree):
    """(path, promises, runs made until then) of each scenario that breaks as it is written."""
    output = tree.ctrsim("run", "--handler", "reliable", "--report", "tap", "scenarios")
    return [(path, promises, int(number)) for number, path, promises in BROKEN.findall(output)]


def found_by_chance(tree):
    output = tree.ctrsim("explore", "--random-scenarios", "--handler", "reliable", "--seed", str(RANDOM_SEED),
                         "--budget", str(RANDOM_RUNS))
    found = RANDOM_BROKEN.search(output)
    return ("random scenarios", found.group(1), int(found.group(2))) if found else None


def shrunk(tree, path):
    """How short it gets: containers, faults, steps and draws that are left."""
    with tempfile.TemporaryDirectory() as out:
        output = tree.ctrsim("explore", "--handler", "reliable", "--budget", str(SHRINK_RUNS), "--out", out, path)
    found = SHRUNK.search(output)
    if not found:
        return "not shrunk"
    containers, faults, steps, draws = found.group(2, 3, 4, 5)
    return f"{containers} containers, {faults} faults, {steps} steps, {draws} draws"


class Hunt:
    """What became of one patch."""

    def __init__(self, tree, patch):
        self.name = os.path.basename(patch)[:-len(".patch")]
        tree.patch(patch)
        tree.build()
        files = broken_scenarios(tree)
        self.first = files[0] if files else found_by_chance(tree)
        self.again = files[1] if len(files) > 1 else found_by_chance(tree) if files else None
        self.files = len(files)
        self.size = shrunk(tree, files[0][0]) if files else ""
        tree.patch(patch, "--reverse")

    def lines(self):
        if not self.first:
            return [f"{self.name}: UNDETECTED"]
        lines = [f"{self.name}: {self.first[1]} by {self.first[0]}, run {self.first[2]}; {self.files} scenarios in all"]
        if self.size:
            lines.append(f"    shrunk to {self.size}")
        if self.again:
            lines.append(f"    without that: {self.again[1]} by {self.again[0]}, run {self.again[2]}")
        else:
            lines.append("    without that: not found")
        return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help=f"{SHORT} of them only")
    parser.add_argument("names", nargs="*", metavar="NAME", help="these only")
    options = parser.parse_args()
    root = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    patches = sorted(os.path.join(root, PATCHES, name) for name in os.listdir(os.path.join(root, PATCHES))
                     if name.endswith(".patch") and (not options.names or name[:-len(".patch")] in options.names))
    if options.short:
        patches = patches[::max(1, len(patches) // SHORT)][:SHORT]
    if not patches:
        raise SystemExit("planted-bugs: there is no such patch")
    found = twice = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(root, folder)
        sound = broken_scenarios(tree)
        if sound:
            raise SystemExit(f"planted-bugs: {sound[0][0]} breaks without any patch; mend that first")
        for patch in patches:
            hunt = Hunt(tree, patch)
            print("\n".join(hunt.lines()), flush=True)
            found += hunt.first is not None
            twice += hunt.again is not None
    print(f"{found} of {len(patches)} found, {twice} of them again without what found them first")
    return 0 if found == len(patches) and twice == found else 1


if __name__ == "__main__":
    sys.exit(main())
