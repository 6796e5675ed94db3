#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Python's grpcio against our two ends: its client calls our server, our client calls its server.

The ends are played by tests/grpc/io/test_peer (see there). It is looked for in $TEST_BIN (the folder of built test
programs), or beside $BIN. The messages are plain bytes, so no protobuf is needed.
"""

import concurrent.futures
import os
import subprocess
import sys
import tempfile
import threading
import time

import grpc

SECONDS_MAX = 60
MESSAGE_MAX = 16 * 1024 * 1024
NON_ASCII = "größer als 100 % – 容器"
OPTIONS = [("grpc.max_receive_message_length", 2 * MESSAGE_MAX), ("grpc.max_send_message_length", 2 * MESSAGE_MAX)]


def peer_program():
    tests = os.environ.get("TEST_BIN") or os.path.join(os.path.dirname(os.environ["BIN"]), "tests")
    return os.path.join(tests, "grpc/io/test_peer")


def wait_until(condition):
    end = time.monotonic() + SECONDS_MAX
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("did not happen in time")
        time.sleep(0.01)


def expect(got, wanted):
    if got != wanted:
        raise AssertionError(f"expected {wanted!r}, got {got!r}")


def big(length):
    return (bytes(range(251)) * (length // 251 + 1))[:length]


def failure_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call did not fail")


# ---- grpcio's client, our server ----


class OurServer:
    def __init__(self, folder):
        self.path = os.path.join(folder, "ours.sock")
        self.process = subprocess.Popen([peer_program(), "--serve", self.path])
        wait_until(lambda: os.path.exists(self.path))

    def channel(self, options=()):
        return grpc.insecure_channel("unix:" + self.path, options=OPTIONS + list(options))

    def stop(self):
        self.process.terminate()
        expect(self.process.wait(SECONDS_MAX), 0)


def unary(channel, method):
    return channel.unary_unary("/test.Test/" + method)


def stream(channel, method):
    return channel.unary_stream("/test.Test/" + method)


def unary_call_to_our_server(server):
    with server.channel() as channel:
        expect(unary(channel, "Echo")(b"hello"), b"hello")
        expect(unary(channel, "Echo")(b""), b"")


def server_stream_of_10000_messages_from_our_server(server):
    with server.channel() as channel:
        expect([int(message) for message in stream(channel, "Count")(b"10000")], list(range(10000)))


def error_with_a_non_ascii_text_from_our_server(server):
    with server.channel() as channel:
        error = failure_of(lambda: unary(channel, "Fail")(b"5 " + NON_ASCII.encode()))
        expect((error.code(), error.details()), (grpc.StatusCode.NOT_FOUND, NON_ASCII))


def error_after_a_message_from_our_server(server):
    with server.channel() as channel:
        call = stream(channel, "Halfway")(b"9 not now")
        expect(next(call), b"half")
        error = failure_of(lambda: next(call))
        expect((error.code(), error.details()), (grpc.StatusCode.FAILED_PRECONDITION, "not now"))


def deadline_on_our_server(server):
    with server.channel() as channel:
        error = failure_of(lambda: unary(channel, "Hang")(b"", timeout=0.05))
        expect(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        left = int(unary(channel, "Timeout")(b"", timeout=30))
        assert 29e9 < left < 31e9, left


def cancel_reaches_our_server_and_leaves_the_channel_usable(server):
    with server.channel() as channel:
        call = stream(channel, "Hang")(b"")
        call.cancel()
        expect(failure_of(lambda: next(call)).code(), grpc.StatusCode.CANCELLED)
        expect(unary(channel, "Echo")(b"after"), b"after")


def message_of_16_mib_in_both_directions_on_our_server(server):
    with server.channel() as channel:
        expect(unary(channel, "Big")(str(MESSAGE_MAX).encode()), big(MESSAGE_MAX))
        expect(len(unary(channel, "Echo")(big(MESSAGE_MAX))), MESSAGE_MAX)
        error = failure_of(lambda: unary(channel, "Echo")(big(MESSAGE_MAX + 1)))
        expect(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)


def metadata_reaches_our_server(server):
    with server.channel() as channel:
        call = unary(channel, "Metadata")
        expect(call(b"containerd-namespace", metadata=[("containerd-namespace", "moby")]), b"moby")
        assert call(b"user-agent").startswith(b"grpc-python")


def unknown_method_of_our_server(server):
    with server.channel() as channel:
        expect(failure_of(lambda: unary(channel, "Nothing")(b"")).code(), grpc.StatusCode.UNIMPLEMENTED)


def keepalive_pings_are_answered_by_our_server(server):
    options = [
        ("grpc.keepalive_time_ms", 20),
        ("grpc.keepalive_timeout_ms", 100),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
    with server.channel(options) as channel:
        error = failure_of(lambda: unary(channel, "Hang")(b"", timeout=0.5))
        expect(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)


def calls_in_parallel_to_our_server(server):
    with server.channel() as channel:
        call = unary(channel, "Echo")
        futures = [call.future(str(i).encode()) for i in range(500)]
        expect([int(future.result(SECONDS_MAX)) for future in futures], list(range(500)))


# ---- our client, grpcio's server ----


class Service(grpc.GenericRpcHandler):
    def __init__(self):
        self.cancelled = threading.Event()

    def service(self, details):
        name = details.method.rsplit("/", 1)[1]
        if name in ("Echo", "Fail", "Big", "Metadata", "Hang"):
            return grpc.unary_unary_rpc_method_handler(getattr(self, name))
        if name in ("Count", "Halfway", "Endless"):
            return grpc.unary_stream_rpc_method_handler(getattr(self, name))
        return None

    def Echo(self, request, context):
        return request

    def Fail(self, request, context):
        context.abort(grpc.StatusCode.NOT_FOUND, NON_ASCII)

    def Big(self, request, context):
        return big(int(request))

    def Metadata(self, request, context):
        return dict(context.invocation_metadata())[request.decode()].encode()

    def Hang(self, request, context):
        context.add_callback(self.cancelled.set)
        self.cancelled.wait(SECONDS_MAX)
        return b""

    def Count(self, request, context):
        for i in range(int(request)):
            yield str(i).encode()

    def Halfway(self, request, context):
        yield b"half"
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not now")

    def Endless(self, request, context):
        context.add_callback(self.cancelled.set)
        while context.is_active():
            yield b"more"


class TheirServer:
    def __init__(self, folder):
        self.path = os.path.join(folder, "theirs.sock")
        self.service = Service()
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(8), [self.service], options=OPTIONS)
        assert self.server.add_insecure_port("unix:" + self.path)
        self.server.start()

    def call(self, method, message, *options):
        command = [peer_program(), "--call", self.path, "test.Test/" + method, message, *options]
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=SECONDS_MAX, check=False)
        expect(done.returncode, 0)
        return done.stdout.decode().splitlines()

    def stop(self):
        self.server.stop(None).wait(SECONDS_MAX)


def unary_call_by_our_client(server):
    expect(server.call("Echo", "hello"), ["headers", "message hello", "ended trailers OK "])


def server_stream_of_10000_messages_to_our_client(server):
    lines = server.call("Count", "10000", "--stream")
    expect(lines, ["headers"] + [f"message {i}" for i in range(10000)] + ["ended trailers OK "])


def error_with_a_non_ascii_text_to_our_client(server):
    expect(server.call("Fail", "")[-1].split(" ", 2)[2], "NOT_FOUND " + NON_ASCII)


def error_after_a_message_to_our_client(server):
    lines = server.call("Halfway", "", "--stream")
    expect(lines, ["headers", "message half", "ended trailers FAILED_PRECONDITION not now"])


def deadline_of_our_client(server):
    server.service.cancelled.clear()
    line = server.call("Hang", "", "--timeout-ms", "50")[-1]
    expect(line.split()[2], "DEADLINE_EXCEEDED")
    assert server.service.cancelled.wait(SECONDS_MAX)


def cancel_by_our_client(server):
    server.service.cancelled.clear()
    expect(server.call("Endless", "", "--stream", "--cancel-at", "3"), ["headers"] + ["message more"] * 3)
    assert server.service.cancelled.wait(SECONDS_MAX)


def message_of_16_mib_to_our_client(server):
    expect(server.call("Big", str(MESSAGE_MAX))[1], f"message of {MESSAGE_MAX} bytes")
    expect(server.call("Big", str(MESSAGE_MAX + 1))[-1].split()[1:3], ["too-large", "RESOURCE_EXHAUSTED"])


def metadata_from_our_client(server):
    lines = server.call("Metadata", "containerd-namespace", "--metadata", "containerd-namespace", "moby")
    expect(lines[1], "message moby")


def ping_of_our_client_is_answered(server):
    assert "pong 12345678" in server.call("Echo", "hello", "--ping")


def unknown_method_of_their_server(server):
    expect(server.call("Nothing", "")[-1].split()[2], "UNIMPLEMENTED")


OUR_SERVER = [
    unary_call_to_our_server,
    server_stream_of_10000_messages_from_our_server,
    error_with_a_non_ascii_text_from_our_server,
    error_after_a_message_from_our_server,
    deadline_on_our_server,
    cancel_reaches_our_server_and_leaves_the_channel_usable,
    message_of_16_mib_in_both_directions_on_our_server,
    metadata_reaches_our_server,
    unknown_method_of_our_server,
    keepalive_pings_are_answered_by_our_server,
    calls_in_parallel_to_our_server,
]
THEIR_SERVER = [
    unary_call_by_our_client,
    server_stream_of_10000_messages_to_our_client,
    error_with_a_non_ascii_text_to_our_client,
    error_after_a_message_to_our_client,
    deadline_of_our_client,
    cancel_by_our_client,
    message_of_16_mib_to_our_client,
    metadata_from_our_client,
    ping_of_our_client_is_answered,
    unknown_method_of_their_server,
]


def main():
    number = failed = 0
    print(f"1..{len(OUR_SERVER) + len(THEIR_SERVER)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for make_server, tests in ((OurServer, OUR_SERVER), (TheirServer, THEIR_SERVER)):
            server = make_server(folder)
            try:
                for test in tests:
                    number += 1
                    sentence = test.__name__.replace("_", " ")
                    try:
                        test(server)
                        print(f"ok {number} - {sentence}", flush=True)
                    except Exception as error:  # every failure of one test is told, and the next one runs
                        failed += 1
                        print(f"not ok {number} - {sentence}\n# {error!r}", flush=True)
            finally:
                server.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
