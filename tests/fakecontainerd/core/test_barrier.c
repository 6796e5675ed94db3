/* SPDX-License-Identifier: Apache-2.0 */
/* Answers and events that are held until something else has happened, or for a while. */
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
    fake_play_command(&play, fake_command_add("db", 102, FAKE_RUNNING));
    *state = &play;
    return 0;
}

static struct fake_rule hold_exit(const char *id, struct fake_barrier until)
{
    return (struct fake_rule){.of_events = true,
                              .topic = FAKE_TOPIC_TASK_EXIT,
                              .container_id = text_of(id),
                              .action = FAKE_DO_HOLD,
                              .until = until,
                              .times = 1};
}

static struct fake_barrier asked(enum fake_method method, const char *id)
{
    return (struct fake_barrier){.kind = FAKE_BARRIER_ASKED, .method = method, .container_id = text_of(id)};
}

static struct fake_barrier answered(enum fake_method method, const char *id)
{
    return (struct fake_barrier){.kind = FAKE_BARRIER_ANSWERED, .method = method, .container_id = text_of(id)};
}

static struct fake_barrier told(enum fake_event_topic topic, const char *id)
{
    return (struct fake_barrier){.kind = FAKE_BARRIER_TOLD, .topic = topic, .container_id = text_of(id)};
}

static void end(struct fake_play *play, const char *id)
{
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, id, NULL));
}

static void an_event_waits_for_another_and_comes_right_behind_it(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exit("web", told(FAKE_TOPIC_TASK_EXIT, "db")));
    end(play, "web");
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "db", NULL));
    assert_string_equal(fake_play_trace(play), "fault 1\nhold /tasks/exit web pid 101 status 0\n"
                                               "publish /tasks/oom db to 0\n");
    end(play, "db");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit db pid 102 status 0 to 0\n"
                                               "publish /tasks/exit web pid 101 status 0 to 0\n");
}

static void an_event_goes_before_the_answer_to_what_was_asked_or_behind_it(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exit("web", asked(FAKE_TASKS_GET, "web")));
    fake_play_rule(play, hold_exit("db", answered(FAKE_TASKS_GET, "db")));
    end(play, "web");
    end(play, "db");
    fake_play_trace(play);
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "default", "elsewhere", NULL);
    fake_play_request(play, 3, FAKE_VERSION, NULL, NULL, NULL);
    fake_play_trace(play);
    fake_play_request(play, 5, FAKE_TASKS_GET, "default", "db", NULL);
    assert_string_equal(fake_play_trace(play), "reply Tasks.Get OK db pid 102 stopped status 0\n"
                                               "publish /tasks/exit db pid 102 status 0 to 0\n");
    fake_play_request(play, 7, FAKE_TASKS_GET, "default", "web", NULL);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 0\n"
                                               "reply Tasks.Get OK web pid 101 stopped status 0\n");
}

/* Nobody is answered before that. */
static void an_answer_that_is_delayed_is_waited_for(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exit("web", answered(FAKE_VERSION, NULL)));
    fake_play_rule(
        play, (struct fake_rule){.method = FAKE_VERSION, .action = FAKE_DO_DELAY, .delay_ns = TIME_SECOND, .times = 1});
    end(play, "web");
    fake_play_request(play, 1, FAKE_VERSION, NULL, NULL, NULL);
    fake_play_trace(play);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "reply Version.Version OK\n"
                                               "publish /tasks/exit web pid 101 status 0 to 0\n");
}

static void an_answer_waits_for_an_event(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, (struct fake_rule){.method = FAKE_TASKS_GET,
                                            .action = FAKE_DO_HOLD,
                                            .until = told(FAKE_TOPIC_TASK_EXIT, NULL),
                                            .times = 1});
    fake_play_request(play, 1, FAKE_TASKS_GET, "default", "web", NULL);
    end(play, "web");
    assert_string_equal(fake_play_trace(play), "fault 1\npublish /tasks/exit web pid 101 status 0 to 0\n"
                                               "reply Tasks.Get OK web pid 101 running\n");
}

static void what_waits_for_a_subscription_comes_to_it(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exit("web", asked(FAKE_EVENTS_SUBSCRIBE, NULL)));
    end(play, "web");
    fake_play_trace(play);
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 1\n"
                                               "send /tasks/exit web pid 101 status 0\n");
}

static void what_waits_for_what_has_happened_does_not_wait(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exit("web", asked(FAKE_VERSION, NULL)));
    fake_play_request(play, 1, FAKE_VERSION, NULL, NULL, NULL);
    fake_play_trace(play);
    end(play, "web");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 0\n");
}

/* Nobody hears it. */
static void an_event_that_is_dropped_or_held_is_not_told(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule drop = {.of_events = true, .topic = FAKE_TOPIC_TASK_OOM, .action = FAKE_DO_DROP, .times = 1};
    fake_play_rule(play, hold_exit("web", told(FAKE_TOPIC_TASK_OOM, NULL)));
    fake_play_rule(play, drop);
    end(play, "web");
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "db", NULL));
    assert_null(strstr(fake_play_trace(play), "publish /tasks/exit"));
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "db", NULL));
    assert_non_null(strstr(fake_play_trace(play), "publish /tasks/exit"));
}

