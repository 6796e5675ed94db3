/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_TRACE_H
#define HARNESS_TRACE_H

#include "base/buffer.h"
#include "fakecontainerd/core/fake.h"
#include "handler/core/monitor.h"

/*
 * The trace of a run: one line for each thing that happened (virtual time, who, what), its consequences indented below.
 * Made of values only, so the same run gives the same bytes.
 */
struct trace {
    struct buffer text;
    bool silent; /* nothing is written: for runs by the million */
};

void trace_handler_event(struct trace *trace, const struct monitor_event *event);
void trace_handler_action(struct trace *trace, const struct monitor_action *action);
void trace_fake_event(struct trace *trace, const struct fake_event *event);

/* A step of the script, with its line in the file. */
void trace_script_step(struct trace *trace, const struct fake_event *event, size_t line);

/* The action told last meets a fault of the store, counted from 1. */
void trace_store_fault(struct trace *trace, size_t fault);

/* A step that is not the fake's. */
void trace_script_other(struct trace *trace, int64_t now_ns, size_t line, const char *what);
void trace_fake_action(struct trace *trace, const struct fake_action *action);

/* A broken promise or expectation, or the end of the run. */
void trace_remark(struct trace *trace, int64_t now_ns, const char *who, struct text what);

/* The last lines of the first length bytes of the trace, at most line_count of them. */
struct text trace_tail(const struct trace *trace, size_t length, size_t line_count);

#endif
