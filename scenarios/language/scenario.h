/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_H
#define SCENARIOS_LANGUAGE_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "scenarios/language/call.h"
#include "scenarios/language/fault.h"
#include "scenarios/language/owner.h"

/*
 * A scenario file as plain values, checked: every id that a step names exists, every policy, code and promise is a
 * known one. All texts are NUL-free UTF-8 and belong to the scenario. Times are nanoseconds. Lines and columns count
 * from 1.
 */

enum scenario_limits {
    SCENARIO_BYTES_MAX = 1 << 20,
    SCENARIO_NODES_MAX = 100000, /* scalars, lists and mappings of the file */
    SCENARIO_DEPTH_MAX = 16,     /* lists and mappings within each other */
    SCENARIO_STEPS_MAX = 1000,   /* blocks and what is in them counted */
    SCENARIO_BLOCK_MAX = 64,     /* entries of one `any order`, and steps that may come next at one moment */
    SCENARIO_CONTAINERS_MAX = 1000,
    SCENARIO_EXECS_MAX = 1000, /* of one container */
    SCENARIO_LABELS_MAX = 64,  /* of one container */
    SCENARIO_LABEL_MAX = 4096, /* bytes of a label's key and value together, as containerd has it */
    SCENARIO_RULES_MAX = 256,
    SCENARIO_EXPECTATIONS_MAX = 256, /* of one kind */
    SCENARIO_TIMES_MAX = 256,        /* entries of `at` of one expectation */
    SCENARIO_HANDLERS_MAX = 64,
    SCENARIO_BREAKS_MAX = 64,
    SCENARIO_ID_MAX = 76,          /* bytes of an id, as containerd's identifiers */
    SCENARIO_MESSAGE_MAX = 1024,   /* bytes of a status text */
    SCENARIO_TEXT_MAX = 4096,      /* bytes of title, why, policy */
    SCENARIO_PUBLISHED_MAX = 4096, /* bytes of a message that is published as it is */
    SCENARIO_REPEATS_MAX = 10000,  /* of one publish */
    SCENARIO_CUT_MAX = 65536,      /* bytes after which a message is cut */
    SCENARIO_CHOICES_MAX = 10000,
    SCENARIO_CHOICE_LABEL_MAX = 32 /* bytes */
};

/* The longest duration that a file may name: 1000 h. So the times of all steps can be added without overflow. */
#define SCENARIO_DURATION_MAX_NS INT64_C(3600000000000000)

/* Virtual time that a run may take after the last step where `within` is not given. */
#define SCENARIO_WITHIN_DEFAULT_NS INT64_C(5000000000)

/* The API that both sides speak. */
enum scenario_api { SCENARIO_API_V1, SCENARIO_API_EXECUTION };

enum scenario_state { SCENARIO_NO_TASK, SCENARIO_CREATED, SCENARIO_RUNNING, SCENARIO_EXITED };

struct scenario_exec {
    struct text id;
    uint32_t pid; /* 0: the fake chooses */
    struct scenario_place place;
};

struct scenario_label {
    struct text key;
    struct text value;
};

struct scenario_container {
    struct text id;
    enum scenario_state state; /* default running */
    uint32_t pid;              /* 0: the fake chooses (never where state is no task) */
    uint32_t code;             /* of an exited one, or of what exits at once */
    bool ignores_sigterm;      /* the init process of each of its tasks does */
    bool exits_at_once;        /* likewise, when it has been started */
    struct scenario_exec *execs;
    size_t exec_count;
    struct scenario_label *labels;
    size_t label_count;
    struct scenario_place place;
};

/* The handler's side at the start, where it differs from the containers. */
struct scenario_record {
    struct text id;
    enum scenario_state state; /* created, running, exited */
    uint32_t pid;
    int32_t code;
    bool has_finished_at;
    int64_t finished_at_ns; /* wall clock, exited */
    bool inferred;          /* exited */
    bool delete_pending;    /* exited */
    struct scenario_place place;
};

enum scenario_records { SCENARIO_RECORDS_AS_GIVEN, SCENARIO_RECORDS_NONE, SCENARIO_RECORDS_LISTED };

enum scenario_socket {
    SCENARIO_SOCKET_SERVES,
    SCENARIO_SOCKET_MISSING,
    SCENARIO_SOCKET_REFUSES,
    SCENARIO_SOCKET_NEVER_ACCEPTS, /* who connects waits, and is cut off when the path shows something else */
    SCENARIO_SOCKET_STAYS_SILENT   /* who connects is accepted, and hears nothing at all */
};

struct scenario_given {
    struct text name_space; /* default "default" */
    enum scenario_socket socket;
    struct scenario_container *containers;
    size_t container_count;
    enum scenario_records records_kind;
    struct scenario_record *records;
    size_t record_count;
};

