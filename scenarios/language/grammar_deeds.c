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

const struct type grammar_told_state = {
    .wanted = "a state, such as running", .read = read_word, .words = &scenario_told_states};

static const struct key meanwhile_keys[] = {
    {"code", MUST_BE, &grammar_status, offsetof(struct scenario_meanwhile, code), NOWHERE},
    {"message", MAY_BE, &grammar_message, offsetof(struct scenario_meanwhile, message), NOWHERE},
};

static int check_meanwhile(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_meanwhile *meanwhile = target;
    if (meanwhile->code == 0)
        return reading_fail(reading, mapping_value(node, "code")->place, ERROR_INVALID,
                            "who is refused cannot be told OK; take another code");
    return mapping_key(node, "message") == NULL ? default_message(reading, meanwhile->code, &meanwhile->message) : 0;
}

static const struct mapping meanwhile = {
    .what = "meanwhile",
    .keys = meanwhile_keys,
    .key_count = COUNT(meanwhile_keys),
    .place = NOWHERE,
    .check = check_meanwhile,
};

const struct type grammar_meanwhile = {
    .wanted = "what others are told, such as {code: UNAVAILABLE}", .read = read_mapping, .mapping = &meanwhile};

/* What each action needs and what belongs to it; a key with several owners has a row for each, one behind the other. */
static const struct property {
    const char *key;
    enum scenario_do action;
    bool needed;
    const struct type *type;
} properties[] = {
    {"code", SCENARIO_DO_FAIL, true, &grammar_status},
    {"message", SCENARIO_DO_FAIL, false, &grammar_message},
    {"for", SCENARIO_DO_DELAY, true, &grammar_duration},
    {"for", SCENARIO_DO_ANSWER, false, &grammar_duration},
    {"headers", SCENARIO_DO_DELAY, false, &grammar_yes_or_no},
    {"how", SCENARIO_DO_END, true, &grammar_end},
    {"error", SCENARIO_DO_END, false, &grammar_http2_code},
    {"effect after", SCENARIO_DO_FAIL, false, &grammar_duration},
    {"effect after", SCENARIO_DO_HANG, false, &grammar_duration},
    {"as", SCENARIO_DO_HOLD, false, &grammar_hold},
    {"until", SCENARIO_DO_HOLD, false, &grammar_until},
    {"after", SCENARIO_DO_CUT, true, &grammar_cut_after},
    {"meanwhile", SCENARIO_DO_DELAY, false, &grammar_meanwhile},
    {"meanwhile", SCENARIO_DO_HOLD, false, &grammar_meanwhile},
    {"state", SCENARIO_DO_ANSWER, false, &grammar_told_state},
    {"pid", SCENARIO_DO_ANSWER, false, &grammar_recorded_pid},
    {"exit code", SCENARIO_DO_ANSWER, false, &grammar_code},
    {"exited at", SCENARIO_DO_ANSWER, false, &grammar_exited_at},
    {"oom kills", SCENARIO_DO_ANSWER, false, &grammar_code},
};

static bool has_same_key(size_t a, size_t b)
{
    return text_is(text_of(properties[a].key), properties[b].key);
}

/* Refuses the key of the row, the first of its key, where none of its owners is what is done. */
static int check_owner(const struct reading *reading, const struct node *node, size_t row, enum scenario_do action)
{
    const struct node *key = mapping_key(node, properties[row].key);
    const char *first = words_name(&scenario_actions, (int)properties[row].action);
    size_t next = row + 1;
    bool is_shared = next < COUNT(properties) && has_same_key(next, row);

    if (key == NULL || properties[row].action == action || (is_shared && properties[next].action == action))
        return 0;
    if (is_shared)
        return reading_fail(reading, key->place, ERROR_INVALID,
                            "\"%s\" belongs to `do: %s` and `do: %s`; remove it or write one of them",
                            properties[row].key, first, words_name(&scenario_actions, (int)properties[next].action));
    return reading_fail(reading, key->place, ERROR_INVALID, "\"%s\" belongs to `do: %s`; remove it or write that",
                        properties[row].key, first);
}

