/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_FORMAT_PRIVATE_H
#define FAKECONTAINERD_CORE_FORMAT_PRIVATE_H

#include "fakecontainerd/core/format.h"

/* What the format*.c files share. Those that take a buffer append their piece with a space before it, or nothing where
 * there is none to tell. */
void format_word(struct buffer *out, struct text text);
void format_status(struct buffer *out, int status, struct text message);
void format_pid(struct buffer *out, uint32_t pid);
void format_duration(struct buffer *out, const char *before, int64_t duration_ns);
const char *format_process_status(enum fake_process_status status);
const char *format_socket(enum fake_socket socket);
const char *format_silence(enum fake_silence silence);
void format_end(struct buffer *out, const struct fake_stream_end *end);
void format_exited_at(struct buffer *out, const struct fake_exited_at *exited_at);
void format_published(struct buffer *out, const struct fake_published *published);
void format_goaway(struct buffer *out, const struct fake_goaway *goaway);

/* The verb of a command and all that belongs to it. */
void format_command(struct buffer *out, const struct fake_command *command);

#endif
