/* SPDX-License-Identifier: Apache-2.0 */
/* What the script makes happen, as text. */
#include "fakecontainerd/core/format_private.h"

static void add_told(struct buffer *out, const struct fake_rule *rule)
{
    const struct fake_told *told = &rule->told;
    buffer_append_text(out, text_of(" answer"));
    if (told->has_status)
        buffer_printf(out, " %s", format_process_status(told->status));
    if (told->has_pid)
        buffer_printf(out, " pid %u", (unsigned)told->pid);
    if (told->has_exit_status)
        buffer_printf(out, " status %u", (unsigned)told->exit_status);
    if (told->has_exited_at)
        format_exited_at(out, &told->exited_at);
    if (told->has_oom_kills)
        buffer_printf(out, " oom kills %u", (unsigned)told->oom_kills);
    if (rule->has_within)
        format_duration(out, " within ", rule->delay_ns);
}

static void add_barrier(struct buffer *out, const struct fake_barrier *barrier)
{
    switch (barrier->kind) {
    case FAKE_BARRIER_NONE: return;
    case FAKE_BARRIER_ASKED: buffer_printf(out, " until asked %s", fake_method_name(barrier->method)); break;
    case FAKE_BARRIER_ANSWERED: buffer_printf(out, " until answered %s", fake_method_name(barrier->method)); break;
    case FAKE_BARRIER_TOLD: buffer_printf(out, " until %s", fake_topic_text(barrier->topic)); break;
    }
    format_word(out, barrier->container_id);
}

static void add_effect(struct buffer *out, const struct fake_rule *rule)
{
    if (rule->has_effect)
        format_duration(out, " effect after ", rule->effect_after_ns);
}

static void add_rule(struct buffer *out, const struct fake_rule *rule)
{
    if (rule->method == FAKE_METHOD_COUNT)
        buffer_append_text(out, text_of(" that no request fits"));
    else
        buffer_printf(out, " %s", rule->of_events ? fake_topic_text(rule->topic) : fake_method_name(rule->method));
    format_word(out, rule->container_id);
    switch (rule->action) {
    case FAKE_DO_FAIL:
        format_status(out, rule->status, rule->text);
        add_effect(out, rule);
        break;
    case FAKE_DO_DELAY:
        format_duration(out, " delay ", rule->delay_ns);
        if (rule->headers)
            buffer_append_text(out, text_of(" headers at once"));
        break;
    case FAKE_DO_HANG:
        buffer_append_text(out, text_of(" hang"));
        add_effect(out, rule);
        break;
    case FAKE_DO_END:
        buffer_append_text(out, text_of(" end"));
        format_end(out, &rule->end);
        break;
    case FAKE_DO_LOSE_REPLY: buffer_append_text(out, text_of(" lose reply")); break;
    case FAKE_DO_LOSE_REQUEST: buffer_append_text(out, text_of(" lose request")); break;
    case FAKE_DO_HOLD:
        buffer_append_text(out, text_of(rule->hold.length > 0 ? " hold as" : " hold"));
        format_word(out, rule->hold);
        add_barrier(out, &rule->until);
        break;
    case FAKE_DO_ANSWER: add_told(out, rule); break;
    case FAKE_DO_LEAVE_OUT: buffer_append_text(out, text_of(" leave out")); break;
    case FAKE_DO_DROP: buffer_append_text(out, text_of(" drop")); break;
    case FAKE_DO_DUPLICATE: buffer_append_text(out, text_of(" duplicate")); break;
    case FAKE_DO_CUT: buffer_printf(out, " cut after %u", (unsigned)rule->cut_after); break;
    }
    if (rule->has_meanwhile) {
        buffer_append_text(out, text_of(" meanwhile"));
        format_status(out, rule->meanwhile_status, rule->meanwhile_text);
    }
    if (rule->times > 0)
        buffer_printf(out, " times %s%u", rule->up_to ? "up to " : "", (unsigned)rule->times);
}

