/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/format.h"

#include <inttypes.h>

#include "base/status.h"
#include "base/time.h"

/* A space and the text, or nothing where it is empty. */
static void add_word(struct buffer *out, struct text text)
{
    if (text.length > 0) {
        buffer_append(out, " ", 1);
        buffer_append_text(out, text);
    }
}

/* NOT_FOUND "task web not found" */
static void add_status(struct buffer *out, int status, struct text message)
{
    buffer_printf(out, " %s", status_name(status));
    if (message.length > 0) {
        buffer_append(out, " ", 1);
        buffer_append_json(out, message);
    }
}

static void add_pid(struct buffer *out, uint32_t pid)
{
    if (pid != 0)
        buffer_printf(out, " pid %u", (unsigned)pid);
}

static void add_duration(struct buffer *out, const char *before, int64_t duration_ns)
{
    char text[TIME_TEXT_SIZE];
    time_format_duration(duration_ns, text);
    buffer_printf(out, "%s%s", before, text);
}

static const char *process_status_name(enum fake_process_status status)
{
    static const char *const names[] = {
        [FAKE_CREATED] = "created", [FAKE_RUNNING] = "running", [FAKE_STOPPED] = "stopped",
        [FAKE_PAUSED] = "paused",   [FAKE_UNKNOWN] = "unknown",
    };
    return names[status];
}

static const char *socket_name(enum fake_socket socket)
{
    static const char *const names[] = {
        [FAKE_SOCKET_SERVES] = "serves",
        [FAKE_SOCKET_MISSING] = "missing",
        [FAKE_SOCKET_REFUSES] = "refuses",
        [FAKE_SOCKET_NEVER_ACCEPTS] = "never accepts",
        [FAKE_SOCKET_STAYS_SILENT] = "stays silent",
    };
    return names[socket];
}

static const char *silence_name(enum fake_silence silence)
{
    static const char *const names[] = {
        [FAKE_SILENCE_NONE] = "none",
        [FAKE_SILENCE_ANSWERS_PINGS] = "answers pings",
        [FAKE_SILENCE_ONLY_READS] = "only reads",
        [FAKE_SILENCE_DOES_NOTHING] = "does nothing",
    };
    return names[silence];
}

static void add_end(struct buffer *out, const struct fake_stream_end *end)
{
    switch (end->kind) {
    case FAKE_END_STATUS: add_status(out, end->status, end->text); return;
    case FAKE_END_RESET: buffer_printf(out, " reset %u", (unsigned)end->http2_code); return;
    case FAKE_END_NO_STATUS: buffer_append_text(out, text_of(" no status")); return;
    case FAKE_END_NO_TRAILERS: buffer_append_text(out, text_of(" no trailers")); return;
    case FAKE_END_CONTENT_TYPE: buffer_append_text(out, text_of(" wrong content type")); return;
    case FAKE_END_TRUNCATED: buffer_append_text(out, text_of(" truncated message")); return;
    case FAKE_END_COMPRESSED: buffer_append_text(out, text_of(" compressed message")); return;
    }
}

/* ---- events of the log ---- */

static const char *damage_text(enum fake_damage damage)
{
    switch (damage) {
    case FAKE_DAMAGE_NONE: break;
    case FAKE_DAMAGE_TYPE: return " unknown type";
    case FAKE_DAMAGE_BODY: return " undecodable body";
    case FAKE_DAMAGE_COMPRESSED: return " compressed";
    case FAKE_DAMAGE_OVERSIZE: return " oversize";
    }
    return "";
}

static void add_exited_at(struct buffer *out, const struct fake_exited_at *exited_at)
{
    switch (exited_at->kind) {
    case FAKE_EXITED_AT_TIME: return;
    case FAKE_EXITED_AT_ABSENT: buffer_append_text(out, text_of(" exited at absent")); return;
    case FAKE_EXITED_AT_RAW:
        buffer_printf(out, " exited at %" PRId64 " s %" PRId32 " ns", exited_at->seconds, exited_at->nanos);
        return;
    }
}

