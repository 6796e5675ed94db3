/* SPDX-License-Identifier: Apache-2.0 */
/* The promises of what is due: each is shown an action or a ledger that keeps it and one that breaks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "handler/core/times.h"
#include "harness/promises/promise.h"

struct row {
    const char *name;
    const struct promise *promise;
    struct subject subject;
    struct monitor_action action;
    bool breaks;
};

#define WEB           .container_id = {"web", 3}
#define STATUS_OF_WEB .kind = MONITOR_ANSWER, .operation = {.kind = OPERATION_STATUS, .container_id = {"web", 3}}

static const struct row rows[] = {
    {"a Delete that waited long enough may be asked for again",
     &promise_retries_double,
     {.delete_wait_ns = 2},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_DELETE, WEB},
     false},
    {"one that was hurried may not",
     &promise_retries_double,
     {.delete_wait_ns = 2, .hurried_wait_ns = 2},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_DELETE, WEB},
     true},
    {"but any other call",
     &promise_retries_double,
     {.delete_wait_ns = 2, .hurried_wait_ns = 2},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_GET, WEB},
     false},
    {"an end by an oom that was told of this life may be recorded",
     &promise_oom_is_told,
     {.pid = 7, .oom_told = true},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .last_pid = 7, .reason = {"OOMKilled", 9}}},
     false},
    {"one of which nobody has told may not",
     &promise_oom_is_told,
     {.pid = 7},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .last_pid = 7, .reason = {"OOMKilled", 9}}},
     true},
    {"nor one that was told of the last life",
     &promise_oom_is_told,
     {.pid = 7, .last_oom_told = true},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .last_pid = 7, .reason = {"OOMKilled", 9}}},
     true},
    {"unless the record is of that",
     &promise_oom_is_told,
     {.pid = 7, .last_oom_told = true},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .last_pid = 6, .reason = {"OOMKilled", 9}}},
     false},
    {"or is of one before that, and said so before",
     &promise_oom_is_told,
     {.pid = 7, .known = true, .says_oom = true, .state = CONTAINER_EXITED, .incarnation = 1},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .last_pid = 5, .incarnation = 1, .reason = {"OOMKilled", 9}}},
     false},
    {"which excuses no other life",
     &promise_oom_is_told,
     {.pid = 7, .known = true, .says_oom = true, .state = CONTAINER_EXITED, .incarnation = 1},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .last_pid = 6, .incarnation = 2, .reason = {"OOMKilled", 9}}},
     true},
    {"nor one of which the record said otherwise",
     &promise_oom_is_told,
     {.pid = 7, .known = true, .state = CONTAINER_EXITED, .incarnation = 1},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .last_pid = 5, .incarnation = 1, .reason = {"OOMKilled", 9}}},
     true},
    {"or cannot be told from one of that",
     &promise_oom_is_told,
     {.pid = 7, .same_pid = true, .last_oom_told = true},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .last_pid = 7, .reason = {"OOMKilled", 9}}},
     false},
    {"the owner may be told that what lives runs",
     &promise_answers_are_current,
     {.exited = true},
     {STATUS_OF_WEB, .record = {.id = {"web", 3}, .started_at_ns = 1}},
     false},
    {"but not what had ended before the stream was opened",
     &promise_answers_are_current,
     {.ended_before_stream = true},
     {STATUS_OF_WEB, .record = {.id = {"web", 3}, .started_at_ns = 1}},
     true},
    {"unless an answer has said so since",
     &promise_answers_are_current,
     {.ended_before_stream = true, .said_to_run = true},
     {STATUS_OF_WEB, .record = {.id = {"web", 3}, .started_at_ns = 1}},
     false},
    {"of that it may be told that it has ended",
     &promise_answers_are_current,
     {.ended_before_stream = true},
     {STATUS_OF_WEB, .record = {.id = {"web", 3}, .started_at_ns = 1, .finished = true}},
     false},
    {"or that nobody knows yet",
     &promise_answers_are_current,
     {.ended_before_stream = true},
     {STATUS_OF_WEB, .record = {.id = {"web", 3}, .started_at_ns = 1}, .outcome = {.status = STATUS_ABORTED}},
     false},
    {"a process may be asked to end",
     &promise_signals_in_order,
     {.aware = true, .end_asked = true},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_KILL, .signal = 15, WEB},
     false},
    {"but not twice",
     &promise_signals_in_order,
     {.aware = true, .end_asked = true, .asked_twice = true},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_KILL, .signal = 15, WEB},
     true},
    {"and may be killed then",
     &promise_signals_in_order,
     {.aware = true, .end_asked = true},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_KILL, .signal = 9, WEB},
     false},
    {"but not before",
     &promise_signals_in_order,
     {.aware = true},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_KILL, .signal = 9, WEB},
     true},
    {"where the handler knows of the life",
     &promise_signals_in_order,
     {.aware = false},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_KILL, .signal = 9, WEB},
     false},
    {"and it has not ended",
     &promise_signals_in_order,
     {.aware = true, .exited = true},
     {.kind = MONITOR_CALL, .call = MONITOR_CALL_KILL, .signal = 9, WEB},
     false},
    {"a life ends when it has started",
     &promise_times_in_order,
     {.pid = 7},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .started_at_ns = 5, .finished_at_ns = 5, .finished = true}},
     false},
    {"and not before",
     &promise_times_in_order,
     {.pid = 7},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .started_at_ns = 5, .finished_at_ns = 4, .finished = true}},
     true},
    {"unless the handler has found it so",
     &promise_times_in_order,
     {.pid = 7},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .started_at_ns = 5, .finished_at_ns = 2, .finished = true}},
     false},
    {"a clock may be ahead",
     &promise_times_in_order,
     {.pid = 7},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .finished_at_ns = 100 + TIMES_AHEAD_MAX_NS, .finished = true}},
     false},
    {"but not by so much",
     &promise_times_in_order,
     {.pid = 7},
     {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .finished_at_ns = 101 + TIMES_AHEAD_MAX_NS, .finished = true}},
     true},
};

static struct fake_actions fake_actions;

static struct fake *fake_with_running_web(void)
{
    const struct fake_event add = {.kind = FAKE_COMMAND,
                                   .command = {.kind = FAKE_COMMAND_ADD,
                                               .container = {.id = text_of("web"), .name_space = text_of("default")},
                                               .name_space = text_of("default"),
                                               .container_id = text_of("web"),
                                               .has_task = true,
                                               .status = FAKE_RUNNING,
                                               .pid = 101}};
    struct fake *fake = NULL;
    assert_int_equal(fake_new(&fake, NULL), 0);
    assert_int_equal(fake_step(fake, &add, &fake_actions), 0);
    return fake;
}

static bool breaks(const struct row *row, struct ledger *ledger, policy_switches switches, struct error *finding)
{
    static const struct scenario_step stop = {.container = {"web", 3}, .ask = {.operation = SCENARIO_OPERATION_STOP}};
    const struct monitor_event event = {.wall_ns = 100};
    struct owner_request request = {.step = &stop};
    struct owner owner = {.requests = &request, .count = 1};
    struct subject subject = row->subject;
    struct fake *fake = fake_with_running_web();
    struct container_record stored[] = {{.id = {"db", 2}, .finished_at_ns = 4},
                                        {.id = {"web", 3}, .finished_at_ns = 2}};
    struct store store = {.records = stored, .record_count = 2};
    struct promise_memory memory = {0};
    struct moment moment = {.kind = MOMENT_HANDLER_ACTION,
                            .ledger = ledger,
                            .store = &store,
                            .owner = &owner,
                            .fake = fake,
                            .switches = switches,
                            .handler_event = &event,
                            .handler_action = &row->action};
    subject.id = text_of("web");
    ledger->subjects = &subject;
    ledger->count = 1;
    ledger->name_space = text_of("default");
    bool is_broken = row->promise->see(&memory, &moment, finding);
    fake_free(fake);
    return is_broken;
}

static void each_action_keeps_or_breaks_its_promise(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ledger ledger = {.follows = true};
        struct error finding = {""};
        if (breaks(&rows[i], &ledger, POLICY_RELIABLE, &finding) != rows[i].breaks)
            fail_msg("%s: \"%s\"", rows[i].name, finding.text);
        assert_true((rows[i].promise->actions >> rows[i].action.kind & 1) != 0);
        assert_int_equal(strstr(finding.text, "web") != NULL, rows[i].breaks);
        /* Who does not have the cure has not promised it. */
        assert_false(breaks(&rows[i], &ledger, POLICY_ORIGINAL, &finding));
    }
}

