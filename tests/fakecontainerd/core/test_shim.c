/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/fake_ask.h"

static struct fake_command kill_shim(const char *id)
{
    struct fake_command command = fake_command_on(FAKE_COMMAND_KILL_SHIM, id, NULL);
    command.exit_status = 137;
    return command;
}

static const char *kill(struct fake_play *play, struct fake_command command)
{
    fake_play_command(play, command);
    return fake_play_trace(play);
}

#define TOLD                                            \
    "publish /tasks/exit web pid 101 status 137 to 0\n" \
    "publish /tasks/delete web pid 101 status 137 to 0\n"
#define CLOSED "UNAVAILABLE \"ttrpc: closed: unavailable\"\n"

static bool is_news(const struct fake_play *play)
{
    for (size_t i = 0; i < play->actions.count; i++)
        if (play->actions.items[i].kind == FAKE_DID && play->actions.items[i].did.kind == FAKE_DID_PUBLISH)
            return !play->actions.items[i].did.no_news;
    fail_msg("nothing was told");
    return false;
}

static void an_exit_and_a_deletion_are_told_and_the_task_is_gone(void **state)
{
    struct fake_play *play = *state;
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", NULL), "");
    assert_string_equal(kill(play, kill_shim("web")), "die web pid 101\n"
                                                      "reply Tasks.Wait UNKNOWN \"ttrpc: closed: unknown\"\n" TOLD);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "web", NULL),
                        "reply Tasks.Get NOT_FOUND \"task web not found\"\n");
    assert_non_null(strstr(fake_ask_for(play, FAKE_CONTAINERS_LIST, NULL, NULL), " web"));
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
}

/* What the exit of a dead shim says is made up; and of a task that had ended it is the second one. */
static void the_exit_tells_what_it_is_told_to(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = kill_shim("web");
    command.exit_status = 255;
    command.has_pid = true;
    assert_string_equal(kill(play, command), "die web pid 101\n"
                                             "publish /tasks/exit web status 255 to 0\n"
                                             "publish /tasks/delete web status 255 to 0\n");
    assert_true(is_news(play));
    assert_string_equal(kill(play, kill_shim("old")), "publish /tasks/exit old pid 103 status 137 to 0\n"
                                                      "publish /tasks/delete old pid 103 status 137 to 0\n");
    assert_false(is_news(play));
}

static void an_exit_that_is_lost_is_told_to_nobody(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = kill_shim("web");
    command.exit_lost = true;
    assert_string_equal(kill(play, command), "die web pid 101\n");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "web", NULL),
                        "reply Tasks.Get NOT_FOUND \"task web not found\"\n");
}

static void until_it_is_cleaned_up_the_task_cannot_be_reached(void **state)
{
    static const struct {
        enum fake_method method;
        const char *exec;
        const char *expected;
    } rows[] = {
        {FAKE_TASKS_GET, NULL, "reply Tasks.Get " CLOSED},
        {FAKE_TASKS_GET, "up", "reply Tasks.Get " CLOSED},
        {FAKE_TASKS_DELETE, NULL, "reply Tasks.Delete " CLOSED},
        {FAKE_TASKS_KILL, NULL, "reply Tasks.Kill " CLOSED},
        {FAKE_TASKS_WAIT, NULL, "reply Tasks.Wait " CLOSED},
        {FAKE_TASKS_LIST_PIDS, NULL, "reply Tasks.ListPids " CLOSED},
    };
    struct fake_play *play = *state;
    struct fake_command command = kill_shim("web");
    command.clean_after_ns = 10 * TIME_SECOND;
    assert_string_equal(kill(play, command), "die web pid 101\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(fake_ask_for(play, rows[i].method, "web", rows[i].exec), rows[i].expected);
    assert_null(strstr(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL), "web"));
    assert_null(strstr(fake_ask_for(play, FAKE_TASKS_METRICS, NULL, NULL), "web"));
    assert_string_equal(kill(play, kill_shim("web")), "refuse kill shim web: its shim is dead already\n");
    assert_true(fake_deadline_ns(play->fake) == 10 * TIME_SECOND);
    fake_play_advance(play, 10 * TIME_SECOND - 1);
    assert_string_equal(fake_play_trace(play), "");
    fake_play_advance(play, 1);
    assert_string_equal(fake_play_trace(play), TOLD);
    assert_true(is_news(play));
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
}

static void what_is_never_cleaned_up_is_never_reached_again(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = kill_shim("web");
    command.clean_after_ns = TIME_NEVER;
    assert_string_equal(kill(play, command), "die web pid 101\n");
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
    fake_play_advance(play, INT64_C(1000) * 3600 * TIME_SECOND);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "web", NULL), "reply Tasks.Get " CLOSED);
}

static void each_is_cleaned_up_at_its_own_time(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = kill_shim("web");
    command.clean_after_ns = 2 * TIME_SECOND;
    kill(play, command);
    command = kill_shim("held");
    command.clean_after_ns = TIME_SECOND;
    kill(play, command);
    assert_true(fake_deadline_ns(play->fake) == TIME_SECOND);
    fake_play_advance(play, 2 * TIME_SECOND);
    assert_non_null(strstr(fake_play_trace(play), "publish /tasks/exit web pid 101 status 137 to 0\n"));
    /* The pids are free, and the names can be used again. */
    fake_play_command(play, fake_command_on(FAKE_COMMAND_CREATE, "web", NULL));
    struct fake_command next = fake_command_add("next", 101, FAKE_RUNNING);
    fake_play_command(play, next);
    assert_string_equal(fake_play_trace(play), "publish /tasks/create web pid 1000 to 0\n");
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
}

static void whose_container_is_removed_is_not_cleaned_up(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = kill_shim("web");
    command.clean_after_ns = TIME_SECOND;
    kill(play, command);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
    fake_play_trace(play);
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "");
}

static void what_has_no_task_has_no_shim(void **state)
{
    struct fake_play *play = *state;
    assert_string_equal(kill(play, kill_shim("bare")), "refuse kill shim bare: it has no task\n");
    assert_string_equal(kill(play, kill_shim("nope")), "refuse kill shim nope: there is no such container\n");
}

static void a_dead_shim_is_part_of_the_state(void **state)
{
    struct fake_play *play = *state;
    struct hash hashes[2];
    for (size_t i = 0; i < 2; i++) {
        struct fake *clone;
        struct fake_command command = kill_shim("web");
        command.clean_after_ns = i == 0 ? TIME_SECOND : TIME_NEVER;
        assert_int_equal(fake_clone(&clone, play->fake), 0);
        kill(play, command);
        hash_init(&hashes[i]);
        fake_hash(play->fake, play->now_ns, &hashes[i]);
        fake_free(play->fake);
        play->fake = clone;
    }
    assert_false(hash_equal(&hashes[0], &hashes[1]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_ask_set_up, fake_ask_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_exit_and_a_deletion_are_told_and_the_task_is_gone),
        TEST(the_exit_tells_what_it_is_told_to),
        TEST(an_exit_that_is_lost_is_told_to_nobody),
        TEST(until_it_is_cleaned_up_the_task_cannot_be_reached),
        TEST(what_is_never_cleaned_up_is_never_reached_again),
        TEST(each_is_cleaned_up_at_its_own_time),
        TEST(whose_container_is_removed_is_not_cleaned_up),
        TEST(what_has_no_task_has_no_shim),
        TEST(a_dead_shim_is_part_of_the_state),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/shim", tests, NULL, NULL);
}
