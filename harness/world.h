/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WORLD_H
#define HARNESS_WORLD_H

#include "base/error.h"
#include "fakecontainerd/script/script.h"
#include "harness/choice.h"
#include "harness/client/client.h"
#include "harness/net.h"
#include "harness/store.h"
#include "harness/timeline.h"
#include "harness/watch.h"
#include "harness/wires.h"

/*
 * Handler and fake in one process: both cores and both wires, joined by pipes in memory, under one virtual clock that
 * jumps from one thing that happens to the next. The same scenario, policy and draws give the same run to the byte.
 */

/* The wall clock when virtual time is 0: 2017-05-31T21:33:52Z, when the monitor that all this began with was written.
 */
#define WORLD_WALL_START_NS INT64_C(1496266432000000000)

/* Things that may happen in one run; ERROR_LIMIT of world_happen where there are more. */
#define WORLD_HAPPENINGS_MAX UINT64_C(1000000)

/* How long the handler is down where it dies by chance. */
#define WORLD_CRASH_DOWN_NS (100 * TIME_MILLISECOND)

/* What may happen in a run beside what its story says. All zero: nothing. */
struct world_chances {
    uint32_t crashes;    /* so many times the handler's process dies, between any two things that happen */
    int64_t late_max_ns; /* what is under way may be so late that timers fire first */
    bool pieces;         /* bytes may arrive in pieces, cut anywhere */
    bool settles;        /* when the run is over it goes on without faults, and is judged again */
};

enum { WORLD_PIECES = 8 /* of what is under way one arrives after the other, cut at one of so many places */ };

/* For how long it does, so that every wait of the handler is over. */
#define WORLD_SETTLES_NS (60 * TIME_SECOND)

/* Where a step of either core and the script leave what they say: nothing in it outlives a happening. */
struct world_room {
    struct timeline settling;
    struct monitor_actions monitor_actions;
    struct fake_actions fake_actions;
    struct script_turn turns[SCRIPT_ENABLED_MAX];
    struct script_step step;
};

/* A core's deadline, as long as it has not stepped since it was asked. */
struct world_due {
    bool is_known;
    int64_t at_ns;
};

/* A step of the script as it was taken, or a crash by chance. */
struct world_step {
    struct scenario_place place; /* of line 0 for a crash */
    int64_t at_ns;
};

/* A step of the scripted client that is not over. */
struct world_call {
    const struct scenario_step *step;
    const struct scenario_step *asked; /* the call that it is about */
    size_t token;                      /* of the script */
    int64_t due_ns;
};

struct world {
    const struct scenario *scenario;
    int64_t now_ns;
    int64_t last_step_ns; /* when the script's last step was over: taken, or after a restart, the server there again */
    uint64_t happenings;
    struct monitor *monitor; /* while the handler is down, one that has not been started */
    struct world_due handler_due;
    bool handler_down;
    int64_t handler_up_ns;      /* when it starts again */
    uint64_t newest_connection; /* of the handler, as the network numbers it */
    struct fake *fake;
    struct world_due fake_due;
    struct wires wires;
    struct script *script;
    struct client *client;         /* NULL on the level of values, where there is none */
    uint64_t client_connection_id; /* of the last connection that it has asked for; 0: none */
    struct world_call *calls;      /* SCRIPT_ENABLED_MAX of them, where there is a client */
    size_t call_count;
    struct net net;
    struct store store;
    struct choice choice;
    struct world_chances chances; /* what is left of them; set behind world_init */
    struct trace trace;
    struct watch watch;
    bool records_steps;
    struct world_step *taken; /* the script's steps in their order, where they are recorded */
    size_t taken_count;
    size_t taken_capacity;
    struct world_room *room; /* a copy's is the original's */
    bool is_copy;
    struct error refused; /* why a step of the script could not be done; empty where all could */
};

/* A world of that level at time 0 in which both sides have begun. *world may be half-made after an error and must be
 * released all the same. 0, ERROR_NO_MEMORY or ERROR_LIMIT. */
int world_init(struct world *world, enum world_level level, const struct scenario *scenario, struct text policy_name,
               policy_switches policy);
void world_release(struct world *world);

/* A copy of a world of values, made once and then used again and again: world_copy gives it another state. *clone must
 * be zeroed. It draws nothing but zeros, writes no trace, and must be released before the original. 0 or
 * ERROR_NO_MEMORY (to be released all the same). */
int world_clone(struct world *clone, const struct world *world);

