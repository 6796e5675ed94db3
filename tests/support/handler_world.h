/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_HANDLER_WORLD_H
#define TESTS_SUPPORT_HANDLER_WORLD_H

#include <stdint.h>

#include "grpc/io/connection.h"
#include "grpc/io/listener.h"
#include "grpc/wire/server.h"
#include "handler/io/loop.h"

/*
 * For tests of handler/io: a server on a real socket and the handler in namespace "default", on one loop. Each function
 * fails the test where what it does is refused.
 */
enum handler_server_kind {
    SERVER_GOOD,   /* a container's life on the first subscription, Delete goes well */
    SERVER_LEAVES, /* closes the connection at the first subscription, then it is good */
    SERVER_QUIET,  /* tells nothing but the exit of what it is asked to kill; whatever else is asked goes well */
    SERVER_OLD,    /* of 2017: one event of a container's life on each subscription, Delete goes well */
    SERVER_ODD     /* says something that is not HTTP/2 */
};

/* What there is of the task of "web". */
enum handler_task { TASK_NONE, TASK_CREATED, TASK_RUNNING, TASK_STOPPED };

/* A server on a real socket and the handler, on one loop, and what was seen. */
struct handler_world {
    char folder[32];
    char address[64];
    struct grpc_loop *grpc;
    struct grpc_listener *listener;
    struct handler_loop *handler;
    enum handler_server_kind kind;
    struct grpc_server *server; /* of the connection that there is */
    struct grpc_connection *connection;
    int odd_fd; /* open as long as the world: only what was said on it can end the connection */
    int accepted;
    int subscriptions;
    int deletions;
    int cancelled; /* by the client, not by a loss */
    enum handler_task task;
    int32_t stream_id; /* of the latest subscription */
    int notes[64];     /* by kind */
    enum note_kind stop_at;
    int stop_at_count;
    int64_t stopped_at_ns;
    int64_t delay_ns; /* of the note at which it was stopped */
    char changes[64];
    char answers[64];      /* "create OK, " for each operation */
    int stop_at_answers;   /* 0: it ends with the exit, */
    bool stop_at_deletion; /* or with the deletion that follows it */
    int answer_count;
    struct buffer text; /* the outcome of the last note that had one */
};

extern const struct handler_loop_calls handler_world_calls;

/* Nothing listens yet, and nothing runs. Address and namespace of the options are filled in. */
void handler_world_init_with(struct handler_world *world, enum handler_server_kind kind,
                             struct handler_loop_options options);

/* The policy is reliable, the API v1. */
void handler_world_init(struct handler_world *world, enum handler_server_kind kind, enum delete_option deletes);
void handler_world_release(struct handler_world *world);

void handler_world_listen(struct handler_world *world);

/* The bytes that the handler sent last are in the socket when it has ended; the server may still have to read them. */
void handler_world_let_server_finish(struct handler_world *world);

#endif
