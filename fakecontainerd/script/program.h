/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_SCRIPT_PROGRAM_H
#define FAKECONTAINERD_SCRIPT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "fakecontainerd/core/command.h"
#include "scenarios/language/scenario.h"

/*
 * What never changes while a script is played, shared by a script and its clones: the steps of a scenario in the order
 * of the file, each block before what is in it, and the values of what is given.
 */
struct program_step {
    const struct scenario_step *source;
    size_t parent; /* the block that it is in; of the whole: itself */
    size_t end;    /* the step after it and all that is in it */
};

struct program {
    const struct scenario *scenario;
    size_t references;
    struct program_step *steps; /* the first is the whole */
    size_t step_count;
    bool awaits;               /* some step waits for a moment */
    struct fake_label *labels; /* of all containers given, one after another */
    size_t *first_labels;      /* of each container: where its labels begin */
};

/* 0 or ERROR_NO_MEMORY. The scenario is borrowed. The program has one reference. */
int program_new(struct program **ret_program, const struct scenario *scenario);

struct program *program_share(struct program *program);

/* Drops a reference, and the program with the last one. NULL is ignored. */
void program_release(struct program *program);

/* True iff the fake has something to do at a step: it is no block, and neither time, the handler's nor a client's. */
bool program_has_command(const struct scenario_step *step);

/* The command of such a step. */
void program_command(const struct program *program, const struct scenario_step *step, struct fake_command *command);

/* The command at the place in what is given, which then moves on; false behind the last. */
struct given_place {
    size_t container;
    size_t exec; /* 0: the container itself, then its execs */
    size_t rule;
    bool socket;
};

bool program_given(const struct program *program, struct given_place *place, struct fake_command *command);

#endif
