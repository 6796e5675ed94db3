/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/names.h"

#include <stdint.h>
#include <stdio.h>

#include "handler/core/note.h"
#include "handler/core/policy.h"
#include "scenarios/language/words.h"

static int check_policy(const struct scenario *scenario, struct text policy, struct scenario_place place,
                        struct error *error)
{
    policy_switches switches;
    int result = policy_parse(policy, &switches, error);
    if (result != 0)
        error_prefix(error, "%.*s:%zu:%zu: ", TEXT_ARGUMENTS(scenario->file), place.line, place.column);
    return result;
}

/* The name of a note, in the order of the list; NULL behind the last one. */
static const char *note_at(int index)
{
    const char *name = note_name((enum note_kind)index);
    return text_is(text_of("unknown"), name) ? NULL : name;
}

/* "did you mean "stream-failed"?", or all that there are. */
static void suggest_note(struct text written, char *sentence, size_t size)
{
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    size_t length = 0;

    for (int i = 0; note_at(i) != NULL; i++) {
        size_t distance = words_distance(written, note_at(i));
        if (distance < least) {
            least = distance;
            nearest = note_at(i);
        }
    }
    if (nearest != NULL) {
        (void)snprintf(sentence, size, "did you mean \"%s\"?", nearest);
        return;
    }
    for (int i = 0; note_at(i) != NULL && length < size; i++)
        length += (size_t)snprintf(sentence + length, size - length, "%s\"%s\"", i == 0 ? "known: " : ", ", note_at(i));
}

static int check_note(const struct scenario *scenario, const struct scenario_expectation *expectation,
                      struct error *error)
{
    char suggestion[ERROR_TEXT_MAX];

    if (expectation->kind != SCENARIO_EXPECT_NOTED)
        return 0;
    for (int i = 0; note_at(i) != NULL; i++)
        if (text_is(expectation->note, note_at(i)))
            return 0;
    suggest_note(expectation->note, suggestion, sizeof suggestion);
    return error_set(error, ERROR_INVALID, "%.*s:%zu:%zu: unknown note \"%.*s\"; %s", TEXT_ARGUMENTS(scenario->file),
                     expectation->note_place.line, expectation->note_place.column, TEXT_ARGUMENTS(expectation->note),
                     suggestion);
}

static int check_expectations(const struct scenario *scenario, const struct scenario_expectations *expectations,
                              struct error *error)
{
    for (size_t i = 0; i < expectations->count; i++) {
        const struct scenario_expectation *expectation = &expectations->items[i];
        int result = check_note(scenario, expectation, error);
        if (result == 0 && expectation->under.length > 0)
            result = check_policy(scenario, expectation->under, expectation->under_place, error);
        if (result != 0)
            return result;
    }
    return 0;
}

int names_check(const struct scenario *scenario, struct error *error)
{
    const struct scenario_expect *expect = &scenario->expect;
    const struct scenario_expectations *const kinds[] = {&expect->always, &expect->finally, &expect->never,
                                                         &expect->sometimes};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int result = check_expectations(scenario, kinds[i], error);
        if (result != 0)
            return result;
    }
    for (size_t i = 0; i < scenario->handler_count; i++) {
        const struct scenario_handler *handler = &scenario->handlers[i];
        int result = check_policy(scenario, handler->policy, handler->policy_place, error);
        if (result != 0)
            return result;
    }
    return 0;
}
