/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* When the tasks are listed. */

#define ONCE   "original-with=read-whole-stream,asynchronous,relist"
#define TWICE  ONCE ",second-list"
#define SWEEPS TWICE ",sweep"
#define OPENED "> stream 1 opened\n  note subscribed\n  call 1 Tasks.List timeout 10s\n"

/* From the opening of the first stream. */
static void assert_lists(const char *policy, const char *script, const char *expected)
{
    struct play p;
    play_begin(&p, policy);
    play_quietly(&p, "start\nloaded\nup");
    play(&p, script);
    play_expect(&p, expected);
    play_end(&p);
}

static void each_subscription_is_followed_by_a_list(void **context)
{
    (void)context;
    assert_lists(ONCE, "opened\nlisted 1\n+10s\ntime\nended OK\n+100ms\ntime\nopened",
                 OPENED "> reply 1 OK 0 tasks\n+10s\n> time\n"
                        "> stream 1 ended OK\n  note stream-failed OK; next try in 100ms\n"
                        "+100ms\n> time\n  open stream 2 on connection 1\n"
                        "> stream 2 opened\n  note subscribed\n  call 2 Tasks.List timeout 10s\n");
}

static void a_second_list_closes_the_gap_of_a_subscription_that_is_not_registered_yet(void **context)
{
    (void)context;
    assert_lists(TWICE, "opened\nlisted 1\n+999ms\ntime\n+1ms\ntime\nlisted 2\n+1h\ntime",
                 OPENED "> reply 1 OK 0 tasks\n+999ms\n> time\n+1ms\n> time\n  call 2 Tasks.List timeout 10s\n"
                        "> reply 2 OK 0 tasks\n+1h\n> time\n");
}

/* The first message proves the registration, and only what is listed after it can have missed nothing. */
static void a_first_message_that_comes_later_still_makes_it_be_listed_once_more(void **context)
{
    (void)context;
    assert_lists(TWICE, "opened\nlisted 1\n+1s\ntime\nlisted 2\n+5s\noom web\nlisted 3\noom web",
                 OPENED "> reply 1 OK 0 tasks\n+1s\n> time\n  call 2 Tasks.List timeout 10s\n"
                        "> reply 2 OK 0 tasks\n"
                        "+5s\n> message /tasks/oom web\n  call 3 Tasks.List timeout 10s\n  note event-received web\n"
                        "> reply 3 OK 0 tasks\n> message /tasks/oom web\n  note event-received web\n");
}

static void a_message_before_the_second_list_needs_no_third(void **context)
{
    (void)context;
    assert_lists(TWICE, "opened\nlisted 1\noom web\n+1s\ntime\nlisted 2\noom web\n+1h\ntime",
                 OPENED "> reply 1 OK 0 tasks\n> message /tasks/oom web\n  note event-received web\n"
                        "+1s\n> time\n  call 2 Tasks.List timeout 10s\n> reply 2 OK 0 tasks\n"
                        "> message /tasks/oom web\n  note event-received web\n+1h\n> time\n");
}

static void a_message_while_the_second_list_is_under_way_makes_another(void **context)
{
    (void)context;
    assert_lists(TWICE, "opened\nlisted 1\n+1s\ntime\noom web\nlisted 2\n+1s\ntime",
                 OPENED "> reply 1 OK 0 tasks\n+1s\n> time\n  call 2 Tasks.List timeout 10s\n"
                        "> message /tasks/oom web\n  note event-received web\n"
                        "> reply 2 OK 0 tasks\n+1s\n> time\n  call 3 Tasks.List timeout 10s\n");
}

/* And then the next one comes with the sweep. */
static void a_list_that_is_wanted_is_asked_for_once(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, SWEEPS ",no-lock,not-found-by-code,learn-from-events,incarnations");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\n+1s\ntime\nlisted 2 web:running:101:0\n+5s");
    play_quietly(&p, "exit web 101 3\nlisted 3 web:stopped:101:3\nreply 4 OK\nwritten 1\n+5s");
    /* Of a life of which nobody has told. */
    play_quietly(&p, "main web 102 4");
    assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns);
    play(&p, "time");
    play_expect(&p, "> time\n  call 5 Tasks.List timeout 10s\n");
    play_quietly(&p, "listed 5");
    assert_int_equal(monitor_deadline_ns(p.monitor) - p.now_ns, 60 * TIME_SECOND);
    play_end(&p);
}

