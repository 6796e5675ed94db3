/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/grpc_service.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BIG_PERIOD = 251, NUMBER_TEXT_MAX = 32 };

/* The number that a text begins with; what is behind it and one space goes to ret_rest, which may be NULL. */
static long number_of(struct text text, struct text *ret_rest)
{
    size_t at = 0;
    long number = 0;

    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        number = number * 10 + (text.bytes[at++] - '0');
    if (ret_rest != NULL) {
        at += at < text.length ? 1 : 0;
        *ret_rest = (struct text){text.bytes + at, text.length - at};
    }
    return number;
}

static void answer_one(struct grpc_server *server, int32_t stream_id, struct text message)
{
    grpc_server_send_message(server, stream_id, message);
    grpc_server_finish(server, stream_id, STATUS_OK, text_of(""));
}

static void answer_count(struct grpc_server *server, int32_t stream_id, struct text request)
{
    long count = number_of(request, NULL);

    for (long i = 0; i < count; i++) {
        char number[NUMBER_TEXT_MAX];

        snprintf(number, sizeof(number), "%ld", i);
        grpc_server_send_message(server, stream_id, text_of(number));
    }
    grpc_server_finish(server, stream_id, STATUS_OK, text_of(""));
}

unsigned char grpc_service_big_byte(size_t place)
{
    return (unsigned char)(place % BIG_PERIOD);
}

static void answer_big(struct grpc_server *server, int32_t stream_id, struct text request)
{
    size_t length = (size_t)number_of(request, NULL);
    unsigned char *bytes = malloc(length > 0 ? length : 1);

    if (bytes == NULL)
        return;
    for (size_t i = 0; i < length; i++)
        bytes[i] = grpc_service_big_byte(i);
    answer_one(server, stream_id, (struct text){(const char *)bytes, length});
    free(bytes);
}

static void answer_metadata(struct grpc_server *server, const struct grpc_server_event *event)
{
    char name[NUMBER_TEXT_MAX];

    text_copy(event->message, name, sizeof(name));
    answer_one(server, event->stream_id, grpc_metadata_find(event->metadata, event->metadata_count, name, NULL));
}

static void answer_timeout(struct grpc_server *server, const struct grpc_server_event *event)
{
    char number[NUMBER_TEXT_MAX];

    snprintf(number, sizeof(number), "%" PRId64, event->timeout_ns);
    answer_one(server, event->stream_id, text_of(number));
}

static void answer_status(struct grpc_server *server, const struct grpc_server_event *event)
{
    struct text text;
    long status = number_of(event->message, &text);

    grpc_server_finish(server, event->stream_id, (enum status_code)status, text);
}

static void answer_request(struct grpc_server *server, const struct grpc_server_event *event)
{
    int32_t id = event->stream_id;

    if (text_is(event->path, "/test.Test/Echo")) {
        answer_one(server, id, event->message);
    } else if (text_is(event->path, "/test.Test/Count")) {
        answer_count(server, id, event->message);
    } else if (text_is(event->path, "/test.Test/Big")) {
        answer_big(server, id, event->message);
    } else if (text_is(event->path, "/test.Test/Fail")) {
        answer_status(server, event);
    } else if (text_is(event->path, "/test.Test/Halfway")) {
        grpc_server_send_message(server, id, text_of("half"));
        answer_status(server, event);
    } else if (text_is(event->path, "/test.Test/Metadata")) {
        answer_metadata(server, event);
    } else if (text_is(event->path, "/test.Test/Timeout")) {
        answer_timeout(server, event);
    } else if (!text_is(event->path, "/test.Test/Hang")) {
        grpc_server_finish(server, id, STATUS_UNIMPLEMENTED, text_of("unknown method"));
    }
}

void grpc_service_answer(struct grpc_server *server, const struct grpc_server_event *event)
{
    switch (event->kind) {
    case GRPC_SERVER_REQUEST: answer_request(server, event); break;
    case GRPC_SERVER_DEADLINE:
        grpc_server_finish(server, event->stream_id, STATUS_DEADLINE_EXCEEDED, text_of("context deadline exceeded"));
        break;
    case GRPC_SERVER_CANCELLED:
    case GRPC_SERVER_PONG:
    case GRPC_SERVER_GOAWAY: break;
    }
}
