/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger makes of what the handler hears and asks for, seen by whether an inferred code will do. */
#include "base/status.h"
#include "tests/harness/ledger_play.h"

static void an_exit_that_was_never_told_may_be_inferred(void **state)
{
    (void)state;
    hear_exit("web", 3); /* it lives yet: a forged one */
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 4);
    hear_exit("probe", 3);
    hear_list(PROCESS_RUNNING, 3);
    hear_list(PROCESS_STOPPED, 4);
    ask(MONITOR_CALL_LIST);
    hear_answer(PROCESS_STOPPED, false, 3); /* as the API of 2017 answers */
    assert_true(inferred_will_do());
}

static void an_exit_that_was_told_may_not(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 3);
    assert_false(inferred_will_do());
}

static void nor_one_that_a_list_or_an_event_of_2017_told(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_list(PROCESS_STOPPED, 3);
    assert_false(inferred_will_do());
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    publish(FAKE_TOPIC_TASK_EXIT, 4);
    hear_exit("", 4);
    assert_false(inferred_will_do());
}

/* The handler has dropped the question, so it does not look at the answer. */
static void what_a_list_tells_when_its_subscription_is_over_was_not_told(void **state)
{
    const enum monitor_event_kind ends[] = {MONITOR_START, MONITOR_CONNECTION_LOST, MONITOR_STREAM_ENDED};
    const enum monitor_action_kind given_up[] = {MONITOR_CLOSE, MONITOR_CANCEL_STREAM, MONITOR_ABANDON_STREAM};
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    for (size_t i = 0; i < 6; i++) {
        struct monitor_event event = {.kind = ends[i % 3]};
        struct monitor_action action = {.kind = given_up[i % 3]};
        ask(MONITOR_CALL_LIST);
        if (i < 3)
            ledger_heard(&ledger, &event);
        else
            ledger_asked(&ledger, &action);
        hear_answer(PROCESS_STOPPED, true, 3);
    }
    assert_true(inferred_will_do());
}

static void a_delete_is_foreseen_to_hit_a_task_that_was_told_of_or_shown(void **state)
{
    const struct monitor_event told_of[] = {
        {.kind = MONITOR_STREAM_MESSAGE, .task = {.kind = TASK_EVENT_CREATE, .container_id = text_of("web"), .pid = 2}},
        {.kind = MONITOR_REPLY, .process = {.container_id = text_of("web"), .status = PROCESS_CREATED, .pid = 3}},
    };
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    /* The first life, which nobody has ended. */
    ask(MONITOR_CALL_DELETE);
    assert_false(web->unforeseen);
    for (size_t i = 0; i < 2; i++) {
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        ask(MONITOR_CALL_DELETE);
        assert_true(web->unforeseen);
        begin_second_life(2 + (uint32_t)i);
        assert_true(web->unforeseen);
        ask(MONITOR_CALL_GET);
        ask(MONITOR_CALL_DELETE);
        assert_true(web->unforeseen);
        ledger_heard(&ledger, &told_of[i]);
        ask(MONITOR_CALL_GET);
        assert_true(web->unforeseen);
        ask(MONITOR_CALL_DELETE);
        assert_false(web->unforeseen);
    }
}

static void a_crash_forgets_what_can_be_heard_again(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 3);
    ledger_crashed(&ledger, NULL, 0);
    assert_true(inferred_will_do());
}

static void but_not_where_the_task_was_deleted(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 3);
    ask(MONITOR_CALL_DELETE);
    delete_is_asked();
    publish(FAKE_TOPIC_TASK_DELETE, 3);
    ledger_crashed(&ledger, NULL, 0);
    assert_false(inferred_will_do());
}

/* As in the API of 2017, whose events of execs name no exec: the pid tells. */
static void an_exit_of_another_pid_is_not_its(void **state)
{
    struct monitor_event event = {
        .kind = MONITOR_STREAM_MESSAGE,
        .task = {.kind = TASK_EVENT_EXIT, .container_id = text_of("web"), .pid = 7, .exit_status = 3}};
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    ledger_heard(&ledger, &event);
    assert_true(inferred_will_do());
    event.task.pid = 1;
    event.task.name_space = text_of("elsewhere");
    ledger_heard(&ledger, &event);
    assert_true(inferred_will_do());
    event.task.name_space = text_of("default");
    ledger_heard(&ledger, &event);
    assert_false(inferred_will_do());
}

static void a_start_forgets_as_a_crash_does(void **state)
{
    struct monitor_event start = {.kind = MONITOR_START};
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 3);
    ledger_heard(&ledger, &start);
    assert_true(inferred_will_do());
    hear_exit("web", 3);
    ledger_heard(&ledger, &start);
    assert_false(inferred_will_do());
    ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STOP});
    ledger_heard(&ledger, &start);
    assert_true(inferred_will_do());
}

