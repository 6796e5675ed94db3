/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/status.h"
#include "fakecontainerd/core/containers_change.h"
#include "fakecontainerd/core/publish.h"

/* What an update replaces. */
struct mask {
    bool image;
    bool spec;
    bool snapshot_key;
    bool labels;
};

static bool label_path(struct text path, struct text *ret_key)
{
    static const char prefix[] = "labels.";
    size_t length = sizeof prefix - 1;
    if (path.length < length || memcmp(path.bytes, prefix, length) != 0)
        return false;
    *ret_key = (struct text){path.bytes + length, path.length - length};
    return true;
}

/* Whether all paths of the mask are known; answers where one is not. An empty mask means everything. */
static bool mask_of(struct fake *fake, const struct asked *asked, struct mask *mask)
{
    const struct fake_request *request = asked->request;
    bool all = request->filter_count == 0;
    struct text key;

    *mask = (struct mask){all, all, all, all};
    if (request->filter_count > FAKE_FILTERS_MAX) {
        asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the mask has more paths than the fake can hold"));
        return false;
    }
    for (size_t i = 0; i < request->filter_count; i++) {
        struct text path = request->filters[i];
        struct message message;
        mask->image = mask->image || text_is(path, "image");
        mask->spec = mask->spec || text_is(path, "spec");
        mask->snapshot_key = mask->snapshot_key || text_is(path, "snapshotkey");
        mask->labels = mask->labels || text_is(path, "labels");
        if (text_is(path, "image") || text_is(path, "spec") || text_is(path, "snapshotkey") ||
            text_is(path, "labels") || label_path(path, &key))
            continue;
        message_clear(&message);
        message_add(&message, "cannot update ");
        message_add_quoted(&message, path);
        message_add(&message, " field on ");
        message_add_quoted(&message, request->container_id);
        message_add(&message, ": invalid argument");
        asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
        return false;
    }
    return true;
}

/* Whether the update says something about this label. */
static bool label_masked(const struct fake_request *request, const struct mask *mask, struct text key)
{
    struct text path_key;
    for (size_t i = 0; i < request->filter_count; i++)
        if (label_path(request->filters[i], &path_key) && text_equal(path_key, key))
            return true;
    return mask->labels;
}

static const struct label *label_at(const struct fake *fake, const struct container *container, uint32_t index)
{
    return (const struct label *)arena_at(&fake->arena, container->labels) + index;
}

static uint32_t merged_count(const struct fake *fake, const struct container *old, const struct fake_request *request,
                             const struct mask *mask)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < old->label_count; i++)
        count += !label_masked(request, mask, text_in(fake, label_at(fake, old, i)->key));
    for (size_t i = 0; i < request->container.label_count; i++)
        count += label_masked(request, mask, request->container.labels[i].key);
    return count;
}

/* What the mask does not name stays, what it names is as the update has it. */
static void merge_labels(struct fake *fake, struct container *container, const struct container *old,
                         const struct fake_request *request, const struct mask *mask)
{
    uint32_t count = merged_count(fake, old, request, mask);
    if (count == 0)
        return;
    container->labels = arena_alloc(&fake->arena, (uint32_t)(count * sizeof(struct label)));
    container->label_count = count;
    struct label *to = arena_at(&fake->arena, container->labels);
    for (uint32_t i = 0; i < old->label_count; i++) {
        struct text key = text_in(fake, label_at(fake, old, i)->key);
        struct text value = text_in(fake, label_at(fake, old, i)->value);
        if (!label_masked(request, mask, key))
            *to++ = (struct label){arena_text_new(&fake->arena, key), arena_text_new(&fake->arena, value)};
    }
    for (size_t i = 0; i < request->container.label_count; i++) {
        const struct fake_label *from = &request->container.labels[i];
        if (label_masked(request, mask, from->key))
            *to++ = (struct label){arena_text_new(&fake->arena, from->key), arena_text_new(&fake->arena, from->value)};
    }
}

static struct fake_container merged(const struct fake *fake, const struct container *old,
                                    const struct fake_request *request, const struct mask *mask)
{
    const struct fake_container *new = &request->container;
    struct fake_container container = {
        .id = text_in(fake, old->id),
        .name_space = text_in(fake, old->name_space),
        .image = mask->image ? new->image : text_in(fake, old->image),
        .runtime_name = text_in(fake, old->runtime_name),
        .runtime_options = {text_in(fake, old->options_type), text_in(fake, old->options_value)},
        .snapshotter = text_in(fake, old->snapshotter),
        .snapshot_key = mask->snapshot_key ? new->snapshot_key : text_in(fake, old->snapshot_key),
        .spec = {text_in(fake, old->spec_type), text_in(fake, old->spec_value)},
    };
    if (mask->spec)
        container.spec = new->spec;
    return container;
}

/* Only what an update without a mask would change counts, as containerd has it. */
static bool immutable_kept(struct fake *fake, const struct asked *asked, const struct container *old)
{
    const struct fake_container *new = &asked->request->container;
    const char *sentence = NULL;
    if (asked->request->filter_count > 0)
        return true;
    if (!text_equal(new->snapshotter, text_in(fake, old->snapshotter)))
        sentence = "container.Snapshotter field is immutable: invalid argument";
    else if (!text_equal(new->runtime_name, text_in(fake, old->runtime_name)))
        sentence = "container.Runtime.Name field is immutable: invalid argument";
    if (sentence != NULL)
        asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, text_of(sentence));
    return sentence == NULL;
}

void containers_update(struct fake *fake, const struct asked *asked)
{
    const struct fake_request *request = asked->request;
    struct slot *slot = asked_container(fake, asked);
    struct mask mask;

    if (slot == NULL) {
        refuse_missing_to(fake, asked, "cannot update container ", true);
        return;
    }
    const struct container *old = container_of(fake, slot);
    struct fake_container named = request->container;
    named.name_space = request->name_space;
    if (!container_fits(fake, asked, &named))
        return;
    if (!immutable_kept(fake, asked, old) || !mask_of(fake, asked, &mask))
        return;
    struct fake_container wanted = merged(fake, old, request, &mask);
    if (!container_valid(fake, asked, &wanted, "update container") || !container_fits(fake, asked, &wanted))
        return;
    if (merged_count(fake, old, request, &mask) > FAKE_LABELS_MAX) {
        asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED,
                     text_of("the container has more labels than the fake can hold"));
        return;
    }
    arena_ref ref = container_new(fake, &wanted, old->created_at_ns);
    struct container *container = arena_at(&fake->arena, ref);
    container->updated_at_ns = state_of(fake)->wall_ns;
    merge_labels(fake, container, old, request, &mask);
    container_seal(fake, container);
    slot_become(fake, slot, ref);
    publish(fake, FAKE_TOPIC_CONTAINER_UPDATE, slot, (struct publish_details){0});
    answer_container(fake, asked, slot->container);
}
