/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play_owner.h"

static void what_has_exited_is_removed_with_its_record(void **context)
{
    (void)context;
    owner_assert_trace("unlisted", "record web 0 exited", "ask 1 remove web\nreply 1 OK\nwritten 1\nask 2 status web",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 OK status 0\n  forget 1 web\n"
                       "> written 1\n  tell web removed\n  answer remove web (1) OK\n"
                       "> status web (2)\n  answer status web (2) NOT_FOUND \"there is no such container\"\n");
    owner_assert_trace("unlisted", "record web 0 exited",
                       "ask 1 remove web\nreply 1 NOT_FOUND container web: not found",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 NOT_FOUND \"container web: not found\"\n"
                       "  forget 1 web\n");
}

static void what_runs_or_is_not_known_is_refused(void **context)
{
    (void)context;
    owner_assert_trace("unlisted", "record web 101 running", "ask 1 remove web\nask 2 remove none",
                       "> remove web (1)\n  answer remove web (1) FAILED_PRECONDITION \"the container is RUNNING\"\n"
                       "> remove none (2)\n  answer remove none (2) NOT_FOUND \"there is no such container\"\n");
    owner_assert_trace("original", "record web 101 running", "ask 1 remove web\nask 2 remove none",
                       "> remove web (1)\n  answer remove web (1) FAILED_PRECONDITION \"the container is RUNNING\"\n"
                       "> remove none (2)\n  answer remove none (2) NOT_FOUND \"there is no such container\"\n");
}

static void a_removal_waits_until_the_task_is_deleted(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 running",
        "exit web 101 3\nwritten 1\nask 1 remove web\nreply 1 UNAVAILABLE x\n+100ms\ntime\nreply 2 OK\nwritten 2\nreply 3 OK\nwritten 3",
        "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
        "  put 1 web EXITED code 3\n"
        "> written 1\n  tell web exited\n  call 1 Tasks.Delete web timeout 10s\n"
        "> remove web (1)\n"
        "> reply 1 UNAVAILABLE \"x\"\n  note delete-failed web UNAVAILABLE \"x\"; next try in 100ms\n"
        "+100ms\n> time\n  call 2 Tasks.Delete web timeout 10s\n"
        "> reply 2 OK status 0\n  put 2 web EXITED code 3\n"
        "  call 3 Containers.Delete web timeout 10s\n"
        "> written 2\n"
        "> reply 3 OK status 0\n  forget 3 web\n"
        "> written 3\n  tell web removed\n  answer remove web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 running",
                       "exit web 101 3\nwritten 1\nreply 1 UNAVAILABLE x\nask 1 remove web\ntime",
                       "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                       "  put 1 web EXITED code 3\n"
                       "> written 1\n  tell web exited\n  call 1 Tasks.Delete web timeout 10s\n"
                       "> reply 1 UNAVAILABLE \"x\"\n  note delete-failed web UNAVAILABLE \"x\"; next try in 100ms\n"
                       "> remove web (1)\n  call 2 Tasks.Delete web timeout 10s\n"
                       "> time\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 running",
                       "exit web 101 3\nwritten 1\nask 1 remove web 0 5\n+5s\ntime\nreply 1 OK",
                       "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                       "  put 1 web EXITED code 3\n"
                       "> written 1\n  tell web exited\n  call 1 Tasks.Delete web timeout 10s\n"
                       "> remove web (1)\n"
                       "+5s\n> time\n"
                       "  answer remove web (1) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "> reply 1 OK status 0\n  put 2 web EXITED code 3\n");
}

