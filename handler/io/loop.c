/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/io/loop.h"

#include <event2/event.h>
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/time.h"
#include "grpc/io/address.h"
#include "handler/io/asks.h"
#include "handler/io/links.h"
#include "handler/io/memory_store.h"

enum {
    LOOP_STEPS_MAX = 256 /* of the monitor in one turn of the loop, so that signals and sockets get theirs */
};

struct handler_loop {
    struct grpc_loop *grpc;
    const struct handler_loop_calls *calls;
    void *context;
    struct monitor *monitor;
    struct handler_wire *wire;
    struct memory_store *store;
    struct links links;
    struct asks asks;
    struct buffer address;
    struct event *turn;  /* activated when there may be something to do */
    struct event *timer; /* the earliest deadline */
    struct monitor_actions actions;
    bool is_started;
    bool is_stop_wanted;
    bool is_stopped;
    int code; /* why it cannot go on */
};

static int64_t wall_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * TIME_SECOND + now.tv_nsec;
}

static void turn_soon(void *context)
{
    struct handler_loop *loop = context;
    event_active(loop->turn, EV_TIMEOUT, 0);
}

/* ---- one event and what it asks for ---- */

static int perform(struct handler_loop *loop, const struct monitor_action *action, const struct monitor_event *event)
{
    int code;
    switch (action->kind) {
    case MONITOR_DIAL: links_dial(&loop->links, action->connection_id); return 0;
    case MONITOR_CLOSE:
        code = handler_wire_perform(loop->wire, action, event->now_ns);
        links_close(&loop->links, action->connection_id);
        return code;
    case MONITOR_OPEN_STREAM:
    case MONITOR_CANCEL_STREAM:
    case MONITOR_ABANDON_STREAM:
    case MONITOR_CALL:
    case MONITOR_PING: return handler_wire_perform(loop->wire, action, event->now_ns);
    case MONITOR_PUT: return memory_store_put(loop->store, action->write_id, &action->record);
    case MONITOR_FORGET: return memory_store_forget(loop->store, action->write_id, action->container_id);
    case MONITOR_LOAD: return memory_store_load(loop->store);
    case MONITOR_TELL: loop->calls->tell(loop->context, action->change, &action->record, event->wall_ns); return 0;
    case MONITOR_ANSWER:
        if (loop->calls->answer != NULL)
            loop->calls->answer(loop->context, &action->operation, action->outcome, &action->record);
        return 0;
    case MONITOR_NOTE: loop->calls->note(loop->context, &action->note); return 0;
    }
    return 0;
}

static int step(struct handler_loop *loop, struct monitor_event *event)
{
    event->now_ns = grpc_loop_now_ns(loop->grpc);
    event->wall_ns = wall_ns();
    int code = monitor_step(loop->monitor, event, &loop->actions);
    for (size_t i = 0; code == 0 && i < loop->actions.count; i++)
        code = perform(loop, &loop->actions.items[i], event);
    return code;
}

/* What happened first comes first; the monitor finishes what it has begun before it hears anything new. */
static bool next_event(struct handler_loop *loop, struct monitor_event *event)
{
    *event = (struct monitor_event){.kind = loop->is_stop_wanted ? MONITOR_STOP : MONITOR_START};
    if (loop->is_stop_wanted || !loop->is_started) {
        loop->is_started = true;
        loop->is_stopped = loop->is_stop_wanted;
        return true;
    }
    if (memory_store_next(loop->store, event))
        return true;
    if (monitor_deadline_ns(loop->monitor) <= grpc_loop_now_ns(loop->grpc)) {
        *event = (struct monitor_event){.kind = MONITOR_TIME};
        return true;
    }
    if (asks_next(&loop->asks, event))
        return true;
    return handler_wire_next(loop->wire, event);
}

/* ---- turns of the loop ---- */

static void timer_set(struct handler_loop *loop)
{
    int64_t now_ns = grpc_loop_now_ns(loop->grpc);
    int64_t deadline_ns = time_min(monitor_deadline_ns(loop->monitor), handler_wire_deadline_ns(loop->wire));
    if (deadline_ns == TIME_NEVER) {
        (void)event_del(loop->timer);
        return;
    }
    int64_t wait_us = deadline_ns <= now_ns ? 0 : (deadline_ns - now_ns + 999) / TIME_MICROSECOND;
    struct timeval wait = {(time_t)(wait_us / 1000000), (suseconds_t)(wait_us % 1000000)};
    if (event_add(loop->timer, &wait) != 0)
        loop->code = ERROR_NO_MEMORY;
}

