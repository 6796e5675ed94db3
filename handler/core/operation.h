/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_OPERATION_H
#define HANDLER_CORE_OPERATION_H

#include "handler/core/calls.h"
#include "handler/core/errand.h"
#include "handler/core/state.h"

/*
 * How each kind of operation is done. Every function looks at what there is, the record and the stage of the errand,
 * and does what comes next, so that it may be called at any time. Private to the operations' own files.
 *
 * What 2017 did is what is left where a cure is off. Start was one transaction on the record, with the Create in it,
 * and failed where its call failed. Stop took a process that is not found for one that has stopped, looked at the
 * record every 100 ms, and after the grace deleted the task. Remove did not care what was still to be deleted.
 */
enum { OPERATION_SIGNAL_TERMINATE = 15, OPERATION_SIGNAL_KILL = 9 };

/* How long a call may take: one that makes or starts a task, and any other. What makes or starts it once more has what
 * is left of the first one's time, and as long as any other at the least. */
#define OPERATION_START_TIMEOUT_NS (120 * TIME_SECOND)
#define OPERATION_CALL_TIMEOUT_NS  (10 * TIME_SECOND)

/* How often the Stop of 2017 looked at the record, and for how long after its Delete. */
#define OPERATION_POLL_NS      (100 * TIME_MILLISECOND)
#define OPERATION_POLL_LAST_NS (120 * TIME_SECOND)

/* What is recorded of a start that failed. */
enum { OPERATION_START_FAILED_CODE = 128 };
#define OPERATION_START_FAILED_REASON "StartError"

void operation_create_go_on(struct step *step, arena_ref ref);
void operation_start_go_on(struct step *step, arena_ref ref);
void operation_stop_go_on(struct step *step, arena_ref ref);
void operation_remove_go_on(struct step *step, arena_ref ref);

void operation_create_answered(struct step *step, arena_ref ref, struct outcome outcome);
void operation_start_answered(struct step *step, arena_ref ref, const struct call *call, struct outcome outcome);
void operation_stop_answered(struct step *step, arena_ref ref, const struct call *call, struct outcome outcome);
void operation_remove_answered(struct step *step, arena_ref ref, const struct call *call, struct outcome outcome);

/* ---- what they share ---- */

/* Begins a call about the errand's container, with its stage; false where no connection takes it. */
bool operation_call(struct step *step, arena_ref ref, enum monitor_call call, uint32_t signal, int64_t timeout_ns);

/* Asks the server for the errand's task, now or when that can be. */
void operation_verify(struct step *step, arena_ref ref);

/* Begins the call that makes or starts the task, once more where it was sent before; false where no connection takes
 * it. */
bool operation_call_start(struct step *step, arena_ref ref, enum monitor_call call);

/* Keeps how the call failed. */
void operation_keep_failure(struct step *step, arena_ref ref, struct outcome outcome);

/* The call that makes or starts a task has failed, which is kept: what came of it is looked up, at once, or later where
 * it was sent more than once. One of which the server itself has said nothing may be done all the same, and at any
 * time: the connection was lost or left, or the time was over. */
void operation_look_up(struct step *step, arena_ref ref, struct outcome outcome);

/* Whether the call that makes or starts a task is to be sent again, now that nothing has come of it yet: no answer
 * could say that nothing will, and who asks again knows. A task can be made and started only once, so that is harmless.
 */
bool operation_starts_again(const struct step *step, arena_ref ref);

/* Begins a Kill of a task that never started, as often as MONITOR_KILLS_MAX. It means whatever task has the id by then:
 * so it waits, and that is not counted, for a connection and until a list has told whose that is. */
void operation_kill_left(struct step *step, arena_ref ref);

/* The Kill was answered, or lost; true where it is not to be asked for again. */
bool operation_is_killed(struct step *step, arena_ref ref, struct outcome outcome);

/* What is left of the owner's time, 0 where that has no end. */
int64_t operation_time_left_ns(const struct step *step, const struct errand *errand);

/* The stage goes on after the next delay. */
void operation_try_later(struct step *step, arena_ref ref);

/* Waits until nothing is under way for the container any more, and answers when that takes too long. */
void operation_await_rest(struct step *step, arena_ref ref);

/* The stage goes on by itself once the operation has had its turn for MONITOR_REST_MAX_NS. */
void operation_wait_at_most(struct step *step, arena_ref ref);

/* Whether that is so. */
bool operation_is_late(const struct step *step, arena_ref ref);

/* The answer is to speak of the record as it is now. */
void operation_keep_record(struct step *step, arena_ref ref);

/* It has waited for too long, and so may those behind it have, for the same. */
void operation_finish_late(struct step *step, arena_ref ref, struct outcome outcome);

/* Tells the owner, if it still waits, with the record as it is now, or as it was kept. */
void operation_answer(struct step *step, arena_ref ref, struct outcome outcome);

/* The same, and the errand is over. */
void operation_finish(struct step *step, arena_ref ref, struct outcome outcome);
void operation_finish_ok(struct step *step, arena_ref ref);

/* The same for one that has made a record or changed it, once that is in the store, where the policy makes a write that
 * failed again: until then the stage is AWAITING, and this is to be called again. */
void operation_finish_written(struct step *step, arena_ref ref);

/* The operation is refused because the container is in this state. */
void operation_refuse(struct step *step, arena_ref ref, enum container_state state);

/* The record of the errand's container; UNKNOWN where there is none. */
enum container_state operation_record(const struct step *step, arena_ref ref, struct container_record *ret_record);

/* What the server said of the init process, of which the answer speaks; with it, that it was answered by an event. */
struct process_state operation_told(const struct step *step);

/* A task is left of a container that is not to run any more: it is deleted, and asked for again until it is gone, where
 * the policy remembers that; else once. The record says so already. */
void operation_delete_left(struct step *step, arena_ref ref);

#endif
