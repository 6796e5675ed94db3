/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FAKECONTAINERD_SCRIPT_COMMAND_OF_H
#define TESTS_FAKECONTAINERD_SCRIPT_COMMAND_OF_H

/* What a scenario becomes for the fake. To be included behind cmocka.h. */
#include <stdio.h>

#include "fakecontainerd/script/script.h"

#define HEAD                      "title: t\nwhy: w\n"
#define ASSERT_TEXT(text, string) assert_true(text_is(text, string))

static inline struct scenario *parse(const char *content)
{
    struct error error = {{0}};
    struct scenario *scenario;
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    return scenario;
}

/* The one step of a file, as a command that outlives the script: its texts belong to the scenario. */
static inline struct fake_command command_of(struct scenario **ret_scenario, const char *step)
{
    char content[512];
    struct script_step steps[SCRIPT_ENABLED_MAX];
    struct script *script;

    (void)snprintf(content, sizeof content,
                   HEAD "given: {containers: [{id: web, execs: [{id: probe}]}]}\nsteps: [{%s}]\n", step);
    *ret_scenario = parse(content);
    assert_int_equal(script_new(&script, *ret_scenario, 0), 0);
    assert_int_equal(script_enabled(script, 0, steps), 1);
    assert_true(steps[0].has_command);
    assert_ptr_equal(steps[0].source, &(*ret_scenario)->steps.children[0]);
    assert_int_equal(steps[0].line, 4);
    script_free(script);
    return steps[0].command;
}

#endif
