/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_MAKE_H
#define SCENARIOS_LANGUAGE_MAKE_H

#include "scenarios/language/node.h"

/*
 * Nodes that are not read from a file. They live in the maker's region. Where memory lacks, NULL is made, which joins
 * nothing, and the maker says so in the end.
 */
struct maker {
    struct region *region;
    bool failed;
};

struct node *make_list(struct maker *maker, bool block);
struct node *make_mapping(struct maker *maker, bool block);

/* A scalar with a copy of the text: plain where no reader of YAML can take that for anything else, in or out of
 * brackets. */
struct node *make_text(struct maker *maker, struct text text);

/* A plain scalar of what is printed, which the caller knows to be fit. */
struct node *make_plain(struct maker *maker, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The node alone, without what is in it or behind it. */
struct node *make_copy(struct maker *maker, const struct node *node);

/* Appends to a list, or to a mapping; what is appended must be new. */
void make_entry(struct node *list, struct node *entry);
void make_pair(struct node *mapping, struct node *key, struct node *value);

#endif
