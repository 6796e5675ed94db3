/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_OWNER_H
#define SCENARIOS_LANGUAGE_OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/*
 * What a scenario says of the handler's own side: its store, its process, and the owner of the containers, who asks it
 * for something. Only the handler that is built in has such a side.
 */

/* A request of the handler to its store. */
enum scenario_store {
    SCENARIO_STORE_PUT,    /* a record is written */
    SCENARIO_STORE_FORGET, /* a record leaves the store */
    SCENARIO_STORE_LOAD    /* all records are read, at the start */
};

/* What becomes of the handler's process. */
enum scenario_fate {
    SCENARIO_FATE_CRASH, /* it is gone at once, and starts again after some time; its store has kept what it had done */
    SCENARIO_FATE_STOP,  /* it is told to stop */
    SCENARIO_FATE_START  /* it is told to start */
};

/* What the owner asks for. */
enum scenario_operation {
    SCENARIO_OPERATION_CREATE,
    SCENARIO_OPERATION_START,
    SCENARIO_OPERATION_STOP,
    SCENARIO_OPERATION_REMOVE,
    SCENARIO_OPERATION_STATUS
};

struct scenario_ask {
    enum scenario_operation operation;
    int64_t grace_ns;   /* STOP */
    int64_t timeout_ns; /* 0: the owner waits for ever */
    struct text as;     /* the name to abandon it by and to expect its answer; may be empty */
};

/* How far a request has come. */
enum scenario_passed {
    SCENARIO_PASSED_ASKED,   /* of an rpc: the server has it, and has done what it does with it; of the store: the
                                handler has asked, and nothing is done yet */
    SCENARIO_PASSED_ANSWERED /* it is done, and the answer is on its way to the handler */
};

/* The moment that a step waits for, from its turn on. */
struct scenario_moment {
    bool given;
    bool of_store;
    enum scenario_store store;
    struct text rpc;       /* not of_store */
    struct text container; /* empty: any */
    enum scenario_passed passed;
};

/* How long a step waits for its moment. */
#define SCENARIO_MOMENT_MAX_NS INT64_C(600000000000)

#endif
