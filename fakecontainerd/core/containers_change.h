/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_CONTAINERS_CHANGE_H
#define FAKECONTAINERD_CORE_CONTAINERS_CHANGE_H

#include "fakecontainerd/core/request.h"

/*
 * What creating, updating and deleting a container have in common: whether it may be so, and how it is refused.
 */

/* Whether containerd takes such a container; answers with `WHAT failed validation: ...` where it does not. */
bool container_valid(struct fake *fake, const struct asked *asked, const struct fake_container *container,
                     const char *what);

/* Whether the fake can hold it; answers where it cannot. */
bool container_fits(struct fake *fake, const struct asked *asked, const struct fake_container *container);

/* Answers that the container which is asked for is not there. Where a namespace has never held one, containerd has a
 * longer sentence for it, which begins with the verb; in the other the id may be quoted. */
void refuse_missing_to(struct fake *fake, const struct asked *asked, const char *verb, bool quoted);

#endif
