/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fake_play.h"

static const char *const everything[] = {NULL};

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(&play, fake_command_add("db", 102, FAKE_RUNNING));
    *state = &play;
    return 0;
}

static struct fake_rule hold_answers(enum fake_method method, const char *name, uint32_t times)
{
    return (struct fake_rule){.method = method, .action = FAKE_DO_HOLD, .hold = text_of(name), .times = times};
}

static struct fake_rule hold_exits(const char *id, const char *name, uint32_t times)
{
    return (struct fake_rule){.of_events = true,
                              .topic = FAKE_TOPIC_TASK_EXIT,
                              .container_id = text_of(id),
                              .action = FAKE_DO_HOLD,
                              .hold = text_of(name),
                              .times = times};
}

static void release(struct fake_play *play, const char *name)
{
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_RELEASE, .hold = text_of(name)});
}

static void end(struct fake_play *play, const char *id)
{
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, id, NULL));
}

static struct hash hash_of(const struct fake_play *play)
{
    struct hash hash;
    hash_init(&hash);
    fake_hash(play->fake, play->now_ns, &hash);
    return hash;
}

static void the_work_is_done_and_the_answer_waits_for_its_release(void **state)
{
    struct fake_play *play = *state;
    end(play, "web");
    end(play, "db");
    fake_play_rule(play, hold_answers(FAKE_TASKS_DELETE, "late", 1));
    fake_play_trace(play);
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "default", "web", NULL);
    assert_string_equal(fake_play_trace(play), "fault 1\npublish /tasks/delete web pid 101 status 0 to 0\n");
    fake_play_request(play, 3, FAKE_TASKS_DELETE, "default", "db", NULL);
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete db pid 102 status 0 to 0\n"
                                               "reply Tasks.Delete OK db pid 102 stopped status 0\n");
    release(play, "other");
    fake_play_advance(play, INT64_C(3600000000000));
    assert_string_equal(fake_play_trace(play), "");
    release(play, "late");
    assert_string_equal(fake_play_trace(play), "reply Tasks.Delete OK web pid 101 stopped status 0\n");
    release(play, "late");
    assert_string_equal(fake_play_trace(play), "");
}

static void an_event_waits_and_others_go_on(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exits("web", "late", 1));
    fake_play_subscribe(play, 1, everything);
    end(play, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\nhold /tasks/exit web pid 101 status 0\n");
    end(play, "db");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit db pid 102 status 0 to 1\n"
                                               "send /tasks/exit db pid 102 status 0\n");
    fake_play_command(play, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
    fake_play_trace(play);
    release(play, "late");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 1\n"
                                               "send /tasks/exit web pid 101 status 0\n");
}

/* containerd keeps no log: a late event is one for whoever listens then. */
static void an_event_goes_to_who_is_subscribed_at_its_release(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exits(NULL, "late", 0));
    end(play, "web");
    fake_play_event(play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    fake_play_subscribe(play, 1, everything);
    fake_play_subscribe(play, 3, everything);
    end(play, "db");
    fake_play_trace(play);
    release(play, "late");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 2\n"
                                               "send /tasks/exit web pid 101 status 0\n"
                                               "send /tasks/exit web pid 101 status 0\n"
                                               "publish /tasks/exit db pid 102 status 0 to 2\n"
                                               "send /tasks/exit db pid 102 status 0\n"
                                               "send /tasks/exit db pid 102 status 0\n");
}

static void what_was_released_before_is_not_held_any_more(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exits("web", "late", 1));
    release(play, "late");
    end(play, "web");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 0\n");
}

static void one_name_may_hold_answers_and_events(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_answers(FAKE_TASKS_GET, "both", 1));
    fake_play_rule(play, hold_exits("web", "both", 1));
    fake_play_request(play, 1, FAKE_TASKS_GET, "default", "db", NULL);
    end(play, "web");
    fake_play_trace(play);
    release(play, "both");
    assert_string_equal(fake_play_trace(play), "reply Tasks.Get OK db pid 102 running\n"
                                               "publish /tasks/exit web pid 101 status 0 to 0\n");
}

static void an_answer_that_is_held_is_dropped_with_its_request(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_answers(FAKE_TASKS_GET, "late", 0));
    fake_play_request(play, 1, FAKE_TASKS_GET, "default", "web", NULL);
    fake_play_request(play, 3, FAKE_TASKS_GET, "default", "db", NULL);
    fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED, .connection_id = 1, .stream_id = 1});
    fake_play_trace(play);
    release(play, "late");
    assert_string_equal(fake_play_trace(play), "reply Tasks.Get OK db pid 102 running\n");
}

