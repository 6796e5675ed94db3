/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/recovery.h"

struct recovery {
    bool stopped;
    bool unserved;
    size_t locks;
};

static void follow(struct recovery *recovery, const struct scenario_step *step)
{
    /* A crash may come before the stop in another order, and then ends nothing. */
    if (step->verb == SCENARIO_HANDLER && step->fate != SCENARIO_FATE_CRASH)
        recovery->stopped = step->fate == SCENARIO_FATE_STOP;
    if (step->verb == SCENARIO_SOCKET)
        recovery->unserved = step->socket != SCENARIO_SOCKET_SERVES;
    if (step->verb == SCENARIO_RESTART)
        recovery->unserved = false;
    if (step->verb == SCENARIO_LOCK)
        recovery->locks++;
    if (step->verb == SCENARIO_UNLOCK && recovery->locks > 0)
        recovery->locks--;
    for (size_t i = 0; i < step->child_count; i++)
        follow(recovery, &step->children[i]);
}

static bool releases(const struct scenario_step *step, struct text hold)
{
    if (step->verb == SCENARIO_RELEASE && text_equal(step->hold, hold))
        return true;
    for (size_t i = 0; i < step->child_count; i++)
        if (releases(&step->children[i], hold))
            return true;
    return false;
}

size_t recovery_owed(const struct scenario *scenario)
{
    struct recovery recovery = {.unserved = scenario->given.socket != SCENARIO_SOCKET_SERVES};
    follow(&recovery, &scenario->steps);
    size_t owed = (size_t)recovery.stopped + recovery.unserved + recovery.locks;
    for (size_t i = 0; i < scenario->fault_count; i++) {
        struct text hold = scenario->faults[i].hold;
        owed += hold.length > 0 && !releases(&scenario->steps, hold);
    }
    return owed;
}
