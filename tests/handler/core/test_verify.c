/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* Doubts, and how they are settled. */

#define VERIFYING                                                                                      \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,verify," \
    "incarnations,journal"
#define LISTING VERIFYING ",relist,infer-vanished"

enum { ENDED, ASKED, IGNORED };

static void which_exits_are_certain_doubtful_or_of_another(void **context)
{
    static const struct {
        const char *record, *event;
        int verdict;
    } rows[] = {
        {"record web 101 running", "main web 101 3", ENDED},
        {"record web 101 created", "main web 101 137", ENDED},
        {"record web 101 running", "exec web 101 3",
         IGNORED}, /* an exec with the init's pid, as in a virtual machine */
        {"record web 101 running", "exec web 102 3", IGNORED},
        {"record web 101 running", "exit web 101 3", ASKED}, /* of the init, or of an exec: the event does not say */
        {"record web 101 running", "exit web 102 3", IGNORED},
        {"record web 101 running", "main web 0 137", ASKED}, /* a shim died */
        {"record web 101 running", "exit web 0 137", ASKED},
        {"record web 0 created", "main web 0 137", ASKED},
        {"record web 0 created", "main web 101 3", ASKED},
        {"record web 0 created", "exit web 101 3", ASKED},
        {"record web 101 running", "main web 99 3", ASKED}, /* of a life that nobody told of */
        {"record web 0 exited", "main web 0 137", IGNORED},
        {"record web 0 exited", "exit web 101 137", IGNORED},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct monitor_action *last;
        int verdict;
        struct play p;
        play_begin(&p, VERIFYING);
        play_subscribe(&p, rows[i].record);
        play_quietly(&p, rows[i].event);
        last = &p.actions->items[p.actions->count - 1];
        verdict = last->kind == MONITOR_PUT ? ENDED : last->kind == MONITOR_CALL ? ASKED : IGNORED;
        if (verdict != rows[i].verdict || (verdict == ASKED && last->call != MONITOR_CALL_GET))
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

static void an_exit_with_the_pid_of_the_life_before_is_doubtful_or_ignored(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, VERIFYING);
    play_subscribe(&p, "");
    play_quietly(&p, "create web 101\nmain web 101 3\nwritten 2\nreply 1 OK\ncreate web 102\n"
                     "got 2 created 102 0\nstarted web 102");
    play_quietly(&p, "main web 101 3");
    assert_int_equal(p.actions->items[1].note.kind, NOTE_NOT_THE_INIT_PROCESS);
    /* The same pid once more: now nothing tells the two lives apart but the server. */
    play_quietly(&p, "main web 102 3\nwritten 6\nreply 3 OK\ncreate web 102\ngot 4 created 102 0\nstarted web 102");
    play_quietly(&p, "main web 102 3");
    assert_int_equal(p.actions->items[1].call, MONITOR_CALL_GET);
    /* And what the server says of it is this life's. */
    play_quietly(&p, "got 5 stopped 102 7");
    assert_int_equal(p.actions->items[0].record.exit_code, 7);
    play_end(&p);
    /* The pid of a life before that. */
    play_begin(&p, VERIFYING);
    play_record(&p, "web", 101, "running");
    p.records[0].last_pid = 102;
    p.records[0].earlier_pids = container_pid_bit(101);
    play_subscribe(&p, "");
    play_quietly(&p, "main web 101 3");
    assert_int_equal(p.actions->items[1].call, MONITOR_CALL_GET);
    play_end(&p);
}

static void what_the_answer_to_a_doubtful_exit_makes_of_it(void **context)
{
    static const struct {
        const char *event, *answer;
        bool ended;
        int code;
        bool inferred, pending;
    } rows[] = {
        /* the server's code, which is of the task that is there; the event's where that one may be made up */
        {"exit web 101 3", "got 1 stopped 101 4", true, 4, false, true},
        {"exit web 101 3", "got 1 stopped 101 137", true, 3, false, true},
        {"exit web 101 3", "got 1 stopped-silently 101 0", true, 3, false, true},
        {"main web 0 137", "got 1 stopped 101 4", true, 4, false, true},
        {"main web 0 137", "got 1 stopped-silently 101 0", true, 137, true, true},
        {"main web 0 3", "got 1 stopped-silently 101 0", true, 3, false, true},
        /* nothing is left to be deleted */
        {"exit web 101 3", "reply 1 NOT_FOUND", true, 3, false, false},
        {"main web 0 137", "reply 1 NOT_FOUND", true, 137, true, false},
        {"main web 0 255", "reply 1 NOT_FOUND", true, 255, true, false},
        {"main web 0 3", "reply 1 NOT_FOUND", true, 3, false, false},
        /* not yet, or not at all */
        {"exit web 101 3", "got 1 running 101 0", false, 0, false, false},
        {"exit web 101 3", "got 1 unknown 0 0", false, 0, false, false},
        {"exit web 101 3", "reply 1 UNAVAILABLE no", false, 0, false, false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct container_record *put = NULL;
        struct play p;
        play_begin(&p, VERIFYING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].event);
        play_quietly(&p, rows[i].answer);
        if (p.actions->count > 0 && p.actions->items[0].kind == MONITOR_PUT)
            put = &p.actions->items[0].record;
        if ((put != NULL) != rows[i].ended)
            fail_msg("row %zu ended %d", i, put != NULL);
        if (put != NULL && (put->exit_code != rows[i].code || put->inferred != rows[i].inferred ||
                            put->delete_pending != rows[i].pending))
            fail_msg("row %zu: code %d, inferred %d, pending %d", i, put->exit_code, put->inferred,
                     put->delete_pending);
        assert_true(put != NULL || monitor_deadline_ns(p.monitor) == p.now_ns + 100 * TIME_MILLISECOND);
        play_end(&p);
    }
}

/* The state may lag behind the event. It is never deleted on a doubt, and in the end the doubt is void. */
static void a_container_that_lives_is_asked_for_10_s(void **context)
{
    struct play p;
    unsigned number = 1;
    (void)context;
    play_begin(&p, VERIFYING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3");
    for (;;) {
        char reply[32];
        (void)snprintf(reply, sizeof reply, "got %u running 101 0", number);
        play_quietly(&p, reply);
        if (monitor_deadline_ns(p.monitor) == TIME_NEVER)
            break;
        p.now_ns = monitor_deadline_ns(p.monitor);
        play_quietly(&p, "time");
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_GET);
        number++;
    }
    assert_int_equal(p.actions->items[0].note.kind, NOTE_EXIT_DOUBTED);
    /* 0.1 + 0.2 + ... + 6.4 s: the first that is not before VERIFY_DOUBT_MAX_NS, 10 s. */
    assert_int_equal(number, 8);
    assert_int_equal(p.now_ns, 12700 * TIME_MILLISECOND);
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

static void a_certain_exit_ends_the_doubt(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(VERIFYING, "main web 0 137\nmain web 101 3\nreply 1 NOT_FOUND",
                                      "> message /tasks/exit web pid 0 status 137\n  note event-received web\n"
                                      "  call 1 Tasks.Get web timeout 10s\n"
                                      "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                                      "  put 1 web EXITED code 3\n"
                                      "> reply 1 NOT_FOUND\n");
}

static void of_two_doubtful_exits_the_one_with_a_pid_is_kept(void **context)
{
    static const char *const scripts[] = {"exit web 0 137\nexit web 101 3", "exit web 101 3\nexit web 0 137"};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_begin(&p, VERIFYING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, scripts[i]);
        play_quietly(&p, "reply 1 NOT_FOUND");
        assert_int_equal(p.actions->items[0].record.exit_code, 3);
        play_end(&p);
    }
}

/* One bad list is not an absent task. */
static void what_the_answer_for_an_absent_task_makes_of_it(void **context)
{
    static const struct {
        const char *state, *answer, *trace;
    } rows[] = {
        {"running", "got 2 running 101 0", "> reply 2 OK running pid 101 status 0\n"},
        {"created", "got 2 running 101 0",
         "> reply 2 OK running pid 101 status 0\n  note event-found web\n  put 1 web RUNNING pid 101\n"},
        {"created", "got 2 created 101 0", "> reply 2 OK created pid 101 status 0\n"},
        /* what one answer says another has to confirm */
        {"running", "got 2 stopped 101 4\n+100ms\ntime\ngot 3 stopped 101 4",
         "> reply 2 OK stopped pid 101 status 4\n+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n"
         "> reply 3 OK stopped pid 101 status 4\n  put 1 web EXITED code 4\n"},
        {"running", "got 2 stopped 101 4\n+100ms\ntime\ngot 3 running 101 0",
         "> reply 2 OK stopped pid 101 status 4\n+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n"
         "> reply 3 OK running pid 101 status 0\n"},
        {"running", "got 2 stopped-silently 101 0\n+100ms\ntime\ngot 3 stopped-silently 101 0",
         "> reply 2 OK stopped pid 101 status 0\n+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n"
         "> reply 3 OK stopped pid 101 status 0\n  put 1 web EXITED code 255\n"},
        /* and one that says nothing is no answer */
        {"running", "got 2 unknown 0 0\n+100ms\ntime",
         "> reply 2 OK status 0\n+100ms\n> time\n  call 3 Tasks.Get web timeout 10s\n"},
        {"running", "reply 2 NOT_FOUND",
         "> reply 2 NOT_FOUND\n  note task-vanished web\n  put 1 web EXITED code 255\n"},
        {"running", "reply 2 UNAVAILABLE no",
         "> reply 2 UNAVAILABLE \"no\"\n  note verify-failed web UNAVAILABLE \"no\"; next try in 100ms\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_record(&p, "web", 101, rows[i].state);
        play_subscribe(&p, "");
        play_quietly(&p, "listed 1");
        play(&p, rows[i].answer);
        play_expect(&p, rows[i].trace);
        play_end(&p);
    }
}

static void a_task_that_vanished_is_ended_as_inferred(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1\n+5s\nreply 2 NOT_FOUND\nwritten 1");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 255);
    assert_true(play_record_of(&p, "web").inferred);
    assert_false(play_record_of(&p, "web").delete_pending);
    assert_int_equal(play_record_of(&p, "web").last_pid, 101);
    assert_int_equal(play_record_of(&p, "web").finished_at_ns, PLAY_WALL_NS + 5 * TIME_SECOND);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* It was kept until its container was known, and heard before that life began, whatever a clock says. */
static void an_exit_from_before_the_life_is_doubtful(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING ",park-early-exits");
    play_subscribe(&p, "");
    play_quietly(&p, "listed 1\nmain web 101 3\n+1s\ncreate web 101");
    assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_GET);
    play_end(&p);
    play_begin(&p, LISTING ",park-early-exits");
    play_subscribe(&p, "");
    play_quietly(&p, "listed 1\nmain web 101 3\ncreate web 101");
    assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_GET);
    play_end(&p);
}

