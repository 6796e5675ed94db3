/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_WIRE_ENDING_H
#define FAKECONTAINERD_WIRE_ENDING_H

#include <stdint.h>

#include "fakecontainerd/core/command.h"
#include "grpc/wire/server.h"

/*
 * Ends of a stream that no honest server sends. What is queued goes out before.
 *
 * kind is none of STATUS and RESET. 0, or an error of the server's answers; the stream may then be half ended.
 */
int fake_end_badly(struct grpc_server *server, int32_t stream_id, enum fake_stream_end_kind kind);

#endif
