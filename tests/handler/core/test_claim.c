/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* An event that may be of another life than the record's: the server is asked, and no time is read. */

#define LIVES                                                                                                        \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,incarnations,journal," \
    "retry-deletes,retry-writes"
#define PARKING LIVES ",verify,infer-vanished,park-early-exits,guard-timestamps"

/* The life 101 has ended with 3. */
#define ENDED "exit web 101 3\nwritten 1\n"

enum { BEGINS, DROPPED, OPEN };

static int verdict_of(const struct play *p)
{
    for (size_t i = 0; i < p->actions->count; i++)
        if (p->actions->items[i].kind == MONITOR_NOTE && p->actions->items[i].note.kind == NOTE_EVENT_OUTDATED)
            return DROPPED;
    return play_record_of(p, "web").incarnation > 0 ? BEGINS : OPEN;
}

static void the_answer_decides_whether_an_event_begins_the_next_life(void **context)
{
    static const struct {
        const char *before, *event, *answer;
        int verdict;
        unsigned pid;
    } rows[] = {
        /* Behind an end: the Delete is call 1, the question 2. */
        {ENDED "reply 1 OK\nwritten 2", "create web 102", "got 2 created 102 0", BEGINS, 102},
        {ENDED "reply 1 OK\nwritten 2", "started web 102", "got 2 running 102 0", BEGINS, 102},
        {ENDED "reply 1 OK\nwritten 2", "create web 101", "got 2 created 101 0", BEGINS, 101},
        {ENDED "reply 1 OK\nwritten 2", "create web 101", "got 2 stopped 101 4", BEGINS, 101},
        {ENDED "reply 1 OK\nwritten 2", "create web 102", "got 2 unknown 0 0", OPEN, 0},
        {ENDED "reply 1 OK\nwritten 2", "create web 102", "reply 2 UNAVAILABLE no", OPEN, 0},
        {ENDED "reply 1 OK\nwritten 2", "create web 102", "reply 2 NOT_FOUND", OPEN, 0},
        /* Its task is there still, or its Delete is on the way. */
        {ENDED "reply 1 UNAVAILABLE no", "create web 102", "got 2 stopped 101 3", DROPPED, 0},
        {ENDED "reply 1 UNAVAILABLE no", "started web 102", "got 2 stopped 101 3", DROPPED, 0},
        {ENDED "reply 1 UNAVAILABLE no", "create web 102", "got 2 running 101 0", OPEN, 0},
        {ENDED "reply 1 UNAVAILABLE no", "create web 102", "got 2 created 101 0", BEGINS, 102},
        {ENDED, "create web 102", "got 2 running 102 0", BEGINS, 102},
        {ENDED "deleted web 101 3", "create web 101", "got 2 stopped 101 4", BEGINS, 101},
        /* It has the old pid and another end, or the same code at another time; or it is the old one, told of late. */
        {ENDED "reply 1 UNAVAILABLE no", "create web 101", "got 2 stopped 101 4", BEGINS, 101},
        {ENDED "reply 1 UNAVAILABLE no\n+20s", "create web 101", "got 2 stopped 101 3", BEGINS, 101},
        {ENDED "reply 1 UNAVAILABLE no", "create web 101", "got 2 stopped 101 3", DROPPED, 0},
        /* A third life is there: the one of which was told came first. */
        {ENDED "reply 1 OK\nwritten 2", "create web 102", "got 2 running 103 0", BEGINS, 102},
        /* Beside a life: only where that is over. */
        {"", "create web 99", "got 1 running 101 0", DROPPED, 101},
        {"", "started web 99", "got 1 stopped 101 3", DROPPED, 101},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LIVES ",guard-timestamps,infer-vanished");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].before);
        play_quietly(&p, rows[i].event);
        assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_GET);
        play_quietly(&p, rows[i].answer);
        if (verdict_of(&p) != rows[i].verdict || play_record_of(&p, "web").pid != rows[i].pid)
            fail_msg("row %zu: %d", i, verdict_of(&p));
        play_end(&p);
    }
}

/* The event may be lost, and the task is gone by the time that anybody lists it. */
static void an_end_that_the_answer_tells_is_recorded(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, ENDED "reply 1 OK\nwritten 2\ncreate web 102");
    play(&p, "got 2 stopped 102 4\nwritten 3");
    play_expect(&p, "> reply 2 OK stopped pid 102 status 4\n  note event-received web\n  put 3 web CREATED pid 102\n"
                    "  note event-found web\n  put 4 web EXITED code 4\n"
                    "> written 3\n  tell web created\n");
    play_end(&p);
}

