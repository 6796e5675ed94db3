/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handler/wire/dialect.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static void check_bytes(const struct buffer *buffer, const char *expected)
{
    assert_false(buffer->failed);
    assert_int_equal(buffer->length, strlen(expected));
    assert_memory_equal(buffer->bytes, expected, buffer->length);
}

static void the_subscription_asks_for_task_events_of_the_namespace(void **state)
{
    struct buffer message = BUFFER_INIT;
    (void)state;
    dialect_v1.encode_subscribe(text_of("k8s.io"), &message);
    check_bytes(&message, "\x0a\x23namespace==k8s.io,topic~=|^/tasks/|");
    buffer_release(&message);
}

static void a_lookup_carries_the_id_of_the_container(void **state)
{
    struct buffer message = BUFFER_INIT;
    (void)state;
    dialect_v1.encode_lookup(text_of("db"), &message);
    check_bytes(&message, "\x0a\x02"
                          "db");
    buffer_release(&message);
}

static void a_record_that_cannot_be_read_is_refused_with_a_sentence(void **state)
{
    struct error error;
    bool owned;
    (void)state;
    assert_int_equal(dialect_v1.decode_owned(text_of("\x0a\x7f"), &owned, &error), ERROR_MALFORMED);
    assert_non_null(strstr(error.text, "a GetContainerResponse is not well-formed protobuf"));
}

/* As containerd names its methods. */
static void every_call_goes_to_its_method(void **state)
{
    static const char *const paths[DIALECT_CALLS] = {
        [MONITOR_CALL_DELETE] = "/containerd.services.tasks.v1.Tasks/Delete",
        [MONITOR_CALL_LIST] = "/containerd.services.tasks.v1.Tasks/List",
        [MONITOR_CALL_GET] = "/containerd.services.tasks.v1.Tasks/Get",
        [MONITOR_CALL_CREATE] = "/containerd.services.tasks.v1.Tasks/Create",
        [MONITOR_CALL_START] = "/containerd.services.tasks.v1.Tasks/Start",
        [MONITOR_CALL_KILL] = "/containerd.services.tasks.v1.Tasks/Kill",
        [MONITOR_CALL_METRICS] = "/containerd.services.tasks.v1.Tasks/Metrics",
        [MONITOR_CALL_REMOVE] = "/containerd.services.containers.v1.Containers/Delete",
    };
    (void)state;
    for (size_t i = 0; i < DIALECT_CALLS; i++)
        assert_string_equal(dialect_v1.calls[i].path, paths[i]);
}

#define OWNED          \
    "\x12\x1b\x0a\x13" \
    "eventmonitor/delete\x12\x04true"
#define DENIED                    \
    "\x12\x1c\x0a\x13"            \
    "eventmonitor/delete\x12\x05" \
    "false"
#define ANOTHER        \
    "\x12\x07\x0a\x03" \
    "app\x12\x00"

/* As in a map, the last value of a key is the one that counts. */
static void a_container_is_ours_by_its_label_alone(void **state)
{
    static const struct {
        struct text message;
        bool owned;
    } rows[] = {
        {BYTES("\x0a\x1d" OWNED), true},
        {BYTES("\x0a\x26" OWNED ANOTHER), true},
        {BYTES("\x0a\x26" ANOTHER OWNED), true},
        {BYTES("\x0a\x3b" DENIED OWNED), true},
        {BYTES("\x0a\x3b" OWNED DENIED), false},
        {BYTES("\x0a\x1e" DENIED), false},
        {BYTES("\x0a\x09" ANOTHER), false},
        {BYTES("\x0a\x19\x12\x17\x0a\x13"
               "eventmonitor/delete\x12\x00"),
         false},
        {BYTES("\x0a\x1b\x12\x19\x0a\x11"
               "eventmonitor/dele\x12\x04true"),
         false},
        {BYTES("\x0a\x05\x0a\x03web"), false},
        {BYTES(""), false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool owned = !rows[i].owned;
        assert_int_equal(dialect_v1.decode_owned(rows[i].message, &owned, NULL), 0);
        assert_true(owned == rows[i].owned);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_subscription_asks_for_task_events_of_the_namespace),
        cmocka_unit_test(a_lookup_carries_the_id_of_the_container),
        cmocka_unit_test(a_record_that_cannot_be_read_is_refused_with_a_sentence),
        cmocka_unit_test(every_call_goes_to_its_method),
        cmocka_unit_test(a_container_is_ours_by_its_label_alone),
    };
    return cmocka_run_group_tests_name("handler/wire/dialect_v1", tests, NULL, NULL);
}
