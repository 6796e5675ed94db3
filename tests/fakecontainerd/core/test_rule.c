/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

static struct fake_rule fail_with(enum fake_method method, const char *id, int status, const char *text, uint32_t times)
{
    return (struct fake_rule){.method = method,
                              .container_id = text_of(id),
                              .action = FAKE_DO_FAIL,
                              .status = status,
                              .text = text_of(text),
                              .times = times};
}

static struct fake_rule delay_by(enum fake_method method, int64_t delay_ns)
{
    return (struct fake_rule){.method = method, .action = FAKE_DO_DELAY, .delay_ns = delay_ns};
}

static void delete_task(struct fake_play *play, uint32_t stream_id, const char *id)
{
    fake_play_request(play, stream_id, FAKE_TASKS_DELETE, "default", id, NULL);
}

static void a_request_that_fails_has_no_effect(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, fail_with(FAKE_TASKS_DELETE, "web", 14, "not now", 2));
    delete_task(play, 1, "web");
    delete_task(play, 3, "db");
    delete_task(play, 5, "web");
    delete_task(play, 7, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\n"
                                               "reply Tasks.Delete UNAVAILABLE \"not now\"\n"
                                               "publish /tasks/delete db pid 102 status 0 to 0\n"
                                               "reply Tasks.Delete OK db pid 102 stopped status 0\n"
                                               "fault 1\n"
                                               "reply Tasks.Delete UNAVAILABLE \"not now\"\n"
                                               "publish /tasks/delete web pid 101 status 0 to 0\n"
                                               "reply Tasks.Delete OK web pid 101 stopped status 0\n");
}

static void the_first_rule_that_matches_and_is_not_used_up_is_taken(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, fail_with(FAKE_TASKS_GET, NULL, 13, "one", 1));
    fake_play_rule(play, fail_with(FAKE_TASKS_GET, "db", 13, "two", 1));
    fake_play_rule(play, fail_with(FAKE_TASKS_GET, NULL, 13, "three", 0));
    fake_play_request(play, 1, FAKE_TASKS_GET, "default", "db", NULL);
    fake_play_request(play, 3, FAKE_TASKS_GET, "default", "web", NULL);
    fake_play_request(play, 5, FAKE_TASKS_GET, "default", "db", NULL);
    fake_play_request(play, 7, FAKE_TASKS_GET, "default", "db", NULL);
    fake_play_request(play, 9, FAKE_TASKS_LIST, "default", NULL, NULL);
    assert_string_equal(fake_play_trace(play),
                        "fault 1\nreply Tasks.Get INTERNAL \"one\"\n"
                        "fault 3\nreply Tasks.Get INTERNAL \"three\"\n"
                        "fault 2\nreply Tasks.Get INTERNAL \"two\"\n"
                        "fault 3\nreply Tasks.Get INTERNAL \"three\"\n"
                        "reply Tasks.List OK db pid 102 stopped status 0 web pid 101 stopped status 0\n");
}

static struct fake_event get_web(bool spare)
{
    static uint32_t stream_id = 1001;
    return (struct fake_event){
        .kind = FAKE_REQUEST,
        .connection_id = 1,
        .stream_id = stream_id += 2,
        .request = {.method = FAKE_TASKS_GET, .name_space = text_of("default"), .container_id = text_of("web")},
        .spare = spare,
    };
}

static void a_rule_that_is_up_to_so_many_may_spare_a_request(void **state)
{
    static const char met[] = "fault 1\nreply Tasks.Get INTERNAL \"one\"\n";
    static const char spared[] = "reply Tasks.Get OK web pid 101 stopped status 0\n";
    struct fake_play *play = *state;
    struct fake_rule rule = fail_with(FAKE_TASKS_GET, NULL, 13, "one", 2);
    struct fake_event event = get_web(false);
    rule.up_to = true;
    fake_play_rule(play, rule);
    fake_play_trace(play);
    assert_true(fake_can_spare(play->fake, &event));
    for (size_t i = 0; i < 4; i++) {
        fake_play_event(play, get_web(i == 1));
        assert_string_equal(fake_play_trace(play), i == 1 || i == 3 ? spared : met);
    }
    assert_false(fake_can_spare(play->fake, &event));
}

static void a_rule_that_must_strike_spares_nobody(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule optional = fail_with(FAKE_TASKS_GET, NULL, 13, "two", 1);
    struct fake_event event = get_web(true);
    optional.up_to = true;
    fake_play_rule(play, fail_with(FAKE_TASKS_GET, NULL, 13, "one", 1));
    fake_play_rule(play, optional);
    fake_play_trace(play);
    assert_false(fake_can_spare(play->fake, &event));
    fake_play_event(play, get_web(true));
    assert_string_equal(fake_play_trace(play), "fault 1\nreply Tasks.Get INTERNAL \"one\"\n");
}

