/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/sense.h"

#include "base/contract.h"
#include "scenarios/language/cast.h"
#include "scenarios/language/words.h"

struct sense {
    const struct reading *reading;
    const struct scenario *scenario;
    const struct node *root;
    struct cast cast;
};

/* The scalar that a text of the scenario was taken from: they share their bytes. */
static const struct node *node_of(const struct node *node, struct text text)
{
    if (node->kind == NODE_SCALAR)
        return node->text.bytes == text.bytes ? node : NULL;
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        const struct node *found = node_of(child, text);
        if (found != NULL)
            return found;
    }
    return NULL;
}

struct scenario_place sense_place(const struct node *root, struct text text)
{
    const struct node *node = node_of(root, text);
    CONTRACT(node != NULL);
    return node->place;
}

static struct scenario_place place_of(const struct sense *sense, struct text text)
{
    return sense_place(sense->root, text);
}

/* ---- names ---- */

/* Takes the place of *nearest where the name is a nearer spelling of what was written. */
static void prefer_nearer(struct text written, const char *name, size_t *least, const char **nearest)
{
    size_t distance = words_distance(written, name);
    if (distance < *least) {
        *least = distance;
        *nearest = name;
    }
}

static bool has_record(const struct scenario_given *given, struct text id)
{
    for (size_t i = 0; i < given->record_count; i++)
        if (text_equal(given->records[i].id, id))
            return true;
    return false;
}

/* True iff there may be a record of it, whether or not there is such a container. */
static bool has_any_record(const struct sense *sense, struct text id)
{
    return has_record(&sense->scenario->given, id) || cast_publishes(&sense->cast, id);
}

static int check_container(const struct sense *sense, struct text id)
{
    if (id.length == 0 || cast_has(&sense->cast, id, text_of(NULL)))
        return 0;
    struct text nearest = cast_nearest(&sense->cast, text_of(NULL), id);
    if (nearest.length > 0)
        return reading_fail(sense->reading, place_of(sense, id), ERROR_INVALID,
                            "there is no container %s; did you mean %s?", quote(id).text, quote(nearest).text);
    return reading_fail(sense->reading, place_of(sense, id), ERROR_INVALID,
                        "there is no container %s; give it under `given` or create it in a step", quote(id).text);
}

static int check_exec(const struct sense *sense, const struct scenario_step *step)
{
    if (step->exec.length == 0 || step->verb == SCENARIO_PUBLISH || cast_has(&sense->cast, step->container, step->exec))
        return 0;
    struct text nearest = cast_nearest(&sense->cast, step->container, step->exec);
    if (nearest.length > 0)
        return reading_fail(sense->reading, place_of(sense, step->exec), ERROR_INVALID,
                            "container %s has no exec %s; did you mean %s?", quote(step->container).text,
                            quote(step->exec).text, quote(nearest).text);
    return reading_fail(sense->reading, place_of(sense, step->exec), ERROR_INVALID,
                        "container %s has no exec %s; give it with the container or start it in a step",
                        quote(step->container).text, quote(step->exec).text);
}

static int check_records(const struct sense *sense)
{
    const struct scenario_given *given = &sense->scenario->given;
    for (size_t i = 0; i < given->record_count; i++)
        for (size_t j = 0; j < i; j++)
            if (text_equal(given->records[i].id, given->records[j].id))
                return reading_fail(sense->reading, given->records[i].place, ERROR_INVALID,
                                    "there is a record %s already, from line %zu; remove one of them",
                                    quote(given->records[i].id).text, given->records[j].place.line);
    return 0;
}

static int check_faults(const struct sense *sense)
{
    for (size_t i = 0; i < sense->scenario->fault_count; i++) {
        const struct scenario_fault *fault = &sense->scenario->faults[i];
        bool may_be_a_record = fault->has_store && has_any_record(sense, fault->container);
        int result = may_be_a_record ? 0 : check_container(sense, fault->container);
        if (result == 0)
            result = check_container(sense, fault->until.container);
        if (result != 0)
            return result;
    }
    return 0;
}

