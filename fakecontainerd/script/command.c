/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/clear.h"
#include "base/contract.h"
#include "fakecontainerd/script/program.h"
#include "fakecontainerd/script/words.h"
#include "scenarios/language/needs_handler.h"

/* ---- words of the language as values of the core ---- */

static enum fake_socket socket_of(enum scenario_socket socket)
{
    switch (socket) {
    case SCENARIO_SOCKET_SERVES: break;
    case SCENARIO_SOCKET_MISSING: return FAKE_SOCKET_MISSING;
    case SCENARIO_SOCKET_REFUSES: return FAKE_SOCKET_REFUSES;
    case SCENARIO_SOCKET_NEVER_ACCEPTS: return FAKE_SOCKET_NEVER_ACCEPTS;
    case SCENARIO_SOCKET_STAYS_SILENT: return FAKE_SOCKET_STAYS_SILENT;
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
    case SCENARIO_PUBLISH: return FAKE_COMMAND_PUBLISH;
    case SCENARIO_GOAWAY: return FAKE_COMMAND_GOAWAY;
    case SCENARIO_SILENCE: return FAKE_COMMAND_SILENCE;
    case SCENARIO_SOCKET: return FAKE_COMMAND_SOCKET;
    case SCENARIO_RELEASE: return FAKE_COMMAND_RELEASE;
    case SCENARIO_KILL_SHIM: return FAKE_COMMAND_KILL_SHIM;
    case SCENARIO_SET_CLOCK: return FAKE_COMMAND_SET_CLOCK;
    case SCENARIO_RESTART:
    case SCENARIO_SEQUENCE:
    case SCENARIO_ANY_ORDER:
    case SCENARIO_AT_ONCE:
    case SCENARIO_ADVANCE:
    case SCENARIO_LOCK:
    case SCENARIO_CALL:
    case SCENARIO_ANSWERED:
    case SCENARIO_HEARD:
    case SCENARIO_UNLOCK:
    case SCENARIO_RECORD:
    case SCENARIO_HANDLER:
    case SCENARIO_ASK:
    case SCENARIO_ABANDON: break;
    }
    CONTRACT(verb == SCENARIO_RESTART);
    return FAKE_COMMAND_RESTART;
}

static void begin_command(struct fake_command *command, enum fake_command_kind kind, const struct program *program,
                          struct text container)
{
    clear_bytes(command, sizeof *command);
    command->kind = kind;
    command->name_space = program->scenario->given.name_space;
    command->container_id = container;
    command->container.id = container;
    command->container.name_space = command->name_space;
}

static enum fake_goaway_last last_of(enum scenario_last last)
{
    switch (last) {
    case SCENARIO_LAST_NONE: break;
    case SCENARIO_LAST_ALL: return FAKE_LAST_ALL;
    case SCENARIO_LAST_ANY: return FAKE_LAST_ANY;
    case SCENARIO_LAST_EVEN: return FAKE_LAST_EVEN;
    }
    return FAKE_LAST_NONE;
}

static enum fake_silence silence_of(enum scenario_silence silence)
{
    switch (silence) {
    case SCENARIO_SILENCE_ANSWERS_PINGS: break;
    case SCENARIO_SILENCE_ONLY_READS: return FAKE_SILENCE_ONLY_READS;
    case SCENARIO_SILENCE_DOES_NOTHING: return FAKE_SILENCE_DOES_NOTHING;
    }
    return FAKE_SILENCE_ANSWERS_PINGS;
}

static enum fake_damage damage_of(enum scenario_damage damage)
{
    switch (damage) {
    case SCENARIO_DAMAGE_NONE: break;
    case SCENARIO_DAMAGE_TYPE: return FAKE_DAMAGE_TYPE;
    case SCENARIO_DAMAGE_BODY: return FAKE_DAMAGE_BODY;
    case SCENARIO_DAMAGE_COMPRESSED: return FAKE_DAMAGE_COMPRESSED;
    case SCENARIO_DAMAGE_OVERSIZE: return FAKE_DAMAGE_OVERSIZE;
    }
    return FAKE_DAMAGE_NONE;
}

