/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_JUDGE_H
#define HARNESS_EXPLORE_JUDGE_H

#include "harness/explore/explore.h"

/*
 * What an exploration means, as harness/verdict.h says it of one run: over all runs together a policy must break
 * exactly the promises that its scenario lists for it, and some run must reach each `sometimes`.
 */
struct explore_verdict {
    bool passed;
    struct buffer broken;      /* the promises that broke, "a, b" */
    struct buffer explanation; /* sentences; empty where it passed */
};

/* 0 or ERROR_NO_MEMORY; to be released in any case. listed as of verdict_reach. is_part: others have explored the rest,
 * so what no run has done here says nothing. */
int explore_judge(struct explore_verdict *verdict, const struct explore_result *result, const struct scenario *scenario,
                  struct text policy, const struct scenario_handler *listed, bool is_about_subscriptions, bool is_part);
void explore_verdict_release(struct explore_verdict *verdict);

/* True where the policy fails by what was found. */
bool explore_unlisted(const struct finding *finding, struct text policy, const struct scenario_handler *listed,
                      bool is_about_subscriptions);

#endif
