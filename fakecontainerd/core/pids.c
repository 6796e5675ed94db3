/* SPDX-License-Identifier: Apache-2.0 */
/* What a client can learn of the processes that run: their pids, and which tasks have metrics. */
#include "base/error.h"
#include "base/status.h"
#include "fakecontainerd/core/filter.h"
#include "fakecontainerd/core/request.h"

void tasks_list_pids(struct fake *fake, const struct asked *asked)
{
    struct text id = {NULL, 0};
    const struct slot *slot = asked_task(fake, asked);
    if (slot == NULL)
        return;
    struct answer *answer = asked_answer(fake, asked);
    if (process_lives(&slot->init))
        answer_add(fake, answer, slot->container)->process = slot->init;
    for (arena_ref ref; (ref = map_next(&fake->arena, &slot->execs, id, &id)) != 0;) {
        const struct exec *exec = arena_at(&fake->arena, ref);
        if (!process_lives(&exec->process))
            continue;
        struct entry *entry = answer_add(fake, answer, slot->container);
        entry->process = exec->process;
        entry->exec_id = arena_text_new(&fake->arena, id);
    }
    answer_close(fake, answer);
}

/* ---- metrics ---- */

struct seen {
    struct text id;
    struct text name_space;
};

static bool task_field(const void *object, const struct text *fields, size_t field_count, struct text *ret_value)
{
    const struct seen *seen = object;
    if (field_count == 0)
        return false;
    *ret_value = text_is(fields[0], "id") ? seen->id : seen->name_space;
    return text_is(fields[0], "id") || text_is(fields[0], "namespace");
}

/* only is the filter where there is but one, which has been read once for all tasks. */
static bool wanted(const struct fake_request *request, const struct filter *only, const struct seen *seen)
{
    struct filter filter;
    struct message message;
    if (only != NULL)
        return filter_passes(only, task_field, seen);
    for (size_t i = 0; i < request->filter_count; i++)
        if (filter_parse(&filter, request->filters[i], &message) == 0 && filter_passes(&filter, task_field, seen))
            return true;
    return request->filter_count == 0;
}

bool tasks_metrics_want(const struct fake_request *request, struct text container_id)
{
    struct seen seen = {container_id, request->name_space};
    return wanted(request, NULL, &seen);
}

void tasks_metrics(struct fake *fake, const struct asked *asked)
{
    const struct fake_request *request = asked->request;
    struct seen seen = {.id = {NULL, 0}, .name_space = request->name_space};
    struct message message;
    struct filter filter;
    const struct filter *only = request->filter_count == 1 ? &filter : NULL;
    int error =
        only != NULL ? filter_parse(&filter, request->filters[0], &message) : filters_check(fake, request, &message);
    if (error != 0) {
        if (error == ERROR_MALFORMED)
            message_add(&message, ": invalid argument");
        asked_refuse(fake, asked, error == ERROR_MALFORMED ? STATUS_INVALID_ARGUMENT : filters_status(error),
                     message_text(&message));
        return;
    }
    struct answer *answer = asked_answer(fake, asked);
    for (arena_ref ref = slot_first_in(fake, seen.name_space); ref != 0;
         ref = slot_next_in(fake, seen.name_space, ref)) {
        const struct slot *slot = arena_at(&fake->arena, ref);
        seen.id = text_in(fake, container_of(fake, slot)->id);
        if (!slot->has_task || slot->shim.dead || !wanted(request, only, &seen))
            continue;
        struct entry *entry = answer_add(fake, answer, slot->container);
        entry->process = slot->init;
        entry->oom_kills = slot->oom_kills;
    }
    answer_close(fake, answer);
}
