/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "scenarios/language/type.h"

enum { WHAT_SIZE = QUOTED_SIZE + 16 };

int fail_wanted(const struct reading *reading, const struct type *type, struct subject subject)
{
    return reading_fail(reading, subject.node->place, ERROR_INVALID, "%s must be %s", subject.what, type->wanted);
}

int check_text(const struct reading *reading, const struct type *type, struct subject subject)
{
    const struct node *node = subject.node;
    if (node->kind != NODE_SCALAR || (node->plain && node->text.length == 0))
        return fail_wanted(reading, type, subject);
    if (node_looks_typed(node))
        return reading_fail(reading, node->place, ERROR_INVALID,
                            "%s must be %s, but YAML can take %s for a number, a boolean or null; put it in quotes",
                            subject.what, type->wanted, quote(node->text).text);
    if (type->maximum > 0 && node->text.length > (uint64_t)type->maximum)
        return reading_fail(reading, node->place, ERROR_LIMIT, "%s may be at most %d bytes long; make it shorter",
                            subject.what, (int)type->maximum);
    return 0;
}

int read_text(const struct reading *reading, const struct type *type, struct subject subject, void *target,
              size_t *ret_count)
{
    int result = check_text(reading, type, subject);
    (void)ret_count;
    if (result == 0)
        *(struct text *)target = subject.node->text;
    return result;
}

int read_line(const struct reading *reading, const struct type *type, struct subject subject, void *target,
              size_t *ret_count)
{
    struct text text = subject.node->text;
    bool is_line = text.length > 0;
    for (size_t i = 0; i < text.length; i++)
        is_line = is_line && (unsigned char)text.bytes[i] >= 0x20;
    if (subject.node->kind == NODE_SCALAR && !is_line)
        return fail_wanted(reading, type, subject);
    return read_text(reading, type, subject, target, ret_count);
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* True iff the text is of letters and digits, with single . _ - between them, as containerd's identifiers are. */
static bool is_identifier(struct text text)
{
    bool after_letter = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (!is_alphanumeric(c) && !(after_letter && (c == '.' || c == '_' || c == '-')))
            return false;
        after_letter = is_alphanumeric(c);
    }
    return after_letter;
}

int read_id(const struct reading *reading, const struct type *type, struct subject subject, void *target,
            size_t *ret_count)
{
    int result = read_text(reading, type, subject, target, ret_count);
    if (result == 0 && !is_identifier(subject.node->text))
        return fail_wanted(reading, type, subject);
    return result;
}

int read_new_id(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                size_t *ret_count)
{
    int result = read_id(reading, type, subject, target, ret_count);
    if (result == 0 && text_is(subject.node->text, "any"))
        return reading_fail(reading, subject.node->place, ERROR_INVALID,
                            "\"any\" stands for every container; take another id");
    return result;
}

int read_id_or_any(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                   size_t *ret_count)
{
    int result = read_id(reading, type, subject, target, ret_count);
    if (result == 0 && text_is(subject.node->text, "any"))
        *(struct text *)target = text_of(NULL);
    return result;
}

int read_word(const struct reading *reading, const struct type *type, struct subject subject, void *target,
              size_t *ret_count)
{
    int value;
    (void)ret_count;
    if (subject.node->kind != NODE_SCALAR || subject.node->text.length == 0)
        return fail_wanted(reading, type, subject);
    if (!words_find(type->words, subject.node->text, &value))
        return fail_unknown_word(reading, type->words, subject.node);
    _Static_assert(sizeof(enum scenario_state) == sizeof value, "an enum is as large as an int");
    memcpy(target, &value, sizeof value);
    return 0;
}

int read_flag(const struct reading *reading, const struct type *type, struct subject subject, void *target,
              size_t *ret_count)
{
    int flag = 0;
    int result = read_word(reading, type, subject, &flag, ret_count);
    if (result == 0)
        *(bool *)target = flag != 0;
    return result;
}

