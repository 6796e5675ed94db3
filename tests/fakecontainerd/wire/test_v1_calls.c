/* SPDX-License-Identifier: Apache-2.0 */
/* A life that a client leads, call by call, byte by byte: what goes over the wire in the v1 API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "tests/support/fake_pair.h"
#include "tests/support/fake_play.h"

#define CONTAINERS "/containerd.services.containers.v1.Containers/"
#define LEASES     "/containerd.services.leases.v1.Leases/"
#define NAMESPACES "/containerd.services.namespaces.v1.Namespaces/"
#define TASKS      "/containerd.services.tasks.v1.Tasks/"

struct call {
    const char *path;
    struct text request;
    struct text response;
};

static void assert_calls(struct fake_pair *pair, const struct call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fake_pair_call(pair, calls[i].path, "default", calls[i].request, false);
        if (pair->status != STATUS_OK || pair->message_count != 1 ||
            !text_equal(buffer_text(&pair->messages[0]), calls[i].response))
            fail_msg("call %zu, %s: status %d \"%s\", or other bytes", i, calls[i].path, pair->status, pair->text);
    }
}

/* The label without a value is not kept; the wall clock stands at 1500000000 s. */
static void every_call_of_a_life_has_the_fields_of_containerd(void **state)
{
    static const struct call calls[] = {
        {CONTAINERS "Create",
         {"\x0a\x41\x0a\x01\x63\x12\x06\x0a\x01k\x12\x01v\x12\x06\x0a\x04gone\x1a\x03img\x22\x0e\x0a\x04runc\x12\x06\x0a\x01o\x12\x01\x01*\x07\x0a\x01t\x12\x02{}2\x09overlayfs:\x03key",
          67},
         {"\x0aI\x0a\x01\x63\x12\x06\x0a\x01k\x12\x01v\x1a\x03img\x22\x0e\x0a\x04runc\x12\x06\x0a\x01o\x12\x01\x01*\x07\x0a\x01t\x12\x02{}2\x09overlayfs:\x03keyB\x06\x08\x80\xde\xa0\xcb\x05J\x06\x08\x80\xde\xa0\xcb\x05",
          75}},
        {CONTAINERS "Get",
         {"\x0a\x01\x63", 3},
         {"\x0aI\x0a\x01\x63\x12\x06\x0a\x01k\x12\x01v\x1a\x03img\x22\x0e\x0a\x04runc\x12\x06\x0a\x01o\x12\x01\x01*\x07\x0a\x01t\x12\x02{}2\x09overlayfs:\x03keyB\x06\x08\x80\xde\xa0\xcb\x05J\x06\x08\x80\xde\xa0\xcb\x05",
          75}},
        {CONTAINERS "Update",
         {"\x0a\x0a\x0a\x01\x63\x1a\x05other\x12\x07\x0a\x05image", 21},
         {"\x0aK\x0a\x01\x63\x12\x06\x0a\x01k\x12\x01v\x1a\x05other\x22\x0e\x0a\x04runc\x12\x06\x0a\x01o\x12\x01\x01*\x07\x0a\x01t\x12\x02{}2\x09overlayfs:\x03keyB\x06\x08\x80\xde\xa0\xcb\x05J\x06\x08\x80\xde\xa0\xcb\x05",
          77}},
        {TASKS "Create", {"\x0a\x01\x63\x22\x02in", 7}, {"\x0a\x01\x63\x10\xe8\x07", 6}},
        {TASKS "Start", {"\x0a\x01\x63", 3}, {"\x08\xe8\x07", 3}},
        {TASKS "Exec", {"\x0a\x01\x63\x32\x07\x0a\x01t\x12\x02{}:\x01\x65", 15}, {"", 0}},
        {TASKS "Start", {"\x0a\x01\x63\x12\x01\x65", 6}, {"\x08\xe9\x07", 3}},
        {TASKS "ListPids",
         {"\x0a\x01\x63", 3},
         {"\x0a\x03\x08\xe8\x07\x0a-\x08\xe9\x07\x12(\x0a!containerd.runc.v1.ProcessDetails\x12\x03\x0a\x01\x65", 52}},
        {TASKS "Pause", {"\x0a\x01\x63", 3}, {"", 0}},
        {TASKS "Resume", {"\x0a\x01\x63", 3}, {"", 0}},
        {TASKS "Kill", {"\x0a\x01\x63\x12\x01\x65\x18\x0f", 8}, {"", 0}},
        {TASKS "Wait", {"\x0a\x01\x63\x12\x01\x65", 6}, {"\x08\x8f\x01\x12\x06\x08\x80\xde\xa0\xcb\x05", 11}},
        {TASKS "DeleteProcess",
         {"\x0a\x01\x63\x12\x01\x65", 6},
         {"\x0a\x01\x65\x10\xe9\x07\x18\x8f\x01\x22\x06\x08\x80\xde\xa0\xcb\x05", 17}},
        {TASKS "Kill", {"\x0a\x01\x63\x18\x09 \x01", 7}, {"", 0}},
        {TASKS "Kill", {"\x0a\x01\x63\x18\x09 \x01", 7}, {"", 0}},
        {TASKS "Delete", {"\x0a\x01\x63", 3}, {"\x10\xe8\x07\x18\x89\x01\x22\x06\x08\x80\xde\xa0\xcb\x05", 14}},
        {CONTAINERS "Delete", {"\x0a\x01\x63", 3}, {"", 0}},
        {NAMESPACES "Get", {"\x0a\x05never", 7}, {"\x0a\x07\x0a\x05never", 9}},
        {NAMESPACES "Create", {"\x0a\x03\x0a\x01x", 5}, {"\x0a\x03\x0a\x01x", 5}},
        {NAMESPACES "Update", {"\x0a\x03\x0a\x01x", 5}, {"\x0a", 2}},
        {NAMESPACES "Update", {"\x0a\x03\x0a\x01x\x12\x0a\x0a\x08labels.k", 17}, {"\x0a", 2}},
        {NAMESPACES "List", {"", 0}, {"\x0a\x09\x0a\x07\x64\x65\x66\x61ult\x0a\x03\x0a\x01x", 16}},
        {NAMESPACES "Delete", {"\x0a\x01x", 3}, {"", 0}},
        {LEASES "Create",
         {"\x0a\x01l\x1a\x06\x0a\x01k\x12\x01v", 11},
         {"\x0a\x0b\x0a\x01l\x12\x06\x08\x80\xde\xa0\xcb\x05", 13}},
        {LEASES "Delete", {"\x0a\x01l", 3}, {"", 0}},
    };
    assert_calls(*state, calls, sizeof calls / sizeof calls[0]);
}

