/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_ANSWERS_H
#define HANDLER_CORE_ANSWERS_H

#include "handler/core/policy.h"
#include "handler/core/values.h"

/*
 * What the answer to a call about a task means for that task, whatever words the server has for it.
 */
enum answer {
    ANSWER_DONE,  /* OK, or the embedder keeps us from it */
    ANSWER_GONE,  /* there is no such task or container */
    ANSWER_BUSY,  /* the task is in a state that does not allow it yet */
    ANSWER_RETRY, /* nothing is known: the same call may succeed */
    ANSWER_FATAL  /* the same call will be refused again, until somebody changes the server */
};

enum answer answer_meaning(policy_switches policy, struct outcome outcome);

#endif
