/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include "base/time.h"
#include "fakecontainerd/core/output.h"

/*
 * Two fakes with the same hash go on alike. Monotonic times are taken relative to now, wall-clock times relative to the
 * wall clock now, and connections by their rank, so that states which differ only in when they are and in what was
 * before are the same. Stream ids stay as they are.
 */
struct walk {
    const struct fake *fake;
    struct hash *hash;
    int64_t now_ns;
    int64_t wall_ns;
};

static int64_t difference(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static void add_text(const struct walk *walk, struct arena_text text)
{
    hash_text(walk->hash, text_in(walk->fake, text));
}

static void add_instant(const struct walk *walk, int64_t instant_ns)
{
    hash_i64(walk->hash, difference(instant_ns, walk->now_ns));
}

/* 0 is no time at all. */
static void add_wall(const struct walk *walk, int64_t wall_ns)
{
    hash_u64(walk->hash, wall_ns != 0);
    if (wall_ns != 0)
        hash_i64(walk->hash, difference(wall_ns, walk->wall_ns));
}

/* A connection that is gone, and is only still to be closed, keeps its id. */
static void add_connection(const struct walk *walk, uint64_t id)
{
    uint64_t rank = 1;
    for (arena_ref ref = state_of(walk->fake)->connections.first; ref != 0; ref = queue_next(walk->fake, ref), rank++) {
        const struct connection *connection = arena_at(&walk->fake->arena, ref);
        if (connection->id == id) {
            hash_u64(walk->hash, rank);
            return;
        }
    }
    hash_u64(walk->hash, 0);
    hash_u64(walk->hash, id);
}

static void add_process(const struct walk *walk, const struct process *process)
{
    hash_u64(walk->hash, process->status);
    hash_u64(walk->hash, process->pid);
    hash_u64(walk->hash, process->exit_status);
    hash_u64(walk->hash, process->exited);
    add_wall(walk, process->exited_at_ns);
    if (process->exited)
        add_instant(walk, process->ended_ns);
}

static void add_container(const struct walk *walk, arena_ref ref)
{
    const struct container *container = arena_at(&walk->fake->arena, ref);
    hash_u64(walk->hash, container->content.a);
    hash_u64(walk->hash, container->content.b);
    add_wall(walk, container->created_at_ns);
    add_wall(walk, container->updated_at_ns);
}

static void add_shim(const struct walk *walk, const struct dead_shim *shim)
{
    hash_u64(walk->hash, shim->dead);
    hash_u64(walk->hash, shim->told);
    hash_u64(walk->hash, shim->news);
    hash_u64(walk->hash, shim->pid);
    hash_u64(walk->hash, shim->exit_status);
    hash_u64(walk->hash, shim->clean_ns != TIME_NEVER);
    if (shim->dead && shim->clean_ns != TIME_NEVER)
        add_instant(walk, shim->clean_ns);
}

static void add_slot(const struct walk *walk, const struct slot *slot)
{
    struct text id = {NULL, 0};
    add_container(walk, slot->container);
    hash_u64(walk->hash, (uint64_t)slot->exit_status << 3 | (uint64_t)slot->exits_at_once << 2 |
                             (uint64_t)slot->ignores_sigterm << 1 | (uint64_t)slot->orphan);
    hash_u64(walk->hash, slot->has_task);
    hash_u64(walk->hash, slot->oom_kills);
    add_shim(walk, &slot->shim);
    add_process(walk, &slot->init);
    hash_u64(walk->hash, slot->execs.count);
    for (arena_ref ref; (ref = map_next(&walk->fake->arena, &slot->execs, id, &id)) != 0;) {
        const struct exec *exec = arena_at(&walk->fake->arena, ref);
        hash_text(walk->hash, id);
        add_process(walk, &exec->process);
    }
}

static void add_exited_at(const struct walk *walk, const struct fake_exited_at *exited_at)
{
    hash_u64(walk->hash, exited_at->kind);
    hash_i64(walk->hash, exited_at->seconds);
    hash_i64(walk->hash, exited_at->nanos);
}

static void add_told(const struct walk *walk, const struct fake_told *told)
{
    hash_u64(walk->hash, told->has_status);
    hash_u64(walk->hash, told->status);
    hash_u64(walk->hash, told->has_pid);
    hash_u64(walk->hash, told->pid);
    hash_u64(walk->hash, told->has_exit_status);
    hash_u64(walk->hash, told->exit_status);
    hash_u64(walk->hash, told->has_exited_at);
    add_exited_at(walk, &told->exited_at);
    hash_u64(walk->hash, told->has_oom_kills);
    hash_u64(walk->hash, told->oom_kills);
}

static void add_rules(const struct walk *walk)
{
    hash_u64(walk->hash, state_of(walk->fake)->rules.count);
    for (arena_ref ref = state_of(walk->fake)->rules.first; ref != 0; ref = queue_next(walk->fake, ref)) {
        const struct rule *rule = arena_at(&walk->fake->arena, ref);
        hash_u64(walk->hash, rule->of_events);
        hash_u64(walk->hash, rule->topic);
        hash_u64(walk->hash, rule->method);
        add_text(walk, rule->container_id);
        hash_u64(walk->hash, rule->action);
        hash_u64(walk->hash, rule->end);
        hash_i64(walk->hash, rule->status);
        add_text(walk, rule->text);
        hash_u64(walk->hash, rule->http2_code);
        hash_i64(walk->hash, rule->delay_ns);
        hash_u64(walk->hash, rule->headers);
        hash_u64(walk->hash, rule->has_within);
        add_told(walk, &rule->told);
        hash_u64(walk->hash, rule->has_meanwhile);
        hash_i64(walk->hash, rule->meanwhile_status);
        add_text(walk, rule->meanwhile_text);
        hash_u64(walk->hash, rule->has_effect);
        hash_i64(walk->hash, rule->effect_after_ns);
        hash_u64(walk->hash, rule->cut_after);
        add_text(walk, rule->hold);
        hash_u64(walk->hash, rule->until.kind);
        hash_u64(walk->hash, rule->until.method);
        hash_u64(walk->hash, rule->until.topic);
        add_text(walk, rule->until.container_id);
        hash_u64(walk->hash, rule->released);
        hash_u64(walk->hash, rule->endless);
        hash_u64(walk->hash, rule->left);
        hash_u64(walk->hash, rule->up_to);
        hash_u64(walk->hash, rule->followed);
    }
}

static void add_waiters(const struct walk *walk)
{
    hash_u64(walk->hash, state_of(walk->fake)->waiters.count);
    for (arena_ref ref = state_of(walk->fake)->waiters.first; ref != 0; ref = queue_next(walk->fake, ref)) {
        const struct waiter *waiter = arena_at(&walk->fake->arena, ref);
        const struct slot *slot = arena_at(&walk->fake->arena, waiter->slot);
        add_connection(walk, waiter->connection_id);
        hash_u64(walk->hash, waiter->stream_id);
        hash_i64(walk->hash, waiter->delay_ns);
        hash_u64(walk->hash, waiter->rule);
        add_text(walk, container_of(walk->fake, slot)->name_space);
        add_text(walk, container_of(walk->fake, slot)->id);
        add_text(walk, waiter->exec_id);
    }
}

static void add_subscriptions(const struct walk *walk)
{
    hash_u64(walk->hash, state_of(walk->fake)->subscriptions.count);
    for (arena_ref ref = state_of(walk->fake)->subscriptions.first; ref != 0; ref = queue_next(walk->fake, ref)) {
        const struct subscription *subscription = arena_at(&walk->fake->arena, ref);
        add_connection(walk, subscription->connection_id);
        hash_u64(walk->hash, subscription->stream_id);
        hash_u64(walk->hash, subscription->silent);
        hash_u64(walk->hash, subscription->registered);
        if (!subscription->registered)
            add_instant(walk, subscription->since_ns);
        hash_u64(walk->hash, subscription->filter_count);
        for (uint32_t i = 0; i < subscription->filter_count; i++)
            add_text(walk, ((const struct arena_text *)arena_at(&walk->fake->arena, subscription->filters))[i]);
    }
}

static void add_published(const struct walk *walk, arena_ref ref)
{
    const struct published *published = arena_at(&walk->fake->arena, ref);
    hash_u64(walk->hash, published->topic);
    add_container(walk, published->container);
    add_text(walk, published->exec_id);
    hash_u64(walk->hash, published->pid);
    hash_u64(walk->hash, published->exit_status);
    add_wall(walk, published->exited_at_ns);
    add_wall(walk, published->published_at_ns);
    add_exited_at(walk, &published->exited_at);
    hash_u64(walk->hash, published->unknown_field);
    hash_u64(walk->hash, published->unfiltered);
    hash_u64(walk->hash, published->damage);
    hash_u64(walk->hash, published->has_bytes);
    add_text(walk, published->bytes);
    hash_u64(walk->hash, published->no_news);
}

static void add_answer(const struct walk *walk, arena_ref ref)
{
    const struct answer *answer = arena_at(&walk->fake->arena, ref);
    hash_i64(walk->hash, answer->status);
    add_text(walk, answer->message);
    hash_u64(walk->hash, answer->scripted);
    hash_u64(walk->hash, answer->of_containers);
    hash_u64(walk->hash, answer->entries.count);
    for (arena_ref at = answer->entries.first; at != 0; at = queue_next(walk->fake, at)) {
        const struct entry *entry = arena_at(&walk->fake->arena, at);
        add_container(walk, entry->container);
        add_text(walk, entry->exec_id);
        add_process(walk, &entry->process);
        add_exited_at(walk, &entry->exited_at);
        hash_u64(walk->hash, entry->oom_kills);
    }
}

static void add_output(const struct walk *walk, const struct output *output)
{
    hash_u64(walk->hash, output->kind);
    add_connection(walk, output->connection_id);
    hash_u64(walk->hash, output->stream_id);
    hash_u64(walk->hash, output->method);
    hash_u64(walk->hash, output->answer != 0);
    if (output->answer != 0)
        add_answer(walk, output->answer);
    hash_u64(walk->hash, output->cut);
    hash_u64(walk->hash, output->cut_after);
    hash_u64(walk->hash, output->published != 0);
    if (output->published != 0)
        add_published(walk, output->published);
    hash_u64(walk->hash, output->end);
    hash_i64(walk->hash, output->status);
    hash_u64(walk->hash, output->http2_code);
    add_text(walk, output->text);
    hash_u64(walk->hash, output->goaway.last);
    hash_u64(walk->hash, output->goaway.http2_code);
    hash_u64(walk->hash, output->goaway.close);
    hash_u64(walk->hash, output->silence);
    hash_u64(walk->hash, output->socket);
    hash_u64(walk->hash, output->did);
    hash_u64(walk->hash, output->no_news);
    hash_u64(walk->hash, output->receivers);
    hash_u64(walk->hash, output->rule);
}

static void add_outputs(const struct walk *walk, const struct queue *queue, bool delayed)
{
    hash_u64(walk->hash, queue->count);
    for (arena_ref ref = queue->first; ref != 0; ref = queue_next(walk->fake, ref)) {
        const struct output *output = arena_at(&walk->fake->arena, ref);
        if (delayed)
            add_instant(walk, output->due_ns);
        add_output(walk, output);
    }
}

/* In the order in which it came; only an event that is delayed has a time. */
static void add_held(const struct walk *walk)
{
    hash_u64(walk->hash, state_of(walk->fake)->held.count);
    for (arena_ref ref = state_of(walk->fake)->held.first; ref != 0; ref = queue_next(walk->fake, ref)) {
        const struct output *output = arena_at(&walk->fake->arena, ref);
        hash_u64(walk->hash, output->due_ns > 0);
        if (output->due_ns > 0)
            add_instant(walk, output->due_ns);
        add_output(walk, output);
    }
}

static void add_late(const struct walk *walk)
{
    hash_u64(walk->hash, state_of(walk->fake)->late.count);
    for (arena_ref ref = state_of(walk->fake)->late.first; ref != 0; ref = queue_next(walk->fake, ref)) {
        const struct late *late = arena_at(&walk->fake->arena, ref);
        add_instant(walk, late->due_ns);
        hash_u64(walk->hash, late->method);
        add_text(walk, late->name_space);
        add_text(walk, late->container_id);
        hash_u64(walk->hash, (uint64_t)late->kill << 1 | (uint64_t)late->with_container);
    }
}

static void add_overlaps(const struct walk *walk)
{
    hash_u64(walk->hash, state_of(walk->fake)->overlaps.count);
    for (arena_ref ref = state_of(walk->fake)->overlaps.first; ref != 0; ref = queue_next(walk->fake, ref)) {
        const struct overlap *overlap = arena_at(&walk->fake->arena, ref);
        hash_u64(walk->hash, overlap->rule);
        hash_u64(walk->hash, overlap->until_ns != TIME_NEVER);
        if (overlap->until_ns != TIME_NEVER)
            add_instant(walk, overlap->until_ns);
        hash_u64(walk->hash, overlap->method);
        add_text(walk, overlap->name_space);
        add_text(walk, overlap->container_id);
        add_text(walk, overlap->exec_id);
    }
}

static void add_untold(const struct walk *walk)
{
    hash_u64(walk->hash, state_of(walk->fake)->exits_late);
    hash_i64(walk->hash, state_of(walk->fake)->wall_ahead_ns);
    hash_u64(walk->hash, state_of(walk->fake)->untold.count);
    for (arena_ref ref = state_of(walk->fake)->untold.first; ref != 0; ref = queue_next(walk->fake, ref)) {
        const struct untold *untold = arena_at(&walk->fake->arena, ref);
        add_instant(walk, untold->due_ns);
        hash_u64(walk->hash, untold->tries);
        add_published(walk, untold->published);
    }
}

void fake_hash(const struct fake *fake, int64_t now_ns, struct hash *hash)
{
    const struct state *state = state_of(fake);
    struct walk walk = {fake, hash, now_ns, difference(state->wall_ns, difference(state->now_ns, now_ns))};
    struct text key = {NULL, 0};

    hash_u64(hash, state->started);
    hash_u64(hash, state->serving);
    hash_u64(hash, state->restarting);
    if (state->restarting)
        add_instant(&walk, state->up_at_ns);
    hash_u64(hash, state->socket);
    hash_u64(hash, state->next_pid);
    hash_u64(hash, state->connections.count);
    for (arena_ref ref = state->connections.first; ref != 0; ref = queue_next(fake, ref))
        hash_u64(hash, ((const struct connection *)arena_at(&fake->arena, ref))->silence);
    hash_u64(hash, state->name_spaces.count);
    while (map_next(&fake->arena, &state->name_spaces, key, &key) != 0)
        hash_text(hash, key);
    hash_u64(hash, state->slots.count);
    for (arena_ref ref = slot_first(fake); ref != 0; ref = slot_next(fake, ref))
        add_slot(&walk, arena_at(&fake->arena, ref));
    add_rules(&walk);
    add_waiters(&walk);
    add_subscriptions(&walk);
    add_outputs(&walk, &state->outbox, false);
    add_outputs(&walk, &state->delayed, true);
    add_held(&walk);
    add_late(&walk);
    add_overlaps(&walk);
    add_untold(&walk);
}
