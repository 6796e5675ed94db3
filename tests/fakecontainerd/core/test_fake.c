/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/fake_play.h"

static const char *const everything[] = {NULL};

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    *state = &play;
    return 0;
}

static struct fake_command exit_with(const char *id, const char *exec_id, uint32_t status)
{
    struct fake_command command = fake_command_on(FAKE_COMMAND_EXIT, id, exec_id);
    command.exit_status = status;
    return command;
}

static struct fake_command with_pid(struct fake_command command, uint32_t pid)
{
    command.pid = pid;
    return command;
}

static void what_is_given_appears_without_an_event(void **state)
{
    struct fake_play *play = *state;
    fake_play_subscribe(play, 1, everything);
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "probe"), 102));
    fake_play_command(play, fake_command_add("old", 0, FAKE_STOPPED));
    assert_string_equal(fake_play_trace(play), "");
    fake_play_request(play, 3, FAKE_TASKS_LIST, "default", NULL, NULL);
    assert_string_equal(fake_play_trace(play),
                        "reply Tasks.List OK old pid 1000 stopped status 0 web pid 101 running\n");
}

static void a_life_from_creation_to_removal_is_published_in_order(void **state)
{
    struct fake_play *play = *state;
    fake_play_subscribe(play, 1, everything);
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_CREATE, "web", NULL), 101));
    fake_play_command(play, fake_command_on(FAKE_COMMAND_START_TASK, "web", NULL));
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_EXEC, "web", "probe"), 102));
    fake_play_command(play, exit_with("web", "probe", 1));
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_play_command(play, exit_with("web", NULL, 137));
    fake_play_command(play, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
    assert_string_equal(fake_play_trace(play), "publish /containers/create web to 1\n"
                                               "send /containers/create web\n"
                                               "publish /tasks/create web pid 101 to 1\n"
                                               "send /tasks/create web pid 101\n"
                                               "publish /tasks/start web pid 101 to 1\n"
                                               "send /tasks/start web pid 101\n"
                                               "publish /tasks/exec-added web probe pid 102 to 1\n"
                                               "send /tasks/exec-added web probe pid 102\n"
                                               "publish /tasks/exec-started web probe pid 102 to 1\n"
                                               "send /tasks/exec-started web probe pid 102\n"
                                               "publish /tasks/exit web probe pid 102 status 1 to 1\n"
                                               "send /tasks/exit web probe pid 102 status 1\n"
                                               "publish /tasks/oom web to 1\n"
                                               "send /tasks/oom web\n"
                                               "publish /tasks/exit web pid 101 status 137 to 1\n"
                                               "send /tasks/exit web pid 101 status 137\n"
                                               "publish /tasks/delete web pid 101 status 137 to 1\n"
                                               "send /tasks/delete web pid 101 status 137\n"
                                               "publish /containers/delete web to 1\n"
                                               "send /containers/delete web\n");
}

static void an_init_takes_its_running_execs_with_it_and_they_go_first(void **state)
{
    struct fake_play *play = *state;
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "b"), 103));
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "a"), 102));
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "c"), 104));
    fake_play_command(play, exit_with("web", "c", 0));
    fake_play_trace(play);
    fake_play_command(play, exit_with("web", NULL, 3));
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web a pid 102 status 137 to 0\n"
                                               "publish /tasks/exit web b pid 103 status 137 to 0\n"
                                               "publish /tasks/exit web pid 101 status 3 to 0\n");
}

static void an_execs_exit_leaves_the_init_alone(void **state)
{
    struct fake_play *play = *state;
    struct fake_process process;
    bool has_task;
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "probe"), 102));
    fake_play_command(play, exit_with("web", "probe", 1));
    assert_true(fake_task(play->fake, text_of("default"), text_of("web"), &process, &has_task));
    assert_true(has_task);
    assert_int_equal(process.status, FAKE_RUNNING);
    assert_false(process.exited);
}

