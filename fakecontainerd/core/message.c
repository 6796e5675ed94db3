/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/message.h"

#include <stdio.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

void message_clear(struct message *message)
{
    message->length = 0;
    message->full = false;
}

/* A piece is one character or escape: added whole or not at all. */
static void add_piece(struct message *message, const char *bytes, size_t length)
{
    if (message->full || length > sizeof message->bytes - message->length) {
        message->full = true;
        return;
    }
    memcpy(message->bytes + message->length, bytes, length);
    message->length += length;
}

/* Bytes of the character that begins there: its continuation bytes belong to it. */
static size_t character_length(struct text text, size_t at)
{
    size_t length = 1;
    while (at + length < text.length && ((unsigned char)text.bytes[at + length] & 0xc0) == 0x80)
        length++;
    return length;
}

void message_add_text(struct message *message, struct text text)
{
    for (size_t at = 0; at < text.length && !message->full;) {
        struct text character = {text.bytes + at, character_length(text, at)};
        if (text_is_utf8(character)) {
            add_piece(message, character.bytes, character.length);
            at += character.length;
        } else {
            add_piece(message, REPLACEMENT, sizeof REPLACEMENT - 1);
            at++;
        }
    }
}

void message_add(struct message *message, const char *string)
{
    message_add_text(message, text_of(string));
}

static void add_quoted_byte(struct message *message, char byte)
{
    static const char special[] = "\a\b\f\n\r\t\v\\\"";
    static const char letters[] = "abfnrtv\\\"";
    const char *found = byte != '\0' ? strchr(special, byte) : NULL;
    char escape[8];

    if (found != NULL)
        snprintf(escape, sizeof escape, "\\%c", letters[found - special]);
    else if ((unsigned char)byte < 0x20 || (unsigned char)byte >= 0x7f)
        snprintf(escape, sizeof escape, "\\x%02x", (unsigned)(unsigned char)byte);
    else
        snprintf(escape, sizeof escape, "%c", byte);
    add_piece(message, escape, strlen(escape));
}

void message_add_quoted(struct message *message, struct text text)
{
    message_add(message, "\"");
    for (size_t at = 0; at < text.length && !message->full;) {
        size_t length = character_length(text, at);
        if (length == 1)
            add_quoted_byte(message, text.bytes[at]);
        else
            add_piece(message, text.bytes + at, length);
        at += length;
    }
    message_add(message, "\"");
}

struct text message_text(const struct message *message)
{
    struct text text = {message->bytes, message->length};
    return text;
}

static bool is_alphanumeric(char byte)
{
    unsigned int letter = ((unsigned int)(unsigned char)byte | 0x20) - 'a';
    return letter < 26 || (byte >= '0' && byte <= '9');
}

static bool identifier_matches(struct text identifier)
{
    bool joint = true;
    for (size_t i = 0; i < identifier.length; i++) {
        char byte = identifier.bytes[i];
        bool alphanumeric = is_alphanumeric(byte);
        if (!alphanumeric && (joint || (byte != '.' && byte != '_' && byte != '-')))
            return false;
        joint = !alphanumeric;
    }
    return !joint;
}

bool identifier_valid(struct text identifier)
{
    return identifier.length <= FAKE_ID_MAX && identifier_matches(identifier);
}

void message_add_identifier_fault(struct message *message, struct text identifier)
{
    char limit[64];
    message_add(message, "identifier ");
    if (identifier.length == 0) {
        message_add(message, "must not be empty");
    } else if (identifier.length > FAKE_ID_MAX) {
        message_add_quoted(message, identifier);
        snprintf(limit, sizeof limit, " greater than maximum length (%d characters)", FAKE_ID_MAX);
        message_add(message, limit);
    } else {
        message_add_quoted(message, identifier);
        message_add(message, " must match ^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$");
    }
    message_add(message, ": invalid argument");
}
