/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/node.h"

enum { NEXT_LINE = 0x85, LINE_SEPARATOR = 0x2028, PARAGRAPH_SEPARATOR = 0x2029, BYTE_ORDER_MARK = 0xfeff };

size_t character_read(struct text rest, uint32_t *ret_character)
{
    unsigned char first = (unsigned char)rest.bytes[0];
    struct text one = {rest.bytes, first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4};
    uint32_t character = one.length == 1 ? first : first & (0xffU >> (one.length + 1));

    if (one.length > rest.length || !text_is_utf8(one))
        return 0;
    for (size_t i = 1; i < one.length; i++)
        character = character << 6 | ((unsigned char)one.bytes[i] & 0x3f);
    *ret_character = character;
    return one.length;
}

/* What is wrong with a character; NULL where nothing is. */
static const char *character_mistake(uint32_t character, bool before_line_feed)
{
    if (character == '\t')
        return "a tab is here; indent and separate with spaces (in double quotes, write \\t)";
    if (character == '\n' || (character == '\r' && before_line_feed))
        return NULL;
    if (character == '\r' || character == NEXT_LINE || character == LINE_SEPARATOR || character == PARAGRAPH_SEPARATOR)
        return "this line break is neither LF nor CR LF; end the line with LF";
    if (character == BYTE_ORDER_MARK)
        return "a byte order mark is here; save the file as UTF-8 without it";
    if (character == 0)
        return "a NUL byte is here; remove it";
    if (character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0xfffe || character == 0xffff)
        return "a control character is here; remove it (in double quotes, it can be escaped)";
    return NULL;
}

bool character_is_plain(uint32_t character)
{
    return character != '\n' && character_mistake(character, false) == NULL;
}

int characters_check(const struct reading *reading, struct text content)
{
    struct scenario_place place = {1, 1};
    for (size_t i = 0; i < content.length;) {
        struct text rest = {content.bytes + i, content.length - i};
        uint32_t character;
        size_t length = character_read(rest, &character);
        if (length == 0)
            return reading_fail(reading, place, ERROR_MALFORMED, "this byte is not UTF-8; save the file as UTF-8");
        const char *mistake = character_mistake(character, rest.length > 1 && rest.bytes[1] == '\n');
        if (mistake != NULL)
            return reading_fail(reading, place, ERROR_MALFORMED, "%s", mistake);
        i += length;
        place.column++;
        if (character == '\n') {
            place.line++;
            place.column = 1;
        }
    }
    return 0;
}
