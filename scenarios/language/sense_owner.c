/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what is said of the owner agrees: each name is given once, and what is abandoned or expected was asked. */
#include "base/contract.h"
#include "scenarios/language/sense.h"
#include "scenarios/language/words.h"

struct check {
    const struct reading *reading;
    const struct node *root;
    const struct scenario *scenario;
    struct text *names; /* of what has been asked, in the order of the file */
    size_t count;
};

static size_t count_asks(const struct scenario_step *step)
{
    size_t count = step->verb == SCENARIO_ASK && step->ask.as.length > 0;
    for (size_t i = 0; i < step->child_count; i++)
        count += count_asks(&step->children[i]);
    return count;
}

static bool is_asked(const struct check *check, struct text name)
{
    for (size_t i = 0; i < check->count; i++)
        if (text_equal(check->names[i], name))
            return true;
    return false;
}

static int collect(struct check *check, const struct scenario_step *step)
{
    struct text name = step->ask.as;
    int result = 0;
    if (step->verb == SCENARIO_ASK && name.length > 0) {
        if (is_asked(check, name))
            return reading_fail(check->reading, sense_place(check->root, name), ERROR_INVALID,
                                "something is asked as %s already; take another name", quote(name).text);
        check->names[check->count++] = name;
    }
    for (size_t i = 0; i < step->child_count && result == 0; i++)
        result = collect(check, &step->children[i]);
    return result;
}

static int require(const struct check *check, struct text name)
{
    const char *nearest = NULL;
    size_t least = SIZE_MAX;

    if (is_asked(check, name))
        return 0;
    for (size_t i = 0; i < check->count; i++) {
        size_t distance = words_distance(name, check->names[i].bytes);
        if (distance < least) {
            least = distance;
            nearest = check->names[i].bytes;
        }
    }
    if (nearest != NULL)
        return reading_fail(check->reading, sense_place(check->root, name), ERROR_INVALID,
                            "nothing is asked as %s; did you mean \"%s\"?", quote(name).text, nearest);
    return reading_fail(check->reading, sense_place(check->root, name), ERROR_INVALID,
                        "nothing is asked as %s; write a step with `ask` and `as: %.*s`", quote(name).text,
                        TEXT_ARGUMENTS(name));
}

static int check_steps(const struct check *check, const struct scenario_step *step)
{
    int result = step->verb == SCENARIO_ABANDON ? require(check, step->hold) : 0;
    for (size_t i = 0; i < step->child_count && result == 0; i++)
        result = check_steps(check, &step->children[i]);
    return result;
}

static int check_list(const struct check *check, const struct scenario_expectations *list)
{
    int result = 0;
    for (size_t i = 0; i < list->count && result == 0; i++)
        if (list->items[i].kind == SCENARIO_EXPECT_ANSWERED)
            result = require(check, list->items[i].operation);
    return result;
}

int sense_check_owner(const struct reading *reading, const struct scenario *scenario, const struct node *root)
{
    struct check check = {.reading = reading, .root = root, .scenario = scenario};
    const struct scenario_expect *expect = &scenario->expect;
    const struct scenario_expectations *const lists[] = {&expect->always, &expect->finally, &expect->never,
                                                         &expect->sometimes};
    int result;

    check.names = region_array(reading->region, count_asks(&scenario->steps), sizeof *check.names);
    if (check.names == NULL)
        return reading_fail_memory(reading);
    result = collect(&check, &scenario->steps);
    if (result == 0)
        result = check_steps(&check, &scenario->steps);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && result == 0; i++)
        result = check_list(&check, lists[i]);
    return result;
}
