/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/format_private.h"

#include <inttypes.h>

#include "base/status.h"
#include "base/time.h"

/* A space and the text, or nothing where it is empty. */
void format_word(struct buffer *out, struct text text)
{
    if (text.length > 0) {
        buffer_append(out, " ", 1);
        buffer_append_text(out, text);
    }
}

/* NOT_FOUND "task web not found" */
void format_status(struct buffer *out, int status, struct text message)
{
    buffer_printf(out, " %s", status_name(status));
    if (message.length > 0) {
        buffer_append(out, " ", 1);
        buffer_append_json(out, message);
    }
}

void format_pid(struct buffer *out, uint32_t pid)
{
    if (pid != 0)
        buffer_printf(out, " pid %u", (unsigned)pid);
}

void format_duration(struct buffer *out, const char *before, int64_t duration_ns)
{
    char text[TIME_TEXT_SIZE];
    time_format_duration(duration_ns, text);
    buffer_printf(out, "%s%s", before, text);
}

const char *format_process_status(enum fake_process_status status)
{
    static const char *const names[] = {
        [FAKE_CREATED] = "created", [FAKE_RUNNING] = "running", [FAKE_STOPPED] = "stopped",
        [FAKE_PAUSED] = "paused",   [FAKE_UNKNOWN] = "unknown",
    };
    return names[status];
}

const char *format_socket(enum fake_socket socket)
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

const char *format_silence(enum fake_silence silence)
{
    static const char *const names[] = {
        [FAKE_SILENCE_NONE] = "none",
        [FAKE_SILENCE_ANSWERS_PINGS] = "answers pings",
        [FAKE_SILENCE_ONLY_READS] = "only reads",
        [FAKE_SILENCE_DOES_NOTHING] = "does nothing",
    };
    return names[silence];
}

void format_end(struct buffer *out, const struct fake_stream_end *end)
{
    switch (end->kind) {
    case FAKE_END_STATUS: format_status(out, end->status, end->text); return;
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

void format_exited_at(struct buffer *out, const struct fake_exited_at *exited_at)
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
void format_published(struct buffer *out, const struct fake_published *published)
{
    if (published->has_bytes) {
        buffer_printf(out, " %zu bytes", published->bytes.length);
        return;
    }
    bool ended = published->topic == FAKE_TOPIC_TASK_EXIT || published->topic == FAKE_TOPIC_TASK_DELETE;
    buffer_printf(out, " %s", fake_topic_text(published->topic));
    format_word(out, published->container_id);
    if (!text_equal(published->process_id, published->container_id))
        format_word(out, published->process_id);
    bool of_name_space = published->topic == FAKE_TOPIC_NAMESPACE_CREATE ||
                         published->topic == FAKE_TOPIC_NAMESPACE_UPDATE ||
                         published->topic == FAKE_TOPIC_NAMESPACE_DELETE;
    if (!of_name_space && !text_is(published->name_space, "default"))
        buffer_printf(out, " of %.*s", TEXT_ARGUMENTS(published->name_space));
    format_pid(out, published->pid);
    if (ended)
        buffer_printf(out, " status %u", (unsigned)published->exit_status);
    if (published->unknown_field)
        buffer_append_text(out, text_of(" unknown field"));
    if (published->unfiltered)
        buffer_append_text(out, text_of(" unfiltered"));
    buffer_append_text(out, text_of(damage_text(published->damage)));
    format_exited_at(out, &published->exited_at);
}

/* none error 11 close */
void format_goaway(struct buffer *out, const struct fake_goaway *goaway)
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

/* ---- events and actions ---- */

static void add_request(struct buffer *out, const struct fake_request *request)
{
    buffer_printf(out, "request %s", fake_method_name(request->method));
    format_word(out, request->container_id);
    format_word(out, request->exec_id);
    for (size_t i = 0; i < request->filter_count && i < FAKE_FILTERS_MAX; i++) {
        buffer_append(out, " ", 1);
        buffer_append_json(out, request->filters[i]);
    }
}

void fake_event_format(const struct fake_event *event, struct buffer *out)
{
    switch (event->kind) {
    case FAKE_REQUEST: add_request(out, &event->request); return;
    case FAKE_COMMAND: format_command(out, &event->command); return;
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
    format_word(out, process->container_id);
    format_word(out, process->exec_id);
    format_pid(out, process->pid);
    buffer_printf(out, " %s", format_process_status(process->status));
    if (process->exited)
        buffer_printf(out, " status %u", (unsigned)process->exit_status);
    format_exited_at(out, &process->exited_at);
    if (process->oom_kills > 0)
        buffer_printf(out, " oom kills %u", (unsigned)process->oom_kills);
}

static void add_reply(struct buffer *out, const struct fake_action *action)
{
    const struct fake_response *response = &action->response;
    buffer_printf(out, "reply %s", fake_method_name(action->method));
    format_status(out, response->status, response->message);
    if (response->status != STATUS_OK)
        return;
    for (size_t i = 0; response->processes != NULL && i < response->count; i++)
        add_process(out, &response->processes[i]);
    for (size_t i = 0; response->containers != NULL && i < response->count; i++)
        format_word(out, response->containers[i].id);
}

static void add_did(struct buffer *out, const struct fake_did *did)
{
    switch (did->kind) {
    case FAKE_DID_PUBLISH:
        buffer_append_text(out, text_of("publish"));
        format_published(out, &did->published);
        buffer_printf(out, " to %u", (unsigned)did->receivers);
        return;
    case FAKE_DID_HOLD:
        buffer_append_text(out, text_of("hold"));
        format_published(out, &did->published);
        return;
    case FAKE_DID_DIE:
        buffer_append_text(out, text_of("die"));
        format_word(out, did->published.container_id);
        format_pid(out, did->published.pid);
        return;
    case FAKE_DID_FAULT: buffer_printf(out, "fault %u", (unsigned)did->rule + 1); return;
    case FAKE_DID_REFUSE_COMMAND:
        buffer_append_text(out, text_of("refuse"));
        format_word(out, did->text);
        return;
    }
}

void fake_action_format(const struct fake_action *action, struct buffer *out)
{
    switch (action->kind) {
    case FAKE_REPLY: add_reply(out, action); return;
    case FAKE_SEND_EVENT:
        buffer_append_text(out, text_of("send"));
        format_published(out, &action->published);
        if (action->cut)
            buffer_printf(out, " cut after %u", (unsigned)action->cut_after);
        return;
    case FAKE_END_STREAM:
        buffer_append_text(out, text_of("end stream"));
        format_end(out, &action->end);
        return;
    case FAKE_GOAWAY:
        buffer_append_text(out, text_of("goaway"));
        format_goaway(out, &action->goaway);
        return;
    case FAKE_SILENCE: buffer_printf(out, "silence %s", format_silence(action->silence)); return;
    case FAKE_LISTEN:
        buffer_append_text(out, text_of("listen"));
        if (action->socket != FAKE_SOCKET_SERVES)
            buffer_printf(out, " %s", format_socket(action->socket));
        return;
    case FAKE_UNLISTEN: buffer_printf(out, "unlisten %s", format_socket(action->socket)); return;
    case FAKE_DID: add_did(out, &action->did); return;
    case FAKE_SEND_HEADERS:
    case FAKE_CLOSE_CONNECTION: buffer_append_text(out, text_of(fake_action_name(action->kind))); return;
    }
}
