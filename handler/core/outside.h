/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_OUTSIDE_H
#define HANDLER_CORE_OUTSIDE_H

#include "handler/core/state.h"

/*
 * What the owner of the records does to them past the monitor. A record that is set takes the place of the one there
 * is; but where that tells the end of the very life that the new one says is running, the owner was late, and the end
 * stays.
 */

/* The event sets records. */
void outside_record_set(struct step *step);

/* The event says that a record was removed. */
void outside_record_removed(struct step *step);

#endif