/* ---- holds ---- */

/* True iff some fault holds under that name; else the nearest that does, or NULL. */
static bool find_hold(const struct scenario *scenario, struct text hold, const char **nearest)
{
    size_t least = SIZE_MAX;
    *nearest = NULL;
    for (size_t i = 0; i < scenario->fault_count; i++) {
        struct text name = scenario->faults[i].hold;
        if (name.length == 0)
            continue;
        if (text_equal(name, hold))
            return true;
        prefer_nearer(hold, name.bytes, &least, nearest);
    }
    return false;
}

/* What is held may be held for ever; what is released must have been held. */
static int check_release(const struct sense *sense, const struct scenario_step *step)
{
    const char *nearest;
    if (step->verb != SCENARIO_RELEASE || find_hold(sense->scenario, step->hold, &nearest))
        return 0;
    if (nearest != NULL)
        return reading_fail(sense->reading, place_of(sense, step->hold), ERROR_INVALID,
                            "nothing is held as %s; did you mean \"%s\"?", quote(step->hold).text, nearest);
    return reading_fail(sense->reading, place_of(sense, step->hold), ERROR_INVALID,
                        "nothing is held as %s; write a fault with `do: hold, as: %.*s`", quote(step->hold).text,
                        TEXT_ARGUMENTS(step->hold));
}

/* ---- steps ---- */

/* The events of 2017 tell neither. */
static int check_published(const struct sense *sense, const struct scenario_step *step)
{
    struct text untold = step->published.name_space.length > 0 ? step->published.name_space : step->exec;
    if (step->verb != SCENARIO_PUBLISH || sense->scenario->api == SCENARIO_API_V1 || untold.length == 0)
        return 0;
    return reading_fail(sense->reading, place_of(sense, untold), ERROR_INVALID,
                        "an event of `api: execution` tells neither a namespace nor an exec; remove it");
}

/* True iff a step within the block makes what is named, in the same other namespace. */
static bool is_made_elsewhere(const struct scenario_step *block, const struct scenario_step *named)
{
    bool is_exec = named->exec.length > 0;
    for (size_t i = 0; i < block->child_count; i++) {
        const struct scenario_step *step = &block->children[i];
        bool makes = step->verb == (is_exec ? SCENARIO_EXEC : SCENARIO_CREATE);
        if (is_made_elsewhere(step, named) ||
            (makes && text_equal(step->name_space, named->name_space) &&
             text_equal(step->container, named->container) && text_equal(step->exec, named->exec)))
            return true;
    }
    return false;
}

/* Of other namespaces only what steps make is there. */
static int check_elsewhere(const struct sense *sense, const struct scenario_step *step)
{
    struct text name = step->exec.length > 0 ? step->exec : step->container;
    if (text_equal(step->name_space, sense->scenario->given.name_space))
        return reading_fail(sense->reading, place_of(sense, step->name_space), ERROR_INVALID,
                            "everything is in namespace %s unless another one is named; remove this",
                            quote(step->name_space).text);
    if (is_made_elsewhere(&sense->scenario->steps, step))
        return 0;
    return reading_fail(sense->reading, place_of(sense, name), ERROR_INVALID,
                        "there is no %s %s in namespace %s; %s it in a step of that namespace",
                        step->exec.length > 0 ? "exec" : "container", quote(name).text, quote(step->name_space).text,
                        step->exec.length > 0 ? "start" : "create");
}

static bool is_about_a_record(const struct sense *sense, const struct scenario_step *step)
{
    bool is_locked = step->verb == SCENARIO_LOCK || step->verb == SCENARIO_UNLOCK;
    return (is_locked || step->verb == SCENARIO_ASK) && has_any_record(sense, step->container);
}

