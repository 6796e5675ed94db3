/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_FORMAT_H
#define HANDLER_CORE_FORMAT_H

#include "base/buffer.h"
#include "handler/core/monitor.h"

/*
 * One line for a trace: what happened to the monitor, what it wants done. Each appends its line without a newline; the
 * same event or action gives the same bytes on every machine. Times are left out: a trace writes them itself.
 *
 *     message /tasks/exit web pid 101 status 3
 *     stream 2 ended UNAVAILABLE "transport is closing"
 *     put 4 web EXITED code 3
 */
void monitor_event_format(const struct monitor_event *event, struct buffer *out);
void monitor_action_format(const struct monitor_action *action, struct buffer *out);

#endif
