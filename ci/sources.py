# SPDX-License-Identifier: Apache-2.0
"""What the checks share: which files there are, and how a finding is printed."""

import os
import sys

LEFT_OUT = {".git", "build", "__pycache__"}


def find(root, suffixes, names=()):
    """The files below root that end in one of the suffixes or bear one of the names, relative to root, sorted."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in LEFT_OUT]
        paths = [os.path.relpath(os.path.join(folder, name), root) for name in files
                 if name.endswith(tuple(suffixes)) or name in names]
        found += [path for path in paths if os.path.isfile(os.path.join(root, path))]
    return sorted(found)


def read_lines(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


class Findings:
    """Prints each finding as path:line: what is wrong; what to do. close() gives the exit status."""

    def __init__(self, name):
        self.name = name
        self.count = 0

    def add(self, path, line, sentence):
        self.count += 1
        print(f"{path}:{line}: {sentence}")

    def close(self, looked_at):
        if self.count:
            print(f"{self.name}: {self.count} found")
        else:
            print(f"{self.name}: {looked_at} in order")
        sys.stdout.flush()
        return 1 if self.count else 0
