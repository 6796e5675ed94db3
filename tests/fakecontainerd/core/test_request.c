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

/* A world with one container in each state. */
static int set_up(void **state)
{
    static struct fake_play play;
    struct fake_command bare = fake_command_add("bare", 0, FAKE_CREATED);
    struct fake_command exec = fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "probe");
    struct fake_command ended = fake_command_add("old", 103, FAKE_STOPPED);
    struct fake_command elsewhere = fake_command_add("web", 104, FAKE_RUNNING);
    bare.has_task = false;
    exec.pid = 102;
    ended.exit_status = 3;
    elsewhere.container.name_space = text_of("other");
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(&play, exec);
    fake_play_command(&play, ended);
    fake_play_command(&play, fake_command_add("new", 105, FAKE_CREATED));
    fake_play_command(&play, fake_command_add("idle", 106, FAKE_PAUSED));
    fake_play_command(&play, bare);
    fake_play_command(&play, elsewhere);
    assert_string_equal(fake_play_trace(&play), "");
    *state = &play;
    return 0;
}

/* Codes and sentences of containerd 1.6. */
static void each_request_gets_the_answer_that_containerd_gives(void **state)
{
    static const char seventy_seven[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static const struct {
        enum fake_method method;
        const char *name_space;
        const char *id;
        const char *exec_id;
        const char *answer;
    } rows[] = {
        {FAKE_VERSION, NULL, NULL, NULL, "OK"},
        {FAKE_INTROSPECTION_SERVER, NULL, NULL, NULL, "OK"},
        {FAKE_HEALTH_CHECK, NULL, NULL, NULL, "OK"},
        {FAKE_TASKS_GET, "default", "web", NULL, "OK web pid 101 running"},
        {FAKE_TASKS_GET, "default", "web", "probe", "OK web probe pid 102 running"},
        {FAKE_TASKS_GET, "default", "old", NULL, "OK old pid 103 stopped status 3"},
        {FAKE_TASKS_GET, "default", "new", NULL, "OK new pid 105 created"},
        {FAKE_TASKS_GET, "default", "idle", NULL, "OK idle pid 106 paused"},
        {FAKE_TASKS_GET, "other", "web", NULL, "OK web pid 104 running"},
        {FAKE_TASKS_GET, "default", "web", "zz", "NOT_FOUND \"process does not exist zz: not found\""},
        {FAKE_TASKS_GET, "default", "bare", NULL, "NOT_FOUND \"task bare not found\""},
        {FAKE_TASKS_GET, "default", "bare", "zz", "NOT_FOUND \"task bare not found\""},
        {FAKE_TASKS_GET, "t3", "nope", NULL, "NOT_FOUND \"container \\\"nope\\\" in namespace \\\"t3\\\": not found\""},
        {FAKE_TASKS_GET, "default", "", NULL,
         "NOT_FOUND \"container \\\"\\\" in namespace \\\"default\\\": not found\""},
        {FAKE_TASKS_GET, "default", "a\"\n\x01\xc3\xa9", NULL,
         "NOT_FOUND \"container \\\"a\\\\\\\"\\\\n\\\\x01\xc3\xa9\\\" in namespace \\\"default\\\": not found\""},
        {FAKE_TASKS_GET, NULL, "web", NULL, "FAILED_PRECONDITION \"namespace is required: failed precondition\""},
        {FAKE_TASKS_LIST, NULL, NULL, NULL, "FAILED_PRECONDITION \"namespace is required: failed precondition\""},
        {FAKE_CONTAINERS_GET, NULL, "web", NULL, "FAILED_PRECONDITION \"namespace is required: failed precondition\""},
        {FAKE_TASKS_LIST, "-bad-", NULL, NULL,
         "INVALID_ARGUMENT \"namespace validation: identifier \\\"-bad-\\\" must match "
         "^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$: invalid argument\""},
        {FAKE_TASKS_LIST, "a..b", NULL, NULL,
         "INVALID_ARGUMENT \"namespace validation: identifier \\\"a..b\\\" must match "
         "^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$: invalid argument\""},
        {FAKE_TASKS_LIST, seventy_seven, NULL, NULL,
         "INVALID_ARGUMENT \"namespace validation: identifier "
         "\\\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\\" greater than "
         "maximum length (76 characters): invalid argument\""},
        {FAKE_TASKS_LIST, seventy_seven + 1, NULL, NULL, "OK"},
        {FAKE_TASKS_LIST, "defaul", NULL, NULL, "OK"},
        {FAKE_TASKS_LIST, "other", NULL, NULL, "OK web pid 104 running"},
        {FAKE_TASKS_LIST, "default", NULL, NULL,
         "OK idle pid 106 paused new pid 105 created old pid 103 stopped status 3 web pid 101 running"},
        {FAKE_CONTAINERS_GET, "default", "bare", NULL, "OK bare"},
        {FAKE_CONTAINERS_GET, "default", "nope", NULL,
         "NOT_FOUND \"container \\\"nope\\\" in namespace \\\"default\\\": not found\""},
        {FAKE_CONTAINERS_LIST, "default", NULL, NULL, "OK bare idle new old web"},
        {FAKE_CONTAINERS_LIST_STREAM, "default", NULL, NULL, "OK bare idle new old web"},
        {FAKE_CONTAINERS_LIST, "empty", NULL, NULL, "OK"},
        {FAKE_TASKS_DELETE, "default", "web", NULL,
         "UNKNOWN \"failed to delete task: cannot delete a running process: unknown\""},
        {FAKE_TASKS_DELETE, "default", "idle", NULL,
         "UNKNOWN \"failed to delete task: cannot delete a paused process: unknown\""},
        {FAKE_TASKS_DELETE, "default", "bare", NULL, "NOT_FOUND \"task bare not found\""},
        {FAKE_TASKS_DELETE, "default", "nope", NULL,
         "NOT_FOUND \"container \\\"nope\\\" in namespace \\\"default\\\": not found\""},
    };
    struct fake_play *play = *state;
    char expected[1024];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(expected, sizeof expected, "reply %s %s\n", fake_method_name(rows[i].method), rows[i].answer);
        fake_play_request(play, 1, rows[i].method, rows[i].name_space, rows[i].id, rows[i].exec_id);
        assert_string_equal(fake_play_trace(play), expected);
    }
}

