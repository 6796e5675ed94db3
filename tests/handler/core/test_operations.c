/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play_owner.h"

static void operations_wait_until_the_monitor_has_caught_up(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 101 running",
                       "lost gone\nask 1 status web\nask 2 stop web 5\n+100ms\ntime\nup\nopened",
                       "> connection 1 lost UNAVAILABLE \"gone\"\n"
                       "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                       "> status web (1)\n"
                       "> stop web (2)\n"
                       "+100ms\n> time\n  dial 2\n"
                       "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
                       "> stream 2 opened\n  note subscribed\n  answer status web (1) OK\n"
                       "  call 1 Tasks.Kill web signal 15 timeout 5s\n");
    owner_assert_trace("original", "record web 101 running", "lost gone\nask 1 status web",
                       "> connection 1 lost UNAVAILABLE \"gone\"\n"
                       "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                       "> status web (1)\n  answer status web (1) OK\n");
}

static void they_wait_no_longer_than_10_s(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 running",
        "lost gone\nask 1 status web\nask 2 stop web 5\n+5s\ntime\nask 3 remove web\n+5s\ntime\n+5s\ntime",
        "> connection 1 lost UNAVAILABLE \"gone\"\n"
        "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
        "> status web (1)\n"
        "> stop web (2)\n"
        "+5s\n> time\n  dial 2\n"
        "> remove web (3)\n"
        "+5s\n> time\n  answer status web (1) ABORTED \"recovering\"\n"
        "  answer stop web (2) ABORTED \"recovering\"\n"
        "+5s\n> time\n  answer remove web (3) ABORTED \"recovering\"\n");
}

/* The list is compared, and shows that web has stopped; that is not confirmed yet, and no business of db's owner. */
static void a_container_of_which_a_list_has_shown_more_than_its_record_says_waits_alone(void **context)
{
    const char *policy = "reliable-without=ping,second-list,sweep,retry-writes";
    const char *records = "record web 101 running\nrecord db 202 running";
    const char *list = "listed 1 web:stopped:101:3 db:running:202:0\n";
    const char *confirmed = "ask 1 status web\nask 2 status db\nask 3 stop web 5\nabandon 1\nask 4 status web\n"
                            "told 2 stopped 101 3\nwritten 1";
    struct play p;
    (void)context;
    play_begin(&p, policy);
    play_subscribe(&p, records);
    owner_play_quietly(&p, list);
    owner_play(&p, confirmed);
    play_expect(&p, "> status web (1)\n"
                    "> status db (2)\n  answer status db (2) OK\n"
                    "> stop web (3)\n"
                    "> operation 1 abandoned\n"
                    "> status web (4)\n"
                    "> reply 2 OK stopped pid 101 status 3\n  put 1 web EXITED code 3\n"
                    "> written 1\n  tell web exited\n  call 3 Tasks.Delete web timeout 10s\n"
                    "  answer stop web (3) OK\n  answer status web (4) OK\n");
    play_end(&p);
    play_begin(&p, policy);
    play_subscribe(&p, records);
    owner_play_quietly(&p, list);
    assert_int_equal(MONITOR_RECOVERING_MAX_NS, 10 * TIME_SECOND);
    owner_play(&p, "ask 1 stop web 5\n+9s\nask 2 status web\nask 3 stop web 5\n+1s\ntime\n+9s\ntime");
    play_expect(&p, "> stop web (1)\n"
                    "+9s\n> status web (2)\n"
                    "> stop web (3)\n"
                    "+1s\n> time\n  answer stop web (1) ABORTED \"recovering\"\n"
                    /* Behind the other stop it has waited for the same. */
                    "+9s\n> time\n  answer status web (2) ABORTED \"recovering\"\n"
                    "  answer stop web (3) ABORTED \"recovering\"\n");
    play_end(&p);
}

