/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of a run, for its expectations. */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "fakecontainerd/core/filter.h"
#include "harness/expect.h"

/* Both texts of a note, one behind the other. */
struct expect_texts {
    size_t references;
    char bytes[];
};

static void look_for(struct expect_memory *memory, const struct scenario_expectations *list)
{
    for (size_t i = 0; i < list->count; i++) {
        enum scenario_expectation_kind kind = list->items[i].kind;
        memory->wants_calls = memory->wants_calls || kind == SCENARIO_EXPECT_CALLED;
        memory->wants_notes = memory->wants_notes || kind == SCENARIO_EXPECT_NOTED;
        memory->wants_dials = memory->wants_dials || kind == SCENARIO_EXPECT_DIALED;
    }
}

int expect_init(struct expect_memory *memory, const struct scenario *scenario)
{
    memset(memory, 0, sizeof *memory);
    memory->scenario = scenario;
    look_for(memory, &scenario->expect.always);
    look_for(memory, &scenario->expect.finally);
    look_for(memory, &scenario->expect.never);
    look_for(memory, &scenario->expect.sometimes);
    memory->reached = calloc(scenario->expect.sometimes.count + 1, sizeof *memory->reached);
    return memory->reached != NULL ? 0 : ERROR_NO_MEMORY;
}

static void notes_clear(struct expect_memory *memory)
{
    while (memory->note_count > 0) {
        struct expect_texts *texts = memory->notes[--memory->note_count].memory;
        if (--texts->references == 0)
            free(texts);
    }
}

void expect_release(struct expect_memory *memory)
{
    free(memory->calls);
    notes_clear(memory);
    free(memory->notes);
    free(memory->dials_ns);
    owner_release(&memory->owner);
    free(memory->reached);
    memset(memory, 0, sizeof *memory);
}

static int make_room(void **items, size_t count, size_t *capacity, size_t size)
{
    int result = 0;
    while (result == 0 && *capacity < count)
        result = grow(items, *capacity, capacity, size);
    return result;
}

int expect_copy(struct expect_memory *to, const struct expect_memory *from)
{
    void *calls = to->calls;
    void *notes = to->notes;
    void *dials = to->dials_ns;
    notes_clear(to);
    int result = make_room(&calls, from->call_count, &to->call_capacity, sizeof *to->calls);
    to->calls = calls;
    if (result == 0)
        result = make_room(&notes, from->note_count, &to->note_capacity, sizeof *to->notes);
    to->notes = notes;
    if (result == 0)
        result = make_room(&dials, from->dial_count, &to->dial_capacity, sizeof *to->dials_ns);
    to->dials_ns = dials;
    if (result == 0)
        result = owner_copy(&to->owner, &from->owner);
    if (result != 0)
        return result;
    to->call_count = from->call_count;
    to->dial_count = from->dial_count;
    for (size_t i = 0; i < from->call_count; i++)
        to->calls[i] = from->calls[i];
    for (size_t i = 0; i < from->dial_count; i++)
        to->dials_ns[i] = from->dials_ns[i];
    for (; to->note_count < from->note_count; to->note_count++) {
        to->notes[to->note_count] = from->notes[to->note_count];
        to->notes[to->note_count].memory->references++;
    }
    return 0;
}

void expect_hash(const struct expect_memory *memory, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, memory->call_count);
    for (size_t i = 0; i < memory->call_count; i++) {
        hash_u64(hash, (uint64_t)memory->calls[i].method);
        hash_text(hash, memory->calls[i].container);
        hash_i64(hash, now_ns - memory->calls[i].at_ns);
    }
    hash_u64(hash, memory->note_count);
    for (size_t i = 0; i < memory->note_count; i++) {
        hash_u64(hash, (uint64_t)memory->notes[i].kind << 32 | (uint32_t)memory->notes[i].status);
        hash_text(hash, memory->notes[i].container);
        hash_text(hash, memory->notes[i].text);
        hash_i64(hash, now_ns - memory->notes[i].at_ns);
    }
    hash_u64(hash, memory->dial_count);
    for (size_t i = 0; i < memory->dial_count; i++)
        hash_i64(hash, now_ns - memory->dials_ns[i]);
    owner_hash(&memory->owner, now_ns, hash);
}

