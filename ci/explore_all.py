#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Explores every scenario under `reliable`, judged by the promises alone: explore_all.py [--budget TIME|RUNS]
[--crashes N] [--late TIME] [--out DIR] [FILE|DIR...].

A line for each file and each number of crashes from 0 on: whether the promises held, and whether every order was made
(`whole`), some (`part`), or drawn through both wires (`bytes`). The exit status is 1 where a promise broke; what broke
is shrunk into DIR. It is 3 where a run that was made a second time was another one, as of `ctrsim explore`.
"""

import argparse
import os
import re
import subprocess
import sys


UNSOUND = 3


def scenarios(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".yaml"))


def explored(ctrsim, path, options, crashes):
    command = [ctrsim, "explore", "--handler", "reliable", "--only-promises", "--budget", options.budget,
               "--crashes", str(crashes), "--out", options.out]
    command += ["--late", options.late] if options.late else []
    command.append(path)
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    how = "whole" if "complete: yes" in run.stdout else "bytes" if "on the level of bytes" in run.stdout else "part"
    broke = re.findall(r"policy reliable broke (\S+) in run", run.stdout)
    if run.returncode not in (0, 1) or (run.returncode == 1 and not broke):
        broke = [run.stdout.strip().splitlines()[-1] if run.stdout.strip() else "status %d" % run.returncode]
    return how, broke, run.returncode == UNSOUND


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--budget", default="2s")
    parser.add_argument("--crashes", type=int, default=1)
    parser.add_argument("--late", default="", help="deliveries may be so late")
    parser.add_argument("--out", default="build/found")
    parser.add_argument("paths", nargs="*", default=["scenarios"])
    options = parser.parse_args()
    ctrsim = os.path.join(os.environ.get("BIN", "build/bin"), "ctrsim")
    count = {"whole": 0, "part": 0, "bytes": 0}
    failed = unsound = 0
    for path in scenarios(options.paths):
        for crashes in range(options.crashes + 1):
            how, broke, is_unsound = explored(ctrsim, path, options, crashes)
            count[how] += 1
            failed += bool(broke)
            unsound += is_unsound
            print("%-6s %-5s crashes %d  %s%s" % ("BROKE" if broke else "ok", how, crashes, path,
                                                  ": " + ", ".join(broke) if broke else ""), flush=True)
    print("%d explored: %d whole, %d in part, %d in bytes; %d broke" %
          (sum(count.values()), count["whole"], count["part"], count["bytes"], failed))
    return UNSOUND if unsound else 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
