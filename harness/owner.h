/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_OWNER_H
#define HARNESS_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "handler/core/monitor.h"
#include "scenarios/language/scenario.h"

/*
 * The owner of the containers, as the script plays it: what it has asked of the handler, what it does not wait for any
 * more, and what it was answered. It remembers across a crash of the handler; what was asked before that is never
 * answered.
 */
struct owner_request {
    const struct scenario_step *step; /* the ask, borrowed */
    int64_t asked_ns;
    bool abandoned;
    bool lost; /* the process that was asked is gone: nobody answers */
    bool answered;
    int64_t answered_ns;
    int status;
    enum container_state state; /* of the record that came with the answer; UNKNOWN: none did */
    int32_t exit_code;
    size_t text_length;
    char text[MONITOR_TEXT_MAX];
};

struct owner {
    struct owner_request *requests; /* the operation's id is the index + 1 */
    size_t count;
    size_t capacity;
};

void owner_release(struct owner *owner);

/* *to becomes what *from is. 0 or ERROR_NO_MEMORY. */
int owner_copy(struct owner *to, const struct owner *from);

/* Adds all of it, with times relative to now_ns. */
void owner_hash(const struct owner *owner, int64_t now_ns, struct hash *hash);

/* The step asks: *ret_operation is what the handler is told, its texts borrowed from the step. 0 or ERROR_NO_MEMORY. */
int owner_ask(struct owner *owner, const struct scenario_step *step, int64_t now_ns, struct operation *ret_operation);

/* What was asked under that name is waited for no longer: *ret_operation is it; false where nothing has been asked
 * under it yet, or it is answered. */
bool owner_abandon(struct owner *owner, struct text name, struct operation *ret_operation);

/* The handler has answered. */
void owner_answered(struct owner *owner, const struct monitor_action *action, int64_t now_ns);

/* The handler is down: what has been asked for and not answered is lost. */
void owner_unheard(struct owner *owner);

/* What was asked under that name; NULL where nothing has been. */
const struct owner_request *owner_find(const struct owner *owner, struct text name);

/* True while a stop of the container has been asked for, and somebody waits for that. */
bool owner_awaits_stop(const struct owner *owner, struct text container_id);

#endif
