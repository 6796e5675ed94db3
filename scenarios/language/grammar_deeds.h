/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_GRAMMAR_DEEDS_H
#define SCENARIOS_LANGUAGE_GRAMMAR_DEEDS_H

#include "scenarios/language/grammar.h"

/*
 * What a fault does, whether it is the first thing done to a request or what follows. The keys go into a struct
 * scenario_fault.
 */
extern const struct type grammar_action;
extern const struct type grammar_cut_after;
extern const struct type grammar_meanwhile;
extern const struct type grammar_until;
extern const struct type grammar_told_state;

#define DEED(field) offsetof(struct scenario_fault, field)

/* The rows of a table of keys that say what is done. */
#define DEED_KEYS                                                                                                    \
    {"do", MUST_BE, &grammar_action, DEED(action), NOWHERE}, {"code", MAY_BE, &grammar_status, DEED(code), NOWHERE}, \
        {"message", MAY_BE, &grammar_message, DEED(message), NOWHERE},                                               \
        {"effect after", MAY_BE, &grammar_duration, DEED(effect_after_ns), DEED(has_effect)},                        \
        {"for", MAY_BE, &grammar_duration, DEED(for_ns), DEED(has_for)},                                             \
        {"headers", MAY_BE, &grammar_yes_or_no, DEED(headers), NOWHERE},                                             \
        {"how", MAY_BE, &grammar_end, DEED(how), NOWHERE},                                                           \
        {"error", MAY_BE, &grammar_http2_code, DEED(http2_code), NOWHERE},                                           \
        {"after", MAY_BE, &grammar_cut_after, DEED(cut_after), NOWHERE},                                             \
        {"as", MAY_BE, &grammar_hold, DEED(hold), NOWHERE}, {"until", MAY_BE, &grammar_until, DEED(until), NOWHERE}, \
        {"meanwhile", MAY_BE, &grammar_meanwhile, DEED(meanwhile), DEED(has_meanwhile)},                             \
        {"state", MAY_BE, &grammar_told_state, DEED(told.state), DEED(told.has_state)},                              \
        {"pid", MAY_BE, &grammar_recorded_pid, DEED(told.pid), DEED(told.has_pid)},                                  \
        {"exit code", MAY_BE, &grammar_code, DEED(told.code), DEED(told.has_code)},                                  \
        {"exited at", MAY_BE, &grammar_exited_at, DEED(told.exited), NOWHERE},                                       \
    {                                                                                                                \
        "oom kills", MAY_BE, &grammar_code, DEED(told.oom_kills), DEED(told.has_oom_kills)                           \
    }

/* Looks at what is done together with whom it is done to: rpc, event and container are known, node is the mapping that
 * has the keys above. Sets what is not written. */
int check_deed(const struct reading *reading, const struct node *node, struct scenario_fault *fault);

#endif
