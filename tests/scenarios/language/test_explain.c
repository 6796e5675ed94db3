/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/told.h"

static void what_is_given_is_told(void **state)
{
    static const struct row rows[] = {
        {"given: {namespace: moby}\n", "At first, in namespace moby:\n  there are no containers"},
        {"given: {socket: missing}\n", "  there is no socket"},
        {"given: {socket: refuses}\n", "  there is a socket, and nobody answers"},
        {"given: {socket: never accepts}\n", "  there is a socket, and nobody is ever accepted"},
        {"given: {socket: stays silent}\n", "  there is a socket, and who is accepted hears nothing"},
        {"given: {containers: [{id: a, state: none}]}\n", "  line 3: container a has no task"},
        {"given: {containers: [{id: a, state: created}]}\n", "  line 3: container a has a task that is created"},
        {"given: {containers: [{id: a, pid: 7}]}\n", "  line 3: container a runs with pid 7"},
        {"given: {containers: [{id: a, pid: 7, ignores SIGTERM: yes}]}\n",
         "  line 3: container a runs with pid 7, whose init process ignores SIGTERM"},
        {"given: {containers: [{id: a, state: none, exits at once: yes, code: 3}]}\n",
         "  line 3: container a has no task, whose init process exits with code 3 as soon as it is started"},
        {"given: {containers: [{id: a, state: exited, code: 3}]}\n", "  line 3: container a has exited with code 3"},
        {"given: {containers: [{id: a, labels: {x: \"1\", role: z}}]}\n",
         "  line 3: container a runs; its labels are \"x\": \"1\", \"role\": \"z\""},
        {"given: {containers: [{id: a, execs: [{id: e, pid: 2}]}]}\n", "  line 3: exec e runs in a with pid 2"},
        {"given: {containers: [{id: a}]}\n", "  the handler's records say the same"},
        {"given: {containers: [{id: a}], records: none}\n", "  the handler has no records"},
        {"given: {records: [{id: a, state: running, pid: 4}]}\n",
         "  line 3: the handler's record of a says running, pid 4"},
        {"given: {records: [{id: a, state: exited, code: -1, finished at: 2017-05-31T21:33:52Z}]}\n",
         "  line 3: the handler's record of a says exited, code -1, finished at 2017-05-31T21:33:52Z"},
        {"handlers: none\n", "  nobody: there is no handler, only scripted clients"},
        {"api: execution\n", "Both sides speak the API of 2017 (execution)."},
    };
    (void)state;
    CHECK("title: t\nwhy: w\n", rows);
}

