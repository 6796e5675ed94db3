/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces and leases: no more than a client needs that makes containers. A lease keeps nothing alive here, because
 * nothing is ever collected: none is remembered, and its labels are not looked at. */
#include "base/status.h"
#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/request.h"

static uint64_t piece_cost(void)
{
    struct fake_container longest = {.id = {NULL, FAKE_ID_MAX}, .name_space = {NULL, FAKE_ID_MAX}};
    return container_cost(&longest);
}

uint64_t name_spaces_cost(const struct fake *fake, const struct fake_request *request)
{
    if (request->method == FAKE_NAMESPACES_LIST)
        return state_of(fake)->name_spaces.count * (entry_cost() + piece_cost());
    /* Of the event and of the answer. */
    return 2 * piece_cost() + name_space_cost() + publish_cost(fake);
}

size_t name_spaces_answer_size(const struct fake *fake, const struct fake_request *request)
{
    size_t count = request->method == FAKE_NAMESPACES_LIST ? state_of(fake)->name_spaces.count : 1;
    return count * sizeof(struct fake_container);
}

/* Adds an entry that says no more than these names. */
static void add_names(struct fake *fake, struct answer *answer, struct text id, struct text name_space)
{
    struct fake_container names = {.id = id, .name_space = name_space};
    arena_ref ref = container_new(fake, &names, state_of(fake)->wall_ns);
    answer->of_containers = true;
    answer_add(fake, answer, ref);
    container_drop(fake, ref); /* the entry holds it */
}

static void answer_names(struct fake *fake, const struct asked *asked, struct text id, struct text name_space)
{
    struct answer *answer = asked_answer(fake, asked);
    add_names(fake, answer, id, name_space);
    answer_close(fake, answer);
}

/* `namespace "web": not found` and the like. */
static void refuse(struct fake *fake, const struct asked *asked, int status, const char *behind)
{
    struct message message;
    message_clear(&message);
    message_add(&message, "namespace ");
    message_add_quoted(&message, asked->request->subject);
    message_add(&message, behind);
    asked_refuse(fake, asked, status, message_text(&message));
}

/* ---- what is told ---- */

/* Whether who asks is in a name space of which it can be told; answers where that is not so. What was asked for is done
 * nevertheless: containerd publishes behind it. */
static bool published_in(struct fake *fake, const struct asked *asked, struct text name_space)
{
    struct message message;
    if (identifier_valid(name_space))
        return true;
    message_clear(&message);
    message_add(&message, "failed publishing event: namespace ");
    if (name_space.length == 0) {
        message_add(&message, "is required: failed precondition");
    } else {
        message_add(&message, "validation: ");
        message_add_identifier_fault(&message, name_space);
    }
    asked_refuse(fake, asked, STATUS_UNKNOWN, message_text(&message));
    return false;
}

/* Tells it in a name space: that of who asks, or when one goes its own. False where it has been answered that it could
 * not be told. */
static bool tell(struct fake *fake, const struct asked *asked, enum fake_event_topic topic, struct text name_space)
{
    struct fake_published event = {.topic = topic, .name_space = name_space, .container_id = asked->request->subject};
    if (!published_in(fake, asked, name_space))
        return false;
    publish_forged(fake, &event);
    return true;
}

/* ---- what is asked ---- */

/* What is no name is spoken of as well, as far as it can be kept; answers where it cannot. */
static bool name_fits(struct fake *fake, const struct asked *asked)
{
    if (asked->request->subject.length <= FAKE_ID_MAX)
        return true;
    asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the fake knows no namespace with a name so long"));
    return false;
}

/* containerd answers with the name alone, whether there is such a namespace or not, and whether there could be. */
void name_spaces_get(struct fake *fake, const struct asked *asked)
{
    if (name_fits(fake, asked))
        answer_names(fake, asked, (struct text){NULL, 0}, asked->request->subject);
}

