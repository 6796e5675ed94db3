/* SPDX-License-Identifier: Apache-2.0 */
/* The handler's own side: records from elsewhere, its process, its owner; and the moments that a step waits for. */
#include "scenarios/language/grammar.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define FIELD(field)  offsetof(struct scenario_step, field)
#define MOMENT(field) offsetof(struct scenario_moment, field)

/* ---- record ---- */

static const struct type state_type = {
    .wanted = "none, created, running or exited",
    .read = read_word,
    .words = &scenario_states,
};

static const struct key record_keys[] = {
    {"container", MUST_BE, &grammar_new_id, FIELD(container), NOWHERE},
    {"state", MUST_BE, &state_type, FIELD(record.state), NOWHERE},
    {"pid", MAY_BE, &grammar_recorded_pid, FIELD(record.pid), NOWHERE},
    {"code", MAY_BE, &grammar_recorded_code, FIELD(record.code), NOWHERE},
    {"finished at", MAY_BE, &grammar_wall, FIELD(record.finished_at_ns), FIELD(record.has_finished_at)},
    {"inferred", MAY_BE, &grammar_yes_or_no, FIELD(record.inferred), NOWHERE},
    {"delete pending", MAY_BE, &grammar_yes_or_no, FIELD(record.delete_pending), NOWHERE},
};

static int check_record_step(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_step *step = target;
    step->record.id = step->container;
    if (step->record.state == SCENARIO_NO_TASK) {
        int result = refuse_key(reading, node, "pid", "belongs to a record, and `state: none` is no record; remove it");
        if (result != 0)
            return result;
    }
    return check_record(reading, node, &step->record);
}

const struct mapping grammar_record = {
    .what = "a step's record",
    .keys = record_keys,
    .key_count = COUNT(record_keys),
    .place = NOWHERE,
    .check = check_record_step,
};

/* ---- handler ---- */

static const struct type fate_type = {.wanted = "crash, stop or start", .read = read_word, .words = &scenario_fates};

static const struct key handler_keys[] = {
    {"do", MUST_BE, &fate_type, FIELD(fate), NOWHERE},
    {"down", MAY_BE, &grammar_duration, FIELD(down_ns), NOWHERE},
};

static int check_handler(const struct reading *reading, const struct node *node, void *target)
{
    const struct scenario_step *step = target;
    if (step->fate != SCENARIO_FATE_CRASH)
        return refuse_key(reading, node, "down", "belongs to `do: crash`; remove it or write that");
    if (mapping_key(node, "down") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "a handler that crashes needs \"down\", %s",
                            grammar_duration.wanted);
    return 0;
}

const struct mapping grammar_handler = {
    .what = "a step's handler",
    .keys = handler_keys,
    .key_count = COUNT(handler_keys),
    .place = NOWHERE,
    .check = check_handler,
};

/* ---- ask ---- */

static const struct type operation_type = {
    .wanted = "an operation, such as stop", .read = read_word, .words = &scenario_operations};

static const struct key ask_keys[] = {
    {"operation", MUST_BE, &operation_type, FIELD(ask.operation), NOWHERE},
    {"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE},
    {"grace", MAY_BE, &grammar_duration, FIELD(ask.grace_ns), NOWHERE},
    {"timeout", MAY_BE, &grammar_duration, FIELD(ask.timeout_ns), NOWHERE},
    {"as", MAY_BE, &grammar_hold, FIELD(ask.as), NOWHERE},
};

static int check_ask(const struct reading *reading, const struct node *node, void *target)
{
    const struct scenario_step *step = target;
    const struct node *timeout = mapping_value(node, "timeout");
    if (timeout != NULL && step->ask.timeout_ns == 0)
        return reading_fail(reading, timeout->place, ERROR_INVALID,
                            "an owner that does not wait at all gets no answer; write a longer time, or none");
    if (step->ask.operation != SCENARIO_OPERATION_STOP)
        return refuse_key(reading, node, "grace", "belongs to `operation: stop`; remove it or write that");
    if (mapping_key(node, "grace") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "`operation: stop` needs \"grace\", %s",
                            grammar_duration.wanted);
    return 0;
}

const struct mapping grammar_ask = {
    .what = "a step's ask",
    .keys = ask_keys,
    .key_count = COUNT(ask_keys),
    .place = NOWHERE,
    .check = check_ask,
};

/* ---- after ---- */

static const struct type passed_type = {.wanted = "asked or answered", .read = read_word, .words = &scenario_passages};

static const struct key moment_keys[] = {
    {"rpc", ONE_OF, &grammar_rpc, MOMENT(rpc), NOWHERE},
    {"store", ONE_OF, &grammar_store, MOMENT(store), MOMENT(of_store)},
    {"container", MAY_BE, &grammar_id_or_any, MOMENT(container), NOWHERE},
    {"is", MUST_BE, &passed_type, MOMENT(passed), NOWHERE},
};

static int check_moment(const struct reading *reading, const struct node *node, void *target)
{
    const struct scenario_moment *moment = target;
    if (moment->of_store && moment->store == SCENARIO_STORE_LOAD)
        return refuse_key(reading, node, "container", "cannot be chosen, because all records are loaded; remove it");
    return 0;
}

const struct mapping grammar_moment = {
    .what = "a step's after",
    .keys = moment_keys,
    .key_count = COUNT(moment_keys),
    .place = NOWHERE,
    .check = check_moment,
};