static void lists_come_round_every_minute(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, SWEEPS);
    play_quietly(&p, "start\nloaded\nup\nopened\nlisted 1\n+1s\ntime\nlisted 2");
    for (unsigned number = 3; number < 6; number++) {
        char reply[32];
        assert_int_equal(monitor_deadline_ns(p.monitor) - p.now_ns, 60 * TIME_SECOND);
        /* That is no reason to wait. */
        assert_true(monitor_unrest_ns(p.monitor) == TIME_NEVER);
        assert_false(monitor_busy(p.monitor));
        play_quietly(&p, "+60s\ntime");
        assert_int_equal(p.actions->items[0].call, MONITOR_CALL_LIST);
        assert_true(monitor_busy(p.monitor));
        (void)snprintf(reply, sizeof reply, "listed %u", number);
        play_quietly(&p, reply);
    }
    play_end(&p);
}

static void a_list_that_fails_is_asked_for_again_and_ends_no_subscription(void **context)
{
    (void)context;
    assert_lists(ONCE,
                 "opened\nreply 1 UNAVAILABLE no\n+100ms\ntime\nreply 2 DEADLINE_EXCEEDED\n+200ms\ntime\nlisted 3",
                 OPENED "> reply 1 UNAVAILABLE \"no\"\n  note list-failed UNAVAILABLE \"no\"; next try in 100ms\n"
                        "+100ms\n> time\n  call 2 Tasks.List timeout 10s\n"
                        "> reply 2 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 200ms\n"
                        "+200ms\n> time\n  call 3 Tasks.List timeout 10s\n> reply 3 OK 0 tasks\n");
}

static void the_delays_begin_anew_after_a_list_that_came(void **context)
{
    (void)context;
    assert_lists(ONCE ",sweep", "opened\nreply 1 UNAVAILABLE\n+100ms\ntime\nlisted 2\n+60s\ntime\nreply 3 UNAVAILABLE",
                 OPENED "> reply 1 UNAVAILABLE\n  note list-failed UNAVAILABLE; next try in 100ms\n"
                        "+100ms\n> time\n  call 2 Tasks.List timeout 10s\n> reply 2 OK 0 tasks\n"
                        "+60s\n> time\n  call 3 Tasks.List timeout 10s\n"
                        "> reply 3 UNAVAILABLE\n  note list-failed UNAVAILABLE; next try in 100ms\n");
}

/* One bad entry makes some servers refuse the whole list; each task can still be asked for. */
static void what_cannot_be_listed_is_asked_for_one_by_one(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ONCE ",verify");
    play_subscribe(&p, "record web 101 running\nrecord db 202 exited");
    play(&p, "reply 1 INTERNAL bad entry\n+100ms\ntime\nreply 2 INTERNAL bad entry");
    play_expect(&p, "> reply 1 INTERNAL \"bad entry\"\n"
                    "  note list-failed INTERNAL \"bad entry\"; next try in 100ms\n"
                    "+100ms\n> time\n  call 2 Tasks.List timeout 10s\n"
                    "> reply 2 INTERNAL \"bad entry\"\n"
                    "  note list-failed INTERNAL \"bad entry\"; next try in 200ms\n"
                    "  call 3 Tasks.Get web timeout 10s\n");
    play_end(&p);
}

/* Pings are answered by a library, lists by the service. */
static void a_server_that_answers_no_list_in_time_is_left_though_it_answers_pings(void **context)
{
    (void)context;
    assert_lists(ONCE ",ping", "opened\n+9s\nreply 1 DEADLINE_EXCEEDED\n+100ms\ntime\n+9s\nreply 2 DEADLINE_EXCEEDED",
                 OPENED "+9s\n> reply 1 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 100ms\n"
                        "+100ms\n> time\n  call 2 Tasks.List timeout 10s\n"
                        "+9s\n> reply 2 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 200ms\n"
                        "  close 1\n"
                        "  note connection-lost UNAVAILABLE \"the peer answers PINGs and nothing else\"; next try in "
                        "100ms\n");
}

