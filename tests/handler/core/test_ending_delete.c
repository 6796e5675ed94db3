/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* What has to be known before a task is deleted, and what makes that needless. */

#define JOURNAL                                                                                              \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,incarnations," \
    "journal,retry-deletes"
#define REFINING JOURNAL ",infer-vanished,refine-inferred"

static void a_task_that_is_told_to_be_gone_is_not_asked_for(void **context)
{
    static const struct {
        const char *before, *script, *trace;
    } rows[] = {
        /* before its end is written, while the Delete waits to be asked for again, while it is under way */
        {"main web 101 3\ndeleted web 101 3", "written 1",
         "> written 1\n  tell web exited\n  put 2 web EXITED code 3\n"},
        {"main web 101 3\nwritten 1\nreply 1 UNAVAILABLE no", "deleted web 101 3",
         "> message /tasks/delete web pid 101\n  note event-received web\n  put 2 web EXITED code 3\n"},
        {"main web 101 3\nwritten 1\ndeleted web 101 3", "reply 1 UNAVAILABLE no",
         "> reply 1 UNAVAILABLE \"no\"\n  put 2 web EXITED code 3\n"},
        /* another's */
        {"main web 101 3\ndeleted web 102 3", "written 1",
         "> written 1\n  tell web exited\n  call 1 Tasks.Delete web\n"},
        {"main web 101 3\ndeleted web 0 3", "written 1", "> written 1\n  tell web exited\n  call 1 Tasks.Delete web\n"},
        /* of the life before, which had the same pid */
        {"main web 101 3\nwritten 1\nreply 1 OK\nwritten 2\ncreate web 101\n"
         "got 2 created 101 0\nwritten 3\nmain web 101 4\ndeleted web 101 3",
         "written 4", "> written 4\n  tell web exited\n  call 3 Tasks.Delete web\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, JOURNAL ",infer-vanished");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].before);
        play(&p, rows[i].script);
        play_expect(&p, rows[i].trace);
        play_end(&p);
    }
}

/* Whatever cleaned up behind a shim that had died tells that the process was killed, and deletes the task. */
static void a_killed_process_whose_task_goes_without_us_counts_as_inferred(void **context)
{
    static const struct {
        const char *script;
        bool inferred;
    } rows[] = {
        {"main web 101 137\ndeleted web 101 137\nwritten 1", true},
        {"main web 101 143\ndeleted web 101 143\nwritten 1", false},
        {"main web 101 137\nwritten 1\nreply 1 UNAVAILABLE no\ndeleted web 101 137", false}, /* by us, perhaps */
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, REFINING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].script);
        assert_int_equal(play_record_of(&p, "web").inferred, rows[i].inferred);
        assert_false(play_record_of(&p, "web").delete_pending);
        play_end(&p);
    }
}

/* The same while the task's counters are read, which may tell better. */
static void unless_the_counters_tell_that_it_was(void **context)
{
    (void)context;
    for (unsigned kills = 0; kills < 2; kills++) {
        struct play p;
        play_begin(&p, REFINING ",oom");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "main web 101 137\ndeleted web 101 137");
        play_quietly(&p, kills != 0 ? "kills 1 1\nwritten 1" : "kills 1 0\nwritten 1");
        assert_int_equal(play_record_of(&p, "web").inferred, kills == 0);
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

/* A process ends once: while its task is there, 137 may be made up, and then another code is not. */
static void what_is_known_of_an_end_is_in_the_store_before_the_task_goes(void **context)
{
    static const struct {
        const char *policy, *events, *after_written, *then, *after_then;
    } rows[] = {
        {REFINING, "main web 101 3", "  note event-received web\n  put 2 web EXITED code 3\n", "written 2",
         "> written 2\n  tell web exited\n  call 1 Tasks.Delete web\n"},
        {REFINING, "main web 101 3", "  note event-received web\n  put 2 web EXITED code 3\n", "failed 2 no",
         "> write 2 failed \"no\"\n  note store-failed web INTERNAL \"no\"\n  call 1 Tasks.Delete web\n"},
        {REFINING ",retry-writes", "main web 101 3", "  note event-received web\n  put 2 web EXITED code 3\n",
         "failed 2 no\n+100ms\ntime\nwritten 3",
         "> write 2 failed \"no\"\n  note store-failed web INTERNAL \"no\"; next try in 100ms\n+100ms\n> time\n"
         "  put 3 web EXITED code 3\n> written 3\n  tell web exited\n  call 1 Tasks.Delete web\n"},
        /* one that is made up as well, that of an exec, of another container, of another namespace */
        {REFINING, "main web 101 255",
         "  call 1 Tasks.Delete web\n  note event-received web\n"
         "  note not-the-init-process web\n",
         "", ""},
        {REFINING, "exec web 101 3",
         "  call 1 Tasks.Delete web\n  note event-received web\n"
         "  note not-the-init-process web\n",
         "", ""},
        {REFINING, "in other\nmain web 101 3",
         "  call 1 Tasks.Delete web\n  note event-received web\n"
         "  note foreign-namespace web\n",
         "", ""},
        {JOURNAL, "main web 101 3", "  call 1 Tasks.Delete web\n", "", ""},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char expected[300];
        play_begin(&p, rows[i].policy);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "main web 101 137");
        play_quietly(&p, rows[i].events);
        play(&p, "written 1");
        (void)snprintf(expected, sizeof expected, "> written 1\n  tell web exited\n%s", rows[i].after_written);
        play_expect(&p, expected);
        play(&p, rows[i].then);
        play_expect(&p, rows[i].after_then);
        play_end(&p);
    }
}

