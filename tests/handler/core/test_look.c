/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* Before a Delete that may hit another life's task the server is asked whose it is. */

static bool asks(const struct play *p, enum monitor_call call)
{
    for (size_t i = 0; i < p->actions->count; i++)
        if (p->actions->items[i].kind == MONITOR_CALL && p->actions->items[i].call == call)
            return true;
    return false;
}

/* The end is being written when a list shows that its process runs: it may be older than that, or show the next life.
 */
static void begin(struct play *p, const char *list)
{
    play_begin(p, "reliable-without=ping,second-list");
    play_subscribe(p, "record web 101 running");
    play_quietly(p, "listed 1 web:running:101:0\n+60s\ntime\nmain web 101 3");
    play_quietly(p, list);
    play_quietly(p, "written 1");
}

static void what_a_list_shows_to_run_is_asked_for_before_its_delete(void **context)
{
    static const struct {
        const char *list;
        enum monitor_call call;
    } rows[] = {{"listed 2 web:running:101:0", MONITOR_CALL_GET},
                {"listed 2 web:stopped:101:3", MONITOR_CALL_DELETE},
                {"reply 2 UNAVAILABLE no", MONITOR_CALL_DELETE}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        begin(&p, rows[i].list);
        if (!asks(&p, rows[i].call))
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* The same once it is written and its Delete waits. */
static void so_it_is_while_the_delete_waits(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,second-list");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\nended UNAVAILABLE no\n+100ms\ntime\nopened\nmain web 101 3");
    play_quietly(&p, "written 1\nlisted 2 web:running:101:0\n+100ms\ntime");
    assert_true(asks(&p, MONITOR_CALL_GET));
    assert_false(asks(&p, MONITOR_CALL_DELETE));
    play_end(&p);
}

/* A server that makes no lists tells of each task by itself. */
static void so_it_is_where_no_list_tells(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,second-list");
    play_record(&p, "web", 0, "exited");
    p.records[0].last_pid = 101;
    p.records[0].delete_pending = true;
    play_subscribe(&p, "");
    play_quietly(&p, "reply 1 UNIMPLEMENTED no");
    assert_true(asks(&p, MONITOR_CALL_GET));
    assert_false(asks(&p, MONITOR_CALL_DELETE));
    play_end(&p);
}

/* The Delete takes it from the server. */
static void an_end_that_the_answer_tells_is_stored_before_the_delete(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,second-list");
    play_record(&p, "web", 0, "exited");
    p.records[0].last_pid = 101;
    p.records[0].exit_code = 255;
    p.records[0].inferred = true;
    p.records[0].delete_pending = true;
    play_subscribe(&p, "");
    play_quietly(&p, "reply 1 UNIMPLEMENTED no\ngot 2 stopped 101 7");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 7);
    assert_false(asks(&p, MONITOR_CALL_DELETE));
    play_quietly(&p, "written 1");
    assert_true(asks(&p, MONITOR_CALL_DELETE));
    play_end(&p);
}

/* What has never started is killed before. */
static void a_task_that_is_about_to_start_is_killed_before_its_delete(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,second-list");
    play_record(&p, "web", 0, "exited");
    p.records[0].started_at_ns = 0;
    p.records[0].last_pid = 101;
    p.records[0].delete_pending = true;
    play_subscribe(&p, "");
    play_quietly(&p, "reply 1 UNIMPLEMENTED no\ngot 2 created 101 0");
    assert_true(asks(&p, MONITOR_CALL_KILL));
    assert_false(asks(&p, MONITOR_CALL_DELETE));
    play_end(&p);
}

