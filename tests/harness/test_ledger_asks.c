/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/ledger_play.h"

/* A handler that asks the server whose an event is knows of a life when its record says so, or when it was told of the
 * whole of it. */

static int begin_asking(void **state)
{
    int result = begin(state);
    ledger.asks = true;
    return result;
}

static void a_creation_alone_makes_no_life_known_where_there_is_a_record(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    struct container_record next = {.pid = 2, .last_pid = 1, .created_at_ns = 3, .incarnation = 1};
    (void)state;
    look_at(told);
    begin_second_life(2);
    hear_of_creation(2, 0);
    assert_true(web->begun_told && !web->aware);
    look_at(next);
    assert_true(web->aware);
}

/* With the pid of the last, by the handler's own count. */
static void a_record_with_the_same_pid_is_of_the_next_life_when_it_is_counted(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    struct container_record next = {.pid = 1, .last_pid = 1, .created_at_ns = 3};
    (void)state;
    look_at(told);
    begin_second_life(1);
    look_at(next);
    assert_false(web->aware);
    next.incarnation = 1;
    look_at(next);
    assert_true(web->aware);
}

static void hear_end(uint32_t pid, uint32_t status, int64_t now_ns)
{
    ledger_heard(&ledger, &(struct monitor_event){.now_ns = now_ns,
                                                  .kind = MONITOR_STREAM_MESSAGE,
                                                  .task = {.kind = TASK_EVENT_EXIT,
                                                           .container_id = text_of("web"),
                                                           .process_id = text_of("web"),
                                                           .pid = pid,
                                                           .exit_status = status}});
}

static void a_life_that_is_told_to_its_end_is_known(void **state)
{
    static const struct {
        int64_t created_ns, ended_ns; /* when it is heard */
        uint32_t pid;
        bool aware;
    } rows[] = {{0, 1, 2, true}, {0, MONITOR_PARK_NS, 2, true},     {0, MONITOR_PARK_NS + 1, 2, false},
                {1, 0, 2, true}, {MONITOR_PARK_NS - 1, 0, 2, true}, {MONITOR_PARK_NS, 0, 2, false},
                {0, 1, 1, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        look_at(told);
        begin_second_life(2);
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        if (rows[i].created_ns <= rows[i].ended_ns)
            hear_of_creation(2, rows[i].created_ns);
        hear_end(rows[i].pid, 4, rows[i].ended_ns);
        if (rows[i].created_ns > rows[i].ended_ns)
            hear_of_creation(2, rows[i].created_ns);
        if (ledger.subjects[0].aware != rows[i].aware)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin_asking(state);
    }
}

/* What it has heard and not found out when it is stopped it has to find again. */
static void what_was_told_before_a_stop_or_a_crash_makes_nothing_known(void **state)
{
    for (int crash = 0; crash < 2; crash++) {
        look_at(told);
        begin_second_life(2);
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        hear_of_creation(2, 0);
        hear_end(2, 4, 0);
        assert_true(ledger.subjects[0].aware);
        if (crash)
            ledger_crashed(&ledger, NULL, 0);
        else
            ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STOP});
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
        assert_false(ledger.subjects[0].aware || ledger.subjects[0].begun_told);
        (void)end(state);
        (void)begin_asking(state);
    }
}

/* It is in doubt, so nothing may be deleted. */
static void a_delete_after_the_creation_was_heard_is_foreseen(void **state)
{
    (void)state;
    look_at(told);
    begin_second_life(2);
    ask(MONITOR_CALL_DELETE);
    assert_true(ledger.subjects[0].unforeseen);
    hear_of_creation(2, 0);
    ask(MONITOR_CALL_DELETE);
    assert_false(ledger.subjects[0].unforeseen);
}

/* Nobody can say which of them was first, who had heard of neither in its time. */
static void an_older_life_that_is_told_whole_and_late_may_be_taken_for_the_next(void **state)
{
    static const struct {
        bool knew, begins, ends, may;
    } rows[] = {
        {false, true, true, true}, {true, true, true, false}, {false, true, false, false}, {false, false, true, false}};
    struct subject *web = &ledger.subjects[0];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record late = {
            .last_pid = 1, .created_at_ns = 1, .finished_at_ns = 2, .finished = true, .exit_code = 3, .incarnation = 2};
        struct container_record own = {
            .last_pid = 2, .created_at_ns = 1, .finished_at_ns = 2, .finished = true, .exit_code = 4, .incarnation = 1};
        web = &ledger.subjects[0];
        web->aware = rows[i].knew;
        begin_second_life(2);
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        look_at(own);
        if (rows[i].begins)
            hear_of_creation(1, 0);
        if (rows[i].ends)
            hear_end(1, 3, 0);
        look_at(late);
        if (ledger_settled(&ledger, web) != rows[i].may)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin_asking(state);
    }
}

