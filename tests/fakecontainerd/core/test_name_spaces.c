/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fake_ask.h"

#define BAD "identifier \\\"-bad-\\\" must match ^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$: invalid argument\"\n"

/* What `mask` names, from `asker` where one is told. */
static const char *ask(struct fake_play *play, enum fake_method method, const char *name, const char *mask,
                       const char *asker)
{
    struct text path = text_of(mask);
    struct fake_request request = {.method = method, .subject = text_of(name), .filters = &path};
    request.filter_count = mask != NULL ? 1 : 0;
    if (asker != NULL)
        request.name_space = text_of(asker);
    return fake_ask(play, request);
}

static void a_name_is_looked_at_where_one_is_created_and_what_cannot_be_told_is_done(void **state)
{
    static const struct {
        enum fake_method method;
        const char *name, *mask, *asker, *expected;
    } rows[] = {
        {FAKE_NAMESPACES_GET, "-bad-", NULL, NULL, "reply Namespaces.Get OK\n"},
        {FAKE_NAMESPACES_CREATE, "-bad-", NULL, NULL, "reply Namespaces.Create INVALID_ARGUMENT \"" BAD},
        {FAKE_NAMESPACES_DELETE, "-bad-", NULL, NULL,
         "reply Namespaces.Delete NOT_FOUND \"namespace \\\"-bad-\\\": not found\"\n"},
        {FAKE_NAMESPACES_UPDATE, "-bad-", NULL, NULL,
         "publish /namespaces/update -bad- to 0\nreply Namespaces.Update OK\n"},
        {FAKE_NAMESPACES_UPDATE, "-bad-", "name", NULL,
         "reply Namespaces.Update INVALID_ARGUMENT \"cannot update \\\"name\\\" field\"\n"},
        {FAKE_NAMESPACES_UPDATE, "", "labels.k", NULL, "reply Namespaces.Update UNKNOWN \"bucket name required\"\n"},
        {FAKE_NAMESPACES_DELETE, "-bad-", NULL, NULL,
         "reply Namespaces.Delete NOT_FOUND \"namespace \\\"-bad-\\\": not found\"\n"},
        {FAKE_NAMESPACES_UPDATE, "-bad-", "labels.k", NULL,
         "publish /namespaces/update -bad- to 0\nreply Namespaces.Update OK\n"},
        {FAKE_NAMESPACES_DELETE, "-bad-", NULL, NULL,
         "reply Namespaces.Delete UNKNOWN \"failed publishing event: namespace validation: " BAD},
        {FAKE_NAMESPACES_DELETE, "-bad-", NULL, NULL,
         "reply Namespaces.Delete NOT_FOUND \"namespace \\\"-bad-\\\": not found\"\n"},
        {FAKE_NAMESPACES_CREATE, "x", NULL, "",
         "reply Namespaces.Create UNKNOWN \"failed publishing event: namespace is required: failed precondition\"\n"},
        {FAKE_NAMESPACES_UPDATE, "x", NULL, "-bad-",
         "reply Namespaces.Update UNKNOWN \"failed publishing event: namespace validation: " BAD},
        {FAKE_NAMESPACES_DELETE, "x", NULL, "", "publish /namespaces/delete x to 0\nreply Namespaces.Delete OK\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *said = ask(*state, rows[i].method, rows[i].name, rows[i].mask, rows[i].asker);
        if (strcmp(said, rows[i].expected) != 0)
            fail_msg("row %zu: %s", i, said);
    }
}

static void tasks_alone_keep_no_namespace_and_a_container_makes_it_anew(void **state)
{
    static const char *const containers[] = {"bare", "held", "new", "old", "web"};
    struct fake_request again = {.method = FAKE_CONTAINERS_CREATE, .container_id = text_of("web")};
    for (size_t i = 0; i < sizeof containers / sizeof containers[0]; i++) {
        assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_DELETE, "default", NULL, NULL), "it still has containers"));
        fake_ask_for(*state, FAKE_CONTAINERS_DELETE, containers[i], NULL);
    }
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_DELETE, "default", NULL, NULL), "Namespaces.Delete OK"));
    assert_non_null(strstr(fake_ask_for(*state, FAKE_TASKS_LIST, NULL, NULL), "web"));
    again.container = (struct fake_container){.id = again.container_id, .runtime_name = text_of("runc")};
    again.container.spec = (struct fake_any){text_of("t"), text_of("s")};
    fake_ask(*state, again);
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_CREATE, "default", NULL, NULL), "ALREADY_EXISTS"));
}

static void a_name_that_is_longer_than_any_id_is_not_spoken_of(void **state)
{
    static char name[FAKE_ID_MAX + 2];
    (void)memset(name, 'n', FAKE_ID_MAX);
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_GET, name, NULL, NULL), "Get OK"));
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_UPDATE, name, "labels.k", NULL), "Update OK"));
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_DELETE, name, NULL, NULL), "Delete OK"));
    name[FAKE_ID_MAX] = 'n';
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_GET, name, NULL, NULL), "no namespace with a name so long"));
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_UPDATE, name, NULL, NULL), "no namespace with a name so long"));
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_DELETE, name, NULL, NULL), "NOT_FOUND"));
}

static void an_update_makes_no_more_namespaces_than_the_fake_holds(void **state)
{
    struct text paths[FAKE_FILTERS_MAX + 1];
    char name[16];
    /* "default" is there already. */
    for (size_t i = 1; i <= FAKE_NAMESPACES_MAX; i++) {
        (void)snprintf(name, sizeof name, "n%zu", i);
        const char *said = ask(*state, FAKE_NAMESPACES_UPDATE, name, "labels.k", NULL);
        assert_true((strstr(said, "holds no more namespaces") != NULL) == (i == FAKE_NAMESPACES_MAX));
    }
    assert_non_null(strstr(ask(*state, FAKE_NAMESPACES_UPDATE, "n1", "labels.k", NULL), "Update OK"));
    for (size_t i = 0; i <= FAKE_FILTERS_MAX; i++)
        paths[i] = text_of("labels.k");
    struct fake_request request = {.method = FAKE_NAMESPACES_UPDATE, .subject = text_of("n1"), .filters = paths};
    for (request.filter_count = FAKE_FILTERS_MAX; request.filter_count <= FAKE_FILTERS_MAX + 1; request.filter_count++)
        assert_true((strstr(fake_ask(*state, request), "more paths than the fake can hold") == NULL) ==
                    (request.filter_count == FAKE_FILTERS_MAX));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_ask_set_up, fake_ask_tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_name_is_looked_at_where_one_is_created_and_what_cannot_be_told_is_done),
        TEST(tasks_alone_keep_no_namespace_and_a_container_makes_it_anew),
        TEST(a_name_that_is_longer_than_any_id_is_not_spoken_of),
        TEST(an_update_makes_no_more_namespaces_than_the_fake_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
