/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_MONITOR_H
#define HANDLER_CORE_MONITOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "handler/core/backoff.h"
#include "handler/core/note.h"
#include "handler/core/policy.h"
#include "handler/core/values.h"

/*
 * The event monitor as a pure step function: what happened goes in, what is to be done comes out. No bytes, no clock,
 * no socket, no log; the same events give the same actions on every machine.
 *
 * Borrowing: what an event refers to is borrowed for the length of the step; what an action refers to is valid until
 * the next step or until the monitor is freed.
 *
 * Failure: a step that lacks memory or room returns an error and has changed nothing; it may be tried again.
 */
struct monitor;

enum {
    MONITOR_CONTAINERS_MAX = 65536, /* records; a new one beyond it takes the place of the one that finished longest
                                       ago, which is forgotten and told as removed. Where no record may be forgotten,
                                       the event is noted and dropped */
    MONITOR_FORGET_TRIES_MAX = 256, /* records of which, from the one that finished longest ago, a full monitor seeks
                                       the first that may be forgotten: not locked, no exit under way */
    MONITOR_ID_MAX = 256,       /* bytes of a container id; containerd allows 76. Longer ones are noted and dropped */
    MONITOR_TEXT_MAX = 1024,    /* bytes of a record's reason or message; what a peer said is cut to it */
    MONITOR_WAITING_MAX = 1024, /* events that wait for their turn; one beyond it is noted and dropped, and the tasks
                                   are listed, which shows what it told */
    MONITOR_WAITING_OF_ONE_MAX = 64, /* the same of one container whose exit is on its way into the store */
    MONITOR_WAITING_HELD_MAX = 768,  /* the same of all such containers, so that however many of them there are, the
                                        events of others find room */
    MONITOR_PARKED_MAX = 8, /* exits of one container that are kept until its record is there; they count as events
                               that wait */
    MONITOR_PARKED_ALL_MAX = 512, /* the same of all containers; one beyond it is noted and dropped */
    MONITOR_KILLS_MAX = 5,  /* Kills that fail of a task that never started, before its Delete is asked for all the
                               same; counted anew by each process */
    MONITOR_LOOKS_MAX = 4,  /* answers about a task that was killed before it started and do not tell its end, before
                               its Delete is asked for all the same; before one that failed is asked for again one is
                               enough */
    MONITOR_STARTS_MAX = 5, /* Creates or Starts of one operation, where nobody can tell whether one that was sent may
                               still be done */
    MONITOR_OPERATIONS_MAX = 1024, /* of the owner, that are not done; one more is answered with RESOURCE_EXHAUSTED */
    MONITOR_OPERATIONS_OF_ONE_MAX = 64, /* the same of those that change one container, so that one that is stuck leaves
                                           room for the others */
    MONITOR_WRITES_MAX = 131072,        /* writes under way; one of a learned record beyond it is noted and not made */
    MONITOR_ACTIONS_MAX = 64            /* actions of one step; what is left to do makes the deadline "now" */
};

/* A stream that lived this long proves that the server is well, even where no message came. */
#define MONITOR_STREAM_LIFETIME_MIN_NS (30 * TIME_SECOND)

/* The calls that are under way when a server goes away may be answered so much later, before it is left. */
#define MONITOR_LEAVE_WAIT_NS TIME_SECOND

/* A peer that was silent so long is asked whether it is there, and has so long to answer. */
#define MONITOR_PING_AFTER_NS   (10 * TIME_SECOND)
#define MONITOR_PING_TIMEOUT_NS (5 * TIME_SECOND)

/* Events of no use are noted at most once in this time for each kind, with their number. */
#define MONITOR_NOTE_EVERY_NS (60 * TIME_SECOND)

/* How long an exit is waited for that should come any moment, because the process was killed or is said to be over;
 * then the server is asked. */
#define MONITOR_EXIT_AWAITED_NS (6 * TIME_SECOND)
/* How long a task may be in no list and every answer about it UNAVAILABLE, before it counts as vanished: its shim has
 * died, and nobody cleans up behind it. containerd itself takes seconds for that. */
