/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_EXPLAIN_H
#define SCENARIOS_LANGUAGE_EXPLAIN_H

#include "base/buffer.h"
#include "scenarios/language/scenario.h"

/*
 * A scenario in plain sentences, from top to bottom: what is given, each fault in words, each step with its time, what
 * is expected and who may break what. Each sentence stands on a line of its own behind the line of the file that it
 * tells of. Pure: what was checked by the parser is told, nothing is run.
 */

/* Appends all of it. 0 or ERROR_NO_MEMORY. */
int scenario_explain(const struct scenario *scenario, struct buffer *out);

/* The parts, each with its heading; nothing where the file has nothing of the kind. */
void explain_faults(const struct scenario *scenario, struct buffer *out);
void explain_steps(const struct scenario *scenario, struct buffer *out);
void explain_expect(const struct scenario_expect *expect, struct buffer *out);

/* What a scripted client does. An answer is "OK pid 7" or "NOT_FOUND "task web not found""; what is told is " pid 7".
 */
void explain_call(const struct scenario_call *call, struct buffer *out);
void explain_answered(const struct scenario_call *call, struct buffer *out);
void explain_heard(const struct scenario_call *call, struct buffer *out);
void explain_answer(const struct scenario_answer *answer, struct buffer *out);
void explain_told_fields(const struct scenario_told_fields *fields, struct buffer *out);

/* "  line 12: ", further in for each depth. */
void explain_line(struct buffer *out, struct scenario_place place, size_t depth);

/* What a record says, to follow "says": " exited, code 3". */
void explain_record(const struct scenario_record *record, struct buffer *out);

/* "1.5s" */
void explain_duration(struct buffer *out, int64_t duration_ns);

/* " with pid 7", or nothing for 0, which lets the fake choose. */
void explain_pid(struct buffer *out, uint32_t pid);

/* How a stream ends, to follow "ends": " with UNAVAILABLE "transport is closing"". status and message are of
 * SCENARIO_END_STATUS, http2_code of SCENARIO_END_RESET. */
void explain_end(struct buffer *out, enum scenario_end how, int status, struct text message, uint32_t http2_code);

/* When a process ended, as it is told: before, then "without a time"; nothing where that is left as it is. */
void explain_exited(struct buffer *out, const char *before, const struct scenario_exited *exited);

/* The text in double quotes, on one line. */
void explain_text(struct buffer *out, struct text text);

#endif
