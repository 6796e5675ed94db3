/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger makes of what the handler records, and of a crash. */
#include <stdio.h>

#include "base/status.h"
#include "tests/harness/ledger_play.h"

static void a_real_code_may_replace_an_inferred_one_and_not_the_other_way(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    look_at(inferred);
    assert_false(web->became_other);
    look_at(told);
    assert_false(web->became_other);
    look_at(inferred);
    assert_true(web->became_other);
    ledger_forget_changes(&ledger);
    assert_false(web->became_other);
}

/* It comes late, when the next life has begun: it is of the life before and paid for. */
static void so_may_a_true_one_that_which_may_be_made_up(void **state)
{
    static const int32_t made_up[] = {137, 255};
    const struct subject *web = &ledger.subjects[0];
    struct container_record killed = told;
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    for (size_t i = 0; i < 2; i++) {
        killed.exit_code = made_up[i];
        look_at(killed);
        look_at(told);
        assert_false(web->became_other);
        look_at(killed);
        assert_true(web->became_other);
    }
}

static void the_end_of_an_earlier_life_may_be_recorded_late(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    assert_true(web->owed);
    look_at(told);
    assert_false(web->owed);
    assert_false(web->became_exited);
    look_at(running);
    assert_int_equal(web->finished_life, 1);
}

/* What a crashed handler had not stored it may record again, though another life has begun. Where it had, it does not
 * owe it any more. */
static void and_again_after_a_crash(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    struct container_record stored = running;
    (void)state;
    stored.id = text_of("web");
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    look_at(told);
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    ledger_crashed(&ledger, &stored, 1);
    assert_false(web->owed);
    look_at(running);
    assert_false(web->became_other);
    look_at(told);
    assert_false(web->became_exited);
    assert_int_equal(web->finished_life, 1);

    /* Once. */
    look_at(running);
    look_at(told);
    assert_true(web->became_exited);
}

/* Of what nothing is stored nobody can find what has gone meanwhile. */
static void a_crash_before_anything_is_stored_cancels_what_is_owed(void **state)
{
    struct container_record stored = running;
    (void)state;
    stored.id = text_of("web");
    begin_second_life(2);
    ledger_crashed(&ledger, &stored, 1);
    assert_true(ledger.subjects[0].owed);
    ledger_crashed(&ledger, NULL, 0);
    assert_true(ledger.subjects[0].owed); /* the handler has not tried */
    ledger_put(&ledger, &(struct monitor_action){.kind = MONITOR_PUT, .record = stored});
    ledger_crashed(&ledger, NULL, 0);
    assert_false(ledger.subjects[0].owed);
    ledger.subjects[0].owed = true;
    ledger_crashed(&ledger, NULL, 0);
    assert_true(ledger.subjects[0].owed);
}

/* Its owner had it removed: nobody asks how it ended. But what a handler loses of its own is lost, and a remove that
 * was asked for once is no excuse when it is over. */
static void what_its_owner_removes_before_it_ever_ran_owes_no_exit(void **state)
{
    enum { NOTHING_YET = -1 };
    static const struct {
        bool ran, runs, asked;
        int answer;
        bool looks, stops, owes;
    } rows[] = {
        {false, true, false, NOTHING_YET, false, false, true},
        {true, true, false, NOTHING_YET, false, false, true},
        {false, true, true, NOTHING_YET, false, false, false},
        {true, true, true, NOTHING_YET, false, false, true},
        {false, false, true, NOTHING_YET, false, false, true},
        {false, true, true, NOTHING_YET, false, true, true},
        {false, true, true, STATUS_OK, false, false, false},
        {false, true, true, STATUS_OK, true, false, true},
        {false, true, true, STATUS_DEADLINE_EXCEEDED, true, false, false},
        {false, true, true, STATUS_FAILED_PRECONDITION, false, false, true},
    };
    const struct container_record created = {.pid = 1, .created_at_ns = 1};
    const struct monitor_event remove = {.kind = MONITOR_OPERATION,
                                         .operation = {.kind = OPERATION_REMOVE, .container_id = text_of("web")}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_action answer = {
            .kind = MONITOR_ANSWER, .operation = remove.operation, .outcome.status = rows[i].answer};
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STOP});
        if (rows[i].runs)
            ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
        ledger.subjects[0].aware = true;
        look_at(rows[i].ran ? running : created);
        if (rows[i].asked)
            ledger_heard(&ledger, &remove);
        if (rows[i].answer != NOTHING_YET)
            ledger_answered(&ledger, &answer);
        if (rows[i].looks)
            ledger_look(&ledger, monitor);
        assert_false(ledger.subjects[0].became_gone);
        if (rows[i].stops)
            ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STOP});
        step((struct monitor_event){.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}});
        ledger_look(&ledger, monitor);
        publish(FAKE_TOPIC_TASK_EXIT, 137);
        assert_int_equal(ledger_settled(&ledger, &ledger.subjects[0]), !rows[i].owes);
    }
}

