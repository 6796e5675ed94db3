/* SPDX-License-Identifier: Apache-2.0 */
/* Signals, and whether the owner still waits for the stop that they are sent for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/promises/promise.h"

static const struct scenario_step stop_web = {.container = {"web", 3}, .ask = {.operation = SCENARIO_OPERATION_STOP}};
static const struct scenario_step start_web = {.container = {"web", 3}, .ask = {.operation = SCENARIO_OPERATION_START}};
static const struct scenario_step status_of_web = {.container = {"web", 3},
                                                   .ask = {.operation = SCENARIO_OPERATION_STATUS}};
static const struct scenario_step stop_db = {.container = {"db", 2}, .ask = {.operation = SCENARIO_OPERATION_STOP}};

struct row {
    const char *name;
    struct owner_request requests[2];
    size_t count;
    enum monitor_call call;
    bool breaks;
};

static const struct row rows[] = {
    {"a stop that is waited for may signal", {{.step = &stop_web}}, 1, MONITOR_CALL_KILL, false},
    {"a stop that is abandoned may not", {{.step = &stop_web, .abandoned = true}}, 1, MONITOR_CALL_KILL, true},
    {"but it may go on with what is no signal",
     {{.step = &stop_web, .abandoned = true}},
     1,
     MONITOR_CALL_DELETE,
     false},
    {"a second stop may", {{.step = &stop_web, .abandoned = true}, {.step = &stop_web}}, 2, MONITOR_CALL_KILL, false},
    {"one that was asked for before and is waited for may",
     {{.step = &stop_web}, {.step = &stop_web, .abandoned = true}},
     2,
     MONITOR_CALL_KILL,
     false},
    {"but not when it is answered",
     {{.step = &stop_web, .answered = true}, {.step = &stop_web, .abandoned = true}},
     2,
     MONITOR_CALL_KILL,
     true},
    {"nor when the handler that was asked for it has crashed",
     {{.step = &stop_web, .lost = true}, {.step = &stop_web, .abandoned = true}},
     2,
     MONITOR_CALL_KILL,
     true},
    {"nor may one that is answered", {{.step = &stop_web, .answered = true}}, 1, MONITOR_CALL_KILL, true},
    {"nor one that is lost", {{.step = &stop_web, .lost = true}}, 1, MONITOR_CALL_KILL, true},
    {"nor one behind which somebody only looks",
     {{.step = &stop_web, .abandoned = true}, {.step = &status_of_web}},
     2,
     MONITOR_CALL_KILL,
     true},
    {"a failed start may clean up after it",
     {{.step = &stop_web, .abandoned = true}, {.step = &start_web, .abandoned = true}},
     2,
     MONITOR_CALL_KILL,
     false},
    {"a stop of another container changes nothing",
     {{.step = &stop_web, .abandoned = true}, {.step = &stop_db}},
     2,
     MONITOR_CALL_KILL,
     true},
    {"who was never asked for may be signalled", {{.step = &stop_db, .abandoned = true}}, 1, MONITOR_CALL_KILL, false},
};

static void no_signal_is_sent_for_a_stop_that_is_abandoned(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct owner_request requests[2] = {rows[i].requests[0], rows[i].requests[1]};
        struct owner owner = {.requests = requests, .count = rows[i].count};
        struct monitor_action action = {
            .kind = MONITOR_CALL, .call = rows[i].call, .container_id = {"web", 3}, .signal = 9};
        struct moment moment = {.kind = MOMENT_HANDLER_ACTION, .handler_action = &action, .owner = &owner};
        struct promise_memory memory = {0};
        struct error finding = {""};
        if (promise_no_kill_after_abandon.see(&memory, &moment, &finding) != rows[i].breaks)
            fail_msg("%s: \"%s\"", rows[i].name, finding.text);
        if (rows[i].breaks)
            assert_non_null(strstr(finding.text, "signal 9 was sent to container web"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_signal_is_sent_for_a_stop_that_is_abandoned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
