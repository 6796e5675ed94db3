/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "harness/report/report.h"

static void describe(struct buffer *out, const struct verdict *verdict)
{
    buffer_append_text(out, verdict->run.policy);
    if (verdict->broken.length > 0)
        buffer_printf(out, " breaks %.*s", TEXT_ARGUMENTS(buffer_text(&verdict->broken)));
    if (verdict->run.sometimes_not_judged)
        buffer_append_text(out, text_of(" (sometimes: not judged)"));
}

static void scenario(struct buffer *out, const struct scenario_result *result, size_t number)
{
    (void)number;
    buffer_printf(out, "%-6s %.*s", scenario_result_passed(result) ? "ok" : "FAILED", TEXT_ARGUMENTS(result->file));
    if (result->problem.text[0] != '\0') {
        buffer_printf(out, "\n%s\n", result->problem.text);
        return;
    }
    for (size_t i = 0; i < result->verdict_count; i++) {
        buffer_append_text(out, text_of(i == 0 ? ": " : "; "));
        describe(out, &result->verdicts[i]);
    }
    buffer_append(out, "\n", 1);
    for (size_t i = 0; i < result->verdict_count; i++)
        buffer_append_text(out, buffer_text(&result->verdicts[i].explanation));
}

static void begin(struct buffer *out, const struct report_totals *totals, int64_t real_ns)
{
    (void)out;
    (void)totals;
    (void)real_ns;
}

static void end(struct buffer *out, const struct report_totals *totals, int64_t real_ns)
{
    buffer_printf(out, "%zu scenarios, %zu runs: %zu passed, %zu failed; %.1f s of virtual time in %.3f s\n",
                  totals->scenarios, totals->runs, totals->runs - totals->runs_failed, totals->runs_failed,
                  (double)totals->virtual_ns / 1e9, (double)real_ns / 1e9);
}

const struct report_format report_lines = {"lines", scenario, begin, end};