/* The life's end is recorded first, as far as anybody has told it. */
static void a_life_beside_which_another_is_found_ends_first(void **context)
{
    static const struct {
        const char *script;
        int code;
    } rows[] = {{"create web 102\ngot 1 running 102 0", 255},
                {"create web 102\nreply 1 NOT_FOUND", 255},
                /* told while the server was asked */
                {"create web 102\nmain web 101 3\ngot 1 running 102 0", 3},
                /* and an exit that is in doubt is the other's */
                {"main web 102 7\ncreate web 102\ngot 2 running 102 0", 255}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, PARKING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].script);
        play_quietly(&p, "written 1");
        assert_int_equal(p.actions->items[0].kind, MONITOR_TELL);
        assert_int_equal(p.actions->items[0].record.exit_code, rows[i].code);
        assert_int_equal(p.actions->items[0].record.last_pid, 101);
        play_end(&p);
    }
}

/* A Delete names no pid. */
static void nothing_is_deleted_while_it_is_in_doubt_whose_task_it_is(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, ENDED "reply 1 UNAVAILABLE no");
    play(&p, "create web 99\n+100ms\ntime\ngot 2 stopped 101 3");
    play_expect(&p,
                "> message /tasks/create web pid 99\n  note event-received web\n  call 2 Tasks.Get web timeout 10s\n"
                "+100ms\n> time\n"
                "> reply 2 OK stopped pid 101 status 3\n  note event-outdated web\n  call 3 Tasks.Delete web\n");
    play_end(&p);
    /* Nor when the answer is that it is the next life's, which may have the same pid. */
    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, ENDED "reply 1 UNAVAILABLE no\ncreate web 101\n+100ms\ntime");
    play(&p, "got 2 created 101 0\n+1h\ntime");
    play_expect(&p, "> reply 2 OK created pid 101 status 0\n  note event-received web\n  put 2 web CREATED pid 101\n"
                    "+1h\n> time\n");
    play_end(&p);
    /* Where there is none, there is nothing to be deleted, and the record says so. */
    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, ENDED "reply 1 UNAVAILABLE no\ncreate web 99");
    assert_true(play_record_of(&p, "web").delete_pending);
    play(&p, "reply 2 NOT_FOUND\n+1s\ntime");
    play_expect(&p, "> reply 2 NOT_FOUND\n  put 2 web EXITED code 3\n+1s\n> time\n");
    assert_true(play_record_of(&p, "web").task_gone);
    assert_false(play_record_of(&p, "web").delete_pending);
    play_end(&p);
}

/* Whether it came before the end that is recorded or after it nobody can say any more: the order of hearing counts,
 * where both its beginning and its end were heard. */
static void a_life_that_is_gone_is_believed_when_it_is_told_to_its_end(void **context)
{
    static const struct {
        const char *script;
        int code;
        bool begins;
    } rows[] = {
        {"create web 102\nmain web 102 4\nreply 2 NOT_FOUND", 4, true},
        {"started web 102\nmain web 102 4\nreply 2 NOT_FOUND", 4, true},
        {"main web 102 4\ncreate web 102\nreply 2 NOT_FOUND", 4, true},
        {"create web 102\nreply 2 NOT_FOUND\nmain web 102 4\nreply 3 NOT_FOUND", 4, true},
        {"create web 102\nreply 2 NOT_FOUND\n+9s\nmain web 102 4\nreply 3 NOT_FOUND", 4, true},
        {"create web 102\nreply 2 NOT_FOUND\n+10s\ntime\nmain web 102 4", 3, false},
        {"create web 102\nreply 2 NOT_FOUND", 3, false},
        /* of another process, of an exec, of the same process as before */
        {"create web 102\nmain web 103 4\nreply 2 NOT_FOUND", 3, false},
        {"create web 102\nexec web 102 4\nreply 2 NOT_FOUND", 3, false},
        {"create web 101\nmain web 101 3\nreply 2 NOT_FOUND", 3, false},
        {"create web 101\nreply 2 NOT_FOUND\nmain web 101 3", 3, false},
        /* with the old pid, but not the old end */
        {"create web 101\nmain web 101 4\nreply 2 NOT_FOUND\nreply 3 NOT_FOUND", 4, true},
        {"create web 101\nreply 2 NOT_FOUND\nmain web 101 4\nreply 3 NOT_FOUND\nreply 4 NOT_FOUND", 4, true},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record;
        struct play p;
        play_begin(&p, PARKING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "main web 101 3\nwritten 1\nreply 1 OK\nwritten 2");
        play_quietly(&p, rows[i].script);
        play_quietly(&p, rows[i].begins ? "written 3\nwritten 4\nwritten 5" : "");
        record = play_record_of(&p, "web");
        if (record.exit_code != rows[i].code || record.incarnation != rows[i].begins ||
            container_record_state(&record) != CONTAINER_EXITED)
            fail_msg("row %zu: code %d, incarnation %d", i, record.exit_code, (int)record.incarnation);
        play_end(&p);
    }
}