/* Each row is a command that cannot be, in a world with web (running, exec probe ended) and old (stopped). */
static void a_command_that_cannot_be_is_refused_and_changes_nothing(void **state)
{
    struct fake_play *play = *state;
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "probe"), 102));
    fake_play_command(play, exit_with("web", "probe", 1));
    fake_play_command(play, fake_command_add("old", 100, FAKE_STOPPED));
    struct fake_command no_task = fake_command_add("bare", 0, FAKE_CREATED);
    no_task.has_task = false;
    fake_play_command(play, no_task);
    fake_play_trace(play);
    struct fake_command up = {.kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_SERVES};
    const struct {
        struct fake_command command;
        const char *trace;
    } rows[] = {
        {exit_with("old", NULL, 1), "refuse exit old: it has ended already\n"},
        {exit_with("web", "probe", 1), "refuse exit web/probe: it has ended already\n"},
        {exit_with("web", "nope", 1), "refuse exit web/nope: there is no such exec\n"},
        {exit_with("nope", NULL, 1), "refuse exit nope: there is no such container\n"},
        {exit_with("bare", NULL, 1), "refuse exit bare: it has no task\n"},
        {fake_command_on(FAKE_COMMAND_OOM, "old", NULL), "refuse oom old: its task does not run\n"},
        {fake_command_on(FAKE_COMMAND_START_TASK, "web", NULL), "refuse start web: it has been started already\n"},
        {fake_command_on(FAKE_COMMAND_EXEC, "old", "e"), "refuse exec old/e: its task does not run\n"},
        {fake_command_on(FAKE_COMMAND_EXEC, "web", "probe"), "refuse exec web/probe: it is there already\n"},
        {fake_command_on(FAKE_COMMAND_EXEC, "web", "a b"), "refuse exec web/a b: that is no valid id of an exec\n"},
        {fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL), "refuse remove web: its task has not ended\n"},
        {fake_command_on(FAKE_COMMAND_REMOVE, "nope", NULL), "refuse remove nope: there is no such container\n"},
        {fake_command_on(FAKE_COMMAND_CREATE, "web", NULL), "refuse create web: it is there already\n"},
        {fake_command_on(FAKE_COMMAND_CREATE, "-web", NULL), "refuse create -web: is no valid id of a container\n"},
        {fake_command_add("web", 7, FAKE_RUNNING), "refuse add web: it is there already\n"},
        {fake_command_add("bare", 7, FAKE_RUNNING), "refuse add bare: it is there already\n"},
        {fake_command_add("new", 101, FAKE_RUNNING), "refuse add new: its pid belongs to another process that lives\n"},
        {with_pid(fake_command_on(FAKE_COMMAND_CREATE, "new", NULL), 101),
         "refuse create new: its pid belongs to another process that lives\n"},
        {up, "refuse restart : meanwhile the socket cannot serve\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hash before;
        struct hash after;
        hash_init(&before);
        hash_init(&after);
        fake_hash(play->fake, play->now_ns, &before);
        fake_play_command(play, rows[i].command);
        assert_string_equal(fake_play_trace(play), rows[i].trace);
        fake_hash(play->fake, play->now_ns, &after);
        assert_true(hash_equal(&before, &after));
    }
}

static void a_task_can_come_back_in_a_container_that_stayed(void **state)
{
    struct fake_play *play = *state;
    fake_play_command(play, fake_command_add("web", 101, FAKE_STOPPED));
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "default", "web", NULL);
    fake_play_trace(play);
    fake_play_command(play, with_pid(fake_command_on(FAKE_COMMAND_CREATE, "web", NULL), 101));
    assert_string_equal(fake_play_trace(play), "publish /tasks/create web pid 101 to 0\n");
}

