/* SPDX-License-Identifier: Apache-2.0 */
/* Which parts of a file need which others: by the names of containers, execs, holds, calls and promises. */
#include <string.h>

#include "scenarios/language/edit_private.h"
#include "scenarios/language/type.h"
#include "scenarios/language/words.h"

/* A scalar of the file ties its part to at most that many names. */
enum { TIES_OF_NODE_MAX = 3 };

/* ---- names ---- */

static size_t name_find(struct edit *edit, enum edit_name_kind kind, struct text container, struct text own)
{
    for (size_t i = 0; i < edit->name_count; i++) {
        const struct edit_name *name = &edit->names[i];
        if (name->kind == kind && text_equal(name->own, own) && text_equal(name->container, container))
            return i;
    }
    edit->names[edit->name_count] = (struct edit_name){kind, container, own, false};
    return edit->name_count++;
}

/* A name that is not there ties nothing. */
static void tie(struct edit *edit, size_t part, bool makes, enum edit_name_kind kind, const struct node *container,
                const struct node *own)
{
    if (own == NULL || own->kind != NODE_SCALAR || text_is(own->text, "any"))
        return;
    size_t name = name_find(edit, kind, container != NULL ? container->text : text_of(NULL), own->text);
    edit->names[name].made = edit->names[name].made || makes;
    edit->ties[edit->tie_count++] = (struct edit_tie){part, name, makes};
}

/* ---- where names are written ---- */

/* The scalar of the first key of that name in the tree; NULL where there is none. */
static const struct node *find_scalar(const struct node *node, const char *name)
{
    const struct node *found = NULL;
    if (node->kind == NODE_SCALAR)
        return NULL;
    for (const struct node *child = node->first; child != NULL && found == NULL; child = child->next) {
        if (node->kind == NODE_MAPPING) {
            bool is_it = text_is(child->text, name) && child->next->kind == NODE_SCALAR;
            child = child->next;
            if (is_it)
                return child;
        }
        found = find_scalar(child, name);
    }
    return found;
}

/* Of a part that makes a container, or tells of one that others make. */
static void tie_container(struct edit *edit, size_t part, bool makes, const struct node *container)
{
    tie(edit, part, makes, NAME_CONTAINER, NULL, container);
    if (!makes)
        return;
    tie(edit, part, true, NAME_KNOWN, NULL, container);
    tie(edit, part, true, NAME_SPOKEN_OF, NULL, container);
}

/* Which calls a step of a scripted client makes, or tells of. */
static void tie_call(struct edit *edit, size_t part, enum scenario_verb verb, const struct node *value)
{
    const struct node *events = verb == SCENARIO_HEARD ? mapping_value(value, "events") : NULL;
    if (verb == SCENARIO_CALL)
        tie(edit, part, true, NAME_CALL, NULL, mapping_value(value, "as"));
    if (verb == SCENARIO_ANSWERED)
        tie(edit, part, false, NAME_CALL, NULL, mapping_value(value, "call"));
    if (verb == SCENARIO_HEARD)
        tie(edit, part, false, NAME_CALL, NULL, mapping_value(value, "by"));
    for (const struct node *event = events != NULL ? events->first : NULL; event != NULL; event = event->next)
        tie(edit, part, false, NAME_CALL, NULL, mapping_value(event, "answer"));
}

/* What the owner of the containers asks, waits for no longer, or puts among the handler's records. */
static void tie_owner(struct edit *edit, size_t part, enum scenario_verb verb, const struct node *value,
                      const struct node *container)
{
    if (verb == SCENARIO_ASK) {
        tie(edit, part, true, NAME_ASK, NULL, mapping_value(value, "as"));
        tie(edit, part, false, NAME_SPOKEN_OF, NULL, container);
    }
    if (verb == SCENARIO_ABANDON)
        tie(edit, part, false, NAME_ASK, NULL, value);
    if (verb != SCENARIO_RECORD)
        return;
    tie(edit, part, true, NAME_KNOWN, NULL, container);
    tie(edit, part, true, NAME_SPOKEN_OF, NULL, container);
}

/* The containers that a restart loses in part. */
static void tie_lost(struct edit *edit, size_t part, const struct node *restart, const char *key)
{
    const struct node *list = mapping_value(restart, key);
    for (const struct node *entry = list != NULL ? list->first : NULL; entry != NULL; entry = entry->next)
        tie_container(edit, part, false, entry);
}

