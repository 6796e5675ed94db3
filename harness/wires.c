/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/wires.h"

#include <string.h>

#include "base/contract.h"
#include "base/error.h"
#include "harness/link/fake_end.h"
#include "harness/link/handler_end.h"

static struct handler_wire_options handler_options(const struct scenario *scenario, bool transport_of_2017)
{
    bool is_execution = scenario->api == SCENARIO_API_EXECUTION;
    struct handler_wire_options options = {.name_space = scenario->given.name_space,
                                           .deletes = DELETE_ALL,
                                           .api = is_execution ? HANDLER_API_EXECUTION : HANDLER_API_V1,
                                           .transport_of_2017 = transport_of_2017};
    return options;
}

int wires_init(struct wires *wires, enum world_level level, const struct scenario *scenario, bool transport_of_2017)
{
    bool is_execution = scenario->api == SCENARIO_API_EXECUTION;
    struct fake_wire_options fake = {is_execution ? FAKE_API_EXECUTION : FAKE_API_V1, scenario->given.name_space};
    struct buffer subscription = BUFFER_INIT;
    int result;

    memset(wires, 0, sizeof *wires);
    wires->level = level;
    wires->fake_stirs = true;
    result = wires_new_handler(wires, scenario, transport_of_2017, 0);
    if (result != 0 || level == WORLD_BYTES)
        return result != 0 ? result : fake_wire_new(&wires->fake_wire, &fake);
    result = link_handler_subscription(wires->link_handler, scenario->given.name_space, &subscription);
    if (result == 0)
        result = link_fake_new(&wires->link_fake, &fake, buffer_text(&subscription));
    buffer_release(&subscription);
    return result;
}

int wires_new_handler(struct wires *wires, const struct scenario *scenario, bool transport_of_2017, uint64_t base)
{
    struct handler_wire_options options = handler_options(scenario, transport_of_2017);
    handler_wire_free(wires->handler_wire);
    link_handler_free(wires->link_handler);
    wires->handler_wire = NULL;
    wires->link_handler = NULL;
    wires->handler_base = base;
    wires->handler_stirs = true;
    if (wires->level == WORLD_VALUES)
        return link_handler_new(&wires->link_handler, &options);
    return handler_wire_new(&wires->handler_wire, &options);
}

/* The handler's own number of a connection. */
static uint64_t own(const struct wires *wires, uint64_t connection_id)
{
    CONTRACT(connection_id > wires->handler_base);
    return connection_id - wires->handler_base;
}

void wires_release(struct wires *wires)
{
    fake_wire_free(wires->fake_wire);
    handler_wire_free(wires->handler_wire);
    link_fake_free(wires->link_fake);
    link_handler_free(wires->link_handler);
    memset(wires, 0, sizeof *wires);
}

int wires_clone(struct wires *clone, const struct wires *wires, const struct scenario *scenario, bool transport_of_2017)
{
    CONTRACT(wires->level == WORLD_VALUES);
    memset(clone, 0, sizeof *clone);
    clone->level = WORLD_VALUES;
    int result = wires_new_handler(clone, scenario, transport_of_2017, 0);
    if (result == 0)
        result = link_fake_clone(&clone->link_fake, wires->link_fake);
    return result != 0 ? result : wires_copy(clone, wires);
}

int wires_copy(struct wires *to, const struct wires *from)
{
    CONTRACT(to->level == WORLD_VALUES && from->level == WORLD_VALUES);
    to->handler_base = from->handler_base;
    to->handler_stirs = from->handler_stirs;
    to->fake_stirs = from->fake_stirs;
    int result = link_handler_copy(to->link_handler, from->link_handler);
    return result != 0 ? result : link_fake_copy(to->link_fake, from->link_fake);
}

void wires_hash(const struct wires *wires, int64_t now_ns, uint64_t newest_connection, struct hash *hash)
{
    CONTRACT(wires->level == WORLD_VALUES);
    link_handler_hash(wires->link_handler, now_ns, newest_connection - wires->handler_base, hash);
    link_fake_hash(wires->link_fake, now_ns, newest_connection, hash);
}

int wires_connected(struct wires *wires, uint64_t connection_id, int64_t now_ns)
{
    wires->fake_stirs = true;
    int result = wires->level == WORLD_VALUES ? link_fake_connected(wires->link_fake, connection_id)
                                              : fake_wire_connected(wires->fake_wire, connection_id, now_ns);
    return result != 0 ? result : wires_handler_connected(wires, connection_id, now_ns);
}

int wires_fake_connected(struct wires *wires, uint64_t connection_id, int64_t now_ns)
{
    wires->fake_stirs = true;
    CONTRACT(wires->level == WORLD_BYTES);
    return fake_wire_connected(wires->fake_wire, connection_id, now_ns);
}

/* ---- the handler's side ---- */

int wires_handler_connected(struct wires *wires, uint64_t connection_id, int64_t now_ns)
{
    wires->handler_stirs = true;
    if (wires->level == WORLD_VALUES)
        return link_handler_connected(wires->link_handler, own(wires, connection_id));
    return handler_wire_connected(wires->handler_wire, own(wires, connection_id), now_ns);
}

