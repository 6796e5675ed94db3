/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_OOM_H
#define HANDLER_CORE_OOM_H

#include "handler/core/state.h"

/*
 * Why a container ended. An OOM event may come before the exit, after it, without one, or not at all, and may be of an
 * exec or of an earlier life. So it only marks the life that runs; when its init is killed the mark makes the reason.
 * A list that shows the init running when that is MONITOR_OOM_SURVIVED_NS ago takes the mark away: it was another
 * process, and each such kill is one that the counters tell as well and that is not the init's. One that comes later
 * makes the reason, too, once. Where none came, the task's counters are asked before it is deleted. So they are where
 * no time tells whose it is: the clock was put back before the life began, or nobody told its beginning and the event
 * was made before it was found.
 */

/* How long the counters may take to be read. The exit is not recorded before that. */
#define OOM_COUNT_TIMEOUT_NS (2 * TIME_SECOND)

/* What an OOM event may cost, for arena_reserve. */
uint32_t oom_cost(void);

void oom_told(struct step *step, const struct task_event *task);

/* True where the record says that it was killed for want of memory. */
bool oom_is_recorded(const struct container_record *record);

/* A list has the task of the record, and it runs. */
void oom_look(struct step *step, struct text id);

/* True where so many kills are more than the init has survived. */
bool oom_is_counted(const struct step *step, struct text id, uint64_t kills);

/* The counters were read when its life ended: no event tells anything of it any more. */
bool oom_is_settled(const struct step *step, struct text id);

/* True where an OOM event was told that may be of an earlier life, and counts where the counters say nothing. */
bool oom_is_believed(const struct step *step, struct text id);

/* True where only the counters can tell whether this exit was an OOM kill. */
bool oom_is_open(const struct step *step, struct text id, int32_t exit_code);

/* Why it ended; a static text, empty where the policy has no reasons. was_counted: the counters say that it was. */
struct text oom_reason(const struct step *step, struct text id, int32_t exit_code, bool inferred, bool was_counted);

#endif
