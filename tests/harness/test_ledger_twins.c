/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger makes of lives that have the same pid one after another. */
#include "tests/harness/ledger_play.h"

static void live_again(uint32_t pid, int64_t ended_ns, int64_t began_ns)
{
    struct fake_published published = {.topic = FAKE_TOPIC_TASK_EXIT,
                                       .name_space = text_of("default"),
                                       .container_id = text_of("web"),
                                       .process_id = text_of("web"),
                                       .pid = pid,
                                       .exit_status = 3,
                                       .exited_at_ns = ended_ns,
                                       .published_at_ns = ended_ns};
    ledger_published(&ledger, &published);
    published.topic = FAKE_TOPIC_TASK_CREATE;
    published.published_at_ns = began_ns;
    ledger_published(&ledger, &published);
}

/* What is told of a life with the pid of the last fits both, unless it began later than that ended. */
static void a_life_with_the_pid_of_the_last_is_known_by_its_creation_alone(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    for (int64_t later_ns = 0; later_ns < 2; later_ns++) {
        look_at(running);
        live_again(1, 5, 5 + later_ns);
        assert_true(web->same_pid);
        assert_int_equal(web->twin, later_ns == 0);
        hear_list(PROCESS_RUNNING, 0);
        assert_false(web->met);
        assert_false(web->aware);
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        assert_true(ledger_settled(&ledger, web));
        hear_of_creation(1, 0);
        assert_true(web->aware);
        assert_false(ledger_settled(&ledger, web));
        look_at(told);
        assert_int_equal(ledger_settled(&ledger, web), later_ns == 0);
    }
}

/* Of lives that cannot be told apart the one has the code of the other, and no other one. */
static void what_is_said_of_a_life_or_of_its_twin_will_do_and_nothing_else(void **state)
{
    struct monitor_event deleted = {.kind = MONITOR_REPLY, .call_id = 7, .process = {.exit_status = 8}};
    static const struct {
        int32_t code;
        bool fits;
    } rows[] = {{3, true}, {4, true}, {7, true}, {8, true}, {9, false}};
    struct container_record ended = told;
    (void)state;
    live_again(1, 5, 5);
    hear_of_creation(1, 0);
    hear_exit("web", 7);
    ask(MONITOR_CALL_DELETE);
    ledger_heard(&ledger, &deleted);
    publish(FAKE_TOPIC_TASK_EXIT, 4);
    hear_exit("web", 4);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ended.exit_code = rows[i].code;
        look_at(ended);
        assert_int_equal(ledger_settled(&ledger, &ledger.subjects[0]), rows[i].fits);
    }
}

static void an_end_that_was_told_before_a_twin_began_is_owed(void **state)
{
    (void)state;
    for (int is_told = 0; is_told < 2; is_told++) {
        ledger.subjects[0].aware = true;
        ledger.subjects[0].exited = true;
        ledger.subjects[0].exit_status = 3;
        if (is_told)
            hear_exit("web", 3);
        live_again(1, 5, 5);
        assert_int_equal(ledger.subjects[0].owed, is_told);
    }
}

static void a_task_that_ended_no_later_than_the_last_is_taken_for_that(void **state)
{
    const struct fake_command set_clock = {.kind = FAKE_COMMAND_SET_CLOCK};
    (void)state;
    live_again(1, 5, 5);
    live_again(1, 5, 5); /* the second one ends at 5 as well */
    live_again(1, 6, 6);
    publish(FAKE_TOPIC_TASK_EXIT, 3); /* at 0 */
    assert_true(ledger.subjects[0].indistinct);
    live_again(1, 9, 9);
    ledger_published(&ledger, &(struct fake_published){.topic = FAKE_TOPIC_TASK_EXIT,
                                                       .name_space = text_of("default"),
                                                       .container_id = text_of("web"),
                                                       .process_id = text_of("web"),
                                                       .exited_at_ns = 10});
    assert_false(ledger.subjects[0].indistinct);
    ledger_commanded(&ledger, &set_clock, 0);
    live_again(1, 11, 12);
    ledger_published(&ledger, &(struct fake_published){.topic = FAKE_TOPIC_TASK_EXIT,
                                                       .name_space = text_of("default"),
                                                       .container_id = text_of("web"),
                                                       .process_id = text_of("web"),
                                                       .exited_at_ns = 20});
    assert_true(ledger.subjects[0].indistinct);
}

static void where_the_clock_was_set_nobody_can_tell_them_apart(void **state)
{
    const struct fake_command set_clock = {.kind = FAKE_COMMAND_SET_CLOCK};
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    live_again(1, 5, 6);
    assert_false(web->twin);
    ledger.subjects[0].exited = true;
    ledger_commanded(&ledger, &set_clock, 0);
    assert_false(web->twin);
    ledger.subjects[0].exited = false;
    ledger_commanded(&ledger, &set_clock, 0);
    assert_true(web->twin);
    live_again(1, 7, 100);
    assert_true(web->twin);
    live_again(3, 101, 102);
    assert_false(web->twin);
}

