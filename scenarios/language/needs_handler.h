/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_NEEDS_HANDLER_H
#define SCENARIOS_LANGUAGE_NEEDS_HANDLER_H

#include "scenarios/language/scenario.h"

/*
 * What of a scenario means something only where the handler that is built in plays along: its store, its process, its
 * locks, its owner, its records. Before any other client these parts cannot be done or judged.
 */

/* Who does a step, or has it done to it. */
enum scenario_doer {
    SCENARIO_BY_NOBODY, /* a block, or time that passes */
    SCENARIO_BY_FAKE,
    SCENARIO_BY_CLIENT, /* the scripted one */
    SCENARIO_BY_HANDLER /* or its owner */
};
enum scenario_doer scenario_step_doer(const struct scenario_step *step);

/* True for a step of the handler, or one that waits for something of the handler's store. Of a block it says nothing of
 * what is in it. */
bool scenario_step_needs_handler(const struct scenario_step *step);

bool scenario_fault_needs_handler(const struct scenario_fault *fault);

#endif
