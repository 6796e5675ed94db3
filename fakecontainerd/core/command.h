/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_COMMAND_H
#define FAKECONTAINERD_CORE_COMMAND_H

#include "fakecontainerd/core/values.h"

/*
 * What a script can make happen to the fake: the verbs of the scenario language as values.
 */
enum fake_command_kind {
    FAKE_COMMAND_ADD,        /* container and its task as `given`: appears without an event */
    FAKE_COMMAND_ADD_EXEC,   /* an exec as `given`: appears without an event */
    FAKE_COMMAND_ADD_RULE,   /* rule */
    FAKE_COMMAND_SOCKET,     /* socket: as `given`, before FAKE_START; later the path changes, and no connection */
    FAKE_COMMAND_CREATE,     /* container and task come to be: /containers/create, /tasks/create */
    FAKE_COMMAND_START_TASK, /* /tasks/start */
    FAKE_COMMAND_EXEC,       /* /tasks/exec-added, /tasks/exec-started */
    FAKE_COMMAND_EXIT,       /* process ends with exit_status: /tasks/exit */
    FAKE_COMMAND_OOM,        /* /tasks/oom; nothing else */
    FAKE_COMMAND_REMOVE,     /* task and container vanish: /tasks/delete, /containers/delete */
    FAKE_COMMAND_DISCONNECT, /* end, scope */
    FAKE_COMMAND_RESTART, /* down_ns, socket, state: all connections close; after down_ns the server is there again */
    FAKE_COMMAND_PUBLISH, /* forged: an event that nothing has caused, to whoever subscribes; nothing else changes */
    FAKE_COMMAND_GOAWAY,  /* goaway: to every connection */
    FAKE_COMMAND_SILENCE, /* scope, silence: of all subscriptions or connections there are, and none that comes later */
    FAKE_COMMAND_KILL_SHIM, /* container_id, exit_status, pid, exit_lost, clean_after_ns: see shim.h */
    FAKE_COMMAND_SET_CLOCK, /* by_ns: the fake's wall clock jumps */
    FAKE_COMMAND_RELEASE,   /* hold: what is held under that name goes on, and nothing is held under it any more */
    FAKE_COMMAND_CALM       /* no rule strikes any more, what they hold goes on, and the path serves */
};

/* What a path shows. Whoever waits at one that never accepts is cut off when that changes. */
enum fake_socket {
    FAKE_SOCKET_SERVES,
    FAKE_SOCKET_MISSING,       /* there is no file */
    FAKE_SOCKET_REFUSES,       /* a file that refuses */
    FAKE_SOCKET_NEVER_ACCEPTS, /* who connects waits, and can write, until the queue is full */
    FAKE_SOCKET_STAYS_SILENT   /* who connects is accepted, and hears nothing at all */
};

/* What becomes of a connection that stays up and on which nothing is said any more. Its requests have no effect. */
enum fake_silence {
    FAKE_SILENCE_NONE,
    FAKE_SILENCE_ANSWERS_PINGS, /* HTTP/2 is alive, and only what is above it is not */
    FAKE_SILENCE_ONLY_READS,    /* bytes are taken, and none are given */
    FAKE_SILENCE_DOES_NOTHING   /* they are not taken either, and it is not seen when the client goes */
};

enum fake_restart_state { FAKE_STATE_KEPT, FAKE_STATE_LOST };

enum fake_stream_end_kind {
    FAKE_END_STATUS,       /* trailers with status and text; OK is a clean end */
    FAKE_END_RESET,        /* RST_STREAM with the HTTP/2 error code */
    FAKE_END_NO_STATUS,    /* trailers in which grpc-status is missing */
    FAKE_END_NO_TRAILERS,  /* END_STREAM on DATA */
    FAKE_END_CONTENT_TYPE, /* 503 and text/plain instead of gRPC; where headers have gone out, in the trailers */
    FAKE_END_TRUNCATED,    /* the first half of a message, then trailers with OK */
    FAKE_END_COMPRESSED    /* a message that claims to be compressed, then trailers with OK */
};

struct fake_stream_end {
    enum fake_stream_end_kind kind;
    int status;
    struct text text;
    uint32_t http2_code;
};

enum fake_scope {
    FAKE_SCOPE_EVENTS,     /* every open subscription */
    FAKE_SCOPE_CONNECTIONS /* every connection, at once and with nothing said */
};

/* What GOAWAY says of the streams that are open, and when the connection is closed. */
enum fake_goaway_last {
    FAKE_LAST_NONE, /* no stream: all are refused */
    FAKE_LAST_ALL,  /* the highest that was seen: all go on */
    FAKE_LAST_ANY,  /* the highest there can be: a notice, which refuses nothing yet */
    FAKE_LAST_EVEN  /* above all, and of a kind that clients do not have: HTTP/2 forbids it */
};

struct fake_goaway {
    enum fake_goaway_last last;
    uint32_t http2_code;
    bool close; /* as soon as it has been sent; else when no stream is left */
};