/* A decimal number without a plus sign or leading zeros; false for anything else, and for one that does not fit. */
static bool parse_number(struct text text, int64_t *ret_value)
{
    bool negative = text_starts_with(text, "-");
    int64_t value = 0; /* below zero, where there is room for one number more */

    if (text.length == negative || (text.bytes[negative] == '0' && text.length > 1))
        return false;
    for (size_t i = negative; i < text.length; i++) {
        int digit = text.bytes[i] - '0';
        if (digit < 0 || digit > 9 || value < (INT64_MIN + digit) / 10)
            return false;
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *ret_value = negative ? value : -value;
    return true;
}

static struct text text_after_zeros(struct text text)
{
    while (text.length > 1 && text.bytes[0] == '0') {
        text.bytes++;
        text.length--;
    }
    return text;
}

static int read_number(const struct reading *reading, const struct type *type, struct subject subject,
                       int64_t *ret_value)
{
    const struct node *node = subject.node;
    if (node->text.length > 1 && node->text.bytes[0] == '0' && parse_number(text_after_zeros(node->text), ret_value))
        return reading_fail(reading, node->place, ERROR_INVALID, "%s must be %s; write it without leading zeros",
                            subject.what, type->wanted);
    if (node->kind != NODE_SCALAR || !parse_number(node->text, ret_value) || *ret_value < type->minimum ||
        *ret_value > type->maximum)
        return fail_wanted(reading, type, subject);
    if (!node->plain)
        return reading_fail(reading, node->place, ERROR_INVALID, "%s must be %s; write it without quotes", subject.what,
                            type->wanted);
    return 0;
}

int read_u32(const struct reading *reading, const struct type *type, struct subject subject, void *target,
             size_t *ret_count)
{
    int64_t value = 0;
    int result = read_number(reading, type, subject, &value);
    (void)ret_count;
    if (result == 0)
        *(uint32_t *)target = (uint32_t)value;
    return result;
}

int read_i32(const struct reading *reading, const struct type *type, struct subject subject, void *target,
             size_t *ret_count)
{
    int64_t value = 0;
    int result = read_number(reading, type, subject, &value);
    (void)ret_count;
    if (result == 0)
        *(int32_t *)target = (int32_t)value;
    return result;
}

int read_i64(const struct reading *reading, const struct type *type, struct subject subject, void *target,
             size_t *ret_count)
{
    int64_t value = 0;
    int result = read_number(reading, type, subject, &value);
    (void)ret_count;
    if (result == 0)
        *(int64_t *)target = value;
    return result;
}

static int read_time(const struct reading *reading, const struct type *type, struct subject subject, struct text text,
                     void *target)
{
    int64_t duration_ns;
    if (time_parse_duration(text, &duration_ns) != 0)
        return fail_wanted(reading, type, subject);
    if (duration_ns > SCENARIO_DURATION_MAX_NS)
        return reading_fail(reading, subject.node->place, ERROR_LIMIT, "%s may be at most 1000h; make it shorter",
                            subject.what);
    *(int64_t *)target = duration_ns;
    return 0;
}

int read_duration(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                  size_t *ret_count)
{
    (void)ret_count;
    return read_time(reading, type, subject, subject.node->text, target);
}

int read_time_from(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                   size_t *ret_count)
{
    struct text text = subject.node->text;
    (void)ret_count;
    if (!text_starts_with(text, "+"))
        return fail_wanted(reading, type, subject);
    text.bytes++;
    text.length--;
    return read_time(reading, type, subject, text, target);
}

int read_wall(const struct reading *reading, const struct type *type, struct subject subject, void *target,
              size_t *ret_count)
{
    (void)ret_count;
    if (wall_parse(subject.node->text, target) != 0)
        return fail_wanted(reading, type, subject);
    return 0;
}

int read_mapping(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                 size_t *ret_count)
{
    (void)ret_count;
    return mapping_read(reading, type->mapping, subject, target);
}

int read_list(const struct reading *reading, const struct type *type, struct subject subject, void *target,
              size_t *ret_count)
{
    const struct node *list = subject.node;
    char what[WHAT_SIZE];
    size_t i = 0;

    if (list->kind != NODE_LIST || list->count < (uint64_t)type->minimum)
        return fail_wanted(reading, type, subject);
    if (list->count > (uint64_t)type->maximum)
        return reading_fail(reading, list->place, ERROR_LIMIT, "%s may have at most %d entries; leave some out",
                            subject.what, (int)type->maximum);
    unsigned char *items = region_array(reading->region, list->count, type->element_size);
    if (items == NULL)
        return reading_fail_memory(reading);
    (void)snprintf(what, sizeof what, "an entry of %s", subject.what);
    for (const struct node *entry = list->first; entry != NULL; entry = entry->next) {
        struct subject of_entry = {entry, what};
        size_t unused = 0;
        int result = type->element->read(reading, type->element, of_entry, items + i++ * type->element_size, &unused);
        if (result != 0)
            return result;
    }
    memcpy(target, &items, sizeof items);
    *ret_count = list->count;
    return 0;
}
