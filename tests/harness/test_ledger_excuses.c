/* SPDX-License-Identifier: Apache-2.0 */
/* What nobody can be blamed for. */
#include <stdio.h>

#include "base/status.h"
#include "tests/harness/ledger_play.h"

static void who_is_refused_for_good_need_not_ask_again(void **state)
{
    static const struct {
        int status;
        const char *text;
        bool is_final;
    } rows[] = {
        {STATUS_OK, "", false},
        {STATUS_NOT_FOUND, "", true},
        {STATUS_PERMISSION_DENIED, "", true},
        {STATUS_UNAUTHENTICATED, "", true},
        {STATUS_UNIMPLEMENTED, "", true},
        {STATUS_INVALID_ARGUMENT, "", true},
        {STATUS_OUT_OF_RANGE, "", true},
        {STATUS_UNAVAILABLE, "not found", false},
        {STATUS_UNKNOWN, "container does not exist", true},
        {STATUS_INTERNAL, "task web not found: unknown", true},
        {STATUS_FAILED_PRECONDITION, "web not found", true},
        {STATUS_FAILED_PRECONDITION, "cannot delete a running process", false},
        {STATUS_UNKNOWN, "shim is busy", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(ledger_is_refusal(rows[i].status, text_of(rows[i].text)), rows[i].is_final);
}

static void a_refusal_is_an_excuse_for_the_task_whose_delete_was_answered_so(void **state)
{
    struct monitor_event refusal = {
        .kind = MONITOR_REPLY, .call_id = 8, .outcome = {STATUS_NOT_FOUND, text_of("no such task")}};
    struct subject *web = &ledger.subjects[0];
    (void)state;
    for (int is_told_so = 0; is_told_so < 2; is_told_so++) {
        web->excused = is_told_so;
        ask(MONITOR_CALL_DELETE);
        refusal.call_id = 8;
        ledger_heard(&ledger, &refusal);
        assert_false(web->refused);
        refusal.call_id = 7;
        ledger_heard(&ledger, &refusal);
        assert_int_equal(web->refused, is_told_so);
    }
    begin_second_life(2);
    assert_false(web->refused);
}

/* It was the task of that life. */
static void a_killed_shim_is_an_excuse_for_the_life_that_it_had(void **state)
{
    const struct fake_command kill = {
        .kind = FAKE_COMMAND_KILL_SHIM, .name_space = text_of("default"), .container_id = text_of("web")};
    struct fake_command elsewhere = kill;
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    elsewhere.name_space = text_of("elsewhere");
    ledger_commanded(&ledger, &elsewhere, 0);
    assert_false(web->orphaned);
    ledger_commanded(&ledger, &kill, 0);
    assert_true(web->orphaned);
    begin_second_life(2);
    assert_false(web->orphaned);
}

/* As far as it was not told the real one: and then the code which nobody knows is not one that a list has told. */
static void the_last_life_may_end_as_else_was_told_of_it(void **state)
{
    static const struct {
        uint32_t status;
        bool is_listed, is_told, may;
    } rows[] = {{3, false, false, true},   {3, true, false, false},  {3, false, true, false},
                {255, false, false, true}, {255, true, false, true}, {255, false, true, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct subject *web = &ledger.subjects[0];
        struct monitor_event exit = {
            .kind = MONITOR_STREAM_MESSAGE,
            .task = {.kind = TASK_EVENT_EXIT, .container_id = text_of("web"), .process_id = text_of("web"), .pid = 1}};
        struct container_record ended = told;
        ended.exit_code = 137;
        publish(FAKE_TOPIC_TASK_EXIT, rows[i].status);
        if (rows[i].is_listed)
            hear_list(PROCESS_STOPPED, rows[i].status);
        exit.task.exit_status = rows[i].status;
        if (rows[i].is_told)
            ledger_heard(&ledger, &exit);
        exit.task.exit_status = 137;
        ledger_heard(&ledger, &exit);
        look_at(ended);
        if (ledger_settled(&ledger, web) != rows[i].may)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin(state);
    }
}

static void hear_unavailable(int status, int64_t now_ns)
{
    const struct monitor_event reply = {
        .kind = MONITOR_REPLY, .call_id = 7, .now_ns = now_ns, .outcome = {status, text_of(NULL)}};
    ask(MONITOR_CALL_GET);
    ledger_heard(&ledger, &reply);
}

/* Who is told nothing else for two minutes takes it for ended; one other answer begins that anew. */
static void a_task_that_is_unavailable_for_long_may_be_given_up(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    hear_unavailable(STATUS_UNAVAILABLE, 1);
    hear_unavailable(STATUS_OK, 2);
    hear_unavailable(STATUS_UNAVAILABLE, 3);
    hear_unavailable(STATUS_UNAVAILABLE, 2 + MONITOR_UNREACHED_MAX_NS);
    assert_false(web->given_up);
    hear_unavailable(STATUS_UNAVAILABLE, 3 + MONITOR_UNREACHED_MAX_NS);
    assert_true(web->given_up);
    look_at(inferred);
    assert_false(web->became_exited);
    look_at(running);
    look_at(told);
    assert_true(web->became_exited);
    begin_second_life(2);
    assert_false(web->given_up);
    hear_unavailable(STATUS_UNAVAILABLE, 0);
    hear_unavailable(STATUS_UNAVAILABLE, MONITOR_UNREACHED_MAX_NS);
    assert_true(web->given_up);
}

static void hear_code(uint32_t status)
{
    const struct monitor_event event = {.kind = MONITOR_STREAM_MESSAGE,
                                        .task = {.kind = TASK_EVENT_EXIT,
                                                 .container_id = text_of("web"),
                                                 .process_id = text_of("web"),
                                                 .pid = 1,
                                                 .exit_status = status}};
    ledger_heard(&ledger, &event);
}

/* A code that was told stays, so it is excused where it came first. */
static void of_two_codes_that_were_told_the_first_will_do(void **state)
{
    static const struct {
        uint32_t first, second;
        bool will_do;
    } rows[] = {{3, 4, true}, {4, 3, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ledger.subjects[0].pid = 1;
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        hear_code(rows[i].first);
        hear_code(rows[i].second);
        look_at(told); /* 3 */
        assert_int_equal(ledger_settled(&ledger, &ledger.subjects[0]), rows[i].will_do);
        publish(FAKE_TOPIC_TASK_CREATE, 0);
        look_at(running);
    }
}

/* It was loaded again before the store had forgotten it. */
static void a_record_that_was_removed_leaves_when_the_store_has_forgotten_it(void **state)
{
    static const struct {
        bool asks, is_done, is_tried_again, is_put, crashes;
        enum monitor_event_kind answer;
        uint64_t write_id;
        bool is_loss;
    } rows[] = {
        {true, true, false, false, false, MONITOR_STORE_WRITTEN, 5, false},
        {true, false, false, false, false, MONITOR_STORE_WRITTEN, 5, false},
        {true, true, true, false, false, MONITOR_STORE_WRITTEN, 6, false},
        {false, false, false, false, false, MONITOR_STORE_WRITTEN, 5, true},
        {true, true, false, true, false, MONITOR_STORE_WRITTEN, 5, true},
        {true, true, false, false, true, MONITOR_STORE_WRITTEN, 5, true},
        {true, true, false, false, false, MONITOR_STORE_FAILED, 5, true},
        {true, true, false, false, false, MONITOR_STORE_WRITTEN, 4, true},
    };
    const struct operation remove = {.kind = OPERATION_REMOVE, .container_id = text_of("web")};
    const struct monitor_action done = {.kind = MONITOR_ANSWER, .operation = remove};
    struct monitor_action forget = {.kind = MONITOR_FORGET, .write_id = 5, .container_id = text_of("web")};
    struct container_record stored = told;
    const struct monitor_action put = {.kind = MONITOR_PUT, .write_id = 6, .record = {.id = text_of("web")}};
    const struct monitor_event gone = {.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}};
    (void)state;
    stored.id = text_of("web");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
        if (rows[i].asks)
            ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_OPERATION, .operation = remove});
        if (rows[i].is_done)
            ledger_answered(&ledger, &done);
        ledger_forget(&ledger, &forget);
        if (rows[i].asks) {
            step(gone);
            ledger_look(&ledger, monitor);
        }
        if (rows[i].is_tried_again) {
            forget.write_id = 6;
            ledger_forget(&ledger, &forget);
        }
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STOP});
        if (rows[i].crashes)
            ledger_crashed(&ledger, &stored, 1);
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
        ledger_heard(&ledger,
                     &(struct monitor_event){.kind = MONITOR_STORE_LOADED, .records = &stored, .record_count = 1});
        look_at(stored);
        if (rows[i].is_put)
            ledger_put(&ledger, &put);
        ledger_heard(&ledger, &(struct monitor_event){.kind = rows[i].answer, .write_id = rows[i].write_id});
        step(gone);
        ledger_look(&ledger, monitor);
        if (ledger.subjects[0].became_gone != rows[i].is_loss)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin(state);
        forget.write_id = 5;
    }
}

