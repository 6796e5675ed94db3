/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/commands.h"

#include "fakecontainerd/core/commands_private.h"
#include "fakecontainerd/core/hold.h"
#include "fakecontainerd/core/late.h"
#include "fakecontainerd/core/lifecycle.h"
#include "fakecontainerd/core/message.h"
#include "fakecontainerd/core/rule.h"
#include "fakecontainerd/core/shim.h"
#include "fakecontainerd/core/wait.h"
#include "fakecontainerd/core/world.h"

/* ---- what it costs, and whether it can be held at all ---- */

static const char *rule_fault(const struct fake_rule *rule)
{
    if (rule->text.length > FAKE_MESSAGE_MAX || rule->meanwhile_text.length > FAKE_MESSAGE_MAX ||
        rule->end.text.length > FAKE_MESSAGE_MAX)
        return "its text is longer than the fake can hold";
    bool is_named = rule->hold.length > 0 || rule->until.kind != FAKE_BARRIER_NONE;
    if (rule->action == FAKE_DO_HOLD && (!is_named || rule->hold.length > FAKE_ID_MAX))
        return "what it holds has no valid name";
    bool to_events = rule->action == FAKE_DO_DROP || rule->action == FAKE_DO_DUPLICATE || rule->action == FAKE_DO_CUT;
    if (rule->of_events && rule->action != FAKE_DO_HOLD && rule->action != FAKE_DO_DELAY && !to_events)
        return "that cannot be done to an event";
    if (!rule->of_events && to_events)
        return "that can only be done to an event";
    if (rule->has_meanwhile && (rule->of_events || (rule->action != FAKE_DO_DELAY && rule->action != FAKE_DO_HOLD)))
        return "only a request that is delayed or held can keep others off";
    bool may_be_late = (rule->action == FAKE_DO_FAIL || rule->action == FAKE_DO_HANG) && !rule->of_events;
    if (rule->has_effect && (!may_be_late || !late_can(rule->method)))
        return "only a Tasks.Delete, Create or Start that fails or hangs can have its effect later";
    return rule->container_id.length > FAKE_ID_MAX || rule->until.container_id.length > FAKE_ID_MAX
               ? "its container has no valid id"
               : NULL;
}

static const struct slot *named_slot(const struct fake *fake, const struct fake_command *command)
{
    arena_ref ref = slot_find(fake, command->name_space, command->container_id);
    return ref != 0 ? arena_at(&fake->arena, ref) : NULL;
}

static uint64_t exit_cost(const struct fake *fake, const struct fake_command *command)
{
    const struct slot *slot = named_slot(fake, command);
    return slot != NULL ? task_end_cost(fake, slot) : 0;
}

static uint64_t start_cost(const struct fake *fake, const struct fake_command *command)
{
    const struct slot *slot = named_slot(fake, command);
    return slot != NULL ? task_start_cost(fake, slot) : 0;
}

static uint64_t effect_cost(const struct fake *fake, const struct fake_command *command)
{
    switch (command->kind) {
    case FAKE_COMMAND_ADD:
    case FAKE_COMMAND_CREATE:
        return container_fault(&command->container) == NULL ? slot_cost(&command->container) + 2 * publish_cost(fake)
                                                            : 0;
    case FAKE_COMMAND_ADD_EXEC:
    case FAKE_COMMAND_EXEC: return exec_cost() + 2 * publish_cost(fake);
    case FAKE_COMMAND_ADD_RULE: return rule_fault(&command->rule) == NULL ? rule_cost(&command->rule) : 0;
    case FAKE_COMMAND_SOCKET: return output_cost();
    case FAKE_COMMAND_START_TASK: return start_cost(fake, command);
    case FAKE_COMMAND_OOM: return 2 * publish_cost(fake);
    case FAKE_COMMAND_REMOVE: return 2 * publish_cost(fake) + waiters_cost(fake);
    case FAKE_COMMAND_EXIT: return exit_cost(fake, command);
    case FAKE_COMMAND_DISCONNECT:
        return close_all_cost(fake) + state_of(fake)->subscriptions.count * output_text_cost();
    case FAKE_COMMAND_RESTART: return command_restart_cost(fake, command);
    case FAKE_COMMAND_PUBLISH:
        return forged_fault(&command->forged) == NULL ? publish_forged_cost(fake, &command->forged) : 0;
    case FAKE_COMMAND_GOAWAY:
    case FAKE_COMMAND_SILENCE: return close_all_cost(fake);
    case FAKE_COMMAND_KILL_SHIM: return shim_kill_cost(fake);
    case FAKE_COMMAND_SET_CLOCK: return 0;
    case FAKE_COMMAND_RELEASE: return hold_release_cost(fake);
    case FAKE_COMMAND_CALM: return hold_release_cost(fake) + output_cost();
    }
    return 0;
}

