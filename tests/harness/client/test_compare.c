/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/client/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct text ab[] = {{"a", 1}, {"b", 1}};
static struct text ba[] = {{"b", 1}, {"a", 1}};
static struct text aa[] = {{"a", 1}, {"a", 1}};
static uint32_t one_two[] = {1, 2};
static uint32_t two_one[] = {2, 1};
static uint32_t two_two[] = {2, 2};

enum { ALL = 2 * SCENARIO_TOLD_NAME - 1 };

static struct scenario_told_fields whole(void)
{
    return (struct scenario_told_fields){
        .told = ALL,
        .pid = 1,
        .code = 2,
        .state = SCENARIO_TASK_RUNNING,
        .exited_at = {.seconds = 3, .nanos = 4},
        .id = {"i", 1},
        .ids = ab,
        .id_count = 2,
        .pids = one_two,
        .pid_count = 2,
        .name_space = {"s", 1},
        .container = {"c", 1},
        .exec = {"e", 1},
        .name = {"n", 1},
    };
}

static void only_what_is_written_counts(void **state)
{
    const struct scenario_told_fields found = whole();
    struct scenario_told_fields expected = {.told = SCENARIO_TOLD_CODE, .code = 2, .pid = 99};
    (void)state;
    assert_true(told_fits(&expected, &found, NULL));
    expected.told = 0;
    assert_true(told_fits(&expected, &found, NULL));
    assert_false(told_fits(&found, &expected, NULL));
}

static void each_field_that_is_written_counts(void **state)
{
    const struct scenario_told_fields found = whole();
    (void)state;
    assert_true(told_fits(&found, &found, NULL));
#define OTHER(change)                                     \
    do {                                                  \
        struct scenario_told_fields expected = whole();   \
        expected.change;                                  \
        assert_false(told_fits(&expected, &found, NULL)); \
    } while (0)
    OTHER(pid = 2);
    OTHER(code = 3);
    OTHER(state = SCENARIO_TASK_PAUSED);
    OTHER(exited_at.seconds = 4);
    OTHER(exited_at.nanos = 5);
    OTHER(exited_at.absent = true);
    OTHER(id.length = 0);
    OTHER(ids = aa);
    OTHER(id_count = 1);
    OTHER(pids = two_two);
    OTHER(pid_count = 1);
    OTHER(name_space.length = 0);
    OTHER(container.length = 0);
    OTHER(exec.length = 0);
    OTHER(name.length = 0);
#undef OTHER
}

static void lists_may_come_in_any_order(void **state)
{
    const struct scenario_told_fields found = whole();
    struct scenario_told_fields expected = whole();
    (void)state;
    expected.ids = ba;
    expected.pids = two_one;
    assert_true(told_fits(&expected, &found, NULL));
}

static void an_answer_is_its_kind_and_what_belongs_to_it(void **state)
{
    const struct scenario_answer reply = {.kind = SCENARIO_ANSWER_REPLY,
                                          .fields = {.told = SCENARIO_TOLD_PID, .pid = 1}};
    const struct scenario_answer status = {
        .kind = SCENARIO_ANSWER_STATUS, .status = 5, .has_message = true, .message = {"gone", 4}};
    const struct scenario_answer not_yet = {.kind = SCENARIO_ANSWER_NOT_YET};
    struct scenario_answer other = status;
    (void)state;
    assert_true(answer_fits(&reply, &reply, NULL) && answer_fits(&status, &status, NULL) &&
                answer_fits(&not_yet, &not_yet, NULL));
    assert_false(answer_fits(&reply, &status, NULL) || answer_fits(&status, &not_yet, NULL) ||
                 answer_fits(&not_yet, &reply, NULL));
    other.status = 6;
    assert_false(answer_fits(&other, &status, NULL));
    other = status;
    other.message.length = 3;
    assert_false(answer_fits(&other, &status, NULL));
    other.has_message = false;
    assert_true(answer_fits(&other, &status, NULL));
    other = reply;
    other.fields.pid = 2;
    assert_false(answer_fits(&other, &reply, NULL));
}

static void an_exit_without_an_exec_is_of_the_init(void **state)
{
    const struct scenario_heard init = {.topic = {"/tasks/exit", 11}};
    struct scenario_heard exec = init;
    const struct scenario_heard oom = {.topic = {"/tasks/oom", 10}};
    const struct scenario_heard answer = {.answer = {"w", 1}};
    (void)state;
    exec.fields.told = SCENARIO_TOLD_EXEC;
    exec.fields.exec = (struct text){"e", 1};
    assert_true(event_fits(&init, &init, NULL) && event_fits(&exec, &exec, NULL));
    assert_false(event_fits(&init, &exec, NULL));
    assert_false(event_fits(&exec, &init, NULL));
    assert_false(event_fits(&init, &oom, NULL));
    assert_false(event_fits(&answer, &oom, NULL));
    assert_true(event_fits(&answer, &answer, NULL));
}

