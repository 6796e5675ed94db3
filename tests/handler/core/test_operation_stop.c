/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play_owner.h"

static void a_process_that_ends_when_it_is_asked_to_is_stopped(void **context)
{
    (void)context;
    owner_assert_trace("unlisted", "record web 101 running",
                       "ask 1 stop web 10\nreply 1 OK\nexit web 101 143\nwritten 1",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "> message /tasks/exit web pid 101 status 143\n  note event-received web\n"
                       "  put 1 web EXITED code 143\n"
                       "> written 1\n  tell web exited\n  call 2 Tasks.Delete web timeout 10s\n"
                       "  answer stop web (1) OK\n");
}

static void after_the_grace_it_is_killed_and_then_the_server_is_asked(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 10\nreply 1 OK\n+9s\ntime\n+1s\ntime\nreply 2 OK\n+5s\ntime\n+1s\ntime\ntold 3 stopped 101 137\nwritten 1",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
        "> reply 1 OK status 0\n"
        "+9s\n> time\n"
        "+1s\n> time\n  call 2 Tasks.Kill web signal 9 timeout 10s\n"
        "> reply 2 OK status 0\n"
        "+5s\n> time\n"
        "+1s\n> time\n  call 3 Tasks.Get web timeout 10s\n"
        "> reply 3 OK stopped pid 101 status 137\n  put 1 web EXITED code 137\n"
        "> written 1\n  tell web exited\n  call 4 Tasks.Delete web timeout 10s\n"
        "  answer stop web (1) OK\n");
}

static void what_does_not_run_is_stopped_already(void **context)
{
    (void)context;
    owner_assert_trace("unlisted", "record web 101 created\nrecord db 0 exited",
                       "ask 1 stop web 10\nask 2 stop db 10\nask 3 stop none 10",
                       "> stop web (1)\n  answer stop web (1) OK\n"
                       "> stop db (2)\n  answer stop db (2) OK\n"
                       "> stop none (3)\n  answer stop none (3) NOT_FOUND \"there is no such container\"\n");
    owner_assert_trace("original", "record web 101 created\nrecord db 0 exited",
                       "ask 1 stop web 10\nask 2 stop db 10\nask 3 stop none 10",
                       "> stop web (1)\n  answer stop web (1) OK\n"
                       "> stop db (2)\n  answer stop db (2) OK\n"
                       "> stop none (3)\n  answer stop none (3) NOT_FOUND \"there is no such container\"\n");
}

/* The exit may still be on its way, or may never come. */
static void a_process_that_is_over_already_is_waited_for_and_then_asked_for(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 60\nreply 1 NOT_FOUND process already finished: not found\n+5s\nexit web 101 3\nwritten 1",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
        "> reply 1 NOT_FOUND \"process already finished: not found\"\n"
        "+5s\n> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
        "  put 1 web EXITED code 3\n"
        "> written 1\n  tell web exited\n  call 2 Tasks.Delete web timeout 10s\n"
        "  answer stop web (1) OK\n");
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 60\nreply 1 NOT_FOUND process already finished: not found\n+6s\ntime\ntold 2 stopped 101 3\nwritten 1",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
        "> reply 1 NOT_FOUND \"process already finished: not found\"\n"
        "+6s\n> time\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 OK stopped pid 101 status 3\n  put 1 web EXITED code 3\n"
        "> written 1\n  tell web exited\n  call 3 Tasks.Delete web timeout 10s\n"
        "  answer stop web (1) OK\n");
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 60\nreply 1 UNKNOWN process already finished: unknown\n+6s\ntime\nreply 2 NOT_FOUND task web not found: not found\nwritten 1",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
        "> reply 1 UNKNOWN \"process already finished: unknown\"\n"
        "+6s\n> time\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 NOT_FOUND \"task web not found: not found\"\n  put 1 web EXITED code 255\n"
        "> written 1\n  tell web exited\n  answer stop web (1) OK\n");
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 60\nreply 1 NOT_FOUND x\n+6s\ntime\ntold 2 running 101 0\n+54s\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 NOT_FOUND \"x\"\n"
                       "+6s\n> time\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 OK running pid 101 status 0\n"
                       "+54s\n> time\n  call 3 Tasks.Kill web signal 9 timeout 10s\n");
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 60\nreply 1 NOT_FOUND x\n+6s\ntime\nreply 2 UNAVAILABLE x\n+100ms\ntime\ntold 3 stopped 777 3",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
        "> reply 1 NOT_FOUND \"x\"\n"
        "+6s\n> time\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 UNAVAILABLE \"x\"\n"
        "+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n"
        "> reply 3 OK stopped pid 777 status 3\n");
    owner_assert_trace("unlisted-without=await-exit,ping", "record web 101 running",
                       "ask 1 stop web 60\nreply 1 NOT_FOUND process already finished: not found",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15\n"
                       "> reply 1 NOT_FOUND \"process already finished: not found\"\n  answer stop web (1) OK\n");
}