static void a_deletion_is_published_and_then_answered_and_the_container_stays(void **state)
{
    struct fake_play *play = *state;
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "default", "old", NULL);
    fake_play_request(play, 3, FAKE_TASKS_DELETE, "default", "old", NULL);
    fake_play_request(play, 5, FAKE_CONTAINERS_GET, "default", "old", NULL);
    assert_string_equal(fake_play_trace(play), "publish /tasks/delete old pid 103 status 3 to 0\n"
                                               "reply Tasks.Delete OK old pid 103 stopped status 3\n"
                                               "reply Tasks.Delete NOT_FOUND \"task old not found\"\n"
                                               "reply Containers.Get OK old\n");
}

static void the_deletion_of_a_task_that_never_ran_kills_it_at_no_time(void **state)
{
    struct fake_play *play = *state;
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "default", "new", NULL);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit new pid 105 status 137 to 0\n"
                                               "publish /tasks/delete new pid 105 status 0 to 0\n"
                                               "reply Tasks.Delete OK new pid 105 created\n");
    for (size_t i = 0; i < 2; i++)
        assert_true(play->actions.items[i].did.published.exited_at_ns == 0);
}

static void times_of_exit_are_wall_clock_and_the_same_everywhere(void **state)
{
    struct fake_play *play = *state;
    struct fake_command exit = fake_command_on(FAKE_COMMAND_EXIT, "web", NULL);
    fake_play_advance(play, 5 * TIME_SECOND);
    fake_play_command(play, exit);
    int64_t exited_at = WALL_START_NS + 5 * TIME_SECOND;
    assert_true(play->actions.items[1].did.published.exited_at_ns == exited_at);
    fake_play_advance(play, TIME_SECOND);
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "default", "web", NULL);
    assert_true(play->actions.items[0].did.published.exited_at_ns == exited_at);
    assert_true(play->actions.items[0].did.published.published_at_ns == exited_at + TIME_SECOND);
    assert_true(play->actions.items[1].response.process.exited_at_ns == exited_at);
}

