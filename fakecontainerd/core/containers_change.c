/* SPDX-License-Identifier: Apache-2.0 */
/* What a client can do to containers: create, delete. */
#include "fakecontainerd/core/containers_change.h"

#include "base/status.h"
#include "fakecontainerd/core/lifecycle.h"

static struct fake_container wanted_container(const struct fake_request *request)
{
    struct fake_container container = request->container;
    container.name_space = request->name_space;
    return container;
}

/* The container that is to be changed, NULL where there is none. */
static const struct container *present(const struct fake *fake, const struct fake_request *request)
{
    arena_ref ref = slot_find(fake, request->name_space, request->container_id);
    return ref != 0 ? container_of(fake, arena_at(&fake->arena, ref)) : NULL;
}

static uint64_t copy_cost(struct arena_text text)
{
    return text.length > 0 ? arena_cost(text.length) : 0;
}

/* What is kept of a container is copied. */
static uint64_t kept_cost(const struct fake *fake, const struct container *container)
{
    uint64_t cost = copy_cost(container->image) + copy_cost(container->runtime_name) +
                    copy_cost(container->options_type) + copy_cost(container->options_value) +
                    copy_cost(container->snapshotter) + copy_cost(container->snapshot_key) +
                    copy_cost(container->spec_type) + copy_cost(container->spec_value);
    for (uint32_t i = 0; i < container->label_count; i++) {
        const struct label *label = (const struct label *)arena_at(&fake->arena, container->labels) + i;
        cost += copy_cost(label->key) + copy_cost(label->value);
    }
    return cost;
}

/* At the most: of all labels that there were and all that are new. */
static uint64_t labels_cost(const struct fake_request *request, const struct container *kept)
{
    size_t count = request->container.label_count + (kept != NULL ? kept->label_count : 0);
    return count > 0 ? arena_cost((uint32_t)(count * sizeof(struct label))) : 0;
}

uint64_t containers_change_cost(const struct fake *fake, const struct fake_request *request)
{
    if (request->method == FAKE_CONTAINERS_DELETE)
        return publish_cost(fake);
    if (request->method != FAKE_CONTAINERS_CREATE && request->method != FAKE_CONTAINERS_UPDATE)
        return 0;
    struct fake_container container = wanted_container(request);
    const struct container *kept = present(fake, request);
    if (container_fault(&container) != NULL)
        return 0;
    return slot_cost(&container) + labels_cost(request, kept) + publish_cost(fake) +
           (kept != NULL ? kept_cost(fake, kept) : 0);
}

size_t containers_change_answer_size(const struct fake *fake, const struct fake_request *request)
{
    const struct container *kept = present(fake, request);
    size_t labels = request->container.label_count + (kept != NULL ? kept->label_count : 0);
    return sizeof(struct fake_container) + labels * sizeof(struct fake_label);
}

/* ---- refusing ---- */

bool container_valid(struct fake *fake, const struct asked *asked, const struct fake_container *container,
                     const char *what)
{
    struct message message;
    const char *missing = NULL;

    message_clear(&message);
    message_add(&message, what);
    if (!identifier_valid(container->id)) {
        message_add(&message, " failed validation: container.ID: ");
        message_add_identifier_fault(&message, container->id);
        asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
        return false;
    }
    if (container->runtime_name.length == 0)
        missing = "container.Runtime.Name must be set";
    else if (container->spec.type_url.length == 0)
        missing = "container.Spec must be set";
    else if (container->snapshot_key.length > 0 && container->snapshotter.length == 0)
        missing = "container.Snapshotter must be set if container.SnapshotKey is set";
    if (missing == NULL)
        return true;
    message_add(&message, " failed validation: ");
    message_add(&message, missing);
    message_add(&message, ": invalid argument");
    asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
    return false;
}

bool container_fits(struct fake *fake, const struct asked *asked, const struct fake_container *container)
{
    const char *fault = container_fault(container);
    struct message message;
    if (fault == NULL)
        return true;
    message_clear(&message);
    message_add(&message, "container ");
    message_add_quoted(&message, container->id);
    message_add(&message, ": it ");
    message_add(&message, fault);
    asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, message_text(&message));
    return false;
}

static void refuse_quoted(struct fake *fake, const struct asked *asked, int status, const char *before, struct text id,
                          const char *behind)
{
    struct message message;
    message_clear(&message);
    message_add(&message, before);
    message_add_quoted(&message, id);
    message_add(&message, behind);
    asked_refuse(fake, asked, status, message_text(&message));
}

/* ---- create ---- */

void containers_create(struct fake *fake, const struct asked *asked)
{
    struct fake_container container = wanted_container(asked->request);
    int64_t now_ns = state_of(fake)->wall_ns;
    arena_ref ref = slot_find(fake, container.name_space, container.id);
    struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;

    if (!container_valid(fake, asked, &container, "create container") || !container_fits(fake, asked, &container))
        return;
    if (slot != NULL && !slot->orphan) {
        refuse_quoted(fake, asked, STATUS_ALREADY_EXISTS, "container ", container.id, ": already exists");
        return;
    }
    if (slot == NULL && state_of(fake)->slots.count == FAKE_CONTAINERS_MAX) {
        asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the fake holds no more containers"));
        return;
    }
    if (slot == NULL)
        slot = arena_at(&fake->arena, slot_add(fake, &container, now_ns));
    else
        slot_become(fake, slot, container_new(fake, &container, now_ns));
    name_space_note(fake, container.name_space); /* its task alone did not keep it */
    slot->orphan = false;
    publish(fake, FAKE_TOPIC_CONTAINER_CREATE, slot, (struct publish_details){0});
    answer_container(fake, asked, slot->container);
}

/* ---- delete ---- */

void refuse_missing_to(struct fake *fake, const struct asked *asked, const char *verb, bool quoted)
{
    struct text id = asked->request->container_id;
    struct text name_space = asked->request->name_space;
    struct message message;

    message_clear(&message);
    if (name_space_known(fake, name_space)) {
        message_add(&message, "container ");
        if (quoted)
            message_add_quoted(&message, id);
        else
            message_add_text(&message, id);
    } else {
        message_add(&message, verb);
        message_add_quoted(&message, id);
        message_add(&message, " in namespace ");
        message_add_quoted(&message, name_space);
    }
    message_add(&message, ": not found");
    asked_refuse(fake, asked, STATUS_NOT_FOUND, message_text(&message));
}

void containers_delete(struct fake *fake, const struct asked *asked)
{
    struct slot *slot = asked_container(fake, asked);
    if (slot == NULL) {
        refuse_missing_to(fake, asked, "cannot delete container ", false);
        return;
    }
    publish(fake, FAKE_TOPIC_CONTAINER_DELETE, slot, (struct publish_details){0});
    if (slot->has_task)
        slot->orphan = true;
    else
        slot_remove(fake, slot_find(fake, asked->request->name_space, asked->request->container_id));
    asked_answer(fake, asked);
}
