/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/needs_handler.h"

bool scenario_step_is_of_handler(const struct scenario_step *step)
{
    switch (step->verb) {
    case SCENARIO_LOCK:
    case SCENARIO_UNLOCK:
    case SCENARIO_RECORD:
    case SCENARIO_HANDLER:
    case SCENARIO_ASK:
    case SCENARIO_ABANDON: return true;
    case SCENARIO_SEQUENCE:
    case SCENARIO_ANY_ORDER:
    case SCENARIO_AT_ONCE:
    case SCENARIO_CREATE:
    case SCENARIO_START:
    case SCENARIO_EXEC:
    case SCENARIO_EXIT:
    case SCENARIO_OOM:
    case SCENARIO_REMOVE:
    case SCENARIO_DISCONNECT:
    case SCENARIO_RESTART:
    case SCENARIO_ADVANCE:
    case SCENARIO_PUBLISH:
    case SCENARIO_GOAWAY:
    case SCENARIO_SILENCE:
    case SCENARIO_SOCKET:
    case SCENARIO_KILL_SHIM:
    case SCENARIO_SET_CLOCK:
    case SCENARIO_CALL:
    case SCENARIO_ANSWERED:
    case SCENARIO_HEARD:
    case SCENARIO_RELEASE: break;
    }
    return false;
}

bool scenario_step_needs_handler(const struct scenario_step *step)
{
    return scenario_step_is_of_handler(step) || (step->after.given && step->after.of_store);
}

bool scenario_fault_needs_handler(const struct scenario_fault *fault)
{
    return fault->has_store;
}
