/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/needs_handler.h"

/* Every verb is named, so that a new one says where it belongs. */
enum scenario_doer scenario_step_doer(const struct scenario_step *step)
{
    switch (step->verb) {
    case SCENARIO_SEQUENCE:
    case SCENARIO_ANY_ORDER:
    case SCENARIO_AT_ONCE:
    case SCENARIO_ADVANCE: return SCENARIO_BY_NOBODY;
    case SCENARIO_LOCK:
    case SCENARIO_UNLOCK:
    case SCENARIO_RECORD:
    case SCENARIO_HANDLER:
    case SCENARIO_ASK:
    case SCENARIO_ABANDON: return SCENARIO_BY_HANDLER;
    case SCENARIO_CALL:
    case SCENARIO_ANSWERED:
    case SCENARIO_HEARD: return SCENARIO_BY_CLIENT;
    case SCENARIO_CREATE:
    case SCENARIO_START:
    case SCENARIO_EXEC:
    case SCENARIO_EXIT:
    case SCENARIO_OOM:
    case SCENARIO_REMOVE:
    case SCENARIO_DISCONNECT:
    case SCENARIO_RESTART:
    case SCENARIO_PUBLISH:
    case SCENARIO_GOAWAY:
    case SCENARIO_SILENCE:
    case SCENARIO_SOCKET:
    case SCENARIO_KILL_SHIM:
    case SCENARIO_SET_CLOCK:
    case SCENARIO_RELEASE: break;
    }
    return SCENARIO_BY_FAKE;
}

bool scenario_step_needs_handler(const struct scenario_step *step)
{
    return scenario_step_doer(step) == SCENARIO_BY_HANDLER || (step->after.given && step->after.of_store);
}

bool scenario_fault_needs_handler(const struct scenario_fault *fault)
{
    return fault->has_store;
}
