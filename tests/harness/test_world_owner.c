/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario does to the handler's own side, as small files with the verdict that must follow. Most are about
 * `original`, whose ways do not change. */
#include "harness/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD     "title: t\nwhy: w\ngiven:\n  containers:\n    - {id: web, pid: 101, state: running}\n"
#define EXITS    "steps:\n  - exit: {container: web, code: 3}\n"
#define RECORDED "expect:\n  finally:\n    - {container: web, state: exited, code: 3, promise: recorded}\n"

struct row {
    const char *name;
    const char *scenario;
    const char *policy;
    const char *broken;
    const char *explanation; /* a part of it */
};

static const struct row rows[] = {
    {"what the store has carried out outlives a crash",
     HEAD EXITS "  - handler: {do: crash, down: 1s}\n    after: {store: put, container: web, is: answered}\n" RECORDED,
     "original", "", ""},
    {"what the store was only asked does not",
     HEAD EXITS "  - handler: {do: crash, down: 1s}\n    after: {store: put, container: web, is: asked}\n", "original",
     "no-exit-is-lost", "container web exited with 3; its record says RUNNING"},
    {"nor what it would have done later",
     HEAD "faults:\n  - {store: put, do: delay, for: 3s}\n" EXITS "  - handler: {do: crash, down: 1s}\n    at: +1s\n",
     "original", "no-exit-is-lost", ""},
    {"a write that is only slow is done", HEAD "faults:\n  - {store: put, do: delay, for: 3s}\n" EXITS RECORDED,
     "original", "", ""},
    {"a write that is held is done when it is released",
     HEAD "faults:\n  - {store: put, do: hold, as: it}\n" EXITS "  - release: it\n    at: +1m\n" RECORDED, "original",
     "", ""},
    {"a write that fails is told with its message",
     HEAD
     "faults:\n  - {store: put, do: fail, message: disk full}\n" EXITS
     "expect:\n  finally:\n    - noted: {note: store-failed, text: disk full, container: web}\n      promise: noted\n",
     "original", "no-exit-is-lost", ""},
    {"without its records the handler knows nobody", HEAD "faults:\n  - {store: load, do: fail}\n" EXITS, "original",
     "no-exit-is-lost", "its record in the store says that it has not"},
    {"between a crash and a start nobody listens, and then somebody subscribes anew",
     HEAD "steps:\n  - handler: {do: crash, down: 5s}\n  - exit: {container: web, code: 3}\n    at: +1s\n"
          "expect:\n  finally:\n    - called: {rpc: Events.Subscribe, times: 2, at: [0s, 5s]}\n      promise: twice\n",
     "original", "no-exit-is-lost", ""},
    {"what is always so need not be known before the records are loaded again",
     HEAD "steps:\n  - handler: {do: crash, down: 5s}\n  - advance: 10s\n"
          "expect:\n  always:\n    - {container: web, state: running, promise: always-so}\n",
     "original", "", ""},
    {"a handler that is down does not crash again",
     HEAD "steps:\n  - handler: {do: crash, down: 5s}\n  - handler: {do: crash, down: 1m}\n    at: +1s\n"
          "  - exit: {container: web, code: 3}\n    at: +5s\n" RECORDED,
     "original", "", ""},
    {"a crash while it dials leaves nothing behind",
     "title: t\nwhy: w\ngiven: {socket: missing, containers: [{id: web}]}\nsteps:\n"
     "  - handler: {do: crash, down: 1s}\n    at: +150ms\n  - advance: 1400ms\n"
     "expect:\n  within: 0s\n  finally:\n    - dialed: {at: [0s, 100ms, 1150ms, 1250ms, 1450ms]}\n      promise: dials\n",
     "original", "", ""},
    {"who is stopped hears nothing, and who is started again does",
     HEAD
     "steps:\n  - handler: {do: stop}\n  - handler: {do: start}\n    at: +1s\n  - exit: {container: web, code: 3}\n    "
     "at: +1s\n" RECORDED,
     "original", "", ""},
    {"who is stopped misses what happens",
     HEAD "steps:\n  - handler: {do: stop}\n  - exit: {container: web, code: 3}\n    at: +1s\n", "original",
     "no-exit-is-lost", ""},
    {"a record that comes after its exit does not know of it",
     "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 101}], records: none}\n" EXITS
     "  - record: {container: web, state: running, pid: 101}\n    at: +1s\n",
     "original", "no-exit-is-lost", ""},
    {"a record that comes before its exit does",
     "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 101}], records: none}\n"
     "steps:\n  - record: {container: web, state: running, pid: 101}\n  - exit: {container: web, code: 3}\n" RECORDED,
     "original", "", ""},
    {"a record that is taken away is nobody's loss",
     HEAD EXITS
     "  - record: {container: web, state: none}\n    after: {rpc: Tasks.Delete, container: web, is: answered}\n"
     "expect:\n  finally:\n    - {container: web, state: none, promise: gone}\n",
     "original", "", ""},
    {"nor does a write that is under way bring it back",
     HEAD EXITS "  - record: {container: web, state: none}\n    after: {store: put, container: web, is: asked}\n"
                "expect:\n  finally:\n    - {container: web, state: none, promise: gone}\n",
     "original", "", ""},
    {"what is asked of a handler that is down is never answered",
     HEAD
     "steps:\n  - handler: {do: crash, down: 5s}\n  - ask: {operation: status, container: web, as: it}\n    at: +1s\n"
     "  - abandon: it\nexpect:\n  finally:\n    - answered: {as: it}\n      promise: answered\n",
     "original", "answered", "it: it has not been answered"},
    {"the record that comes with an answer is judged with it",
     HEAD
     "steps:\n  - ask: {operation: status, container: web, as: it}\n  - exit: {container: web, code: 3}\n    at: +1s\n"
     "  - ask: {operation: status, container: web, as: then}\n    at: +1s\n"
     "expect:\n  finally:\n    - answered: {as: it, state: running}\n      promise: first\n"
     "    - answered: {as: then, state: exited, exit code: 3}\n      promise: then\n"
     "    - answered: {as: then, state: exited, exit code: 4}\n      promise: code\n"
     "    - answered: {as: it, state: exited}\n      promise: state\n"
     "    - answered: {as: it, exit code: 0}\n      promise: lives\n"
     "    - answered: {as: it, state: none}\n      promise: none\n",
     "reliable", "code, state, lives, none", "with a record that is EXITED, code 3"},
    {"a record that is given as it may be is loaded so",
     "title: t\nwhy: w\ngiven:\n  records:\n    - {id: web, state: exited, code: 255, inferred: yes}\n"
     "expect:\n  always:\n    - {container: web, inferred: yes, delete pending: no, reason: \"\", promise: loaded}\n",
     "original", "", ""},
    {"a record is told as it is",
     "title: t\nwhy: w\ngiven:\n  records:\n    - {id: web, state: exited, code: 255, inferred: yes}\n"
     "expect:\n  finally:\n    - {container: web, inferred: no, delete pending: yes, reason: x, promise: loaded}\n",
     "original", "loaded", "reason \"\", inferred, no delete pending"},
};