/* Nor is one that comes later, of a life of which nobody has told. */
static void an_exit_of_a_life_that_nobody_has_told_of_waits_for_its_creation(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING ",park-early-exits");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 0\nwritten 1\nreply 2 OK\nwritten 2");
    play(&p, "main web 102 3");
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_SECOND); /* a list */
    play(&p, "create web 102\nreply 3 NOT_FOUND");
    play_expect(&p,
                "> message /tasks/exit web pid 102 status 3\n  note event-received web\n  note exit-parked web\n"
                "> message /tasks/create web pid 102\n  note event-received web\n  call 3 Tasks.Get web timeout 10s\n"
                "> reply 3 NOT_FOUND\n  note event-received web\n  put 3 web CREATED pid 102\n"
                "  note event-received web\n  put 4 web EXITED code 3\n");
    play_end(&p);
}

/* A list has told how it ended. What an event tells on top is better, unless it is what is told where nobody knows. */
static void of_what_a_list_and_an_event_tell_the_made_up_one_gives_way(void **context)
{
    static const struct {
        const char *list, *event;
        int code;
    } rows[] = {
        {"listed 1 web:stopped:101:0", "main web 101 137", 0},
        {"listed 1 web:stopped:101:0", "main web 101 255", 0},
        {"listed 1 web:stopped:101:0", "main web 101 5", 5},
        {"listed 1 web:stopped:101:137", "main web 101 137", 137},
        {"listed 1 web:stopped:101:137", "main web 101 255", 137},
        {"listed 1 web:stopped:101:255", "main web 101 137", 137},
        {"listed 1 web:stopped:101:137", "main web 101 255", 137},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].list);
        play_quietly(&p, rows[i].event);
        assert_int_equal(p.actions->items[1].kind, MONITOR_PUT);
        assert_int_equal(p.actions->items[1].record.exit_code, rows[i].code);
        play_end(&p);
    }
}

