/* SPDX-License-Identifier: Apache-2.0 */
/* What faults do to events on their way to whoever is subscribed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fake_play.h"

static const char *const everything[] = {NULL};
static const char *const nothing_of_tasks[] = {"topic==\"/containers/create\"", NULL};

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(&play, fake_command_add("db", 102, FAKE_RUNNING));
    fake_play_subscribe(&play, 1, everything);
    *state = &play;
    return 0;
}

static void add_rule(struct fake_play *play, enum fake_rule_do action, uint32_t cut_after)
{
    struct fake_rule rule = {.of_events = true,
                             .topic = FAKE_TOPIC_TASK_EXIT,
                             .container_id = text_of("web"),
                             .action = action,
                             .cut_after = cut_after,
                             .times = 1};
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
}

static void end(struct fake_play *play, const char *id)
{
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, id, NULL));
}

static void only_the_topic_and_container_of_a_rule_meet_it(void **state)
{
    struct fake_play *play = *state;
    add_rule(play, FAKE_DO_DROP, 0);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    assert_string_equal(fake_play_trace(play), "publish /tasks/oom web to 1\nsend /tasks/oom web\n");
    end(play, "db");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit db pid 102 status 0 to 1\n"
                                               "send /tasks/exit db pid 102 status 0\n");
    end(play, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\npublish /tasks/exit web pid 101 status 0 to 0\n");
}

static void a_rule_of_events_meets_no_request(void **state)
{
    struct fake_play *play = *state;
    add_rule(play, FAKE_DO_DROP, 0);
    fake_play_request(play, 3, FAKE_VERSION, "default", "web", NULL);
    assert_string_equal(fake_play_trace(play), "reply Version.Version OK\n");
}

static void what_is_duplicated_comes_twice_to_each(void **state)
{
    struct fake_play *play = *state;
    fake_play_subscribe(play, 3, everything);
    fake_play_subscribe(play, 5, nothing_of_tasks);
    add_rule(play, FAKE_DO_DUPLICATE, 0);
    end(play, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\n"
                                               "publish /tasks/exit web pid 101 status 0 to 2\n"
                                               "send /tasks/exit web pid 101 status 0\n"
                                               "send /tasks/exit web pid 101 status 0\n"
                                               "send /tasks/exit web pid 101 status 0\n"
                                               "send /tasks/exit web pid 101 status 0\n");
}

/* Both streams of connection 1 are over, the one that gets the cut event and the one that would get it next. */
static void what_is_cut_is_the_last_of_its_connection(void **state)
{
    struct fake_play *play = *state;
    struct fake_request request = {.method = FAKE_EVENTS_SUBSCRIBE};
    fake_play_subscribe(play, 3, everything);
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 2});
    fake_play_event(play,
                    (struct fake_event){.kind = FAKE_REQUEST, .connection_id = 2, .stream_id = 1, .request = request});
    add_rule(play, FAKE_DO_CUT, 12);
    end(play, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\n"
                                               "publish /tasks/exit web pid 101 status 0 to 0\n"
                                               "send /tasks/exit web pid 101 status 0 cut after 12\n"
                                               "send /tasks/exit web pid 101 status 0 cut after 12\n");
    assert_int_equal(fake_subscription_count(play->fake), 0);
    end(play, "db");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit db pid 102 status 0 to 0\n");
    fake_play_event(play, (struct fake_event){.kind = FAKE_DRAINED, .connection_id = 1});
    assert_string_equal(fake_play_trace(play), "close connection\n");
}

static void what_is_of_events_alone_is_refused_for_requests(void **state)
{
    static const enum fake_rule_do actions[] = {FAKE_DO_DROP, FAKE_DO_DUPLICATE, FAKE_DO_CUT};
    struct fake_play *play = *state;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        struct fake_rule rule = {.method = FAKE_TASKS_DELETE, .action = actions[i]};
        fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
        assert_string_equal(fake_play_trace(play), "refuse add rule : that can only be done to an event\n");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_the_topic_and_container_of_a_rule_meet_it),  TEST(a_rule_of_events_meets_no_request),
        TEST(what_is_duplicated_comes_twice_to_each),          TEST(what_is_cut_is_the_last_of_its_connection),
        TEST(what_is_of_events_alone_is_refused_for_requests),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/publish", tests, NULL, NULL);
}
