/* SPDX-License-Identifier: Apache-2.0 */
/* The file as changed: a copy of its tree without what is left out, written anew. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/time.h"
#include "scenarios/language/edit_private.h"
#include "scenarios/language/make.h"
#include "scenarios/language/type.h"
#include "scenarios/language/words.h"
#include "scenarios/language/write.h"

struct writing {
    const struct edit *edit;
    const struct edit_changes *changes;
    struct maker maker;
    bool *without; /* of each part */
    bool *alive;   /* of each name */
};

/* ---- what is left out ---- */

static bool is_handled(const struct edit_changes *changes, struct text policy)
{
    for (size_t i = 0; i < changes->handler_count; i++)
        if (text_equal(changes->handlers[i].policy, policy))
            return true;
    return text_is(policy, "reliable");
}

static void leave_out_what_is_not_judged(const struct writing *writing)
{
    for (size_t i = 0; writing->changes->handlers != NULL && i < writing->edit->part_count; i++) {
        const struct edit_part *part = &writing->edit->parts[i];
        const struct node *under = part->span.kind == EDIT_EXPECTATION ? mapping_value(part->node, "under") : NULL;
        if (under != NULL && !is_handled(writing->changes, under->text))
            writing->without[i] = true;
    }
}

/* Of all steps those stay that are in the new order, alone or as a part of their block. */
static void leave_out_what_is_not_done(const struct writing *writing)
{
    const struct edit *edit = writing->edit;
    const struct edit_changes *changes = writing->changes;
    bool *without = writing->without;

    for (size_t i = 0; i < edit->part_count; i++)
        without[i] = without[i] || edit->parts[i].span.kind == EDIT_STEP;
    for (size_t i = 0; i < changes->step_count; i++) {
        size_t span = changes->steps[i].span;
        if (changes->steps[i].crash_down_ns > 0)
            continue;
        CONTRACT(span < edit->part_count);
        bool was_out = changes->without != NULL && changes->without[span];
        for (size_t j = span; !was_out && j < edit->parts[span].span.end; j++)
            without[j] = changes->without != NULL && changes->without[j];
    }
}

/* ---- copying ---- */

static bool is_left_out(const struct writing *writing, const struct node *node)
{
    size_t part = writing->edit->part_of[node->index];
    return part != NO_PART && writing->without[part];
}

static struct node *copy(struct writing *writing, const struct node *node);

static struct node *copy_scalar(struct writing *writing, const struct node *scalar)
{
    const struct edit_changes *changes = writing->changes;
    size_t number = writing->edit->times_of[scalar->index];
    /* One that stays is written as it was, with "up to". */
    for (size_t i = 0; number != NO_PART && i < changes->times_count; i++)
        if (changes->times[i].number == number && changes->times[i].times != writing->edit->times[number].times)
            return make_plain(&writing->maker, "%" PRIu32, changes->times[i].times);
    return make_copy(&writing->maker, scalar);
}

/* What was a list or mapping with something in it and would be empty goes with its key. */
static void copy_pair(struct writing *writing, const struct node *key, struct node *into)
{
    const struct node *value = key->next;
    struct node *copied = copy(writing, value);
    if (copied != NULL && (copied->count > 0 || value->count == 0))
        make_pair(into, make_copy(&writing->maker, key), copied);
}

static struct node *copy(struct writing *writing, const struct node *node)
{
    struct node *copied = node->kind == NODE_SCALAR ? copy_scalar(writing, node) : make_copy(&writing->maker, node);
    for (const struct node *child = node->first; copied != NULL && child != NULL; child = child->next) {
        bool is_out = is_left_out(writing, child);
        if (node->kind == NODE_MAPPING) {
            if (!is_out)
                copy_pair(writing, child, copied);
            child = child->next;
        } else if (!is_out) {
            make_entry(copied, copy(writing, child));
        }
    }
    return copied;
}

/* ---- parts of the file that are made anew ---- */

static struct node *make_crash(struct maker *maker, int64_t down_ns)
{
    struct node *entry = make_mapping(maker, true);
    struct node *crash = make_mapping(maker, false);
    char duration[TIME_TEXT_SIZE];
    time_format_duration(down_ns, duration);
    make_pair(crash, make_plain(maker, "do"), make_plain(maker, "crash"));
    make_pair(crash, make_plain(maker, "down"), make_plain(maker, "%s", duration));
    make_pair(entry, make_plain(maker, "handler"), crash);
    return entry;
}

static struct node *copy_step(struct writing *writing, const struct node *node)
{
    struct node *entry = make_mapping(&writing->maker, true);
    for (const struct node *key = node->first; key != NULL; key = key->next->next)
        if (!text_is(key->text, "at"))
            copy_pair(writing, key, entry);
    return entry;
}

static struct node *make_steps(struct writing *writing)
{
    struct maker *maker = &writing->maker;
    struct node *list = make_list(maker, true);
    for (size_t i = 0; i < writing->changes->step_count; i++) {
        const struct edit_step *step = &writing->changes->steps[i];
        char duration[TIME_TEXT_SIZE];

        if (step->crash_down_ns == 0 && writing->without[step->span])
            continue;
        struct node *entry = step->crash_down_ns > 0 ? make_crash(maker, step->crash_down_ns)
                                                     : copy_step(writing, writing->edit->parts[step->span].node);
        time_format_duration(step->at_ns, duration);
        if (step->has_at)
            make_pair(entry, make_plain(maker, "at"), make_plain(maker, "+%s", duration));
        make_entry(list, entry);
    }
    return list;
}

