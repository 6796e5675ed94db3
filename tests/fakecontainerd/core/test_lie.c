/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/fake_ask.h"

#define MILLISECOND (TIME_SECOND / 1000)

static struct fake_rule rule_for(enum fake_method method, const char *id, struct fake_told told)
{
    return (struct fake_rule){
        .method = method, .container_id = text_of(id), .action = FAKE_DO_ANSWER, .told = told, .times = 1};
}

static const struct fake_told running = {.has_status = true, .status = FAKE_RUNNING};
static const struct fake_told stopped = {.has_status = true, .status = FAKE_STOPPED};

/* web runs with the exec up, old has ended with 3, new is created, held is paused, bare has no task. */
static void an_answer_says_what_it_is_told_to(void **state)
{
    static const struct {
        enum fake_method method;
        const char *id;
        struct fake_told told;
        const char *expected;
    } rows[] = {
        {FAKE_TASKS_GET,
         "old",
         {.has_status = true, .status = FAKE_RUNNING},
         "reply Tasks.Get OK old pid 103 running\n"},
        {FAKE_TASKS_GET,
         "web",
         {.has_status = true, .status = FAKE_STOPPED},
         "reply Tasks.Get OK web pid 101 stopped status 0\n"},
        {FAKE_TASKS_GET,
         "web",
         {.has_status = true, .status = FAKE_UNKNOWN, .has_pid = true},
         "reply Tasks.Get OK web unknown\n"},
        {FAKE_TASKS_GET,
         "old",
         {.has_exit_status = true, .exit_status = 137},
         "reply Tasks.Get OK old pid 103 stopped status 137\n"},
        {FAKE_TASKS_WAIT,
         "old",
         {.has_exited_at = true, .exited_at = {FAKE_EXITED_AT_ABSENT, 0, 0}},
         "reply Tasks.Wait OK old pid 103 stopped status 3 exited at absent\n"},
        {FAKE_TASKS_DELETE,
         "old",
         {.has_pid = true, .has_exited_at = true, .exited_at = {FAKE_EXITED_AT_RAW, 7, 9}},
         "publish /tasks/delete old pid 103 status 3 to 0\n"
         "reply Tasks.Delete OK old stopped status 3 exited at 7 s 9 ns\n"},
    };
    struct fake_play *play = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char expected[256] = "fault 1\n";
        expected[6] = (char)('1' + i);
        fake_play_rule(play, rule_for(rows[i].method, rows[i].id, rows[i].told));
        fake_play_trace(play);
        strcat(expected, rows[i].expected);
        assert_string_equal(fake_ask_for(play, rows[i].method, rows[i].id, NULL), expected);
    }
}

/* The lie is the answer's alone. */
static void what_is_said_changes_nothing(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, rule_for(FAKE_TASKS_GET, "old", running));
    fake_play_trace(play);
    fake_ask_for(play, FAKE_TASKS_GET, "old", NULL);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "old", NULL),
                        "reply Tasks.Get OK old pid 103 stopped status 3\n");
}

static void an_error_stays_as_it_is(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, rule_for(FAKE_TASKS_GET, "bare", running));
    fake_play_trace(play);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "bare", NULL),
                        "fault 1\nreply Tasks.Get NOT_FOUND \"task bare not found\"\n");
}

static void in_a_list_the_lie_is_about_one_container(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, rule_for(FAKE_TASKS_LIST, "old", running));
    fake_play_trace(play);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL),
                        "fault 1\nreply Tasks.List OK held pid 105 paused new pid 104 created old pid 103 running web "
                        "pid 101 running\n");
}

static void a_list_lacks_what_is_left_out(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = rule_for(FAKE_TASKS_LIST, "old", running);
    rule.action = FAKE_DO_LEAVE_OUT;
    fake_play_rule(play, rule);
    rule.container_id.length = 0;
    fake_play_rule(play, rule);
    rule.method = FAKE_CONTAINERS_LIST;
    rule.container_id = text_of("bare");
    fake_play_rule(play, rule);
    fake_play_trace(play);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL),
                        "fault 1\nreply Tasks.List OK held pid 105 paused new pid 104 created web pid 101 running\n");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL), "fault 2\nreply Tasks.List OK\n");
    assert_string_equal(fake_ask_for(play, FAKE_CONTAINERS_LIST, NULL, NULL),
                        "fault 3\nreply Containers.List OK held new old web\n");
}

/* One bad entry fails the whole list, as long as it is there. */
static void a_fault_of_a_container_meets_the_lists_that_have_it(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = {.method = FAKE_TASKS_LIST,
                             .container_id = text_of("old"),
                             .action = FAKE_DO_FAIL,
                             .status = 13,
                             .text = text_of("shim gone")};
    fake_play_rule(play, rule);
    rule.container_id = text_of("bare");
    rule.text = text_of("bare has no task");
    fake_play_rule(play, rule);
    rule.method = FAKE_CONTAINERS_LIST;
    fake_play_rule(play, rule);
    fake_play_trace(play);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL),
                        "fault 1\nreply Tasks.List INTERNAL \"shim gone\"\n");
    assert_string_equal(fake_ask_for(play, FAKE_CONTAINERS_LIST, NULL, NULL),
                        "fault 3\nreply Containers.List INTERNAL \"bare has no task\"\n");
    fake_ask_for(play, FAKE_TASKS_DELETE, "old", NULL);
    assert_non_null(strstr(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL), "reply Tasks.List OK"));
}

