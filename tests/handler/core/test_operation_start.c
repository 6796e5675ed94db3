/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/operation.h"

#include "tests/handler/core/play_owner.h"

static void a_task_that_is_started_runs(void **context)
{
    (void)context;
    owner_assert_trace("unlisted", "record web 101 created", "ask 1 start web\ntold 1 unknown 101 0\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n"
                       "> written 1\n  tell web started\n  answer start web (1) OK\n");
    owner_assert_trace("unlisted", "record web 0 created",
                       "ask 1 start web\ntold 1 unknown 101 0\ntold 2 unknown 0 0\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 OK pid 101 status 0\n  call 2 Tasks.Start web timeout 120s\n"
                       "> reply 2 OK status 0\n  put 1 web RUNNING pid 101\n"
                       "> written 1\n  tell web started\n  answer start web (1) OK\n");
}

/* No crash may take back what its owner was told. */
static void a_start_is_done_when_the_store_says_so(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nask 2 stop web 5\ntold 1 unknown 101 0\nfailed 1\n+100ms\ntime\nwritten 2",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> stop web (2)\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n"
                       "> write 1 failed \"\"\n  note store-failed web INTERNAL; next try in 100ms\n"
                       "+100ms\n> time\n  put 2 web RUNNING pid 101\n"
                       "> written 2\n  tell web started\n  answer start web (1) OK\n"
                       "  call 2 Tasks.Kill web signal 15 timeout 5s\n");
    /* For ten seconds. */
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nask 2 stop web 5\ntold 1 unknown 101 0\n+9999ms\ntime\n+1ms\ntime",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> stop web (2)\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n"
                       "+9999ms\n> time\n"
                       "+1ms\n> time\n  answer start web (1) ABORTED \"recovering\"\n"
                       "  call 2 Tasks.Kill web signal 15 timeout 5s\n");
    owner_assert_trace("unlisted-without=ping,retry-writes", "record web 101 created",
                       "ask 1 start web\ntold 1 unknown 101 0\nfailed 1",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n  answer start web (1) OK\n"
                       "> write 1 failed \"\"\n  note store-failed web INTERNAL\n");
}

static void only_what_is_created_can_be_started(void **context)
{
    (void)context;
    owner_assert_trace("unlisted", "record web 101 running\nrecord db 0 exited",
                       "ask 1 start web\nask 2 start db\nask 3 start none",
                       "> start web (1)\n  answer start web (1) FAILED_PRECONDITION \"the container is RUNNING\"\n"
                       "> start db (2)\n  answer start db (2) FAILED_PRECONDITION \"the container is EXITED\"\n"
                       "> start none (3)\n  answer start none (3) NOT_FOUND \"there is no such container\"\n");
}