void name_spaces_list(struct fake *fake, const struct asked *asked)
{
    struct answer *answer = asked_answer(fake, asked);
    struct text name = {NULL, 0};
    while (map_next(&fake->arena, &state_of(fake)->name_spaces, name, &name) != 0)
        add_names(fake, answer, (struct text){NULL, 0}, name);
    answer_close(fake, answer);
}

void name_spaces_create(struct fake *fake, const struct asked *asked)
{
    struct text name = asked->request->subject;
    struct message message;
    message_clear(&message);
    if (!identifier_valid(name)) {
        message_add_identifier_fault(&message, name);
        asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
    } else if (name_space_known(fake, name)) {
        refuse(fake, asked, STATUS_ALREADY_EXISTS, ": already exists");
    } else if (state_of(fake)->name_spaces.count >= FAKE_NAMESPACES_MAX) {
        refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, ": the fake holds no more namespaces");
    } else {
        name_space_note(fake, name);
        if (tell(fake, asked, FAKE_TOPIC_NAMESPACE_CREATE, asked->request->name_space))
            answer_names(fake, asked, (struct text){NULL, 0}, name);
    }
}

/* Whether the mask names labels alone; answers where it does not. */
static bool mask_good(struct fake *fake, const struct asked *asked)
{
    const struct fake_request *request = asked->request;
    struct message message;
    message_clear(&message);
    for (size_t i = 0; i < request->filter_count && i < FAKE_FILTERS_MAX; i++) {
        if (text_starts_with(request->filters[i], "labels."))
            continue;
        message_add(&message, "cannot update ");
        message_add_quoted(&message, request->filters[i]);
        message_add(&message, " field");
        asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
        return false;
    }
    if (request->filter_count <= FAKE_FILTERS_MAX)
        return true;
    asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the mask has more paths than the fake can hold"));
    return false;
}

/* To take a label away that nobody has makes the name space, under any name that is not empty. With no mask all labels
 * go, of which there are none: nothing is made then. */
void name_spaces_update(struct fake *fake, const struct asked *asked)
{
    struct text name = asked->request->subject;
    bool makes = asked->request->filter_count > 0 && !name_space_known(fake, name);
    if (!mask_good(fake, asked) || !name_fits(fake, asked))
        return;
    if (makes && name.length == 0) {
        asked_refuse(fake, asked, STATUS_UNKNOWN, text_of("bucket name required"));
    } else if (makes && state_of(fake)->name_spaces.count >= FAKE_NAMESPACES_MAX) {
        refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, ": the fake holds no more namespaces");
    } else {
        if (makes)
            name_space_note(fake, name);
        if (tell(fake, asked, FAKE_TOPIC_NAMESPACE_UPDATE, asked->request->name_space))
            answer_names(fake, asked, (struct text){NULL, 0}, (struct text){NULL, 0});
    }
}

/* A task whose container was deleted keeps no name space. */
static bool holds_containers(const struct fake *fake, struct text name)
{
    for (arena_ref ref = slot_first_in(fake, name); ref != 0; ref = slot_next_in(fake, name, ref))
        if (!((const struct slot *)arena_at(&fake->arena, ref))->orphan)
            return true;
    return false;
}

void name_spaces_delete(struct fake *fake, const struct asked *asked)
{
    struct text name = asked->request->subject;
    if (!name_space_known(fake, name)) {
        refuse(fake, asked, STATUS_NOT_FOUND, ": not found");
    } else if (holds_containers(fake, name)) {
        refuse(fake, asked, STATUS_FAILED_PRECONDITION,
               " must be empty, but it still has containers: failed precondition");
    } else {
        (void)map_remove(&fake->arena, &state_of(fake)->name_spaces, name);
        if (tell(fake, asked, FAKE_TOPIC_NAMESPACE_DELETE, name))
            asked_answer(fake, asked);
    }
}

void leases_create(struct fake *fake, const struct asked *asked)
{
    if (asked->request->subject.length > FAKE_ID_MAX)
        asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the fake holds no lease with an id so long"));
    else
        answer_names(fake, asked, asked->request->subject, asked->request->name_space);
}

void leases_delete(struct fake *fake, const struct asked *asked)
{
    asked_answer(fake, asked);
}
