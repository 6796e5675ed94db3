/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/make.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PLAIN_SIZE = 128 };

static struct node *make(struct maker *maker, enum node_kind kind, bool block)
{
    struct node *node = region_alloc(maker->region, sizeof *node);
    if (node == NULL) {
        maker->failed = true;
        return NULL;
    }
    node->kind = kind;
    node->block = block;
    return node;
}

struct node *make_list(struct maker *maker, bool block)
{
    return make(maker, NODE_LIST, block);
}

struct node *make_mapping(struct maker *maker, bool block)
{
    return make(maker, NODE_MAPPING, block);
}

static struct node *make_scalar(struct maker *maker, struct text text)
{
    struct node *node = make(maker, NODE_SCALAR, false);
    char *copy = region_alloc(maker->region, text.length + 1);
    if (node == NULL || copy == NULL) {
        maker->failed = true;
        return NULL;
    }
    if (text.length > 0)
        memcpy(copy, text.bytes, text.length);
    node->text = (struct text){copy, text.length};
    return node;
}

/* Words of letters and digits, with what means nothing to YAML between them. */
static bool is_harmless(struct text text)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/()+=-";
    bool after_space = true;
    for (size_t i = 0; i < text.length; i++) {
        bool is_space = text.bytes[i] == ' ';
        if (!is_space && (text.bytes[i] == '\0' || strchr(harmless, text.bytes[i]) == NULL))
            return false;
        if (is_space && after_space)
            return false;
        after_space = is_space;
    }
    /* A first sign of another kind may be a mark of YAML's. */
    return !after_space && strchr(harmless, text.bytes[0]) - harmless < 2 * 26 + 10;
}

struct node *make_text(struct maker *maker, struct text text)
{
    struct node *node = make_scalar(maker, text);
    if (node == NULL)
        return NULL;
    node->plain = is_harmless(text);
    node->plain = node->plain && !node_looks_typed(node);
    return node;
}

struct node *make_plain(struct maker *maker, const char *format, ...)
{
    char text[PLAIN_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct node *node = make_scalar(maker, text_of(text));
    if (node != NULL)
        node->plain = true;
    return node;
}

struct node *make_copy(struct maker *maker, const struct node *node)
{
    struct node *copy = make(maker, node->kind, node->block);
    if (copy == NULL)
        return NULL;
    copy->plain = node->plain;
    copy->text = node->text;
    copy->place = node->place;
    return copy;
}

static void append(struct node *parent, struct node *child)
{
    if (parent->last == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
}

void make_entry(struct node *list, struct node *entry)
{
    if (list == NULL || entry == NULL)
        return;
    append(list, entry);
    list->count++;
}

void make_pair(struct node *mapping, struct node *key, struct node *value)
{
    if (mapping == NULL || key == NULL || value == NULL)
        return;
    append(mapping, key);
    append(mapping, value);
    mapping->count++;
}
