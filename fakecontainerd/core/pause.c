/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/permission.h"
#include "fakecontainerd/core/publish.h"

static void change(struct fake *fake, const struct asked *asked, enum operation operation,
                   enum fake_process_status status, enum fake_event_topic topic)
{
    struct slot *slot = asked_task(fake, asked);
    if (slot == NULL || !permitted(fake, asked, operation, slot->init.status))
        return;
    slot->init.status = status;
    publish(fake, topic, slot, (struct publish_details){0});
    answer_init(fake, asked, slot);
}

void tasks_pause(struct fake *fake, const struct asked *asked)
{
    change(fake, asked, OPERATION_PAUSE, FAKE_PAUSED, FAKE_TOPIC_TASK_PAUSED);
}

void tasks_resume(struct fake *fake, const struct asked *asked)
{
    change(fake, asked, OPERATION_RESUME, FAKE_RUNNING, FAKE_TOPIC_TASK_RESUMED);
}
