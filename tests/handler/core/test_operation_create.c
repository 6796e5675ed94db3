/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play_owner.h"

static void a_task_that_is_created_makes_a_record(void **context)
{
    (void)context;
    owner_assert_trace("unlisted", "", "ask 1 create web\ntold 1 unknown 101 0\nwritten 1",
                       "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web CREATED pid 101\n"
                       "> written 1\n  tell web created\n  answer create web (1) OK\n");
}

static void what_is_there_already_is_refused(void **context)
{
    (void)context;
    owner_assert_trace("unlisted", "record web 101 created\nrecord db 202 running", "ask 1 create web\nask 2 create db",
                       "> create web (1)\n  answer create web (1) FAILED_PRECONDITION \"the container is CREATED\"\n"
                       "> create db (2)\n  answer create db (2) FAILED_PRECONDITION \"the container is RUNNING\"\n");
    owner_assert_trace("original", "record web 101 created\nrecord db 0 exited", "ask 1 create web\nask 2 create db",
                       "> create web (1)\n  answer create web (1) FAILED_PRECONDITION \"the container is CREATED\"\n"
                       "> create db (2)\n  answer create db (2) FAILED_PRECONDITION \"the container is EXITED\"\n");
}

static void what_came_of_a_create_that_failed_is_asked_for(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "",
                       "ask 1 create web\nreply 1 DEADLINE_EXCEEDED late\ntold 2 created 101 0\nwritten 1",
                       "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 DEADLINE_EXCEEDED \"late\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 OK created pid 101 status 0\n  put 1 web CREATED pid 101\n"
                       "> written 1\n  tell web created\n  answer create web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "",
                       "ask 1 create web\nreply 1 UNKNOWN bad binary\nreply 2 NOT_FOUND task web not found: not found",
                       "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 UNKNOWN \"bad binary\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 NOT_FOUND \"task web not found: not found\"\n"
                       "  answer create web (1) UNKNOWN \"bad binary\"\n");
    owner_assert_trace(
        "unlisted-without=ping", "",
        "ask 1 create web\nreply 1 UNAVAILABLE x\nreply 2 UNAVAILABLE x\n+100ms\ntime\ntold 3 created 101 0\nwritten 1",
        "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
        "> reply 1 UNAVAILABLE \"x\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 UNAVAILABLE \"x\"\n"
        "+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n"
        "> reply 3 OK created pid 101 status 0\n  put 1 web CREATED pid 101\n"
        "> written 1\n  tell web created\n  answer create web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "", "ask 1 create web\nreply 1 PERMISSION_DENIED no",
                       "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 PERMISSION_DENIED \"no\"\n  answer create web (1) PERMISSION_DENIED \"no\"\n");
    owner_assert_trace("unlisted-without=ping,verify-start", "", "ask 1 create web\nreply 1 UNKNOWN bad binary",
                       "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 UNKNOWN \"bad binary\"\n  answer create web (1) UNKNOWN \"bad binary\"\n");
}

/* It may still be done, though there is no such task yet. */
static void a_create_that_may_still_be_done_is_asked_for_again(void **context)
{
    struct play p;
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "",
        "ask 1 create web\nreply 1 DEADLINE_EXCEEDED late\nreply 2 NOT_FOUND no\ntold 3 unknown 101 0\nwritten 1",
        "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
        "> reply 1 DEADLINE_EXCEEDED \"late\"\n  call 2 Tasks.Get web timeout 10s\n"
        "> reply 2 NOT_FOUND \"no\"\n  call 3 Tasks.Create web timeout 120s\n"
        "> reply 3 OK pid 101 status 0\n  put 1 web CREATED pid 101\n"
        "> written 1\n  tell web created\n  answer create web (1) OK\n");
    play_begin(&p, "unlisted-without=ping");
    play_subscribe(&p, "");
    owner_play_quietly(&p, "ask 1 create web\nreply 1 UNAVAILABLE x\nreply 2 NOT_FOUND no");
    for (unsigned starts = 2; starts <= MONITOR_STARTS_MAX; starts++) {
        char line[80];
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_CREATE);
        (void)snprintf(line, sizeof line, "reply %u UNAVAILABLE x\n+1s\ntime\nreply %u NOT_FOUND no", 2 * starts - 1,
                       2 * starts);
        owner_play_quietly(&p, line);
    }
    assert_int_equal(p.actions->items[0].kind, MONITOR_ANSWER);
    assert_int_equal(p.actions->items[0].outcome.status, STATUS_UNAVAILABLE);
    play_end(&p);
}