static void a_wait_is_answered_when_the_process_ends(void **state)
{
    static const struct text web = {"\x0a\x03web", 5};
    struct fake_pair *pair = *state;
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_RUNNING));
    fake_pair_call(pair, TASKS "Wait", "default", web, false);
    assert_false(pair->ended);
    struct fake_command exit = fake_command_on(FAKE_COMMAND_EXIT, "web", NULL);
    exit.exit_status = 3;
    fake_pair_command(pair, exit);
    assert_true(pair->ended);
    assert_int_equal(pair->status, STATUS_OK);
    assert_true(
        text_equal(buffer_text(&pair->messages[0]), (struct text){"\x08\x03\x12\x06\x08\x80\xde\xa0\xcb\x05", 10}));
}

/* The counter is the last of what the value holds. */
static void metrics_name_the_task_and_count_its_kills(void **state)
{
    static const struct text filter = {"\x0a\x07id==web", 9};
    struct fake_pair *pair = *state;
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_RUNNING));
    fake_pair_call(pair, TASKS "Metrics", "default", filter, false);
    struct text got = buffer_text(&pair->messages[0]);
    assert_int_equal(got.length, 71);
    assert_memory_equal(
        got.bytes, "\x0a\x45\x12\x03web\x1a\x3e\x0a\x20io.containerd.cgroups.v1.Metrics\x12\x1a\x12\x02\x08\x01", 49);
    assert_memory_equal(got.bytes + 69, "\x4a\x00", 2);
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    fake_pair_call(pair, TASKS "Metrics", "default", filter, false);
    got = buffer_text(&pair->messages[0]);
    assert_int_equal(got.length, 71);
    assert_memory_equal(got.bytes + 45, "\x12\x00", 2);
    assert_memory_equal(got.bytes + 67, "\x4a\x02\x18\x01", 4);
}

