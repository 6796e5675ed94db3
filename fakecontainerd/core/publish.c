/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/publish.h"

#include "base/contract.h"
#include "base/time.h"
#include "fakecontainerd/core/filter_memo.h"
#include "fakecontainerd/core/hold.h"
#include "fakecontainerd/core/lifecycle.h"
#include "fakecontainerd/core/rule.h"
#include "fakecontainerd/core/untold.h"

uint64_t publish_cost(const struct fake *fake)
{
    /* The fault that it met, what became of it, that it is held and goes on, and each that is sent, perhaps twice. */
    return published_cost() + untold_cost() + (4 + 2 * (uint64_t)state_of(fake)->subscriptions.count) * output_cost();
}

/* ---- what a filter sees of an event ---- */

static bool not_empty(struct text value, struct text *ret_value)
{
    *ret_value = value;
    return value.length > 0;
}

static bool body_field(const struct fake_published *event, struct text name, struct text *ret_value)
{
    bool of_container = event->topic == FAKE_TOPIC_CONTAINER_CREATE || event->topic == FAKE_TOPIC_CONTAINER_UPDATE ||
                        event->topic == FAKE_TOPIC_CONTAINER_DELETE;
    bool of_exec = event->topic == FAKE_TOPIC_EXEC_ADDED || event->topic == FAKE_TOPIC_EXEC_STARTED;

    if (of_container && text_is(name, "id"))
        return not_empty(event->container_id, ret_value);
    if (of_container && text_is(name, "image"))
        return not_empty(event->image, ret_value);
    if (!of_container && text_is(name, "container_id"))
        return not_empty(event->container_id, ret_value);
    if (of_exec && text_is(name, "exec_id"))
        return not_empty(event->process_id, ret_value);
    if (event->topic == FAKE_TOPIC_TASK_EXIT && text_is(name, "id"))
        return not_empty(event->process_id, ret_value);
    return false;
}

/* containerd gives filters the texts of an event, never its numbers or times. */
static bool event_field(const void *object, const struct text *fields, size_t field_count, struct text *ret_value)
{
    const struct fake_published *event = object;
    if (text_is(fields[0], "namespace"))
        return not_empty(event->name_space, ret_value);
    if (text_is(fields[0], "topic"))
        return not_empty(text_of(fake_topic_text(event->topic)), ret_value);
    if (!text_is(fields[0], "event") || field_count < 2)
        return false;
    if (text_is(fields[1], "runtime"))
        return field_count > 2 && text_is(fields[2], "name") && not_empty(event->runtime_name, ret_value);
    return body_field(event, fields[1], ret_value);
}

static const struct arena_text *filters_of(const struct fake *fake, const struct subscription *subscription)
{
    return subscription->filter_count > 0 ? arena_at(&fake->arena, subscription->filters) : NULL;
}

static bool filter_lets_through(const struct fake *fake, struct text text, const struct fake_published *event)
{
    struct filter filter;
    struct message message;
    bool passes;
    if (filter_memo_tells(fake->memo, text, event->name_space, event->topic, &passes))
        return passes;
    if (filter_parse(&filter, text, &message) != 0)
        return false;
    passes = filter_passes(&filter, event_field, event);
    filter_memo_learn(fake->memo, &filter, text, event->name_space, event->topic, passes);
    return passes;
}

static bool wants(const struct fake *fake, const struct subscription *subscription, const struct fake_published *event)
{
    const struct arena_text *texts = filters_of(fake, subscription);

    if (event->has_bytes || event->unfiltered)
        return true;
    for (uint32_t i = 0; i < subscription->filter_count; i++)
        if (filter_lets_through(fake, text_in(fake, texts[i]), event))
            return true;
    return subscription->filter_count == 0;
}

/* ---- publishing ---- */

static arena_ref published_new(struct fake *fake, enum fake_event_topic topic, const struct slot *slot,
                               struct publish_details details)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct published));
    struct published *published = arena_at(&fake->arena, ref);
    *published = (struct published){
        .references = 1,
        .topic = topic,
        .container = slot->container,
        .pid = details.pid,
        .exit_status = details.exit_status,
        .exited_at_ns = details.exited_at_ns,
        .published_at_ns = state_of(fake)->wall_ns,
        .no_news = details.no_news,
    };
    published->exec_id = arena_text_new(&fake->arena, details.exec_id);
    container_hold(fake, slot->container);
    return ref;
}

