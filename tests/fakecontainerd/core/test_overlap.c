/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/fake_play.h"

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_STOPPED));
    fake_play_command(&play, fake_command_add("db", 102, FAKE_STOPPED));
    *state = &play;
    return 0;
}

static struct fake_rule slow(enum fake_rule_do action)
{
    return (struct fake_rule){.method = FAKE_TASKS_DELETE,
                              .action = action,
                              .delay_ns = TIME_SECOND,
                              .hold = text_of(action == FAKE_DO_HOLD ? "late" : NULL),
                              .has_meanwhile = true,
                              .meanwhile_status = 14,
                              .meanwhile_text = text_of("transport is closing"),
                              .times = 1};
}

static const char *ask(struct fake_play *play, enum fake_method method, const char *id)
{
    static uint32_t stream_id = 1;
    fake_play_request(play, stream_id += 2, method, "default", id, NULL);
    return fake_play_trace(play);
}

#define DELETED "publish /tasks/delete web pid 101 status 0 to 0\n"
#define WON     "reply Tasks.Delete OK web pid 101 stopped status 0\n"
#define LOST    "fault 1\nreply Tasks.Delete UNAVAILABLE \"transport is closing\"\n"
#define GONE    "reply Tasks.Delete NOT_FOUND \"task web not found\"\n"

static void of_two_that_overlap_the_first_wins(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, slow(FAKE_DO_DELAY));
    fake_play_trace(play);
    assert_string_equal(ask(play, FAKE_TASKS_DELETE, "web"), "fault 1\n" DELETED);
    fake_play_advance(play, TIME_SECOND - 1);
    assert_string_equal(ask(play, FAKE_TASKS_DELETE, "web"), LOST);
    fake_play_advance(play, 1);
    assert_string_equal(fake_play_trace(play), WON);
    assert_string_equal(ask(play, FAKE_TASKS_DELETE, "web"), GONE);
}

static void what_is_held_keeps_others_off_until_it_is_released(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, slow(FAKE_DO_HOLD));
    fake_play_trace(play);
    assert_string_equal(ask(play, FAKE_TASKS_DELETE, "web"), "fault 1\n" DELETED);
    fake_play_advance(play, 3600 * TIME_SECOND);
    assert_string_equal(ask(play, FAKE_TASKS_DELETE, "web"), LOST);
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_RELEASE, .hold = text_of("late")});
    assert_string_equal(fake_play_trace(play), WON);
    assert_string_equal(ask(play, FAKE_TASKS_DELETE, "web"), GONE);
}

static void others_are_not_kept_off(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, slow(FAKE_DO_DELAY));
    ask(play, FAKE_TASKS_DELETE, "web");
    assert_string_equal(ask(play, FAKE_TASKS_GET, "web"), "reply Tasks.Get NOT_FOUND \"task web not found\"\n");
    assert_string_equal(ask(play, FAKE_TASKS_DELETE, "db"), "publish /tasks/delete db pid 102 status 0 to 0\n"
                                                            "reply Tasks.Delete OK db pid 102 stopped status 0\n");
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "other", "web", NULL);
    assert_string_equal(
        fake_play_trace(play),
        "reply Tasks.Delete NOT_FOUND \"container \\\"web\\\" in namespace \\\"other\\\": not found\"\n");
}

/* Whoever asked first has gone; its request goes on. */
static void it_goes_on_without_who_asked(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, slow(FAKE_DO_DELAY));
    ask(play, FAKE_TASKS_DELETE, "web");
    fake_play_event(play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    assert_string_equal(ask(play, FAKE_TASKS_DELETE, "web"), LOST);
}

/* Whoever asked is gone in both; what is under way is about one container or the other. */
static void what_is_under_way_is_part_of_the_state(void **state)
{
    struct fake_play *play = *state;
    struct hash hashes[2];
    struct fake_rule rule = slow(FAKE_DO_DELAY);
    rule.times = 0;
    rule.method = FAKE_TASKS_GET;
    fake_play_rule(play, rule);
    for (size_t i = 0; i < 2; i++) {
        struct fake *clone;
        assert_int_equal(fake_clone(&clone, play->fake), 0);
        fake_play_request(play, 1, FAKE_TASKS_GET, "default", i == 0 ? "web" : "db", NULL);
        fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED, .connection_id = 1, .stream_id = 1});
        hash_init(&hashes[i]);
        fake_hash(play->fake, play->now_ns, &hashes[i]);
        fake_free(play->fake);
        play->fake = clone;
    }
    assert_false(hash_equal(&hashes[0], &hashes[1]));
}

static void at_the_limit_the_rule_is_not_met(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = slow(FAKE_DO_DELAY);
    char id[16];
    rule.method = FAKE_TASKS_GET;
    rule.times = 0;
    fake_play_rule(play, rule);
    for (uint32_t i = 0; i < FAKE_OVERLAPS_MAX; i++) {
        (void)snprintf(id, sizeof id, "c%u", i);
        fake_play_request(play, 2 * i + 1, FAKE_TASKS_GET, "default", id, NULL);
    }
    fake_play_trace(play);
    assert_string_equal(ask(play, FAKE_TASKS_GET, "web"), "reply Tasks.Get OK web pid 101 stopped status 0\n");
    fake_play_advance(play, TIME_SECOND);
    fake_play_trace(play);
    assert_string_equal(ask(play, FAKE_TASKS_GET, "web"), "fault 1\n");
}

static void only_what_takes_its_time_keeps_others_off(void **state)
{
    static const char refused[] = "refuse add rule : only a request that is delayed or held can keep others off\n";
    struct fake_play *play = *state;
    struct fake_rule rule = slow(FAKE_DO_HANG);
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), refused);
    rule = slow(FAKE_DO_HOLD);
    rule.of_events = true;
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), refused);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_two_that_overlap_the_first_wins),
        TEST(what_is_held_keeps_others_off_until_it_is_released),
        TEST(others_are_not_kept_off),
        TEST(it_goes_on_without_who_asked),
        TEST(what_is_under_way_is_part_of_the_state),
        TEST(at_the_limit_the_rule_is_not_met),
        TEST(only_what_takes_its_time_keeps_others_off),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/overlap", tests, NULL, NULL);
}
