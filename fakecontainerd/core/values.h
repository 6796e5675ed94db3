/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_VALUES_H
#define FAKECONTAINERD_CORE_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * What the fake's core speaks of, free of any dialect of the API. Texts are borrowed: for the length of the call that
 * takes them, or until the next step where the core hands them out.
 */

enum fake_limits {
    FAKE_CONTAINERS_MAX = 65536,
    FAKE_EXECS_MAX = 4096,      /* of one container */
    FAKE_NAMESPACES_MAX = 4096, /* beyond it clients make no more */
    FAKE_SUBSCRIPTIONS_MAX = 4096,
    FAKE_WAITERS_MAX = 4096, /* requests that wait for the end of a process */
    FAKE_RULES_MAX = 256,
    FAKE_ID_MAX = 76,           /* bytes of an id, as containerd's identifiers */
    FAKE_PAYLOAD_MAX = 1 << 20, /* bytes of an opaque value such as a spec */
    FAKE_LABELS_MAX = 4096,     /* of one container */
    FAKE_MESSAGE_MAX = 1024,    /* bytes of a status text; what the fake composes is cut there */
    FAKE_CONNECTIONS_MAX = 4096,
    FAKE_HELD_MAX = 4096, /* answers and events that are held: beyond it rules that hold do not match */
    FAKE_LATE_MAX = 4096, /* requests whose effect is still to come: beyond it rules that delay it do not match */
    FAKE_CLIENT_MESSAGE_MAX = 16 << 20, /* bytes of a message that clients of containerd take */
    FAKE_UNTOLD_MAX = 4096,             /* exits that are still to be told: beyond it they are lost at once */
    FAKE_OVERLAPS_MAX = 4096, /* requests that keep others off: beyond it rules that let them do so do not match */
    FAKE_FILTERS_MAX = 64,    /* of one request */
    FAKE_ACTIONS_MAX = 64     /* actions of one step; what is left to do makes the deadline "now" */
};

/* UNKNOWN is only what an answer says. */
enum fake_process_status { FAKE_CREATED, FAKE_RUNNING, FAKE_STOPPED, FAKE_PAUSED, FAKE_UNKNOWN };

/* When a process ended, as an event or an answer tells it: exited_at_ns, or not at all, or as seconds and nanoseconds
 * that need not be a time that there is. */
enum fake_exited_at_kind { FAKE_EXITED_AT_TIME, FAKE_EXITED_AT_ABSENT, FAKE_EXITED_AT_RAW };

struct fake_exited_at {
    enum fake_exited_at_kind kind;
    int64_t seconds;
    int32_t nanos;
};

/* What is wrong with the message of an event. */
enum fake_damage {
    FAKE_DAMAGE_NONE,
    FAKE_DAMAGE_TYPE,       /* no API has its type */
    FAKE_DAMAGE_BODY,       /* it cannot be decoded; where it has an envelope, that can be */
    FAKE_DAMAGE_COMPRESSED, /* it is marked as compressed, which nobody agreed on */
    FAKE_DAMAGE_OVERSIZE    /* it is longer than FAKE_CLIENT_MESSAGE_MAX */
};

/* A process of a container: its init (exec_id empty) or an exec. exited_at_ns is wall-clock time, 0 while it lives. */
struct fake_process {
    struct text container_id;
    struct text exec_id;
    struct text name_space;
    enum fake_process_status status;
    uint32_t pid;
    uint32_t exit_status;
    bool exited;
    int64_t exited_at_ns;
    struct fake_exited_at exited_at; /* all zero but where the script has an answer say otherwise */
    uint32_t oom_kills;              /* Tasks.Metrics */
};

struct fake_label {
    struct text key;
    struct text value;
};

/* A value of google.protobuf.Any, passed through unread. */
struct fake_any {
    struct text type_url;
    struct text value;
};

struct fake_container {
    struct text id;
    struct text name_space;
    struct text image;
    struct text runtime_name;
    struct fake_any runtime_options;
    struct text snapshotter;
    struct text snapshot_key;
    struct fake_any spec;
    const struct fake_label *labels;
    size_t label_count;
    int64_t created_at_ns; /* wall clock */
    int64_t updated_at_ns;
};

enum fake_event_topic {
    FAKE_TOPIC_TASK_CREATE,
    FAKE_TOPIC_TASK_START,
    FAKE_TOPIC_TASK_EXIT,
    FAKE_TOPIC_TASK_OOM,
    FAKE_TOPIC_TASK_PAUSED,
    FAKE_TOPIC_TASK_RESUMED,
    FAKE_TOPIC_TASK_DELETE,
    FAKE_TOPIC_EXEC_ADDED,
    FAKE_TOPIC_EXEC_STARTED,
    FAKE_TOPIC_CONTAINER_CREATE,
    FAKE_TOPIC_CONTAINER_UPDATE,
    FAKE_TOPIC_CONTAINER_DELETE,
    FAKE_TOPIC_NAMESPACE_CREATE,
    FAKE_TOPIC_NAMESPACE_UPDATE,
    FAKE_TOPIC_NAMESPACE_DELETE
};

