/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/life.h"

#include "base/contract.h"
#include "handler/core/calls.h"
#include "handler/core/claim.h"
#include "handler/core/writes.h"

#define TO(stage) (1U << LIFE_##stage)

static const unsigned successors[] = {
    [LIFE_QUIET] = TO(VERIFYING) | TO(COUNTING) | TO(RECORDING) | TO(DELETING) | TO(HELD),
    [LIFE_VERIFYING] = TO(QUIET) | TO(COUNTING) | TO(RECORDING) | TO(DELETING) | TO(HELD),
    [LIFE_COUNTING] = TO(QUIET) | TO(RECORDING) | TO(DELETING) | TO(HELD),
    [LIFE_RECORDING] = TO(QUIET) | TO(DELETING),
    [LIFE_DELETING] = TO(QUIET) | TO(RECORDING) | TO(HELD),
    [LIFE_HELD] = TO(QUIET) | TO(RECORDING),
};

struct life *life_at(const struct arena *arena, arena_ref ref)
{
    return arena_at(arena, ref);
}

struct text life_id(const struct arena *arena, arena_ref ref)
{
    return arena_text_get(arena, life_at(arena, ref)->id);
}

arena_ref life_find(const struct arena *arena, const struct state *state, struct text id)
{
    return map_get(arena, &state->lives, id);
}

arena_ref life_get(struct step *step, struct text id)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    struct life *life;
    if (ref != 0)
        return ref;
    ref = arena_alloc(step->arena, sizeof *life);
    life = life_at(step->arena, ref);
    life->id = arena_text_new(step->arena, id);
    life->retry_at_ns = TIME_NEVER;
    life->write_at_ns = TIME_NEVER;
    life->parked_until_ns = TIME_NEVER;
    life->unreached_at_ns = TIME_NEVER;
    life->claim.at_ns = TIME_NEVER;
    life->due_ns = TIME_NEVER;
    map_insert(step->arena, &step->state->lives, id, ref);
    return ref;
}

bool life_blocks(const struct arena *arena, const struct state *state, struct text id)
{
    arena_ref ref = life_find(arena, state, id);
    return ref != 0 && life_is_blocking(state, life_at(arena, ref));
}

bool life_is_blocking(const struct state *state, const struct life *life)
{
    switch (life->stage) {
    case LIFE_QUIET:
    case LIFE_VERIFYING: return false;
    case LIFE_COUNTING:
    case LIFE_RECORDING:
    case LIFE_HELD: return true;
    case LIFE_DELETING: return !policy_has(state->policy, POLICY_JOURNAL);
    }
    return false;
}

bool life_is_claimed(const struct arena *arena, const struct state *state, struct text id)
{
    arena_ref ref = life_find(arena, state, id);
    return ref != 0 && life_at(arena, ref)->claim.task != 0;
}

bool life_holds_up(const struct arena *arena, const struct state *state, struct text id)
{
    return life_blocks(arena, state, id) || life_is_claimed(arena, state, id);
}

bool life_idle(const struct arena *arena, const struct state *state, struct text id)
{
    arena_ref ref = life_find(arena, state, id);
    return ref == 0 || life_at(arena, ref)->stage == LIFE_QUIET;
}

void life_move(struct step *step, arena_ref ref, enum life_stage to)
{
    struct life *life = life_at(step->arena, ref);
    bool allowed = (successors[life->stage] >> to & 1) != 0;
    CONTRACT(allowed);
    (void)allowed;
    if (life->stage == LIFE_QUIET)
        step->state->under_way++;
    if (to == LIFE_QUIET)
        step->state->under_way--;
    life->stage = to;
    life->attempt = 0;
    life->deletes = 0;
    life->kills_left = 0;
    life->looks_left = 0;
    life->is_noted = false;
    life->is_unwanted = false;
    life->has_stopped = false;
    life->is_listed = false;
    life->is_contradicted = false;
    life->is_unstarted = false;
    life->is_started_anew = false;
    life->unreached_at_ns = TIME_NEVER;
    life->absences = 0;
    life->told.is_known = false;
    life->retry_at_ns = TIME_NEVER;
    life_schedule(step, ref);
}

/* ---- what is due ---- */

