/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/filter.h"

#include "base/error.h"
#include "fakecontainerd/core/filter_scan.h"
#include "fakecontainerd/core/regex.h"
#include "fakecontainerd/core/regex_program.h"

struct parser {
    struct filter *filter;
    struct filter_scanner scanner;
    struct message *message;
};

/* The place as containerd shows it: what is before, the character between arrows, what is after. */
static int refuse(struct parser *parser, size_t at, const char *why, struct text what, const char *end)
{
    struct text input = parser->scanner.input;
    struct message *message = parser->message;

    message_clear(message);
    message_add(message, "filters: parse error: [");
    if (at < input.length) {
        message_add_text(message, (struct text){input.bytes, at});
        message_add(message, " >|");
        message_add_text(message, (struct text){input.bytes + at, 1});
        message_add(message, "|< ");
        message_add_text(message, (struct text){input.bytes + at + 1, input.length - at - 1});
    } else {
        message_add_text(message, input);
    }
    message_add(message, "]: ");
    message_add(message, why);
    message_add_text(message, what);
    message_add(message, end);
    return ERROR_MALFORMED;
}

static int refuse_plainly(struct parser *parser, size_t at, const char *why)
{
    return refuse(parser, at, why, (struct text){NULL, 0}, "");
}

static int refuse_limit(struct parser *parser, const char *why)
{
    message_clear(parser->message);
    message_add(parser->message, "filters: ");
    message_add(parser->message, why);
    return ERROR_LIMIT;
}

static int unquote(struct parser *parser, const struct filter_word *word, bool any_quote, struct text *ret_text)
{
    struct filter *filter = parser->filter;
    char *output = filter->storage + filter->storage_used;
    size_t length;

    if (!any_quote && word->text.bytes[0] != '"')
        return refuse_plainly(parser, word->at, "invalid quote encountered");
    if (!filter_unquote(word->text, output, &length))
        return refuse_plainly(parser, word->at, "unquoting failed: quote syntax error");
    *ret_text = (struct text){output, length};
    filter->storage_used += length;
    return 0;
}

static int parse_field(struct parser *parser, struct filter_selector *selector)
{
    struct filter_word word = filter_scan(&parser->scanner);
    if (word.token == FILTER_TOKEN_ILLEGAL)
        return refuse_plainly(parser, word.at, parser->scanner.fault);
    if (word.token != FILTER_TOKEN_FIELD && word.token != FILTER_TOKEN_QUOTED)
        return refuse_plainly(parser, word.at, "expected field or quoted");
    if (selector->field_count == FILTER_FIELDS_MAX)
        return refuse_limit(parser, "a path has more fields than the fake can hold");
    struct text *field = &selector->fields[selector->field_count++];
    if (word.token == FILTER_TOKEN_QUOTED)
        return unquote(parser, &word, false, field);
    *field = word.text;
    return 0;
}

static int parse_operator(struct parser *parser, struct filter_selector *selector)
{
    struct filter_word word = filter_scan(&parser->scanner);
    if (word.token == FILTER_TOKEN_ILLEGAL)
        return refuse_plainly(parser, word.at, parser->scanner.fault);
    if (word.token != FILTER_TOKEN_OPERATOR)
        return refuse_plainly(parser, word.at, "expected an operator (\"==\"|\"!=\"|\"~=\")");
    if (text_is(word.text, "=="))
        selector->comparison = FILTER_EQUAL;
    else if (text_is(word.text, "!="))
        selector->comparison = FILTER_NOT_EQUAL;
    else if (text_is(word.text, "~="))
        selector->comparison = FILTER_MATCHES;
    else
        return refuse(parser, word.at, "unsupported operator \"", word.text, "\"");
    return 0;
}

static int parse_value(struct parser *parser, struct filter_selector *selector)
{
    struct filter_word word = filter_scan(&parser->scanner);
    if (word.token == FILTER_TOKEN_ILLEGAL)
        return refuse_plainly(parser, word.at, parser->scanner.fault);
    if (word.token == FILTER_TOKEN_QUOTED)
        return unquote(parser, &word, selector->comparison == FILTER_MATCHES, &selector->value);
    if (word.token != FILTER_TOKEN_VALUE && word.token != FILTER_TOKEN_FIELD)
        return refuse_plainly(parser, word.at, "expected value or quoted");
    selector->value = word.text;
    return 0;
}

static int check_expression(struct parser *parser, const struct filter_selector *selector)
{
    if (selector->comparison != FILTER_MATCHES || regex_check(selector->value) != REGEX_FOREIGN)
        return 0;
    message_clear(parser->message);
    message_add(parser->message, "filters: the expression ");
    message_add_quoted(parser->message, selector->value);
    message_add(parser->message, " is beyond what the fake can match");
    return ERROR_INVALID;
}

static int parse_selector(struct parser *parser)
{
    struct filter *filter = parser->filter;
    if (filter->selector_count == FILTER_SELECTORS_MAX)
        return refuse_limit(parser, "there are more selectors than the fake can hold");
    struct filter_selector *selector = &filter->selectors[filter->selector_count++];
    *selector = (struct filter_selector){.comparison = FILTER_PRESENT};
    int result = parse_field(parser, selector);
    while (result == 0 && filter_peek(&parser->scanner) == '.') {
        filter_scan(&parser->scanner);
        result = parse_field(parser, selector);
    }
    bool alone = filter_peek(&parser->scanner) == ',' || parser->scanner.at == parser->scanner.input.length;
    if (result != 0 || alone)
        return result;
    result = parse_operator(parser, selector);
    if (result == 0)
        result = parse_value(parser, selector);
    return result == 0 ? check_expression(parser, selector) : result;
}

int filter_parse(struct filter *filter, struct text text, struct message *message)
{
    struct parser parser = {filter, {.input = text}, message};

    filter->selector_count = 0;
    filter->storage_used = 0;
    if (text.length > FILTER_BYTES_MAX)
        return refuse_limit(&parser, "a filter is longer than the fake can hold");
    if (text.length == 0)
        return 0;
    int result = parse_selector(&parser);
    while (result == 0 && filter_peek(&parser.scanner) == ',') {
        filter_scan(&parser.scanner);
        result = parse_selector(&parser);
    }
    size_t at = parser.scanner.at;
    if (result == 0 && at < text.length) {
        size_t behind = at;
        regex_decode(text, &behind);
        return refuse(&parser, at, "unexpected input: ", (struct text){text.bytes + at, behind - at}, "");
    }
    return result;
}

static bool selector_passes(const struct filter_selector *selector, filter_field field, const void *object)
{
    struct text value = {NULL, 0};
    bool present = field(object, selector->fields, selector->field_count, &value);
    switch (selector->comparison) {
    case FILTER_PRESENT: return present;
    case FILTER_EQUAL: return present && text_equal(value, selector->value);
    case FILTER_NOT_EQUAL: return !text_equal(value, selector->value);
    case FILTER_MATCHES: return regex_search(selector->value, value);
    }
    return false;
}

bool filter_passes(const struct filter *filter, filter_field field, const void *object)
{
    for (size_t i = 0; i < filter->selector_count; i++)
        if (!selector_passes(&filter->selectors[i], field, object))
            return false;
    return true;
}