static int check_properties(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    enum scenario_do action = fault->action;

    for (size_t i = 0; i < COUNT(properties); i++) {
        const struct property *property = &properties[i];
        int result = i > 0 && has_same_key(i, i - 1) ? 0 : check_owner(reading, node, i, action);
        if (result != 0)
            return result;
        /* A store has no codes. */
        bool needed = property->needed && !(fault->has_store && action == SCENARIO_DO_FAIL);
        if (needed && property->action == action && mapping_key(node, property->key) == NULL)
            return reading_fail(reading, node->place, ERROR_INVALID, "a fault with `do: %s` needs \"%s\", %s",
                                words_name(&scenario_actions, (int)action), property->key, property->type->wanted);
    }
    return 0;
}

static bool can_be_late(struct text rpc)
{
    return text_is(rpc, "Tasks.Delete") || text_is(rpc, "Tasks.Create") || text_is(rpc, "Tasks.Start");
}

static int check_effect(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    if (!fault->has_effect || can_be_late(fault->rpc))
        return 0;
    return refuse_key(reading, node, "effect after",
                      "belongs to `rpc: Tasks.Delete`, `Tasks.Create` or `Tasks.Start`; remove it or write that");
}

static int check_fail(const struct reading *reading, const struct node *node, struct scenario_fault *fault)
{
    if (fault->code == 0)
        return reading_fail(reading, mapping_value(node, "code")->place, ERROR_INVALID,
                            "a fault cannot fail with OK; take another code");
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
    return action == SCENARIO_DO_HOLD || action == SCENARIO_DO_DELAY || is_done_to_events_alone(action);
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
    /* A stream may be opened late. */
    if (!fault->has_event && is_of_a_stream(fault) && is_done_to_events(fault->action) &&
        fault->action != SCENARIO_DO_DELAY)
        return reading_fail(reading, node->place, ERROR_INVALID, "`do: %s` of a stream needs \"event\", %s", action,
                            grammar_event.wanted);
    return 0;
}

/* ---- answers ---- */

/* What the answer to a call tells of a process; all else in it cannot be changed. */
static const struct {
    const char *rpc;
    const char *keys[5];
} told[] = {
    {"Tasks.Get", {"state", "pid", "exit code", "exited at"}},
    {"Tasks.List", {"state", "pid", "exit code", "exited at"}},
    {"Tasks.Delete", {"pid", "exit code", "exited at"}},
    {"Tasks.DeleteProcess", {"pid", "exit code", "exited at"}},
    {"Tasks.Wait", {"exit code", "exited at"}},
    {"Tasks.Create", {"pid"}},
    {"Tasks.Start", {"pid"}},
    {"Tasks.Metrics", {"oom kills"}},
};

static const char *const all_told[] = {"state", "pid", "exit code", "exited at", "oom kills"};

/* Whether the row's answer has what that key says. */
static bool tells(size_t row, const char *key)
{
    for (size_t i = 0; i < COUNT(told[row].keys) && told[row].keys[i] != NULL; i++)
        if (text_is(text_of(key), told[row].keys[i]))
            return true;
    return false;
}

static int check_answer(const struct reading *reading, const struct node *node, struct scenario_fault *fault)
{
    size_t row = 0;
    size_t count = 0;
    while (row < COUNT(told) && !text_is(fault->rpc, told[row].rpc))
        row++;
    if (row == COUNT(told))
        return reading_fail(reading, mapping_value(node, "do")->place, ERROR_INVALID,
                            "the answer to %.*s says nothing of a task; write it for a call such as `rpc: Tasks.Get`",
                            TEXT_ARGUMENTS(fault->rpc));
    for (size_t i = 0; i < COUNT(all_told); i++) {
        const struct node *key = mapping_key(node, all_told[i]);
        if (key != NULL && !tells(row, all_told[i]))
            return reading_fail(reading, key->place, ERROR_INVALID, "the answer to %s does not say \"%s\"; remove it",
                                told[row].rpc, all_told[i]);
        count += key != NULL;
    }
    if (count == 0)
        return reading_fail(reading, node->place, ERROR_INVALID,
                            "a fault with `do: answer` needs what the answer says, such as \"%s\"", told[row].keys[0]);
    if (fault->has_for && fault->container.length == 0 && text_is(fault->rpc, "Tasks.List"))
        return refuse_key(reading, node, "for",
                          "counts from the exit of one container; name it with \"container\", or remove it");
    return 0;
}