static void a_task_that_never_started_is_killed_and_deleted_first(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 remove web\nreply 1 OK\nreply 2 NOT_FOUND\nreply 3 OK\nwritten 1\nwritten 2\nreply 4 OK\n"
                       "written 3",
                       "> remove web (1)\n  put 1 web CREATED pid 101\n"
                       "  call 1 Tasks.Kill web signal 9 timeout 10s\n"
                       "> reply 1 OK status 0\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 NOT_FOUND\n  call 3 Tasks.Delete web timeout 10s\n"
                       "> reply 3 OK status 0\n  put 2 web CREATED pid 101\n"
                       "  call 4 Containers.Delete web timeout 10s\n"
                       "> written 1\n"
                       "> written 2\n"
                       "> reply 4 OK status 0\n  forget 3 web\n"
                       "> written 3\n  tell web removed\n  answer remove web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "record web 0 created", "ask 1 remove web",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n");
    owner_assert_trace("unlisted-without=ping,kill-created", "record web 101 created", "ask 1 remove web",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n");
    owner_assert_trace("original", "record web 101 created", "ask 1 remove web\nreply 1 OK",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 OK status 0\n  answer remove web (1) OK\n  forget 1 web\n");
}

/* No crash may bring back what its owner was told to be gone. */
static void a_removal_is_done_when_the_store_has_forgotten_the_record(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 0 exited",
        "ask 1 remove web\nask 2 create web\nreply 1 OK\nfailed 1\nask 3 status web\n+100ms\ntime\nwritten 2",
        "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
        "> create web (2)\n"
        "> reply 1 OK status 0\n  forget 1 web\n"
        "> write 1 failed \"\"\n  note store-failed web INTERNAL; next try in 100ms\n"
        "> status web (3)\n  answer status web (3) NOT_FOUND \"there is no such container\"\n"
        "+100ms\n> time\n  forget 2 web\n"
        "> written 2\n  tell web removed\n  answer remove web (1) OK\n"
        "  call 2 Tasks.Create web timeout 120s\n");
    /* One that is there again is no longer that one. */
    owner_assert_trace("unlisted-without=ping", "record web 0 exited",
                       "ask 1 remove web\nreply 1 OK\nfailed 1\ncreate web 102",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 OK status 0\n  forget 1 web\n"
                       "> write 1 failed \"\"\n  note store-failed web INTERNAL; next try in 100ms\n"
                       "> message /tasks/create web pid 102\n  note event-received web\n"
                       "  put 2 web CREATED pid 102\n  answer remove web (1) OK\n");
    owner_assert_trace("unlisted-without=ping", "record web 0 exited",
                       "ask 1 remove web\nreply 1 OK\n+119999ms\ntime\n+1ms\ntime\nask 2 remove web\nwritten 1",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 OK status 0\n  forget 1 web\n"
                       "+119999ms\n> time\n"
                       "+1ms\n> time\n  answer remove web (1) UNAVAILABLE \"the record is still to be forgotten\"\n"
                       "> remove web (2)\n  answer remove web (2) NOT_FOUND \"there is no such container\"\n"
                       "> written 1\n  tell web removed\n");
    owner_assert_trace("unlisted-without=ping", "record web 0 exited",
                       "ask 1 remove web 0 5\nreply 1 OK\n+5s\ntime\nwritten 1",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 OK status 0\n  forget 1 web\n"
                       "+5s\n> time\n"
                       "  answer remove web (1) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "> written 1\n  tell web removed\n");
    owner_assert_trace("unlisted-without=ping,retry-writes", "record web 0 exited",
                       "ask 1 remove web\nreply 1 OK\nfailed 1",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 OK status 0\n  answer remove web (1) OK\n  forget 1 web\n"
                       "> write 1 failed \"\"\n  note store-failed web INTERNAL\n");
}

static void a_removal_that_fails_is_tried_again(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 0 exited",
        "ask 1 remove web\nreply 1 UNAVAILABLE x\n+100ms\ntime\nreply 2 FAILED_PRECONDITION x\n+200ms\ntime\nreply 3 PERMISSION_DENIED no",
        "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
        "> reply 1 UNAVAILABLE \"x\"\n"
        "+100ms\n> time\n  call 2 Containers.Delete web timeout 10s\n"
        "> reply 2 FAILED_PRECONDITION \"x\"\n"
        "+200ms\n> time\n  call 3 Containers.Delete web timeout 10s\n"
        "> reply 3 PERMISSION_DENIED \"no\"\n  answer remove web (1) PERMISSION_DENIED \"no\"\n");
    owner_assert_trace("original", "record web 0 exited", "ask 1 remove web\nreply 1 UNAVAILABLE x",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 UNAVAILABLE \"x\"\n  answer remove web (1) UNAVAILABLE \"x\"\n");
    owner_assert_trace("unlisted-without=ping", "record web 0 exited",
                       "ask 1 remove web\nlost gone\n+100ms\ntime\nup\nopened",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> connection 1 lost UNAVAILABLE \"gone\"\n"
                       "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                       "+100ms\n> time\n  dial 2\n"
                       "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
                       "> stream 2 opened\n  note subscribed\n  call 2 Containers.Delete web timeout 10s\n");
}

