/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/check.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/time.h"

/* A parse that lacks memory and one that meets nonsense both give NULL, so the allocator remembers why. */
struct bounded_memory {
    size_t used;
    bool over;
    bool failed;
};

static void *bounded_alloc(void *context, size_t size)
{
    struct bounded_memory *memory = context;
    if (size > PROTO_UNPACKED_MAX - memory->used) {
        memory->over = true;
        return NULL;
    }
    void *piece = malloc(size);
    memory->failed = memory->failed || piece == NULL;
    memory->used += size;
    return piece;
}

static void bounded_free(void *context, void *piece)
{
    (void)context;
    free(piece);
}

static bool texts_valid(const ProtobufCMessage *message);

static bool value_valid(const ProtobufCFieldDescriptor *field, const void *value)
{
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return text_is_utf8(proto_text(*(const ProtobufCBinaryData *)value));
    const ProtobufCMessage *child = *(ProtobufCMessage *const *)value;
    return child == NULL || texts_valid(child);
}

static bool field_valid(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *member = (const char *)message + field->offset;
    size_t size = field->type == PROTOBUF_C_TYPE_BYTES ? sizeof(ProtobufCBinaryData) : sizeof(ProtobufCMessage *);

    if (field->type != PROTOBUF_C_TYPE_BYTES && field->type != PROTOBUF_C_TYPE_MESSAGE)
        return true;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return value_valid(field, member);
    size_t count = *(const size_t *)(const void *)((const char *)message + field->quantifier_offset);
    const char *items = *(char *const *)(const void *)member;
    for (size_t i = 0; i < count; i++)
        if (!value_valid(field, items + i * size))
            return false;
    return true;
}

static bool texts_valid(const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    if (descriptor == &google__protobuf__any__descriptor)
        return text_is_utf8(proto_text(((const Google__Protobuf__Any *)(const void *)message)->type_url));
    for (unsigned i = 0; i < descriptor->n_fields; i++)
        if (!field_valid(message, &descriptor->fields[i]))
            return false;
    return true;
}

int proto_unpack(ProtobufCMessage **ret_message, const ProtobufCMessageDescriptor *descriptor, struct text bytes)
{
    static const uint8_t nothing[1];
    struct bounded_memory memory = {0, false, false};
    ProtobufCAllocator allocator = {bounded_alloc, bounded_free, &memory};
    const uint8_t *start = bytes.length > 0 ? (const uint8_t *)bytes.bytes : nothing;
    ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, &allocator, bytes.length, start);

    if (message == NULL && memory.over)
        return ERROR_LIMIT;
    if (message == NULL)
        return memory.failed ? ERROR_NO_MEMORY : ERROR_MALFORMED;
    if (!texts_valid(message)) {
        proto_free(message);
        return ERROR_INVALID;
    }
    *ret_message = message;
    return 0;
}

void proto_free(ProtobufCMessage *message)
{
    if (message != NULL)
        protobuf_c_message_free_unpacked(message, NULL);
}

struct text proto_text(ProtobufCBinaryData bytes)
{
    struct text text = {(const char *)bytes.data, bytes.len};
    return text;
}

ProtobufCBinaryData proto_bytes(struct text text)
{
    ProtobufCBinaryData bytes = {text.length, (uint8_t *)(uintptr_t)text.bytes};
    return bytes;
}

void proto_timestamp_set(Google__Protobuf__Timestamp *timestamp, int64_t wall_ns)
{
    int64_t nanos = wall_ns % TIME_SECOND;
    google__protobuf__timestamp__init(timestamp);
    timestamp->seconds = wall_ns / TIME_SECOND - (nanos < 0);
    timestamp->nanos = (int32_t)(nanos < 0 ? nanos + TIME_SECOND : nanos);
}

void proto_timestamp_set_zero(Google__Protobuf__Timestamp *timestamp)
{
    google__protobuf__timestamp__init(timestamp);
    timestamp->seconds = TIME_GO_ZERO_SECONDS;
}

bool proto_any_is(const Google__Protobuf__Any *any, const char *type_url)
{
    return any != NULL && text_is(proto_text(any->type_url), type_url);
}