/* Within one step both lives may have been recorded. */
static void or_be_told_in_passing(void **state)
{
    struct monitor_action action = {.kind = MONITOR_TELL, .change = RECORD_EXITED, .record = told};
    (void)state;
    action.record.id = text_of("web");
    publish(FAKE_TOPIC_TASK_EXIT, 4);
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    ledger_owner_told(&ledger, &action);
    ledger_look(&ledger, monitor);
    assert_true(ledger.subjects[0].owed);
    action.record.exit_code = 4;
    ledger_owner_told(&ledger, &action);
    ledger_look(&ledger, monitor);
    assert_false(ledger.subjects[0].owed);
}

static void a_stored_end_of_an_earlier_life_is_not_of_this_one(void **state)
{
    struct container_record stored = told;
    (void)state;
    stored.id = text_of("web");
    stored.last_pid = 1;
    look_at(stored);
    begin_second_life(2);
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    ledger_crashed(&ledger, &stored, 1);
    look_at(stored);
    assert_int_equal(ledger.subjects[0].finished_life, 1);
}

/* Nobody owes the end of a life that was told to nobody; but of what is recorded late the pid tells whose it was. */
static void the_end_of_an_earlier_life_is_none_of_this_one(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    struct container_record ended = told;
    (void)state;
    begin_second_life(2);
    begin_second_life(3);
    ended.last_pid = 2;
    ended.exit_code = 9;
    look_at(ended);
    assert_false(web->became_exited);
    look_at(running);
    ended.last_pid = 3;
    look_at(ended);
    assert_true(web->became_exited);
}

/* Whatever the handler says: a record that was of this life before has not ended as an earlier one. */
static void a_record_that_was_of_this_life_ends_as_this_life(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    struct container_record ended = told;
    struct container_record second = running;
    (void)state;
    begin_second_life(2);
    assert_true(web->owed); /* with code 3 */
    second.pid = 2;
    look_at(second);
    ended.last_pid = 1;
    look_at(ended);
    assert_true(web->became_exited);
}

static void what_a_crash_left_of_this_life_says_nothing_of_the_last(void **state)
{
    struct container_record stored = running;
    (void)state;
    stored.id = text_of("web");
    begin_second_life(2);
    for (stored.pid = 0; stored.pid < 4; stored.pid++) {
        ledger_crashed(&ledger, &stored, 1);
        assert_int_equal(ledger.subjects[0].may_be_owed, stored.pid != 2);
    }
}

/* With what it had in its store the handler begins, and it answers for what it makes of that. */
static void what_was_loaded_is_what_was_stored(void **state)
{
    static const struct {
        const struct container_record *stored, *found;
        bool ends, changes;
    } rows[] = {{&running, &running, false, false}, {&told, &told, false, false},    {&running, &told, true, false},
                {&told, &running, false, true},     {&told, &inferred, false, true}, {NULL, &told, true, false}};
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record stored = rows[i].stored != NULL ? *rows[i].stored : running;
        size_t count = rows[i].stored != NULL;
        stored.id = text_of("web");
        ledger_crashed(&ledger, &stored, count);
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
        ledger_heard(&ledger,
                     &(struct monitor_event){.kind = MONITOR_STORE_LOADED, .records = &stored, .record_count = count});
        assert_false(web->became_exited || web->became_other);
        look_at(*rows[i].found);
        assert_int_equal(web->became_exited, rows[i].ends);
        assert_int_equal(web->became_other, rows[i].changes);
        assert_int_equal(web->rewritten, rows[i].changes && web->state == CONTAINER_EXITED);
        /* Another answer of the store is none. */
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STORE_LOADED});
        assert_true(web->known);
        step((struct monitor_event){.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}});
        ledger_look(&ledger, monitor);
        assert_true(web->became_gone);
    }
}

static void a_record_that_leaves_with_its_exit_in_it_is_settled(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    ledger.subjects[0].aware = true;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    look_at(told);
    step((struct monitor_event){.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}});
    ledger_look(&ledger, monitor);
    assert_false(web->known);
    assert_false(web->became_other);
    assert_true(ledger_settled(&ledger, web));
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    assert_true(ledger_settled(&ledger, web)); /* of this life the handler has heard nothing */
    ledger.subjects[0].aware = true;
    assert_false(ledger_settled(&ledger, web));
}

/* The handler has not read it yet. */
static void a_finish_that_the_store_begins_with_keeps_its_code(void **state)
{
    static const char content[] =
        "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}], records: [{id: web, state: exited, code: 128}]}\n";
    struct scenario *other;
    struct container_record stored = {.id = text_of("web"), .finished_at_ns = 2, .finished = true, .exit_code = 128};
    (void)state;
    ledger_release(&ledger);
    assert_int_equal(scenario_parse(&other, text_of("f"), text_of(content), NULL), 0);
    assert_int_equal(ledger_init(&ledger, other, LEDGER_POLICY), 0);
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    ledger_look_at_store(&ledger, &stored, 1);
    assert_true(ledger_settled(&ledger, ledger_find(&ledger, text_of("web"))));

    /* It says nothing of the next task of that name, whatever crashes. */
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    ledger_crashed(&ledger, &stored, 1);
    ledger.subjects[0].aware = true;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    assert_false(ledger_settled(&ledger, ledger_find(&ledger, text_of("web"))));
    scenario_free(other);
}

