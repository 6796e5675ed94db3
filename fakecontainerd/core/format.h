/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_FORMAT_H
#define FAKECONTAINERD_CORE_FORMAT_H

#include "base/buffer.h"
#include "fakecontainerd/core/fake.h"

/*
 * One line for a trace: what happened to the fake, what it wants done. Each appends its line without a newline; the
 * same event or action gives the same bytes on every machine. Times and the ids of streams are left out.
 *
 *     request Tasks.Delete web
 *     reply Tasks.Delete NOT_FOUND "task web not found"
 *     publish /tasks/exit web pid 101 status 3 to 1
 *     command exit web status 3
 */
void fake_event_format(const struct fake_event *event, struct buffer *out);
void fake_action_format(const struct fake_action *action, struct buffer *out);

#endif