static void against_another_clock_pids_and_times_are_names(void **state)
{
    static struct likeness likeness = {.name_space = {"default", 7}, .real_name_space = {"t", 1}};
    struct scenario_told_fields expected = {.told = SCENARIO_TOLD_PID | SCENARIO_TOLD_EXITED_AT, .pid = 101};
    struct scenario_told_fields found = expected;
    (void)state;
    expected.exited_at.seconds = 1;
    found.exited_at.seconds = 1000;
    found.pid = 4711;
    assert_true(told_fits(&expected, &found, &likeness));
    assert_true(told_fits(&expected, &found, &likeness));
    found.pid = 4712;
    assert_false(told_fits(&expected, &found, &likeness));
    found.pid = 4711;
    found.exited_at.nanos = 1;
    assert_false(told_fits(&expected, &found, &likeness));
    expected.exited_at.seconds = 2;
    found.exited_at = (struct scenario_stamp){.seconds = SCENARIO_NEVER_SECONDS};
    assert_false(told_fits(&expected, &found, &likeness));
    expected.exited_at = found.exited_at;
    assert_true(told_fits(&expected, &found, &likeness));
    /* One value has one name. */
    expected.pid = 102;
    assert_false(told_fits(&expected, &found, &likeness));
    expected.pid = 0;
    assert_false(told_fits(&expected, &found, &likeness));
}

/* Of pids and times that are too many to remember any that is one will do. */
static void what_is_beyond_memory_is_like_everything(void **state)
{
    static struct likeness likeness;
    struct scenario_told_fields expected = {.told = SCENARIO_TOLD_PID | SCENARIO_TOLD_EXITED_AT};
    struct scenario_told_fields found = expected;
    (void)state;
    for (uint32_t i = 1; i <= LIKENESS_MAX + 1; i++) {
        expected.pid = i;
        found.pid = 1000 + i;
        expected.exited_at.seconds = i;
        found.exited_at.seconds = 1000 + i;
        assert_true(told_fits(&expected, &found, &likeness));
        found.pid = 5000 + i;
        assert_int_equal(told_fits(&expected, &found, &likeness), i > LIKENESS_MAX);
        found.pid = 1000 + i;
        found.exited_at.seconds = 5000 + i;
        assert_int_equal(told_fits(&expected, &found, &likeness), i > LIKENESS_MAX);
    }
    found.pid = 0;
    assert_false(told_fits(&expected, &found, &likeness));
}

static void of_pids_in_a_list_those_that_are_known_must_be_there(void **state)
{
    static struct likeness likeness = {.pids = {{1, 71}}, .pid_count = 1};
    static uint32_t right[] = {99, 71};
    static uint32_t wrong[] = {99, 98};
    struct scenario_told_fields expected = {.told = SCENARIO_TOLD_PIDS, .pids = one_two, .pid_count = 2};
    struct scenario_told_fields found = {.told = SCENARIO_TOLD_PIDS, .pids = right, .pid_count = 2};
    (void)state;
    assert_true(told_fits(&expected, &found, &likeness));
    found.pids = wrong;
    assert_false(told_fits(&expected, &found, &likeness));
    found.pid_count = 1;
    assert_false(told_fits(&expected, &found, &likeness));
}

static void a_namespace_in_quotes_stands_for_the_real_one(void **state)
{
    static struct likeness likeness = {.name_space = {"default", 7}, .real_name_space = {"t", 1}};
    static const struct {
        const char *expected;
        const char *found;
        bool fits;
    } rows[] = {
        {"in \"default\": x", "in \"t\": x", true},
        {"in \"default\"", "in \"u\"", false},
        {"in default", "in t", false},
        {"in \"default\": x", "in \"t\": y", false},
        {"\"default\"", "\"default\"", true},
        {"\"default\"\"default\"", "\"t\"\"t\"", true},
        {"x", "xy", false},
        {"xy", "x", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct scenario_answer expected = {
            .kind = SCENARIO_ANSWER_STATUS, .has_message = true, .message = text_of(rows[i].expected)};
        const struct scenario_answer found = {.kind = SCENARIO_ANSWER_STATUS, .message = text_of(rows[i].found)};
        assert_int_equal(answer_fits(&expected, &found, &likeness), rows[i].fits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_written_counts),
        cmocka_unit_test(each_field_that_is_written_counts),
        cmocka_unit_test(lists_may_come_in_any_order),
        cmocka_unit_test(an_answer_is_its_kind_and_what_belongs_to_it),
        cmocka_unit_test(against_another_clock_pids_and_times_are_names),
        cmocka_unit_test(what_is_beyond_memory_is_like_everything),
        cmocka_unit_test(of_pids_in_a_list_those_that_are_known_must_be_there),
        cmocka_unit_test(a_namespace_in_quotes_stands_for_the_real_one),
        cmocka_unit_test(an_exit_without_an_exec_is_of_the_init),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