uint64_t command_cost(const struct fake *fake, const struct fake_command *command)
{
    return effect_cost(fake, command) + output_text_cost();
}

/* ---- refusing ---- */

void command_refuse(struct fake *fake, const struct fake_command *command, struct text id, const char *why)
{
    struct message message;
    message_clear(&message);
    message_add(&message, fake_command_name(command->kind));
    message_add(&message, " ");
    message_add_text(&message, id);
    if (command->exec_id.length > 0) {
        message_add(&message, "/");
        message_add_text(&message, command->exec_id);
    }
    message_add(&message, ": ");
    message_add(&message, why);
    struct output *did = output_add(fake, FAKE_DID);
    did->did = FAKE_DID_REFUSE_COMMAND;
    did->text = arena_text_new(&fake->arena, message_text(&message));
}

static void refuse_plainly(struct fake *fake, const struct fake_command *command, const char *why)
{
    command_refuse(fake, command, command->container_id, why);
}

/* ---- containers and tasks ---- */

/* Whether a container and task can come to be; says why not. */
static bool may_come(struct fake *fake, const struct fake_command *command, const struct slot *slot, bool task_only)
{
    const char *fault = container_fault(&command->container);
    if (fault == NULL && slot != NULL && (!task_only || slot->has_task))
        fault = "it is there already";
    if (fault == NULL && slot == NULL && state_of(fake)->slots.count == FAKE_CONTAINERS_MAX)
        fault = "the fake holds no more containers";
    if (fault != NULL)
        command_refuse(fake, command, command->container.id, fault);
    return fault == NULL;
}

static const char pid_is_taken[] = "its pid belongs to another process that lives";

static void add(struct fake *fake, const struct fake_command *command)
{
    const struct fake_container *container = &command->container;
    arena_ref ref = slot_find(fake, container->name_space, container->id);
    if (!may_come(fake, command, ref != 0 ? arena_at(&fake->arena, ref) : NULL, false))
        return;
    ref = slot_add(fake, container, state_of(fake)->wall_ns);
    struct slot *slot = arena_at(&fake->arena, ref);
    slot->ignores_sigterm = command->ignores_sigterm;
    slot->exits_at_once = command->exits_at_once;
    slot->exit_status = command->exits_at_once ? command->exit_status : 0;
    if (!command->has_task)
        return;
    if (!process_begin(fake, &slot->init, ref, command->pid)) {
        slot_remove(fake, ref);
        command_refuse(fake, command, container->id, pid_is_taken);
        return;
    }
    slot->has_task = true;
    slot->init.status = command->status;
    if (command->status == FAKE_STOPPED)
        process_end(fake, &slot->init, command->exit_status);
}

static void create(struct fake *fake, const struct fake_command *command)
{
    const struct fake_container *container = &command->container;
    arena_ref ref = slot_find(fake, container->name_space, container->id);
    if (!may_come(fake, command, ref != 0 ? arena_at(&fake->arena, ref) : NULL, true))
        return;
    if (!task_create(fake, container, command->pid))
        command_refuse(fake, command, container->id, pid_is_taken);
}

