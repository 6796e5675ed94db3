/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/message.h"

#include "base/error.h"

/* A reader that has grown beyond this gives its memory back between messages. */
enum { KEPT_CAPACITY_MAX = 64 * 1024 };

void grpc_message_reader_init(struct grpc_message_reader *reader, uint32_t size_max)
{
    buffer_init(&reader->partial);
    reader->complete = false;
    reader->size_max = size_max;
}

void grpc_message_reader_release(struct grpc_message_reader *reader)
{
    buffer_release(&reader->partial);
}

/* Reads a whole prefix. 0 and the length, or why such a message is refused. */
static int parse_prefix(const struct grpc_message_reader *reader, const void *prefix, uint32_t *ret_length)
{
    const unsigned char *bytes = prefix;

    *ret_length = (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4];
    if (bytes[0] != 0)
        return bytes[0] == 1 ? ERROR_REFUSED : ERROR_MALFORMED;
    return *ret_length <= reader->size_max ? 0 : ERROR_LIMIT;
}

static struct text take(struct text *input, size_t length)
{
    struct text front = {input->bytes, length};

    input->bytes += length;
    input->length -= length;
    return front;
}

/* Moves bytes from the input until partial has length of them. 1, 0 where the input ended before, or an error. */
static int fill(struct grpc_message_reader *reader, struct text *input, size_t length)
{
    size_t missing = length - reader->partial.length;
    size_t now = missing < input->length ? missing : input->length;

    if (now > 0 && buffer_append_text(&reader->partial, take(input, now)) != 0)
        return ERROR_NO_MEMORY;
    return now == missing ? 1 : 0;
}

static void forget_complete(struct grpc_message_reader *reader)
{
    if (reader->partial.capacity > KEPT_CAPACITY_MAX)
        buffer_release(&reader->partial);
    else
        buffer_clear(&reader->partial);
    reader->complete = false;
}

/* The way through partial, for a message that is cut. */
static int read_pieces(struct grpc_message_reader *reader, struct text *input, struct text *ret_message)
{
    uint32_t length;
    int code;

    if (reader->partial.length < GRPC_MESSAGE_PREFIX) {
        code = fill(reader, input, GRPC_MESSAGE_PREFIX);
        if (code != 1)
            return code;
    }
    code = parse_prefix(reader, reader->partial.bytes, &length);
    if (code != 0) {
        *ret_message = (struct text){NULL, length};
        return code;
    }
    code = fill(reader, input, GRPC_MESSAGE_PREFIX + (size_t)length);
    if (code != 1)
        return code;
    reader->complete = true;
    *ret_message = (struct text){(const char *)reader->partial.bytes + GRPC_MESSAGE_PREFIX, length};
    return 1;
}

int grpc_message_read(struct grpc_message_reader *reader, struct text *input, struct text *ret_message)
{
    uint32_t length;

    *ret_message = text_of(NULL);
    if (reader->complete)
        forget_complete(reader);
    if (input->length == 0)
        return 0;
    if (reader->partial.length > 0 || input->length < GRPC_MESSAGE_PREFIX)
        return read_pieces(reader, input, ret_message);
    int code = parse_prefix(reader, input->bytes, &length);
    if (code != 0) {
        *ret_message = (struct text){NULL, length};
        return code;
    }
    if (input->length - GRPC_MESSAGE_PREFIX < length)
        return read_pieces(reader, input, ret_message);
    take(input, GRPC_MESSAGE_PREFIX);
    *ret_message = take(input, length);
    return 1;
}

bool grpc_message_partial(const struct grpc_message_reader *reader)
{
    return reader->partial.length > 0 && !reader->complete;
}

void grpc_message_prefix(uint32_t length, struct buffer *out)
{
    unsigned char prefix[GRPC_MESSAGE_PREFIX] = {0, (unsigned char)(length >> 24), (unsigned char)(length >> 16),
                                                 (unsigned char)(length >> 8), (unsigned char)length};

    buffer_append(out, prefix, sizeof(prefix));
}