static void the_event_may_tell_it_first(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "", "ask 1 create web\ncreate web 101\nwritten 1\ntold 1 unknown 101 0",
                       "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> message /tasks/create web pid 101\n  note event-received web\n"
                       "  put 1 web CREATED pid 101\n"
                       "> written 1\n  tell web created\n  answer create web (1) OK\n"
                       "> reply 1 OK pid 101 status 0\n");
    owner_assert_trace("unlisted-without=ping", "",
                       "ask 1 create web\nreply 1 UNAVAILABLE x\ncreate web 101\ntold 2 created 101 0\nwritten 1",
                       "> create web (1)\n  call 1 Tasks.Create web timeout 120s\n"
                       "> reply 1 UNAVAILABLE \"x\"\n  call 2 Tasks.Get web timeout 10s\n"
                       "> message /tasks/create web pid 101\n  note event-received web\n"
                       "  put 1 web CREATED pid 101\n"
                       "> reply 2 OK created pid 101 status 0\n"
                       "> written 1\n  tell web created\n  answer create web (1) OK\n");
}

static void a_container_that_has_exited_lives_again_once_its_task_is_deleted(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 running",
        "exit web 101 3\nwritten 1\nask 1 create web\nreply 1 OK\nwritten 2\ntold 2 unknown 102 0\nwritten 3",
        "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
        "  put 1 web EXITED code 3\n"
        "> written 1\n  tell web exited\n  call 1 Tasks.Delete web timeout 10s\n"
        "> create web (1)\n"
        "> reply 1 OK status 0\n  put 2 web EXITED code 3\n  call 2 Tasks.Create web timeout 120s\n"
        "> written 2\n"
        "> reply 2 OK pid 102 status 0\n  put 3 web CREATED pid 102\n"
        "> written 3\n  tell web created\n  answer create web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 running",
                       "exit web 101 3\nwritten 1\nreply 1 UNAVAILABLE x\nask 1 create web\nreply 2 OK",
                       "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                       "  put 1 web EXITED code 3\n"
                       "> written 1\n  tell web exited\n  call 1 Tasks.Delete web timeout 10s\n"
                       "> reply 1 UNAVAILABLE \"x\"\n  note delete-failed web UNAVAILABLE \"x\"; next try in 100ms\n"
                       "> create web (1)\n  call 2 Tasks.Delete web timeout 10s\n"
                       "> reply 2 OK status 0\n  put 2 web EXITED code 3\n  call 3 Tasks.Create web timeout 120s\n");
}

static void the_original_makes_a_record_and_no_task(void **context)
{
    (void)context;
    owner_assert_trace("original", "", "ask 1 create web\nwritten 1\nask 2 status web",
                       "> create web (1)\n  put 1 web CREATED\n  answer create web (1) OK\n"
                       "> written 1\n  tell web created\n"
                       "> status web (2)\n  answer status web (2) OK\n");
}

static void a_create_waits_for_the_last_life_for_two_minutes_at_the_most(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping,delete-deadline", "record web 101 running",
        "exit web 101 3\nwritten 1\nask 1 create web\n+120s\ntime",
        "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
        "  put 1 web EXITED code 3\n"
        "> written 1\n  tell web exited\n  call 1 Tasks.Delete web\n"
        "> create web (1)\n"
        "+120s\n> time\n  answer create web (1) UNAVAILABLE \"the task of its last life is still to be deleted\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_that_is_created_makes_a_record),
        cmocka_unit_test(what_is_there_already_is_refused),
        cmocka_unit_test(what_came_of_a_create_that_failed_is_asked_for),
        cmocka_unit_test(a_create_that_may_still_be_done_is_asked_for_again),
        cmocka_unit_test(the_event_may_tell_it_first),
        cmocka_unit_test(a_container_that_has_exited_lives_again_once_its_task_is_deleted),
        cmocka_unit_test(a_create_waits_for_the_last_life_for_two_minutes_at_the_most),
        cmocka_unit_test(the_original_makes_a_record_and_no_task),
    };
    return cmocka_run_group_tests_name("handler/core/operation_create", tests, NULL, NULL);
}
