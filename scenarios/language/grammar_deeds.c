/* SPDX-License-Identifier: Apache-2.0 */
/* What a fault does: its action, and what that action needs and allows. */
#include "scenarios/language/grammar_deeds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct type grammar_action = {.wanted = "an action, such as fail", .read = read_word, .words = &scenario_actions};

const struct type grammar_cut_after = {
    .wanted = "a number of bytes from 0 to 65536",
    .read = read_u32,
    .maximum = SCENARIO_CUT_MAX,
};

/* What each action needs, and what belongs to it alone. */
static const struct {
    const char *key;
    enum scenario_do action;
    bool needed;
    const struct type *type;
} properties[] = {
    {"code", SCENARIO_DO_FAIL, true, &grammar_status},
    {"message", SCENARIO_DO_FAIL, false, &grammar_message},
    {"for", SCENARIO_DO_DELAY, true, &grammar_duration},
    {"how", SCENARIO_DO_END, true, &grammar_end},
    {"error", SCENARIO_DO_END, false, &grammar_http2_code},
    {"effect after", SCENARIO_DO_FAIL, false, &grammar_duration},
    {"as", SCENARIO_DO_HOLD, true, &grammar_hold},
    {"after", SCENARIO_DO_CUT, true, &grammar_cut_after},
};

static int check_properties(const struct reading *reading, const struct node *node, enum scenario_do action)
{
    for (size_t i = 0; i < COUNT(properties); i++) {
        const struct node *key = mapping_key(node, properties[i].key);
        bool belongs = properties[i].action == action;
        const char *owner = words_name(&scenario_actions, (int)properties[i].action);
        if (key != NULL && !belongs)
            return reading_fail(reading, key->place, ERROR_INVALID,
                                "\"%s\" belongs to `do: %s`; remove it or write that", properties[i].key, owner);
        if (key == NULL && belongs && properties[i].needed)
            return reading_fail(reading, node->place, ERROR_INVALID, "a fault with `do: %s` needs \"%s\", %s", owner,
                                properties[i].key, properties[i].type->wanted);
    }
    return 0;
}

static int check_fail(const struct reading *reading, const struct node *node, struct scenario_fault *fault)
{
    if (fault->code == 0)
        return reading_fail(reading, mapping_value(node, "code")->place, ERROR_INVALID,
                            "a fault cannot fail with OK; take another code");
    if (fault->has_effect && !text_is(fault->rpc, "Tasks.Delete"))
        return refuse_key(reading, node, "effect after", "belongs to `rpc: Tasks.Delete`; remove it or write that");
    if (mapping_key(node, "message") == NULL)
        return default_message(reading, fault->code, &fault->message);
    return 0;
}

static bool is_of_a_stream(const struct scenario_fault *fault)
{
    return text_is(fault->rpc, words_name(&scenario_rpcs, scenario_streams.items[0].value));
}

static int check_ending(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    if (!is_of_a_stream(fault))
        return reading_fail(reading, mapping_value(node, "do")->place, ERROR_INVALID,
                            "only a stream can end; write it for `stream: events`, or let the call fail");
    return check_end(reading, node, fault->how);
}

static int check_losing(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    if (!is_of_a_stream(fault))
        return 0;
    return reading_fail(reading, mapping_value(node, "do")->place, ERROR_INVALID,
                        "a stream has neither a request nor a reply to lose; write it for a call such as "
                        "`rpc: Tasks.Delete`");
}

static bool is_done_to_events_alone(enum scenario_do action)
{
    return action == SCENARIO_DO_DROP || action == SCENARIO_DO_DUPLICATE || action == SCENARIO_DO_CUT;
}

static bool is_done_to_events(enum scenario_do action)
{
    return action == SCENARIO_DO_HOLD || is_done_to_events_alone(action);
}

/* An event is of the stream, and the stream itself can only be opened. */
static int check_event(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    const char *action = words_name(&scenario_actions, (int)fault->action);
    if (fault->has_event && !is_of_a_stream(fault))
        return refuse_key(reading, node, "event", "belongs to `stream: events`; remove it or write that");
    if (fault->has_event && !is_done_to_events(fault->action))
        return reading_fail(reading, mapping_key(node, "event")->place, ERROR_INVALID,
                            "`do: %s` is done to requests, not to events; remove \"event\", or do something else",
                            action);
    if (!is_of_a_stream(fault) && is_done_to_events_alone(fault->action))
        return reading_fail(reading, mapping_value(node, "do")->place, ERROR_INVALID,
                            "`do: %s` is done to events; write it for `stream: events`", action);
    if (!fault->has_event && is_of_a_stream(fault) && is_done_to_events(fault->action))
        return reading_fail(reading, node->place, ERROR_INVALID, "`do: %s` of a stream needs \"event\", %s", action,
                            grammar_event.wanted);
    return 0;
}

int check_deed(const struct reading *reading, const struct node *node, struct scenario_fault *fault)
{
    int result = check_properties(reading, node, fault->action);
    if (result == 0)
        result = check_event(reading, node, fault);
    if (result != 0)
        return result;
    switch (fault->action) {
    case SCENARIO_DO_FAIL: return check_fail(reading, node, fault);
    case SCENARIO_DO_DELAY:
    case SCENARIO_DO_HANG:
    case SCENARIO_DO_HOLD:
    case SCENARIO_DO_DROP:
    case SCENARIO_DO_DUPLICATE:
    case SCENARIO_DO_CUT: return 0;
    case SCENARIO_DO_END: return check_ending(reading, node, fault);
    case SCENARIO_DO_LOSE_REPLY:
    case SCENARIO_DO_LOSE_REQUEST: return check_losing(reading, node, fault);
    }
    return 0;
}
