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
    return piece_cost() + name_space_cost() + publish_cost(fake);
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

/* Whether it can be one's name; answers where it cannot. */
static bool name_good(struct fake *fake, const struct asked *asked)
{
    struct message message;
    if (identifier_valid(asked->request->subject))
        return true;
    message_clear(&message);
    message_add_identifier_fault(&message, asked->request->subject);
    asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
    return false;
}

/* It carries the name space of who asks, if any, when one is made, and its own when it goes. */
static struct fake_published event_of(const struct asked *asked, enum fake_event_topic topic)
{
    struct text name = asked->request->subject;
    bool of_asker = topic == FAKE_TOPIC_NAMESPACE_CREATE && identifier_valid(asked->request->name_space);
    return (struct fake_published){
        .topic = topic, .name_space = of_asker ? asked->request->name_space : name, .container_id = name};
}

/* containerd answers with the name alone, whether there is such a namespace or not. */
void name_spaces_get(struct fake *fake, const struct asked *asked)
{
    if (name_good(fake, asked))
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
    if (!name_good(fake, asked))
        return;
    if (name_space_known(fake, name)) {
        refuse(fake, asked, STATUS_ALREADY_EXISTS, ": already exists");
    } else if (state_of(fake)->name_spaces.count >= FAKE_NAMESPACES_MAX) {
        refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, ": the fake holds no more namespaces");
    } else {
        struct fake_published event = event_of(asked, FAKE_TOPIC_NAMESPACE_CREATE);
        name_space_note(fake, name);
        publish_forged(fake, &event);
        answer_names(fake, asked, (struct text){NULL, 0}, name);
    }
}

void name_spaces_delete(struct fake *fake, const struct asked *asked)
{
    struct text name = asked->request->subject;
    if (!name_good(fake, asked))
        return;
    if (!name_space_known(fake, name)) {
        refuse(fake, asked, STATUS_NOT_FOUND, ": not found");
    } else if (slot_first_in(fake, name) != 0) {
        refuse(fake, asked, STATUS_FAILED_PRECONDITION,
               " must be empty, but it still has containers: failed precondition");
    } else {
        struct fake_published event = event_of(asked, FAKE_TOPIC_NAMESPACE_DELETE);
        (void)map_remove(&fake->arena, &state_of(fake)->name_spaces, name);
        publish_forged(fake, &event);
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
