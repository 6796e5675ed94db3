/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/eventmonitor/record_line.h"

#include <inttypes.h>

#include "base/time.h"

static const char *change_name(enum record_change change)
{
    switch (change) {
    case RECORD_CREATED: return "created";
    case RECORD_STARTED: return "started";
    case RECORD_EXITED: return "exited";
    case RECORD_REMOVED: return "removed";
    }
    return "";
}

static void add_text(struct buffer *out, const char *name, struct text value)
{
    (void)buffer_printf(out, ",\"%s\":", name);
    (void)buffer_append_json(out, value);
}

static void add_time(struct buffer *out, const char *name, int64_t wall_ns)
{
    char text[TIME_TEXT_SIZE] = "";
    if (wall_ns != 0)
        time_format_wall(wall_ns, text);
    add_text(out, name, text_of(text));
}

void record_line_format(struct text name_space, enum record_change change, const struct container_record *record,
                        int64_t wall_ns, struct buffer *out)
{
    char now[TIME_TEXT_SIZE];
    time_format_wall(wall_ns, now);
    (void)buffer_printf(out, "{\"time\":\"%s\"", now);
    add_text(out, "namespace", name_space);
    add_text(out, "container", record->id);
    add_text(out, "change", text_of(change_name(change)));
    add_text(out, "state", text_of(container_state_name(container_record_state(record))));
    (void)buffer_printf(out, ",\"pid\":%" PRIu32 ",\"exit_code\":%" PRId32, record->pid, record->exit_code);
    add_time(out, "created_at", record->created_at_ns);
    add_time(out, "started_at", record->started_at_ns);
    add_time(out, "finished_at", record->finished_at_ns);
    add_text(out, "reason", record->reason);
    add_text(out, "message", record->message);
    if (record->inferred)
        (void)buffer_printf(out, ",\"inferred\":true");
    (void)buffer_printf(out, "}\n");
}
