/* SPDX-License-Identifier: Apache-2.0 */
/* What waits in the outbox becomes values in the caller's hands. */
#include "base/clear.h"
#include "base/contract.h"
#include "fakecontainerd/core/hold.h"

static struct output *output_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

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

/* ---- by their kinds: a few are most of all ---- */

static void reply_value(const struct fake *fake, const struct output *output, struct page *page,
                        struct fake_action *action)
{
    action->method = output->method;
    clear_bytes(&action->response, sizeof action->response);
    if (output->answer != 0)
        response_value(fake, answer_of(fake, output), page, &action->response);
}

static void event_value(const struct fake *fake, const struct output *output, struct fake_action *action)
{
    action->cut = output->cut;
    action->cut_after = output->cut_after;
    published_value(fake, output->published, &action->published);
}

static void did_value(const struct fake *fake, const struct output *output, struct fake_did *did)
{
    did->kind = output->did;
    did->no_news = output->no_news;
    did->receivers = output->receivers;
    did->rule = output->rule;
    did->text = text_in(fake, output->text);
    if (output->published != 0)
        published_value(fake, output->published, &did->published);
}

static void rest_value(const struct fake *fake, const struct output *output, struct fake_action *action)
{
    action->end.kind = output->end;
    action->end.status = output->status;
    action->end.text = text_in(fake, output->text);
    action->end.http2_code = output->http2_code;
    action->goaway = output->goaway;
    action->silence = output->silence;
    action->socket = output->socket;
}

_Static_assert(offsetof(struct fake_action, did.published) <= 128, "what is small is cleared as one piece");

static void action_value(const struct fake *fake, const struct output *output, struct page *page,
                         struct fake_action *action)
{
    clear_128(action);
    action->kind = output->kind;
    action->connection_id = output->connection_id;
    action->stream_id = output->stream_id;
    if (output->kind == FAKE_REPLY)
        reply_value(fake, output, page, action);
    else if (output->kind == FAKE_SEND_EVENT)
        event_value(fake, output, action);
    else if (output->kind == FAKE_DID)
        did_value(fake, output, &action->did);
    else
        rest_value(fake, output, action);
}

/* What waits for that comes right behind it. */
static void answered(struct fake *fake, const struct output *output)
{
    hold_pass(fake, &(struct fake_barrier){.kind = FAKE_BARRIER_ANSWERED,
                                           .method = output->method,
                                           .container_id = text_in(fake, output->text)});
    hold_ripen(fake);
}

/* The first ones of the outbox, up to last, go over to delivered, where nothing is left. */
static void deliver(struct fake *fake, arena_ref last, uint32_t count)
{
    struct state *state = state_of(fake);
    struct output *end = output_at(fake, last);
    CONTRACT(state->delivered.count == 0);
    state->delivered = (struct queue){state->outbox.first, last, count};
    state->outbox.first = end->next;
    if (end->next == 0)
        state->outbox.last = 0;
    state->outbox.count -= count;
    end->next = 0;
}

void outputs_hand_out(struct fake *fake, struct fake_actions *actions)
{
    struct page page = {fake->answers};
    arena_ref last = 0;

    for (arena_ref ref = state_of(fake)->outbox.first; ref != 0 && actions->count < FAKE_ACTIONS_MAX;
         ref = queue_next(fake, ref)) {
        const struct output *output = output_at(fake, ref);
        action_value(fake, output, &page, &actions->items[actions->count++]);
        output_leave(fake, output);
        /* What that lets go comes behind those that wait. */
        if (output->kind == FAKE_REPLY)
            answered(fake, output);
        last = ref;
    }
    if (last != 0)
        deliver(fake, last, (uint32_t)actions->count);
}
