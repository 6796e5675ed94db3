/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

static void a_start_loads_then_dials_then_subscribes(void **context)
{
    (void)context;
    play_assert_trace("basic", "start\nstart\nloaded\nup\nopened",
                      "> start\n  load\n"
                      "> start\n"
                      "> loaded 0\n  dial 1\n"
                      "> connection 1 up\n  note connected\n  open stream 1 on connection 1\n"
                      "> stream 1 opened\n  note subscribed\n");
}

static void a_failed_load_is_noted_and_the_monitor_goes_on_without(void **context)
{
    (void)context;
    play_assert_trace("original", "start\nload-failed disk on fire\nloaded",
                      "> start\n  load\n"
                      "> load failed \"disk on fire\"\n  note load-failed INTERNAL \"disk on fire\"\n  dial 1\n"
                      "> loaded 0\n");
}

/* It was the answer to what was asked before a stop. */
static void records_that_come_behind_a_failure_are_taken(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original-with=retry-load");
    play_quietly(&p, "record web 101 running\nstart\nstop\nstart\nload-failed disk on fire");
    play(&p, "loaded\n+100ms\ntime");
    play_expect(&p, "> loaded 1\n  dial 1\n+100ms\n> time\n");
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    play_end(&p);
}

/* Without a connection meanwhile, since nothing would be known of whatever it told. Then the backoff begins anew. */
static void records_that_cannot_be_read_are_asked_for_again(void **context)
{
    (void)context;
    play_assert_trace("original-with=retry-load",
                      "start\nload-failed disk on fire\n+99ms\ntime\nload-failed late\n+1ms\ntime\n"
                      "load-failed disk on fire\n+200ms\ntime\nloaded\nlost gone",
                      "> start\n  load\n"
                      "> load failed \"disk on fire\"\n"
                      "  note load-failed INTERNAL \"disk on fire\"; next try in 100ms\n"
                      "+99ms\n> time\n> load failed \"late\"\n+1ms\n> time\n  load\n"
                      "> load failed \"disk on fire\"\n"
                      "  note load-failed INTERNAL \"disk on fire\"; next try in 200ms\n"
                      "+200ms\n> time\n  load\n"
                      "> loaded 0\n  dial 1\n"
                      "> connection 1 lost UNAVAILABLE \"gone\"\n"
                      "  note connect-failed UNAVAILABLE \"gone\"; next try in 100ms\n");
}

static void a_stop_ends_the_wait_for_records(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original-with=retry-load");
    play_quietly(&p, "start\nload-failed x");
    assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns + 100 * TIME_MILLISECOND);
    play_quietly(&p, "stop");
    assert_int_equal(p.actions->count, 0);
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_quietly(&p, "start");
    assert_int_equal(p.actions->count, 1);
    assert_int_equal(p.actions->items[0].kind, MONITOR_LOAD);
    play_end(&p);
}

/* Both policies: 0.1 to 25.6 s, then 30 s for ever, a dial at each. */
static void a_socket_that_is_missing_is_dialled_with_growing_delays_up_to_the_cap(void **context)
{
    static const char *const policies[] = {"original", "basic"};
    static const int64_t delays_ms[] = {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000, 30000};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_begin(&p, policies[i]);
        play_quietly(&p, "start\nloaded");
        for (size_t j = 0; j < sizeof delays_ms / sizeof delays_ms[0]; j++) {
            play_quietly(&p, "lost no such file or directory");
            assert_int_equal(p.actions->count, 1);
            assert_int_equal(p.actions->items[0].note.kind, NOTE_CONNECT_FAILED);
            assert_int_equal(p.actions->items[0].note.delay_ns, delays_ms[j] * TIME_MILLISECOND);
            assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns + delays_ms[j] * TIME_MILLISECOND);
            p.now_ns = monitor_deadline_ns(p.monitor);
            play_quietly(&p, "time");
            assert_int_equal(p.actions->count, 1);
            assert_int_equal(p.actions->items[0].kind, MONITOR_DIAL);
            assert_int_equal(p.actions->items[0].connection_id, j + 2);
        }
        play_end(&p);
    }
}

static void time_that_comes_too_early_changes_nothing(void **context)
{
    (void)context;
    play_assert_trace("original", "start\nloaded\nlost gone\n+99ms\ntime\n+1ms\ntime",
                      "> start\n  load\n> loaded 0\n  dial 1\n"
                      "> connection 1 lost UNAVAILABLE \"gone\"\n"
                      "  note connect-failed UNAVAILABLE \"gone\"; next try in 100ms\n"
                      "+99ms\n> time\n+1ms\n> time\n  dial 2\n");
}