static void each_fault_is_told(void **state)
{
    static const struct row rows[] = {
        {"faults: [{rpc: Tasks.Delete, container: web, do: fail, code: UNKNOWN, message: bad}]\n",
         "  line 4: one request Tasks.Delete of web fails with UNKNOWN \"bad\", with nothing done"},
        {"faults: [{rpc: Tasks.Get, do: fail, code: UNKNOWN, message: bad, times: 2}]\n",
         "  line 4: 2 requests Tasks.Get fail with UNKNOWN \"bad\", with nothing done"},
        {"faults: [{rpc: Tasks.Get, do: delay, for: 2s, times: always}]\n",
         "  line 4: every request Tasks.Get is done, and answered 2s later"},
        {"faults: [{rpc: Tasks.Get, do: delay, for: 2s, times: 2}]\n",
         "  line 4: 2 requests Tasks.Get are done, and answered 2s later"},
        {"faults: [{rpc: Tasks.Get, do: hang}]\n",
         "  line 4: one request Tasks.Get does nothing and never gets an answer"},
        {"faults: [{rpc: Tasks.Get, do: hang, times: 3}]\n",
         "  line 4: 3 requests Tasks.Get do nothing and never get an answer"},
        {"faults: [{stream: events, do: end, how: reset, error: CANCEL}]\n",
         "  line 4: one request Events.Subscribe opens a stream that ends at once by a reset with CANCEL"},
        {"faults: [{rpc: Tasks.Delete, do: lose the reply}]\n",
         "  line 4: one request Tasks.Delete is done, and the connection is cut before the answer"},
        {"faults: [{rpc: Tasks.Delete, do: lose the reply, times: 2}]\n",
         "  line 4: 2 requests Tasks.Delete are done, and the connection is cut before the answer"},
        {"faults: [{stream: events, event: exit, do: drop}]\n", "  line 4: one event exit is sent to nobody"},
        {"faults: [{stream: events, event: oom, do: duplicate, times: always}]\n",
         "  line 4: every event oom is sent twice"},
        {"faults: [{stream: events, event: exit, do: cut, after: 7, times: 2}]\n",
         "  line 4: 2 events exit are cut after 7 bytes, and the connection with them"},
        {"faults: [{rpc: Tasks.Start, do: hang, effect after: 25s}]\n",
         "  line 4: one request Tasks.Start never gets an answer, and is done all the same after 25s"},
        {"faults: [{rpc: Tasks.Delete, do: fail, code: UNKNOWN, message: bad, effect after: 25s}]\n",
         "  line 4: one request Tasks.Delete fails with UNKNOWN \"bad\", and is done all the same after 25s"},
        {"faults: [{rpc: Tasks.Get, container: web, do: answer, state: running, pid: 0, for: 300ms}]\n",
         "  line 4: every request Tasks.Get of web is done, and the answer is made up: running, pid 0; so until 300ms after the exit"},
        {"faults: [{rpc: Tasks.Delete, do: answer, exit code: 3, exited at: absent, times: 2}]\n",
         "  line 4: 2 requests Tasks.Delete are done, and the answer is made up: code 3, without a time"},
        {"faults: [{rpc: Tasks.Metrics, do: answer, oom kills: 2}]\n",
         "  line 4: one request Tasks.Metrics is done, and the answer is made up: killed 2 times for lack of memory"},
        {"faults: [{rpc: Tasks.List, container: web, do: leave out}]\n",
         "  line 4: one request Tasks.List of web is done, and answered with a list in which web is missing"},
        {"faults: [{rpc: Tasks.List, do: leave out, times: always}]\n",
         "  line 4: every request Tasks.List is done, and answered with a list that is empty"},
        {"faults: [{rpc: Tasks.Delete, do: delay, for: 3s, meanwhile: {code: NOT_FOUND, message: gone}}]\n",
         "  line 4: one request Tasks.Delete is done, and answered 3s later; until then others of the container fail with NOT_FOUND \"gone\""},
        {"faults: [{rpc: Tasks.Delete, do: hold, as: x, meanwhile: {code: NOT_FOUND, message: gone}}]\n",
         "  line 4: one request Tasks.Delete is done, and not answered until x is released; until then others of the container fail with NOT_FOUND \"gone\""},
        {"faults: [{rpc: Tasks.Get, do: hang, times: up to 3}]\n",
         "  line 4: up to 3 requests Tasks.Get do nothing and never get an answer"},
        {"faults:\n  - {rpc: Tasks.Get, container: web, do: hang, then: {do: hang, times: 2}, after that: {do: hang}}\n",
         "  line 5: then 2 requests Tasks.Get of web do nothing and never get an answer\n"
         "  line 5: after that every request Tasks.Get of web does nothing and never gets an answer"},
        {"faults: [{rpc: Tasks.Delete, do: lose the request}]\n",
         "  line 4: one request Tasks.Delete is lost: the connection is cut, and nothing is done"},
        {"faults: [{rpc: Tasks.Delete, do: lose the request, times: always}]\n",
         "  line 4: every request Tasks.Delete is lost: the connection is cut, and nothing is done"},
    };
    (void)state;
    CHECK(GIVEN, rows);
}