static void an_end_before_a_life_with_its_pid_is_owed_once_it_is_told(void **state)
{
    struct subject *web = &ledger.subjects[0];
    (void)state;
    live_again(1, 5, 6);
    assert_false(web->owed);
    hear_exit("web", 3);
    assert_true(web->owed);
}

static void and_until_its_creation_is_heard_the_record_says_how_that_ended(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    struct container_record ended = {
        .pid = 0, .last_pid = 1, .created_at_ns = 1, .finished_at_ns = 5, .finished = true};
    (void)state;
    live_again(1, 5, 6);
    ended.exit_code = 4;
    look_at(ended);
    assert_true(web->became_exited);
    look_at(running);
    ended.exit_code = 3;
    look_at(ended);
    assert_false(web->became_exited);
    look_at(running);
    hear_of_creation(1, 0);
    look_at(ended);
    assert_true(web->became_exited);
}

/* The pid comes round again, and nobody has told of the creation: only an event's word would have been enough. */
static void what_was_only_shown_of_a_life_before_its_pid_came_again_is_not_owed(void **state)
{
    struct fake_published created = {.topic = FAKE_TOPIC_TASK_CREATE,
                                     .name_space = text_of("default"),
                                     .container_id = text_of("web"),
                                     .pid = 1,
                                     .published_at_ns = 1};
    (void)state;
    for (int told_by_event = 0; told_by_event < 2; told_by_event++) {
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        hear_list(PROCESS_STOPPED, 3);
        if (told_by_event)
            hear_exit("web", 3);
        ledger_published(&ledger, &created);
        assert_int_equal(ledger.subjects[0].owed, told_by_event);
        ledger.subjects[0].aware = true;
    }
}

/* A list that is older than the end shows the life that ended, a later one the next, and nobody can tell which. */
static void an_end_that_was_heard_before_any_record_may_be_recorded_of_the_next_life(void **state)
{
    enum { BEFORE, AFTER };
    static const struct {
        bool known, heard_when;
        uint32_t heard, begun; /* the pid of a creation that was heard; 0: none was */
        bool may_be_owed;
    } rows[] = {{false, BEFORE, 3, 0, true}, {false, AFTER, 3, 0, true},  {true, BEFORE, 3, 0, false},
                {true, AFTER, 3, 0, false},  {false, AFTER, 4, 0, false}, {false, BEFORE, 3, 1, false},
                {false, AFTER, 3, 1, false}};
    struct monitor_event heard = {
        .kind = MONITOR_STREAM_MESSAGE,
        .task = {.kind = TASK_EVENT_EXIT, .container_id = text_of("web"), .process_id = text_of("web"), .pid = 1}};
    struct subject *web = &ledger.subjects[0];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        *web = (struct subject){.id = web->id, .pid = 1, .lives = 1, .known = rows[i].known, .exited = true};
        web->exit_status = 3;
        heard.task.exit_status = rows[i].heard;
        if (rows[i].heard_when == BEFORE)
            ledger_heard(&ledger, &heard);
        live_again(1, 5, 6);
        if (rows[i].heard_when == AFTER)
            ledger_heard(&ledger, &heard);
        if (rows[i].begun != 0)
            hear_of_creation(rows[i].begun, 0);
        if (web->may_be_owed != rows[i].may_be_owed)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_life_with_the_pid_of_the_last_is_known_by_its_creation_alone, begin, end),
        cmocka_unit_test_setup_teardown(what_is_said_of_a_life_or_of_its_twin_will_do_and_nothing_else, begin, end),
        cmocka_unit_test_setup_teardown(an_end_that_was_told_before_a_twin_began_is_owed, begin, end),
        cmocka_unit_test_setup_teardown(a_task_that_ended_no_later_than_the_last_is_taken_for_that, begin, end),
        cmocka_unit_test_setup_teardown(where_the_clock_was_set_nobody_can_tell_them_apart, begin, end),
        cmocka_unit_test_setup_teardown(an_end_before_a_life_with_its_pid_is_owed_once_it_is_told, begin, end),
        cmocka_unit_test_setup_teardown(and_until_its_creation_is_heard_the_record_says_how_that_ended, begin, end),
        cmocka_unit_test_setup_teardown(what_was_only_shown_of_a_life_before_its_pid_came_again_is_not_owed, begin,
                                        end),
        cmocka_unit_test_setup_teardown(an_end_that_was_heard_before_any_record_may_be_recorded_of_the_next_life, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
