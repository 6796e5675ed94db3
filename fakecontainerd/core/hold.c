/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/hold.h"

#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/rule.h"

void hold_answer(struct fake *fake, const struct rule *rule, uint64_t connection_id, uint32_t stream_id)
{
    struct queue *outbox = &state_of(fake)->outbox;
    arena_ref before = 0;
    for (arena_ref ref = outbox->first; ref != 0; before = ref, ref = queue_next(fake, ref)) {
        struct output *output = arena_at(&fake->arena, ref);
        if (output->kind != FAKE_REPLY || output->connection_id != connection_id || output->stream_id != stream_id)
            continue;
        output->rule = rule->index;
        queue_append(fake, &state_of(fake)->held, queue_take_after(fake, outbox, before));
        return;
    }
}

void hold_event(struct fake *fake, const struct rule *rule, arena_ref published)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct output));
    struct output *output = arena_at(&fake->arena, ref);
    output->kind = FAKE_SEND_EVENT;
    output->published = published;
    output->rule = rule->index;
    queue_append(fake, &state_of(fake)->held, ref);
}

uint64_t hold_release_cost(const struct fake *fake)
{
    return state_of(fake)->held.count * publish_cost(fake);
}

static void go_on(struct fake *fake, arena_ref ref)
{
    struct output *output = arena_at(&fake->arena, ref);
    if (output->kind == FAKE_REPLY) {
        queue_append(fake, &state_of(fake)->outbox, ref);
        return;
    }
    publish_held(fake, output->published);
    output->published = 0;
    output_free(fake, ref);
}

void hold_release(struct fake *fake, struct text name)
{
    struct queue *held = &state_of(fake)->held;
    arena_ref before = 0;

    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref)) {
        struct rule *rule = arena_at(&fake->arena, ref);
        rule->released =
            rule->released || (rule->action == FAKE_DO_HOLD && text_equal(text_in(fake, rule->hold), name));
    }
    for (arena_ref ref = held->first; ref != 0;) {
        const struct output *output = arena_at(&fake->arena, ref);
        arena_ref behind = output->next;
        if (rule_at(fake, output->rule)->released)
            go_on(fake, queue_take_after(fake, held, before));
        else
            before = ref;
        ref = behind;
    }
}
