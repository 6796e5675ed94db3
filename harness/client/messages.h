/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLIENT_MESSAGES_H
#define HARNESS_CLIENT_MESSAGES_H

#include "base/buffer.h"
#include "scenarios/language/call.h"
#include "scenarios/language/region.h"

/*
 * containerd's API of today as a scripted client speaks it: requests are written from a scenario's fields, answers and
 * events are read into them. It is written without the fake's own tables, so that neither can hide the other's
 * mistakes.
 */

/* "/containerd.services.tasks.v1.Tasks/Get"; empty for an rpc that is not known. */
struct text message_path(struct text rpc);

/* True iff a request of the rpc has all of these fields (enum scenario_asked_field), so that message_write can write
 * them. */
bool message_has(struct text rpc, uint32_t asked);

/* What a container and an exec are made of where that matters: JSON of OCI's runtime spec, in which every @ID@ stands
 * for the container's id, or for an exec's CONTAINER-EXEC. Both may be empty. */
struct message_documents {
    struct text spec;
    struct text process;
};

/* Appends the request of an rpc that is known; out is marked as failed where memory is short. documents may be NULL. */
void message_write(struct text rpc, const struct scenario_request *request, const struct message_documents *documents,
                   struct buffer *out);

/* Reads one message of an answer with OK into what was read before of the same answer (of a stream there are several);
 * texts and lists are put in the region. An rpc that is not known tells nothing. 0; ERROR_MALFORMED, ERROR_INVALID,
 * ERROR_LIMIT as of proto_unpack, or ERROR_NO_MEMORY. */
int message_read(struct text rpc, struct text message, struct region *region, struct scenario_told_fields *fields);

/* Reads an event; the same errors. What is no event of containerd's has its topic and namespace alone. */
int message_read_event(struct text message, struct region *region, struct scenario_heard *heard);

/* A copy in the region: 0 or ERROR_NO_MEMORY. */
int message_keep(struct region *region, struct text text, struct text *ret_copy);

#endif