/* /tasks/exit web pid 101 status 3 */
static void add_published(struct buffer *out, const struct fake_published *published)
{
    if (published->has_bytes) {
        buffer_printf(out, " %zu bytes", published->bytes.length);
        return;
    }
    bool ended = published->topic == FAKE_TOPIC_TASK_EXIT || published->topic == FAKE_TOPIC_TASK_DELETE;
    buffer_printf(out, " %s", fake_topic_text(published->topic));
    add_word(out, published->container_id);
    if (!text_equal(published->process_id, published->container_id))
        add_word(out, published->process_id);
    bool of_name_space =
        published->topic == FAKE_TOPIC_NAMESPACE_CREATE || published->topic == FAKE_TOPIC_NAMESPACE_DELETE;
    if (!of_name_space && !text_is(published->name_space, "default"))
        buffer_printf(out, " of %.*s", TEXT_ARGUMENTS(published->name_space));
    add_pid(out, published->pid);
    if (ended)
        buffer_printf(out, " status %u", (unsigned)published->exit_status);
    if (published->unknown_field)
        buffer_append_text(out, text_of(" unknown field"));
    if (published->unfiltered)
        buffer_append_text(out, text_of(" unfiltered"));
    buffer_append_text(out, text_of(damage_text(published->damage)));
    add_exited_at(out, &published->exited_at);
}

/* none error 11 close */
static void add_goaway(struct buffer *out, const struct fake_goaway *goaway)
{
    static const char *const lasts[] = {
        [FAKE_LAST_NONE] = " none",
        [FAKE_LAST_ALL] = " all",
        [FAKE_LAST_ANY] = " any",
        [FAKE_LAST_EVEN] = " even",
    };
    buffer_append_text(out, text_of(lasts[goaway->last]));
    if (goaway->http2_code != 0)
        buffer_printf(out, " error %u", (unsigned)goaway->http2_code);
    if (goaway->close)
        buffer_append_text(out, text_of(" close"));
}

/* ---- commands ---- */

static void add_told(struct buffer *out, const struct fake_rule *rule)
{
    const struct fake_told *told = &rule->told;
    buffer_append_text(out, text_of(" answer"));
    if (told->has_status)
        buffer_printf(out, " %s", process_status_name(told->status));
    if (told->has_pid)
        buffer_printf(out, " pid %u", (unsigned)told->pid);
    if (told->has_exit_status)
        buffer_printf(out, " status %u", (unsigned)told->exit_status);
    if (told->has_exited_at)
        add_exited_at(out, &told->exited_at);
    if (told->has_oom_kills)
        buffer_printf(out, " oom kills %u", (unsigned)told->oom_kills);
    if (rule->has_within)
        add_duration(out, " within ", rule->delay_ns);
}

static void add_barrier(struct buffer *out, const struct fake_barrier *barrier)
{
    switch (barrier->kind) {
    case FAKE_BARRIER_NONE: return;
    case FAKE_BARRIER_ASKED: buffer_printf(out, " until asked %s", fake_method_name(barrier->method)); break;
    case FAKE_BARRIER_ANSWERED: buffer_printf(out, " until answered %s", fake_method_name(barrier->method)); break;
    case FAKE_BARRIER_TOLD: buffer_printf(out, " until %s", fake_topic_text(barrier->topic)); break;
    }
    add_word(out, barrier->container_id);
}

static void add_rule(struct buffer *out, const struct fake_rule *rule)
{
    if (rule->method == FAKE_METHOD_COUNT)
        buffer_append_text(out, text_of(" that no request fits"));
    else
        buffer_printf(out, " %s", rule->of_events ? fake_topic_text(rule->topic) : fake_method_name(rule->method));
    add_word(out, rule->container_id);
    switch (rule->action) {
    case FAKE_DO_FAIL:
        add_status(out, rule->status, rule->text);
        if (rule->has_effect)
            add_duration(out, " effect after ", rule->effect_after_ns);
        break;
    case FAKE_DO_DELAY:
        add_duration(out, " delay ", rule->delay_ns);
        if (rule->headers)
            buffer_append_text(out, text_of(" headers at once"));
        break;
    case FAKE_DO_HANG: buffer_append_text(out, text_of(" hang")); break;
    case FAKE_DO_END:
        buffer_append_text(out, text_of(" end"));
        add_end(out, &rule->end);
        break;
    case FAKE_DO_LOSE_REPLY: buffer_append_text(out, text_of(" lose reply")); break;
    case FAKE_DO_LOSE_REQUEST: buffer_append_text(out, text_of(" lose request")); break;
    case FAKE_DO_HOLD:
        if (rule->hold.length > 0)
            buffer_append_text(out, text_of(" hold as"));
        add_word(out, rule->hold);
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
        add_status(out, rule->meanwhile_status, rule->meanwhile_text);
    }
    if (rule->times > 0)
        buffer_printf(out, " times %s%u", rule->up_to ? "up to " : "", (unsigned)rule->times);
}