static void pids_count_up_and_pass_over_those_that_live(void **state)
{
    struct fake_play *play = *state;
    fake_play_command(play, fake_command_add("a", 0, FAKE_RUNNING));
    fake_play_command(play, fake_command_add("b", 1001, FAKE_RUNNING));
    fake_play_command(play, fake_command_add("c", 0, FAKE_RUNNING));
    fake_play_command(play, exit_with("b", NULL, 0));
    fake_play_command(play, fake_command_add("d", 1001, FAKE_RUNNING));
    fake_play_trace(play);
    fake_play_request(play, 1, FAKE_TASKS_LIST, "default", NULL, NULL);
    assert_string_equal(fake_play_trace(play), "reply Tasks.List OK a pid 1000 running b pid 1001 stopped status 0 "
                                               "c pid 1002 running d pid 1001 running\n");
}

/* ---- subscriptions and connections ---- */

static void an_event_goes_to_those_who_listen_and_is_lost_for_all_others(void **state)
{
    static const char *const only_db[] = {"topic==\"/tasks/oom\"", "event.container_id==db", NULL};
    static const char *const only_oom[] = {"topic~=|oom$|,namespace==default", NULL};
    struct fake_play *play = *state;
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(play, fake_command_add("db", 102, FAKE_RUNNING));
    fake_play_subscribe(play, 1, only_db);
    fake_play_subscribe(play, 3, only_oom);
    assert_int_equal(fake_subscription_count(play->fake), 2);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_play_command(play, exit_with("web", NULL, 1));
    fake_play_command(play, exit_with("db", NULL, 1));
    assert_string_equal(fake_play_trace(play), "publish /tasks/oom web to 2\n"
                                               "send /tasks/oom web\n"
                                               "send /tasks/oom web\n"
                                               "publish /tasks/exit web pid 101 status 1 to 0\n"
                                               "publish /tasks/exit db pid 102 status 1 to 1\n"
                                               "send /tasks/exit db pid 102 status 1\n");
}

static void an_ended_subscription_gets_nothing_more(void **state)
{
    struct fake_play *play = *state;
    struct fake_command disconnect = {.kind = FAKE_COMMAND_DISCONNECT, .scope = FAKE_SCOPE_EVENTS};
    disconnect.end = (struct fake_stream_end){FAKE_END_STATUS, 14, text_of("gone"), 0};
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_subscribe(play, 1, everything);
    fake_play_subscribe(play, 3, everything);
    fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED, .connection_id = 1, .stream_id = 1});
    fake_play_command(play, disconnect);
    fake_play_command(play, exit_with("web", NULL, 0));
    assert_string_equal(fake_play_trace(play), "end stream UNAVAILABLE \"gone\"\n"
                                               "publish /tasks/exit web pid 101 status 0 to 0\n");
    assert_int_equal(fake_subscription_count(play->fake), 0);
    fake_play_subscribe(play, 5, everything);
    disconnect.end = (struct fake_stream_end){.kind = FAKE_END_RESET, .http2_code = 8};
    fake_play_command(play, disconnect);
    assert_string_equal(fake_play_trace(play), "end stream reset 8\n");
}

static void a_closed_connection_takes_its_subscriptions_and_its_requests_with_it(void **state)
{
    struct fake_play *play = *state;
    struct fake_command disconnect = {.kind = FAKE_COMMAND_DISCONNECT, .scope = FAKE_SCOPE_CONNECTIONS};
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_subscribe(play, 1, everything);
    fake_play_command(play, disconnect);
    fake_play_request(play, 3, FAKE_VERSION, NULL, NULL, NULL);
    fake_play_event(play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    fake_play_command(play, exit_with("web", NULL, 0));
    assert_string_equal(fake_play_trace(play), "close connection\n"
                                               "publish /tasks/exit web pid 101 status 0 to 0\n");
}

static void a_lost_client_is_forgotten_without_a_word(void **state)
{
    struct fake_play *play = *state;
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_subscribe(play, 1, everything);
    fake_play_event(play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    fake_play_command(play, exit_with("web", NULL, 0));
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 0\n");
    assert_int_equal(fake_subscription_count(play->fake), 0);
}

/* ---- restart and socket ---- */

static void a_restart_closes_all_and_serves_again_when_the_time_has_come(void **state)
{
    struct fake_play *play = *state;
    struct fake_command restart = {
        .kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_REFUSES, .down_ns = 3 * TIME_SECOND};
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_subscribe(play, 1, everything);
    fake_play_command(play, restart);
    assert_string_equal(fake_play_trace(play), "close connection\nunlisten refuses\n");
    assert_true(fake_deadline_ns(play->fake) == 3 * TIME_SECOND);
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 2});
    fake_play_command(play, exit_with("web", NULL, 5));
    fake_play_advance(play, 3 * TIME_SECOND - 1);
    assert_string_equal(fake_play_trace(play), "close connection\npublish /tasks/exit web pid 101 status 5 to 0\n");
    fake_play_advance(play, 1);
    assert_string_equal(fake_play_trace(play), "listen\n");
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    fake_play_request(play, 1, FAKE_TASKS_GET, "default", "web", NULL);
    assert_string_equal(fake_play_trace(play), "reply Tasks.Get OK web pid 101 stopped status 5\n");
}

