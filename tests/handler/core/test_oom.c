/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* Why a container has ended. */

#define REASONS \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,journal,oom,incarnations"

static void assert_reason(const struct play *p, const char *reason)
{
    struct container_record record = play_record_of(p, "web");
    if (!text_is(record.reason, reason))
        fail_msg("the reason is %.*s", TEXT_ARGUMENTS(record.reason));
}

static void a_container_ends_for_a_reason(void **context)
{
    static const struct {
        const char *script, *reason;
    } rows[] = {
        {"exit web 101 0\nwritten 1", "Completed"},
        {"exit web 101 3\nwritten 1", "Error"},
        {"oom web\nexit web 101 3\nwritten 1", "Error"},
        /* before the exit, between it and its record, and after that */
        {"oom web\nexit web 101 137\nwritten 1", "OOMKilled"},
        {"exit web 101 137\noom web\nreply 1 NOT_FOUND\nwritten 1\nwritten 2", "OOMKilled"},
        {"exit web 101 137\nreply 1 NOT_FOUND\noom web\nwritten 1\nwritten 2", "OOMKilled"},
        {"exit web 101 137\nreply 1 NOT_FOUND\nwritten 1\noom web\nwritten 2", "OOMKilled"},
        {"exit web 101 3\nwritten 1\noom web", "Error"},
        /* the counters */
        {"exit web 101 137\nkills 1 1\nwritten 1", "OOMKilled"},
        {"exit web 101 137\nkills 1 0\nwritten 1", "Error"},
        {"exit web 101 137\nreply 1 UNAVAILABLE no\nwritten 1", "Error"},
        {"exit web 101 137\nlost gone\nwritten 1", "Error"},
        /* an earlier life's */
        {"exit web 101 0\nwritten 1\ncreate web 102\ngot 2 created 102 0\noom web\nstarted web 102\nexit web 102 137\n"
         "reply 3 NOT_FOUND\nwritten 4",
         "Error"},
        {"oom web\ncreate web 102\ngot 1 created 102 0\nwritten 1\nstarted web 102\nexit web 102 137\n"
         "reply 2 NOT_FOUND\nwritten 4",
         "Error"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, REASONS);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].script);
        assert_reason(&p, rows[i].reason);
        play_end(&p);
    }
}

static void the_counters_are_read_before_the_exit_is_recorded_and_only_where_they_tell_something(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(REASONS, "exit web 101 137\nkills 1 2",
                                      "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
                                      "  call 1 Tasks.Metrics web timeout 2s\n"
                                      "> reply 1 OK status 0\n  put 1 web EXITED code 137\n");
    play_assert_trace_once_subscribed(REASONS, "oom web\nexit web 101 137",
                                      "> message /tasks/oom web\n  note event-received web\n"
                                      "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
                                      "  put 1 web EXITED code 137\n");
}

static void nothing_becomes_of_the_id_while_they_are_read(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(REASONS, "exit web 101 137\ncreate web 102\nexit web 101 137\nkills 1 2",
                                      "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
                                      "  call 1 Tasks.Metrics web timeout 2s\n"
                                      "> message /tasks/create web pid 102\n"
                                      "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
                                      "  note exit-under-way web\n"
                                      "> reply 1 OK status 0\n  put 1 web EXITED code 137\n");
}

/* Once, and then it is told. */
static void a_late_oom_refines_the_reason_once(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        REASONS, "exit web 101 137\nkills 1 0\nwritten 1\nreply 2 OK\nwritten 2\noom web\nwritten 3\noom web",
        "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
        "  call 1 Tasks.Metrics web timeout 2s\n> reply 1 OK status 0\n  put 1 web EXITED code 137\n"
        "> written 1\n  tell web exited\n  call 2 Tasks.Delete web\n"
        "> reply 2 OK status 0\n  put 2 web EXITED code 137\n> written 2\n"
        "> message /tasks/oom web\n  note event-received web\n  put 3 web EXITED code 137\n"
        "> written 3\n  tell web exited\n"
        "> message /tasks/oom web\n  note event-received web\n");
}

/* An event that was made before the life began is not of it, whatever the order in which they come. */
static void an_oom_from_before_the_creation_is_not_this_life_s(void **context)
{
    struct monitor_event oom;
    struct play p;
    (void)context;
    play_begin(&p, REASONS);
    play_subscribe(&p, "");
    assert_false(play_read(&p, "+5s", &oom));
    play_quietly(&p, "create web 101\nstarted web 101");
    assert_true(play_read(&p, "oom web", &oom));
    oom.task.published_at.seconds -= 1;
    p.quiet = true;
    play_step(&p, &oom);
    play_quietly(&p, "exit web 101 137\nkills 1 0\nwritten 3");
    assert_reason(&p, "Error");
    play_end(&p);
}

