/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_VALUES_H
#define HANDLER_CORE_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/text.h"

/*
 * What the handler core speaks of, free of any dialect of the API. Texts are borrowed: for the length of the call that
 * takes them, or until the next step where a core hands them out.
 */

/* A protobuf Timestamp as it came, valid or not. */
struct timestamp {
    bool present;
    int64_t seconds;
    int32_t nanoseconds;
};

enum task_event_kind {
    TASK_EVENT_EXIT,
    TASK_EVENT_OOM,
    TASK_EVENT_CREATE,
    TASK_EVENT_START,
    TASK_EVENT_EXEC_ADDED,
    TASK_EVENT_EXEC_STARTED,
    TASK_EVENT_PAUSED,
    TASK_EVENT_RESUMED,
    TASK_EVENT_DELETE,
    TASK_EVENT_OTHER /* any topic the handler has no use for */
};

struct task_event {
    enum task_event_kind kind;
    struct text topic;      /* "/tasks/exit"; empty in a dialect without topics */
    struct text name_space; /* empty in a dialect without namespaces */
    struct text container_id;
    struct text
        process_id; /* the exec's id, or the container's for its init process; empty where the dialect has none */
    uint32_t pid;
    uint32_t exit_status;
    struct timestamp exited_at;
    struct timestamp published_at; /* when the server made the event */
    bool is_found;                 /* nobody told it: the monitor found it by asking the server */
    bool is_early;                 /* an exit that was heard before there was a record of its container */
    uint64_t incarnation; /* the handler's own number of the life that it is of, 0 where it has yet to find out */
};

/* The status of an exit of which nobody has told one. */
#define TASK_STATUS_UNKNOWN 255U

/* The status of a process that SIGKILL has ended. */
#define TASK_STATUS_KILLED 137U

/* What the server says of a process when it is asked. */
enum process_status { PROCESS_UNKNOWN, PROCESS_CREATED, PROCESS_RUNNING, PROCESS_STOPPED, PROCESS_PAUSED };

struct process_state {
    struct text container_id;
    enum process_status status;
    uint32_t pid;
    uint32_t exit_status;
    struct timestamp exited_at;
    bool tells_exit; /* exit_status and exited_at are the server's word; the API of 2017 keeps them from who asks */
};

/* How a call, a stream or a connection ended: a gRPC status code and the peer's own words. */
struct outcome {
    int status; /* enum grpc_status values, 0 = OK, or OUTCOME_NOT_OURS */
    struct text text;
};

/* The answer to a Delete that was not sent, because the embedder's delete option keeps us from this container. */
#define OUTCOME_NOT_OURS (-1)

/* One container as its owner knows it. Times are wall-clock nanoseconds since 1970, 0 = not set. */
struct container_record {
    struct text id;
    uint32_t pid;
    int64_t created_at_ns;
    int64_t started_at_ns;
    int64_t finished_at_ns;
    int32_t exit_code;
    struct text reason;
    struct text message;
    uint32_t last_pid;   /* of the life that ended last; 0 where it is not known */
    uint32_t pid_before; /* of the one that ended before that; likewise */
    int64_t
        ended_before_ns; /* when the life before the one that the record is of has ended, as was told; 0: nobody did */
    int32_t code_before; /* and with which code */
    uint64_t earlier_pids; /* of lives before that: a bit for each, which several pids share */
    uint64_t incarnation; /* lives that the handler has counted for this id; 0 in records of policies that count none */
    int64_t found_after_ns; /* no event has told its beginning: a list or an answer has shown it, which is what
                               created_at_ns says then, and it has begun after this. 0: told, or the owner's word,
                               or nothing depends on it any more */
    bool finished;          /* EXITED, whatever finished_at_ns says */
    bool inferred;       /* the exit was never told: code and time are the handler's own, and may give way to real ones
                            once */
    bool delete_pending; /* the exit is recorded, and its task is still to be deleted */
    bool task_gone;      /* the exit is recorded, and the server has said since that its task is there no more: a task
                            that it shows from then on is the next life's, whatever its pid */
};

/* The bit of a pid in earlier_pids. */
uint64_t container_pid_bit(uint32_t pid);

/* True where a life before the one that the record is of, or that ended last, may have had that pid; of none is that
 * said in error, as long as all of them were counted. */
bool container_record_had_pid(const struct container_record *record, uint32_t pid);

enum container_state { CONTAINER_UNKNOWN, CONTAINER_CREATED, CONTAINER_RUNNING, CONTAINER_EXITED };

/* Derived in this order: finished, or a time of it -> EXITED, started -> RUNNING, created -> CREATED. */
enum container_state container_record_state(const struct container_record *record);

/* Adds all of it, in a store, a write or a list. */
void container_record_hash(const struct container_record *record, struct hash *hash);

/* The pid of the task that the record is of, also when it has ended: a start that failed has finished the record and
 * left the pid of the task that goes on. 0: not known. */
uint32_t container_record_task_pid(const struct container_record *record);

/* "CREATED", "RUNNING", "EXITED", "UNKNOWN". */
const char *container_state_name(enum container_state state);

#endif
