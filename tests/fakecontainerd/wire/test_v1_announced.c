/* SPDX-License-Identifier: Apache-2.0 */
/* What a subscriber hears of the calls that another stream makes, and the list of plugins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "tests/support/fake_pair.h"

#define CONTAINERS "/containerd.services.containers.v1.Containers/"
#define NAMESPACES "/containerd.services.namespaces.v1.Namespaces/"
#define TASKS      "/containerd.services.tasks.v1.Tasks/"
#define PLUGINS    "/containerd.services.introspection.v1.Introspection/Plugins"
#define SUBSCRIBE  "/containerd.services.events.v1.Events/Subscribe"

/* Length and value of a string field behind its tag, as they lie in a message. */
static bool holds(const struct buffer *message, const char *part)
{
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= message->length; i++)
        if (memcmp(message->bytes + i, part, length) == 0)
            return true;
    return false;
}

static bool heard(const struct fake_pair *pair, const char *topic, const char *type, const char *body)
{
    for (size_t i = 0; i < pair->message_count; i++)
        if (holds(&pair->messages[i], topic) && holds(&pair->messages[i], type) && holds(&pair->messages[i], body))
            return true;
    return false;
}

/* Each call, the topic and the type that it is announced with, and a field of the event as it lies on the wire. */
static void each_change_is_announced_with_its_topic_type_and_fields(void **state)
{
    static const struct {
        const char *path;
        struct text request;
        const char *topic, *type, *body;
    } rows[] = {
        {NAMESPACES "Create",
         {"\x0a\x07\x0a\x05other", 9},
         "/namespaces/create",
         "containerd.events.NamespaceCreate",
         "\x0a\x05other"},
        {NAMESPACES "Update",
         {"\x0a\x07\x0a\x05other", 9},
         "/namespaces/update",
         "containerd.events.NamespaceUpdate",
         "\x0a\x05other"},
        {CONTAINERS "Create",
         {"\x0a\x16\x0a\x03web\x1a\x03img\x22\x05\x0a\x03run\x2a\x03\x0a\x01t", 24},
         "/containers/create",
         "containerd.events.ContainerCreate",
         "\x0a\x03web\x12\x03img"},
        {CONTAINERS "Update",
         {"\x0a\x0c\x0a\x03web\x1a\x05other\x12\x07\x0a\x05image", 23},
         "/containers/update",
         "containerd.events.ContainerUpdate",
         "\x0a\x03web\x12\x05other"},
        {TASKS "Create", {"\x0a\x03web", 5}, "/tasks/create", "containerd.events.TaskCreate", "\x0a\x03web"},
        {TASKS "Start", {"\x0a\x03web", 5}, "/tasks/start", "containerd.events.TaskStart", "\x0a\x03web"},
        {TASKS "Pause", {"\x0a\x03web", 5}, "/tasks/paused", "containerd.events.TaskPaused", "\x0a\x03web"},
        {TASKS "Resume", {"\x0a\x03web", 5}, "/tasks/resumed", "containerd.events.TaskResumed", "\x0a\x03web"},
        {TASKS "Kill", {"\x0a\x03web\x18\x09", 7}, "/tasks/exit", "containerd.events.TaskExit", "\x0a\x03web"},
        {TASKS "Delete", {"\x0a\x03web", 5}, "/tasks/delete", "containerd.events.TaskDelete", "\x0a\x03web"},
        {CONTAINERS "Delete",
         {"\x0a\x03web", 5},
         "/containers/delete",
         "containerd.events.ContainerDelete",
         "\x0a\x03web"},
        {NAMESPACES "Delete",
         {"\x0a\x05other", 7},
         "/namespaces/delete",
         "containerd.events.NamespaceDelete",
         "\x0a\x05other"},
    };
    struct fake_pair *pair = *state;
    struct text none = {"", 0};
    fake_pair_call(pair, SUBSCRIBE, "default", none, true);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake_pair_call(pair, rows[i].path, "default", rows[i].request, false);
        if (pair->status != STATUS_OK || !heard(pair, rows[i].topic, rows[i].type, rows[i].body))
            fail_msg("%s: status %d \"%s\", or %s was not heard so", rows[i].path, pair->status, pair->text,
                     rows[i].topic);
    }
}

static void the_plugins_are_the_services_that_there_are(void **state)
{
    static const char *const services[] = {"containers", "tasks", "events", "namespaces", "version"};
    struct fake_pair *pair = *state;
    struct text none = {"", 0};
    fake_pair_call(pair, PLUGINS, NULL, none, false);
    assert_int_equal(pair->status, STATUS_OK);
    assert_int_equal(pair->message_count, 1);
    assert_true(holds(&pair->messages[0], "io.containerd.grpc.v1"));
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
        assert_true(holds(&pair->messages[0], services[i]));
}

static void a_filter_of_plugins_is_refused_and_not_ignored(void **state)
{
    struct fake_pair *pair = *state;
    struct text filter = {"\x0a\x02id", 4};
    fake_pair_call(pair, PLUGINS, NULL, filter, false);
    assert_int_equal(pair->status, STATUS_UNIMPLEMENTED);
    assert_string_equal(pair->text, "the fake has no filters of plugins");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_change_is_announced_with_its_topic_type_and_fields, fake_pair_set_up,
                                        fake_pair_tear_down),
        cmocka_unit_test_setup_teardown(the_plugins_are_the_services_that_there_are, fake_pair_set_up,
                                        fake_pair_tear_down),
        cmocka_unit_test_setup_teardown(a_filter_of_plugins_is_refused_and_not_ignored, fake_pair_set_up,
                                        fake_pair_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