/* Nor, where both have one pid and the end of the first was never recorded, whether a beginning is of a third. */
static void an_end_of_a_life_with_the_same_pid_may_be_taken_for_a_third(void **state)
{
    static const struct {
        struct container_record first;
        bool begins, ends, may;
    } rows[] = {
        {{.pid = 1, .created_at_ns = 1, .started_at_ns = 1}, true, true, true},
        {{.pid = 1, .created_at_ns = 1, .started_at_ns = 1}, false, true, false},
        {{.pid = 1, .created_at_ns = 1, .started_at_ns = 1}, true, false, false},
        {{.last_pid = 1, .created_at_ns = 1, .finished_at_ns = 2, .finished = true, .exit_code = 3}, true, true, false},
        {{.last_pid = 1, .created_at_ns = 1, .finished_at_ns = 2, .finished = true, .exit_code = 5}, true, true, true},
        {{.last_pid = 1, .finished_at_ns = 2, .finished = true, .exit_code = 3, .inferred = true}, true, true, true},
    };
    const struct fake_published created = {.topic = FAKE_TOPIC_TASK_CREATE,
                                           .name_space = text_of("default"),
                                           .container_id = text_of("web"),
                                           .pid = 1,
                                           .published_at_ns = 5};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record own = {
            .last_pid = 1, .created_at_ns = 1, .finished_at_ns = 3, .finished = true, .exit_code = 4, .incarnation = 1};
        struct container_record late = own;
        struct subject *web = &ledger.subjects[0];
        late.exit_code = 3;
        late.incarnation = 2;
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        look_at(rows[i].first);
        ledger_published(&ledger, &created);
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        look_at(own);
        web->aware = true;
        if (rows[i].begins)
            hear_of_creation(1, 0);
        if (rows[i].ends)
            hear_end(1, 3, 0);
        look_at(late);
        if (ledger_settled(&ledger, web) != rows[i].may)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin_asking(state);
    }
}

/* Its end was recorded when it had the next life for a neighbour already. */
static void an_end_that_was_recorded_late_is_known_all_the_same(void **state)
{
    struct container_record first = told;
    (void)state;
    first.last_pid = 1;
    begin_second_life(1);
    assert_false(ledger.subjects[0].last_recorded);
    ledger.subjects[0].owed = true;
    ledger.subjects[0].owed_status = 3;
    look_at(first);
    assert_true(ledger.subjects[0].last_recorded);
}

/* What was made before the present life began tells nothing of it, nor does the record that is made of that. */
static void a_beginning_of_the_last_life_makes_nobody_aware_of_the_next_with_its_pid(void **context)
{
    static const struct {
        int64_t told_s;
        bool is_known, clock_jumped, is_aware;
    } rows[] = {{4, false, false, false},
                {5, false, false, true},
                {4, false, true, true},
                {4, true, false, false},
                {5, true, false, true}};
    const struct fake_published created = {.topic = FAKE_TOPIC_TASK_CREATE,
                                           .name_space = text_of("default"),
                                           .container_id = text_of("web"),
                                           .pid = 1,
                                           .published_at_ns = 5 * TIME_SECOND};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subject *web = &ledger.subjects[0];
        struct monitor_event start = {.kind = MONITOR_STREAM_MESSAGE,
                                      .task = {.kind = TASK_EVENT_START,
                                               .container_id = text_of("web"),
                                               .pid = 1,
                                               .published_at = {true, rows[i].told_s, 0}}};
        struct container_record record = running;
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        ledger_published(&ledger, &created);
        web->known = rows[i].is_known;
        ledger.clock_jumped = rows[i].clock_jumped;
        ledger_heard(&ledger, &start);
        record.incarnation = 1;
        if (!rows[i].is_known)
            look_at(record);
        if ((rows[i].is_known ? web->begun_told : web->aware) != rows[i].is_aware)
            fail_msg("row %zu", i);
        (void)end(context);
        (void)begin_asking(context);
    }
}