static void what_a_hold_waits_for_is_told(void **state)
{
    static const struct row rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: hold, as: x}]\n",
         "  line 4: one request Tasks.Delete is done, and not answered until x is released"},
        {"faults: [{rpc: Tasks.Delete, do: hold, until: {event: exit, container: web}}]\n",
         "  line 4: one request Tasks.Delete is done, and not answered until an event exit of web is sent"},
        {"faults: [{stream: events, event: exit, do: hold, as: x, until: {rpc: Tasks.Get, is: answered}}]\n",
         "  line 4: one event exit is kept back until x is released, or a request Tasks.Get is answered"},
        {"faults: [{stream: events, event: exit, do: hold, until: {rpc: Tasks.Get, container: web}}]\n",
         "  line 4: one event exit is kept back until a request Tasks.Get of web arrives"},
        {"faults: [{stream: events, do: delay, for: 2s, headers: yes}]\n",
         "  line 4: one request Events.Subscribe is done, and answered 2s later, but with headers at once"},
        {"faults: [{stream: events, event: exit, do: delay, for: 2s, times: 2}]\n",
         "  line 4: 2 events exit are sent 2s later"},
        {"faults: [{stream: events, event: exit, container: web, do: hold, as: x}]\n",
         "  line 4: one event exit of web is kept back until x is released"},
        {"faults: [{stream: events, event: exec added, do: hold, as: x, times: 2}]\n",
         "  line 4: 2 events exec added are kept back until x is released"},
    };
    (void)state;
    CHECK(GIVEN, rows);
}

static void each_step_is_told(void **state)
{
    static const struct row rows[] = {
        {"steps: [create: {container: a, pid: 2}]\n",
         "  line 4: first, container a and its task come to be with pid 2"},
        {"steps: [start: {container: web}]\n", "  line 4: first, the task of web runs"},
        {"steps: [exec: {container: web, exec: e}]\n", "  line 4: first, exec e starts in web"},
        {"steps:\n  - advance: 1s\n  - exit: {container: web, code: 9}\n", "  line 6: then, web exits with code 9"},
        {"steps:\n  - exec: {container: web, exec: e}\n  - exit: {container: web, exec: e, code: 9}\n    at: +2s\n",
         "  line 6: 2s later, exec e of web exits with code 9"},
        {"steps: [{oom: {container: web}, at: +1s}]\n",
         "  line 4: 1s after the start, the kernel reports a lack of memory in web"},
        {"faults: [{rpc: Tasks.Get, do: hold, as: x}]\nsteps: [release: x]\n",
         "  line 5: first, what is held as x goes on"},
        {"steps: [remove: {container: web}]\n", "  line 4: first, container web and its task vanish"},
        {"steps: [disconnect: {stream: events, code: OK}]\n", "  line 4: first, every stream of events ends with OK"},
        {"steps: [disconnect: {connection: all}]\n", "  line 4: first, every connection is cut with nothing said"},
        {"steps: [restart: {down: 3s, socket: refuses, state: lost}]\n",
         "  line 4: first, containerd is gone for 3s, and its socket refuses; when it is back it knows nothing"},
        {"steps: [restart: {down: 3s}]\n",
         "  line 4: first, containerd is gone for 3s, and its socket is missing; when it is back it knows what it knew"},
        {"steps: [restart: {down: 3s, tasks lost: [web], exits: late}]\n",
         "  line 4: first, containerd is gone for 3s, and its socket is missing; when it is back it has lost the tasks of web; what exits meanwhile is told late, if within 15s"},
        {"steps: [restart: {down: 3s, tasks lost: [web], containers lost: [web]}]\n",
         "  line 4: first, containerd is gone for 3s, and its socket is missing; when it is back it has lost the tasks of web and the containers web"},
        {"steps: [kill shim: {container: web, pid: 0}]\n",
         "  line 4: first, the shim of web dies and its processes with it; the task is gone, and an exit is told with code 137 and pid 0"},
        {"steps: [kill shim: {container: web, exit: lost, clean after: 10s}]\n",
         "  line 4: first, the shim of web dies and its processes with it; after 10s in which the task cannot be reached the task is gone, with nothing told"},
        {"steps: [kill shim: {container: web, clean after: never}]\n",
         "  line 4: first, the shim of web dies and its processes with it; nobody ever cleans up, and whoever asks for the task is told that it cannot be reached"},
        {"steps: [set clock: {by: -1h}]\n", "  line 4: first, containerd's wall clock jumps 3600s back"},
        {"steps: [create: {container: a, namespace: moby}]\n",
         "  line 4: first, container a and its task come to be, in namespace moby"},
        {"steps: [advance: 500ms]\n", "  line 4: first, 500ms pass, and nothing is done"},
        {"steps: [lock: {container: web}]\n", "  line 4: first, somebody else locks the handler's record of web"},
        {"steps: [unlock: {container: web}]\n", "  line 4: first, the handler's record of web is unlocked"},
        {"steps: [any order: [{oom: {container: web}}, {exit: {container: web, code: 0}, at: +1s}]]\n",
         "  line 4: first, in any order:\n  line 4:   the kernel reports a lack of memory in web\n"
         "  line 4:   1s after the block begins, web exits with code 0"},
        {"steps: [at once: [oom: {container: web}]]\n",
         "  line 4: first, all at one instant, before anything arrives at the other side:\n"
         "  line 4:   the kernel reports a lack of memory in web"},
        {"steps: [any order: [sequence: [oom: {container: web}]]]\n",
         "  line 4:   one after another:\n  line 4:     first, the kernel reports a lack of memory in web"},
    };
    (void)state;
    CHECK(GIVEN, rows);
}