/* A clean end and an error are both ends, and each opened stream resets the backoff: 100 ms for ever. */
static void the_original_retries_a_server_that_ends_streams_every_100_ms(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        "original",
        "ended OK\n+100ms\ntime\nopened\nended UNAVAILABLE shut down\n+100ms\ntime\nopened\n"
        "ended OK",
        "> stream 1 ended OK\n  note stream-failed OK; next try in 100ms\n"
        "+100ms\n> time\n  open stream 2 on connection 1\n"
        "> stream 2 opened\n  note subscribed\n"
        "> stream 2 ended UNAVAILABLE \"shut down\"\n"
        "  note stream-failed UNAVAILABLE \"shut down\"; next try in 100ms\n"
        "+100ms\n> time\n  open stream 3 on connection 1\n"
        "> stream 3 opened\n  note subscribed\n"
        "> stream 3 ended OK\n  note stream-failed OK; next try in 100ms\n");
}

static void the_reliable_one_slows_down_for_a_server_that_ends_streams(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("basic",
                                      "ended OK\n+100ms\ntime\nopened\nended OK\n+200ms\ntime\nopened\nended OK",
                                      "> stream 1 ended OK\n  note stream-failed OK; next try in 100ms\n"
                                      "+100ms\n> time\n  open stream 2 on connection 1\n"
                                      "> stream 2 opened\n  note subscribed\n"
                                      "> stream 2 ended OK\n  note stream-failed OK; next try in 200ms\n"
                                      "+200ms\n> time\n  open stream 3 on connection 1\n"
                                      "> stream 3 opened\n  note subscribed\n"
                                      "> stream 3 ended OK\n  note stream-failed OK; next try in 400ms\n");
}

/* The delay after a second stream that ended in this way; the first one ended at once. */
static int64_t second_delay_ns(const char *policy, const char *script)
{
    struct play p;
    int64_t delay_ns;
    play_begin(&p, policy);
    play_subscribe(&p, "");
    play_quietly(&p, "ended OK\n+100ms\ntime\nopened");
    play_quietly(&p, script);
    delay_ns = monitor_unrest_ns(p.monitor) - p.now_ns;
    play_end(&p);
    return delay_ns;
}

