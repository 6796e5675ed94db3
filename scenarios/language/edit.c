/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "scenarios/language/edit_private.h"
#include "scenarios/language/type.h"
#include "scenarios/language/words.h"

/* ---- finding the parts ---- */

static size_t count_nodes(const struct node *node)
{
    size_t count = 1;
    for (const struct node *child = node->first; child != NULL; child = child->next)
        count += count_nodes(child);
    return count;
}

static size_t open_part(struct edit *edit, enum edit_kind kind, const struct node *node, size_t parent)
{
    struct edit_part *part = &edit->parts[edit->part_count];
    part->span.kind = kind;
    part->span.place = node->place;
    part->node = node;
    part->parent = parent;
    edit->part_of[node->index] = edit->part_count;
    return edit->part_count++;
}

static void close_part(struct edit *edit, size_t part)
{
    edit->parts[part].span.end = edit->part_count;
}

/* `times: 3`, `times: up to 3`; not `times: always`. */
static void find_times(struct edit *edit, const struct node *mapping, size_t part)
{
    static const char up_to[] = "up to ";
    const struct node *value = mapping_value(mapping, "times");
    if (value == NULL || text_is(value->text, "always"))
        return;
    struct edit_times *times = &edit->times[edit->times_count];
    times->up_to = text_starts_with(value->text, up_to);
    times->times = (uint32_t)strtoul(value->text.bytes + (times->up_to ? sizeof up_to - 1 : 0), NULL, 10);
    times->span = part;
    times->place = value->place;
    edit->times_of[value->index] = edit->times_count++;
}

static void find_execs(struct edit *edit, const struct node *container, size_t part)
{
    const struct node *execs = mapping_value(container, "execs");
    for (const struct node *exec = execs != NULL ? execs->first : NULL; exec != NULL; exec = exec->next)
        close_part(edit, open_part(edit, EDIT_EXEC, exec, part));
}

static void find_entries(struct edit *edit, enum edit_kind kind, const struct node *list)
{
    if (list == NULL || list->kind != NODE_LIST)
        return;
    for (const struct node *entry = list->first; entry != NULL; entry = entry->next) {
        size_t part = open_part(edit, kind, entry, NO_PART);
        if (kind == EDIT_CONTAINER)
            find_execs(edit, entry, part);
        close_part(edit, part);
    }
}

static void find_given(struct edit *edit, const struct node *given)
{
    for (const struct node *key = given->first; key != NULL; key = key->next->next) {
        if (text_is(key->text, "containers"))
            find_entries(edit, EDIT_CONTAINER, key->next);
        else if (text_is(key->text, "records"))
            find_entries(edit, EDIT_RECORD, key->next);
    }
}

static void find_faults(struct edit *edit, const struct node *faults)
{
    for (const struct node *fault = faults->first; fault != NULL; fault = fault->next) {
        size_t part = open_part(edit, EDIT_FAULT, fault, NO_PART);
        find_times(edit, fault, part);
        for (const struct node *key = fault->first; key != NULL; key = key->next->next) {
            if (!text_is(key->text, "then") && !text_is(key->text, "after that"))
                continue;
            size_t following = open_part(edit, EDIT_FOLLOWING, key, part);
            find_times(edit, key->next, following);
            close_part(edit, following);
        }
        close_part(edit, part);
    }
}

/* Blocks are the steps whose value is a list. */
static void find_steps(struct edit *edit, const struct node *steps, size_t parent)
{
    for (const struct node *step = steps->first; step != NULL; step = step->next) {
        bool is_block = false;
        for (const struct node *key = step->first; key != NULL; key = key->next->next)
            is_block = is_block || key->next->kind == NODE_LIST;
        size_t part = open_part(edit, is_block ? EDIT_BLOCK : EDIT_STEP, step, parent);
        for (const struct node *key = step->first; key != NULL; key = key->next->next) {
            if (text_is(key->text, "at"))
                close_part(edit, open_part(edit, EDIT_TIME, key, part));
            else if (key->next->kind == NODE_LIST)
                find_steps(edit, key->next, part);
            else if (text_is(key->text, words_name(&scenario_verbs, SCENARIO_PUBLISH)))
                find_times(edit, key->next, part);
        }
        close_part(edit, part);
    }
}

static void find_parts(struct edit *edit)
{
    for (const struct node *key = edit->root->first; key != NULL; key = key->next->next) {
        const struct node *value = key->next;
        if (text_is(key->text, "given"))
            find_given(edit, value);
        else if (text_is(key->text, "faults"))
            find_faults(edit, value);
        else if (text_is(key->text, "steps"))
            find_steps(edit, value, NO_PART);
        else if (text_is(key->text, "expect"))
            for (const struct node *kind = value->first; kind != NULL; kind = kind->next->next)
                find_entries(edit, EDIT_EXPECTATION, kind->next);
    }
}

/* ---- the whole ---- */

static int find(struct edit *edit)
{
    edit->node_count = count_nodes(edit->root);
    edit->part_of = region_array(&edit->region, edit->node_count, sizeof *edit->part_of);
    edit->times_of = region_array(&edit->region, edit->node_count, sizeof *edit->times_of);
    edit->parts = region_array(&edit->region, edit->node_count, sizeof *edit->parts);
    edit->times = region_array(&edit->region, edit->node_count, sizeof *edit->times);
    if (edit->part_of == NULL || edit->times_of == NULL || edit->parts == NULL || edit->times == NULL)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < edit->node_count; i++)
        edit->part_of[i] = edit->times_of[i] = NO_PART;
    find_parts(edit);
    return edit_tie_parts(edit);
}

int edit_new(struct edit **ret_edit, struct text file, struct text content, struct error *error)
{
    struct reading reading = {file, NULL, error};
    struct scenario *scenario;
    struct edit *edit;

    *ret_edit = NULL;
    int result = scenario_parse(&scenario, file, content, error);
    scenario_free(scenario);
    if (result != 0)
        return result;
    edit = calloc(1, sizeof *edit);
    if (edit == NULL)
        return reading_fail_memory(&reading);
    region_init(&edit->region);
    reading.region = &edit->region;
    result = node_read(&reading, content, &edit->root);
    if (result == 0 && find(edit) != 0)
        result = reading_fail_memory(&reading);
    if (result != 0) {
        edit_free(edit);
        return result;
    }
    *ret_edit = edit;
    return 0;
}

void edit_free(struct edit *edit)
{
    if (edit == NULL)
        return;
    region_release(&edit->region);
    free(edit);
}

size_t edit_span_count(const struct edit *edit)
{
    return edit->part_count;
}

struct edit_span edit_span(const struct edit *edit, size_t number)
{
    CONTRACT(number < edit->part_count);
    return edit->parts[number].span;
}

size_t edit_times_count(const struct edit *edit)
{
    return edit->times_count;
}

struct edit_times edit_times(const struct edit *edit, size_t number)
{
    CONTRACT(number < edit->times_count);
    return edit->times[number];
}
