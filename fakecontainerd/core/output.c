/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/output.h"

#include "base/clear.h"
#include "base/contract.h"
#include "base/time.h"
#include "fakecontainerd/core/hold.h"

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

/* It will not be handed out, or has been. */
static void leave(struct fake *fake, const struct output *output)
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
            leave(fake, output);
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
    while (delivered->count > 0)
        output_free(fake, queue_take_after(fake, delivered, 0));
}

void outputs_ripen(struct fake *fake)
{
    struct state *state = state_of(fake);
    while (state->delayed.count > 0 && output_at(fake, state->delayed.first)->due_ns <= state->now_ns)
        queue_append(fake, &state->outbox, queue_take_after(fake, &state->delayed, 0));
}

/* ---- handing out ---- */

/* Where lists are built; as large as all that wait. */
struct page {
    unsigned char *next;
};

static struct fake_process process_value(const struct fake *fake, const struct entry *entry)
{
    const struct container *container = arena_at(&fake->arena, entry->container);
    struct fake_process value = {
        .container_id = text_in(fake, container->id),
        .exec_id = text_in(fake, entry->exec_id),
        .name_space = text_in(fake, container->name_space),
        .status = entry->process.status,
        .pid = entry->process.pid,
        .exit_status = entry->process.exit_status,
        .exited = entry->process.exited,
        .exited_at_ns = entry->process.exited_at_ns,
        .exited_at = entry->exited_at,
        .oom_kills = entry->oom_kills,
    };
    return value;
}

static struct fake_container container_value(const struct fake *fake, const struct container *container,
                                             struct fake_label *labels)
{
    for (uint32_t i = 0; i < container->label_count; i++) {
        const struct label *label = (const struct label *)arena_at(&fake->arena, container->labels) + i;
        labels[i].key = text_in(fake, label->key);
        labels[i].value = text_in(fake, label->value);
    }
    struct fake_container value = {
        .id = text_in(fake, container->id),
        .name_space = text_in(fake, container->name_space),
        .image = text_in(fake, container->image),
        .runtime_name = text_in(fake, container->runtime_name),
        .runtime_options = {text_in(fake, container->options_type), text_in(fake, container->options_value)},
        .snapshotter = text_in(fake, container->snapshotter),
        .snapshot_key = text_in(fake, container->snapshot_key),
        .spec = {text_in(fake, container->spec_type), text_in(fake, container->spec_value)},
        .labels = labels,
        .label_count = container->label_count,
        .created_at_ns = container->created_at_ns,
        .updated_at_ns = container->updated_at_ns,
    };
    return value;
}

static void containers_value(const struct fake *fake, const struct answer *answer, struct page *page,
                             struct fake_response *response)
{
    struct fake_container *containers = (struct fake_container *)(void *)page->next;
    struct fake_label *labels = (struct fake_label *)(void *)(page->next + answer->entries.count * sizeof *containers);
    size_t i = 0;

    for (arena_ref ref = answer->entries.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct entry *entry = arena_at(&fake->arena, ref);
        const struct container *container = arena_at(&fake->arena, entry->container);
        containers[i++] = container_value(fake, container, labels);
        labels += container->label_count;
    }
    response->containers = containers;
}

static void processes_value(const struct fake *fake, const struct answer *answer, struct page *page,
                            struct fake_response *response)
{
    struct fake_process *processes = (struct fake_process *)(void *)page->next;
    size_t i = 0;
    for (arena_ref ref = answer->entries.first; ref != 0; ref = queue_next(fake, ref))
        processes[i++] = process_value(fake, arena_at(&fake->arena, ref));
    response->processes = processes;
    if (i == 1)
        response->process = processes[0];
}

static void response_value(const struct fake *fake, const struct answer *answer, struct page *page,
                           struct fake_response *response)
{
    response->status = answer->status;
    response->message = text_in(fake, answer->message);
    response->scripted = answer->scripted;
    response->count = answer->entries.count;
    if (answer->entries.count > 0 && answer->of_containers)
        containers_value(fake, answer, page, response);
    else if (answer->entries.count > 0)
        processes_value(fake, answer, page, response);
    if (answer->size > 0)
        page->next += answer->size;
}

void published_value(const struct fake *fake, arena_ref ref, struct fake_published *ret_value)
{
    const struct published *published = arena_at(&fake->arena, ref);
    const struct container *container = arena_at(&fake->arena, published->container);
    ret_value->topic = published->topic;
    ret_value->name_space = text_in(fake, container->name_space);
    ret_value->container_id = text_in(fake, container->id);
    ret_value->process_id = text_in(fake, published->exec_id);
    ret_value->pid = published->pid;
    ret_value->exit_status = published->exit_status;
    ret_value->exited_at_ns = published->exited_at_ns;
    ret_value->published_at_ns = published->published_at_ns;
    ret_value->exited_at = published->exited_at;
    ret_value->unknown_field = published->unknown_field;
    ret_value->unfiltered = published->unfiltered;
    ret_value->damage = published->damage;
    ret_value->has_bytes = published->has_bytes;
    ret_value->bytes = text_in(fake, published->bytes);
    if (published->topic == FAKE_TOPIC_TASK_EXIT && ret_value->process_id.length == 0)
        ret_value->process_id = ret_value->container_id;
    bool has_image = published->topic == FAKE_TOPIC_CONTAINER_CREATE || published->topic == FAKE_TOPIC_CONTAINER_UPDATE;
    ret_value->image = has_image ? text_in(fake, container->image) : (struct text){NULL, 0};
    ret_value->runtime_name = has_image ? text_in(fake, container->runtime_name) : (struct text){NULL, 0};
}

static void action_value(const struct fake *fake, const struct output *output, struct page *page,
                         struct fake_action *action)
{
    clear_bytes(action, sizeof *action);
    action->kind = output->kind;
    action->connection_id = output->connection_id;
    action->stream_id = output->stream_id;
    action->method = output->method;
    action->cut = output->cut;
    action->cut_after = output->cut_after;
    action->end.kind = output->end;
    action->end.status = output->status;
    action->end.text = text_in(fake, output->text);
    action->end.http2_code = output->http2_code;
    action->goaway = output->goaway;
    action->silence = output->silence;
    action->socket = output->socket;
    action->did.kind = output->did;
    action->did.receivers = output->receivers;
    action->did.rule = output->rule;
    action->did.text = action->end.text;
    if (output->answer != 0)
        response_value(fake, answer_of(fake, output), page, &action->response);
    if (output->published == 0)
        return;
    published_value(fake, output->published, output->kind == FAKE_DID ? &action->did.published : &action->published);
    action->did.no_news = output->no_news;
}

/* What waits for that comes right behind it. */
static void answered(struct fake *fake, const struct output *output)
{
    hold_pass(fake, &(struct fake_barrier){.kind = FAKE_BARRIER_ANSWERED,
                                           .method = output->method,
                                           .container_id = text_in(fake, output->text)});
    hold_ripen(fake);
}

void outputs_hand_out(struct fake *fake, struct fake_actions *actions)
{
    struct state *state = state_of(fake);
    struct page page = {fake->answers};

    while (state->outbox.count > 0 && actions->count < FAKE_ACTIONS_MAX) {
        arena_ref ref = queue_take_after(fake, &state->outbox, 0);
        const struct output *output = output_at(fake, ref);
        action_value(fake, output, &page, &actions->items[actions->count++]);
        leave(fake, output);
        queue_append(fake, &state->delivered, ref);
        if (output->kind == FAKE_REPLY)
            answered(fake, output);
    }
}
