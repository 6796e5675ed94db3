/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_TALLY_H
#define HANDLER_CORE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "handler/core/note.h"

/*
 * Events that are of no use come in any number, and a log that tells each of them buries the rest. Of each kind the
 * first is noted. Those that come within MONITOR_NOTE_EVERY_NS of it are counted, and when that time is over their
 * number is noted, once, which begins the time anew; so of each kind there is at most one note in that time, and none
 * is left out of the count. Only where the policy skips what it cannot read.
 */
enum {
    TALLY_KINDS = 6 /* kinds of note that are counted */
};

struct tally {
    struct {
        bool began;
        int64_t told_at_ns;
        uint64_t count; /* since then */
    } kinds[TALLY_KINDS];
    uint32_t counting; /* kinds whose count is not 0 */
};

struct step;
struct state;

/* True where the note is not to be made, because it was counted instead. */
bool tally_counts(struct step *step, enum note_kind kind);

/* Notes the numbers whose time has come. */
void tally_time(struct step *step);

int64_t tally_deadline_ns(const struct state *state);

void tally_hash(const struct state *state, int64_t now_ns, struct hash *hash);

#endif
