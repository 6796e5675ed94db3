/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_FRAMES_H
#define TESTS_SUPPORT_GRPC_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/*
 * HTTP/2 by hand, for tests: frames are written byte by byte, so that they may be wrong, and read into a text, so that
 * what a session says can be compared.
 */
enum grpc_frame_type {
    FRAME_DATA = 0,
    FRAME_HEADERS = 1,
    FRAME_RST_STREAM = 3,
    FRAME_SETTINGS = 4,
    FRAME_PING = 6,
    FRAME_GOAWAY = 7,
    FRAME_WINDOW_UPDATE = 8,
    FRAME_CONTINUATION = 9
};

enum grpc_frame_flag { FLAG_NONE = 0, FLAG_END_STREAM = 1, FLAG_ACK = 1, FLAG_END_HEADERS = 4 };

/* What a client begins with: the preface and empty SETTINGS. */
void frames_preface(struct buffer *out);

void frames_add(struct buffer *out, uint8_t type, uint8_t flags, int32_t stream_id, const void *payload, size_t length);

/* A frame whose payload is one number of four bytes: RST_STREAM, WINDOW_UPDATE. */
void frames_add_number(struct buffer *out, uint8_t type, int32_t stream_id, uint32_t number);

/* A whole header block from "name: value" lines, without Huffman and without table. */
void frames_add_headers(struct buffer *out, uint8_t flags, int32_t stream_id, const char *lines);

/* The reader keeps HPACK's state from call to call. */
struct frames_reader;
struct frames_reader *frames_reader_new(void);
void frames_reader_free(struct frames_reader *reader);

/* Reads whole frames (after the preface, if there is one) and appends to trace, joined by " | ":
 *   SETTINGS {5=16384, 3=10000} | SETTINGS ACK | WINDOW_UPDATE 0 +983025 | HEADERS 1 {:status: 200, x: y} END
 *   DATA 1 "text" END | RST_STREAM 1 CANCEL | PING 12345678 | PING ACK 12345678 | GOAWAY 3 NO_ERROR
 */
void frames_read(struct frames_reader *reader, const struct buffer *bytes, struct buffer *trace);

/* frames_add_headers lines of a well-formed request. */
#define FRAMES_REQUEST                                                      \
    ":method: POST\n:scheme: http\n:path: /test.Test/Echo\n:authority: a\n" \
    "content-type: application/grpc\nte: trailers\n"

#endif
