/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "handler/core/calls.h"
#include "handler/core/errand.h"
#include "handler/core/life.h"
#include "handler/core/monitor.h"
#include "handler/core/state.h"
#include "handler/core/writes.h"

/*
 * The canonical walk: what can still make a difference, in an order that does not depend on how it came about. Numbers
 * of connections, streams, calls and writes are left out: their order is enough. Times count from now.
 */

static int64_t elapsed_ns(int64_t from_ns, int64_t now_ns)
{
    return from_ns <= now_ns ? (int64_t)((uint64_t)now_ns - (uint64_t)from_ns) : 0;
}

static void hash_subscription(const struct state *state, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, (uint64_t)state->connection);
    hash_u64(hash, (uint64_t)state->subscription);
    if (state->subscription == SUBSCRIPTION_WAITING || state->subscription == SUBSCRIPTION_RELOADING ||
        state->is_leaving)
        hash_i64(hash, state->wait_until_ns > now_ns ? state->wait_until_ns - now_ns : 0);
    hash_u64(hash, (uint64_t)state->is_leaving << 1 | (uint64_t)state->moved);
    /* Beyond its proof a stream's age does not matter, and without those policies it never does. */
    if (state->subscription == SUBSCRIPTION_READING &&
        (policy_has(state->policy, POLICY_RESET_ON_PROOF) || policy_has(state->policy, POLICY_MOVE_ON_GOAWAY)))
        hash_i64(hash, time_min(elapsed_ns(state->opened_at_ns, now_ns), MONITOR_STREAM_LIFETIME_MIN_NS));
}

static void hash_backoff(const struct backoff *backoff, struct hash *hash)
{
    const struct backoff_options *options = &backoff->options;
    uint64_t factor;
    memcpy(&factor, &options->factor, sizeof factor);
    hash_i64(hash, options->minimum_ns);
    hash_i64(hash, options->maximum_ns);
    hash_u64(hash, factor);
    hash_u64(hash, options->jitter);
    hash_u64(hash, (uint64_t)backoff->attempt);
    if (options->jitter)
        hash_u64(hash, backoff->random.state);
}

/* What has been signalled counts for the process of which it was. */
static bool was_terminated(const struct store_marks *marks, const struct container_record *record)
{
    return marks->was_terminated && marks->signalled_pid == record->pid && marks->signalled_life == record->incarnation;
}

static void hash_marks(const struct arena *arena, const struct state *state, const struct container_record *record,
                       int64_t now_ns, struct hash *hash)
{
    const struct store_marks *marks = store_marks(arena, &state->store, record->id);
    hash_u64(hash, marks->locked);
    hash_u64(hash, marks->is_starting);
    hash_u64(hash, writes_left(arena, state, record->id));
    hash_u64(hash, was_terminated(marks, record));
    hash_u64(hash, marks->ooms_survived);
    if ((marks->oom || marks->may_be_oom) && container_record_state(record) != CONTAINER_EXITED)
        hash_i64(hash, time_min(elapsed_ns(marks->oom_told_ns, now_ns), MONITOR_OOM_SURVIVED_NS + MONITOR_SWEEP_NS));
    hash_u64(hash, (uint64_t)marks->is_counted << 3 | (uint64_t)marks->times_mislead << 2 |
                       (uint64_t)marks->may_be_oom << 1 | (uint64_t)marks->oom);
    hash_u64(hash, (uint64_t)marks->is_made_anew << 1 | (uint64_t)marks->end_is_dropped);
    hash_u64(hash, state->list.stage != LIST_IDLE && marks->revision > state->list.revision);
    hash_u64(hash, state->list.stage != LIST_IDLE && marks->began > state->list.revision);
}

static void hash_records(const struct arena *arena, const struct state *state, int64_t now_ns, struct hash *hash)
{
    struct container_record record = {.id = {NULL, 0}};
    hash_u64(hash, store_count(&state->store));
    while (store_next(arena, &state->store, record.id, &record)) {
        container_record_hash(&record, hash);
        hash_marks(arena, state, &record, now_ns, hash);
    }
}

static void hash_calls(const struct arena *arena, const struct state *state, struct hash *hash)
{
    struct call call = {.id = 0};
    bool lost = false;

    hash_u64(hash, state->calls.map.count);
    while (calls_next(arena, state, call.id, &call)) {
        bool lives = calls_live(state, &call);
        hash_u64(hash, lives);
        hash_u64(hash, (uint64_t)call.call);
        hash_u64(hash, (uint64_t)call.owner);
        if (call.owner == CALL_OF_LIFE || call.owner == CALL_OF_CLAIM)
            hash_text(hash, life_id(arena, call.subject));
        if (call.owner == CALL_OF_ERRAND)
            hash_text(hash, errand_container(arena, errand_at(arena, call.subject)));
        lost = lost || !lives;
    }
    if (lost) {
        hash_i64(hash, state->lost.status);
        hash_text(hash, arena_text_get(arena, state->lost.text));
    }
}

static void hash_lives(const struct arena *arena, const struct state *state, int64_t now_ns, struct hash *hash)
{
    struct text id = {NULL, 0};
    arena_ref ref;

    hash_u64(hash, state->lives.count);
    while ((ref = map_next(arena, &state->lives, id, &id)) != 0) {
        const struct store_marks *marks = store_marks(arena, &state->store, id);
        life_hash(arena, ref, now_ns, hash);
        hash_u64(hash, life_at(arena, ref)->stage == LIFE_VERIFYING && marks != NULL &&
                           marks->revision > life_at(arena, ref)->revision);
        hash_u64(hash, state->list.stage != LIST_IDLE && life_at(arena, ref)->claim.task != 0 &&
                           life_at(arena, ref)->claim.revision > state->list.revision);
    }
}

static void hash_writes(const struct arena *arena, const struct state *state, struct hash *hash)
{
    uint64_t write_id = 0;
    arena_ref ref;

    hash_u64(hash, state->writes.map.count);
    while ((ref = numbers_next(arena, &state->writes, write_id, &write_id)) != 0)
        writes_hash(arena, ref, hash);
}

static void hash_waiting(const struct arena *arena, const struct state *state, struct hash *hash)
{
    hash_u64(hash, state->waiting.count);
    for (arena_ref kept = state->waiting.first; kept != 0; kept = task_queue_after(arena, kept)) {
        struct task_event task = task_view(arena, kept);
        task_hash(&task, hash);
    }
}

void monitor_hash(const struct monitor *monitor, int64_t now_ns, struct hash *hash)
{
    const struct arena *arena = &monitor->arena;
    const struct state *state = state_of(monitor);
    hash_u64(hash, state->policy);
    hash_text(hash, arena_text_get(arena, state->name_space));
    hash_backoff(&state->backoff, hash);
    hash_subscription(state, now_ns, hash);
    liveness_hash(state, now_ns, hash);
    tally_hash(state, now_ns, hash);
    hash_records(arena, state, now_ns, hash);
    hash_calls(arena, state, hash);
    hash_lives(arena, state, now_ns, hash);
    errand_hash_all(arena, state, now_ns, hash);
    list_hash(arena, state, now_ns, hash);
    hash_writes(arena, state, hash);
    hash_waiting(arena, state, hash);
}
