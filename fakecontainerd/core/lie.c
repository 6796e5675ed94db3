/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/lie.h"

#include "base/status.h"

/* The answer in the outbox that is no error; NULL for none. */
static struct answer *answer_to(const struct fake *fake, uint64_t connection_id, uint32_t stream_id)
{
    for (arena_ref ref = state_of(fake)->outbox.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct output *output = arena_at(&fake->arena, ref);
        if (output->kind == FAKE_REPLY && output->connection_id == connection_id && output->stream_id == stream_id)
            return answer_of(fake, output)->status == STATUS_OK ? answer_of(fake, output) : NULL;
    }
    return NULL;
}

static bool is_meant(const struct fake *fake, const struct rule *rule, const struct entry *entry)
{
    const struct container *container = arena_at(&fake->arena, entry->container);
    struct text id = text_in(fake, rule->container_id);
    return id.length == 0 || text_equal(text_in(fake, container->id), id);
}

/* Of what has not ended nothing is known of its end; of what has, it is now if it is not known. */
static void say_status(const struct fake *fake, struct process *process, enum fake_process_status status)
{
    if (status != FAKE_STOPPED)
        *process = (struct process){.pid = process->pid};
    else if (!process->exited)
        process->exited_at_ns = state_of(fake)->wall_ns;
    process->exited = status == FAKE_STOPPED;
    process->status = status;
}

static void say(const struct fake *fake, const struct fake_told *told, struct entry *entry)
{
    if (told->has_status)
        say_status(fake, &entry->process, told->status);
    if (told->has_pid)
        entry->process.pid = told->pid;
    if (told->has_exit_status)
        entry->process.exit_status = told->exit_status;
    if (told->has_exited_at)
        entry->exited_at = told->exited_at;
    if (told->has_oom_kills)
        entry->oom_kills = told->oom_kills;
}

static void leave_out(struct fake *fake, const struct rule *rule, struct answer *answer)
{
    arena_ref before = 0;
    state_of(fake)->answers_size -= answer->size;
    for (arena_ref ref = answer->entries.first; ref != 0;) {
        arena_ref behind = queue_next(fake, ref);
        if (is_meant(fake, rule, arena_at(&fake->arena, ref)))
            answer_remove(fake, answer, before);
        else
            before = ref;
        ref = behind;
    }
    answer_close(fake, answer);
}

void lie(struct fake *fake, const struct rule *rule, uint64_t connection_id, uint32_t stream_id)
{
    struct answer *answer = answer_to(fake, connection_id, stream_id);
    if (answer == NULL)
        return;
    if (rule->action == FAKE_DO_LEAVE_OUT) {
        leave_out(fake, rule, answer);
        return;
    }
    for (arena_ref ref = answer->entries.first; ref != 0; ref = queue_next(fake, ref)) {
        struct entry *entry = arena_at(&fake->arena, ref);
        if (is_meant(fake, rule, entry))
            say(fake, &rule->told, entry);
    }
}
