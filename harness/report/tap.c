/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/report.h"

static void diagnostic(struct buffer *out, struct text text)
{
    size_t start = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] != '\n' && i + 1 < text.length)
            continue;
        struct text line = {text.bytes + start, (text.bytes[i] == '\n' ? i : i + 1) - start};
        buffer_printf(out, "# %.*s\n", TEXT_ARGUMENTS(line));
        start = i + 1;
    }
}

/* In a description '#' would begin a directive. */
static void description(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '#' || text.bytes[i] == '\\')
            buffer_append(out, "\\", 1);
        /* A line break would begin another result. */
        buffer_append(out, (unsigned char)text.bytes[i] < 0x20 ? "?" : text.bytes + i, 1);
    }
}

static void scenario(struct buffer *out, const struct scenario_result *result, size_t number)
{
    if (result->problem.text[0] != '\0') {
        buffer_printf(out, "not ok %zu - ", number + 1);
        description(out, result->file);
        buffer_append(out, "\n", 1);
        diagnostic(out, text_of(result->problem.text));
        return;
    }
    for (size_t i = 0; i < result->verdict_count; i++) {
        const struct verdict *verdict = &result->verdicts[i];
        buffer_printf(out, "%s %zu - ", verdict->passed ? "ok" : "not ok", number + i + 1);
        description(out, result->file);
        buffer_printf(out, " (%.*s%s%.*s)\n", TEXT_ARGUMENTS(verdict->run.policy),
                      verdict->broken.length > 0 ? " breaks " : "", TEXT_ARGUMENTS(buffer_text(&verdict->broken)));
        diagnostic(out, buffer_text(&verdict->explanation));
    }
}

static void begin(struct buffer *out, const struct report_totals *totals, int64_t real_ns)
{
    (void)real_ns;
    buffer_printf(out, "TAP version 13\n1..%zu\n", totals->runs);
}

static void end(struct buffer *out, const struct report_totals *totals, int64_t real_ns)
{
    (void)out;
    (void)totals;
    (void)real_ns;
}

const struct report_format report_tap = {"tap", scenario, begin, end};