static void while_nobody_follows_the_events_nobody_knows_what_runs(void **state)
{
    const struct row row = {.promise = &promise_answers_are_current,
                            .action = {STATUS_OF_WEB, .record = {.id = {"web", 3}, .started_at_ns = 1}}};
    struct ledger ledger = {.follows = false};
    struct error finding = {""};
    (void)state;
    assert_true(breaks(&row, &ledger, POLICY_RELIABLE, &finding));
    assert_non_null(strstr(finding.text, "while nobody followed"));
}

static void where_the_clock_was_set_there_is_no_future(void **state)
{
    const struct row row = {
        .promise = &promise_times_in_order,
        .action = {.kind = MONITOR_PUT, .record = {.id = {"web", 3}, .finished_at_ns = INT64_MAX, .finished = true}}};
    struct ledger ledger = {.clock_jumped = true};
    struct error finding = {""};
    (void)state;
    assert_false(breaks(&row, &ledger, POLICY_RELIABLE, &finding));
    ledger.clock_jumped = false;
    assert_true(breaks(&row, &ledger, POLICY_RELIABLE, &finding));
}

static void an_exit_is_put_in_time_or_it_is_late(void **state)
{
    (void)state;
    for (int64_t now_ns = 4; now_ns < 7; now_ns++) {
        struct subject subject = {.id = text_of("web"), .exit_due_ns = 5};
        const struct ledger ledger = {.subjects = &subject, .count = 1, .due_ns = 4};
        struct moment moment = {
            .kind = MOMENT_HANDLER_EVENT, .now_ns = now_ns, .ledger = &ledger, .switches = POLICY_RELIABLE};
        struct promise_memory memory = {0};
        struct error finding = {""};
        assert_int_equal(promise_exits_in_time.see(&memory, &moment, &finding), now_ns > 5);
        moment.switches = POLICY_ORIGINAL;
        assert_false(promise_exits_in_time.see(&memory, &moment, &finding));
    }
}

