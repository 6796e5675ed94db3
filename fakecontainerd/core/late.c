/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/late.h"

#include "base/time.h"
#include "fakecontainerd/core/request.h"

uint64_t late_cost(void)
{
    return arena_cost(sizeof(struct late)) + 2 * arena_cost(FAKE_ID_MAX);
}

static const struct late *late_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

bool late_can(enum fake_method method)
{
    return method == FAKE_TASKS_DELETE || method == FAKE_TASKS_CREATE || method == FAKE_TASKS_START;
}

void late_add(struct fake *fake, const struct fake_request *request, int64_t after_ns)
{
    if (request->name_space.length > FAKE_ID_MAX || request->container_id.length > FAKE_ID_MAX ||
        request->exec_id.length > 0)
        return;
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct late));
    struct late *late = arena_at(&fake->arena, ref);
    late->due_ns = time_add(state_of(fake)->now_ns, after_ns);
    late->method = request->method;
    late->name_space = arena_text_new(&fake->arena, request->name_space);
    late->container_id = arena_text_new(&fake->arena, request->container_id);
    late->kill = request->kill;
    late->with_container = request->with_container;
    queue_append(fake, &state_of(fake)->late, ref);
}

int64_t late_deadline_ns(const struct fake *fake)
{
    int64_t deadline_ns = TIME_NEVER;
    for (arena_ref ref = state_of(fake)->late.first; ref != 0; ref = queue_next(fake, ref))
        deadline_ns = time_min(deadline_ns, late_at(fake, ref)->due_ns);
    return deadline_ns;
}

static struct fake_request request_of(const struct fake *fake, const struct late *late)
{
    return (struct fake_request){
        .method = late->method,
        .name_space = text_in(fake, late->name_space),
        .container_id = text_in(fake, late->container_id),
        .kill = late->kill,
        .with_container = late->with_container,
    };
}

uint64_t late_ripen_cost(const struct fake *fake, int64_t now_ns)
{
    uint64_t cost = 0;
    for (arena_ref ref = state_of(fake)->late.first; ref != 0; ref = queue_next(fake, ref)) {
        struct fake_event event = {.kind = FAKE_REQUEST, .request = request_of(fake, late_at(fake, ref))};
        if (late_at(fake, ref)->due_ns <= now_ns)
            cost += request_cost(fake, &event);
    }
    return cost;
}

void late_ripen(struct fake *fake)
{
    struct queue *queue = &state_of(fake)->late;
    arena_ref before = 0;
    for (arena_ref ref = queue->first; ref != 0;) {
        struct late *late = arena_at(&fake->arena, ref);
        arena_ref behind = late->next;
        if (late->due_ns > state_of(fake)->now_ns) {
            before = ref;
        } else {
            struct fake_request request = request_of(fake, late);
            (void)queue_take_after(fake, queue, before);
            request_do(fake, &request);
            arena_text_free(&fake->arena, &late->name_space);
            arena_text_free(&fake->arena, &late->container_id);
            arena_free(&fake->arena, ref, sizeof *late);
        }
        ref = behind;
    }
}
