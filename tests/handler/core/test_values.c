/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "handler/core/values.h"

static void the_state_follows_from_the_three_times_in_their_order(void **context)
{
    static const struct {
        int64_t created_at_ns, started_at_ns, finished_at_ns;
        enum container_state state;
        const char *name;
    } rows[] = {
        {0, 0, 0, CONTAINER_UNKNOWN, "UNKNOWN"},  {1, 0, 0, CONTAINER_CREATED, "CREATED"},
        {0, 1, 0, CONTAINER_RUNNING, "RUNNING"},  {1, 1, 0, CONTAINER_RUNNING, "RUNNING"},
        {1, 0, 1, CONTAINER_EXITED, "EXITED"},    {0, 0, 1, CONTAINER_EXITED, "EXITED"},
        {1, 1, -1, CONTAINER_EXITED, "EXITED"},   {-1, 0, 0, CONTAINER_CREATED, "CREATED"},
        {1, -1, 0, CONTAINER_RUNNING, "RUNNING"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = {.created_at_ns = rows[i].created_at_ns,
                                          .started_at_ns = rows[i].started_at_ns,
                                          .finished_at_ns = rows[i].finished_at_ns};
        assert_int_equal(container_record_state(&record), rows[i].state);
        assert_string_equal(container_state_name(rows[i].state), rows[i].name);
    }
}

static void pid_exit_code_and_reason_play_no_part_in_the_state(void **context)
{
    struct container_record record = {.pid = 7, .exit_code = 9, .reason = text_of("Error"), .created_at_ns = 1};
    (void)context;
    assert_int_equal(container_record_state(&record), CONTAINER_CREATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_follows_from_the_three_times_in_their_order),
        cmocka_unit_test(pid_exit_code_and_reason_play_no_part_in_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