/* What had been heard of a life, and not stored, died with who had heard it: where the store has the end of a life
 * before, and the next one has begun, nothing is left that tells of it. */
static void a_crash_cancels_what_is_owed_of_a_life_of_which_nothing_is_stored(void **state)
{
    static const struct {
        uint32_t pid, last_pid, owed_status;
        bool owes;
    } rows[] = {{0, 9, 3, false}, {0, 1, 3, true}, {0, 2, 3, true}, {0, 0, 3, true}, {9, 9, 3, true}, {0, 9, 7, true}};
    (void)state;
    begin_second_life(2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record stored = told;
        stored.id = text_of("web");
        stored.pid = rows[i].pid;
        stored.finished = rows[i].pid == 0;
        stored.finished_at_ns = rows[i].pid == 0 ? 2 : 0;
        stored.last_pid = rows[i].last_pid;
        ledger.subjects[0].owed = true;
        ledger.subjects[0].owed_status = rows[i].owed_status;
        ledger_crashed(&ledger, &stored, 1);
        assert_int_equal(ledger.subjects[0].owed, rows[i].owes);
    }
}

/* So does a stop, unless the store has been asked to keep it and has not answered. */
static void a_load_cancels_what_is_owed_of_a_life_of_which_nothing_is_stored(void **state)
{
    static const struct {
        uint32_t last_pid;
        uint64_t put_id;
        bool owes;
    } rows[] = {{9, 0, false}, {9, 5, true}, {1, 0, true}};
    (void)state;
    begin_second_life(2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record stored = told;
        stored.id = text_of("web");
        stored.pid = 0;
        stored.finished = true;
        stored.finished_at_ns = 2;
        stored.exit_code = 7;
        stored.last_pid = rows[i].last_pid;
        ledger.loads = true;
        ledger.subjects[0].owed = true;
        ledger.subjects[0].owed_status = 3;
        ledger.subjects[0].put_id = rows[i].put_id;
        ledger_loaded(&ledger, &stored, 1);
        assert_int_equal(ledger.subjects[0].owed, rows[i].owes);
    }
}

