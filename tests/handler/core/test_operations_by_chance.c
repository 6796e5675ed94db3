/* SPDX-License-Identifier: Apache-2.0 */
/* An owner who asks for anything at any time, of a server and a store that do anything. */
#include "base/random.h"
#include "tests/handler/core/play_owner.h"

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
        cmocka_unit_test(whatever_happens_each_is_answered_once_and_a_clone_does_the_same),
    };
    return cmocka_run_group_tests_name("handler/core/operations by chance", tests, NULL, NULL);
}