/* "/tasks/exit" and so on. */
const char *fake_topic_text(enum fake_event_topic topic);

/* One event of the log, as it is published. What the fake publishes of its own has all zero from exited_at on: only
 * what the script has forged can be otherwise. */
struct fake_published {
    enum fake_event_topic topic;
    struct text name_space;
    struct text container_id;
    struct text process_id; /* exit: the exec's id, or the container's for its init; exec events: the exec's */
    struct text image;      /* container create */
    struct text runtime_name;
    uint32_t pid;
    uint32_t exit_status;
    int64_t exited_at_ns;    /* wall clock; 0 where the topic has none */
    int64_t published_at_ns; /* wall clock */
    struct fake_exited_at exited_at;
    bool unknown_field; /* the message has one more field than the API knows */
    bool unfiltered;    /* it goes to every subscription, whatever its filters */
    enum fake_damage damage;
    bool has_bytes;    /* the message is these bytes, whatever they are; the rest says nothing */
    struct text bytes; /* at most FAKE_PAYLOAD_MAX */
};

enum fake_method {
    FAKE_VERSION,
    FAKE_INTROSPECTION_SERVER,
    FAKE_HEALTH_CHECK,
    FAKE_EVENTS_SUBSCRIBE,
    FAKE_EVENTS_PUBLISH, /* its topic is looked at; a good one is UNIMPLEMENTED */
    FAKE_CONTAINERS_GET,
    FAKE_CONTAINERS_LIST,
    FAKE_CONTAINERS_LIST_STREAM,
    FAKE_CONTAINERS_CREATE,
    FAKE_CONTAINERS_UPDATE,
    FAKE_CONTAINERS_DELETE, /* its task stays */
    FAKE_TASKS_GET,
    FAKE_TASKS_LIST,
    FAKE_TASKS_DELETE,
    FAKE_TASKS_CREATE,
    FAKE_TASKS_START, /* of an exec, where one is named; so are Get, Kill, Wait */
    FAKE_TASKS_KILL,
    FAKE_TASKS_WAIT, /* answered when the process ends */
    FAKE_TASKS_EXEC,
    FAKE_TASKS_DELETE_PROCESS,
    FAKE_TASKS_PAUSE,
    FAKE_TASKS_RESUME,
    FAKE_TASKS_LIST_PIDS,
    FAKE_TASKS_METRICS,
    FAKE_NAMESPACES_GET,
    FAKE_NAMESPACES_LIST,
    FAKE_NAMESPACES_CREATE,
    FAKE_NAMESPACES_UPDATE,
    FAKE_NAMESPACES_DELETE,
    FAKE_LEASES_CREATE,
    FAKE_LEASES_DELETE,
    FAKE_INTROSPECTION_PLUGINS,
    FAKE_METHOD_COUNT
};

/* "Tasks.Delete": the name that scenarios and reports use. fake_method_of returns FAKE_METHOD_COUNT for a name it does
 * not know. */
const char *fake_method_name(enum fake_method method);
enum fake_method fake_method_of(struct text name);

/* True iff the answer is about all containers or tasks of a namespace. */
bool fake_method_lists(enum fake_method method);

struct fake_request {
    enum fake_method method;
    struct text name_space; /* of the containerd-namespace header; empty where there was none */
    struct text container_id;
    struct text exec_id;
    const struct text *filters;      /* Subscribe, List: the first FAKE_FILTERS_MAX; an Update: the paths of its mask */
    size_t filter_count;             /* how many there were: more than that are refused */
    bool kill;                       /* Tasks.Delete: what lives is killed, not refused */
    bool with_container;             /* Tasks.Create: the container is made too, where there is none */
    bool all;                        /* Tasks.Kill: what has ended already is no fault */
    uint32_t signal;                 /* Tasks.Kill */
    struct text runtime_name;        /* Tasks.Create */
    struct fake_any spec;            /* Tasks.Create */
    struct fake_container container; /* Containers.Create, Update: without its name space */
    struct text subject;             /* Namespaces, Leases: the name or id; Publish: the topic */
};

/* The answer to a unary request or, for a list stream, all of it. */
struct fake_response {
    int status; /* gRPC status code */
    struct text message;
    bool scripted;                           /* status and message are the script's: to be sent as they are */
    struct fake_process process;             /* whatever is about one process */
    const struct fake_process *processes;    /* Tasks.List, ListPids, Metrics */
    const struct fake_container *containers; /* whatever is about one or many; Namespaces, Leases: only the names */
    size_t count;                            /* of processes or containers */
};

#endif