static void a_container_is_answered_with_all_that_it_was_given(void **state)
{
    static const struct fake_label labels[] = {{{"a.b", 3}, {"1", 1}}, {{"c", 1}, {"", 0}}};
    struct fake_play *play = *state;
    struct fake_command add = fake_command_add("full", 0, FAKE_RUNNING);
    add.container.image = text_of("docker.io/library/busybox:1");
    add.container.spec = (struct fake_any){text_of("types/Spec"), {"\0\xff", 2}};
    add.container.labels = labels;
    add.container.label_count = 2;
    fake_play_command(play, add);
    fake_play_request(play, 1, FAKE_CONTAINERS_GET, "default", "full", NULL);
    assert_int_equal(play->actions.count, 1);
    const struct fake_container *container = &play->actions.items[0].response.containers[0];
    assert_true(text_is(container->image, "docker.io/library/busybox:1"));
    assert_true(text_is(container->runtime_name, "io.containerd.runc.v2"));
    assert_true(text_is(container->spec.type_url, "types/Spec"));
    assert_true(text_equal(container->spec.value, (struct text){"\0\xff", 2}));
    assert_int_equal(container->label_count, 2);
    assert_true(text_is(container->labels[0].key, "a.b") && text_is(container->labels[0].value, "1"));
    assert_true(text_is(container->labels[1].key, "c") && container->labels[1].value.length == 0);
    assert_true(container->created_at_ns == WALL_START_NS);
}

static void list_by(struct fake_play *play, const char *filter)
{
    struct text text = text_of(filter);
    struct fake_request request = {
        .method = FAKE_CONTAINERS_LIST, .name_space = text_of("default"), .filters = &text, .filter_count = 1};
    fake_play_event(play,
                    (struct fake_event){.kind = FAKE_REQUEST, .connection_id = 1, .stream_id = 1, .request = request});
}

static void containers_are_filtered_by_id_image_runtime_and_labels(void **state)
{
    static const struct fake_label labels[] = {{{"a.b", 3}, {"1", 1}}, {{"c", 1}, {"", 0}}};
    static const struct {
        const char *filter;
        const char *trace;
    } rows[] = {
        {"id==old", "reply Containers.List OK old\n"},
        {"id~=|^.{3}$|", "reply Containers.List OK new old web\n"},
        {"image", "reply Containers.List OK full\n"},
        {"runtime.name==x", "reply Containers.List OK\n"},
        {"runtime.name~=runc", "reply Containers.List OK bare full idle new old web\n"},
        {"runtime", "reply Containers.List OK\n"},
        {"labels.a.b==1", "reply Containers.List OK full\n"},
        {"labels.\"a.b\"", "reply Containers.List OK full\n"},
        {"labels.a", "reply Containers.List OK\n"},
        {"labels.a.b.c", "reply Containers.List OK\n"},
        {"labels.c", "reply Containers.List OK full\n"},
        {"labels", "reply Containers.List OK\n"},
        {"id=x", "reply Containers.List INVALID_ARGUMENT \"filters: parse error: [id >|=|< x]: unsupported operator "
                 "\\\"=\\\": invalid argument: invalid argument\"\n"},
        {"id~=|(?i)x|",
         "reply Containers.List UNIMPLEMENTED \"filters: the expression \\\"(?i)x\\\" is beyond what the "
         "fake can match\"\n"},
    };
    struct fake_play *play = *state;
    struct fake_command add = fake_command_add("full", 0, FAKE_RUNNING);
    add.container.image = text_of("busybox");
    add.container.labels = labels;
    add.container.label_count = 2;
    fake_play_command(play, add);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        list_by(play, rows[i].filter);
        assert_string_equal(fake_play_trace(play), rows[i].trace);
    }
}

