/* SPDX-License-Identifier: Apache-2.0 */
/* What clients can do to tasks and execs, request by request: which state allows what, in which words the rest is
 * refused, and which events come before which answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fake_ask.h"

#define NO_CONTAINER(method) \
    "reply " method " NOT_FOUND \"container \\\"nope\\\" in namespace \\\"default\\\": not found\"\n"

static void what_is_not_there_is_refused_in_the_words_of_containerd(void **state)
{
    static const struct fake_ask_row rows[] = {
        {FAKE_TASKS_CREATE, "nope", NULL, NO_CONTAINER("Tasks.Create")},
        {FAKE_TASKS_START, "nope", NULL, NO_CONTAINER("Tasks.Start")},
        {FAKE_TASKS_KILL, "nope", NULL, NO_CONTAINER("Tasks.Kill")},
        {FAKE_TASKS_WAIT, "nope", NULL, NO_CONTAINER("Tasks.Wait")},
        {FAKE_TASKS_EXEC, "nope", "e", NO_CONTAINER("Tasks.Exec")},
        {FAKE_TASKS_DELETE_PROCESS, "nope", "e", NO_CONTAINER("Tasks.DeleteProcess")},
        {FAKE_TASKS_PAUSE, "nope", NULL, NO_CONTAINER("Tasks.Pause")},
        {FAKE_TASKS_RESUME, "nope", NULL, NO_CONTAINER("Tasks.Resume")},
        {FAKE_TASKS_LIST_PIDS, "nope", NULL, NO_CONTAINER("Tasks.ListPids")},
        {FAKE_TASKS_START, "bare", NULL, "reply Tasks.Start NOT_FOUND \"task bare not found\"\n"},
        {FAKE_TASKS_KILL, "bare", NULL, "reply Tasks.Kill NOT_FOUND \"task bare not found\"\n"},
        {FAKE_TASKS_WAIT, "bare", NULL, "reply Tasks.Wait NOT_FOUND \"task bare not found\"\n"},
        {FAKE_TASKS_EXEC, "bare", "e", "reply Tasks.Exec NOT_FOUND \"task bare not found\"\n"},
        {FAKE_TASKS_START, "web", "zz", "reply Tasks.Start NOT_FOUND \"process does not exist zz: not found\"\n"},
        {FAKE_TASKS_KILL, "web", "zz", "reply Tasks.Kill NOT_FOUND \"process does not exist zz: not found\"\n"},
        {FAKE_TASKS_WAIT, "web", "zz", "reply Tasks.Wait NOT_FOUND \"process does not exist zz: not found\"\n"},
        {FAKE_TASKS_DELETE_PROCESS, "web", "zz",
         "reply Tasks.DeleteProcess NOT_FOUND \"process does not exist zz: not found\"\n"},
        {FAKE_CONTAINERS_DELETE, "nope", NULL, "reply Containers.Delete NOT_FOUND \"container nope: not found\"\n"},
        {FAKE_CONTAINERS_UPDATE, "nope", NULL,
         "reply Containers.Update NOT_FOUND \"container \\\"nope\\\": not found\"\n"},
    };
    FAKE_ASK_ROWS(*state, rows);
}

static void what_the_state_does_not_allow_is_refused_in_the_words_of_the_shim(void **state)
{
    static const struct fake_ask_row rows[] = {
        {FAKE_TASKS_CREATE, "web", NULL, "reply Tasks.Create ALREADY_EXISTS \"task web: already exists\"\n"},
        {FAKE_TASKS_START, "web", NULL, "reply Tasks.Start UNKNOWN \"cannot start a running process: unknown\"\n"},
        {FAKE_TASKS_START, "old", NULL, "reply Tasks.Start UNKNOWN \"cannot start a stopped process: unknown\"\n"},
        {FAKE_TASKS_START, "held", NULL, "reply Tasks.Start UNKNOWN \"cannot start a paused process: unknown\"\n"},
        {FAKE_TASKS_START, "web", "up", "reply Tasks.Start UNKNOWN \"cannot start a running process: unknown\"\n"},
        {FAKE_TASKS_DELETE, "web", NULL,
         "reply Tasks.Delete UNKNOWN \"failed to delete task: cannot delete a running process: unknown\"\n"},
        {FAKE_TASKS_DELETE, "held", NULL,
         "reply Tasks.Delete UNKNOWN \"failed to delete task: cannot delete a paused process: unknown\"\n"},
        {FAKE_TASKS_KILL, "old", NULL, "reply Tasks.Kill NOT_FOUND \"process already finished: not found\"\n"},
        {FAKE_TASKS_EXEC, "web", NULL, "reply Tasks.Exec INVALID_ARGUMENT \"exec id cannot be empty\"\n"},
        {FAKE_TASKS_EXEC, "web", "-",
         "reply Tasks.Exec INVALID_ARGUMENT \"invalid exec id -: identifier \\\"-\\\" must match "
         "^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$: invalid argument\"\n"},
        {FAKE_TASKS_EXEC, "web", "up", "reply Tasks.Exec ALREADY_EXISTS \"id up: already exists\"\n"},
        {FAKE_TASKS_EXEC, "old", "e", "reply Tasks.Exec UNKNOWN \"cannot exec in a stopped state: unknown\"\n"},
        {FAKE_TASKS_EXEC, "held", "e", "reply Tasks.Exec UNKNOWN \"cannot exec in a paused state: unknown\"\n"},
        {FAKE_TASKS_DELETE_PROCESS, "web", "up",
         "reply Tasks.DeleteProcess UNKNOWN \"cannot delete a running process: unknown\"\n"},
        {FAKE_TASKS_PAUSE, "held", NULL, "reply Tasks.Pause UNKNOWN \"cannot pause a paused container: unknown\"\n"},
        {FAKE_TASKS_PAUSE, "old", NULL, "reply Tasks.Pause UNKNOWN \"cannot pause a stopped container: unknown\"\n"},
        {FAKE_TASKS_RESUME, "web", NULL, "reply Tasks.Resume UNKNOWN \"cannot resume a running process: unknown\"\n"},
        {FAKE_TASKS_RESUME, "old", NULL, "reply Tasks.Resume UNKNOWN \"cannot resume a stopped container: unknown\"\n"},
        {FAKE_TASKS_DELETE_PROCESS, "web", NULL,
         "reply Tasks.DeleteProcess UNIMPLEMENTED \"the fake has no DeleteProcess without an exec id\"\n"},
    };
    FAKE_ASK_ROWS(*state, rows);
}

static void an_exec_is_added_started_killed_and_deleted(void **state)
{
    static const struct fake_ask_row rows[] = {
        {FAKE_TASKS_EXEC, "web", "e", "publish /tasks/exec-added web e to 0\nreply Tasks.Exec OK web e created\n"},
        {FAKE_TASKS_GET, "web", "e", "reply Tasks.Get OK web e created\n"},
        {FAKE_TASKS_KILL, "web", "e",
         "reply Tasks.Kill FAILED_PRECONDITION \"process not created: failed precondition\"\n"},
        {FAKE_TASKS_START, "web", "e",
         "publish /tasks/exec-started web e pid 1000 to 0\nreply Tasks.Start OK web e pid 1000 running\n"},
        {FAKE_TASKS_LIST_PIDS, "web", NULL,
         "reply Tasks.ListPids OK web pid 101 running web e pid 1000 running web up pid 102 running\n"},
        {FAKE_TASKS_KILL, "web", "e",
         "publish /tasks/exit web e pid 1000 status 137 to 0\n"
         "reply Tasks.Kill OK web e pid 1000 stopped status 137\n"},
        {FAKE_TASKS_KILL, "web", "e", "reply Tasks.Kill NOT_FOUND \"process already finished: not found\"\n"},
        {FAKE_TASKS_START, "web", "e", "reply Tasks.Start UNKNOWN \"cannot start a stopped process: unknown\"\n"},
        {FAKE_TASKS_WAIT, "web", "e", "reply Tasks.Wait OK web e pid 1000 stopped status 137\n"},
        {FAKE_TASKS_DELETE_PROCESS, "web", "e", "reply Tasks.DeleteProcess OK web e pid 1000 stopped status 137\n"},
        {FAKE_TASKS_DELETE_PROCESS, "web", "e",
         "reply Tasks.DeleteProcess NOT_FOUND \"process does not exist e: not found\"\n"},
        {FAKE_TASKS_EXEC, "web", "e", "publish /tasks/exec-added web e to 0\nreply Tasks.Exec OK web e created\n"},
        {FAKE_TASKS_DELETE_PROCESS, "web", "e", "reply Tasks.DeleteProcess OK web e created\n"},
        {FAKE_TASKS_EXEC, "new", "e", "publish /tasks/exec-added new e to 0\nreply Tasks.Exec OK new e created\n"},
        {FAKE_TASKS_START, "new", "e",
         "publish /tasks/exec-started new e pid 1001 to 0\nreply Tasks.Start OK new e pid 1001 running\n"},
    };
    FAKE_ASK_ROWS(*state, rows);
}

static void the_end_of_the_init_comes_behind_that_of_its_execs(void **state)
{
    static const struct fake_ask_row rows[] = {
        {FAKE_TASKS_KILL, "web", NULL,
         "publish /tasks/exit web up pid 102 status 137 to 0\n"
         "publish /tasks/exit web pid 101 status 137 to 0\n"
         "reply Tasks.Kill OK web pid 101 stopped status 137\n"},
        {FAKE_TASKS_LIST_PIDS, "web", NULL, "reply Tasks.ListPids OK\n"},
        {FAKE_TASKS_KILL, "new", NULL,
         "publish /tasks/exit new pid 104 status 137 to 0\n"
         "reply Tasks.Kill OK new pid 104 stopped status 137\n"},
    };
    FAKE_ASK_ROWS(*state, rows);
}

static void a_created_task_that_is_deleted_ends_first(void **state)
{
    static const struct fake_ask_row rows[] = {
        {FAKE_TASKS_DELETE, "new", NULL,
         "publish /tasks/exit new pid 104 status 137 to 0\n"
         "publish /tasks/delete new pid 104 status 0 to 0\n"
         "reply Tasks.Delete OK new pid 104 created\n"},
        {FAKE_TASKS_DELETE, "new", NULL, "reply Tasks.Delete NOT_FOUND \"task new not found\"\n"},
    };
    FAKE_ASK_ROWS(*state, rows);
}

static void pause_and_resume_are_told_before_they_are_answered(void **state)
{
    static const struct fake_ask_row rows[] = {
        {FAKE_TASKS_PAUSE, "web", NULL, "publish /tasks/paused web to 0\nreply Tasks.Pause OK web pid 101 paused\n"},
        {FAKE_TASKS_RESUME, "web", NULL,
         "publish /tasks/resumed web to 0\nreply Tasks.Resume OK web pid 101 running\n"},
    };
    FAKE_ASK_ROWS(*state, rows);
}

static void a_signal_that_there_is_not_is_refused(void **state)
{
    struct fake_request request = {.method = FAKE_TASKS_KILL, .container_id = {"web", 3}, .signal = 99};
    assert_string_equal(fake_ask(*state, request),
                        "reply Tasks.Kill UNKNOWN \"unknown error after kill: runc did not terminate successfully: "
                        "exit status 1: unable to signal init: invalid argument\\n: unknown\"\n");
    request.exec_id = text_of("up");
    assert_string_equal(
        fake_ask(*state, request),
        "reply Tasks.Kill UNKNOWN \"exec kill error: unknown error after kill: invalid argument: unknown\"\n");
    request.signal = 64;
    assert_string_equal(fake_ask(*state, request), "publish /tasks/exit web up pid 102 status 192 to 0\n"
                                                   "reply Tasks.Kill OK web up pid 102 stopped status 192\n");
}

static void all_of_an_ended_task_may_be_killed_again(void **state)
{
    struct fake_request request = {.method = FAKE_TASKS_KILL, .container_id = {"old", 3}, .signal = 9, .all = true};
    assert_string_equal(fake_ask(*state, request), "reply Tasks.Kill OK old pid 103 stopped status 3\n");
}

/* ---- waiting ---- */

