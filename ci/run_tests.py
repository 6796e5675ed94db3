#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs test programs (cmocka, speaking TAP) and test scripts, a line each, and closes with `N passed, N failed`.

A program's tests are counted one by one. A script counts as one test, judged by its exit status, unless it prints a
TAP plan (`1..N`); then its `ok` and `not ok` lines count. A program that ends badly with no failed test (a leak, a
sanitizer's halt) or before its plan is fulfilled has one failure more. Skipped tests are named and count as neither.
As many run at once as there are processors, the scripts first, because they take longest. What took most of a processor
is named before the last line. The exit status is 0 only if something passed and nothing failed.
"""

import argparse
import concurrent.futures
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM_SECONDS_MAX = int(os.environ.get("PROGRAM_SECONDS_MAX", 60))
SCRIPT_SECONDS_MAX = int(os.environ.get("SCRIPT_SECONDS_MAX", 120))
CLEANUP_SECONDS_MAX = 30
SHOWN_LINES_MAX = 200
SLOWEST_MAX = 10
PYTHON = "/usr/bin/python3"

PLAN = re.compile(r"^1\.\.(\d+)\s*$")
RESULT = re.compile(r"^(ok|not ok) \d+(.*)$")
SKIPPED = re.compile(r"#\s*SKIP\b", re.IGNORECASE)

SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:halt_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}


class Outcome:
    """What one program or script came to."""

    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self.output = ""
        self.reasons = []

    def fail(self, reason):
        self.failed += 1
        self.reasons.append(reason)


def read_tap(outcome, is_required):
    """Counts the TAP lines of the output; says whether there was a plan."""
    planned = None
    for line in outcome.output.splitlines():
        plan, result = PLAN.match(line), RESULT.match(line)
        if plan:
            planned = (planned or 0) + int(plan.group(1))
        elif result and SKIPPED.search(result.group(2)):
            outcome.skipped += 1
        elif result and result.group(1) == "ok":
            outcome.passed += 1
        elif result:
            outcome.failed += 1
    if planned is None:
        # What is not TAP counts for nothing, but a program that took too long has failed whatever it printed.
        outcome.passed = outcome.skipped = 0
        outcome.failed = len(outcome.reasons)
        if is_required:
            outcome.fail("printed no plan, so no test of it ran")
        return False
    if outcome.passed + outcome.failed + outcome.skipped < planned:
        outcome.fail(f"ended before all of its {planned} tests had run")
    return True


def wait(process, seconds_max):
    """Its status and the processor's seconds it took with its children; None is a process that still runs."""
    # Popen.wait looks 20 times a second, which is longer than most programs take.
    descriptor = os.pidfd_open(process.pid)
    try:
        if not select.select([descriptor], [], [], seconds_max)[0]:
            return None
    finally:
        os.close(descriptor)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def end_group(process):
    """Ends a program that took too long, and first lets it clean up."""
    for number, seconds in ((signal.SIGTERM, CLEANUP_SECONDS_MAX), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        if wait(process, seconds):
            return


def run(name, command, environment, seconds_max):
    """Runs one command; its output goes through a file, so that a child it leaves behind cannot hold us up."""
    outcome = Outcome(name)
    start = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   env=environment, start_new_session=True)
        status = None
        try:
            ended = wait(process, seconds_max)
            if ended:
                status, outcome.cpu_seconds = ended
            else:
                outcome.fail(f"did not end within {seconds_max} s")
        finally:
            if process.returncode is None:
                end_group(process)
        output.seek(0)
        outcome.output = output.read().decode("utf-8", "replace")
    outcome.seconds = time.monotonic() - start
    return outcome, status


def describe(status):
    return f"ended by signal {-status}" if status < 0 else f"ended with exit status {status}"


def run_program(path, environment):
    outcome, status = run(os.path.relpath(path), [path], environment, PROGRAM_SECONDS_MAX)
    read_tap(outcome, is_required=True)
    if status and not outcome.failed:
        outcome.fail(f"{describe(status)} although no test failed")
    return outcome


def run_script(path, environment):
    command = [PYTHON, path] if path.endswith(".py") else ["bash", path]
    outcome, status = run(path, command, environment, SCRIPT_SECONDS_MAX)
    if not read_tap(outcome, is_required=False) and status == 0:
        outcome.passed = 1
    if status and not outcome.failed:
        outcome.fail(describe(status))
    return outcome


def find_scripts(top, without):
    found = []
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in without]
        found += [os.path.join(folder, name) for name in files if re.fullmatch(r"test_.*\.(sh|py)", name)]
    return sorted(found)


def show(outcome):
    skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
    counts = f"{outcome.passed} passed, {outcome.failed} failed{skipped}"
    print(f"{'FAIL' if outcome.failed else 'ok  '}  {outcome.name}: {counts} ({outcome.seconds:.2f} s)")
    if outcome.failed:
        lines = outcome.output.splitlines()
        if len(lines) > SHOWN_LINES_MAX:
            print(f"      [{len(lines) - SHOWN_LINES_MAX} lines left out]")
        for line in lines[-SHOWN_LINES_MAX:] + outcome.reasons:
            print(f"      {line}")
    sys.stdout.flush()


def show_slowest(outcomes):
    """Nothing where all are quick; a busy machine changes little of a processor's seconds."""
    slowest = sorted(outcomes, key=lambda outcome: -outcome.cpu_seconds)[:SLOWEST_MAX]
    lines = [f"{outcome.cpu_seconds:6.2f} s  {outcome.name}" for outcome in slowest if outcome.cpu_seconds >= 1]
    if lines:
        print("\n".join(["most of a processor's time took", *lines]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", help="cmocka programs")
    parser.add_argument("--scripts", metavar="DIR", help="run every test_*.sh and test_*.py below DIR")
    parser.add_argument("--without", metavar="DIR", action="append", default=[], help="a folder to leave out")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many run at once")
    options = parser.parse_args()

    environment = {**SANITIZERS, **os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP", "PYTHON": PYTHON}
    jobs = [(run_script, path) for path in find_scripts(options.scripts, options.without)] if options.scripts else []
    jobs += [(run_program, os.path.abspath(path)) for path in options.programs]
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda job: job[0](job[1], environment), jobs):
            show(outcome)
            outcomes.append(outcome)

    show_slowest(outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    if passed + failed == 0:
        print("no test ran")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
