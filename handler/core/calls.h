/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_CALLS_H
#define HANDLER_CORE_CALLS_H

#include "handler/core/state.h"

/*
 * The calls under way, by number: what was asked, on which connection, and who awaits the answer. Each is answered
 * once: by its reply, or by the loss of its connection, in the order in which they were asked.
 */
enum call_owner {
    CALL_OF_LIFE,   /* subject: struct life */
    CALL_OF_CLAIM,  /* likewise, for what it has in doubt beside its stage (claim.h) */
    CALL_OF_LIST,   /* no subject */
    CALL_OF_ERRAND, /* subject: struct errand */
    CALL_OF_NOBODY  /* no subject: what comes of it is not heard */
};

struct call {
    uint64_t id;
    uint64_t connection_id;
    enum monitor_call call;
    enum call_owner owner;
    arena_ref subject; /* borrowed: whoever goes before the answer comes forgets the call */
};

/* What one call costs at the most, for arena_reserve. */
static inline uint32_t calls_cost(void)
{
    return arena_cost(sizeof(struct call)) + numbers_insert_cost();
}

/* True where a call can be made now. */
bool calls_possible(const struct state *state);

/* Makes a call on the present connection, which takes calls; returns the action, which has its call_id, to be filled
 * in. */
struct monitor_action *calls_begin(struct step *step, enum monitor_call call, enum call_owner owner, arena_ref subject);

/* The call of that number, no longer under way; false where there is none. */
bool calls_take(struct step *step, uint64_t call_id, struct call *ret_call);

/* The first call whose connection is no more, no longer under way; false where there is none. */
bool calls_take_lost(struct step *step, struct call *ret_call);
bool calls_lost_left(const struct arena *arena, const struct state *state);

/* True where the outcome of that call is no answer: its connection was lost, or the time that it had is over. */
bool calls_is_lost(const struct step *step, uint64_t call_id, struct outcome outcome);

/* Whoever awaited the call does so no more; number 0 is no call. */
void calls_forget(struct step *step, uint64_t call_id);

/* Nobody awaits any call any more; for a stop. */
void calls_forget_all(struct step *step);

/* The first call with a greater number, false where there is none. A walk starts with 0. */
bool calls_next(const struct arena *arena, const struct state *state, uint64_t after, struct call *ret_call);

/* True where the call's connection is the present one. */
bool calls_live(const struct state *state, const struct call *call);

#endif
