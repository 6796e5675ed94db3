/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* What the beginning of a life means for the end of the one before. */

#define JOURNAL                                                                                                      \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,incarnations,journal," \
    "retry-deletes,retry-writes"

#define LISTING JOURNAL ",relist,verify,guard-timestamps,kick-retries"

/* A start tells as much as a creation. */
static void a_delete_that_is_still_to_come_is_given_up_when_the_next_life_has_started(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, JOURNAL ",relist");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\nexit web 101 3\nwritten 1\nreply 2 UNAVAILABLE no");
    play(&p, "started web 101\n+100ms\ntime\nreply 3 UNAVAILABLE no\nstarted web 102\ngot 4 running 102 0\n+1h\ntime");
    play_expect(&p,
                "> message /tasks/start web pid 101\n  note event-received web\n"
                "+100ms\n> time\n  call 3 Tasks.Delete web\n> reply 3 UNAVAILABLE \"no\"\n"
                "  note delete-failed web UNAVAILABLE \"no\"; next try in 200ms\n"
                "> message /tasks/start web pid 102\n  note event-received web\n  call 4 Tasks.Get web timeout 10s\n"
                "> reply 4 OK running pid 102 status 0\n  note event-received web\n  note event-found web\n"
                "  put 2 web CREATED pid 102\n  note event-received web\n  put 3 web RUNNING pid 102\n"
                "+1h\n> time\n");
    play_end(&p);
}

