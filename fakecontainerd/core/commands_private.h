/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_COMMANDS_PRIVATE_H
#define FAKECONTAINERD_CORE_COMMANDS_PRIVATE_H

#include "fakecontainerd/core/state.h"

/* What the files of commands share. */

/* "exit web: why", with the exec behind the container where one is named. */
void command_refuse(struct fake *fake, const struct fake_command *command, struct text id, const char *why);

/* The slot whose task the command names; NULL after a sentence. */
struct slot *command_slot_with_task(struct fake *fake, const struct fake_command *command, arena_ref *ret_ref);

/* commands_life.c */
uint64_t command_restart_cost(const struct fake *fake, const struct fake_command *command);
void command_restart(struct fake *fake, const struct fake_command *command);
void command_kill_shim(struct fake *fake, const struct fake_command *command);
void command_set_clock(struct fake *fake, const struct fake_command *command);

#endif
