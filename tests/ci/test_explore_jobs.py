#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The jobs of ci/explore do what they are there for, as far as that can be seen without a cluster: both files are read,
and their command lines are run here, a process for each shard, with small numbers in place of the large ones.

All shards together make as many runs as were asked for, and no world twice.
"""

import os
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True
from tap import Tap  # noqa: E402

BIN = os.path.abspath(os.environ.get("PLAIN_BIN", os.path.join(ROOT, "build", "bin")))
FILE = "scenarios/exit/a-clean-exit-is-recorded.yaml"
SMALL = {"RUNS": "64", "WORLDS": "3", "SCENARIOS": FILE, "SHARDS": "3"}


def run(script, environment):
    """The script as the job's shell runs it, with the programs of this build first in the path."""
    script = re.sub(r'^PATH=.*$', f'PATH="{BIN}:$PATH"', script, flags=re.MULTILINE)
    return subprocess.run(["/bin/sh", "-euc", script], cwd=ROOT, env={**os.environ, **environment}, capture_output=True,
                          text=True, check=False)


def sampled(output):
    return sum(int(runs) for runs in re.findall(r"^  sampled: (\d+) runs", output, re.MULTILINE))


def judge(tap, name, files, worlds):
    """What the shards have printed, all of the files and all of the made-up worlds."""
    broken = [done for done in files if done.returncode != 0]
    tap.check(not broken, f"{name}: a good scenario passes in every shard",
              "\n".join(done.stdout + done.stderr for done in broken))
    policies = len(set(re.findall(r"under (\S+)$", "\n".join(done.stdout for done in files), re.MULTILINE)))
    total = sum(sampled(done.stdout) for done in files)
    tap.check(policies > 0 and total == int(SMALL["RUNS"]) * policies,
              f"{name}: all shards together make the runs that were asked for", f"{total} under {policies} policies")
    # A world that breaks something says so with 1; whether one does is not asked here.
    strange = [done for done in worlds if done.returncode not in (0, 1) or done.stderr]
    tap.check(not strange, f"{name}: worlds are made up in every shard",
              "\n".join(done.stdout + done.stderr for done in strange))
    said = [re.search(r"^(\d+) random scenarios from seed", done.stdout, re.MULTILINE) for done in worlds]
    counts = [int(one.group(1)) if one else 0 for one in said]
    tap.check(sum(counts) == int(SMALL["WORLDS"]), f"{name}: all shards together make up the worlds asked for", counts)


def check_kubernetes(tap, findings):
    with open(os.path.join(ROOT, "ci/explore/kubernetes-job.yaml"), encoding="utf-8") as file:
        job = yaml.safe_load(file)
    spec = job["spec"]
    container = spec["template"]["spec"]["containers"][0]
    environment = {one["name"]: one["value"] for one in container["env"]}
    tap.check(job["kind"] == "Job" and job["apiVersion"] == "batch/v1" and spec["completionMode"] == "Indexed",
              "the job of Kubernetes is an Indexed one")
    tap.check(environment["SHARDS"] == str(spec["completions"]), "it has as many shards as completions")
    tap.check(spec["template"]["spec"]["restartPolicy"] == "Never" and spec["backoffLimit"] == 0,
              "what was found is not tried away again")
    tap.check(container["command"] == ["/bin/sh", "-euc"], "its script stops at the first failure")
    tap.check({mount["name"] for mount in container["volumeMounts"]} ==
              {volume["name"] for volume in spec["template"]["spec"]["volumes"]}, "its findings have a volume")
    for command in re.findall(r"ctrsim .*", container["args"][0]):
        tap.check("--shard" in command and "--out" in command and "--seed" in command, f"it says all of: {command}")
    script = container["args"][0]
    small = {**environment, **SMALL, "FINDINGS": findings}
    judge(tap, "kubernetes",
          [run(without(script, "--random"), {**small, "JOB_COMPLETION_INDEX": str(index)}) for index in range(3)],
          [run(without(script, "--search"), {**small, "JOB_COMPLETION_INDEX": str(index)}) for index in range(3)])
    failing = run(script.replace("ctrsim explore", "false"), {**small, "JOB_COMPLETION_INDEX": "0"})
    tap.check(failing.returncode == 1, "the pod fails where something was found", failing.stderr)


def without(script, option):
    """The script without its command that has the option."""
    return "".join(line for line in script.splitlines(keepends=True) if not re.search(f"^ctrsim .*{option}", line))


def check_matrix(tap, findings):
    with open(os.path.join(ROOT, "ci/explore/ci-matrix.yaml"), encoding="utf-8") as file:
        workflow = yaml.safe_load(file)
    job = workflow["jobs"]["explore"]
    shards = job["strategy"]["matrix"]["shard"]
    # YAML 1.1 takes the key `on` for a boolean.
    tap.check("schedule" in (workflow.get("on") or workflow.get(True)), "the matrix runs by the clock")
    tap.check(shards == list(range(int(workflow["env"]["SHARDS"]))), "the matrix has every shard once")
    tap.check(job["strategy"]["fail-fast"] is False, "one shard that finds something does not stop the others")
    tap.check(job["env"]["SHARD"] == "${{ matrix.shard }}", "each job knows its shard")
    scripts = [step["run"] for step in job["steps"] if "ctrsim" in step.get("run", "")]
    tap.check(len(scripts) == 2, "it explores the files and made-up worlds")
    small = {**workflow["env"], **SMALL, "SEED": "1", "FINDINGS": findings}
    judge(tap, "matrix", [run(scripts[0], {**small, "SHARD": str(shard)}) for shard in range(3)],
          [run(scripts[1], {**small, "SHARD": str(shard)}) for shard in range(3)])


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as findings:
        check_kubernetes(tap, findings)
        check_matrix(tap, findings)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
