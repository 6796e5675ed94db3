/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_EXITS_H
#define HANDLER_CORE_EXITS_H

#include "handler/core/state.h"
#include "handler/core/writes.h"

/*
 * The exit of a container's init process: its task is deleted at the server, then its record is put, then, once that is
 * written, changed and told to the owner. An exit that fails on the way is noted and dropped, and the record stays as
 * it was.
 *
 *     begin --Delete--> CALLING --reply--> (FinishedAt was set: done) --put--> WRITING --written--> told
 *                          |                                            ^
 *                          +--reply, the record is locked--> HELD --unlocked
 *
 * Of one container at most one exit is under way.
 */
struct exit {
    arena_ref task;         /* the event, owned */
    uint64_t connection_id; /* CALLING: on which the Delete was sent */
    uint64_t call_id;       /* 0 unless CALLING */
    uint64_t write_id;      /* 0 unless WRITING; HELD has neither */
    bool unwanted;          /* WRITING, and the record has been removed meanwhile */
};

/* How long a Delete may take where the monitor does not wait for ever. */
#define EXIT_DELETE_TIMEOUT_NS (10 * TIME_SECOND)

/* What handling one event may cost at the most, for arena_reserve. */
uint32_t exits_cost(void);

/* Handles an exit event: begins what is to be done or notes why it is ignored. Takes the kept event over. */
void exits_begin(struct step *step, arena_ref task);

/* The exit under way for the container, NULL where there is none. */
const struct exit *exits_of(const struct arena *arena, const struct state *state, struct text container_id);

/* The event answers a call. */
void exits_reply(struct step *step);

/* True where the exit of that reference waits for its record to be unlocked. */
bool exits_held(const struct arena *arena, arena_ref ref);

/* True where the policy leaves a record alone while it is locked, and this one is. */
bool exits_locked_out(const struct arena *arena, const struct state *state, struct text container_id);

/* The container's record is not locked any more. */
void exits_unlocked(struct step *step, struct text container_id);

/* The container's record is there no more, by its owner's will. */
void exits_record_removed(struct step *step, struct text container_id);

/* A write that an exit awaited was made, or failed. */
void exits_written(struct step *step, const struct write *write);
void exits_write_failed(struct step *step, const struct write *write);

/* Fails up to max calls that were under way on a connection that is no more. */
void exits_fail_lost(struct step *step, size_t max);
bool exits_lost_left(const struct arena *arena, const struct state *state);

/* Forgets every exit of which nothing is being written yet; one whose record is being written is finished. */
void exits_forget_unwritten(struct step *step);

#endif