/* Of which life it is nobody can tell. */
static void a_start_alone_makes_no_life_known_behind_an_end(void **state)
{
    struct monitor_event started = {.kind = MONITOR_STREAM_MESSAGE,
                                    .task = {.kind = TASK_EVENT_START, .container_id = text_of("web"), .pid = 2}};
    (void)state;
    for (int ended = 1; ended >= 0; ended--) {
        look_at(ended ? told : running);
        begin_second_life(2);
        ledger_heard(&ledger, &started);
        assert_int_equal(ledger.subjects[0].aware, !ended);
    }
}

/* As in the API of 2017, where nothing but the Delete may tell it. */
static void if_it_was_told_before_that_was_asked_for(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    ask(MONITOR_CALL_DELETE);
    hear_exit("web", 3);
    delete_is_asked();
    publish(FAKE_TOPIC_TASK_DELETE, 3);
    ledger_crashed(&ledger, NULL, 0);
    assert_true(inferred_will_do());
}

/* As long as the handler keeps an exit of what it does not know. */
static void what_was_told_of_a_life_before_it_was_known_counts_for_a_while(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    for (int late = 0; late < 2; late++) {
        begin_second_life(2);
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        look_at(running); /* of the first life */
        assert_true(ledger_settled(&ledger, web));
        look_at(inferred);
        hear_exit("web", 3);
        hear_of_creation(2, MONITOR_PARK_NS - 1 + late);
        assert_int_equal(ledger_settled(&ledger, web), late);
    }
}

static void who_is_told_of_a_life_that_never_was_is_misled(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    hear_of_creation(0, 0);
    hear_of_creation(1, 0);
    begin_second_life(2);
    hear_of_creation(1, 0);
    hear_of_creation(2, 0);
    assert_false(web->misled);
    hear_of_creation(7, 0);
    assert_true(web->misled);
    begin_second_life(3);
    assert_false(web->misled);
}

static void so_is_who_is_shown_a_task_that_runs_and_was_told_not_to_be_there(void **state)
{
    static const struct {
        enum process_status status;
        bool exited, refused, misled;
    } rows[] = {{PROCESS_RUNNING, true, true, true},
                {PROCESS_STOPPED, true, true, false},
                {PROCESS_RUNNING, false, true, false},
                {PROCESS_RUNNING, true, false, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subject *web = &ledger.subjects[0];
        struct monitor_event got = {
            .kind = MONITOR_REPLY,
            .process = {.container_id = text_of("web"), .status = rows[i].status, .pid = web->pid}};
        web->exited = rows[i].exited;
        web->refused = rows[i].refused;
        web->misled = false;
        ledger_heard(&ledger, &got);
        if (web->misled != rows[i].misled)
            fail_msg("row %zu", i);
    }
}

/* A record that shows such a life, or the next one, may end, and none that shows the life that there is. */
static void who_is_misled_may_end_what_never_was_and_nothing_else(void **state)
{
    struct subject *web = &ledger.subjects[0];
    static const struct {
        uint32_t shown, ended;
        bool ends;
    } rows[] = {{7, 7, false}, {1, 1, true}, {1, 7, true}, {7, 1, true}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record shown = running;
        struct container_record ended = told;
        shown.pid = rows[i].shown;
        ended.last_pid = rows[i].ended;
        look_at(shown);
        web->misled = true;
        look_at(ended);
        assert_int_equal(web->became_exited, rows[i].ends);
    }
}

static void what_was_taken_away_is_the_handlers_again_when_it_has_a_record_or_hears_of_another_life(void **state)
{
    struct container_record record = running;
    const struct monitor_event removed = {.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}};
    struct subject *web = &ledger.subjects[0];
    (void)state;
    record.id = text_of("web");
    ledger_heard(&ledger, &removed);
    look_at(record);
    assert_false(web->disowned);
    step(removed);
    ledger_heard(&ledger, &removed);
    ledger_look(&ledger, monitor);
    hear_of_creation(1, 0); /* told again */
    assert_true(web->disowned);
    begin_second_life(2);
    assert_true(web->disowned);
    hear_of_creation(2, 0);
    assert_false(web->disowned);
}

static void a_start_is_asked_for_in_the_life_that_it_makes_and_in_no_other(void **state)
{
    const struct monitor_event start = {.kind = MONITOR_OPERATION,
                                        .operation = {.kind = OPERATION_START, .container_id = text_of("web")}};
    const struct monitor_action answer = {.kind = MONITOR_ANSWER, .operation = start.operation};
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    ledger_heard(&ledger, &start);
    assert_false(web->start_asked); /* nobody runs */
    ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
    ledger_heard(&ledger, &start);
    assert_true(web->start_asked);
    begin_second_life(2);
    assert_true(web->start_asked);
    ledger_answered(&ledger, &answer);
    assert_true(web->start_asked);
    begin_second_life(3);
    assert_false(web->start_asked);
    ask(MONITOR_CALL_START);
    assert_true(web->start_asked);
}

