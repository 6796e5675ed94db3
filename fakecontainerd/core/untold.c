/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/untold.h"

#include "base/time.h"
#include "fakecontainerd/core/publish.h"

enum { TRIES_MAX = 5 };

uint64_t untold_cost(void)
{
    return arena_cost(sizeof(struct untold));
}

static struct untold *untold_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

/* Each waits a second longer than the one before. */
static void wait_longer(const struct fake *fake, struct untold *untold)
{
    untold->tries++;
    untold->due_ns = time_add(state_of(fake)->now_ns, untold->tries * TIME_SECOND);
}

void untold_add(struct fake *fake, arena_ref published)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct untold));
    struct untold *untold = untold_at(fake, ref);
    untold->published = published;
    wait_longer(fake, untold);
    queue_append(fake, &state_of(fake)->untold, ref);
}

int64_t untold_deadline_ns(const struct fake *fake)
{
    int64_t deadline_ns = TIME_NEVER;
    for (arena_ref ref = state_of(fake)->untold.first; ref != 0; ref = queue_next(fake, ref))
        deadline_ns = time_min(deadline_ns, untold_at(fake, ref)->due_ns);
    return deadline_ns;
}

uint64_t untold_ripen_cost(const struct fake *fake, int64_t now_ns)
{
    uint64_t cost = 0;
    for (arena_ref ref = state_of(fake)->untold.first; ref != 0; ref = queue_next(fake, ref))
        if (untold_at(fake, ref)->due_ns <= now_ns)
            cost += publish_cost(fake);
    return cost;
}

void untold_ripen(struct fake *fake)
{
    struct queue *queue = &state_of(fake)->untold;
    arena_ref before = 0;
    for (arena_ref ref = queue->first; ref != 0;) {
        struct untold *untold = untold_at(fake, ref);
        arena_ref behind = untold->next;
        bool due = untold->due_ns <= state_of(fake)->now_ns;
        if (due && !state_of(fake)->serving && untold->tries < TRIES_MAX) {
            wait_longer(fake, untold);
            due = false;
        }
        if (due) {
            (void)queue_take_after(fake, queue, before);
            if (state_of(fake)->serving)
                publish_late(fake, untold->published);
            else
                publish_lost(fake, untold->published);
            arena_free(&fake->arena, ref, sizeof *untold);
        } else {
            before = ref;
        }
        ref = behind;
    }
}
