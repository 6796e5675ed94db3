/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_REGEX_H
#define FAKECONTAINERD_CORE_REGEX_H

#include <stdbool.h>

#include "base/text.h"

/*
 * The part of Go's regular expressions that filters of events use: characters, ., classes with ranges and \d \s \w,
 * ^ $, groups, |, * + ? and {n,m} (lazy or not makes no difference here). A search takes time in proportion to pattern
 * times subject, and no memory. What Go has beyond that is told apart from what Go refuses too.
 */
enum regex_kind {
    REGEX_GOOD,
    REGEX_BAD,    /* Go does not compile it either: containerd lets it match nothing */
    REGEX_FOREIGN /* valid in Go perhaps, but not here: flags, names, \b \p \x, or larger than the limits */
};

enum {
    REGEX_STATES_MAX = 1000, /* of the compiled pattern */
    REGEX_RANGES_MAX = 500,  /* of all its classes together */
    REGEX_DEPTH_MAX = 32     /* groups within groups */
};

enum regex_kind regex_check(struct text pattern);

/* Whether the pattern is found anywhere in the subject; false for a pattern that is not REGEX_GOOD. */
bool regex_search(struct text pattern, struct text subject);

#endif
