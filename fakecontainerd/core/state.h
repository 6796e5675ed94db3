/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_STATE_H
#define FAKECONTAINERD_CORE_STATE_H

#include "base/arena.h"
#include "base/map.h"
#include "fakecontainerd/core/fake.h"

/*
 * The fake's state, for the files of its core. All of it lies in one arena; pointers into it hold until the step ends,
 * because a step reserves everything at its entry.
 *
 * What a container is made of never changes, so it is one piece shared by counting: by the container itself, by events
 * that wait to be sent and by lists that wait to be answered. What changes is the slot beside it: its task.
 */

/* What a container is made of. */
struct container {
    uint32_t references;
    struct arena_text id;
    struct arena_text name_space;
    struct arena_text image;
    struct arena_text runtime_name;
    struct arena_text options_type;
    struct arena_text options_value;
    struct arena_text snapshotter;
    struct arena_text snapshot_key;
    struct arena_text spec_type;
    struct arena_text spec_value;
    arena_ref labels; /* label_count of struct label */
    uint32_t label_count;
    struct hash content; /* of all the above */
    int64_t created_at_ns;
    int64_t updated_at_ns;
};

struct label {
    struct arena_text key;
    struct arena_text value;
};

/* A process: a task's init or an exec. */
struct process {
    enum fake_process_status status;
    uint32_t pid;
    uint32_t exit_status;
    bool exited;
    int64_t exited_at_ns;
    int64_t ended_ns; /* the same moment by the clock that never jumps */
};

struct exec {
    struct arena_text id;
    struct process process;
};

/* A shim that has died: its processes with it, and nobody can speak to its task until that is cleaned up. */
struct dead_shim {
    bool dead;
    bool told; /* the clean-up tells an exit and a deletion */
    bool news; /* the init lived until then */
    uint32_t pid;
    uint32_t exit_status;
    int64_t clean_ns;
};

/* A container that is there, with its task; or a task whose container has been deleted. */
struct slot {
    arena_ref next; /* in the order of name spaces and ids */
    arena_ref before;
    arena_ref container;
    bool orphan;          /* the container is gone */
    bool ignores_sigterm; /* its init process does */
    bool exits_at_once;   /* likewise, when it has been started, with the status below */
    uint32_t exit_status;
    bool has_task;
    struct process init;
    struct map execs;   /* id to struct exec */
    uint32_t oom_kills; /* of the task */
    struct dead_shim shim;
};

/* A request that waits for the end of a process. */
struct waiter {
    arena_ref next;
    uint64_t connection_id;
    uint32_t stream_id;
    int64_t delay_ns; /* its answer comes that much later */
    uint32_t rule;    /* what is done to its answer: the index of a rule from 1; 0: nothing */
    arena_ref slot;
    struct arena_text exec_id; /* empty: the init process */
};

struct connection {
    arena_ref next;
    uint64_t id;
    enum fake_silence silence;
};

struct subscription {
    arena_ref next;
    uint64_t connection_id;
    uint32_t stream_id;
    bool silent;     /* nothing is sent on it any more */
    bool registered; /* else it will be at since_ns, and misses what is published before */
    int64_t since_ns;
    uint32_t filter_count;
    arena_ref filters; /* of struct arena_text, each known to parse */
};

struct rule {
    arena_ref next;
    uint32_t index; /* in the order in which they were added */
    bool of_events;
    enum fake_event_topic topic;
    enum fake_method method;
    struct arena_text container_id;
    enum fake_rule_do action;
    enum fake_stream_end_kind end;
    int status;
    struct arena_text text;
    uint32_t http2_code;
    int64_t delay_ns;
    bool has_within;
    struct fake_told told;
    bool has_meanwhile;
    int meanwhile_status;
    struct arena_text meanwhile_text;
    bool headers;
    bool has_effect;
    int64_t effect_after_ns;
    uint32_t cut_after;
    struct arena_text hold;
    struct {
        enum fake_barrier_kind kind;
        enum fake_method method;
        enum fake_event_topic topic;
        struct arena_text container_id;
    } until;
    bool released; /* of a rule that holds: it holds no more */
    bool endless;
    uint32_t left;
    bool up_to;
    bool followed;
};

/* A request that has been answered, and whose effect is still to come. */
struct late {
    arena_ref next;
    int64_t due_ns;
    enum fake_method method;
    struct arena_text name_space;
    struct arena_text container_id;
    bool kill;
    bool with_container;
};

/* A request that is under way: others of its kind are refused until it is answered. */
struct overlap {
    arena_ref next;
    uint32_t rule;    /* its index, which says how */
    int64_t until_ns; /* TIME_NEVER where that is when it is released */
    enum fake_method method;
    struct arena_text name_space;
    struct arena_text container_id;
    struct arena_text exec_id;
};

/* An exit that nobody could be told: its shim tries again. */
struct untold {
    arena_ref next;
    int64_t due_ns;
    uint32_t tries; /* made so far, beside the first */
    arena_ref published;
};

/* First in, first out; next is the first member of what it links. */
struct queue {
    arena_ref first;
    arena_ref last;
    uint32_t count;
};

