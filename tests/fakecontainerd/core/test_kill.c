/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fake_play.h"

/* A process that takes its time is one that SIGTERM does not end; everything else ends it as any other, also in the
 * next life of its container. */

static void kill_with(struct fake_play *play, uint32_t signal)
{
    struct fake_event event = {.kind = FAKE_REQUEST,
                               .connection_id = 1,
                               .stream_id = 1,
                               .request = {.method = FAKE_TASKS_KILL,
                                           .name_space = text_of("default"),
                                           .container_id = text_of("web"),
                                           .signal = signal}};
    fake_play_event(play, event);
}

static void who_ignores_sigterm_ends_by_every_other_signal(void **state)
{
    struct fake_command command = fake_command_add("web", 101, FAKE_RUNNING);
    struct fake_play play;
    (void)state;
    fake_play_init(&play);
    command.ignores_sigterm = true;
    fake_play_command(&play, command);
    (void)fake_play_trace(&play);
    kill_with(&play, 15);
    assert_string_equal(fake_play_trace(&play), "reply Tasks.Kill OK web pid 101 running\n");
    kill_with(&play, 9);
    assert_string_equal(fake_play_trace(&play), "publish /tasks/exit web pid 101 status 137 to 0\n"
                                                "reply Tasks.Kill OK web pid 101 stopped status 137\n");
    fake_play_release(&play);
}

static void what_exits_at_once_is_told_to_have_before_its_start_is_answered(void **state)
{
    struct fake_command command = fake_command_add("web", 101, FAKE_CREATED);
    struct fake_event start = {
        .kind = FAKE_REQUEST,
        .connection_id = 1,
        .stream_id = 3,
        .request = {.method = FAKE_TASKS_START, .name_space = text_of("default"), .container_id = text_of("web")}};
    struct fake_play play;
    (void)state;
    fake_play_init(&play);
    command.exits_at_once = true;
    command.exit_status = 3;
    fake_play_command(&play, command);
    (void)fake_play_trace(&play);
    fake_play_event(&play, start);
    assert_string_equal(fake_play_trace(&play), "publish /tasks/start web pid 101 to 0\n"
                                                "publish /tasks/exit web pid 101 status 3 to 0\n"
                                                "reply Tasks.Start OK web pid 101 stopped status 3\n");
    fake_play_release(&play);
}

static void who_does_not_ends_by_it(void **state)
{
    struct fake_play play;
    (void)state;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    (void)fake_play_trace(&play);
    kill_with(&play, 15);
    assert_string_equal(fake_play_trace(&play), "publish /tasks/exit web pid 101 status 143 to 0\n"
                                                "reply Tasks.Kill OK web pid 101 stopped status 143\n");
    fake_play_release(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_ignores_sigterm_ends_by_every_other_signal),
        cmocka_unit_test(what_exits_at_once_is_told_to_have_before_its_start_is_answered),
        cmocka_unit_test(who_does_not_ends_by_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
