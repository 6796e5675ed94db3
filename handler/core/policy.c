/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/policy.h"

#include <stdio.h>
#include <string.h>

enum {
    MISSPELLING_MAX = 3, /* edits beyond which a name is another name */
    NAMES_SIZE = 896
};

static const char *const policy_names[] = {"original", "reliable", "original-with=", "reliable-without="};

const char *policy_switch_name(enum policy_switch one)
{
    static const char *const names[] = {
#define POLICY_NAME(name, text, sentence) text,
        POLICY_LIST(POLICY_NAME)
#undef POLICY_NAME
    };
    return names[one];
}

const char *policy_switch_sentence(enum policy_switch one)
{
    static const char *const sentences[] = {
#define POLICY_SENTENCE(name, text, sentence) sentence,
        POLICY_LIST(POLICY_SENTENCE)
#undef POLICY_SENTENCE
    };
    return sentences[one];
}

/* The nearer of two spellings of the word, given the distance of the best so far. */
static const char *nearer(struct text word, const char *candidate, const char *best, size_t *distance)
{
    size_t edits = text_distance(word, text_of(candidate), MISSPELLING_MAX);
    if (edits >= *distance)
        return best;
    *distance = edits;
    return candidate;
}

static int refuse_policy(struct text name, struct error *error)
{
    size_t distance = MISSPELLING_MAX + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < sizeof policy_names / sizeof policy_names[0]; i++)
        nearest = nearer(name, policy_names[i], nearest, &distance);
    if (nearest != NULL)
        return error_set(error, ERROR_INVALID, "unknown policy \"%.*s\"; did you mean \"%s\"?", TEXT_ARGUMENTS(name),
                         nearest);
    return error_set(error, ERROR_INVALID,
                     "unknown policy \"%.*s\"; there are original, reliable, original-with=SWITCH,... and "
                     "reliable-without=SWITCH,...",
                     TEXT_ARGUMENTS(name));
}

static int refuse_switch(struct text word, struct error *error)
{
    size_t distance = MISSPELLING_MAX + 1;
    const char *nearest = NULL;
    char names[NAMES_SIZE] = "";

    for (enum policy_switch i = 0; i < POLICY_SWITCH_COUNT; i++) {
        size_t length = strlen(names);
        nearest = nearer(word, policy_switch_name(i), nearest, &distance);
        (void)snprintf(names + length, sizeof names - length, "%s%s", i > 0 ? ", " : "", policy_switch_name(i));
    }
    /* A short name is near to nothing at all, too. */
    if (nearest != NULL && word.length > 0)
        return error_set(error, ERROR_INVALID, "unknown switch \"%.*s\" in a policy; did you mean \"%s\"?",
                         TEXT_ARGUMENTS(word), nearest);
    return error_set(error, ERROR_INVALID, "unknown switch \"%.*s\" in a policy; there are %s", TEXT_ARGUMENTS(word),
                     names);
}

/* Reads "a,b,c". */
static int parse_switches(struct text list, policy_switches *ret_switches, struct error *error)
{
    policy_switches switches = 0;
    for (;;) {
        const char *comma = list.length > 0 ? memchr(list.bytes, ',', list.length) : NULL;
        struct text word = {list.bytes, comma != NULL ? (size_t)(comma - list.bytes) : list.length};
        enum policy_switch one = 0;
        while (one < POLICY_SWITCH_COUNT && !text_is(word, policy_switch_name(one)))
            one++;
        if (one == POLICY_SWITCH_COUNT)
            return refuse_switch(word, error);
        switches |= (policy_switches)1 << one;
        if (comma == NULL)
            break;
        list.bytes += word.length + 1;
        list.length -= word.length + 1;
    }
    *ret_switches = switches;
    return 0;
}

int policy_parse(struct text name, policy_switches *ret_policy, struct error *error)
{
    static const struct {
        const char *prefix;
        policy_switches start;
    } forms[] = {{"original-with=", POLICY_ORIGINAL}, {"reliable-without=", POLICY_RELIABLE}};
    policy_switches switches = 0;

    if (text_is(name, "original") || text_is(name, "reliable")) {
        *ret_policy = text_is(name, "original") ? POLICY_ORIGINAL : POLICY_RELIABLE;
        return 0;
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t prefix = strlen(forms[i].prefix);
        if (!text_starts_with(name, forms[i].prefix))
            continue;
        struct text list = {name.bytes + prefix, name.length - prefix};
        int result = parse_switches(list, &switches, error);
        if (result == 0)
            *ret_policy = forms[i].start ^ switches;
        return result;
    }
    return refuse_policy(name, error);
}