/* A start that failed: its process ends while the handler is down. Where the record was not stored the code is owed. */
static void so_does_one_that_was_stored_before_a_crash(void **state)
{
    struct container_record stored = told;
    (void)state;
    stored.id = text_of("web");
    look_at(stored);
    ledger_crashed(&ledger, &stored, 1);
    publish(FAKE_TOPIC_TASK_EXIT, 137);
    look_at(stored);
    assert_true(ledger_settled(&ledger, &ledger.subjects[0]));
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    stored.exit_code = 4;
    look_at(running);
    look_at(stored);
    ledger_crashed(&ledger, NULL, 0);
    publish(FAKE_TOPIC_TASK_EXIT, 137);
    look_at(stored);
    assert_false(ledger_settled(&ledger, &ledger.subjects[0]));
}

static void a_task_that_was_left_behind_a_finished_record_is_nobodys(void **state)
{
    static const struct {
        const char *records;
        bool excused;
    } rows[] = {{"", true},
                {", records: none", false},
                {", records: [{id: web, pid: 1, state: running}]", false},
                {", records: [{id: web, state: exited, code: 3}]", false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scenario *other;
        char content[200];
        (void)snprintf(content, sizeof content,
                       "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1, state: exited, code: 3}]%s}\n",
                       rows[i].records);
        ledger_release(&ledger);
        assert_int_equal(scenario_parse(&other, text_of("f"), text_of(content), NULL), 0);
        assert_int_equal(ledger_init(&ledger, other, LEDGER_POLICY), 0);
        assert_int_equal(ledger.subjects[0].orphaned, rows[i].excused);
        scenario_free(other);
    }
}

static void the_kills_of_one_process_in_one_life_are_counted(void **state)
{
    const struct monitor_action kill = {
        .kind = MONITOR_CALL, .call = MONITOR_CALL_KILL, .signal = 9, .container_id = text_of("web")};
    const struct monitor_action terminate = {
        .kind = MONITOR_CALL, .call = MONITOR_CALL_KILL, .signal = 15, .container_id = text_of("web")};
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    for (int i = 0; i < 2; i++) {
        ledger_asked(&ledger, &terminate);
        for (uint32_t kills = 1; kills <= MONITOR_KILLS_MAX + 1; kills++) {
            ledger_asked(&ledger, &kill);
            assert_int_equal(web->kills, kills < MONITOR_KILLS_MAX ? kills : MONITOR_KILLS_MAX);
        }
        if (i == 0)
            ledger_crashed(&ledger, NULL, 0);
        else
            publish(FAKE_TOPIC_TASK_CREATE, 0);
        assert_int_equal(web->kills, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_kills_of_one_process_in_one_life_are_counted, begin, end),
        cmocka_unit_test_setup_teardown(a_real_code_may_replace_an_inferred_one_and_not_the_other_way, begin, end),
        cmocka_unit_test_setup_teardown(so_may_a_true_one_that_which_may_be_made_up, begin, end),
        cmocka_unit_test_setup_teardown(the_end_of_an_earlier_life_may_be_recorded_late, begin, end),
        cmocka_unit_test_setup_teardown(and_again_after_a_crash, begin, end),
        cmocka_unit_test_setup_teardown(or_be_told_in_passing, begin, end),
        cmocka_unit_test_setup_teardown(what_its_owner_removes_before_it_ever_ran_owes_no_exit, begin, end),
        cmocka_unit_test_setup_teardown(a_crash_before_anything_is_stored_cancels_what_is_owed, begin, end),
        cmocka_unit_test_setup_teardown(a_stored_end_of_an_earlier_life_is_not_of_this_one, begin, end),
        cmocka_unit_test_setup_teardown(the_end_of_an_earlier_life_is_none_of_this_one, begin, end),
        cmocka_unit_test_setup_teardown(a_record_that_was_of_this_life_ends_as_this_life, begin, end),
        cmocka_unit_test_setup_teardown(what_a_crash_left_of_this_life_says_nothing_of_the_last, begin, end),
        cmocka_unit_test_setup_teardown(what_was_loaded_is_what_was_stored, begin, end),
        cmocka_unit_test_setup_teardown(a_record_that_leaves_with_its_exit_in_it_is_settled, begin, end),
        cmocka_unit_test_setup_teardown(a_task_that_was_left_behind_a_finished_record_is_nobodys, begin, end),
        cmocka_unit_test_setup_teardown(a_finish_that_the_store_begins_with_keeps_its_code, begin, end),
        cmocka_unit_test_setup_teardown(so_does_one_that_was_stored_before_a_crash, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