#define MONITOR_UNREACHED_MAX_NS (120 * TIME_SECOND)
/* How long a call that only asks may take; a list four times as long, where others that took as long were of no use. */
#define MONITOR_ASK_TIMEOUT_NS (10 * TIME_SECOND)

/* After a subscription the tasks are listed, this much later once more, and then as often as this. */
#define MONITOR_SETTLE_NS TIME_SECOND
#define MONITOR_SWEEP_NS  (60 * TIME_SECOND)

/* A process that is killed for want of memory has ended within this; what runs then has survived it. */
#define MONITOR_OOM_SURVIVED_NS (10 * TIME_SECOND)

/* How long an exit is kept that comes before its life is known, and before its container is. A shim that cannot reach
 * containerd tells an event again for most of a minute, and does not keep their order; but of a container that is known
 * an exit of long ago may be of any of its lives. */
#define MONITOR_PARK_NS         (10 * TIME_SECOND)
#define MONITOR_PARK_UNKNOWN_NS (60 * TIME_SECOND)

/* How long an operation waits for the monitor to catch up with the server after a start or a reconnect. */
#define MONITOR_RECOVERING_MAX_NS (10 * TIME_SECOND)

/* How long a CREATE or a REMOVE that has its turn, or stands behind another that waits for it, waits until the task of
 * the last life is deleted, and a REMOVE goes on asking the server for what fails; the Delete itself is asked for for
 * as long as it takes. */
#define MONITOR_REST_MAX_NS (120 * TIME_SECOND)

struct monitor_options {
    policy_switches policy;
    struct backoff_options backoff; /* all zero: the monitor's own 100 ms, 30 s, factor 2, no jitter */
    uint64_t seed;                  /* for jitter, where it is asked for */
    struct text name_space;         /* events of other namespaces are not ours; empty takes all */
};

/* What the owner of the containers can ask for. Each is answered once, with a gRPC status: OK; NOT_FOUND where there is
 * no such record; FAILED_PRECONDITION where its state does not allow it; ABORTED and the text "recovering" where the
 * monitor had not caught up with the server within MONITOR_RECOVERING_MAX_NS, or not found out in that time what a list
 * has shown of this container, or not got into the store an end that it knows of, or what a CREATE or START has made;
 * UNAVAILABLE where the task of its last life could not be deleted within MONITOR_REST_MAX_NS, or its record not be
 * forgotten, and the operation may be asked for again; DEADLINE_EXCEEDED; or what the server said. The record comes
 * with the answer as far as there is one, with ABORTED as it was known last: STATUS waits as the others do, because
 * what was known before a disconnect shows a job that has finished as one that runs. */
enum operation_kind {
    OPERATION_CREATE, /* Tasks.Create: a record that is CREATED */
    OPERATION_START,  /* Tasks.Start: RUNNING */
    OPERATION_STOP,   /* SIGTERM, after grace_ns SIGKILL; done when the exit is recorded */
    OPERATION_REMOVE, /* the container is removed, and the store forgets its record; refused while it is RUNNING */
    OPERATION_STATUS  /* the record */
};

struct operation {
    uint64_t id; /* the owner's, not 0, unused among those that are not answered yet */
    enum operation_kind kind;
    struct text container_id;
    int64_t grace_ns;   /* STOP */
    int64_t timeout_ns; /* how long the owner waits for the answer; 0: for ever */
};

