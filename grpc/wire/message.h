/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_MESSAGE_H
#define GRPC_WIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"

/*
 * Message framing: a flag byte, four bytes of length (big endian), the message. The reader takes the bytes of DATA in
 * pieces of any size and gives the same messages for every way of cutting them. A message that lies whole in one piece
 * is not copied; memory grows with what has come, not with what a prefix promises.
 */
enum {
    GRPC_MESSAGE_PREFIX = 5,
    GRPC_MESSAGE_MAX = 16 * 1024 * 1024 /* bytes, prefix not counted: the default limit */
};

struct grpc_message_reader {
    struct buffer partial; /* prefix and bytes of a message that came in more than one piece */
    bool complete;         /* partial holds the message that was returned last */
    uint32_t size_max;
};

void grpc_message_reader_init(struct grpc_message_reader *reader, uint32_t size_max);
void grpc_message_reader_release(struct grpc_message_reader *reader);

/* Takes bytes from the front of *input (which is advanced) until one message is complete or the input is used up.
 * Returns 1 with *ret_message (borrowed from the input or from the reader until the next call), 0 when it needs more,
 * ERROR_REFUSED for the compressed flag, ERROR_MALFORMED for any other flag but 0, ERROR_LIMIT for a message over
 * size_max (*ret_message.length is then its size and bytes is NULL), or ERROR_NO_MEMORY. After an error the reader must
 * only be released. */
int grpc_message_read(struct grpc_message_reader *reader, struct text *input, struct text *ret_message);

/* True iff bytes of an incomplete message are held: at the end of a stream, a truncated one. */
bool grpc_message_partial(const struct grpc_message_reader *reader);

/* Appends the prefix for a message of that length. Failure shows in out->failed. */
void grpc_message_prefix(uint32_t length, struct buffer *out);

#endif