void life_schedule(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    int64_t asked_ns = time_min(life->retry_at_ns, life->claim.at_ns);
    int64_t due_ns = time_min(asked_ns, time_min(life->write_at_ns, life->parked_until_ns));
    struct text id = arena_text_get(step->arena, life->id);

    if (due_ns == life->due_ns)
        return;
    if (life->due_ns != TIME_NEVER)
        by_time_remove(step->arena, &step->state->due, life->due_ns, id);
    if (due_ns != TIME_NEVER)
        by_time_add(step->arena, &step->state->due, due_ns, id, ref);
    life->due_ns = due_ns;
}

int64_t life_deadline_ns(const struct arena *arena, const struct state *state)
{
    return by_time_first_ns(arena, &state->due);
}

arena_ref life_take_due(struct step *step)
{
    struct text place = {NULL, 0};
    arena_ref ref = step->state->due.map.count > 0 ? by_time_next(step->arena, &step->state->due, &place) : 0;
    struct life *life;
    if (ref == 0)
        return 0;
    life = life_at(step->arena, ref);
    if (life->due_ns > step->state->now_ns)
        return 0;
    by_time_remove(step->arena, &step->state->due, life->due_ns, arena_text_get(step->arena, life->id));
    life->due_ns = TIME_NEVER;
    return ref;
}

static void kick(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    int64_t now_ns = step->state->now_ns;
    if (life->retry_at_ns != TIME_NEVER) {
        life->attempt = 0;
        life->retry_at_ns = time_min(life->retry_at_ns, now_ns);
    }
    if (life->write_at_ns != TIME_NEVER) {
        life->write_attempt = 0;
        life->write_at_ns = time_min(life->write_at_ns, now_ns);
    }
    if (life->claim.at_ns != TIME_NEVER) {
        life->claim.attempt = 0;
        life->claim.at_ns = time_min(life->claim.at_ns, now_ns);
    }
    life_schedule(step, ref);
}

void life_kick(struct step *step, struct text id)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    if (ref != 0)
        kick(step, ref);
}

void life_kick_all(struct step *step)
{
    struct text id = {NULL, 0};
    arena_ref ref;
    while ((ref = map_next(step->arena, &step->state->lives, id, &id)) != 0)
        kick(step, ref);
}

/* ---- the end ---- */

/* Actions of this step may speak of what goes. */
static void retire(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    arena_ref removed = map_remove(step->arena, &step->state->lives, arena_text_get(step->arena, life->id));
    CONTRACT(removed == ref && life->due_ns == TIME_NEVER);
    (void)removed;
    life->next = step->state->retired_lives;
    step->state->retired_lives = ref;
}

void life_rest(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    calls_forget(step, life->call_id);
    life->call_id = 0;
    life->write_id = 0;
    if (life->task != 0)
        task_queue_append(step->arena, &step->state->retired_tasks, life->task);
    life->task = 0;
    if (life->stage != LIFE_QUIET)
        life_move(step, ref, LIFE_QUIET);
    if (life->failed_write == 0 && life->parked.count == 0 && life->claim.task == 0)
        retire(step, ref);
}

static void drop_parked(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    step->state->parked_count -= life->parked.count;
    task_queue_move(step->arena, &step->state->retired_tasks, &life->parked);
    life->parked_until_ns = TIME_NEVER;
    life_schedule(step, ref);
}

static void drop_claim(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    if (life->claim.task == 0)
        return;
    calls_forget(step, life->claim.call_id);
    task_queue_append(step->arena, &step->state->retired_tasks, life->claim.task);
    life->claim = (struct life_claim){.at_ns = TIME_NEVER};
    step->state->under_way--;
    life_schedule(step, ref);
}

void life_forget_unwritten(struct step *step)
{
    struct text id = {NULL, 0};
    arena_ref ref;
    while ((ref = map_next(step->arena, &step->state->lives, id, &id)) != 0) {
        struct life *life = life_at(step->arena, ref);
        drop_claim(step, ref);
        drop_parked(step, ref);
        if (life->write_id != 0 && life->failed_write == 0)
            continue;
        /* The key goes with the life, whose own text stays until the next step. */
        id = arena_text_get(step->arena, life->id);
        writes_drop_failed(step, ref);
        life_rest(step, ref);
    }
}

