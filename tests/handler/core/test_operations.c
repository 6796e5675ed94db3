/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"
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

/* A status waits for nobody. */
static void what_changes_a_container_is_done_in_the_order_in_which_it_was_asked_for(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nask 2 stop web 5\nask 3 remove web\nask 4 status web\ntold 1 unknown 101 0\nreply 2 OK\nexit web 101 0\nwritten 1\nwritten 2\nreply 3 OK\nwritten 3\nreply 4 OK",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> stop web (2)\n"
        "> remove web (3)\n"
        "> status web (4)\n  answer status web (4) OK\n"
        "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n  answer start web (1) OK\n"
        "  call 2 Tasks.Kill web signal 15 timeout 5s\n"
        "> reply 2 OK status 0\n"
        "> message /tasks/exit web pid 101 status 0\n  note event-received web\n"
        "  put 2 web EXITED code 0\n"
        "> written 1\n  tell web started\n"
        "> written 2\n  tell web exited\n  call 3 Tasks.Delete web timeout 10s\n"
        "  answer stop web (2) OK\n"
        "> reply 3 OK status 0\n  put 3 web EXITED code 0\n"
        "  call 4 Containers.Delete web timeout 10s\n"
        "> written 3\n"
        "> reply 4 OK status 0\n  answer remove web (3) OK\n  forget 4 web\n");
}

static void one_that_waits_for_its_turn_can_be_abandoned(void **context)
{
    (void)context;
    owner_assert_trace(
        "unlisted-without=ping", "record web 101 created",
        "ask 1 start web\nask 2 stop web 5\nask 3 status web\nabandon 2\nabandon 2\nabandon 9\ntold 1 unknown 101 0",
        "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
        "> stop web (2)\n"
        "> status web (3)\n  answer status web (3) OK\n"
        "> operation 2 abandoned\n"
        "> operation 2 abandoned\n"
        "> operation 9 abandoned\n"
        "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n  answer start web (1) OK\n");
}