static int check_step_names(const struct sense *sense, const struct scenario_step *step)
{
    int result = 0;
    if (step->name_space.length > 0)
        return check_elsewhere(sense, step);
    if (step->verb != SCENARIO_PUBLISH && step->verb != SCENARIO_RECORD && !is_about_a_record(sense, step))
        result = check_container(sense, step->container);
    if (result == 0 && !has_any_record(sense, step->after.container))
        result = check_container(sense, step->after.container);
    for (size_t i = 0; i < step->tasks_lost_count && result == 0; i++)
        result = check_container(sense, step->tasks_lost[i]);
    for (size_t i = 0; i < step->containers_lost_count && result == 0; i++)
        result = check_container(sense, step->containers_lost[i]);
    if (result == 0)
        result = check_exec(sense, step);
    if (result == 0)
        result = check_release(sense, step);
    if (result == 0)
        result = check_published(sense, step);
    for (size_t i = 0; i < step->child_count && result == 0; i++)
        result = check_step_names(sense, &step->children[i]);
    return result;
}

/* Counts the steps of a block, itself not counted. */
static int check_step_count(const struct sense *sense, const struct scenario_step *block, size_t *count)
{
    for (size_t i = 0; i < block->child_count; i++) {
        if (++*count > SCENARIO_STEPS_MAX)
            return reading_fail(sense->reading, block->children[i].place, ERROR_LIMIT,
                                "a scenario may have at most %d steps; split it into several files",
                                SCENARIO_STEPS_MAX);
        int result = check_step_count(sense, &block->children[i], count);
        if (result != 0)
            return result;
    }
    return 0;
}

/* How many steps may be the next ones at one moment, at the most. */
static size_t step_width(const struct scenario_step *step)
{
    size_t width = step->child_count > 0 ? 0 : 1;
    for (size_t i = 0; i < step->child_count; i++) {
        size_t of_child = step_width(&step->children[i]);
        if (step->verb == SCENARIO_ANY_ORDER)
            width += of_child;
        else if (of_child > width)
            width = of_child;
    }
    return width;
}

static int check_step_width(const struct sense *sense)
{
    const struct scenario_step *steps = &sense->scenario->steps;
    for (size_t i = 0; i < steps->child_count; i++)
        if (step_width(&steps->children[i]) > SCENARIO_BLOCK_MAX)
            return reading_fail(sense->reading, steps->children[i].place, ERROR_LIMIT,
                                "at most %d steps may be waiting in `any order` at one time; nest fewer of them",
                                SCENARIO_BLOCK_MAX);
    return 0;
}

/* ---- expectations and handlers ---- */

/* An expectation under a policy that is not run would never be judged. */
static int check_under(const struct sense *sense, const struct scenario_expectation *expectation)
{
    struct text under = expectation->under;
    bool is_run = under.length == 0 || text_is(under, "reliable");
    for (size_t i = 0; i < sense->scenario->handler_count && !is_run; i++)
        is_run = text_equal(sense->scenario->handlers[i].policy, under);
    if (is_run)
        return 0;
    return reading_fail(sense->reading, place_of(sense, under), ERROR_INVALID,
                        "policy %s is not under `handlers`, so this would never be judged; list it there",
                        quote(under).text);
}

static int check_expectations(const struct sense *sense, const struct scenario_expectations *expectations)
{
    for (size_t i = 0; i < expectations->count; i++) {
        const struct scenario_expectation *expectation = &expectations->items[i];
        struct text container = expectation->container;
        int result = has_any_record(sense, container) ? 0 : check_container(sense, container);
        if (result == 0)
            result = check_under(sense, expectation);
        if (result != 0)
            return result;
    }
    return 0;
}

