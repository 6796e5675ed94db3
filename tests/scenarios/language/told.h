/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCENARIOS_LANGUAGE_TOLD_H
#define TESTS_SCENARIOS_LANGUAGE_TOLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/language/explain.h"

/*
 * Tables of what is written in a scenario and of a line with which it is told.
 */
#define GIVEN "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}]}\n"

static inline struct scenario *parse(const char *content)
{
    struct error error = {""};
    struct scenario *scenario;
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    return scenario;
}

/* True iff the explanation of a scenario with these last lines has that line. */
static inline bool says(const char *head, const char *rest, const char *line)
{
    char content[2048];
    char whole[512];
    struct buffer out = BUFFER_INIT;

    (void)snprintf(content, sizeof content, "%s%s", head, rest);
    (void)snprintf(whole, sizeof whole, "\n%s\n", line);
    struct scenario *scenario = parse(content);
    assert_int_equal(scenario_explain(scenario, &out), 0);
    assert_int_equal(buffer_append(&out, "", 1), 0);
    bool found = strstr((const char *)out.bytes, whole) != NULL;
    if (!found)
        print_message("not in:\n%s", (const char *)out.bytes);
    buffer_release(&out);
    scenario_free(scenario);
    return found;
}

struct row {
    const char *written;
    const char *said;
};

static inline void check_rows(const char *head, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!says(head, rows[i].written, rows[i].said))
            fail_msg("it does not say: %s", rows[i].said);
}

#define CHECK(head, rows) check_rows(head, rows, sizeof(rows) / sizeof((rows)[0]))

#endif
