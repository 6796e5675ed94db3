/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/link/message.h"

#include <string.h>

#include "base/contract.h"

enum { ALIGNMENT = 8 };

void link_put(struct buffer *out, struct link_message *message, const struct text *texts, size_t text_count)
{
    size_t size = sizeof *message;
    CONTRACT(text_count <= LINK_TEXTS_MAX);
    for (size_t i = 0; i < text_count; i++) {
        message->lengths[i] = (uint32_t)texts[i].length;
        size += texts[i].length;
    }
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    message->size = (uint32_t)size;
    if ((out->failed || out->capacity - out->length < size) && buffer_reserve(out, size) != 0)
        return;
    unsigned char *at = out->bytes + out->length;
    /* What no text fills is compared and hashed too. */
    memset(at + size - ALIGNMENT, 0, ALIGNMENT);
    memcpy(at, message, sizeof *message);
    at += sizeof *message;
    for (size_t i = 0; i < text_count; i++) {
        if (texts[i].length > 0)
            memcpy(at, texts[i].bytes, texts[i].length);
        at += texts[i].length;
    }
    out->length += size;
}

void link_put_bare(struct buffer *out, enum link_kind kind, uint32_t stream_id)
{
    struct link_message message;
    memset(&message, 0, sizeof message);
    message.kind = kind;
    message.stream_id = stream_id;
    link_put(out, &message, NULL, 0);
}

const struct link_message *link_take(const struct buffer *in, size_t *offset)
{
    const struct link_message *message;
    if (*offset >= in->length)
        return NULL;
    CONTRACT(in->length - *offset >= sizeof *message);
    message = (const struct link_message *)(const void *)(in->bytes + *offset);
    *offset += message->size;
    return message;
}

void link_texts(const struct link_message *message, struct text texts[LINK_TEXTS_MAX])
{
    const char *at = (const char *)message + sizeof *message;
    for (size_t i = 0; i < LINK_TEXTS_MAX; i++) {
        texts[i] = (struct text){at, message->lengths[i]};
        at += message->lengths[i];
    }
}