/* ---- steps ---- */

static void forge(const struct program *program, const struct scenario_step *step, struct fake_published *forged)
{
    const struct scenario_published *published = &step->published;
    bool is_v1 = program->scenario->api == SCENARIO_API_V1;

    forged->name_space = published->name_space.length > 0 ? published->name_space : program->scenario->given.name_space;
    forged->topic = script_topic(published->event);
    forged->container_id = step->container;
    forged->process_id = step->exec.length > 0 ? step->exec : step->container;
    forged->pid = step->pid;
    forged->exit_status = step->code;
    forged->unknown_field = published->unknown_field;
    forged->unfiltered = published->unfiltered;
    forged->damage = damage_of(published->damage);
    forged->has_bytes = published->has_bytes;
    forged->bytes = published->bytes;
    forged->exited_at = script_exited_at(&published->exited);
    if (published->exited.kind == SCENARIO_EXITED_AT_DEFAULT && !is_v1)
        forged->exited_at.kind = FAKE_EXITED_AT_ABSENT;
}

bool program_has_command(const struct scenario_step *step)
{
    return scenario_step_doer(step) == SCENARIO_BY_FAKE;
}

void program_command(const struct program *program, const struct scenario_step *step, struct fake_command *command)
{
    begin_command(command, kind_of(step->verb), program, step->container);
    if (step->name_space.length > 0)
        command->name_space = command->container.name_space = step->name_space;
    command->exec_id = step->exec;
    command->pid = step->pid;
    command->exit_status = step->code;
    command->scope = step->scope == SCENARIO_SCOPE_EVENTS ? FAKE_SCOPE_EVENTS : FAKE_SCOPE_CONNECTIONS;
    command->end.kind = script_end(step->how);
    command->end.status = step->status;
    command->end.text = step->message;
    command->end.http2_code = step->how == SCENARIO_END_RESET ? step->http2_code : 0;
    command->socket = socket_of(step->socket);
    command->state = step->state_lost ? FAKE_STATE_LOST : FAKE_STATE_KEPT;
    command->down_ns = step->down_ns;
    command->exits_late = step->exits_late;
    command->tasks_lost = step->tasks_lost;
    command->tasks_lost_count = step->tasks_lost_count;
    command->containers_lost = step->containers_lost;
    command->containers_lost_count = step->containers_lost_count;
    command->has_pid = step->has_pid;
    command->exit_lost = step->exit_lost;
    command->clean_after_ns = step->clean_after_ns;
    command->by_ns = step->by_ns;
    command->goaway.last = last_of(step->last);
    command->goaway.http2_code = step->verb == SCENARIO_GOAWAY ? step->http2_code : 0;
    command->goaway.close = step->goaway_close;
    command->silence = silence_of(step->silence);
    command->hold = step->hold;
    if (step->verb == SCENARIO_PUBLISH)
        forge(program, step, &command->forged);
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
    command->ignores_sigterm = container->ignores_sigterm;
    command->exits_at_once = container->exits_at_once;
}

static void add_exec(const struct program *program, const struct scenario_container *container, size_t index,
                     struct fake_command *command)
{
    begin_command(command, FAKE_COMMAND_ADD_EXEC, program, container->id);
    command->exec_id = container->execs[index].id;
    command->pid = container->execs[index].pid;
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
        begin_command(command, FAKE_COMMAND_ADD_RULE, program, text_of(NULL));
        script_rule(program->scenario, place->rule++, &command->rule);
        return true;
    }
    if (place->socket || given->socket == SCENARIO_SOCKET_SERVES)
        return false;
    begin_command(command, FAKE_COMMAND_SOCKET, program, text_of(NULL));
    command->socket = socket_of(given->socket);
    place->socket = true;
    return true;
}
