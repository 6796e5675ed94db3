/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_IO_PLAY_H
#define FAKECONTAINERD_IO_PLAY_H

#include "fakecontainerd/core/fake.h"
#include "fakecontainerd/script/script.h"
#include "fakecontainerd/wire/names.h"

/*
 * A scenario in real time: when its clock starts, and which step is next. Times are those of the loop. Without a
 * scenario nothing is ever to be done.
 */
struct play {
    struct script *script; /* NULL without a scenario */
    struct names *names;   /* NULL where clients' containers keep their ids */
    struct script_step steps[SCRIPT_ENABLED_MAX];
    int64_t due_ns; /* when its clock may start, TIME_NEVER before that is known */
    int64_t start_ns;
    bool started;
    bool told; /* that all has been played */
};

enum play_what {
    PLAY_NOTHING, /* is to be done now */
    PLAY_STEP,    /* a command is to be done: event and line are set */
    PLAY_MISSED,  /* a step is left out, because what it waits for has not come */
    PLAY_DONE     /* all has been played; told once */
};

/* scenario (NULL: none) and names are borrowed. 0 or ERROR_NO_MEMORY; to be freed in either case. */
int play_new(struct play *play, const struct scenario *scenario, struct names *names);
void play_free(struct play *play);

/* The next command for what is there before the first client comes; false behind the last. */
bool play_given(struct play *play, struct fake_command *ret_command);

/* A step of the core, for the steps of the script that wait for it. */
void play_saw(struct play *play, const struct fake_event *event, const struct fake_actions *actions, int64_t now_ns);

/* What is to be done next, in the written order, since nobody chooses. */
enum play_what play_next(struct play *play, const struct fake *fake, bool serving, int64_t now_ns,
                         struct fake_event *ret_event, size_t *ret_line);

/* When play_next may have something to do. */
int64_t play_deadline_ns(const struct play *play);

#endif