static void a_start_that_fails_is_recorded_and_its_task_is_killed_and_deleted(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nreply 1 UNKNOWN no such binary\ntold 2 created 101 0\nwritten 1\nreply 3 OK\nreply 4 OK\nwritten 2\nask 2 status web",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> reply 1 UNKNOWN \"no such binary\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK created pid 101 status 0\n  put 1 web EXITED code 128\n"
        "> written 1\n  tell web exited\n  answer start web (1) UNKNOWN \"no such binary\"\n"
        "  call 3 Tasks.Kill web signal 9 timeout 10s\n"
        "> reply 3 OK status 0\n  call 4 Tasks.Delete web timeout 10s\n"
        "> reply 4 OK status 0\n  put 2 web EXITED code 128\n"
        "> written 2\n"
        "> status web (2)\n  answer status web (2) OK\n");
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nreply 1 UNKNOWN no such binary\ntold 2 created 101 0\nwritten 1\nreply 3 UNAVAILABLE x\n+100ms\ntime\nreply 4 NOT_FOUND x\nreply 5 FAILED_PRECONDITION must be stopped\n+100ms\ntime\nreply 6 OK",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> reply 1 UNKNOWN \"no such binary\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK created pid 101 status 0\n  put 1 web EXITED code 128\n"
        "> written 1\n  tell web exited\n  answer start web (1) UNKNOWN \"no such binary\"\n"
        "  call 3 Tasks.Kill web signal 9 timeout 10s\n"
        "> reply 3 UNAVAILABLE \"x\"\n"
        "+100ms\n> time\n  call 4 Tasks.Kill web signal 9 timeout 10s\n"
        "> reply 4 NOT_FOUND \"x\"\n  call 5 Tasks.Delete web timeout 10s\n"
        "> reply 5 FAILED_PRECONDITION \"must be stopped\"\n"
        "  note delete-failed web FAILED_PRECONDITION \"must be stopped\"; next try in 100ms\n"
        "+100ms\n> time\n  call 6 Tasks.Kill web signal 9 timeout 10s\n"
        "> reply 6 OK status 0\n  call 7 Tasks.Delete web timeout 10s\n");
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nreply 1 UNKNOWN no such binary\nreply 2 NOT_FOUND task web not found: not found\nwritten 1",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> reply 1 UNKNOWN \"no such binary\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 NOT_FOUND \"task web not found: not found\"\n  put 1 web EXITED code 128\n"
        "> written 1\n  tell web exited\n  answer start web (1) UNKNOWN \"no such binary\"\n");
    owner_assert_trace(
        "unlisted-without=ping,kill-created", "record web 101 created",
        "ask 1 start web\nreply 1 UNKNOWN no such binary\ntold 2 created 101 0\nwritten 1\nreply 3 FAILED_PRECONDITION x",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> reply 1 UNKNOWN \"no such binary\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK created pid 101 status 0\n  put 1 web EXITED code 128\n"
        "> written 1\n  tell web exited\n  answer start web (1) UNKNOWN \"no such binary\"\n"
        "  call 3 Tasks.Delete web timeout 10s\n"
        "> reply 3 FAILED_PRECONDITION \"x\"\n"
        "  note delete-failed web FAILED_PRECONDITION \"x\"; next try in 100ms\n");
}

/* Nobody knows whether a Kill that fails has arrived; after so many the Delete has to show it. */
static void a_task_that_is_left_is_killed_five_times_at_the_most(void **context)
{
    static const struct {
        const char *begin;
        unsigned first; /* number of the first Kill */
    } rows[] = {{"ask 1 start web\nreply 1 UNKNOWN no such binary\ntold 2 created 101 0\nwritten 1", 3},
                {"ask 1 remove web", 1}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        unsigned number = rows[i].first;
        play_begin(&p, "unlisted-without=ping");
        play_subscribe(&p, "record web 101 created");
        owner_play_quietly(&p, rows[i].begin);
        for (unsigned kills = 1; kills <= MONITOR_KILLS_MAX; kills++) {
            char line[64];
            assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_KILL);
            assert_int_equal(p.actions->items[p.actions->count - 1].call_id, number);
            (void)snprintf(line, sizeof line, "reply %u UNAVAILABLE x", number++);
            owner_play_quietly(&p, line);
            if (kills < MONITOR_KILLS_MAX)
                owner_play_quietly(&p, "+30s\ntime");
        }
        assert_true(p.actions->count > 0);
        assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_DELETE);
        play_end(&p);
    }
}

