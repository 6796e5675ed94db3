/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/format.h"

#include <inttypes.h>

#include "base/status.h"
#include "handler/core/words.h"

const char *monitor_call_name(enum monitor_call call)
{
    switch (call) {
    case MONITOR_CALL_DELETE: return "Tasks.Delete";
    case MONITOR_CALL_LIST: return "Tasks.List";
    case MONITOR_CALL_GET: return "Tasks.Get";
    case MONITOR_CALL_CREATE: return "Tasks.Create";
    case MONITOR_CALL_START: return "Tasks.Start";
    case MONITOR_CALL_KILL: return "Tasks.Kill";
    case MONITOR_CALL_METRICS: return "Tasks.Metrics";
    case MONITOR_CALL_REMOVE: return "Containers.Delete";
    }
    return "unknown";
}

const char *operation_name(enum operation_kind kind)
{
    switch (kind) {
    case OPERATION_CREATE: return "create";
    case OPERATION_START: return "start";
    case OPERATION_STOP: return "stop";
    case OPERATION_REMOVE: return "remove";
    case OPERATION_STATUS: return "status";
    }
    return "unknown";
}

/* "connection 1 lost", then how. */
static void say_end(struct buffer *out, const char *noun, uint64_t number, const char *verb, struct outcome outcome)
{
    (void)buffer_printf(out, "%s %" PRIu64 " %s ", noun, number, verb);
    words_outcome(out, outcome);
}

/* `/tasks/exit web exec probe pid 203 status 7` */
static void say_task(struct buffer *out, const struct task_event *task)
{
    words_topic(out, task);
    if (task->container_id.length > 0) {
        (void)buffer_printf(out, " ");
        words_id(out, task->container_id);
    }
    if (words_is_of_exec(task)) {
        (void)buffer_printf(out, " exec ");
        words_id(out, task->process_id);
    }
    if (task->pid != 0 || task->kind == TASK_EVENT_EXIT)
        (void)buffer_printf(out, " pid %" PRIu32, task->pid);
    if (task->kind == TASK_EVENT_EXIT)
        (void)buffer_printf(out, " status %" PRIu32, task->exit_status);
}

static const char *process_word(enum process_status status)
{
    switch (status) {
    case PROCESS_CREATED: return "created";
    case PROCESS_RUNNING: return "running";
    case PROCESS_STOPPED: return "stopped";
    case PROCESS_PAUSED: return "paused";
    case PROCESS_UNKNOWN: break;
    }
    return "unknown";
}

static void say_reply(struct buffer *out, const struct monitor_event *event)
{
    (void)buffer_printf(out, "reply %" PRIu64 " ", event->call_id);
    words_outcome(out, event->outcome);
    if (event->outcome.status != STATUS_OK)
        return;
    if (event->process.status != PROCESS_UNKNOWN)
        (void)buffer_printf(out, " %s", process_word(event->process.status));
    if (event->process.pid != 0)
        (void)buffer_printf(out, " pid %" PRIu32, event->process.pid);
    if (event->processes != NULL)
        (void)buffer_printf(out, " %zu tasks", event->process_count);
    else
        (void)buffer_printf(out, " status %" PRIu32, event->process.exit_status);
}

/* `stop web (3)` */
static void say_operation(struct buffer *out, const struct operation *operation)
{
    (void)buffer_printf(out, "%s ", operation_name(operation->kind));
    words_id(out, operation->container_id);
    (void)buffer_printf(out, " (%" PRIu64 ")", operation->id);
}

static void say_store_failed(struct buffer *out, const struct monitor_event *event)
{
    if (event->write_id == 0)
        (void)buffer_printf(out, "load failed ");
    else
        (void)buffer_printf(out, "write %" PRIu64 " failed ", event->write_id);
    (void)buffer_append_json(out, event->outcome.text);
}

/* `web EXITED pid 7 code 3` */
static void say_record(struct buffer *out, const struct container_record *record)
{
    enum container_state state = container_record_state(record);
    words_id(out, record->id);
    (void)buffer_printf(out, " %s", container_state_name(state));
    if (record->pid != 0)
        (void)buffer_printf(out, " pid %" PRIu32, record->pid);
    if (state == CONTAINER_EXITED)
        (void)buffer_printf(out, " code %" PRId32, record->exit_code);
}

static void say_set(struct buffer *out, const struct monitor_event *event)
{
    (void)buffer_printf(out, "record");
    for (size_t i = 0; i < event->record_count; i++) {
        (void)buffer_printf(out, " ");
        say_record(out, &event->records[i]);
    }
}

static void say_lock(struct buffer *out, const char *verb, const struct monitor_event *event)
{
    (void)buffer_printf(out, "%s", verb);
    words_id(out, event->task.container_id);
}

