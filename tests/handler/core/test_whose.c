/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "handler/core/operation.h"
#include "handler/core/whose.h"

#define ENDED_S INT64_C(1700000000)
/* It is long ago. */
#define WALL_NS ((ENDED_S + 3600) * TIME_SECOND)

enum { LIVES, PENDING, GONE, LEFT, START_FAILED };

/* Of the process 101, which ended with 3. */
static struct container_record record_that(int how)
{
    struct container_record record = {.id = text_of("web"), .created_at_ns = 1, .started_at_ns = 2, .pid = 101};
    if (how == LIVES)
        return record;
    record.last_pid = 101;
    record.pid = how == START_FAILED ? 101 : 0;
    record.finished = true;
    record.finished_at_ns = ENDED_S * TIME_SECOND;
    record.exit_code = 3;
    record.delete_pending = how == PENDING;
    record.task_gone = how == GONE;
    return record;
}

static void what_is_known_of_the_last_life_tells_whose_a_task_is(void **context)
{
    static const struct {
        int how;
        enum process_status status;
        uint32_t pid;
        enum whose whose;
    } rows[] = {
        /* Another pid, another life; and none tells nothing. */
        {LIVES, PROCESS_RUNNING, 102, WHOSE_NEXT},
        {PENDING, PROCESS_STOPPED, 102, WHOSE_NEXT},
        {START_FAILED, PROCESS_CREATED, 102, WHOSE_NEXT},
        {LIVES, PROCESS_RUNNING, 0, WHOSE_THIS},
        {LIVES, PROCESS_STOPPED, 101, WHOSE_THIS},
        {START_FAILED, PROCESS_RUNNING, 101, WHOSE_THIS},
        /* What has ended does not run, unless the server is behind. */
        {LEFT, PROCESS_RUNNING, 101, WHOSE_NEXT},
        {GONE, PROCESS_PAUSED, 101, WHOSE_NEXT},
        {PENDING, PROCESS_RUNNING, 101, WHOSE_UNKNOWN},
        {GONE, PROCESS_UNKNOWN, 101, WHOSE_UNKNOWN},
        /* What has started is not about to start. */
        {PENDING, PROCESS_CREATED, 101, WHOSE_NEXT},
        /* What has stopped is there still, unless it was known to be gone. */
        {PENDING, PROCESS_STOPPED, 101, WHOSE_THIS},
        {LEFT, PROCESS_STOPPED, 101, WHOSE_THIS},
        {START_FAILED, PROCESS_STOPPED, 101, WHOSE_THIS},
        {GONE, PROCESS_STOPPED, 101, WHOSE_NEXT},
        {GONE, PROCESS_STOPPED, 0, WHOSE_NEXT},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = record_that(rows[i].how);
        uint32_t code = rows[i].how == GONE ? 4 : 3;
        struct process_state process = {text_of("web"), rows[i].status, rows[i].pid, code, {true, ENDED_S, 0}, true};
        if (whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS) != rows[i].whose)
            fail_msg("row %zu", i);
    }
}

/* A life that ended before it had started leaves a task that is created until that is gone. */
static void a_task_that_never_started_is_still_the_old_one_until_it_is_gone(void **context)
{
    struct process_state process = {text_of("web"), PROCESS_CREATED, 101, 0, {0}, true};
    struct container_record record = record_that(PENDING);
    (void)context;
    record.started_at_ns = 0;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_THIS);
    process.pid = 0;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_UNKNOWN);
    process.pid = 101;
    record = record_that(GONE);
    record.started_at_ns = 0;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_NEXT);
}

/* While somebody deletes it a server may still show it. Neither time is compared for which is the later. */
static void what_has_stopped_with_the_recorded_end_is_the_old_one(void **context)
{
    static const struct {
        uint32_t status;
        int64_t seconds;
        bool tells, is_inferred;
        enum whose whose;
    } rows[] = {
        {3, 0, true, false, WHOSE_THIS},     {4, 0, true, false, WHOSE_NEXT},    {3, 1, true, false, WHOSE_NEXT},
        {3, -3600, true, false, WHOSE_NEXT}, {3, 3600, true, false, WHOSE_NEXT}, {3, 3661, true, false, WHOSE_THIS},
        {4, 1, false, false, WHOSE_THIS},    {4, 0, true, true, WHOSE_NEXT},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = record_that(GONE);
        struct process_state process = {
            text_of("web"), PROCESS_STOPPED, 101, rows[i].status, {true, ENDED_S + rows[i].seconds, 0}, rows[i].tells};
        record.inferred = rows[i].is_inferred;
        if (whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS) != rows[i].whose)
            fail_msg("row %zu", i);
    }
}

/* A process ends once; but what may be made up of an end is no other one, nor is a time alone, unless the beginning of
 * another life was told. */
