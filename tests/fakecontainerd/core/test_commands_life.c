/* SPDX-License-Identifier: Apache-2.0 */
/* Restarts that lose a part, exits while nobody serves, and a wall clock that jumps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/fake_ask.h"

static const char *const everything[] = {NULL};

static struct fake_command restart(int64_t down_ns, bool exits_late)
{
    struct fake_command command = {.kind = FAKE_COMMAND_RESTART, .name_space = text_of("default")};
    command.socket = FAKE_SOCKET_REFUSES;
    command.down_ns = down_ns;
    command.exits_late = exits_late;
    return command;
}

static const char *command(struct fake_play *play, struct fake_command one)
{
    fake_play_command(play, one);
    return fake_play_trace(play);
}

static void subscribe_again(struct fake_play *play)
{
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    fake_play_subscribe(play, 1, everything);
    fake_play_trace(play);
}

/* ---- what is lost ---- */

static void a_restart_may_lose_tasks_and_containers(void **state)
{
    struct text tasks[] = {text_of("web"), text_of("old")};
    struct text containers[] = {text_of("held")};
    struct fake_play *play = *state;
    struct fake_command one = restart(0, false);
    one.tasks_lost = tasks;
    one.tasks_lost_count = 2;
    one.containers_lost = containers;
    one.containers_lost_count = 1;
    assert_string_equal(command(play, one),
                        "close connection\nunlisten refuses\ndie web pid 101\ndie held pid 105\nlisten\n");
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL), "reply Tasks.List OK new pid 104 created\n");
    assert_string_equal(fake_ask_for(play, FAKE_CONTAINERS_LIST, NULL, NULL),
                        "reply Containers.List OK bare new old web\n");
}

static void what_is_not_there_cannot_be_lost(void **state)
{
    struct text ids[] = {text_of("web"), text_of("nope")};
    struct fake_play *play = *state;
    struct fake_command one = restart(0, false);
    one.tasks_lost = ids;
    one.tasks_lost_count = 2;
    assert_string_equal(command(play, one), "refuse restart nope: there is no such container\n");
    one.tasks_lost_count = 0;
    one.containers_lost = ids;
    one.containers_lost_count = 2;
    assert_string_equal(command(play, one), "refuse restart nope: there is no such container\n");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "web", NULL), "reply Tasks.Get OK web pid 101 running\n");
}

/* ---- exits meanwhile ---- */

#define EXIT   "/tasks/exit web pid 101 status 0"
#define PASSED "publish /tasks/exit web up pid 102 status 137 to 0\n"

static void end_while_down(struct fake_play *play, int64_t down_ns, bool exits_late)
{
    command(play, restart(down_ns, exits_late));
    fake_play_advance(play, TIME_SECOND / 2);
    fake_play_trace(play);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
}

static void an_exit_while_nobody_serves_is_lost(void **state)
{
    struct fake_play *play = *state;
    end_while_down(play, 3 * TIME_SECOND, false);
    assert_string_equal(fake_play_trace(play), PASSED "publish " EXIT " to 0\n");
    fake_play_advance(play, 3600 * TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "listen\n");
}

/* Tried again after 1, 3, 6, 10 and 15 s, counted from the exit: at 6.5 s the server is there again. */
static void a_late_exit_is_told_at_the_first_try_that_finds_a_server(void **state)
{
    struct fake_play *play = *state;
    end_while_down(play, 4 * TIME_SECOND, true);
    assert_string_equal(fake_play_trace(play), "hold /tasks/exit web up pid 102 status 137\nhold " EXIT "\n");
    assert_false(play->actions.items[0].did.no_news);
    assert_true(fake_deadline_ns(play->fake) == TIME_SECOND * 3 / 2);
    fake_play_advance(play, TIME_SECOND);
    fake_play_advance(play, 2 * TIME_SECOND);
    assert_true(fake_deadline_ns(play->fake) == 4 * TIME_SECOND);
    fake_play_advance(play, TIME_SECOND / 2);
    assert_string_equal(fake_play_trace(play), "listen\n");
    subscribe_again(play);
    fake_play_advance(play, TIME_SECOND * 5 / 2 - 1);
    assert_string_equal(fake_play_trace(play), "");
    fake_play_advance(play, 1);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web up pid 102 status 137 to 1\n"
                                               "send /tasks/exit web up pid 102 status 137\n"
                                               "publish " EXIT " to 1\n"
                                               "send " EXIT "\n");
    assert_true(play->actions.items[0].did.no_news);
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
}

