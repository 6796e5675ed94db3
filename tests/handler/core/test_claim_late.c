/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* An event that may be of another life than the record's, and answers that come late or never. */

#define LIVES                                                                                                        \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,incarnations,journal," \
    "retry-deletes,retry-writes"
#define PARKING LIVES ",verify,infer-vanished,park-early-exits,guard-timestamps"

/* A question that is lost says nothing: the 10 s count from when the server answers. */
static void a_question_that_is_lost_begins_the_10_s_anew(void **context)
{
    static const char *const lost[] = {"reply 1 DEADLINE_EXCEEDED late\n+100ms\ntime",
                                       "lost gone\n+100ms\ntime\nup\nopened\n+1s\ntime",
                                       "lost gone\n+1s\ntime\n+20s\ntime\nup\nopened\n+1s\ntime"};
    (void)context;
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        struct play p;
        play_begin(&p, LIVES);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "create web 102\n+10s");
        play_quietly(&p, lost[i]);
        play_quietly(&p, "reply 2 UNAVAILABLE no\n+1s\ntime");
        if (p.actions->count != 1 || p.actions->items[0].call != MONITOR_CALL_GET)
            fail_msg("row %zu: it is not asked again", i);
        play_quietly(&p, "+11s\nreply 3 UNAVAILABLE no");
        if (p.actions->count == 0 || p.actions->items[0].note.kind != NOTE_EVENT_OUTDATED)
            fail_msg("row %zu: it is still in doubt", i);
        play_end(&p);
    }
}

/* The end of a life was told before its creation, and waits with that for the answer to whose it is. */
static void what_is_parked_outlives_the_question(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, PARKING);
    play_record(&p, "web", 0, "exited");
    p.records[0].last_pid = 101;
    p.records[0].task_gone = true;
    play_subscribe(&p, "");
    play_quietly(&p, "main web 102 137\ncreate web 102\n+10s\ntime\nreply 1 DEADLINE_EXCEEDED late\n+1s\ntime");
    play_quietly(&p, "reply 2 NOT_FOUND\nwritten 1\nreply 3 NOT_FOUND\nwritten 2");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 137);
    play_end(&p);
}

/* The exit and the deletion of a process with the pid of the last life: both are in doubt, and the question about the
 * deletion is answered first. Of what has not started that knows no time and no code. */
static void an_exit_in_doubt_tells_more_than_a_deletion_without_a_time(void **context)
{
    (void)context;
    for (int has_time = 0; has_time < 2; has_time++) {
        struct monitor_event deletion;
        struct play p;
        play_begin(&p, PARKING);
        play_record(&p, "web", 101, "created");
        p.records[0].last_pid = 101;
        play_subscribe(&p, "");
        play_quietly(&p, "main web 101 137");
        assert_true(play_read(&p, "deleted web 101 0", &deletion));
        deletion.task.exited_at.present = has_time;
        play_step(&p, &deletion);
        play_quietly(&p, "reply 2 NOT_FOUND\nwritten 1");
        play_assert_record(&p, "web", CONTAINER_EXITED, 0, has_time ? 0 : 137);
        play_end(&p);
    }
}

/* It may be the event's or a third one's, so it is asked for again; when the event is 10 s old the rest of the answer
 * has to tell. */
static void a_task_without_a_pid_is_asked_for_until_the_event_is_old(void **context)
{
    (void)context;
    for (int is_made_up = 0; is_made_up < 2; is_made_up++) {
        struct play p;
        play_begin(&p, "reliable-without=ping,oom,second-list,sweep");
        play_record(&p, "web", 0, "exited");
        p.records[0].last_pid = 101;
        p.records[0].exit_code = 3;
        play_subscribe(&p, "");
        play_quietly(&p, "listed 1");
        play(&p, "create web 102\ngot 2 stopped 0 7\n+100ms\ntime");
        play_expect(&p, "> message /tasks/create web pid 102\n  note event-received web\n"
                        "  call 2 Tasks.Get web timeout 10s\n"
                        "> reply 2 OK stopped status 7\n"
                        "+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n");
        play_quietly(&p, is_made_up ? "+10s\ngot 3 stopped 0 137" : "+10s\ngot 3 stopped 0 7");
        assert_int_equal(play_record_of(&p, "web").pid, is_made_up ? 0 : 102);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_that_is_lost_begins_the_10_s_anew),
        cmocka_unit_test(what_is_parked_outlives_the_question),
        cmocka_unit_test(an_exit_in_doubt_tells_more_than_a_deletion_without_a_time),
        cmocka_unit_test(a_task_without_a_pid_is_asked_for_until_the_event_is_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