/* An end that an event told is known and not in the record before it is written. */
static void a_status_waits_for_an_end_that_is_being_written(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,second-list,sweep,oom");
    play_subscribe(&p, "record web 101 running");
    owner_play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 3");
    owner_play(&p, "ask 1 status web\nwritten 1");
    play_expect(&p, "> status web (1)\n"
                    "> written 1\n  tell web exited\n  call 2 Tasks.Delete web timeout 10s\n"
                    "  answer status web (1) OK\n");
    play_end(&p);
    owner_assert_trace("unlisted-without=ping", "record web 101 running",
                       "exit web 101 3\nask 1 status web\n+9s\ntime\n+1s\ntime",
                       "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                       "  put 1 web EXITED code 3\n"
                       "> status web (1)\n"
                       "+9s\n> time\n"
                       "+1s\n> time\n  answer status web (1) ABORTED \"recovering\"\n");
}

/* Nor is one that may be another life's, when a list has shown it too, before the answer says so. */
static void a_status_waits_for_an_end_in_doubt_that_a_list_has_shown(void **context)
{
    static const struct {
        const char *list, *expected;
    } rows[] = {{"listed 3 web:running:101:0", "> status web (1)\n  answer status web (1) OK\n"},
                {"listed 3 web:stopped:101:3", "> status web (1)\n"}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "reliable-without=ping");
        play_record(&p, "web", 101, "running");
        p.records[0].last_pid = 101;
        play_subscribe(&p, "");
        owner_play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 3\n+1s\ntime");
        owner_play_quietly(&p, rows[i].list);
        owner_play(&p, "ask 1 status web");
        play_expect(&p, rows[i].expected);
        play_end(&p);
    }
}

/* One step does not tell all that it has found. */
static void so_does_one_that_a_list_has_just_found(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,second-list,sweep");
    play_subscribe(&p, "record web 101 running");
    owner_play_quietly(&p, "ask 1 status e\nask 2 status web\n"
                           "listed 1 a:running:1:0 b:running:2:0 c:running:3:0 d:running:4:0 e:running:5:0");
    owner_play(&p, "time");
    play_expect(&p, "> time\n  note event-found e\n  put 9 e CREATED pid 5\n  note event-found e\n"
                    "  put 10 e RUNNING pid 5\n  answer status e (1) OK\n");
    play_end(&p);
}

/* A status waits for nobody. */
static void what_changes_a_container_is_done_in_the_order_in_which_it_was_asked_for(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nask 2 stop web 5\nask 3 remove web\nask 4 status web\ntold 1 unknown 101 0\nwritten 1\nreply 2 OK\nexit web 101 0\nwritten 2\nreply 3 OK\nwritten 3\nreply 4 OK\nwritten 4",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> stop web (2)\n"
        "> remove web (3)\n"
        "> status web (4)\n  answer status web (4) OK\n"
        "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n"
        "> written 1\n  tell web started\n  answer start web (1) OK\n"
        "  call 2 Tasks.Kill web signal 15 timeout 5s\n"
        "> reply 2 OK status 0\n"
        "> message /tasks/exit web pid 101 status 0\n  note event-received web\n"
        "  put 2 web EXITED code 0\n"
        "> written 2\n  tell web exited\n  call 3 Tasks.Delete web timeout 10s\n"
        "  answer stop web (2) OK\n"
        "> reply 3 OK status 0\n  put 3 web EXITED code 0\n"
        "  call 4 Containers.Delete web timeout 10s\n"
        "> written 3\n"
        "> reply 4 OK status 0\n  forget 4 web\n"
        "> written 4\n  tell web removed\n  answer remove web (3) OK\n");
}

static void one_that_waits_for_its_turn_can_be_abandoned(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nask 2 stop web 5\nask 3 status web\nabandon 2\nabandon 2\nabandon 9\ntold 1 unknown 101 0\nwritten 1",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> stop web (2)\n"
        "> status web (3)\n  answer status web (3) OK\n"
        "> operation 2 abandoned\n"
        "> operation 2 abandoned\n"
        "> operation 9 abandoned\n"
        "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n"
        "> written 1\n  tell web started\n  answer start web (1) OK\n");
}