/* The same in memory of its own, which world_free takes back, whatever is returned. */
int world_clone_new(struct world **ret_clone, const struct world *world);

/* Releases and frees it; NULL is nothing. */
void world_free(struct world *world);

/* *to becomes what *from is, in the memory that it has where that is enough; both are clones of one world, or it. Their
 * draws, trace and reached `sometimes` stay as they are. 0 or ERROR_NO_MEMORY (*to may then be half-made). */
int world_copy(struct world *to, const struct world *from);

/* The fingerprint of all that what comes depends on, with times relative to now: who became pending first is no part of
 * it, nor are the `sometimes` that have been reached. */
void world_hash(const struct world *world, struct hash *hash);

/* Lists what can happen next, all at one time. Returns how many things; 0 where nothing is pending at all. */
size_t world_pending(struct world *world, struct timeline *timeline);

/* Lets one of them happen, with all that follows from it at once. 0 or an error of one of the parts. */
int world_happen(struct world *world, const struct pending *pending);

/* True when nothing is under way and nobody waits for anything but periodic timers. */
bool world_quiet(const struct world *world);

/* True when the run is over: nothing is left of the script, and all is quiet or the time for that is up. next_ns: when
 * the next thing would happen. */
bool world_over(const struct world *world, int64_t next_ns);

/* How late a delivery may be now: in the end no more. */
int64_t world_late_max_ns(const struct world *world);

/* Judges the end of a run that is over. 0 or ERROR_NO_MEMORY. */
int world_end(struct world *world);

/* The handler's process dies at once, between two things that happen: its connections close, what it has asked of its
 * store and is not carried out yet never is, and nobody hears the answers that are under way. A new process starts
 * after down_ns from what is in the store. Nothing happens where it is down already. 0 or ERROR_NO_MEMORY. */
int world_crash_handler(struct world *world, int64_t down_ns);

/* A step of the script that is not the fake's. 0 or an error of one of the parts. */
int world_other_step(struct world *world, const struct scenario_step *step, size_t line);

/* The handler's process starts again, its time having come. */
int world_start_handler(struct world *world);

/* The store carries out its next request, or answers it where that is done. */
int world_store(struct world *world);

/* The connection of the network that the handler knows by that number; NULL where there is none. */
struct net_connection *world_connection(struct world *world, uint64_t handler_connection_id);

/* The step cannot be done: the run is no story. Only the first is told. */
void world_refuse(struct world *world, size_t line, const char *what, struct text why);

/* The record as the scenario says it. finished_at_ns is for an EXITED one that says no time. */
struct container_record world_record(const struct scenario_record *record, int64_t finished_at_ns);

static inline bool world_transport_of_2017(const struct world *world)
{
    return !policy_has(world->watch.switches, POLICY_MODERN_TRANSPORT);
}

/* A moment of the world as it is, for its watch; what happens in it is left to whoever knows. */
static inline struct moment world_moment(const struct world *world, enum moment_kind kind)
{
    struct moment moment = {.kind = kind,
                            .now_ns = world->now_ns,
                            .monitor = world->monitor,
                            .fake = world->fake,
                            .ledger = &world->watch.ledger,
                            .owner = &world->watch.expect.owner,
                            .switches = world->watch.switches,
                            .store = &world->store};
    return moment;
}

/* The handler's side of the world; the two functions that feed its core are used by world.c only. */
int world_handler_event(struct world *world, struct monitor_event *event);
int world_handler_drain(struct world *world);

/* The same for the fake's side. line is the script's line, 0 where the event is not a step of it. */
int world_fake_event(struct world *world, struct fake_event *event, size_t line);
int world_fake_drain(struct world *world);

/* The scripted client's side. On the level of values there is none: 0 where the scenario needs none; else
 * ERROR_REFUSED, and world->refused says so. */
int world_client_init(struct world *world);

/* A step that is its own: CALL, ANSWERED, HEARD. */
int world_client_take(struct world *world, const struct script_step *step);

/* What has come of its dial, bytes or their end, and the time at which a call has waited for too long. */
int world_client_dialed(struct world *world, struct net_connection *connection);
int world_client_deliver(struct world *world, struct net_connection *connection);
int64_t world_client_deadline_ns(const struct world *world);
int world_client_time(struct world *world);
int world_client_drain(struct world *world);

/* Lets the script go on behind each step of the client that is over. */
void world_client_settle(struct world *world);

#endif