static void whoever_waits_is_answered_behind_the_exit(void **state)
{
    struct fake_play *play = *state;
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", NULL), "");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", "up"), "");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", NULL), "");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "old", NULL),
                        "reply Tasks.Wait OK old pid 103 stopped status 3\n");
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web up pid 102 status 137 to 0\n"
                                               "reply Tasks.Wait OK web up pid 102 stopped status 137\n"
                                               "publish /tasks/exit web pid 101 status 0 to 0\n"
                                               "reply Tasks.Wait OK web pid 101 stopped status 0\n"
                                               "reply Tasks.Wait OK web pid 101 stopped status 0\n");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", NULL),
                        "reply Tasks.Wait OK web pid 101 stopped status 0\n");
}

static void whoever_waits_for_what_vanishes_hears_that_the_shim_is_gone(void **state)
{
    struct fake_play *play = *state;
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "new", NULL), "");
    assert_non_null(strstr(fake_ask_for(play, FAKE_TASKS_DELETE, "new", NULL),
                           "reply Tasks.Wait UNKNOWN \"ttrpc: closed: unknown\"\n"));
    fake_ask_for(play, FAKE_TASKS_EXEC, "web", "e");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", "e"), "");
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    assert_null(strstr(fake_play_trace(play), "Tasks.Wait"));
    fake_play_command(play, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
    assert_non_null(strstr(fake_play_trace(play), "reply Tasks.Wait UNKNOWN \"ttrpc: closed: unknown\"\n"));
}