static void a_signal_that_was_refused_is_sent_again_and_one_that_may_have_arrived_is_not(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 1\nreply 1 UNAVAILABLE ttrpc: closed\n+100ms\ntime\nreply 2 UNAVAILABLE ttrpc: closed\n+200ms\ntime\nreply 3 OK",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 1s\n"
        "> reply 1 UNAVAILABLE \"ttrpc: closed\"\n"
        "+100ms\n> time\n  call 2 Tasks.Kill web signal 15 timeout 900ms\n"
        "> reply 2 UNAVAILABLE \"ttrpc: closed\"\n"
        "+200ms\n> time\n  call 3 Tasks.Kill web signal 15 timeout 700ms\n"
        "> reply 3 OK status 0\n");
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 1\nreply 1 DEADLINE_EXCEEDED x\n+1s\ntime\nreply 2 DEADLINE_EXCEEDED x\n+6s\ntime\ntold 3 running 101 0",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 1s\n"
        "> reply 1 DEADLINE_EXCEEDED \"x\"\n"
        "+1s\n> time\n  call 2 Tasks.Kill web signal 9 timeout 10s\n"
        "> reply 2 DEADLINE_EXCEEDED \"x\"\n"
        "+6s\n> time\n  call 3 Tasks.Get web timeout 10s\n"
        "> reply 3 OK running pid 101 status 0\n  call 4 Tasks.Kill web signal 9 timeout 10s\n");
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 1\nlost gone\n+1s\ntime\nup\nopened\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 1s\n"
                       "> connection 1 lost UNAVAILABLE \"gone\"\n"
                       "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                       "+1s\n> time\n  dial 2\n"
                       "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
                       "> stream 2 opened\n  note subscribed\n  call 2 Tasks.Kill web signal 9 timeout 10s\n"
                       "> time\n");
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 1\nreply 1 PERMISSION_DENIED no",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 1s\n"
                       "> reply 1 PERMISSION_DENIED \"no\"\n  answer stop web (1) PERMISSION_DENIED \"no\"\n");
}

static void a_process_is_asked_to_end_once_however_often_it_is_to_be_stopped(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 60\nreply 1 OK\nask 2 stop web 5\nabandon 1\n+5s\ntime\nreply 2 OK\nexit web 101 137\nwritten 1",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
        "> reply 1 OK status 0\n"
        "> stop web (2)\n"
        "> operation 1 abandoned\n"
        "+5s\n> time\n  call 2 Tasks.Kill web signal 9 timeout 10s\n"
        "> reply 2 OK status 0\n"
        "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
        "  put 1 web EXITED code 137\n"
        "> written 1\n  tell web exited\n  call 3 Tasks.Delete web timeout 10s\n"
        "  answer stop web (2) OK\n");
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 60\nreply 1 OK\nabandon 1\n+60s\ntime\nask 2 stop web 5\n+5s\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "> operation 1 abandoned\n"
                       "+60s\n> time\n"
                       "> stop web (2)\n"
                       "+5s\n> time\n  call 2 Tasks.Kill web signal 9 timeout 10s\n");
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 60\nreply 1 OK\nask 2 stop web 5\nexit web 101 0\nwritten 1",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "> stop web (2)\n"
                       "> message /tasks/exit web pid 101 status 0\n  note event-received web\n"
                       "  put 1 web EXITED code 0\n"
                       "> written 1\n  tell web exited\n  call 2 Tasks.Delete web timeout 10s\n"
                       "  answer stop web (1) OK\n  answer stop web (2) OK\n");
}

