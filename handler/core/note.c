/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/note.h"

#include <inttypes.h>

#include "handler/core/words.h"

const char *note_name(enum note_kind kind)
{
    switch (kind) {
    case NOTE_CONNECTED: return "connected";
    case NOTE_CONNECT_FAILED: return "connect-failed";
    case NOTE_CONNECTION_LOST: return "connection-lost";
    case NOTE_SUBSCRIBED: return "subscribed";
    case NOTE_SUBSCRIBE_FAILED: return "subscribe-failed";
    case NOTE_STREAM_FAILED: return "stream-failed";
    case NOTE_EVENT_RECEIVED: return "event-received";
    case NOTE_CONTAINER_UNKNOWN: return "container-unknown";
    case NOTE_NOT_THE_INIT_PROCESS: return "not-the-init-process";
    case NOTE_FOREIGN_NAMESPACE: return "foreign-namespace";
    case NOTE_EVENT_UNUSABLE: return "event-unusable";
    case NOTE_TOO_MANY_CONTAINERS: return "too-many-containers";
    case NOTE_DELETE_FAILED: return "delete-failed";
    case NOTE_STORE_FAILED: return "store-failed";
    case NOTE_LOAD_FAILED: return "load-failed";
    case NOTE_FINISHED_BEFORE: return "finished-before";
    case NOTE_EXIT_UNDER_WAY: return "exit-under-way";
    case NOTE_TOO_MANY_EVENTS: return "too-many-events";
    case NOTE_EVENT_FOUND: return "event-found";
    case NOTE_EXIT_PARKED: return "exit-parked";
    case NOTE_EVENT_OUTDATED: return "event-outdated";
    case NOTE_EXIT_DOUBTED: return "exit-doubted";
    case NOTE_TASK_VANISHED: return "task-vanished";
    case NOTE_LIST_FAILED: return "list-failed";
    case NOTE_VERIFY_FAILED: return "verify-failed";
    case NOTE_CONNECTION_DRAINING: return "connection-draining";
    case NOTE_MESSAGE_UNREADABLE: return "message-unreadable";
    case NOTE_REPEATED: return "repeated";
    }
    return "unknown";
}

int note_is_detail(enum note_kind kind)
{
    switch (kind) {
    case NOTE_SUBSCRIBED:
    case NOTE_EVENT_RECEIVED:
    case NOTE_NOT_THE_INIT_PROCESS:
    case NOTE_FOREIGN_NAMESPACE:
    case NOTE_EVENT_FOUND:
    case NOTE_EXIT_PARKED:
    case NOTE_EXIT_UNDER_WAY: return 1;
    case NOTE_CONNECTED:
    case NOTE_CONNECT_FAILED:
    case NOTE_CONNECTION_LOST:
    case NOTE_SUBSCRIBE_FAILED:
    case NOTE_STREAM_FAILED:
    case NOTE_CONTAINER_UNKNOWN:
    case NOTE_EVENT_UNUSABLE:
    case NOTE_TOO_MANY_CONTAINERS:
    case NOTE_DELETE_FAILED:
    case NOTE_STORE_FAILED:
    case NOTE_LOAD_FAILED:
    case NOTE_FINISHED_BEFORE:
    case NOTE_TOO_MANY_EVENTS:
    case NOTE_EVENT_OUTDATED:
    case NOTE_EXIT_DOUBTED:
    case NOTE_TASK_VANISHED:
    case NOTE_LIST_FAILED:
    case NOTE_VERIFY_FAILED:
    case NOTE_CONNECTION_DRAINING:
    case NOTE_MESSAGE_UNREADABLE:
    case NOTE_REPEATED: return 0;
    }
    return 0;
}

/* "<what>: UNAVAILABLE "..."; next try in 100ms" */
static void say_failure(struct buffer *out, const char *what, const struct note *note)
{
    (void)buffer_printf(out, "%s: ", what);
    words_outcome(out, note->outcome);
    words_next_try(out, note->delay_ns);
}

/* The container, after "container ". */
static void say_container(struct buffer *out, const char *before, const struct note *note, const char *after)
{
    (void)buffer_printf(out, "%scontainer ", before);
    words_id(out, note->container_id);
    (void)buffer_printf(out, "%s", after);
}

static void say_received(struct buffer *out, const struct note *note)
{
    const struct task_event *task = &note->task;
    (void)buffer_printf(out, note->kind == NOTE_EVENT_FOUND ? "found " : "received ");
    words_topic(out, task);
    if (task->container_id.length > 0)
        say_container(out, " of ", note, "");
    if (words_is_of_exec(task)) {
        (void)buffer_printf(out, ", exec ");
        words_id(out, task->process_id);
    }
    if (task->pid != 0)
        (void)buffer_printf(out, ", pid %u", (unsigned)task->pid);
    if (task->kind == TASK_EVENT_EXIT)
        (void)buffer_printf(out, ", status %u", (unsigned)task->exit_status);
}

