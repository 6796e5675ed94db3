/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/connection.h"

#include "base/contract.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/state.h"

#define TO(state) (1U << CONNECTION_##state)

static const unsigned successors[] = {
    [CONNECTION_ABSENT] = TO(DIALING),
    [CONNECTION_DIALING] = TO(ALIVE) | TO(ABSENT),
    [CONNECTION_ALIVE] = TO(LEAVING) | TO(ABSENT),
    [CONNECTION_LEAVING] = TO(ABSENT),
};

static void connection_move(struct state *state, enum connection_state to)
{
    bool allowed = (successors[state->connection] >> to & 1) != 0;
    CONTRACT(allowed);
    (void)allowed;
    state->connection = to;
}

void connection_dial(struct step *step)
{
    connection_move(step->state, CONNECTION_DIALING);
    action_add(step, MONITOR_DIAL)->connection_id = ++step->state->connection_id;
}

static void keep_outcome(struct step *step, struct outcome outcome)
{
    struct state *state = step->state;
    CONTRACT(state->retired_text.ref == 0);
    state->retired_text = state->lost.text;
    state->lost.status = outcome.status;
    state->lost.text = arena_text_new(step->arena, outcome.text);
}

void connection_close(struct step *step, struct outcome outcome)
{
    connection_move(step->state, CONNECTION_ABSENT);
    keep_outcome(step, outcome);
    action_add(step, MONITOR_CLOSE)->connection_id = step->state->connection_id;
}

static bool is_present(const struct step *step)
{
    return step->state->connection != CONNECTION_ABSENT && step->event->connection_id == step->state->connection_id;
}

bool connection_up(struct step *step)
{
    if (!is_present(step) || step->state->connection != CONNECTION_DIALING)
        return false;
    connection_move(step->state, CONNECTION_ALIVE);
    liveness_begin(step);
    return true;
}

bool connection_draining(struct step *step)
{
    if (!is_present(step) || step->state->connection != CONNECTION_ALIVE)
        return false;
    connection_move(step->state, CONNECTION_LEAVING);
    return true;
}

bool connection_lost(struct step *step)
{
    if (!is_present(step))
        return false;
    connection_move(step->state, CONNECTION_ABSENT);
    keep_outcome(step, step->outcome);
    return true;
}

/* The gRPC library of 2017 had its own words, which the monitor's log then told. */
struct outcome connection_unusable_outcome(const struct step *step)
{
    bool modern = policy_has(step->state->policy, POLICY_MODERN_TRANSPORT);
    struct outcome outcome = {STATUS_UNAVAILABLE, text_of(modern ? "there is no connection that takes a call"
                                                                 : "grpc: the connection is unavailable")};
    return outcome;
}

struct outcome connection_lost_outcome(const struct step *step)
{
    struct outcome outcome = {step->state->lost.status, arena_text_get(step->arena, step->state->lost.text)};
    return outcome;
}
