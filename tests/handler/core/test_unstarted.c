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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_delete_waits_for_the_kill),
        cmocka_unit_test(the_kill_goes_with_the_record),
        cmocka_unit_test(the_delete_is_asked_for_after_the_last_kill),
        cmocka_unit_test(what_an_operation_cleans_up_a_list_leaves_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
