/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that are never answered, streams that end badly, connections that are told to go away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/fake_play.h"

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    *state = &play;
    return 0;
}

static void add_rule(struct fake_play *play, struct fake_rule rule)
{
    struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE, .rule = rule};
    fake_play_command(play, command);
    assert_string_equal(fake_play_trace(play), "");
}

static void a_request_that_hangs_does_nothing_and_is_never_answered(void **state)
{
    struct fake_play *play = *state;
    struct fake_command gone = fake_command_add("web", 101, FAKE_STOPPED);
    fake_play_command(play, gone);
    add_rule(play, (struct fake_rule){.method = FAKE_TASKS_DELETE, .action = FAKE_DO_HANG, .times = 1});
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "default", "web", NULL);
    assert_string_equal(fake_play_trace(play), "fault 1\n");
    fake_play_advance(play, 3600 * TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "");
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
    fake_play_request(play, 3, FAKE_TASKS_DELETE, "default", "web", NULL);
    assert_non_null(strstr(fake_play_trace(play), "reply Tasks.Delete OK"));
}

static void a_subscription_that_hangs_is_none(void **state)
{
    struct fake_play *play = *state;
    add_rule(play, (struct fake_rule){.method = FAKE_EVENTS_SUBSCRIBE, .action = FAKE_DO_HANG});
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    assert_int_equal(fake_subscription_count(play->fake), 0);
    assert_string_equal(fake_play_trace(play), "fault 1\n");
}

static const struct end_row {
    struct fake_stream_end end;
    const char *text;
} end_rows[] = {
    {{FAKE_END_STATUS, 0, {NULL, 0}, 0}, "OK"},
    {{FAKE_END_STATUS, 13, {"oh", 2}, 0}, "INTERNAL \"oh\""},
    {{FAKE_END_RESET, 0, {NULL, 0}, 7}, "reset 7"},
    {{FAKE_END_NO_STATUS, 0, {NULL, 0}, 0}, "no status"},
    {{FAKE_END_NO_TRAILERS, 0, {NULL, 0}, 0}, "no trailers"},
    {{FAKE_END_CONTENT_TYPE, 0, {NULL, 0}, 0}, "wrong content type"},
    {{FAKE_END_TRUNCATED, 0, {NULL, 0}, 0}, "truncated message"},
    {{FAKE_END_COMPRESSED, 0, {NULL, 0}, 0}, "compressed message"},
};

enum { END_ROWS = sizeof end_rows / sizeof end_rows[0] };

static void a_subscription_may_meet_any_end_by_a_fault(void **state)
{
    struct fake_play *play = *state;
    char expected[100];
    for (uint32_t i = 0; i < END_ROWS; i++)
        add_rule(play, (struct fake_rule){
                           .method = FAKE_EVENTS_SUBSCRIBE, .action = FAKE_DO_END, .times = 1, .end = end_rows[i].end});
    for (uint32_t i = 0; i < END_ROWS; i++) {
        fake_play_subscribe(play, 1 + 2 * i, (const char *[]){NULL});
        snprintf(expected, sizeof expected, "fault %u\nend stream %s\n", (unsigned)i + 1, end_rows[i].text);
        assert_string_equal(fake_play_trace(play), expected);
        assert_int_equal(fake_subscription_count(play->fake), 0);
    }
}

static void open_subscriptions_may_meet_any_end(void **state)
{
    struct fake_play *play = *state;
    char expected[100];
    for (uint32_t i = 0; i < END_ROWS; i++) {
        struct fake_command command = {.kind = FAKE_COMMAND_DISCONNECT, .end = end_rows[i].end};
        fake_play_subscribe(play, 1 + 2 * i, (const char *[]){NULL});
        fake_play_command(play, command);
        snprintf(expected, sizeof expected, "end stream %s\n", end_rows[i].text);
        assert_string_equal(fake_play_trace(play), expected);
    }
}

static void a_fault_with_a_text_beyond_the_limit_is_refused(void **state)
{
    static char text[FAKE_MESSAGE_MAX + 1];
    struct fake_play *play = *state;
    struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE};
    memset(text, 'x', sizeof text);
    command.rule = (struct fake_rule){.method = FAKE_EVENTS_SUBSCRIBE, .action = FAKE_DO_END};
    command.rule.end.text = (struct text){text, sizeof text};
    fake_play_command(play, command);
    assert_non_null(strstr(fake_play_trace(play), "refuse add rule"));
    command.rule.end.text.length = FAKE_MESSAGE_MAX;
    fake_play_command(play, command);
    assert_string_equal(fake_play_trace(play), "");
}

static void goaway_is_said_to_every_connection_and_ends_nothing_by_itself(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = {.kind = FAKE_COMMAND_GOAWAY, .goaway = {.last = FAKE_LAST_ALL}};
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 2});
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    fake_play_command(play, command);
    assert_int_equal(play->actions.items[0].connection_id, 1);
    assert_int_equal(play->actions.items[1].connection_id, 2);
    command.goaway = (struct fake_goaway){.last = FAKE_LAST_NONE, .close = true};
    fake_play_command(play, command);
    assert_string_equal(fake_play_trace(play), "goaway all\ngoaway all\ngoaway none close\ngoaway none close\n");
    assert_int_equal(fake_subscription_count(play->fake), 1);
    assert_int_equal(fake_subscription_count_below(play->fake, 1), 0);
    assert_int_equal(fake_subscription_count_below(play->fake, 2), 1);
}

static void a_drained_connection_is_closed_with_all_that_is_its(void **state)
{
    struct fake_play *play = *state;
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 2});
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    fake_play_event(play, (struct fake_event){.kind = FAKE_DRAINED, .connection_id = 1});
    assert_string_equal(fake_play_trace(play), "close connection\n");
    assert_int_equal(fake_subscription_count(play->fake), 0);
    fake_play_event(play, (struct fake_event){.kind = FAKE_DRAINED, .connection_id = 1});
    fake_play_event(play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    fake_play_request(play, 3, FAKE_VERSION, NULL, NULL, NULL);
    assert_string_equal(fake_play_trace(play), "");
}

int main(void)
{
#define PLAY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)
    const struct CMUnitTest tests[] = {
        PLAY_TEST(a_request_that_hangs_does_nothing_and_is_never_answered),
        PLAY_TEST(a_subscription_that_hangs_is_none),
        PLAY_TEST(a_subscription_may_meet_any_end_by_a_fault),
        PLAY_TEST(open_subscriptions_may_meet_any_end),
        PLAY_TEST(a_fault_with_a_text_beyond_the_limit_is_refused),
        PLAY_TEST(goaway_is_said_to_every_connection_and_ends_nothing_by_itself),
        PLAY_TEST(a_drained_connection_is_closed_with_all_that_is_its),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