static void what_goes_on_may_be_what_another_waits_for(void **state)
{
    struct fake_play *play = *state;
    fake_play_rule(play, hold_exit("db", told(FAKE_TOPIC_TASK_EXIT, "web")));
    fake_play_rule(play, hold_exit("web", asked(FAKE_VERSION, NULL)));
    end(play, "db");
    end(play, "web");
    fake_play_trace(play);
    fake_play_request(play, 1, FAKE_VERSION, NULL, NULL, NULL);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 0\n"
                                               "publish /tasks/exit db pid 102 status 0 to 0\n"
                                               "reply Version.Version OK\n");
}

static void a_delayed_event_comes_when_it_is_due_the_earlier_first(void **state)
{
    struct fake_play *play = *state;
    struct fake_rule slow = hold_exit("web", (struct fake_barrier){.kind = FAKE_BARRIER_NONE});
    struct fake_rule fast;
    slow.action = FAKE_DO_DELAY;
    slow.delay_ns = 3 * TIME_SECOND;
    fast = slow;
    fast.container_id = text_of("db");
    fast.delay_ns = 2 * TIME_SECOND;
    fake_play_rule(play, slow);
    fake_play_rule(play, fast);
    end(play, "web");
    end(play, "db");
    fake_play_trace(play);
    assert_int_equal(fake_deadline_ns(play->fake), 2 * TIME_SECOND);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "");
    fake_play_advance(play, 5 * TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit db pid 102 status 0 to 0\n"
                                               "publish /tasks/exit web pid 101 status 0 to 0\n");
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
}

/* Room for all of it is there before the step begins. */
static void much_goes_on_in_one_step(void **state)
{
    enum { EVENTS = 200, SUBSCRIPTIONS = 9 };
    struct fake_play *play = *state;
    struct fake_rule rule = hold_exit(NULL, asked(FAKE_VERSION, NULL));
    struct fake_command forged = {.kind = FAKE_COMMAND_PUBLISH};
    size_t sent = 0;
    rule.times = 0;
    fake_play_rule(play, rule);
    for (uint32_t i = 0; i < SUBSCRIPTIONS; i++)
        fake_play_subscribe(play, 3 + 2 * i, (const char *[]){NULL});
    forged.forged.topic = FAKE_TOPIC_TASK_EXIT;
    forged.forged.name_space = text_of("default");
    for (size_t i = 0; i < EVENTS; i++)
        fake_play_command(play, forged);
    fake_play_trace(play);
    fake_play_request(play, 1, FAKE_VERSION, NULL, NULL, NULL);
    for (const char *at = strstr(fake_play_trace(play), "\nsend "); at != NULL; at = strstr(at + 1, "\nsend "))
        sent++;
    assert_int_equal(sent, EVENTS * SUBSCRIPTIONS);
}

static void a_hold_that_nothing_ends_is_refused(void **state)
{
    struct fake_play *play = *state;
    static char id[FAKE_ID_MAX + 1];
    memset(id, 'x', sizeof id);
    fake_play_rule(play, hold_exit("web", (struct fake_barrier){.kind = FAKE_BARRIER_NONE}));
    assert_string_equal(fake_play_trace(play), "refuse add rule : what it holds has no valid name\n");
    struct fake_rule rule = hold_exit("web", told(FAKE_TOPIC_TASK_EXIT, NULL));
    rule.until.container_id = (struct text){id, sizeof id};
    fake_play_rule(play, rule);
    assert_string_equal(fake_play_trace(play), "refuse add rule : its container has no valid id\n");
}

static void what_is_waited_for_is_part_of_the_fingerprint(void **state)
{
    enum { VARIANTS = 6 };
    struct hash hashes[VARIANTS];
    (void)state;
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        static const struct fake_barrier barriers[VARIANTS] = {
            {.kind = FAKE_BARRIER_ASKED, .method = FAKE_VERSION},
            {.kind = FAKE_BARRIER_ANSWERED, .method = FAKE_VERSION},
            {.kind = FAKE_BARRIER_ASKED, .method = FAKE_TASKS_GET},
            {.kind = FAKE_BARRIER_TOLD, .topic = FAKE_TOPIC_TASK_EXIT},
            {.kind = FAKE_BARRIER_TOLD, .topic = FAKE_TOPIC_TASK_OOM},
            {.kind = FAKE_BARRIER_TOLD, .topic = FAKE_TOPIC_TASK_OOM, .container_id = {"db", 2}},
        };
        struct fake_play play;
        fake_play_init(&play);
        fake_play_rule(&play, hold_exit("web", barriers[variant]));
        hash_init(&hashes[variant]);
        fake_hash(play.fake, 0, &hashes[variant]);
        fake_play_release(&play);
    }
    fake_play_assert_all_differ(hashes, VARIANTS);
}

int main(void)
{
#define PLAY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)
    const struct CMUnitTest tests[] = {
        PLAY_TEST(an_event_waits_for_another_and_comes_right_behind_it),
        PLAY_TEST(an_event_goes_before_the_answer_to_what_was_asked_or_behind_it),
        PLAY_TEST(an_answer_that_is_delayed_is_waited_for),
        PLAY_TEST(an_answer_waits_for_an_event),
        PLAY_TEST(what_waits_for_a_subscription_comes_to_it),
        PLAY_TEST(what_waits_for_what_has_happened_does_not_wait),
        PLAY_TEST(an_event_that_is_dropped_or_held_is_not_told),
        PLAY_TEST(what_goes_on_may_be_what_another_waits_for),
        PLAY_TEST(a_delayed_event_comes_when_it_is_due_the_earlier_first),
        PLAY_TEST(much_goes_on_in_one_step),
        PLAY_TEST(a_hold_that_nothing_ends_is_refused),
        cmocka_unit_test(what_is_waited_for_is_part_of_the_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
