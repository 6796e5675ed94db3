/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The monitor as a whole. Its allocations are made to fail one by one: so monitor.c and the arena are compiled into
 * this program with an allocator of its own, in place of the archive's.
 */
#include <stdlib.h>

static int allocations_left; /* before one fails; negative: none fails */

static void *failing_calloc(size_t count, size_t size)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left -= allocations_left > 0;
    return calloc(count, size);
}

static void *failing_realloc(void *old, size_t size)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left -= allocations_left > 0;
    return realloc(old, size);
}

#define calloc  failing_calloc
#define realloc failing_realloc
#include "base/arena.c"
#include "handler/core/monitor.c"
#undef calloc
#undef realloc

#include "tests/handler/core/play.h"

static int let_all_succeed(void **context)
{
    (void)context;
    allocations_left = -1;
    return 0;
}

static struct hash fingerprint(const struct monitor *monitor, int64_t now_ns)
{
    struct hash hash;
    hash_init(&hash);
    monitor_hash(monitor, now_ns, &hash);
    return hash;
}

/* Long enough a story to touch everything that allocates. */
static const char story[] = "record web 101 running\nstart\nloaded\nup\nopened\ncreate db 202\nstarted db 202\n"
                            "exit web 101 3\nexit web 103 4\nexit db 202 5\nwritten 1\nwritten 2\n"
                            "reply 1 OK\nreply 2 UNAVAILABLE transport is closing\nwritten 3\ncreate job 303\n"
                            "exit job 303 6\nlost transport is closing\n+100ms\ntime\nup\nopened\nended OK\nstop";

/* Plays a line; where memory lacks, the step must have changed nothing, and it is made again with memory. */
static void play_line_in_need(struct play *play, const char *line)
{
    struct monitor_event event;
    struct hash before, after;
    int left = allocations_left;
    int result;

    if (!play_read(play, line, &event))
        return;
    event.now_ns = play->now_ns;
    event.wall_ns = PLAY_WALL_NS + play->now_ns;
    before = fingerprint(play->monitor, play->now_ns);
    result = monitor_step(play->monitor, &event, play->actions);
    if (result != 0) {
        assert_int_equal(result, ERROR_NO_MEMORY);
        assert_int_equal(left, 0);
        assert_int_equal(play->actions->count, 0);
        after = fingerprint(play->monitor, play->now_ns);
        assert_true(hash_equal(&before, &after));
        allocations_left = -1;
        assert_int_equal(monitor_step(play->monitor, &event, play->actions), 0);
    }
    play_write_actions(play);
}

static void a_step_that_lacks_memory_changes_nothing_and_may_be_tried_again(void **context)
{
    struct play whole;
    int fail_at;
    (void)context;
    play_begin(&whole, "basic");
    play_lines(&whole, story, play_line_in_need);
    assert_true(whole.trace.length > 500);
    for (fail_at = 0;; fail_at++) {
        struct play p;
        allocations_left = -1;
        play_begin(&p, "basic");
        allocations_left = fail_at;
        play_lines(&p, story, play_line_in_need);
        assert_int_equal(p.trace.length, whole.trace.length);
        assert_memory_equal(p.trace.bytes, whole.trace.bytes, whole.trace.length);
        play_end(&p);
        if (allocations_left >= 0)
            break;
    }
    /* The sweep ended because nothing was left to fail, after it had failed at least once. */
    assert_true(fail_at >= 1);
    allocations_left = -1;
    play_end(&whole);
}

