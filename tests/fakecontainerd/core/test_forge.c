/* SPDX-License-Identifier: Apache-2.0 */
/* Events that nothing has caused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fake_play.h"

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    *state = &play;
    return 0;
}

static struct fake_command forged(enum fake_event_topic topic, const char *id, uint32_t pid)
{
    struct fake_command command = {.kind = FAKE_COMMAND_PUBLISH};
    command.forged.topic = topic;
    command.forged.name_space = text_of("default");
    command.forged.container_id = text_of(id);
    command.forged.pid = pid;
    return command;
}

/* The event that the last step sent. */
static const struct fake_published *sent(const struct fake_play *play)
{
    for (size_t i = 0; i < play->actions.count; i++)
        if (play->actions.items[i].kind == FAKE_SEND_EVENT)
            return &play->actions.items[i].published;
    fail_msg("nothing was sent");
    return NULL;
}

static void a_forged_event_is_sent_and_nothing_else_happens(void **state)
{
    struct fake_play *play = *state;
    struct fake_process process;
    bool has_task;
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    fake_play_command(play, forged(FAKE_TOPIC_TASK_EXIT, "web", 101));
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 1\n"
                                               "send /tasks/exit web pid 101 status 0\n");
    assert_true(fake_task(play->fake, text_of("default"), text_of("web"), &process, &has_task));
    assert_int_equal(process.status, FAKE_RUNNING);
}

static void a_forged_event_may_be_of_what_there_is_not(void **state)
{
    static const struct {
        enum fake_event_topic topic;
        const char *id;
        const char *trace;
    } rows[] = {
        {FAKE_TOPIC_TASK_EXIT, "nobody", "publish /tasks/exit nobody pid 7 status 0 to 0\n"},
        {FAKE_TOPIC_TASK_EXIT, "", "publish /tasks/exit pid 7 status 0 to 0\n"},
        {FAKE_TOPIC_TASK_EXIT, "-not an id-", "publish /tasks/exit -not an id- pid 7 status 0 to 0\n"},
        {FAKE_TOPIC_TASK_OOM, "nobody", "publish /tasks/oom nobody pid 7 to 0\n"},
        {FAKE_TOPIC_TASK_CREATE, "nobody", "publish /tasks/create nobody pid 7 to 0\n"},
        {FAKE_TOPIC_TASK_START, "nobody", "publish /tasks/start nobody pid 7 to 0\n"},
        {FAKE_TOPIC_TASK_PAUSED, "nobody", "publish /tasks/paused nobody pid 7 to 0\n"},
        {FAKE_TOPIC_EXEC_ADDED, "nobody", "publish /tasks/exec-added nobody pid 7 to 0\n"},
    };
    struct fake_play *play = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake_play_command(play, forged(rows[i].topic, rows[i].id, 7));
        assert_string_equal(fake_play_trace(play), rows[i].trace);
    }
}

static void a_forged_exit_is_of_now_where_no_time_is_given(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT, "web", 101);
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    fake_play_command(play, command);
    assert_int_equal(sent(play)->exited_at.kind, FAKE_EXITED_AT_TIME);
    assert_true(sent(play)->exited_at_ns == WALL_START_NS);
    assert_true(sent(play)->published_at_ns == WALL_START_NS);
    command.forged.exited_at_ns = 5;
    fake_play_command(play, command);
    assert_true(sent(play)->exited_at_ns == 5);
    fake_play_command(play, forged(FAKE_TOPIC_TASK_OOM, "web", 0));
    assert_true(sent(play)->exited_at_ns == 0);
}

static void a_forged_exit_may_be_at_no_time_or_an_impossible_one(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT, "web", 101);
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    command.forged.exited_at.kind = FAKE_EXITED_AT_ABSENT;
    fake_play_command(play, command);
    assert_int_equal(sent(play)->exited_at.kind, FAKE_EXITED_AT_ABSENT);
    command.forged.exited_at = (struct fake_exited_at){FAKE_EXITED_AT_RAW, -62135596800, -1};
    command.forged.unknown_field = true;
    fake_play_command(play, command);
    assert_int_equal(sent(play)->exited_at.kind, FAKE_EXITED_AT_RAW);
    assert_true(sent(play)->exited_at.seconds == -62135596800);
    assert_int_equal(sent(play)->exited_at.nanos, -1);
    assert_true(sent(play)->unknown_field);
    assert_string_equal(fake_play_trace(play),
                        "publish /tasks/exit web pid 101 status 0 exited at absent to 1\n"
                        "send /tasks/exit web pid 101 status 0 exited at absent\n"
                        "publish /tasks/exit web pid 101 status 0 unknown field exited at -62135596800 s -1 ns to 1\n"
                        "send /tasks/exit web pid 101 status 0 unknown field exited at -62135596800 s -1 ns\n");
}

static void forged_bytes_go_out_as_they_are_to_everybody(void **state)
{
    struct fake_play *play = *state;
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT, "", 0);
    fake_play_subscribe(play, 1, (const char *[]){"topic==\"/tasks/oom\"", NULL});
    command.forged.has_bytes = true;
    command.forged.bytes = (struct text){"\0\xff", 2};
    fake_play_command(play, command);
    assert_true(sent(play)->has_bytes);
    assert_memory_equal(sent(play)->bytes.bytes, "\0\xff", 2);
    command.forged.bytes.length = 0;
    fake_play_command(play, command);
    assert_true(sent(play)->has_bytes);
    assert_int_equal(sent(play)->bytes.length, 0);
    assert_string_equal(fake_play_trace(play), "publish 2 bytes to 1\nsend 2 bytes\n"
                                               "publish 0 bytes to 1\nsend 0 bytes\n");
}

