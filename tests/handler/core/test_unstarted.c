/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/unstarted.h"

#include "tests/handler/core/play_owner.h"

/* What a handler knows that has come back: the start had failed, and the task is still to be deleted. */
static void begin_after_a_crash(struct play *p)
{
    play_begin(p, "reliable-without=ping");
    play_record(p, "web", 0, "exited");
    p->records[0].started_at_ns = 0;
    p->records[0].last_pid = 101;
    p->records[0].delete_pending = true;
    play_subscribe(p, "");
}

static void the_delete_waits_for_the_kill(void **context)
{
    struct play p;
    (void)context;
    begin_after_a_crash(&p);
    play(&p, "listed 1 web:created:101:0\nreply 2 UNAVAILABLE x\n+100ms\ntime\nreply 3 OK\nreply 4 OK");
    play_expect(&p, "> reply 1 OK 1 tasks\n  call 2 Tasks.Kill web signal 9 timeout 10s\n"
                    "> reply 2 UNAVAILABLE \"x\"\n"
                    "+100ms\n> time\n  call 3 Tasks.Kill web signal 9 timeout 10s\n"
                    "> reply 3 OK status 0\n  call 4 Tasks.Delete web timeout 10s\n"
                    "> reply 4 OK status 0\n  put 1 web EXITED code 0\n");
    play_end(&p);
}

/* What its owner takes no interest in any more is not killed for it. */
static void the_kill_goes_with_the_record(void **context)
{
    struct play p;
    (void)context;
    begin_after_a_crash(&p);
    play_quietly(&p, "listed 1 web:created:101:0\nreply 2 UNAVAILABLE x\nremoved web\n+100ms\ntime");
    for (size_t i = 0; i < p.actions->count; i++)
        assert_true(p.actions->items[i].kind != MONITOR_CALL || p.actions->items[i].call != MONITOR_CALL_KILL);
    play_end(&p);
}

static void the_delete_is_asked_for_after_the_last_kill(void **context)
{
    struct play p;
    (void)context;
    begin_after_a_crash(&p);
    play_quietly(&p, "listed 1 web:created:101:0");
    for (unsigned kills = 1; kills <= MONITOR_KILLS_MAX; kills++) {
        char line[64];
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_KILL);
        (void)snprintf(line, sizeof line, "reply %u UNKNOWN x\n", (unsigned)p.actions->items[0].call_id);
        if (kills == 2) /* what the server lists meanwhile changes nothing */
            play_quietly(&p, "+800ms\ntime\nlisted 4 web:created:101:0");
        play_quietly(&p, line);
        if (kills < MONITOR_KILLS_MAX)
            play_quietly(&p, "+900ms\ntime");
    }
    assert_int_equal(p.actions->items[0].call, MONITOR_CALL_DELETE);
    play_end(&p);
}

/* A start whose clean-up waits for the answer to its Kill has the Delete as well. */
static void what_an_operation_cleans_up_a_list_leaves_alone(void **context)
{
    static const char *const lists[] = {"listed 5 web:created:101:0", "listed 5"};
    (void)context;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct play p;
        play_begin(&p, "reliable-without=ping");
        play_subscribe(&p, "record web 101 created");
        owner_play_quietly(&p, "listed 1 web:created:101:0\nask 1 start web\nreply 2 UNKNOWN no\ntold 3 created 101 0\n"
                               "written 1\n+1s\ntime");
        owner_play(&p, lists[i]);
        play_expect(&p, i == 0 ? "> reply 5 OK 1 tasks\n" : "> reply 5 OK 0 tasks\n");
        owner_play(&p, "reply 4 OK");
        play_expect(&p, "> reply 4 OK status 0\n  call 6 Tasks.Delete web timeout 10s\n");
        play_end(&p);
    }
}

/* ---- how it has ended ---- */

static void begin_killed(struct play *p)
{
    play_begin(p, "unlisted-without=ping");
    play_subscribe(p, "record web 101 created");
    owner_play_quietly(p, "ask 1 remove web\nwritten 1\nreply 1 OK");
    assert_int_equal(p->actions->items[0].call, MONITOR_CALL_GET);
}

/* By an answer or by an event: nobody could tell it once the task is gone, and the handler may die before it hears the
 * answer to the Delete. */
static void its_end_is_in_the_store_before_its_delete(void **context)
{
    static const struct {
        const char *script, *expected;
    } ways[] = {
        {"got 2 stopped 101 137\nwritten 2", "> reply 2 OK stopped pid 101 status 137\n  put 2 web EXITED code 137\n"
                                             "> written 2\n  tell web exited\n  call 3 Tasks.Delete web timeout 10s\n"},
        {"main web 101 137\nwritten 2\ngot 2 stopped 101 137",
         "> message /tasks/exit web pid 101 status 137\n  note event-received web\n  put 2 web EXITED code 137\n"
         "> written 2\n  tell web exited\n  call 3 Tasks.Delete web timeout 10s\n"
         "> reply 2 OK stopped pid 101 status 137\n"},
        {"got 2 created 101 0\n+100ms\ntime\ngot 3 stopped 101 137",
         "> reply 2 OK created pid 101 status 0\n+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n"
         "> reply 3 OK stopped pid 101 status 137\n  put 2 web EXITED code 137\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct play p;
        begin_killed(&p);
        owner_play(&p, ways[i].script);
        play_expect(&p, ways[i].expected);
        play_end(&p);
    }
}

static void the_delete_is_asked_for_after_the_last_look(void **context)
{
    struct play p;
    (void)context;
    begin_killed(&p);
    for (unsigned looks = 1; looks <= MONITOR_LOOKS_MAX; looks++) {
        char line[64];
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_GET);
        (void)snprintf(line, sizeof line, looks % 2 == 0 ? "reply %u UNAVAILABLE x" : "got %u unknown 0 0",
                       (unsigned)p.actions->items[0].call_id);
        owner_play_quietly(&p, line);
        if (looks < MONITOR_LOOKS_MAX)
            owner_play_quietly(&p, "+500ms\ntime");
    }
    assert_int_equal(p.actions->items[0].call, MONITOR_CALL_DELETE);
    /* One more before the next Delete, which may find it told. */
    owner_play(&p, "reply 6 UNAVAILABLE x\n+100ms\ntime\ngot 7 stopped 101 137");
    play_expect(&p, "> reply 6 UNAVAILABLE \"x\"\n  note delete-failed web UNAVAILABLE \"x\"; next try in 100ms\n"
                    "+100ms\n> time\n  call 7 Tasks.Get web timeout 10s\n"
                    "> reply 7 OK stopped pid 101 status 137\n  put 2 web EXITED code 137\n");
    play_end(&p);
}