static void making_and_cloning_a_monitor_fail_cleanly_for_want_of_memory(void **context)
{
    struct monitor_options options = {.policy = POLICY_RELIABLE, .name_space = text_of("ours")};
    struct monitor *monitor = NULL;
    struct monitor *clone = NULL;
    int needed = 0;
    (void)context;
    do {
        allocations_left = needed++;
        monitor_free(monitor);
        monitor = NULL;
    } while (monitor_new(&monitor, &options) == ERROR_NO_MEMORY);
    assert_true(needed > 2);
    allocations_left = 0;
    assert_int_equal(monitor_clone(&clone, monitor), ERROR_NO_MEMORY);
    allocations_left = 1;
    assert_int_equal(monitor_clone(&clone, monitor), ERROR_NO_MEMORY);
    allocations_left = 2;
    assert_int_equal(monitor_clone(&clone, monitor), 0);
    monitor_free(clone);
    monitor_free(monitor);
    monitor_free(NULL);
}

static struct monitor *continuation(struct play *play)
{
    struct monitor *clone = NULL;
    assert_int_equal(monitor_clone(&clone, play->monitor), 0);
    return clone;
}

/* After every step of the story a clone is made, which then lives the rest of the story as its original does. */
static void a_clone_does_and_becomes_what_its_original_does_and_becomes(void **context)
{
    const char *rest = story;
    (void)context;
    while (*rest != '\0') {
        struct play p, q;
        char first[sizeof story];
        struct hash a, b;
        rest += strcspn(rest, "\n");
        rest += *rest == '\n';
        memcpy(first, story, (size_t)(rest - story));
        first[rest - story] = '\0';

        play_begin(&p, "basic");
        play(&p, first);
        q = p;
        q.monitor = continuation(&p);
        q.actions = test_calloc(1, sizeof *q.actions);
        buffer_init(&q.trace);
        for (size_t i = 0; i < q.record_count; i++)
            q.records[i].id = text_of(q.ids[i]);
        buffer_clear(&p.trace);
        play(&p, rest);
        a = fingerprint(p.monitor, p.now_ns);
        play(&q, rest);
        b = fingerprint(q.monitor, q.now_ns);
        assert_true(hash_equal(&a, &b));
        assert_int_equal(p.trace.length, q.trace.length);
        if (p.trace.length > 0)
            assert_memory_equal(p.trace.bytes, q.trace.bytes, p.trace.length);
        play_end(&p);
        play_end(&q);
    }
}

static void the_same_events_give_the_same_trace(void **context)
{
    struct play p, q;
    (void)context;
    play_begin(&p, "original");
    play_begin(&q, "original");
    play(&p, story);
    play(&q, story);
    assert_int_equal(p.trace.length, q.trace.length);
    assert_memory_equal(p.trace.bytes, q.trace.bytes, p.trace.length);
    play_end(&p);
    play_end(&q);
}

/* What an action speaks of is gone with the next step, so a monitor that lives for ever does not grow. */
static void a_monitor_that_works_for_ever_takes_no_more_memory(void **context)
{
    static const char *const policies[] = {"original", "basic"};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        uint32_t used = 0;
        struct play p;
        play_begin(&p, policies[i]);
        play_subscribe(&p, "record web 101 running");
        for (unsigned round = 0; round < 300; round++) {
            char lines[300];
            (void)snprintf(lines, sizeof lines,
                           "opened\nexit web 101 3\nreply %u UNAVAILABLE transport is closing\nopened\noom web\n"
                           "lost transport is closing\n+30s\ntime\nup\nopened\nunreadable bad tag\n+30s\ntime",
                           round + 1);
            play_quietly(&p, lines);
            if (round == 1)
                used = arena_used(&p.monitor->arena);
        }
        assert_int_equal(arena_used(&p.monitor->arena), used);
        play_end(&p);
    }
}