/* A stop and a start do the same where the store had been asked and has nothing; who was never asked to keep it has no
 * such excuse. */
static void a_load_that_lacks_what_was_to_be_stored_cancels_what_is_owed(void **state)
{
    (void)state;
    begin_second_life(2);
    for (int asked = 0; asked < 2; asked++) {
        ledger.loads = true;
        ledger.subjects[0].owed = true;
        ledger.subjects[0].put_asked = asked != 0;
        ledger_loaded(&ledger, NULL, 0);
        assert_int_equal(ledger.subjects[0].owed, asked == 0);
    }
}

/* The lives 1, 2 and 3, each told or not while it is the present one; that of 1 is recorded when 3 has begun. */
static void an_end_that_nobody_told_is_paid_by_one_that_is_inferred(void **state)
{
    static const struct {
        bool told, told_late, stays_owed;
    } rows[] = {{false, false, false}, {true, false, true}, {false, true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subject *web = &ledger.subjects[0];
        struct container_record ended = inferred;
        struct fake_published created = {.topic = FAKE_TOPIC_TASK_CREATE,
                                         .name_space = text_of("default"),
                                         .container_id = text_of("web"),
                                         .pid = 2};
        web->aware = true;
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        if (rows[i].told)
            hear_exit("web", 3);
        ledger_published(&ledger, &created);
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        hear_exit("web", 4);
        created.pid = 3;
        ledger_published(&ledger, &created);
        if (rows[i].told_late)
            ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STREAM_MESSAGE,
                                                          .task = {.kind = TASK_EVENT_EXIT,
                                                                   .container_id = text_of("web"),
                                                                   .process_id = text_of("web"),
                                                                   .pid = 1,
                                                                   .exit_status = 3}});
        assert_true(web->owed);
        ended.last_pid = 1;
        look_at(ended);
        if (web->owed != rows[i].stays_owed)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin(state);
    }
}

