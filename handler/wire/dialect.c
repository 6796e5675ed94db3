/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/dialect.h"

#include "proto/check.h"

void decoded_event_release(struct decoded_event *event)
{
    proto_free(event->envelope);
    proto_free(event->body);
    *event = (struct decoded_event){0};
}