/* An end that is told while a Delete that is to fail is under way, or when it has failed. */
static void an_end_that_is_told_between_two_deletes_is_recorded(void **context)
{
    static const char *const ways[] = {
        "main web 101 137\nreply 4 UNAVAILABLE x", "reply 4 UNAVAILABLE x\nmain web 101 137",
        "listed 5 web:stopped:101:137\nreply 4 UNAVAILABLE x", "reply 4 UNAVAILABLE x\nlisted 5 web:stopped:101:137",
        "main web 101 137\nreply 4 NOT_FOUND"};
    (void)context;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct play p;
        play_begin(&p, "reliable-without=ping");
        play_subscribe(&p, "record web 101 created");
        owner_play_quietly(&p, "listed 1 web:created:101:0\nask 1 remove web\nwritten 1\nreply 2 OK\n"
                               "reply 3 PERMISSION_DENIED no\n+1s\ntime");
        owner_play_quietly(&p, ways[i]);
        assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_PUT);
        assert_int_equal(p.actions->items[p.actions->count - 1].record.exit_code, 137);
        assert_int_equal(p.actions->items[p.actions->count - 1].record.delete_pending, strstr(ways[i], "NOT") == NULL);
        play_end(&p);
    }
}

/* The question before the second Delete is not answered; a list was, meanwhile. */
static void an_end_that_a_list_tells_beside_the_look_is_recorded(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping");
    play_subscribe(&p, "record web 101 created");
    owner_play_quietly(&p, "listed 1 web:created:101:0\nask 1 remove web\nwritten 1\nreply 2 OK\n"
                           "reply 3 PERMISSION_DENIED no\nreply 4 UNAVAILABLE x\n+1s\ntime");
    owner_play(&p, "listed 5 web:stopped:101:137\nreply 6 UNAVAILABLE x");
    play_expect(&p, "> reply 5 OK 1 tasks\n> reply 6 UNAVAILABLE \"x\"\n  put 2 web EXITED code 137\n");
    play_end(&p);
}

/* An event has told how it ended before the answer to its Delete, which tells no code of what never started; also where
 * the clock was put back, so that the event is from before the record. */
static void an_end_that_is_told_before_its_delete_is_done_counts(void **context)
{
    (void)context;
    for (int64_t ahead_ns = 0; ahead_ns <= 60 * TIME_SECOND; ahead_ns += 60 * TIME_SECOND) {
        struct play p;
        play_begin(&p, "reliable-without=ping");
        play_record(&p, "web", 101, "created");
        p.records[0].created_at_ns = PLAY_WALL_NS + ahead_ns;
        play_subscribe(&p, "");
        owner_play_quietly(&p, "listed 1 web:created:101:0\nask 1 remove web\nwritten 1\nreply 2 OK\n"
                               "reply 3 PERMISSION_DENIED no");
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_DELETE);
        owner_play_quietly(&p, "main web 101 137\ngot 4 stopped 101 0");
        assert_int_equal(p.actions->items[0].kind, MONITOR_PUT);
        assert_int_equal(p.actions->items[0].record.exit_code, 137);
        play_end(&p);
    }
}

/* It was killed in the belief that it was the record's; it is not deleted as well. */
static void what_has_another_pid_by_then_is_not_deleted(void **context)
{
    struct play p;
    (void)context;
    begin_killed(&p);
    owner_play(&p, "got 2 created 102 0\n+100ms\ntime");
    play_expect(&p,
                "> reply 2 OK created pid 102 status 0\n+100ms\n> time\n  call 3 Containers.Delete web timeout 10s\n");
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_delete_waits_for_the_kill),
        cmocka_unit_test(the_kill_goes_with_the_record),
        cmocka_unit_test(the_delete_is_asked_for_after_the_last_kill),
        cmocka_unit_test(what_an_operation_cleans_up_a_list_leaves_alone),
        cmocka_unit_test(its_end_is_in_the_store_before_its_delete),
        cmocka_unit_test(the_delete_is_asked_for_after_the_last_look),
        cmocka_unit_test(an_end_that_is_told_between_two_deletes_is_recorded),
        cmocka_unit_test(an_end_that_a_list_tells_beside_the_look_is_recorded),
        cmocka_unit_test(an_end_that_is_told_before_its_delete_is_done_counts),
        cmocka_unit_test(what_has_another_pid_by_then_is_not_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
