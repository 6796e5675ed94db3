/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/output.h"

#include "base/contract.h"
#include "base/time.h"

uint64_t output_cost(void)
{
    return arena_cost(sizeof(struct output));
}

uint64_t output_text_cost(void)
{
    return output_cost() + arena_cost(FAKE_MESSAGE_MAX);
}

uint64_t entry_cost(void)
{
    return arena_cost(sizeof(struct entry)) + arena_cost(FAKE_ID_MAX);
}

uint64_t answer_cost(void)
{
    /* With the id of the container that it is about. */
    return output_cost() + arena_cost(sizeof(struct answer)) + arena_cost(FAKE_MESSAGE_MAX) + entry_cost() +
           arena_cost(FAKE_ID_MAX);
}

uint64_t published_cost(void)
{
    return arena_cost(sizeof(struct published)) + arena_cost(FAKE_ID_MAX);
}

static struct output *output_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

/* Behind all that are due at the same time or earlier. */
static void insert_delayed(struct fake *fake, arena_ref ref)
{
    struct queue *delayed = &state_of(fake)->delayed;
    struct output *output = output_at(fake, ref);
    arena_ref before = 0;
    for (arena_ref at = delayed->first; at != 0 && output_at(fake, at)->due_ns <= output->due_ns;
         at = queue_next(fake, at))
        before = at;
    if (before == delayed->last) {
        queue_append(fake, delayed, ref);
        return;
    }
    arena_ref *link = before != 0 ? &output_at(fake, before)->next : &delayed->first;
    output->next = *link;
    *link = ref;
    delayed->count++;
}

struct output *output_add_for(struct fake *fake, enum fake_action_kind kind, uint64_t connection_id, uint32_t stream_id,
                              int64_t delay_ns)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct output));
    struct output *output = output_at(fake, ref);
    output->kind = kind;
    output->connection_id = connection_id;
    output->stream_id = stream_id;
    if (delay_ns > 0) {
        output->due_ns = time_add(state_of(fake)->now_ns, delay_ns);
        insert_delayed(fake, ref);
    } else {
        queue_append(fake, &state_of(fake)->outbox, ref);
    }
    return output;
}

struct output *output_add(struct fake *fake, enum fake_action_kind kind)
{
    return output_add_for(fake, kind, 0, 0, 0);
}

/* ---- answers ---- */

struct answer *answer_of(const struct fake *fake, const struct output *output)
{
    return arena_at(&fake->arena, output->answer);
}

struct answer *answer_new(struct fake *fake, struct output *output)
{
    output->answer = arena_alloc(&fake->arena, sizeof(struct answer));
    return answer_of(fake, output);
}

struct entry *answer_add(struct fake *fake, struct answer *answer, arena_ref container)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct entry));
    struct entry *entry = arena_at(&fake->arena, ref);
    entry->container = container;
    container_hold(fake, container);
    queue_append(fake, &answer->entries, ref);
    return entry;
}

void answer_close(struct fake *fake, struct answer *answer)
{
    size_t labels = 0;
    for (arena_ref ref = answer->entries.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct entry *entry = arena_at(&fake->arena, ref);
        const struct container *container = arena_at(&fake->arena, entry->container);
        labels += container->label_count;
    }
    if (answer->of_containers)
        answer->size = answer->entries.count * sizeof(struct fake_container) + labels * sizeof(struct fake_label);
    else
        answer->size = answer->entries.count * sizeof(struct fake_process);
    state_of(fake)->answers_size += answer->size;
}

size_t answer_size_max(const struct fake *fake)
{
    const struct state *state = state_of(fake);
    size_t containers =
        state->slots.count * sizeof(struct fake_container) + state->label_count * sizeof(struct fake_label);
    size_t processes = state->slots.count * sizeof(struct fake_process);
    return containers > processes ? containers : processes;
}

/* ---- dropping ---- */

void answer_remove(struct fake *fake, struct answer *answer, arena_ref before)
{
    arena_ref ref = queue_take_after(fake, &answer->entries, before);
    struct entry *entry = arena_at(&fake->arena, ref);
    container_drop(fake, entry->container);
    arena_text_free(&fake->arena, &entry->exec_id);
    arena_free(&fake->arena, ref, sizeof *entry);
}

static void answer_free(struct fake *fake, arena_ref ref)
{
    struct answer *answer = arena_at(&fake->arena, ref);
    while (answer->entries.count > 0)
        answer_remove(fake, answer, 0);
    arena_text_free(&fake->arena, &answer->message);
    arena_free(&fake->arena, ref, sizeof *answer);
}

static void published_drop(struct fake *fake, arena_ref ref)
{
    struct published *published = arena_at(&fake->arena, ref);
    CONTRACT(published->references > 0);
    if (--published->references > 0)
        return;
    container_drop(fake, published->container);
    arena_text_free(&fake->arena, &published->exec_id);
    arena_text_free(&fake->arena, &published->bytes);
    arena_free(&fake->arena, ref, sizeof *published);
}

void output_free(struct fake *fake, arena_ref ref)
{
    struct output *output = output_at(fake, ref);
    if (output->answer != 0)
        answer_free(fake, output->answer);
    if (output->published != 0)
        published_drop(fake, output->published);
    arena_text_free(&fake->arena, &output->text);
    arena_free(&fake->arena, ref, sizeof *output);
}

void output_leave(struct fake *fake, const struct output *output)
{
    if (output->answer != 0)
        state_of(fake)->answers_size -= answer_of(fake, output)->size;
}

static void drop_from(struct fake *fake, struct queue *queue, uint64_t connection_id, uint32_t stream_id)
{
    arena_ref before = 0;
    for (arena_ref ref = queue->first; ref != 0;) {
        const struct output *output = output_at(fake, ref);
        arena_ref behind = output->next;
        bool to_client = output->kind == FAKE_REPLY || output->kind == FAKE_SEND_HEADERS ||
                         output->kind == FAKE_SEND_EVENT || output->kind == FAKE_END_STREAM ||
                         output->kind == FAKE_GOAWAY;
        if (to_client && output->connection_id == connection_id && (stream_id == 0 || output->stream_id == stream_id)) {
            output_leave(fake, output);
            output_free(fake, queue_take_after(fake, queue, before));
        } else {
            before = ref;
        }
        ref = behind;
    }
}

void outputs_drop(struct fake *fake, uint64_t connection_id, uint32_t stream_id)
{
    drop_from(fake, &state_of(fake)->outbox, connection_id, stream_id);
    drop_from(fake, &state_of(fake)->delayed, connection_id, stream_id);
    drop_from(fake, &state_of(fake)->held, connection_id, stream_id);
}

void outputs_forget(struct fake *fake)
{
    struct queue *delivered = &state_of(fake)->delivered;
    for (arena_ref ref = delivered->first; ref != 0;) {
        arena_ref behind = queue_next(fake, ref);
        output_free(fake, ref);
        ref = behind;
    }
    *delivered = (struct queue){0, 0, 0};
}

void outputs_ripen(struct fake *fake)
{
    struct state *state = state_of(fake);
    while (state->delayed.count > 0 && output_at(fake, state->delayed.first)->due_ns <= state->now_ns)
        queue_append(fake, &state->outbox, queue_take_after(fake, &state->delayed, 0));
}
