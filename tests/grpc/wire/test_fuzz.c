/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ends against bytes that nobody should send: random ones, and valid sessions with something broken in them. No
 * input may crash or hang, and every stream must still end exactly once. Seeded, so that a failure comes back; with
 * FUZZ_INPUTS=n in the environment it runs n inputs for each end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/time.h"
#include "tests/support/grpc_frames.h"
#include "tests/support/grpc_pair.h"
#include "tests/support/grpc_service.h"

enum { INPUTS = 15000, STREAMS = 3, FRAME_HEADER = 9, PREFACE = 24 };

static long inputs_wanted(void)
{
    const char *wanted = getenv("FUZZ_INPUTS");

    return wanted != NULL ? strtol(wanted, NULL, 10) : INPUTS;
}

/* ---- sessions that are valid ---- */

static void open_streams(struct grpc_client *client)
{
    static const char *const methods[STREAMS] = {"/test.Test/Echo", "/test.Test/Count", "/test.Test/Fail"};
    static const char *const messages[STREAMS] = {"hello", "20", "5 gone"};

    for (int i = 0; i < STREAMS; i++) {
        struct grpc_request request = {.path = text_of(methods[i]),
                                       .message = text_of(messages[i]),
                                       .streaming = i != 0,
                                       .timeout_ns = TIME_SECOND};
        int32_t id;

        assert_int_equal(grpc_client_open(client, &request, 0, &id), 0);
    }
    assert_int_equal(grpc_client_ping(client, (const unsigned char *)"12345678", 0), 0);
}

/* What each end says in a whole session. */
static void record(struct buffer *from_client, struct buffer *from_server)
{
    struct grpc_server_event event;
    struct grpc_pair pair;

    grpc_pair_init(&pair, NULL, NULL);
    open_streams(pair.client);
    assert_int_equal(grpc_client_send(pair.client, from_client, SIZE_MAX), 0);
    frames_add_number(from_client, FRAME_RST_STREAM, 3, GRPC_HTTP2_CANCEL);
    frames_add_headers(from_client, FLAG_END_STREAM, 7, FRAMES_REQUEST);
    assert_int_equal(grpc_server_receive(pair.server, from_client->bytes, from_client->length, 0), 0);
    while (grpc_server_next(pair.server, &event))
        grpc_service_answer(pair.server, &event);
    assert_int_equal(grpc_server_ping(pair.server, (const unsigned char *)"abcdefgh"), 0);
    assert_int_equal(grpc_server_goaway(pair.server, 5, 0), 0);
    assert_int_equal(grpc_server_send(pair.server, from_server, SIZE_MAX), 0);
    grpc_pair_release(&pair);
}

/* ---- breaking them ---- */

static size_t frame_length(const struct buffer *bytes, size_t at)
{
    const unsigned char *frame = bytes->bytes + at;

    return FRAME_HEADER + ((size_t)frame[0] << 16 | (size_t)frame[1] << 8 | frame[2]);
}

/* The place of a frame picked at random; the length of bytes where there is none. */
static size_t pick_frame(struct random *random, const struct buffer *bytes)
{
    size_t places[256];
    size_t count = 0;
    size_t at = bytes->length > PREFACE && memcmp(bytes->bytes, "PRI", 3) == 0 ? PREFACE : 0;

    while (bytes->length - at >= FRAME_HEADER && count < 256) {
        size_t length = frame_length(bytes, at);

        if (length > bytes->length - at)
            break;
        places[count++] = at;
        at += length;
    }
    return count > 0 ? places[random_below(random, count)] : bytes->length;
}

static unsigned char odd_byte(struct random *random)
{
    static const unsigned char odd[] = {0, 1, 2, 4, 5, 8, 0x20, 0x7f, 0x80, 0xff};

    return random_below(random, 2) == 0 ? odd[random_below(random, sizeof(odd))]
                                        : (unsigned char)random_below(random, 256);
}

static void insert(struct buffer *bytes, size_t at, const void *piece, size_t length)
{
    struct buffer whole = BUFFER_INIT;

    buffer_append(&whole, bytes->bytes, at);
    buffer_append(&whole, piece, length);
    buffer_append(&whole, bytes->bytes + at, bytes->length - at);
    buffer_release(bytes);
    *bytes = whole;
}

static void cut_out(struct buffer *bytes, size_t at, size_t length)
{
    memmove(bytes->bytes + at, bytes->bytes + at + length, bytes->length - at - length);
    bytes->length -= length;
}

static void break_frame(struct random *random, struct buffer *bytes)
{
    size_t at = pick_frame(random, bytes);
    unsigned char copy[512];

    if (at == bytes->length)
        return;
    size_t length = frame_length(bytes, at);
    switch (random_below(random, 5)) {
    case 0: bytes->bytes[at + 3] = odd_byte(random); break;                           /* type */
    case 1: bytes->bytes[at + 4] = odd_byte(random); break;                           /* flags */
    case 2: bytes->bytes[at + 5 + random_below(random, 4)] = odd_byte(random); break; /* stream */
    case 3: cut_out(bytes, at, length); break;
    default:
        if (length <= sizeof(copy)) {
            size_t place = pick_frame(random, bytes);

            memcpy(copy, bytes->bytes + at, length);
            insert(bytes, place, copy, length);
        }
        break;
    }
}