static void without_one_deleter_the_end_of_the_grace_is_a_delete(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping,oom,one-deleter", "record web 101 running",
                       "ask 1 stop web 10\nreply 1 OK\n+10s\ntime\nreply 2 OK\nexit web 101 137\nwritten 1",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "+10s\n> time\n  call 2 Tasks.Delete web timeout 10s\n"
                       "> reply 2 OK status 0\n"
                       "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
                       "  put 1 web EXITED code 137\n"
                       "> written 1\n  tell web exited\n  call 3 Tasks.Delete web timeout 10s\n"
                       "  answer stop web (1) OK\n");
}

static void the_shortest_grace_of_those_who_wait_counts(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 60\nreply 1 OK\n+2s\nask 2 stop web 5\n+5s\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "+2s\n> stop web (2)\n"
                       "+5s\n> time\n  call 2 Tasks.Kill web signal 9 timeout 10s\n");
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 60\nreply 1 OK\n+2s\nask 2 stop web 5\n+3s\nabandon 2\n+2s\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "+2s\n> stop web (2)\n"
                       "+3s\n> operation 2 abandoned\n"
                       "+2s\n> time\n");
}

static void nobody_is_killed_for_an_owner_that_waits_no_more(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 10\nreply 1 OK\nabandon 1\n+10s\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "> operation 1 abandoned\n"
                       "+10s\n> time\n");
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 10 5\nreply 1 OK\n+5s\ntime\n+5s\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "+5s\n> time\n"
                       "  answer stop web (1) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "+5s\n> time\n");
    owner_assert_trace("unlisted-without=ping,oom,stop-once", "record web 101 running",
                       "ask 1 stop web 10 5\nreply 1 OK\n+5s\ntime\n+5s\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "+5s\n> time\n"
                       "  answer stop web (1) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "+5s\n> time\n  call 2 Tasks.Kill web signal 9 timeout 10s\n");
}

static void a_new_life_is_asked_anew(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping,oom", "record web 101 running",
        "ask 1 stop web 10\nreply 1 OK\nabandon 1\nexit web 101 0\nwritten 1\nreply 2 OK\nwritten 2\ncreate web 102\ngot 3 created 102 0\nwritten 3\nstarted web 102\nwritten 4\nask 2 stop web 10",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
        "> reply 1 OK status 0\n"
        "> operation 1 abandoned\n"
        "> message /tasks/exit web pid 101 status 0\n  note event-received web\n"
        "  put 1 web EXITED code 0\n"
        "> written 1\n  tell web exited\n  call 2 Tasks.Delete web timeout 10s\n"
        "> reply 2 OK status 0\n  put 2 web EXITED code 0\n"
        "> written 2\n"
        "> message /tasks/create web pid 102\n  note event-received web\n  call 3 Tasks.Get web timeout 10s\n"
        "> reply 3 OK created pid 102 status 0\n  note event-received web\n  put 3 web CREATED pid 102\n"
        "> written 3\n  tell web created\n"
        "> message /tasks/start web pid 102\n  note event-received web\n  put 4 web RUNNING pid 102\n"
        "> written 4\n  tell web started\n"
        "> stop web (2)\n  call 4 Tasks.Kill web signal 15 timeout 10s\n");
}

/* Its end is being written for longer than the grace: whoever has the id now is not killed for it. */
static void nobody_is_killed_while_the_end_is_being_written(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping,oom", "record web 101 running",
                       "ask 1 stop web 10\nreply 1 OK\nexit web 101 0\n+10s\ntime\n+6s\ntime\nwritten 1",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 10s\n"
                       "> reply 1 OK status 0\n"
                       "> message /tasks/exit web pid 101 status 0\n  note event-received web\n"
                       "  put 1 web EXITED code 0\n"
                       "+10s\n> time\n"
                       "+6s\n> time\n"
                       "> written 1\n  tell web exited\n  call 2 Tasks.Delete web timeout 10s\n"
                       "  answer stop web (1) OK\n");
}

