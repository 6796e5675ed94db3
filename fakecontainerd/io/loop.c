/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/io/loop.h"

#include <event2/event.h>
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "base/time.h"
#include "fakecontainerd/io/peers.h"
#include "fakecontainerd/io/play.h"
#include "grpc/io/listener.h"

enum {
    LOOP_STEPS_MAX = 256 /* of the core in one turn of the loop, so that signals and sockets get theirs */
};

struct fake_loop {
    struct grpc_loop *grpc;
    const struct fake_loop_calls *calls;
    void *context;
    struct buffer address;
    struct fake *fake;
    struct fake_wire *wire;
    struct names *names;
    struct play play;
    struct peers peers;
    struct grpc_listener *listener; /* NULL where the path shows nothing */
    bool serving;                   /* else the path is missing, refuses, never accepts or stays silent */
    struct event *turn;             /* activated when there may be something to do */
    struct event *timer;            /* the earliest deadline */
    struct fake_actions actions;
    bool refused_told;
    bool stopped;
    int code; /* why it cannot go on */
    struct error error;
};

static int64_t wall_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    return time_unix_wrapping(now.tv_sec, (int32_t)now.tv_nsec);
}

static void turn_soon(void *context)
{
    struct fake_loop *loop = context;
    event_active(loop->turn, EV_TIMEOUT, 0);
}

static void on_accepted(void *context, int fd)
{
    struct fake_loop *loop = context;
    if (peers_accept(&loop->peers, fd) != ERROR_LIMIT || loop->refused_told)
        return;
    loop->refused_told = true;
    loop->calls->refused(loop->context);
}

/* ---- one event and what it asks for ---- */

static void leave_path(struct fake_loop *loop)
{
    grpc_listener_free(loop->listener);
    loop->listener = NULL;
    loop->serving = false;
}

/* With accepted NULL the path refuses. */
static int take_path(struct fake_loop *loop, grpc_accepted accepted)
{
    return grpc_listener_new(loop->grpc, buffer_text(&loop->address), accepted, loop, &loop->listener, &loop->error);
}

static int listen_again(struct fake_loop *loop, enum fake_socket socket)
{
    leave_path(loop);
    int code = take_path(loop, on_accepted);
    if (code != 0)
        return code;
    loop->serving = socket == FAKE_SOCKET_SERVES;
    if (loop->serving)
        loop->calls->listening(loop->context);
    return 0;
}

static int unlisten(struct fake_loop *loop, enum fake_socket socket)
{
    int code = 0;
    loop->serving = false;
    if (socket == FAKE_SOCKET_NEVER_ACCEPTS) {
        leave_path(loop);
        code = take_path(loop, on_accepted);
        if (code == 0)
            grpc_listener_hold(loop->listener);
    } else if (socket != FAKE_SOCKET_REFUSES) {
        leave_path(loop);
    } else if (loop->listener == NULL) {
        code = take_path(loop, NULL);
    } else {
        grpc_listener_refuse(loop->listener);
    }
    return code;
}

/* A client that was told to go away gets all of it before its connection is closed. */
static int perform(struct fake_loop *loop, struct fake_action *action, const struct fake_event *event)
{
    int64_t now_ns = event->now_ns;
    int code;
    loop->calls->action(loop->context, action);
    code = loop->names != NULL ? names_outward(loop->names, action) : 0;
    if (code != 0)
        return code;
    switch (action->kind) {
    case FAKE_REPLY:
    case FAKE_SEND_HEADERS:
    case FAKE_SEND_EVENT:
    case FAKE_END_STREAM:
    case FAKE_GOAWAY: return fake_wire_perform(loop->wire, action, now_ns);
    case FAKE_CLOSE_CONNECTION:
        code = fake_wire_perform(loop->wire, action, now_ns);
        if (event->kind == FAKE_DRAINED)
            peers_finish(&loop->peers, action->connection_id);
        else
            peers_close(&loop->peers, action->connection_id);
        return code;
    case FAKE_SILENCE:
        if (action->silence == FAKE_SILENCE_DOES_NOTHING)
            peers_stall(&loop->peers, action->connection_id);
        return fake_wire_perform(loop->wire, action, now_ns);
    case FAKE_LISTEN: return listen_again(loop, action->socket);
    case FAKE_UNLISTEN: return unlisten(loop, action->socket);
    case FAKE_DID: return 0;
    }
    return 0;
}

static int take_name(struct fake_loop *loop, struct fake_event *event)
{
    struct names_news news;
    int code = names_inward(loop->names, event, &news);
    if (code == 0 && news.id.length > 0)
        loop->calls->named(loop->context, &news);
    return code;
}

static int step(struct fake_loop *loop, struct fake_event *event, size_t line)
{
    int code = loop->names != NULL ? take_name(loop, event) : 0;
    if (code != 0)
        return code;
    event->now_ns = grpc_loop_now_ns(loop->grpc);
    event->wall_ns = wall_ns();
    loop->calls->event(loop->context, event, line);
    code = fake_step(loop->fake, event, &loop->actions);
    if (code == 0)
        play_saw(&loop->play, event, &loop->actions, event->now_ns);
    for (size_t i = 0; code == 0 && i < loop->actions.count; i++)
        code = perform(loop, &loop->actions.items[i], event);
    return code;
}

/* ---- the script ---- */

static void tell_missed(struct fake_loop *loop)
{
    struct fake_action told = {.kind = FAKE_DID,
                               .did = {.kind = FAKE_DID_REFUSE_COMMAND,
                                       .text = text_of("a step is left out: what it waits for has not come")}};
    loop->calls->action(loop->context, &told);
}

