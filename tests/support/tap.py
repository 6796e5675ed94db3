# SPDX-License-Identifier: Apache-2.0
"""What scripts of tests print: `ok` or `not ok` for each check, and the plan at the end."""


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def check(self, holds, sentence, why=""):
        """One test; why is printed where it does not hold."""
        self.count += 1
        self.failed += not holds
        print(f"{'ok' if holds else 'not ok'} {self.count} - {sentence}")
        if not holds and why:
            print("\n".join("# " + line for line in str(why).splitlines()))

    def finish(self):
        """Prints the plan; the exit status."""
        print(f"1..{self.count}")
        return 1 if self.failed else 0
