/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_RECONCILE_H
#define HANDLER_CORE_RECONCILE_H

#include "handler/core/state.h"

/*
 * A list of the server's tasks against the records, in the order of ids, as much as fits in a step. What differs
 * becomes found events (found.h); what a list lacks is asked for by itself (verify.h), since one bad or partial list is
 * not an absent task. A difference counts only where the record has not changed since the list was asked for; the next
 * list will show the others. A container of which something is under way is left to that.
 */
enum {
    RECONCILE_CHANGES_MAX = 16, /* differences that one step acts on */
    RECONCILE_WAITING_MAX = 64, /* events that may wait, where their turn has come, before it goes on */
    RECONCILE_ITEMS_MAX = 1024  /* records and entries that it compares */
};

/* What it costs in one step at the most, for arena_reserve. */
uint64_t reconcile_cost(void);

void reconcile_do(struct step *step);

#endif
