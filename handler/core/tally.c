/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/tally.h"

#include "handler/core/actions.h"
#include "handler/core/state.h"

#define COUNTED(X)       \
    X(CONTAINER_UNKNOWN) \
    X(FOREIGN_NAMESPACE) X(EVENT_UNUSABLE) X(TOO_MANY_EVENTS) X(MESSAGE_UNREADABLE) X(TOO_MANY_CONTAINERS)

#define AS_ITEM(kind) NOTE_##kind,
#define AS_BIT(kind)  | UINT64_C(1) << NOTE_##kind

static const enum note_kind counted[TALLY_KINDS] = {COUNTED(AS_ITEM)};
static const uint64_t counted_bits = 0 COUNTED(AS_BIT);

static int64_t over_at_ns(const struct tally *tally, size_t i)
{
    return time_add(tally->kinds[i].told_at_ns, MONITOR_NOTE_EVERY_NS);
}

static bool is_running(const struct tally *tally, size_t i, int64_t now_ns)
{
    return tally->kinds[i].began && now_ns < over_at_ns(tally, i);
}

bool tally_counts(struct step *step, enum note_kind kind)
{
    struct tally *tally = &step->state->tally;
    if (!policy_has(step->state->policy, POLICY_SKIP_UNREADABLE) || (counted_bits >> kind & 1) == 0)
        return false;
    for (size_t i = 0; i < TALLY_KINDS; i++) {
        if (counted[i] != kind)
            continue;
        /* A number whose time is over is still to be told, by itself. */
        if (is_running(tally, i, step->state->now_ns) || tally->kinds[i].count > 0) {
            tally->counting += tally->kinds[i].count++ == 0;
            return true;
        }
        tally->kinds[i].began = true;
        tally->kinds[i].told_at_ns = step->state->now_ns;
    }
    return false;
}

void tally_time(struct step *step)
{
    struct tally *tally = &step->state->tally;
    for (size_t i = 0; tally->counting > 0 && i < TALLY_KINDS; i++) {
        struct note *note;
        if (tally->kinds[i].count == 0 || is_running(tally, i, step->state->now_ns))
            continue;
        note = &action_add(step, MONITOR_NOTE)->note;
        note->kind = NOTE_REPEATED;
        note->repeated = counted[i];
        note->count = tally->kinds[i].count;
        tally->kinds[i].count = 0;
        tally->counting--;
        tally->kinds[i].told_at_ns = step->state->now_ns;
    }
}

int64_t tally_deadline_ns(const struct state *state)
{
    int64_t deadline_ns = TIME_NEVER;
    for (size_t i = 0; state->tally.counting > 0 && i < TALLY_KINDS; i++)
        if (state->tally.kinds[i].count > 0)
            deadline_ns = time_min(deadline_ns, over_at_ns(&state->tally, i));
    return deadline_ns;
}

void tally_hash(const struct state *state, int64_t now_ns, struct hash *hash)
{
    for (size_t i = 0; i < TALLY_KINDS; i++) {
        bool runs = is_running(&state->tally, i, now_ns);
        hash_i64(hash, runs ? over_at_ns(&state->tally, i) - now_ns : 0);
        hash_u64(hash, state->tally.kinds[i].count);
    }
}