static void a_load_with_records_that_cannot_be_used_keeps_the_others(void **context)
{
    static char long_id[MONITOR_ID_MAX + 1];
    struct container_record records[5] = {{.id = text_of("web"), .pid = 101},
                                          {.id = {NULL, 0}},
                                          {.id = {long_id, sizeof long_id}},
                                          {.id = text_of("web"), .pid = 102},
                                          {.id = text_of("db"), .pid = 202}};
    struct monitor_event loaded = {.kind = MONITOR_STORE_LOADED, .records = records, .record_count = 5};
    struct container_record record = {.id = {NULL, 0}};
    struct play p;
    (void)context;
    memset(long_id, 'x', sizeof long_id);
    play_begin(&p, "basic");
    play_quietly(&p, "start");
    play_step(&p, &loaded);
    play_expect(&p, "> loaded 5\n"
                    "  note load-failed DATA_LOSS \"not every record of the store can be used\"\n"
                    "  dial 1\n");
    assert_true(monitor_record_next(p.monitor, record.id, &record));
    assert_true(text_is(record.id, "db"));
    assert_true(monitor_record_next(p.monitor, record.id, &record));
    assert_true(text_is(record.id, "web"));
    assert_int_equal(record.pid, 101);
    assert_false(monitor_record_next(p.monitor, record.id, &record));
    play_end(&p);
}

static void a_load_of_more_records_than_there_may_be_keeps_the_first_ones(void **context)
{
    enum { COUNT = MONITOR_CONTAINERS_MAX + 10 };
    static struct container_record records[COUNT];
    static char ids[COUNT][8];
    struct monitor_event loaded = {.kind = MONITOR_STORE_LOADED, .records = records, .record_count = COUNT};
    struct container_record record;
    struct play p;
    (void)context;
    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "%zu", i);
        records[i].id = text_of(ids[i]);
    }
    play_begin(&p, "basic");
    play_quietly(&p, "start");
    play_step(&p, &loaded);
    assert_int_equal(p.actions->items[0].note.kind, NOTE_LOAD_FAILED);
    assert_true(monitor_record(p.monitor, text_of("65535"), &record));
    assert_false(monitor_record(p.monitor, text_of("65536"), &record));
    play_end(&p);
}

static void a_load_replaces_the_records_and_a_failed_one_does_not(void **context)
{
    struct container_record record;
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "create db 202\nwritten 1\nstop\nstart\nload-failed x");
    assert_true(monitor_record(p.monitor, text_of("db"), &record));
    play_quietly(&p, "stop\nstart\nloaded");
    assert_false(monitor_record(p.monitor, text_of("db"), &record));
    assert_true(monitor_record(p.monitor, text_of("web"), &record));
    play_end(&p);
}

/* A peer may say as much as it likes: it is cut, and not inside a character. */
static void what_a_peer_said_is_cut(void **context)
{
    static char text[MONITOR_TEXT_MAX + 8];
    static const struct {
        size_t prefix, length, kept;
    } rows[] = {
        {MONITOR_TEXT_MAX, MONITOR_TEXT_MAX, MONITOR_TEXT_MAX},
        {MONITOR_TEXT_MAX + 8, MONITOR_TEXT_MAX + 8, MONITOR_TEXT_MAX},
        {MONITOR_TEXT_MAX - 1, MONITOR_TEXT_MAX + 1, MONITOR_TEXT_MAX - 1},
        {MONITOR_TEXT_MAX - 2, MONITOR_TEXT_MAX, MONITOR_TEXT_MAX},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event ended = {.kind = MONITOR_STREAM_ENDED, .stream_id = 1};
        struct play p;
        memset(text, 'x', sizeof text);
        if (rows[i].prefix < rows[i].length)
            memcpy(text + rows[i].prefix, "\xc3\xbc", 2);
        play_begin(&p, "basic");
        play_subscribe(&p, "");
        ended.outcome.text.bytes = text;
        ended.outcome.text.length = rows[i].length;
        play_step(&p, &ended);
        assert_int_equal(p.actions->items[0].note.outcome.text.length, rows[i].kept);
        play_end(&p);
    }
}

