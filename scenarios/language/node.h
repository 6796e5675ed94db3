/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_NODE_H
#define SCENARIOS_LANGUAGE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "scenarios/language/region.h"
#include "scenarios/language/scenario.h"

/*
 * One YAML document as a tree, before anybody asks what it means: scalars, lists and mappings with their places. The
 * tree is plain: no anchors, aliases, tags, directives or merge keys, and every key of a mapping is a scalar.
 */
enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAPPING };

struct node {
    enum node_kind kind;
    bool plain;         /* a scalar without quotes, which other readers of YAML may take for a number or a boolean */
    bool block;         /* on lines of its own: a list or mapping without brackets, a scalar below its key */
    struct text text;   /* a scalar's, free of NUL; NUL-terminated for convenience */
    struct node *first; /* a list's entries; a mapping's keys and values in turn */
    struct node *next;
    struct node *last; /* of those, where they are made and not read */
    size_t count;      /* entries of a list, pairs of a mapping */
    size_t index;      /* among all nodes of the file, in their order: a mapping, its first key, that key's value */
    struct scenario_place place;
};

/* A file that is being read: its name in messages, where its values live, and where the first mistake is told. */
struct reading {
    struct text file;
    struct region *region;
    struct error *error;
};

/* Returns 0 iff the content is UTF-8 without control characters, tabs, or line breaks other than LF and CR LF. Else
 * tells the place of the first such character, with ERROR_MALFORMED. */
int characters_check(const struct reading *reading, struct text content);

/* The length of the character that the rest, which is not empty, begins with; 0 where it is not UTF-8. */
size_t character_read(struct text rest, uint32_t *ret_character);

/* True iff the character may stand in a file as it is, line breaks apart. */
bool character_is_plain(uint32_t character);

/* Reads the one document of the content into the reading's region. 0; or ERROR_MALFORMED, ERROR_LIMIT, ERROR_NO_MEMORY
 * with a sentence. */
int node_read(const struct reading *reading, struct text content, struct node **ret_root);

/* True iff a plain scalar is what YAML 1.1 or 1.2 takes for a number, a boolean or null. */
bool node_looks_typed(const struct node *node);

/* Tells a mistake: writes "FILE:LINE:COLUMN: " and the sentence, and returns code. */
int reading_fail(const struct reading *reading, struct scenario_place place, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

int reading_fail_memory(const struct reading *reading);

enum { QUOTED_SIZE = 96 };

/* What the file says, fit for a sentence: in double quotes, cut to a length, control characters shown as '?'. */
struct quoted {
    char text[QUOTED_SIZE];
};

struct quoted quote(struct text text);

#endif
