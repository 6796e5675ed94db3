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
    case SCENARIO_PUBLISH: return FAKE_COMMAND_PUBLISH;
    case SCENARIO_GOAWAY: return FAKE_COMMAND_GOAWAY;
    case SCENARIO_RELEASE: return FAKE_COMMAND_RELEASE;
    case SCENARIO_RESTART:
    case SCENARIO_SEQUENCE:
    case SCENARIO_ANY_ORDER:
    case SCENARIO_AT_ONCE:
    case SCENARIO_ADVANCE:
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

static enum fake_stream_end_kind end_of(enum scenario_end how)
{
    switch (how) {
    case SCENARIO_END_STATUS:
    case SCENARIO_END_CLEAN: break;
    case SCENARIO_END_RESET: return FAKE_END_RESET;
    case SCENARIO_END_NO_STATUS: return FAKE_END_NO_STATUS;
    case SCENARIO_END_NO_TRAILERS: return FAKE_END_NO_TRAILERS;
    case SCENARIO_END_CONTENT_TYPE: return FAKE_END_CONTENT_TYPE;
    case SCENARIO_END_TRUNCATED: return FAKE_END_TRUNCATED;
    case SCENARIO_END_COMPRESSED: return FAKE_END_COMPRESSED;
    }
    return FAKE_END_STATUS;
}

static enum fake_rule_do action_of(enum scenario_do action)
{
    switch (action) {
    case SCENARIO_DO_FAIL: break;
    case SCENARIO_DO_DELAY: return FAKE_DO_DELAY;
    case SCENARIO_DO_HANG: return FAKE_DO_HANG;
    case SCENARIO_DO_END: return FAKE_DO_END;
    case SCENARIO_DO_LOSE_REPLY: return FAKE_DO_LOSE_REPLY;
    case SCENARIO_DO_LOSE_REQUEST: return FAKE_DO_LOSE_REQUEST;
    case SCENARIO_DO_HOLD: return FAKE_DO_HOLD;
    case SCENARIO_DO_DROP: return FAKE_DO_DROP;
    case SCENARIO_DO_DUPLICATE: return FAKE_DO_DUPLICATE;
    case SCENARIO_DO_CUT: return FAKE_DO_CUT;
    }
    return FAKE_DO_FAIL;
}

static enum fake_event_topic topic_of(enum scenario_event event)
{
    switch (event) {
    case SCENARIO_EVENT_EXIT: break;
    case SCENARIO_EVENT_OOM: return FAKE_TOPIC_TASK_OOM;
    case SCENARIO_EVENT_CREATE: return FAKE_TOPIC_TASK_CREATE;
    case SCENARIO_EVENT_START: return FAKE_TOPIC_TASK_START;
    case SCENARIO_EVENT_PAUSED: return FAKE_TOPIC_TASK_PAUSED;
    case SCENARIO_EVENT_EXEC_ADDED: return FAKE_TOPIC_EXEC_ADDED;
    }
    return FAKE_TOPIC_TASK_EXIT;
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
    forged->topic = topic_of(published->event);
    forged->container_id = step->container;
    forged->process_id = step->exec.length > 0 ? step->exec : step->container;
    forged->pid = step->pid;
    forged->exit_status = step->code;
    forged->unknown_field = published->unknown_field;
    forged->unfiltered = published->unfiltered;
    forged->damage = damage_of(published->damage);
    forged->has_bytes = published->has_bytes;
    forged->bytes = published->bytes;
    switch (published->exited_at) {
    case SCENARIO_EXITED_AT_DEFAULT:
        forged->exited_at.kind = is_v1 ? FAKE_EXITED_AT_TIME : FAKE_EXITED_AT_ABSENT;
        break;
    case SCENARIO_EXITED_AT_ABSENT: forged->exited_at.kind = FAKE_EXITED_AT_ABSENT; break;
    case SCENARIO_EXITED_AT_GIVEN:
        forged->exited_at.kind = FAKE_EXITED_AT_RAW;
        forged->exited_at.seconds = published->seconds;
        forged->exited_at.nanos = published->nanos;
        break;
    }
}

bool program_has_command(const struct scenario_step *step)
{
    return step->verb != SCENARIO_ADVANCE && step->verb != SCENARIO_LOCK && step->verb != SCENARIO_UNLOCK;
}

void program_command(const struct program *program, const struct scenario_step *step, struct fake_command *command)
{
    begin_command(command, kind_of(step->verb), program, step->container);
    command->exec_id = step->exec;
    command->pid = step->pid;
    command->exit_status = step->code;
    command->scope = step->scope == SCENARIO_SCOPE_EVENTS ? FAKE_SCOPE_EVENTS : FAKE_SCOPE_CONNECTIONS;
    command->end.kind = end_of(step->how);
    command->end.status = step->status;
    command->end.text = step->message;
    command->end.http2_code = step->how == SCENARIO_END_RESET ? step->http2_code : 0;
    command->socket = socket_of(step->socket);
    command->state = step->state_lost ? FAKE_STATE_LOST : FAKE_STATE_KEPT;
    command->down_ns = step->down_ns;
    command->goaway.last = last_of(step->last);
    command->goaway.http2_code = step->verb == SCENARIO_GOAWAY ? step->http2_code : 0;
    command->goaway.close = step->goaway_close;
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
    command->rule.of_events = fault->has_event;
    command->rule.topic = topic_of(fault->event);
    command->rule.hold = fault->hold;
    command->rule.cut_after = fault->cut_after;
    command->rule.has_effect = fault->has_effect;
    command->rule.effect_after_ns = fault->effect_after_ns;
    command->rule.container_id = fault->container;
    command->rule.action = action_of(fault->action);
    command->rule.status = fault->code;
    command->rule.text = fault->message;
    command->rule.delay_ns = fault->delay_ns;
    command->rule.times = fault->times;
    command->rule.up_to = fault->up_to;
    command->rule.followed = index + 1 < program->scenario->fault_count && fault[1].turn != SCENARIO_TURN_FIRST;
    command->rule.end.kind = end_of(fault->how);
    command->rule.end.http2_code = fault->http2_code;
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
