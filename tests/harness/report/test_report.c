/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A scenario with a run that passed and one that did not, under names that need escaping. */
static void make(struct scenario_result *result, struct verdict verdicts[2])
{
    memset(result, 0, sizeof *result);
    memset(verdicts, 0, 2 * sizeof *verdicts);
    result->file = text_of("a<b>#1.yaml");
    result->verdicts = verdicts;
    result->verdict_count = 2;
    verdicts[0].passed = true;
    verdicts[0].run.policy = text_of("reliable");
    verdicts[0].run.virtual_ns = 1500000000;
    verdicts[1].run.policy = text_of("original");
    buffer_printf(&verdicts[1].broken, "no-exit-is-lost");
    buffer_printf(&verdicts[1].explanation, "one & two\nlast \x01line\n");
}

static void render(const struct report_format *format, const struct scenario_result *result, struct buffer *out)
{
    struct report_totals totals = {0};
    report_count(&totals, result);
    format->begin(out, &totals, 2000000000);
    format->scenario(out, result, 0);
    format->end(out, &totals, 2000000000);
    buffer_append(out, "", 1);
}

static void check(const struct report_format *format, const char *expected)
{
    struct scenario_result result;
    struct verdict verdicts[2];
    struct buffer out = BUFFER_INIT;
    make(&result, verdicts);
    render(format, &result, &out);
    assert_string_equal((const char *)out.bytes, expected);
    buffer_release(&out);
    buffer_release(&verdicts[1].broken);
    buffer_release(&verdicts[1].explanation);
}

static void lines_name_every_policy_and_sum_up(void **state)
{
    (void)state;
    check(&report_lines, "FAILED a<b>#1.yaml: reliable; original breaks no-exit-is-lost\n"
                         "one & two\nlast \x01line\n"
                         "1 scenarios, 2 runs: 1 passed, 1 failed; 1.5 s of virtual time in 2.000 s\n");
}

static void tap_has_a_plan_and_a_point_for_each_run(void **state)
{
    (void)state;
    check(&report_tap, "TAP version 13\n1..2\n"
                       "ok 1 - a<b>\\#1.yaml (reliable)\n"
                       "not ok 2 - a<b>\\#1.yaml (original breaks no-exit-is-lost)\n"
                       "# one & two\n# last \x01line\n");
}

static void junit_is_escaped(void **state)
{
    (void)state;
    check(
        &report_junit,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites tests=\"2\" failures=\"1\" time=\"2.000\">\n"
        "  <testsuite name=\"a&lt;b&gt;#1.yaml\" tests=\"2\" failures=\"1\">\n"
        "    <testcase classname=\"a&lt;b&gt;#1.yaml\" name=\"reliable\" time=\"0.000000\">\n"
        "    </testcase>\n"
        "    <testcase classname=\"a&lt;b&gt;#1.yaml\" name=\"original\" time=\"0.000000\">\n"
        "      <failure message=\"the policy did not break exactly what is listed\">one &amp; two\nlast ?line\n</failure>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
}

static void a_file_that_could_not_be_run_is_a_failure_in_every_format(void **state)
{
    const struct report_format *formats[] = {&report_lines, &report_tap, &report_junit};
    const char *signs[] = {"FAILED bad.yaml", "not ok 1 - bad.yaml", "failures=\"1\""};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct scenario_result result = {.file = text_of("bad.yaml"), .problem = {"bad.yaml:1:1: no"}};
        struct buffer out = BUFFER_INIT;
        render(formats[i], &result, &out);
        assert_non_null(strstr((const char *)out.bytes, signs[i]));
        assert_non_null(strstr((const char *)out.bytes, "bad.yaml:1:1: no"));
        buffer_release(&out);
    }
}

static void formats_are_found_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(report_format_of(text_of("tap")), &report_tap);
    assert_ptr_equal(report_format_of(text_of("junit")), &report_junit);
    assert_null(report_format_of(text_of("xml")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_name_every_policy_and_sum_up),
        cmocka_unit_test(tap_has_a_plan_and_a_point_for_each_run),
        cmocka_unit_test(junit_is_escaped),
        cmocka_unit_test(a_file_that_could_not_be_run_is_a_failure_in_every_format),
        cmocka_unit_test(formats_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