/* A Kill means whatever task has the id by then. */
static void what_was_left_is_killed_only_when_it_is_known_whose_it_is(void **context)
{
    static const char begun[] =
        "listed 1 web:created:101:0\nask 1 start web\nreply 2 UNKNOWN no\ntold 3 created 101 0\n"
        "written 1\nlost x\n+100ms\ntime\nup\nopened\n+200ms\ntime";
    static const struct {
        const char *list;
        bool kills;
    } rows[] = {{"listed 5 web:created:101:0", true}, {"listed 5", true}, {"listed 5 web:running:102:0", false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool kills = false;
        struct play p;
        play_begin(&p, "reliable-without=ping");
        play_subscribe(&p, "record web 101 created");
        owner_play_quietly(&p, begun);
        assert_int_equal(p.actions->count, 0);
        owner_play_quietly(&p, rows[i].list);
        for (size_t j = 0; j < p.actions->count; j++)
            kills =
                kills || (p.actions->items[j].kind == MONITOR_CALL && p.actions->items[j].call == MONITOR_CALL_KILL);
        assert_int_equal(kills, rows[i].kills);
        owner_play_quietly(&p, "written 2\nwritten 3\n+10s\ntime");
        for (size_t j = 0; j < p.actions->count; j++)
            assert_false(p.actions->items[j].kind == MONITOR_CALL && p.actions->items[j].call == MONITOR_CALL_KILL);
        play_end(&p);
    }
}

/* A crash before that takes nothing back that anybody has seen. */
static void a_failed_start_is_told_and_cleaned_up_when_it_is_in_the_store(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nreply 1 UNKNOWN no such binary\ntold 2 created 101 0\nask 2 status web\n+1s\nwritten 1",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> reply 1 UNKNOWN \"no such binary\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK created pid 101 status 0\n  put 1 web EXITED code 128\n"
        "> status web (2)\n  answer status web (2) OK\n"
        "+1s\n> written 1\n  tell web exited\n  answer start web (1) UNKNOWN \"no such binary\"\n"
        "  call 3 Tasks.Kill web signal 9 timeout 10s\n");
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nreply 1 UNKNOWN no such binary\ntold 2 created 101 0\nfailed 1 full\n+100ms\ntime\nwritten 2\nreply 3 OK\nreply 4 OK",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> reply 1 UNKNOWN \"no such binary\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK created pid 101 status 0\n  put 1 web EXITED code 128\n"
        "> write 1 failed \"full\"\n  note store-failed web INTERNAL \"full\"; next try in 100ms\n"
        "+100ms\n> time\n  put 2 web EXITED code 128\n"
        "> written 2\n  tell web exited\n  answer start web (1) UNKNOWN \"no such binary\"\n"
        "  call 3 Tasks.Kill web signal 9 timeout 10s\n"
        "> reply 3 OK status 0\n  call 4 Tasks.Delete web timeout 10s\n"
        "> reply 4 OK status 0\n  put 3 web EXITED code 128\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nreply 1 UNKNOWN no such binary\ntold 2 created 101 0\nremoved web\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> reply 1 UNKNOWN \"no such binary\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 OK created pid 101 status 0\n  put 1 web EXITED code 128\n"
                       "> record removed web\n"
                       "> written 1\n  tell web exited\n  answer start web (1) UNKNOWN \"no such binary\"\n"
                       "  call 3 Tasks.Kill web signal 9 timeout 10s\n");
    owner_assert_trace(
        "unlisted-without=ping,retry-writes", "record web 101 created",
        "ask 1 start web\nreply 1 UNKNOWN no such binary\ntold 2 created 101 0\nfailed 1 full\nreply 3 OK",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> reply 1 UNKNOWN \"no such binary\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK created pid 101 status 0\n  put 1 web EXITED code 128\n"
        "  answer start web (1) UNKNOWN \"no such binary\"\n"
        "  call 3 Tasks.Kill web signal 9 timeout 10s\n"
        "> write 1 failed \"full\"\n  note store-failed web INTERNAL \"full\"\n"
        "> reply 3 OK status 0\n  call 4 Tasks.Delete web timeout 10s\n");
}

/* Its task may have been made all the same; then it is started. */
static void a_create_that_fails_is_looked_up(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 0 created",
                       "ask 1 start web\nreply 1 DEADLINE_EXCEEDED late\ntold 2 created 101 0\nreply 3 UNKNOWN no such "
                       "binary\ntold 4 created 101 0\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 DEADLINE_EXCEEDED \"late\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 OK created pid 101 status 0\n  call 3 Tasks.Start web timeout 120s\n"
                       "> reply 3 UNKNOWN \"no such binary\"\n  call 4 Tasks.Get web timeout 10s\n"
                       "> reply 4 OK created pid 101 status 0\n  put 1 web EXITED code 128\n"
                       "> written 1\n  tell web exited\n  answer start web (1) UNKNOWN \"no such binary\"\n"
                       "  call 5 Tasks.Kill web signal 9 timeout 10s\n");
    owner_assert_trace("unlisted-without=ping", "record web 0 created",
                       "ask 1 start web\nreply 1 UNKNOWN no such image\nreply 2 NOT_FOUND no\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 UNKNOWN \"no such image\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 NOT_FOUND \"no\"\n  put 1 web EXITED code 128\n"
                       "> written 1\n  tell web exited\n  answer start web (1) UNKNOWN \"no such image\"\n");
    owner_assert_trace("unlisted-without=ping", "record web 0 created", "ask 1 start web\nreply 1 INVALID_ARGUMENT no",
                       "> start web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 INVALID_ARGUMENT \"no\"\n  put 1 web EXITED code 128\n");
}

