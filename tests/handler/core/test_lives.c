/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* One id, several lives: which event is of which, and what ends first. */

#define LIVES     "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,incarnations"
#define JOURNAL   LIVES ",journal,retry-deletes,retry-writes"
#define VERIFYING LIVES ",journal,verify,infer-vanished,refine-inferred"

static void each_new_life_has_the_next_number(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES);
    play_subscribe(&p, "");
    play_quietly(&p, "create web 101\nstarted web 101");
    assert_int_equal(play_record_of(&p, "web").incarnation, 1);
    /* Told again, or by its start first: the same life. */
    play_quietly(&p, "create web 101\ncreate web 0\nstarted web 0\nstarted web 101");
    assert_int_equal(play_record_of(&p, "web").incarnation, 1);
    assert_int_equal(play_record_of(&p, "web").pid, 101);
    play_quietly(&p, "exit web 101 3\nreply 1 OK\nwritten 5\ncreate web 101");
    assert_int_equal(play_record_of(&p, "web").incarnation, 1);
    play_quietly(&p, "got 2 created 101 0");
    assert_int_equal(play_record_of(&p, "web").incarnation, 2);
    assert_int_equal(play_record_of(&p, "web").last_pid, 101);
    play_assert_record(&p, "web", CONTAINER_CREATED, 101, 0);
    play_end(&p);
}

/* Nobody told its end, so it is inferred before anything else becomes of the id. */
static void an_end_that_was_missed_is_recorded_before_the_next_life_begins(void **context)
{
    static const struct {
        const char *event, *after;
    } rows[] = {
        {"create web 102", "  put 2 web CREATED pid 102\n"},
        {"started web 102", "  put 2 web CREATED pid 102\n  note event-received web\n  put 3 web RUNNING pid 102\n"}};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        char expected[300];
        play_begin(&p, LIVES);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].event);
        play_quietly(&p, "got 1 running 102 0");
        assert_int_equal(p.actions->count, 2);
        assert_true(p.actions->items[1].record.inferred);
        assert_int_equal(p.actions->items[1].record.exit_code, 255);
        play(&p, "oom web\nwritten 1");
        (void)snprintf(expected, sizeof expected,
                       "> message /tasks/oom web\n  note event-received web\n"
                       "> written 1\n  tell web exited\n  note event-%s web\n%s",
                       i == 0 ? "received" : "found", rows[i].after);
        play_expect(&p, expected);
        assert_int_equal(play_record_of(&p, "web").incarnation, 1);
        play_end(&p);
    }
}

static void an_end_that_cannot_be_recorded_holds_the_next_life_up_once_or_until_it_is(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "create web 102\ngot 1 created 102 0\nfailed 1 full");
    play_assert_record(&p, "web", CONTAINER_CREATED, 102, 0);
    /* The next one is tried anew. */
    play_quietly(&p, "create web 103\ngot 2 created 103 0");
    assert_int_equal(p.actions->items[1].record.exit_code, 255);
    play_end(&p);

    play_begin(&p, LIVES ",retry-writes");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "create web 102\ngot 1 created 102 0\nfailed 1 full");
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    play_quietly(&p, "+100ms\ntime\nwritten 2");
    play_assert_record(&p, "web", CONTAINER_CREATED, 102, 0);
    play_end(&p);
}

/* It would hit the new task. */
static void a_delete_that_is_still_to_come_is_given_up_when_the_next_life_begins(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, JOURNAL);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nwritten 1\nreply 1 UNAVAILABLE no");
    play(&p, "create web 102\n+100ms\ntime\ngot 2 created 102 0\n+1h\ntime");
    play_expect(&p,
                "> message /tasks/create web pid 102\n  note event-received web\n  call 2 Tasks.Get web timeout 10s\n"
                "+100ms\n> time\n> reply 2 OK created pid 102 status 0\n  note event-received web\n"
                "  put 2 web CREATED pid 102\n+1h\n> time\n");
    assert_false(play_record_of(&p, "web").delete_pending);
    play_end(&p);

    /* Without a journal the exit is recorded first. */
    play_begin(&p, LIVES ",retry-deletes");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 UNAVAILABLE no");
    play(&p, "create web 102\ngot 2 created 102 0\nwritten 1\n+1h\ntime");
    play_expect(&p,
                "> message /tasks/create web pid 102\n  note event-received web\n  call 2 Tasks.Get web timeout 10s\n"
                "> reply 2 OK created pid 102 status 0\n  note event-received web\n  put 1 web EXITED code 3\n"
                "> written 1\n  tell web exited\n  note event-received web\n  put 2 web CREATED pid 102\n"
                "+1h\n> time\n");
    play_end(&p);
}

