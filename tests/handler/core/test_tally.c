/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

#define POLICY "basic-without=ping"

static void the_first_of_a_kind_is_noted_and_the_number_of_the_others_after_a_minute(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        POLICY, "unreadable a\nunreadable b\n+30s\nunreadable c\n+29.999999999s\ntime\n+1ns\ntime",
        "> stream 1 unreadable INTERNAL \"a\"\n  note message-unreadable INTERNAL \"a\"\n"
        "> stream 1 unreadable INTERNAL \"b\"\n+30s\n> stream 1 unreadable INTERNAL \"c\"\n"
        "+29.999999999s\n> time\n+1ns\n> time\n  note repeated message-unreadable 2\n");
}

/* The number begins the minute anew; one that passes without anything lets the next be told by itself. */
static void of_each_kind_there_is_one_note_a_minute_at_the_most(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        POLICY,
        "unreadable a\nunreadable b\n+60s\ntime\n+59s\nunreadable c\n+1s\ntime\n+60s\ntime\nunreadable d\nunreadable e",
        "> stream 1 unreadable INTERNAL \"a\"\n  note message-unreadable INTERNAL \"a\"\n"
        "> stream 1 unreadable INTERNAL \"b\"\n"
        "+60s\n> time\n  note repeated message-unreadable 1\n"
        "+59s\n> stream 1 unreadable INTERNAL \"c\"\n"
        "+1s\n> time\n  note repeated message-unreadable 1\n"
        "+60s\n> time\n> stream 1 unreadable INTERNAL \"d\"\n  note message-unreadable INTERNAL \"d\"\n"
        "> stream 1 unreadable INTERNAL \"e\"\n");
}

static void each_kind_of_useless_event_has_a_minute_of_its_own(void **context)
{
    static const struct {
        const char *event;
        enum note_kind kind;
    } rows[] = {
        {"exit zz 1 1", NOTE_CONTAINER_UNKNOWN},
        {"in theirs\nexit web 101 1\nin ours", NOTE_FOREIGN_NAMESPACE},
        {"oom", NOTE_EVENT_UNUSABLE},
        {"unreadable x", NOTE_MESSAGE_UNREADABLE},
    };
    struct play p;
    (void)context;
    play_begin(&p, POLICY);
    play_subscribe(&p, "record web 101 running");
    for (size_t round = 0; round < 3; round++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            size_t notes = 0;
            play_quietly(&p, rows[i].event);
            for (size_t j = 0; j < p.actions->count; j++)
                notes += p.actions->items[j].note.kind == rows[i].kind;
            assert_int_equal(notes, round == 0);
        }
    assert_int_equal(monitor_unrest_ns(p.monitor), TIME_NEVER);
    assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns + 60 * TIME_SECOND);
    p.now_ns += 60 * TIME_SECOND;
    play_quietly(&p, "time");
    assert_int_equal(p.actions->count, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < p.actions->count; i++) {
        assert_int_equal(p.actions->items[i].note.kind, NOTE_REPEATED);
        assert_int_equal(p.actions->items[i].note.count, 2);
    }
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_end(&p);
}

/* Time that comes late loses no number. */
static void what_comes_before_a_late_number_is_in_it(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(POLICY, "unreadable a\nunreadable b\n+70s\nunreadable c\ntime",
                                      "> stream 1 unreadable INTERNAL \"a\"\n  note message-unreadable INTERNAL \"a\"\n"
                                      "> stream 1 unreadable INTERNAL \"b\"\n"
                                      "+70s\n> stream 1 unreadable INTERNAL \"c\"\n"
                                      "> time\n  note repeated message-unreadable 2\n");
}

static void what_matters_for_a_container_is_noted_each_time(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, POLICY);
    play_subscribe(&p, "record web 101 running");
    for (unsigned i = 1; i <= 3; i++) {
        play_quietly(&p, "exit web 555 1");
        assert_int_equal(p.actions->items[1].note.kind, NOTE_NOT_THE_INIT_PROCESS);
    }
    play_end(&p);
}

static void the_original_notes_each(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original-with=read-whole-stream");
    play_subscribe(&p, "");
    for (int i = 0; i < 3; i++) {
        play_quietly(&p, "exit zz 1 1");
        assert_int_equal(p.actions->items[1].note.kind, NOTE_CONTAINER_UNKNOWN);
    }
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_a_kind_is_noted_and_the_number_of_the_others_after_a_minute),
        cmocka_unit_test(of_each_kind_there_is_one_note_a_minute_at_the_most),
        cmocka_unit_test(each_kind_of_useless_event_has_a_minute_of_its_own),
        cmocka_unit_test(what_comes_before_a_late_number_is_in_it),
        cmocka_unit_test(what_matters_for_a_container_is_noted_each_time),
        cmocka_unit_test(the_original_notes_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