/* A live container must not be recorded as failed. */
static void a_start_whose_answer_is_lost_is_no_failed_start(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nreply 1 DEADLINE_EXCEEDED late\ntold 2 running 101 0\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> reply 1 DEADLINE_EXCEEDED \"late\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 OK running pid 101 status 0\n  put 1 web RUNNING pid 101\n"
                       "> written 1\n  tell web started\n  answer start web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nlost gone\n+100ms\ntime\nup\nopened\ntold 2 running 101 0\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> connection 1 lost UNAVAILABLE \"gone\"\n"
                       "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                       "+100ms\n> time\n  dial 2\n"
                       "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
                       "> stream 2 opened\n  note subscribed\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 OK running pid 101 status 0\n  put 1 web RUNNING pid 101\n"
                       "> written 1\n  tell web started\n  answer start web (1) OK\n");
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nreply 1 UNAVAILABLE x\nreply 2 UNKNOWN x\n+100ms\ntime\ntold 3 stopped 101 3\nwritten 1\nwritten 2",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> reply 1 UNAVAILABLE \"x\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 UNKNOWN \"x\"\n"
        "+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n"
        "> reply 3 OK stopped pid 101 status 3\n  put 1 web RUNNING pid 101\n"
        "  put 2 web EXITED code 3\n"
        "> written 1\n  tell web started\n"
        "> written 2\n  tell web exited\n  call 4 Tasks.Delete web timeout 10s\n  answer start web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nreply 1 UNAVAILABLE x\nstarted web 101\ntold 2 running 101 0\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> reply 1 UNAVAILABLE \"x\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> message /tasks/start web pid 101\n  note event-received web\n  put 1 web RUNNING pid 101\n"
                       "> reply 2 OK running pid 101 status 0\n"
                       "> written 1\n  tell web started\n  answer start web (1) OK\n");
    owner_assert_trace("unlisted-without=ping,verify-start", "record web 101 created",
                       "ask 1 start web\nlost gone\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Start web\n"
                       "> connection 1 lost UNAVAILABLE \"gone\"\n"
                       "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                       "  put 1 web EXITED code 128\n"
                       "> written 1\n  tell web exited\n  answer start web (1) UNAVAILABLE \"gone\"\n");
}

static void an_owner_that_waits_no_more_does_not_undo_a_start(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web 0 5\n+5s\ntime\ntold 1 unknown 101 0",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "+5s\n> time\n"
                       "  answer start web (1) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nabandon 1\ntold 1 unknown 101 0",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> operation 1 abandoned\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n");
}

/* Nothing has ended yet: what is in doubt is whether it has. */
static void a_start_that_is_answered_while_its_task_is_in_doubt_is_recorded(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping");
    play_subscribe(&p, "record web 101 created");
    owner_play_quietly(&p, "listed 1 web:created:101:0\n+1s\ntime\nask 1 start web");
    owner_play(&p, "listed 2\ntold 3 unknown 101 0\nwritten 1");
    play_expect(&p, "> reply 2 OK 0 tasks\n  call 4 Tasks.Get web timeout 10s\n"
                    "> reply 3 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n"
                    "> written 1\n  tell web started\n  answer start web (1) OK\n");
    play_end(&p);
}

static void a_start_that_is_not_sent_changes_nothing(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping,hold-operations", "record web 101 created",
                       "lost gone\nask 1 start web\nask 2 status web",
                       "> connection 1 lost UNAVAILABLE \"gone\"\n"
                       "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                       "> start web (1)\n"
                       "  answer start web (1) UNAVAILABLE \"there is no connection that takes a call\"\n"
                       "> status web (2)\n  answer status web (2) OK\n");
    owner_assert_trace("original", "record web 101 created", "lost gone\nask 1 start web\nwritten 1",
                       "> connection 1 lost UNAVAILABLE \"gone\"\n"
                       "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                       "> start web (1)\n  put 1 web EXITED code 128\n"
                       "  answer start web (1) UNAVAILABLE \"grpc: the connection is unavailable\"\n"
                       "> written 1\n  tell web exited\n");
}

