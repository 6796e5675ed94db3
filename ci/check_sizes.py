#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that files and functions stay small: check_sizes.py [ROOT]. ci/sizes.txt names the exceptions."""

import json
import os
import subprocess
import sys

import sources

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
EXCEPTIONS = "ci/sizes.txt"
SUFFIXES = (".c", ".h", ".py", ".sh")
CTAGS = ["ctags", "--options=NONE", "--output-format=json", "--fields=+ne", "--languages=C,C++,Python,Sh",
         "--map-C=+.h", "--kinds-C=f", "--kinds-Python=fm", "--kinds-Sh=f", "-f", "-", "-L", "-"]


def end_of_shell_function(lines, start):
    """ctags knows no end for shell: it is the next brace at the start of a line, or the one that ends a one-liner."""
    if lines[start - 1].rstrip().endswith("}"):
        return start
    for number in range(start, len(lines) + 1):
        if lines[number - 1].startswith("}"):
            return number
    return len(lines)


def functions_of(root, paths):
    """(path, name, first line, length) of every function."""
    answer = subprocess.run(CTAGS, cwd=root, input="\n".join(paths), capture_output=True, text=True, check=True)
    for tag in map(json.loads, answer.stdout.splitlines()):
        path, start = tag["path"], tag["line"]
        end = tag.get("end") or end_of_shell_function(sources.read_lines(root, path), start)
        yield path, tag["name"], start, end - start + 1


def read_exceptions(root):
    """Allowed size and line in the list, by subject."""
    allowed = {}
    if os.path.exists(os.path.join(root, EXCEPTIONS)):
        for number, line in enumerate(sources.read_lines(root, EXCEPTIONS), 1):
            if line and not line.startswith("#"):
                subject, size = line.split()
                allowed[subject] = (int(size), number)
    return allowed


class Judge:
    """Compares sizes with the limits and with the exceptions."""

    def __init__(self, root, findings):
        self.allowed = read_exceptions(root)
        self.findings = findings

    def judge(self, path, line, subject, size, limit):
        exception, listed_at = self.allowed.pop(subject, (None, 0))
        if exception is None:
            if size > limit:
                self.findings.add(path, line, f"{subject} has {size} lines, {limit} are allowed; split it")
        elif size > exception:
            self.findings.add(path, line, f"{subject} has grown from {exception} to {size} lines; make it shorter")
        elif size <= limit:
            self.findings.add(EXCEPTIONS, listed_at, f"{subject} is within the limit now; remove this line")
        elif size < exception:
            self.findings.add(EXCEPTIONS, listed_at, f"{subject} has fallen to {size} lines; write {size} here")

    def judge_the_rest(self):
        for subject, (_, listed_at) in self.allowed.items():
            self.findings.add(EXCEPTIONS, listed_at, f"{subject} does not exist; remove this line")


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    findings = sources.Findings("sizes")
    judge = Judge(root, findings)
    paths = sources.find(root, SUFFIXES)
    for path in paths:
        judge.judge(path, 1, path, len(sources.read_lines(root, path)), FILE_LINES_MAX)
    count = 0
    for path, name, line, size in functions_of(root, paths):
        judge.judge(path, line, f"{path}:{name}", size, FUNCTION_LINES_MAX)
        count += 1
    judge.judge_the_rest()
    return findings.close(f"{len(paths)} files and {count} functions")


if __name__ == "__main__":
    sys.exit(main())