static void what_has_stopped_otherwise_is_the_next_while_nobody_has_said_that_the_old_one_is_gone(void **context)
{
    static const struct {
        int how;
        uint32_t recorded, status;
        int64_t seconds;
        bool is_begun, is_inferred;
        enum whose whose;
    } rows[] = {
        {PENDING, 3, 4, 1, false, false, WHOSE_NEXT},   {LEFT, 3, 4, 1, false, false, WHOSE_NEXT},
        {PENDING, 3, 4, -60, false, false, WHOSE_NEXT}, {PENDING, 3, 3, 1, false, false, WHOSE_THIS},
        {PENDING, 3, 137, 1, false, false, WHOSE_THIS}, {PENDING, 3, 255, 1, false, false, WHOSE_THIS},
        {PENDING, 137, 4, 1, false, false, WHOSE_THIS}, {PENDING, 255, 4, 1, true, false, WHOSE_THIS},
        {PENDING, 3, 4, 1, true, true, WHOSE_THIS},     {PENDING, 3, 3, 1, true, false, WHOSE_NEXT},
        {PENDING, 3, 137, 1, true, false, WHOSE_NEXT},  {PENDING, 3, 3, 0, true, false, WHOSE_THIS},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = record_that(rows[i].how);
        struct process_state process = {
            text_of("web"), PROCESS_STOPPED, 101, rows[i].status, {true, ENDED_S + rows[i].seconds, 0}, true};
        record.exit_code = (int32_t)rows[i].recorded;
        record.inferred = rows[i].is_inferred;
        if (whose_task(POLICY_RELIABLE, &record, &process, rows[i].is_begun, WALL_NS) != rows[i].whose)
            fail_msg("row %zu", i);
    }
}

/* Its code is the handler's own; and who said that the task was gone was wrong where it has been killed. */
static void the_code_of_a_start_that_failed_tells_no_other_life(void **context)
{
    static const struct {
        int how;
        uint32_t status;
        bool is_begun;
        enum whose whose;
    } rows[] = {
        {PENDING, 137, false, WHOSE_THIS}, {PENDING, 137, true, WHOSE_THIS}, {PENDING, 4, true, WHOSE_THIS},
        {GONE, 137, false, WHOSE_THIS},    {GONE, 137, true, WHOSE_NEXT},    {GONE, 4, false, WHOSE_NEXT},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = record_that(rows[i].how);
        struct process_state process = {text_of("web"), PROCESS_STOPPED,        101,
                                        rows[i].status, {true, ENDED_S + 1, 0}, true};
        record.exit_code = OPERATION_START_FAILED_CODE;
        record.reason = text_of(OPERATION_START_FAILED_REASON);
        if (whose_task(POLICY_RELIABLE, &record, &process, rows[i].is_begun, WALL_NS) != rows[i].whose)
            fail_msg("row %zu", i);
    }
}

/* As in a record that its owner has set. */
static void where_no_pid_is_known_another_code_is_another_life_s(void **context)
{
    struct container_record record = record_that(LEFT);
    struct process_state process = {text_of("web"), PROCESS_STOPPED, 102, 4, {true, ENDED_S, 0}, true};
    (void)context;
    record.last_pid = 0;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_NEXT);
    process.exit_status = 3;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_THIS);
    process.exit_status = 4;
    record.exit_code = 137;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_THIS);
    record.exit_code = 3;
    record.inferred = true;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_THIS);
}

/* As behind a clock that was put ahead. */
static void an_end_of_which_no_time_could_be_is_known_by_its_code(void **context)
{
    struct container_record record = record_that(GONE);
    struct process_state process = {text_of("web"), PROCESS_STOPPED, 101, 3, {true, ENDED_S + 30, 0}, true};
    (void)context;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_NEXT);
    record.started_at_ns = record.finished_at_ns;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_THIS);
    process.exit_status = 4;
    assert_int_equal(whose_task(POLICY_RELIABLE, &record, &process, false, WALL_NS), WHOSE_NEXT);
}