static void end_if_over(struct handler_loop *loop)
{
    if (loop->code != 0)
        links_release(&loop->links);
    if (loop->code != 0 || (loop->is_stopped && loop->links.first == NULL))
        grpc_loop_stop(loop->grpc);
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
    struct handler_loop *loop = context;
    struct monitor_event event;
    int steps = 0;

    (void)fd;
    (void)what;
    handler_wire_time(loop->wire, grpc_loop_now_ns(loop->grpc));
    while (loop->code == 0 && !loop->is_stopped && steps < LOOP_STEPS_MAX && next_event(loop, &event)) {
        loop->code = step(loop, &event);
        steps++;
    }
    links_wake(&loop->links);
    if (loop->is_stopped)
        (void)event_del(loop->timer);
    else if (steps == LOOP_STEPS_MAX)
        turn_soon(loop);
    else
        timer_set(loop);
    end_if_over(loop);
}

int handler_loop_run(struct handler_loop *loop)
{
    turn_soon(loop);
    int code = grpc_loop_run(loop->grpc);
    return loop->code != 0 ? loop->code : code;
}

void handler_loop_stop(struct handler_loop *loop)
{
    loop->is_stop_wanted = true;
    turn_soon(loop);
}

static int ask(struct handler_loop *loop, enum monitor_event_kind kind, const struct operation *operation)
{
    int code = asks_add(&loop->asks, kind, operation);
    if (code == 0)
        turn_soon(loop);
    return code;
}

int handler_loop_ask(struct handler_loop *loop, const struct operation *operation)
{
    return ask(loop, MONITOR_OPERATION, operation);
}

int handler_loop_abandon(struct handler_loop *loop, uint64_t operation_id)
{
    const struct operation operation = {.id = operation_id};
    return ask(loop, MONITOR_ABANDONED, &operation);
}

/* ---- making and freeing ---- */

static int make_parts(struct handler_loop *loop, const struct handler_loop_options *options)
{
    const struct monitor_options monitor = {.policy = options->policy, .name_space = options->name_space};
    const struct handler_wire_options wire = {.name_space = options->name_space,
                                              .deletes = options->deletes,
                                              .api = options->api,
                                              .transport_of_2017 =
                                                  !policy_has(options->policy, POLICY_MODERN_TRANSPORT)};
    struct event_base *base = grpc_loop_base(loop->grpc);
    struct sockaddr_un address;
    struct error error;

    if (grpc_address_parse(options->address, &address, &error) != 0)
        return ERROR_INVALID;
    int code = buffer_append_text(&loop->address, options->address);
    if (code == 0)
        code = monitor_new(&loop->monitor, &monitor);
    if (code == 0)
        code = handler_wire_new(&loop->wire, &wire);
    if (code == 0)
        code = memory_store_new(&loop->store);
    if (code != 0)
        return code;
    loop->turn = event_new(base, -1, 0, on_turn, loop);
    loop->timer = event_new(base, -1, 0, on_turn, loop);
    loop->links = (struct links){.loop = loop->grpc,
                                 .wire = loop->wire,
                                 .address = buffer_text(&loop->address),
                                 .changed = turn_soon,
                                 .context = loop};
    return loop->turn == NULL || loop->timer == NULL ? ERROR_NO_MEMORY : 0;
}

int handler_loop_new(struct handler_loop **ret_loop, struct grpc_loop *grpc, const struct handler_loop_options *options,
                     const struct handler_loop_calls *calls, void *context)
{
    struct handler_loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL)
        return ERROR_NO_MEMORY;
    loop->grpc = grpc;
    loop->calls = calls;
    loop->context = context;
    int code = make_parts(loop, options);
    if (code != 0) {
        handler_loop_free(loop);
        return code;
    }
    *ret_loop = loop;
    return 0;
}

void handler_loop_free(struct handler_loop *loop)
{
    if (loop == NULL)
        return;
    links_release(&loop->links);
    asks_release(&loop->asks);
    if (loop->turn != NULL)
        event_free(loop->turn);
    if (loop->timer != NULL)
        event_free(loop->timer);
    memory_store_free(loop->store);
    handler_wire_free(loop->wire);
    monitor_free(loop->monitor);
    buffer_release(&loop->address);
    free(loop);
}
