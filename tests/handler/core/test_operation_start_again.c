/* SPDX-License-Identifier: Apache-2.0 */
/* A start of which nobody knows what has come of it. */
#include "handler/core/operation.h"

#include "tests/handler/core/play_owner.h"

/* It may still be done, whatever the server says of the task by then; and it can be done only once. */
static void a_start_that_may_still_be_done_is_asked_for_again(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\n+115s\nlost gone\n+100ms\ntime\nup\nopened\ntold 2 created 101 0\n"
        "reply 3 UNKNOWN cannot start a running process: unknown\n+100ms\ntime\ntold 4 running 101 0\nwritten 1",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "+115s\n> connection 1 lost UNAVAILABLE \"gone\"\n"
        "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
        "+100ms\n> time\n  dial 2\n"
        "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
        "> stream 2 opened\n  note subscribed\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK created pid 101 status 0\n  call 3 Tasks.Start web timeout 10s\n"
        "> reply 3 UNKNOWN \"cannot start a running process: unknown\"\n"
        "+100ms\n> time\n  call 4 Tasks.Get web timeout 10s\n"
        "> reply 4 OK running pid 101 status 0\n  put 1 web RUNNING pid 101\n"
        "> written 1\n  tell web started\n  answer start web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\n+50s\nreply 1 CANCELLED x\ntold 2 created 101 0\nstarted web 101\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "+50s\n> reply 1 CANCELLED \"x\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 OK created pid 101 status 0\n  call 3 Tasks.Start web timeout 70s\n"
                       "> message /tasks/start web pid 101\n  note event-received web\n  put 1 web RUNNING pid 101\n"
                       "> written 1\n  tell web started\n  answer start web (1) OK\n");
}

/* The same of a task that is to be made, and that is begun to be counted anew when it is there. */
static void a_create_that_may_still_be_done_is_asked_for_again(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 0 created",
        "ask 1 start web\nreply 1 UNAVAILABLE x\nreply 2 NOT_FOUND no\nreply 3 ALREADY_EXISTS there\n+100ms\ntime\n"
        "told 4 created 101 0\nreply 5 UNKNOWN no such binary\ntold 6 created 101 0",
        "> start web (1)\n  call 1 Tasks.Create web timeout 120s\n"
        "> reply 1 UNAVAILABLE \"x\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 NOT_FOUND \"no\"\n  call 3 Tasks.Create web timeout 120s\n"
        "> reply 3 ALREADY_EXISTS \"there\"\n"
        "+100ms\n> time\n  call 4 Tasks.Get web timeout 10s\n"
        "> reply 4 OK created pid 101 status 0\n  call 5 Tasks.Start web timeout 120s\n"
        "> reply 5 UNKNOWN \"no such binary\"\n  call 6 Tasks.Get web timeout 10s\n"
        "> reply 6 OK created pid 101 status 0\n  put 1 web EXITED code 128\n");
    owner_assert_trace("unlisted-without=ping", "record web 0 created",
                       "ask 1 start web\nreply 1 UNAVAILABLE x\nreply 2 NOT_FOUND no\nreply 3 PERMISSION_DENIED no",
                       "> start web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 UNAVAILABLE \"x\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 NOT_FOUND \"no\"\n  call 3 Tasks.Create web timeout 120s\n"
                       "> reply 3 PERMISSION_DENIED \"no\"\n  put 1 web EXITED code 128\n");
}

/* What nobody tells after so many is a failure. */
static void a_start_is_asked_for_five_times_at_the_most(void **context)
{
    static const struct {
        const char *begin;
        const char *verb; /* what the Get is answered with, before its number and behind it */
        const char *found;
        enum monitor_call call;
    } rows[] = {{"record web 101 created", "told", "created 101 0", MONITOR_CALL_START},
                {"record web 0 created", "reply", "NOT_FOUND no", MONITOR_CALL_CREATE}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        unsigned number = 1;
        play_begin(&p, "unlisted-without=ping");
        play_subscribe(&p, rows[i].begin);
        owner_play_quietly(&p, "ask 1 start web");
        for (unsigned starts = 1; starts <= MONITOR_STARTS_MAX; starts++) {
            char line[64];
            assert_int_equal(p.actions->items[0].kind, MONITOR_CALL);
            assert_int_equal(p.actions->items[0].call, rows[i].call);
            (void)snprintf(line, sizeof line, "reply %u UNAVAILABLE x\n+1s\ntime", number++);
            owner_play_quietly(&p, line);
            (void)snprintf(line, sizeof line, "%s %u %s", rows[i].verb, number++, rows[i].found);
            owner_play_quietly(&p, line);
        }
        assert_int_equal(p.actions->items[0].kind, MONITOR_PUT);
        assert_int_equal(container_record_state(&p.actions->items[0].record), CONTAINER_EXITED);
        play_end(&p);
    }
}

/* The record must not say that it has failed while it is not known, though there is no connection to ask on. */
static void a_start_that_cannot_be_sent_again_waits_for_a_connection(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping,move-on-goaway", "record web 0 created",
        "ask 1 start web\ndraining\ntold 1 unknown 101 0\nlost gone\n+100ms\ntime\nup\nopened\ntold 2 created 101 0",
        "> start web (1)\n  call 1 Tasks.Create web timeout 120s\n"
        "> connection 1 draining\n"
        "> reply 1 OK pid 101 status 0\n"
        "> connection 1 lost UNAVAILABLE \"gone\"\n"
        "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
        "+100ms\n> time\n  dial 2\n"
        "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
        "> stream 2 opened\n  note subscribed\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK created pid 101 status 0\n  call 3 Tasks.Start web timeout 120s\n");
}

/* Else an exit of the container would wait for ever for the answer to it. */
static void a_start_that_was_never_sent_is_not_under_way(void **context)
{
    (void)context;
    owner_assert_trace(
        "reliable-without=ping,move-on-goaway,hold-operations,relist,second-list,sweep,verify",
        "record web 101 created", "draining\nask 1 start web\nmain web 101 3",
        "> connection 1 draining\n"
        "> start web (1)\n  answer start web (1) UNAVAILABLE \"there is no connection that takes a call\"\n"
        "> message /tasks/exit web pid 101 status 3\n  note event-received web\n  put 1 web EXITED code 3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_that_may_still_be_done_is_asked_for_again),
        cmocka_unit_test(a_create_that_may_still_be_done_is_asked_for_again),
        cmocka_unit_test(a_start_is_asked_for_five_times_at_the_most),
        cmocka_unit_test(a_start_that_cannot_be_sent_again_waits_for_a_connection),
        cmocka_unit_test(a_start_that_was_never_sent_is_not_under_way),
    };
    return cmocka_run_group_tests_name("handler/core/operation_start_again", tests, NULL, NULL);
}
