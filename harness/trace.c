/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/trace.h"

#include "base/time.h"
#include "fakecontainerd/core/format.h"
#include "handler/core/format.h"

static void begin(struct trace *trace, int64_t now_ns, const char *who)
{
    char instant[TIME_TEXT_SIZE];
    time_format_instant(now_ns, instant);
    buffer_printf(&trace->text, "%10s %-8s ", instant, who);
}

static void end(struct trace *trace)
{
    buffer_append(&trace->text, "\n", 1);
}

static void begin_consequence(struct trace *trace)
{
    buffer_printf(&trace->text, "%10s %-8s   ", "", "");
}

void trace_handler_event(struct trace *trace, const struct monitor_event *event)
{
    if (trace->silent)
        return;
    begin(trace, event->now_ns, "handler");
    monitor_event_format(event, &trace->text);
    end(trace);
}

void trace_handler_action(struct trace *trace, const struct monitor_action *action)
{
    if (trace->silent)
        return;
    begin_consequence(trace);
    monitor_action_format(action, &trace->text);
    end(trace);
}

void trace_fake_event(struct trace *trace, const struct fake_event *event)
{
    if (trace->silent)
        return;
    begin(trace, event->now_ns, "fake");
    fake_event_format(event, &trace->text);
    end(trace);
}

void trace_script_step(struct trace *trace, const struct fake_event *event, size_t line)
{
    if (trace->silent)
        return;
    begin(trace, event->now_ns, "script");
    buffer_printf(&trace->text, "line %zu: ", line);
    fake_event_format(event, &trace->text);
    end(trace);
}

void trace_script_other(struct trace *trace, int64_t now_ns, size_t line, const char *what)
{
    if (trace->silent)
        return;
    begin(trace, now_ns, "script");
    buffer_printf(&trace->text, "line %zu: %s", line, what);
    end(trace);
}

void trace_fake_action(struct trace *trace, const struct fake_action *action)
{
    if (trace->silent)
        return;
    begin_consequence(trace);
    fake_action_format(action, &trace->text);
    end(trace);
}

void trace_store_fault(struct trace *trace, size_t fault)
{
    if (trace->silent)
        return;
    begin_consequence(trace);
    buffer_printf(&trace->text, "fault %zu", fault);
    end(trace);
}

void trace_remark(struct trace *trace, int64_t now_ns, const char *who, struct text what)
{
    if (trace->silent)
        return;
    begin(trace, now_ns, who);
    buffer_append_text(&trace->text, what);
    end(trace);
}

struct text trace_tail(const struct trace *trace, size_t length, size_t line_count)
{
    struct text all = buffer_text(&trace->text);
    size_t start = length;
    for (; start > 0; start--)
        if (all.bytes[start - 1] == '\n' && start < length && --line_count == 0)
            break;
    struct text tail = {all.bytes + start, length - start};
    return tail;
}