static void an_answer_may_say_another_end_or_none(void **state)
{
    static const struct text web = {"\x0a\x03web", 5};
    static const struct {
        const char *method;
        enum fake_method asked;
        struct fake_exited_at exited_at;
        struct text expected;
    } rows[] = {
        {"Get", FAKE_TASKS_GET, {FAKE_EXITED_AT_RAW, 7, 9}, {"\x52\x04\x08\x07\x10\x09", 6}},
        {"Wait", FAKE_TASKS_WAIT, {FAKE_EXITED_AT_RAW, 7, 9}, {"\x12\x04\x08\x07\x10\x09", 6}},
        {"Wait", FAKE_TASKS_WAIT, {FAKE_EXITED_AT_ABSENT, 0, 0}, {"", 0}},
        {"Delete", FAKE_TASKS_DELETE, {FAKE_EXITED_AT_RAW, 7, 9}, {"\x22\x04\x08\x07\x10\x09", 6}},
    };
    struct fake_pair *pair = *state;
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_STOPPED));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE};
        command.rule = (struct fake_rule){.method = rows[i].asked, .action = FAKE_DO_ANSWER, .times = 1};
        command.rule.told.has_exited_at = true;
        command.rule.told.exited_at = rows[i].exited_at;
        fake_pair_command(pair, command);
        char path[64] = TASKS;
        strcat(path, rows[i].method);
        fake_pair_call(pair, path, "default", web, false);
        assert_int_equal(pair->status, STATUS_OK);
        struct text got = buffer_text(&pair->messages[0]);
        struct text end = {got.bytes + got.length - rows[i].expected.length, rows[i].expected.length};
        assert_true(got.length >= rows[i].expected.length && text_equal(end, rows[i].expected));
        assert_true(rows[i].expected.length > 0 || got.length == 0);
    }
}

static void what_the_fake_cannot_keep_it_does_not_take(void **state)
{
    static const struct {
        const char *path;
        struct text request;
    } rows[] = {
        {NAMESPACES "Create", {"\x0a\x0b\x0a\x01x\x12\x06\x0a\x01k\x12\x01v", 13}},
        {NAMESPACES "Update", {"\x0a\x0b\x0a\x01x\x12\x06\x0a\x01k\x12\x01v", 13}},
        {"/containerd.services.introspection.v1.Introspection/Plugins", {"\x0a\x04type", 6}},
    };
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake_pair_call(pair, rows[i].path, "default", rows[i].request, false);
        assert_int_equal(pair->status, STATUS_UNIMPLEMENTED);
    }
    fake_pair_call(pair, LEASES "Create", NULL, (struct text){NULL, 0}, false);
    assert_int_equal(pair->status, STATUS_FAILED_PRECONDITION);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_pair_set_up, fake_pair_tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(every_call_of_a_life_has_the_fields_of_containerd), TEST(a_wait_is_answered_when_the_process_ends),
        TEST(metrics_name_the_task_and_count_its_kills),         TEST(an_answer_may_say_another_end_or_none),
        TEST(what_the_fake_cannot_keep_it_does_not_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
