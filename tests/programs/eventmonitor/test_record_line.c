/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "programs/eventmonitor/record_line.h"

static void check_line(enum record_change change, const struct container_record *record, int64_t wall_ns,
                       const char *expected)
{
    struct buffer line = BUFFER_INIT;
    record_line_format(text_of("default"), change, record, wall_ns, &line);
    assert_false(line.failed);
    assert_int_equal(buffer_append(&line, "", 1), 0);
    assert_string_equal((const char *)line.bytes, expected);
    buffer_release(&line);
}

static void a_line_has_every_member_in_its_order(void **state)
{
    const struct container_record record = {.id = text_of("web"),
                                            .pid = 0,
                                            .created_at_ns = 1496266432 * TIME_SECOND,
                                            .started_at_ns = 1496266432 * TIME_SECOND + 7,
                                            .finished_at_ns = 1496266433 * TIME_SECOND + 500 * TIME_MILLISECOND,
                                            .exit_code = 3,
                                            .reason = text_of("Error"),
                                            .message = text_of("it said \"no\"\n")};
    (void)state;
    check_line(RECORD_EXITED, &record, 1496266434 * TIME_SECOND + 1,
               "{\"time\":\"2017-05-31T21:33:54.000000001Z\",\"namespace\":\"default\",\"container\":\"web\","
               "\"change\":\"exited\",\"state\":\"EXITED\",\"pid\":0,\"exit_code\":3,"
               "\"created_at\":\"2017-05-31T21:33:52Z\",\"started_at\":\"2017-05-31T21:33:52.000000007Z\","
               "\"finished_at\":\"2017-05-31T21:33:53.5Z\",\"reason\":\"Error\","
               "\"message\":\"it said \\\"no\\\"\\n\"}\n");
}

static void a_time_that_is_not_set_is_empty_and_numbers_keep_their_range(void **state)
{
    struct container_record record = {.id = text_of("web"), .pid = UINT32_MAX, .exit_code = INT32_MIN};
    (void)state;
    check_line(RECORD_CREATED, &record, 0,
               "{\"time\":\"1970-01-01T00:00:00Z\",\"namespace\":\"default\",\"container\":\"web\","
               "\"change\":\"created\",\"state\":\"UNKNOWN\",\"pid\":4294967295,\"exit_code\":-2147483648,"
               "\"created_at\":\"\",\"started_at\":\"\",\"finished_at\":\"\",\"reason\":\"\",\"message\":\"\"}\n");
    record.pid = 0;
    record.exit_code = 0;
    record.started_at_ns = 1;
    check_line(RECORD_STARTED, &record, 0,
               "{\"time\":\"1970-01-01T00:00:00Z\",\"namespace\":\"default\",\"container\":\"web\","
               "\"change\":\"started\",\"state\":\"RUNNING\",\"pid\":0,\"exit_code\":0,"
               "\"created_at\":\"\",\"started_at\":\"1970-01-01T00:00:00.000000001Z\",\"finished_at\":\"\","
               "\"reason\":\"\",\"message\":\"\"}\n");
}

static void what_is_inferred_is_said_and_what_is_still_to_be_deleted_is_not(void **state)
{
    struct container_record record = {.id = text_of("web"),
                                      .finished_at_ns = 1,
                                      .exit_code = 255,
                                      .reason = text_of("Unknown"),
                                      .inferred = true,
                                      .delete_pending = true};
    (void)state;
    check_line(RECORD_EXITED, &record, 0,
               "{\"time\":\"1970-01-01T00:00:00Z\",\"namespace\":\"default\",\"container\":\"web\","
               "\"change\":\"exited\",\"state\":\"EXITED\",\"pid\":0,\"exit_code\":255,"
               "\"created_at\":\"\",\"started_at\":\"\",\"finished_at\":\"1970-01-01T00:00:00.000000001Z\","
               "\"reason\":\"Unknown\",\"message\":\"\",\"inferred\":true}\n");
}

static void a_record_that_is_forgotten_is_told_as_it_was(void **state)
{
    struct container_record record = {.id = text_of("web"), .finished_at_ns = 1, .exit_code = 3};
    (void)state;
    check_line(RECORD_REMOVED, &record, 0,
               "{\"time\":\"1970-01-01T00:00:00Z\",\"namespace\":\"default\",\"container\":\"web\","
               "\"change\":\"removed\",\"state\":\"EXITED\",\"pid\":0,\"exit_code\":3,"
               "\"created_at\":\"\",\"started_at\":\"\",\"finished_at\":\"1970-01-01T00:00:00.000000001Z\","
               "\"reason\":\"\",\"message\":\"\"}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_every_member_in_its_order),
        cmocka_unit_test(a_time_that_is_not_set_is_empty_and_numbers_keep_their_range),
        cmocka_unit_test(what_is_inferred_is_said_and_what_is_still_to_be_deleted_is_not),
        cmocka_unit_test(a_record_that_is_forgotten_is_told_as_it_was),
    };
    return cmocka_run_group_tests_name("programs/eventmonitor/record_line", tests, NULL, NULL);
}
