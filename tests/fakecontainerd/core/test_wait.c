/* SPDX-License-Identifier: Apache-2.0 */
/* What faults do to requests that wait: it is done to the answer, when that comes. */
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
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    *state = &play;
    return 0;
}

static void add_rule(struct fake_play *play, enum fake_rule_do action, uint32_t times)
{
    struct fake_rule rule = {.method = FAKE_TASKS_WAIT, .action = action, .times = times};
    rule.hold = text_of("late");
    rule.delay_ns = TIME_SECOND;
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
}

static const char *wait_on(struct fake_play *play, uint64_t connection_id, uint32_t stream_id)
{
    struct fake_request request = {
        .method = FAKE_TASKS_WAIT, .name_space = text_of("default"), .container_id = text_of("web")};
    fake_play_event(
        play, (struct fake_event){
                  .kind = FAKE_REQUEST, .connection_id = connection_id, .stream_id = stream_id, .request = request});
    return fake_play_trace(play);
}

static const char *end(struct fake_play *play)
{
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    return fake_play_trace(play);
}

static const char *release(struct fake_play *play)
{
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_RELEASE, .hold = text_of("late")});
    return fake_play_trace(play);
}

#define EXIT   "publish /tasks/exit web pid 101 status 0 to 0\n"
#define ANSWER "reply Tasks.Wait OK web pid 101 stopped status 0\n"

static void the_answer_is_held_when_it_comes(void **state)
{
    struct fake_play *play = *state;
    add_rule(play, FAKE_DO_HOLD, 1);
    assert_string_equal(wait_on(play, 1, 1), "fault 1\n");
    assert_string_equal(wait_on(play, 1, 3), "");
    assert_string_equal(end(play), EXIT ANSWER);
    assert_string_equal(release(play), ANSWER);
}

static void what_was_released_while_it_waited_is_answered(void **state)
{
    struct fake_play *play = *state;
    add_rule(play, FAKE_DO_HOLD, 1);
    wait_on(play, 1, 1);
    assert_string_equal(release(play), "");
    assert_string_equal(end(play), EXIT ANSWER);
}

static void an_error_that_ends_the_waiting_is_held_too(void **state)
{
    struct fake_play *play = *state;
    add_rule(play, FAKE_DO_HOLD, 1);
    fake_play_command(play, fake_command_add("new", 102, FAKE_CREATED));
    struct fake_request request = {
        .method = FAKE_TASKS_WAIT, .name_space = text_of("default"), .container_id = text_of("new")};
    fake_play_event(play,
                    (struct fake_event){.kind = FAKE_REQUEST, .connection_id = 1, .stream_id = 1, .request = request});
    fake_play_request(play, 3, FAKE_TASKS_DELETE, "default", "new", NULL);
    assert_null(strstr(fake_play_trace(play), "Tasks.Wait"));
    assert_string_equal(release(play), "reply Tasks.Wait UNKNOWN \"ttrpc: closed: unknown\"\n");
}

static void a_reply_is_lost_when_it_comes_with_all_of_its_connection(void **state)
{
    struct fake_play *play = *state;
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 2});
    add_rule(play, FAKE_DO_LOSE_REPLY, 2);
    assert_string_equal(wait_on(play, 1, 1), "fault 1\n");
    assert_string_equal(wait_on(play, 1, 3), "fault 1\n");
    assert_string_equal(wait_on(play, 1, 5), "");
    assert_string_equal(wait_on(play, 2, 1), "");
    assert_string_equal(end(play), EXIT "close connection\n" ANSWER);
}

static void of_what_has_ended_the_reply_is_lost_at_once(void **state)
{
    struct fake_play *play = *state;
    end(play);
    add_rule(play, FAKE_DO_LOSE_REPLY, 1);
    assert_string_equal(wait_on(play, 1, 1), "fault 1\nclose connection\n");
}

static void a_delay_begins_when_the_process_ends(void **state)
{
    struct fake_play *play = *state;
    add_rule(play, FAKE_DO_DELAY, 1);
    wait_on(play, 1, 1);
    fake_play_advance(play, 3600 * TIME_SECOND);
    assert_string_equal(end(play), EXIT);
    fake_play_advance(play, TIME_SECOND - 1);
    assert_string_equal(fake_play_trace(play), "");
    fake_play_advance(play, 1);
    assert_string_equal(fake_play_trace(play), ANSWER);
}

/* The same rules are left, and the one who waits has met one of them or the other. */
static void what_will_be_done_is_part_of_the_state(void **state)
{
    struct fake_play *play = *state;
    struct hash hashes[2];
    struct fake_rule rule = {.method = FAKE_TASKS_WAIT, .action = FAKE_DO_HOLD, .up_to = true};
    rule.hold = text_of("late");
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
    add_rule(play, FAKE_DO_LOSE_REPLY, 0);
    for (size_t i = 0; i < 2; i++) {
        struct fake_event event = {.kind = FAKE_REQUEST, .connection_id = 1, .stream_id = 1, .spare = i == 1};
        event.request = (struct fake_request){
            .method = FAKE_TASKS_WAIT, .name_space = text_of("default"), .container_id = text_of("web")};
        fake_play_event(play, event);
        hash_init(&hashes[i]);
        fake_hash(play->fake, 0, &hashes[i]);
        fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED, .connection_id = 1, .stream_id = 1});
    }
    assert_false(hash_equal(&hashes[0], &hashes[1]));
}

/* Nobody who holds as much as can be held keeps others waiting for ever. */
static void at_the_limit_the_answer_is_not_held(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = {.method = FAKE_VERSION, .action = FAKE_DO_HOLD};
    rule.hold = text_of("other");
    add_rule(play, FAKE_DO_HOLD, 0);
    wait_on(play, 1, 1);
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
    for (uint32_t i = 0; i < FAKE_HELD_MAX; i++)
        fake_play_request(play, 2 * i + 3, FAKE_VERSION, "default", NULL, NULL);
    fake_play_trace(play);
    assert_string_equal(end(play), EXIT ANSWER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_answer_is_held_when_it_comes),
        TEST(what_was_released_while_it_waited_is_answered),
        TEST(an_error_that_ends_the_waiting_is_held_too),
        TEST(a_reply_is_lost_when_it_comes_with_all_of_its_connection),
        TEST(of_what_has_ended_the_reply_is_lost_at_once),
        TEST(a_delay_begins_when_the_process_ends),
        TEST(what_will_be_done_is_part_of_the_state),
        TEST(at_the_limit_the_answer_is_not_held),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/wait", tests, NULL, NULL);
}
