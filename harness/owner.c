/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/owner.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

static enum operation_kind kind_of(enum scenario_operation operation)
{
    switch (operation) {
    case SCENARIO_OPERATION_CREATE: return OPERATION_CREATE;
    case SCENARIO_OPERATION_START: return OPERATION_START;
    case SCENARIO_OPERATION_STOP: return OPERATION_STOP;
    case SCENARIO_OPERATION_REMOVE: return OPERATION_REMOVE;
    case SCENARIO_OPERATION_STATUS: break;
    }
    return OPERATION_STATUS;
}

static struct operation operation_of(const struct owner *owner, size_t index)
{
    const struct scenario_step *step = owner->requests[index].step;
    struct operation operation = {.id = index + 1,
                                  .kind = kind_of(step->ask.operation),
                                  .container_id = step->container,
                                  .grace_ns = step->ask.grace_ns,
                                  .timeout_ns = step->ask.timeout_ns};
    return operation;
}

void owner_release(struct owner *owner)
{
    free(owner->requests);
    memset(owner, 0, sizeof *owner);
}

int owner_copy(struct owner *to, const struct owner *from)
{
    void *items = to->requests;
    int result = 0;
    while (result == 0 && to->capacity < from->count)
        result = grow(&items, to->capacity, &to->capacity, sizeof *to->requests);
    to->requests = items;
    if (result != 0)
        return result;
    to->count = from->count;
    if (from->count > 0)
        memcpy(to->requests, from->requests, from->count * sizeof *to->requests);
    return 0;
}

void owner_hash(const struct owner *owner, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, owner->count);
    for (size_t i = 0; i < owner->count; i++) {
        const struct owner_request *request = &owner->requests[i];
        struct text text = {request->text, request->text_length};
        hash_u64(hash, request->step->place.line);
        hash_u64(hash, request->step->place.column);
        hash_u64(hash, (uint64_t)request->lost << 2 | (uint64_t)request->abandoned << 1 | (uint64_t)request->answered);
        hash_i64(hash, now_ns - request->asked_ns);
        if (!request->answered)
            continue;
        hash_i64(hash, request->answered_ns - request->asked_ns);
        hash_i64(hash, request->status);
        hash_u64(hash, (uint64_t)request->state);
        hash_i64(hash, request->exit_code);
        hash_text(hash, text);
    }
}

int owner_ask(struct owner *owner, const struct scenario_step *step, int64_t now_ns, struct operation *ret_operation)
{
    void *items = owner->requests;
    int result = grow(&items, owner->count, &owner->capacity, sizeof *owner->requests);

    owner->requests = items;
    if (result != 0)
        return result;
    memset(&owner->requests[owner->count], 0, sizeof *owner->requests);
    owner->requests[owner->count].step = step;
    owner->requests[owner->count].asked_ns = now_ns;
    *ret_operation = operation_of(owner, owner->count++);
    return 0;
}

/* The index of what was asked under that name; count where nothing was. */
static size_t index_of(const struct owner *owner, struct text name)
{
    size_t index = 0;
    while (index < owner->count && !text_equal(owner->requests[index].step->ask.as, name))
        index++;
    return index;
}

bool owner_abandon(struct owner *owner, struct text name, struct operation *ret_operation)
{
    size_t index = index_of(owner, name);
    if (index == owner->count || owner->requests[index].answered)
        return false;
    owner->requests[index].abandoned = true;
    *ret_operation = operation_of(owner, index);
    return true;
}

void owner_answered(struct owner *owner, const struct monitor_action *action, int64_t now_ns)
{
    struct owner_request *request;
    if (action->operation.id == 0 || action->operation.id > owner->count)
        return;
    request = &owner->requests[action->operation.id - 1];
    if (request->answered)
        return;
    request->answered = true;
    request->answered_ns = now_ns;
    request->status = action->outcome.status;
    request->state = action->record.id.length > 0 ? container_record_state(&action->record) : CONTAINER_UNKNOWN;
    request->exit_code = action->record.exit_code;
    request->text_length =
        action->outcome.text.length < sizeof request->text ? action->outcome.text.length : sizeof request->text;
    if (request->text_length > 0)
        memcpy(request->text, action->outcome.text.bytes, request->text_length);
}

void owner_unheard(struct owner *owner)
{
    for (size_t i = 0; i < owner->count; i++)
        owner->requests[i].lost = !owner->requests[i].answered;
}

const struct owner_request *owner_find(const struct owner *owner, struct text name)
{
    size_t index = index_of(owner, name);
    return index < owner->count ? &owner->requests[index] : NULL;
}

bool owner_awaits_stop(const struct owner *owner, struct text container_id)
{
    for (size_t i = 0; i < owner->count; i++) {
        const struct owner_request *one = &owner->requests[i];
        if (text_equal(one->step->container, container_id) && one->step->ask.operation == SCENARIO_OPERATION_STOP &&
            !one->answered && !one->abandoned && !one->lost)
            return true;
    }
    return false;
}
