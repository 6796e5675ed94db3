/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/grammar.h"

static const struct type label = {.wanted = "what the draw decides, such as next",
                                  .maximum = SCENARIO_CHOICE_LABEL_MAX};

static const struct type value = {
    .wanted = "a number from 0 to 4294967295",
    .read = read_u32,
    .maximum = INT64_C(4294967295),
};

/* Small letters, with single spaces or hyphens between them: which draws there are is known to the harness. */
static bool is_label(struct text text)
{
    bool after_letter = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        bool is_letter = c >= 'a' && c <= 'z';
        if (!is_letter && !(after_letter && (c == ' ' || c == '-')))
            return false;
        after_letter = is_letter;
    }
    return after_letter;
}

/* A mapping with one pair: what is drawn, and which number. */
static int read_choice(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                       size_t *ret_count)
{
    struct scenario_choice *choice = target;
    const struct node *key = subject.node->first;

    if (subject.node->kind != NODE_MAPPING || subject.node->count != 1)
        return fail_wanted(reading, type, subject);
    struct quoted what = quote(key->text);
    struct subject of_label = {key, "what is drawn"};
    struct subject of_value = {key->next, what.text};
    int result = check_text(reading, &label, of_label);
    if (result != 0)
        return result;
    if (!is_label(key->text))
        return reading_fail(reading, key->place, ERROR_INVALID,
                            "a draw is named with small letters, and single spaces or hyphens between them, such as "
                            "next; write its name as the harness does");
    choice->label = key->text;
    choice->place = subject.node->place;
    return read_u32(reading, &value, of_value, &choice->value, ret_count);
}

static const struct type choice = {
    .wanted = "one draw, such as {next: 2}",
    .read = read_choice,
    .like = read_mapping,
    .minimum = 1,
    .maximum = 1,
    .element = &value,
};

const struct type grammar_choices = {
    .wanted = "a list of draws, such as - {next: 2}",
    .read = read_list,
    .maximum = SCENARIO_CHOICES_MAX,
    .element = &choice,
    .element_size = sizeof(struct scenario_choice),
};
