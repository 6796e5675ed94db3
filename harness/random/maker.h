/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RANDOM_MAKER_H
#define HARNESS_RANDOM_MAKER_H

#include "base/buffer.h"
#include "base/random.h"
#include "harness/random/scenario.h"

/*
 * What the files that make up a scenario share: the generator, what is switched on, who appears, and the text so far.
 */
enum random_kind {
    KIND_EXECUTION, /* the API of 2017 */
    KIND_CREATE,    /* containers that come to be */
    KIND_RECORDS,   /* the handler knows nothing at first */
    KIND_EXECS,
    KIND_OOM,
    KIND_LOCK,
    KIND_REMOVE,
    KIND_AGAIN,    /* a removed container comes back */
    KIND_SAME_PID, /* with the pid that it had */
    KIND_ECHO,     /* an exit is told again */
    KIND_MADE_UP,  /* as nobody knows it */
    KIND_LABELS,   /* YAML's and gRPC's business, not the handler's */
    KIND_ENDED,    /* containers that ended while no handler was there, and records that are not so */
    KIND_SHIM,     /* shims die, and their containers with them */
    KIND_OWNER,    /* somebody asks the handler to create, start, stop and remove */
    KIND_ABANDON,  /* and does not wait for it */
    KIND_STUBBORN, /* processes that do not end by SIGTERM */
    KIND_SHORT,    /* and such as are over as soon as they are started */
    KIND_FORGET,   /* somebody else takes a record away */
    KIND_CRASH,
    KIND_STOP,
    KIND_CLOCK,
    KIND_FOREIGN,
    KIND_STRANGER,
    KIND_DAMAGE,
    KIND_FORGED_EXEC, /* the exit of an exec that has its container's pid */
    KIND_DISCONNECT,
    KIND_END,
    KIND_CONNECTION,
    KIND_RESTART,
    KIND_LOST,       /* a restart loses tasks */
    KIND_LATE_EXITS, /* what exits meanwhile is told later */
    KIND_SOCKET,
    KIND_GOAWAY,
    KIND_SILENCE,
    KIND_MUTE, /* a stream falls silent */
    KIND_FAIL,
    KIND_EFFECT_AFTER,
    KIND_DELAY,
    KIND_HANG,
    KIND_LOSE_REPLY,
    KIND_LOSE_REQUEST,
    KIND_HOLD,
    KIND_SUBSCRIBE,
    KIND_DUPLICATE,
    KIND_DROP,
    KIND_CUT,
    KIND_HOLD_EVENT,
    KIND_DELAY_EVENT,
    KIND_LIE,      /* an answer that is not so */
    KIND_LEFT_OUT, /* a list that lacks something */
    KIND_STORE_FAIL,
    KIND_STORE_SLOW,
    KIND_UP_TO,
    KIND_THEN,
    KIND_TIMES,   /* steps have times of their own */
    KIND_IN_TURN, /* not all in one `any order` */
    /* Those that came later change what others have drawn, and draw nothing, so that most seeds make the world that
     * they made before. */
    KIND_LATE_START,  /* of an owner: what is done behind its failure is a Start */
    KIND_LATE_CREATE, /* the same of a Create */
    KIND_LATE_UNTOLD, /* and nothing is answered before */
    KIND_COUNT
};

/* What becomes of a container. */
enum made_fate {
    FATE_EXIT,
    FATE_LIVES, /* to the end of the story */
    FATE_SHIM,  /* its shim dies */
    FATE_LOST,  /* a restart loses its task */
    FATE_OWNED, /* its owner starts and stops it */
    FATE_ENDED, /* it has ended before all this */
    FATE_COUNT
};

enum { MADE_STEPS_MAX = 24, MADE_STEP_SIZE = 160 };

/* Steps that may stand in one block. */
struct made_steps {
    char texts[MADE_STEPS_MAX][MADE_STEP_SIZE];
    size_t count;
};

struct maker {
    struct buffer *out;
    struct random random;
    uint64_t on; /* bit i: enum random_kind i */
    size_t container_count;
    size_t aim; /* the container that most of it is about; container_count: all alike */
    enum made_fate fates[RANDOM_CONTAINERS_MAX];
    uint32_t begun[RANDOM_CONTAINERS_MAX]; /* of an owned one: enum made_begin */
    size_t hold_count;                     /* names that are held, to be released in the end */
    size_t ask_count;                      /* names of what is asked */
};

/* As what an owned container is given. */
enum made_begin { BEGIN_RUNNING, BEGIN_CREATED, BEGIN_NOTHING, BEGIN_COUNT };

bool maker_is_on(const struct maker *maker, enum random_kind kind);

/* True in one of n cases, n >= 1. */
bool maker_one_in(struct maker *maker, uint64_t n);
uint32_t maker_below(struct maker *maker, uint32_t bound);

#define MAKER_PICK(maker, array) (array)[maker_below(maker, (uint32_t)(sizeof(array) / sizeof((array)[0])))]

/* One of the containers, the one that it is about as a rule. */
size_t maker_any(struct maker *maker);

/* The id of a container that appears, and of one of its execs; the pid of its task (which: its nth) or exec. */
const char *maker_container(size_t container);
const char *maker_exec(size_t exec);
uint32_t maker_pid(size_t container, size_t which);
uint32_t maker_exec_pid(size_t container, size_t exec);

/* The exit code of some process. */
uint32_t maker_code(struct maker *maker);

void made_add(struct made_steps *steps, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes all of them: one as it is, several in a block where block is not NULL. */
void maker_steps(struct maker *maker, size_t indent, const char *block, const struct made_steps *steps);

/* True where a step makes the container, and where it is there at first with an exec. */
bool maker_is_made(const struct maker *maker, size_t container);
bool maker_gives_exec(const struct maker *maker, size_t container);

/* True where its owner has made the container and not the task, so that a start makes both. */
bool maker_has_bare_record(const struct maker *maker, size_t container);

/* True where each of its tasks is over as soon as it is started. */
bool maker_is_short(const struct maker *maker, size_t container);

/* Writes one entry of `faults` that is not about a call which fails: an answer that lies, the handler's own store. */
void maker_put_lie(struct maker *maker);
void maker_put_left_out(struct maker *maker);
void maker_put_store_fault(struct maker *maker, enum random_kind kind);

/* A number of times, never always: faults come to an end. */
void maker_put_times(struct maker *maker);

/* For a half of them: one container alone. */
void maker_put_container(struct maker *maker);
void maker_put_delay(struct maker *maker);

/* Each writes its part of the file. */
void maker_given(struct maker *maker);
void maker_faults(struct maker *maker);
void maker_troubles(struct maker *maker, size_t indent);
void maker_all_steps(struct maker *maker);

#endif
