/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/status.h"
#include "base/time.h"
#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/request.h"
#include "fakecontainerd/core/world.h"

uint64_t subscription_cost(const struct fake_request *request)
{
    uint64_t cost = arena_cost(sizeof(struct subscription));
    if (request->filter_count > 0)
        cost += arena_cost((uint32_t)(request->filter_count * sizeof(struct arena_text)));
    for (size_t i = 0; i < request->filter_count; i++)
        if (request->filters[i].length > 0)
            cost += arena_cost((uint32_t)request->filters[i].length);
    return cost;
}

/* A subscription that misses what is published within delay_ns from now. The filters must be known to parse. */
static void subscription_add(struct fake *fake, uint64_t connection_id, uint32_t stream_id,
                             const struct fake_request *request, int64_t delay_ns)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct subscription));
    struct subscription *subscription = arena_at(&fake->arena, ref);

    subscription->connection_id = connection_id;
    subscription->stream_id = stream_id;
    subscription->registered = delay_ns <= 0;
    subscription->since_ns = time_add(state_of(fake)->now_ns, delay_ns);
    subscription->filter_count = (uint32_t)request->filter_count;
    if (request->filter_count > 0) {
        uint32_t size = (uint32_t)(request->filter_count * sizeof(struct arena_text));
        subscription->filters = arena_alloc(&fake->arena, size);
        struct arena_text *texts = arena_at(&fake->arena, subscription->filters);
        for (size_t i = 0; i < request->filter_count; i++)
            texts[i] = arena_text_new(&fake->arena, request->filters[i]);
    }
    queue_append(fake, &state_of(fake)->subscriptions, ref);
}

static void subscription_free(struct fake *fake, arena_ref ref)
{
    struct subscription *subscription = arena_at(&fake->arena, ref);
    for (uint32_t i = 0; i < subscription->filter_count; i++)
        arena_text_free(&fake->arena, (struct arena_text *)arena_at(&fake->arena, subscription->filters) + i);
    if (subscription->filter_count > 0)
        arena_free(&fake->arena, subscription->filters,
                   (uint32_t)(subscription->filter_count * sizeof(struct arena_text)));
    arena_free(&fake->arena, ref, sizeof *subscription);
}

void subscriptions_ripen(struct fake *fake)
{
    struct state *state = state_of(fake);
    for (arena_ref ref = state->subscriptions.first; ref != 0; ref = queue_next(fake, ref)) {
        struct subscription *subscription = arena_at(&fake->arena, ref);
        subscription->registered = subscription->registered || subscription->since_ns <= state->now_ns;
    }
}

void subscriptions_drop(struct fake *fake, uint64_t connection_id, uint32_t stream_id)
{
    struct queue *subscriptions = &state_of(fake)->subscriptions;
    arena_ref before = 0;
    for (arena_ref ref = subscriptions->first; ref != 0;) {
        const struct subscription *subscription = arena_at(&fake->arena, ref);
        arena_ref behind = subscription->next;
        if (subscription->connection_id == connection_id && (stream_id == 0 || subscription->stream_id == stream_id))
            subscription_free(fake, queue_take_after(fake, subscriptions, before));
        else
            before = ref;
        ref = behind;
    }
}

void subscriptions_end(struct fake *fake, const struct fake_stream_end *end)
{
    struct queue *subscriptions = &state_of(fake)->subscriptions;
    arena_ref before = 0;
    for (arena_ref ref = subscriptions->first; ref != 0;) {
        const struct subscription *subscription = arena_at(&fake->arena, ref);
        arena_ref behind = subscription->next;
        if (!connection_heard(fake, subscription->connection_id)) {
            before = ref;
            ref = behind;
            continue;
        }
        struct output *output =
            output_add_for(fake, FAKE_END_STREAM, subscription->connection_id, subscription->stream_id, 0);
        output->end = end->kind;
        output->status = end->status;
        output->http2_code = end->http2_code;
        output->text = arena_text_new(&fake->arena, end->text);
        subscription_free(fake, queue_take_after(fake, subscriptions, before));
        ref = behind;
    }
}

void subscriptions_silence(struct fake *fake, uint64_t connection_id)
{
    for (arena_ref ref = state_of(fake)->subscriptions.first; ref != 0; ref = queue_next(fake, ref)) {
        struct subscription *subscription = arena_at(&fake->arena, ref);
        bool meant = connection_id == 0 || subscription->connection_id == connection_id;
        subscription->silent = subscription->silent || meant;
    }
}

/* ---- the call ---- */

static void refuse(struct fake *fake, const struct asked *asked, int error, const struct message *why)
{
    struct message message;
    message_clear(&message);
    message_add(&message, "subscription error: failed parsing subscription filters: ");
    message_add_text(&message, message_text(why));
    /* containerd forgets here that the argument was invalid, and says so. */
    if (error == ERROR_MALFORMED)
        message_add(&message, ": invalid argument");
    asked_refuse(fake, asked, error == ERROR_MALFORMED ? STATUS_UNKNOWN : filters_status(error),
                 message_text(&message));
}

void events_subscribe(struct fake *fake, const struct asked *asked)
{
    struct message message;
    int error = filters_check(fake, asked->request, &message);
    if (error != 0)
        refuse(fake, asked, error, &message);
    else if (state_of(fake)->subscriptions.count == FAKE_SUBSCRIPTIONS_MAX)
        asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the fake holds no more subscriptions"));
    else
        subscription_add(fake, asked->connection_id, asked->stream_id, asked->request, asked->delay_ns);
}

/* containerd looks at the topic before anything else; what a client would tell others is not for the fake to pass on.
 */
void events_publish(struct fake *fake, const struct asked *asked)
{
    struct text topic = asked->request->subject;
    const char *wrong = topic.length == 0 ? "must not be empty" : topic.bytes[0] != '/' ? "must start with '/'" : NULL;
    struct message message;

    if (wrong == NULL) {
        asked_refuse(fake, asked, STATUS_UNIMPLEMENTED, text_of("the fake has no Publish of a client's events"));
        return;
    }
    message_clear(&message);
    message_add(&message, "envelope topic ");
    message_add_quoted(&message, topic);
    message_add(&message, ": ");
    message_add(&message, wrong);
    message_add(&message, ": invalid argument");
    asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
}
