/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_FILTER_SCAN_H
#define FAKECONTAINERD_CORE_FILTER_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * The words of a filter. As in containerd, what a word is depends on what came before it: behind an operator nearly
 * everything up to a comma or a space is a value.
 */
enum filter_token {
    FILTER_TOKEN_END,
    FILTER_TOKEN_QUOTED,    /* "..." |...| or /.../, quotes included */
    FILTER_TOKEN_VALUE,     /* behind an operator */
    FILTER_TOKEN_FIELD,     /* letters, digits, underscores */
    FILTER_TOKEN_SEPARATOR, /* , or . */
    FILTER_TOKEN_OPERATOR,  /* a run of = ! ~ */
    FILTER_TOKEN_OTHER,     /* a character that begins none of these */
    FILTER_TOKEN_ILLEGAL    /* fault says why */
};

struct filter_scanner {
    struct text input; /* valid UTF-8 */
    size_t at;
    bool value;        /* the next word is a value */
    const char *fault; /* the first one */
};

struct filter_word {
    enum filter_token token;
    size_t at; /* where it begins */
    struct text text;
};

struct filter_word filter_scan(struct filter_scanner *scanner);

/* The byte that is next, or 0 at the end; spaces are not skipped. */
char filter_peek(const struct filter_scanner *scanner);

/* What a quoted word holds, its escapes resolved, in output, which has room for as many bytes as the word. False where
 * an escape is not one of Go's. */
bool filter_unquote(struct text quoted, char *output, size_t *ret_length);

#endif
