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

/* Two states that differ in what a handler will read after a crash are not one. */
static void all_of_a_record_is_in_its_fingerprint(void **context)
{
    static const struct container_record others[] = {
        {.id = {"web", 3}},       {.pid = 1},
        {.created_at_ns = 1},     {.started_at_ns = 1},
        {.finished_at_ns = 1},    {.exit_code = 1},
        {.reason = {"web", 3}},   {.message = {"web", 3}},
        {.last_pid = 1},          {.incarnation = 1},
        {.finished = true},       {.inferred = true},
        {.delete_pending = true}, {.task_gone = true},
        {.pid_before = 1},        {.earlier_pids = 1},
        {.found_after_ns = 1},    {.ended_before_ns = 1},
        {.code_before = 1},
    };
    enum { COUNT = sizeof others / sizeof others[0] };
    struct hash hashes[COUNT + 1];
    (void)context;
    for (size_t i = 0; i <= COUNT; i++) {
        const struct container_record none = {.pid = 0};
        hash_init(&hashes[i]);
        container_record_hash(i < COUNT ? &others[i] : &none, &hashes[i]);
        for (size_t j = 0; j < i; j++)
            assert_false(hash_equal(&hashes[i], &hashes[j]));
    }
}

/* Of none is it said in error; of another one it may be. */
static void a_record_knows_which_pids_it_has_had(void **context)
{
    struct container_record record = {.pid = 103, .last_pid = 102, .earlier_pids = container_pid_bit(101)};
    (void)context;
    assert_true(container_record_had_pid(&record, 102));
    assert_true(container_record_had_pid(&record, 101));
    assert_true(container_record_had_pid(&record, 101 + 64));
    assert_false(container_record_had_pid(&record, 103));
    assert_false(container_record_had_pid(&record, 0));
    record.last_pid = 0;
    assert_false(container_record_had_pid(&record, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_follows_from_the_three_times_in_their_order),
        cmocka_unit_test(all_of_a_record_is_in_its_fingerprint),
        cmocka_unit_test(a_record_knows_which_pids_it_has_had),
        cmocka_unit_test(pid_exit_code_and_reason_play_no_part_in_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