static void what_is_held_is_part_of_the_state(void **state)
{
    struct fake_play *play = *state;
    struct fake *clone;
    fake_play_rule(play, hold_exits("web", "late", 0));
    struct hash before = hash_of(play);
    assert_int_equal(fake_clone(&clone, play->fake), 0);
    release(play, "late");
    struct hash released = hash_of(play);
    assert_false(hash_equal(&before, &released));
    fake_free(play->fake);
    play->fake = clone;
    end(play, "web");
    struct hash held = hash_of(play);
    fake_play_trace(play);
    release(play, "late");
    struct hash sent = hash_of(play);
    assert_false(hash_equal(&held, &sent));
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 0\n");
}

static void at_the_limit_nothing_more_is_held(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_answers(FAKE_VERSION, "late", 0));
    for (uint32_t i = 0; i < FAKE_HELD_MAX; i++)
        fake_play_request(play, 2 * i + 1, FAKE_VERSION, "default", NULL, NULL);
    fake_play_trace(play);
    fake_play_request(play, 2 * FAKE_HELD_MAX + 1, FAKE_VERSION, "default", NULL, NULL);
    assert_string_equal(fake_play_trace(play), "reply Version.Version OK\n");
    fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED, .connection_id = 1, .stream_id = 1});
    fake_play_request(play, 2 * FAKE_HELD_MAX + 3, FAKE_VERSION, "default", NULL, NULL);
    assert_string_equal(fake_play_trace(play), "fault 1\n");
}

static bool tells_news(const struct fake_play *play, enum fake_did_kind kind)
{
    for (size_t i = 0; i < play->actions.count; i++) {
        const struct fake_action *action = &play->actions.items[i];
        if (action->kind == FAKE_DID && action->did.kind == kind)
            return !action->did.no_news;
    }
    fail_msg("nothing of the kind was told");
    return false;
}

static void what_is_held_is_news_once_and_what_is_forged_never(void **state)
{
    struct fake_play *play = *state;
    struct fake_command forge = {.kind = FAKE_COMMAND_PUBLISH};
    fake_play_rule(play, hold_exits(NULL, "late", 1));
    end(play, "web");
    assert_true(tells_news(play, FAKE_DID_HOLD));
    release(play, "late");
    assert_false(tells_news(play, FAKE_DID_PUBLISH));
    end(play, "db");
    assert_true(tells_news(play, FAKE_DID_PUBLISH));
    forge.forged.topic = FAKE_TOPIC_TASK_EXIT;
    forge.forged.container_id = text_of("web");
    forge.forged.name_space = text_of("default");
    fake_play_command(play, forge);
    assert_false(tells_news(play, FAKE_DID_PUBLISH));
    fake_play_rule(play, hold_exits(NULL, "forged", 1));
    fake_play_command(play, forge);
    assert_false(tells_news(play, FAKE_DID_HOLD));
}

static void a_hold_without_a_good_name_is_refused(void **state)
{
    static char name[FAKE_ID_MAX + 1];
    struct fake_play *play = *state;
    memset(name, 'x', sizeof name);
    struct fake_rule rule = hold_answers(FAKE_TASKS_GET, "", 1);
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), "refuse add rule : what it holds has no valid name\n");
    rule.hold = (struct text){name, sizeof name};
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), "refuse add rule : what it holds has no valid name\n");
    rule.hold.length = FAKE_ID_MAX;
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), "");
    fake_play_rule(play, (struct fake_rule){.of_events = true, .action = FAKE_DO_FAIL});
    assert_string_equal(fake_play_trace(play), "refuse add rule : that cannot be done to an event\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_work_is_done_and_the_answer_waits_for_its_release),
        TEST(an_event_waits_and_others_go_on),
        TEST(an_event_goes_to_who_is_subscribed_at_its_release),
        TEST(what_was_released_before_is_not_held_any_more),
        TEST(one_name_may_hold_answers_and_events),
        TEST(an_answer_that_is_held_is_dropped_with_its_request),
        TEST(what_is_held_is_part_of_the_state),
        TEST(at_the_limit_nothing_more_is_held),
        TEST(what_is_held_is_news_once_and_what_is_forged_never),
        TEST(a_hold_without_a_good_name_is_refused),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/hold", tests, NULL, NULL);
}