struct slot *command_slot_with_task(struct fake *fake, const struct fake_command *command, arena_ref *ret_ref)
{
    arena_ref ref = slot_find(fake, command->name_space, command->container_id);
    struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;
    if (slot != NULL && slot->has_task) {
        *ret_ref = ref;
        return slot;
    }
    refuse_plainly(fake, command, slot == NULL ? "there is no such container" : "it has no task");
    return NULL;
}

static void start_task(struct fake *fake, const struct fake_command *command)
{
    arena_ref ref;
    struct slot *slot = command_slot_with_task(fake, command, &ref);
    if (slot == NULL)
        return;
    if (slot->init.status != FAKE_CREATED) {
        refuse_plainly(fake, command, "it has been started already");
        return;
    }
    task_start(fake, slot);
}

static void oom(struct fake *fake, const struct fake_command *command)
{
    arena_ref ref;
    struct slot *slot = command_slot_with_task(fake, command, &ref);
    if (slot == NULL)
        return;
    if (!process_lives(&slot->init)) {
        refuse_plainly(fake, command, "its task does not run");
        return;
    }
    if (slot->oom_kills < UINT32_MAX)
        slot->oom_kills++;
    publish(fake, FAKE_TOPIC_TASK_OOM, slot, (struct publish_details){0});
}

static void remove_container(struct fake *fake, const struct fake_command *command)
{
    arena_ref ref = slot_find(fake, command->name_space, command->container_id);
    struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;
    if (slot == NULL) {
        refuse_plainly(fake, command, "there is no such container");
        return;
    }
    if (slot->has_task && process_lives(&slot->init)) {
        refuse_plainly(fake, command, "its task has not ended");
        return;
    }
    if (slot->has_task)
        publish(fake, FAKE_TOPIC_TASK_DELETE, slot,
                (struct publish_details){.pid = slot->init.pid,
                                         .exit_status = slot->init.exit_status,
                                         .exited_at_ns = slot->init.exited_at_ns});
    if (!slot->orphan)
        publish(fake, FAKE_TOPIC_CONTAINER_DELETE, slot, (struct publish_details){0});
    waiters_fail(fake, ref);
    slot_remove(fake, ref);
}

/* ---- execs and exits ---- */

static const char *exec_fault(const struct fake *fake, const struct slot *slot, struct text exec_id)
{
    if (!identifier_valid(exec_id))
        return "that is no valid id of an exec";
    if (slot->init.status != FAKE_RUNNING)
        return "its task does not run";
    if (exec_find(fake, slot, exec_id) != 0)
        return "it is there already";
    if (slot->execs.count == FAKE_EXECS_MAX)
        return "the fake holds no more execs of one container";
    return NULL;
}

/* A running exec; NULL after a sentence. */
static const struct exec *begin_exec(struct fake *fake, const struct fake_command *command, struct slot **ret_slot)
{
    struct process process = {.status = FAKE_RUNNING};
    arena_ref slot_ref;
    struct slot *slot = command_slot_with_task(fake, command, &slot_ref);
    if (slot == NULL)
        return NULL;
    const char *fault = exec_fault(fake, slot, command->exec_id);
    if (fault != NULL) {
        refuse_plainly(fake, command, fault);
        return NULL;
    }
    if (!process_begin(fake, &process, slot_ref, command->pid)) {
        refuse_plainly(fake, command, pid_is_taken);
        return NULL;
    }
    struct exec *exec = arena_at(&fake->arena, exec_add(fake, slot, command->exec_id));
    exec->process = process;
    *ret_slot = slot;
    return exec;
}

static void exec_command(struct fake *fake, const struct fake_command *command)
{
    struct slot *slot;
    const struct exec *exec = begin_exec(fake, command, &slot);
    if (exec == NULL)
        return;
    struct publish_details details = {.exec_id = command->exec_id, .pid = exec->process.pid};
    publish(fake, FAKE_TOPIC_EXEC_ADDED, slot, details);
    publish(fake, FAKE_TOPIC_EXEC_STARTED, slot, details);
}

