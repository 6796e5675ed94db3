/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/liveness.h"

#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/state.h"

static bool is_watched(const struct state *state)
{
    return policy_has(state->policy, POLICY_PING) &&
           (state->connection == CONNECTION_ALIVE || state->connection == CONNECTION_LEAVING);
}

static void hear(struct step *step)
{
    step->state->liveness.heard_at_ns = step->state->now_ns;
    step->state->liveness.asked = false;
}

void liveness_begin(struct step *step)
{
    hear(step);
}

void liveness_see(struct step *step)
{
    const struct monitor_event *event = step->event;
    const struct state *state = step->state;
    switch (event->kind) {
    case MONITOR_PONG:
    case MONITOR_CONNECTION_DRAINING:
        if (event->connection_id == state->connection_id)
            hear(step);
        return;
    case MONITOR_STREAM_MESSAGE:
    case MONITOR_STREAM_UNREADABLE:
        if (event->stream_id == state->stream_id)
            hear(step);
        return;
    case MONITOR_REPLY: /* calls of connections that are no more have no replies */
        if (event->outcome.status == STATUS_OK)
            hear(step);
        return;
    case MONITOR_START:
    case MONITOR_STOP:
    case MONITOR_CONNECTION_UP:
    case MONITOR_CONNECTION_LOST:
    case MONITOR_STREAM_OPENED:
    case MONITOR_STREAM_ENDED:
    case MONITOR_STORE_WRITTEN:
    case MONITOR_STORE_FAILED:
    case MONITOR_STORE_LOADED:
    case MONITOR_LOCKED:
    case MONITOR_UNLOCKED:
    case MONITOR_RECORD_SET:
    case MONITOR_RECORD_REMOVED:
    case MONITOR_OPERATION:
    case MONITOR_ABANDONED:
    case MONITOR_TIME: return;
    }
}

bool liveness_time(struct step *step)
{
    struct state *state = step->state;
    struct liveness *liveness = &state->liveness;
    if (state->now_ns < liveness_deadline_ns(state))
        return false;
    if (liveness->asked)
        return true;
    liveness->asked = true;
    liveness->pinged_at_ns = state->now_ns;
    action_add(step, MONITOR_PING)->connection_id = state->connection_id;
    return false;
}

int64_t liveness_deadline_ns(const struct state *state)
{
    if (!is_watched(state))
        return TIME_NEVER;
    if (state->liveness.asked)
        return time_add(state->liveness.pinged_at_ns, MONITOR_PING_TIMEOUT_NS);
    return time_add(state->liveness.heard_at_ns, MONITOR_PING_AFTER_NS);
}

void liveness_hash(const struct state *state, int64_t now_ns, struct hash *hash)
{
    int64_t deadline_ns = liveness_deadline_ns(state);
    hash_i64(hash, deadline_ns == TIME_NEVER || deadline_ns <= now_ns ? 0 : deadline_ns - now_ns);
    hash_u64(hash, is_watched(state) && state->liveness.asked);
}
