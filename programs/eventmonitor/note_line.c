/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/eventmonitor/note_line.h"

#include "base/time.h"

/* Whoever starts the program wants to know when it begins to watch. */
bool note_line_is_shown(const struct note *note, bool debug)
{
    return debug || !note_is_detail(note->kind) || note->kind == NOTE_SUBSCRIBED;
}

static void make_one_line(struct buffer *out, size_t start)
{
    for (size_t i = start; i < out->length; i++)
        if (out->bytes[i] < 0x20 || out->bytes[i] == 0x7f)
            out->bytes[i] = ' ';
}

static void add_connect_failed(struct text address, const struct note *note, struct buffer *out)
{
    char delay[TIME_TEXT_SIZE];
    time_format_duration(note->delay_ns, delay);
    (void)buffer_printf(out, "cannot connect to %.*s: %.*s; next try in %s", TEXT_ARGUMENTS(address),
                        TEXT_ARGUMENTS(note->outcome.text), delay);
}

void note_line_format(struct text address, const struct note *note, struct buffer *out)
{
    size_t start = out->length;
    (void)buffer_printf(out, "eventmonitor: ");
    if (note->kind == NOTE_CONNECTED)
        (void)buffer_printf(out, "connected to %.*s", TEXT_ARGUMENTS(address));
    else if (note->kind == NOTE_CONNECT_FAILED)
        add_connect_failed(address, note, out);
    else if (note->kind == NOTE_SUBSCRIBED)
        (void)buffer_printf(out, "subscribed");
    else
        note_format(note, out);
    if (out->failed)
        return;
    make_one_line(out, start);
    (void)buffer_printf(out, "\n");
}
