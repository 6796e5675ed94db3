/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/subscription.h"

#include "base/contract.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/life.h"
#include "handler/core/state.h"

#define TO(state) (1U << SUBSCRIPTION_##state)

static const unsigned successors[] = {
    [SUBSCRIPTION_STOPPED] = TO(LOADING),
    [SUBSCRIPTION_LOADING] = TO(STOPPED) | TO(CONNECTING) | TO(RELOADING),
    [SUBSCRIPTION_CONNECTING] = TO(STOPPED) | TO(OPENING) | TO(WAITING),
    [SUBSCRIPTION_OPENING] = TO(STOPPED) | TO(CONNECTING) | TO(READING) | TO(WAITING),
    [SUBSCRIPTION_READING] = TO(STOPPED) | TO(CONNECTING) | TO(HANDLING) | TO(WAITING),
    [SUBSCRIPTION_HANDLING] = TO(STOPPED) | TO(CONNECTING) | TO(OPENING) | TO(WAITING),
    [SUBSCRIPTION_WAITING] = TO(STOPPED) | TO(CONNECTING) | TO(OPENING),
    [SUBSCRIPTION_RELOADING] = TO(STOPPED) | TO(LOADING),
};

static void subscription_move(struct state *state, enum subscription_state to)
{
    bool allowed = (successors[state->subscription] >> to & 1) != 0;
    CONTRACT(allowed);
    (void)allowed;
    state->subscription = to;
    state->is_leaving = false;
}

bool subscription_stopped(const struct state *state)
{
    return state->subscription == SUBSCRIPTION_STOPPED;
}

static void close_connection(struct step *step)
{
    struct outcome closed = {STATUS_UNAVAILABLE, text_of("the connection was closed")};
    connection_close(step, closed);
}

static void connect(struct step *step)
{
    subscription_move(step->state, SUBSCRIPTION_CONNECTING);
    connection_dial(step);
}

static void open_stream(struct step *step)
{
    struct monitor_action *action = action_add(step, MONITOR_OPEN_STREAM);
    subscription_move(step->state, SUBSCRIPTION_OPENING);
    action->connection_id = step->state->connection_id;
    action->stream_id = ++step->state->stream_id;
}

/* A stream on the connection that there is, or on a new one. */
static void subscribe(struct step *step)
{
    switch (step->state->connection) {
    case CONNECTION_ALIVE: open_stream(step); return;
    case CONNECTION_LEAVING: close_connection(step); break;
    case CONNECTION_DIALING:
    case CONNECTION_ABSENT: break;
    }
    connect(step);
}

static void back_off(struct step *step, enum note_kind kind, struct outcome outcome)
{
    struct state *state = step->state;
    int64_t delay_ns = backoff_next_ns(&state->backoff);
    note_outcome(step, kind, outcome, delay_ns);
    if (state->connection == CONNECTION_LEAVING)
        close_connection(step);
    state->wait_until_ns = time_add(state->now_ns, delay_ns);
    subscription_move(state, SUBSCRIPTION_WAITING);
}

void subscription_start(struct step *step)
{
    if (!subscription_stopped(step->state))
        return;
    subscription_move(step->state, SUBSCRIPTION_LOADING);
    backoff_reset(&step->state->backoff);
    step->state->moved = false;
    (void)action_add(step, MONITOR_LOAD);
}

bool subscription_awaits_records(const struct state *state)
{
    return state->subscription == SUBSCRIPTION_LOADING || state->subscription == SUBSCRIPTION_RELOADING;
}

void subscription_loaded(struct step *step)
{
    if (!subscription_awaits_records(step->state))
        return;
    /* The failure was the answer to what was asked before a stop. */
    if (step->state->subscription == SUBSCRIPTION_RELOADING)
        subscription_move(step->state, SUBSCRIPTION_LOADING);
    backoff_reset(&step->state->backoff);
    connect(step);
}

