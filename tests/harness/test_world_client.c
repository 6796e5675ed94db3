/* SPDX-License-Identifier: Apache-2.0 */
/* Small scenarios with a scripted client, and the verdict that must follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/verdict.h"

#define HEAD  "title: t\nwhy: w\ngiven:\n  containers:\n    - {id: web, pid: 101}\n"
#define ALONE "handlers: none\n"

struct row {
    const char *name;
    const char *scenario;
    const char *policy;
    const char *explanation; /* a part of it; NULL: it passes */
};

static const struct row rows[] = {
    {"an answer that is written is got",
     HEAD "steps:\n  - call: {rpc: Tasks.Get, with: {container: web}, reply: {pid: 101}}\n" ALONE, "reliable", NULL},
    {"another answer fails with both and the line",
     HEAD "steps:\n  - call: {rpc: Tasks.Get, with: {container: web}, reply: {pid: 102}}\n" ALONE, "reliable",
     "s.yaml:7:5: this does not hold at 0.000s\n  promised: a client is answered as the file says\n  found:    Tasks.Get: "
     "expected OK pid 102; found OK id \"web\" pid 101 state running code 0 exited never\n"},
    {"another answer fails under every policy",
     HEAD "steps:\n  - call: {rpc: Tasks.Get, with: {container: db}, reply: {}}\n"
          "handlers:\n  - {policy: original, breaks: []}\n",
     "original", "found NOT_FOUND \"container \\\"db\\\" in namespace \\\"default\\\": not found\""},
    {"an answer that never comes fails after a minute",
     HEAD "steps:\n  - call: {rpc: Tasks.Wait, with: {container: web}, reply: {}}\n" ALONE, "reliable",
     "this does not hold at 60.000s\n"},
    {"what follows a call waits for its answer",
     HEAD "faults:\n  - {rpc: Tasks.Get, do: delay, for: 2s}\nsteps:\n"
          "  - call: {rpc: Tasks.Get, with: {container: web}, reply: {state: running}}\n"
          "  - exit: {container: web, code: 3}\n    at: +1s\n"
          "  - call: {rpc: Tasks.Get, with: {container: web}, reply: {exited at: \"2017-05-31T21:33:55Z\"}}\n" ALONE,
     "reliable", NULL},
    {"what follows a call that has only a name does not wait",
     HEAD "steps:\n  - call: {rpc: Tasks.Wait, with: {container: web}, as: w}\n  - answered: {call: w, nothing: yet}\n"
          "  - exit: {container: web, code: 3}\n  - answered: {call: w, reply: {code: 3}}\n" ALONE,
     "reliable", NULL},
    {"an answer that has come is not nothing yet",
     HEAD "steps:\n  - call: {rpc: Version.Version, reply: {}, as: v}\n  - answered: {call: v, nothing: yet}\n" ALONE,
     "reliable", "s.yaml:8:5: this does not hold at 0.000s"},
    {"an event that is not heard is told",
     HEAD
     "steps:\n  - call: {rpc: Events.Subscribe, as: s}\n  - heard: {by: s, events: [{topic: /tasks/oom, container: "
     "web}]}\n" ALONE,
     "reliable", "expected /tasks/oom container \"web\"; found nothing"},
    {"an event that comes late is waited for",
     HEAD
     "faults:\n  - {stream: events, event: oom, do: hold, as: h}\nsteps:\n  - call: {rpc: Events.Subscribe, as: s}\n"
     "  - oom: {container: web}\n  - any order:\n    - heard: {by: s, events: [{topic: /tasks/oom}]}\n"
     "    - release: h\n      at: +2s\n" ALONE,
     "reliable", NULL},
    {"an answer that comes late is waited for",
     HEAD "steps:\n  - call: {rpc: Tasks.Wait, with: {container: web}, as: w}\n  - any order:\n"
          "    - answered: {call: w, reply: {code: 3}}\n    - exit: {container: web, code: 3}\n      at: +2s\n" ALONE,
     "reliable", NULL},
    {"an answer that never comes is waited for a minute",
     HEAD "steps:\n  - call: {rpc: Tasks.Wait, with: {container: web}, as: w}\n"
          "  - answered: {call: w, reply: {code: 3}}\n" ALONE,
     "reliable", "s.yaml:8:5: this does not hold at 60.000s"},
    {"in a burst nothing is waited for",
     HEAD
     "steps:\n  - call: {rpc: Events.Subscribe, as: s}\n  - at once:\n    - oom: {container: web}\n"
     "    - heard: {by: s, events: []}\n    - call: {rpc: Version.Version, as: v}\n    - oom: {container: web}\n"
     "  - heard: {by: s, events: [{topic: /tasks/oom}, {topic: /tasks/oom}]}\n  - answered: {call: v, reply: {}}\n" ALONE,
     "reliable", NULL},
    {"a request that never arrives holds the story up for a minute",
     "title: t\nwhy: w\ngiven: {socket: never accepts}\nsteps:\n  - call: {rpc: Version.Version, as: v}\n"
     "  - answered: {call: v, nothing: yet}\n" ALONE,
     "reliable", NULL},
    {"an event too many is told",
     HEAD
     "steps:\n  - call: {rpc: Events.Subscribe, as: s}\n  - oom: {container: web}\n  - heard: {by: s, events: []}\n" ALONE,
     "reliable", "expected nothing; found /tasks/oom namespace \"default\" container \"web\""},
    {"each event is heard once",
     HEAD "steps:\n  - call: {rpc: Events.Subscribe, as: s}\n  - oom: {container: web}\n"
          "  - heard: {by: s, events: [{topic: /tasks/oom}]}\n  - heard: {by: s, events: []}\n" ALONE,
     "reliable", NULL},
    {"an answer among events has its place",
     HEAD "steps:\n  - call: {rpc: Events.Subscribe, as: s}\n  - call: {rpc: Version.Version, reply: {}, as: v}\n"
          "  - oom: {container: web}\n  - heard: {by: s, events: [{topic: /tasks/oom}, {answer: v}]}\n" ALONE,
     "reliable", "found the answer to v, then /tasks/oom"},
    {"where there is no socket a call is unavailable",
     "title: t\nwhy: w\ngiven: {socket: missing}\nsteps:\n"
     "  - call: {rpc: Version.Version, code: UNAVAILABLE, message: No such file or directory}\n" ALONE,
     "reliable", NULL},
    {"a lost connection answers what waits, and the next call makes another",
     HEAD "steps:\n  - call: {rpc: Tasks.Wait, with: {container: web}, as: w}\n  - disconnect: {connection: all}\n"
          "  - answered: {call: w, code: UNAVAILABLE, message: transport is closing}\n"
          "  - call: {rpc: Version.Version, reply: {}}\n" ALONE,
     "reliable", NULL},
    {"after a goaway the next call makes another connection",
     HEAD "steps:\n  - call: {rpc: Version.Version, reply: {}}\n  - goaway: {last: all}\n"
          "  - call: {rpc: Version.Version, reply: {}}\n" ALONE,
     "reliable", NULL},
    {"a file without a handler has nobody who dials",
     "title: t\nwhy: w\nfaults:\n  - {rpc: Events.Subscribe, do: hang}\nsteps:\n  - call: {rpc: Events.Subscribe, as: s}\n"
     "  - call: {rpc: Events.Subscribe, as: t}\n  - disconnect: {stream: events, code: ABORTED}\n"
     "  - answered: {call: s, nothing: yet}\n  - answered: {call: t, code: ABORTED}\n" ALONE,
     "reliable", NULL},
    {"what the client asks is not the handler's doing",
     HEAD "steps:\n  - call: {rpc: Tasks.Delete, with: {container: web}, code: UNKNOWN}\n"
          "  - call: {rpc: Events.Subscribe, as: s}\nexpect:\n  finally:\n"
          "    - called: {rpc: Tasks.Delete, times: 0}\n    - streams: {open: 1}\n",
     "reliable", NULL},
};

