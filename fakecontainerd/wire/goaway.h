/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_WIRE_GOAWAY_H
#define FAKECONTAINERD_WIRE_GOAWAY_H

#include "fakecontainerd/wire/session.h"

/*
 * Says GOAWAY on a session, and notes when the connection is to be closed. What HTTP/2 allows is said by the session,
 * which keeps to it; what it forbids (an even stream, a later one than was said before) is said all the same, and
 * changes nothing at this end. 0 or ERROR_NO_MEMORY.
 */
int fake_go_away(struct fake_session *session, const struct fake_goaway *goaway);

#endif
