#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What `make planted-bugs` says of a defect is so: what is made short stays worth keeping, what ran out of time is not called
undetected, and a scenario counts once. No defect is planted here; ctrsim is played by what it would say."""

import os
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "ci"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True
import planted_bugs  # noqa: E402
import shorten_scenario  # noqa: E402
from tap import Tap  # noqa: E402

STORY = """title: A story
given:
  containers:
    - {id: web, pid: 101}
    - {id: db, pid: 202}
faults:
  - rpc: Tasks.Delete
    do: hang
steps:
  - any order:
      - exit: {container: web, code: 0}
      - sequence:
          - oom: {container: db}
          - exit: {container: db, code: 137}
            at: +20ms
expect:
  finally:
    - {container: web, state: exited}
"""
SHORT = """title: A story
given:
  containers:
    - {id: db, pid: 202}
steps:
  - any order:
      - sequence:
          - exit: {container: db, code: 137}
            at: +20ms
"""


class Played:
    """A tree whose ctrsim says what is written here, of each way to look."""

    folder = ROOT

    def __init__(self, written, said):
        self.written, self.said = written, said

    def patch(self, *_):
        pass

    def build(self, *_):
        pass

    def scenarios(self):
        return ["a.yaml", "b.yaml"]

    def broken(self, path, *_):
        return self.written if path == "scenarios" else []

    def holds(self, _):
        return not self.written and not self.said

    def ctrsim(self, _, *arguments):
        for word, said in self.said:
            if word in arguments:
                if said is None:
                    raise planted_bugs.Endless
                return said, STATUSES.get(said, 1)
        return "", 0


class PlayedHunt(planted_bugs.Hunt):
    def size_of_written(self, find):
        return 1, 0, 1, 0


def hunt(written, *said, by=None, sound=()):
    return PlayedHunt(Played(written, said), Played([], sound), "tests/planted/a-defect.patch", by)


UNSOUND = "the same draws make two runs"
DEAD = "a contract"
STATUSES = {UNSOUND: planted_bugs.UNSOUND, DEAD: -6}
FOUND = ("{0}: policy reliable broke finished-once in run 7\n{0}: policy reliable broke no-exit-is-lost in run 9\n"
         "  shrunk in 9 tries from 9, 9, 9, 9 to 1, 0, 2, 3:\n    /x.yaml (.replay)\n")


def main():
    tap = Tap()
    kept = shorten_scenario.shorten(STORY, lambda text: "202" in text and "137" in text and "20ms" in text)
    tap.check(kept == SHORT, "a story loses each item that it can do without, and keys that are left with nothing")
    tap.check(shorten_scenario.size_of(STORY) == (2, 1, 3), "containers, faults and steps are counted, blocks are not")
    done = hunt([(3, "a.yaml", "x"), (5, "b.yaml", "y")], ("explore", None))
    tap.check([find.runs for find in done.finds] == [3, 5] and not done.out_of_time,
              "where two scenarios break as they are written nothing is explored")
    done = hunt([(3, "a.yaml", "x")], ("sampled", FOUND.format("b.yaml")))
    tap.check([(find.how, find.runs) for find in done.finds] == [("as written", 3), ("explored", 7)] and
              done.finds[1].size == (1, 0, 2, 3), "another order of another scenario finds it again")
    done = hunt([(3, "a.yaml", "x")], ("--crashes", None))
    tap.check("without that ran out of time" in done.story() and "UNDETECTED" not in done.story(),
              "what ran out of time says so")
    done = hunt([], ("--random-scenarios", FOUND.format("random-4.yaml")))
    tap.check([(find.how, find.runs) for find in done.finds] == [("random world", 4)] and "NOTHING" in done.row(),
              "a made-up world finds it once")
    done = hunt([(3, "a.yaml", "x")], ("--crashes", FOUND.format("b.yaml")), ("sampled", None), by="crashes")
    tap.check([find.how for find in done.finds] == ["crashes"] and not done.out_of_time, "one way alone can be asked for")
    done = hunt([(3, "a.yaml", "x")], ("sampled", UNSOUND))
    tap.check([find.how for find in done.finds] == ["as written", "explored"], "a run that cannot be made again finds it")
    for what in UNSOUND, DEAD:
        done = hunt([], ("sampled", what), sound=[("sampled", what)], by="explored")
        tap.check(not done.finds, f"what is so without the defect is no find: {what}")
    tap.check(hunt([], ("sampled", DEAD), by="explored").finds, "a program that dies has found it")
    done = hunt([], ("sampled", FOUND.format("b.yaml")), sound=[("nothing", "")], by="explored")
    tap.check(not done.finds, "nor is a story that breaks without it")
    tap.check("UNDETECTED" in hunt([]).row(), "what nothing finds is undetected")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
