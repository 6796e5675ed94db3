/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

const struct report_format *report_format_of(struct text name)
{
    static const struct report_format *const formats[] = {&report_lines, &report_tap, &report_junit};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (text_is(name, formats[i]->name))
            return formats[i];
    return NULL;
}

bool scenario_result_passed(const struct scenario_result *result)
{
    if (result->problem.text[0] != '\0')
        return false;
    for (size_t i = 0; i < result->verdict_count; i++)
        if (!result->verdicts[i].passed)
            return false;
    return true;
}

void report_count(struct report_totals *totals, const struct scenario_result *result)
{
    totals->scenarios++;
    if (!scenario_result_passed(result))
        totals->scenarios_failed++;
    if (result->problem.text[0] != '\0') {
        totals->runs++;
        totals->runs_failed++;
        return;
    }
    for (size_t i = 0; i < result->verdict_count; i++) {
        totals->runs++;
        totals->runs_failed += !result->verdicts[i].passed;
        totals->virtual_ns += result->verdicts[i].run.virtual_ns;
    }
}