static void run_row(const struct row *row)
{
    struct error error = {""};
    struct scenario *scenario;
    struct verdict verdict;

    if (scenario_parse(&scenario, text_of("s.yaml"), text_of(row->scenario), &error) != 0)
        fail_msg("%s: %s", row->name, error.text);
    int result = verdict_reach(&verdict, scenario, text_of(row->policy), verdict_listed(scenario, text_of(row->policy)),
                               true, NULL, &error);
    if (result != 0)
        fail_msg("%s: %s", row->name, error.text);
    buffer_append(&verdict.explanation, "", 1);
    if (verdict.passed != (row->explanation == NULL) ||
        (row->explanation != NULL && strstr((const char *)verdict.explanation.bytes, row->explanation) == NULL))
        fail_msg("%s: %s\n%s", row->name, verdict.passed ? "it passed" : "it failed",
                 (const char *)verdict.explanation.bytes);
    verdict_release(&verdict);
    scenario_free(scenario);
}

static void each_story_ends_as_it_must(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        run_row(&rows[i]);
}

static void a_client_needs_the_level_of_bytes(void **state)
{
    static const char story[] = HEAD "steps:\n  - any order:\n    - call: {rpc: Version.Version, reply: {}}\n";
    const struct draw values = {1, 2, RUN_DRAW_VALUES};
    const struct run_choices choices = {.draws = &values, .draw_count = 1};
    struct error error = {""};
    struct scenario *scenario;
    struct run run;
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("s.yaml"), text_of(story), &error), 0);
    assert_int_equal(run_scenario(&run, scenario, text_of("reliable"), &choices, &error), ERROR_REFUSED);
    assert_string_equal(error.text, "s.yaml:8:7: a scripted client speaks in bytes, which this run has not");
    run_release(&run);
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_story_ends_as_it_must),
        cmocka_unit_test(a_client_needs_the_level_of_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
