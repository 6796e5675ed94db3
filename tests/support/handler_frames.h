/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_HANDLER_FRAMES_H
#define TESTS_SUPPORT_HANDLER_FRAMES_H

#include <stdbool.h>

#include "handler/wire/wire.h"
#include "tests/support/grpc_frames.h"

/*
 * For tests of handler/wire: a wire that speaks the API of 2017 with a server whose frames are written by hand. Each
 * function fails the test where what it checks is otherwise.
 */
enum { CLIENT_CONNECTION = 1, CLIENT_STREAM = 5, CLIENT_CALL = 9 };

struct client {
    struct handler_wire *wire;
    struct frames_reader *reader;
    struct buffer heard; /* what the server is about to say */
};

/* Connected, and that is told; the server's SETTINGS are about to be said. */
void client_init(struct client *client, bool has_transport_of_2017);
void client_release(struct client *client);

/* An action with the ids above, about the container "web". */
void client_perform(struct client *client, enum monitor_action_kind kind);

/* The server says what is in heard. */
void client_hear(struct client *client);

/* What the client has said since, as frames_read writes it. */
void client_check_said(struct client *client, const char *expected);
bool client_has_said(struct client *client, const char *part);

/* The next event is of this kind; the event ended so; there is none. */
void client_check_next(struct client *client, enum monitor_event_kind kind, struct monitor_event *ret_event);
void client_check_outcome(const struct monitor_event *event, int status, const char *text);
void client_check_quiet(struct client *client);

#endif