static void a_state_lags_until_some_time_after_the_end(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = rule_for(FAKE_TASKS_GET, NULL, running);
    rule.has_within = true;
    rule.delay_ns = 300 * MILLISECOND;
    rule.times = 0;
    fake_play_rule(play, rule);
    fake_play_trace(play);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "web", NULL), "reply Tasks.Get OK web pid 101 running\n");
    fake_play_advance(play, TIME_SECOND);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    fake_play_advance(play, 300 * MILLISECOND - 1);
    fake_play_trace(play);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "web", NULL),
                        "fault 1\nreply Tasks.Get OK web pid 101 running\n");
    fake_play_advance(play, 1);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_GET, "web", NULL),
                        "reply Tasks.Get OK web pid 101 stopped status 0\n");
}

static void of_a_list_it_lags_for_the_container_that_it_names(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule rule = rule_for(FAKE_TASKS_LIST, "web", running);
    rule.has_within = true;
    rule.delay_ns = TIME_SECOND;
    rule.times = 0;
    fake_play_rule(play, rule);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    fake_play_trace(play);
    assert_non_null(strstr(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL), "web pid 101 running"));
    fake_play_advance(play, TIME_SECOND);
    assert_non_null(strstr(fake_ask_for(play, FAKE_TASKS_LIST, NULL, NULL), "web pid 101 stopped"));
}

static void who_waits_is_lied_to_when_the_answer_comes(void **state)
{
    struct fake_play *play = *state;
    struct fake_told told = {.has_exit_status = true, .exit_status = 255};
    fake_play_rule(play, rule_for(FAKE_TASKS_WAIT, "web", told));
    fake_play_trace(play);
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", NULL), "fault 1\n");
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    assert_non_null(strstr(fake_play_trace(play), "reply Tasks.Wait OK web pid 101 stopped status 255\n"));
}

static void kills_for_lack_of_memory_are_counted_until_the_task_goes(void **state)
{
    struct fake_play *play = *state;
    struct fake_told told = {.has_oom_kills = true, .oom_kills = 7};
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    fake_play_trace(play);
    assert_non_null(
        strstr(fake_ask_for(play, FAKE_TASKS_METRICS, NULL, NULL), "web pid 101 stopped status 0 oom kills 2\n"));
    fake_play_rule(play, rule_for(FAKE_TASKS_METRICS, "web", told));
    fake_play_trace(play);
    assert_non_null(strstr(fake_ask_for(play, FAKE_TASKS_METRICS, NULL, NULL), "status 0 oom kills 7\n"));
    fake_ask_for(play, FAKE_TASKS_DELETE, "web", NULL);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_CREATE, "web", NULL));
    fake_play_trace(play);
    assert_null(strstr(fake_ask_for(play, FAKE_TASKS_METRICS, NULL, NULL), "oom kills"));
}

static struct hash hash_of(const struct fake_play *play)
{
    struct hash hash;
    hash_init(&hash);
    fake_hash(play->fake, play->now_ns, &hash);
    return hash;
}

/* A held answer that says the truth, one that lies, and rules that would lie otherwise are different states. */
static void what_is_said_is_part_of_the_state(void **state)
{
    struct fake_play *play = *state;
    struct fake *clone;
    assert_int_equal(fake_clone(&clone, play->fake), 0);
    fake_play_rule(play, rule_for(FAKE_TASKS_GET, "web", running));
    struct hash one = hash_of(play);
    fake_free(play->fake);
    play->fake = clone;
    fake_play_rule(play, rule_for(FAKE_TASKS_GET, "web", stopped));
    struct hash other = hash_of(play);
    assert_false(hash_equal(&one, &other));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_ask_set_up, fake_ask_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_says_what_it_is_told_to),
        TEST(what_is_said_changes_nothing),
        TEST(an_error_stays_as_it_is),
        TEST(in_a_list_the_lie_is_about_one_container),
        TEST(a_list_lacks_what_is_left_out),
        TEST(a_fault_of_a_container_meets_the_lists_that_have_it),
        TEST(a_state_lags_until_some_time_after_the_end),
        TEST(of_a_list_it_lags_for_the_container_that_it_names),
        TEST(who_waits_is_lied_to_when_the_answer_comes),
        TEST(kills_for_lack_of_memory_are_counted_until_the_task_goes),
        TEST(what_is_said_is_part_of_the_state),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/lie", tests, NULL, NULL);
}