/* The clock was put back before the life began: then the event may be of the last one. */
static void where_no_time_tells_whose_an_oom_is_the_counters_do(void **context)
{
    static const struct {
        int64_t back_s;
        const char *events, *answer, *reason;
    } rows[] = {
        {3600, "oom web\nexit web 102 137", "kills 3 0\nwritten 4", "Error"},
        {3600, "oom web\nexit web 102 137", "kills 3 1\nwritten 4", "OOMKilled"},
        {3600, "oom web\nexit web 102 137", "reply 3 UNAVAILABLE no\nwritten 4", "OOMKilled"},
        {3600, "exit web 102 137", "reply 3 UNAVAILABLE no\nwritten 4", "Error"},
        {3600, "oom web\nexit web 102 3", "written 4", "Error"},
        {0, "oom web\nexit web 102 137", "written 4", "OOMKilled"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event created;
        struct play p;
        play_begin(&p, REASONS);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "exit web 101 0\nwritten 1\n+1s");
        assert_true(play_read(&p, "create web 102", &created));
        created.task.published_at.seconds -= rows[i].back_s;
        play_step(&p, &created);
        play_quietly(&p, "got 2 created 102 0\nstarted web 102");
        play_quietly(&p, rows[i].events);
        play_quietly(&p, rows[i].answer);
        if (!text_is(play_record_of(&p, "web").reason, rows[i].reason))
            fail_msg("row %zu: %.*s", i, TEXT_ARGUMENTS(play_record_of(&p, "web").reason));
        play_end(&p);
    }
}

/* Found means that it began before that; and no sooner than the end of the last life, where that was told. */
static void an_oom_from_before_a_life_was_found_may_be_of_it(void **context)
{
    static const struct {
        int64_t ended_s; /* the last life, 0: there was none */
        bool inferred;
        const char *before;
        int64_t back_s;
        const char *after, *reason;
    } rows[] = {
        {0, false, "", 4, "exit web 102 137\nreply 2 UNAVAILABLE no\nwritten 3", "OOMKilled"},
        {0, false, "", 4, "exit web 102 137\nreply 2 OK\nwritten 3", "OOMKilled"},
        {0, false, "", 4, "exit web 102 137\nkills 2 0\nwritten 3", "Error"},
        {0, false, "", 0, "exit web 102 137\nwritten 3", "OOMKilled"},
        {0, false, "exit web 102 137\nreply 2 UNAVAILABLE no\nwritten 3", 4, "written 4", "OOMKilled"},
        {0, false, "exit web 102 137\nkills 2 0\nwritten 3", 4, "", "Error"},
        {0, false, "exit web 102 137\nkills 2 0\nwritten 3", 0, "written 4", "OOMKilled"},
        {0, false, "", 4, "+60s\ntime\nlisted 2 web:running:102:0\nexit web 102 137\nreply 3 NOT_FOUND\nwritten 3",
         "Error"},
        {2, false, "", 4, "exit web 102 137\nreply 2 UNAVAILABLE no\nwritten 3", "Error"},
        {2, false, "", 3, "exit web 102 137\nreply 2 UNAVAILABLE no\nwritten 3", "Error"}, /* in that instant */
        {1, false, "", 3, "exit web 102 137\nreply 2 UNAVAILABLE no\nwritten 3", "OOMKilled"},
        {2, true, "", 4, "exit web 102 137\nreply 2 UNAVAILABLE no\nwritten 3", "OOMKilled"},
        /* what was counted was the last life's */
        {0, false,
         "exit web 102 137\nkills 2 0\nwritten 3\nreply 3 OK\nwritten 4\n+60s\ntime\nlisted 4 web:running:103:0\n"
         "written 5\nwritten 6\ndeleted web 103 137\nwritten 7",
         4, "written 8", "OOMKilled"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event oom;
        struct play p;
        play_begin(&p, REASONS ",relist,sweep,infer-vanished");
        if (rows[i].ended_s != 0) {
            play_record(&p, "web", 0, "exited");
            p.records[0].last_pid = 101;
            p.records[0].inferred = rows[i].inferred;
            p.records[0].finished_at_ns = PLAY_WALL_NS + rows[i].ended_s * TIME_SECOND;
        }
        play_subscribe(&p, "");
        play_quietly(&p, "+5s\nlisted 1 web:running:102:0\nwritten 1\nwritten 2");
        play_quietly(&p, rows[i].before);
        assert_true(play_read(&p, "oom web", &oom));
        oom.task.published_at.seconds -= rows[i].back_s;
        play_step(&p, &oom);
        play_quietly(&p, rows[i].after);
        if (!text_is(play_record_of(&p, "web").reason, rows[i].reason))
            fail_msg("row %zu: %.*s", i, TEXT_ARGUMENTS(play_record_of(&p, "web").reason));
        play_end(&p);
    }
}

/* Another process of the handler has not read them. */
static void what_the_counters_have_told_is_in_the_record(void **context)
{
    static const char *const answers[] = {"kills 2 0", "reply 2 UNAVAILABLE no"};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_begin(&p, REASONS ",relist,sweep,infer-vanished");
        play_subscribe(&p, "");
        play_quietly(&p, "+5s\nlisted 1 web:running:102:0\nwritten 1\nwritten 2\nexit web 102 137");
        play_quietly(&p, answers[i]);
        assert_true((p.actions->items[0].record.found_after_ns != 0) == (i == 1));
        play_quietly(&p, "written 3");
        assert_true((play_record_of(&p, "web").found_after_ns != 0) == (i == 1));
        play_end(&p);
    }
}

