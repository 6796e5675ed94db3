/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_DISPATCH_H
#define HANDLER_CORE_DISPATCH_H

#include "handler/core/state.h"

/*
 * Which event is handled when. Each one waits for its turn, in the order of coming: where the policy is asynchronous,
 * until no exit of the same container is under way, else until nothing is under way at all. So what happens to one
 * container happens in the order in which it was told. Where the policy minds locks, what concerns a locked record
 * waits too, and unless the policy is asynchronous everything behind it.
 */

/* What the step may allocate for events at the most, for arena_reserve; is_listed: the event is the answer to a list.
 */
uint64_t dispatch_cost(const struct state *state, const struct monitor_event *event, bool is_listed);

/* The event brings a message that is to be handled in its turn. */
void dispatch_message(struct step *step);

/* Handles events whose turn has come, as many as fit in one step. */
void dispatch_waiting(struct step *step);

/* True where an event's turn has come. */
bool dispatch_ready(const struct arena *arena, const struct state *state);

/* True where the policy tells lives apart and an event waits for its turn that may be the first of the container's next
 * one. */
bool dispatch_has_next_life(const struct step *step, struct text container_id);

/* The server has shown the process of that pid as the container's next life, of that number: so is the event that waits
 * for its turn and begins it, where nobody has told yet which it is. False where none such waits. */
bool dispatch_confirm(struct step *step, struct text container_id, uint32_t pid, uint64_t incarnation);

/* True where events of that namespace are ours. */
bool dispatch_is_ours(const struct step *step, struct text name_space);

/* Exits that wait for their turn and tell more of the end that the container's record says. */
void dispatch_refine(struct step *step, struct text container_id);

/* True while a message is being handled that the policy handles to its end before it goes on. */
bool dispatch_holds(const struct state *state);

#endif