static void add_added(struct buffer *out, const struct fake_command *command)
{
    add_word(out, command->container.id);
    if (!command->has_task) {
        buffer_append_text(out, text_of(" no task"));
        return;
    }
    buffer_printf(out, " %s", process_status_name(command->status));
    add_pid(out, command->pid);
    if (command->status == FAKE_STOPPED)
        buffer_printf(out, " status %u", (unsigned)command->exit_status);
}

static void add_ids(struct buffer *out, const char *before, const struct text *ids, size_t count)
{
    if (count > 0)
        buffer_append_text(out, text_of(before));
    for (size_t i = 0; i < count; i++)
        add_word(out, ids[i]);
}

static void add_restart(struct buffer *out, const struct fake_command *command)
{
    add_duration(out, " down ", command->down_ns);
    buffer_printf(out, " %s state %s", socket_name(command->socket),
                  command->state == FAKE_STATE_KEPT ? "kept" : "lost");
    add_ids(out, " without tasks", command->tasks_lost, command->tasks_lost_count);
    add_ids(out, " without containers", command->containers_lost, command->containers_lost_count);
    if (command->exits_late)
        buffer_append_text(out, text_of(" exits late"));
}

static void add_kill_shim(struct buffer *out, const struct fake_command *command)
{
    add_word(out, command->container_id);
    if (command->exit_lost)
        buffer_append_text(out, text_of(" exit lost"));
    else
        buffer_printf(out, " status %u", (unsigned)command->exit_status);
    if (command->has_pid)
        buffer_printf(out, " pid %u", (unsigned)command->pid);
    if (command->clean_after_ns > 0)
        add_duration(out, " clean after ", command->clean_after_ns);
}

static void add_command(struct buffer *out, const struct fake_command *command)
{
    buffer_printf(out, "command %s", fake_command_name(command->kind));
    switch (command->kind) {
    case FAKE_COMMAND_ADD: add_added(out, command); return;
    case FAKE_COMMAND_CREATE:
        add_word(out, command->container.id);
        add_pid(out, command->pid);
        return;
    case FAKE_COMMAND_ADD_EXEC:
    case FAKE_COMMAND_EXEC:
        add_word(out, command->container_id);
        add_word(out, command->exec_id);
        add_pid(out, command->pid);
        return;
    case FAKE_COMMAND_ADD_RULE: add_rule(out, &command->rule); return;
    case FAKE_COMMAND_SOCKET: buffer_printf(out, " %s", socket_name(command->socket)); return;
    case FAKE_COMMAND_EXIT:
        add_word(out, command->container_id);
        add_word(out, command->exec_id);
        buffer_printf(out, " status %u", (unsigned)command->exit_status);
        return;
    case FAKE_COMMAND_START_TASK:
    case FAKE_COMMAND_OOM:
    case FAKE_COMMAND_REMOVE: add_word(out, command->container_id); return;
    case FAKE_COMMAND_DISCONNECT:
        buffer_append_text(out, text_of(command->scope == FAKE_SCOPE_EVENTS ? " events" : " connections"));
        if (command->scope == FAKE_SCOPE_EVENTS)
            add_end(out, &command->end);
        return;
    case FAKE_COMMAND_RESTART: add_restart(out, command); return;
    case FAKE_COMMAND_KILL_SHIM: add_kill_shim(out, command); return;
    case FAKE_COMMAND_SET_CLOCK: add_duration(out, command->by_ns < 0 ? " " : " +", command->by_ns); return;
    case FAKE_COMMAND_PUBLISH: add_published(out, &command->forged); return;
    case FAKE_COMMAND_GOAWAY: add_goaway(out, &command->goaway); return;
    case FAKE_COMMAND_SILENCE: buffer_printf(out, " %s", silence_name(command->silence)); return;
    case FAKE_COMMAND_RELEASE: add_word(out, command->hold); return;
    }
}

