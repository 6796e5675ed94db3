/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_EVENT_V1_H
#define HANDLER_WIRE_EVENT_V1_H

#include "handler/wire/dialect.h"

/*
 * Events of containerd's v1 API: an envelope around an Any. The type_url says what the body is, its path before the
 * last '/' does not matter; a body of a kind that the monitor has no use for gives TASK_EVENT_OTHER.
 */

/* As dialect.decode_event. */
int event_v1_decode(struct text message, struct decoded_event *ret_event, struct error *error);

#endif
