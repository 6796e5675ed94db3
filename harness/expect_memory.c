/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of a run, for its expectations. */
#include <stdlib.h>
#include <string.h>

#include "harness/expect.h"
#include "harness/grow.h"

int expect_init(struct expect_memory *memory, const struct scenario *scenario)
{
    memset(memory, 0, sizeof *memory);
    memory->scenario = scenario;
    memory->reached = calloc(scenario->expect.sometimes.count + 1, sizeof *memory->reached);
    return memory->reached != NULL ? 0 : ERROR_NO_MEMORY;
}

void expect_release(struct expect_memory *memory)
{
    free(memory->calls);
    for (size_t i = 0; i < memory->note_count; i++)
        free(memory->notes[i].memory);
    free(memory->notes);
    free(memory->dials_ns);
    free(memory->reached);
    memset(memory, 0, sizeof *memory);
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

int expect_saw_request(struct expect_memory *memory, const struct fake_request *request, int64_t now_ns)
{
    const struct scenario_given *given = &memory->scenario->given;
    struct expect_call call = {request->method, {NULL, 0}, now_ns};
    void *items = memory->calls;

    int result = grow(&items, memory->call_count, &memory->call_capacity, sizeof call);
    memory->calls = items;
    if (result != 0)
        return result;
    for (size_t i = 0; i < given->container_count; i++)
        if (text_equal(given->containers[i].id, request->container_id))
            call.container = given->containers[i].id;
    if (call.container.length == 0)
        call.container = name_in_scenario(&memory->scenario->steps, request->container_id);
    memory->calls[memory->call_count++] = call;
    return 0;
}

int expect_saw_dial(struct expect_memory *memory, int64_t now_ns)
{
    void *items = memory->dials_ns;
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

    int result = grow(&items, memory->note_count, &memory->note_capacity, sizeof seen);
    memory->notes = items;
    if (result != 0)
        return result;
    seen.memory = malloc(container.length + text.length + 1);
    if (seen.memory == NULL)
        return ERROR_NO_MEMORY;
    if (container.length > 0)
        memcpy(seen.memory, container.bytes, container.length);
    if (text.length > 0)
        memcpy(seen.memory + container.length, text.bytes, text.length);
    seen.container = (struct text){seen.memory, container.length};
    seen.text = (struct text){seen.memory + container.length, text.length};
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
