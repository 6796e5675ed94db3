/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/overlap.h"

#include "base/time.h"
#include "fakecontainerd/core/rule.h"

uint64_t overlap_cost(void)
{
    return arena_cost(sizeof(struct overlap)) + 3 * arena_cost(FAKE_ID_MAX);
}

static struct overlap *overlap_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

void overlap_begin(struct fake *fake, const struct rule *rule, const struct fake_request *request)
{
    if (request->name_space.length > FAKE_ID_MAX || request->container_id.length > FAKE_ID_MAX ||
        request->exec_id.length > FAKE_ID_MAX)
        return;
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct overlap));
    struct overlap *overlap = overlap_at(fake, ref);
    overlap->rule = rule->index;
    overlap->until_ns = rule->action == FAKE_DO_HOLD ? TIME_NEVER : time_add(state_of(fake)->now_ns, rule->delay_ns);
    overlap->method = request->method;
    overlap->name_space = arena_text_new(&fake->arena, request->name_space);
    overlap->container_id = arena_text_new(&fake->arena, request->container_id);
    overlap->exec_id = arena_text_new(&fake->arena, request->exec_id);
    queue_append(fake, &state_of(fake)->overlaps, ref);
}

const struct rule *overlap_find(const struct fake *fake, const struct fake_request *request)
{
    for (arena_ref ref = state_of(fake)->overlaps.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct overlap *overlap = overlap_at(fake, ref);
        if (overlap->method == request->method && text_equal(text_in(fake, overlap->name_space), request->name_space) &&
            text_equal(text_in(fake, overlap->container_id), request->container_id) &&
            text_equal(text_in(fake, overlap->exec_id), request->exec_id))
            return rule_at(fake, overlap->rule);
    }
    return NULL;
}

static bool is_over(const struct fake *fake, const struct overlap *overlap)
{
    return overlap->until_ns <= state_of(fake)->now_ns || rule_at(fake, overlap->rule)->released;
}

void overlaps_ripen(struct fake *fake)
{
    struct queue *queue = &state_of(fake)->overlaps;
    arena_ref before = 0;
    for (arena_ref ref = queue->first; ref != 0;) {
        struct overlap *overlap = overlap_at(fake, ref);
        arena_ref behind = overlap->next;
        if (is_over(fake, overlap)) {
            (void)queue_take_after(fake, queue, before);
            arena_text_free(&fake->arena, &overlap->name_space);
            arena_text_free(&fake->arena, &overlap->container_id);
            arena_text_free(&fake->arena, &overlap->exec_id);
            arena_free(&fake->arena, ref, sizeof *overlap);
        } else {
            before = ref;
        }
        ref = behind;
    }
}
