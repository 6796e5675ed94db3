/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/fake_play.h"

static struct fake_rule fail_with_effect(int64_t after_ns, uint32_t times)
{
    return (struct fake_rule){.method = FAKE_TASKS_DELETE,
                              .action = FAKE_DO_FAIL,
                              .status = 4,
                              .text = text_of("too late"),
                              .has_effect = true,
                              .effect_after_ns = after_ns,
                              .times = times};
}

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_STOPPED));
    fake_play_command(&play, fake_command_add("db", 102, FAKE_STOPPED));
    *state = &play;
    return 0;
}

static void delete_task(struct fake_play *play, uint32_t stream_id, const char *id)
{
    fake_play_request(play, stream_id, FAKE_TASKS_DELETE, "default", id, NULL);
}

static void the_error_comes_now_and_the_effect_later(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, fail_with_effect(25 * TIME_SECOND, 1));
    delete_task(play, 1, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\nreply Tasks.Delete DEADLINE_EXCEEDED \"too late\"\n");
    assert_true(fake_deadline_ns(play->fake) == 25 * TIME_SECOND);
    fake_play_event(play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    fake_play_advance(play, 25 * TIME_SECOND - 1);
    assert_string_equal(fake_play_trace(play), "");
    fake_play_advance(play, 1);
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete web pid 101 status 0 to 0\n");
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
}

static void what_is_never_answered_may_be_done_all_the_same(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = fail_with_effect(12 * TIME_SECOND, 1);
    rule.action = FAKE_DO_HANG;
    fake_play_rule(play, rule);
    delete_task(play, 1, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\n");
    fake_play_advance(play, 12 * TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete web pid 101 status 0 to 0\n");
}

static void each_effect_comes_at_its_own_time(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, fail_with_effect(3 * TIME_SECOND, 1));
    fake_play_rule(play, fail_with_effect(TIME_SECOND, 1));
    delete_task(play, 1, "web");
    delete_task(play, 3, "db");
    fake_play_trace(play);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete db pid 102 status 0 to 0\n");
    fake_play_advance(play, 2 * TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete web pid 101 status 0 to 0\n");
}

/* Somebody else may have been faster; and nobody is there to hear that it was refused. */
static void an_effect_that_cannot_be_is_none(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, fail_with_effect(TIME_SECOND, 1));
    delete_task(play, 1, "web");
    delete_task(play, 3, "web");
    fake_play_trace(play);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "");
}

static void what_is_to_come_is_part_of_the_state(void **state)
{
    struct fake_play *play = *state;
    struct hash hashes[2];
    fake_play_rule(play, fail_with_effect(TIME_SECOND, 0));
    delete_task(play, 1, "web");
    for (size_t i = 0; i < 2; i++) {
        hash_init(&hashes[i]);
        fake_hash(play->fake, play->now_ns, &hashes[i]);
        delete_task(play, 3, "db");
    }
    assert_false(hash_equal(&hashes[0], &hashes[1]));
}

static void at_the_limit_the_rule_is_not_met(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, fail_with_effect(TIME_SECOND, 0));
    for (uint32_t i = 0; i < FAKE_LATE_MAX; i++)
        delete_task(play, 2 * i + 1, "web");
    fake_play_trace(play);
    delete_task(play, 2 * FAKE_LATE_MAX + 1, "web");
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete web pid 101 status 0 to 0\n"
                                               "reply Tasks.Delete OK web pid 101 stopped status 0\n");
}

/* Whoever is told that it failed may have asked again by then. */
static void a_task_may_be_made_and_started_late(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = fail_with_effect(TIME_SECOND, 1);
    struct fake_command bare = fake_command_add("job", 0, FAKE_CREATED);
    bare.has_task = false;
    fake_play_command(play, bare);
    fake_play_trace(play);
    rule.method = FAKE_TASKS_CREATE;
    fake_play_rule(play, rule);
    rule.method = FAKE_TASKS_START;
    fake_play_rule(play, rule);
    fake_play_request(play, 1, FAKE_TASKS_CREATE, "default", "job", NULL);
    assert_string_equal(fake_play_trace(play), "fault 1\nreply Tasks.Create DEADLINE_EXCEEDED \"too late\"\n");
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "publish /tasks/create job pid 1000 to 0\n");
    fake_play_request(play, 3, FAKE_TASKS_START, "default", "job", NULL);
    assert_string_equal(fake_play_trace(play), "fault 2\nreply Tasks.Start DEADLINE_EXCEEDED \"too late\"\n");
    fake_play_request(play, 5, FAKE_TASKS_START, "default", "job", NULL);
    fake_play_trace(play);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "");
}

static void only_what_fails_of_three_calls_can_be_late(void **state)
{
    static const char refused[] =
        "refuse add rule : only a Tasks.Delete, Create or Start that fails or hangs can have its effect later\n";
    struct fake_play *play = *state;
    struct fake_rule rule = fail_with_effect(TIME_SECOND, 1);
    rule.method = FAKE_TASKS_KILL;
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), refused);
    rule = fail_with_effect(TIME_SECOND, 1);
    rule.action = FAKE_DO_LOSE_REQUEST;
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), refused);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_error_comes_now_and_the_effect_later),
        TEST(each_effect_comes_at_its_own_time),
        TEST(what_is_never_answered_may_be_done_all_the_same),
        TEST(an_effect_that_cannot_be_is_none),
        TEST(what_is_to_come_is_part_of_the_state),
        TEST(at_the_limit_the_rule_is_not_met),
        TEST(a_task_may_be_made_and_started_late),
        TEST(only_what_fails_of_three_calls_can_be_late),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/late", tests, NULL, NULL);
}
