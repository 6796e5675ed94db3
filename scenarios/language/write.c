/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/write.h"

#include <string.h>

#include "base/contract.h"

enum {
    STEP = 2,            /* how much further in what belongs to a key stands */
    SIMPLE_KEY_MAX = 512 /* bytes; a longer key needs a mark of its own, as an empty one does */
};

struct writer {
    struct buffer *out;
    struct buffer *line; /* what is tried out in one line */
};

static void put(const struct writer *writer, const char *text)
{
    (void)buffer_append_text(writer->out, text_of(text));
}

static void put_line(const struct writer *writer, size_t indent)
{
    put(writer, "\n");
    while (indent-- > 0)
        put(writer, " ");
}

/* ---- in one line ---- */

static bool needs_mark(const struct node *key)
{
    return key->text.length == 0 || key->text.length > SIMPLE_KEY_MAX;
}

static void write_key(const struct node *key, struct buffer *out)
{
    if (needs_mark(key))
        (void)buffer_append_text(out, text_of("? "));
    scalar_write(key, out);
}

static void write_flow(const struct node *node, struct buffer *out)
{
    const char *separator = "";
    if (node->kind == NODE_SCALAR) {
        scalar_write(node, out);
        return;
    }
    (void)buffer_append_text(out, text_of(node->kind == NODE_LIST ? "[" : "{"));
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        (void)buffer_append_text(out, text_of(separator));
        if (node->kind == NODE_MAPPING) {
            write_key(child, out);
            (void)buffer_append_text(out, text_of(needs_mark(child) ? " : " : ": "));
            child = child->next;
        }
        write_flow(child, out);
        separator = ", ";
    }
    (void)buffer_append_text(out, text_of(node->kind == NODE_LIST ? "]" : "}"));
}

/* How many bytes the current line has. */
static size_t column(const struct writer *writer)
{
    size_t at = writer->out->length;
    while (at > 0 && writer->out->bytes[at - 1] != '\n')
        at--;
    return writer->out->length - at;
}

/* Writes what is in brackets in one line, where it fits with what else the line still needs. */
static bool write_in_line(const struct writer *writer, const struct node *node)
{
    buffer_clear(writer->line);
    write_flow(node, writer->line);
    if (writer->line->failed)
        writer->out->failed = true;
    if (node->count > 0 && column(writer) + writer->line->length > WRITE_WIDTH)
        return false;
    (void)buffer_append_text(writer->out, buffer_text(writer->line));
    return true;
}

static bool is_of_scalars(const struct node *node)
{
    if (node->kind != NODE_LIST)
        return false;
    for (const struct node *child = node->first; child != NULL; child = child->next)
        if (child->kind != NODE_SCALAR)
            return false;
    return true;
}

/* A long list of scalars in brackets, on as many lines as it needs. */
static void write_wrapped(const struct writer *writer, const struct node *list, size_t indent)
{
    put(writer, "[");
    for (const struct node *child = list->first; child != NULL; child = child->next) {
        buffer_clear(writer->line);
        scalar_write(child, writer->line);
        if (child != list->first && column(writer) + writer->line->length + 2 > WRITE_WIDTH)
            put_line(writer, indent);
        else if (child != list->first)
            put(writer, " ");
        (void)buffer_append_text(writer->out, buffer_text(writer->line));
        put(writer, child->next != NULL ? "," : "]");
    }
    if (writer->line->failed)
        writer->out->failed = true;
}

/* ---- on lines of its own ---- */

static void write_scalar(const struct writer *writer, const struct node *scalar, size_t indent)
{
    bool is_long = scalar->plain && column(writer) + 1 + scalar->text.length > WRITE_WIDTH;
    bool has_lines = scalar->text.length > 0 && memchr(scalar->text.bytes, '\n', scalar->text.length) != NULL;
    put(writer, " ");
    if ((scalar->block || scalar->plain) && has_lines && scalar_can_stand_literally(scalar->text))
        scalar_write_literally(scalar->text, indent, writer->out);
    else if ((scalar->block || is_long) && scalar_can_fold(scalar->text))
        scalar_write_folded(scalar->text, indent, writer->out);
    else
        scalar_write(scalar, writer->out);
}

static void write_block(const struct writer *writer, const struct node *node, size_t indent);

/* What stands behind a key or a dash: behind it in one line, or below it, that far in. */
static void write_value(const struct writer *writer, const struct node *value, size_t indent)
{
    if (value->kind == NODE_SCALAR) {
        write_scalar(writer, value, indent);
        return;
    }
    if (!value->block || value->count == 0) {
        size_t before = writer->out->length;
        put(writer, " ");
        if (write_in_line(writer, value))
            return;
        if (is_of_scalars(value)) {
            write_wrapped(writer, value, indent);
            return;
        }
        if (!writer->out->failed)
            writer->out->length = before;
    }
    put_line(writer, indent);
    write_block(writer, value, indent);
}

/* The entry of a list: what is no scalar and not in brackets begins right behind the dash. */
static void write_entry(const struct writer *writer, const struct node *entry, size_t indent)
{
    put(writer, "-");
    if (entry->kind == NODE_SCALAR) {
        write_scalar(writer, entry, indent);
        return;
    }
    put(writer, " ");
    if ((!entry->block || entry->count == 0) && write_in_line(writer, entry))
        return;
    write_block(writer, entry, indent);
}

static void write_pair(const struct writer *writer, const struct node *key, size_t indent)
{
    write_key(key, writer->out);
    if (needs_mark(key))
        put_line(writer, indent);
    put(writer, ":");
    write_value(writer, key->next, indent + STEP);
}

/* From the current column, which is indent; each further line begins there. */
static void write_block(const struct writer *writer, const struct node *node, size_t indent)
{
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        if (child != node->first)
            put_line(writer, indent);
        if (node->kind == NODE_LIST) {
            write_entry(writer, child, indent + STEP);
            continue;
        }
        write_pair(writer, child, indent);
        child = child->next;
    }
}

int node_write(const struct node *root, struct buffer *out)
{
    struct buffer line = BUFFER_INIT;
    struct writer writer = {out, &line};

    CONTRACT(root->kind != NODE_SCALAR);
    if (root->count == 0)
        write_flow(root, out);
    else
        write_block(&writer, root, 0);
    put(&writer, "\n");
    buffer_release(&line);
    return out->failed ? ERROR_NO_MEMORY : 0;
}