/* One list that hangs says little; two, while the rest goes on, that it is the list. */
static void while_lists_hang_each_record_is_asked_for_and_the_connection_kept(void **context)
{
    static const struct {
        const char *meanwhile;
        bool is_left;
    } rows[] = {
        {"oom db", false}, {"reply 2 INTERNAL", false}, {"reply 2 DEADLINE_EXCEEDED", true}, {"+1s\npong", true}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, ONCE ",ping,verify");
        play_subscribe(&p, "record db 202 running\nrecord web 101 running");
        play_quietly(&p, "exit web 101 3\nreply 1 DEADLINE_EXCEEDED\n+100ms\ntime");
        play_quietly(&p, rows[i].meanwhile);
        play_quietly(&p, "reply 3 DEADLINE_EXCEEDED");
        assert_true(p.actions->count >= 2);
        assert_int_equal(p.actions->items[0].note.kind, NOTE_LIST_FAILED);
        if (rows[i].is_left) {
            assert_int_equal(p.actions->items[1].kind, MONITOR_CLOSE);
        } else {
            assert_int_equal(p.actions->items[1].kind, MONITOR_CALL);
            assert_int_equal(p.actions->items[1].call, MONITOR_CALL_GET);
            assert_true(text_is(p.actions->items[1].container_id, "db"));
        }
        play_end(&p);
    }
}

/* Until one comes in time. */
static void where_lists_hung_the_next_stream_begins_with_each_record(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ONCE ",ping,verify");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "reply 1 DEADLINE_EXCEEDED\n+100ms\ntime\nreply 2 DEADLINE_EXCEEDED\n+100ms\ntime\nup");
    play(&p, "opened\ntime\ngot 3 running 101 0\nreply 4 DEADLINE_EXCEEDED\ngot 5 running 101 0\n+100ms\ntime\n"
             "listed 6 web:running:101:0\nended OK\n+100ms\ntime\nopened");
    play_expect(&p, "> stream 2 opened\n  note subscribed\n  call 3 Tasks.Get web timeout 10s\n"
                    "> time\n  call 4 Tasks.List timeout 20s\n"
                    "> reply 3 OK running pid 101 status 0\n"
                    "> reply 4 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 100ms\n"
                    "  call 5 Tasks.Get web timeout 10s\n"
                    "> reply 5 OK running pid 101 status 0\n"
                    "+100ms\n> time\n  call 6 Tasks.List timeout 40s\n"
                    "> reply 6 OK 1 tasks\n"
                    "> stream 2 ended OK\n  note stream-failed OK; next try in 100ms\n"
                    "+100ms\n> time\n  open stream 3 on connection 2\n"
                    "> stream 3 opened\n  note subscribed\n  call 7 Tasks.List timeout 10s\n");
    play_end(&p);
}

/* It is asked for with more and more time, and what one has needed the next ones have. */
static void a_list_that_is_slow_has_up_to_four_times_its_time(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ONCE ",ping,verify,sweep");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "reply 1 DEADLINE_EXCEEDED\n+100ms\ntime\noom web");
    play(&p, "reply 2 DEADLINE_EXCEEDED\n+200ms\ntime\ngot 3 running 101 0\nreply 4 DEADLINE_EXCEEDED\n+400ms\ntime\n"
             "got 5 running 101 0\nreply 6 DEADLINE_EXCEEDED\n+800ms\ntime\ngot 7 running 101 0\n"
             "+10s\nlisted 8 web:running:101:0\nended OK\n+100ms\ntime\nopened\ntime");
    play_expect(&p, "> reply 2 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 200ms\n"
                    "  call 3 Tasks.Get web timeout 10s\n"
                    "+200ms\n> time\n  call 4 Tasks.List timeout 20s\n"
                    "> reply 3 OK running pid 101 status 0\n"
                    "> reply 4 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 400ms\n"
                    "  call 5 Tasks.Get web timeout 10s\n"
                    "+400ms\n> time\n  call 6 Tasks.List timeout 40s\n"
                    "> reply 5 OK running pid 101 status 0\n"
                    "> reply 6 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 800ms\n"
                    "  call 7 Tasks.Get web timeout 10s\n"
                    "+800ms\n> time\n  call 8 Tasks.List timeout 40s\n"
                    "> reply 7 OK running pid 101 status 0\n"
                    "+10s\n> reply 8 OK 1 tasks\n"
                    "> stream 1 ended OK\n  note stream-failed OK; next try in 100ms\n"
                    "+100ms\n> time\n  open stream 2 on connection 1\n"
                    "> stream 2 opened\n  note subscribed\n  call 9 Tasks.Get web timeout 10s\n"
                    "> time\n  call 10 Tasks.List timeout 40s\n");
    play_end(&p);
}

