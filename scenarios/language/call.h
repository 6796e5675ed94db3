/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_CALL_H
#define SCENARIOS_LANGUAGE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * What a scripted client asks, must be answered, and must hear: the verbs call, answered and heard. A field that is not
 * in its mask says nothing.
 */
enum scenario_call_limits {
    SCENARIO_FILTERS_MAX = 64,  /* of one call */
    SCENARIO_LISTED_MAX = 1000, /* ids or pids of one answer */
    SCENARIO_HEARD_MAX = 1000,  /* events that one step hears */
    SCENARIO_REQUEST_MAX = 4096 /* bytes of a request that is given as bytes, and of each of its texts */
};

/* How long a call may wait for the answer that it must get. */
#define SCENARIO_ANSWER_MAX_NS INT64_C(60000000000)

enum scenario_asked_field {
    SCENARIO_ASKED_CONTAINER = 1 << 0,
    SCENARIO_ASKED_EXEC = 1 << 1,
    SCENARIO_ASKED_SIGNAL = 1 << 2,
    SCENARIO_ASKED_ALL = 1 << 3,
    SCENARIO_ASKED_FILTERS = 1 << 4,
    SCENARIO_ASKED_NAME = 1 << 5,    /* of a namespace, lease or service */
    SCENARIO_ASKED_RUNTIME = 1 << 6, /* Containers.Create, Update */
    SCENARIO_ASKED_IMAGE = 1 << 7,
    SCENARIO_ASKED_TOPIC = 1 << 8, /* Events.Publish */
    SCENARIO_ASKED_BYTES = 1 << 9  /* the whole message; then there is no other field */
};

/* The fields of a request. Texts may be empty, and ids need not be valid ones. */
struct scenario_request {
    uint32_t asked; /* enum scenario_asked_field */
    struct text container;
    struct text exec;
    uint32_t signal;
    bool all;
    struct text *filters;
    size_t filter_count;
    struct text name;
    struct text runtime;
    struct text image;
    struct text topic;
    struct text bytes;
    bool has_name_space;    /* else it is the scenario's */
    struct text name_space; /* empty: none is sent */
};

enum scenario_told_field {
    SCENARIO_TOLD_PID = 1 << 0,
    SCENARIO_TOLD_CODE = 1 << 1, /* the exit status */
    SCENARIO_TOLD_STATE = 1 << 2,
    SCENARIO_TOLD_EXITED_AT = 1 << 3,
    SCENARIO_TOLD_ID = 1 << 4,   /* the one id or name that an answer has; empty where it has the field and no id */
    SCENARIO_TOLD_IDS = 1 << 5,  /* all of a list, in any order */
    SCENARIO_TOLD_PIDS = 1 << 6, /* the same */
    /* Of events alone: */
    SCENARIO_TOLD_NAME_SPACE = 1 << 7,
    SCENARIO_TOLD_CONTAINER = 1 << 8,
    SCENARIO_TOLD_EXEC = 1 << 9,
    SCENARIO_TOLD_NAME = 1 << 10
};

enum scenario_task_state {
    SCENARIO_TASK_UNKNOWN,
    SCENARIO_TASK_CREATED,
    SCENARIO_TASK_RUNNING,
    SCENARIO_TASK_EXITED,
    SCENARIO_TASK_PAUSED
};

/* A time stamp as it stands in a message; "never" is the first second of year 1. */
struct scenario_stamp {
    bool absent;
    int64_t seconds;
    int32_t nanos;
};

#define SCENARIO_NEVER_SECONDS INT64_C(-62135596800)

/* What an answer or an event tells. */
struct scenario_told_fields {
    uint32_t told; /* enum scenario_told_field */
    uint32_t pid;
    uint32_t code;
    enum scenario_task_state state;
    struct scenario_stamp exited_at;
    struct text id;
    struct text *ids;
    size_t id_count;
    uint32_t *pids;
    size_t pid_count;
    struct text name_space;
    struct text container;
    struct text exec;
    struct text name;
};

enum scenario_answer_kind {
    SCENARIO_ANSWER_NONE,   /* CALL: nobody waits for it here */
    SCENARIO_ANSWER_REPLY,  /* OK, with these fields */
    SCENARIO_ANSWER_STATUS, /* any other code */
    SCENARIO_ANSWER_NOT_YET /* ANSWERED: none has come so far */
};

struct scenario_answer {
    enum scenario_answer_kind kind;
    struct scenario_told_fields fields;
    int status;
    bool has_message;
    struct text message;
};

/* One thing that a subscriber hears: an event, or between events the answer to another call. */
struct scenario_heard {
    struct text topic;  /* "/tasks/exit"; empty: */
    struct text answer; /* the name of a call */
    struct scenario_told_fields fields;
};

struct scenario_call {
    struct text rpc;  /* CALL: "Tasks.Delete"; or else */
    struct text path; /* CALL: "/containerd.services.tasks.v1.Tasks/Nope" */
    struct scenario_request request;
    struct text as;   /* CALL: its name, may be empty where it is answered at once */
    struct text name; /* ANSWERED, HEARD: of which call */
    struct scenario_answer answer;
    struct scenario_heard *heard;
    size_t heard_count;
};

/* Which fields a request of an rpc can have, as enum scenario_asked_field; all of them for one that is not known. */
uint32_t scenario_askable(struct text rpc);

/* Which fields its answer has, as enum scenario_told_field. */
uint32_t scenario_answerable(struct text rpc);

/* Which fields an event of a topic has, as enum scenario_told_field. */
uint32_t scenario_hearable(struct text topic);

#endif