static void the_answer_tells_whether_the_task_may_be_deleted(void **context)
{
    static const struct {
        const char *answer;
        bool is_deleted;
        enum container_state state;
        unsigned pid;
    } rows[] = {{"got 3 stopped 101 3", true, CONTAINER_EXITED, 0},
                {"reply 3 UNAVAILABLE no", true, CONTAINER_EXITED, 0},
                {"reply 3 NOT_FOUND", false, CONTAINER_EXITED, 0},
                {"reply 3 DEADLINE_EXCEEDED late", false, CONTAINER_EXITED, 0},
                {"got 3 unknown 101 0", false, CONTAINER_EXITED, 0},
                {"got 3 created 102 0\nwritten 2", false, CONTAINER_CREATED, 102},
                {"got 3 created 101 0\nwritten 2", false, CONTAINER_CREATED, 101},
                {"got 3 running 101 0", false, CONTAINER_EXITED, 0}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        begin(&p, "listed 2 web:running:101:0");
        play_quietly(&p, rows[i].answer);
        if (asks(&p, MONITOR_CALL_DELETE) != rows[i].is_deleted)
            fail_msg("row %zu", i);
        play_assert_record(&p, "web", rows[i].state, rows[i].pid, rows[i].pid != 0 ? 0 : 3);
        play_end(&p);
    }
}

/* A question that is lost is asked again, and so is what the server does not know yet. */
static void the_delete_waits_until_that_is_answered(void **context)
{
    static const char *const answers[] = {"reply 3 DEADLINE_EXCEEDED late", "got 3 unknown 101 0"};
    (void)context;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct play p;
        begin(&p, "listed 2 web:running:101:0");
        play_quietly(&p, answers[i]);
        play_quietly(&p, "+100ms\ntime");
        if (!asks(&p, MONITOR_CALL_GET))
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* The connection is left because lists hang, and the question is lost with it: that is no answer. */
static void a_question_that_a_hanging_list_takes_away_is_lost(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=second-list");
    play_record(&p, "web", 0, "exited");
    p.records[0].last_pid = 101;
    p.records[0].delete_pending = true;
    play_subscribe(&p, "");
    play_quietly(&p, "reply 1 DEADLINE_EXCEEDED no\n+100ms\ntime\nother\nreply 2 DEADLINE_EXCEEDED no");
    assert_true(asks(&p, MONITOR_CALL_GET));
    play_quietly(&p, "+200ms\ntime\nreply 4 DEADLINE_EXCEEDED no");
    assert_int_equal(p.actions->items[1].kind, MONITOR_CLOSE);
    play_quietly(&p, "+100ms\ntime\nup\nopened");
    assert_false(asks(&p, MONITOR_CALL_DELETE));
    play_quietly(&p, "+1s\ntime");
    assert_true(asks(&p, MONITOR_CALL_GET));
    play_end(&p);
}

/* The server is behind what it has told, or the next life has the pid: that is found out, and the Delete waits. */
static void what_runs_may_be_the_next_life(void **context)
{
    struct play p;
    (void)context;
    begin(&p, "listed 2 web:running:101:0");
    play_quietly(&p, "got 3 running 101 0");
    for (unsigned call = 4; play_record_of(&p, "web").incarnation == 0 && call < 20; call++) {
        char answer[32];
        (void)snprintf(answer, sizeof answer, "got %u running 101 0", call);
        play_quietly(&p, answer);
        p.now_ns += 2 * TIME_SECOND;
        play_quietly(&p, "time");
    }
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_list_shows_to_run_is_asked_for_before_its_delete),
        cmocka_unit_test(so_it_is_while_the_delete_waits),
        cmocka_unit_test(so_it_is_where_no_list_tells),
        cmocka_unit_test(an_end_that_the_answer_tells_is_stored_before_the_delete),
        cmocka_unit_test(a_task_that_is_about_to_start_is_killed_before_its_delete),
        cmocka_unit_test(the_answer_tells_whether_the_task_may_be_deleted),
        cmocka_unit_test(the_delete_waits_until_that_is_answered),
        cmocka_unit_test(a_question_that_a_hanging_list_takes_away_is_lost),
        cmocka_unit_test(what_runs_may_be_the_next_life),
    };
    return cmocka_run_group_tests_name("handler/core/look", tests, NULL, NULL);
}
