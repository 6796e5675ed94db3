/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/grpc_frames.h"

#include <nghttp2/nghttp2.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grpc/wire/status.h"

enum { FRAME_HEADER = 9, SHORT_LENGTH_MAX = 126 };

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

void frames_preface(struct buffer *out)
{
    buffer_append(out, preface, sizeof(preface) - 1);
    frames_add(out, FRAME_SETTINGS, FLAG_NONE, 0, NULL, 0);
}

static void add_big_endian(struct buffer *out, uint32_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        unsigned char byte = (unsigned char)(number >> (8 * i));

        buffer_append(out, &byte, 1);
    }
}

void frames_add(struct buffer *out, uint8_t type, uint8_t flags, int32_t stream_id, const void *payload, size_t length)
{
    add_big_endian(out, (uint32_t)length, 3);
    buffer_append(out, &type, 1);
    buffer_append(out, &flags, 1);
    add_big_endian(out, (uint32_t)stream_id, 4);
    buffer_append(out, payload, length);
}

void frames_add_number(struct buffer *out, uint8_t type, int32_t stream_id, uint32_t number)
{
    struct buffer payload = BUFFER_INIT;

    add_big_endian(&payload, number, 4);
    frames_add(out, type, FLAG_NONE, stream_id, payload.bytes, payload.length);
    buffer_release(&payload);
}

/* HPACK's string: a length of seven bits, which goes on in groups of seven, and the bytes. */
static void add_string(struct buffer *block, const char *bytes, size_t length)
{
    size_t rest = length;

    if (length <= SHORT_LENGTH_MAX) {
        add_big_endian(block, (uint32_t)length, 1);
    } else {
        add_big_endian(block, SHORT_LENGTH_MAX + 1, 1);
        for (rest -= SHORT_LENGTH_MAX + 1; rest >= 128; rest /= 128)
            add_big_endian(block, (uint32_t)(rest % 128 + 128), 1);
        add_big_endian(block, (uint32_t)rest, 1);
    }
    buffer_append(block, bytes, length);
}

void frames_add_headers(struct buffer *out, uint8_t flags, int32_t stream_id, const char *lines)
{
    struct buffer block = BUFFER_INIT;

    while (*lines != '\0') {
        const char *end = strchr(lines, '\n');
        /* A pseudo-field begins with a colon of its own. */
        const char *colon = strchr(lines + 1, ':');

        assert_true(end != NULL && colon != NULL && colon < end);
        add_big_endian(&block, 0, 1);
        add_string(&block, lines, (size_t)(colon - lines));
        add_string(&block, colon + 2, (size_t)(end - colon - 2));
        lines = end + 1;
    }
    frames_add(out, FRAME_HEADERS, flags | FLAG_END_HEADERS, stream_id, block.bytes, block.length);
    buffer_release(&block);
}

struct frames_reader {
    nghttp2_hd_inflater *inflater;
    struct buffer block; /* of HEADERS and its CONTINUATIONs */
};

struct frames_reader *frames_reader_new(void)
{
    struct frames_reader *reader = calloc(1, sizeof(*reader));

    assert_non_null(reader);
    assert_int_equal(nghttp2_hd_inflate_new(&reader->inflater), 0);
    return reader;
}

void frames_reader_free(struct frames_reader *reader)
{
    nghttp2_hd_inflate_del(reader->inflater);
    buffer_release(&reader->block);
    free(reader);
}

static uint32_t big_endian(const unsigned char *bytes, int count)
{
    uint32_t number = 0;

    for (int i = 0; i < count; i++)
        number = number << 8 | bytes[i];
    return number;
}

static void describe_block(struct frames_reader *reader, struct buffer *trace)
{
    const unsigned char *at = reader->block.bytes;
    size_t left = reader->block.length;
    const char *between = "";
    int flags = 0;

    buffer_printf(trace, " {");
    while ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0) {
        nghttp2_nv field;
        ssize_t used = nghttp2_hd_inflate_hd2(reader->inflater, &field, &flags, at, left, 1);

        assert_true(used >= 0);
        at += used;
        left -= (size_t)used;
        if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
            buffer_printf(trace, "%s%.*s: %.*s", between, (int)field.namelen, (const char *)field.name,
                          (int)field.valuelen, (const char *)field.value);
            between = ", ";
        }
    }
    nghttp2_hd_inflate_end_headers(reader->inflater);
    buffer_printf(trace, "}");
}

static void describe_settings(const unsigned char *payload, size_t length, struct buffer *trace)
{
    buffer_printf(trace, " {");
    for (size_t at = 0; at < length; at += 6)
        buffer_printf(trace, "%s%u=%u", at > 0 ? ", " : "", big_endian(payload + at, 2),
                      big_endian(payload + at + 2, 4));
    buffer_printf(trace, "}");
}

static void describe(struct frames_reader *reader, const unsigned char *frame, size_t length, struct buffer *trace)
{
    uint32_t stream_id = big_endian(frame + 5, 4);
    const unsigned char *payload = frame + FRAME_HEADER;
    bool flagged = (frame[4] & FLAG_END_STREAM) != 0;

    switch (frame[3]) {
    case FRAME_DATA:
        buffer_printf(trace, "DATA %u ", stream_id);
        buffer_append_json(trace, (struct text){(const char *)payload, length});
        buffer_printf(trace, "%s", flagged ? " END" : "");
        break;
    case FRAME_HEADERS:
        buffer_printf(trace, "HEADERS %u", stream_id);
        buffer_append(&reader->block, payload, length);
        describe_block(reader, trace);
        buffer_clear(&reader->block);
        buffer_printf(trace, "%s", flagged ? " END" : "");
        break;
    case FRAME_RST_STREAM:
        buffer_printf(trace, "RST_STREAM %u %s", stream_id, grpc_http2_code_name(big_endian(payload, 4)));
        break;
    case FRAME_SETTINGS:
        buffer_printf(trace, "SETTINGS%s", flagged ? " ACK" : "");
        if (!flagged)
            describe_settings(payload, length, trace);
        break;
    case FRAME_PING: buffer_printf(trace, "PING %s%.8s", flagged ? "ACK " : "", (const char *)payload); break;
    case FRAME_GOAWAY:
        buffer_printf(trace, "GOAWAY %u %s", big_endian(payload, 4), grpc_http2_code_name(big_endian(payload + 4, 4)));
        break;
    case FRAME_WINDOW_UPDATE: buffer_printf(trace, "WINDOW_UPDATE %u +%u", stream_id, big_endian(payload, 4)); break;
    default: buffer_printf(trace, "TYPE %d", frame[3]); break;
    }
}

void frames_read(struct frames_reader *reader, const struct buffer *bytes, struct buffer *trace)
{
    size_t at = 0;

    if (bytes->length >= sizeof(preface) - 1 && memcmp(bytes->bytes, preface, sizeof(preface) - 1) == 0)
        at = sizeof(preface) - 1;
    while (at < bytes->length) {
        size_t length = big_endian(bytes->bytes + at, 3);

        assert_true(bytes->length - at >= FRAME_HEADER + length);
        if (trace->length > 0)
            buffer_printf(trace, " | ");
        describe(reader, bytes->bytes + at, length, trace);
        at += FRAME_HEADER + length;
    }
}