static void the_original_looks_at_the_record_every_100_ms_and_ends_by_a_delete(void **context)
{
    (void)context;
    owner_assert_trace(
        "original", "record web 101 running",
        "ask 1 stop web 1\nreply 1 OK\nexit web 101 0\nreply 2 OK\nwritten 1\nopened\n+99ms\ntime\n+1ms\ntime",
        "> stop web (1)\n  call 1 Tasks.Kill web signal 15\n"
        "> reply 1 OK status 0\n"
        "> message /tasks/exit web pid 101 status 0\n  abandon stream 1\n  note event-received web\n"
        "  call 2 Tasks.Delete web\n"
        "> reply 2 OK status 0\n  put 1 web EXITED code 0\n"
        "> written 1\n  tell web exited\n  open stream 2 on connection 1\n"
        "> stream 2 opened\n  note subscribed\n"
        "+99ms\n> time\n"
        "+1ms\n> time\n  answer stop web (1) OK\n");
    owner_assert_trace("original", "record web 101 running",
                       "ask 1 stop web 1\nreply 1 OK\n+950ms\ntime\n+50ms\ntime\nreply 2 OK\n+119s\ntime\n+1s\ntime",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15\n"
                       "> reply 1 OK status 0\n"
                       "+950ms\n> time\n"
                       "+50ms\n> time\n  call 2 Tasks.Delete web\n"
                       "> reply 2 OK status 0\n"
                       "+119s\n> time\n"
                       "+1s\n> time\n  answer stop web (1) DEADLINE_EXCEEDED \"the container has not stopped\"\n");
    owner_assert_trace("original", "record web 101 running",
                       "ask 1 stop web 1\nreply 1 UNKNOWN container does not exist",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15\n"
                       "> reply 1 UNKNOWN \"container does not exist\"\n  answer stop web (1) OK\n");
    owner_assert_trace("original", "record web 101 running", "ask 1 stop web 1\nreply 1 UNAVAILABLE x",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15\n"
                       "> reply 1 UNAVAILABLE \"x\"\n  answer stop web (1) UNAVAILABLE \"x\"\n");
    owner_assert_trace("original", "record web 101 running", "lost x\nask 1 stop web 1",
                       "> connection 1 lost UNAVAILABLE \"x\"\n"
                       "  note connection-lost UNAVAILABLE \"x\"; next try in 100ms\n"
                       "> stop web (1)\n  answer stop web (1) UNAVAILABLE \"grpc: the connection is unavailable\"\n");
    owner_assert_trace("original", "record web 101 running",
                       "ask 1 stop web 1 3\nreply 1 OK\n+1s\ntime\nreply 2 NOT_FOUND x",
                       "> stop web (1)\n  call 1 Tasks.Kill web signal 15 timeout 3s\n"
                       "> reply 1 OK status 0\n"
                       "+1s\n> time\n  call 2 Tasks.Delete web timeout 2s\n"
                       "> reply 2 NOT_FOUND \"x\"\n  answer stop web (1) NOT_FOUND \"x\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_that_ends_when_it_is_asked_to_is_stopped),
        cmocka_unit_test(after_the_grace_it_is_killed_and_then_the_server_is_asked),
        cmocka_unit_test(what_does_not_run_is_stopped_already),
        cmocka_unit_test(a_process_that_is_over_already_is_waited_for_and_then_asked_for),
        cmocka_unit_test(a_signal_that_was_refused_is_sent_again_and_one_that_may_have_arrived_is_not),
        cmocka_unit_test(a_process_is_asked_to_end_once_however_often_it_is_to_be_stopped),
        cmocka_unit_test(without_one_deleter_the_end_of_the_grace_is_a_delete),
        cmocka_unit_test(the_shortest_grace_of_those_who_wait_counts),
        cmocka_unit_test(nobody_is_killed_for_an_owner_that_waits_no_more),
        cmocka_unit_test(a_new_life_is_asked_anew),
        cmocka_unit_test(nobody_is_killed_while_the_end_is_being_written),
        cmocka_unit_test(the_original_looks_at_the_record_every_100_ms_and_ends_by_a_delete),
    };
    return cmocka_run_group_tests_name("handler/core/operation_stop", tests, NULL, NULL);
}
