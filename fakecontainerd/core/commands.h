/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_COMMANDS_H
#define FAKECONTAINERD_CORE_COMMANDS_H

#include "fakecontainerd/core/state.h"

/*
 * What the script makes happen. A command that cannot be is refused with one sentence (FAKE_DID_REFUSE_COMMAND) and
 * changes nothing: the script is told, not the client.
 */

/* What doing it costs at the most, for arena_reserve. */
uint64_t command_cost(const struct fake *fake, const struct fake_command *command);
void command_do(struct fake *fake, const struct fake_command *command);

#endif
