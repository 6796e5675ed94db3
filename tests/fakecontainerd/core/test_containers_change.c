/* SPDX-License-Identifier: Apache-2.0 */
/* What clients can do to containers and namespaces, and what every method has in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fake_ask.h"

static struct fake_request creation(const char *id)
{
    struct fake_request request = {.method = FAKE_CONTAINERS_CREATE, .container_id = text_of(id)};
    request.container = (struct fake_container){.id = text_of(id), .runtime_name = text_of("runc")};
    request.container.spec = (struct fake_any){text_of("t"), text_of("s")};
    return request;
}

static void a_container_that_cannot_be_is_refused_in_the_words_of_containerd(void **state)
{
    struct fake_request request = creation("c");
    assert_string_equal(fake_ask(*state, creation("web")),
                        "reply Containers.Create ALREADY_EXISTS \"container \\\"web\\\": already exists\"\n");
    assert_string_equal(fake_ask(*state, creation(NULL)),
                        "reply Containers.Create INVALID_ARGUMENT \"create container failed validation: container.ID: "
                        "identifier must not be empty: invalid argument\"\n");
    assert_string_equal(fake_ask(*state, creation("a/b")),
                        "reply Containers.Create INVALID_ARGUMENT \"create container failed validation: container.ID: "
                        "identifier \\\"a/b\\\" must match ^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$: invalid "
                        "argument\"\n");
    request.container.spec = (struct fake_any){{NULL, 0}, {NULL, 0}};
    assert_string_equal(fake_ask(*state, request), "reply Containers.Create INVALID_ARGUMENT \"create container failed "
                                                   "validation: container.Spec must be set: invalid argument\"\n");
    request.container.runtime_name = text_of("");
    assert_string_equal(fake_ask(*state, request),
                        "reply Containers.Create INVALID_ARGUMENT \"create container failed "
                        "validation: container.Runtime.Name must be set: invalid argument\"\n");
}

static void a_container_may_be_deleted_under_its_task_and_come_back(void **state)
{
    static const struct fake_ask_row rows[] = {
        {FAKE_CONTAINERS_DELETE, "web", NULL, "publish /containers/delete web to 0\nreply Containers.Delete OK\n"},
        {FAKE_CONTAINERS_DELETE, "web", NULL, "reply Containers.Delete NOT_FOUND \"container web: not found\"\n"},
        {FAKE_TASKS_GET, "web", NULL,
         "reply Tasks.Get NOT_FOUND \"container \\\"web\\\" in namespace \\\"default\\\": not found\"\n"},
        {FAKE_TASKS_KILL, "web", NULL,
         "reply Tasks.Kill NOT_FOUND \"container \\\"web\\\" in namespace \\\"default\\\": not found\"\n"},
        {FAKE_CONTAINERS_LIST, NULL, NULL, "reply Containers.List OK bare held new old\n"},
        {FAKE_TASKS_LIST, NULL, NULL,
         "reply Tasks.List OK held pid 105 paused new pid 104 created old pid 103 stopped status 3"
         " web pid 101 running\n"},
    };
    FAKE_ASK_ROWS(*state, rows);
    assert_string_equal(fake_ask(*state, creation("web")),
                        "publish /containers/create web to 0\nreply Containers.Create OK web\n");
    assert_string_equal(fake_ask_for(*state, FAKE_TASKS_GET, "web", NULL), "reply Tasks.Get OK web pid 101 running\n");
}

static void a_task_whose_container_was_deleted_is_an_orphan(void **state)
{
    struct fake_play *play = *state;
    assert_false(fake_is_orphan(play->fake, text_of("default"), text_of("web")));
    assert_false(fake_is_orphan(play->fake, text_of("default"), text_of("nope")));
    fake_ask_for(play, FAKE_CONTAINERS_DELETE, "web", NULL);
    assert_true(fake_is_orphan(play->fake, text_of("default"), text_of("web")));
    assert_false(fake_is_orphan(play->fake, text_of("elsewhere"), text_of("web")));
}

static void a_life_without_a_script_goes_through_every_state(void **state)
{
    static const struct fake_ask_row rows[] = {
        {FAKE_TASKS_CREATE, "c", NULL,
         "publish /tasks/create c pid 1000 to 0\nreply Tasks.Create OK c pid 1000 created\n"},
        {FAKE_TASKS_START, "c", NULL,
         "publish /tasks/start c pid 1000 to 0\nreply Tasks.Start OK c pid 1000 running\n"},
        {FAKE_TASKS_KILL, "c", NULL,
         "publish /tasks/exit c pid 1000 status 137 to 0\nreply Tasks.Kill OK c pid 1000 stopped status 137\n"},
        {FAKE_TASKS_DELETE, "c", NULL,
         "publish /tasks/delete c pid 1000 status 137 to 0\nreply Tasks.Delete OK c pid 1000 stopped status 137\n"},
        {FAKE_CONTAINERS_DELETE, "c", NULL, "publish /containers/delete c to 0\nreply Containers.Delete OK\n"},
        {FAKE_CONTAINERS_GET, "c", NULL,
         "reply Containers.Get NOT_FOUND \"container \\\"c\\\" in namespace \\\"default\\\": not found\"\n"},
    };
    assert_string_equal(fake_ask(*state, creation("c")),
                        "publish /containers/create c to 0\nreply Containers.Create OK c\n");
    FAKE_ASK_ROWS(*state, rows);
}

static const struct fake_container *only_container(struct fake_play *play)
{
    const struct fake_response *response = &play->actions.items[play->actions.count - 1].response;
    assert_int_equal(response->count, 1);
    return response->containers;
}

static void an_update_replaces_what_its_mask_names(void **state)
{
    static const struct fake_label first[] = {{{"a", 1}, {"1", 1}}, {{"b", 1}, {"2", 1}}};
    static const struct fake_label second[] = {{{"b", 1}, {"3", 1}}, {{"c", 1}, {"4", 1}}};
    static const struct text paths[] = {{"labels.b", 8}, {"image", 5}};
    static const struct text unknown = {"runtime", 7};
    struct fake_play *play = *state;
    struct fake_request request = creation("c");
    request.container.labels = first;
    request.container.label_count = 2;
    fake_ask(play, request);
    request.method = FAKE_CONTAINERS_UPDATE;
    request.container.labels = second;
    request.container.image = text_of("busybox");
    request.container.spec = (struct fake_any){text_of("other"), text_of("s")};
    request.filters = paths;
    request.filter_count = 2;
    fake_play_advance(play, 5);
    assert_string_equal(fake_ask(play, request), "publish /containers/update c to 0\nreply Containers.Update OK c\n");
    const struct fake_container *container = only_container(play);
    assert_true(text_is(container->image, "busybox"));
    assert_true(text_is(container->spec.type_url, "t"));
    assert_int_equal(container->label_count, 2);
    assert_true(text_is(container->labels[0].key, "a"));
    assert_true(text_is(container->labels[1].value, "3"));
    assert_int_equal(container->updated_at_ns - container->created_at_ns, 5);
    request.filter_count = 0;
    fake_ask(play, request);
    container = only_container(play);
    assert_true(text_is(container->spec.type_url, "other"));
    assert_true(text_is(container->labels[1].key, "c"));
    request.container.runtime_name = text_of("kata");
    assert_string_equal(fake_ask(play, request),
                        "reply Containers.Update INVALID_ARGUMENT \"container.Runtime.Name field is "
                        "immutable: invalid argument\"\n");
    request.filters = &unknown;
    request.filter_count = 1;
    assert_string_equal(fake_ask(play, request),
                        "reply Containers.Update INVALID_ARGUMENT \"cannot update \\\"runtime\\\" "
                        "field on \\\"c\\\": invalid argument\"\n");
}

/* What a container is made of is summed up once, an update's labels behind the rest. */
static void a_label_that_an_update_sets_is_part_of_the_state(void **state)
{
    static const struct text path = {"labels.a", 8};
    struct fake_play *play = *state;
    struct fake_request request = creation("c");
    struct fake_label label = {{"a", 1}, {"1", 1}};
    struct hash hashes[2];
    fake_ask(play, request);
    request.method = FAKE_CONTAINERS_UPDATE;
    request.container.labels = &label;
    request.container.label_count = 1;
    request.filters = &path;
    request.filter_count = 1;
    for (size_t i = 0; i < 2; i++) {
        label.value = text_of(i == 0 ? "1" : "2");
        fake_ask(play, request);
        hash_init(&hashes[i]);
        fake_hash(play->fake, play->now_ns, &hashes[i]);
    }
    assert_false(hash_equal(&hashes[0], &hashes[1]));
}