static void break_bytes(struct random *random, struct buffer *bytes)
{
    size_t at = random_below(random, bytes->length);
    unsigned char byte = odd_byte(random);

    switch (random_below(random, 4)) {
    case 0: bytes->bytes[at] = byte; break;
    case 1: bytes->bytes[at] ^= (unsigned char)(1 << random_below(random, 8)); break;
    case 2: insert(bytes, at, &byte, 1); break;
    default: cut_out(bytes, at, random_below(random, bytes->length - at)); break;
    }
}

static void make_input(struct random *random, const struct buffer *valid, struct buffer *input)
{
    buffer_clear(input);
    if (random_below(random, 20) == 0) {
        size_t length = random_below(random, 300);

        if (random_below(random, 2) == 0)
            frames_preface(input);
        for (size_t i = 0; i < length; i++) {
            unsigned char byte = odd_byte(random);

            buffer_append(input, &byte, 1);
        }
        return;
    }
    buffer_append(input, valid->bytes, valid->length);
    for (uint64_t i = random_below(random, 6); i > 0 && input->length > 0; i--) {
        if (random_below(random, 2) == 0)
            break_frame(random, input);
        else
            break_bytes(random, input);
    }
}

/* The next piece of the input, moved to memory of its own so that a read beyond it is found. */
static char *next_piece(struct random *random, struct buffer *input, size_t *ret_length)
{
    size_t most = random_below(random, 3) == 0 ? 20 : input->length;
    size_t length = 1 + random_below(random, most < input->length ? most : input->length);
    char *piece = malloc(length);

    assert_non_null(piece);
    memcpy(piece, input->bytes, length);
    buffer_consume(input, length);
    *ret_length = length;
    return piece;
}

/* ---- the two ends ---- */

static void serve_events(struct grpc_server *server, int *told, int *cancelled)
{
    struct grpc_server_event event;

    while (grpc_server_next(server, &event)) {
        *told += event.kind == GRPC_SERVER_REQUEST;
        *cancelled += event.kind == GRPC_SERVER_CANCELLED;
        grpc_service_answer(server, &event);
    }
}

static void feed_server(struct random *random, struct buffer *input)
{
    struct grpc_server *server;
    struct buffer out = BUFFER_INIT;
    int told = 0, cancelled = 0, code = 0;

    assert_int_equal(grpc_server_new(NULL, &server), 0);
    while (input->length > 0 && code == 0) {
        size_t length;
        char *piece = next_piece(random, input, &length);

        code = grpc_server_receive(server, piece, length, 0);
        free(piece);
        serve_events(server, &told, &cancelled);
        if (code == 0)
            code = grpc_server_send(server, &out, 10000);
        serve_events(server, &told, &cancelled);
        buffer_clear(&out);
    }
    grpc_server_tick(server, 2 * TIME_SECOND);
    serve_events(server, &told, &cancelled);
    grpc_server_lost(server);
    serve_events(server, &told, &cancelled);
    assert_true(cancelled <= told);
    assert_int_equal(grpc_server_open_count(server), 0);
    assert_int_equal(grpc_server_deadline_ns(server) == TIME_NEVER, true);
    buffer_release(&out);
    grpc_server_free(server);
}

static void count_ends(struct grpc_client *client, int ends[STREAMS])
{
    struct grpc_client_event event;

    while (grpc_client_next(client, &event)) {
        if (event.stream_id == 0)
            continue;
        assert_in_range(event.stream_id, 1, STREAMS * 2);
        int *end = &ends[event.stream_id / 2];
        assert_int_equal(*end, 0);
        *end += event.kind == GRPC_CLIENT_ENDED;
    }
}

static void feed_client(struct random *random, struct buffer *input)
{
    struct grpc_client *client;
    struct buffer out = BUFFER_INIT;
    int ends[STREAMS] = {0};
    int code;

    assert_int_equal(grpc_client_new(NULL, &client), 0);
    open_streams(client);
    code = grpc_client_send(client, &out, SIZE_MAX);
    while (input->length > 0 && code == 0) {
        size_t length;
        char *piece = next_piece(random, input, &length);

        code = grpc_client_receive(client, piece, length, 0);
        free(piece);
        count_ends(client, ends);
        if (code == 0)
            code = grpc_client_send(client, &out, SIZE_MAX);
        count_ends(client, ends);
        buffer_clear(&out);
    }
    if (random_below(random, 2) == 0)
        grpc_client_tick(client, 2 * TIME_SECOND);
    grpc_client_lost(client, text_of("over"));
    count_ends(client, ends);
    for (int i = 0; i < STREAMS; i++)
        assert_int_equal(ends[i], 1);
    buffer_release(&out);
    grpc_client_free(client);
}

static void feed_many(void (*feed)(struct random *random, struct buffer *input), bool server)
{
    struct buffer from_client = BUFFER_INIT, from_server = BUFFER_INIT, input = BUFFER_INIT;
    struct random random;

    record(&from_client, &from_server);
    for (long i = 0; i < inputs_wanted(); i++) {
        random_seed(&random, (uint64_t)i);
        make_input(&random, server ? &from_client : &from_server, &input);
        feed(&random, &input);
    }
    buffer_release(&from_client);
    buffer_release(&from_server);
    buffer_release(&input);
}

static void server_survives_every_input_and_forgets_no_stream(void **state)
{
    (void)state;
    feed_many(feed_server, true);
}

static void client_survives_every_input_and_ends_each_stream_once(void **state)
{
    (void)state;
    feed_many(feed_client, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_survives_every_input_and_forgets_no_stream),
        cmocka_unit_test(client_survives_every_input_and_ends_each_stream_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