/* Its event waits for the exit before it, which is being written: what was written is not followed by a Delete. */
static void a_delete_is_not_asked_for_when_the_next_life_has_been_told_of(void **context)
{
    static const struct {
        const char *policy, *events, *after_written;
    } rows[] = {
        {JOURNAL, "create web 102", "  note event-received web\n  call 1 Tasks.Get web timeout 10s\n"},
        {JOURNAL, "started web 102", "  note event-received web\n  call 1 Tasks.Get web timeout 10s\n"},
        {JOURNAL, "create web 101", "  note event-received web\n  call 1 Tasks.Get web timeout 10s\n"},
        /* Of the same life, of another container, of another namespace, or a policy that takes lives for one. */
        {JOURNAL, "started web 101", "  call 1 Tasks.Delete web\n  note event-received web\n"},
        {JOURNAL, "create db 102", "  call 1 Tasks.Delete web\n"},
        {JOURNAL, "in other\ncreate web 102",
         "  call 1 Tasks.Delete web\n  note event-received web\n  note foreign-namespace web\n"},
        {"original-with=read-whole-stream,asynchronous,no-lock,learn-from-events,journal", "create web 102",
         "  call 1 Tasks.Delete web\n  note event-received web\n  put 2 web CREATED pid 102\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char expected[300];
        play_begin(&p, rows[i].policy);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0\nexit web 101 3");
        play_quietly(&p, rows[i].events);
        play(&p, "written 1");
        (void)snprintf(expected, sizeof expected, "> written 1\n  tell web exited\n%s", rows[i].after_written);
        play_expect(&p, expected);
        play_end(&p);
    }
}

/* A life that was taken for the end of the one before, or a server that errs: nobody else would delete it. Lists that
 * come sooner may be behind the Delete. */
static void a_task_that_is_there_all_the_same_is_deleted_at_the_next_sweep(void **context)
{
    static const struct {
        const char *script;
        bool deletes;
        int64_t ended_s; /* as the list tells */
    } rows[] = {
        {"listed 1 web:stopped:101:3", false, 0},
        {"listed 1\n+60s\ntime\nlisted 2 web:stopped:101:3", true, 60},
        {"listed 1\n+60s\ntime\nlisted 2 web:stopped-silently:101:3", false, 60},
        {"listed 1\nlost gone\n+100ms\ntime\nup\nopened\nlisted 2 web:stopped:101:3", false, 0},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        size_t deletes = 0;
        play_begin(&p, JOURNAL ",relist,sweep");
        play_record(&p, "web", 0, "exited");
        p.records[0].last_pid = 101;
        p.records[0].exit_code = 3;
        p.records[0].finished_at_ns = PLAY_WALL_NS + rows[i].ended_s * TIME_SECOND;
        p.records[0].task_gone = true;
        play_subscribe(&p, "");
        play_quietly(&p, rows[i].script);
        for (size_t j = 0; j < p.actions->count; j++)
            deletes += p.actions->items[j].kind == MONITOR_CALL && p.actions->items[j].call == MONITOR_CALL_DELETE;
        if (deletes != rows[i].deletes)
            fail_msg("row %zu: %zu", i, deletes);
        play_end(&p);
    }
}

/* It has the old pid, and has stopped otherwise than is being recorded, or is to be deleted. Where that was put after
 * the list was asked for, the next one tells which life is the later. */
static void a_delete_spares_what_a_list_shows_with_the_old_pid_and_another_end(void **context)
{
    static const struct {
        const char *before, *list, *after;
        bool is_spared, begins;
    } rows[] = {
        {"", "listed 1 web:stopped:101:4", "written 1", true, true},
        {"", "listed 1 web:stopped:101:3", "written 1", false, false},
        {"written 1\nreply 2 UNAVAILABLE no", "listed 1 web:stopped:101:4", "+100ms\ntime", true, false},
        {"written 1\nreply 2 UNAVAILABLE no", "listed 1 web:stopped:101:3", "+100ms\ntime", false, false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool is_asked = false;
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "main web 101 3");
        play_quietly(&p, rows[i].before);
        play_quietly(&p, "+1s");
        play_quietly(&p, rows[i].list);
        play_quietly(&p, rows[i].after);
        for (size_t j = 0; j < p.actions->count; j++)
            is_asked = is_asked ||
                       (p.actions->items[j].kind == MONITOR_CALL && p.actions->items[j].call == MONITOR_CALL_DELETE);
        if (is_asked == rows[i].is_spared || play_record_of(&p, "web").incarnation != rows[i].begins)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* The handler was stopped and started meanwhile, and the store had nothing yet. */
static void an_end_that_is_being_written_without_a_record_deletes_no_other_life(void **context)
{
    static const struct {
        unsigned pid;
        bool deletes;
    } rows[] = {{203, false}, {202, true}, {0, true}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char listed[40];
        bool deletes = false;
        (void)snprintf(listed, sizeof listed, "listed 2 db:stopped:%u:143", rows[i].pid);
        play_begin(&p, "reliable-without=ping");
        play_subscribe(&p, "");
        play_quietly(&p, "listed 1\ncreate db 202\nmain db 202 143\nstop\nstart\nloaded\nup\nopened");
        play_quietly(&p, listed);
        play_quietly(&p, "written 2");
        for (size_t j = 0; j < p.actions->count; j++)
            deletes = deletes ||
                      (p.actions->items[j].kind == MONITOR_CALL && p.actions->items[j].call == MONITOR_CALL_DELETE);
        assert_int_equal(deletes, rows[i].deletes);
        play_end(&p);
    }
}

/* The event of a second life is in doubt, and what the server shows is a third one's: the second is recorded to its
 * end, and nothing is deleted for it. A list that was asked for before the event was heard shows none that is later. */
static void what_a_third_life_has_is_not_deleted_for_the_second(void **context)
{
    static const struct {
        const char *shown;
        unsigned pid; /* of the record in the end */
        enum container_state state;
    } rows[] = {{"got 4 created 103 0", 103, CONTAINER_CREATED},
                {"got 4 unknown 103 0", 103, CONTAINER_CREATED},
                {"reply 4 UNAVAILABLE no\nlisted 3 web:created:103:0", 103, CONTAINER_CREATED},
                {"reply 4 UNAVAILABLE no\nlisted 3 web:running:103:0", 103, CONTAINER_RUNNING},
                {"reply 4 UNAVAILABLE no\nlisted 3 web:unknown:103:0", 0, CONTAINER_EXITED}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        struct container_record record;
        play_begin(&p, "reliable-without=ping");
        play_record(&p, "web", 0, "exited");
        p.records[0].last_pid = 101;
        p.records[0].task_gone = true;
        play_subscribe(&p, "");
        play_quietly(&p, "listed 1\ncreate web 102\nmain web 102 4\nreply 2 UNAVAILABLE no\n+1s\ntime");
        play_quietly(&p, rows[i].shown);
        play(&p, "written 1\nwritten 2");
        play_expect(&p, rows[i].state == CONTAINER_EXITED ? "> written 1\n> written 2\n"
                        : rows[i].state == CONTAINER_CREATED
                            ? "> written 1\n  tell web created\n"
                              "> written 2\n  tell web exited\n  note event-found web\n  put 3 web CREATED pid 103\n"
                            : "> written 1\n  tell web created\n"
                              "> written 2\n  tell web exited\n  note event-found web\n  put 3 web CREATED pid 103\n"
                              "  note event-found web\n  put 4 web RUNNING pid 103\n");
        record = play_record_of(&p, "web");
        assert_int_equal(container_record_state(&record), rows[i].state);
        assert_int_equal(record.pid, rows[i].pid);
        play_end(&p);
    }
}

/* The first end is still being written when one list shows the second life, and the next lists the third. */
static void a_third_life_that_a_list_shows_before_the_second_has_begun_is_spared(void **context)
{
#define CONNECT_ANEW "lost gone\n+100ms\ntime\nup\nopened\n"
    struct play p;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 3\ncreate web 102\nmain web 102 4");
    play_quietly(&p, CONNECT_ANEW "listed 2 web:created:102:0\n" CONNECT_ANEW "listed 3 web:created:103:0");
    play_quietly(&p, CONNECT_ANEW "listed 4 web:created:103:0");
    play(&p, "written 1\nwritten 2\nwritten 3");
    play_expect(&p, "> written 1\n  tell web exited\n  note event-received web\n  put 2 web CREATED pid 102\n"
                    "  note event-received web\n  put 3 web EXITED code 4\n"
                    "> written 2\n  tell web created\n"
                    "> written 3\n  tell web exited\n  note event-found web\n  put 4 web CREATED pid 103\n");
    play_end(&p);
}

/* The creation of the next life waits for the end of the last to be written, when a list shows the end of that, which
 * nobody else may ever tell. */
static void the_end_that_a_list_shows_of_a_life_that_waits_is_not_lost(void **context)
{
    static const struct {
        const char *list;
        enum container_state state;
        int code;
    } rows[] = {{"listed 2 web:stopped:102:4", CONTAINER_EXITED, 4},
                {"listed 2 web:running:102:0", CONTAINER_CREATED, 0}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 3\ncreate web 102");
        play_quietly(&p, CONNECT_ANEW);
        play_quietly(&p, rows[i].list);
        play_quietly(&p, "written 1\nreply 3 NOT_FOUND\nwritten 3");
        play_assert_record(&p, "web", rows[i].state, rows[i].state == CONTAINER_EXITED ? 0 : 102, rows[i].code);
        play_end(&p);
    }
}

static void a_list_from_before_the_event_shows_no_third_life(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping");
    play_record(&p, "web", 0, "exited");
    p.records[0].last_pid = 101;
    p.records[0].task_gone = true;
    play_subscribe(&p, "");
    play(&p, "create web 102\nlisted 1 web:created:103:0\ngot 2 created 102 0");
    play_expect(&p,
                "> message /tasks/create web pid 102\n  note event-received web\n  call 2 Tasks.Get web timeout 10s\n"
                "> reply 1 OK 1 tasks\n"
                "> reply 2 OK created pid 102 status 0\n  note event-received web\n  put 1 web CREATED pid 102\n");
    play_end(&p);
}

#define LATE_LIVES                                                                                                   \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,journal,incarnations," \
    "verify,park-early-exits,infer-vanished,guard-timestamps"

/* Two ends, and the pids of both are known: another end with the first one's pid is no late word of that. */
static void a_life_with_the_pid_of_the_one_before_the_last_is_known_by_its_end(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LATE_LIVES);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "main web 101 3\nwritten 1\nreply 1 OK\nwritten 2\ncreate web 102\ngot 2 created 102 0\n"
                     "main web 102 4\nwritten 4");
    assert_int_equal(play_record_of(&p, "web").last_pid, 102);
    assert_int_equal(play_record_of(&p, "web").pid_before, 101);
    play_quietly(&p, "reply 3 OK\nwritten 5\ncreate web 101\nmain web 101 3\nreply 4 NOT_FOUND");
    assert_int_equal(play_record_of(&p, "web").incarnation, 1);
    play_quietly(&p, "main web 101 5\nreply 5 NOT_FOUND");
    assert_int_equal(play_record_of(&p, "web").incarnation, 2);
    play_end(&p);
}

/* Its code may be made up, so the pid with another end tells nothing by itself. But when a list has lacked the task,
 * and one with that pid was said to begin, what has stopped there is the next life; not so what a list did not lack,
 * nor what is said to run, as a server may that is behind, nor where the list is older than the life. */
static void a_beginning_behind_a_list_without_the_task_is_the_next_lifes(void **context)
{
    static const struct {
        const char *record, *ends, *answer;
        unsigned code; /* of the life that has ended */
        bool is_next;
    } rows[] = {
        {"record web 101 running", "main web 101 255\nlisted 1\nwritten 1", "stopped 101 3", 255, true},
        {"record web 101 running", "main web 101 255\nwritten 1\nlisted 1", "stopped 101 3", 255, true},
        {"record web 101 running", "main web 101 255\nwritten 1\nlisted 1 web:stopped:101:255", "stopped 101 3", 255,
         true},
        {"record web 101 running", "main web 101 255\nwritten 1", "stopped 101 3", 255, false},
        {"record web 101 running", "main web 101 255\nwritten 1\nlisted 1", "running 101 0", 255, false},
        {"record web 101 running", "main web 101 255\nwritten 1\nreply 1 UNIMPLEMENTED", "stopped 101 3", 255, false},
        {"+1ms", "create web 101\nwritten 1\nmain web 101 255\nlisted 1\nwritten 2", "stopped 101 3", 255, false},
        {"", "listed 1", "stopped 101 3", 137, true},
        {"", "listed 1 web:stopped:101:137", "stopped 101 3", 137, false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[64];
        struct play p;
        play_begin(&p, "reliable-without=ping,oom,second-list");
        if (rows[i].record[0] == '\0') {
            play_record(&p, "web", 0, "exited");
            p.records[0].last_pid = 101;
            p.records[0].exit_code = (int32_t)rows[i].code;
            p.records[0].delete_pending = true;
        }
        play_subscribe(&p, rows[i].record);
        play_quietly(&p, "+1s");
        play_quietly(&p, rows[i].ends);
        play_quietly(&p, "+1s\ncreate web 101");
        for (size_t j = 0; j < p.actions->count; j++)
            if (p.actions->items[j].kind == MONITOR_CALL && p.actions->items[j].call == MONITOR_CALL_GET)
                (void)snprintf(line, sizeof line, "got %u %s", (unsigned)p.actions->items[j].call_id, rows[i].answer);
        play_quietly(&p, line);
        if ((play_record_of(&p, "web").pid == 101) != rows[i].is_next)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* Told of what has started: it may be told again, or be the next life's, with its pid. Only what a list found may have
 * started before it was found. */
static void behind_a_second_start_a_list_tells_whose_task_is_to_be_deleted(void **context)
{
    static const struct {
        const char *before, *written;
        bool is_deleted;
    } rows[] = {{"started web 101", "written 2", true},
                {"started web 101\n+1s\nstarted web 101", "written 2", false},
                {"started web 101\nstarted web 101", "written 3", true},
                {"started web 101\n+1s\nstarted web 0", "written 3", true}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        bool is_deleted;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 created");
        play_quietly(&p, "listed 1 web:created:101:0");
        play_quietly(&p, rows[i].before);
        play_quietly(&p, "main web 101 3");
        play_quietly(&p, rows[i].written);
        const struct monitor_action *last = &p.actions->items[p.actions->count - 1];
        is_deleted = last->kind == MONITOR_CALL && last->call == MONITOR_CALL_DELETE;
        if (is_deleted != rows[i].is_deleted)
            fail_msg("row %zu", i);
        play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
        play_end(&p);
    }
}

/* What has started is not about to start, says the second answer. */
static void a_life_that_has_yet_to_start_again_is_the_next(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, JOURNAL ",guard-timestamps,infer-vanished");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "create web 102\ngot 1 created 101 0");
    assert_int_equal(p.actions->count, 0);
    play_quietly(&p, "+100ms\ntime\ngot 2 created 101 0");
    assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_PUT);
    assert_true(p.actions->items[p.actions->count - 1].record.inferred);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life_with_the_pid_of_the_one_before_the_last_is_known_by_its_end),
        cmocka_unit_test(a_delete_that_is_still_to_come_is_given_up_when_the_next_life_has_started),
        cmocka_unit_test(a_delete_is_not_asked_for_when_the_next_life_has_been_told_of),
        cmocka_unit_test(a_task_that_is_there_all_the_same_is_deleted_at_the_next_sweep),
        cmocka_unit_test(a_delete_spares_what_a_list_shows_with_the_old_pid_and_another_end),
        cmocka_unit_test(an_end_that_is_being_written_without_a_record_deletes_no_other_life),
        cmocka_unit_test(what_a_third_life_has_is_not_deleted_for_the_second),
        cmocka_unit_test(a_third_life_that_a_list_shows_before_the_second_has_begun_is_spared),
        cmocka_unit_test(the_end_that_a_list_shows_of_a_life_that_waits_is_not_lost),
        cmocka_unit_test(a_list_from_before_the_event_shows_no_third_life),
        cmocka_unit_test(behind_a_second_start_a_list_tells_whose_task_is_to_be_deleted),
        cmocka_unit_test(a_life_that_has_yet_to_start_again_is_the_next),
        cmocka_unit_test(a_beginning_behind_a_list_without_the_task_is_the_next_lifes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
