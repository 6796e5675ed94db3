/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes due, and what may not be done, by what the handler hears and asks for. */
#include "base/status.h"
#include "tests/harness/ledger_play.h"

#define LIMIT (3 * TIME_SECOND)

static void owe(struct monitor_event event)
{
    ledger_owe(&ledger, &event);
}

static void owe_exit(uint32_t pid, const char *process, uint32_t status)
{
    owe((struct monitor_event){.now_ns = 10,
                               .kind = MONITOR_STREAM_MESSAGE,
                               .task = {.kind = TASK_EVENT_EXIT,
                                        .container_id = text_of("web"),
                                        .process_id = text_of(process),
                                        .pid = pid,
                                        .exit_status = status}});
}

static void owe_oom(int64_t seconds)
{
    owe((struct monitor_event){
        .kind = MONITOR_STREAM_MESSAGE,
        .task = {.kind = TASK_EVENT_OOM, .container_id = text_of("web"), .published_at = {true, seconds, 0}}});
}

static void owe_reply(uint64_t call_id, int status, int64_t now_ns, uint64_t oom_kills)
{
    owe((struct monitor_event){.now_ns = now_ns,
                               .kind = MONITOR_REPLY,
                               .call_id = call_id,
                               .outcome = {.status = status},
                               .oom_kills = oom_kills});
}

static void ask_web(enum monitor_call call, uint64_t call_id, uint32_t signal, int64_t now_ns)
{
    const struct monitor_action action = {
        .kind = MONITOR_CALL, .call = call, .call_id = call_id, .signal = signal, .container_id = text_of("web")};
    ledger_owe_asked(&ledger, &action, now_ns);
    ledger_asked(&ledger, &action);
}

static void put(uint32_t last_pid, bool finished)
{
    const struct monitor_action action = {
        .kind = MONITOR_PUT,
        .record = {.id = text_of("web"), .last_pid = last_pid, .finished = finished, .started_at_ns = 1}};
    ledger_put(&ledger, &action);
}

static void an_exit_that_is_told_of_what_runs_is_due(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    owe_exit(1, "web", 3); /* a forged one: it lives */
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    owe_exit(1, "probe", 3);
    owe_exit(1, "web", 4);
    owe_exit(2, "web", 3);
    owe((struct monitor_event){.kind = MONITOR_STREAM_MESSAGE,
                               .task = {.kind = TASK_EVENT_EXIT,
                                        .container_id = text_of("web"),
                                        .name_space = text_of("elsewhere"),
                                        .pid = 1,
                                        .exit_status = 3}});
    assert_true(web->exit_due_ns == TIME_NEVER);
    owe_exit(1, "web", 3);
    assert_int_equal(web->exit_due_ns, 10 + LIMIT);
    assert_int_equal(ledger.due_ns, 10 + LIMIT);
    put(2, true);
    put(1, false);
    assert_int_equal(web->exit_due_ns, 10 + LIMIT);
    put(1, true);
    assert_true(web->exit_due_ns == TIME_NEVER);
    owe_exit(1, "web", 3); /* told again */
    assert_true(web->exit_due_ns == TIME_NEVER);
}

/* Whoever has to ask first waits for the answer, and whoever is cut off for the next list. */
static void what_hurries_or_hinders_makes_it_due_no_more(void **state)
{
    struct container_record set = running;
    const struct monitor_event events[] = {{.kind = MONITOR_STOP},
                                           {.kind = MONITOR_CONNECTION_LOST},
                                           {.kind = MONITOR_CONNECTION_UP},
                                           {.kind = MONITOR_STREAM_ENDED},
                                           {.kind = MONITOR_CONNECTION_DRAINING},
                                           {.kind = MONITOR_OPERATION},
                                           {.kind = MONITOR_RECORD_REMOVED},
                                           {.kind = MONITOR_RECORD_SET, .records = &set, .record_count = 1}};
    struct subject *web = &ledger.subjects[0];
    (void)state;
    set.id = text_of("web");
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        owe_exit(1, "web", 3);
        assert_int_equal(web->exit_due_ns, 10 + LIMIT);
        owe(events[i]);
        assert_true(web->exit_due_ns == TIME_NEVER);
    }
    owe_exit(1, "web", 3);
    ask_web(MONITOR_CALL_GET, 5, 0, 11);
    assert_true(web->exit_due_ns == TIME_NEVER);
    owe_exit(1, "web", 3);
    assert_true(web->exit_due_ns == TIME_NEVER);
}