static void what_its_owner_takes_away_is_nobodys_loss_until_it_is_put_back(void **state)
{
    struct container_record record = running;
    struct monitor_event removed = {.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}};
    struct monitor_event set = {.kind = MONITOR_RECORD_SET, .records = &record, .record_count = 1};
    (void)state;
    record.id = text_of("web");
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 3);
    assert_false(ledger_settled(&ledger, &ledger.subjects[0]));
    ledger_heard(&ledger, &removed);
    assert_true(ledger_settled(&ledger, &ledger.subjects[0]));
    assert_false(ledger.subjects[0].told); /* what the handler finds then it knows from nobody else */
    ledger_heard(&ledger, &set);
    assert_false(ledger_settled(&ledger, &ledger.subjects[0]));
}

/* But for the last life's record: where the handler has had one of this life, that was lost before. */
static void nor_is_the_end_of_the_life_before_if_its_record_goes(void **state)
{
    struct monitor_event removed = {.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}};
    struct container_record second = running;
    (void)state;
    begin_second_life(2);
    hear_of_creation(2, 0);
    assert_true(ledger.subjects[0].owed);
    ledger_heard(&ledger, &removed);
    assert_false(ledger.subjects[0].owed);
    ledger.subjects[0].owed = true;
    second.pid = 2;
    look_at(second);
    ledger_heard(&ledger, &removed);
    assert_true(ledger.subjects[0].owed);
    /* With one pid it is the handler's count that tells. */
    for (uint64_t counted = 0; counted < 2; counted++) {
        begin_second_life(2);
        ledger.subjects[0].owed = true;
        second.incarnation += counted;
        look_at(second);
        ledger_heard(&ledger, &removed);
        assert_int_equal(ledger.subjects[0].owed, counted);
    }
}

/* As after a crash; but a handler that has never asked the store to keep it has lost it. */
static void what_the_store_had_not_taken_has_to_be_found_again(void **state)
{
    struct monitor_event loaded = {.kind = MONITOR_STORE_LOADED};
    struct monitor_action put = {.kind = MONITOR_PUT, .record = {.id = text_of("web")}};
    (void)state;
    begin_second_life(2);
    hear_of_creation(2, 0);
    ledger.loads = true; /* as of the next handler, had that not forgotten more */
    ledger_heard(&ledger, &loaded);
    assert_true(ledger.subjects[0].aware);
    ledger_put(&ledger, &put);
    ledger.loads = true;
    ledger_heard(&ledger, &loaded);
    assert_false(ledger.subjects[0].aware);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_exit_that_was_never_told_may_be_inferred, begin, end),
        cmocka_unit_test_setup_teardown(an_exit_that_was_told_may_not, begin, end),
        cmocka_unit_test_setup_teardown(nor_one_that_a_list_or_an_event_of_2017_told, begin, end),
        cmocka_unit_test_setup_teardown(what_a_list_tells_when_its_subscription_is_over_was_not_told, begin, end),
        cmocka_unit_test_setup_teardown(a_delete_is_foreseen_to_hit_a_task_that_was_told_of_or_shown, begin, end),
        cmocka_unit_test_setup_teardown(an_exit_of_another_pid_is_not_its, begin, end),
        cmocka_unit_test_setup_teardown(a_start_forgets_as_a_crash_does, begin, end),
        cmocka_unit_test_setup_teardown(a_start_alone_makes_no_life_known_behind_an_end, begin, end),
        cmocka_unit_test_setup_teardown(a_crash_forgets_what_can_be_heard_again, begin, end),
        cmocka_unit_test_setup_teardown(but_not_where_the_task_was_deleted, begin, end),
        cmocka_unit_test_setup_teardown(if_it_was_told_before_that_was_asked_for, begin, end),
        cmocka_unit_test_setup_teardown(what_was_told_of_a_life_before_it_was_known_counts_for_a_while, begin, end),
        cmocka_unit_test_setup_teardown(who_is_told_of_a_life_that_never_was_is_misled, begin, end),
        cmocka_unit_test_setup_teardown(so_is_who_is_shown_a_task_that_runs_and_was_told_not_to_be_there, begin, end),
        cmocka_unit_test_setup_teardown(who_is_misled_may_end_what_never_was_and_nothing_else, begin, end),
        cmocka_unit_test_setup_teardown(
            what_was_taken_away_is_the_handlers_again_when_it_has_a_record_or_hears_of_another_life, begin, end),
        cmocka_unit_test_setup_teardown(a_start_is_asked_for_in_the_life_that_it_makes_and_in_no_other, begin, end),
        cmocka_unit_test_setup_teardown(what_its_owner_takes_away_is_nobodys_loss_until_it_is_put_back, begin, end),
        cmocka_unit_test_setup_teardown(nor_is_the_end_of_the_life_before_if_its_record_goes, begin, end),
        cmocka_unit_test_setup_teardown(what_the_store_had_not_taken_has_to_be_found_again, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
