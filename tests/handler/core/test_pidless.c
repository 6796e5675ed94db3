/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* A list has shown a task without a pid, and its container lives again before one is told. */

#define LISTING                                                                                        \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,verify," \
    "incarnations,journal,relist,infer-vanished,park-early-exits"

static void begin(struct play *p, const char *list, const char *events)
{
    play_begin(p, LISTING);
    play_subscribe(p, "");
    play_quietly(p, list);
    play_quietly(p, events);
}

/* Beginnings of another process than the one of which an exit is in doubt are asked for; of that one they tell the pid,
 * and an exec says nothing of the init. */
static void a_beginning_behind_a_doubtful_end_may_be_of_the_next_life(void **context)
{
    static const struct {
        const char *list, *exit, *beginning;
        bool is_asked_for;
    } rows[] = {
        {"listed 1 web:running:0:0", "main web 101 3", "create web 102", true},
        {"listed 1 web:running:0:0", "main web 101 3", "started web 102", true},
        {"listed 1 web:stopped:0:3", "", "create web 102", true},
        {"listed 1 web:running:0:0", "main web 0 137", "create web 102", true},
        {"listed 1 web:running:0:0", "main web 101 3", "create web 101", false},
        {"listed 1 web:running:0:0", "main web 101 3", "create web 0", false},
        {"listed 1 web:running:0:0", "exit web 101 3", "create web 102", false},
        {"listed 1 web:created:0:0", "main web 101 3", "create web 102", false},
        {"listed 1 web:running:0:0", "", "create web 102", false},
        {"listed 1 web:running:101:0", "main web 0 137", "create web 101", false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        begin(&p, rows[i].list, rows[i].exit);
        play_quietly(&p, rows[i].beginning);
        const struct monitor_action *last = &p.actions->items[p.actions->count - 1];
        if ((last->kind == MONITOR_CALL && last->call == MONITOR_CALL_GET) != rows[i].is_asked_for)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* The answer to the doubt shows the next life, and the record's has ended as was told. */
static void a_task_with_another_pid_than_the_exit_is_the_next_lifes(void **context)
{
    static const struct {
        const char *list, *exit, *answer;
        int code; /* that is recorded, -1: none yet */
        uint32_t last_pid;
    } rows[] = {
        {"listed 1 web:running:0:0", "main web 101 3", "got 2 running 102 0", 3, 101},
        {"listed 1 web:running:0:0", "main web 101 3", "got 2 created 102 0", 3, 101},
        {"listed 1 web:running:0:0", "main web 101 3", "got 2 stopped 102 4", 3, 101},
        {"listed 1 web:stopped:0:3", "", "got 2 stopped 102 4", 3, 0},
        /* Its own. */
        {"listed 1 web:stopped:0:3", "", "got 2 stopped 102 3", 3, 102},
        {"listed 1 web:running:0:0", "main web 102 3", "got 2 stopped 102 3", 3, 102},
        {"listed 1 web:running:0:0", "main web 0 137", "got 2 stopped 102 3", 3, 102},
        /* It lags, or nobody knows. */
        {"listed 1 web:running:0:0", "main web 102 3", "got 2 running 102 0", -1, 0},
        {"listed 1 web:running:0:0", "main web 102 3", "got 2 unknown 0 0", -1, 0},
        {"listed 1 web:stopped:0:3", "", "got 2 running 102 0", -1, 0},
        {"listed 1 web:running:0:0", "exit web 101 3", "got 2 running 102 0", -1, 0},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        begin(&p, rows[i].list, rows[i].exit);
        play_quietly(&p, rows[i].answer);
        bool is_put = p.actions->count > 0 && p.actions->items[0].kind == MONITOR_PUT;
        const struct container_record *record = &p.actions->items[0].record;
        if (is_put != (rows[i].code >= 0) ||
            (is_put && (record->exit_code != rows[i].code || record->inferred || record->last_pid != rows[i].last_pid)))
            fail_msg("row %zu: %s", i, is_put ? "otherwise" : "nothing");
        play_end(&p);
    }
}

/* Of which the pid is known: it may be that of the one that has the id now. */
static void an_end_without_a_pid_is_not_that_of_a_life_that_another_follows(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:stopped:0:3\ngot 2 running 102 0");
    assert_int_equal(p.actions->items[0].kind, MONITOR_PUT);
    assert_true(p.actions->items[0].record.inferred);
    play_end(&p);
}

/* What is only created has not exited: the next life has the pid of which the exit was told. */
static void an_exit_of_the_pid_that_is_about_to_start_is_the_last_lifes(void **context)
{
    struct play p;
    (void)context;
    begin(&p, "listed 1 web:running:0:0", "main web 101 3");
    play_quietly(&p, "got 2 created 101 0\n+100ms\ntime\ngot 3 created 101 0");
    assert_int_equal(p.actions->items[0].kind, MONITOR_PUT);
    assert_int_equal(p.actions->items[0].record.exit_code, 3);
    play_end(&p);
}

/* At once, so that the next life is not taken for it. */
static void a_task_that_is_listed_without_a_pid_is_asked_for(void **context)
{
    static const struct {
        const char *list, *event;
        bool is_asked_for;
    } rows[] = {
        {"listed 1 web:running:0:0", "", true},
        {"listed 1 web:created:0:0", "", true},
        {"listed 1 web:running:101:0", "", false},
        {"listed 1 web:unknown:0:0", "", false},
        {"listed 1 db:running:1:0", "create web 0", false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        begin(&p, rows[i].list, rows[i].event);
        bool is_call = p.actions->count > 0 && p.actions->items[p.actions->count - 1].kind == MONITOR_CALL;
        if (is_call != rows[i].is_asked_for)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* By an answer or a list; the record stays as it is else. */
static void who_shows_the_task_with_a_pid_tells_that_of_the_record(void **context)
{
    static const struct {
        const char *list, *shown;
        uint32_t pid;
        enum container_state state;
    } rows[] = {
        {"running", "got 2 running 101 0", 101, CONTAINER_RUNNING},
        {"created", "got 2 created 101 0", 101, CONTAINER_CREATED},
        {"created", "got 2 running 101 0", 101, CONTAINER_RUNNING},
        {"running", "got 2 stopped 101 3", 101, CONTAINER_RUNNING},
        {"running", "main web 101 3\ngot 2 running 101 0", 101, CONTAINER_RUNNING},
        {"running", "got 2 running 0 0", 0, CONTAINER_RUNNING},
        {"running", "got 2 running 0 0\n+1s\ntime\nlisted 3 web:running:101:0", 101, CONTAINER_RUNNING},
        {"running", "got 2 running 0 0\n+1s\ntime\nlisted 3 web:running:0:0", 0, CONTAINER_RUNNING},
        /* It may be that of the next one. */
        {"running", "main web 0 137\ngot 2 running 101 0", 0, CONTAINER_RUNNING},
        {"running", "removed web\ncreate web 0\ngot 2 running 101 0", 0, CONTAINER_CREATED},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        struct container_record record;
        char list[40];
        (void)snprintf(list, sizeof list, "listed 1 web:%s:0:0", rows[i].list);
        play_begin(&p, LISTING ",second-list");
        play_subscribe(&p, "");
        play_quietly(&p, list);
        play_quietly(&p, rows[i].shown);
        assert_true(monitor_record(p.monitor, text_of("web"), &record));
        if (record.pid != rows[i].pid || container_record_state(&record) != rows[i].state)
            fail_msg("row %zu: pid %u, %s", i, record.pid, container_state_name(container_record_state(&record)));
        for (size_t j = 0; j < p.actions->count && record.pid == 0; j++)
            assert_int_not_equal(p.actions->items[j].kind, MONITOR_PUT);
        play_end(&p);
    }
}

/* What it has learnt of the start stays. */
static void a_pid_that_is_told_late_changes_no_time(void **context)
{
    struct play p;
    (void)context;
    begin(&p, "listed 1 web:running:0:0", "");
    int64_t started_ns = p.actions->items[1].record.started_at_ns;
    play_quietly(&p, "+5s\ngot 2 running 101 0");
    assert_int_equal(p.actions->items[1].kind, MONITOR_PUT);
    assert_int_equal(p.actions->items[1].record.pid, 101);
    assert_true(started_ns != 0 && p.actions->items[1].record.started_at_ns == started_ns);
    play_end(&p);
}

/* One answer has told how it ended before the other life came; but without a pid it may have told the end of that. */
static void what_an_answer_has_told_is_the_end_of_a_life_that_another_follows(void **context)
{
    static const struct {
        const char *answers;
        bool inferred;
    } rows[] = {
        {"got 2 stopped 101 3\n+100ms\ntime\ngot 3 running 102 0", false},
        {"got 2 stopped 101 3\n+100ms\ntime\ngot 3 stopped 102 4", false},
        {"got 2 stopped 0 3\n+100ms\ntime\ngot 3 stopped 102 3", true},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1");
        play_quietly(&p, rows[i].answers);
        assert_int_equal(p.actions->items[0].kind, MONITOR_PUT);
        if (p.actions->items[0].record.inferred != rows[i].inferred)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* A list has told its end, and then a process runs: for 10 s the server may be behind that, or the list was wrong. */
static void what_runs_for_long_behind_a_listed_end_is_the_next_life(void **context)
{
    static const struct {
        unsigned pid;
        bool is_next;
    } rows[] = {{102, true}, {0, false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char answer[64];
        begin(&p, "listed 1 web:stopped:0:3\nwritten 1", "");
        (void)snprintf(answer, sizeof answer, "got 2 running %u 0\n+11s\ntime", rows[i].pid);
        play_quietly(&p, answer);
        play_assert_record(&p, "web", CONTAINER_RUNNING, 0, 0);
        (void)snprintf(answer, sizeof answer, "got 3 running %u 0\nwritten 2", rows[i].pid);
        play_quietly(&p, answer);
        if ((play_record_of(&p, "web").incarnation == 2) != rows[i].is_next)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* Its end is being written when a list shows another task: whose that is the next list tells before anything is
 * deleted. A process that has stopped with that end is the one that was asked about. */
static void the_task_that_a_list_shows_while_the_end_is_being_written_is_spared(void **context)
{
    static const struct {
        const char *answer, *listed;
        bool is_deleted;
    } rows[] = {
        {"got 2 stopped 101 3", "listed 3 web:running:102:0", false},
        {"got 2 stopped 101 3", "listed 3 web:created:102:0", false},
        {"got 2 stopped 101 3", "listed 3 web:stopped:102:3", false},
        {"got 2 stopped 101 3", "listed 3 web:stopped:101:3", true},
        {"got 2 stopped 0 3", "listed 3 web:running:102:0", false},
        {"got 2 stopped 0 3", "listed 3 web:created:102:0", false},
        {"got 2 stopped 0 3", "listed 3 web:stopped:101:3", true},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        bool is_deleted;
        begin(&p, "listed 1 web:stopped:0:3\nwritten 1", rows[i].answer);
        play_quietly(&p, "ended UNAVAILABLE no\n+100ms\ntime\nopened");
        play_quietly(&p, rows[i].listed);
        play_quietly(&p, "written 2");
        const struct monitor_action *last = &p.actions->items[p.actions->count - 1];
        is_deleted = last->kind == MONITOR_CALL && last->call == MONITOR_CALL_DELETE;
        if (is_deleted != rows[i].is_deleted)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* What the question about a beginning is answered. */
static void a_beginning_in_doubt_is_of_the_life_whose_task_is_there(void **context)
{
    static const struct {
        const char *list, *exit, *answers;
        const char *trace;
    } rows[] = {
        /* The next life's. */
        {"listed 1 web:running:0:0", "main web 101 3", "got 3 created 102 0\nwritten 2",
         "> reply 3 OK created pid 102 status 0\n  note event-received web\n  put 2 web EXITED code 3\n"
         "> written 2\n  tell web exited\n  note event-received web\n  put 3 web CREATED pid 102\n"},
        {"listed 1 web:stopped:0:3", "", "got 3 created 102 0\n+100ms\ntime\ngot 4 created 102 0\nwritten 2",
         "> reply 3 OK created pid 102 status 0\n+100ms\n> time\n  call 4 Tasks.Get web timeout 10s\n"
         "> reply 4 OK created pid 102 status 0\n  note event-received web\n  put 2 web EXITED code 3\n"
         "> written 2\n  tell web exited\n  note event-received web\n  put 3 web CREATED pid 102\n"},
        /* Its own: told late, it tells the pid. */
        {"listed 1 web:stopped:0:3", "", "got 3 stopped 102 3",
         "> reply 3 OK stopped pid 102 status 3\n  note event-received web\n  put 2 web RUNNING pid 102\n"},
        /* The server does not know yet. */
        {"listed 1 web:running:0:0", "main web 101 3", "got 3 unknown 0 0\n+100ms\ntime",
         "> reply 3 OK status 0\n+100ms\n> time\n  call 4 Tasks.Get web timeout 10s\n"},
        {"listed 1 web:running:0:0", "main web 0 137", "got 3 running 102 0\n+100ms\ntime",
         "> reply 3 OK running pid 102 status 0\n+100ms\n> time\n  call 4 Tasks.Get web timeout 10s\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        begin(&p, rows[i].list, rows[i].exit);
        play_quietly(&p, "create web 102");
        play(&p, rows[i].answers);
        play_expect(&p, rows[i].trace);
        play_end(&p);
    }
}

/* Nobody has told the pid of what runs, and a deletion tells one: the record's life is over where there is no task, or
 * where one lives on or has another pid. A server may still show what it deletes. */
static void a_deletion_may_be_of_the_process_whose_pid_nobody_told(void **context)
{
    static const struct {
        uint32_t last_pid;
        const char *state, *answer;
        bool is_asked_for, is_over;
    } rows[] = {
        {0, "running", "reply 2 NOT_FOUND", true, true},     {0, "running", "got 2 running 101 0", true, true},
        {0, "running", "got 2 created 101 0", true, true},   {0, "running", "got 2 running 102 0", true, true},
        {0, "running", "got 2 stopped 101 3", true, false},  {0, "running", "got 2 running 0 0", true, false},
        {0, "running", "got 2 unknown 0 0", true, false},    {0, "created", "reply 2 NOT_FOUND", false, false},
        {101, "running", "reply 2 NOT_FOUND", false, false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record;
        struct play p;
        play_begin(&p, LISTING);
        play_record(&p, "web", 0, rows[i].state);
        p.records[0].last_pid = rows[i].last_pid;
        play_subscribe(&p, "");
        play_quietly(&p, "deleted web 101 3");
        if ((p.actions->items[p.actions->count - 1].kind == MONITOR_CALL) != rows[i].is_asked_for)
            fail_msg("row %zu", i);
        play_quietly(&p, rows[i].answer);
        play_quietly(&p, "written 1");
        record = play_record_of(&p, "web");
        if ((record.last_pid == 101 && record.exit_code == 3) != rows[i].is_over)
            fail_msg("row %zu: %d", i, (int)record.exit_code);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_beginning_behind_a_doubtful_end_may_be_of_the_next_life),
        cmocka_unit_test(a_task_with_another_pid_than_the_exit_is_the_next_lifes),
        cmocka_unit_test(an_end_without_a_pid_is_not_that_of_a_life_that_another_follows),
        cmocka_unit_test(an_exit_of_the_pid_that_is_about_to_start_is_the_last_lifes),
        cmocka_unit_test(a_task_that_is_listed_without_a_pid_is_asked_for),
        cmocka_unit_test(who_shows_the_task_with_a_pid_tells_that_of_the_record),
        cmocka_unit_test(a_pid_that_is_told_late_changes_no_time),
        cmocka_unit_test(what_an_answer_has_told_is_the_end_of_a_life_that_another_follows),
        cmocka_unit_test(what_runs_for_long_behind_a_listed_end_is_the_next_life),
        cmocka_unit_test(the_task_that_a_list_shows_while_the_end_is_being_written_is_spared),
        cmocka_unit_test(a_beginning_in_doubt_is_of_the_life_whose_task_is_there),
        cmocka_unit_test(a_deletion_may_be_of_the_process_whose_pid_nobody_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