/* Its end is recorded, and no list has told of its task yet. */
static void a_task_that_is_still_to_be_deleted_goes_first(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "unlisted-without=ping");
    play_record(&p, "web", 0, "exited");
    p.records[0].delete_pending = true;
    play_subscribe(&p, "");
    owner_play(&p, "ask 1 remove web\nreply 1 NOT_FOUND\nwritten 1\n+100ms\ntime\nreply 2 OK");
    play_expect(&p, "> remove web (1)\n  call 1 Tasks.Delete web timeout 10s\n"
                    "> reply 1 NOT_FOUND\n  put 1 web EXITED code 0\n  call 2 Containers.Delete web timeout 10s\n"
                    "> written 1\n+100ms\n> time\n"
                    "> reply 2 OK status 0\n  forget 2 web\n");
    play_end(&p);
}

/* Its creation is told late, and nobody tells whose task there is: a list has to, and the container stays until then.
 */
static void a_task_whose_delete_came_in_doubt_goes_first(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,oom,second-list,sweep");
    play_subscribe(&p, "record web 101 created");
    owner_play_quietly(&p, "listed 1 web:created:101:0\nask 1 remove web\nwritten 1\nmain web 101 137\nwritten 2\n"
                           "reply 2 OK\ncreate web 101");
    assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_GET);
    owner_play_quietly(&p, "reply 4 UNAVAILABLE x\n+5s\ntime\nreply 5 UNAVAILABLE x\n+5s\ntime\nreply 6 UNAVAILABLE x");
    owner_play(&p, "+1s\ntime\nlisted 7 web:stopped:101:137\nreply 8 OK");
    play_expect(&p, "+1s\n> time\n"
                    "> reply 7 OK 1 tasks\n  call 8 Tasks.Delete web timeout 10s\n"
                    "> reply 8 OK status 0\n  put 3 web EXITED code 137\n  call 9 Containers.Delete web timeout 10s\n");
    play_end(&p);
}

/* Until the removal is refused, and the container has no task all the same. */
static void a_task_that_was_deleted_for_it_is_not_missed_in_a_list(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping");
    play_subscribe(&p, "record web 101 created");
    owner_play_quietly(&p, "listed 1 web:created:101:0\nask 1 remove web\nwritten 1\nreply 2 OK\nreply 3 NOT_FOUND\n"
                           "reply 4 OK\nwritten 2");
    owner_play_quietly(&p, "+1s\ntime");
    assert_int_equal(p.actions->items[0].call, MONITOR_CALL_LIST);
    owner_play_quietly(&p, "listed 6");
    assert_int_equal(p.actions->count, 0);
    owner_play_quietly(&p, "reply 5 PERMISSION_DENIED no\n+60s\ntime\nlisted 7");
    assert_int_equal(p.actions->items[0].call, MONITOR_CALL_GET);
    play_end(&p);
}

/* Where nobody has told its end before; whether the removal is still wanted or not: it has ended, and who hears how
 * records that. */
static void what_the_delete_for_it_tells_first_is_recorded(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 remove web 0 3\nwritten 1\nreply 1 OK\nreply 2 PERMISSION_DENIED no\n+3s\ntime\n"
                       "got 3 stopped 101 137\nwritten 2",
                       "> remove web (1)\n  put 1 web CREATED pid 101\n"
                       "  call 1 Tasks.Kill web signal 9 timeout 10s\n"
                       "> written 1\n"
                       "> reply 1 OK status 0\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 PERMISSION_DENIED \"no\"\n  call 3 Tasks.Delete web timeout 10s\n"
                       "+3s\n> time\n"
                       "  answer remove web (1) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "> reply 3 OK stopped pid 101 status 137\n  put 2 web EXITED code 137\n"
                       "> written 2\n  tell web exited\n");
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 remove web\nwritten 1\nreply 1 OK\nreply 2 PERMISSION_DENIED no\ngot 3 stopped 102 137",
                       "> remove web (1)\n  put 1 web CREATED pid 101\n"
                       "  call 1 Tasks.Kill web signal 9 timeout 10s\n"
                       "> written 1\n"
                       "> reply 1 OK status 0\n  call 2 Tasks.Get web timeout 10s\n"
                       "> reply 2 PERMISSION_DENIED \"no\"\n  call 3 Tasks.Delete web timeout 10s\n"
                       "> reply 3 OK stopped pid 102 status 137\n  put 2 web CREATED pid 101\n"
                       "  call 4 Containers.Delete web timeout 10s\n");
}