/* ---- namespaces and the rest ---- */

static void namespaces_come_with_containers_and_by_themselves_and_go_when_empty(void **state)
{
    static const struct {
        enum fake_method method;
        const char *name;
        const char *expected;
    } rows[] = {
        {FAKE_NAMESPACES_GET, "never", "reply Namespaces.Get OK\n"},
        {FAKE_NAMESPACES_DELETE, "never", "reply Namespaces.Delete NOT_FOUND \"namespace \\\"never\\\": not found\"\n"},
        {FAKE_NAMESPACES_CREATE, "default",
         "reply Namespaces.Create ALREADY_EXISTS \"namespace \\\"default\\\": already exists\"\n"},
        {FAKE_NAMESPACES_DELETE, "default",
         "reply Namespaces.Delete FAILED_PRECONDITION \"namespace \\\"default\\\" must be empty, but it still has "
         "containers: failed precondition\"\n"},
        {FAKE_NAMESPACES_CREATE, "x", "publish /namespaces/create x to 0\nreply Namespaces.Create OK\n"},
        {FAKE_NAMESPACES_UPDATE, "x", "publish /namespaces/update x to 0\nreply Namespaces.Update OK\n"},
        {FAKE_NAMESPACES_UPDATE, "never", "publish /namespaces/update never to 0\nreply Namespaces.Update OK\n"},
        {FAKE_NAMESPACES_DELETE, "never", "reply Namespaces.Delete NOT_FOUND \"namespace \\\"never\\\": not found\"\n"},
        {FAKE_NAMESPACES_DELETE, "x", "publish /namespaces/delete x to 0\nreply Namespaces.Delete OK\n"},
        {FAKE_NAMESPACES_DELETE, "x", "reply Namespaces.Delete NOT_FOUND \"namespace \\\"x\\\": not found\"\n"},
    };
    struct fake_play *play = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *trace =
            fake_ask(play, (struct fake_request){.method = rows[i].method, .subject = text_of(rows[i].name)});
        assert_string_equal(trace, rows[i].expected);
    }
    fake_ask(play, (struct fake_request){.method = FAKE_NAMESPACES_CREATE, .subject = text_of("a")});
    fake_ask(play, (struct fake_request){.method = FAKE_NAMESPACES_LIST});
    const struct fake_response *response = &play->actions.items[0].response;
    assert_int_equal(response->count, 2);
    assert_true(text_is(response->containers[0].name_space, "a"));
    assert_true(text_is(response->containers[1].name_space, "default"));
}

