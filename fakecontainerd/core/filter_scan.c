/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/filter_scan.h"

#include <string.h>

#include "fakecontainerd/core/regex_program.h"

static const uint32_t character_end = UINT32_MAX;

static void fault(struct filter_scanner *scanner, const char *sentence)
{
    if (scanner->fault == NULL)
        scanner->fault = sentence;
}

static uint32_t peek(const struct filter_scanner *scanner)
{
    size_t at = scanner->at;
    return at < scanner->input.length ? regex_decode(scanner->input, &at) : character_end;
}

static uint32_t next(struct filter_scanner *scanner)
{
    return scanner->at < scanner->input.length ? regex_decode(scanner->input, &scanner->at) : character_end;
}

static bool is_space(uint32_t c)
{
    return (c >= '\t' && c <= '\r') || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_one_of(uint32_t c, const char *set)
{
    return c > 0 && c < 0x80 && strchr(set, (int)c) != NULL;
}

static bool is_field(uint32_t c)
{
    return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_value(uint32_t c)
{
    bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    return c != character_end && c != ',' && !control && !is_space(c);
}

static bool is_hex(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_octal(uint32_t c)
{
    return c >= '0' && c <= '7';
}

/* Behind the backslash. What is not a digit where one belongs is left for the next round: it may be the quote. */
static bool scan_escape(struct filter_scanner *scanner, uint32_t quote)
{
    uint32_t c = peek(scanner);
    if (is_one_of(c, "abfnrtv\\") || c == quote) {
        next(scanner);
        return true;
    }
    unsigned digits = is_octal(c) ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits == 0) {
        fault(scanner, "illegal escape sequence");
        return false;
    }
    bool octal = is_octal(c);
    if (!octal)
        next(scanner);
    for (; digits > 0 && (octal ? is_octal(peek(scanner)) : is_hex(peek(scanner))); digits--)
        next(scanner);
    if (digits > 0)
        fault(scanner, "illegal numeric escape sequence");
    return digits == 0;
}

/* Behind the opening quote. */
static bool scan_quoted(struct filter_scanner *scanner, uint32_t quote)
{
    bool legal = true;
    for (uint32_t c = next(scanner); c != quote; c = next(scanner)) {
        if (c == '\n' || c == 0 || c == character_end) {
            fault(scanner, c == 0 ? "unexpected null" : "quoted literal not terminated");
            return false;
        }
        if (c == '\\' && !scan_escape(scanner, quote))
            legal = false;
    }
    return legal;
}

static void scan_while(struct filter_scanner *scanner, bool (*belongs)(uint32_t))
{
    while (belongs(peek(scanner)))
        next(scanner);
}

static bool is_operator(uint32_t c)
{
    return is_one_of(c, "=!~");
}

static enum filter_token scan_token(struct filter_scanner *scanner, uint32_t c)
{
    if (c == character_end)
        return FILTER_TOKEN_END;
    if (c == 0) {
        fault(scanner, "unexpected null");
        return FILTER_TOKEN_ILLEGAL;
    }
    if (is_one_of(c, "/|\""))
        return scan_quoted(scanner, c) ? FILTER_TOKEN_QUOTED : FILTER_TOKEN_ILLEGAL;
    if (is_one_of(c, ",.")) {
        scanner->value = false;
        return FILTER_TOKEN_SEPARATOR;
    }
    if (is_operator(c)) {
        scan_while(scanner, is_operator);
        scanner->value = true;
        return FILTER_TOKEN_OPERATOR;
    }
    if (scanner->value) {
        scan_while(scanner, is_value);
        scanner->value = false;
        return FILTER_TOKEN_VALUE;
    }
    if (is_field(c)) {
        scan_while(scanner, is_field);
        return FILTER_TOKEN_FIELD;
    }
    return FILTER_TOKEN_OTHER;
}

struct filter_word filter_scan(struct filter_scanner *scanner)
{
    scan_while(scanner, is_space);
    struct filter_word word = {.at = scanner->at};
    word.token = scan_token(scanner, next(scanner));
    word.text = (struct text){scanner->input.bytes + word.at, scanner->at - word.at};
    return word;
}

char filter_peek(const struct filter_scanner *scanner)
{
    return scanner->at < scanner->input.length ? scanner->input.bytes[scanner->at] : '\0';
}

/* ---- unquoting ---- */

static size_t encode(uint32_t c, char *output)
{
    unsigned following = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0x00, 0xc0, 0xe0, 0xf0};
    output[0] = (char)(leads[following] | (c >> (6 * following)));
    for (unsigned i = 1; i <= following; i++)
        output[i] = (char)(0x80 | ((c >> (6 * (following - i))) & 0x3f));
    return following + 1;
}

static uint32_t digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (uint32_t)(digit - '0');
    return (uint32_t)((digit | 0x20) - 'a') + 10;
}

/* The escape at p, behind its backslash, whose form the scanner has checked. Returns the bytes that it takes, 0 where
 * its value is out of range. */
static size_t unescape(const char *p, char *output, size_t *length)
{
    static const char letters[] = "abfnrtv";
    static const char meant[] = "\a\b\f\n\r\t\v";
    const char *letter = strchr(letters, p[0]);
    if (letter != NULL) {
        output[(*length)++] = meant[letter - letters];
        return 1;
    }
    bool octal = is_octal((unsigned char)p[0]);
    size_t first = octal ? 0 : 1;
    size_t digits = octal ? 3 : p[0] == 'x' ? 2 : p[0] == 'u' ? 4 : p[0] == 'U' ? 8 : 0;
    if (digits == 0) {
        output[(*length)++] = p[0];
        return 1;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < digits; i++)
        value = value * (octal ? 8 : 16) + digit_value(p[first + i]);
    if (octal || p[0] == 'x') {
        output[(*length)++] = (char)value;
        return value <= 0xff ? first + digits : 0;
    }
    if (value > 0x10ffff)
        return 0;
    /* Go writes the replacement character for half of a surrogate pair. */
    *length += encode(value >= 0xd800 && value < 0xe000 ? 0xfffd : value, output + *length);
    return first + digits;
}

bool filter_unquote(struct text quoted, char *output, size_t *ret_length)
{
    size_t length = 0;
    for (size_t i = 1; i + 1 < quoted.length;) {
        if (quoted.bytes[i] != '\\') {
            output[length++] = quoted.bytes[i++];
            continue;
        }
        size_t taken = unescape(quoted.bytes + i + 1, output, &length);
        if (taken == 0)
            return false;
        i += 1 + taken;
    }
    *ret_length = length;
    return true;
}