int wires_handler_receive(struct wires *wires, uint64_t connection_id, const struct buffer *in, int64_t now_ns)
{
    wires->handler_stirs = true;
    if (wires->level == WORLD_VALUES)
        return link_handler_receive(wires->link_handler, own(wires, connection_id), in->bytes, in->length);
    return handler_wire_receive(wires->handler_wire, own(wires, connection_id), in->bytes, in->length, now_ns);
}

void wires_handler_lost(struct wires *wires, uint64_t connection_id, struct text text, int64_t now_ns)
{
    wires->handler_stirs = true;
    if (wires->level == WORLD_VALUES)
        link_handler_lost(wires->link_handler, own(wires, connection_id), text);
    else
        handler_wire_lost(wires->handler_wire, own(wires, connection_id), text, now_ns);
}

int wires_handler_send(struct wires *wires, uint64_t connection_id, struct buffer *out, int64_t now_ns)
{
    if (wires->level == WORLD_VALUES)
        return link_handler_send(wires->link_handler, own(wires, connection_id), out);
    return handler_wire_send(wires->handler_wire, own(wires, connection_id), out, now_ns);
}

int wires_handler_perform(struct wires *wires, const struct monitor_action *action, int64_t now_ns)
{
    wires->handler_stirs = true;
    if (wires->level == WORLD_VALUES)
        return link_handler_perform(wires->link_handler, action, now_ns);
    return handler_wire_perform(wires->handler_wire, action, now_ns);
}

bool wires_handler_next(struct wires *wires, struct monitor_event *event)
{
    if (wires->level == WORLD_VALUES)
        return link_handler_next(wires->link_handler, event);
    return handler_wire_next(wires->handler_wire, event);
}

int64_t wires_handler_deadline_ns(const struct wires *wires)
{
    if (wires->level == WORLD_VALUES)
        return link_handler_deadline_ns(wires->link_handler);
    return handler_wire_deadline_ns(wires->handler_wire);
}

void wires_handler_time(struct wires *wires, int64_t now_ns)
{
    wires->handler_stirs = true;
    if (wires->level == WORLD_VALUES)
        link_handler_time(wires->link_handler, now_ns);
    else
        handler_wire_time(wires->handler_wire, now_ns);
}

bool wires_handler_rests(const struct wires *wires)
{
    return wires->level == WORLD_VALUES && !wires->handler_stirs;
}

void wires_handler_drained(struct wires *wires)
{
    wires->handler_stirs = wires->level == WORLD_BYTES || link_handler_may_tell(wires->link_handler);
}

/* ---- the fake's side ---- */

int wires_fake_receive(struct wires *wires, uint64_t connection_id, const struct buffer *in, int64_t now_ns)
{
    wires->fake_stirs = true;
    if (wires->level == WORLD_VALUES)
        return link_fake_receive(wires->link_fake, connection_id, in->bytes, in->length, now_ns);
    return fake_wire_receive(wires->fake_wire, connection_id, in->bytes, in->length, now_ns);
}

void wires_fake_lost(struct wires *wires, uint64_t connection_id, int64_t now_ns)
{
    wires->fake_stirs = true;
    if (wires->level == WORLD_VALUES)
        link_fake_lost(wires->link_fake, connection_id);
    else
        fake_wire_lost(wires->fake_wire, connection_id, now_ns);
}

int wires_fake_send(struct wires *wires, uint64_t connection_id, struct buffer *out, int64_t now_ns)
{
    if (wires->level == WORLD_VALUES)
        return link_fake_send(wires->link_fake, connection_id, out);
    return fake_wire_send(wires->fake_wire, connection_id, out, now_ns);
}

int wires_fake_perform(struct wires *wires, const struct fake_action *action, int64_t now_ns)
{
    wires->fake_stirs = true;
    if (wires->level == WORLD_VALUES)
        return link_fake_perform(wires->link_fake, action);
    return fake_wire_perform(wires->fake_wire, action, now_ns);
}

bool wires_fake_next(struct wires *wires, struct fake_event *event)
{
    if (wires->level == WORLD_VALUES)
        return link_fake_next(wires->link_fake, event);
    return fake_wire_next(wires->fake_wire, event);
}

int64_t wires_fake_deadline_ns(const struct wires *wires)
{
    if (wires->level == WORLD_VALUES)
        return link_fake_deadline_ns(wires->link_fake);
    return fake_wire_deadline_ns(wires->fake_wire);
}

void wires_fake_time(struct wires *wires, int64_t now_ns)
{
    wires->fake_stirs = true;
    if (wires->level == WORLD_VALUES)
        link_fake_time(wires->link_fake, now_ns);
    else
        fake_wire_time(wires->fake_wire, now_ns);
}

bool wires_fake_rests(const struct wires *wires)
{
    return wires->level == WORLD_VALUES && !wires->fake_stirs;
}

void wires_fake_drained(struct wires *wires)
{
    wires->fake_stirs = wires->level == WORLD_BYTES || link_fake_may_tell(wires->link_fake);
}
