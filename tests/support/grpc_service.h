/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_SERVICE_H
#define TESTS_SUPPORT_GRPC_SERVICE_H

#include "grpc/wire/server.h"

/*
 * A service for tests: one event of a server is answered at once. Methods of /test.Test, each with a request that is
 * bytes, not a message of protobuf:
 *
 *   Echo      the request
 *   Count     "n": messages "0" to "n-1", then OK
 *   Big       "n": one message of n bytes, byte i being i modulo 251
 *   Fail      "code text": that status, trailers-only
 *   Halfway   "code text": one message "half", then that status
 *   Metadata  "name": the value of the request's field of that name
 *   Timeout   the request's timeout in ns, as a number
 *   Hang      nothing until the deadline, then DEADLINE_EXCEEDED
 *
 * Anything else is UNIMPLEMENTED.
 */
void grpc_service_answer(struct grpc_server *server, const struct grpc_server_event *event);

/* The byte at that place of Big's answer. */
unsigned char grpc_service_big_byte(size_t place);

#endif