/* True iff the promise is built in or named in this file; else the nearest there is, or NULL. */
static bool find_promise(const struct scenario *scenario, struct text promise, const char **nearest)
{
    const struct scenario_expect *expect = &scenario->expect;
    const struct scenario_expectations *const kinds[] = {&expect->always, &expect->finally, &expect->never,
                                                         &expect->sometimes};
    size_t least = SIZE_MAX;
    int unused;

    *nearest = NULL;
    if (words_find(&scenario_promises, promise, &unused))
        return true;
    for (size_t i = 0; i < scenario_promises.count; i++)
        prefer_nearer(promise, scenario_promises.items[i].name, &least, nearest);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        for (size_t j = 0; j < kinds[i]->count; j++) {
            struct text name = kinds[i]->items[j].promise;
            if (text_equal(name, promise))
                return true;
            if (name.length > 0)
                prefer_nearer(promise, name.bytes, &least, nearest);
        }
    return false;
}

static int check_breaks(const struct sense *sense, const struct scenario_handler *handler)
{
    for (size_t i = 0; i < handler->break_count; i++) {
        struct text promise = handler->breaks[i];
        const char *nearest;
        for (size_t j = 0; j < i; j++)
            if (text_equal(handler->breaks[j], promise))
                return reading_fail(sense->reading, place_of(sense, promise), ERROR_INVALID,
                                    "promise %s is listed already; remove one of them", quote(promise).text);
        if (find_promise(sense->scenario, promise, &nearest))
            continue;
        if (nearest != NULL)
            return reading_fail(sense->reading, place_of(sense, promise), ERROR_INVALID,
                                "there is no promise %s; did you mean \"%s\"?", quote(promise).text, nearest);
        return reading_fail(sense->reading, place_of(sense, promise), ERROR_INVALID,
                            "there is no promise %s; name it in an expectation of this file (promise: %.*s)",
                            quote(promise).text, TEXT_ARGUMENTS(promise));
    }
    return 0;
}

static int check_handlers(const struct sense *sense)
{
    const struct scenario *scenario = sense->scenario;
    for (size_t i = 0; i < scenario->handler_count; i++) {
        const struct scenario_handler *handler = &scenario->handlers[i];
        if (text_is(handler->policy, "reliable"))
            return reading_fail(sense->reading, handler->place, ERROR_INVALID,
                                "policy \"reliable\" is always run and must break nothing; remove it from the list");
        for (size_t j = 0; j < i; j++)
            if (text_equal(scenario->handlers[j].policy, handler->policy))
                return reading_fail(sense->reading, handler->place, ERROR_INVALID,
                                    "policy %s is listed already, in line %zu; remove one of them",
                                    quote(handler->policy).text, scenario->handlers[j].place.line);
        int result = check_breaks(sense, handler);
        if (result != 0)
            return result;
    }
    return 0;
}

static int check_expect(const struct sense *sense)
{
    const struct scenario_expect *expect = &sense->scenario->expect;
    int result = check_expectations(sense, &expect->always);
    if (result == 0)
        result = check_expectations(sense, &expect->finally);
    if (result == 0)
        result = check_expectations(sense, &expect->never);
    if (result == 0)
        result = check_expectations(sense, &expect->sometimes);
    return result;
}

int sense_check(const struct reading *reading, const struct scenario *scenario, const struct node *root)
{
    struct sense sense = {.reading = reading, .scenario = scenario, .root = root};
    size_t steps = 0;
    int result = check_step_count(&sense, &scenario->steps, &steps);

    if (result == 0)
        result = check_step_width(&sense);
    if (result == 0)
        result = cast_collect(&sense.cast, reading, scenario);
    if (result == 0)
        result = cast_check(&sense.cast, reading);
    if (result == 0)
        result = check_records(&sense);
    if (result == 0)
        result = check_faults(&sense);
    if (result == 0)
        result = check_step_names(&sense, &scenario->steps);
    if (result == 0)
        result = sense_check_calls(reading, scenario, root);
    if (result == 0)
        result = sense_check_owner(reading, scenario, root);
    if (result == 0)
        result = check_expect(&sense);
    return result != 0 ? result : check_handlers(&sense);
}
