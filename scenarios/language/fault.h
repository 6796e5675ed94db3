/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_FAULT_H
#define SCENARIOS_LANGUAGE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "scenarios/language/owner.h"

/*
 * The faults of a scenario as plain values: what is done to which requests and events. A part of scenario.h.
 */
struct scenario_place {
    size_t line;
    size_t column;
};

/* What containerd can say of a task. */
enum scenario_told_state {
    SCENARIO_TOLD_CREATED,
    SCENARIO_TOLD_RUNNING,
    SCENARIO_TOLD_EXITED,
    SCENARIO_TOLD_PAUSED,
    SCENARIO_TOLD_UNKNOWN
};

enum scenario_do {
    SCENARIO_DO_FAIL,
    SCENARIO_DO_DELAY,
    SCENARIO_DO_HANG,         /* the request is taken: it has no effect, or a late one, and never gets an answer */
    SCENARIO_DO_END,          /* the stream is opened and ends at once, as `how` says */
    SCENARIO_DO_LOSE_REPLY,   /* the work is done, and the connection fails before the answer */
    SCENARIO_DO_LOSE_REQUEST, /* the connection fails, and nothing is done */
    SCENARIO_DO_HOLD,         /* the work is done or the event has happened; it is told when a step releases it */
    SCENARIO_DO_DROP,         /* the event is sent to nobody */
    SCENARIO_DO_DUPLICATE,    /* the event is sent twice */
    SCENARIO_DO_CUT,          /* of the event only the beginning is sent, and the connection fails */
    SCENARIO_DO_ANSWER,       /* the work is done, and the answer says what is not so */
    SCENARIO_DO_LEAVE_OUT     /* the answer is a list in which the container is missing */
};

/* How a stream ends. Headers go before each of them but RESET. */
enum scenario_end {
    SCENARIO_END_STATUS,       /* trailers with a gRPC status and a message */
    SCENARIO_END_RESET,        /* RST_STREAM with an HTTP/2 error */
    SCENARIO_END_CLEAN,        /* trailers with OK */
    SCENARIO_END_NO_STATUS,    /* trailers without grpc-status */
    SCENARIO_END_NO_TRAILERS,  /* END_STREAM with the last data */
    SCENARIO_END_CONTENT_TYPE, /* :status 503 and text/plain */
    SCENARIO_END_TRUNCATED,    /* half of a message, then trailers with OK */
    SCENARIO_END_COMPRESSED    /* a message that is marked as compressed */
};

enum scenario_event {
    SCENARIO_EVENT_EXIT,
    SCENARIO_EVENT_OOM,
    SCENARIO_EVENT_CREATE,
    SCENARIO_EVENT_START,
    SCENARIO_EVENT_PAUSED,
    SCENARIO_EVENT_EXEC_ADDED,
    SCENARIO_EVENT_DELETE
};

enum scenario_exited_at {
    SCENARIO_EXITED_AT_DEFAULT, /* now in api v1, absent in api execution */
    SCENARIO_EXITED_AT_ABSENT,
    SCENARIO_EXITED_AT_GIVEN /* any seconds and nanos, also what is no time */
};

struct scenario_exited {
    enum scenario_exited_at kind;
    int64_t seconds; /* of a given one */
    int32_t nanos;
};

/* What an answer says of a task instead of what is. */
struct scenario_told {
    bool has_state;
    enum scenario_told_state state;
    bool has_pid;
    uint32_t pid;
    bool has_code;
    uint32_t code;
    struct scenario_exited exited; /* DEFAULT: as it is */
    bool has_oom_kills;
    uint32_t oom_kills;
};

/* A fault that follows another is done once the one before it in the list is used up. */
enum scenario_turn { SCENARIO_TURN_FIRST, SCENARIO_TURN_THEN, SCENARIO_TURN_AFTER_THAT };

/* What others get while a request is under way. */
struct scenario_meanwhile {
    int code;
    struct text message; /* default: the code's name in words */
};

/* What a hold waits for. When it has come, what is held goes on and nothing more is held, also where it came first. */
enum scenario_until_kind {
    SCENARIO_UNTIL_NOTHING,  /* a release alone ends it */
    SCENARIO_UNTIL_ASKED,    /* a request has arrived */
    SCENARIO_UNTIL_ANSWERED, /* one has been answered, or refused */
    SCENARIO_UNTIL_EVENT     /* an event has been sent to whoever was subscribed */
};

struct scenario_until {
    enum scenario_until_kind kind;
    struct text rpc; /* ASKED, ANSWERED */
    bool has_event;
    enum scenario_event event; /* EVENT */
    struct text container;     /* empty: any */
};

struct scenario_fault {
    struct text rpc; /* "Tasks.Delete"; `stream: events` is "Events.Subscribe"; empty where has_store */
    bool has_store;  /* it is about requests of the handler to its store: FAIL, DELAY, HOLD */
    enum scenario_store store;
    bool has_event; /* it is about events of the stream, not about requests: HOLD, DELAY, DROP, DUPLICATE, CUT */
    enum scenario_event event;
    struct text container; /* empty: any */
    enum scenario_do action;
    int code;            /* gRPC status, FAIL */
    struct text message; /* FAIL; default: the code's name in words */
    bool has_for;
    int64_t for_ns;            /* DELAY: how much later; ANSWER: only that long after the container's exit */
    struct scenario_told told; /* ANSWER */
    bool headers;              /* DELAY of the stream: its headers come at once */
    bool has_meanwhile;        /* DELAY, HOLD: others of the same container are refused until it is answered */
    struct scenario_meanwhile meanwhile;
    enum scenario_end how; /* END: never STATUS */
    uint32_t http2_code;   /* END with RESET */
    bool has_effect;       /* FAIL and HANG of Tasks.Delete, Create, Start: it is done all the same, later */
    int64_t effect_after_ns;
    uint32_t cut_after;          /* CUT: bytes of the message, without its prefix */
    struct text hold;            /* HOLD: the name to release it by; empty where it has none but `until` */
    struct scenario_until until; /* HOLD */
    uint32_t times;              /* 0: every time */
    bool up_to;                  /* as often at the most: exploration may spare a request, a plain run does not */
    enum scenario_turn turn;
    struct scenario_place place;
};

#endif
