/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_BUDGET_H
#define PROGRAMS_CTRSIM_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "harness/explore/explore.h"

/*
 * How long an exploration may take, as it was asked for, and the words on how far it has got.
 */
struct budget {
    int64_t time_ns; /* 0: no limit of time */
    uint64_t runs;   /* 0: no limit of runs */
};

/* "60s" or "1000000". 0, or ERROR_INVALID with a sentence. */
int budget_parse(struct budget *budget, const char *written, struct error *error);

/* "0/4": 0, or ERROR_INVALID with a sentence. */
enum { SHARDS_MAX = 65536 };
int budget_parse_shard(struct explore_shard *shard, const char *written, struct error *error);

/* A decimal number. 0, or ERROR_INVALID with a sentence that begins with the option's name. */
int budget_parse_number(uint64_t *number, const char *option, const char *written, struct error *error);

/* What stands on the terminal while it goes on, and what ends it: time that is up, or Ctrl-C. */
struct progress {
    int64_t start_ns;            /* of the file and policy */
    int64_t until_ns;            /* or TIME_NEVER */
    int64_t said_ns;             /* when something was said last */
    const char *what;            /* what is being explored */
    struct explore_counts *told; /* where it tells its counts instead of the terminal; or NULL */
};

/* Begins: from now on, for as long (0: without end). Whoever is told stays. */
void progress_begin(struct progress *progress, const char *what, int64_t for_ns);

/* For explore_options.go_on, with a struct progress as context. */
bool progress_go_on(void *context, const struct explore_counts *counts);

/* Takes away what stands on the terminal. */
void progress_end(struct progress *progress);

/* From here on Ctrl-C ends explorations instead of the program; true once it has come. */
void progress_catch_interrupt(void);
bool progress_interrupted(void);

int64_t progress_clock_ns(void);

#endif
