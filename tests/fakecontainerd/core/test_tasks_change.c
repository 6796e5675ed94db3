/* SPDX-License-Identifier: Apache-2.0 */
/* What a client can do to tasks: create, start, kill, and delete what lives. */
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

static void ask(struct fake_play *play, struct fake_request request)
{
    static uint32_t stream_id = 1;
    request.name_space = text_of("default");
    request.with_container = request.method == FAKE_TASKS_CREATE;
    fake_play_event(
        play,
        (struct fake_event){.kind = FAKE_REQUEST, .connection_id = 1, .stream_id = stream_id += 2, .request = request});
}

static void ask_for(struct fake_play *play, enum fake_method method, const char *id)
{
    ask(play, (struct fake_request){.method = method, .container_id = text_of(id)});
}

static void kill_with(struct fake_play *play, const char *id, uint32_t signal)
{
    ask(play, (struct fake_request){.method = FAKE_TASKS_KILL, .container_id = text_of(id), .signal = signal});
}

static void delete_by_force(struct fake_play *play, const char *id)
{
    ask(play, (struct fake_request){.method = FAKE_TASKS_DELETE, .container_id = text_of(id), .kill = true});
}

static void a_life_that_a_client_leads_is_published_like_a_scripted_one(void **state)
{
    struct fake_play *play = *state;
    ask_for(play, FAKE_TASKS_CREATE, "web");
    assert_string_equal(fake_play_trace(play), "publish /containers/create web to 0\n"
                                               "publish /tasks/create web pid 1000 to 0\n"
                                               "reply Tasks.Create OK web pid 1000 created\n");
    ask_for(play, FAKE_TASKS_START, "web");
    assert_string_equal(fake_play_trace(play), "publish /tasks/start web pid 1000 to 0\n"
                                               "reply Tasks.Start OK web pid 1000 running\n");
    kill_with(play, "web", 15);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 1000 status 143 to 0\n"
                                               "reply Tasks.Kill OK web pid 1000 stopped status 143\n");
    ask_for(play, FAKE_TASKS_DELETE, "web");
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete web pid 1000 status 143 to 0\n"
                                               "reply Tasks.Delete OK web pid 1000 stopped status 143\n");
}

static void what_cannot_be_done_is_refused_and_changes_nothing(void **state)
{
    struct fake_play *play = *state;
    struct fake_command stopped = fake_command_add("old", 102, FAKE_STOPPED);
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(play, stopped);
    ask_for(play, FAKE_TASKS_CREATE, "web");
    ask_for(play, FAKE_TASKS_CREATE, "-");
    ask_for(play, FAKE_TASKS_START, "web");
    ask_for(play, FAKE_TASKS_START, "nope");
    kill_with(play, "old", 9);
    kill_with(play, "nope", 9);
    delete_by_force(play, "nope");
    assert_string_equal(
        fake_play_trace(play),
        "reply Tasks.Create ALREADY_EXISTS \"task web: already exists\"\n"
        "reply Tasks.Create INVALID_ARGUMENT \"container -: it has no valid id, or is too large: invalid argument\"\n"
        "reply Tasks.Start UNKNOWN \"cannot start a running process: unknown\"\n"
        "reply Tasks.Start NOT_FOUND \"container \\\"nope\\\" in namespace \\\"default\\\": not found\"\n"
        "reply Tasks.Kill NOT_FOUND \"process already finished: not found\"\n"
        "reply Tasks.Kill NOT_FOUND \"container \\\"nope\\\" in namespace \\\"default\\\": not found\"\n"
        "reply Tasks.Delete NOT_FOUND \"container \\\"nope\\\" in namespace \\\"default\\\": not found\"\n");
}

static void a_task_may_be_created_in_a_container_that_stayed(void **state)
{
    struct fake_play *play = *state;
    fake_play_command(play, fake_command_add("web", 101, FAKE_STOPPED));
    ask_for(play, FAKE_TASKS_DELETE, "web");
    fake_play_trace(play);
    ask_for(play, FAKE_TASKS_CREATE, "web");
    assert_string_equal(fake_play_trace(play), "publish /tasks/create web pid 1000 to 0\n"
                                               "reply Tasks.Create OK web pid 1000 created\n");
}

static void a_created_container_has_the_spec_and_runtime_that_were_asked_for(void **state)
{
    struct fake_play *play = *state;
    ask(play, (struct fake_request){.method = FAKE_TASKS_CREATE,
                                    .container_id = text_of("web"),
                                    .runtime_name = text_of("linux"),
                                    .spec = {text_of("t"), {"\0v", 2}}});
    ask_for(play, FAKE_CONTAINERS_GET, "web");
    const struct fake_container *container = play->actions.items[0].response.containers;
    assert_true(text_is(container->runtime_name, "linux"));
    assert_true(text_is(container->spec.type_url, "t"));
    assert_memory_equal(container->spec.value.bytes, "\0v", 2);
}