/* ---- events and actions ---- */

static void add_request(struct buffer *out, const struct fake_request *request)
{
    buffer_printf(out, "request %s", fake_method_name(request->method));
    add_word(out, request->container_id);
    add_word(out, request->exec_id);
    for (size_t i = 0; i < request->filter_count && i < FAKE_FILTERS_MAX; i++) {
        buffer_append(out, " ", 1);
        buffer_append_json(out, request->filters[i]);
    }
}

void fake_event_format(const struct fake_event *event, struct buffer *out)
{
    switch (event->kind) {
    case FAKE_REQUEST: add_request(out, &event->request); return;
    case FAKE_COMMAND: add_command(out, &event->command); return;
    case FAKE_START:
    case FAKE_CONNECTED:
    case FAKE_DISCONNECTED:
    case FAKE_CANCELLED:
    case FAKE_DRAINED:
    case FAKE_TIME: buffer_append_text(out, text_of(fake_event_name(event->kind))); return;
    }
}

static void add_process(struct buffer *out, const struct fake_process *process)
{
    add_word(out, process->container_id);
    add_word(out, process->exec_id);
    add_pid(out, process->pid);
    buffer_printf(out, " %s", process_status_name(process->status));
    if (process->exited)
        buffer_printf(out, " status %u", (unsigned)process->exit_status);
    add_exited_at(out, &process->exited_at);
    if (process->oom_kills > 0)
        buffer_printf(out, " oom kills %u", (unsigned)process->oom_kills);
}

static void add_reply(struct buffer *out, const struct fake_action *action)
{
    const struct fake_response *response = &action->response;
    buffer_printf(out, "reply %s", fake_method_name(action->method));
    add_status(out, response->status, response->message);
    if (response->status != STATUS_OK)
        return;
    for (size_t i = 0; response->processes != NULL && i < response->count; i++)
        add_process(out, &response->processes[i]);
    for (size_t i = 0; response->containers != NULL && i < response->count; i++)
        add_word(out, response->containers[i].id);
}

static void add_did(struct buffer *out, const struct fake_did *did)
{
    switch (did->kind) {
    case FAKE_DID_PUBLISH:
        buffer_append_text(out, text_of("publish"));
        add_published(out, &did->published);
        buffer_printf(out, " to %u", (unsigned)did->receivers);
        return;
    case FAKE_DID_HOLD:
        buffer_append_text(out, text_of("hold"));
        add_published(out, &did->published);
        return;
    case FAKE_DID_DIE:
        buffer_append_text(out, text_of("die"));
        add_word(out, did->published.container_id);
        add_pid(out, did->published.pid);
        return;
    case FAKE_DID_FAULT: buffer_printf(out, "fault %u", (unsigned)did->rule + 1); return;
    case FAKE_DID_REFUSE_COMMAND:
        buffer_append_text(out, text_of("refuse"));
        add_word(out, did->text);
        return;
    }
}

void fake_action_format(const struct fake_action *action, struct buffer *out)
{
    switch (action->kind) {
    case FAKE_REPLY: add_reply(out, action); return;
    case FAKE_SEND_EVENT:
        buffer_append_text(out, text_of("send"));
        add_published(out, &action->published);
        if (action->cut)
            buffer_printf(out, " cut after %u", (unsigned)action->cut_after);
        return;
    case FAKE_END_STREAM:
        buffer_append_text(out, text_of("end stream"));
        add_end(out, &action->end);
        return;
    case FAKE_GOAWAY:
        buffer_append_text(out, text_of("goaway"));
        add_goaway(out, &action->goaway);
        return;
    case FAKE_SILENCE: buffer_printf(out, "silence %s", silence_name(action->silence)); return;
    case FAKE_LISTEN:
        buffer_append_text(out, text_of("listen"));
        if (action->socket != FAKE_SOCKET_SERVES)
            buffer_printf(out, " %s", socket_name(action->socket));
        return;
    case FAKE_UNLISTEN: buffer_printf(out, "unlisten %s", socket_name(action->socket)); return;
    case FAKE_DID: add_did(out, &action->did); return;
    case FAKE_SEND_HEADERS:
    case FAKE_CLOSE_CONNECTION: buffer_append_text(out, text_of(fake_action_name(action->kind))); return;
    }
}
