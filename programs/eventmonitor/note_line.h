/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_EVENTMONITOR_NOTE_LINE_H
#define PROGRAMS_EVENTMONITOR_NOTE_LINE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "handler/core/note.h"

/*
 * A note as one line of the log: "eventmonitor: " and its sentence. What the monitor cannot know, the path of the
 * socket, is said here. Words of a peer cannot break the line: each control character becomes a space.
 */

/* False for what a log shows only with --debug. */
bool note_line_is_shown(const struct note *note, bool debug);

/* Appends the line, newline included. Failure shows in out->failed. */
void note_line_format(struct text address, const struct note *note, struct buffer *out);

#endif
