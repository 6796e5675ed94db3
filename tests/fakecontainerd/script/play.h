/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FAKECONTAINERD_SCRIPT_PLAY_H
#define TESTS_FAKECONTAINERD_SCRIPT_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/time.h"
#include "fakecontainerd/script/script.h"

/* Scripts for tests of how steps follow each other: each step is known by its line. */
#define HEAD "title: t\nwhy: w\ngiven: {containers: [{id: a}]}\nsteps:\n"
enum { FIRST_LINE = 5 };

struct play {
    struct scenario *scenario;
    struct script *script;
};

static inline void begin(struct play *play, const char *steps, int64_t now_ns)
{
    struct error error = {{0}};
    char content[4096];
    assert_true((size_t)snprintf(content, sizeof content, HEAD "%s", steps) < sizeof content);
    if (scenario_parse(&play->scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(script_new(&play->script, play->scenario, now_ns), 0);
}

static inline void end(struct play *play)
{
    script_free(play->script);
    scenario_free(play->scenario);
}

/* The numbers of the lines of the steps that may be taken, the first line after `steps:` being 1. */
static inline void assert_enabled(const struct script *script, int64_t now_ns, const char *expected)
{
    struct script_step steps[SCRIPT_ENABLED_MAX];
    struct buffer lines = BUFFER_INIT;
    size_t count = script_enabled(script, now_ns, steps);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&lines, "%s%zu", i > 0 ? " " : "", steps[i].line - FIRST_LINE + 1);
    if (!text_is(buffer_text(&lines), expected))
        fail_msg("enabled are [%.*s], not [%s]", TEXT_ARGUMENTS(buffer_text(&lines)), expected);
    buffer_release(&lines);
}

/* Takes the enabled step of that line. */
static inline void take(struct script *script, int64_t now_ns, size_t line)
{
    struct script_step steps[SCRIPT_ENABLED_MAX];
    size_t count = script_enabled(script, now_ns, steps);
    for (size_t i = 0; i < count; i++)
        if (steps[i].line == line + FIRST_LINE - 1) {
            script_take(script, steps[i].token, now_ns);
            return;
        }
    fail_msg("line %zu is not enabled", line);
}

static inline struct hash hash_of(const struct script *script, int64_t now_ns)
{
    struct hash hash;
    hash_init(&hash);
    script_hash(script, now_ns, &hash);
    return hash;
}

#define SECONDS(n) ((n)*TIME_SECOND)

#endif
