/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* What lists and events tell of a task while the server is asked for it. */

#define LISTING                                                                                        \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,verify," \
    "incarnations,journal,relist,infer-vanished"

/* One answer will do where the start of the next life is told behind it, whatever the next answer says. */
static void what_is_told_to_start_behind_an_answer_is_the_next_life(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:created:101:0\ngot 2 created 101 0\nstarted web 101\n+100ms\ntime");
    play(&p, "got 3 running 101 0\nwritten 1");
    play_expect(&p, "> reply 3 OK running pid 101 status 0\n  put 1 web EXITED code 255\n> written 1\n"
                    "  tell web exited\n  note event-found web\n  put 2 web CREATED pid 101\n"
                    "  note event-found web\n  put 3 web RUNNING pid 101\n");
    play_end(&p);
}

/* One answer has told the end, and before it is confirmed another life has the id: the end is that, and no made-up one.
 */
static void what_one_answer_has_told_is_the_end_of_what_another_life_follows(void **context)
{
    static const char *const ways[] = {"got 3 running 102 0", "create web 102\ngot 4 running 102 0"};
    (void)context;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1\ngot 2 stopped 101 137\n+100ms\ntime");
        play_quietly(&p, ways[i]);
        assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_PUT);
        assert_int_equal(p.actions->items[p.actions->count - 1].record.exit_code, 137);
        assert_false(p.actions->items[p.actions->count - 1].record.inferred);
        play_end(&p);
    }
}

/* The exit was heard before its record was there. An answer with its pid and another end makes it another process's. */
static void an_answer_without_a_pid_does_not_outweigh_an_exit_with_it(void **context)
{
    static const struct {
        const char *answer;
        int code;
    } rows[] = {{"got 2 stopped 0 5", 4}, {"got 2 stopped 101 5", 5}, {"got 2 stopped 101 4", 4}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING ",park-early-exits");
        play_subscribe(&p, "");
        play_quietly(&p, "main web 101 4\nlisted 1 web:running:101:0");
        play_quietly(&p, rows[i].answer);
        assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_PUT);
        assert_int_equal(p.actions->items[p.actions->count - 1].record.exit_code, rows[i].code);
        play_end(&p);
    }
}

/* It has started since that was asked: the answer is older. */
static void an_answer_from_before_the_start_says_nothing(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "record web 101 created");
    play_quietly(&p, "main web 0 137\nstarted web 101\ngot 2 created 101 0\nwritten 1\n+100ms\ntime");
    play(&p, "got 3 created 101 0");
    play_expect(&p, "> reply 3 OK created pid 101 status 0\n");
    play_end(&p);
}

/* A server that knows nothing of a task tells its end in two lists. */
static void what_two_lists_tell_needs_no_answer(void **context)
{
    static const struct {
        const char *list;
        bool ends;
    } rows[] = {
        {"listed 3 web:stopped:101:3", true},
        {"listed 3 web:stopped:101:4", false},
        {"listed 3 web:stopped:102:3", false},
        {"listed 3 web:running:101:0", false},
        {"listed 3", false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING ",second-list");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:stopped:101:3\ngot 2 unknown 0 0\n+1s\ntime");
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_LIST);
        assert_int_equal(p.actions->items[1].call, MONITOR_CALL_GET);
        play_quietly(&p, rows[i].list);
        play_quietly(&p, "got 4 unknown 0 0");
        if ((p.actions->count == 1) != rows[i].ends)
            fail_msg("row %zu", i);
        if (rows[i].ends)
            assert_int_equal(p.actions->items[0].record.exit_code, 3);
        play_end(&p);
    }
}

/* A list has told how it ended, before it was gone. */
static void what_a_list_has_told_of_an_absent_task_is_recorded(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING ",second-list");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1\n+1s\ntime\nlisted 3 web:stopped:101:3\nreply 2 NOT_FOUND");
    assert_int_equal(p.actions->items[0].kind, MONITOR_PUT);
    assert_int_equal(p.actions->items[0].record.exit_code, 3);
    assert_false(p.actions->items[0].record.inferred);
    play_end(&p);
}

/* What its deletion tells is no better; and that nobody knows tells less than that its shim has died. */
static void an_end_in_doubt_stays_where_what_comes_behind_it_tells_less(void **context)
{
    static const struct {
        const char *doubted, *event;
        int code;
    } rows[] = {
        {"exit web 101 137", "deleted web 101 0", 137}, {"main web 0 137", "deleted web 101 0", 0},
        {"main web 0 137", "main web 101 255", 137},    {"main web 0 137", "main web 101 3", 3},
        {"main web 0 255", "main web 101 255", 255},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0");
        play_quietly(&p, rows[i].doubted);
        play_quietly(&p, rows[i].event);
        if (p.actions->items[p.actions->count - 1].kind != MONITOR_PUT && p.actions->items[1].kind != MONITOR_PUT)
            fail_msg("row %zu: nothing is put", i);
        for (size_t j = 0; j < p.actions->count; j++)
            if (p.actions->items[j].kind == MONITOR_PUT && p.actions->items[j].record.exit_code != rows[i].code)
                fail_msg("row %zu: %d", i, p.actions->items[j].record.exit_code);
        play_end(&p);
    }
}