static void what_proves_that_the_server_is_well_resets_the_backoff(void **context)
{
    static const struct {
        const char *policy, *script;
        int64_t delay_ms;
    } rows[] = {
        {"basic", "ended OK", 200},
        {"basic", "oom web\nended OK", 100},
        {"basic", "other\nended OK", 100},
        {"basic-without=skip-unreadable", "unreadable garbage", 200},
        {"basic", "lost gone", 200},
        {"basic", "oom web\nlost gone", 100},
        {"basic", "+29.999999999s\nended OK", 200},
        {"basic", "+30s\nended OK", 100},
        {"basic", "+30s\nlost gone", 100},
        {"basic-without=skip-unreadable", "+30s\nunreadable garbage", 100},
        {"basic", "unreadable garbage\nended OK", 200},
        {"basic", "+29.999999999s\nlost gone", 200},
        {"basic-without=reset-on-proof", "ended OK", 100},
        {"original", "ended OK", 100},
        {"original-with=reset-on-proof", "ended OK", 200},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(second_delay_ns(rows[i].policy, rows[i].script), rows[i].delay_ms * TIME_MILLISECOND);
}

/* One that took long to be opened has proved nothing. */
static void a_stream_that_never_opened_does_not_reset_the_backoff_however_long_it_took(void **context)
{
    (void)context;
    play_assert_trace("basic-without=ping",
                      "start\nloaded\nup\n+40s\nended UNAVAILABLE no\n+100ms\ntime\n+40s\nended UNAVAILABLE no",
                      "> start\n  load\n> loaded 0\n  dial 1\n"
                      "> connection 1 up\n  note connected\n  open stream 1 on connection 1\n"
                      "+40s\n> stream 1 ended UNAVAILABLE \"no\"\n"
                      "  note subscribe-failed UNAVAILABLE \"no\"; next try in 100ms\n"
                      "+100ms\n> time\n  open stream 2 on connection 1\n"
                      "+40s\n> stream 2 ended UNAVAILABLE \"no\"\n"
                      "  note subscribe-failed UNAVAILABLE \"no\"; next try in 200ms\n");
}

static void the_original_reads_one_message_of_a_stream_and_abandons_it(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("original", "oom web\nstream 1\noom web\nended OK\nstream 2\nopened\nother",
                                      "> message /tasks/oom web\n  abandon stream 1\n  note event-received web\n"
                                      "  open stream 2 on connection 1\n"
                                      /* What comes on the old stream is not heard. */
                                      "> message /tasks/oom web\n"
                                      "> stream 1 ended OK\n"
                                      "> stream 2 opened\n  note subscribed\n"
                                      "> message /images/update\n  abandon stream 2\n  note event-received\n"
                                      "  open stream 3 on connection 1\n");
}

static void with_the_cure_it_cancels_the_stream_that_it_abandons(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("original-with=cancel-abandoned", "oom web",
                                      "> message /tasks/oom web\n  cancel stream 1\n  note event-received web\n"
                                      "  open stream 2 on connection 1\n");
}

static void the_reliable_one_reads_on(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("basic", "oom web\noom web\nother",
                                      "> message /tasks/oom web\n  note event-received web\n"
                                      "> message /tasks/oom web\n  note event-received web\n"
                                      "> message /images/update\n  note event-received\n");
}

static void an_unreadable_message_ends_the_stream_left_open_by_the_original_only(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("original", "unreadable bad tag\n+100ms\ntime",
                                      "> stream 1 unreadable INTERNAL \"bad tag\"\n  abandon stream 1\n"
                                      "  note stream-failed INTERNAL \"bad tag\"; next try in 100ms\n"
                                      "+100ms\n> time\n  open stream 2 on connection 1\n");
    play_assert_trace_once_subscribed("basic-without=skip-unreadable", "unreadable bad tag",
                                      "> stream 1 unreadable INTERNAL \"bad tag\"\n  cancel stream 1\n"
                                      "  note stream-failed INTERNAL \"bad tag\"; next try in 100ms\n");
}

static void a_message_that_cannot_be_read_is_skipped_and_what_follows_is_read(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("basic", "unreadable bad tag\noom web",
                                      "> stream 1 unreadable INTERNAL \"bad tag\"\n"
                                      "  note message-unreadable INTERNAL \"bad tag\"\n"
                                      "> message /tasks/oom web\n  note event-received web\n");
}

static void events_of_an_earlier_connection_or_stream_are_not_heard(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        "basic",
        "lost gone\n+100ms\ntime\nconnection 1\nup\nlost late\ndraining\nconnection 2\nup\n"
        "stream 1\nopened\nended OK\nunreadable x\noom web\nstream 2\noom web\nup",
        "> connection 1 lost UNAVAILABLE \"gone\"\n"
        "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
        "+100ms\n> time\n  dial 2\n"
        "> connection 1 up\n> connection 1 lost UNAVAILABLE \"late\"\n"
        "> connection 1 draining\n"
        "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
        "> stream 1 opened\n> stream 1 ended OK\n> stream 1 unreadable INTERNAL \"x\"\n"
        "> message /tasks/oom web\n"
        /* Nor is a message of a stream that is not open yet, nor a second up. */
        "> message /tasks/oom web\n"
        "> connection 2 up\n");
}

static void subscribed_is_true_while_a_stream_is_read(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_quietly(&p, "start\nloaded\nup");
    assert_false(monitor_subscribed(p.monitor));
    play_quietly(&p, "opened");
    assert_true(monitor_subscribed(p.monitor));
    play_quietly(&p, "ended OK");
    assert_false(monitor_subscribed(p.monitor));
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_that_come_behind_a_failure_are_taken),
        cmocka_unit_test(a_start_loads_then_dials_then_subscribes),
        cmocka_unit_test(a_failed_load_is_noted_and_the_monitor_goes_on_without),
        cmocka_unit_test(records_that_cannot_be_read_are_asked_for_again),
        cmocka_unit_test(a_stop_ends_the_wait_for_records),
        cmocka_unit_test(a_socket_that_is_missing_is_dialled_with_growing_delays_up_to_the_cap),
        cmocka_unit_test(time_that_comes_too_early_changes_nothing),
        cmocka_unit_test(the_original_retries_a_server_that_ends_streams_every_100_ms),
        cmocka_unit_test(the_reliable_one_slows_down_for_a_server_that_ends_streams),
        cmocka_unit_test(what_proves_that_the_server_is_well_resets_the_backoff),
        cmocka_unit_test(a_stream_that_never_opened_does_not_reset_the_backoff_however_long_it_took),
        cmocka_unit_test(the_original_reads_one_message_of_a_stream_and_abandons_it),
        cmocka_unit_test(with_the_cure_it_cancels_the_stream_that_it_abandons),
        cmocka_unit_test(the_reliable_one_reads_on),
        cmocka_unit_test(an_unreadable_message_ends_the_stream_left_open_by_the_original_only),
        cmocka_unit_test(a_message_that_cannot_be_read_is_skipped_and_what_follows_is_read),
        cmocka_unit_test(events_of_an_earlier_connection_or_stream_are_not_heard),
        cmocka_unit_test(subscribed_is_true_while_a_stream_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
