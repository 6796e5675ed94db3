/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_WHOSE_H
#define HANDLER_CORE_WHOSE_H

#include "handler/core/policy.h"
#include "handler/core/values.h"

/*
 * Whose task it is that the server shows under the id of a record: of the life that the record is of, or of the next
 * one. That is told by what the handler knows of its own life, never by which of two times is the later: a task with
 * another pid is another life's; a process that has ended does not run, and what has started is not about to start; and
 * when the task was known to be gone before the server was asked, what it shows is the next one's, even where the pid
 * is the same. Only one that has stopped with the same end, to the nanosecond, is still the old one: who deletes a task
 * is told so while it goes; and one that could not be started, which has outlived its container, is shown by lists
 * though it was said to be gone. Where nobody has said that it is gone, a process that has stopped is the old one,
 * unless it has ended otherwise than was told: at another time and with another code, of which neither may be made up;
 * or, where the beginning of a life with its pid was told since, in either.
 */
enum whose {
    WHOSE_THIS,
    WHOSE_NEXT,
    WHOSE_UNKNOWN, /* the server does not know yet, or may be behind what it has told */
};

/* The record is as it was when the server was asked. is_begun: a creation or a start of a process with that pid was
 * told, and it is not known yet of which life. wall_ns: the handler's clock; a time far ahead of it tells nothing. */
enum whose whose_task(policy_switches policy, const struct container_record *record,
                      const struct process_state *process, bool is_begun, int64_t wall_ns);

/* When the record says that its life has ended, 0 where no event and no answer told that. */
int64_t whose_ended_ns(const struct container_record *record);

/* The record says EXITED. True where the exit is neither the end of the last life told again, or told better, nor that
 * of the one before it: a process ends once, so with the pid of either it is another life's where its end is another
 * than was told of that one. Where none was, it is taken for that. */
bool whose_is_unheard(policy_switches policy, const struct container_record *record, const struct task_event *exit,
                      int64_t wall_ns);

/* The record says that its life goes on. True where the exit is the end that was told of the life before, told again:
 * of the same pid, with the same code, and to the nanosecond. */
bool whose_is_told_again(policy_switches policy, const struct container_record *record, const struct task_event *exit,
                         int64_t wall_ns);

/* True where the exit was heard, or told, before the life of the record began: it is of an earlier one with that pid,
 * unless it has overtaken the creation or the clock was put back. */
bool whose_is_from_before(policy_switches policy, const struct container_record *record, const struct task_event *exit);

/* The server shows the task that is there, of the record's pid, to have stopped. True where it tells another end than
 * the exit does, and what is no made-up one unless the exit is from before: then that is of another process. */
bool whose_is_told_else(policy_switches policy, const struct container_record *record, const struct task_event *exit,
                        const struct process_state *process);

#endif
