#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the commands that the documents promise, as they are written: run_docs.py FILE.md...

A fenced ```sh block on the line after `<!-- ci -->` is run by bash -euo pipefail from the top of the tree. What a block
starts in the background is ended with it. Exit status: 0 when every block held, 1 when one failed, 2 when none was found.
"""

import os
import signal
import subprocess
import sys
import tempfile

MARK = "<!-- ci -->"
BLOCK_SECONDS_MAX = 300


def blocks_of(path):
    """(line, text) of each marked block; a mark without a block is an error."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for index, line in enumerate(lines):
        if line.strip() != MARK:
            continue
        if index + 1 >= len(lines) or lines[index + 1].strip() != "```sh" or "```" not in lines[index + 2:]:
            raise ValueError(f"{path}:{index + 1}: no ```sh block follows {MARK}")
        end = lines.index("```", index + 2)
        yield index + 3, "\n".join(lines[index + 2:end]) + "\n"


def run_block(text):
    """The exit status and the output of one block; None is a block that did not end."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", text], stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            status = process.wait(BLOCK_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end_group(process)
        output.seek(0)
        return status, output.read().decode("utf-8", "replace")


def end_group(process):
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main():
    count = failed = 0
    for path in sys.argv[1:]:
        try:
            blocks = list(blocks_of(path))
        except ValueError as error:
            print(error)
            return 1
        for line, text in blocks:
            status, output = run_block(text)
            count += 1
            if status == 0:
                print(f"ok    {path}:{line}")
                continue
            failed += 1
            ended = f"ended with {status}" if status is not None else f"did not end within {BLOCK_SECONDS_MAX} s"
            print(f"FAIL  {path}:{line}: {ended}; correct the document or what it promises\n{text}--- it printed\n{output}")
    if not count:
        print(f"docs: no block is marked with {MARK} in: {' '.join(sys.argv[1:])}")
        return 2
    print(f"docs: {count} blocks run, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
