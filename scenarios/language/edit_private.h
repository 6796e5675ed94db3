/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_EDIT_PRIVATE_H
#define SCENARIOS_LANGUAGE_EDIT_PRIVATE_H

#include "scenarios/language/edit.h"
#include "scenarios/language/node.h"

/*
 * What the files of edit share.
 */
#define NO_PART SIZE_MAX

struct edit_part {
    struct edit_span span;
    const struct node *node; /* an entry of a list, or a key with its value behind it */
    size_t parent;           /* or NO_PART */
};

/* A container is made when it is given or created. It is known where a record has it, too, and spoken of where an event
 * is forged for it: so much is enough for a lock, or for an expectation. */
enum edit_name_kind {
    NAME_CONTAINER,
    NAME_KNOWN,
    NAME_SPOKEN_OF,
    NAME_EXEC,
    NAME_HOLD,
    NAME_CALL,
    NAME_ASK,
    NAME_PROMISE
};

struct edit_name {
    enum edit_name_kind kind;
    struct text container; /* of an exec too */
    struct text own;
    bool made; /* by some part of the file */
};

/* That a part makes a name, or needs it to be made by another one. */
struct edit_tie {
    size_t part;
    size_t name;
    bool makes;
};

struct edit {
    struct region region;
    struct node *root;
    size_t node_count;
    size_t *part_of;  /* of each node by its index: the part that it is the node of, or NO_PART */
    size_t *times_of; /* the same for numbers */
    struct edit_part *parts;
    size_t part_count;
    struct edit_times *times;
    size_t times_count;
    struct edit_name *names;
    size_t name_count;
    struct edit_tie *ties;
    size_t tie_count;
};

/* Finds the ties of all parts. 0 or ERROR_NO_MEMORY. */
int edit_tie_parts(struct edit *edit);

/* Of each name, whether a part that is not left out makes it. */
void edit_alive(const struct edit *edit, const bool *without, bool *alive);

#endif
