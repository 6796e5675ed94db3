/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_SCRIPT_H
#define TESTS_SUPPORT_GRPC_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "grpc/io/connection.h"

/*
 * A connection whose session is a script: it does as its fields say and writes down what it was asked. For cmocka:
 * *state is a struct script.
 */
struct script {
    struct grpc_loop *loop;
    struct grpc_connection *connection;
    int peer; /* the other end of the pair */
    struct buffer received;
    size_t to_send; /* bytes the session still has */
    int receive_code;
    int send_code;
    int tick_code;
    bool done;
    bool echo;
    bool close_in_receive;
    bool stingy; /* gives one byte at a time */
    int64_t deadline_ns;
    int ticks;
    int ticks_ignored; /* how many more leave the deadline as it is */
    int closed;
    int code;
    char sentence[ERROR_TEXT_MAX];
    size_t most_asked_for;
};

int script_set_up(void **state);
int script_tear_down(void **state);

/* Lets the loop do what can be done without waiting. */
void script_run_ready(struct script *script);

/* Until the script stops the loop: when the connection is closed, or a tick was the last. */
void script_run(struct script *script);

/* Reads all there is at the other end; returns how many bytes that was. */
size_t script_drain_peer(struct script *script);

#endif
