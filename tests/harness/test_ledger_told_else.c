/* SPDX-License-Identifier: Apache-2.0 */
/* Ends that were told otherwise than they were, or of what is not there any more. */
#include "tests/harness/ledger_play.h"

static void hear_code(uint32_t pid, uint32_t status)
{
    ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STREAM_MESSAGE,
                                                  .task = {.kind = TASK_EVENT_EXIT,
                                                           .container_id = text_of("web"),
                                                           .process_id = text_of("web"),
                                                           .pid = pid,
                                                           .exit_status = status}});
}

/* While a list alone had told the code which nobody knows, another one that an event told was to be believed, and that
 * stays when an event tells the former as well. */
static void what_was_believed_stays_when_the_unknown_code_is_told_by_an_event(void **state)
{
    static const struct {
        uint32_t listed;
        bool may;
    } rows[] = {{255, true}, {4, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ledger.subjects[0].pid = 1;
        publish(FAKE_TOPIC_TASK_EXIT, rows[i].listed);
        hear_list(PROCESS_STOPPED, rows[i].listed);
        hear_code(1, 3);
        hear_code(1, rows[i].listed);
        look_at(told); /* 3 */
        assert_int_equal(ledger_settled(&ledger, &ledger.subjects[0]), rows[i].may);
        publish(FAKE_TOPIC_TASK_CREATE, 0);
        look_at(running);
    }
}

/* Of a life that comes to the next process by a creation told late nothing is left but that. */
static void what_was_told_goes_with_the_record_that_its_owner_takes_away(void **state)
{
    (void)state;
    for (int is_taken_away = 0; is_taken_away < 2; is_taken_away++) {
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        hear_exit("web", 3);
        ask(MONITOR_CALL_DELETE);
        publish(FAKE_TOPIC_TASK_DELETE, 3);
        delete_is_asked();
        ledger_crashed(&ledger, NULL, 0);
        if (is_taken_away)
            ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_RECORD_REMOVED,
                                                          .task = {.container_id = text_of("web")}});
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STORE_LOADED});
        hear_of_creation(1, 15 * TIME_SECOND);
        assert_int_equal(inferred_will_do(), is_taken_away);
        (void)end(state);
        (void)begin(state);
    }
}

/* Two lives ago, and nobody has told the real one: a code that was told stays. */
static void an_end_that_is_owed_may_be_as_else_was_told_of_it(void **state)
{
    static const struct {
        uint32_t first_pid, first, second_pid, second;
        bool pays;
    } rows[] = {{0, 0, 1, 137, true},  {1, 3, 1, 137, false}, {0, 0, 9, 137, false},
                {0, 0, 5, 137, false}, {0, 0, 1, 138, false}, {1, 137, 1, 3, true}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_published created = {.topic = FAKE_TOPIC_TASK_CREATE,
                                         .name_space = text_of("default"),
                                         .container_id = text_of("web"),
                                         .pid = 5};
        struct container_record ended = told;
        ledger.subjects[0].pid = 1;
        begin_second_life(2);
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        ledger_published(&ledger, &created);
        assert_true(ledger.subjects[0].owed);
        if (rows[i].first_pid != 0)
            hear_code(rows[i].first_pid, rows[i].first);
        hear_code(rows[i].second_pid, rows[i].second);
        ended.exit_code = 137;
        ended.last_pid = 1;
        look_at(ended);
        if (ledger.subjects[0].owed == rows[i].pays)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin(state);
    }
}

/* As of the present life: what an event told first stays, though a list has told the real one since. */
static void what_was_told_first_of_the_last_life_will_do(void **state)
{
    struct subject *web = &ledger.subjects[0];
    (void)state;
    for (int is_first = 0; is_first < 2; is_first++) {
        web->pid = 1;
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        if (is_first)
            hear_code(1, 255);
        hear_list(PROCESS_STOPPED, 3);
        if (!is_first)
            hear_code(1, 255);
        begin_second_life(2);
        assert_int_equal(web->last_told_else, is_first);
        (void)end(state);
        (void)begin(state);
        web = &ledger.subjects[0];
    }
}

/* Its task is gone without the handler, so what says that it was killed counts as inferred. */
static void a_late_life_may_have_an_inferred_end(void **state)
{
    struct subject *web = &ledger.subjects[0];
    struct container_record ended = inferred;
    (void)state;
    begin_second_life(2);
    publish(FAKE_TOPIC_TASK_EXIT, 4);
    hear_exit("web", 4);
    web->owed = false;
    ended.exit_code = 3;
    look_at(ended);
    web->aware = true;
    assert_false(ledger_settled(&ledger, web));
    web->late_beginning = web->late_end = true;
    assert_true(ledger_settled(&ledger, web));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_believed_stays_when_the_unknown_code_is_told_by_an_event, begin, end),
        cmocka_unit_test_setup_teardown(what_was_told_goes_with_the_record_that_its_owner_takes_away, begin, end),
        cmocka_unit_test_setup_teardown(an_end_that_is_owed_may_be_as_else_was_told_of_it, begin, end),
        cmocka_unit_test_setup_teardown(what_was_told_first_of_the_last_life_will_do, begin, end),
        cmocka_unit_test_setup_teardown(a_late_life_may_have_an_inferred_end, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