static void nothing_is_due_of_a_life_that_may_be_another(void **state)
{
    struct subject *web = &ledger.subjects[0];
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    web->same_pid = true;
    owe_exit(1, "web", 3);
    web->same_pid = false;
    web->disowned = true;
    owe_exit(1, "web", 3);
    web->disowned = false;
    web->shown_pid = 9;
    owe_exit(1, "web", 3);
    assert_true(web->exit_due_ns == TIME_NEVER);
}

static void an_oom_goes_with_the_record_that_its_owner_has_removed(void **state)
{
    struct monitor_action answer = {.kind = MONITOR_ANSWER,
                                    .operation = {.kind = OPERATION_REMOVE, .container_id = text_of("web")},
                                    .outcome = {.status = STATUS_FAILED_PRECONDITION}};
    (void)state;
    owe_oom(0);
    ledger_answered(&ledger, &answer);
    assert_true(ledger.subjects[0].oom_due);
    answer.outcome.status = STATUS_OK;
    ledger_answered(&ledger, &answer);
    assert_false(ledger.subjects[0].oom_due);
}

/* The second life of web begins at 5 s. */
static void begin_second(void)
{
    const struct fake_published created = {.topic = FAKE_TOPIC_TASK_CREATE,
                                           .name_space = text_of("default"),
                                           .container_id = text_of("web"),
                                           .pid = 2,
                                           .published_at_ns = 5 * TIME_SECOND};
    publish(FAKE_TOPIC_TASK_EXIT, 137);
    ledger_published(&ledger, &created);
}

static void an_oom_is_of_the_life_in_which_it_was_published(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    struct container_record second = running;
    (void)state;
    owe_oom(0);
    assert_true(web->oom_told && web->oom_due && !web->last_oom_told);
    begin_second();
    assert_true(web->last_oom_told && !web->oom_told && !web->oom_due);
    owe_oom(6); /* it may be of this life, of which the handler has no record */
    assert_true(web->oom_told && !web->oom_due);
    second.pid = 2;
    look_at(second);
    owe_oom(4);
    assert_false(web->oom_due);
    owe_oom(5); /* when it began: of the one before, perhaps */
    assert_true(web->oom_told && !web->oom_due);
    owe_oom(6);
    assert_true(web->oom_due);
    ledger_crashed(&ledger, NULL, 0);
    assert_true(web->oom_told && !web->oom_due);
}

static void an_oom_is_due_until_a_list_shows_that_it_was_survived(void **state)
{
    static const struct {
        int64_t asked_ns;
        uint64_t call_id;
        enum process_status status;
        bool is_due;
    } rows[] = {{9 * TIME_SECOND, 7, PROCESS_RUNNING, true},
                {10 * TIME_SECOND, 8, PROCESS_RUNNING, true},
                {10 * TIME_SECOND, 7, PROCESS_STOPPED, true},
                {10 * TIME_SECOND, 7, PROCESS_RUNNING, false},
                {10 * TIME_SECOND, 7, PROCESS_PAUSED, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct process_state process = {.container_id = text_of("web"), .status = rows[i].status, .pid = 1};
        owe_oom(0);
        ask_web(MONITOR_CALL_LIST, 7, 0, rows[i].asked_ns);
        owe((struct monitor_event){.now_ns = 20 * TIME_SECOND,
                                   .kind = MONITOR_REPLY,
                                   .call_id = rows[i].call_id,
                                   .processes = &process,
                                   .process_count = 1});
        if (ledger.subjects[0].oom_due != rows[i].is_due)
            fail_msg("row %zu", i);
    }
}

static void an_oom_of_an_unknown_life_may_be_of_the_one_that_was_found_after_it(void **state)
{
    static const struct {
        uint32_t pid;
        int64_t found_s;
        uint64_t incarnation;
        bool last_told, named;
        bool may_be;
    } rows[] = {{2, 7, 1, true, true, true},  {2, 7, 2, false, true, true},
                {2, 7, 2, true, true, false}, {2, 5, 1, false, true, false}, /* its creation was told */
                {1, 7, 1, false, true, true},                                /* it waits for the end of the last */
                {1, 7, 1, true, true, false}, {1, 7, 1, false, false, false}};
    struct subject *web = &ledger.subjects[0];
    (void)state;
    begin_second();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        look_at((struct container_record){.pid = rows[i].pid,
                                          .created_at_ns = rows[i].found_s * TIME_SECOND,
                                          .started_at_ns = 1,
                                          .incarnation = rows[i].incarnation});
        web->last_told = rows[i].last_told;
        web->named = rows[i].named;
        web->oom_told = false;
        owe_oom(4);
        if (!web->last_oom_told || web->oom_due || web->oom_told != rows[i].may_be)
            fail_msg("row %zu", i);
    }
    web->state = CONTAINER_EXITED;
    web->finished_life = web->lives;
    web->named = web->oom_told = false;
    owe_oom(4);
    assert_true(web->oom_told);
    ask_web(MONITOR_CALL_METRICS, 5, 0, 0);
    owe((struct monitor_event){.kind = MONITOR_REPLY, .call_id = 5, .tells_kills = true});
    web->oom_told = false;
    owe_oom(4);
    assert_false(web->oom_told);
    web->known = false;
    web->shown_pid = 2;
    owe_oom(4);
    assert_false(web->oom_told);
}