static void whoever_has_gone_is_not_answered(void **state)
{
    struct fake_play *play = *state;
    struct fake_event wait = {.kind = FAKE_REQUEST, .connection_id = 1, .stream_id = 1001};
    wait.request = (struct fake_request){
        .method = FAKE_TASKS_WAIT, .name_space = text_of("default"), .container_id = text_of("web")};
    fake_play_event(play, wait);
    fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED, .connection_id = 1, .stream_id = 1001});
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 2});
    wait.connection_id = 2;
    fake_play_event(play, wait);
    fake_play_event(play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 2});
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    assert_null(strstr(fake_play_trace(play), "Tasks.Wait"));
}

static void no_more_wait_than_the_fake_holds(void **state)
{
    struct fake_play *play = *state;
    for (unsigned i = 0; i < FAKE_WAITERS_MAX; i++)
        assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", NULL), "");
    assert_string_equal(fake_ask_for(play, FAKE_TASKS_WAIT, "web", NULL),
                        "reply Tasks.Wait RESOURCE_EXHAUSTED \"the fake holds no more requests that wait\"\n");
}

static void a_topic_is_looked_at_before_the_fake_says_that_it_publishes_nothing(void **state)
{
    static const struct {
        const char *topic;
        const char *expected;
    } rows[] = {
        {"", "INVALID_ARGUMENT \"envelope topic \\\"\\\": must not be empty: invalid argument\"\n"},
        {"x", "INVALID_ARGUMENT \"envelope topic \\\"x\\\": must start with '/': invalid argument\"\n"},
        {"/x", "UNIMPLEMENTED \"the fake has no Publish of a client's events\"\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_request request = {.method = FAKE_EVENTS_PUBLISH, .subject = text_of(rows[i].topic)};
        const char *found = fake_ask(*state, request);
        assert_memory_equal(found, "reply Events.Publish ", 21);
        assert_string_equal(found + 21, rows[i].expected);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_ask_set_up, fake_ask_tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(what_is_not_there_is_refused_in_the_words_of_containerd),
        TEST(what_the_state_does_not_allow_is_refused_in_the_words_of_the_shim),
        TEST(an_exec_is_added_started_killed_and_deleted),
        TEST(the_end_of_the_init_comes_behind_that_of_its_execs),
        TEST(a_created_task_that_is_deleted_ends_first),
        TEST(pause_and_resume_are_told_before_they_are_answered),
        TEST(a_signal_that_there_is_not_is_refused),
        TEST(all_of_an_ended_task_may_be_killed_again),
        TEST(whoever_waits_is_answered_behind_the_exit),
        TEST(whoever_waits_for_what_vanishes_hears_that_the_shim_is_gone),
        TEST(whoever_has_gone_is_not_answered),
        TEST(a_topic_is_looked_at_before_the_fake_says_that_it_publishes_nothing),
        TEST(no_more_wait_than_the_fake_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
