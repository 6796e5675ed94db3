/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/grammar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(field) offsetof(struct scenario_fault, field)

static const struct type action = {.wanted = "fail or delay", .read = read_word, .words = &scenario_actions};

/* A number, or the word always. */
static int read_times(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                      size_t *ret_count)
{
    if (text_is(subject.node->text, "always")) {
        *(uint32_t *)target = 0;
        return 0;
    }
    return read_u32(reading, type, subject, target, ret_count);
}

static const struct type times = {
    .wanted = "always, or a number from 1 to 1000000",
    .read = read_times,
    .minimum = 1,
    .maximum = 1000000,
};

static const struct key fault_keys[] = {
    {"rpc", ONE_OF, &grammar_rpc, FIELD(rpc), NOWHERE},
    {"stream", ONE_OF, &grammar_stream_rpc, FIELD(rpc), NOWHERE},
    {"container", MAY_BE, &grammar_id_or_any, FIELD(container), NOWHERE},
    {"do", MUST_BE, &action, FIELD(action), NOWHERE},
    {"code", MAY_BE, &grammar_status, FIELD(code), NOWHERE},
    {"message", MAY_BE, &grammar_message, FIELD(message), NOWHERE},
    {"for", MAY_BE, &grammar_duration, FIELD(delay_ns), NOWHERE},
    {"times", MAY_BE, &times, FIELD(times), NOWHERE},
};

static int check_fail(const struct reading *reading, const struct node *node, struct scenario_fault *fault)
{
    const struct node *code = mapping_value(node, "code");
    if (code == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "a fault with `do: fail` needs \"code\", %s",
                            grammar_status.wanted);
    if (fault->code == 0)
        return reading_fail(reading, code->place, ERROR_INVALID, "a fault cannot fail with OK; take another code");
    if (mapping_key(node, "message") == NULL)
        return default_message(reading, fault->code, &fault->message);
    return 0;
}

static int check_delay(const struct reading *reading, const struct node *node)
{
    static const char sentence[] = "belongs to `do: fail`; remove it or write that";
    int result = refuse_key(reading, node, "code", sentence);
    if (result == 0)
        result = refuse_key(reading, node, "message", sentence);
    if (result == 0 && mapping_key(node, "for") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "a fault with `do: delay` needs \"for\", %s",
                            grammar_duration.wanted);
    return result;
}

static int check_fault(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_fault *fault = target;
    int result = 0;

    if (mapping_key(node, "times") == NULL)
        fault->times = 1;
    switch (fault->action) {
    case SCENARIO_DO_FAIL:
        result = refuse_key(reading, node, "for", "belongs to `do: delay`; remove it or write that");
        return result != 0 ? result : check_fail(reading, node, fault);
    case SCENARIO_DO_DELAY: return check_delay(reading, node);
    case SCENARIO_DO_HANG:
    case SCENARIO_DO_END: break;
    }
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

const struct type grammar_faults = {
    .wanted = "a list of faults, such as - {rpc: Tasks.Delete, do: fail, code: UNAVAILABLE}",
    .read = read_list,
    .maximum = SCENARIO_RULES_MAX,
    .element = &fault_type,
    .element_size = sizeof(struct scenario_fault),
};
