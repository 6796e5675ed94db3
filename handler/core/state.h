/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_STATE_H
#define HANDLER_CORE_STATE_H

#include "base/arena.h"
#include "base/map.h"
#include "handler/core/backoff.h"
#include "handler/core/connection.h"
#include "handler/core/list.h"
#include "handler/core/liveness.h"
#include "handler/core/monitor.h"
#include "handler/core/numbers.h"
#include "handler/core/store.h"
#include "handler/core/subscription.h"
#include "handler/core/tally.h"
#include "handler/core/tasks.h"

/*
 * All that a monitor remembers, in one piece of its arena. Private to the core's own files.
 */
struct state {
    policy_switches policy;
    struct arena_text name_space;
    struct backoff backoff;
    int64_t now_ns; /* of the last step */

    enum connection_state connection;
    uint64_t connection_id; /* the latest; numbers of each kind count up from 1 */
    struct {
        int status;
        struct arena_text text;
    } lost; /* how the connection was lost, for the calls that were under way on it */

    enum subscription_state subscription;
    uint64_t stream_id;
    int64_t opened_at_ns;  /* while READING */
    int64_t wait_until_ns; /* while WAITING or leaving */
    bool is_leaving;       /* OPENING or READING on a connection that goes away: it is about to be left */
    bool moved;            /* to another connection, and no proof since that the server is well */
    struct liveness liveness;
    struct tally tally;

    struct store store;
    struct task_queue waiting; /* events whose turn has not come */
    struct map lives;          /* container id -> struct life: what is under way for it */
    uint32_t under_way;        /* lives of which an exit is being handled */
    uint32_t parked_count;     /* events that lives have parked */
    struct list list;
    struct by_time due;       /* lives by when they want to go on */
    struct numbers errands;   /* operation id -> struct errand */
    struct map errand_queues; /* container id -> those that change it, in their order */
    struct by_time errands_due;
    uint32_t errands_held;
    bool caught_up; /* operations need not wait for the server's state */
    uint64_t call_id;
    struct numbers calls; /* call id -> struct call */
    uint64_t write_id;
    struct numbers writes;   /* write id -> struct write */
    uint64_t overtaken_last; /* no later one is overtaken */

    /* What this step dropped, but its actions still speak of: released when the next step begins. */
    struct task_queue retired_tasks;
    arena_ref retired_writes;
    arena_ref retired_lives;
    arena_ref retired_errands;
    struct arena_text retired_text;
    struct arena_text said; /* the text of this step's outcome */
};

struct monitor {
    struct arena arena;
    arena_ref state;
};

/* What one step works on. Pointers into the arena are good until the step ends. */
struct step {
    struct arena *arena;
    struct state *state;
    const struct monitor_event *event;
    struct outcome outcome; /* the event's, its text kept until the next step */
    struct monitor_actions *actions;
};

static inline struct state *state_of(const struct monitor *monitor)
{
    return arena_at(&monitor->arena, monitor->state);
}

#endif
