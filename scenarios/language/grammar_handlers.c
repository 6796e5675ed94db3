/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "scenarios/language/grammar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct word policy_words[] = {{"original", 0}, {"reliable", 0}};
static const struct words policies = {"policy", policy_words, COUNT(policy_words)};

/* True iff the text is names of small letters and hyphens, joined by commas. */
static bool is_switch_list(struct text text)
{
    char before = ',';
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (!(c >= 'a' && c <= 'z') && !(before != ',' && (c == '-' || c == ',')))
            return false;
        before = c;
    }
    return before != ',';
}

/* Checks the shape; which switches there are is known to the handler. */
static int read_policy(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                       size_t *ret_count)
{
    static const char *const prefixes[] = {"reliable-without=", "original-with="};
    struct text policy = subject.node->text;
    int unused;

    int result = read_text(reading, type, subject, target, ret_count);
    if (result != 0 || words_find(type->words, policy, &unused))
        return result;
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        if (!text_starts_with(policy, prefixes[i]))
            continue;
        size_t length = strlen(prefixes[i]);
        struct text switches = {policy.bytes + length, policy.length - length};
        if (is_switch_list(switches))
            return 0;
    }
    const char *nearest = words_nearest(type->words, policy);
    if (nearest != NULL)
        return fail_unknown_word(reading, type->words, subject.node);
    return fail_wanted(reading, type, subject);
}

const struct type grammar_policy = {
    .wanted = "original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,...",
    .read = read_policy,
    .like = read_text,
    .pattern = "^(original|reliable|(original-with|reliable-without)=[a-z][a-z-]*(,[a-z][a-z-]*)*)$",
    .maximum = SCENARIO_TEXT_MAX,
    .words = &policies,
};

static const struct type breaks = {
    .wanted = "a list of promises, such as [no-exit-is-lost]",
    .read = read_list,
    .maximum = SCENARIO_BREAKS_MAX,
    .element = &grammar_promise,
    .element_size = sizeof(struct text),
};

static const struct key handler_keys[] = {
    {"policy", MUST_BE, &grammar_policy, offsetof(struct scenario_handler, policy), NOWHERE},
    {"breaks", MUST_BE, &breaks, offsetof(struct scenario_handler, breaks),
     offsetof(struct scenario_handler, break_count)},
};

static int check_handler(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_handler *handler = target;
    (void)reading;
    handler->policy_place = mapping_value(node, "policy")->place;
    return 0;
}

static const struct mapping handler = {
    .what = "a handler",
    .keys = handler_keys,
    .key_count = COUNT(handler_keys),
    .place = offsetof(struct scenario_handler, place),
    .check = check_handler,
};

static const struct type handler_type = {.wanted = "a handler", .read = read_mapping, .mapping = &handler};

/* A list of handlers, or the word none. */
static int read_handlers(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                         size_t *ret_count)
{
    if (subject.node->kind == NODE_SCALAR && text_is(subject.node->text, "none"))
        return 0;
    return read_list(reading, type, subject, target, ret_count);
}

const struct type grammar_handlers = {
    .wanted = "none, or a list of handlers, such as - {policy: original, breaks: [no-exit-is-lost]}",
    .read = read_handlers,
    .like = read_list,
    .instead = "none",
    .maximum = SCENARIO_HANDLERS_MAX,
    .element = &handler_type,
    .element_size = sizeof(struct scenario_handler),
};