static void tie_step(struct edit *edit, size_t part, const struct node *step)
{
    int verb = SCENARIO_SEQUENCE;
    const struct node *value = NULL;
    for (const struct node *key = step->first; key != NULL; key = key->next->next)
        if (words_find(&scenario_verbs, key->text, &verb))
            value = key->next;
    if (value == NULL)
        return;
    const struct node *container = find_scalar(value, "container");
    const struct node *exec = find_scalar(value, "exec");
    tie_container(edit, part, verb == SCENARIO_CREATE, container);
    if (verb == SCENARIO_LOCK || verb == SCENARIO_UNLOCK)
        tie(edit, part, false, NAME_KNOWN, NULL, container);
    if (verb == SCENARIO_PUBLISH)
        tie(edit, part, true, NAME_SPOKEN_OF, NULL, container);
    if (container != NULL)
        tie(edit, part, verb == SCENARIO_EXEC, NAME_EXEC, container, exec);
    if (verb == SCENARIO_RESTART) {
        tie_lost(edit, part, value, "tasks lost");
        tie_lost(edit, part, value, "containers lost");
    }
    if (verb == SCENARIO_RELEASE)
        tie(edit, part, false, NAME_HOLD, NULL, value);
    tie_call(edit, part, (enum scenario_verb)verb, value);
    tie_owner(edit, part, (enum scenario_verb)verb, value, container);
    const struct node *after = mapping_value(step, "after");
    if (after != NULL)
        tie(edit, part, false, NAME_SPOKEN_OF, NULL, mapping_value(after, "container"));
}

static void tie_part(struct edit *edit, size_t number)
{
    const struct edit_part *part = &edit->parts[number];
    const struct node *node = part->node;
    switch (part->span.kind) {
    case EDIT_CONTAINER: tie_container(edit, number, true, mapping_value(node, "id")); break;
    case EDIT_EXEC:
        tie(edit, number, true, NAME_EXEC, mapping_value(edit->parts[part->parent].node, "id"),
            mapping_value(node, "id"));
        break;
    case EDIT_RECORD:
        tie_container(edit, number, false, mapping_value(node, "id"));
        tie(edit, number, true, NAME_KNOWN, NULL, mapping_value(node, "id"));
        tie(edit, number, true, NAME_SPOKEN_OF, NULL, mapping_value(node, "id"));
        break;
    case EDIT_FAULT:
        tie_container(edit, number, false, mapping_value(node, "container"));
        tie(edit, number, true, NAME_HOLD, NULL, mapping_value(node, "as"));
        if (mapping_value(node, "store") != NULL)
            tie(edit, number, false, NAME_SPOKEN_OF, NULL, mapping_value(node, "container"));
        break;
    case EDIT_FOLLOWING: tie(edit, number, true, NAME_HOLD, NULL, mapping_value(node->next, "as")); break;
    case EDIT_STEP: tie_step(edit, number, node); break;
    case EDIT_EXPECTATION:
        tie_container(edit, number, false, find_scalar(node, "container"));
        tie(edit, number, false, NAME_SPOKEN_OF, NULL, find_scalar(node, "container"));
        tie(edit, number, true, NAME_PROMISE, NULL, mapping_value(node, "promise"));
        if (mapping_value(node, "answered") != NULL)
            tie(edit, number, false, NAME_ASK, NULL, mapping_value(mapping_value(node, "answered"), "as"));
        break;
    case EDIT_BLOCK:
    case EDIT_TIME: break;
    }
}

int edit_tie_parts(struct edit *edit)
{
    size_t most = edit->node_count * TIES_OF_NODE_MAX;
    edit->names = region_array(&edit->region, most, sizeof *edit->names);
    edit->ties = region_array(&edit->region, most, sizeof *edit->ties);
    if (edit->names == NULL || edit->ties == NULL)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < edit->part_count; i++)
        tie_part(edit, i);
    return 0;
}

/* ---- what goes with what ---- */

void edit_alive(const struct edit *edit, const bool *without, bool *alive)
{
    memset(alive, 0, edit->name_count * sizeof *alive);
    for (size_t i = 0; i < edit->tie_count; i++)
        if (edit->ties[i].makes && !without[edit->ties[i].part])
            alive[edit->ties[i].name] = true;
}

/* True iff a part that is not left out makes the name. */
static bool is_made(const struct edit *edit, const bool *without, size_t name)
{
    for (size_t i = 0; i < edit->tie_count; i++)
        if (edit->ties[i].name == name && edit->ties[i].makes && !without[edit->ties[i].part])
            return true;
    return false;
}

static bool has_steps(const struct edit *edit, const bool *without, size_t block)
{
    for (size_t i = block + 1; i < edit->parts[block].span.end; i = edit->parts[i].span.end)
        if (edit->parts[i].span.kind != EDIT_TIME && !without[i])
            return true;
    return false;
}

/* One round; true iff something was added. */
static bool complete_once(const struct edit *edit, bool *without)
{
    bool changed = false;
    for (size_t i = 0; i < edit->part_count; i++) {
        const struct edit_part *part = &edit->parts[i];
        bool with_parent = part->parent != NO_PART && without[part->parent];
        bool is_empty = part->span.kind == EDIT_BLOCK && !has_steps(edit, without, i);
        if (without[i] || !(with_parent || is_empty))
            continue;
        without[i] = true;
        changed = true;
    }
    for (size_t i = 0; i < edit->tie_count; i++) {
        const struct edit_tie *needs = &edit->ties[i];
        if (needs->makes || without[needs->part] || !edit->names[needs->name].made ||
            is_made(edit, without, needs->name))
            continue;
        without[needs->part] = true;
        changed = true;
    }
    return changed;
}

void edit_complete(const struct edit *edit, bool *without)
{
    while (complete_once(edit, without))
        ;
}