static void after_the_fifth_try_it_is_lost_for_good(void **state)
{
    struct fake_play *play = *state;
    int64_t seconds[] = {1, 2, 3, 4, 5};
    end_while_down(play, 27 * TIME_SECOND, true);
    fake_play_trace(play);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(fake_play_trace(play), "");
        fake_play_advance(play, seconds[i] * TIME_SECOND);
    }
    assert_string_equal(fake_play_trace(play), PASSED "publish " EXIT " to 0\n");
    fake_play_advance(play, 3600 * TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "listen\n");
}

static void a_late_exit_meets_the_rules_when_it_is_told(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = {.of_events = true, .topic = FAKE_TOPIC_TASK_EXIT, .action = FAKE_DO_DROP, .times = 2};
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
    end_while_down(play, TIME_SECOND, true);
    assert_null(strstr(fake_play_trace(play), "fault"));
    subscribe_again(play);
    fake_play_advance(play, TIME_SECOND);
    assert_non_null(strstr(fake_play_trace(play), "fault 1\npublish " EXIT " to 0\n"));
}

static void at_the_limit_it_is_lost_at_once(void **state)
{
    struct fake_play *play = *state;
    char id[16];
    for (unsigned i = 0; i < FAKE_UNTOLD_MAX; i++) {
        (void)snprintf(id, sizeof id, "c%u", i);
        fake_play_command(play, fake_command_add(id, 0, FAKE_RUNNING));
    }
    command(play, restart(3600 * TIME_SECOND, true));
    for (unsigned i = 0; i < FAKE_UNTOLD_MAX; i++) {
        (void)snprintf(id, sizeof id, "c%u", i);
        fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, id, NULL));
    }
    assert_null(strstr(fake_play_trace(play), "publish"));
    assert_string_equal(command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL)),
                        PASSED "publish " EXIT " to 0\n");
}

static void what_is_still_to_be_told_is_part_of_the_state(void **state)
{
    struct fake_play *play = *state;
    struct hash hashes[2];
    for (size_t i = 0; i < 2; i++) {
        struct fake *clone;
        assert_int_equal(fake_clone(&clone, play->fake), 0);
        end_while_down(play, 3 * TIME_SECOND, i == 0);
        fake_play_trace(play);
        hash_init(&hashes[i]);
        fake_hash(play->fake, play->now_ns, &hashes[i]);
        fake_free(play->fake);
        play->fake = clone;
        play->now_ns = 0;
    }
    assert_false(hash_equal(&hashes[0], &hashes[1]));
}

/* ---- the wall clock ---- */

static int64_t published_at(struct fake_play *play, const char *id)
{
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, id, NULL));
    return play->actions.items[0].did.published.published_at_ns;
}

static void the_wall_clock_jumps_and_time_goes_on(void **state)
{
    struct fake_play *play = *state;
    struct fake_command jump = {.kind = FAKE_COMMAND_SET_CLOCK, .by_ns = -3600 * TIME_SECOND};
    struct hash before;
    struct hash after;
    hash_init(&before);
    fake_hash(play->fake, play->now_ns, &before);
    fake_play_command(play, jump);
    hash_init(&after);
    fake_hash(play->fake, play->now_ns, &after);
    assert_false(hash_equal(&before, &after));
    assert_true(published_at(play, "web") == WALL_START_NS - 3600 * TIME_SECOND);
    fake_play_advance(play, TIME_SECOND);
    assert_true(published_at(play, "web") == WALL_START_NS - 3599 * TIME_SECOND);
    jump.by_ns = 2 * 3600 * TIME_SECOND;
    fake_play_command(play, jump);
    assert_true(published_at(play, "web") == WALL_START_NS + 3601 * TIME_SECOND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_ask_set_up, fake_ask_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_restart_may_lose_tasks_and_containers), TEST(what_is_not_there_cannot_be_lost),
        TEST(an_exit_while_nobody_serves_is_lost),     TEST(a_late_exit_is_told_at_the_first_try_that_finds_a_server),
        TEST(after_the_fifth_try_it_is_lost_for_good), TEST(a_late_exit_meets_the_rules_when_it_is_told),
        TEST(at_the_limit_it_is_lost_at_once),         TEST(what_is_still_to_be_told_is_part_of_the_state),
        TEST(the_wall_clock_jumps_and_time_goes_on),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/commands life", tests, NULL, NULL);
}