static void a_start_that_comes_late_brings_nothing_back_to_life(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES);
    play_subscribe(&p, "");
    play_quietly(&p, "create web 101\nwritten 1\nexit web 101 3\nreply 1 OK\nwritten 2");
    /* Its task is gone, so it may be of the next life with that pid, were there one. */
    play(&p, "started web 0\nstarted web 101\nreply 2 NOT_FOUND");
    play_expect(&p,
                "> message /tasks/start web\n  note event-received web\n"
                "> message /tasks/start web pid 101\n  note event-received web\n  call 2 Tasks.Get web timeout 10s\n"
                "> reply 2 NOT_FOUND\n");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    play_end(&p);
}

/* Of lives that nobody told of, the server knows. */
static void events_of_an_unknown_life_after_the_end_make_the_tasks_be_listed(void **context)
{
    static const struct {
        const char *event;
        bool listed;
    } rows[] = {{"main web 102 3", true}, {"main web 101 3", false}, {"exit web 102 3", false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LIVES ",relist");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0\nexit web 101 3\nreply 2 OK\nwritten 1\n+5s");
        play_quietly(&p, rows[i].event);
        play_quietly(&p, "time");
        assert_int_equal(monitor_busy(p.monitor), rows[i].listed);
        play_end(&p);
    }
}

static void a_task_that_somebody_else_has_deleted_has_ended(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, VERIFYING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "deleted web 99 3");
    assert_int_equal(p.actions->count, 1);
    play(&p, "deleted web 101 3\nwritten 1");
    play_expect(&p, "> message /tasks/delete web pid 101\n  note event-received web\n  put 1 web EXITED code 3\n"
                    "> written 1\n  tell web exited\n");
    assert_false(play_record_of(&p, "web").delete_pending);
    assert_false(play_record_of(&p, "web").inferred);
    play_end(&p);
}

static void the_deletion_of_nobody_knows_which_task_ends_nothing(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, VERIFYING);
    play_subscribe(&p, "record web 0 created");
    play_quietly(&p, "deleted web 0 3\ndeleted db 0 3");
    play_assert_record(&p, "web", CONTAINER_CREATED, 0, 0);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* Its own creation, told again while its task is being deleted, is no new life. */
static void a_creation_that_is_told_again_gives_no_delete_up(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES ",retry-deletes");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 UNAVAILABLE no\ncreate web 101\n+100ms");
    play(&p, "time");
    play_expect(&p, "> time\n  call 2 Tasks.Delete web\n");
    play_end(&p);
}

/* ---- inferred and real ---- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_new_life_has_the_next_number),
        cmocka_unit_test(an_end_that_was_missed_is_recorded_before_the_next_life_begins),
        cmocka_unit_test(an_end_that_cannot_be_recorded_holds_the_next_life_up_once_or_until_it_is),
        cmocka_unit_test(a_delete_that_is_still_to_come_is_given_up_when_the_next_life_begins),
        cmocka_unit_test(a_start_that_comes_late_brings_nothing_back_to_life),
        cmocka_unit_test(events_of_an_unknown_life_after_the_end_make_the_tasks_be_listed),
        cmocka_unit_test(a_task_that_somebody_else_has_deleted_has_ended),
        cmocka_unit_test(the_deletion_of_nobody_knows_which_task_ends_nothing),
        cmocka_unit_test(a_creation_that_is_told_again_gives_no_delete_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