_Static_assert(MONITOR_REST_MAX_NS == 120 * TIME_SECOND, "as long as the scripts below wait");

/* The Delete goes on, and may be waited for again. */
static void a_removal_waits_for_two_minutes_at_the_most(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping,delete-deadline", "record web 101 running",
        "exit web 101 3\nwritten 1\nask 1 remove web\n+119999ms\ntime\n+1ms\ntime\nask 2 remove web\nreply 1 OK",
        "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
        "  put 1 web EXITED code 3\n"
        "> written 1\n  tell web exited\n  call 1 Tasks.Delete web\n"
        "> remove web (1)\n"
        "+119999ms\n> time\n"
        "+1ms\n> time\n  answer remove web (1) UNAVAILABLE \"the task of its last life is still to be deleted\"\n"
        "> remove web (2)\n"
        "> reply 1 OK status 0\n  put 2 web EXITED code 3\n  call 2 Containers.Delete web timeout 10s\n");
    /* One behind it has waited for the same, and has hurried that when it was asked for. */
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 running",
        "exit web 101 3\nwritten 1\nreply 1 UNAVAILABLE x\n+1s\nask 1 remove web\n+1s\nask 2 remove web\nreply 2 "
        "UNAVAILABLE x\n+1s\nask 3 create web\n+118s\ntime\n+1s\ntime\ntime\n+1s\ntime",
        "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
        "  put 1 web EXITED code 3\n"
        "> written 1\n  tell web exited\n  call 1 Tasks.Delete web timeout 10s\n"
        "> reply 1 UNAVAILABLE \"x\"\n  note delete-failed web UNAVAILABLE \"x\"; next try in 100ms\n"
        "+1s\n> remove web (1)\n  call 2 Tasks.Delete web timeout 10s\n"
        "+1s\n> remove web (2)\n"
        "> reply 2 UNAVAILABLE \"x\"\n  note delete-failed web UNAVAILABLE \"x\"; next try in 100ms\n"
        "+1s\n> create web (3)\n  call 3 Tasks.Delete web timeout 10s\n"
        "+118s\n> time\n"
        "  answer remove web (1) UNAVAILABLE \"the task of its last life is still to be deleted\"\n"
        "+1s\n> time\n"
        "  answer remove web (2) UNAVAILABLE \"the task of its last life is still to be deleted\"\n"
        "> time\n"
        "+1s\n> time\n"
        "  answer create web (3) UNAVAILABLE \"the task of its last life is still to be deleted\"\n");
    owner_assert_trace("unlisted-without=ping", "record web 0 exited",
                       "ask 1 remove web\nreply 1 UNAVAILABLE x\n+119s\ntime\nreply 2 UNAVAILABLE y\n"
                       "+1s\ntime\nreply 3 UNAVAILABLE z",
                       "> remove web (1)\n  call 1 Containers.Delete web timeout 10s\n"
                       "> reply 1 UNAVAILABLE \"x\"\n"
                       "+119s\n> time\n  call 2 Containers.Delete web timeout 10s\n"
                       "> reply 2 UNAVAILABLE \"y\"\n"
                       "+1s\n> time\n  call 3 Containers.Delete web timeout 10s\n"
                       "> reply 3 UNAVAILABLE \"z\"\n  answer remove web (1) UNAVAILABLE \"z\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_exited_is_removed_with_its_record),
        cmocka_unit_test(what_runs_or_is_not_known_is_refused),
        cmocka_unit_test(a_removal_waits_until_the_task_is_deleted),
        cmocka_unit_test(a_task_that_is_still_to_be_deleted_goes_first),
        cmocka_unit_test(a_task_whose_delete_came_in_doubt_goes_first),
        cmocka_unit_test(a_task_that_was_deleted_for_it_is_not_missed_in_a_list),
        cmocka_unit_test(what_the_delete_for_it_tells_first_is_recorded),
        cmocka_unit_test(a_task_that_never_started_is_killed_and_deleted_first),
        cmocka_unit_test(a_removal_waits_for_two_minutes_at_the_most),
        cmocka_unit_test(a_removal_is_done_when_the_store_has_forgotten_the_record),
        cmocka_unit_test(a_removal_that_fails_is_tried_again),
    };
    return cmocka_run_group_tests_name("handler/core/operation_remove", tests, NULL, NULL);
}
