/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_RAW_CLIENT_H
#define TESTS_SUPPORT_GRPC_RAW_CLIENT_H

#include <stdint.h>

#include "grpc/wire/server.h"
#include "tests/support/grpc_frames.h"

/*
 * A server against a client whose frames are written by hand, so that they may be wrong.
 */
struct raw_client {
    struct grpc_server *server;
    struct frames_reader *reader;
    struct buffer in;  /* frames for the server; begins with the preface */
    struct buffer out; /* what the server says */
    struct buffer trace;
    int64_t now_ns;
};

/* For cmocka: *state is a struct raw_client. */
int raw_set_up(void **state);
int raw_tear_down(void **state);

/* Hands over what was written; returns the first error of receive and send. */
int raw_hand_over(struct raw_client *raw);

/* Fails the test unless the server's frames since the last time read so. */
void raw_says(struct raw_client *raw, const char *expected);

/* The exchange of SETTINGS. */
void raw_introduce(struct raw_client *raw);

/* Writes a whole request with the message "hi". */
void raw_request(struct raw_client *raw, int32_t id);

/* Fails the test unless this is the next event. */
void raw_assert_event(struct raw_client *raw, enum grpc_server_event_kind kind, int32_t id,
                      struct grpc_server_event *event);

#endif