void life_release_retired(struct arena *arena, struct state *state)
{
    while (state->retired_lives != 0) {
        arena_ref ref = state->retired_lives;
        struct life *life = life_at(arena, ref);
        state->retired_lives = life->next;
        arena_text_free(arena, &life->id);
        arena_free(arena, ref, sizeof *life);
    }
}

static void hash_due(int64_t at_ns, int64_t now_ns, struct hash *hash)
{
    if (at_ns == TIME_NEVER)
        hash_i64(hash, -1);
    else
        hash_i64(hash, at_ns > now_ns ? at_ns - now_ns : 0);
}

static void hash_claim(const struct arena *arena, const struct life_claim *claim, int64_t now_ns, struct hash *hash)
{
    struct task_event task;
    hash_u64(hash, claim->task != 0);
    if (claim->task == 0)
        return;
    task = task_view(arena, claim->task);
    task_hash(&task, hash);
    hash_u64(hash, (uint64_t)claim->attempt << 3 | (uint64_t)(claim->call_id != 0) << 2 |
                       (uint64_t)claim->is_over << 1 | (uint64_t)claim->is_gone);
    hash_u64(hash, claim->incarnation);
    hash_due(claim->at_ns, now_ns, hash);
    hash_i64(hash, time_min(now_ns - claim->since_ns, CLAIM_MAX_NS));
}

void life_hash(const struct arena *arena, arena_ref ref, int64_t now_ns, struct hash *hash)
{
    const struct life *life = life_at(arena, ref);
    hash_text(hash, arena_text_get(arena, life->id));
    hash_u64(hash, (uint64_t)life->stage);
    hash_u64(hash, life->task != 0);
    if (life->task != 0) {
        struct task_event task = task_view(arena, life->task);
        task_hash(&task, hash);
    }
    hash_u64(hash, (uint64_t)life->ending.pid << 32 | life->ending.pid_before);
    hash_i64(hash, life->ending.exit_code);
    hash_u64(hash, life->ending.inferred);
    hash_u64(hash, life->ending.gone);
    hash_u64(hash, life->ending.moot);
    hash_u64(hash, (uint64_t)life->ending.is_doubted << 3 | (uint64_t)life->ending.is_unlisted << 2 |
                       (uint64_t)life->ending.is_shown << 1 | (uint64_t)life->ending.is_kept);
    hash_u64(hash, life->ending.oom);
    hash_i64(hash, life->ending.finished_at_ns);
    hash_u64(hash, life->call_id != 0);
    hash_u64(hash, life->write_id != 0);
    hash_u64(hash, life->attempt);
    hash_u64(hash, life->is_noted);
    hash_u64(hash, (uint64_t)life->kills_left << 32 | life->deletes);
    hash_u64(hash, (uint64_t)life->looks_left << 1 | (uint64_t)life->is_unwanted);
    hash_u64(hash, (uint64_t)life->is_contradicted << 4 | (uint64_t)life->is_unstarted << 3 |
                       (uint64_t)life->is_started_anew << 2 | (uint64_t)life->is_listed << 1 |
                       (uint64_t)life->has_stopped);
    hash_u64(hash, life->told.is_known);
    if (life->told.is_known) {
        hash_u64(hash, life->told.exit_status);
        timestamp_hash(&life->told.exited_at, hash);
    }
    hash_due(life->retry_at_ns, now_ns, hash);
    hash_due(life->write_at_ns, now_ns, hash);
    hash_u64(hash, life->write_attempt);
    hash_u64(hash, life->failed_write != 0);
    if (life->failed_write != 0)
        writes_hash(arena, life->failed_write, hash);
    hash_claim(arena, &life->claim, now_ns, hash);
    hash_u64(hash, life->parked.count);
    hash_due(life->parked_until_ns, now_ns, hash);
    for (arena_ref kept = life->parked.first; kept != 0; kept = task_queue_after(arena, kept)) {
        struct task_event task = task_view(arena, kept);
        task_hash(&task, hash);
    }
    if (life->stage == LIFE_VERIFYING && life->task != 0)
        hash_i64(hash, now_ns - life->doubted_at_ns);
    hash_u64(hash, life->absences);
    if (life->unreached_at_ns != TIME_NEVER)
        hash_i64(hash, time_min(now_ns - life->unreached_at_ns, MONITOR_UNREACHED_MAX_NS));
}
