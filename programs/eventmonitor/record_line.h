/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_EVENTMONITOR_RECORD_LINE_H
#define PROGRAMS_EVENTMONITOR_RECORD_LINE_H

#include <stdint.h>

#include "base/buffer.h"
#include "handler/core/monitor.h"

/*
 * One change of a container as one line of JSON, the same members in the same order in every line:
 *
 *     {"time":"2017-05-31T21:33:52.5Z","namespace":"default","container":"web","change":"exited","state":"EXITED",
 *      "pid":0,"exit_code":3,"created_at":"","started_at":"...","finished_at":"...","reason":"","message":""}
 *
 * One more follows where it is true: "inferred":true where nobody told the exit, so that a real one may follow. That a
 * task is still to be deleted is not told: nor is that it was, and who only looks on deletes none.
 *
 * The change is created, started, exited or removed; with removed, the record is as it was when it was forgotten.
 * Times are RFC 3339 in UTC with nanoseconds; one that is not set is the empty string.
 */

/* Appends the line, newline included. Failure shows in out->failed. */
void record_line_format(struct text name_space, enum record_change change, const struct container_record *record,
                        int64_t wall_ns, struct buffer *out);

#endif