static void in_the_original_an_exit_waits_for_the_lock_of_the_start(void **context)
{
    (void)context;
    owner_assert_trace(
        "original", "",
        "ask 1 create web\nwritten 1\nask 2 start web\ntold 1 unknown 101 0\nexit web 101 3\nreply 2 OK\nwritten 2",
        "> create web (1)\n  put 1 web CREATED\n  answer create web (1) OK\n"
        "> written 1\n  tell web created\n"
        "> start web (2)\n  call 1 Tasks.Create web\n"
        "> reply 1 OK pid 101 status 0\n  call 2 Tasks.Start web\n"
        "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
        "> reply 2 OK status 0\n  put 2 web RUNNING pid 101\n  answer start web (2) OK\n"
        "> written 2\n  tell web started\n  note event-received web\n  call 3 Tasks.Delete web\n");
    owner_assert_trace("original-with=read-whole-stream", "record web 0 created\nrecord db 202 running",
                       "ask 2 start web\nexit web 101 3\nexit db 202 4\ntold 1 unknown 101 0",
                       "> start web (2)\n  call 1 Tasks.Create web\n"
                       "> message /tasks/exit web pid 101 status 3\n"
                       "> message /tasks/exit db pid 202 status 4\n"
                       "> reply 1 OK pid 101 status 0\n  call 2 Tasks.Start web\n");
}

static void in_the_original_a_start_that_fails_is_recorded_with_128_and_deleted_once(void **context)
{
    (void)context;
    owner_assert_trace("original", "record web 101 created",
                       "ask 1 start web\nreply 1 UNKNOWN no\nwritten 1\nreply 2 UNAVAILABLE x\n+60s\ntime",
                       "> start web (1)\n  call 1 Tasks.Start web\n"
                       "> reply 1 UNKNOWN \"no\"\n  put 1 web EXITED code 128\n"
                       "  answer start web (1) UNKNOWN \"no\"\n  call 2 Tasks.Delete web\n"
                       "> written 1\n  tell web exited\n"
                       "> reply 2 UNAVAILABLE \"x\"\n"
                       "+60s\n> time\n");
    owner_assert_trace("original", "record web 101 created",
                       "ask 1 start web 0 5\n+5s\ntime\nreply 1 DEADLINE_EXCEEDED x",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 5s\n"
                       "+5s\n> time\n"
                       "  answer start web (1) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "> reply 1 DEADLINE_EXCEEDED \"x\"\n  put 1 web EXITED code 128\n");
    owner_assert_trace("original", "record web 0 created", "ask 1 start web\nreply 1 UNKNOWN no",
                       "> start web (1)\n  call 1 Tasks.Create web\n"
                       "> reply 1 UNKNOWN \"no\"\n  put 1 web EXITED code 128\n"
                       "  answer start web (1) UNKNOWN \"no\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_that_is_started_runs),
        cmocka_unit_test(a_start_is_done_when_the_store_says_so),
        cmocka_unit_test(only_what_is_created_can_be_started),
        cmocka_unit_test(a_start_that_fails_is_recorded_and_its_task_is_killed_and_deleted),
        cmocka_unit_test(a_task_that_is_left_is_killed_five_times_at_the_most),
        cmocka_unit_test(what_was_left_is_killed_only_when_it_is_known_whose_it_is),
        cmocka_unit_test(a_failed_start_is_told_and_cleaned_up_when_it_is_in_the_store),
        cmocka_unit_test(a_create_that_fails_is_looked_up),
        cmocka_unit_test(a_start_whose_answer_is_lost_is_no_failed_start),
        cmocka_unit_test(an_owner_that_waits_no_more_does_not_undo_a_start),
        cmocka_unit_test(a_start_that_is_answered_while_its_task_is_in_doubt_is_recorded),
        cmocka_unit_test(a_start_that_is_not_sent_changes_nothing),
        cmocka_unit_test(in_the_original_an_exit_waits_for_the_lock_of_the_start),
        cmocka_unit_test(in_the_original_a_start_that_fails_is_recorded_with_128_and_deleted_once),
    };
    return cmocka_run_group_tests_name("handler/core/operation_start", tests, NULL, NULL);
}