static void clients_make_no_more_namespaces_than_the_fake_holds(void **state)
{
    struct fake_play *play = *state;
    const char *said = "";
    char name[16];
    /* "default" is there already. */
    for (size_t i = 1; i <= FAKE_NAMESPACES_MAX; i++) {
        (void)snprintf(name, sizeof name, "n%zu", i);
        said = fake_ask(play, (struct fake_request){.method = FAKE_NAMESPACES_CREATE, .subject = text_of(name)});
        if (i < FAKE_NAMESPACES_MAX && strstr(said, "reply Namespaces.Create OK") == NULL)
            fail_msg("%s: %s", name, said);
    }
    assert_string_equal(said, "reply Namespaces.Create RESOURCE_EXHAUSTED \"namespace \\\"n4096\\\": the fake holds no "
                              "more namespaces\"\n");
    fake_ask(play, (struct fake_request){.method = FAKE_NAMESPACES_DELETE, .subject = text_of("n1")});
    said = fake_ask(play, (struct fake_request){.method = FAKE_NAMESPACES_CREATE, .subject = text_of(name)});
    assert_non_null(strstr(said, "reply Namespaces.Create OK"));
}

static void a_longer_sentence_tells_of_a_namespace_without_containers(void **state)
{
    struct fake_request request = {.method = FAKE_CONTAINERS_DELETE, .container_id = {"nope", 4}};
    request.name_space = text_of("t3");
    assert_string_equal(fake_ask(*state, request),
                        "reply Containers.Delete NOT_FOUND \"cannot delete container \\\"nope\\\" "
                        "in namespace \\\"t3\\\": not found\"\n");
    request.method = FAKE_CONTAINERS_UPDATE;
    assert_string_equal(fake_ask(*state, request),
                        "reply Containers.Update NOT_FOUND \"cannot update container \\\"nope\\\" "
                        "in namespace \\\"t3\\\": not found\"\n");
}

static void metrics_are_of_the_tasks_that_pass_the_filter(void **state)
{
    static const struct text filter = {"id==web", 7};
    static const struct text broken = {"id=web", 6};
    struct fake_request request = {.method = FAKE_TASKS_METRICS, .filters = &filter, .filter_count = 1};
    assert_string_equal(fake_ask(*state, request), "reply Tasks.Metrics OK web pid 101 running\n");
    request.filter_count = 0;
    assert_string_equal(fake_ask(*state, request),
                        "reply Tasks.Metrics OK held pid 105 paused new pid 104 created old pid 103 stopped status 3 "
                        "web pid 101 running\n");
    request.filters = &broken;
    request.filter_count = 1;
    assert_non_null(strstr(fake_ask(*state, request), "reply Tasks.Metrics INVALID_ARGUMENT"));
}

static void every_method_meets_the_fault_rules(void **state)
{
    struct fake_play *play = *state;
    for (unsigned method = 0; method < FAKE_METHOD_COUNT; method++) {
        struct fake_command rule = {.kind = FAKE_COMMAND_ADD_RULE};
        rule.rule = (struct fake_rule){.method = (enum fake_method)method, .status = 14, .times = 1};
        fake_play_command(play, rule);
        const char *trace = fake_ask_for(play, (enum fake_method)method, "web", NULL);
        assert_non_null(strstr(trace, "fault "));
        assert_non_null(strstr(trace, "UNAVAILABLE"));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_ask_set_up, fake_ask_tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_container_that_cannot_be_is_refused_in_the_words_of_containerd),
        TEST(a_container_may_be_deleted_under_its_task_and_come_back),
        TEST(a_task_whose_container_was_deleted_is_an_orphan),
        TEST(a_life_without_a_script_goes_through_every_state),
        TEST(an_update_replaces_what_its_mask_names),
        TEST(a_label_that_an_update_sets_is_part_of_the_state),
        TEST(namespaces_come_with_containers_and_by_themselves_and_go_when_empty),
        TEST(clients_make_no_more_namespaces_than_the_fake_holds),
        TEST(a_longer_sentence_tells_of_a_namespace_without_containers),
        TEST(metrics_are_of_the_tasks_that_pass_the_filter),
        TEST(every_method_meets_the_fault_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
