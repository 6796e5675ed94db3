/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_RECONCILE_PRIVATE_H
#define HANDLER_CORE_RECONCILE_PRIVATE_H

#include "handler/core/life.h"
#include "handler/core/reconcile.h"

/*
 * What the two halves of a comparison, of containers at rest and of those whose end is being handled, know of each
 * other. What is true where something comes of the difference says so by its value.
 */

/* One id with what the record and the list say of it. */
struct pair {
    struct text id;
    bool has_record;
    struct container_record record;
    bool has_entry;
    struct process_state entry;
};

/* The record has changed since the list was asked for. */
bool reconcile_has_changed(const struct step *step, struct text id);

/* What the list shows is of the record's life or of one behind it: the record has not changed since the list was asked
 * for, or only its end has been told, and the pid was nobody's before. */
bool reconcile_no_earlier(const struct step *step, const struct pair *pair);

/* The task is another life's, which is found. */
bool reconcile_another(struct step *step, const struct pair *pair);

/* What has ended runs: the server is asked whose task it is. */
bool reconcile_runs(struct step *step, const struct pair *pair);

/* The list lacks the task of a life that has ended, and is not older than that life. */
void reconcile_mark_unlisted(struct step *step, const struct pair *pair);

/* The life is not QUIET. */
bool reconcile_under_way(struct step *step, const struct pair *pair, arena_ref life);

#endif