static void no_clock_that_was_set_tells_that(void **state)
{
    const struct fake_command set_clock = {.kind = FAKE_COMMAND_SET_CLOCK};
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    ledger_commanded(&ledger, &set_clock, 0);
    owe_oom(6);
    assert_true(web->oom_told && web->last_oom_told && !web->oom_due);
}

static void what_is_counted_is_told(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    static const struct {
        uint64_t call_id;
        int status;
        uint64_t kills;
        bool is_told;
    } rows[] = {
        {6, STATUS_OK, 1, false}, {5, STATUS_UNAVAILABLE, 1, false}, {5, STATUS_OK, 0, false}, {5, STATUS_OK, 1, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask_web(MONITOR_CALL_METRICS, 5, 0, 0);
        owe_reply(rows[i].call_id, rows[i].status, 0, rows[i].kills);
        assert_int_equal(web->oom_told, rows[i].is_told);
    }
}

static void a_process_is_asked_to_end_once_it_has_heard_that(void **state)
{
    struct subject *web = &ledger.subjects[0];
    (void)state;
    web->aware = true;
    ask_web(MONITOR_CALL_KILL, 4, 9, 0);
    assert_false(web->end_asked);
    ask_web(MONITOR_CALL_KILL, 5, 15, 0);
    assert_true(web->end_asked);
    owe_reply(5, STATUS_UNAVAILABLE, 0, 0);
    ask_web(MONITOR_CALL_KILL, 6, 15, 0);
    assert_false(web->asked_twice);
    owe_reply(6, STATUS_OK, 0, 0);
    ask_web(MONITOR_CALL_KILL, 7, 15, 0);
    assert_true(web->asked_twice);
    owe((struct monitor_event){.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}});
    ask_web(MONITOR_CALL_KILL, 8, 15, 0);
    assert_false(web->asked_twice);
    begin_second_life(2);
    assert_false(web->end_asked);
}

static void what_had_ended_before_the_stream_is_no_news(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    const struct monitor_action close = {.kind = MONITOR_CLOSE};
    (void)state;
    owe((struct monitor_event){.kind = MONITOR_STREAM_OPENED});
    assert_true(ledger.follows);
    /* One that was left is lost for nobody. */
    owe((struct monitor_event){.kind = MONITOR_CONNECTION_LOST, .connection_id = 9});
    assert_true(ledger.follows);
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    assert_false(web->ended_before_stream);
    ledger_owe_asked(&ledger, &close, 0);
    assert_false(ledger.follows);
    owe((struct monitor_event){.kind = MONITOR_STREAM_OPENED});
    assert_true(web->ended_before_stream);
    owe((struct monitor_event){.kind = MONITOR_STREAM_ENDED});
    assert_false(ledger.follows);
    ledger_asked(&ledger, &(struct monitor_action){.kind = MONITOR_OPEN_STREAM, .connection_id = 9});
    owe((struct monitor_event){.kind = MONITOR_STREAM_OPENED});
    owe((struct monitor_event){.kind = MONITOR_CONNECTION_LOST, .connection_id = 9});
    assert_false(ledger.follows);
    begin_second_life(2);
    assert_false(web->ended_before_stream);
}