static void an_owner_gets_its_answer_in_its_time(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nask 2 stop web 5 3\n+3s\ntime\ntold 1 unknown 101 0\nwritten 1",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> stop web (2)\n"
                       "+3s\n> time\n"
                       "  answer stop web (2) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n"
                       "> written 1\n  tell web started\n  answer start web (1) OK\n");
}

static void an_id_that_no_container_can_have_is_refused(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "", "ask 1 status -",
                       "> status \"\" (1)\n"
                       "  answer status \"\" (1) INVALID_ARGUMENT \"the container id is empty or too long\"\n");
}

static void a_stop_drops_them_unanswered(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "unlisted");
    play_subscribe(&p, "record web 101 created\nrecord db 202 running");
    owner_play_quietly(&p, "ask 1 start web\nask 2 stop web 5\nask 3 stop db 5");
    owner_play(&p, "stop\nask 4 status web\ntold 1 unknown 101 0\n+10s\ntime");
    play_expect(
        &p, "> stop\n  cancel stream 1\n  close 1\n> status web (4)\n> reply 1 OK pid 101 status 0\n+10s\n> time\n");
    assert_false(monitor_busy(p.monitor));
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_end(&p);
}

/* A call that nobody waits for is forgotten as well: it would be lost with the connection, and for ever. */
static void a_stop_leaves_nothing_to_do(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original");
    play_subscribe(&p, "record web 101 created");
    owner_play_quietly(&p, "ask 1 start web\nreply 1 UNKNOWN no\nwritten 1\nstop");
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_end(&p);
}

/* The last answer that a step gave, and that it gave only this one. */
static void assert_refused(const struct play *p, const char *why)
{
    assert_int_equal(p->actions->count, 1);
    assert_int_equal(p->actions->items[0].kind, MONITOR_ANSWER);
    assert_int_equal(p->actions->items[0].outcome.status, STATUS_RESOURCE_EXHAUSTED);
    assert_true(text_is(p->actions->items[0].outcome.text, why));
}

static void ask_of(struct play *p, uint64_t id, enum operation_kind kind, uint64_t container)
{
    char name[24];
    struct monitor_event event = {.kind = MONITOR_OPERATION};
    (void)snprintf(name, sizeof name, "web%u", (unsigned)container);
    event.operation =
        (struct operation){.id = id, .kind = kind, .container_id = text_of(name), .grace_ns = TIME_SECOND};
    play_step(p, &event);
}

static size_t answered_in(const struct play *p)
{
    size_t answered = 0;
    for (size_t i = 0; i < p->actions->count; i++)
        answered += p->actions->items[i].kind == MONITOR_ANSWER;
    return answered;
}

static void one_beyond_the_limit_is_refused(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "unlisted");
    play_subscribe(&p, "record web0 101 running");
    p.quiet = true;
    for (uint64_t id = 0; id <= MONITOR_OPERATIONS_MAX; id++)
        ask_of(&p, id + 1, id < MONITOR_OPERATIONS_OF_ONE_MAX ? OPERATION_STOP : OPERATION_CREATE,
               id / MONITOR_OPERATIONS_OF_ONE_MAX);
    assert_refused(&p, "too many operations are under way");
    /* As many as fit in a step are answered, and the rest at once. */
    play_quietly(&p, "exit web0 101 0\nwritten 1");
    size_t answered = 0;
    for (int rounds = 0; monitor_deadline_ns(p.monitor) <= p.now_ns && rounds < 1000; rounds++) {
        answered += answered_in(&p);
        play_quietly(&p, "time");
    }
    assert_int_equal(answered + answered_in(&p), MONITOR_OPERATIONS_OF_ONE_MAX);
    play_end(&p);
}

