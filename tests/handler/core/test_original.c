/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* What the monitor of 2017 wrote to its log, our notes tell: of what, of which container, and how it failed. */

static void each_error_line_of_the_original_is_a_note(void **context)
{
    static const struct {
        const char *before, *script; /* the note is the first action, or the second, of the last line */
        size_t at;
        enum note_kind kind;
        const char *container, *sentence;
    } rows[] = {
        {"start\nloaded", "lost grpc: the connection is unavailable", 0, NOTE_CONNECT_FAILED, "",
         "cannot connect to containerd: UNAVAILABLE \"grpc: the connection is unavailable\"; next try in 100ms"},
        {"start\nloaded\nup\nopened\nexit web 999 3\nopened\nexit web 101 3\nlost gone", "+100ms\ntime\nlost gone", 0,
         NOTE_CONNECT_FAILED, "", "cannot connect to containerd: UNAVAILABLE \"gone\"; next try in 200ms"},
        {"start\nloaded\nup", "ended UNIMPLEMENTED unknown service", 0, NOTE_SUBSCRIBE_FAILED, "",
         "cannot subscribe to events: UNIMPLEMENTED \"unknown service\"; next try in 100ms"},
        {"start\nloaded\nup\nopened", "ended OK", 0, NOTE_STREAM_FAILED, "",
         "the event stream ended: OK; next try in 100ms"},
        {"start\nloaded\nup\nopened", "ended UNKNOWN unexpected EOF", 0, NOTE_STREAM_FAILED, "",
         "the event stream ended: UNKNOWN \"unexpected EOF\"; next try in 100ms"},
        {"start\nloaded\nup\nopened", "unreadable grpc: failed to unmarshal the received message: an event", 1,
         NOTE_STREAM_FAILED, "",
         "the event stream ended: INTERNAL \"grpc: failed to unmarshal the received message: an event\"; next try in "
         "100ms"},
        {"start\nloaded\nup\nopened", "lost transport is closing", 0, NOTE_CONNECTION_LOST, "",
         "lost the connection to containerd: UNAVAILABLE \"transport is closing\"; next try in 100ms"},
        {"start\nloaded\nup\nopened", "exit nobody 7 3", 2, NOTE_CONTAINER_UNKNOWN, "nobody",
         "ignored the exit of container nobody: there is no record of it"},
        {"start\nloaded\nup\nopened", "exit", 2, NOTE_CONTAINER_UNKNOWN, "",
         "ignored the exit of container \"\": there is no record of it"},
        {"start\nloaded\nup\nopened\nexit web 101 3", "reply 1 UNKNOWN shim is gone", 0, NOTE_DELETE_FAILED, "web",
         "cannot delete the task of container web: UNKNOWN \"shim is gone\""},
        {"start\nloaded\nup\nopened\nexit web 101 3\nreply 1 OK", "failed 1 disk full", 0, NOTE_STORE_FAILED, "web",
         "cannot store the record of container web: INTERNAL \"disk full\""},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer sentence = BUFFER_INIT;
        const struct monitor_action *action;
        struct play p;
        play_begin(&p, "original");
        play_quietly(&p, "record web 101 running");
        play_quietly(&p, rows[i].before);
        play_quietly(&p, rows[i].script);
        action = &p.actions->items[rows[i].at];
        assert_true(rows[i].at < p.actions->count);
        assert_int_equal(action->kind, MONITOR_NOTE);
        assert_int_equal(action->note.kind, rows[i].kind);
        assert_true(text_is(action->note.container_id, rows[i].container));
        assert_false(note_is_detail(action->note.kind));
        note_format(&action->note, &sentence);
        assert_int_equal(buffer_append(&sentence, "", 1), 0);
        assert_string_equal((const char *)sentence.bytes, rows[i].sentence);
        buffer_release(&sentence);
        play_end(&p);
    }
}

/* Every event was logged with its fields, at the level of details. */
static void each_event_is_told_before_what_is_done_with_it(void **context)
{
    static const char *const scripts[] = {"exit web 101 3", "exit nobody 7 3", "exit web 999 3", "oom web",
                                          "create web 5",   "started web 5",   "other"};
    (void)context;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct play p;
        play_begin(&p, "original");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, scripts[i]);
        assert_int_equal(p.actions->items[0].kind, MONITOR_ABANDON_STREAM);
        assert_int_equal(p.actions->items[1].note.kind, NOTE_EVENT_RECEIVED);
        assert_true(note_is_detail(NOTE_EVENT_RECEIVED));
        play_end(&p);
    }
}

/* A stream that merely opens takes the delay back to its least, so a server that ends each at once is asked for ever.
 */
static void streams_that_open_and_end_are_100_ms_apart_for_ever(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original");
    play_subscribe(&p, "");
    for (int i = 0; i < 1000; i++) {
        play_quietly(&p, "ended OK");
        assert_true(monitor_deadline_ns(p.monitor) == p.now_ns + 100 * TIME_MILLISECOND);
        play_quietly(&p, "+100ms\ntime\nopened");
    }
    play_end(&p);
}

static void dials_that_fail_after_a_broken_stream_go_on_where_its_delay_left_off(void **context)
{
    static const int64_t delays_ms[] = {200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000, 30000, 30000};
    struct play p;
    (void)context;
    play_begin(&p, "original");
    play_subscribe(&p, "");
    play_quietly(&p, "lost transport is closing");
    assert_true(monitor_deadline_ns(p.monitor) == 100 * TIME_MILLISECOND);
    for (size_t i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
        p.now_ns = monitor_deadline_ns(p.monitor);
        play_quietly(&p, "time\nlost grpc: the connection is unavailable");
        assert_true(monitor_deadline_ns(p.monitor) == p.now_ns + delays_ms[i] * TIME_MILLISECOND);
    }
    p.now_ns = monitor_deadline_ns(p.monitor);
    play_quietly(&p, "time\nup\nopened\nended OK");
    assert_true(monitor_deadline_ns(p.monitor) == p.now_ns + 100 * TIME_MILLISECOND);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_line_of_the_original_is_a_note),
        cmocka_unit_test(each_event_is_told_before_what_is_done_with_it),
        cmocka_unit_test(streams_that_open_and_end_are_100_ms_apart_for_ever),
        cmocka_unit_test(dials_that_fail_after_a_broken_stream_go_on_where_its_delay_left_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
