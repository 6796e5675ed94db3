/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario gives, as a ledger begins with it. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/status.h"
#include "harness/ledger.h"

/* What is in another namespace is nobody's here. */
static bool is_made(const struct scenario_step *step)
{
    return step->verb == SCENARIO_CREATE && step->name_space.length == 0;
}

static size_t count_steps(const struct scenario_step *step)
{
    size_t count = is_made(step);
    for (size_t i = 0; i < step->child_count; i++)
        count += count_steps(&step->children[i]);
    return count;
}

static void add(struct ledger *ledger, struct text id)
{
    if (ledger_find(ledger, id) == NULL)
        ledger->subjects[ledger->count++].id = id;
}

static void add_created(struct ledger *ledger, const struct scenario_step *step)
{
    if (is_made(step))
        add(ledger, step->container);
    for (size_t i = 0; i < step->child_count; i++)
        add_created(ledger, &step->children[i]);
}

static void add_records(struct ledger *ledger, const struct scenario_given *given)
{
    for (size_t i = 0; i < given->record_count; i++) {
        struct subject *subject = ledger_find(ledger, given->records[i].id);
        if (subject == NULL)
            continue;
        subject->kept_finished = given->records[i].state == SCENARIO_EXITED;
        subject->finished_code = given->records[i].code;
    }
}

static bool is_final(const struct scenario_fault *fault)
{
    return fault->action == SCENARIO_DO_FAIL && text_is(fault->rpc, "Tasks.Delete") &&
           ledger_is_refusal((int)fault->code, fault->message);
}

/* No answer of the server tells its state. */
static bool is_unspoken(const struct scenario *scenario, const char *rpc, struct text id)
{
    for (size_t i = 0; i < scenario->fault_count; i++) {
        const struct scenario_fault *fault = &scenario->faults[i];
        bool is_meant = fault->container.length == 0 || text_equal(fault->container, id);
        if (is_meant && text_is(fault->rpc, rpc) && fault->action == SCENARIO_DO_ANSWER && fault->times == 0 &&
            !fault->has_for && fault->turn == SCENARIO_TURN_FIRST && fault->told.has_state &&
            fault->told.state == SCENARIO_TOLD_UNKNOWN)
            return true;
    }
    return false;
}

/* Recorded and left there by somebody else, before the handler came. */
static bool was_left(const struct scenario_given *given, struct text id)
{
    for (size_t i = 0; i < given->record_count; i++)
        if (text_equal(given->records[i].id, id))
            return false;
    for (size_t i = 0; given->records_kind != SCENARIO_RECORDS_NONE && i < given->container_count; i++)
        if (text_equal(given->containers[i].id, id))
            return given->containers[i].state == SCENARIO_EXITED;
    return false;
}

static void excuse(struct ledger *ledger, const struct scenario *scenario)
{
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        subject->unspoken =
            is_unspoken(scenario, "Tasks.Get", subject->id) && is_unspoken(scenario, "Tasks.List", subject->id);
        subject->orphaned = was_left(&scenario->given, subject->id);
        for (size_t j = 0; j < scenario->fault_count; j++) {
            const struct scenario_fault *fault = &scenario->faults[j];
            bool is_meant = fault->container.length == 0 || text_equal(fault->container, subject->id);
            subject->excused = subject->excused || (is_meant && is_final(fault));
        }
    }
}

int ledger_init(struct ledger *ledger, const struct scenario *scenario, policy_switches switches)
{
    const struct scenario_given *given = &scenario->given;
    memset(ledger, 0, sizeof *ledger);
    ledger->learns = policy_has(switches, POLICY_LEARN_FROM_EVENTS);
    ledger->asks = ledger->learns && policy_has(switches, POLICY_INCARNATIONS);
    ledger->is_stale = true;
    ledger->name_space = given->name_space;
    ledger->subjects = calloc(given->container_count + count_steps(&scenario->steps) + 1, sizeof *ledger->subjects);
    if (ledger->subjects == NULL)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < given->container_count; i++) {
        const struct scenario_container *container = &given->containers[i];
        add(ledger, container->id);
        ledger->subjects[ledger->count - 1].lives = container->state != SCENARIO_NO_TASK;
        ledger->subjects[ledger->count - 1].exited = container->state == SCENARIO_EXITED;
        ledger->subjects[ledger->count - 1].exit_status = container->code;
        ledger->subjects[ledger->count - 1].pid = container->pid;
    }
    add_created(ledger, &scenario->steps);
    ledger_owe_nothing(ledger);
    add_records(ledger, given);
    excuse(ledger, scenario);
    return 0;
}
