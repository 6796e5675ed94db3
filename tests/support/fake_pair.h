/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_FAKE_PAIR_H
#define TESTS_SUPPORT_FAKE_PAIR_H

#include "fakecontainerd/wire/wire.h"
#include "grpc/wire/client.h"

/*
 * A whole fake, core and wire, and a gRPC client, joined in memory. Time stands still unless it is moved.
 */
enum { PAIR_MESSAGES_MAX = 256 };

struct fake_pair {
    struct fake *fake;
    struct fake_wire *wire;
    struct grpc_client *client;
    uint64_t connection_id;
    int64_t now_ns;
    size_t chunk;   /* bytes that cross at once; 0: all */
    bool deaf;      /* the client reads nothing */
    bool is_held;   /* nothing moves */
    bool is_closed; /* by the fake */
    int breach;     /* the first error of fake_wire_receive or fake_wire_send */
    struct buffer to_fake;
    struct buffer to_client;
    struct fake_actions actions;
    struct buffer trace; /* the events that reached the core, one line each */
    /* what the client got since it was last cleared */
    struct buffer messages[PAIR_MESSAGES_MAX];
    size_t message_count;
    int headers;
    bool ended;
    enum grpc_end end;
    int status;
    uint32_t http2_code;
    char text[2048];
    int goaways;            /* since it connected */
    int32_t last_stream_id; /* of the last of them */
    uint32_t goaway_code;
};

/* A started fake and a client that has connected. */
void fake_pair_init(struct fake_pair *pair);
void fake_pair_init_with(struct fake_pair *pair, const struct fake_wire_options *options);
void fake_pair_release(struct fake_pair *pair);

/* For cmocka: *state becomes a pair. */
int fake_pair_set_up(void **state);
int fake_pair_tear_down(void **state);

/* The client goes and another one comes. */
void fake_pair_reconnect(struct fake_pair *pair);

/* Lets bytes and events flow until nothing moves any more. */
void fake_pair_run(struct fake_pair *pair);

/* Makes something happen in the fake, and runs. */
void fake_pair_command(struct fake_pair *pair, struct fake_command command);

/* Moves time on both sides, and runs. */
void fake_pair_advance(struct fake_pair *pair, int64_t by_ns);

/* Calls a method with a name space (NULL: no header) and runs. Forgets what came before. Returns the stream. */
int32_t fake_pair_call(struct fake_pair *pair, const char *path, const char *name_space, struct text message,
                       bool streaming);

/* What reached the core since it was last asked for; borrowed until the next call. */
const char *fake_pair_trace(struct fake_pair *pair);

#endif