static void one_container_that_is_stuck_leaves_room_for_the_others(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "unlisted");
    play_subscribe(&p, "record web0 101 running\nrecord web1 102 running");
    p.quiet = true;
    for (uint64_t id = 1; id <= MONITOR_OPERATIONS_OF_ONE_MAX; id++)
        ask_of(&p, id, OPERATION_STOP, 0);
    assert_int_equal(answered_in(&p), 0);
    ask_of(&p, 900, OPERATION_STOP, 0);
    assert_refused(&p, "too many operations on this container are under way");
    ask_of(&p, 901, OPERATION_STOP, 1);
    assert_int_equal(answered_in(&p), 0);
    ask_of(&p, 902, OPERATION_STATUS, 0);
    assert_int_equal(answered_in(&p), 1);
    assert_int_equal(p.actions->items[0].outcome.status, STATUS_OK);
    play_end(&p);
}

static struct hash hash_after(const char *policy, const char *script)
{
    struct play p;
    struct hash hash;
    play_begin(&p, policy);
    play_subscribe(&p, "record web 101 created\nrecord db 202 running");
    owner_play_quietly(&p, script);
    hash_init(&hash);
    monitor_hash(p.monitor, p.now_ns, &hash);
    play_end(&p);
    return hash;
}

static void what_is_asked_for_is_in_the_fingerprint(void **context)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"ask 1 start web", "ask 7 start web", true},
        {"ask 1 start web", "ask 1 stop db 5\nreply 1 OK\nexit db 202 0\nwritten 1\nask 2 start web", false},
        {"ask 1 start web", "", false},
        {"ask 1 start web", "ask 1 start web\nreply 1 UNAVAILABLE x", false},
        {"ask 1 start web\nreply 1 UNAVAILABLE x", "ask 1 start web\nreply 1 UNAVAILABLE y", false},
        {"ask 1 start web", "ask 1 start web\nabandon 1", false},
        {"ask 1 start web", "ask 1 start web 0 5", false},
        {"ask 1 start web 0 5", "ask 1 start web 0 6\n+1s", false},
        {"ask 1 start web", "ask 1 start web\nask 2 stop web 5", false},
        {"ask 1 start web\nask 2 stop web 5", "ask 1 start web\nask 2 stop web 6", false},
        {"ask 1 stop db 5", "ask 1 stop db 5\nreply 1 OK", false},
        {"ask 1 stop db 5\nreply 1 OK", "ask 1 stop db 5\nreply 1 OK\n+1s", false},
        {"ask 1 stop db 5\nreply 1 OK", "ask 1 stop db 5\nreply 1 NOT_FOUND x", false},
        {"ask 1 stop db 5\nreply 1 OK\nabandon 1", "", false},
        {"ask 1 status db", "", true},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hash a = hash_after("unlisted-without=ping", rows[i].a);
        struct hash b = hash_after("unlisted-without=ping", rows[i].b);
        if (hash_equal(&a, &b) != rows[i].same)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_wait_until_the_monitor_has_caught_up),
        cmocka_unit_test(they_wait_no_longer_than_10_s),
        cmocka_unit_test(a_container_of_which_a_list_has_shown_more_than_its_record_says_waits_alone),
        cmocka_unit_test(a_status_waits_for_an_end_in_doubt_that_a_list_has_shown),
        cmocka_unit_test(so_does_one_that_a_list_has_just_found),
        cmocka_unit_test(a_status_waits_for_an_end_that_is_being_written),
        cmocka_unit_test(what_changes_a_container_is_done_in_the_order_in_which_it_was_asked_for),
        cmocka_unit_test(one_that_waits_for_its_turn_can_be_abandoned),
        cmocka_unit_test(an_owner_gets_its_answer_in_its_time),
        cmocka_unit_test(an_id_that_no_container_can_have_is_refused),
        cmocka_unit_test(a_stop_drops_them_unanswered),
        cmocka_unit_test(a_stop_leaves_nothing_to_do),
        cmocka_unit_test(one_beyond_the_limit_is_refused),
        cmocka_unit_test(one_container_that_is_stuck_leaves_room_for_the_others),
        cmocka_unit_test(what_is_asked_for_is_in_the_fingerprint),
    };
    return cmocka_run_group_tests_name("handler/core/operations", tests, NULL, NULL);
}
