/* SPDX-License-Identifier: Apache-2.0 */
/* The end of all faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "tests/support/fake_play.h"

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_trace(&play);
    *state = &play;
    return 0;
}

static void calm(struct fake_play *play)
{
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_CALM});
}

static void a_rule_without_end_has_one(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(
        play,
        (struct fake_rule){.method = FAKE_TASKS_GET, .action = FAKE_DO_FAIL, .status = STATUS_UNAVAILABLE, .times = 0});
    fake_play_request(play, 1, FAKE_TASKS_GET, "default", "web", NULL);
    assert_non_null(strstr(fake_play_trace(play), "fault 1"));
    calm(play);
    fake_play_trace(play);
    fake_play_request(play, 3, FAKE_TASKS_GET, "default", "web", NULL);
    assert_string_equal(fake_play_trace(play), "reply Tasks.Get OK web pid 101 running\n");
}

static void what_is_held_goes_on_and_nothing_is_held_any_more(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, (struct fake_rule){
                             .method = FAKE_TASKS_GET, .action = FAKE_DO_HOLD, .hold = text_of("late"), .times = 0});
    fake_play_request(play, 1, FAKE_TASKS_GET, "default", "web", NULL);
    fake_play_trace(play);
    calm(play);
    assert_non_null(strstr(fake_play_trace(play), "reply Tasks.Get OK web pid 101 running\n"));
    fake_play_request(play, 3, FAKE_TASKS_GET, "default", "web", NULL);
    assert_string_equal(fake_play_trace(play), "reply Tasks.Get OK web pid 101 running\n");
}

static void a_path_that_was_taken_away_is_there_again(void **state)
{
    struct fake_play *play = *state;
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_SOCKET, .socket = FAKE_SOCKET_REFUSES});
    fake_play_trace(play);
    calm(play);
    assert_string_equal(fake_play_trace(play), "listen\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_rule_without_end_has_one, set_up, fake_play_tear_down),
        cmocka_unit_test_setup_teardown(what_is_held_goes_on_and_nothing_is_held_any_more, set_up, fake_play_tear_down),
        cmocka_unit_test_setup_teardown(a_path_that_was_taken_away_is_there_again, set_up, fake_play_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