/* The container's name as the scenario has it, since the request's text will not live. */
static struct text name_in_scenario(const struct scenario_step *step, struct text id)
{
    struct text none = {NULL, 0};
    if (text_equal(step->container, id))
        return step->container;
    for (size_t i = 0; i < step->child_count; i++) {
        struct text found = name_in_scenario(&step->children[i], id);
        if (found.length > 0)
            return found;
    }
    return none;
}

/* Whom the request is about: metrics are asked for by a filter that names one container. */
static struct text subject_of(const struct fake_request *request, struct filter *filter)
{
    struct text none = {NULL, 0};
    struct message message;
    const struct filter_selector *only = &filter->selectors[0];

    if (request->method != FAKE_TASKS_METRICS)
        return request->container_id;
    if (request->filter_count != 1 || filter_parse(filter, request->filters[0], &message) != 0)
        return none;
    return filter->selector_count == 1 && only->comparison == FILTER_EQUAL && only->field_count == 1 &&
                   text_is(only->fields[0], "id")
               ? only->value
               : none;
}

int expect_saw_request(struct expect_memory *memory, const struct fake_request *request, int64_t now_ns)
{
    const struct scenario_given *given = &memory->scenario->given;
    struct expect_call call = {request->method, {NULL, 0}, now_ns};
    struct filter filter;
    struct text subject;
    void *items = memory->calls;

    if (!memory->wants_calls)
        return 0;
    int result = grow(&items, memory->call_count, &memory->call_capacity, sizeof call);
    memory->calls = items;
    if (result != 0)
        return result;
    subject = subject_of(request, &filter);
    for (size_t i = 0; i < given->container_count; i++)
        if (text_equal(given->containers[i].id, subject))
            call.container = given->containers[i].id;
    if (call.container.length == 0)
        call.container = name_in_scenario(&memory->scenario->steps, subject);
    memory->calls[memory->call_count++] = call;
    return 0;
}

int expect_saw_dial(struct expect_memory *memory, int64_t now_ns)
{
    void *items = memory->dials_ns;
    if (!memory->wants_dials)
        return 0;
    int result = grow(&items, memory->dial_count, &memory->dial_capacity, sizeof now_ns);
    memory->dials_ns = items;
    if (result == 0)
        memory->dials_ns[memory->dial_count++] = now_ns;
    return result;
}

int expect_saw_note(struct expect_memory *memory, const struct note *note, int64_t now_ns)
{
    struct text container = note->container_id.length > 0 ? note->container_id : note->task.container_id;
    struct text text = note->outcome.text;
    struct expect_note seen = {.kind = note->kind, .status = note->outcome.status, .at_ns = now_ns};
    void *items = memory->notes;

    if (!memory->wants_notes)
        return 0;
    int result = grow(&items, memory->note_count, &memory->note_capacity, sizeof seen);
    memory->notes = items;
    if (result != 0)
        return result;
    seen.memory = malloc(sizeof *seen.memory + container.length + text.length + 1);
    if (seen.memory == NULL)
        return ERROR_NO_MEMORY;
    char *bytes = seen.memory->bytes;
    seen.memory->references = 1;
    if (container.length > 0)
        memcpy(bytes, container.bytes, container.length);
    if (text.length > 0)
        memcpy(bytes + container.length, text.bytes, text.length);
    seen.container = (struct text){bytes, container.length};
    seen.text = (struct text){bytes + container.length, text.length};
    memory->notes[memory->note_count++] = seen;
    return 0;
}

void expect_saw_published(struct expect_memory *memory, const struct fake_published *published, bool subscribed)
{
    const struct scenario_expectations *sometimes = &memory->scenario->expect.sometimes;
    if (published->topic != FAKE_TOPIC_TASK_EXIT || subscribed ||
        !text_equal(published->process_id, published->container_id))
        return;
    for (size_t i = 0; i < sometimes->count; i++)
        if (sometimes->items[i].kind == SCENARIO_EXPECT_EXITS_WHILE &&
            text_equal(sometimes->items[i].container, published->container_id))
            memory->reached[i] = true;
}