static void what_was_told_to_be_an_oom_is_recorded_as_one(void **state)
{
    static const struct {
        const char *reason;
        struct subject subject;
        bool breaks;
    } cases[] = {
        {"Error", {.oom_due = true, .known = true, .exit_code = 137}, true},
        {"OOMKilled", {.oom_due = true, .known = true, .exit_code = 137}, false},
        {"Error", {.oom_due = true, .known = true, .exit_code = 1}, false},
        {"Error", {.oom_due = true, .known = true, .exit_code = 137, .inferred = true}, false},
        {"Error", {.oom_due = true, .known = true, .exit_code = 137, .lives = 1}, false},
        {"Error", {.known = true, .exit_code = 137}, false},
    };
    static struct monitor_actions monitor_actions;
    const struct monitor_options options = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct container_record record = {.id = {"web", 3}, .finished = true, .reason = text_of(cases[i].reason)};
        const struct monitor_event set = {.kind = MONITOR_RECORD_SET, .records = &record, .record_count = 1};
        struct subject subject = cases[i].subject;
        const struct ledger ledger = {.subjects = &subject, .count = 1};
        struct monitor *monitor = NULL;
        struct promise_memory memory = {0};
        struct error finding = {""};
        assert_int_equal(monitor_new(&monitor, &options), 0);
        assert_int_equal(monitor_step(monitor, &set, &monitor_actions), 0);
        struct moment moment = {.kind = MOMENT_END, .ledger = &ledger, .monitor = monitor, .switches = POLICY_RELIABLE};
        subject.id = text_of("web");
        assert_int_equal(promise_oom_is_told.see(&memory, &moment, &finding), cases[i].breaks);
        monitor_free(monitor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_action_keeps_or_breaks_its_promise),
        cmocka_unit_test(while_nobody_follows_the_events_nobody_knows_what_runs),
        cmocka_unit_test(where_the_clock_was_set_there_is_no_future),
        cmocka_unit_test(an_exit_is_put_in_time_or_it_is_late),
        cmocka_unit_test(what_was_told_to_be_an_oom_is_recorded_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