void subscription_load_failed(struct step *step)
{
    struct state *state = step->state;
    int64_t delay_ns;
    if (state->subscription != SUBSCRIPTION_LOADING)
        return;
    if (!policy_has(state->policy, POLICY_RETRY_LOAD)) {
        note_outcome(step, NOTE_LOAD_FAILED, step->outcome, 0);
        subscription_loaded(step);
        return;
    }
    delay_ns = backoff_next_ns(&state->backoff);
    note_outcome(step, NOTE_LOAD_FAILED, step->outcome, delay_ns);
    state->wait_until_ns = time_add(state->now_ns, delay_ns);
    subscription_move(state, SUBSCRIPTION_RELOADING);
}

void subscription_stop(struct step *step)
{
    struct state *state = step->state;
    if (subscription_stopped(state))
        return;
    if (state->subscription == SUBSCRIPTION_OPENING || state->subscription == SUBSCRIPTION_READING)
        action_add(step, MONITOR_CANCEL_STREAM)->stream_id = state->stream_id;
    if (state->connection != CONNECTION_ABSENT)
        close_connection(step);
    subscription_move(state, SUBSCRIPTION_STOPPED);
}

void subscription_connection_up(struct step *step)
{
    struct outcome none = {0, {NULL, 0}};
    if (!connection_up(step))
        return;
    note_outcome(step, NOTE_CONNECTED, none, 0);
    if (policy_has(step->state->policy, POLICY_KICK_RETRIES))
        life_kick_all(step);
    open_stream(step);
}

static void prove(struct state *state)
{
    state->moved = false;
    if (policy_has(state->policy, POLICY_RESET_ON_PROOF))
        backoff_reset(&state->backoff);
}

/* A stream that lived long enough proves that the server is well, even where it had nothing to say. */
static void prove_if_lived(struct state *state)
{
    int64_t proved_at_ns = time_add(state->opened_at_ns, MONITOR_STREAM_LIFETIME_MIN_NS);
    if (state->subscription == SUBSCRIPTION_READING && state->now_ns >= proved_at_ns)
        prove(state);
}

static bool is_streaming(const struct state *state)
{
    return state->subscription == SUBSCRIPTION_OPENING || state->subscription == SUBSCRIPTION_READING;
}

/* What came with the GOAWAY is heard before the connection is left: events, and which calls were refused, so that they
 * have surely not been done. The others may be answered meanwhile; what is closed under a call cancels it, and nobody
 * knows then whether it was done. What is told between the last that is heard and the next subscription is found by the
 * list, as behind any other end of a stream; a second subscription beside the first one would hear it, but there
 * is to be one at most. */
void subscription_connection_draining(struct step *step)
{
    struct state *state = step->state;
    if (!connection_draining(step) || !policy_has(state->policy, POLICY_MOVE_ON_GOAWAY) || !is_streaming(state))
        return;
    state->is_leaving = true;
    state->wait_until_ns = time_add(state->now_ns, MONITOR_LEAVE_WAIT_NS);
}

/* A server that goes away has not failed, so the first move costs no delay. A second one in a row does, lest a server
 * that always goes away be dialled without end. */
static void leave(struct step *step)
{
    struct state *state = step->state;
    struct outcome none = {0, {NULL, 0}};
    prove_if_lived(state);
    if (state->moved) {
        back_off(step, NOTE_CONNECTION_DRAINING, none);
        return;
    }
    note_outcome(step, NOTE_CONNECTION_DRAINING, none, 0);
    state->moved = true;
    subscribe(step);
}

/* The connection is no more. */
static void go_on_without(struct step *step, struct outcome outcome)
{
    struct state *state = step->state;
    switch (state->subscription) {
    case SUBSCRIPTION_STOPPED:
    case SUBSCRIPTION_RELOADING:
    case SUBSCRIPTION_LOADING: return; /* there is no connection yet */
    case SUBSCRIPTION_CONNECTING: back_off(step, NOTE_CONNECT_FAILED, outcome); return;
    case SUBSCRIPTION_OPENING:
    case SUBSCRIPTION_READING:
        if (state->is_leaving) {
            leave(step);
            return;
        }
        prove_if_lived(state);
        back_off(step, NOTE_CONNECTION_LOST, outcome);
        return;
    /* The 2017 monitor saw the loss only when it subscribed again, and so do we: subscription_handled waits for it. */
    case SUBSCRIPTION_HANDLING: note_outcome(step, NOTE_CONNECTION_LOST, outcome, 0); return;
    case SUBSCRIPTION_WAITING:
        note_outcome(step, NOTE_CONNECTION_LOST, outcome, state->wait_until_ns - state->now_ns);
        return;
    }
}