static void when_an_oom_was_told_that_may_be_of_it_is_in_the_fingerprint(void **context)
{
    struct hash hashes[2];
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct monitor_event oom;
        struct play p;
        play_begin(&p, REASONS ",relist,sweep");
        play_subscribe(&p, "");
        play_quietly(&p, "+5s\nlisted 1 web:running:102:0\nwritten 1\nwritten 2");
        play_quietly(&p, i == 0 ? "+1s" : "");
        assert_true(play_read(&p, "oom web", &oom));
        oom.task.published_at.seconds -= 4;
        play_step(&p, &oom);
        play_quietly(&p, i == 0 ? "" : "+1s");
        hash_init(&hashes[i]);
        monitor_hash(p.monitor, p.now_ns, &hashes[i]);
        play_end(&p);
    }
    assert_false(hash_equal(&hashes[0], &hashes[1]));
}

/* Another process was killed then, and is counted as well. */
static void a_lack_of_memory_that_a_list_shows_to_be_survived_explains_no_later_kill(void **context)
{
    static const struct {
        const char *script, *reason;
    } rows[] = {
        {"oom web\n+60s\ntime\nlisted 2 web:running:101:0\nexit web 101 137\nkills 3 1\nwritten 1", "Error"},
        {"oom web\n+60s\ntime\nlisted 2 web:paused:101:0\nexit web 101 137\nkills 3 2\nwritten 1", "OOMKilled"},
        {"oom web\n+60s\ntime\nlisted 2 web:running:101:0\noom web\nexit web 101 137\nwritten 1", "OOMKilled"},
        {"oom web\n+60s\ntime\nlisted 2\nexit web 101 137\nwritten 1", "OOMKilled"},
        /* too soon after it, and a list that was asked for too soon */
        {"+51s\noom web\n+9s\ntime\nlisted 2 web:running:101:0\nexit web 101 137\nwritten 1", "OOMKilled"},
        {"+50s\noom web\n+10s\ntime\nlisted 2 web:running:101:0\nexit web 101 137\nkills 3 1\nwritten 1", "Error"},
        {"+51s\noom web\n+9s\ntime\n+9s\nlisted 2 web:running:101:0\nexit web 101 137\nwritten 1", "OOMKilled"},
        {"oom web\n+50s\noom web\n+9s\ntime\n+1s\ntime\nlisted 2 web:running:101:0\nexit web 101 137\nkills 3 1\n"
         "written 1",
         "Error"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, REASONS ",relist,sweep");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0");
        play_quietly(&p, rows[i].script);
        if (!text_is(play_record_of(&p, "web").reason, rows[i].reason))
            fail_msg("row %zu: %.*s", i, TEXT_ARGUMENTS(play_record_of(&p, "web").reason));
        play_end(&p);
    }
}

static void without_the_cure_there_is_no_reason(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "oom web\nopened\nexit web 101 137\nreply 1 OK\nwritten 1");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 137);
    assert_reason(&p, "");
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_container_ends_for_a_reason),
        cmocka_unit_test(the_counters_are_read_before_the_exit_is_recorded_and_only_where_they_tell_something),
        cmocka_unit_test(nothing_becomes_of_the_id_while_they_are_read),
        cmocka_unit_test(a_late_oom_refines_the_reason_once),
        cmocka_unit_test(an_oom_from_before_the_creation_is_not_this_life_s),
        cmocka_unit_test(where_no_time_tells_whose_an_oom_is_the_counters_do),
        cmocka_unit_test(an_oom_from_before_a_life_was_found_may_be_of_it),
        cmocka_unit_test(what_the_counters_have_told_is_in_the_record),
        cmocka_unit_test(when_an_oom_was_told_that_may_be_of_it_is_in_the_fingerprint),
        cmocka_unit_test(a_lack_of_memory_that_a_list_shows_to_be_survived_explains_no_later_kill),
        cmocka_unit_test(without_the_cure_there_is_no_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