enum scenario_verb {
    SCENARIO_SEQUENCE,  /* children one after another */
    SCENARIO_ANY_ORDER, /* children in any order */
    SCENARIO_AT_ONCE,   /* children in order at one instant, before anything is delivered; none is a block */
    SCENARIO_CREATE,
    SCENARIO_START,
    SCENARIO_EXEC,
    SCENARIO_EXIT,
    SCENARIO_OOM,
    SCENARIO_REMOVE,
    SCENARIO_DISCONNECT,
    SCENARIO_RESTART,
    SCENARIO_ADVANCE, /* nothing happens; time passes */
    SCENARIO_PUBLISH, /* an event is forged and sent to whoever subscribes; no state changes */
    SCENARIO_GOAWAY,  /* every connection gets a GOAWAY */
    SCENARIO_SILENCE, /* every connection, or stream of events, stays up, and nothing is said on it any more */
    SCENARIO_SOCKET,  /* the path shows something else; no connection is touched */
    SCENARIO_LOCK,    /* the handler's record is locked: who asks for it waits */
    SCENARIO_UNLOCK,
    SCENARIO_CALL,      /* a scripted client asks, and waits for its answer, or goes on */
    SCENARIO_ANSWERED,  /* an earlier call has this answer by now */
    SCENARIO_HEARD,     /* a subscriber has heard this since the last time */
    SCENARIO_KILL_SHIM, /* the shim of a container dies, with its processes */
    SCENARIO_SET_CLOCK, /* containerd's wall clock jumps */
    SCENARIO_RECORD,    /* a record is put into the handler's store, or taken out of it, by somebody else */
    SCENARIO_HANDLER,   /* the handler's process crashes, stops or starts */
    SCENARIO_ASK,       /* the owner asks the handler for something */
    SCENARIO_ABANDON,   /* the owner does not wait for the answer any more */
    SCENARIO_RELEASE    /* what a fault holds under that name goes on, and nothing is held under it any more */
};

/* What is wrong with an event that is sent whole. */
enum scenario_damage {
    SCENARIO_DAMAGE_NONE,
    SCENARIO_DAMAGE_TYPE,       /* nobody knows its type */
    SCENARIO_DAMAGE_BODY,       /* it cannot be decoded; in v1 what is around it can */
    SCENARIO_DAMAGE_COMPRESSED, /* it is marked as compressed, which nobody agreed on */
    SCENARIO_DAMAGE_OVERSIZE    /* it is longer than clients of containerd take */
};

/* What PUBLISH sends, beside the step's container, exec, pid and code. */
struct scenario_published {
    bool has_bytes;
    struct text bytes; /* the whole message, of any bytes and perhaps of none; then nothing else is set */
    enum scenario_event event;
    struct text name_space; /* v1; empty: that of everything */
    bool unfiltered;        /* also to whoever has asked for other events */
    enum scenario_damage damage;
    struct scenario_exited exited;
    bool unknown_field; /* one more field than the API has */
};

enum scenario_last {
    SCENARIO_LAST_NONE, /* stream 0: none goes on */
    SCENARIO_LAST_ALL,  /* the last one there is */
    SCENARIO_LAST_ANY,  /* the last one there can ever be */
    SCENARIO_LAST_EVEN  /* an even one, which no client has */
};

/* What the server still does on a connection that has fallen silent. */
enum scenario_silence { SCENARIO_SILENCE_ANSWERS_PINGS, SCENARIO_SILENCE_ONLY_READS, SCENARIO_SILENCE_DOES_NOTHING };

enum scenario_scope { SCENARIO_SCOPE_EVENTS, SCENARIO_SCOPE_CONNECTIONS };

struct scenario_step {
    enum scenario_verb verb;
    bool has_at;
    int64_t at_ns; /* after the previous step of the same sequence, or the start of an `any order`; ADVANCE: how long */
    struct text container;
    struct text name_space;    /* of the container; empty: that of everything */
    struct text exec;          /* EXIT, EXEC, PUBLISH */
    uint32_t pid;              /* CREATE, EXEC: 0 lets the fake choose; PUBLISH: as it is */
    uint32_t code;             /* EXIT, PUBLISH */
    enum scenario_scope scope; /* DISCONNECT */
    enum scenario_end how;     /* DISCONNECT of EVENTS */
    uint32_t http2_code;       /* RESET, GOAWAY */
    int status;                /* STATUS: gRPC status; 0 is a clean end */
    struct text message;       /* STATUS */
    struct scenario_published published;
    uint32_t times;                /* PUBLISH: how often, each as a step of its own; 0 is once */
    enum scenario_last last;       /* GOAWAY, with http2_code: the last stream that it lets go on */
    bool goaway_close;             /* GOAWAY: the connection closes at once, not when its streams are done */
    struct text hold;              /* RELEASE; ABANDON: what is abandoned */
    int64_t down_ns;               /* RESTART; HANDLER that crashes */
    enum scenario_silence silence; /* SILENCE */
    enum scenario_socket socket;   /* RESTART: what the path shows meanwhile; SOCKET: from now on */
    bool state_lost;               /* RESTART */
    struct scenario_call call;     /* CALL, ANSWERED, HEARD */
    bool exits_late;               /* RESTART: what exits meanwhile is told later; else never */
    struct text *tasks_lost;       /* RESTART: containers whose task is gone afterwards */
    size_t tasks_lost_count;
    struct text *containers_lost; /* RESTART: containers that are gone afterwards */
    size_t containers_lost_count;
    bool has_pid;                  /* KILL_SHIM: the exit tells pid, 0 as it is; else that of the init process */
    bool exit_lost;                /* KILL_SHIM: nothing is told of it */
    int64_t clean_after_ns;        /* KILL_SHIM: when the task is gone and its exit told; INT64_MAX: never */
    int64_t by_ns;                 /* SET_CLOCK: forwards, or below 0 backwards */
    struct scenario_record record; /* RECORD: what it says; its id is the container's; NO_TASK: it is taken out */
    enum scenario_fate fate;       /* HANDLER */
    struct scenario_ask ask;       /* ASK */
    struct scenario_moment after;  /* what it waits for; then at_ns counts from there */
    struct scenario_step *children;
    size_t child_count;
    struct scenario_place place;
};