/* It is the next life, with the pid of this one, of whose end a list has told or nobody has. */
static void what_has_started_is_not_about_to_start(void **context)
{
    static const struct {
        const char *list, *between, *trace;
    } rows[] = {
        {"listed 1 web:created:101:0", "",
         "> reply 3 OK created pid 101 status 0\n  put 1 web EXITED code 255\n> written 1\n  tell web exited\n"
         "  note event-found web\n  put 2 web CREATED pid 101\n"},
        {"listed 1 web:stopped:101:7", "",
         "> reply 3 OK created pid 101 status 0\n  put 1 web EXITED code 7\n> written 1\n  tell web exited\n"
         "  note event-found web\n  put 2 web CREATED pid 101\n"},
        /* its start was told since */
        {"listed 1 web:created:101:0", "started web 101",
         "> reply 3 OK created pid 101 status 0\n  put 1 web EXITED code 255\n> written 1\n  tell web exited\n"
         "  note event-found web\n  put 2 web CREATED pid 101\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].list);
        play_quietly(&p, "got 2 created 101 0\n+100ms\ntime");
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_GET);
        play_quietly(&p, rows[i].between);
        play(&p, "got 3 created 101 0\nwritten 1");
        play_expect(&p, rows[i].trace);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_exits_are_certain_doubtful_or_of_another),
        cmocka_unit_test(an_exit_with_the_pid_of_the_life_before_is_doubtful_or_ignored),
        cmocka_unit_test(what_the_answer_to_a_doubtful_exit_makes_of_it),
        cmocka_unit_test(a_container_that_lives_is_asked_for_10_s),
        cmocka_unit_test(a_certain_exit_ends_the_doubt),
        cmocka_unit_test(of_two_doubtful_exits_the_one_with_a_pid_is_kept),
        cmocka_unit_test(what_the_answer_for_an_absent_task_makes_of_it),
        cmocka_unit_test(a_task_that_vanished_is_ended_as_inferred),
        cmocka_unit_test(an_exit_from_before_the_life_is_doubtful),
        cmocka_unit_test(an_exit_of_a_life_that_nobody_has_told_of_waits_for_its_creation),
        cmocka_unit_test(of_what_a_list_and_an_event_tell_the_made_up_one_gives_way),
        cmocka_unit_test(what_has_started_is_not_about_to_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
