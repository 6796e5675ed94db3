/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_HANDLER_PAIR_H
#define TESTS_SUPPORT_HANDLER_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/status.h"
#include "base/time.h"
#include "grpc/wire/server.h"
#include "handler/wire/wire.h"

/*
 * For tests of handler/wire: a wire in the namespace "default" and a server of gRPC, joined in memory. Each function
 * fails the test where what it does is refused, or what it checks is otherwise.
 */
struct pair {
    struct handler_wire *wire;
    struct grpc_server *server;
    int64_t now_ns;
    int receive_code; /* of the last bytes that the wire got */
};

enum { PAIR_CONNECTION = 1 };

#define PAIR_SUBSCRIBE_PATH "/containerd.services.events.v1.Events/Subscribe"
#define PAIR_DELETE_PATH    "/containerd.services.tasks.v1.Tasks/Delete"
#define PAIR_LOOKUP_PATH    "/containerd.services.containers.v1.Containers/Get"
#define PAIR_SUBSCRIPTION   "\x0a\x24namespace==default,topic~=|^/tasks/|"
#define PAIR_WEB            "\x0a\x03web"

/* A TaskExit of "web" with pid 7, status 3 and a time. */
extern const struct text pair_exit_message;

/* Connected, and that is told. */
void pair_init(struct pair *pair, enum delete_option deletes);
void pair_release(struct pair *pair);

/* Carries the bytes that are ready: one way, or to and fro until there are none. */
void pair_to_server(struct pair *pair);
void pair_to_handler(struct pair *pair);
void pair_carry(struct pair *pair);

/* The wire's next event is of this kind; there is none. */
void pair_check_next(struct pair *pair, enum monitor_event_kind kind, struct monitor_event *ret_event);
void pair_check_quiet(struct pair *pair);

/* The next event is the answer to the call, and the last. */
void pair_check_reply(struct pair *pair, uint64_t call_id, int status, const char *text, struct monitor_event *event);

void pair_perform(struct pair *pair, const struct monitor_action *action);
void pair_perform_on_stream(struct pair *pair, enum monitor_action_kind kind, uint64_t stream_id);

/* CALL_DELETE of "web". */
void pair_ask_delete(struct pair *pair, uint64_t call_id, int64_t timeout_ns);

/* Opens a stream and checks the server's request; its id at the server. */
int32_t pair_subscribe(struct pair *pair, uint64_t stream_id);

/* The server's next request is this one, in the namespace; its stream. */
int32_t pair_check_request(struct pair *pair, const char *path, const char *message, int64_t timeout_ns);

/* What the server says on a stream. */
void pair_send_message(struct pair *pair, int32_t grpc_id, struct text message);
void pair_finish(struct pair *pair, int32_t grpc_id, enum status_code status, const char *text);
void pair_answer(struct pair *pair, int32_t grpc_id, struct text message);

#endif