static void exit_exec(struct fake *fake, const struct fake_command *command, const struct slot *slot)
{
    arena_ref ref = exec_find(fake, slot, command->exec_id);
    struct exec *exec = ref != 0 ? arena_at(&fake->arena, ref) : NULL;
    if (exec != NULL && process_lives(&exec->process))
        exec_end(fake, slot, exec, command->exit_status);
    else
        refuse_plainly(fake, command,
                       exec == NULL           ? "there is no such exec"
                       : exec->process.exited ? "it has ended already"
                                              : "it has not been started");
}

static void exit_process(struct fake *fake, const struct fake_command *command)
{
    arena_ref ref;
    struct slot *slot = command_slot_with_task(fake, command, &ref);
    if (slot == NULL)
        return;
    if (command->exec_id.length > 0) {
        exit_exec(fake, command, slot);
        return;
    }
    if (!process_lives(&slot->init)) {
        refuse_plainly(fake, command, "it has ended already");
        return;
    }
    task_end(fake, slot, command->exit_status);
}

/* ---- faults and the socket ---- */

static void add_rule(struct fake *fake, const struct fake_command *command)
{
    const char *fault = rule_fault(&command->rule);
    if (fault == NULL && state_of(fake)->rules.count == FAKE_RULES_MAX)
        fault = "the fake holds no more rules";
    if (fault != NULL)
        refuse_plainly(fake, command, fault);
    else
        rule_add(fake, &command->rule);
}

static void disconnect(struct fake *fake, const struct fake_command *command)
{
    if (command->end.text.length > FAKE_MESSAGE_MAX) {
        refuse_plainly(fake, command, "its text is longer than the fake can hold");
        return;
    }
    switch (command->scope) {
    case FAKE_SCOPE_EVENTS: subscriptions_end(fake, &command->end); return;
    case FAKE_SCOPE_CONNECTIONS: connections_close(fake); return;
    }
}

static void forge(struct fake *fake, const struct fake_command *command)
{
    const char *fault = forged_fault(&command->forged);
    if (fault != NULL)
        refuse_plainly(fake, command, fault);
    else
        publish_forged(fake, &command->forged);
}

void command_do(struct fake *fake, const struct fake_command *command)
{
    struct slot *slot;
    switch (command->kind) {
    case FAKE_COMMAND_ADD: add(fake, command); return;
    case FAKE_COMMAND_ADD_EXEC: begin_exec(fake, command, &slot); return;
    case FAKE_COMMAND_ADD_RULE: add_rule(fake, command); return;
    case FAKE_COMMAND_SOCKET:
        if (state_of(fake)->restarting)
            refuse_plainly(fake, command, "the restart says what the path shows meanwhile");
        else
            world_socket(fake, command->socket);
        return;
    case FAKE_COMMAND_CREATE: create(fake, command); return;
    case FAKE_COMMAND_START_TASK: start_task(fake, command); return;
    case FAKE_COMMAND_EXEC: exec_command(fake, command); return;
    case FAKE_COMMAND_EXIT: exit_process(fake, command); return;
    case FAKE_COMMAND_OOM: oom(fake, command); return;
    case FAKE_COMMAND_REMOVE: remove_container(fake, command); return;
    case FAKE_COMMAND_DISCONNECT: disconnect(fake, command); return;
    case FAKE_COMMAND_RESTART: command_restart(fake, command); return;
    case FAKE_COMMAND_KILL_SHIM: command_kill_shim(fake, command); return;
    case FAKE_COMMAND_SET_CLOCK: command_set_clock(fake, command); return;
    case FAKE_COMMAND_PUBLISH: forge(fake, command); return;
    case FAKE_COMMAND_GOAWAY: connections_goaway(fake, &command->goaway); return;
    case FAKE_COMMAND_SILENCE:
        if (command->scope == FAKE_SCOPE_EVENTS)
            subscriptions_silence(fake, 0);
        else
            connections_silence(fake, command->silence);
        return;
    case FAKE_COMMAND_RELEASE: hold_release(fake, command->hold); return;
    case FAKE_COMMAND_CALM:
        hold_release_all(fake);
        if (!state_of(fake)->restarting)
            world_socket(fake, FAKE_SOCKET_SERVES);
        return;
    }
}
