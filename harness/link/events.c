/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/link/events.h"

#include <string.h>

#include "base/time.h"

static const struct topic {
    enum task_event_kind kind;
    bool has_container;
    bool has_process;
    bool has_pid;
    bool has_end;
} topics[] = {
    [FAKE_TOPIC_TASK_CREATE] = {TASK_EVENT_CREATE, true, false, true, false},
    [FAKE_TOPIC_TASK_START] = {TASK_EVENT_START, true, false, true, false},
    [FAKE_TOPIC_TASK_EXIT] = {TASK_EVENT_EXIT, true, true, true, true},
    [FAKE_TOPIC_TASK_OOM] = {TASK_EVENT_OOM, true, false, false, false},
    [FAKE_TOPIC_TASK_PAUSED] = {TASK_EVENT_PAUSED, true, false, false, false},
    [FAKE_TOPIC_TASK_RESUMED] = {TASK_EVENT_RESUMED, true, false, false, false},
    [FAKE_TOPIC_TASK_DELETE] = {TASK_EVENT_DELETE, true, false, true, true},
    [FAKE_TOPIC_EXEC_ADDED] = {TASK_EVENT_EXEC_ADDED, true, true, false, false},
    [FAKE_TOPIC_EXEC_STARTED] = {TASK_EVENT_EXEC_STARTED, true, true, true, false},
    [FAKE_TOPIC_CONTAINER_CREATE] = {.kind = TASK_EVENT_OTHER},
    [FAKE_TOPIC_CONTAINER_UPDATE] = {.kind = TASK_EVENT_OTHER},
    [FAKE_TOPIC_CONTAINER_DELETE] = {.kind = TASK_EVENT_OTHER},
    [FAKE_TOPIC_NAMESPACE_CREATE] = {.kind = TASK_EVENT_OTHER},
    [FAKE_TOPIC_NAMESPACE_UPDATE] = {.kind = TASK_EVENT_OTHER},
    [FAKE_TOPIC_NAMESPACE_DELETE] = {.kind = TASK_EVENT_OTHER},
};

bool link_event_plain(const struct fake_published *published)
{
    return !published->has_bytes && !published->unknown_field && published->damage == FAKE_DAMAGE_NONE &&
           published->exited_at.kind != FAKE_EXITED_AT_RAW;
}

struct timestamp link_timestamp(int64_t wall_ns)
{
    int64_t seconds = wall_ns / TIME_SECOND;
    int64_t rest = wall_ns % TIME_SECOND;
    if (wall_ns == 0)
        return (struct timestamp){true, TIME_GO_ZERO_SECONDS, 0};
    return (struct timestamp){true, rest < 0 ? seconds - 1 : seconds, (int32_t)(rest < 0 ? rest + TIME_SECOND : rest)};
}

/* A copy member by member leaves alone what lies between them, which stays zero. */
static void set_timestamp(struct timestamp *to, struct timestamp from)
{
    to->present = from.present;
    to->seconds = from.seconds;
    to->nanoseconds = from.nanoseconds;
}

void link_event_put(struct buffer *out, uint32_t stream_id, const struct fake_published *published)
{
    const struct topic *topic = &topics[published->topic];
    const struct text none = {NULL, 0};
    const struct text texts[] = {text_of(fake_topic_text(published->topic)), published->name_space,
                                 topic->has_container ? published->container_id : none,
                                 topic->has_process ? published->process_id : none};
    struct link_message message;

    memset(&message, 0, sizeof message);
    message.kind = LINK_EVENT;
    message.stream_id = stream_id;
    message.event.kind = topic->kind;
    message.event.pid = topic->has_pid ? published->pid : 0;
    message.event.exit_status = topic->has_end ? published->exit_status : 0;
    if (topic->has_end && published->exited_at.kind == FAKE_EXITED_AT_TIME)
        set_timestamp(&message.event.exited_at, link_timestamp(published->exited_at_ns));
    set_timestamp(&message.event.published_at, link_timestamp(published->published_at_ns));
    link_put(out, &message, texts, sizeof texts / sizeof texts[0]);
}
