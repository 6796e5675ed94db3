/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/status.h"
#include "fakecontainerd/core/filter.h"
#include "fakecontainerd/core/request.h"

/* What a filter sees of a container. */
struct seen {
    const struct fake *fake;
    const struct container *container;
};

static bool not_empty(struct text value, struct text *ret_value)
{
    *ret_value = value;
    return value.length > 0;
}

/* The key of a label is all that is left of the path, joined by dots again. A label may be there and be empty. */
static bool key_is(struct text key, const struct text *fields, size_t field_count)
{
    size_t at = 0;
    for (size_t i = 0; i < field_count; i++) {
        if (i > 0 && (at == key.length || key.bytes[at++] != '.'))
            return false;
        struct text rest = {key.bytes + at, fields[i].length};
        if (fields[i].length > key.length - at || !text_equal(rest, fields[i]))
            return false;
        at += fields[i].length;
    }
    return at == key.length;
}

static bool label_field(const struct seen *seen, const struct text *fields, size_t field_count, struct text *ret_value)
{
    for (uint32_t i = 0; field_count > 0 && i < seen->container->label_count; i++) {
        const struct label *label = (const struct label *)arena_at(&seen->fake->arena, seen->container->labels) + i;
        if (key_is(text_in(seen->fake, label->key), fields, field_count)) {
            *ret_value = text_in(seen->fake, label->value);
            return true;
        }
    }
    return false;
}

static bool container_field(const void *object, const struct text *fields, size_t field_count, struct text *ret_value)
{
    const struct seen *seen = object;
    if (text_is(fields[0], "id"))
        return not_empty(text_in(seen->fake, seen->container->id), ret_value);
    if (text_is(fields[0], "image"))
        return not_empty(text_in(seen->fake, seen->container->image), ret_value);
    if (text_is(fields[0], "labels"))
        return label_field(seen, fields + 1, field_count - 1, ret_value);
    if (text_is(fields[0], "runtime") && field_count > 1 && text_is(fields[1], "name"))
        return not_empty(text_in(seen->fake, seen->container->runtime_name), ret_value);
    return false;
}

static bool wanted(const struct fake *fake, const struct fake_request *request, const struct container *container)
{
    struct seen seen = {fake, container};
    struct filter filter;
    struct message message;
    for (size_t i = 0; i < request->filter_count; i++)
        if (filter_parse(&filter, request->filters[i], &message) == 0 && filter_passes(&filter, container_field, &seen))
            return true;
    return request->filter_count == 0;
}

struct slot *asked_container(struct fake *fake, const struct asked *asked)
{
    arena_ref ref = slot_find(fake, asked->request->name_space, asked->request->container_id);
    struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;
    return slot != NULL && !slot->orphan ? slot : NULL;
}

void answer_container(struct fake *fake, const struct asked *asked, arena_ref container)
{
    struct answer *answer = asked_answer(fake, asked);
    answer->of_containers = true;
    answer_add(fake, answer, container);
    answer_close(fake, answer);
}

void containers_get(struct fake *fake, const struct asked *asked)
{
    const struct slot *slot = asked_container(fake, asked);
    if (slot == NULL)
        refuse_missing_container(fake, asked);
    else
        answer_container(fake, asked, slot->container);
}

/* containerd names the kind of its error twice here. */
static void refuse_filters(struct fake *fake, const struct asked *asked, int error, struct message *message)
{
    if (error != ERROR_MALFORMED) {
        asked_refuse(fake, asked, filters_status(error), message_text(message));
        return;
    }
    message_add(message, ": invalid argument: invalid argument");
    asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(message));
}

void containers_list(struct fake *fake, const struct asked *asked)
{
    struct message message;
    struct text name_space = asked->request->name_space;
    int error = filters_check(fake, asked->request, &message);
    if (error != 0) {
        refuse_filters(fake, asked, error, &message);
        return;
    }
    struct answer *answer = asked_answer(fake, asked);
    answer->of_containers = true;
    for (arena_ref ref = slot_first_in(fake, name_space); ref != 0; ref = slot_next_in(fake, name_space, ref)) {
        const struct slot *slot = arena_at(&fake->arena, ref);
        const struct container *container = container_of(fake, slot);
        if (!slot->orphan && wanted(fake, asked->request, container))
            answer_add(fake, answer, slot->container);
    }
    answer_close(fake, answer);
}