struct state {
    int64_t now_ns;
    int64_t wall_ns;
    bool started;
    bool serving;
    bool restarting; /* will serve again at up_at_ns */
    int64_t up_at_ns;
    enum fake_socket socket; /* what the path shows, or will from the start on */
    uint32_t next_pid;
    struct map slots;     /* name space, NUL, id */
    arena_ref first_slot; /* the same in their order */
    arena_ref last_slot;
    arena_ref found;        /* the slot that was found last: one step asks for it again and again. 0: none */
    struct map name_spaces; /* those that clients have made or that have held a container: nothing but names */
    struct map pids;        /* of live processes, as numbers */
    uint32_t label_count;
    struct queue connections;
    struct queue subscriptions;
    struct queue waiters;
    struct queue rules;
    struct queue outbox;    /* struct output, to be handed out */
    struct queue delayed;   /* struct output, by due_ns */
    struct queue delivered; /* struct output that the last step handed out: its texts are in the caller's hands */
    struct queue late;      /* in the order in which they were asked */
    struct queue held;      /* struct output: answers for their clients, and events for nobody yet */
    struct queue untold;    /* in the order in which they happened */
    bool exits_late;        /* what exits while nobody serves is not lost at once */
    uint32_t dead_shims;    /* not cleaned up yet */
    int64_t wall_ahead_ns;  /* how much the fake's wall clock is ahead of the given one */
    struct queue overlaps;  /* in the order in which they began */
    size_t answers_size;    /* bytes that the lists in outbox, delayed and held take when they are handed out */
};

struct fake {
    struct arena arena;
    arena_ref state;
    bool spare;             /* in this step: rules that are up_to do not strike */
    unsigned char *answers; /* lists as they are handed out, with pointers; made anew in each step */
    size_t answers_capacity;
    struct filter_memo *memo; /* what the last filter lets through: a shortcut, not state */
};

static inline struct state *state_of(const struct fake *fake)
{
    return arena_at(&fake->arena, fake->state);
}

static inline struct text text_in(const struct fake *fake, struct arena_text text)
{
    return arena_text_get(&fake->arena, text);
}

void queue_append(struct fake *fake, struct queue *queue, arena_ref ref);

/* Takes out what lies behind before (0: the first), and returns it. */
arena_ref queue_take_after(struct fake *fake, struct queue *queue, arena_ref before);

/* What stands behind, 0 at the end. */
static inline arena_ref queue_next(const struct fake *fake, arena_ref ref)
{
    arena_ref next;
    memcpy(&next, arena_at(&fake->arena, ref), sizeof next);
    return next;
}

/* ---- containers, tasks, execs ---- */

enum {
    KEY_MAX = FAKE_ID_MAX + 1 + FAKE_ID_MAX /* bytes of a key of slots */
};

/* What adding this container costs, for arena_reserve; and an exec with its pid. */
uint64_t slot_cost(const struct fake_container *container);
uint64_t exec_cost(void);

/* 0 where there is none. */
arena_ref slot_find(const struct fake *fake, struct text name_space, struct text id);
arena_ref exec_find(const struct fake *fake, const struct slot *slot, struct text id);

/* Adds a container without a task; both names must be valid identifiers. Room must have been reserved. */
arena_ref slot_add(struct fake *fake, const struct fake_container *container, int64_t created_at_ns);
arena_ref exec_add(struct fake *fake, struct slot *slot, struct text id);

/* Drops one exec, and what a live one holds. */
void exec_remove(struct fake *fake, struct slot *slot, arena_ref ref);

/* Namespaces. Noting a known one again changes nothing; a container's is noted with it. */
uint64_t name_space_cost(void);
bool name_space_known(const struct fake *fake, struct text name);
void name_space_note(struct fake *fake, struct text name);

/* As identifier_valid. */
bool name_space_is_valid(const struct fake *fake, struct text name);

/* The container becomes another with the same names; what it was is dropped. */
void slot_become(struct fake *fake, struct slot *slot, arena_ref container);

/* Drops the container, its task and execs. */
void slot_remove(struct fake *fake, arena_ref ref);

/* Drops the task and its execs; the container stays. */
void task_remove(struct fake *fake, struct slot *slot);

/* A walk through all slots in the order of name spaces and ids; 0 where there is no further one. */
static inline arena_ref slot_first(const struct fake *fake)
{
    return state_of(fake)->first_slot;
}

static inline arena_ref slot_next(const struct fake *fake, arena_ref ref)
{
    return ((const struct slot *)arena_at(&fake->arena, ref))->next;
}

/* The same of one name space. */
arena_ref slot_first_in(const struct fake *fake, struct text name_space);
arena_ref slot_next_in(const struct fake *fake, struct text name_space, arena_ref ref);

/* A container's piece that belongs to no slot, with one reference: no more than an event speaks of. */
uint64_t container_cost(const struct fake_container *container);
arena_ref container_new(struct fake *fake, const struct fake_container *container, int64_t created_at_ns);

/* To be called when its texts and labels are as they will stay. */
void container_seal(struct fake *fake, struct container *container);

struct container *container_of(const struct fake *fake, const struct slot *slot);
void container_hold(struct fake *fake, arena_ref container);
void container_drop(struct fake *fake, arena_ref container);

/* Gives the process a pid of its own: the one asked for, or where that is 0 the next that no live process has. False
 * where a live process has the one asked for. */
bool process_begin(struct fake *fake, struct process *process, arena_ref owner, uint32_t pid);

/* The process ends: its pid is free again. */
void process_end(struct fake *fake, struct process *process, uint32_t exit_status);

bool process_lives(const struct process *process);

#endif