static void a_list_that_another_failure_came_between_is_no_proof_of_that(void **context)
{
    (void)context;
    assert_lists(ONCE ",ping",
                 "opened\n+1s\nreply 1 DEADLINE_EXCEEDED\n+100ms\ntime\nreply 2 UNAVAILABLE\n+200ms\ntime\n"
                 "reply 3 DEADLINE_EXCEEDED",
                 OPENED "+1s\n> reply 1 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 100ms\n"
                        "+100ms\n> time\n  call 2 Tasks.List timeout 10s\n"
                        "> reply 2 UNAVAILABLE\n  note list-failed UNAVAILABLE; next try in 200ms\n"
                        "+200ms\n> time\n  call 3 Tasks.List timeout 10s\n"
                        "> reply 3 DEADLINE_EXCEEDED\n  note list-failed DEADLINE_EXCEEDED; next try in 400ms\n");
}

/* What the connection is to blame for says nothing of the tasks. */
static void nobody_is_asked_for_one_by_one_while_the_server_is_away(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ONCE ",verify,sweep");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "reply 1 UNAVAILABLE\n+100ms\ntime\nreply 2 DEADLINE_EXCEEDED\n+200ms\ntime\nreply 3 UNAVAILABLE");
    assert_int_equal(p.actions->count, 1);
    assert_int_equal(p.actions->items[0].note.kind, NOTE_LIST_FAILED);
    play_end(&p);

    /* And asking one by one puts the next list off by nothing. */
    play_begin(&p, ONCE ",verify,sweep");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "reply 1 INTERNAL\n+100ms\ntime\nreply 2 INTERNAL\ngot 3 running 101 0");
    assert_int_equal(monitor_deadline_ns(p.monitor) - p.now_ns, 200 * TIME_MILLISECOND);
    play_end(&p);
}

static void a_list_goes_with_its_stream(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, SWEEPS);
    play_quietly(&p, "start\nloaded\nup\nopened");
    play(&p, "lost gone\n+100ms\ntime\nlisted 1");
    play_expect(&p, "> connection 1 lost UNAVAILABLE \"gone\"\n"
                    "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                    "+100ms\n> time\n  dial 2\n> reply 1 OK 0 tasks\n");
    assert_true(monitor_deadline_ns(p.monitor) == TIME_NEVER);
    play_end(&p);
}

/* An id that no container can have, and more tasks than there can be records. */
static void what_cannot_be_followed_of_a_list_is_noted_and_the_rest_is_used(void **context)
{
    static struct process_state processes[MONITOR_CONTAINERS_MAX + 1];
    static char longest[MONITOR_ID_MAX + 1];
    const struct {
        struct text second;
        size_t count;
        bool noted;
    } rows[] = {{text_of("db"), 2, false},
                {text_of(""), 2, true},
                {{longest, MONITOR_ID_MAX}, 2, false},
                {{longest, MONITOR_ID_MAX + 1}, 2, true},
                {text_of("db"), MONITOR_CONTAINERS_MAX, false},
                {text_of("db"), MONITOR_CONTAINERS_MAX + 1, true}};
    (void)context;
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < MONITOR_CONTAINERS_MAX + 1; i++)
        processes[i] = (struct process_state){text_of("web"), PROCESS_RUNNING, 101, 0, {0}, false};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event listed = {
            .kind = MONITOR_REPLY, .call_id = 1, .processes = processes, .process_count = rows[i].count};
        struct play p;
        processes[1].container_id = rows[i].second;
        play_begin(&p, ONCE ",learn-from-events");
        play_subscribe(&p, "");
        p.quiet = true;
        play_step(&p, &listed);
        assert_true(p.actions->count > 0);
        assert_int_equal(p.actions->items[0].note.kind == NOTE_LIST_FAILED, rows[i].noted);
        play_quietly(&p, "time");
        play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
        play_end(&p);
    }
}

