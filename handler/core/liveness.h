/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_LIVENESS_H
#define HANDLER_CORE_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/time.h"

/*
 * Whether the peer is still there. A connection can stay open with nobody behind it, and a silent stream looks like a
 * quiet server. So a peer that has said nothing for MONITOR_PING_AFTER_NS is asked by a PING, and where it does not
 * answer within MONITOR_PING_TIMEOUT_NS the connection is given up: at the latest their sum after its last word.
 *
 * Only what surely came from the peer counts as a word of it: a call that ended at its deadline says nothing.
 */
struct liveness {
    int64_t heard_at_ns; /* the last word, or when the connection was made */
    int64_t pinged_at_ns;
    bool asked; /* the PING is not answered yet */
};

struct step;
struct state;

/* A new connection. */
void liveness_begin(struct step *step);

/* Looks at the event: is it a word of the peer of the present connection? */
void liveness_see(struct step *step);

/* Asks where it is time to. True where the connection is to be given up. */
bool liveness_time(struct step *step);

/* When liveness_time has something to do. It can wait while nobody was asked. */
int64_t liveness_deadline_ns(const struct state *state);

void liveness_hash(const struct state *state, int64_t now_ns, struct hash *hash);

#endif
