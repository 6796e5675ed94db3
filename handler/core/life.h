/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_LIFE_H
#define HANDLER_CORE_LIFE_H

#include "handler/core/state.h"

/*
 * What is under way for one container, beyond its record: one struct for each container of which anything is, and none
 * for the others. So there is one owner of whatever is asked or written for a container, and nothing waits for another.
 *
 *              doubtful exit, or absent from a list
 *     QUIET -------------------> VERIFYING --it has ended-+
 *       |  exit                      |                    |
 *       +--------------------------- | -------------------+--> COUNTING (was it an OOM kill?)
 *       |                            | it lives                   |
 *       |<---------------------------+                            v
 *       |                                  journal: RECORDING --written--> DELETING --gone--> QUIET
 *       |                                        not: DELETING --gone--> RECORDING --written--> QUIET
 *       |                                                  |      ^
 *       +<---- dropped, where nothing is retried           +-HELD-+  (the record is locked)
 *
 * In VERIFYING, COUNTING and DELETING either a call is under way or the next one is due; in RECORDING likewise a write.
 */
/* Up to VERIFYING no end is known. */
enum life_stage { LIFE_QUIET, LIFE_VERIFYING, LIFE_COUNTING, LIFE_RECORDING, LIFE_DELETING, LIFE_HELD };

/* What will be recorded of the exit. */
struct life_ending {
    uint32_t pid; /* of the record, and of the life before: 0 where they are not known */
    uint32_t pid_before;
    int32_t exit_code;
    bool inferred;
    bool gone;        /* no task is left to be deleted */
    bool moot;        /* whose task it is that is left, another list has to tell */
    bool is_kept;     /* it is not ours to delete */
    bool is_doubted;  /* whose task it is that is left, the server is asked before its Delete */
    bool is_shown;    /* a list or an answer has told the same: it is not made up */
    bool is_unlisted; /* a list has lacked the task since the life began: it may be gone */
    bool oom;
    int64_t finished_at_ns;
};

/* An event that may be of another life than the record's, while the server is asked (claim.h); beside any stage. */
struct life_claim {
    arena_ref task; /* the event, owned; 0: there is none */
    uint64_t call_id;
    uint32_t attempt;
    int64_t at_ns;     /* when to ask again, TIME_NEVER where that is not due */
    int64_t since_ns;  /* when it was heard, or the last question was lost */
    uint64_t revision; /* greater than the store's was before that */
    /* The record when the server was asked. */
    uint64_t incarnation;
    bool is_over;
    bool is_gone;
};

struct life {
    struct arena_text id;
    arena_ref next; /* of the retired ones */
    enum life_stage stage;
    arena_ref task; /* the event that told the exit, owned; 0 where none did */
    struct life_ending ending;
    uint64_t call_id;    /* under way for the stage, 0 for none */
    uint64_t write_id;   /* of RECORDING */
    uint32_t attempt;    /* calls for the stage that failed in a row */
    int64_t retry_at_ns; /* when the stage's next call is due, TIME_NEVER where none is */
    uint32_t deletes;    /* that were sent in DELETING */
    uint32_t kills_left; /* DELETING: how often it may still be killed before its Delete; 0: it is not to be killed */
    uint32_t looks_left; /* DELETING: how often the server may still be asked how it has ended; 0: it is not to be */
    bool is_noted;       /* a failure that lasts was noted */
    bool is_unwanted;    /* RECORDING, and the record has been removed meanwhile */

    arena_ref failed_write; /* to be made again, owned */
    uint32_t write_attempt;
    int64_t write_at_ns; /* TIME_NEVER where none is to be made again */

    bool has_stopped; /* VERIFYING: an answer said so, or that it has yet to start, and no event */
    struct {
        bool is_known; /* that answer told how it has ended; DELETING: that was told meanwhile */
        uint32_t exit_status;
        struct timestamp exited_at;
    } told;
    uint64_t revision;       /* VERIFYING: of the store when it was asked for */
    int64_t doubted_at_ns;   /* VERIFYING: since when the exit is in doubt, or the last question was lost */
    int64_t unreached_at_ns; /* VERIFYING: since when every answer says that the task cannot be reached; TIME_NEVER: the
                                last one did not */
    uint32_t absences;       /* VERIFYING: lists in a row that lacked it, counted to VERIFY_ABSENCES_MIN */
    bool is_contradicted;    /* VERIFYING: events have told two ends of the process: what the server tells is so */
    bool is_listed;          /* VERIFYING: another list says of the exit what the one says that has found it */
    bool is_unstarted;       /* VERIFYING: an answer said that what had started has yet to start, */
    bool is_started_anew;    /* and behind that an event told the start */

    struct life_claim claim;

    struct task_queue parked; /* exits that came before what they end, and beginnings that wait for their end */
    int64_t parked_until_ns;  /* TIME_NEVER where there are none */

    int64_t due_ns; /* the least of the times above, under which it stands in the index; TIME_NEVER: not in it */
};

/* What one life costs at the most, for arena_reserve. */
static inline uint32_t life_cost(void)
{
    return arena_cost(sizeof(struct life)) + arena_cost(MONITOR_ID_MAX) + map_insert_cost(MONITOR_ID_MAX) +
           by_time_cost(MONITOR_ID_MAX);
}

/* The container's life, 0 where there is none. */
arena_ref life_find(const struct arena *arena, const struct state *state, struct text id);
struct life *life_at(const struct arena *arena, arena_ref ref);
struct text life_id(const struct arena *arena, arena_ref ref);

/* The same, made where there is none. */
arena_ref life_get(struct step *step, struct text id);

/* True while an exit of the container is on its way into the record or its task on its way out: no event that changes
 * the record may be handled meanwhile. */
bool life_blocks(const struct arena *arena, const struct state *state, struct text id);

/* The same of a life that was found. */
bool life_is_blocking(const struct state *state, const struct life *life);

/* True while an event of the container is in doubt (claim.h): of what concerns its lives only the end of the life that
 * the record is of may be handled meanwhile. */
bool life_is_claimed(const struct arena *arena, const struct state *state, struct text id);

/* True while an event of the container may have to wait, for either reason. */
bool life_holds_up(const struct arena *arena, const struct state *state, struct text id);

/* True where nothing is under way but what can be dropped with the record, or is in doubt. */
bool life_idle(const struct arena *arena, const struct state *state, struct text id);

void life_move(struct step *step, arena_ref ref, enum life_stage to);

/* Keeps the index after a time was set. */
void life_schedule(struct step *step, arena_ref ref);

/* The stage is over: nothing of it is awaited. A life that has nothing more to do goes. */
void life_rest(struct step *step, arena_ref ref);

/* The life whose time has come, no longer due; 0 where there is none. */
arena_ref life_take_due(struct step *step);

/* When the next one is due. */
int64_t life_deadline_ns(const struct arena *arena, const struct state *state);

/* All that wait for a time to ask the server or the store again may do so now, and their delays begin anew. */
void life_kick_all(struct step *step);
void life_kick(struct step *step, struct text id);

/* Drops all but what is being written; for a stop. */
void life_forget_unwritten(struct step *step);

/* Releases what an earlier step retired. */
void life_release_retired(struct arena *arena, struct state *state);

void life_hash(const struct arena *arena, arena_ref ref, int64_t now_ns, struct hash *hash);

#endif
