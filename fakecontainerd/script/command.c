/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/contract.h"
#include "fakecontainerd/script/program.h"

/* ---- words of the language as values of the core ---- */

static enum fake_socket socket_of(enum scenario_socket socket)
{
    switch (socket) {
    case SCENARIO_SOCKET_SERVES: break;
    case SCENARIO_SOCKET_MISSING: return FAKE_SOCKET_MISSING;
    case SCENARIO_SOCKET_REFUSES: return FAKE_SOCKET_REFUSES;
    }
    return FAKE_SOCKET_SERVES;
}

static enum fake_process_status status_of(enum scenario_state state)
{
    switch (state) {
    case SCENARIO_NO_TASK:
    case SCENARIO_CREATED: break;
    case SCENARIO_RUNNING: return FAKE_RUNNING;
    case SCENARIO_EXITED: return FAKE_STOPPED;
    }
    return FAKE_CREATED;
}

static enum fake_command_kind kind_of(enum scenario_verb verb)
{
    switch (verb) {
    case SCENARIO_CREATE: return FAKE_COMMAND_CREATE;
    case SCENARIO_START: return FAKE_COMMAND_START_TASK;
    case SCENARIO_EXEC: return FAKE_COMMAND_EXEC;
    case SCENARIO_EXIT: return FAKE_COMMAND_EXIT;
    case SCENARIO_OOM: return FAKE_COMMAND_OOM;
    case SCENARIO_REMOVE: return FAKE_COMMAND_REMOVE;
    case SCENARIO_DISCONNECT: return FAKE_COMMAND_DISCONNECT;
    case SCENARIO_RESTART:
    case SCENARIO_SEQUENCE:
    case SCENARIO_ANY_ORDER:
    case SCENARIO_AT_ONCE:
    case SCENARIO_ADVANCE:
    case SCENARIO_PUBLISH:
    case SCENARIO_GOAWAY:
    case SCENARIO_LOCK:
    case SCENARIO_UNLOCK: break;
    }
    CONTRACT(verb == SCENARIO_RESTART);
    return FAKE_COMMAND_RESTART;
}

static void begin_command(struct fake_command *command, enum fake_command_kind kind, const struct program *program,
                          struct text container)
{
    memset(command, 0, sizeof *command);
    command->kind = kind;
    command->name_space = program->scenario->given.name_space;
    command->container_id = container;
    command->container.id = container;
    command->container.name_space = command->name_space;
}

/* ---- steps ---- */

void program_command(const struct program *program, const struct scenario_step *step, struct fake_command *command)
{
    begin_command(command, kind_of(step->verb), program, step->container);
    command->exec_id = step->exec;
    command->pid = step->pid;
    command->exit_status = step->code;
    command->scope = step->scope == SCENARIO_SCOPE_EVENTS ? FAKE_SCOPE_EVENTS : FAKE_SCOPE_CONNECTIONS;
    command->end.kind = step->how == SCENARIO_END_RESET ? FAKE_END_RESET : FAKE_END_STATUS;
    command->end.status = step->status;
    command->end.text = step->message;
    command->end.http2_code = step->http2_code;
    command->socket = socket_of(step->socket);
    command->state = step->state_lost ? FAKE_STATE_LOST : FAKE_STATE_KEPT;
    command->down_ns = step->down_ns;
}

/* ---- what is given ---- */

static void add_container(const struct program *program, size_t index, struct fake_command *command)
{
    const struct scenario_container *container = &program->scenario->given.containers[index];
    begin_command(command, FAKE_COMMAND_ADD, program, container->id);
    command->container.labels = program->labels + program->first_labels[index];
    command->container.label_count = container->label_count;
    command->has_task = container->state != SCENARIO_NO_TASK;
    command->status = status_of(container->state);
    command->pid = container->pid;
    command->exit_status = container->code;
}

static void add_exec(const struct program *program, const struct scenario_container *container, size_t index,
                     struct fake_command *command)
{
    begin_command(command, FAKE_COMMAND_ADD_EXEC, program, container->id);
    command->exec_id = container->execs[index].id;
    command->pid = container->execs[index].pid;
}

static void add_rule(const struct program *program, size_t index, struct fake_command *command)
{
    const struct scenario_fault *fault = &program->scenario->faults[index];
    begin_command(command, FAKE_COMMAND_ADD_RULE, program, text_of(NULL));
    command->rule.method = fake_method_of(fault->rpc);
    command->rule.container_id = fault->container;
    command->rule.action = fault->action == SCENARIO_DO_FAIL ? FAKE_DO_FAIL : FAKE_DO_DELAY;
    command->rule.status = fault->code;
    command->rule.text = fault->message;
    command->rule.delay_ns = fault->delay_ns;
    command->rule.times = fault->times;
    CONTRACT(command->rule.method != FAKE_METHOD_COUNT);
}

bool program_given(const struct program *program, struct given_place *place, struct fake_command *command)
{
    const struct scenario_given *given = &program->scenario->given;

    if (place->container < given->container_count) {
        const struct scenario_container *container = &given->containers[place->container];
        if (place->exec == 0)
            add_container(program, place->container, command);
        else
            add_exec(program, container, place->exec - 1, command);
        if (place->exec++ == container->exec_count) {
            place->container++;
            place->exec = 0;
        }
        return true;
    }
    if (place->rule < program->scenario->fault_count) {
        add_rule(program, place->rule++, command);
        return true;
    }
    if (place->socket || given->socket == SCENARIO_SOCKET_SERVES)
        return false;
    begin_command(command, FAKE_COMMAND_SOCKET, program, text_of(NULL));
    command->socket = socket_of(given->socket);
    place->socket = true;
    return true;
}
