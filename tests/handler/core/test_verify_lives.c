/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* Doubts that end with another life than the record's. */

#define VERIFYING                                                                                      \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,verify," \
    "incarnations,journal"
#define LISTING VERIFYING ",relist,infer-vanished"

/* The server answers with a task that the record does not know: its own life has ended, as the event says. */
static void another_life_in_the_answer_ends_this_one_and_begins(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(VERIFYING, "main web 0 137\ngot 1 running 102 0\nwritten 1",
                                      "> message /tasks/exit web pid 0 status 137\n  note event-received web\n"
                                      "  call 1 Tasks.Get web timeout 10s\n"
                                      "> reply 1 OK running pid 102 status 0\n  put 1 web EXITED code 137\n"
                                      "> written 1\n  tell web exited\n  note event-found web\n"
                                      "  put 2 web CREATED pid 102\n  note event-found web\n"
                                      "  put 3 web RUNNING pid 102\n");
}

/* The doubtful exit was of that life: it ends in its turn, and of this one nobody told the end. */
static void an_exit_of_the_other_life_waits_until_that_has_begun(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(VERIFYING, "main web 102 3\ngot 1 running 102 0\nwritten 1",
                                      "> message /tasks/exit web pid 102 status 3\n  note event-received web\n"
                                      "  call 1 Tasks.Get web timeout 10s\n"
                                      "> reply 1 OK running pid 102 status 0\n  put 1 web EXITED code 255\n"
                                      "> written 1\n  tell web exited\n  note event-found web\n"
                                      "  put 2 web CREATED pid 102\n  note event-found web\n"
                                      "  put 3 web RUNNING pid 102\n  note event-received web\n"
                                      "  put 4 web EXITED code 3\n");
}

/* Nor is that of a third process the end of this one; whose it is, is asked anew. */
static void an_exit_of_neither_life_ends_none(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(VERIFYING, "main web 99 3\ngot 1 running 102 0\nwritten 1",
                                      "> message /tasks/exit web pid 99 status 3\n  note event-received web\n"
                                      "  call 1 Tasks.Get web timeout 10s\n"
                                      "> reply 1 OK running pid 102 status 0\n  put 1 web EXITED code 255\n"
                                      "> written 1\n  tell web exited\n  note event-found web\n"
                                      "  put 2 web CREATED pid 102\n  note event-found web\n"
                                      "  put 3 web RUNNING pid 102\n  note event-received web\n"
                                      "  call 2 Tasks.Get web timeout 10s\n");
}

/* One answer without a pid may have been of the next life already. */
static void an_end_that_is_the_other_lifes_is_not_this_ones(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1\ncreate web 102\ngot 2 stopped 0 4");
    play(&p, "got 3 stopped 102 4");
    play_expect(&p, "> reply 3 OK stopped pid 102 status 4\n  note event-received web\n  put 1 web EXITED code 255\n");
    play_end(&p);
}

/* But where nothing is left to ask, its end is kept until somebody tells of its beginning. */
static void an_exit_of_another_life_is_not_taken_for_the_end_of_this_one(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING ",park-early-exits");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\nmain web 102 3\nreply 2 NOT_FOUND");
    assert_int_equal(p.actions->items[1].record.exit_code, 255);
    play(&p, "written 1\ncreate web 102\nreply 3 NOT_FOUND");
    play_expect(&p,
                "> written 1\n  tell web exited\n  note event-received web\n  note exit-parked web\n"
                "> message /tasks/create web pid 102\n  note event-received web\n  call 3 Tasks.Get web timeout 10s\n"
                "> reply 3 NOT_FOUND\n  note event-received web\n  put 2 web CREATED pid 102\n"
                "  note event-received web\n  put 3 web EXITED code 3\n");
    play_end(&p);
}

/* Its pid, its code and its time are those of the end before, let go late: another exit takes its place, and is not
 * lost to a deletion that knows no time, as that of what never started. */
static void an_end_of_the_life_before_gives_way_to_that_of_this_one(void **context)
{
    static const struct {
        int64_t ended_before_ns;
        const char *told;
        bool has_time;
        int code;
        bool is_found;
    } rows[] = {
        {PLAY_WALL_NS, "main web 101 137", false, 137, false},
        {PLAY_WALL_NS + 1, "main web 101 137", false, 3, false},
        {0, "main web 101 137", false, 3, false},
        {PLAY_WALL_NS, "main web 101 3", false, 3, false},
        {PLAY_WALL_NS, "main web 101 137", true, 0, false},
        {0, "+60s\nmain web 101 137", false, 137, false},
        {0, "+100ms\nmain web 101 137", false, 3, false},
        {0, "+100ms\nmain web 101 137", false, 137, true}, /* it has begun before it was found */
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event deletion;
        struct play p;
        play_begin(&p, "reliable-without=ping,oom,second-list");
        play_record(&p, "web", 101, "created");
        p.records[0].created_at_ns = PLAY_WALL_NS + (rows[i].told[0] == '+' ? 2 * TIME_SECOND : 0);
        p.records[0].last_pid = 101;
        p.records[0].code_before = 3;
        p.records[0].ended_before_ns = rows[i].ended_before_ns;
        p.records[0].found_after_ns = rows[i].is_found;
        play_subscribe(&p, "");
        play_quietly(&p, "main web 101 3\n+1s");
        play_quietly(&p, rows[i].told);
        assert_true(play_read(&p, "deleted web 101 0", &deletion));
        deletion.task.exited_at.present = rows[i].has_time;
        play_step(&p, &deletion);
        play_quietly(&p, "reply 2 UNAVAILABLE x\nreply 3 NOT_FOUND\nwritten 1");
        if (play_record_of(&p, "web").exit_code != rows[i].code)
            fail_msg("row %zu: %d", i, (int)play_record_of(&p, "web").exit_code);
        play_end(&p);
    }
}

