/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/level.h"

enum { EVENTS_MAX = 100 /* of one step: more of them may use up a window */ };

static bool step_needs(const struct scenario_step *step, struct text *ret_why)
{
    if (step->verb == SCENARIO_PUBLISH && step->times > EVENTS_MAX) {
        *ret_why = text_of("so many events may use up a window of HTTP/2");
        return true;
    }
    if (step->verb == SCENARIO_CALL || step->verb == SCENARIO_ANSWERED || step->verb == SCENARIO_HEARD) {
        *ret_why = text_of("a scripted client speaks in bytes");
        return true;
    }
    if (step->verb == SCENARIO_GOAWAY && step->last == SCENARIO_LAST_EVEN) {
        *ret_why = text_of("a GOAWAY names a stream that HTTP/2 does not have");
        return true;
    }
    if (step->verb == SCENARIO_PUBLISH && step->published.damage == SCENARIO_DAMAGE_OVERSIZE) {
        *ret_why = text_of("a message is larger than what is written at once");
        return true;
    }
    for (size_t i = 0; i < step->child_count; i++)
        if (step_needs(&step->children[i], ret_why))
            return true;
    return false;
}

/* Which streams the GOAWAYs of the steps name, as a set of bits. */
static unsigned int count_goaways(const struct scenario_step *step, size_t *count)
{
    unsigned int lasts = step->verb == SCENARIO_GOAWAY ? 1U << step->last : 0;
    *count += step->verb == SCENARIO_GOAWAY;
    for (size_t i = 0; i < step->child_count; i++)
        lasts |= count_goaways(&step->children[i], count);
    return lasts;
}

/* Of several one may name more streams than the one before, which HTTP/2 forbids: it does where they differ, and where
 * streams are opened in between. */
static bool goaways_may_grow(const struct scenario_step *steps)
{
    size_t count = 0;
    unsigned int lasts = count_goaways(steps, &count);
    return count > 1 && lasts != 1U << SCENARIO_LAST_NONE && lasts != 1U << SCENARIO_LAST_ANY;
}

bool level_needs_bytes(const struct scenario *scenario, struct text *ret_why)
{
    if (goaways_may_grow(&scenario->steps)) {
        *ret_why = text_of("a GOAWAY may name more streams than the one before");
        return true;
    }
    return step_needs(&scenario->steps, ret_why);
}