static void judge(const struct row *row)
{
    struct scenario *scenario = NULL;
    struct verdict verdict;
    struct error error = {""};

    if (scenario_parse(&scenario, text_of("s.yaml"), text_of(row->scenario), &error) != 0)
        fail_msg("%s: %s", row->name, error.text);
    if (verdict_reach(&verdict, scenario, text_of(row->policy), NULL, false, NULL, &error) != 0)
        fail_msg("%s: %s", row->name, error.text);
    buffer_append(&verdict.explanation, "", 1);
    const char *explanation = (const char *)verdict.explanation.bytes;
    bool right = text_is(buffer_text(&verdict.broken), row->broken) && strstr(explanation, row->explanation) != NULL;
    if (!right)
        print_error("%s: broke %.*s\n%s", row->name, TEXT_ARGUMENTS(buffer_text(&verdict.broken)), explanation);
    verdict_release(&verdict);
    scenario_free(scenario);
    assert_true(right);
}

static void each_scenario_gets_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        judge(&rows[i]);
}

static void what_cannot_be_done_is_told_with_its_line(void **state)
{
    static const struct {
        const char *scenario;
        const char *told;
    } refused[] = {
        {HEAD "steps:\n  - {advance: 0s, after: {rpc: Tasks.Pause, is: asked}}\n",
         "s.yaml:7: the step cannot be done: what it waits for has not come within 10 minutes of virtual time"},
        {HEAD "steps:\n  - abandon: it\n  - ask: {operation: status, container: web, as: it}\n",
         "s.yaml:7: abandon cannot be done: nothing has been asked under that name yet"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct scenario *scenario = NULL;
        struct verdict verdict;
        struct error error = {""};
        if (scenario_parse(&scenario, text_of("s.yaml"), text_of(refused[i].scenario), &error) != 0)
            fail_msg("%s", error.text);
        assert_int_equal(verdict_reach(&verdict, scenario, text_of("original"), NULL, false, NULL, &error),
                         ERROR_REFUSED);
        assert_string_equal(error.text, refused[i].told);
        verdict_release(&verdict);
        scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scenario_gets_its_verdict),
        cmocka_unit_test(what_cannot_be_done_is_told_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