static void a_request_that_is_spared_brings_what_follows(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule first = fail_with(FAKE_TASKS_GET, NULL, 13, "first", 3);
    first.up_to = true;
    first.followed = true;
    fake_play_rule(play, first);
    fake_play_rule(play, fail_with(FAKE_TASKS_GET, NULL, 13, "then", 1));
    fake_play_trace(play);
    for (size_t i = 0; i < 4; i++)
        fake_play_event(play, get_web(i == 1));
    assert_string_equal(fake_play_trace(play), "fault 1\nreply Tasks.Get INTERNAL \"first\"\n"
                                               "fault 2\nreply Tasks.Get INTERNAL \"then\"\n"
                                               "reply Tasks.Get OK web pid 101 stopped status 0\n"
                                               "reply Tasks.Get OK web pid 101 stopped status 0\n");
}

static void an_event_may_be_spared_too(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = {
        .of_events = true, .topic = FAKE_TOPIC_TASK_DELETE, .action = FAKE_DO_DROP, .times = 1, .up_to = true};
    struct fake_event event = {
        .kind = FAKE_COMMAND, .command = fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL), .spare = true};
    struct hash before;
    struct hash after;
    hash_init(&before);
    fake_hash(play->fake, 0, &before);
    assert_false(fake_can_spare(play->fake, &event));
    fake_play_rule(play, rule);
    hash_init(&after);
    fake_hash(play->fake, 0, &after);
    assert_false(hash_equal(&before, &after));
    assert_true(fake_can_spare(play->fake, &event));
    fake_play_event(play, event);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_REMOVE, "db", NULL));
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete web pid 101 status 0 to 0\n"
                                               "publish /containers/delete web to 0\n"
                                               "fault 1\n"
                                               "publish /tasks/delete db pid 102 status 0 to 0\n"
                                               "publish /containers/delete db to 0\n");
}

static void a_subscription_may_fail_too(void **state)
{
    static const char *const everything[] = {NULL};
    struct fake_play *play = *state;
    fake_play_rule(play, fail_with(FAKE_EVENTS_SUBSCRIBE, NULL, 8, "too many", 1));
    fake_play_subscribe(play, 1, everything);
    assert_int_equal(fake_subscription_count(play->fake), 0);
    fake_play_subscribe(play, 3, everything);
    assert_string_equal(fake_play_trace(play), "fault 1\nend stream RESOURCE_EXHAUSTED \"too many\"\n");
    assert_int_equal(fake_subscription_count(play->fake), 1);
}

static void a_delayed_answer_is_done_at_once_and_told_later_as_it_was(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, delay_by(FAKE_TASKS_LIST, TIME_SECOND));
    fake_play_rule(play, delay_by(FAKE_TASKS_DELETE, TIME_SECOND / 2));
    fake_play_request(play, 1, FAKE_TASKS_LIST, "default", NULL, NULL);
    delete_task(play, 3, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\nfault 2\npublish /tasks/delete web pid 101 status 0 to 0\n");
    assert_true(fake_deadline_ns(play->fake) == TIME_SECOND / 2);
    fake_play_advance(play, TIME_SECOND / 2);
    assert_string_equal(fake_play_trace(play), "reply Tasks.Delete OK web pid 101 stopped status 0\n");
    fake_play_command(play, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
    fake_play_command(play, fake_command_on(FAKE_COMMAND_REMOVE, "db", NULL));
    fake_play_trace(play);
    fake_play_advance(play, TIME_SECOND / 2);
    assert_string_equal(fake_play_trace(play),
                        "reply Tasks.List OK db pid 102 stopped status 0 web pid 101 stopped status 0\n");
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
}

static void what_is_due_at_the_same_time_is_told_in_the_order_in_which_it_was_asked(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, delay_by(FAKE_TASKS_GET, TIME_SECOND));
    fake_play_rule(play, delay_by(FAKE_CONTAINERS_GET, 2 * TIME_SECOND));
    fake_play_request(play, 1, FAKE_CONTAINERS_GET, "default", "db", NULL);
    fake_play_advance(play, TIME_SECOND);
    fake_play_request(play, 3, FAKE_TASKS_GET, "default", "web", NULL);
    fake_play_request(play, 5, FAKE_TASKS_GET, "default", "db", NULL);
    fake_play_trace(play);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "reply Containers.Get OK db\n"
                                               "reply Tasks.Get OK web pid 101 stopped status 0\n"
                                               "reply Tasks.Get OK db pid 102 stopped status 0\n");
}