enum monitor_event_kind {
    MONITOR_START,         /* begin: load the store, connect */
    MONITOR_STOP,          /* end: cancel the stream, close; idempotent; no action follows it until MONITOR_START */
    MONITOR_CONNECTION_UP, /* a dial succeeded */
    MONITOR_CONNECTION_DRAINING, /* GOAWAY: what is open goes on, nothing new can be opened */
    MONITOR_CONNECTION_LOST,     /* a dial failed or the connection ended; its calls and streams get no further event */
    MONITOR_STREAM_OPENED,       /* the request is on its way; says nothing about the server */
    MONITOR_STREAM_MESSAGE,
    MONITOR_STREAM_UNREADABLE, /* a message came whole but could not be decoded */
    MONITOR_STREAM_ENDED,
    MONITOR_REPLY,
    MONITOR_PONG, /* connection_id: the peer has answered a PING */
    MONITOR_STORE_WRITTEN,
    MONITOR_STORE_FAILED,
    MONITOR_STORE_LOADED,
    MONITOR_LOCKED,     /* the owner works on the record of task.container_id, as the Start of 2017 did for its whole
                           length; ignored where there is no such record, and harmless where it is locked already */
    MONITOR_UNLOCKED,   /* that work has ended */
    MONITOR_RECORD_SET, /* records: one, which its owner has put into the embedder's store, whatever was there; told to
                           nobody */
    MONITOR_RECORD_REMOVED, /* task.container_id: its owner has taken the record out of the embedder's store; an exit
                               that is under way for it has nothing to be written to */
    MONITOR_OPERATION, /* operation: the owner asks for it; answered by MONITOR_ANSWER, once, unless it is abandoned or
                          the monitor is stopped before, or has not been started */
    MONITOR_ABANDONED, /* operation.id: the owner does not wait for the answer any more, and gets none */
    MONITOR_TIME       /* the deadline has come; harmless at any other time */
};

struct monitor_event {
    int64_t now_ns;  /* never goes backwards from one event to the next */
    int64_t wall_ns; /* wall clock; may jump; data only */
    enum monitor_event_kind kind;
    uint64_t connection_id; /* CONNECTION_* */
    uint64_t stream_id;     /* STREAM_* */
    uint64_t call_id;       /* REPLY */
    uint64_t write_id;      /* STORE_WRITTEN, STORE_FAILED: of a PUT or a FORGET */
    struct outcome outcome; /* CONNECTION_LOST, STREAM_UNREADABLE, STREAM_ENDED, REPLY, STORE_FAILED (text only) */
    struct task_event task; /* STREAM_MESSAGE; LOCKED, UNLOCKED, RECORD_REMOVED (container_id only) */
    struct process_state process; /* REPLY that is OK: DELETE has its end, GET all, CREATE and START its pid, which is 0
                                     where the API does not tell it */
    const struct process_state *processes; /* REPLY to a LIST that is OK */
    size_t process_count;
    uint64_t oom_kills;                     /* REPLY to a METRICS that is OK, */
    bool tells_kills;                       /* where it says anything of them */
    struct operation operation;             /* OPERATION, ABANDONED */
    const struct container_record *records; /* STORE_LOADED, RECORD_SET */
    size_t record_count;
};

enum monitor_action_kind {
    MONITOR_DIAL,           /* connection_id */
    MONITOR_CLOSE,          /* connection_id: its calls and streams end unheard */
    MONITOR_OPEN_STREAM,    /* connection_id, stream_id: subscribe to events */
    MONITOR_CANCEL_STREAM,  /* stream_id: no further event of it is wanted */
    MONITOR_ABANDON_STREAM, /* stream_id: left open at the server and never read again, as in 2017 */
    MONITOR_CALL,           /* connection_id, call_id, call, container_id, signal, timeout_ns (0 = none) */
    MONITOR_PING,           /* connection_id: answered by MONITOR_PONG, or never */
    MONITOR_PUT,            /* write_id, record: answered by STORE_WRITTEN or STORE_FAILED */
    MONITOR_FORGET,         /* write_id, container_id: its record is to leave the store; answered likewise */
    MONITOR_LOAD,   /* answered by STORE_LOADED, with all that is written by then, or STORE_FAILED with write_id 0;
                       it may overtake writes that are under way */
    MONITOR_ANSWER, /* operation, outcome, record (empty where there is none) */
    MONITOR_TELL,   /* change, record: the owner learns what is now in the store, or what has left it */
    MONITOR_NOTE    /* note: for a log, nothing to do */
};

/* What the monitor asks of containerd. Each call is answered by MONITOR_REPLY, unless its connection is lost first. One
 * that the API does not have is answered unsent: with UNIMPLEMENTED, or as is said here. */
