/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_WORDS_H
#define SCENARIOS_LANGUAGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/*
 * The closed lists of words that a scenario may use, each in one table: whoever reads, prints or explains a scenario
 * asks here. A table holds each name once and each value once, in the order in which it is told to people.
 */
struct word {
    const char *name;
    int value;
};

struct words {
    const char *what; /* one of them: "promise" */
    const struct word *items;
    size_t count;
};

/* What must hold in every scenario without being named. */
enum scenario_promise {
    SCENARIO_NO_EXIT_IS_LOST,
    SCENARIO_FINISHED_ONCE,
    SCENARIO_NON_INIT_CHANGES_NOTHING,
    SCENARIO_NO_DELETE_OF_A_LIVE_TASK,
    SCENARIO_BACKOFF_SEQUENCE,
    SCENARIO_ONE_SUBSCRIPTION,
    SCENARIO_NO_KILL_AFTER_ABANDON,
    SCENARIO_JOURNAL_FIRST,
    SCENARIO_EVERYTHING_SETTLES,
    SCENARIO_LISTS_FOLLOW,
    SCENARIO_RETRIES_DOUBLE,
    SCENARIO_OOM_IS_TOLD,
    SCENARIO_ANSWERS_ARE_CURRENT,
    SCENARIO_EXITS_IN_TIME,
    SCENARIO_SIGNALS_IN_ORDER,
    SCENARIO_TIMES_IN_ORDER,
    SCENARIO_RECORDS_STAY,
    SCENARIO_PROMISE_COUNT
};

extern const struct words scenario_verbs;       /* enum scenario_verb: "create", "any order" */
extern const struct words scenario_promises;    /* enum scenario_promise: "no-exit-is-lost" */
extern const struct words scenario_rpcs;        /* 0, 1, ...: "Tasks.Delete" */
extern const struct words scenario_streams;     /* the index in scenario_rpcs of what opens it: "events" */
extern const struct words scenario_topics;      /* 0, 1, ...: "/tasks/exit" */
extern const struct words scenario_task_states; /* enum scenario_task_state: "paused" */
extern const struct words scenario_statuses;    /* gRPC status codes: "UNAVAILABLE" */
extern const struct words scenario_http2_codes; /* HTTP/2 error codes, 0 to 13: "CANCEL" */
extern const struct words scenario_apis;        /* enum scenario_api: "execution" */
extern const struct words scenario_actions;     /* enum scenario_do: "fail" */
extern const struct words scenario_ends;        /* enum scenario_end but STATUS: "no trailers" */
extern const struct words scenario_events;      /* enum scenario_event: "exec added" */
extern const struct words scenario_damages;     /* enum scenario_damage but NONE: "unknown type" */
extern const struct words scenario_lasts;       /* enum scenario_last: "even" */
extern const struct words scenario_silences;    /* enum scenario_silence: "only reads" */
extern const struct words scenario_untils;      /* enum scenario_until_kind, of a request: "answered" */
extern const struct words scenario_states;      /* enum scenario_state: "running" */
extern const struct words scenario_told_states; /* enum scenario_told_state: "unknown" */
extern const struct words scenario_stores;      /* enum scenario_store: "put" */
extern const struct words scenario_fates;       /* enum scenario_fate: "crash" */
extern const struct words scenario_operations;  /* enum scenario_operation: "stop" */
extern const struct words scenario_passages;    /* enum scenario_passed: "answered" */
extern const struct words scenario_sockets;     /* enum scenario_socket: "serves" */

/* True and *ret_value where the table has exactly that name; else false and *ret_value untouched. */
bool words_find(const struct words *words, struct text name, int *ret_value);

/* The name of a value; NULL where the table has none. */
const char *words_name(const struct words *words, int value);

/* The name that was most likely meant: the nearest spelling, the first of several; NULL where none is near. */
const char *words_nearest(const struct words *words, struct text name);

/* The measure behind words_nearest: how far name is from candidate, or SIZE_MAX where it is too far to be meant. */
size_t words_distance(struct text name, const char *candidate);

#endif