enum fake_rule_do {
    FAKE_DO_FAIL,         /* answer with status and text, no effect */
    FAKE_DO_DELAY,        /* do as asked, answer after delay_ns; or the event is told that much later */
    FAKE_DO_HANG,         /* take the request: no effect, or a late one, and no answer ever */
    FAKE_DO_END,          /* no effect; the stream ends as `end` says */
    FAKE_DO_LOSE_REPLY,   /* do as asked; instead of an answer the connection is closed, with nothing said */
    FAKE_DO_LOSE_REQUEST, /* no effect, and the connection is closed likewise */
    FAKE_DO_HOLD,         /* do as asked, but keep the answer, or the event, until RELEASE of `hold` */
    FAKE_DO_DROP,         /* the event is sent to nobody */
    FAKE_DO_DUPLICATE,    /* the event is sent twice */
    FAKE_DO_ANSWER,       /* do as asked; the answer says what `told` says */
    FAKE_DO_LEAVE_OUT,    /* do as asked; the list that is the answer does not have the container (none: it is empty) */
    FAKE_DO_CUT /* of the event its prefix and the first cut_after bytes are sent, never all; then the connection is
                   closed */
};

/* What an answer says of a process, whatever is true. Of one that is said not to have ended it tells no end. */
struct fake_told {
    bool has_status;
    enum fake_process_status status;
    bool has_pid;
    uint32_t pid;
    bool has_exit_status;
    uint32_t exit_status;
    bool has_exited_at;
    struct fake_exited_at exited_at;
    bool has_oom_kills;
    uint32_t oom_kills;
};

/* What a rule that holds waits for; from then on it holds nothing, also where it had not held yet. */
enum fake_barrier_kind {
    FAKE_BARRIER_NONE,
    FAKE_BARRIER_ASKED,    /* a request of the method has arrived */
    FAKE_BARRIER_ANSWERED, /* one has been answered */
    FAKE_BARRIER_TOLD      /* an event of the topic has been sent to whoever wanted it */
};

struct fake_barrier {
    enum fake_barrier_kind kind;
    enum fake_method method;
    enum fake_event_topic topic;
    struct text container_id; /* empty: any */
};

/* A fault: the first `times` requests that match get it, or where it is about events the first so many of them; times 0
 * is every one. */
struct fake_rule {
    bool of_events; /* HOLD, DELAY, DROP, DUPLICATE, CUT: it meets events of that topic, before anybody gets them, and
                       no request */
    enum fake_event_topic topic; /* where of_events */
    enum fake_method method;     /* else */
    struct text container_id;    /* empty: any; a list is of every container that it has */
    enum fake_rule_do action;
    int status;
    struct text text;
    int64_t delay_ns;      /* DELAY */
    bool headers;          /* DELAY of a subscription: its headers are sent at once */
    bool has_within;       /* ANSWER: it matches only until delay_ns after the container's init has ended */
    struct fake_told told; /* ANSWER */
    bool has_meanwhile;    /* DELAY, HOLD: until it is answered, others of the method and process get that */
    int meanwhile_status;
    struct text meanwhile_text; /* at most FAKE_MESSAGE_MAX */
    uint32_t times;
    bool up_to;    /* as often at the most: a step with `spare` goes by it as if it were not there */
    bool followed; /* the next rule takes its turn when this one is used up: a step that spares it uses it up */
    struct fake_stream_end end; /* FAKE_DO_END */
    bool has_effect; /* FAKE_DO_FAIL and FAKE_DO_HANG, and late_can: it is done all the same, effect_after_ns later */
    int64_t effect_after_ns;
    uint32_t cut_after; /* FAKE_DO_CUT */
    struct text hold;   /* FAKE_DO_HOLD: the name, at most FAKE_ID_MAX; empty only where it waits for something */
    struct fake_barrier until; /* FAKE_DO_HOLD */
};

struct fake_command {
    enum fake_command_kind kind;
    struct fake_container container; /* ADD, CREATE */
    struct text name_space;
    struct text container_id;
    struct text exec_id;             /* empty: the init process */
    enum fake_process_status status; /* ADD */
    bool has_task;                   /* ADD */
    bool ignores_sigterm;            /* ADD: the init process of every task of the container */
    bool exits_at_once;              /* ADD: likewise, with exit_status, when it has been started */
    uint32_t pid;                    /* ADD, CREATE, EXEC: 0 lets the fake choose */
    uint32_t exit_status;            /* EXIT; ADD of a stopped one, or of what exits at once */
    struct fake_stream_end end;      /* DISCONNECT */
    enum fake_scope scope;           /* DISCONNECT, SILENCE */
    enum fake_socket socket;         /* SOCKET, RESTART */
    enum fake_restart_state state;   /* RESTART */
    int64_t down_ns;                 /* RESTART */
    bool exits_late;                 /* RESTART: what exits meanwhile is told later, see untold.h; else never */
    const struct text *tasks_lost;   /* RESTART: these containers have no task any more, and nobody is told */
    size_t tasks_lost_count;
    const struct text *containers_lost; /* RESTART: these are gone with their tasks */
    size_t containers_lost_count;
    bool has_pid;                 /* KILL_SHIM: the exit tells pid, 0 as it is; else that of the init */
    bool exit_lost;               /* KILL_SHIM: nothing is told */
    int64_t clean_after_ns;       /* KILL_SHIM: TIME_NEVER for never */
    int64_t by_ns;                /* SET_CLOCK: forwards, or below 0 backwards */
    struct fake_rule rule;        /* ADD_RULE */
    struct fake_published forged; /* PUBLISH: all but published_at_ns; an exit at FAKE_EXITED_AT_TIME 0 is now */
    struct fake_goaway goaway;    /* GOAWAY */
    enum fake_silence silence;    /* SILENCE of connections */
    struct text hold;             /* RELEASE */
};

/* "exit", "disconnect": the verb, for traces. */
const char *fake_command_name(enum fake_command_kind kind);

#endif