void monitor_event_format(const struct monitor_event *event, struct buffer *out)
{
    switch (event->kind) {
    case MONITOR_START: (void)buffer_printf(out, "start"); return;
    case MONITOR_STOP: (void)buffer_printf(out, "stop"); return;
    case MONITOR_CONNECTION_UP: (void)buffer_printf(out, "connection %" PRIu64 " up", event->connection_id); return;
    case MONITOR_CONNECTION_DRAINING:
        (void)buffer_printf(out, "connection %" PRIu64 " draining", event->connection_id);
        return;
    case MONITOR_CONNECTION_LOST: say_end(out, "connection", event->connection_id, "lost", event->outcome); return;
    case MONITOR_STREAM_OPENED: (void)buffer_printf(out, "stream %" PRIu64 " opened", event->stream_id); return;
    case MONITOR_STREAM_MESSAGE:
        (void)buffer_printf(out, "message ");
        say_task(out, &event->task);
        return;
    case MONITOR_STREAM_UNREADABLE: say_end(out, "stream", event->stream_id, "unreadable", event->outcome); return;
    case MONITOR_STREAM_ENDED: say_end(out, "stream", event->stream_id, "ended", event->outcome); return;
    case MONITOR_REPLY: say_reply(out, event); return;
    case MONITOR_PONG: (void)buffer_printf(out, "pong of connection %" PRIu64, event->connection_id); return;
    case MONITOR_OPERATION: say_operation(out, &event->operation); return;
    case MONITOR_ABANDONED: (void)buffer_printf(out, "operation %" PRIu64 " abandoned", event->operation.id); return;
    case MONITOR_STORE_WRITTEN: (void)buffer_printf(out, "written %" PRIu64, event->write_id); return;
    case MONITOR_STORE_FAILED: say_store_failed(out, event); return;
    case MONITOR_STORE_LOADED: (void)buffer_printf(out, "loaded %zu", event->record_count); return;
    case MONITOR_LOCKED: say_lock(out, "locked ", event); return;
    case MONITOR_UNLOCKED: say_lock(out, "unlocked ", event); return;
    case MONITOR_RECORD_SET: say_set(out, event); return;
    case MONITOR_RECORD_REMOVED: say_lock(out, "record removed ", event); return;
    case MONITOR_TIME: (void)buffer_printf(out, "time"); return;
    }
}

static void say_call(struct buffer *out, const struct monitor_action *action)
{
    char timeout[TIME_TEXT_SIZE];
    (void)buffer_printf(out, "call %" PRIu64 " %s", action->call_id, monitor_call_name(action->call));
    if (action->container_id.length > 0) {
        (void)buffer_printf(out, " ");
        words_id(out, action->container_id);
    }
    if (action->call == MONITOR_CALL_KILL)
        (void)buffer_printf(out, " signal %" PRIu32, action->signal);
    if (action->timeout_ns == 0)
        return;
    time_format_duration(action->timeout_ns, timeout);
    (void)buffer_printf(out, " timeout %s", timeout);
}

static void say_put(struct buffer *out, const struct monitor_action *action)
{
    (void)buffer_printf(out, "put %" PRIu64 " ", action->write_id);
    say_record(out, &action->record);
}

static const char *change_word(enum record_change change)
{
    switch (change) {
    case RECORD_CREATED: return "created";
    case RECORD_STARTED: return "started";
    case RECORD_EXITED: return "exited";
    case RECORD_REMOVED: return "removed";
    }
    return "changed";
}

static void say_tell(struct buffer *out, const struct monitor_action *action)
{
    (void)buffer_printf(out, "tell ");
    words_id(out, action->record.id);
    (void)buffer_printf(out, " %s", change_word(action->change));
}

/* True for the notes whose outcome tells something. */
static bool has_outcome(const struct note *note)
{
    return note->outcome.status != STATUS_OK || note->outcome.text.length > 0 || note->kind == NOTE_STREAM_FAILED ||
           note->kind == NOTE_SUBSCRIBE_FAILED;
}

static void say_note(struct buffer *out, const struct note *note)
{
    (void)buffer_printf(out, "note %s", note_name(note->kind));
    if (note->container_id.length > 0) {
        (void)buffer_printf(out, " ");
        words_id(out, note->container_id);
    }
    if (has_outcome(note)) {
        (void)buffer_printf(out, " ");
        words_outcome(out, note->outcome);
    }
    if (note->kind == NOTE_REPEATED)
        (void)buffer_printf(out, " %s %" PRIu64, note_name(note->repeated), note->count);
    words_next_try(out, note->delay_ns);
}

void monitor_action_format(const struct monitor_action *action, struct buffer *out)
{
    switch (action->kind) {
    case MONITOR_DIAL: (void)buffer_printf(out, "dial %" PRIu64, action->connection_id); return;
    case MONITOR_CLOSE: (void)buffer_printf(out, "close %" PRIu64, action->connection_id); return;
    case MONITOR_OPEN_STREAM:
        (void)buffer_printf(out, "open stream %" PRIu64 " on connection %" PRIu64, action->stream_id,
                            action->connection_id);
        return;
    case MONITOR_CANCEL_STREAM: (void)buffer_printf(out, "cancel stream %" PRIu64, action->stream_id); return;
    case MONITOR_ABANDON_STREAM: (void)buffer_printf(out, "abandon stream %" PRIu64, action->stream_id); return;
    case MONITOR_CALL: say_call(out, action); return;
    case MONITOR_PING: (void)buffer_printf(out, "ping connection %" PRIu64, action->connection_id); return;
    case MONITOR_PUT: say_put(out, action); return;
    case MONITOR_FORGET:
        (void)buffer_printf(out, "forget %" PRIu64 " ", action->write_id);
        words_id(out, action->container_id);
        return;
    case MONITOR_LOAD: (void)buffer_printf(out, "load"); return;
    case MONITOR_ANSWER:
        (void)buffer_printf(out, "answer ");
        say_operation(out, &action->operation);
        (void)buffer_printf(out, " ");
        words_outcome(out, action->outcome);
        return;
    case MONITOR_TELL: say_tell(out, action); return;
    case MONITOR_NOTE: say_note(out, &action->note); return;
    }
}