void subscription_connection_lost(struct step *step)
{
    if (connection_lost(step))
        go_on_without(step, step->outcome);
}

void subscription_dead(struct step *step, const char *why)
{
    struct outcome dead = {STATUS_UNAVAILABLE, text_of(why)};
    connection_close(step, dead);
    go_on_without(step, dead);
}

static bool is_present(const struct step *step)
{
    return is_streaming(step->state) && step->event->stream_id == step->state->stream_id;
}

void subscription_opened(struct step *step)
{
    struct state *state = step->state;
    struct outcome none = {0, {NULL, 0}};
    if (!is_present(step) || state->subscription != SUBSCRIPTION_OPENING || state->is_leaving)
        return;
    subscription_move(state, SUBSCRIPTION_READING);
    state->opened_at_ns = state->now_ns;
    if (!policy_has(state->policy, POLICY_RESET_ON_PROOF))
        backoff_reset(&state->backoff);
    note_outcome(step, NOTE_SUBSCRIBED, none, 0);
}

static void give_up_stream(struct step *step)
{
    bool cancels = policy_has(step->state->policy, POLICY_CANCEL_ABANDONED);
    action_add(step, cancels ? MONITOR_CANCEL_STREAM : MONITOR_ABANDON_STREAM)->stream_id = step->state->stream_id;
}

bool subscription_message(struct step *step)
{
    struct state *state = step->state;
    if (!is_present(step) || state->subscription != SUBSCRIPTION_READING)
        return false;
    prove(state);
    if (!policy_has(state->policy, POLICY_READ_WHOLE_STREAM)) {
        give_up_stream(step);
        subscription_move(state, SUBSCRIPTION_HANDLING);
    }
    return true;
}

void subscription_unreadable(struct step *step)
{
    if (!is_present(step))
        return;
    if (policy_has(step->state->policy, POLICY_SKIP_UNREADABLE)) {
        if (!tally_counts(step, NOTE_MESSAGE_UNREADABLE))
            note_outcome(step, NOTE_MESSAGE_UNREADABLE, step->outcome, 0);
        return;
    }
    prove_if_lived(step->state);
    give_up_stream(step);
    back_off(step, NOTE_STREAM_FAILED, step->outcome);
}

void subscription_ended(struct step *step)
{
    bool opened = step->state->subscription == SUBSCRIPTION_READING;
    if (!is_present(step) || step->state->is_leaving)
        return;
    prove_if_lived(step->state);
    back_off(step, opened ? NOTE_STREAM_FAILED : NOTE_SUBSCRIBE_FAILED, step->outcome);
}

void subscription_time(struct step *step)
{
    struct state *state = step->state;
    if (state->now_ns < subscription_deadline_ns(state))
        return;
    if (state->is_leaving) {
        leave(step);
        return;
    }
    if (state->subscription == SUBSCRIPTION_WAITING) {
        subscribe(step);
        return;
    }
    subscription_move(state, SUBSCRIPTION_LOADING);
    (void)action_add(step, MONITOR_LOAD);
}

int64_t subscription_deadline_ns(const struct state *state)
{
    bool waits = state->subscription == SUBSCRIPTION_WAITING || state->subscription == SUBSCRIPTION_RELOADING;
    if (state->is_leaving && state->calls.map.count == 0)
        return state->now_ns;
    return waits || state->is_leaving ? state->wait_until_ns : TIME_NEVER;
}

void subscription_handled(struct step *step)
{
    const struct state *state = step->state;
    if (state->subscription != SUBSCRIPTION_HANDLING)
        return;
    if (state->connection == CONNECTION_ABSENT)
        back_off(step, NOTE_SUBSCRIBE_FAILED, connection_unusable_outcome(step));
    else
        subscribe(step);
}
