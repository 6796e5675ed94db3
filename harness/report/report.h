/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_REPORT_H
#define HARNESS_REPORT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "harness/verdict.h"

/*
 * Results as text: a line each for people, TAP and JUnit for CI. Pure: text is appended to a buffer.
 */
struct scenario_result {
    struct text file;
    struct text title;    /* empty where the file could not be read */
    struct error problem; /* why it could not be run; empty where it was */
    struct verdict *verdicts;
    size_t verdict_count;
};

struct report_totals {
    size_t scenarios;
    size_t scenarios_failed;
    size_t runs;
    size_t runs_failed; /* a scenario that could not be run counts as one */
    int64_t virtual_ns;
};

struct report_format {
    const char *name;
    /* Appends what one scenario gives; number is the count of runs before it. */
    void (*scenario)(struct buffer *out, const struct scenario_result *result, size_t number);
    /* Appends what goes before and after all. real_ns: how long all of it took. */
    void (*begin)(struct buffer *out, const struct report_totals *totals, int64_t real_ns);
    void (*end)(struct buffer *out, const struct report_totals *totals, int64_t real_ns);
};

extern const struct report_format report_lines;
extern const struct report_format report_tap;
extern const struct report_format report_junit;

/* By name, "lines", "tap", "junit"; NULL for another. */
const struct report_format *report_format_of(struct text name);

bool scenario_result_passed(const struct scenario_result *result);
void report_count(struct report_totals *totals, const struct scenario_result *result);

#endif
