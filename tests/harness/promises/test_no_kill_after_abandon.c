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
static const struct scenario_step stop_db = {.container = {"db", 2}, .ask = {.operation = SCENARIO_OPERATION_STOP}};

struct row {
    const char *name;
    struct owner_request requests[2];
    size_t count;
    enum monitor_call call;
    enum fake_process_status status;
    struct subject subject;
    bool breaks;
};

static const struct row rows[] = {
    {"a stop that is waited for may signal",
     {{.step = &stop_web}},
     1,
     MONITOR_CALL_KILL,
     FAKE_RUNNING,
     {.known = false},
     false},
    {"one that is abandoned may not",
     {{.step = &stop_web, .abandoned = true}},
     1,
     MONITOR_CALL_KILL,
     FAKE_RUNNING,
     {.known = false},
     true},
    {"but it may go on with what is no signal",
     {{.step = &stop_web, .abandoned = true}},
     1,
     MONITOR_CALL_DELETE,
     FAKE_RUNNING,
     {.known = false},
     false},
    {"a second one may",
     {{.step = &stop_web, .abandoned = true}, {.step = &stop_web}},
     2,
     MONITOR_CALL_KILL,
     FAKE_RUNNING,
     {.known = false},
     false},
    {"one that was asked for before and is waited for may",
     {{.step = &stop_web}, {.step = &stop_web, .abandoned = true}},
     2,
     MONITOR_CALL_KILL,
     FAKE_RUNNING,
     {.known = false},
     false},
    {"one that is answered may not",
     {{.step = &stop_web, .answered = true}},
     1,
     MONITOR_CALL_KILL,
     FAKE_RUNNING,
     {.known = false},
     true},
    {"nor one of which the handler has crashed",
     {{.step = &stop_web, .lost = true}},
     1,
     MONITOR_CALL_KILL,
     FAKE_RUNNING,
     {.known = false},
     true},
    {"nor one of another container", {{.step = &stop_db}}, 1, MONITOR_CALL_KILL, FAKE_RUNNING, {.known = false}, true},
    {"nor a start that is waited for",
     {{.step = &start_web}},
     1,
     MONITOR_CALL_KILL,
     FAKE_CREATED,
     {.known = false},
     true},
    {"what was to start and has not may be signalled",
     {{.step = &start_web, .abandoned = true}},
     1,
     MONITOR_CALL_KILL,
     FAKE_CREATED,
     {.start_asked = true},
     false},
    {"and what is over", {{.step = &start_web}}, 1, MONITOR_CALL_KILL, FAKE_STOPPED, {.start_asked = true}, false},
    {"but not what has", {{.step = &start_web}}, 1, MONITOR_CALL_KILL, FAKE_RUNNING, {.start_asked = true}, true},
    {"nor what is paused", {{.step = &start_web}}, 1, MONITOR_CALL_KILL, FAKE_PAUSED, {.start_asked = true}, true},
    {"what is to be removed may", {{.step = NULL}}, 0, MONITOR_CALL_KILL, FAKE_CREATED, {.leaving = true}, false},
    {"or was to be removed in an earlier life",
     {{.step = NULL}},
     0,
     MONITOR_CALL_KILL,
     FAKE_CREATED,
     {.removes = 1},
     false},
    {"or whose end is recorded while its Delete is refused",
     {{.step = NULL}},
     0,
     MONITOR_CALL_KILL,
     FAKE_STOPPED,
     {.known = true, .state = CONTAINER_EXITED, .delete_call_id = 7},
     false},
    {"but not one that lives all the same",
     {{.step = NULL}},
     0,
     MONITOR_CALL_KILL,
     FAKE_RUNNING,
     {.known = true, .state = CONTAINER_EXITED, .delete_call_id = 7},
     true},
    {"nor one of which no Delete was asked for",
     {{.step = NULL}},
     0,
     MONITOR_CALL_KILL,
     FAKE_STOPPED,
     {.known = true, .state = CONTAINER_EXITED},
     true},
    {"what nobody has asked anything of may not",
     {{.step = NULL}},
     0,
     MONITOR_CALL_KILL,
     FAKE_CREATED,
     {.known = false},
     true},
};

static struct fake_actions actions;

static struct fake *fake_with(enum fake_process_status status)
{
    const struct fake_event add = {.kind = FAKE_COMMAND,
                                   .command = {.kind = FAKE_COMMAND_ADD,
                                               .container = {.id = text_of("web"), .name_space = text_of("default")},
                                               .name_space = text_of("default"),
                                               .container_id = text_of("web"),
                                               .has_task = true,
                                               .status = status,
                                               .pid = status == FAKE_STOPPED ? 0 : 101}};
    struct fake *fake = NULL;
    assert_int_equal(fake_new(&fake, NULL), 0);
    assert_int_equal(fake_step(fake, &add, &actions), 0);
    return fake;
}

static void a_signal_is_sent_for_a_stop_that_is_waited_for_or_to_clean_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct owner_request requests[2] = {rows[i].requests[0], rows[i].requests[1]};
        struct owner owner = {.requests = requests, .count = rows[i].count};
        struct subject web = rows[i].subject;
        const struct ledger ledger = {.subjects = &web, .count = 1, .name_space = text_of("default")};
        struct fake *fake = fake_with(rows[i].status);
        struct monitor_action action = {
            .kind = MONITOR_CALL, .call = rows[i].call, .container_id = {"web", 3}, .signal = 9};
        struct moment moment = {
            .kind = MOMENT_HANDLER_ACTION, .handler_action = &action, .owner = &owner, .ledger = &ledger, .fake = fake};
        struct promise_memory memory = {0};
        struct error finding = {""};
        web.id = text_of("web");
        if (promise_no_kill_after_abandon.see(&memory, &moment, &finding) != rows[i].breaks)
            fail_msg("%s: \"%s\"", rows[i].name, finding.text);
        if (rows[i].breaks)
            assert_non_null(strstr(finding.text, "signal 9 was sent to container web"));
        fake_free(fake);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_is_sent_for_a_stop_that_is_waited_for_or_to_clean_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