static void add_added(struct buffer *out, const struct fake_command *command)
{
    format_word(out, command->container.id);
    if (command->ignores_sigterm)
        buffer_append_text(out, text_of(" ignores SIGTERM"));
    if (command->exits_at_once)
        (void)buffer_printf(out, " exits at once status %u", command->exit_status);
    if (!command->has_task) {
        buffer_append_text(out, text_of(" no task"));
        return;
    }
    buffer_printf(out, " %s", format_process_status(command->status));
    format_pid(out, command->pid);
    if (command->status == FAKE_STOPPED)
        buffer_printf(out, " status %u", (unsigned)command->exit_status);
}

static void add_ids(struct buffer *out, const char *before, const struct text *ids, size_t count)
{
    if (count > 0)
        buffer_append_text(out, text_of(before));
    for (size_t i = 0; i < count; i++)
        format_word(out, ids[i]);
}

static void add_restart(struct buffer *out, const struct fake_command *command)
{
    format_duration(out, " down ", command->down_ns);
    buffer_printf(out, " %s state %s", format_socket(command->socket),
                  command->state == FAKE_STATE_KEPT ? "kept" : "lost");
    add_ids(out, " without tasks", command->tasks_lost, command->tasks_lost_count);
    add_ids(out, " without containers", command->containers_lost, command->containers_lost_count);
    if (command->exits_late)
        buffer_append_text(out, text_of(" exits late"));
}

static void add_kill_shim(struct buffer *out, const struct fake_command *command)
{
    format_word(out, command->container_id);
    if (command->exit_lost)
        buffer_append_text(out, text_of(" exit lost"));
    else
        buffer_printf(out, " status %u", (unsigned)command->exit_status);
    if (command->has_pid)
        buffer_printf(out, " pid %u", (unsigned)command->pid);
    if (command->clean_after_ns > 0)
        format_duration(out, " clean after ", command->clean_after_ns);
}

void format_command(struct buffer *out, const struct fake_command *command)
{
    buffer_printf(out, "command %s", fake_command_name(command->kind));
    switch (command->kind) {
    case FAKE_COMMAND_ADD: add_added(out, command); return;
    case FAKE_COMMAND_CREATE:
        format_word(out, command->container.id);
        format_pid(out, command->pid);
        return;
    case FAKE_COMMAND_ADD_EXEC:
    case FAKE_COMMAND_EXEC:
        format_word(out, command->container_id);
        format_word(out, command->exec_id);
        format_pid(out, command->pid);
        return;
    case FAKE_COMMAND_ADD_RULE: add_rule(out, &command->rule); return;
    case FAKE_COMMAND_SOCKET: buffer_printf(out, " %s", format_socket(command->socket)); return;
    case FAKE_COMMAND_EXIT:
        format_word(out, command->container_id);
        format_word(out, command->exec_id);
        buffer_printf(out, " status %u", (unsigned)command->exit_status);
        return;
    case FAKE_COMMAND_START_TASK:
    case FAKE_COMMAND_OOM:
    case FAKE_COMMAND_REMOVE: format_word(out, command->container_id); return;
    case FAKE_COMMAND_DISCONNECT:
        buffer_append_text(out, text_of(command->scope == FAKE_SCOPE_EVENTS ? " events" : " connections"));
        if (command->scope == FAKE_SCOPE_EVENTS)
            format_end(out, &command->end);
        return;
    case FAKE_COMMAND_RESTART: add_restart(out, command); return;
    case FAKE_COMMAND_KILL_SHIM: add_kill_shim(out, command); return;
    case FAKE_COMMAND_SET_CLOCK: format_duration(out, command->by_ns < 0 ? " " : " +", command->by_ns); return;
    case FAKE_COMMAND_PUBLISH: format_published(out, &command->forged); return;
    case FAKE_COMMAND_GOAWAY: format_goaway(out, &command->goaway); return;
    case FAKE_COMMAND_SILENCE:
        buffer_printf(out, " %s", command->scope == FAKE_SCOPE_EVENTS ? "events" : format_silence(command->silence));
        return;
    case FAKE_COMMAND_RELEASE: format_word(out, command->hold); return;
    case FAKE_COMMAND_CALM: return;
    }
}