static int check_left_out(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    static const char *const lists[] = {"Tasks.List", "Containers.List", "Containers.ListStream", "Tasks.Metrics"};
    for (size_t i = 0; i < COUNT(lists); i++)
        if (text_is(fault->rpc, lists[i]))
            return 0;
    return reading_fail(reading, mapping_value(node, "do")->place, ERROR_INVALID,
                        "nothing can be left out of the answer to %.*s; write it for a list such as `rpc: Tasks.List`",
                        TEXT_ARGUMENTS(fault->rpc));
}

static int check_overlap(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    if (!fault->has_event && !is_of_a_stream(fault))
        return 0;
    return refuse_key(reading, node, "meanwhile", "belongs to a call such as `rpc: Tasks.Delete`; remove it");
}

static int check_delay(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    if (fault->has_event || !is_of_a_stream(fault)) {
        int result = refuse_key(reading, node, "headers", "belongs to a `stream: events` without \"event\"; remove it");
        if (result != 0)
            return result;
    }
    return check_overlap(reading, node, fault);
}

static int check_hold(const struct reading *reading, const struct node *node, const struct scenario_fault *fault)
{
    if (mapping_key(node, "as") == NULL && mapping_key(node, "until") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID,
                            "a fault with `do: hold` needs \"as\", %s, or \"until\", %s", grammar_hold.wanted,
                            grammar_until.wanted);
    return check_overlap(reading, node, fault);
}

static int check_deed_of_store(const struct reading *reading, const struct node *node, struct scenario_fault *fault)
{
    static const char *const of_requests[] = {"code", "effect after", "meanwhile", "until", "headers", "event"};
    const char *action = words_name(&scenario_actions, (int)fault->action);
    int result = refuse_keys(reading, node, of_requests, COUNT(of_requests),
                             "belongs to a request of the server; a store only tells a \"message\"");
    if (result == 0 && fault->action == SCENARIO_DO_HOLD && mapping_key(node, "as") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "a fault with `do: hold` needs \"as\", %s",
                            grammar_hold.wanted);
    if (result != 0)
        return result;
    if (fault->action != SCENARIO_DO_FAIL && fault->action != SCENARIO_DO_DELAY && fault->action != SCENARIO_DO_HOLD)
        return reading_fail(reading, mapping_value(node, "do")->place, ERROR_INVALID,
                            "a store cannot `do: %s`; let it fail, delay or hold", action);
    if (fault->action == SCENARIO_DO_FAIL && mapping_key(node, "message") == NULL)
        fault->message = text_of("the store has failed");
    return 0;
}

int check_deed(const struct reading *reading, const struct node *node, struct scenario_fault *fault)
{
    int result = check_properties(reading, node, fault);
    if (result == 0 && fault->has_store)
        return check_deed_of_store(reading, node, fault);
    if (result == 0)
        result = check_event(reading, node, fault);
    if (result == 0)
        result = check_effect(reading, node, fault);
    if (result != 0)
        return result;
    switch (fault->action) {
    case SCENARIO_DO_FAIL: return check_fail(reading, node, fault);
    case SCENARIO_DO_ANSWER: return check_answer(reading, node, fault);
    case SCENARIO_DO_LEAVE_OUT: return check_left_out(reading, node, fault);
    case SCENARIO_DO_DELAY: return check_delay(reading, node, fault);
    case SCENARIO_DO_HOLD: return check_hold(reading, node, fault);
    case SCENARIO_DO_HANG:
    case SCENARIO_DO_DROP:
    case SCENARIO_DO_DUPLICATE:
    case SCENARIO_DO_CUT: return 0;
    case SCENARIO_DO_END: return check_ending(reading, node, fault);
    case SCENARIO_DO_LOSE_REPLY:
    case SCENARIO_DO_LOSE_REQUEST: return check_losing(reading, node, fault);
    }
    return 0;
}
