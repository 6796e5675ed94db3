/* SPDX-License-Identifier: Apache-2.0 */
/* What a client can do to execs: add one to a task, start it, and drop it when it has ended or never ran. */
#include "base/status.h"
#include "fakecontainerd/core/lifecycle.h"
#include "fakecontainerd/core/permission.h"

/* Whether the id will do; answers where it will not. */
static bool id_good(struct fake *fake, const struct asked *asked)
{
    struct message message;
    if (identifier_valid(asked->request->exec_id))
        return true;
    message_clear(&message);
    message_add(&message, "invalid exec id ");
    message_add_text(&message, asked->request->exec_id);
    message_add(&message, ": ");
    message_add_identifier_fault(&message, asked->request->exec_id);
    asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
    return false;
}

void tasks_exec(struct fake *fake, const struct asked *asked)
{
    struct text exec_id = asked->request->exec_id;
    if (exec_id.length == 0) {
        asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, text_of("exec id cannot be empty"));
        return;
    }
    struct slot *slot = asked_task(fake, asked);
    if (slot == NULL || !id_good(fake, asked))
        return;
    if (exec_find(fake, slot, exec_id) != 0) {
        asked_refuse_about(fake, asked, STATUS_ALREADY_EXISTS, "id ", exec_id, ": already exists");
    } else if (!permitted(fake, asked, OPERATION_EXEC, slot->init.status)) {
        return;
    } else if (slot->execs.count == FAKE_EXECS_MAX) {
        asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the fake holds no more execs of one container"));
    } else {
        const struct exec *exec = arena_at(&fake->arena, exec_add(fake, slot, exec_id));
        publish(fake, FAKE_TOPIC_EXEC_ADDED, slot, (struct publish_details){.exec_id = exec_id});
        answer_process(fake, asked, slot, &exec->process);
    }
}

void exec_start(struct fake *fake, const struct asked *asked, struct slot *slot, struct process *process)
{
    if (!permitted(fake, asked, OPERATION_START, process->status))
        return;
    if (slot->init.status != FAKE_RUNNING && slot->init.status != FAKE_CREATED) {
        /* runc's words for it are not known. */
        asked_refuse(fake, asked, STATUS_UNIMPLEMENTED,
                     text_of("the fake has no answer to Start of an exec in a task that does not run"));
        return;
    }
    exec_begin(fake, slot, process, asked->request->exec_id);
    answer_process(fake, asked, slot, process);
}

void tasks_delete_process(struct fake *fake, const struct asked *asked)
{
    struct slot *slot;
    struct process *process = asked_process(fake, asked, &slot);
    if (process == NULL)
        return;
    if (asked->request->exec_id.length == 0) {
        /* containerd deletes the init behind its own back, which is no behaviour to rely on. */
        asked_refuse(fake, asked, STATUS_UNIMPLEMENTED, text_of("the fake has no DeleteProcess without an exec id"));
        return;
    }
    if (!permitted(fake, asked, OPERATION_DELETE_PROCESS, process->status))
        return;
    answer_process(fake, asked, slot, process);
    exec_remove(fake, slot, exec_find(fake, slot, asked->request->exec_id));
}