static bool script_next(struct fake_loop *loop, struct fake_event *event, size_t *line)
{
    enum play_what what;
    do {
        what = play_next(&loop->play, loop->fake, loop->serving, grpc_loop_now_ns(loop->grpc), event, line);
        if (what == PLAY_MISSED)
            tell_missed(loop);
        else if (what == PLAY_DONE)
            loop->calls->script_done(loop->context);
    } while (what == PLAY_MISSED);
    return what == PLAY_STEP;
}

/* ---- turns of the loop ---- */

static bool next_event(struct fake_loop *loop, struct fake_event *event, size_t *line)
{
    *line = 0;
    if (fake_deadline_ns(loop->fake) <= grpc_loop_now_ns(loop->grpc)) {
        *event = (struct fake_event){.kind = FAKE_TIME};
        return true;
    }
    if (fake_wire_next(loop->wire, event))
        return true;
    return script_next(loop, event, line);
}

static void timer_set(struct fake_loop *loop)
{
    int64_t now_ns = grpc_loop_now_ns(loop->grpc);
    int64_t deadline_ns = time_min(fake_deadline_ns(loop->fake), fake_wire_deadline_ns(loop->wire));
    deadline_ns = time_min(deadline_ns, play_deadline_ns(&loop->play));
    if (deadline_ns == TIME_NEVER) {
        (void)event_del(loop->timer);
        return;
    }
    int64_t wait_us = deadline_ns <= now_ns ? 0 : (deadline_ns - now_ns + 999) / TIME_MICROSECOND;
    struct timeval wait = {(time_t)(wait_us / 1000000), (suseconds_t)(wait_us % 1000000)};
    if (event_add(loop->timer, &wait) != 0)
        loop->code = ERROR_NO_MEMORY;
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
    struct fake_loop *loop = context;
    struct fake_event event;
    size_t line;
    int steps = 0;

    (void)fd;
    (void)what;
    fake_wire_time(loop->wire, grpc_loop_now_ns(loop->grpc));
    while (loop->code == 0 && steps < LOOP_STEPS_MAX && next_event(loop, &event, &line)) {
        loop->code = step(loop, &event, line);
        steps++;
    }
    peers_wake(&loop->peers);
    if (steps == LOOP_STEPS_MAX)
        turn_soon(loop);
    else
        timer_set(loop);
    if (loop->code != 0 || loop->stopped)
        grpc_loop_stop(loop->grpc);
}

int fake_loop_run(struct fake_loop *loop, struct error *error)
{
    int code;
    if (loop->stopped)
        return 0;
    turn_soon(loop);
    code = grpc_loop_run(loop->grpc);
    if (loop->code != 0)
        code = loop->code;
    if (code == 0)
        return 0;
    return error_set(error, code, "%s", loop->error.text[0] != '\0' ? loop->error.text : error_text(code));
}

void fake_loop_stop(struct fake_loop *loop)
{
    loop->stopped = true;
    turn_soon(loop);
}

/* ---- making and freeing ---- */

static int make_parts(struct fake_loop *loop, const struct fake_loop_options *options)
{
    const struct fake_options fake_options = {0};
    struct event_base *base = grpc_loop_base(loop->grpc);
    int code = buffer_append_text(&loop->address, options->address);

    if (code == 0)
        code = fake_new(&loop->fake, &fake_options);
    if (code == 0)
        code = fake_wire_new(&loop->wire, &options->wire);
    if (code == 0)
        code = play_new(&loop->play, options->scenario, options->names);
    if (code != 0)
        return code;
    loop->turn = event_new(base, -1, 0, on_turn, loop);
    loop->timer = event_new(base, -1, 0, on_turn, loop);
    loop->peers = (struct peers){.loop = loop->grpc, .wire = loop->wire, .changed = turn_soon, .context = loop};
    return loop->turn == NULL || loop->timer == NULL ? ERROR_NO_MEMORY : 0;
}

/* What is given is there before the first client comes. */
static int begin(struct fake_loop *loop)
{
    struct fake_event event = {.kind = FAKE_COMMAND};
    int code = 0;
    while (code == 0 && play_given(&loop->play, &event.command))
        code = step(loop, &event, 0);
    event.kind = FAKE_START;
    return code != 0 ? code : step(loop, &event, 0);
}

int fake_loop_new(struct fake_loop **ret_loop, struct grpc_loop *grpc, const struct fake_loop_options *options,
                  const struct fake_loop_calls *calls, void *context, struct error *error)
{
    struct fake_loop *loop = calloc(1, sizeof *loop);
    int code;

    if (loop == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    loop->grpc = grpc;
    loop->calls = calls;
    loop->context = context;
    loop->names = options->names;
    code = make_parts(loop, options);
    if (code == 0)
        code = begin(loop);
    if (code != 0) {
        code = error_set(error, code, "%s", loop->error.text[0] != '\0' ? loop->error.text : error_text(code));
        fake_loop_free(loop);
        return code;
    }
    *ret_loop = loop;
    return 0;
}

void fake_loop_free(struct fake_loop *loop)
{
    if (loop == NULL)
        return;
    peers_release(&loop->peers);
    grpc_listener_free(loop->listener);
    if (loop->turn != NULL)
        event_free(loop->turn);
    if (loop->timer != NULL)
        event_free(loop->timer);
    play_free(&loop->play);
    fake_wire_free(loop->wire);
    fake_free(loop->fake);
    buffer_release(&loop->address);
    free(loop);
}
