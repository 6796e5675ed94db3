/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_ACTIONS_H
#define HANDLER_CORE_ACTIONS_H

#include "handler/core/monitor.h"
#include "handler/core/state.h"

/*
 * Adding to a step's actions. Texts are borrowed: they must stay in place until the next step begins, so what a step
 * drops it retires (state.h) rather than releases.
 */

/* An action of that kind at the end of the list, to be filled in: zeroed but for what its kind never has, and for the
 * record of a PUT or TELL. There must be room. */
struct monitor_action *action_add(struct step *step, enum monitor_action_kind kind);

/* How something ended; delay_ns until it is tried again, 0 where it is not. */
void note_outcome(struct step *step, enum note_kind kind, struct outcome outcome, int64_t delay_ns);

/* Something about an event. */
void note_task(struct step *step, enum note_kind kind, const struct task_event *task);

/* What failed while an event was handled. */
void note_task_outcome(struct step *step, enum note_kind kind, const struct task_event *task, struct outcome outcome);

/* The same, and in how long it is tried again, 0 where it is not. */
void note_task_retry(struct step *step, enum note_kind kind, const struct task_event *task, struct outcome outcome,
                     int64_t delay_ns);

/* Room that is left for actions of this step. */
size_t actions_room(const struct step *step);

#endif
