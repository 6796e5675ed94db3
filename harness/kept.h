/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_KEPT_H
#define HARNESS_KEPT_H

#include "base/hash.h"
#include "handler/core/values.h"

/*
 * Records that own their texts. Those of a copy are shared until the last of them is cleared.
 */

/* Copies the record with its texts. 0 or ERROR_NO_MEMORY (*copy is untouched). */
int kept_copy(struct container_record *copy, const struct container_record *from);

/* The same record once more; from must be a copy itself. */
void kept_share(struct container_record *copy, const struct container_record *from);

/* Makes it empty. One that is empty stays so. */
void kept_clear(struct container_record *record);

#endif