static void events_are_filtered_by_what_their_bodies_hold(void **state)
{
    static const struct {
        const char *filter;
        const char *sent;
    } rows[] = {
        {"event.container_id==web", "send /tasks/exit web probe pid 102 status 0\n"},
        {"event.id==probe", "send /tasks/exit web probe pid 102 status 0\n"},
        {"event.exec_id==probe", ""},
        {"event.pid==102", ""},
        {"namespace==default", "send /tasks/exit web probe pid 102 status 0\n"},
        {"namespace==other", ""},
        {"timestamp", ""},
        {"event", ""},
    };
    struct fake_play *play = *state;
    struct fake_command exit = fake_command_on(FAKE_COMMAND_EXIT, "web", "probe");
    char expected[256];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const filters[] = {rows[i].filter, NULL};
        struct fake_play copy = *play;
        assert_int_equal(fake_clone(&copy.fake, play->fake), 0);
        fake_play_subscribe(&copy, 1, filters);
        fake_play_command(&copy, exit);
        snprintf(expected, sizeof expected, "publish /tasks/exit web probe pid 102 status 0 to %d\n%s",
                 rows[i].sent[0] != '\0', rows[i].sent);
        assert_string_equal(fake_play_trace(&copy), expected);
        play->trace = copy.trace;
        fake_free(copy.fake);
    }
}

static void a_subscription_with_a_bad_filter_ends_as_containerd_ends_it(void **state)
{
    static const char *const quote[] = {"topic", "topic==/tasks/exit", NULL};
    static const char *const foreign[] = {"topic~=|(?i)x|", NULL};
    struct fake_play *play = *state;
    fake_play_subscribe(play, 1, quote);
    fake_play_subscribe(play, 3, foreign);
    assert_string_equal(
        fake_play_trace(play),
        "end stream UNKNOWN \"subscription error: failed parsing subscription filters: filters: parse error: "
        "[topic== >|/|< tasks/exit]: invalid quote encountered: invalid argument\"\n"
        "end stream UNIMPLEMENTED \"subscription error: failed parsing subscription filters: filters: the expression "
        "\\\"(?i)x\\\" is beyond what the fake can match\"\n");
    assert_int_equal(fake_subscription_count(play->fake), 0);
}

static void a_subscription_with_too_many_filters_is_refused(void **state)
{
    struct fake_play *play = *state;
    const char *filters[FAKE_FILTERS_MAX + 2];
    for (size_t i = 0; i < FAKE_FILTERS_MAX + 1; i++)
        filters[i] = "topic";
    filters[FAKE_FILTERS_MAX + 1] = NULL;
    fake_play_subscribe(play, 1, filters);
    assert_string_equal(fake_play_trace(play),
                        "end stream RESOURCE_EXHAUSTED \"subscription error: failed parsing subscription filters: "
                        "filters: there are more than the fake can hold\"\n");
    fake_play_subscribe(play, 3, filters + 1);
    assert_int_equal(fake_subscription_count(play->fake), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_request_gets_the_answer_that_containerd_gives),
        TEST(a_deletion_is_published_and_then_answered_and_the_container_stays),
        TEST(the_deletion_of_a_task_that_never_ran_kills_it_at_no_time),
        TEST(times_of_exit_are_wall_clock_and_the_same_everywhere),
        TEST(a_container_is_answered_with_all_that_it_was_given),
        TEST(containers_are_filtered_by_id_image_runtime_and_labels),
        TEST(events_are_filtered_by_what_their_bodies_hold),
        TEST(a_subscription_with_a_bad_filter_ends_as_containerd_ends_it),
        TEST(a_subscription_with_too_many_filters_is_refused),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/request", tests, NULL, NULL);
}
