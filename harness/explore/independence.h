/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_INDEPENDENCE_H
#define HARNESS_EXPLORE_INDEPENDENCE_H

#include "harness/explore/states.h"

/*
 * Whether two moves have nothing to do with each other in a state: each can still be made, with the same outcomes, when
 * the other has been, and both orders lead to the same state. Found out by trying both on copies, and remembered.
 */
struct independence {
    struct world *worlds[2];
    struct states known;       /* pairs that were tried */
    struct states independent; /* those of them that are independent */
};

/* 0 or ERROR_NO_MEMORY; to be released all the same. */
int independence_init(struct independence *independence, const struct world *root);
void independence_release(struct independence *independence);

/* before: the state, with its hash; behind: the state after `made`. 0 or an error of world_happen. */
int independence_of(struct independence *independence, const struct world *before, const struct hash *hash,
                    const struct world *behind, const struct move *made, const struct move *other,
                    struct timeline *room, bool *ret_independent);

#endif
