/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* What gives way to what. */

#define VERIFYING \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,incarnations,journal,verify,infer-vanished,refine-inferred"

static void a_real_exit_takes_the_place_of_an_inferred_one_once(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, VERIFYING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "main web 0 137\nreply 1 NOT_FOUND\nwritten 1");
    assert_true(play_record_of(&p, "web").inferred);
    play(&p, "main web 0 255\nmain web 102 4\nmain web 101 3\nwritten 2\nmain web 101 4");
    play_expect(&p, "> message /tasks/exit web pid 0 status 255\n  note event-received web\n"
                    "  note not-the-init-process web\n"
                    "> message /tasks/exit web pid 102 status 4\n  note event-received web\n"
                    "  note not-the-init-process web\n"
                    "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  put 2 web EXITED code 3\n"
                    "> written 2\n  tell web exited\n"
                    "> message /tasks/exit web pid 101 status 4\n  note event-received web\n"
                    "  note not-the-init-process web\n");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    assert_false(play_record_of(&p, "web").inferred);
    play_end(&p);
}

/* Killed, and its task gone without us: the remains of a shim, which is cleaned up as if it had been killed. */
static void an_exit_that_may_be_made_up_gives_way_to_another_code(void **context)
{
    static const struct {
        const char *script, *then;
        int code;
    } rows[] = {
        {"main web 101 137\nwritten 1\nreply 1 NOT_FOUND\nwritten 2", "main web 101 0", 0},
        {"main web 101 137\nwritten 1\nreply 1 NOT_FOUND\nwritten 2", "main web 101 255", 137},
        {"main web 101 137\nwritten 1\nreply 1 NOT_FOUND\nwritten 2", "main web 101 137", 137},
        {"main web 101 137\nwritten 1\nreply 1 NOT_FOUND\nwritten 2", "main web 99 0", 137},
        /* somebody told that it is gone, before its exit was in the store */
        {"main web 101 137\ndeleted web 101 137\nwritten 1\nwritten 2", "main web 101 0", 0},
        {"main web 101 3\ndeleted web 101 3\nwritten 1\nwritten 2", "main web 101 0", 3},
        /* it was there, or we may have deleted it */
        {"main web 101 137\nwritten 1\nreply 1 OK\nwritten 2", "main web 101 0", 137},
        {"main web 101 137\nwritten 1\nreply 1 UNAVAILABLE\n+100ms\ntime\nreply 2 NOT_FOUND\nwritten 2",
         "main web 101 0", 137},
        {"main web 101 3\nwritten 1\nreply 1 NOT_FOUND\nwritten 2", "main web 101 0", 3},
        /* while the task is there, whatever may be made up */
        {"main web 101 255\nwritten 1", "main web 101 0", 0},
        {"main web 101 255\nwritten 1", "main web 101 137", 255},
        {"main web 101 255\nwritten 1\nreply 1 OK\nwritten 2", "main web 101 0", 255},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, VERIFYING ",retry-deletes");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].script);
        play_quietly(&p, rows[i].then);
        if (play_record_of(&p, "web").exit_code != rows[i].code)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

static void a_real_exit_gives_way_to_nothing(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, VERIFYING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "main web 101 3\nwritten 1\nmain web 101 137\nmain web 0 137");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    play_end(&p);
}

/* The server of 2017 tells an end only to who deletes the task. */
static void the_answer_to_a_delete_makes_an_inferred_exit_real(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, VERIFYING ",relist");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:stopped-silently:101:0\ngot 2 stopped-silently 101 0\nwritten 1");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 255);
    play_quietly(&p, "got 3 stopped 0 3");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    assert_false(play_record_of(&p, "web").inferred);
    play_end(&p);
}

/* Why it has ended, and when, are those of the code that stays. */
static void the_reason_and_the_time_follow_the_real_code(void **context)
{
    static const struct {
        const char *told, *reason;
    } rows[] = {{"main web 101 3", "Error"}, {"main web 101 0", "Completed"}, {"main web 101 137", "OOMKilled"}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        int64_t guessed_ns;
        play_begin(&p, VERIFYING ",oom,guard-timestamps");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "main web 0 255\nreply 1 NOT_FOUND\nwritten 1");
        assert_true(text_is(play_record_of(&p, "web").reason, "Unknown"));
        guessed_ns = play_record_of(&p, "web").finished_at_ns;
        play_quietly(&p, "oom web\n+5s");
        play_quietly(&p, rows[i].told);
        assert_true(text_is(play_record_of(&p, "web").reason, rows[i].reason));
        assert_int_equal(play_record_of(&p, "web").finished_at_ns, guessed_ns + 5 * TIME_SECOND);
        assert_int_equal(p.actions->items[1].kind, MONITOR_PUT);
        assert_false(p.actions->items[1].record.inferred);
        play_end(&p);
    }
}

