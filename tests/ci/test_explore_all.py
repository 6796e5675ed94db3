#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Exploring all scenarios: a line for each file and number of crashes, and what broke decides. The explorer is played."""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAYED = """#!/bin/sh
case "$*" in
*whole*) echo '  every order: 9 states; complete: yes'; exit 0 ;;
*part*) echo '  every order: 9 states; complete: no'; exit 0 ;;
*bytes*) echo 'x: on the level of bytes, for so'; exit 0 ;;
*"--late 20s"*broken*) echo 'x: policy reliable broke lists-follow in run 3'; exit 1 ;;
*"crashes 1"*broken*) echo 'x: policy reliable broke no-exit-is-lost in run 3'; exit 1 ;;
*unlike*) echo 'x under reliable: the same draws make two runs'; exit 3 ;;
*unreadable*) echo 'x:1:1: unknown key'; exit 2 ;;
esac
"""


def explored(folder, *arguments):
    run = subprocess.run([sys.executable, str(ROOT / "ci" / "explore_all.py"), *arguments], cwd=folder,
                         env=dict(os.environ, BIN=folder), capture_output=True, text=True, check=False)
    return run.returncode, run.stdout.splitlines()


def main():
    with tempfile.TemporaryDirectory() as folder:
        ctrsim = pathlib.Path(folder, "ctrsim")
        ctrsim.write_text(PLAYED)
        ctrsim.chmod(0o755)
        stories = pathlib.Path(folder, "scenarios", "topic")
        stories.mkdir(parents=True)
        for name in ("whole.yaml", "part.yaml", "bytes.yaml", "note.txt"):
            (stories / name).write_text("")
        status, lines = explored(folder)
        assert status == 0 and len(lines) == 7, lines
        assert lines[0] == "ok     bytes crashes 0  scenarios/topic/bytes.yaml", lines
        assert lines[-1] == "6 explored: 2 whole, 2 in part, 2 in bytes; 0 broke", lines
        (stories / "broken.yaml").write_text("")
        status, lines = explored(folder, "--crashes", "0", "scenarios/topic/broken.yaml")
        assert status == 0 and len(lines) == 2, lines
        status, lines = explored(folder, "scenarios/topic/broken.yaml")
        assert status == 1 and lines[1].endswith("crashes 1  scenarios/topic/broken.yaml: no-exit-is-lost"), lines
        status, lines = explored(folder, "--late", "20s", "--crashes", "0", "scenarios/topic/broken.yaml")
        assert status == 1 and lines[0].endswith("crashes 0  scenarios/topic/broken.yaml: lists-follow"), lines
        (stories / "unreadable.yaml").write_text("")
        status, lines = explored(folder, "--crashes", "0", "scenarios/topic/unreadable.yaml")
        assert status == 1 and "BROKE" in lines[0] and lines[0].endswith("unknown key"), lines
        (stories / "unlike.yaml").write_text("")
        status, lines = explored(folder)
        assert status == 3 and lines[-1].endswith("; 5 broke"), lines
        assert any(line.endswith("unlike.yaml: x under reliable: the same draws make two runs") for line in lines), lines
    return 0


if __name__ == "__main__":
    sys.exit(main())
