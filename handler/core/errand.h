/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_ERRAND_H
#define HANDLER_CORE_ERRAND_H

#include "handler/core/state.h"

/*
 * What the owner has asked for and is not done: one struct for each operation. Those that change a container stand in
 * a queue of that container and are done one after another, in the order in which they were asked for; STATUS stands in
 * no queue and waits for nobody.
 *
 *     WAITING --its turn, caught up--> CALLING --answered, unclear--> VERIFYING --> CLEANING
 *        |                                |                               |             |
 *        +------------------------------->+--> AWAITING, the record ----->+-------------+--> answered, and gone
 */
enum errand_stage {
    ERRAND_WAITING,   /* for its turn, and for the monitor to catch up with the server */
    ERRAND_CREATING,  /* START of a record that has no task yet: Tasks.Create */
    ERRAND_CALLING,   /* the call that it is about is under way, or is due again */
    ERRAND_VERIFYING, /* Tasks.Get has to tell what came of it */
    ERRAND_RECORDING, /* START: that it has failed is being written; REMOVE: the store forgets the record */
    ERRAND_CLEANING,  /* the task that is not to start any more is killed */
    ERRAND_AWAITING   /* a change of the record */
};

struct errand {
    struct arena_text container_id;
    arena_ref next; /* behind it in its queue; of the retired ones */
    uint64_t id;
    enum operation_kind kind;
    enum errand_stage stage;
    bool is_first;    /* of its queue, or in none */
    bool is_awaited;  /* the owner waits for the answer */
    bool has_hurried; /* what was under way for its container */
    bool is_held;     /* WAITING: what a list has shown of its container is still being looked into */
    int64_t asked_at_ns;
    int64_t first_at_ns; /* since when it has its turn, or waits for what the one before it has waited for too long */
    bool is_late;        /* it was answered because it has waited for too long */
    int64_t began_at_ns;
    int64_t grace_ns;
    int64_t expires_at_ns; /* when the owner waits no more, TIME_NEVER: never */

    uint64_t call_id;     /* under way, 0 for none */
    uint32_t attempt;     /* calls of this stage that failed in a row */
    uint64_t incarnation; /* STOP: of the record when it began: the next life is not meant */
    uint32_t pid;         /* of the task that it has created or started; 0: not known */
    bool was_sent;        /* START: a call was sent, so a task may be left; STOP: what ends it by force; REMOVE: the
                             clean-up of its task has begun */
    bool was_started;     /* START: Tasks.Start was sent */
    uint32_t starts;      /* START, CREATE: how often the call that it is about was sent */
    bool is_unclear;      /* START, CREATE: one of these may still be done, for all that is known */
    bool is_left;         /* START: it has failed, and its task is to be deleted */
    bool is_written;      /* RECORDING: the write was made */
    bool is_done;         /* START, CREATE: all but that the store has the record */
    int64_t failed_at_ns;
    bool says_over;      /* STOP: the server says that the process is over already; START: it failed and was killed */
    int64_t until_ns;    /* STOP: how long the exit is waited for; START, CREATE that is_done: the store */
    int64_t go_on_at_ns; /* when the stage wants to go on, TIME_NEVER: not by itself */
    struct {
        int status;
        struct arena_text text;
    } failure;        /* how the call failed that is being verified */
    arena_ref answer; /* the record that the answer speaks of, 0 for that of then */

    int64_t due_ns; /* under which it stands in the index, TIME_NEVER: not in it */
};

/* What a new errand costs at the most, and what going on with one, for arena_reserve. */
uint32_t errand_cost(void);
uint32_t errand_change_cost(void);

/* A new one, at the end of its queue. */
arena_ref errand_new(struct step *step, const struct operation *operation);
struct errand *errand_at(const struct arena *arena, arena_ref ref);
struct text errand_container(const struct arena *arena, const struct errand *errand);

/* The one of that number, 0 where there is none. */
arena_ref errand_find(const struct arena *arena, const struct state *state, uint64_t id);

/* The first of the container's queue, 0 where there is none. */
arena_ref errand_first(const struct arena *arena, const struct state *state, struct text container_id);

/* How many stand in that queue, at most `max`. */
size_t errand_count(const struct arena *arena, const struct state *state, struct text container_id, size_t max);

/* Goes on at that time; TIME_NEVER: not by itself. */
void errand_wait(struct step *step, arena_ref ref, int64_t until_ns);

/* Keeps the index after is_awaited or a time was set. */
void errand_schedule(struct step *step, arena_ref ref);

/* Keeps the number of those that are held. */
void errand_hold(struct step *step, arena_ref ref, bool is_held);

void errand_move(struct step *step, arena_ref ref, enum errand_stage to);

/* The one whose time has come, no longer due; 0 where there is none. */
arena_ref errand_take_due(struct step *step);
int64_t errand_deadline_ns(const struct arena *arena, const struct state *state);

/* Takes it out: nothing of it is awaited, and the one behind it has its turn. What actions speak of stays until the
 * next step. */
void errand_end(struct step *step, arena_ref ref);

/* Drops them all. */
void errand_end_all(struct step *step);

/* Releases what an earlier step retired. */
void errand_release_retired(struct arena *arena, struct state *state);

void errand_hash_all(const struct arena *arena, const struct state *state, int64_t now_ns, struct hash *hash);

#endif
