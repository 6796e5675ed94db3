/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_EDIT_H
#define SCENARIOS_LANGUAGE_EDIT_H

#include "base/buffer.h"
#include "scenarios/language/scenario.h"

/*
 * A scenario file as something to take away from, for whoever makes a failing one smaller. It is edited as YAML and not
 * as values, so every word of the language survives; only what is left out, and the few things below that can be
 * replaced, change. Comments are lost, the layout is that of write.h.
 */
struct edit;

enum edit_kind {
    EDIT_CONTAINER,
    EDIT_EXEC, /* of a given container */
    EDIT_RECORD,
    EDIT_FAULT,
    EDIT_FOLLOWING, /* `then` or `after that` of a fault */
    EDIT_BLOCK,     /* a step that is a block, with all that is in it */
    EDIT_STEP,
    EDIT_TIME, /* `at` of a step */
    EDIT_EXPECTATION
};

/* What can be left out. Spans are numbered from 0 in the order of the file, each before those that are parts of it. */
struct edit_span {
    enum edit_kind kind;
    size_t end; /* the number of the first one behind it that is no part of it */
    struct scenario_place place;
};

/* A number that can be made smaller: how often a fault is done or an event is published. */
struct edit_times {
    uint32_t times;
    bool up_to;
    size_t span; /* what it is a part of */
    struct scenario_place place;
};

struct edit_new_times {
    size_t number; /* which, among those of the file */
    uint32_t times;
};

struct edit_handler {
    struct text policy;
    const struct text *breaks;
    size_t break_count;
};

/* A step in the order in which it was done. */
struct edit_step {
    size_t span;           /* a STEP or BLOCK that is not a part of another one of these */
    int64_t crash_down_ns; /* above 0: no span, but a new step, in which the handler dies and is down for that long */
    bool has_at;
    int64_t at_ns; /* after the one before it */
};

/* What to change. All zero changes nothing. */
struct edit_changes {
    const bool *without; /* of each span, whether it is left out; or NULL */
    const struct edit_new_times *times;
    size_t times_count;
    const struct edit_step *steps; /* instead of the steps as they are nested: these, one after another; or NULL */
    size_t step_count;
    const struct edit_handler *handlers; /* instead of those of the file; or NULL */
    size_t handler_count;
    const struct scenario_choice *choices; /* instead of those of the file, their places apart; or NULL */
    size_t choice_count;
    struct text title; /* of one line; or empty */
    struct text why;   /* or empty */
};

/* Reads a scenario, as scenario_parse does and with the same errors. The content is not needed any more afterwards. */
int edit_new(struct edit **ret_edit, struct text file, struct text content, struct error *error);
void edit_free(struct edit *edit);

size_t edit_span_count(const struct edit *edit);
struct edit_span edit_span(const struct edit *edit, size_t number);
size_t edit_times_count(const struct edit *edit);
struct edit_times edit_times(const struct edit *edit, size_t number);

/* Adds to what is left out all that makes no sense without it: the parts of a span, whatever names a container, an
 * exec, a hold or a call that is nowhere made any more, and blocks with nothing in them. */
void edit_complete(const struct edit *edit, bool *without);

/* Appends the file as changed, with edit_complete done first; `breaks` loses what no expectation names any more, and an
 * expectation goes whose policy is not under `handlers` any more. A container that is created twice with its removal
 * left out is no scenario; else what is written is one. 0 or ERROR_NO_MEMORY. */
int edit_write(const struct edit *edit, const struct edit_changes *changes, struct buffer *out);

#endif