/* The life before the last one ended an hour before that. */
static void an_end_is_unheard_where_neither_of_the_last_two_lives_had_it(void **context)
{
    static const struct {
        bool is_inferred, is_before_told;
        uint32_t before, pid, status;
        int64_t seconds;
        bool is_unheard;
    } rows[] = {
        {false, true, 102, 101, 3, 0, false},
        {false, true, 102, 101, 4, 0, true},
        {false, true, 102, 101, 3, 1, true},
        {true, true, 102, 101, 4, 0, false},
        {false, true, 102, 102, 4, -3600, false},
        {false, true, 102, 102, 3, -3600, true},
        {false, true, 102, 102, 4, 0, true},
        {false, false, 102, 102, 3, 0, false},
        {true, true, 102, 102, 3, 0, true},
        {false, true, 102, 103, 3, 0, true},
        /* Both had the same pid. */
        {false, true, 101, 101, 3, 0, false},
        {false, true, 101, 101, 4, -3600, false},
        {false, true, 101, 101, 4, 0, true},
        {true, true, 101, 101, 5, 0, false},
        {false, false, 101, 101, 5, 0, false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = record_that(GONE);
        struct task_event exit = {.kind = TASK_EVENT_EXIT,
                                  .pid = rows[i].pid,
                                  .exit_status = rows[i].status,
                                  .exited_at = {true, ENDED_S + rows[i].seconds, 0}};
        record.inferred = rows[i].is_inferred;
        record.pid_before = rows[i].before;
        record.ended_before_ns = rows[i].is_before_told ? (ENDED_S - 3600) * TIME_SECOND : 0;
        record.code_before = 4;
        if (whose_is_unheard(POLICY_RELIABLE, &record, &exit, WALL_NS) != rows[i].is_unheard)
            fail_msg("row %zu", i);
    }
}

static void what_is_made_up_of_an_end_is_no_time_that_was_told(void **context)
{
    struct container_record record = record_that(GONE);
    (void)context;
    assert_int_equal(whose_ended_ns(&record), ENDED_S * TIME_SECOND);
    record.inferred = true;
    assert_int_equal(whose_ended_ns(&record), 0);
    record.inferred = false;
    record.reason = text_of(OPERATION_START_FAILED_REASON);
    assert_int_equal(whose_ended_ns(&record), 0);
}

static void a_doubtful_exit_gives_way_to_the_end_of_the_task_that_is_there(void **context)
{
    static const struct {
        uint32_t status;
        bool is_early, is_told_else;
    } rows[] = {{3, false, false}, {3, true, false},    {4, false, true},
                {4, true, true},   {137, false, false}, {137, true, true}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = record_that(LIVES);
        struct task_event exit = {.kind = TASK_EVENT_EXIT, .exit_status = 3, .is_early = rows[i].is_early};
        struct process_state process = {text_of("web"), PROCESS_STOPPED, 101, rows[i].status, {true, ENDED_S, 0}, true};
        if (whose_is_told_else(POLICY_RELIABLE, &record, &exit, &process) != rows[i].is_told_else)
            fail_msg("row %zu", i);
    }
}

/* It has outlived its container, and so its Get and its Start were answered as if there were none. */
static void a_task_that_could_not_be_started_is_the_one_that_a_list_shows(void **context)
{
    static const struct {
        uint32_t pid, last_pid;
        const char *reason;
        int64_t started_at_ns;
        bool is_begun;
        enum whose whose;
    } rows[] = {
        {101, 101, OPERATION_START_FAILED_REASON, 0, false, WHOSE_THIS},
        {101, 101, OPERATION_START_FAILED_REASON, 0, true, WHOSE_NEXT},
        {102, 101, OPERATION_START_FAILED_REASON, 0, false, WHOSE_NEXT},
        {0, 0, OPERATION_START_FAILED_REASON, 0, false, WHOSE_NEXT},
        {101, 101, OPERATION_START_FAILED_REASON, 1, false, WHOSE_NEXT},
        {101, 101, "Error", 0, false, WHOSE_NEXT},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = record_that(GONE);
        struct process_state process = {.status = PROCESS_CREATED, .pid = rows[i].pid};
        record.last_pid = rows[i].last_pid;
        record.reason = text_of(rows[i].reason);
        record.started_at_ns = rows[i].started_at_ns;
        if (whose_task(POLICY_RELIABLE, &record, &process, rows[i].is_begun, WALL_NS) != rows[i].whose)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_of_the_last_life_tells_whose_a_task_is),
        cmocka_unit_test(a_task_that_never_started_is_still_the_old_one_until_it_is_gone),
        cmocka_unit_test(what_has_stopped_with_the_recorded_end_is_the_old_one),
        cmocka_unit_test(what_has_stopped_otherwise_is_the_next_while_nobody_has_said_that_the_old_one_is_gone),
        cmocka_unit_test(the_code_of_a_start_that_failed_tells_no_other_life),
        cmocka_unit_test(where_no_pid_is_known_another_code_is_another_life_s),
        cmocka_unit_test(a_doubtful_exit_gives_way_to_the_end_of_the_task_that_is_there),
        cmocka_unit_test(an_end_of_which_no_time_could_be_is_known_by_its_code),
        cmocka_unit_test(an_end_is_unheard_where_neither_of_the_last_two_lives_had_it),
        cmocka_unit_test(what_is_made_up_of_an_end_is_no_time_that_was_told),
        cmocka_unit_test(a_task_that_could_not_be_started_is_the_one_that_a_list_shows),
    };
    return cmocka_run_group_tests_name("handler/core/whose", tests, NULL, NULL);
}
