/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/wait.h"

#include "base/status.h"
#include "fakecontainerd/core/hold.h"
#include "fakecontainerd/core/lie.h"
#include "fakecontainerd/core/request.h"
#include "fakecontainerd/core/rule.h"
#include "fakecontainerd/core/world.h"

uint64_t waiters_cost(const struct fake *fake)
{
    /* Each an answer, or the end of its connection. */
    return state_of(fake)->waiters.count * (answer_cost() + output_cost());
}

size_t waiters_answer_size(const struct fake *fake)
{
    return state_of(fake)->waiters.count * sizeof(struct fake_process);
}

uint64_t waiter_cost(void)
{
    return arena_cost(sizeof(struct waiter)) + arena_cost(FAKE_ID_MAX);
}

static struct waiter *waiter_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

static void waiter_add(struct fake *fake, const struct waiter *from, struct text exec_id)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct waiter));
    *waiter_at(fake, ref) = *from;
    waiter_at(fake, ref)->exec_id = arena_text_new(&fake->arena, exec_id);
    queue_append(fake, &state_of(fake)->waiters, ref);
}

static void take_after(struct fake *fake, arena_ref before)
{
    arena_ref ref = queue_take_after(fake, &state_of(fake)->waiters, before);
    arena_text_free(&fake->arena, &waiter_at(fake, ref)->exec_id);
    arena_free(&fake->arena, ref, sizeof(struct waiter));
}

static struct answer *answer_for(struct fake *fake, const struct waiter *waiter)
{
    struct output *output =
        output_add_for(fake, FAKE_REPLY, waiter->connection_id, waiter->stream_id, waiter->delay_ns);
    output->method = FAKE_TASKS_WAIT;
    const struct slot *slot = arena_at(&fake->arena, waiter->slot);
    output->text = arena_text_new(&fake->arena, text_in(fake, container_of(fake, slot)->id));
    return answer_new(fake, output);
}

static const struct rule *rule_of(const struct fake *fake, const struct waiter *waiter)
{
    return waiter->rule > 0 ? rule_at(fake, waiter->rule - 1) : NULL;
}

static bool loses(const struct fake *fake, const struct waiter *waiter)
{
    const struct rule *rule = rule_of(fake, waiter);
    return rule != NULL && rule->action == FAKE_DO_LOSE_REPLY;
}

/* The answer is made; it may have to be changed, or kept back. */
static void send(struct fake *fake, const struct waiter *waiter)
{
    const struct rule *rule = rule_of(fake, waiter);
    if (rule != NULL && rule->action == FAKE_DO_ANSWER)
        lie(fake, rule, waiter->connection_id, waiter->stream_id);
    if (rule != NULL && rule->action == FAKE_DO_HOLD && !rule->released && state_of(fake)->held.count < FAKE_HELD_MAX)
        hold_answer(fake, rule, waiter->connection_id, waiter->stream_id);
}

static bool waits_for(const struct fake *fake, const struct waiter *waiter, arena_ref slot, const struct text *exec_id)
{
    return waiter->slot == slot && (exec_id == NULL || text_equal(text_in(fake, waiter->exec_id), *exec_id));
}

/* The connections of those who lose their reply are cut, and with each all that waits on it. */
static void cut(struct fake *fake, arena_ref slot, const struct text *exec_id)
{
    for (arena_ref ref = state_of(fake)->waiters.first; ref != 0;) {
        const struct waiter *waiter = waiter_at(fake, ref);
        if (waits_for(fake, waiter, slot, exec_id) && loses(fake, waiter)) {
            connection_hang_up(fake, waiter->connection_id);
            ref = state_of(fake)->waiters.first;
        } else {
            ref = waiter->next;
        }
    }
}

void waiters_answer(struct fake *fake, arena_ref slot, struct text exec_id, const struct process *process)
{
    arena_ref before = 0;
    cut(fake, slot, &exec_id);
    for (arena_ref ref = state_of(fake)->waiters.first; ref != 0;) {
        const struct waiter *waiter = waiter_at(fake, ref);
        arena_ref behind = waiter->next;
        if (waits_for(fake, waiter, slot, &exec_id)) {
            answer_with(fake, answer_for(fake, waiter), arena_at(&fake->arena, slot), process, exec_id);
            send(fake, waiter);
            take_after(fake, before);
        } else {
            before = ref;
        }
        ref = behind;
    }
}

void waiters_fail(struct fake *fake, arena_ref slot)
{
    arena_ref before = 0;
    cut(fake, slot, NULL);
    for (arena_ref ref = state_of(fake)->waiters.first; ref != 0;) {
        const struct waiter *waiter = waiter_at(fake, ref);
        arena_ref behind = waiter->next;
        if (waits_for(fake, waiter, slot, NULL)) {
            struct answer *answer = answer_for(fake, waiter);
            answer->status = STATUS_UNKNOWN;
            answer->message = arena_text_new(&fake->arena, text_of("ttrpc: closed: unknown"));
            send(fake, waiter);
            take_after(fake, before);
        } else {
            before = ref;
        }
        ref = behind;
    }
}

void waiters_drop(struct fake *fake, uint64_t connection_id, uint32_t stream_id)
{
    arena_ref before = 0;
    for (arena_ref ref = state_of(fake)->waiters.first; ref != 0;) {
        const struct waiter *waiter = waiter_at(fake, ref);
        arena_ref behind = waiter->next;
        if (waiter->connection_id == connection_id && (stream_id == 0 || waiter->stream_id == stream_id))
            take_after(fake, before);
        else
            before = ref;
        ref = behind;
    }
}

void tasks_wait(struct fake *fake, const struct asked *asked)
{
    struct slot *slot;
    const struct process *process = asked_process(fake, asked, &slot);
    if (process == NULL)
        return;
    if (process->exited) {
        answer_process(fake, asked, slot, process);
        return;
    }
    if (state_of(fake)->waiters.count == FAKE_WAITERS_MAX) {
        asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the fake holds no more requests that wait"));
        return;
    }
    struct waiter waiter = {
        .connection_id = asked->connection_id,
        .stream_id = asked->stream_id,
        .delay_ns = asked->delay_ns,
        .rule = asked->rule != NULL ? asked->rule->index + 1 : 0,
        .slot = slot_find(fake, asked->request->name_space, asked->request->container_id),
    };
    waiter_add(fake, &waiter, asked->request->exec_id);
}
