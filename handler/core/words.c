/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/words.h"

#include "base/status.h"
#include "base/time.h"

static bool is_plain(struct text id)
{
    for (size_t i = 0; i < id.length; i++)
        if (id.bytes[i] <= ' ' || id.bytes[i] > '~' || id.bytes[i] == '"' || id.bytes[i] == '\\')
            return false;
    return id.length > 0;
}

void words_id(struct buffer *out, struct text id)
{
    if (is_plain(id))
        (void)buffer_append_text(out, id);
    else
        (void)buffer_append_json(out, id);
}

void words_outcome(struct buffer *out, struct outcome outcome)
{
    if (outcome.status == OUTCOME_NOT_OURS) {
        (void)buffer_printf(out, "not ours");
        return;
    }
    (void)buffer_printf(out, "%s", status_name(outcome.status));
    if (outcome.text.length == 0)
        return;
    (void)buffer_printf(out, " ");
    (void)buffer_append_json(out, outcome.text);
}

static const char *kind_word(enum task_event_kind kind)
{
    switch (kind) {
    case TASK_EVENT_EXIT: return "exit";
    case TASK_EVENT_OOM: return "oom";
    case TASK_EVENT_CREATE: return "create";
    case TASK_EVENT_START: return "start";
    case TASK_EVENT_EXEC_ADDED: return "exec-added";
    case TASK_EVENT_EXEC_STARTED: return "exec-started";
    case TASK_EVENT_PAUSED: return "paused";
    case TASK_EVENT_RESUMED: return "resumed";
    case TASK_EVENT_DELETE: return "delete";
    case TASK_EVENT_OTHER: return "other";
    }
    return "other";
}

void words_topic(struct buffer *out, const struct task_event *task)
{
    if (task->topic.length > 0)
        words_id(out, task->topic);
    else
        (void)buffer_printf(out, "%s", kind_word(task->kind));
}

void words_next_try(struct buffer *out, int64_t delay_ns)
{
    char delay[TIME_TEXT_SIZE];
    if (delay_ns == 0)
        return;
    time_format_duration(delay_ns, delay);
    (void)buffer_printf(out, "; next try in %s", delay);
}

bool words_is_of_exec(const struct task_event *task)
{
    return task->process_id.length > 0 && !text_equal(task->process_id, task->container_id);
}
