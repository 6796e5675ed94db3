/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_PROMISES_PROMISE_H
#define HARNESS_PROMISES_PROMISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "fakecontainerd/core/fake.h"
#include "handler/core/monitor.h"
#include "harness/ledger.h"
#include "harness/owner.h"
#include "harness/store.h"

/*
 * The promises that hold in every scenario without being named. Each is a file with its sentence and a small automaton
 * that sees the moments of a run that concern it and says when it is broken. A promise breaks once; what it remembers
 * is in struct promise_memory.
 */
enum promise_index {
    PROMISE_NO_EXIT_IS_LOST,
    PROMISE_FINISHED_ONCE,
    PROMISE_NON_INIT_CHANGES_NOTHING,
    PROMISE_NO_DELETE_OF_A_LIVE_TASK,
    PROMISE_BACKOFF_SEQUENCE,
    PROMISE_ONE_SUBSCRIPTION,
    PROMISE_NO_KILL_AFTER_ABANDON,
    PROMISE_JOURNAL_FIRST,
    PROMISE_EVERYTHING_SETTLES,
    PROMISE_LISTS_FOLLOW,
    PROMISE_RETRIES_DOUBLE,
    PROMISE_OOM_IS_TOLD,
    PROMISE_ANSWERS_ARE_CURRENT,
    PROMISE_EXITS_IN_TIME,
    PROMISE_SIGNALS_IN_ORDER,
    PROMISE_TIMES_IN_ORDER,
    PROMISE_RECORDS_STAY,
    PROMISE_COUNT
};

enum moment_kind {
    MOMENT_HANDLER_EVENT,   /* handler_event, before the handler's step */
    MOMENT_HANDLER_ACTION,  /* handler_action */
    MOMENT_HANDLER_STEPPED, /* the step is done, the ledger has looked; for promises only where it has changes */
    MOMENT_FAKE_EVENT,      /* fake_event, before the fake's step */
    MOMENT_FAKE_STEPPED,
    MOMENT_END,    /* the run is over: what had to come has come, or never will */
    MOMENT_SETTLED /* behind the end, where that is asked for: the faults have stopped long ago */
};

enum { MOMENT_KINDS = MOMENT_SETTLED + 1 };

/* One moment, with both cores to look at. */
struct moment {
    enum moment_kind kind;
    int64_t now_ns;
    const struct monitor *monitor;
    const struct fake *fake;
    const struct ledger *ledger;
    const struct owner *owner;
    policy_switches switches;
    const struct store *store;                 /* HANDLER_ACTION */
    const struct monitor_event *handler_event; /* of HANDLER_ACTION the one that the action follows */
    const struct monitor_action *handler_action;
    const struct fake_event *fake_event;
};

struct backoff_memory {
    uint64_t connection_id; /* dialed last, as the world knows too: no part of the fingerprint */
    uint32_t failures;      /* since the last proof that the server is well */
    bool waiting;           /* a failure has happened and no attempt yet */
    bool trying;            /* an attempt has been made and has not failed */
    int64_t failed_at_ns;
    bool streaming;
    int64_t stream_since_ns;
    bool proved; /* a message came on this stream */
    bool closed; /* the failure that is waited for was the handler's own, or that of a server that goes away */
    bool away;   /* the server of the connection that was dialed last goes away, and the handler is to leave it */
};

struct subscription_memory {
    uint64_t connection_id;
    uint32_t open; /* asked for on that connection and not given up */
};

struct list_memory {
    bool opened;            /* a stream is open, as the handler has heard */
    bool heard;             /* a message came on it before its first list was asked for */
    uint32_t asked;         /* lists since then, counted to 2 */
    uint64_t call_id;       /* the latest, while it is not answered; no part of the fingerprint, as the connection's */
    uint64_t connection_id; /* of the stream that was asked for last */
    int64_t due_ns;         /* the next one */
};

struct promise_memory {
    struct backoff_memory backoff;
    struct subscription_memory subscription;
    struct list_memory lists;
};

struct promise {
    const char *name;
    const char *sentence;
    /* Returns true where this moment breaks the promise, and writes what was expected and what was found. */
    bool (*see)(struct promise_memory *memory, const struct moment *moment, struct error *finding);
    unsigned int moments; /* which kinds it is shown: AT(kind) of each, joined by | */
    unsigned int actions; /* of HANDLER_ACTION those of these kinds alone, AT(kind) of each; 0: all */
    unsigned int events;  /* the same of HANDLER_EVENT */
};

#define AT(kind) (1U << (kind))

/* By enum promise_index. */
extern const struct promise *const promise_list[PROMISE_COUNT];

/* Adds what they remember, with times relative to now_ns. */
void promises_hash(const struct promise_memory *memory, int64_t now_ns, struct hash *hash);

/* True where nobody can know yet that the subject has ended: its shim is dead, and nobody has cleaned up behind it; or
 * the server says nothing of it, and no event has told it. */
bool promise_cannot_reach(const struct moment *moment, const struct subject *subject);

extern const struct promise promise_no_exit_is_lost;
extern const struct promise promise_finished_once;
extern const struct promise promise_non_init_changes_nothing;
extern const struct promise promise_no_delete_of_a_live_task;
extern const struct promise promise_backoff_sequence;
extern const struct promise promise_one_subscription;
extern const struct promise promise_no_kill_after_abandon;
extern const struct promise promise_journal_first;
extern const struct promise promise_everything_settles;
extern const struct promise promise_lists_follow;
extern const struct promise promise_retries_double;
extern const struct promise promise_oom_is_told;
extern const struct promise promise_answers_are_current;
extern const struct promise promise_exits_in_time;
extern const struct promise promise_signals_in_order;
extern const struct promise promise_times_in_order;
extern const struct promise promise_records_stay;

#endif
