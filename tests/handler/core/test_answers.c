/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "handler/core/answers.h"

static enum answer meaning(policy_switches policy, int status, const char *text)
{
    struct outcome outcome = {status, text_of(text)};
    return answer_meaning(policy, outcome);
}

static void each_answer_to_a_call_means_one_thing(void **context)
{
    static const struct {
        int status;
        const char *text;
        enum answer answer;
    } rows[] = {
        {STATUS_OK, "", ANSWER_DONE},
        {OUTCOME_NOT_OURS, "", ANSWER_DONE},
        /* the dialects of "not found" */
        {STATUS_NOT_FOUND, "task web not found", ANSWER_GONE},
        {STATUS_NOT_FOUND, "", ANSWER_GONE},
        {STATUS_UNKNOWN, "container does not exist", ANSWER_GONE},
        {STATUS_UNAVAILABLE, "container does not exist", ANSWER_GONE},
        {STATUS_UNKNOWN, "container does not exist: not found", ANSWER_GONE},
        {STATUS_UNKNOWN, "task web: not found: unknown", ANSWER_GONE},
        {STATUS_INTERNAL, "process does not exist web: not found", ANSWER_GONE},
        {STATUS_FAILED_PRECONDITION, "container \"web\" does not exist", ANSWER_GONE},
        /* what sounds like it */
        {STATUS_UNKNOWN, "exec: \"runc\": executable file not found in $PATH: unknown", ANSWER_RETRY},
        {STATUS_UNKNOWN, "not found by anybody", ANSWER_RETRY},
        {STATUS_UNAVAILABLE, "task web: not found", ANSWER_RETRY},
        /* not yet */
        {STATUS_FAILED_PRECONDITION, "container must be stopped: failed precondition", ANSWER_BUSY},
        {STATUS_FAILED_PRECONDITION, "container must be created: failed precondition", ANSWER_BUSY},
        {STATUS_FAILED_PRECONDITION, "process not created: failed precondition", ANSWER_BUSY},
        {STATUS_FAILED_PRECONDITION, "", ANSWER_BUSY},
        {STATUS_UNKNOWN, "failed to delete task: cannot delete a running process: unknown", ANSWER_BUSY},
        {STATUS_UNKNOWN, "failed to delete task: cannot delete a paused process: unknown", ANSWER_BUSY},
        {STATUS_UNKNOWN, "failed to start: process not created: unknown", ANSWER_BUSY},
        /* nothing is known */
        {STATUS_UNAVAILABLE, "transport is closing", ANSWER_RETRY},
        {STATUS_UNKNOWN, "ttrpc: closed: unknown", ANSWER_RETRY},
        {STATUS_DEADLINE_EXCEEDED, "context deadline exceeded", ANSWER_RETRY},
        {STATUS_ABORTED, "", ANSWER_RETRY},
        {STATUS_INTERNAL, "transport is closing", ANSWER_RETRY},
        {STATUS_CANCELLED, "", ANSWER_RETRY},
        {STATUS_RESOURCE_EXHAUSTED, "", ANSWER_RETRY},
        {STATUS_UNKNOWN, "", ANSWER_RETRY},
        {99, "", ANSWER_RETRY},
        /* never */
        {STATUS_PERMISSION_DENIED, "", ANSWER_FATAL},
        {STATUS_UNAUTHENTICATED, "", ANSWER_FATAL},
        {STATUS_UNIMPLEMENTED, "unknown method Delete", ANSWER_FATAL},
        {STATUS_INVALID_ARGUMENT, "", ANSWER_FATAL},
        {STATUS_OUT_OF_RANGE, "", ANSWER_FATAL},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum answer found = meaning(POLICY_RELIABLE, rows[i].status, rows[i].text);
        if (found != rows[i].answer)
            fail_msg("row %zu means %d, not %d", i, (int)found, (int)rows[i].answer);
    }
}

/* Without the table there is success, one wording, and perhaps one code; all else may be asked again. */
static void without_the_table_few_answers_mean_anything(void **context)
{
    static const policy_switches by_code = (policy_switches)1 << POLICY_NOT_FOUND_BY_CODE;
    static const policy_switches table = (policy_switches)1 << POLICY_ERROR_TABLE;
    (void)context;
    assert_int_equal(meaning(POLICY_ORIGINAL, STATUS_OK, ""), ANSWER_DONE);
    assert_int_equal(meaning(POLICY_ORIGINAL, STATUS_UNKNOWN, "container does not exist"), ANSWER_GONE);
    assert_int_equal(meaning(POLICY_ORIGINAL, STATUS_NOT_FOUND, "task web not found"), ANSWER_RETRY);
    assert_int_equal(meaning(by_code, STATUS_NOT_FOUND, "task web not found"), ANSWER_GONE);
    assert_int_equal(meaning(by_code, STATUS_UNKNOWN, "task web: not found"), ANSWER_RETRY);
    assert_int_equal(meaning(by_code, STATUS_PERMISSION_DENIED, ""), ANSWER_RETRY);
    /* The code is a cure of its own. */
    assert_int_equal(meaning(table, STATUS_NOT_FOUND, "task web not found"), ANSWER_RETRY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_to_a_call_means_one_thing),
        cmocka_unit_test(without_the_table_few_answers_mean_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
