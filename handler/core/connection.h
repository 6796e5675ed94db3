/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_CONNECTION_H
#define HANDLER_CORE_CONNECTION_H

#include <stdbool.h>

#include "handler/core/values.h"

/*
 * The one connection that the monitor has at a time.
 *
 *               dial                 up                 GOAWAY
 *     ABSENT ----------> DIALING ----------> ALIVE ----------> LEAVING
 *       ^                   |                  |                  |
 *       +-------------------+------------------+------------------+
 *                  lost, could not be made, or closed by us
 */
enum connection_state {
    CONNECTION_ABSENT,
    CONNECTION_DIALING,
    CONNECTION_ALIVE,
    CONNECTION_LEAVING /* what is open goes on, nothing new can be opened */
};

struct step;
struct state;

void connection_dial(struct step *step);

/* Calls that are under way on it end with the outcome, whose text is kept. */
void connection_close(struct step *step, struct outcome outcome);

/* These three answer true where the event speaks of the present connection and changes something. */
bool connection_up(struct step *step);
bool connection_draining(struct step *step);
bool connection_lost(struct step *step);

/* What a call ends with that is not even sent, because no connection takes it. */
struct outcome connection_unusable_outcome(const struct step *step);

/* How the last connection was lost. */
struct outcome connection_lost_outcome(const struct step *step);

#endif
