#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A client with ids of its own, as dockerd has them, under a scenario that knows none of them: `--as` and `--namespace`.

The client is Python's grpcio; its few messages are written here by hand, since all they have is texts.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time

import grpc

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.dont_write_bytecode = True
from tap import Tap  # noqa: E402

BIN = os.environ.get("BIN", os.path.join(ROOT, "build", "bin"))
SECONDS_MAX = 20
WEB = "740ca89b2d18e498880b9a887ce953d8eac8a82167c25303f38ca5749f1a04c4"
DB = "9e7b9a2660b958272bab4e7e4fa138664a12577aba90f751c6d67df3cb661def"
STORY = """\
title: A story of other people's containers
why: Their ids are not known before they are made.
given:
  containers:
    - {id: web, pid: 101, state: running}
    - {id: db, state: none}
steps:
  - exit: {container: web, code: 7}
handlers:
  - {policy: original, breaks: []}
"""


def field(number, content):
    content = content.encode() if isinstance(content, str) else content
    return bytes([number << 3 | 2, len(content)]) + content


def wait_until(condition):
    end = time.monotonic() + SECONDS_MAX
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


class Client:
    def __init__(self, path):
        self.channel = grpc.insecure_channel("unix:" + path)
        self.metadata = (("containerd-namespace", "moby"),)
        self.heard = []
        self.stream = self.channel.unary_stream("/containerd.services.events.v1.Events/Subscribe")(
            field(1, "namespace==moby,topic~=|^/tasks/|"), metadata=self.metadata)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            self.heard.extend(self.stream)
        except grpc.RpcError:
            pass

    def call(self, service, method, message):
        path = f"/containerd.services.{service.lower()}.v1.{service}/{method}"
        return self.channel.unary_unary(path)(message, metadata=self.metadata, timeout=SECONDS_MAX)

    def create(self, container):
        runtime = field(1, "io.containerd.runc.v2")
        spec = field(1, "spec")
        return self.call("Containers", "Create", field(1, field(1, container) + field(4, runtime) + field(5, spec)))

    def task(self, method, container):
        return self.call("Tasks", method, field(1, container))


def play(tap, path, log):
    def logged():
        with open(log, encoding="utf-8") as file:
            return file.read()

    def has(topic, container):
        return any(topic.encode() in one and container.encode() in one for one in client.heard)

    tap.check(wait_until(lambda: "serving on" in logged()), "it serves", logged())
    tap.check("the clock waits until clients have made in namespace moby: web, db\n" in logged(), "and tells what it waits for",
              logged())
    client = Client(path)
    tap.check(wait_until(lambda: logged().count("connected") > 0), "a client comes", logged())
    answer = client.create(WEB)
    tap.check(WEB.encode() in answer, "a container that a client makes is answered with its own id", answer)
    tap.check(f"web is the container {WEB}" in logged(), "and the log says what the scenario calls it", logged())
    client.task("Create", WEB)
    client.task("Start", WEB)
    time.sleep(0.3)
    tap.check("command exit" not in logged(), "no step is played while one of the given is missing", logged())
    begin = time.monotonic()
    client.create(DB)
    tap.check(wait_until(lambda: has("/tasks/exit", WEB)), "then the story begins, and tells of the client's ids", logged())
    tap.check(time.monotonic() - begin > 0.9, "a second later, so that the client has heard its answers",
              time.monotonic() - begin)
    tap.check("command exit web status 7" in logged(), "while its log has the names", logged())
    tap.check(not any(b"web" in one for one in client.heard), "which no client hears", client.heard)
    listed = client.call("Tasks", "List", b"")
    tap.check(WEB.encode() in listed and b"\x18\x65" not in listed, "a list has the client's task and not the given one", listed)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        path, log, story = (os.path.join(folder, name) for name in ("c.sock", "log", "story.yaml"))
        with open(story, "w", encoding="utf-8") as file:
            file.write(STORY)
        with open(log, "w", encoding="utf-8") as errors:
            command = [os.path.join(BIN, "fakecontainerd"), "--address", path, "--scenario", story, "--namespace", "moby",
                       "--as", "web,db", "--debug"]
            with subprocess.Popen(command, stderr=errors) as fake:
                try:
                    play(tap, path, log)
                finally:
                    fake.terminate()
                tap.check(fake.wait(SECONDS_MAX) == 0, "and it ends well")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
