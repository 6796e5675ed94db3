/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

/* XML 1.0 has no place for most control characters, not even escaped. */
static void escape(struct buffer *out, struct text text)
{
    bool is_utf8 = text_is_utf8(text);
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c == '<')
            buffer_append_text(out, text_of("&lt;"));
        else if (c == '>')
            buffer_append_text(out, text_of("&gt;"));
        else if (c == '&')
            buffer_append_text(out, text_of("&amp;"));
        else if (c == '"')
            buffer_append_text(out, text_of("&quot;"));
        else if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x80 && !is_utf8))
            buffer_append_text(out, text_of("?"));
        else
            buffer_append(out, &c, 1);
    }
}

static void attribute(struct buffer *out, const char *name, struct text value)
{
    buffer_printf(out, " %s=\"", name);
    escape(out, value);
    buffer_append(out, "\"", 1);
}

static void failure(struct buffer *out, const char *message, struct text detail)
{
    buffer_append_text(out, text_of("      <failure"));
    attribute(out, "message", text_of(message));
    buffer_append(out, ">", 1);
    escape(out, detail);
    buffer_append_text(out, text_of("</failure>\n"));
}

static void testcase_begin(struct buffer *out, const struct scenario_result *result, struct text name, int64_t real_ns)
{
    buffer_append_text(out, text_of("    <testcase"));
    attribute(out, "classname", result->file);
    attribute(out, "name", name);
    buffer_printf(out, " time=\"%.6f\">\n", (double)real_ns / 1e9);
}

static void scenario(struct buffer *out, const struct scenario_result *result, size_t number)
{
    struct report_totals totals = {0};

    (void)number;
    report_count(&totals, result);
    buffer_append_text(out, text_of("  <testsuite"));
    attribute(out, "name", result->file);
    buffer_printf(out, " tests=\"%zu\" failures=\"%zu\">\n", totals.runs, totals.runs_failed);
    if (result->problem.text[0] != '\0') {
        testcase_begin(out, result, text_of("scenario"), 0);
        failure(out, "the scenario could not be run", text_of(result->problem.text));
        buffer_append_text(out, text_of("    </testcase>\n"));
    }
    for (size_t i = 0; i < result->verdict_count; i++) {
        const struct verdict *verdict = &result->verdicts[i];
        testcase_begin(out, result, verdict->run.policy, verdict->real_ns);
        if (!verdict->passed)
            failure(out, "the policy did not break exactly what is listed", buffer_text(&verdict->explanation));
        buffer_append_text(out, text_of("    </testcase>\n"));
    }
    buffer_append_text(out, text_of("  </testsuite>\n"));
}

static void begin(struct buffer *out, const struct report_totals *totals, int64_t real_ns)
{
    buffer_printf(
        out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" failures=\"%zu\" time=\"%.3f\">\n",
        totals->runs, totals->runs_failed, (double)real_ns / 1e9);
}

static void end(struct buffer *out, const struct report_totals *totals, int64_t real_ns)
{
    (void)totals;
    (void)real_ns;
    buffer_append_text(out, text_of("</testsuites>\n"));
}

const struct report_format report_junit = {"junit", scenario, begin, end};
