/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_WORLD_H
#define FAKECONTAINERD_CORE_WORLD_H

#include "fakecontainerd/core/state.h"

/*
 * The fake's socket and its connections. Containers live on while nobody serves; whoever was connected is not told.
 */
uint64_t connection_cost(void);
uint64_t close_all_cost(const struct fake *fake);

/* Begins to listen, unless the script has taken the socket away. */
void world_start(struct fake *fake);

/* What the path shows from the start on; or once it has started, from now on: no connection is touched. */
void world_socket(struct fake *fake, enum fake_socket socket);

/* A connection while nobody serves, or one too many, is closed at once. At a path that stays silent it is silent. */
void connection_add(struct fake *fake, uint64_t id);

/* Known, and not silent: what it asks is answered. */
bool connection_heard(const struct fake *fake, uint64_t id);

/* All that are there fall silent; one that is more so already stays as it is. */
void connections_silence(struct fake *fake, enum fake_silence how);

/* It is gone, with all that waits for it. An unknown one is ignored. */
void connection_drop(struct fake *fake, uint64_t id);

/* Closes it, with nothing said. An unknown one is ignored. */
void connection_hang_up(struct fake *fake, uint64_t id);

/* Closes all at once, with nothing said. */
void connections_close(struct fake *fake);

/* Says goaway to all that are not silent. */
void connections_goaway(struct fake *fake, const struct fake_goaway *goaway);

/* Down now, up again after down_ns. */
void world_restart(struct fake *fake, int64_t down_ns, enum fake_socket socket, enum fake_restart_state kept);

/* Serves again where it is time, to nobody who came before; and what that costs. */
uint64_t world_ripen_cost(const struct fake *fake, int64_t now_ns);
void world_ripen(struct fake *fake);

#endif