/* It was held back as the exit was, which is told again as well, and says as little of the present life. */
static void a_deletion_of_the_life_before_ends_nothing(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,oom,second-list");
    play_record(&p, "web", 101, "created");
    p.records[0].created_at_ns = PLAY_WALL_NS;
    p.records[0].last_pid = 101;
    p.records[0].code_before = 3;
    p.records[0].ended_before_ns = PLAY_WALL_NS;
    play_subscribe(&p, "");
    play_quietly(&p, "main web 101 3");
    play(&p, "deleted web 101 3");
    play_expect(&p, "> message /tasks/delete web pid 101\n  note event-received web\n");
    play_quietly(&p, "+1s\nmain web 101 7\nreply 2 NOT_FOUND");
    assert_int_equal(p.actions->items[0].record.exit_code, 7);
    play_end(&p);
}

/* A list or an answer says that it has yet to start: that may be the next life with its pid, of which no event is
 * heard. Its own exit comes before that is sure, and whose task there is another list tells. */
static void what_seems_to_start_again_is_not_deleted_before_a_list_tells_whose_it_is(void **context)
{
    static const struct {
        const char *before;
        bool is_deleted;
    } rows[] = {{"listed 2 web:created:101:0", false},
                {"listed 2\ngot 3 created 101 0", false},
                {"listed 2 web:running:101:0", true},
                {"listed 2\ngot 3 running 101 0", true}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0\nended UNAVAILABLE no\n+1s\ntime\nopened");
        play_quietly(&p, rows[i].before);
        play_quietly(&p, "main web 101 3\nwritten 1");
        const struct monitor_action *last = &p.actions->items[p.actions->count - 1];
        if ((last->kind == MONITOR_CALL && last->call == MONITOR_CALL_DELETE) != rows[i].is_deleted)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* A list that shows the next life's task is as good an answer, and tells of a life that nobody else may tell of. One
 * that is older than the record, or that shows its own task, is none. */
static void a_list_that_shows_another_task_answers_the_question(void **context)
{
    static const struct {
        const char *list;
        bool is_over;
    } rows[] = {{"listed 3 web:created:102:0", true}, {"listed 3 web:running:101:0", false}, {"listed 3", false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING ",park-early-exits");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1\nended UNAVAILABLE no\n+100ms\ntime\nopened");
        play_quietly(&p, rows[i].list);
        if ((p.actions->count > 0 && p.actions->items[0].kind == MONITOR_PUT) != rows[i].is_over)
            fail_msg("row %zu", i);
        if (rows[i].is_over) {
            play_quietly(&p, "written 1\n+2s\nmain web 102 4");
            play_assert_record(&p, "web", CONTAINER_CREATED, 102, 0);
            play_quietly(&p, "written 2\nwritten 3");
            play_assert_record(&p, "web", CONTAINER_EXITED, 0, 4);
        }
        play_end(&p);
    }
}

/* While it may lag behind what it has told the server is asked again, which it cannot be where nothing was heard. */
static void a_question_that_is_lost_begins_the_10_s_anew(void **context)
{
    static const struct {
        const char *before;
        bool is_asked;
    } rows[] = {{"+11s\nreply 1 DEADLINE_EXCEEDED late\n+100ms\ntime\ngot 2 running 101 0\n+200ms\ntime", true},
                {"+11s\nlost gone\n+100ms\ntime\nup\nopened\n+1s\ntime\ngot 2 running 101 0\n+200ms\ntime", true},
                {"lost gone\n+1s\ntime\n+20s\ntime\nup\nopened\n+1s\ntime\ngot 2 running 101 0\n+1s\ntime", true},
                {"reply 1 UNAVAILABLE no\n+11s\ntime\ngot 2 running 101 0\n+1s\ntime", false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        bool is_asked;
        play_begin(&p, VERIFYING);
        play_record(&p, "web", 101, "running");
        p.records[0].last_pid = 101;
        play_subscribe(&p, "");
        play_quietly(&p, "main web 101 3");
        play_quietly(&p, rows[i].before);
        is_asked = p.actions->count > 0 && p.actions->items[0].kind == MONITOR_CALL;
        if (is_asked != rows[i].is_asked)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_life_in_the_answer_ends_this_one_and_begins),
        cmocka_unit_test(an_exit_of_the_other_life_waits_until_that_has_begun),
        cmocka_unit_test(an_exit_of_neither_life_ends_none),
        cmocka_unit_test(an_end_that_is_the_other_lifes_is_not_this_ones),
        cmocka_unit_test(an_exit_of_another_life_is_not_taken_for_the_end_of_this_one),
        cmocka_unit_test(an_end_of_the_life_before_gives_way_to_that_of_this_one),
        cmocka_unit_test(a_deletion_of_the_life_before_ends_nothing),
        cmocka_unit_test(what_seems_to_start_again_is_not_deleted_before_a_list_tells_whose_it_is),
        cmocka_unit_test(a_list_that_shows_another_task_answers_the_question),
        cmocka_unit_test(a_question_that_is_lost_begins_the_10_s_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