/* How long that takes is no wait of a Delete. */
static void a_delete_that_waits_for_a_write_has_not_failed(void **state)
{
    const struct monitor_action write = {.kind = MONITOR_PUT, .write_id = 4, .record = {.id = text_of("web")}};
    const struct monitor_event written = {.kind = MONITOR_STORE_WRITTEN, .write_id = 4};
    const struct monitor_event failed = {
        .kind = MONITOR_REPLY, .now_ns = 2, .call_id = 7, .outcome = {.status = STATUS_UNAVAILABLE}};
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    ledger_put(&ledger, &write);
    ask(MONITOR_CALL_DELETE);
    ledger_owe(&ledger, &failed);
    assert_int_equal(web->delete_failed_at_ns, 0);
    ledger_heard(&ledger, &written);
    ledger_owe(&ledger, &failed);
    assert_int_equal(web->delete_failed_at_ns, 2);
}

static void a_server_says_nothing_of_a_task_where_neither_answer_nor_list_ever_does(void **state)
{
#define NOTHING "container: web, do: answer, state: unknown, pid: 0"
    static const struct {
        const char *get, *list;
        bool is_unspoken;
    } rows[] = {
        {NOTHING ", times: always", NOTHING ", times: always", true},
        {NOTHING ", times: 9", NOTHING ", times: always", false},
        {NOTHING ", times: always", "container: web, do: answer, state: running, times: always", false},
        {NOTHING ", times: always", "do: fail, code: UNKNOWN, times: always", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scenario *other;
        char content[400];
        (void)snprintf(content, sizeof content,
                       "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}, {id: db, pid: 2}]}\nfaults:\n"
                       "  - {rpc: Tasks.Get, %s}\n  - {rpc: Tasks.List, %s}\n",
                       rows[i].get, rows[i].list);
        ledger_release(&ledger);
        assert_int_equal(scenario_parse(&other, text_of("f"), text_of(content), NULL), 0);
        assert_int_equal(ledger_init(&ledger, other, LEDGER_POLICY), 0);
        if (ledger_find(&ledger, text_of("web"))->unspoken != rows[i].is_unspoken ||
            ledger_find(&ledger, text_of("db"))->unspoken)
            fail_msg("row %zu", i);
        scenario_free(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_delete_that_waits_for_a_write_has_not_failed, begin, end),
        cmocka_unit_test_setup_teardown(a_server_says_nothing_of_a_task_where_neither_answer_nor_list_ever_does, begin,
                                        end),
        cmocka_unit_test_setup_teardown(an_end_that_nobody_told_is_paid_by_one_that_is_inferred, begin, end),
        cmocka_unit_test(who_is_refused_for_good_need_not_ask_again),
        cmocka_unit_test_setup_teardown(a_refusal_is_an_excuse_for_the_task_whose_delete_was_answered_so, begin, end),
        cmocka_unit_test_setup_teardown(a_killed_shim_is_an_excuse_for_the_life_that_it_had, begin, end),
        cmocka_unit_test_setup_teardown(the_last_life_may_end_as_else_was_told_of_it, begin, end),
        cmocka_unit_test_setup_teardown(a_task_that_is_unavailable_for_long_may_be_given_up, begin, end),
        cmocka_unit_test_setup_teardown(of_two_codes_that_were_told_the_first_will_do, begin, end),
        cmocka_unit_test_setup_teardown(a_record_that_was_removed_leaves_when_the_store_has_forgotten_it, begin, end),
        cmocka_unit_test_setup_teardown(a_crash_cancels_what_is_owed_of_a_life_of_which_nothing_is_stored, begin, end),
        cmocka_unit_test_setup_teardown(a_load_cancels_what_is_owed_of_a_life_of_which_nothing_is_stored, begin, end),
        cmocka_unit_test_setup_teardown(a_load_that_lacks_what_was_to_be_stored_cancels_what_is_owed, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