/* A creation that comes late, and the end once more with another time: nobody can tell that from one more life. */
static void who_is_told_of_a_life_again_behind_its_end_may_take_it_for_another(void **state)
{
    static const struct {
        bool created, created_late;
        int64_t seconds; /* of the end that is told again */
        bool misled;
    } rows[] = {{true, true, 6, true}, {true, true, 5, false}, {true, false, 6, false}, {false, false, 6, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_published ended = {.topic = FAKE_TOPIC_TASK_EXIT,
                                       .name_space = text_of("default"),
                                       .container_id = text_of("web"),
                                       .process_id = text_of("web"),
                                       .exit_status = 3,
                                       .exited_at_ns = 5 * TIME_SECOND};
        struct monitor_event again = {.kind = MONITOR_STREAM_MESSAGE,
                                      .task = {.kind = TASK_EVENT_EXIT,
                                               .container_id = text_of("web"),
                                               .process_id = text_of("web"),
                                               .pid = 1,
                                               .exit_status = 3,
                                               .exited_at = {true, rows[i].seconds, 0}}};
        if (rows[i].created && !rows[i].created_late)
            hear_of_creation(1, 0);
        ledger_published(&ledger, &ended);
        look_at(told);
        if (rows[i].created_late)
            hear_of_creation(1, 0);
        ledger_heard(&ledger, &again);
        if (ledger.subjects[0].misled != rows[i].misled)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin_asking(state);
    }
}

/* The API of 2017 names no process. */
static void an_end_without_a_name_may_be_of_an_exec_of_the_life_that_is_known(void **state)
{
    static const struct {
        const char *process;
        bool aware, is_told;
    } rows[] = {{"", false, false}, {"web", false, true}, {"", true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event exit = {.kind = MONITOR_STREAM_MESSAGE,
                                     .task = {.kind = TASK_EVENT_EXIT,
                                              .container_id = text_of("web"),
                                              .process_id = text_of(rows[i].process),
                                              .pid = 2,
                                              .exit_status = 4}};
        begin_second_life(2);
        publish(FAKE_TOPIC_TASK_EXIT, 4);
        ledger.subjects[0].aware = rows[i].aware;
        ledger_heard(&ledger, &exit);
        if (ledger.subjects[0].told != rows[i].is_told)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin_asking(state);
    }
}

/* The third life has the pid of the first. */
static void a_record_with_the_pid_of_the_one_before_the_last_seems_old_until_its_life_is_known(void **state)
{
    static const struct {
        uint32_t shown_pid;
        enum container_state state;
        uint32_t finished_life;
        bool aware, seems_old;
    } rows[] = {
        {1, CONTAINER_RUNNING, 0, false, true}, {2, CONTAINER_RUNNING, 0, false, false},
        {1, CONTAINER_RUNNING, 0, true, false}, {0, CONTAINER_EXITED, 2, false, true},
        {0, CONTAINER_EXITED, 3, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct subject web = {.pid = 1,
                                    .pid_before = 1,
                                    .last_pid = 2,
                                    .lives = 3,
                                    .known = true,
                                    .state = rows[i].state,
                                    .shown_pid = rows[i].shown_pid,
                                    .finished_life = rows[i].finished_life,
                                    .aware = rows[i].aware};
        if (ledger_seems_old(&web) != rows[i].seems_old)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_end_without_a_name_may_be_of_an_exec_of_the_life_that_is_known, begin_asking,
                                        end),
        cmocka_unit_test(a_record_with_the_pid_of_the_one_before_the_last_seems_old_until_its_life_is_known),
        cmocka_unit_test_setup_teardown(a_creation_alone_makes_no_life_known_where_there_is_a_record, begin_asking,
                                        end),
        cmocka_unit_test_setup_teardown(a_record_with_the_same_pid_is_of_the_next_life_when_it_is_counted, begin_asking,
                                        end),
        cmocka_unit_test_setup_teardown(a_life_that_is_told_to_its_end_is_known, begin_asking, end),
        cmocka_unit_test_setup_teardown(what_was_told_before_a_stop_or_a_crash_makes_nothing_known, begin_asking, end),
        cmocka_unit_test_setup_teardown(a_beginning_of_the_last_life_makes_nobody_aware_of_the_next_with_its_pid,
                                        begin_asking, end),
        cmocka_unit_test_setup_teardown(an_end_of_a_life_with_the_same_pid_may_be_taken_for_a_third, begin_asking, end),
        cmocka_unit_test_setup_teardown(an_end_that_was_recorded_late_is_known_all_the_same, begin_asking, end),
        cmocka_unit_test_setup_teardown(an_older_life_that_is_told_whole_and_late_may_be_taken_for_the_next,
                                        begin_asking, end),
        cmocka_unit_test_setup_teardown(who_is_told_of_a_life_again_behind_its_end_may_take_it_for_another,
                                        begin_asking, end),
        cmocka_unit_test_setup_teardown(a_delete_after_the_creation_was_heard_is_foreseen, begin_asking, end),
    };
    return cmocka_run_group_tests_name("harness/ledger_asks", tests, NULL, NULL);
}