static void say_foreign(struct buffer *out, const struct note *note)
{
    (void)buffer_printf(out, "ignored ");
    words_topic(out, &note->task);
    say_container(out, " of ", note, " in namespace ");
    words_id(out, note->task.name_space);
    (void)buffer_printf(out, ", which is not watched");
}

static void say_outdated(struct buffer *out, const struct note *note)
{
    (void)buffer_printf(out, "ignored ");
    words_topic(out, &note->task);
    say_container(out, " of ", note, ": it is of a life that is over");
}

static void say_not_init(struct buffer *out, const struct note *note)
{
    (void)buffer_printf(out, "ignored the exit of pid %u: not the init process of ", (unsigned)note->task.pid);
    say_container(out, "", note, "");
}

/* What went wrong with the event's container, and how. */
static void say_container_failure(struct buffer *out, const char *what, const struct note *note)
{
    say_container(out, what, note, ": ");
    words_outcome(out, note->outcome);
    words_next_try(out, note->delay_ns);
}

void note_format(const struct note *note, struct buffer *out)
{
    switch (note->kind) {
    case NOTE_CONNECTED: (void)buffer_printf(out, "connected to containerd"); return;
    case NOTE_CONNECT_FAILED: say_failure(out, "cannot connect to containerd", note); return;
    case NOTE_CONNECTION_LOST: say_failure(out, "lost the connection to containerd", note); return;
    case NOTE_SUBSCRIBED: (void)buffer_printf(out, "asked containerd for its events"); return;
    case NOTE_SUBSCRIBE_FAILED: say_failure(out, "cannot subscribe to events", note); return;
    case NOTE_STREAM_FAILED: say_failure(out, "the event stream ended", note); return;
    case NOTE_EVENT_FOUND:
    case NOTE_EVENT_RECEIVED: say_received(out, note); return;
    case NOTE_EXIT_PARKED: say_container(out, "keeps the exit of ", note, " until there is a record of it"); return;
    case NOTE_EVENT_OUTDATED: say_outdated(out, note); return;
    case NOTE_EXIT_DOUBTED: say_container(out, "ignored the exit of ", note, ": containerd says that it lives"); return;
    case NOTE_TASK_VANISHED: say_container(out, "the task of ", note, " is gone, and nobody has told its end"); return;
    case NOTE_LIST_FAILED: say_failure(out, "cannot list the tasks", note); return;
    case NOTE_VERIFY_FAILED: say_container_failure(out, "cannot ask for the task of ", note); return;
    case NOTE_CONTAINER_UNKNOWN: say_container(out, "ignored the exit of ", note, ": there is no record of it"); return;
    case NOTE_NOT_THE_INIT_PROCESS: say_not_init(out, note); return;
    case NOTE_FOREIGN_NAMESPACE: say_foreign(out, note); return;
    case NOTE_EVENT_UNUSABLE:
        say_container(out, "dropped an event of ", note, ": an id in it is empty or too long");
        return;
    case NOTE_TOO_MANY_CONTAINERS:
        say_container(out, "made no record of ", note, ": there are too many, and none can be forgotten");
        return;
    case NOTE_DELETE_FAILED: say_container_failure(out, "cannot delete the task of ", note); return;
    case NOTE_STORE_FAILED: say_container_failure(out, "cannot store the record of ", note); return;
    case NOTE_LOAD_FAILED: say_failure(out, "cannot load the stored records", note); return;
    case NOTE_FINISHED_BEFORE:
        say_container(out, "kept the record of ", note, " as it was: it had finished before");
        return;
    case NOTE_EXIT_UNDER_WAY:
        say_container(out, "ignored a repeated exit of ", note, ": the first is being handled");
        return;
    case NOTE_TOO_MANY_EVENTS: say_container(out, "dropped an event of ", note, ": too many events wait"); return;
    case NOTE_CONNECTION_DRAINING:
        (void)buffer_printf(out, "containerd takes no new calls on this connection");
        words_next_try(out, note->delay_ns);
        return;
    case NOTE_MESSAGE_UNREADABLE: say_failure(out, "skipped a message that cannot be read", note); return;
    case NOTE_REPEATED:
        (void)buffer_printf(out, "there were %" PRIu64 " more like the last %s", note->count,
                            note_name(note->repeated));
        return;
    }
}
