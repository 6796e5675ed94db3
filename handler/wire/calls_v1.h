/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_CALLS_V1_H
#define HANDLER_WIRE_CALLS_V1_H

#include "handler/wire/dialect.h"

/*
 * The calls of containerd's v1 API, as dialect_call has them. Get and List leave container_id empty, so that a process
 * is known by its id, which of an init is the container's.
 */
void calls_v1_encode_id(struct text container_id, uint32_t signal, struct buffer *out);
void calls_v1_encode_list(struct text container_id, uint32_t signal, struct buffer *out);
void calls_v1_encode_kill(struct text container_id, uint32_t signal, struct buffer *out);
void calls_v1_encode_metrics(struct text container_id, uint32_t signal, struct buffer *out);

int calls_v1_decode_deletion(struct text message, struct decoded_answer *ret_answer, struct error *error);
int calls_v1_decode_list(struct text message, struct decoded_answer *ret_answer, struct error *error);
int calls_v1_decode_get(struct text message, struct decoded_answer *ret_answer, struct error *error);
int calls_v1_decode_create(struct text message, struct decoded_answer *ret_answer, struct error *error);
int calls_v1_decode_start(struct text message, struct decoded_answer *ret_answer, struct error *error);
int calls_v1_decode_metrics(struct text message, struct decoded_answer *ret_answer, struct error *error);

#endif