static void an_owner_gets_its_answer_in_its_time(void **context)
{
    (void)context;
    owner_assert_trace("unlisted-without=ping", "record web 101 created",
                       "ask 1 start web\nask 2 stop web 5 3\n+3s\ntime\ntold 1 unknown 101 0",
                       "> start web (1)\n  call 1 Tasks.Start web timeout 120s\n"
                       "> stop web (2)\n"
                       "+3s\n> time\n"
                       "  answer stop web (2) DEADLINE_EXCEEDED \"the owner's time for the operation is over\"\n"
                       "> reply 1 OK pid 101 status 0\n  put 1 web RUNNING pid 101\n  answer start web (1) OK\n");
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

static void one_beyond_the_limit_is_refused(void **context)
{
    struct play p;
    struct monitor_event event = {.kind = MONITOR_OPERATION};
    (void)context;
    play_begin(&p, "unlisted");
    play_subscribe(&p, "record web 101 running");
    p.quiet = true;
    for (uint64_t id = 1; id <= MONITOR_OPERATIONS_MAX + 1; id++) {
        event.operation = (struct operation){
            .id = id, .kind = OPERATION_STOP, .container_id = text_of("web"), .grace_ns = TIME_SECOND};
        play_step(&p, &event);
    }
    assert_int_equal(p.actions->count, 1);
    assert_int_equal(p.actions->items[0].kind, MONITOR_ANSWER);
    assert_int_equal(p.actions->items[0].outcome.status, STATUS_RESOURCE_EXHAUSTED);
    /* As many as fit in a step are answered, and the rest at once. */
    play_quietly(&p, "exit web 101 0\nwritten 1");
    size_t answered = 0;
    for (int rounds = 0; monitor_deadline_ns(p.monitor) <= p.now_ns && rounds < 1000; rounds++) {
        for (size_t i = 0; i < p.actions->count; i++)
            answered += p.actions->items[i].kind == MONITOR_ANSWER;
        play_quietly(&p, "time");
    }
    for (size_t i = 0; i < p.actions->count; i++)
        answered += p.actions->items[i].kind == MONITOR_ANSWER;
    assert_int_equal(answered, MONITOR_OPERATIONS_MAX);
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

enum { IDS = 3, ROUNDS = 150, STEPS = 120, CALLS_MAX = 4000 };

struct game {
    struct play p;
    struct random random;
    uint64_t calls[CALLS_MAX];
    size_t call_count;
    uint64_t writes[CALLS_MAX];
    size_t write_count;
    struct monitor_actions *cloned;
    unsigned asked;
    bool answered[STEPS + 1], abandoned[STEPS + 1];
};

/* Looks at what a step did. */
static void look(struct game *game)
{
    const struct monitor_actions *actions = game->p.actions;
    for (size_t i = 0; i < actions->count; i++) {
        const struct monitor_action *action = &actions->items[i];
        if (action->kind == MONITOR_CALL)
            game->calls[game->call_count++] = action->call_id;
        if (action->kind == MONITOR_PUT || action->kind == MONITOR_FORGET)
            game->writes[game->write_count++] = action->write_id;
        if (action->kind != MONITOR_ANSWER)
            continue;
        assert_false(game->answered[action->operation.id]);
        assert_false(game->abandoned[action->operation.id]);
        game->answered[action->operation.id] = true;
    }
}

static void take(struct game *game, struct monitor_event *event)
{
    event->connection_id = game->p.connection_id;
    event->stream_id = game->p.stream_id;
    play_step(&game->p, event);
    look(game);
}

/* A clone does the same in the next step and is then in the same state. */
static void take_twice(struct game *game, struct monitor_event *event)
{
    struct monitor *clone = NULL;
    struct hash hashes[2];
    assert_int_equal(monitor_clone(&clone, game->p.monitor), 0);
    take(game, event);
    assert_int_equal(monitor_step(clone, event, game->cloned), 0);
    assert_int_equal(game->cloned->count, game->p.actions->count);
    for (size_t i = 0; i < game->cloned->count; i++)
        assert_int_equal(game->cloned->items[i].kind, game->p.actions->items[i].kind);
    hash_init(&hashes[0]);
    hash_init(&hashes[1]);
    monitor_hash(clone, game->p.now_ns, &hashes[0]);
    monitor_hash(game->p.monitor, game->p.now_ns, &hashes[1]);
    assert_true(hash_equal(&hashes[0], &hashes[1]));
    monitor_free(clone);
}

static void ask_something(struct game *game, struct text id)
{
    struct monitor_event event = {.kind = MONITOR_OPERATION};
    event.operation.id = ++game->asked;
    event.operation.kind = (enum operation_kind)random_below(&game->random, OPERATION_STATUS + 1);
    event.operation.container_id = id;
    event.operation.grace_ns = (int64_t)random_below(&game->random, 3) * TIME_SECOND;
    event.operation.timeout_ns = (int64_t)random_below(&game->random, 2) * 5 * TIME_SECOND;
    take(game, &event);
}

static void answer_something(struct game *game, bool is_well)
{
    static const int statuses[] = {STATUS_OK,
                                   STATUS_OK,
                                   STATUS_UNAVAILABLE,
                                   STATUS_NOT_FOUND,
                                   STATUS_UNKNOWN,
                                   STATUS_DEADLINE_EXCEEDED,
                                   STATUS_FAILED_PRECONDITION};
    struct monitor_event event = {.kind = MONITOR_REPLY};
    if (game->call_count == 0)
        return;
    size_t picked = (size_t)random_below(&game->random, game->call_count);
    event.call_id = game->calls[picked];
    game->calls[picked] = game->calls[--game->call_count];
    if (!is_well)
        event.outcome.status = statuses[random_below(&game->random, sizeof statuses / sizeof statuses[0])];
    event.process.status = is_well ? PROCESS_STOPPED : (enum process_status)random_below(&game->random, 5);
    event.process.pid = 1 + (uint32_t)random_below(&game->random, 2);
    event.process.tells_exit = event.process.status == PROCESS_STOPPED;
    take(game, &event);
}

static void write_something(struct game *game, bool is_well)
{
    struct monitor_event event = {.kind = MONITOR_STORE_WRITTEN};
    if (game->write_count == 0)
        return;
    event.write_id = game->writes[0];
    game->write_count--;
    memmove(game->writes, game->writes + 1, game->write_count * sizeof game->writes[0]);
    if (!is_well && random_below(&game->random, 4) == 0)
        event.kind = MONITOR_STORE_FAILED;
    take(game, &event);
}

static void tell_something(struct game *game, struct text id)
{
    static const enum task_event_kind kinds[] = {TASK_EVENT_CREATE, TASK_EVENT_START, TASK_EVENT_EXIT};
    struct monitor_event event = {.kind = MONITOR_STREAM_MESSAGE};
    event.task.kind = kinds[random_below(&game->random, 3)];
    event.task.container_id = id;
    event.task.process_id = id;
    event.task.pid = 1 + (uint32_t)random_below(&game->random, 2);
    take(game, &event);
}

static void happen(struct game *game)
{
    static const char *const ids[IDS] = {"a", "b", "c"};
    static const enum monitor_event_kind kinds[] = {
        MONITOR_CONNECTION_LOST,     MONITOR_CONNECTION_UP, MONITOR_STREAM_OPENED, MONITOR_STREAM_ENDED,
        MONITOR_CONNECTION_DRAINING, MONITOR_CONNECTION_UP, MONITOR_STREAM_OPENED};
    struct text id = text_of(ids[random_below(&game->random, IDS)]);
    struct monitor_event event = {.kind = MONITOR_TIME};
    switch (random_below(&game->random, 8)) {
    case 0:
    case 1: ask_something(game, id); return;
    case 2: answer_something(game, false); return;
    case 3: write_something(game, false); return;
    case 4: tell_something(game, id); return;
    case 5: event.kind = kinds[random_below(&game->random, sizeof kinds / sizeof kinds[0])]; break;
    case 6:
        event.kind = MONITOR_ABANDONED;
        event.operation.id = 1 + random_below(&game->random, STEPS);
        if (event.operation.id <= game->asked && !game->answered[event.operation.id])
            game->abandoned[event.operation.id] = true;
        break;
    default: game->p.now_ns += (int64_t)random_below(&game->random, 4000) * TIME_MILLISECOND; break;
    }
    take_twice(game, &event);
}

/* All goes well from here on: the server answers, and says of each task that it has stopped. */
static void calm_down(struct game *game)
{
    for (int i = 0; i < 1000; i++) {
        struct monitor_event event = {.kind = MONITOR_CONNECTION_UP};
        take(game, &event);
        event = (struct monitor_event){.kind = MONITOR_STREAM_OPENED};
        take(game, &event);
        event = (struct monitor_event){.kind = MONITOR_PONG};
        take(game, &event);
        answer_something(game, true);
        write_something(game, true);
        game->p.now_ns = time_add(game->p.now_ns, i % 10 == 0 ? 10 * TIME_SECOND : 0);
        event = (struct monitor_event){.kind = MONITOR_TIME};
        take(game, &event);
    }
}

static void whatever_happens_each_is_answered_once_and_a_clone_does_the_same(void **context)
{
    static const char *const policies[] = {"unlisted",
                                           "original",
                                           "unlisted-without=journal,kill-created",
                                           "unlisted-without=stop-once,one-deleter",
                                           "original-with=asynchronous,no-lock",
                                           "unlisted-without=hold-operations,await-exit,verify-start"};
    struct game *game = test_calloc(1, sizeof *game);
    struct monitor_actions *cloned = test_calloc(1, sizeof *cloned);
    (void)context;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        memset(game, 0, sizeof *game);
        game->cloned = cloned;
        random_seed(&game->random, round);
        play_begin(&game->p, policies[round % 6]);
        game->p.quiet = true;
        play_quietly(&game->p, "record a 1 running\nrecord b 1 created\nstart\nloaded\nup\nopened");
        game->p.quiet = true;
        for (int i = 0; i < STEPS; i++)
            happen(game);
        calm_down(game);
        for (unsigned id = 1; id <= game->asked; id++)
            if (!game->answered[id] && !game->abandoned[id])
                fail_msg("round %d, policy %s: %u is not answered", (int)round, policies[round % 6], id);
        play_end(&game->p);
    }
    test_free(cloned);
    test_free(game);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_wait_until_the_monitor_has_caught_up),
        cmocka_unit_test(they_wait_no_longer_than_10_s),
        cmocka_unit_test(what_changes_a_container_is_done_in_the_order_in_which_it_was_asked_for),
        cmocka_unit_test(one_that_waits_for_its_turn_can_be_abandoned),
        cmocka_unit_test(an_owner_gets_its_answer_in_its_time),
        cmocka_unit_test(an_id_that_no_container_can_have_is_refused),
        cmocka_unit_test(a_stop_drops_them_unanswered),
        cmocka_unit_test(one_beyond_the_limit_is_refused),
        cmocka_unit_test(what_is_asked_for_is_in_the_fingerprint),
        cmocka_unit_test(whatever_happens_each_is_answered_once_and_a_clone_does_the_same),
    };
    return cmocka_run_group_tests_name("handler/core/operations", tests, NULL, NULL);
}
