/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WATCH_H
#define HARNESS_WATCH_H

#include "harness/expect.h"
#include "harness/ledger.h"
#include "harness/promises/promise.h"
#include "harness/trace.h"

/*
 * All that watches a run: the ledger of what is true, the built-in promises, the expectations of the file. It only
 * looks; what it finds broken is listed with the place in the trace.
 */
enum { WATCH_BREACHES_MAX = 64 /* of one run are kept; where there are so many the verdict says so and fails */ };

struct breach {
    struct text promise; /* the short name; empty for an expectation without one */
    const char *sentence;
    struct error finding;
    struct scenario_place place; /* of the expectation; line 0 for a promise */
    int64_t at_ns;
    size_t trace_length; /* where the trace was */
};

enum { WATCH_ACTION_KINDS = MONITOR_NOTE + 1, WATCH_EVENT_KINDS = MONITOR_TIME + 1 };

/* The promises that see one kind of moment: AT(index) of each. */
typedef unsigned int watch_shown;

struct watch {
    const struct scenario *scenario;
    struct text policy; /* its name: some expectations are for one policy alone */
    policy_switches switches;
    struct trace *trace;
    struct ledger ledger;
    struct expect_memory expect;
    struct promise_memory promises;
    bool steps_are_judged;           /* by expectations: the file has some that are not for the end alone */
    watch_shown shown[MOMENT_KINDS]; /* of HANDLER_ACTION and HANDLER_EVENT by what they are about: */
    watch_shown shown_actions[WATCH_ACTION_KINDS];
    watch_shown shown_events[WATCH_EVENT_KINDS];
    struct breach *breaches;
    size_t breach_count;
    size_t breach_capacity;
    bool failed;                   /* there was no memory for one */
    enum monitor_event_kind event; /* what the handler's step under way, or its last one, is about */
    bool loaded;                   /* the handler has its records: before that nothing can be asked of them */
    bool choices;                  /* the file leaves something to choice: `sometimes` cannot be judged by one run */
};

/* 0 or ERROR_NO_MEMORY. The scenario, the policy's name and the trace are borrowed. */
int watch_init(struct watch *watch, const struct scenario *scenario, struct text policy, policy_switches switches,
               struct trace *trace);
void watch_release(struct watch *watch);

/* *to, of the same scenario and policy, becomes what *from is, but for its trace and what `sometimes` it has reached. 0
 * or ERROR_NO_MEMORY (*to may then be half-made). */
int watch_copy(struct watch *to, const struct watch *from);

/* Adds what promises and expectations remember, and what is broken already. */
void watch_hash(const struct watch *watch, int64_t now_ns, struct hash *hash);

/* Shows a moment to every promise; MOMENT_HANDLER_STEPPED also to `always` and `never`, MOMENT_END to `finally` and
 * `sometimes`. 0 or ERROR_NO_MEMORY, also where it was watch_found that had none. */
int watch_see(struct watch *watch, const struct moment *moment);

/* Something else than an expectation or a promise was found broken, at a step of the file. */
void watch_found(struct watch *watch, int64_t now_ns, const char *sentence, struct scenario_place place,
                 const struct error *finding);

/* The handler's process is gone: until the next one has its records, which are those, nothing can be asked of them. */
void watch_crashed(struct watch *watch, const struct container_record *stored, size_t count);

/* The run is over: what the store holds. To be called before MOMENT_END is shown. */
void watch_stored(struct watch *watch, const struct container_record *records, size_t count);

/* An action of the fake: its log is the truth. subscribed: a subscription was open when it was published. */
void watch_published(struct watch *watch, const struct fake_published *published, bool subscribed);

#endif