static void a_story_may_say_that_what_has_ended_runs(void **state)
{
    static const struct {
        uint64_t call_id;
        uint32_t pid;
        enum process_status status;
        bool is_said;
    } rows[] = {{8, 1, PROCESS_RUNNING, false}, /* a list that is not waited for any more */
                {7, 2, PROCESS_RUNNING, false},
                {7, 1, PROCESS_RUNNING, true},
                {7, 1, PROCESS_STOPPED, false}};
    struct subject *web = &ledger.subjects[0];
    struct process_state process = {.container_id = text_of("web")};
    struct monitor_event list = {.kind = MONITOR_REPLY, .processes = &process, .process_count = 1};
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    owe((struct monitor_event){.kind = MONITOR_STREAM_OPENED});
    ask_web(MONITOR_CALL_LIST, 7, 0, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        list.call_id = rows[i].call_id;
        process.pid = rows[i].pid;
        process.status = rows[i].status;
        owe(list);
        if (web->said_to_run != rows[i].is_said)
            fail_msg("row %zu", i);
    }
    web->said_to_run = true;
    owe((struct monitor_event){.kind = MONITOR_STREAM_OPENED});
    assert_false(web->said_to_run);
}

/* Twice as long each time, unless something has hurried it or it has failed otherwise. */
static void a_delete_waits_twice_as_long_each_time(void **state)
{
    static const struct {
        int64_t waits[3];
        bool is_hurried;
    } cases[] = {{{1, 2, 4}, false}, {{1, 2, 3}, true}, {{2, 2, 9}, false}, {{16, 32, 30}, false}};
    const int64_t second = TIME_SECOND;
    struct subject *web = &ledger.subjects[0];
    int64_t now_ns = second;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        owe((struct monitor_event){.kind = MONITOR_CONNECTION_UP});
        ask_web(MONITOR_CALL_DELETE, 5, 0, now_ns);
        for (size_t j = 0; j < 3; j++) {
            owe_reply(5, STATUS_UNAVAILABLE, now_ns, 0);
            now_ns += cases[i].waits[j] * second;
            ask_web(MONITOR_CALL_DELETE, 5, 0, now_ns);
        }
        assert_int_equal(web->hurried_wait_ns != 0, cases[i].is_hurried);
    }
    owe_reply(5, STATUS_FAILED_PRECONDITION, now_ns, 0);
    ask_web(MONITOR_CALL_DELETE, 5, 0, now_ns);
    assert_int_equal(web->hurried_wait_ns, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_exit_that_is_told_of_what_runs_is_due, begin, end),
        cmocka_unit_test_setup_teardown(what_hurries_or_hinders_makes_it_due_no_more, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_due_of_a_life_that_may_be_another, begin, end),
        cmocka_unit_test_setup_teardown(an_oom_goes_with_the_record_that_its_owner_has_removed, begin, end),
        cmocka_unit_test_setup_teardown(an_oom_is_of_the_life_in_which_it_was_published, begin, end),
        cmocka_unit_test_setup_teardown(an_oom_is_due_until_a_list_shows_that_it_was_survived, begin, end),
        cmocka_unit_test_setup_teardown(an_oom_of_an_unknown_life_may_be_of_the_one_that_was_found_after_it, begin,
                                        end),
        cmocka_unit_test_setup_teardown(no_clock_that_was_set_tells_that, begin, end),
        cmocka_unit_test_setup_teardown(what_is_counted_is_told, begin, end),
        cmocka_unit_test_setup_teardown(a_process_is_asked_to_end_once_it_has_heard_that, begin, end),
        cmocka_unit_test_setup_teardown(what_had_ended_before_the_stream_is_no_news, begin, end),
        cmocka_unit_test_setup_teardown(a_story_may_say_that_what_has_ended_runs, begin, end),
        cmocka_unit_test_setup_teardown(a_delete_waits_twice_as_long_each_time, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