/* Its stream is over by the time it comes: only what it says of ends is true. */
static void a_list_that_comes_behind_its_stream_tells_of_ends_alone(void **context)
{
    static const struct {
        const char *list, *actions;
    } rows[] = {
        {"listed 1 web:stopped:101:7", "  note event-found web\n  call 2 Tasks.Get web timeout 10s\n"},
        {"listed 1 web:stopped:102:7", ""},
        {"listed 1 web:stopped:0:7", ""},
        {"listed 1 web:running:102:0", ""},
        {"listed 1 db:running:7:0", ""},
        {"listed 1 db:stopped:7:0", ""},
        {"listed 1", ""},
        {"reply 1 UNAVAILABLE no", ""},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, SWEEPS ",verify,incarnations,learn-from-events,infer-vanished");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "ended UNAVAILABLE no");
        play(&p, rows[i].list);
        assert_int_equal(buffer_append(&p.trace, "", 1), 0);
        assert_string_equal(strchr((const char *)p.trace.bytes, '\n') + 1, rows[i].actions);
        buffer_clear(&p.trace);
        assert_int_equal(monitor_deadline_ns(p.monitor) - p.now_ns, 100 * TIME_MILLISECOND);
        /* It is no word on the next stream, which gets a list of its own. */
        play(&p, "+100ms\ntime\nopened");
        play_expect(&p, rows[i].actions[0] != '\0'
                            ? "+100ms\n> time\n  open stream 2 on connection 1\n> stream 2 opened\n  note subscribed\n"
                              "  call 3 Tasks.List timeout 10s\n"
                            : "+100ms\n> time\n  open stream 2 on connection 1\n> stream 2 opened\n  note subscribed\n"
                              "  call 2 Tasks.List timeout 10s\n");
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_subscription_is_followed_by_a_list),
        cmocka_unit_test(a_second_list_closes_the_gap_of_a_subscription_that_is_not_registered_yet),
        cmocka_unit_test(a_first_message_that_comes_later_still_makes_it_be_listed_once_more),
        cmocka_unit_test(a_message_before_the_second_list_needs_no_third),
        cmocka_unit_test(a_message_while_the_second_list_is_under_way_makes_another),
        cmocka_unit_test(a_list_that_is_wanted_is_asked_for_once),
        cmocka_unit_test(lists_come_round_every_minute),
        cmocka_unit_test(a_list_that_fails_is_asked_for_again_and_ends_no_subscription),
        cmocka_unit_test(the_delays_begin_anew_after_a_list_that_came),
        cmocka_unit_test(what_cannot_be_listed_is_asked_for_one_by_one),
        cmocka_unit_test(a_server_that_answers_no_list_in_time_is_left_though_it_answers_pings),
        cmocka_unit_test(while_lists_hang_each_record_is_asked_for_and_the_connection_kept),
        cmocka_unit_test(where_lists_hung_the_next_stream_begins_with_each_record),
        cmocka_unit_test(a_list_that_is_slow_has_up_to_four_times_its_time),
        cmocka_unit_test(a_list_that_another_failure_came_between_is_no_proof_of_that),
        cmocka_unit_test(nobody_is_asked_for_one_by_one_while_the_server_is_away),
        cmocka_unit_test(a_list_goes_with_its_stream),
        cmocka_unit_test(a_list_that_comes_behind_its_stream_tells_of_ends_alone),
        cmocka_unit_test(what_cannot_be_followed_of_a_list_is_noted_and_the_rest_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