enum monitor_call {
    MONITOR_CALL_DELETE,  /* Tasks.Delete */
    MONITOR_CALL_LIST,    /* Tasks.List: every task of the namespace; no container_id */
    MONITOR_CALL_GET,     /* Tasks.Get of the init process */
    MONITOR_CALL_CREATE,  /* Tasks.Create */
    MONITOR_CALL_START,   /* Tasks.Start of the init process */
    MONITOR_CALL_KILL,    /* Tasks.Kill of the init process with signal */
    MONITOR_CALL_METRICS, /* Tasks.Metrics of one container */
    MONITOR_CALL_REMOVE   /* Containers.Delete; OK in an API without container records */
};

enum record_change { RECORD_CREATED, RECORD_STARTED, RECORD_EXITED, RECORD_REMOVED };

/* A record stands only in PUT, ANSWER and TELL, a note only in NOTE; elsewhere they are left as they were. */
struct monitor_action {
    enum monitor_action_kind kind;
    uint64_t connection_id;
    uint64_t stream_id;
    uint64_t call_id;
    uint64_t write_id;
    enum monitor_call call;
    uint32_t signal; /* KILL */
    int64_t timeout_ns;
    struct text container_id;
    struct operation operation;
    struct outcome outcome;
    enum record_change change; /* with REMOVED the record is as it was */
    struct container_record record;
    struct note note;
};

struct monitor_actions {
    struct monitor_action items[MONITOR_ACTIONS_MAX];
    size_t count;
};

/* A monitor that waits for MONITOR_START. 0 or ERROR_NO_MEMORY. */
int monitor_new(struct monitor **ret_monitor, const struct monitor_options *options);
void monitor_free(struct monitor *monitor);

/* A monitor in the same state. 0 or ERROR_NO_MEMORY. */
int monitor_clone(struct monitor **ret_clone, const struct monitor *monitor);

/* *to becomes what *from is, in the memory that it has where that is enough. 0 or ERROR_NO_MEMORY (*to is then as
 * before). */
int monitor_copy(struct monitor *to, const struct monitor *from);

/* Bytes that a copy of its state takes. */
size_t monitor_size(const struct monitor *monitor);

/* Takes one event and writes what is to be done, in order, over *actions. 0; ERROR_NO_MEMORY or ERROR_LIMIT (the
 * arena's): nothing has changed and *actions is empty. */
int monitor_step(struct monitor *monitor, const struct monitor_event *event, struct monitor_actions *actions);

/* When the monitor wants a MONITOR_TIME, TIME_NEVER where nothing waits. */
int64_t monitor_deadline_ns(const struct monitor *monitor);

/* The same without what comes back for ever while nothing happens, such as the PING of a silent connection: with
 * TIME_NEVER the monitor is at rest. */
int64_t monitor_unrest_ns(const struct monitor *monitor);

/* True while an answer to a call or a write is awaited, or an exit is being handled. */
bool monitor_busy(const struct monitor *monitor);

/* True while a subscription is open as far as the monitor knows. */
bool monitor_subscribed(const struct monitor *monitor);

/* A number that is another after each step that has made, changed or removed a record: who has looked at the records
 * need not look again while it stays. */
uint64_t monitor_revision(const struct monitor *monitor);

/* The record of a container; false where there is none. Borrowed until the next step. */
bool monitor_record(const struct monitor *monitor, struct text id, struct container_record *ret_record);

/* For whoever drives the monitor from a loop of its own: all records, by id. The one with the smallest id greater than
 * after, as of monitor_record; false at the end. A walk starts with the empty text. */
bool monitor_record_next(const struct monitor *monitor, struct text after, struct container_record *ret_record);

/* Adds a fingerprint of the state to *hash, which was initialised, with times relative to now_ns and numbers of
 * connections, streams, calls and writes left out: equal states at different times are equal. */
void monitor_hash(const struct monitor *monitor, int64_t now_ns, struct hash *hash);

const char *monitor_call_name(enum monitor_call call); /* "Tasks.Delete" */
const char *operation_name(enum operation_kind kind);  /* "start" */

#endif
