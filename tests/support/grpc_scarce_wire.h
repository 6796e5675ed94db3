/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_SCARCE_WIRE_H
#define TESTS_SUPPORT_GRPC_SCARCE_WIRE_H

/*
 * The source files that both sessions stand on, with scarce memory. A test includes this, then the files of its
 * session: all of them become part of the test program in the place of the archive's.
 */
#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/grpc_scarce.h"

static inline void *nghttp2_scarce_malloc(size_t size, void *unused)
{
    (void)unused;
    return scarce_malloc(size);
}

static inline void nghttp2_scarce_free(void *memory, void *unused)
{
    (void)unused;
    free(memory);
}

static inline void *nghttp2_scarce_calloc(size_t count, size_t size, void *unused)
{
    (void)unused;
    return scarce_calloc(count, size);
}

static inline void *nghttp2_scarce_realloc(void *memory, size_t size, void *unused)
{
    (void)unused;
    return scarce_realloc(memory, size);
}

static nghttp2_mem nghttp2_scarce_memory = {.malloc = nghttp2_scarce_malloc,
                                            .free = nghttp2_scarce_free,
                                            .calloc = nghttp2_scarce_calloc,
                                            .realloc = nghttp2_scarce_realloc};

#define malloc(size)          scarce_malloc(size)
#define calloc(count, size)   scarce_calloc(count, size)
#define realloc(memory, size) scarce_realloc(memory, size)
#define nghttp2_session_client_new2(session, callbacks, user_data, option) \
    nghttp2_session_client_new3(session, callbacks, user_data, option, &nghttp2_scarce_memory)
#define nghttp2_session_server_new2(session, callbacks, user_data, option) \
    nghttp2_session_server_new3(session, callbacks, user_data, option, &nghttp2_scarce_memory)

#include "base/buffer.c"
#include "grpc/wire/fields.c"
#include "grpc/wire/http2.c"
#include "grpc/wire/http2_calls.c"
#include "grpc/wire/http2_frames.c"
#include "grpc/wire/message.c"
#include "grpc/wire/streams.c"

#endif
