/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_PIDLESS_H
#define HANDLER_CORE_PIDLESS_H

#include "handler/core/life.h"
#include "handler/core/whose.h"

/*
 * Whose task it is, where the record's life goes on and nobody has told its pid: a list has shown the task without one.
 * Then what is known of its end tells: the init of which an exit was told, by its name, is no process with another pid;
 * and what has stopped does not run, is not about to start, and has ended only once. While no end is in doubt, or it
 * tells nothing, the task is believed to be the record's own, which so gets its pid.
 */

/* True where the record's life goes on and its pid is not known, and the policy tells lives apart. */
bool pidless_is(const struct step *step, const struct container_record *record);

/* Of such a record: whose task the server shows. WHOSE_UNKNOWN: an end was told, perhaps its own, and the process runs.
 */
enum whose pidless_task(const struct step *step, const struct container_record *record,
                        const struct process_state *process);

/* Of such a record: the creation or start that was told may be of the next life, because an end is in doubt that is not
 * surely of the same process. */
bool pidless_is_in_doubt(const struct step *step, const struct container_record *record,
                         const struct task_event *beginning);

/* The process has stopped as the end tells, of which the server may not say how. */
bool pidless_is_told(const struct task_event *end, const struct process_state *process);

/* The life is VERIFYING, and its answer shows the task. Where that is the first to tell the pid of the record, and no
 * end in doubt is of another, the record gets it: found.h. True where that becomes an event. */
bool pidless_learn(struct step *step, arena_ref life, const struct container_record *record,
                   const struct process_state *process);

#endif