static void a_delayed_answer_is_dropped_with_its_request(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, delay_by(FAKE_TASKS_GET, TIME_SECOND));
    fake_play_request(play, 1, FAKE_TASKS_GET, "default", "web", NULL);
    fake_play_request(play, 3, FAKE_TASKS_GET, "default", "db", NULL);
    fake_play_trace(play);
    fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED, .connection_id = 1, .stream_id = 1});
    fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED, .connection_id = 2, .stream_id = 3});
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "reply Tasks.Get OK db pid 102 stopped status 0\n");
    fake_play_request(play, 5, FAKE_TASKS_GET, "default", "web", NULL);
    fake_play_trace(play);
    fake_play_event(play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "");
}

/* That nobody knows when a subscription is registered is what makes an event before it a loss. */
static void a_delayed_subscription_misses_what_is_published_before_it_is_registered(void **state)
{
    static const char *const everything[] = {NULL};
    struct fake_play *play = *state;
    fake_play_rule(play, delay_by(FAKE_EVENTS_SUBSCRIBE, TIME_SECOND));
    fake_play_subscribe(play, 1, everything);
    assert_true(fake_deadline_ns(play->fake) == TIME_SECOND);
    delete_task(play, 3, "web");
    fake_play_advance(play, TIME_SECOND);
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
    delete_task(play, 5, "db");
    assert_string_equal(fake_play_trace(play), "fault 1\n"
                                               "publish /tasks/delete web pid 101 status 0 to 0\n"
                                               "reply Tasks.Delete OK web pid 101 stopped status 0\n"
                                               "publish /tasks/delete db pid 102 status 0 to 1\n"
                                               "send /tasks/delete db pid 102 status 0\n"
                                               "reply Tasks.Delete OK db pid 102 stopped status 0\n");
}

/* All that waits for the connection goes with it, on other streams too. */
static void what_is_lost_takes_the_connection_with_it(void **state)
{
    static const struct {
        enum fake_rule_do action;
        const char *trace;
        bool has_task;
    } rows[] = {
        {FAKE_DO_LOSE_REQUEST, "fault 2\nclose connection\n", true},
        {FAKE_DO_LOSE_REPLY, "fault 3\npublish /tasks/delete web pid 101 status 0 to 1\nclose connection\n", false},
    };
    static const char *const everything[] = {NULL};
    struct fake_play *play = *state;
    fake_play_rule(play, delay_by(FAKE_TASKS_LIST, TIME_SECOND));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_process init;
        bool has_task;
        fake_play_rule(play, (struct fake_rule){.method = FAKE_TASKS_DELETE, .action = rows[i].action, .times = 1});
        fake_play_subscribe(play, 1, everything);
        fake_play_request(play, 3, FAKE_TASKS_LIST, "default", NULL, NULL);
        fake_play_trace(play);
        delete_task(play, 5, "web");
        assert_string_equal(fake_play_trace(play), rows[i].trace);
        assert_true(fake_task(play->fake, text_of("default"), text_of("web"), &init, &has_task));
        assert_int_equal(has_task, rows[i].has_task);
        assert_int_equal(fake_subscription_count(play->fake), 0);
        assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
        fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    }
}

static void rules_have_limits(void **state)
{
    static char text[FAKE_MESSAGE_MAX + 1];
    struct fake_play *play = *state;
    memset(text, 'x', sizeof text);
    struct fake_rule rule = {.method = FAKE_TASKS_GET, .text = {text, FAKE_MESSAGE_MAX + 1}};
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), "refuse add rule : its text is longer than the fake can hold\n");
    rule.text.length = FAKE_MESSAGE_MAX;
    rule.container_id = (struct text){text, FAKE_ID_MAX + 1};
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), "refuse add rule : its container has no valid id\n");
    rule.container_id.length = FAKE_ID_MAX;
    for (size_t i = 0; i < FAKE_RULES_MAX; i++)
        fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), "");
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), "refuse add rule : the fake holds no more rules\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_that_fails_has_no_effect),
        TEST(the_first_rule_that_matches_and_is_not_used_up_is_taken),
        TEST(a_rule_that_is_up_to_so_many_may_spare_a_request),
        TEST(a_rule_that_must_strike_spares_nobody),
        TEST(a_request_that_is_spared_brings_what_follows),
        TEST(an_event_may_be_spared_too),
        TEST(a_subscription_may_fail_too),
        TEST(a_delayed_answer_is_done_at_once_and_told_later_as_it_was),
        TEST(what_is_due_at_the_same_time_is_told_in_the_order_in_which_it_was_asked),
        TEST(a_delayed_answer_is_dropped_with_its_request),
        TEST(a_delayed_subscription_misses_what_is_published_before_it_is_registered),
        TEST(what_is_lost_takes_the_connection_with_it),
        TEST(rules_have_limits),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/rule", tests, NULL, NULL);
}
