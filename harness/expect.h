/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPECT_H
#define HARNESS_EXPECT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"
#include "fakecontainerd/core/fake.h"
#include "handler/core/monitor.h"
#include "harness/owner.h"
#include "scenarios/language/scenario.h"

/*
 * The expectations of a scenario file, and what has to be remembered to judge them: which calls reached the fake and
 * when, when the handler dialed, what its owner asked and was answered, which `sometimes` have been reached.
 */
struct expect_call {
    enum fake_method method;
    struct text container; /* the scenario's text; empty where it knows no such container */
    int64_t at_ns;
};

/* What a note told; the texts lie in its memory, which copies share. */
struct expect_note {
    enum note_kind kind;
    int status;
    struct text container;
    struct text text;
    struct expect_texts *memory;
    int64_t at_ns;
};

struct expect_memory {
    const struct scenario *scenario;
    bool wants_calls; /* some expectation is about them; else they are not remembered */
    bool wants_notes;
    bool wants_dials;
    struct expect_call *calls;
    size_t call_count;
    size_t call_capacity;
    struct expect_note *notes;
    size_t note_count;
    size_t note_capacity;
    int64_t *dials_ns;
    size_t dial_count;
    size_t dial_capacity;
    struct owner owner;
    bool *reached; /* by index of `sometimes` */
};

/* 0 or ERROR_NO_MEMORY. */
int expect_init(struct expect_memory *memory, const struct scenario *scenario);
void expect_release(struct expect_memory *memory);

/* *to, of the same scenario, becomes what *from is, but for what has been reached, which it keeps. 0 or ERROR_NO_MEMORY
 * (*to may then be half-made). */
int expect_copy(struct expect_memory *to, const struct expect_memory *from);

/* Adds what the expectations will look at, with times relative to now_ns, but for what has been reached. */
void expect_hash(const struct expect_memory *memory, int64_t now_ns, struct hash *hash);

/* A request has reached the fake; a dial has begun; the handler has noted something. 0 or ERROR_NO_MEMORY. */
int expect_saw_request(struct expect_memory *memory, const struct fake_request *request, int64_t now_ns);
int expect_saw_dial(struct expect_memory *memory, int64_t now_ns);
int expect_saw_note(struct expect_memory *memory, const struct note *note, int64_t now_ns);

/* An event of the fake's log, and whether a subscription is open. */
void expect_saw_published(struct expect_memory *memory, const struct fake_published *published, bool subscribed);

/* True where the expectation holds now. Otherwise *finding says what was expected and what was found. An EXITS_WHILE
 * holds when expect_saw_published has marked it as reached. */
bool expect_holds(const struct expect_memory *memory, const struct scenario_expectation *expectation,
                  const struct monitor *monitor, const struct fake *fake, struct error *finding);

/* An expectation that names a policy is judged under that one alone; without a name and a promise, under `reliable`
 * alone. */
bool expect_judged(const struct scenario_expectation *expectation, struct text policy);

/* The same for what is expected of a record. */
bool expect_record_holds(const struct scenario_expectation *expected, const struct monitor *monitor,
                         struct error *finding);

/* Marks the `sometimes` that hold now. */
void expect_mark_reached(struct expect_memory *memory, const struct monitor *monitor, const struct fake *fake);

#endif
