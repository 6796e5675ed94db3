/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCENARIOS_LANGUAGE_REFUSALS_H
#define TESTS_SCENARIOS_LANGUAGE_REFUSALS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/language/scenario.h"

/*
 * Tables of files that are refused, each with all of its message behind the file's name.
 */
struct refusal {
    const char *content;
    const char *message;
};

/* What every row of REFUSE begins with, so its own first line is the third. */
#define PREFACE "title: t\nwhy: w\n"

static inline void refuse(const char *preface, const struct refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char content[8192];
        char expected[ERROR_TEXT_MAX];
        struct error error = {{0}};
        struct scenario *scenario;

        assert_true((size_t)snprintf(content, sizeof content, "%s%s", preface, rows[i].content) < sizeof content);
        (void)snprintf(expected, sizeof expected, "story.yaml:%s", rows[i].message);
        int result = scenario_parse(&scenario, text_of("story.yaml"), text_of(content), &error);
        if (result == 0 || scenario != NULL)
            fail_msg("row %zu was not refused:\n%s", i, content);
        if (strcmp(error.text, expected) != 0)
            fail_msg("row %zu:\n%s\nsays:     %s\nnot this: %s", i, content, error.text, expected);
        /* Nobody has to want the sentence. */
        assert_int_equal(scenario_parse(&scenario, text_of("story.yaml"), text_of(content), NULL), result);
    }
}

#define REFUSE(rows) refuse(PREFACE, rows, sizeof(rows) / sizeof((rows)[0]))

#endif
