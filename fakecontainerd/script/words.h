/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_SCRIPT_WORDS_H
#define FAKECONTAINERD_SCRIPT_WORDS_H

#include "fakecontainerd/core/command.h"
#include "scenarios/language/scenario.h"

/*
 * Words of the language as values of the core.
 */
enum fake_stream_end_kind script_end(enum scenario_end how);
enum fake_event_topic script_topic(enum scenario_event event);

/* Where nothing is written it is FAKE_EXITED_AT_TIME. */
struct fake_exited_at script_exited_at(const struct scenario_exited *exited);

/* The fault of that index as a rule. */
void script_rule(const struct scenario *scenario, size_t index, struct fake_rule *rule);

#endif