static void a_spec_beyond_the_limit_is_refused(void **state)
{
    static char payload[FAKE_PAYLOAD_MAX + 1];
    struct fake_play *play = *state;
    struct fake_request request = {
        .method = FAKE_TASKS_CREATE, .container_id = text_of("web"), .spec = {text_of("t"), {payload, sizeof payload}}};
    ask(play, request);
    assert_non_null(strstr(fake_play_trace(play), "reply Tasks.Create INVALID_ARGUMENT"));
    request.spec.value.length = FAKE_PAYLOAD_MAX;
    ask(play, request);
    assert_non_null(strstr(fake_play_trace(play), "reply Tasks.Create OK"));
}

static void more_containers_than_the_fake_holds_cannot_be_created(void **state)
{
    struct fake_play *play = *state;
    char id[16];
    for (unsigned i = 0; i < FAKE_CONTAINERS_MAX; i++) {
        struct fake_command command = {.kind = FAKE_COMMAND_ADD};
        snprintf(id, sizeof id, "c%u", i);
        command.container.id = text_of(id);
        command.container.name_space = text_of("default");
        fake_play_command(play, command);
    }
    fake_play_trace(play);
    ask_for(play, FAKE_TASKS_CREATE, "web");
    assert_string_equal(fake_play_trace(play),
                        "reply Tasks.Create RESOURCE_EXHAUSTED \"task web: the fake holds no more containers\"\n");
    ask_for(play, FAKE_TASKS_CREATE, "c0");
    assert_non_null(strstr(fake_play_trace(play), "reply Tasks.Create OK c0"));
}

static void a_signal_ends_a_process_unless_it_is_one_that_does_not(void **state)
{
    static const uint32_t harmless[] = {0, 17, 18, 19, 20, 21, 22, 23, 28};
    struct fake_play *play = *state;
    char expected[100];
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        kill_with(play, "web", harmless[i]);
        assert_string_equal(fake_play_trace(play), "reply Tasks.Kill OK web pid 101 running\n");
    }
    for (uint32_t signal = 1; signal < 65; signal++) {
        bool ends = true;
        for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++)
            ends = ends && harmless[i] != signal;
        kill_with(play, "web", signal);
        snprintf(expected, sizeof expected, "/tasks/exit web pid 101 status %u", (unsigned)(128 + signal));
        assert_int_equal(strstr(fake_play_trace(play), expected) != NULL, ends);
        if (ends) {
            delete_by_force(play, "web");
            fake_play_command(play, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
            fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
            fake_play_trace(play);
        }
    }
}

static void a_deletion_by_force_kills_first_and_execs_before_their_init(void **state)
{
    struct fake_play *play = *state;
    struct fake_command exec = fake_command_on(FAKE_COMMAND_EXEC, "web", "probe");
    exec.pid = 102;
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(play, exec);
    fake_play_trace(play);
    ask_for(play, FAKE_TASKS_DELETE, "web");
    assert_non_null(strstr(fake_play_trace(play), "cannot delete a running process"));
    delete_by_force(play, "web");
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web probe pid 102 status 137 to 0\n"
                                               "publish /tasks/exit web pid 101 status 137 to 0\n"
                                               "publish /tasks/delete web pid 101 status 137 to 0\n"
                                               "reply Tasks.Delete OK web pid 101 stopped status 137\n");
}

/* A live task has a clock, so even one that never ran knows when it was killed. */
static void a_created_task_is_killed_by_a_deletion_by_force(void **state)
{
    struct fake_play *play = *state;
    fake_play_command(play, fake_command_add("web", 101, FAKE_CREATED));
    fake_play_subscribe(play, 1, (const char *[]){"topic==\"/tasks/exit\"", NULL});
    delete_by_force(play, "web");
    assert_true(play->actions.items[1].published.exited_at_ns == WALL_START_NS);
}

int main(void)
{
#define PLAY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)
    const struct CMUnitTest tests[] = {
        PLAY_TEST(a_life_that_a_client_leads_is_published_like_a_scripted_one),
        PLAY_TEST(what_cannot_be_done_is_refused_and_changes_nothing),
        PLAY_TEST(a_task_may_be_created_in_a_container_that_stayed),
        PLAY_TEST(a_created_container_has_the_spec_and_runtime_that_were_asked_for),
        PLAY_TEST(a_spec_beyond_the_limit_is_refused),
        PLAY_TEST(more_containers_than_the_fake_holds_cannot_be_created),
        PLAY_TEST(a_signal_ends_a_process_unless_it_is_one_that_does_not),
        PLAY_TEST(a_deletion_by_force_kills_first_and_execs_before_their_init),
        PLAY_TEST(a_created_task_is_killed_by_a_deletion_by_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
