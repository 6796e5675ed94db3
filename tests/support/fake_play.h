/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_FAKE_PLAY_H
#define TESTS_SUPPORT_FAKE_PLAY_H

#include "base/buffer.h"
#include "fakecontainerd/core/fake.h"

/*
 * A fake's core driven step by step for tests, and what it did as text: one line for each action, in the form of
 * fake_action_format. Time stands still unless it is moved; the wall clock is WALL_START_NS ahead of it.
 */
#define WALL_START_NS INT64_C(1500000000000000000)

enum { PLAY_FILTERS_MAX = 80 };

struct fake_play {
    struct fake *fake;
    int64_t now_ns;
    struct buffer trace;
    struct fake_actions actions;
};

/* A started fake with connection 1. */
void fake_play_init(struct fake_play *play);
void fake_play_release(struct fake_play *play);

/* The same as a tear-down: of a test whose state is the play. */
int fake_play_tear_down(void **state);

/* No two of the fingerprints are the same. */
void fake_play_assert_all_differ(const struct hash *hashes, size_t count);

/* Does the step, which must succeed, and all that it leaves to do at once. */
void fake_play_event(struct fake_play *play, struct fake_event event);
void fake_play_command(struct fake_play *play, struct fake_command command);

/* Moves time and gives a FAKE_TIME. */
void fake_play_advance(struct fake_play *play, int64_t by_ns);

/* A request on connection 1; texts may be NULL. */
void fake_play_request(struct fake_play *play, uint32_t stream_id, enum fake_method method, const char *name_space,
                       const char *container_id, const char *exec_id);

/* Events.Subscribe on connection 1 with filters up to a NULL. */
void fake_play_subscribe(struct fake_play *play, uint32_t stream_id, const char *const *filters);

/* The script adds a fault. */
void fake_play_rule(struct fake_play *play, struct fake_rule rule);

/* What happened since it was last asked for; borrowed until the next call on the play. */
const char *fake_play_trace(struct fake_play *play);

/* Commands for containers of the name space "default". */
struct fake_command fake_command_add(const char *id, uint32_t pid, enum fake_process_status status);
struct fake_command fake_command_on(enum fake_command_kind kind, const char *id, const char *exec_id);

#endif