/* Tells what becomes of it; this takes over the reference of whoever made it. */
static struct output *tell(struct fake *fake, enum fake_did_kind kind, arena_ref ref)
{
    const struct published *published = arena_at(&fake->arena, ref);
    struct output *did = output_add(fake, FAKE_DID);
    did->did = kind;
    did->published = ref;
    did->no_news = published->no_news;
    return did;
}

static bool gets(const struct fake *fake, const struct subscription *subscription, const struct fake_published *event)
{
    return subscription->registered && !subscription->silent && wants(fake, subscription, event);
}

static struct output *send_to(struct fake *fake, const struct subscription *subscription, arena_ref ref)
{
    struct published *published = arena_at(&fake->arena, ref);
    struct output *sent =
        output_add_for(fake, FAKE_SEND_EVENT, subscription->connection_id, subscription->stream_id, 0);
    sent->published = ref;
    published->references++;
    return sent;
}

/* Sends it to whoever wants it, so many times. */
static void send(struct fake *fake, arena_ref ref, const struct fake_published *event, unsigned times)
{
    struct output *did = tell(fake, FAKE_DID_PUBLISH, ref);

    for (arena_ref at = state_of(fake)->subscriptions.first; times > 0 && at != 0; at = queue_next(fake, at)) {
        const struct subscription *subscription = arena_at(&fake->arena, at);
        if (!gets(fake, subscription, event))
            continue;
        for (unsigned i = 0; i < times; i++)
            send_to(fake, subscription, ref);
        did->receivers++;
    }
    if (times > 0 && !event->has_bytes)
        hold_pass(fake, &(struct fake_barrier){
                            .kind = FAKE_BARRIER_TOLD, .topic = event->topic, .container_id = event->container_id});
}

/* Begins to send it to whoever wants it. Each connection is over with that: nothing more is sent on it. */
static void cut(struct fake *fake, const struct rule *rule, arena_ref ref)
{
    struct fake_published event;
    published_value(fake, ref, &event);
    tell(fake, FAKE_DID_PUBLISH, ref);
    for (arena_ref at = state_of(fake)->subscriptions.first; at != 0;) {
        const struct subscription *subscription = arena_at(&fake->arena, at);
        if (!gets(fake, subscription, &event)) {
            at = queue_next(fake, at);
            continue;
        }
        struct output *sent = send_to(fake, subscription, ref);
        sent->cut = true;
        sent->cut_after = rule->cut_after;
        subscriptions_drop(fake, subscription->connection_id, 0);
        at = state_of(fake)->subscriptions.first;
    }
}

static void hold(struct fake *fake, const struct rule *rule, arena_ref ref)
{
    struct published *published = arena_at(&fake->arena, ref);
    tell(fake, FAKE_DID_HOLD, ref);
    published->no_news = true;
    published->references++;
    hold_event(fake, rule, ref);
}

static void send_with_fault(struct fake *fake, const struct rule *rule, arena_ref ref,
                            const struct fake_published *event)
{
    switch (rule->action) {
    case FAKE_DO_HOLD:
    case FAKE_DO_DELAY: hold(fake, rule, ref); return;
    case FAKE_DO_DROP: send(fake, ref, event, 0); return;
    case FAKE_DO_DUPLICATE: send(fake, ref, event, 2); return;
    case FAKE_DO_CUT: cut(fake, rule, ref); return;
    case FAKE_DO_FAIL:
    case FAKE_DO_HANG:
    case FAKE_DO_END:
    case FAKE_DO_LOSE_REPLY:
    case FAKE_DO_ANSWER:
    case FAKE_DO_LEAVE_OUT:
    case FAKE_DO_LOSE_REQUEST: break;
    }
    CONTRACT(!rule->of_events);
}

