/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_SCRIPT_SCRIPT_H
#define FAKECONTAINERD_SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "fakecontainerd/core/command.h"
#include "scenarios/language/scenario.h"

/*
 * A scenario as commands of the fake's core: first what is given, then the steps as their times come. It decides
 * nothing: where several steps may be taken, whoever plays it chooses.
 */
struct script;

enum {
    SCRIPT_ENABLED_MAX = 64 /* steps that may be taken at one moment; the language allows no wider `any order` */
};

/* The scenario is borrowed and must outlive the script. 0 or ERROR_NO_MEMORY. Time starts at now_ns. */
int script_new(struct script **ret_script, const struct scenario *scenario, int64_t now_ns);
void script_free(struct script *script);
int script_clone(struct script **ret_clone, const struct script *script);

/* *to, of the same program as *from (one is the other's clone), becomes what *from is. */
void script_copy(struct script *to, const struct script *from);

/* What is given, one command a call, before FAKE_START: containers, execs, rules, the socket. False when there is no
 * more. */
bool script_given(struct script *script, struct fake_command *command);

/* A step that may be taken now: its verb's command, and where it stands in the file. */
struct script_step {
    bool has_command; /* false where the fake has nothing to do, as for `advance` and `call`; it must be taken all the
                         same */
    bool at_once;     /* it is taken before anything is delivered: it goes on with an `at once`, and then no other is
                         enabled; or the moment that it waited for is now */
    bool missed;      /* the moment that it waited for has not come within SCENARIO_MOMENT_MAX_NS: it cannot be done */
    bool in_burst;    /* it stands in an `at once`, as the first or later */
    struct fake_command command;
    const struct scenario_step *source; /* borrowed from the scenario */
    size_t line;
    size_t token; /* what script_take wants */
};

/* What of a step says whether and when it is taken. */
struct script_turn {
    size_t token;
    bool at_once;
};

/* The steps whose time has come and whose turn it is, in the order of the file. Returns how many (<=
 * SCRIPT_ENABLED_MAX). */
size_t script_turns(const struct script *script, int64_t now_ns, struct script_turn turns[SCRIPT_ENABLED_MAX]);

/* All of a step whose turn it is. */
void script_show(const struct script *script, size_t token, int64_t now_ns, struct script_step *step);

/* The same without its command, and the command of one that has one: for who wants it elsewhere. */
void script_look(const struct script *script, size_t token, int64_t now_ns, struct script_step *step);
void script_command(const struct script *script, size_t token, struct fake_command *command);

/* Both in one. */
size_t script_enabled(const struct script *script, int64_t now_ns, struct script_step steps[SCRIPT_ENABLED_MAX]);

/* Marks an enabled step as taken: the next of its sequence may follow, its relative times counting from now_ns. A step
 * with `times` is enabled until it has been taken so often. */
void script_take(struct script *script, size_t token, int64_t now_ns);

/* Instead of taking it: the step has begun, and is over when it is finished. Until then neither it nor what follows it
 * is enabled. */
void script_begin(struct script *script, size_t token, int64_t now_ns);
void script_finish(struct script *script, size_t token, int64_t now_ns);

/* What has passed, for the steps that wait for a moment (`after`): a request has reached the fake, which has done with
 * it what it does; the fake has answered the request of that connection and stream; the handler has asked its store, or
 * the store has done what it was asked. What nobody waits for is forgotten. */
void script_saw_request(struct script *script, uint64_t connection_id, uint32_t stream_id,
                        const struct fake_request *request, int64_t now_ns);
void script_saw_answer(struct script *script, uint64_t connection_id, uint32_t stream_id, int64_t now_ns);
void script_saw_store(struct script *script, enum scenario_store store, enum scenario_passed passed,
                      struct text container, int64_t now_ns);

/* When the next step may be taken: now or earlier where one is enabled, TIME_NEVER when all are done. */
int64_t script_deadline_ns(const struct script *script);

bool script_done(const struct script *script);

/* Adds what the future of the script depends on, with times relative to now_ns: equal for two scripts of one scenario
 * iff the same steps are left and may be taken at the same times from now. */
void script_hash(const struct script *script, int64_t now_ns, struct hash *hash);

#endif
