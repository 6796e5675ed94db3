/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what a scripted client does makes sense: its calls have names of their own, and who asks for one finds it. */
#include "scenarios/language/needs_handler.h"
#include "scenarios/language/sense.h"
#include "scenarios/language/words.h"

struct calls {
    const struct reading *reading;
    const struct scenario *scenario;
    const struct node *root;
};

/* The step whose call has that name, the first in the file; NULL where there is none. */
static const struct scenario_step *find(const struct scenario_step *step, struct text name)
{
    if (step->verb == SCENARIO_CALL && text_equal(step->call.as, name))
        return step;
    for (size_t i = 0; i < step->child_count; i++) {
        const struct scenario_step *found = find(&step->children[i], name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static void find_nearest(const struct scenario_step *step, struct text name, size_t *least, const char **nearest)
{
    if (step->verb == SCENARIO_CALL && step->call.as.length > 0) {
        size_t distance = words_distance(name, step->call.as.bytes);
        if (distance < *least) {
            *least = distance;
            *nearest = step->call.as.bytes;
        }
    }
    for (size_t i = 0; i < step->child_count; i++)
        find_nearest(&step->children[i], name, least, nearest);
}

/* 0 iff there is a call of that name, which is then returned. */
static int check_name(const struct calls *calls, struct text name, const struct scenario_step **ret_step)
{
    size_t least = SIZE_MAX;
    const char *nearest = NULL;
    *ret_step = find(&calls->scenario->steps, name);
    if (*ret_step != NULL)
        return 0;
    find_nearest(&calls->scenario->steps, name, &least, &nearest);
    if (nearest != NULL)
        return reading_fail(calls->reading, sense_place(calls->root, name), ERROR_INVALID,
                            "there is no call %s; did you mean \"%s\"?", quote(name).text, nearest);
    return reading_fail(calls->reading, sense_place(calls->root, name), ERROR_INVALID,
                        "there is no call %s; write \"as: %.*s\" at a call", quote(name).text, TEXT_ARGUMENTS(name));
}

static int check_call(const struct calls *calls, const struct scenario_step *step)
{
    const struct scenario_step *first = step->call.as.length > 0 ? find(&calls->scenario->steps, step->call.as) : step;
    if (calls->scenario->api != SCENARIO_API_V1)
        return reading_fail(calls->reading, step->place, ERROR_INVALID,
                            "a scripted client speaks `api: v1` alone; remove the call, or write that");
    if (first == step)
        return 0;
    return reading_fail(calls->reading, sense_place(calls->root, step->call.as), ERROR_INVALID,
                        "there is a call %s already, from line %zu; take another name", quote(step->call.as).text,
                        first->place.line);
}

static int check_answered(const struct calls *calls, const struct scenario_step *step)
{
    const struct scenario_step *asked;
    int result = check_name(calls, step->call.name, &asked);
    uint32_t told = step->call.answer.fields.told;
    if (result != 0 || (told & ~scenario_answerable(asked->call.rpc)) == 0)
        return result;
    return reading_fail(calls->reading, step->place, ERROR_INVALID,
                        "the answer to %.*s has no such field; say of it what it has",
                        TEXT_ARGUMENTS(asked->call.rpc.length > 0 ? asked->call.rpc : asked->call.path));
}

static int check_heard(const struct calls *calls, const struct scenario_step *step)
{
    const struct scenario_step *asked;
    int result = check_name(calls, step->call.name, &asked);
    if (result == 0 && !text_is(asked->call.rpc, "Events.Subscribe"))
        return reading_fail(calls->reading, sense_place(calls->root, step->call.name), ERROR_INVALID,
                            "%s is no call of Events.Subscribe, and hears nothing; name one that is",
                            quote(step->call.name).text);
    for (size_t i = 0; i < step->call.heard_count && result == 0; i++)
        if (step->call.heard[i].answer.length > 0)
            result = check_name(calls, step->call.heard[i].answer, &asked);
    return result;
}

/* Steps that are done to the handler need one. */
static int check_lonely(const struct calls *calls, const struct scenario_step *step)
{
    if (!calls->scenario->no_handler)
        return 0;
    return reading_fail(calls->reading, step->place, ERROR_INVALID,
                        "`%s` is done to the handler, and this file has none; remove `handlers: none`, or this",
                        words_name(&scenario_verbs, (int)step->verb));
}

static int check_step(const struct calls *calls, const struct scenario_step *step)
{
    int result = 0;
    if (step->verb == SCENARIO_CALL)
        result = check_call(calls, step);
    else if (step->verb == SCENARIO_ANSWERED)
        result = check_answered(calls, step);
    else if (step->verb == SCENARIO_HEARD)
        result = check_heard(calls, step);
    else if (scenario_step_doer(step) == SCENARIO_BY_HANDLER)
        result = check_lonely(calls, step);
    for (size_t i = 0; i < step->child_count && result == 0; i++)
        result = check_step(calls, &step->children[i]);
    return result;
}

static int check_expectations(const struct calls *calls, const struct scenario_expectations *expectations)
{
    if (expectations->count == 0)
        return 0;
    return reading_fail(calls->reading, expectations->items[0].place, ERROR_INVALID,
                        "what is expected is expected of the handler, and this file has none; remove `handlers: none`, "
                        "or say it with \"reply\", \"answered\" and \"heard\"");
}

int sense_check_calls(const struct reading *reading, const struct scenario *scenario, const struct node *root)
{
    struct calls calls = {reading, scenario, root};
    const struct scenario_expect *expect = &scenario->expect;
    const struct scenario_expectations *const kinds[] = {&expect->always, &expect->finally, &expect->never,
                                                         &expect->sometimes};
    int result = check_step(&calls, &scenario->steps);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && result == 0 && scenario->no_handler; i++)
        result = check_expectations(&calls, kinds[i]);
    return result;
}