static void each_end_of_a_stream_is_told(void **state)
{
    static const struct row rows[] = {
        {"clean", " cleanly, with OK"},
        {"no status", " with trailers that hold no gRPC code"},
        {"no trailers", " without trailers"},
        {"wrong content type", " with status 503 and text/plain"},
        {"truncated message", " with half of a message, then OK"},
        {"compressed message", " with a message that is marked as compressed"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char written[128];
        char said[160];
        (void)snprintf(written, sizeof written, "steps: [disconnect: {stream: events, how: %s}]\n", rows[i].written);
        (void)snprintf(said, sizeof said, "  line 4: first, every stream of events ends%s", rows[i].said);
        assert_true(says(GIVEN, written, said));
    }
}

static void what_is_expected_is_told(void **state)
{
    static const struct row rows[] = {
        {"expect: {always: [{container: web, state: none}]}\n",
         "  line 4: always: there is no record of web (under reliable alone)"},
        {"expect: {never: [{container: web, state: running, code: 1, pid: 2, finished at ns: 0}]}\n",
         "  line 4: never: the record of web says running, code 1, pid 2, finished at 1970-01-01T00:00:00Z (under "
         "reliable alone)"},
        {"expect: {finally: [{container: web, code: 1, promise: p}]}\n",
         "  line 4: in the end: the record of web says code 1 (under every policy; else p is broken)"},
        {"expect: {finally: [{streams: {open: 1}, under: original, promise: p}]}\n"
         "handlers: [{policy: original, breaks: []}]\n",
         "  line 4: in the end: 1 stream of events is open at the server (under original alone; else p is broken)"},
        {"expect: {finally: [streams: {open: 2}]}\n",
         "  line 4: in the end: 2 streams of events are open at the server (under reliable alone)"},
        {"expect: {finally: [called: {rpc: Tasks.Delete, container: web, times: 2, at: [0s, 1s]}]}\n",
         "  line 4: in the end: Tasks.Delete has been called for web 2 times, at 0s, 1s from the first (under reliable "
         "alone)"},
        {"expect: {finally: [dialed: {at: [0s]}]}\n",
         "  line 4: in the end: the handler has tried to connect at 0s from the first (under reliable alone)"},
        {"expect: {finally: [noted: {note: x, container: web, code: OK, text: hi}]}\n",
         "  line 4: in the end: the handler has noted x of web with OK \"hi\" at least once (under reliable alone)"},
        {"expect: {finally: [noted: {note: x, text: hi, times: 1}]}\n",
         "  line 4: in the end: the handler has noted x with \"hi\" once (under reliable alone)"},
        {"expect: {sometimes: [{container: web, exits while: no stream is open}]}\n",
         "  line 4: at some moment: web exits while no stream of events is open (under reliable alone)"},
        {"expect: {within: 7s}\n", "Expected (the run ends 7s after the last step):"},
        {"", "Expected (the run ends when all is quiet, at most 5s after the last step):"},
    };
    (void)state;
    CHECK(GIVEN, rows);
}

static void who_breaks_what_is_told(void **state)
{
    static const struct row rows[] = {
        {"", "Who breaks what:\n  reliable breaks nothing"},
        {"handlers: [{policy: original, breaks: []}]\n",
         "  reliable breaks nothing\n  line 4: original breaks nothing"},
        {"handlers: [{policy: reliable-without=sweep, breaks: [finished-once, no-exit-is-lost]}]\n",
         "Who breaks what:\n  reliable breaks nothing\n"
         "  line 4: reliable-without=sweep breaks finished-once, no-exit-is-lost, and nothing else"},
    };
    (void)state;
    CHECK(GIVEN, rows);
}

static void what_is_drawn_is_told(void **state)
{
    static const struct row rows[] = {
        {"choices: [{next: 2}]\n",
         "What is drawn first (after that, always the ordinary course):\n  line 4: next is number 2 behind the ordinary "
         "one"},
        {"choices:\n  - {next: 1}\n  - {cut: 0}\n", "  line 6: cut is the ordinary one"},
    };
    (void)state;
    CHECK(GIVEN, rows);
}

static void a_lack_of_memory_is_told(void **state)
{
    struct scenario *scenario = parse(GIVEN);
    struct buffer out = BUFFER_INIT;
    (void)state;
    out.failed = true;
    assert_int_equal(scenario_explain(scenario, &out), ERROR_NO_MEMORY);
    scenario_free(scenario);
}

static void a_scripted_client_is_told(void **state)
{
    static const struct row rows[] = {
        {"steps: [{call: {rpc: Tasks.Kill, with: {container: web, exec: e, signal: 9, all: no, namespace: none}, as: k}}]\n",
         "  line 4: first, a client asks Tasks.Kill container \"web\" exec \"e\" signal 9 not all in no namespace, as k"},
        {"steps: [{call: {path: /a.B/C, with: {bytes: \"0a\", namespace: t}, code: UNIMPLEMENTED}}]\n",
         "  line 4: first, a client asks /a.B/C as 1 bytes in namespace \"t\", and must be answered UNIMPLEMENTED"},
        {"steps: [{call: {rpc: Containers.Create, with: {container: a, runtime: \"\", image: i}, code: UNKNOWN, message: m}}]\n",
         "  line 4: first, a client asks Containers.Create container \"a\" runtime \"\" image \"i\", and must be answered "
         "UNKNOWN \"m\""},
        {"steps: [{call: {rpc: Tasks.Get, with: {container: a}, reply: {id: a, pid: 1, state: exited, code: 2, exited at: "
         "\"1970-01-01T00:00:01.5Z\"}}}]\n",
         "  line 4: first, a client asks Tasks.Get container \"a\", and must be answered OK id \"a\" pid 1 state exited code 2 "
         "exited 1 s and 500000000 ns after 1970 began"},
        {"steps: [{call: {rpc: Tasks.List, reply: {ids: [], pids: [1, 2]}}}]\n",
         "  line 4: first, a client asks Tasks.List, and must be answered OK no ids pids 1 2"},
        {"steps: [{call: {rpc: Events.Publish, with: {topic: /x}, as: p}}]\n",
         "  line 4: first, a client asks Events.Publish topic \"/x\", as p"},
        {"steps: [{call: {rpc: Namespaces.Get, with: {name: ns}, as: p}}, {answered: {call: p, nothing: yet}}]\n",
         "  line 4: then, by now p must have been answered nothing yet"},
        {"steps: [{call: {rpc: Events.Subscribe, with: {filters: [x]}, as: s}}, {heard: {by: s, events: []}}]\n",
         "  line 4: then, since it last told, s must have heard nothing"},
        {"steps: [{call: {rpc: Events.Subscribe, as: s}}, {heard: {by: s, events: [{topic: /tasks/exit, namespace: t, "
         "container: a, exec: e, exited at: never}, {topic: /namespaces/create, name: ns}, {answer: s}]}}]\n",
         "  line 4: then, since it last told, s must have heard /tasks/exit namespace \"t\" container \"a\" exec \"e\" exited "
         "never, then /namespaces/create name \"ns\", then the answer to s, and nothing else"},
    };
    (void)state;
    CHECK(GIVEN, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_is_told),         cmocka_unit_test(each_fault_is_told),
        cmocka_unit_test(what_a_hold_waits_for_is_told), cmocka_unit_test(each_step_is_told),
        cmocka_unit_test(each_end_of_a_stream_is_told),  cmocka_unit_test(what_is_expected_is_told),
        cmocka_unit_test(who_breaks_what_is_told),       cmocka_unit_test(what_is_drawn_is_told),
        cmocka_unit_test(a_lack_of_memory_is_told),      cmocka_unit_test(a_scripted_client_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