static void a_restart_may_lose_all_that_there_was_except_the_faults(void **state)
{
    struct fake_play *play = *state;
    struct fake_command restart = {.kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_MISSING};
    restart.state = FAKE_STATE_LOST;
    struct fake_command rule = {.kind = FAKE_COMMAND_ADD_RULE};
    rule.rule = (struct fake_rule){.method = FAKE_VERSION, .status = 14, .text = text_of("no")};
    fake_play_command(play, rule);
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(play, restart);
    assert_string_equal(fake_play_trace(play), "close connection\nunlisten missing\nlisten\n");
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    fake_play_request(play, 1, FAKE_TASKS_LIST, "default", NULL, NULL);
    fake_play_request(play, 3, FAKE_VERSION, NULL, NULL, NULL);
    fake_play_command(play, fake_command_add("web", 101, FAKE_RUNNING));
    assert_string_equal(fake_play_trace(play),
                        "reply Tasks.List OK\nfault 1\nreply Version.Version UNAVAILABLE \"no\"\n");
}

static void a_socket_taken_away_before_the_start_is_there_after_a_restart(void **state)
{
    struct fake_play *play = *state;
    struct fake_command away = {.kind = FAKE_COMMAND_SOCKET, .socket = FAKE_SOCKET_MISSING};
    struct fake_command restart = {.kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_MISSING, .down_ns = TIME_SECOND};
    fake_free(play->fake);
    assert_int_equal(fake_new(&play->fake, NULL), 0);
    fake_play_command(play, away);
    fake_play_event(play, (struct fake_event){.kind = FAKE_START});
    assert_string_equal(fake_play_trace(play), "unlisten missing\n");
    assert_true(fake_deadline_ns(play->fake) == TIME_NEVER);
    fake_play_command(play, restart);
    fake_play_trace(play);
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "listen\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_given_appears_without_an_event),
        TEST(a_life_from_creation_to_removal_is_published_in_order),
        TEST(an_init_takes_its_running_execs_with_it_and_they_go_first),
        TEST(an_execs_exit_leaves_the_init_alone),
        TEST(a_command_that_cannot_be_is_refused_and_changes_nothing),
        TEST(a_task_can_come_back_in_a_container_that_stayed),
        TEST(pids_count_up_and_pass_over_those_that_live),
        TEST(an_event_goes_to_those_who_listen_and_is_lost_for_all_others),
        TEST(an_ended_subscription_gets_nothing_more),
        TEST(a_closed_connection_takes_its_subscriptions_and_its_requests_with_it),
        TEST(a_lost_client_is_forgotten_without_a_word),
        TEST(a_restart_closes_all_and_serves_again_when_the_time_has_come),
        TEST(a_restart_may_lose_all_that_there_was_except_the_faults),
        TEST(a_socket_taken_away_before_the_start_is_there_after_a_restart),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/fake", tests, NULL, NULL);
}