/* Its life was counted, so what is told of it comes late. */
static void a_life_with_the_pid_of_the_one_before_the_last_is_not_believed(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, PARKING);
    play_record(&p, "web", 0, "exited");
    p.records[0].last_pid = 102;
    p.records[0].pid_before = 101;
    play_subscribe(&p, "");
    play_quietly(&p, "create web 101\nmain web 101 4\nreply 1 NOT_FOUND");
    assert_int_equal(play_record_of(&p, "web").incarnation, 0);
    assert_int_equal(verdict_of(&p), DROPPED);
    for (size_t i = 0; i < p.actions->count; i++)
        assert_int_not_equal(p.actions->items[i].kind, MONITOR_CALL);
    play_end(&p);
}

/* In its order; only the end of the life that the record is of is none of it. */
static void what_is_told_of_the_container_waits_for_the_answer(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 running\nrecord db 5 running");
    play_quietly(&p, ENDED "reply 1 OK\nwritten 2");
    play(
        &p,
        "create web 102\nstarted web 102\noom web\nexit web 102 4\ndeleted web 102 4\nexit db 5 1\ngot 2 running 102 0");
    play_expect(&p,
                "> message /tasks/create web pid 102\n  note event-received web\n  call 2 Tasks.Get web timeout 10s\n"
                "> message /tasks/start web pid 102\n> message /tasks/oom web\n"
                "> message /tasks/exit web pid 102 status 4\n> message /tasks/delete web pid 102\n"
                "> message /tasks/exit db pid 5 status 1\n  note event-received db\n  put 3 db EXITED code 1\n"
                "> reply 2 OK running pid 102 status 0\n  note event-received web\n  put 4 web CREATED pid 102\n"
                "  note event-received web\n  put 5 web RUNNING pid 102\n  note event-received web\n"
                "  note event-received web\n  put 6 web EXITED code 4\n  note event-received web\n");
    play_end(&p);
}

/* What was found out of one life says nothing of the one after the next. */
static void a_record_that_has_moved_on_is_asked_for_anew(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "create web 99\nexit web 101 3\nwritten 1");
    play(&p, "got 1 running 101 0");
    play_expect(&p, "> reply 1 OK running pid 101 status 0\n  note event-received web\n"
                    "  call 2 Tasks.Get web timeout 10s\n");
    play_end(&p);
}

/* With the delays of the backoff, and until CLAIM_MAX_NS: then what is recorded stays, and what was told to its end
 * counts.
 */
static void a_server_that_says_nothing_is_asked_for_10_s(void **context)
{
    static const struct {
        const char *record, *told, *answer;
        unsigned asked;
        enum container_state state;
        int code;
    } rows[] = {
        {"record web 101 running", "", "UNAVAILABLE no", 8, CONTAINER_RUNNING, 0},
        {"record web 101 running", "", "PERMISSION_DENIED no", 8, CONTAINER_RUNNING, 0},
        {"record web 101 exited", "", "UNAVAILABLE no", 8, CONTAINER_EXITED, 0},
        {"record web 101 exited", "main web 102 4", "UNAVAILABLE no", 8, CONTAINER_CREATED, 0},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned asked = 1;
        struct play p;
        play_begin(&p, LIVES);
        play_subscribe(&p, rows[i].record);
        play_quietly(&p, "create web 102");
        play_quietly(&p, rows[i].told);
        for (;; asked++) {
            char reply[64];
            (void)snprintf(reply, sizeof reply, "reply %u %s", asked, rows[i].answer);
            play_quietly(&p, reply);
            if (monitor_deadline_ns(p.monitor) == TIME_NEVER || p.now_ns > 11 * TIME_SECOND)
                break;
            p.now_ns = monitor_deadline_ns(p.monitor);
            play_quietly(&p, "time");
        }
        if (asked != rows[i].asked)
            fail_msg("row %zu: asked %u times", i, asked);
        play_assert_record(&p, "web", rows[i].state, rows[i].state == CONTAINER_CREATED ? 102 : 101, rows[i].code);
        play_end(&p);
    }
}