static void send_unless_faulty(struct fake *fake, arena_ref ref)
{
    struct fake_published event;
    published_value(fake, ref, &event);
    const struct rule *rule = rule_meet_event(fake, &event);
    if (rule == NULL)
        send(fake, ref, &event, 1);
    else
        send_with_fault(fake, rule, ref, &event);
    hold_ripen(fake);
}

static void send_now(struct fake *fake, arena_ref ref, unsigned times)
{
    struct fake_published event;
    published_value(fake, ref, &event);
    send(fake, ref, &event, times);
}

void publish_held(struct fake *fake, arena_ref published)
{
    send_now(fake, published, 1);
}

void publish(struct fake *fake, enum fake_event_topic topic, const struct slot *slot, struct publish_details details)
{
    send_unless_faulty(fake, published_new(fake, topic, slot, details));
}

void publish_exit(struct fake *fake, const struct slot *slot, struct publish_details details)
{
    const struct state *state = state_of(fake);
    arena_ref ref = published_new(fake, FAKE_TOPIC_TASK_EXIT, slot, details);
    struct published *published = arena_at(&fake->arena, ref);
    if (state->serving || !state->exits_late || state->untold.count == FAKE_UNTOLD_MAX) {
        send_unless_faulty(fake, ref);
        return;
    }
    tell(fake, FAKE_DID_HOLD, ref);
    published->no_news = true;
    published->references++;
    untold_add(fake, ref);
}

void publish_nothing(struct fake *fake, const struct slot *slot)
{
    struct publish_details details = {.pid = slot->init.pid, .exit_status = LIFECYCLE_KILLED};
    tell(fake, FAKE_DID_DIE, published_new(fake, FAKE_TOPIC_TASK_EXIT, slot, details));
}

void publish_late(struct fake *fake, arena_ref ref)
{
    send_unless_faulty(fake, ref);
}

void publish_lost(struct fake *fake, arena_ref ref)
{
    send_now(fake, ref, 0);
}

/* ---- forging ---- */

static struct fake_container forged_container(const struct fake_published *forged)
{
    return (struct fake_container){
        .id = forged->container_id,
        .name_space = forged->name_space,
        .image = forged->image,
        .runtime_name = forged->runtime_name,
    };
}

const char *forged_fault(const struct fake_published *forged)
{
    if (forged->container_id.length > FAKE_ID_MAX || forged->process_id.length > FAKE_ID_MAX)
        return "its id is longer than the fake can hold";
    if (!identifier_valid(forged->name_space))
        return "is in no valid namespace";
    if (forged->image.length > FAKE_PAYLOAD_MAX || forged->runtime_name.length > FAKE_PAYLOAD_MAX ||
        forged->bytes.length > FAKE_PAYLOAD_MAX)
        return "it is longer than the fake can hold";
    return NULL;
}

uint64_t publish_forged_cost(const struct fake *fake, const struct fake_published *forged)
{
    struct fake_container container = forged_container(forged);
    uint64_t bytes = forged->bytes.length > 0 ? arena_cost((uint32_t)forged->bytes.length) : 0;
    return publish_cost(fake) + container_cost(&container) + bytes;
}

void publish_forged(struct fake *fake, const struct fake_published *forged)
{
    struct fake_container container = forged_container(forged);
    bool now = forged->topic == FAKE_TOPIC_TASK_EXIT && forged->exited_at_ns == 0;
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct published));
    struct published *published = arena_at(&fake->arena, ref);

    *published = (struct published){
        .references = 1,
        .topic = forged->topic,
        .pid = forged->pid,
        .exit_status = forged->exit_status,
        .exited_at_ns = now ? state_of(fake)->wall_ns : forged->exited_at_ns,
        .published_at_ns = state_of(fake)->wall_ns,
        .exited_at = forged->exited_at,
        .unknown_field = forged->unknown_field,
        .unfiltered = forged->unfiltered,
        .damage = forged->damage,
        .has_bytes = forged->has_bytes,
        .no_news = true,
    };
    published->container = container_new(fake, &container, 0);
    published->exec_id = arena_text_new(&fake->arena, forged->process_id);
    published->bytes = arena_text_new(&fake->arena, forged->bytes);
    send_unless_faulty(fake, ref);
}