/* A list has told an end, and an event that it was made anew: what runs is the next life. */
static void what_runs_behind_an_end_and_a_creation_is_the_next_life(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:stopped:101:3\ncreate web 101");
    play(&p, "got 2 running 101 0\nwritten 1");
    play_expect(&p, "> reply 2 OK running pid 101 status 0\n  put 1 web EXITED code 3\n> written 1\n"
                    "  tell web exited\n  note event-found web\n  put 2 web CREATED pid 101\n"
                    "  note event-found web\n  put 3 web RUNNING pid 101\n");
    play_end(&p);
}

/* The Delete waits for the list that tells whose task is there. */
static void nothing_is_deleted_at_once_where_a_creation_was_told_of_what_ran(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\ncreate web 101\nmain web 101 3");
    play(&p, "written 1\n+1s\ntime\nlisted 2 web:stopped:101:3");
    play_expect(&p, "> written 1\n  tell web exited\n"
                    "+1s\n> time\n  call 2 Tasks.List timeout 10s\n"
                    "> reply 2 OK 1 tasks\n  call 3 Tasks.Delete web\n");
    play_end(&p);
}

/* The list tells the end without a pid, and the event the pid with a code that may be made up. */
static void of_a_list_without_a_pid_and_an_event_each_tells_what_it_knows_better(void **context)
{
    static const struct {
        int listed, told, code;
    } rows[] = {{1, 137, 1}, {1, 255, 1}, {137, 1, 1}, {1, 3, 3}, {255, 137, 137}, {137, 255, 137}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char script[160];
        play_begin(&p, "reliable-without=ping,oom,second-list");
        play_subscribe(&p, "record web 0 running");
        (void)snprintf(script, sizeof script,
                       "listed 1 web:stopped:0:%d\nmain web 101 %d\nreply 2 NOT_FOUND\nwritten 1", rows[i].listed,
                       rows[i].told);
        play_quietly(&p, script);
        play_assert_record(&p, "web", CONTAINER_EXITED, 0, rows[i].code);
        assert_int_equal(play_record_of(&p, "web").last_pid, 101);
        play_end(&p);
    }
}

/* A process ends once. The first was heard before there was a record, so the other is believed where nobody tells any
 * more; else the server tells, or its deletion. */
static void of_two_ends_of_one_process_the_server_tells_which_is_so(void **context)
{
    static const struct {
        unsigned second;
        const char *then;
        int code;
    } rows[] = {{137, "got 2 stopped 101 255", 255}, {137, "got 2 stopped 101 137", 137},
                {137, "deleted web 101 255", 255},   {137, "reply 2 NOT_FOUND", 137},
                {255, "got 2 stopped 101 255", 255}, {255, "deleted web 101 3", 255}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char script[160];
        play_begin(&p, "reliable-without=ping,oom,second-list");
        play_subscribe(&p, "");
        (void)snprintf(script, sizeof script, "main web 101 255\nlisted 1 web:running:101:0\nmain web 101 %u\n%s",
                       rows[i].second, rows[i].then);
        play_quietly(&p, script);
        play_quietly(&p, "written 1\nwritten 2\nwritten 3");
        if (play_record_of(&p, "web").exit_code != rows[i].code)
            fail_msg("row %zu: %d", i, (int)play_record_of(&p, "web").exit_code);
        play_end(&p);
    }
}

/* A list lacked it, and the answer has told its end: another one has to say so, and an event that says less does. */
static void an_event_that_says_less_confirms_the_end_that_an_answer_told(void **context)
{
    static const struct {
        int answered, told, code;
    } rows[] = {{137, 255, 137}, {3, 137, 3}, {255, 137, 137}, {137, 3, 3}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char script[160];
        play_begin(&p, "reliable-without=ping,oom,second-list");
        play_subscribe(&p, "record web 101 running");
        (void)snprintf(script, sizeof script, "listed 1\ngot 2 stopped 101 %d\nmain web 101 %d\nwritten 1",
                       rows[i].answered, rows[i].told);
        play_quietly(&p, script);
        play_assert_record(&p, "web", CONTAINER_EXITED, 0, rows[i].code);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_to_start_behind_an_answer_is_the_next_life),
        cmocka_unit_test(what_one_answer_has_told_is_the_end_of_what_another_life_follows),
        cmocka_unit_test(an_answer_without_a_pid_does_not_outweigh_an_exit_with_it),
        cmocka_unit_test(an_answer_from_before_the_start_says_nothing),
        cmocka_unit_test(what_two_lists_tell_needs_no_answer),
        cmocka_unit_test(what_a_list_has_told_of_an_absent_task_is_recorded),
        cmocka_unit_test(an_end_in_doubt_stays_where_what_comes_behind_it_tells_less),
        cmocka_unit_test(what_runs_behind_an_end_and_a_creation_is_the_next_life),
        cmocka_unit_test(nothing_is_deleted_at_once_where_a_creation_was_told_of_what_ran),
        cmocka_unit_test(of_a_list_without_a_pid_and_an_event_each_tells_what_it_knows_better),
        cmocka_unit_test(of_two_ends_of_one_process_the_server_tells_which_is_so),
        cmocka_unit_test(an_event_that_says_less_confirms_the_end_that_an_answer_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
