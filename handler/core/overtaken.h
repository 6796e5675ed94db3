/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_OVERTAKEN_H
#define HANDLER_CORE_OVERTAKEN_H

#include "handler/core/writes.h"

/*
 * Writes that were under way when the records were loaded anew, after a stop and a start: what was loaded does not have
 * what they say, and when they are made the store says something else than the monitor's own records. So these then
 * become what was written, unless they have gone on since; and the tasks are listed, since what has happened meanwhile
 * was of no record.
 */

/* The records have been loaded: all that is under way is from before. */
void overtaken_mark(struct step *step);

/* The write is made. Does nothing for one that is not from before, or of an exit, which has a life of its own. Costs
 * store_cost_max. */
void overtaken_written(struct step *step, const struct write *write);

/* The record goes, and nothing from before brings it back. */
void overtaken_forget(struct step *step, struct text id);

#endif
