/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/net.h"
#include "harness/promises/promise.h"

/* What the handler has asked for and not given up, all on the one connection that it has. */
static void count_action(struct subscription_memory *memory, const struct monitor_action *action)
{
    if (action->kind == MONITOR_OPEN_STREAM) {
        memory->open = action->connection_id == memory->connection_id ? memory->open + 1 : 1;
        memory->connection_id = action->connection_id;
    } else if (action->kind == MONITOR_CANCEL_STREAM && memory->open > 0) {
        memory->open--;
    } else if (action->kind == MONITOR_CLOSE && action->connection_id == memory->connection_id) {
        memory->open = 0;
    }
}

static void count_event(struct subscription_memory *memory, const struct monitor_event *event)
{
    if (event->kind == MONITOR_STREAM_ENDED && memory->open > 0)
        memory->open--;
    if (event->kind == MONITOR_CONNECTION_LOST && event->connection_id == memory->connection_id)
        memory->open = 0;
}

/* The server may hear of a new subscription before it hears that the old one was given up with its connection, so both
 * sides have to count more than one. */
static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    uint32_t count;

    if (moment->kind == MOMENT_HANDLER_ACTION)
        count_action(&memory->subscription, moment->handler_action);
    if (moment->kind == MOMENT_HANDLER_EVENT)
        count_event(&memory->subscription, moment->handler_event);
    if (moment->kind != MOMENT_FAKE_STEPPED || memory->subscription.open <= 1)
        return false;
    count = fake_subscription_count_below(moment->fake, NET_CLIENT_FIRST);
    if (count <= 1)
        return false;
    (void)error_set(finding, 0, "%u subscriptions are open at the server", count);
    return true;
}

const struct promise promise_one_subscription = {
    "one-subscription",
    "the handler has at most one subscription open at the server",
    see,
    AT(MOMENT_HANDLER_EVENT) | AT(MOMENT_HANDLER_ACTION) | AT(MOMENT_FAKE_STEPPED),
    AT(MONITOR_OPEN_STREAM) | AT(MONITOR_CANCEL_STREAM) | AT(MONITOR_CLOSE),
    AT(MONITOR_STREAM_ENDED) | AT(MONITOR_CONNECTION_LOST)};
