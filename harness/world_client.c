/* SPDX-License-Identifier: Apache-2.0 */
/* The scripted client's side of the world: what a scenario calls, and whether it is answered as it is written. */
#include <stdio.h>
#include <stdlib.h>

#include "harness/world.h"
#include "scenarios/language/explain.h"

/* What is wrong is a breach of no promise: it counts whatever the policy. */
static void broken(struct world *world, const struct scenario_step *step, const char *sentence,
                   const struct error *finding)
{
    watch_found(&world->watch, world->now_ns, sentence, step->place, finding);
}

static void tell(struct world *world, const struct scenario_step *step, const char *what, const struct buffer *more)
{
    struct buffer line = BUFFER_INIT;
    (void)buffer_printf(&line, "line %zu: %s%.*s", step->place.line, what, TEXT_ARGUMENTS(buffer_text(more)));
    trace_remark(&world->trace, world->now_ns, "client", buffer_text(&line));
    buffer_release(&line);
}

static const struct scenario_step *first_call(const struct scenario_step *step)
{
    if (step->verb == SCENARIO_CALL)
        return step;
    for (size_t i = 0; i < step->child_count; i++) {
        const struct scenario_step *found = first_call(&step->children[i]);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static struct text name_of(const struct scenario_call *call)
{
    return call->rpc.length > 0 ? call->rpc : call->path;
}

int world_client_init(struct world *world)
{
    const struct scenario_step *first = first_call(&world->scenario->steps);
    if (world->wires.level == WORLD_BYTES) {
        world->calls = calloc(SCRIPT_ENABLED_MAX, sizeof *world->calls);
        return world->calls != NULL ? client_new(&world->client, world->scenario->given.name_space) : ERROR_NO_MEMORY;
    }
    if (first == NULL)
        return 0;
    return error_set(&world->refused, ERROR_REFUSED,
                     "%.*s:%zu:%zu: a scripted client speaks in bytes, which this run has not",
                     TEXT_ARGUMENTS(world->scenario->file), first->place.line, first->place.column);
}

/* ---- steps ---- */

/* Whether what a step waits for has come: the answer to its call, or where nothing is said of that the call's arrival;
 * the answer to an earlier one; as many events as it has. */
static bool is_over(const struct world *world, const struct world_call *waits)
{
    const struct scenario_call *call = &waits->step->call;
    if (waits->step->verb == SCENARIO_HEARD)
        return client_heard_count(world->client, waits->asked, call) >= call->heard_count;
    switch (call->answer.kind) {
    case SCENARIO_ANSWER_NONE: return client_has_arrived(world->client, waits->asked);
    case SCENARIO_ANSWER_NOT_YET: return true;
    case SCENARIO_ANSWER_REPLY:
    case SCENARIO_ANSWER_STATUS: break;
    }
    return client_answer(world->client, waits->asked)->kind != SCENARIO_ANSWER_NOT_YET;
}

static void judge(struct world *world, const struct world_call *done)
{
    const struct scenario_call *call = &done->step->call;
    struct error finding = {""};
    if (done->step->verb == SCENARIO_HEARD) {
        if (client_heard(world->client, done->asked, call, NULL, &finding) != 0)
            broken(world, done->step, "a subscriber hears what the file says, in this order, and nothing else",
                   &finding);
    } else if (call->answer.kind != SCENARIO_ANSWER_NONE &&
               client_judge(world->client, done->asked, &call->answer, NULL, &finding) != 0) {
        broken(world, done->step, "a client is answered as the file says", &finding);
    }
}

/* A trace tells what a call was answered where the story waited for it. */
static void tell_answer(struct world *world, const struct world_call *done)
{
    struct buffer told = BUFFER_INIT;
    const struct scenario_answer *answer = client_answer(world->client, done->asked);
    bool is_awaited = done->step->verb != SCENARIO_HEARD && done->step->call.answer.kind != SCENARIO_ANSWER_NONE;
    if (!is_awaited || answer->kind == SCENARIO_ANSWER_NOT_YET)
        return;
    explain_answer(answer, &told);
    tell(world, done->step, "is answered ", &told);
    buffer_release(&told);
}

static void finish(struct world *world, size_t index)
{
    struct world_call done = world->calls[index];
    world->calls[index] = world->calls[--world->call_count];
    world->last_step_ns = world->now_ns;
    tell_answer(world, &done);
    judge(world, &done);
    script_finish(world->script, done.token, world->now_ns);
}

void world_client_settle(struct world *world)
{
    for (size_t i = 0; i < world->call_count;)
        if (is_over(world, &world->calls[i]))
            finish(world, i);
        else
            i++;
}

int world_client_take(struct world *world, const struct script_step *step)
{
    const struct scenario_step *source = step->source;
    struct world_call waits = {source, source, step->token, time_add(world->now_ns, SCENARIO_ANSWER_MAX_NS)};
    struct buffer none = BUFFER_INIT;
    char what[128];
    int result = 0;

    world->last_step_ns = world->now_ns;
    if (source->verb == SCENARIO_CALL) {
        (void)snprintf(what, sizeof what, "calls %.*s", TEXT_ARGUMENTS(name_of(&source->call)));
        tell(world, source, what, &none);
        result = client_call(world->client, source, world->now_ns);
    } else {
        waits.asked = client_find_call(&world->scenario->steps, source->call.name);
        tell(world, source, source->verb == SCENARIO_HEARD ? "hears" : "wants an answer", &none);
    }
    if (step->in_burst) {
        /* Nothing arrives before the burst is over, so nothing is waited for. */
        script_take(world->script, step->token, world->now_ns);
        if (source->verb != SCENARIO_CALL)
            judge(world, &waits);
        return result;
    }
    script_begin(world->script, step->token, world->now_ns);
    world->calls[world->call_count++] = waits;
    world_client_settle(world);
    return result;
}

int64_t world_client_deadline_ns(const struct world *world)
{
    int64_t deadline_ns = TIME_NEVER;
    for (size_t i = 0; i < world->call_count; i++)
        deadline_ns = time_min(deadline_ns, world->calls[i].due_ns);
    return deadline_ns;
}

int world_client_time(struct world *world)
{
    for (size_t i = 0; i < world->call_count;)
        if (world->calls[i].due_ns <= world->now_ns)
            finish(world, i);
        else
            i++;
    return 0;
}

/* ---- the connection ---- */

int world_client_dialed(struct world *world, struct net_connection *connection)
{
    uint64_t id = connection->id;
    int result = 0;
    switch (world->net.socket) {
    case NET_SERVES:
        result = wires_fake_connected(&world->wires, id, world->now_ns);
        return result != 0 ? result : client_connected(world->client, world->now_ns);
    case NET_NEVER_ACCEPTS:
        connection->waits = true;
        net_stall(connection, NET_FAKE);
        return client_connected(world->client, world->now_ns);
    case NET_MISSING:
    case NET_REFUSES: break;
    }
    connection->to[NET_HANDLER].told = true;
    connection->to[NET_FAKE].told = true;
    net_settle(connection);
    return client_lost(world->client,
                       text_of(world->net.socket == NET_MISSING ? "No such file or directory" : "Connection refused"));
}

static int close_connection(struct world *world, struct net_connection *connection)
{
    net_close(&world->net, connection, NET_HANDLER, world->now_ns);
    net_settle(connection);
    return client_lost(world->client, text_of("transport is closing"));
}

int world_client_deliver(struct world *world, struct net_connection *connection)
{
    struct net_direction *in = &connection->to[NET_HANDLER];
    int result = ERROR_CLOSED;
    if (in->bytes.length > 0) {
        result = client_receive(world->client, in->bytes.bytes, in->bytes.length, world->now_ns);
        buffer_clear(&in->bytes);
    }
    if (result == 0 || result == ERROR_NO_MEMORY)
        return result;
    return close_connection(world, connection);
}

static int flush(struct world *world, struct net_connection *connection)
{
    struct buffer *out = net_outbox(connection, NET_HANDLER);
    size_t before = out->length;
    if (client_send(world->client, out) == ERROR_NO_MEMORY)
        return ERROR_NO_MEMORY;
    if (out->length > before)
        net_written(&world->net, connection, NET_HANDLER, world->now_ns);
    return 0;
}

int world_client_drain(struct world *world)
{
    int result = world->client != NULL ? client_settle(world->client) : 0;
    if (world->client == NULL)
        return 0;
    if (result == 0)
        world_client_settle(world);
    if (result == 0 && client_wants_connection(world->client) &&
        (world->client_connection_id == 0 || net_find(&world->net, world->client_connection_id) == NULL ||
         net_find(&world->net, world->client_connection_id)->to[NET_HANDLER].told)) {
        uint64_t id = world->client_connection_id;
        world->client_connection_id = id == 0 ? NET_CLIENT_FIRST : id + 1;
        result = net_dial(&world->net, world->client_connection_id, world->now_ns);
    }
    struct net_connection *connection =
        world->client_connection_id != 0 ? net_find(&world->net, world->client_connection_id) : NULL;
    if (result != 0 || connection == NULL || connection->dialing || connection->to[NET_HANDLER].told)
        return result;
    result = flush(world, connection);
    if (result == 0 && client_is_done(world->client))
        result = close_connection(world, connection);
    return result;
}
