/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/dialect.h"

#include <string.h>

#include "base/status.h"

/* At the last slash, as grpc-go does. */
static bool split_path(struct text path, struct text *service, struct text *name)
{
    size_t slash = path.length;
    while (slash > 0 && path.bytes[slash - 1] != '/')
        slash--;
    if (slash <= 1 || path.bytes[0] != '/')
        return false;
    *service = (struct text){path.bytes + 1, slash - 2};
    *name = (struct text){path.bytes + slash, path.length - slash};
    return true;
}

const struct dialect_method *dialect_find(const struct dialect *dialect, struct text path, int *ret_status,
                                          struct buffer *sentence)
{
    struct text service;
    struct text name;
    bool known = false;

    *ret_status = STATUS_UNIMPLEMENTED;
    if (!split_path(path, &service, &name)) {
        *ret_status = dialect->malformed_path_status;
        (void)buffer_append_text(sentence, text_of("malformed method name: "));
        (void)buffer_append_json(sentence, path);
        return NULL;
    }
    for (size_t i = 0; i < dialect->method_count; i++) {
        const struct dialect_method *method = &dialect->methods[i];
        if (!text_is(service, method->service))
            continue;
        if (text_is(name, method->name))
            return method;
        known = true;
    }
    if (known) {
        (void)buffer_append_text(sentence, text_of("unknown method "));
        (void)buffer_append_text(sentence, name);
        if (dialect->says_less)
            return NULL;
        (void)buffer_append_text(sentence, text_of(" for service "));
    } else {
        (void)buffer_append_text(sentence, text_of("unknown service "));
    }
    (void)buffer_append_text(sentence, service);
    return NULL;
}

void dialect_raw_time(const struct fake_exited_at *exited_at, Google__Protobuf__Timestamp *timestamp)
{
    google__protobuf__timestamp__init(timestamp);
    timestamp->seconds = exited_at->seconds;
    timestamp->nanos = exited_at->nanos;
}

void dialect_pack_unknown_field(struct buffer *out)
{
    /* Field 1000, four bytes. */
    static const unsigned char field[] = {0xc2, 0x3e, 4, 'm', 'o', 'r', 'e'};
    (void)buffer_append(out, field, sizeof field);
}

void dialect_pack_broken_field(struct buffer *out)
{
    /* Field 1, two bytes, one of them there. */
    static const unsigned char field[] = {0x0a, 2, 'w'};
    (void)buffer_append(out, field, sizeof field);
}

void dialect_pack_padding(struct buffer *out)
{
    /* Field 1000, as many bytes as four digits of a length can tell. */
    static const unsigned char begin[] = {0xc2, 0x3e, 0x80, 0x80, 0x80, 0x08};
    enum { LENGTH = 8 << 21 };

    _Static_assert(LENGTH >= (int)FAKE_CLIENT_MESSAGE_MAX, "the padding alone is too long");
    (void)buffer_append(out, begin, sizeof begin);
    if (buffer_reserve(out, LENGTH) != 0)
        return;
    memset(out->bytes + out->length, 0, LENGTH);
    out->length += LENGTH;
}

void dialect_pack(const ProtobufCMessage *message, struct buffer *out)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size == 0 || buffer_reserve(out, size) != 0)
        return;
    out->length += protobuf_c_message_pack(message, out->bytes + out->length);
}