static struct node *make_handlers(struct writing *writing)
{
    struct maker *maker = &writing->maker;
    struct node *list = make_list(maker, true);
    for (size_t i = 0; i < writing->changes->handler_count; i++) {
        const struct edit_handler *handler = &writing->changes->handlers[i];
        struct node *entry = make_mapping(maker, false);
        struct node *breaks = make_list(maker, false);
        for (size_t j = 0; j < handler->break_count; j++)
            make_entry(breaks, make_text(maker, handler->breaks[j]));
        make_pair(entry, make_plain(maker, "policy"), make_text(maker, handler->policy));
        make_pair(entry, make_plain(maker, "breaks"), breaks);
        make_entry(list, entry);
    }
    return list;
}

static struct node *make_choices(struct writing *writing)
{
    struct maker *maker = &writing->maker;
    struct node *list = make_list(maker, true);
    for (size_t i = 0; i < writing->changes->choice_count; i++) {
        const struct scenario_choice *choice = &writing->changes->choices[i];
        struct node *entry = make_mapping(maker, false);
        make_pair(entry, make_text(maker, choice->label), make_plain(maker, "%" PRIu32, choice->value));
        make_entry(list, entry);
    }
    return list;
}

/* True iff no expectation names the promise any more, of those that did. */
static bool is_promise_gone(const struct writing *writing, struct text promise)
{
    int built_in;
    if (words_find(&scenario_promises, promise, &built_in))
        return false;
    for (size_t i = 0; i < writing->edit->name_count; i++)
        if (writing->edit->names[i].kind == NAME_PROMISE && text_equal(writing->edit->names[i].own, promise))
            return !writing->alive[i];
    return false;
}

/* What `breaks` of the file's handlers says and nobody can break any more goes out of the copy. */
static void forget_promises(const struct writing *writing, struct node *handlers)
{
    for (struct node *handler = handlers->first; handler != NULL; handler = handler->next)
        for (struct node *key = handler->first; key != NULL; key = key->next->next) {
            struct node **link = &key->next->first;
            while (text_is(key->text, "breaks") && *link != NULL) {
                bool is_gone = is_promise_gone(writing, (*link)->text);
                key->next->count -= is_gone;
                if (is_gone)
                    *link = (*link)->next;
                else
                    link = &(*link)->next;
            }
        }
}

/* ---- the file ---- */

/* The value of a key of the file, from the changes where they have it, else of the file's own, where it has it. */
static struct node *make_section(struct writing *writing, const char *key, const struct node *own)
{
    const struct edit_changes *changes = writing->changes;
    struct node *why;
    if (strcmp(key, "title") == 0 && changes->title.length > 0)
        return make_text(&writing->maker, changes->title);
    if (strcmp(key, "why") == 0 && changes->why.length > 0) {
        why = make_text(&writing->maker, changes->why);
        if (why != NULL)
            why->block = true;
        return why;
    }
    if (strcmp(key, "steps") == 0 && changes->steps != NULL)
        return make_steps(writing);
    /* Where there is no handler, there is none in a changed file either. */
    if (strcmp(key, "handlers") == 0 && changes->handlers != NULL && (own == NULL || own->kind == NODE_LIST))
        return make_handlers(writing);
    if (strcmp(key, "choices") == 0 && changes->choices != NULL)
        return make_choices(writing);
    if (own == NULL)
        return NULL;
    struct node *section = copy(writing, own);
    if (section != NULL && strcmp(key, "handlers") == 0)
        forget_promises(writing, section);
    return section;
}

static struct node *make_file(struct writing *writing)
{
    static const char *const last[] = {"steps", "handlers", "choices"};
    const struct node *root = writing->edit->root;
    struct node *file = make_mapping(&writing->maker, true);

    for (const struct node *key = root->first; key != NULL; key = key->next->next) {
        struct node *section = make_section(writing, key->text.bytes, key->next);
        if (section != NULL && (section->kind == NODE_SCALAR || section->count > 0 || key->next->count == 0))
            make_pair(file, make_copy(&writing->maker, key), section);
    }
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
        struct node *section = mapping_key(root, last[i]) == NULL ? make_section(writing, last[i], NULL) : NULL;
        if (section != NULL && section->count > 0)
            make_pair(file, make_plain(&writing->maker, "%s", last[i]), section);
    }
    return file;
}

static int write_changed(struct writing *writing, struct buffer *out)
{
    const struct edit *edit = writing->edit;
    if (writing->changes->without != NULL && edit->part_count > 0)
        memcpy(writing->without, writing->changes->without, edit->part_count * sizeof *writing->without);
    leave_out_what_is_not_judged(writing);
    if (writing->changes->steps != NULL)
        leave_out_what_is_not_done(writing);
    edit_complete(edit, writing->without);
    edit_alive(edit, writing->without, writing->alive);
    struct node *file = make_file(writing);
    return writing->maker.failed ? ERROR_NO_MEMORY : node_write(file, out);
}

int edit_write(const struct edit *edit, const struct edit_changes *changes, struct buffer *out)
{
    struct region region;
    struct writing writing = {.edit = edit, .changes = changes, .maker = {&region, false}};
    int result = ERROR_NO_MEMORY;

    region_init(&region);
    writing.without = region_array(&region, edit->part_count, sizeof *writing.without);
    writing.alive = region_array(&region, edit->name_count, sizeof *writing.alive);
    if (writing.without != NULL && writing.alive != NULL)
        result = write_changed(&writing, out);
    region_release(&region);
    return result;
}