enum scenario_expectation_kind {
    SCENARIO_EXPECT_CONTAINER,   /* the handler's record of a container */
    SCENARIO_EXPECT_CALLED,      /* calls that reached the fake */
    SCENARIO_EXPECT_DIALED,      /* attempts to connect */
    SCENARIO_EXPECT_EXITS_WHILE, /* sometimes: the container's init exits while no stream is open */
    SCENARIO_EXPECT_NOTED,       /* notes of the handler that have all that is given here */
    SCENARIO_EXPECT_STREAMS,     /* subscriptions that are open at the server */
    SCENARIO_EXPECT_ANSWERED     /* the owner has got an answer to what it asked for */
};

struct scenario_expectation {
    enum scenario_expectation_kind kind;
    struct text promise; /* its short name in `breaks`, also a built-in one */
    struct text under;   /* the one policy that it is judged for; empty: all, or reliable where promise is empty */
    struct scenario_place under_place;
    struct text container; /* CONTAINER, EXITS_WHILE; CALLED, NOTED: empty for any */
    bool has_record;       /* CONTAINER: false where `state: none` (no record at all) */
    bool has_state;        /* CONTAINER, ANSWERED */
    enum scenario_state state;
    bool has_code; /* likewise */
    int32_t code;
    bool has_pid;
    uint32_t pid;
    bool has_finished_at;
    int64_t finished_at_ns; /* wall clock; any number where it is given in nanoseconds */
    bool has_reason;
    struct text reason;
    bool has_inferred;
    bool inferred;
    bool has_delete_pending;
    bool delete_pending;
    struct text operation; /* ANSWERED: its name */
    bool has_after;        /* ANSWERED */
    int64_t after_ns;      /* since it was asked for */
    struct text rpc;       /* CALLED */
    struct text note;      /* NOTED: "stream-failed"; that there is such a note is not checked here */
    struct scenario_place note_place;
    bool has_status;       /* NOTED, ANSWERED */
    int status;            /* gRPC status of the outcome that is told */
    bool has_note_text;    /* NOTED, ANSWERED */
    struct text note_text; /* message of the outcome that is told, whole */
    uint32_t streams_open; /* STREAMS */
    bool has_times;        /* NOTED with neither times nor at: at least once */
    uint32_t times;
    int64_t *at_ns; /* CALLED, DIALED, NOTED: when, counted from the first */
    size_t at_count;
    struct scenario_place place;
};

struct scenario_expectations {
    struct scenario_expectation *items;
    size_t count;
};

struct scenario_expect {
    struct scenario_expectations always;
    struct scenario_expectations finally;
    struct scenario_expectations never;
    struct scenario_expectations sometimes;
    bool has_within;
    int64_t within_ns; /* judged that long after the last step, instead of when all is quiet */
};

struct scenario_handler {
    struct text policy; /* of the right shape; that its switches are there is not checked here */
    struct scenario_place policy_place;
    struct text *breaks; /* promises, built-in or of this file's expectations */
    size_t break_count;
    struct scenario_place place;
};

/* One draw of the run: what exploration found and a plain run then does again. */
struct scenario_choice {
    struct text label; /* what it decides; NUL-terminated. That there is such a draw is not checked here */
    uint32_t value;    /* below the draw's bound, which is not checked here either */
    struct scenario_place place;
};

struct scenario {
    struct text file; /* as it was called; for messages */
    struct text title;
    struct text why;
    enum scenario_api api; /* default v1 */
    struct scenario_given given;
    struct scenario_fault *faults;
    size_t fault_count;
    struct scenario_step steps; /* a SEQUENCE */
    struct scenario_expect expect;
    bool no_handler; /* `handlers: none`: only scripted clients */
    struct scenario_handler *handlers;
    size_t handler_count;
    struct scenario_choice *choices; /* the first draws of the run, in order; those after them are 0 */
    size_t choice_count;
};

/* Reads a scenario from memory. file names it in messages. 0; or ERROR_MALFORMED, ERROR_INVALID, ERROR_LIMIT,
 * ERROR_NO_MEMORY with one sentence that begins "FILE:LINE:COLUMN: ". */
int scenario_parse(struct scenario **ret_scenario, struct text file, struct text content, struct error *error);
void scenario_free(struct scenario *scenario);

#endif