static void what_a_delete_answers_takes_the_place_of_what_may_be_made_up(void **context)
{
    static const struct {
        const char *script;
        int code;
    } rows[] = {
        {"main web 101 137\nwritten 1\ngot 1 stopped 101 3", 3},
        {"exit web 101 137\nwritten 1\ngot 1 stopped 0 3", 3}, /* as the API of 2017 answers */
        {"main web 101 137\nwritten 1\ngot 1 stopped 101 255", 137},
        {"main web 101 143\nwritten 1\ngot 1 stopped 101 3", 143},
        /* for want of memory it was killed for sure */
        {"main web 101 137\nwritten 1\noom web\nwritten 2\ngot 1 stopped 101 3", 137},
        /* and once the task is gone the next life may have the pid */
        {"main web 101 137\nwritten 1\ngot 1 stopped 101 137\nwritten 2\nmain web 101 3", 137},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, i == 4 ? REFINING ",oom" : REFINING);
        play_subscribe(&p, "record web 101 running");
        if (i == 4)
            play_quietly(&p, "main web 101 137\nkills 1 0\nwritten 1\noom web\nwritten 2\ngot 2 stopped 101 3");
        else
            play_quietly(&p, rows[i].script);
        if (play_record_of(&p, "web").exit_code != rows[i].code)
            fail_msg("row %zu: %d", i, play_record_of(&p, "web").exit_code);
        play_end(&p);
    }
}

/* A Delete names no pid. What it has hit instead was the next life, of which nobody else may tell. */
static void what_a_delete_has_hit_instead_is_the_next_life(void **context)
{
    static const struct {
        uint32_t last_pid;
        const char *answer;
        uint32_t pid;
        enum container_state state;
    } rows[] = {
        {101, "got 2 stopped 102 7", 102, CONTAINER_RUNNING}, /* until another answer says how that has ended */
        {101, "got 2 created 102 0", 102, CONTAINER_CREATED}, {101, "got 2 stopped 101 7", 0, CONTAINER_EXITED},
        {101, "got 2 stopped 0 7", 0, CONTAINER_EXITED},      {0, "got 2 stopped 102 7", 0, CONTAINER_EXITED},
        {101, "reply 2 NOT_FOUND", 0, CONTAINER_EXITED},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record;
        struct play p;
        play_begin(&p, "reliable-without=ping,oom,second-list");
        play_record(&p, "web", 0, "exited");
        p.records[0].last_pid = rows[i].last_pid;
        p.records[0].delete_pending = true;
        play_subscribe(&p, "");
        play_quietly(&p, "listed 1");
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_DELETE);
        play_quietly(&p, rows[i].answer);
        record = play_record_of(&p, "web");
        if (record.pid != rows[i].pid || container_record_state(&record) != rows[i].state)
            fail_msg("row %zu: %u", i, record.pid);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_that_is_told_to_be_gone_is_not_asked_for),
        cmocka_unit_test(a_killed_process_whose_task_goes_without_us_counts_as_inferred),
        cmocka_unit_test(unless_the_counters_tell_that_it_was),
        cmocka_unit_test(what_is_known_of_an_end_is_in_the_store_before_the_task_goes),
        cmocka_unit_test(what_a_delete_answers_takes_the_place_of_what_may_be_made_up),
        cmocka_unit_test(what_a_delete_has_hit_instead_is_the_next_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