static void a_forged_event_goes_through_filters_like_a_real_one(void **state)
{
    struct fake_play *play = *state;
    fake_play_subscribe(play, 1, (const char *[]){"topic==\"/tasks/oom\"", NULL});
    fake_play_command(play, forged(FAKE_TOPIC_TASK_EXIT, "web", 101));
    fake_play_command(play, forged(FAKE_TOPIC_TASK_OOM, "web", 0));
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 0\n"
                                               "publish /tasks/oom web to 1\nsend /tasks/oom web\n");
}

static void a_forged_event_may_be_for_everybody_and_of_another_namespace_and_damaged(void **state)
{
    static const struct {
        enum fake_damage damage;
        const char *text;
    } rows[] = {
        {FAKE_DAMAGE_TYPE, "unknown type"},
        {FAKE_DAMAGE_BODY, "undecodable body"},
        {FAKE_DAMAGE_COMPRESSED, "compressed"},
        {FAKE_DAMAGE_OVERSIZE, "oversize"},
    };
    struct fake_play *play = *state;
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT, "web", 7);
    command.forged.name_space = text_of("moby");
    fake_play_subscribe(play, 1, (const char *[]){"namespace==default", NULL});
    fake_play_command(play, command);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web of moby pid 7 status 0 to 0\n");
    command.forged.unfiltered = true;
    fake_play_command(play, command);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web of moby pid 7 status 0 unfiltered to 1\n"
                                               "send /tasks/exit web of moby pid 7 status 0 unfiltered\n");
    command = forged(FAKE_TOPIC_TASK_OOM, "web", 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char expected[100];
        command.forged.damage = rows[i].damage;
        fake_play_command(play, command);
        assert_int_equal(sent(play)->damage, rows[i].damage);
        (void)snprintf(expected, sizeof expected, "publish /tasks/oom web %s to 1\nsend /tasks/oom web %s\n",
                       rows[i].text, rows[i].text);
        assert_string_equal(fake_play_trace(play), expected);
    }
}

static void what_is_forged_beyond_the_limits_is_refused(void **state)
{
    static char payload[FAKE_PAYLOAD_MAX + 1];
    struct text too_long = {payload, FAKE_ID_MAX + 1};
    struct text too_large = {payload, FAKE_PAYLOAD_MAX + 1};
    struct fake_play *play = *state;
    struct fake_command commands[6];
    memset(payload, 'x', sizeof payload);
    for (size_t i = 0; i < 6; i++)
        commands[i] = forged(FAKE_TOPIC_TASK_EXIT, "web", 101);
    commands[0].forged.container_id = too_long;
    commands[1].forged.process_id = too_long;
    commands[2].forged.name_space = too_long;
    commands[3].forged.bytes = too_large;
    commands[4].forged.image = too_large;
    commands[5].forged.runtime_name = too_large;
    for (size_t i = 0; i < 6; i++) {
        fake_play_command(play, commands[i]);
        assert_non_null(strstr(fake_play_trace(play), "refuse publish"));
    }
    commands[0].forged.container_id.length = FAKE_ID_MAX;
    commands[1].forged.process_id.length = FAKE_ID_MAX;
    commands[3].forged.bytes.length = FAKE_PAYLOAD_MAX;
    for (size_t i = 0; i < 2; i++) {
        fake_play_command(play, commands[i]);
        assert_null(strstr(fake_play_trace(play), "refuse"));
    }
    fake_play_command(play, commands[3]);
    assert_null(strstr(fake_play_trace(play), "refuse"));
}

static void what_waits_to_be_sent_is_part_of_the_fingerprint(void **state)
{
    enum { VARIANTS = 8 };
    struct hash hashes[VARIANTS];
    (void)state;
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        struct fake_play play;
        struct fake_event event = {.kind = FAKE_COMMAND, .command = forged(FAKE_TOPIC_TASK_EXIT, "web", 101)};
        struct fake_published *published = &event.command.forged;
        fake_play_init(&play);
        /* More than one step hands out, so that some of it waits. */
        for (unsigned i = 0; i <= FAKE_ACTIONS_MAX; i++)
            fake_play_subscribe(&play, 1 + 2 * i, (const char *[]){NULL});
        event.wall_ns = WALL_START_NS;
        published->exited_at.kind = variant == 0 ? FAKE_EXITED_AT_TIME : FAKE_EXITED_AT_RAW;
        published->exited_at.seconds = variant == 1;
        published->exited_at.nanos = variant == 2;
        published->unknown_field = variant == 3;
        published->has_bytes = variant == 4;
        published->unfiltered = variant == 6;
        published->damage = variant == 7 ? FAKE_DAMAGE_TYPE : FAKE_DAMAGE_NONE;
        assert_int_equal(fake_step(play.fake, &event, &play.actions), 0);
        assert_int_equal(play.actions.count, FAKE_ACTIONS_MAX);
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
        PLAY_TEST(a_forged_event_is_sent_and_nothing_else_happens),
        PLAY_TEST(a_forged_event_may_be_of_what_there_is_not),
        PLAY_TEST(a_forged_exit_is_of_now_where_no_time_is_given),
        PLAY_TEST(a_forged_exit_may_be_at_no_time_or_an_impossible_one),
        PLAY_TEST(forged_bytes_go_out_as_they_are_to_everybody),
        PLAY_TEST(a_forged_event_goes_through_filters_like_a_real_one),
        PLAY_TEST(a_forged_event_may_be_for_everybody_and_of_another_namespace_and_damaged),
        PLAY_TEST(what_is_forged_beyond_the_limits_is_refused),
        cmocka_unit_test(what_waits_to_be_sent_is_part_of_the_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
