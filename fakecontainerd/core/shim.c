/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/shim.h"

#include "base/time.h"
#include "fakecontainerd/core/lifecycle.h"
#include "fakecontainerd/core/wait.h"

static uint64_t clean_cost(const struct fake *fake)
{
    return 2 * publish_cost(fake);
}

uint64_t shim_kill_cost(const struct fake *fake)
{
    return waiters_cost(fake) + publish_cost(fake) + clean_cost(fake);
}

/* Nobody is left who could tell of it. */
static void end_quietly(struct fake *fake, struct slot *slot)
{
    struct text id = {NULL, 0};
    for (arena_ref ref; (ref = map_next(&fake->arena, &slot->execs, id, &id)) != 0;) {
        struct exec *exec = arena_at(&fake->arena, ref);
        if (process_lives(&exec->process))
            process_end(fake, &exec->process, LIFECYCLE_KILLED);
    }
    if (process_lives(&slot->init))
        process_end(fake, &slot->init, LIFECYCLE_KILLED);
}

static void clean(struct fake *fake, struct slot *slot)
{
    struct publish_details details = {
        .pid = slot->shim.pid,
        .exit_status = slot->shim.exit_status,
        .exited_at_ns = state_of(fake)->wall_ns,
        .no_news = !slot->shim.news,
    };
    if (slot->shim.told) {
        publish(fake, FAKE_TOPIC_TASK_EXIT, slot, details);
        publish(fake, FAKE_TOPIC_TASK_DELETE, slot, details);
    }
    task_remove(fake, slot);
}

void shim_kill(struct fake *fake, arena_ref ref, const struct shim_end *end)
{
    struct slot *slot = arena_at(&fake->arena, ref);
    slot->shim = (struct dead_shim){
        .dead = true,
        .told = end->told,
        .news = process_lives(&slot->init),
        .pid = end->has_pid ? end->pid : slot->init.pid,
        .exit_status = end->exit_status,
        .clean_ns = time_add(state_of(fake)->now_ns, end->clean_after_ns),
    };
    if (end->clean_after_ns == TIME_NEVER)
        slot->shim.clean_ns = TIME_NEVER;
    state_of(fake)->dead_shims++;
    if (slot->shim.news)
        publish_nothing(fake, slot);
    end_quietly(fake, slot);
    waiters_fail(fake, ref);
    if (end->clean_after_ns <= 0)
        clean(fake, slot);
}

/* The first that is due at now_ns or before; *ret_next_ns is when the next is, of those that are not. */
static struct slot *first_due(const struct fake *fake, int64_t now_ns, int64_t *ret_next_ns, uint32_t *ret_count)
{
    struct slot *due = NULL;
    uint32_t left = state_of(fake)->dead_shims;
    *ret_next_ns = TIME_NEVER;
    *ret_count = 0;
    for (arena_ref ref = slot_first(fake); left > 0 && ref != 0; ref = slot_next(fake, ref)) {
        struct slot *slot = arena_at(&fake->arena, ref);
        if (!slot->shim.dead)
            continue;
        left--;
        if (slot->shim.clean_ns > now_ns) {
            *ret_next_ns = time_min(*ret_next_ns, slot->shim.clean_ns);
            continue;
        }
        ++*ret_count;
        due = due != NULL ? due : slot;
    }
    return due;
}

int64_t shims_deadline_ns(const struct fake *fake)
{
    uint32_t count;
    int64_t next_ns;
    if (state_of(fake)->dead_shims == 0)
        return TIME_NEVER;
    (void)first_due(fake, INT64_MIN, &next_ns, &count);
    return next_ns;
}

uint64_t shims_ripen_cost(const struct fake *fake, int64_t now_ns)
{
    uint32_t count;
    int64_t next_ns;
    if (state_of(fake)->dead_shims == 0)
        return 0;
    (void)first_due(fake, now_ns, &next_ns, &count);
    return count * clean_cost(fake);
}

void shims_ripen(struct fake *fake)
{
    uint32_t count;
    int64_t next_ns;
    for (struct slot *slot;
         state_of(fake)->dead_shims > 0 && (slot = first_due(fake, state_of(fake)->now_ns, &next_ns, &count)) != NULL;)
        clean(fake, slot);
}
