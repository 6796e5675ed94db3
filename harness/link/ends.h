/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LINK_ENDS_H
#define HARNESS_LINK_ENDS_H

#include "handler/wire/transport.h"
#include "harness/link/message.h"

enum { LINK_SENTENCE_MAX = 256 };

/*
 * How a client of gRPC tells the end of a stream that a server has ended so: what grpc/wire makes of the bytes that
 * fakecontainerd/wire sends for it. headers_seen: something came on the stream before. *ret_ended borrows from the text
 * and the sentence.
 */
void link_end_told(const struct link_end *end, struct text text, bool headers_seen, struct grpc_client_event *ret_ended,
                   char sentence[LINK_SENTENCE_MAX]);

#endif
