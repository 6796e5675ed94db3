/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/recovery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/explore/shrink.h"
#include "tests/harness/explore/worlds.h"

#define STORY(rest) STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\n" rest
#define HOLDS(name) "faults: [{rpc: Tasks.Delete, do: hold, as: " name "}]\n"

static void a_story_owes_what_it_never_ends(void **state)
{
    static const struct {
        const char *story;
        size_t owed;
    } rows[] = {
        {STORY("steps: [exit: {container: web, code: 1}]\n"), 0},
        {STORY("steps: [handler: {do: stop}]\n"), 1},
        {STORY("steps: [handler: {do: stop}, handler: {do: start}]\n"), 0},
        {STORY("steps: [handler: {do: stop}, handler: {do: crash, down: 1s}]\n"), 1},
        {STORY("steps: [handler: {do: start}, any order: [handler: {do: stop}]]\n"), 1},
        {STORY("steps: [socket: refuses]\n"), 1},
        {STORY("steps: [socket: refuses, socket: serves]\n"), 0},
        {STORY("steps: [socket: refuses, restart: {down: 1s}]\n"), 0},
        {STORY_BEGINS "given: {socket: missing}\nsteps: [advance: 1s]\n", 1},
        {STORY_BEGINS "given: {socket: missing}\nsteps: [socket: serves]\n", 0},
        {STORY("steps: [lock: {container: web}]\n"), 1},
        {STORY("steps: [lock: {container: web}, unlock: {container: web}]\n"), 0},
        {STORY(HOLDS("it") "steps: [advance: 1s]\n"), 1},
        {STORY(HOLDS("it") "steps: [sequence: [advance: 1s, release: it]]\n"), 0},
        {STORY(HOLDS("it") "steps: [handler: {do: stop}, socket: missing]\n"), 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scenario *scenario = story_read(rows[i].story);
        if (recovery_owed(scenario) != rows[i].owed)
            fail_msg("row %zu owes %zu", i, recovery_owed(scenario));
        scenario_free(scenario);
    }
}

/* With the handler not told to start again any exit would be lost, and that is not what was found. */
static void who_was_started_again_is_so_in_the_smaller_story(void **state)
{
    static const char story[] =
        STORY("steps: [handler: {do: stop}, exit: {container: web, code: 1}, handler: {do: start}]\n");
    const struct shrink_asked asked = {.file = text_of("story.yaml"),
                                       .content = text_of(story),
                                       .policy = text_of("reliable-without=relist"),
                                       .level = WORLD_VALUES,
                                       .target = {text_of("no-exit-is-lost"), ""}};
    struct scenario *small;
    struct shrunk shrunk;
    struct error error = {""};
    (void)state;
    if (shrink(&shrunk, &asked, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(scenario_parse(&small, text_of("small.yaml"), buffer_text(&shrunk.yaml), &error), 0);
    assert_int_equal(recovery_owed(small), 0);
    scenario_free(small);
    shrunk_release(&shrunk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_story_owes_what_it_never_ends),
        cmocka_unit_test(who_was_started_again_is_so_in_the_smaller_story),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
