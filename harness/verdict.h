/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_VERDICT_H
#define HARNESS_VERDICT_H

#include "harness/run.h"

/*
 * What a run means: a policy must break exactly the promises that its scenario lists for it, `reliable` and policies
 * that are not listed none.
 */
struct verdict {
    struct run run;
    bool is_about_subscriptions; /* then every policy answers for its subscriptions, not `reliable` alone */
    bool passed;
    struct buffer broken; /* the promises that broke, "a, b"; empty where none did */
    struct buffer
        explanation; /* why it did not pass: sentences, the line of the file, the trace around; empty where it did */
    int64_t real_ns; /* filled in by whoever has a clock; for reports */
};

/* Runs the scenario under the policy and judges. listed says what it must break; NULL: nothing. 0, or an error as of
 * run_scenario. The verdict must be released after any result. */
int verdict_reach(struct verdict *verdict, const struct scenario *scenario, struct text policy,
                  const struct scenario_handler *listed, bool is_about_subscriptions, const struct run_choices *choices,
                  struct error *error);
void verdict_release(struct verdict *verdict);

/* What the scenario lists for a policy, or NULL. */
const struct scenario_handler *verdict_listed(const struct scenario *scenario, struct text policy);

#endif