/* The event's own texts may go as soon as the step is over. */
static void what_an_action_speaks_of_is_a_copy(void **context)
{
    char said[] = "transport is closing";
    char id[] = "web";
    struct monitor_event event;
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    assert_true(play_read(&p, "exit web 101 3", &event));
    event.task.container_id = text_of(id);
    play_step(&p, &event);
    memset(id, '#', 3);
    assert_true(text_is(p.actions->items[1].note.container_id, "web"));
    assert_true(text_is(p.actions->items[1].note.task.container_id, "web"));
    assert_true(play_read(&p, "ended UNAVAILABLE", &event));
    event.outcome.text = text_of(said);
    play_step(&p, &event);
    memset(said, '#', 5);
    assert_true(text_is(p.actions->items[0].note.outcome.text, "transport is closing"));
    play_end(&p);
}

static void the_options_say_how_to_back_off(void **context)
{
    static const struct {
        struct backoff_options backoff;
        int64_t delays_ms[2];
    } rows[] = {
        {{0, 0, 0, false}, {100, 200}},
        {{TIME_SECOND, 0, 0, false}, {1000, 2000}},
        {{TIME_SECOND, 0, 3, false}, {1000, 3000}},
        {{5 * TIME_SECOND, 5 * TIME_SECOND, 2, false}, {5000, 5000}},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_options options = {.backoff = rows[i].backoff};
        struct play p;
        play_begin_with(&p, &options);
        play_quietly(&p, "start\nloaded\nlost x");
        assert_int_equal(monitor_deadline_ns(p.monitor), rows[i].delays_ms[0] * TIME_MILLISECOND);
        p.now_ns = monitor_deadline_ns(p.monitor);
        play_quietly(&p, "time\nlost x");
        assert_int_equal(monitor_deadline_ns(p.monitor) - p.now_ns, rows[i].delays_ms[1] * TIME_MILLISECOND);
        play_end(&p);
    }
}

static int64_t third_delay_ns(uint64_t seed)
{
    struct monitor_options options = {.backoff = {0, 30 * TIME_SECOND, 2, true}, .seed = seed};
    struct play p;
    int64_t delay_ns;
    play_begin_with(&p, &options);
    play_quietly(&p, "start\nloaded\nlost x\n+1s\ntime\nlost x\n+1s\ntime\nlost x");
    delay_ns = monitor_deadline_ns(p.monitor) - p.now_ns;
    play_end(&p);
    return delay_ns;
}

static void jitter_comes_from_the_seed(void **context)
{
    (void)context;
    assert_in_range(third_delay_ns(1), 100 * TIME_MILLISECOND, 400 * TIME_MILLISECOND);
    assert_int_equal(third_delay_ns(1), third_delay_ns(1));
    assert_int_not_equal(third_delay_ns(1), third_delay_ns(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_step_that_lacks_memory_changes_nothing_and_may_be_tried_again, let_all_succeed),
        cmocka_unit_test_setup(making_and_cloning_a_monitor_fail_cleanly_for_want_of_memory, let_all_succeed),
        cmocka_unit_test_setup(a_clone_does_and_becomes_what_its_original_does_and_becomes, let_all_succeed),
        cmocka_unit_test_setup(the_same_events_give_the_same_trace, let_all_succeed),
        cmocka_unit_test_setup(a_monitor_that_works_for_ever_takes_no_more_memory, let_all_succeed),
        cmocka_unit_test_setup(a_load_with_records_that_cannot_be_used_keeps_the_others, let_all_succeed),
        cmocka_unit_test_setup(a_load_of_more_records_than_there_may_be_keeps_the_first_ones, let_all_succeed),
        cmocka_unit_test_setup(a_load_replaces_the_records_and_a_failed_one_does_not, let_all_succeed),
        cmocka_unit_test_setup(what_a_peer_said_is_cut, let_all_succeed),
        cmocka_unit_test_setup(what_an_action_speaks_of_is_a_copy, let_all_succeed),
        cmocka_unit_test_setup(the_options_say_how_to_back_off, let_all_succeed),
        cmocka_unit_test_setup(jitter_comes_from_the_seed, let_all_succeed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
