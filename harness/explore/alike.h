/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_ALIKE_H
#define HARNESS_EXPLORE_ALIKE_H

#include "base/error.h"
#include "harness/explore/states.h"

/*
 * Whether states with one fingerprint go on alike. What was seen before is left out, which is right only where all that
 * matters is in the fingerprint. So in some states all that may happen is tried as often as they are come to, and must
 * lead to the same states every time; what has been broken by then is a part of them.
 */
struct alike {
    struct world *world; /* in which things are tried */
    struct states seen;  /* the states that were tried, and what came of it */
    struct text file;    /* of the scenario, for a sentence */
    struct text policy;
};

/* 0 or ERROR_NO_MEMORY; to be released all the same. */
int alike_init(struct alike *alike, const struct world *root, struct text policy);
void alike_release(struct alike *alike);

/* Tries what may happen in the world, which has this fingerprint: `ready`, at most. Sets *ret_again to whether one with
 * this fingerprint was tried before. 0; ERROR_UNREPEATABLE with a sentence where it went on differently; or an error of
 * world_happen. */
int alike_try(struct alike *alike, const struct world *world, const struct hash *hash, const struct timeline *ready,
              bool *ret_again, struct error *error);

#endif
