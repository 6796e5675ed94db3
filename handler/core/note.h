/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_NOTE_H
#define HANDLER_CORE_NOTE_H

#include <stdint.h>

#include "base/buffer.h"
#include "handler/core/values.h"

/*
 * A note is what a log line would tell, as values. The core only makes notes; their sentences are made here, by a pure
 * function, and only programs print them.
 */
enum note_kind {
    NOTE_CONNECTED,
    NOTE_CONNECT_FAILED,       /* outcome, delay_ns until the next try */
    NOTE_CONNECTION_LOST,      /* outcome */
    NOTE_SUBSCRIBED,           /* the request is on its way */
    NOTE_SUBSCRIBE_FAILED,     /* outcome, delay_ns */
    NOTE_STREAM_FAILED,        /* outcome, delay_ns */
    NOTE_EVENT_RECEIVED,       /* task */
    NOTE_CONTAINER_UNKNOWN,    /* task: an exit for which there is no record */
    NOTE_NOT_THE_INIT_PROCESS, /* task: an exit that is ignored */
    NOTE_FOREIGN_NAMESPACE,    /* task */
    NOTE_EVENT_UNUSABLE,       /* task: an id that is empty or too long */
    NOTE_TOO_MANY_CONTAINERS,  /* task: a limit is reached, no record is made */
    NOTE_DELETE_FAILED,        /* task, outcome */
    NOTE_STORE_FAILED,         /* task, outcome */
    NOTE_LOAD_FAILED,          /* outcome */
    NOTE_FINISHED_BEFORE,      /* task: FinishedAt was set, the record stays as it is */
    NOTE_EXIT_UNDER_WAY,       /* task: an exit that is being handled already */
    NOTE_TOO_MANY_EVENTS,      /* task: a limit is reached, the event is dropped */
    NOTE_EVENT_FOUND,          /* task: what nobody told and the server says when it is asked */
    NOTE_EXIT_PARKED,          /* task: an exit that waits for the record of its container */
    NOTE_EVENT_OUTDATED,       /* task: a creation, a start or a deletion that is of no life that there is */
    NOTE_EXIT_DOUBTED,         /* task: an exit that is ignored, since the container lives */
    NOTE_TASK_VANISHED,        /* task: its end was told by nobody */
    NOTE_LIST_FAILED,          /* outcome, delay_ns */
    NOTE_VERIFY_FAILED,        /* task, outcome, delay_ns */
    NOTE_CONNECTION_DRAINING,  /* the server goes away; delay_ns until another connection is made, 0: at once */
    NOTE_MESSAGE_UNREADABLE,   /* outcome: a message is skipped */
    NOTE_REPEATED              /* repeated, count: what else there was to note of that kind in MONITOR_NOTE_EVERY_NS */
};

struct note {
    enum note_kind kind;
    struct text container_id;
    struct task_event task;
    struct outcome outcome;
    int64_t delay_ns; /* until the next try; 0 where there is none */
    enum note_kind repeated;
    uint64_t count;
};

/* "connect-failed", "delete-failed": one word for traces and tests. */
const char *note_name(enum note_kind kind);

/* True for notes that a log shows only when asked for detail. */
int note_is_detail(enum note_kind kind);

/* Appends the note's sentence, without a newline. */
void note_format(const struct note *note, struct buffer *out);

#endif
