/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/client/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "fakecontainerd/wire/dialect.h"
#include "scenarios/language/explain.h"
#include "scenarios/language/words.h"

static void every_field_that_a_file_may_write_goes_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < scenario_rpcs.count; i++) {
        struct text rpc = text_of(scenario_rpcs.items[i].name);
        if (message_path(rpc).length == 0 || !message_has(rpc, scenario_askable(rpc)))
            fail_msg("%s", rpc.bytes);
    }
    assert_int_equal(message_path(text_of("Tasks.Nope")).length, 0);
    assert_false(message_has(text_of("Tasks.Get"), SCENARIO_ASKED_SIGNAL));
    assert_false(message_has(text_of("Tasks.Nope"), 0));
}

static void requests_are_written_as_containerd_reads_them(void **state)
{
    static struct text filters[] = {{"", 0}, {"x", 1}};
    static const struct {
        const char *rpc;
        struct scenario_request request;
        const char *digits;
    } rows[] = {
        {"Version.Version", {0}, ""},
        {"Tasks.Kill",
         {.asked = 15, .container = {"a", 1}, .exec = {"e", 1}, .signal = 300, .all = true},
         "0a0161"
         "120165"
         "18ac02"
         "2001"},
        {"Tasks.Exec",
         {.asked = 3, .container = {"a", 1}, .exec = {"e", 1}},
         "0a0161"
         "3a0165"
         "323b"
         "0a39"
         "74797065732e636f6e7461696e6572642e696f2f6f70656e636f6e7461696e6572732f72756e74696d652d737065632f312f50726f63"
         "657373"},
        {"Events.Subscribe",
         {.asked = SCENARIO_ASKED_FILTERS, .filters = filters, .filter_count = 2},
         "0a00"
         "0a0178"},
        {"Namespaces.Create",
         {.asked = SCENARIO_ASKED_NAME, .name = {"n", 1}},
         "0a03"
         "0a016e"},
        {"Namespaces.Update",
         {.asked = SCENARIO_ASKED_NAME, .name = {"n", 1}},
         "0a03"
         "0a016e"},
        {"Events.Publish", {.asked = SCENARIO_ASKED_TOPIC, .topic = {"/x", 2}}, "0a022f78"},
        {"Containers.Update",
         {.asked = SCENARIO_ASKED_CONTAINER | SCENARIO_ASKED_IMAGE, .container = {"a", 1}, .image = {"i", 1}},
         "0a06"
         "0a0161"
         "1a0169"
         "1207"
         "0a05696d616765"},
        {"Tasks.Get", {.asked = SCENARIO_ASKED_BYTES, .bytes = {"\x0a", 1}}, "0a"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = BUFFER_INIT;
        char digits[1024] = "";
        message_write(text_of(rows[i].rpc), &rows[i].request, NULL, &out);
        for (size_t j = 0; j < out.length; j++)
            (void)snprintf(digits + 2 * j, sizeof digits - 2 * j, "%02x", (unsigned char)out.bytes[j]);
        assert_string_equal(digits, rows[i].digits);
        buffer_release(&out);
    }
}

static void a_container_is_made_with_a_runtime_unless_none_is_wanted(void **state)
{
    struct scenario_request request = {.asked = SCENARIO_ASKED_CONTAINER, .container = {"a", 1}};
    struct buffer usual = BUFFER_INIT;
    struct buffer none = BUFFER_INIT;
    (void)state;
    message_write(text_of("Containers.Create"), &request, NULL, &usual);
    request.asked |= SCENARIO_ASKED_RUNTIME;
    message_write(text_of("Containers.Create"), &request, NULL, &none);
    assert_int_equal(usual.length, none.length + 2 + 2 + strlen("io.containerd.runc.v2"));
    buffer_release(&usual);
    buffer_release(&none);
}

static void what_is_made_knows_its_name(void **state)
{
    const struct message_documents documents = {{"<@ID@>", 6}, {"@ID@@I", 6}};
    const struct scenario_request request = {
        .asked = SCENARIO_ASKED_CONTAINER | SCENARIO_ASKED_EXEC, .container = {"web", 3}, .exec = {"e", 1}};
    const struct scenario_request container = {.asked = SCENARIO_ASKED_CONTAINER, .container = {"web", 3}};
    struct buffer out = BUFFER_INIT;
    (void)state;
    message_write(text_of("Tasks.Exec"), &request, &documents, &out);
    assert_non_null(memmem(out.bytes, out.length, "web-e@I", 7));
    buffer_clear(&out);
    message_write(text_of("Containers.Create"), &container, &documents, &out);
    assert_memory_equal(out.bytes + out.length - 5, "<web>", 5);
    buffer_release(&out);
}

/* The answer in one or more messages, each of so many bytes, and what it tells. */
static void answers_tell_what_a_file_may_expect(void **state)
{
    static const struct {
        const char *rpc;
        const char *messages[2];
        const char *told;
    } rows[] = {
        {"Tasks.Get",
         {"\x0a\x18\x12\x01w\x18\x65\x20\x03\x48\x07\x52\x0d\x08\x80\x92\xb8\xc3\x98\xfe\xff\xff\xff\x01\x10\x05"},
         " id \"w\" pid 101 state exited code 7 exited -62135596800 s and 5 ns after 1970 began"},
        {"Tasks.Get", {"\x0a\x05\x12\x01w\x20\x04"}, " id \"w\" pid 0 state paused code 0 exited at no time"},
        {"Tasks.List", {"\x0a\x05\x12\x01w\x18\x05\x0a\x03\x12\x01v"}, " ids w v pids 5 0"},
        {"Tasks.List", {""}, " no ids no pids"},
        {"Tasks.Create", {"\x0a\x01w\x10\x05"}, " id \"w\" pid 5"},
        {"Tasks.Start", {"\x08\x05"}, " pid 5"},
        {"Tasks.Delete", {"\x10\x05\x18\x02"}, " id \"\" pid 5 code 2 exited at no time"},
        {"Tasks.DeleteProcess",
         {"\x0a\x01"
          "e\x10\x05"},
         " id \"e\" pid 5 code 0 exited at no time"},
        {"Tasks.Wait", {"\x08\x02"}, " code 2 exited at no time"},
        {"Tasks.ListPids", {"\x0a\x02\x08\x05\x0a\x02\x08\x06"}, " pids 5 6"},
        {"Tasks.Metrics", {"\x0a\x03\x12\x01w"}, " ids w"},
        {"Containers.Get", {"\x0a\x03\x0a\x01w"}, " id \"w\""},
        {"Containers.Create", {"\x0a\x03\x0a\x01w"}, " id \"w\""},
        {"Containers.Update", {"\x0a\x03\x0a\x01w"}, " id \"w\""},
        {"Containers.List", {"\x0a\x03\x0a\x01w\x0a\x03\x0a\x01v"}, " ids w v"},
        {"Containers.ListStream", {"\x0a\x03\x0a\x01w", "\x0a\x03\x0a\x01v"}, " ids w v"},
        {"Namespaces.Get", {"\x0a\x03\x0a\x01n"}, " name \"n\""},
        {"Namespaces.Create", {"\x0a\x03\x0a\x01n"}, " name \"n\""},
        {"Namespaces.Update", {"\x0a\x03\x0a\x01n"}, " name \"n\""},
        {"Namespaces.List", {"\x0a\x03\x0a\x01n"}, " ids n"},
        {"Leases.Create", {"\x0a\x03\x0a\x01l"}, " id \"l\""},
        {"Tasks.Kill", {""}, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scenario_told_fields fields = {0};
        struct buffer told = BUFFER_INIT;
        struct region region;
        region_init(&region);
        for (size_t j = 0; j < 2 && rows[i].messages[j] != NULL; j++)
            assert_int_equal(message_read(text_of(rows[i].rpc), text_of(rows[i].messages[j]), &region, &fields), 0);
        explain_told_fields(&fields, &told);
        if (!text_is(buffer_text(&told), rows[i].told))
            fail_msg("%s: %.*s", rows[i].rpc, TEXT_ARGUMENTS(buffer_text(&told)));
        assert_int_equal(fields.told, scenario_answerable(text_of(rows[i].rpc)));
        buffer_release(&told);
        region_release(&region);
    }
}

/* Written by the fake, so by other tables. */
static void every_event_of_the_fake_is_read(void **state)
{
    (void)state;
    for (int topic = FAKE_TOPIC_TASK_CREATE; topic <= FAKE_TOPIC_NAMESPACE_DELETE; topic++) {
        struct fake_published published = {.topic = (enum fake_event_topic)topic,
                                           .name_space = text_of("ns"),
                                           .container_id = text_of("web"),
                                           .process_id = text_of("probe"),
                                           .pid = 7,
                                           .exit_status = 3,
                                           .exited_at_ns = 2000000001};
        struct scenario_heard heard = {0};
        struct buffer message = BUFFER_INIT;
        struct region region;
        region_init(&region);
        assert_true(fake_dialect_v1.encode_event(&published, &message));
        assert_int_equal(message_read_event(buffer_text(&message), &region, &heard), 0);
        assert_true(text_is(heard.topic, fake_topic_text(published.topic)));
        assert_int_equal(heard.fields.told, scenario_hearable(heard.topic));
        assert_true(text_is(heard.fields.name_space, "ns"));
        assert_true(text_is(heard.fields.container, "web") || text_is(heard.fields.name, "web"));
        assert_true(heard.fields.exec.length == 0 || text_is(heard.fields.exec, "probe"));
        assert_true(heard.fields.pid == 7 || (heard.fields.told & SCENARIO_TOLD_PID) == 0);
        assert_true(heard.fields.code == 3 || (heard.fields.told & SCENARIO_TOLD_CODE) == 0);
        assert_true(heard.fields.exited_at.nanos == 1 || (heard.fields.told & SCENARIO_TOLD_EXITED_AT) == 0);
        buffer_release(&message);
        region_release(&region);
    }
}

static void an_exit_of_an_init_is_of_no_exec(void **state)
{
    struct fake_published published = {.topic = FAKE_TOPIC_TASK_EXIT,
                                       .name_space = text_of("ns"),
                                       .container_id = text_of("web"),
                                       .process_id = text_of("web")};
    struct scenario_heard heard = {0};
    struct buffer message = BUFFER_INIT;
    struct region region;
    (void)state;
    region_init(&region);
    assert_true(fake_dialect_v1.encode_event(&published, &message));
    assert_int_equal(message_read_event(buffer_text(&message), &region, &heard), 0);
    assert_true((heard.fields.told & SCENARIO_TOLD_EXEC) == 0 && heard.fields.exec.length == 0);
    buffer_release(&message);
    region_release(&region);
}

static void what_is_no_message_is_told(void **state)
{
    struct scenario_told_fields fields = {0};
    struct scenario_heard heard = {0};
    struct region region;
    (void)state;
    region_init(&region);
    assert_int_equal(message_read(text_of("Tasks.Get"), text_of("\x0a\x05w"), &region, &fields), ERROR_MALFORMED);
    assert_int_equal(message_read_event(text_of("\x0a\x05w"), &region, &heard), ERROR_MALFORMED);
    /* An envelope that is good, with a body that is none: topic 3, event 4 with value 2. */
    assert_int_equal(message_read_event(text_of("\x1a\x0a/tasks/oom\x22\x04\x12\x02\x0a\x05"), &region, &heard),
                     ERROR_MALFORMED);
    assert_int_equal(message_read_event(text_of("\x1a\x02/x"), &region, &heard), 0);
    assert_true(text_is(heard.topic, "/x"));
    region_release(&region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_that_a_file_may_write_goes_out),
        cmocka_unit_test(requests_are_written_as_containerd_reads_them),
        cmocka_unit_test(a_container_is_made_with_a_runtime_unless_none_is_wanted),
        cmocka_unit_test(what_is_made_knows_its_name),
        cmocka_unit_test(answers_tell_what_a_file_may_expect),
        cmocka_unit_test(every_event_of_the_fake_is_read),
        cmocka_unit_test(an_exit_of_an_init_is_of_no_exec),
        cmocka_unit_test(what_is_no_message_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