/* It was asked for before the life began, and may show an earlier one with the pid. */
static void what_an_old_list_shows_changes_no_end_that_was_told(void **context)
{
    static const struct {
        const char *record, *script, *list;
        int code;
    } rows[] = {
        {"", "create web 101\nwritten 1\nmain web 101 255\nwritten 2", "listed 1 web:stopped:101:1", 255},
        {"record web 101 running", "main web 101 255\nwritten 1", "listed 1 web:stopped:101:1", 1},
        {"", "create web 101\nwritten 1\nmain web 0 255\ngot 2 stopped-silently 101 0\nwritten 2",
         "listed 1 web:stopped:101:1", 1},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "reliable");
        play_subscribe(&p, rows[i].record);
        play_quietly(&p, rows[i].script);
        play_quietly(&p, rows[i].list);
        if (play_record_of(&p, "web").exit_code != rows[i].code)
            fail_msg("row %zu: %d", i, (int)play_record_of(&p, "web").exit_code);
        play_end(&p);
    }
}

/* Another exit with its pid is then an earlier life's, held back. */
static void an_end_that_the_server_has_told_as_well_gives_way_to_none(void **context)
{
    static const struct {
        uint32_t last_pid;
        const char *script;
        int code;
    } rows[] = {
        {0, "main web 101 137\nwritten 1", 2},
        {0, "main web 101 137\nlisted 1 web:stopped:101:137\nwritten 1", 137},
        {0, "main web 101 137\nwritten 1\nlisted 1 web:stopped:101:137", 137},
        {0, "main web 101 137\nlisted 1 web:running:101:0\nwritten 1", 2},
        {0, "listed 1 web:running:101:0\nexit web 101 137\ngot 2 stopped 101 137\nwritten 1", 137},
        {0, "listed 1 web:running:101:0\nmain web 101 137\nwritten 1\ndeleted web 101 137", 137},
        {0, "listed 1 web:running:101:0\nmain web 101 137\nwritten 1\ndeleted web 101 2", 2},
        {101, "listed 1 web:running:101:0\nmain web 101 137\ngot 2 stopped 101 137\nwritten 1", 137},
        {101, "listed 1 web:stopped:101:137\ngot 2 stopped 101 137\nwritten 1", 137},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "reliable-without=ping,oom,second-list");
        play_record(&p, "web", 101, "running");
        p.records[0].last_pid = rows[i].last_pid;
        play_subscribe(&p, "");
        play_quietly(&p, rows[i].script);
        play_quietly(&p, "main web 101 2");
        if (play_record_of(&p, "web").exit_code != rows[i].code)
            fail_msg("row %zu: %d", i, (int)play_record_of(&p, "web").exit_code);
        play_end(&p);
    }
}

/* It was held back, and is an earlier life's with that pid, of which nobody has told. */
static void an_end_from_before_the_life_takes_no_place(void **context)
{
    (void)context;
    for (int64_t back_s = 0; back_s < 2; back_s++) {
        struct monitor_event exit;
        struct play p;
        play_begin(&p, "reliable-without=ping,oom,second-list");
        play_subscribe(&p, "");
        play_quietly(&p, "listed 1\n+5s\ncreate web 101\nwritten 1\nmain web 101 137\nwritten 2");
        assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_DELETE);
        assert_true(play_read(&p, "main web 101 2", &exit));
        exit.task.published_at.seconds -= back_s;
        play_step(&p, &exit);
        assert_int_equal(play_record_of(&p, "web").exit_code, back_s == 0 ? 2 : 137);
        play_end(&p);
    }
}

/* A Delete names no pid, and has hit what was made anew. */
static void an_answer_that_may_be_of_the_next_life_changes_no_end(void **context)
{
    static const struct {
        const char *begins;
        int code;
    } rows[] = {{"create web 101", 137}, {"create web 102", 3}, {"other", 3}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "reliable-without=ping,oom,second-list");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 137\nwritten 1");
        assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_DELETE);
        play_quietly(&p, rows[i].begins);
        play_quietly(&p, "got 2 stopped 101 3");
        assert_int_equal(play_record_of(&p, "web").exit_code, rows[i].code);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_exit_takes_the_place_of_an_inferred_one_once),
        cmocka_unit_test(an_exit_that_may_be_made_up_gives_way_to_another_code),
        cmocka_unit_test(a_real_exit_gives_way_to_nothing),
        cmocka_unit_test(the_answer_to_a_delete_makes_an_inferred_exit_real),
        cmocka_unit_test(the_reason_and_the_time_follow_the_real_code),
        cmocka_unit_test(an_end_from_before_the_life_takes_no_place),
        cmocka_unit_test(an_answer_that_may_be_of_the_next_life_changes_no_end),
        cmocka_unit_test(an_end_that_the_server_has_told_as_well_gives_way_to_none),
        cmocka_unit_test(what_an_old_list_shows_changes_no_end_that_was_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
