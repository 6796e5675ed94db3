/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "scenarios/language/grammar_deeds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(field) offsetof(struct scenario_fault, field)
#define CHAIN(field) offsetof(struct chain, field)

/* One entry of the file: a fault and what follows it, each of which becomes a fault of its own. */
struct chain {
    struct scenario_fault first; /* must be the first member: the keys of a fault go there */
    bool has_then;
    struct scenario_fault then;
    bool has_after_that;
    struct scenario_fault after_that;
};

/* ---- times ---- */

static const char up_to[] = "up to ";

/* Into the struct scenario_fault: a number, or how many at the most, or the word always. */
static int read_times(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                      size_t *ret_count)
{
    struct scenario_fault *fault = target;
    struct node number = *subject.node;
    struct subject of_number = {&number, subject.what};
    if (text_is(subject.node->text, "always")) {
        fault->times = 0;
        return 0;
    }
    fault->up_to = text_starts_with(subject.node->text, up_to);
    if (fault->up_to) {
        number.text.bytes += sizeof up_to - 1;
        number.text.length -= sizeof up_to - 1;
    }
    return read_u32(reading, type, of_number, &fault->times, ret_count);
}

static const struct type times = {
    .wanted = "always, a number from 1 to 1000000, or up to such a number",
    .read = read_times,
    .like = read_u32,
    .instead = "always",
    .pattern = "^up to [1-9][0-9]*$",
    .minimum = 1,
    .maximum = 1000000,
};

/* ---- what follows ---- */

static const struct key then_keys[] = {
    DEED_KEYS,
    {"times", MAY_BE, &times, 0, NOWHERE},
};

static const struct mapping then = {
    .what = "what is done then",
    .keys = then_keys,
    .key_count = COUNT(then_keys),
    .place = FIELD(place),
};

static const struct type then_type = {
    .wanted = "what is done then, such as {do: hang}", .read = read_mapping, .mapping = &then};

static const struct key after_that_keys[] = {DEED_KEYS};

static const struct mapping after_that = {
    .what = "what is done after that",
    .keys = after_that_keys,
    .key_count = COUNT(after_that_keys),
    .place = FIELD(place),
};

static const struct type after_that_type = {
    .wanted = "what is done to all that come later, such as {do: hang}", .read = read_mapping, .mapping = &after_that};

/* ---- a fault ---- */

static const struct key fault_keys[] = {
    {"rpc", ONE_OF, &grammar_rpc, FIELD(rpc), NOWHERE},
    {"stream", ONE_OF, &grammar_stream_rpc, FIELD(rpc), NOWHERE},
    {"store", ONE_OF, &grammar_store, FIELD(store), FIELD(has_store)},
    {"event", MAY_BE, &grammar_event, FIELD(event), FIELD(has_event)},
    {"container", MAY_BE, &grammar_id_or_any, FIELD(container), NOWHERE},
    DEED_KEYS,
    {"times", MAY_BE, &times, 0, NOWHERE},
    {"then", MAY_BE, &then_type, CHAIN(then), CHAIN(has_then)},
    {"after that", MAY_BE, &after_that_type, CHAIN(after_that), CHAIN(has_after_that)},
};

/* What is meant where `times` is not written: once, or as long as it is so. */
static void set_times(const struct node *node, struct scenario_fault *fault)
{
    bool lasts = fault->action == SCENARIO_DO_ANSWER && fault->has_for;
    if (mapping_key(node, "times") == NULL)
        fault->times = lasts ? 0 : 1;
}

/* What follows is done to the same requests or events. */
static int check_following(const struct reading *reading, const struct node *node, const char *key,
                           const struct scenario_fault *before, enum scenario_turn turn, struct scenario_fault *fault)
{
    fault->rpc = before->rpc;
    fault->has_store = before->has_store;
    fault->store = before->store;
    fault->has_event = before->has_event;
    fault->event = before->event;
    fault->container = before->container;
    fault->turn = turn;
    if (before->times == 0)
        return refuse_key(reading, node, key, "never comes where `times` is always; write a number");
    return check_deed(reading, mapping_value(node, key), fault);
}

static int check_fault(const struct reading *reading, const struct node *node, void *target)
{
    struct chain *chain = target;
    const struct scenario_fault *last = &chain->first;
    int result = check_deed(reading, node, &chain->first);

    if (result == 0 && last->has_store && last->store == SCENARIO_STORE_LOAD)
        result = refuse_key(reading, node, "container", "cannot be chosen, because all records are loaded; remove it");
    set_times(node, &chain->first);
    if (result == 0 && chain->has_then) {
        set_times(mapping_value(node, "then"), &chain->then);
        result = check_following(reading, node, "then", last, SCENARIO_TURN_THEN, &chain->then);
        last = &chain->then;
    }
    if (result == 0 && chain->has_after_that)
        result = check_following(reading, node, "after that", last, SCENARIO_TURN_AFTER_THAT, &chain->after_that);
    return result;
}

static const struct mapping fault = {
    .what = "a fault",
    .keys = fault_keys,
    .key_count = COUNT(fault_keys),
    .place = FIELD(place),
    .check = check_fault,
};

static const struct type fault_type = {.wanted = "a fault", .read = read_mapping, .mapping = &fault};

/* ---- the list ---- */

static size_t faults_of(const struct chain *chain)
{
    return 1 + (size_t)chain->has_then + (size_t)chain->has_after_that;
}

static void unfold(const struct chain *chain, struct scenario_fault *faults)
{
    size_t count = 0;
    faults[count++] = chain->first;
    if (chain->has_then)
        faults[count++] = chain->then;
    if (chain->has_after_that)
        faults[count++] = chain->after_that;
}

/* An array of struct scenario_fault, in which what follows a fault stands behind it. */
static int read_faults(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                       size_t *ret_count)
{
    struct chain *chains = NULL;
    size_t chain_count = 0;
    size_t count = 0;
    int result = read_list(reading, type, subject, &chains, &chain_count);
    if (result != 0)
        return result;
    for (size_t i = 0; i < chain_count; i++)
        count += faults_of(&chains[i]);
    if (count > SCENARIO_RULES_MAX)
        return reading_fail(reading, subject.node->place, ERROR_LIMIT,
                            "%s may have at most %d entries, what follows them counted; leave some out", subject.what,
                            SCENARIO_RULES_MAX);
    struct scenario_fault *faults = region_array(reading->region, count, sizeof *faults);
    if (faults == NULL)
        return reading_fail_memory(reading);
    count = 0;
    for (size_t i = 0; i < chain_count; count += faults_of(&chains[i]), i++)
        unfold(&chains[i], faults + count);
    memcpy(target, &faults, sizeof faults);
    *ret_count = count;
    return 0;
}

const struct type grammar_faults = {
    .wanted = "a list of faults, such as - {rpc: Tasks.Delete, do: fail, code: UNAVAILABLE}",
    .read = read_faults,
    .like = read_list,
    .maximum = SCENARIO_RULES_MAX,
    .element = &fault_type,
    .element_size = sizeof(struct chain),
};
