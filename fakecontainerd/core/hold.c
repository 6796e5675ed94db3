/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/hold.h"

#include "base/time.h"
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
    if (rule->action == FAKE_DO_DELAY)
        output->due_ns = time_add(state_of(fake)->now_ns, rule->delay_ns);
    queue_append(fake, &state_of(fake)->held, ref);
}

uint64_t hold_release_cost(const struct fake *fake)
{
    return state_of(fake)->held.count * publish_cost(fake);
}

uint64_t hold_cost(const struct fake *fake)
{
    uint64_t events = 0;
    for (arena_ref ref = state_of(fake)->held.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct output *output = arena_at(&fake->arena, ref);
        bool waits = output->due_ns > 0 || rule_at(fake, output->rule)->until.kind != FAKE_BARRIER_NONE;
        events += output->kind == FAKE_SEND_EVENT && waits;
    }
    return events > 0 ? events * publish_cost(fake) : 0;
}

/* ---- going on ---- */

static const struct output *held_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

static bool may_go_on(const struct fake *fake, const struct output *output)
{
    return output->due_ns > 0 ? output->due_ns <= state_of(fake)->now_ns : rule_at(fake, output->rule)->released;
}

/* The one before what goes on next: the earliest where some are due, else the first. False where nothing does. */
static bool find_next(const struct fake *fake, arena_ref *ret_before)
{
    const struct output *found = NULL;
    arena_ref before = 0;
    for (arena_ref ref = state_of(fake)->held.first; ref != 0; before = ref, ref = queue_next(fake, ref)) {
        const struct output *output = held_at(fake, ref);
        if (!may_go_on(fake, output) || (found != NULL && found->due_ns <= output->due_ns))
            continue;
        found = output;
        *ret_before = before;
    }
    return found != NULL;
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

/* What goes on may be what something else waits for. */
void hold_go_on(struct fake *fake)
{
    arena_ref before;
    while (find_next(fake, &before))
        go_on(fake, queue_take_after(fake, &state_of(fake)->held, before));
}

int64_t hold_deadline_ns(const struct fake *fake)
{
    int64_t deadline_ns = TIME_NEVER;
    for (arena_ref ref = state_of(fake)->held.first; ref != 0; ref = queue_next(fake, ref))
        if (held_at(fake, ref)->due_ns > 0)
            deadline_ns = time_min(deadline_ns, held_at(fake, ref)->due_ns);
    return deadline_ns;
}

void hold_release(struct fake *fake, struct text name)
{
    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref)) {
        struct rule *rule = arena_at(&fake->arena, ref);
        rule->released =
            rule->released || (rule->action == FAKE_DO_HOLD && text_equal(text_in(fake, rule->hold), name));
    }
    hold_ripen(fake);
}

void hold_release_all(struct fake *fake)
{
    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref)) {
        struct rule *rule = arena_at(&fake->arena, ref);
        rule->released = true;
        rule->endless = false;
        rule->left = 0;
    }
    hold_ripen(fake);
}

/* ---- barriers ---- */

static bool is_passed(const struct fake *fake, const struct rule *rule, const struct fake_barrier *passed)
{
    struct text container_id = text_in(fake, rule->until.container_id);
    bool is_same =
        passed->kind == FAKE_BARRIER_TOLD ? rule->until.topic == passed->topic : rule->until.method == passed->method;
    return rule->until.kind == passed->kind && is_same &&
           (container_id.length == 0 || text_equal(container_id, passed->container_id));
}

void hold_pass_rules(struct fake *fake, const struct fake_barrier *passed)
{
    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref)) {
        struct rule *rule = arena_at(&fake->arena, ref);
        rule->released = rule->released || is_passed(fake, rule, passed);
    }
}
