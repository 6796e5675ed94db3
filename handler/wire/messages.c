/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/messages.h"

#include "base/time.h"
#include "proto/check.h"

#define UNREADABLE "grpc: failed to unmarshal the received message: "

void message_pack(const ProtobufCMessage *message, struct buffer *out)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size == 0 || buffer_reserve(out, size) != 0)
        return;
    out->length += protobuf_c_message_pack(message, out->bytes + out->length);
}

int message_unpack(ProtobufCMessage **ret_message, const ProtobufCMessageDescriptor *descriptor, struct text bytes,
                   const char *what, struct error *error)
{
    int code = proto_unpack(ret_message, descriptor, bytes);
    switch (code) {
    case 0: return 0;
    case ERROR_MALFORMED: return error_set(error, code, UNREADABLE "%s is not well-formed protobuf", what);
    case ERROR_INVALID: return error_set(error, ERROR_MALFORMED, UNREADABLE "%s holds text that is not UTF-8", what);
    case ERROR_LIMIT: return error_set(error, code, UNREADABLE "%s takes too much memory", what);
    default: return error_set(error, ERROR_NO_MEMORY, UNREADABLE "out of memory for %s", what);
    }
}

int message_timestamp(const Google__Protobuf__Timestamp *from, struct timestamp *ret_timestamp, const char *what,
                      struct error *error)
{
    *ret_timestamp = (struct timestamp){0};
    if (from == NULL)
        return 0;
    if (!time_timestamp_valid(from->seconds, from->nanos))
        return error_set(error, ERROR_MALFORMED, UNREADABLE "%s holds a time outside the years 1 to 9999", what);
    *ret_timestamp = (struct timestamp){true, from->seconds, from->nanos};
    return 0;
}
