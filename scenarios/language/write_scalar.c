/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/write.h"

#include <string.h>

enum { DELETE = 0x7f };

static void put(struct buffer *out, const char *text)
{
    (void)buffer_append_text(out, text_of(text));
}

static void put_spaces(struct buffer *out, size_t count)
{
    while (count-- > 0)
        put(out, " ");
}

/* True iff all characters may stand in a file as they are; line feeds count as such where they are allowed. */
static bool is_plain_text(struct text text, bool line_feeds)
{
    uint32_t character;
    for (size_t i = 0, length; i < text.length; i += length) {
        struct text rest = {text.bytes + i, text.length - i};
        length = character_read(rest, &character);
        if (length == 0 || !(character_is_plain(character) || (line_feeds && character == '\n')))
            return false;
    }
    return true;
}

static void write_escaped(uint32_t character, struct text bytes, struct buffer *out)
{
    if (character == '"' || character == '\\')
        (void)buffer_printf(out, "\\%c", (int)character);
    else if (character == '\n')
        put(out, "\\n");
    else if (character == '\t')
        put(out, "\\t");
    else if (character_is_plain(character))
        (void)buffer_append_text(out, bytes);
    else if (character <= UINT8_MAX)
        (void)buffer_printf(out, "\\x%02x", character);
    else if (character <= UINT16_MAX)
        (void)buffer_printf(out, "\\u%04x", character);
    else
        (void)buffer_printf(out, "\\U%08x", character);
}

static void write_quoted(struct text text, struct buffer *out)
{
    bool has_escapes = memchr(text.bytes, '"', text.length) != NULL || memchr(text.bytes, '\\', text.length) != NULL;
    if (has_escapes && is_plain_text(text, false)) {
        put(out, "'");
        for (size_t i = 0; i < text.length; i++)
            (void)buffer_printf(out, text.bytes[i] == '\'' ? "''" : "%c", text.bytes[i]);
        put(out, "'");
        return;
    }
    put(out, "\"");
    for (size_t i = 0, length; i < text.length; i += length) {
        struct text rest = {text.bytes + i, text.length - i};
        uint32_t character = (unsigned char)text.bytes[i];
        length = character_read(rest, &character);
        if (length == 0)
            length = 1;
        rest.length = length;
        write_escaped(character, rest, out);
    }
    put(out, "\"");
}

/* What is plain and of several paragraphs cannot stay so in one line; and at the start of one, three hyphens or dots
 * are the end of a document. */
static bool can_be_plain(struct text text)
{
    if (text_starts_with(text, "---") || text_starts_with(text, "..."))
        return false;
    return text.length == 0 || memchr(text.bytes, '\n', text.length) == NULL;
}

void scalar_write(const struct node *scalar, struct buffer *out)
{
    if (scalar->plain && can_be_plain(scalar->text))
        (void)buffer_append_text(out, scalar->text);
    else
        write_quoted(scalar->text, out);
}

bool scalar_can_fold(struct text text)
{
    return text.length > 0 && text.bytes[0] != ' ' && text.bytes[text.length - 1] != ' ' && is_plain_text(text, false);
}

bool scalar_can_stand_literally(struct text text)
{
    if (text.length == 0 || text.bytes[0] == ' ' || text.bytes[0] == '\n' || !is_plain_text(text, true))
        return false;
    for (size_t i = 1; i < text.length; i++)
        if (text.bytes[i] == '\n' && (text.bytes[i - 1] == ' ' || (text.bytes[i - 1] == '\n' && i + 1 == text.length)))
            return false;
    return text.bytes[text.length - 1] != ' ';
}

/* The length of what goes on a line that has room for that much: up to a single space, or all that is left. */
static size_t fold_at(struct text rest, size_t room)
{
    size_t at = 0;
    for (size_t i = 1; i + 1 < rest.length; i++) {
        bool is_break = rest.bytes[i] == ' ' && rest.bytes[i - 1] != ' ' && rest.bytes[i + 1] != ' ';
        if (is_break && at > 0 && i > room)
            break;
        if (is_break)
            at = i;
    }
    return at == 0 || rest.length <= room ? rest.length : at;
}

void scalar_write_folded(struct text text, size_t indent, struct buffer *out)
{
    size_t room = indent + 1 < WRITE_WIDTH ? WRITE_WIDTH - indent : 1;
    put(out, ">-");
    while (text.length > 0) {
        struct text line = {text.bytes, fold_at(text, room)};
        size_t taken = line.length < text.length ? line.length + 1 : line.length;
        put(out, "\n");
        put_spaces(out, indent);
        (void)buffer_append_text(out, line);
        text.bytes += taken;
        text.length -= taken;
    }
}

void scalar_write_literally(struct text text, size_t indent, struct buffer *out)
{
    bool ends = text.bytes[text.length - 1] == '\n';
    put(out, ends ? "|\n" : "|-\n");
    if (ends)
        text.length--;
    for (size_t i = 0; i < text.length; i++) {
        bool at_start = i == 0 || text.bytes[i - 1] == '\n';
        if (at_start && text.bytes[i] != '\n')
            put_spaces(out, indent);
        (void)buffer_append(out, &text.bytes[i], 1);
    }
}
