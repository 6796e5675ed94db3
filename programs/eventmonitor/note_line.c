/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/eventmonitor/note_line.h"

#include <string.h>

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

/* The words of a failed dial may begin with the path of the socket. */
static struct text without_path(struct text words, struct text address)
{
    static const char scheme[] = "unix://";
    size_t skipped = text_starts_with(address, scheme) ? sizeof scheme - 1 : 0;
    struct text path = {address.bytes + skipped, address.length - skipped};
    struct text start = {words.bytes, path.length};

    if (words.length < path.length + 2 || !text_equal(start, path) || memcmp(words.bytes + path.length, ": ", 2) != 0)
        return words;
    words.bytes += path.length + 2;
    words.length -= path.length + 2;
    return words;
}

static void add_connect_failed(struct text address, const struct note *note, struct buffer *out)
{
    struct text words = without_path(note->outcome.text, address);
    char delay[TIME_TEXT_SIZE];
    time_format_duration(note->delay_ns, delay);
    (void)buffer_printf(out, "cannot connect to %.*s: %.*s; next try in %s", TEXT_ARGUMENTS(address),
                        TEXT_ARGUMENTS(words), delay);
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