/* Without a connection nothing was asked, so nothing is counted; the next one is asked at once. */
static void a_doubt_outlives_a_connection_and_not_a_stop(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 exited");
    play_quietly(&p, "create web 102\nlost gone\n+100ms\ntime\nup\nopened\n+1s\ntime");
    assert_true(monitor_busy(p.monitor));
    play_quietly(&p, "got 2 running 102 0");
    play_assert_record(&p, "web", CONTAINER_CREATED, 102, 0);
    play_end(&p);

    play_begin(&p, LIVES);
    play_subscribe(&p, "record web 101 exited");
    play_quietly(&p, "create web 102\nstop");
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* Two lives with one pid: which of them was deleted? */
static void a_deletion_that_fits_two_lives_is_asked_about(void **context)
{
    static const struct {
        const char *answer;
        enum container_state state;
    } rows[] = {{"got 1 running 101 0", CONTAINER_RUNNING},
                {"reply 1 NOT_FOUND\nwritten 1", CONTAINER_EXITED},
                {"got 1 running 102 0\nwritten 1", CONTAINER_EXITED}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LIVES ",infer-vanished");
        play_record(&p, "web", 101, "running");
        p.records[0].last_pid = 101;
        play_subscribe(&p, "");
        play_quietly(&p, "deleted web 101 3");
        assert_int_equal(p.actions->items[1].call, MONITOR_CALL_GET);
        play_quietly(&p, rows[i].answer);
        play_assert_record(&p, "web", rows[i].state, rows[i].state == CONTAINER_RUNNING ? 101 : 0,
                           rows[i].state == CONTAINER_RUNNING ? 0 : 3);
        play_end(&p);
    }
}

/* A list that was asked for since the record changed last is as good an answer. */
static void a_list_that_shows_the_next_life_answers_the_question(void **context)
{
    static const struct {
        const char *list;
        bool begins;
    } rows[] = {{"listed 1 web:created:102:0", true},
                {"listed 1 web:running:101:0", false},
                {"listed 1 web:unknown:102:0", false},
                {"listed 1", false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LIVES ",guard-timestamps,infer-vanished,relist,verify");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "create web 102");
        play_quietly(&p, rows[i].list);
        if ((p.actions->count > 0 && p.actions->items[p.actions->count - 1].kind == MONITOR_PUT) != rows[i].begins)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* Only the end of the record's life was told since the list was asked for: what it shows is a life behind that, unless
 * the record's began since. */
static void a_list_from_before_an_end_was_told_answers_it_too(void **context)
{
    static const struct {
        const char *before;
        bool begins;
    } rows[] = {{"main web 101 3\nwritten 1\ncreate web 102", true},
                {"main web 101 3\nwritten 1\ncreate web 103\ngot 2 created 103 0\nwritten 2\ncreate web 102", false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LIVES ",guard-timestamps,infer-vanished,relist,verify");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].before);
        play_quietly(&p, "listed 1 web:created:102:0");
        if ((p.actions->count > 0) != rows[i].begins)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_decides_whether_an_event_begins_the_next_life),
        cmocka_unit_test(an_end_that_the_answer_tells_is_recorded),
        cmocka_unit_test(a_life_beside_which_another_is_found_ends_first),
        cmocka_unit_test(nothing_is_deleted_while_it_is_in_doubt_whose_task_it_is),
        cmocka_unit_test(a_life_that_is_gone_is_believed_when_it_is_told_to_its_end),
        cmocka_unit_test(a_life_with_the_pid_of_the_one_before_the_last_is_not_believed),
        cmocka_unit_test(what_is_told_of_the_container_waits_for_the_answer),
        cmocka_unit_test(a_record_that_has_moved_on_is_asked_for_anew),
        cmocka_unit_test(a_server_that_says_nothing_is_asked_for_10_s),
        cmocka_unit_test(a_doubt_outlives_a_connection_and_not_a_stop),
        cmocka_unit_test(a_deletion_that_fits_two_lives_is_asked_about),
        cmocka_unit_test(a_list_that_shows_the_next_life_answers_the_question),
        cmocka_unit_test(a_list_from_before_an_end_was_told_answers_it_too),
    };
    return cmocka_run_group_tests_name("handler/core/claim", tests, NULL, NULL);
}
