/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/contract.h"
#include "scenarios/language/grammar.h"

#define ID_PATTERN       "^[0-9A-Za-z]+([._-][0-9A-Za-z]+)*$"
#define DURATION_PATTERN "[0-9]+(\\.[0-9]{1,9})?(h|m|s|ms|us|ns)$"

enum { MAPPINGS_MAX = 128, NAME_SIZE = 64 };

/* The mappings met so far; each has a definition, and what it refers to is appended while they are written. */
struct schema {
    struct buffer *out;
    const struct mapping *mappings[MAPPINGS_MAX];
    size_t count;
};

struct name {
    char text[NAME_SIZE];
};

/* ---- names of definitions ---- */

static bool same_keys(const struct mapping *a, const struct mapping *b)
{
    return a->keys == b->keys && a->key_count == b->key_count;
}

/* Where the mapping is among those met, which it joins. */
static size_t meet(struct schema *schema, const struct mapping *mapping)
{
    for (size_t i = 0; i < schema->count; i++)
        if (same_keys(schema->mappings[i], mapping))
            return i;
    CONTRACT(schema->count < MAPPINGS_MAX);
    schema->mappings[schema->count] = mapping;
    return schema->count++;
}

/* "a step's exit" is a-steps-exit; a second mapping that is called so gets a number. */
static struct name name_of(const struct schema *schema, size_t index)
{
    const char *what = schema->mappings[index]->what;
    struct name name;
    size_t length = 0;
    unsigned int number = 1;

    for (size_t i = 0; i < index; i++)
        number += strcmp(schema->mappings[i]->what, what) == 0;
    for (; *what != '\0'; what++) {
        CONTRACT(length < sizeof name.text - 16);
        if (*what != '\'')
            name.text[length++] = *what == ' ' ? '-' : *what;
    }
    name.text[length] = '\0';
    if (number > 1)
        (void)snprintf(name.text + length, sizeof name.text - length, "-%u", number);
    return name;
}

/* ---- values ---- */

static void put(const struct schema *schema, const char *text)
{
    (void)buffer_append_text(schema->out, text_of(text));
}

static void put_string(const struct schema *schema, const char *text)
{
    (void)buffer_append_json(schema->out, text_of(text));
}

static void put_member(const struct schema *schema, const char *name, const char *value)
{
    (void)buffer_printf(schema->out, ", \"%s\": ", name);
    put_string(schema, value);
}

static bool is_number(value_read *read)
{
    return read == read_u32 || read == read_i32 || read == read_i64;
}

/* What a reader of texts takes; NULL for any text. */
static const char *pattern_of(value_read *read)
{
    static const struct {
        value_read *read;
        const char *pattern;
    } patterns[] = {
        {read_text, NULL},
        {read_line, "^[^\\u0000-\\u001f]+$"},
        {read_id, ID_PATTERN},
        {read_new_id, ID_PATTERN},
        {read_id_or_any, ID_PATTERN},
        {read_duration, "^" DURATION_PATTERN},
        {read_time_from, "^\\+" DURATION_PATTERN},
        {read_wall, WALL_PATTERN},
    };
    size_t i = 0;
    while (i < sizeof patterns / sizeof patterns[0] && patterns[i].read != read)
        i++;
    /* A reader that is not listed needs `like`. */
    CONTRACT(i < sizeof patterns / sizeof patterns[0]);
    return patterns[i].pattern;
}

static void put_value(struct schema *schema, const struct type *type);

static void put_text(const struct schema *schema, const struct type *type, value_read *read)
{
    const char *pattern = type->pattern != NULL ? type->pattern : pattern_of(read);
    put(schema, "\"type\": \"string\"");
    if (pattern != NULL)
        put_member(schema, "pattern", pattern);
    if (type->maximum > 0)
        (void)buffer_printf(schema->out, ", \"maxLength\": %" PRId64, type->maximum);
    if (read == read_new_id)
        put(schema, ", \"not\": {\"const\": \"any\"}");
}

static void put_words(const struct schema *schema, const struct words *words)
{
    put(schema, "\"enum\": [");
    for (size_t i = 0; i < words->count; i++) {
        put(schema, i > 0 ? ", " : "");
        put_string(schema, words->items[i].name);
    }
    put(schema, "]");
}

static void put_list(struct schema *schema, const struct type *type)
{
    put(schema, "\"type\": \"array\", \"items\": {");
    put_value(schema, type->element);
    (void)buffer_printf(schema->out, "}, \"minItems\": %" PRId64 ", \"maxItems\": %" PRId64, type->minimum,
                        type->maximum);
}

static void put_mapping(struct schema *schema, const struct type *type)
{
    if (type->mapping != NULL) {
        size_t index = meet(schema, type->mapping);
        (void)buffer_printf(schema->out, "\"$ref\": \"#/definitions/%s\"", name_of(schema, index).text);
        return;
    }
    put(schema, "\"type\": \"object\", \"additionalProperties\": {");
    put_value(schema, type->element);
    put(schema, "}");
    if (type->minimum > 0)
        (void)buffer_printf(schema->out, ", \"minProperties\": %" PRId64, type->minimum);
    (void)buffer_printf(schema->out, ", \"maxProperties\": %" PRId64, type->maximum);
}

/* The value without the word that may stand instead: the members of an object, without its braces. */
static void put_plain(struct schema *schema, const struct type *type)
{
    value_read *read = type->like != NULL ? type->like : type->read;
    if (read == read_word || read == read_flag)
        put_words(schema, type->words);
    else if (is_number(read))
        (void)buffer_printf(schema->out, "\"type\": \"integer\", \"minimum\": %" PRId64 ", \"maximum\": %" PRId64,
                            type->minimum, type->maximum);
    else if (read == read_list)
        put_list(schema, type);
    else if (read == read_mapping)
        put_mapping(schema, type);
    else
        put_text(schema, type, read);
}

/* The members of a value's schema. A reference stands alone, because nothing beside it counts. */
static void put_value(struct schema *schema, const struct type *type)
{
    bool is_reference = type->mapping != NULL;
    if (type->instead == NULL && is_reference) {
        put_plain(schema, type);
        return;
    }
    put(schema, "\"description\": ");
    put_string(schema, type->wanted);
    put(schema, ", ");
    if (type->instead == NULL) {
        put_plain(schema, type);
        return;
    }
    put(schema, "\"anyOf\": [{\"const\": ");
    put_string(schema, type->instead);
    put(schema, "}, {");
    if ((is_reference || is_number(type->like)) && type->pattern != NULL) {
        put(schema, "\"type\": \"string\"");
        put_member(schema, "pattern", type->pattern);
        put(schema, "}, {");
    }
    put_plain(schema, type);
    put(schema, "}]");
}

/* ---- mappings ---- */

static size_t count_need(const struct mapping *mapping, enum need need)
{
    size_t count = 0;
    for (size_t i = 0; i < mapping->key_count; i++)
        count += mapping->keys[i].need == need;
    return count;
}

/* The names of the keys with a need, each between two pieces of text. */
static void put_keys(const struct schema *schema, const struct mapping *mapping, enum need need, const char *before,
                     const char *after)
{
    const char *comma = "";
    for (size_t i = 0; i < mapping->key_count; i++) {
        if (mapping->keys[i].need != need)
            continue;
        (void)buffer_printf(schema->out, "%s%s", comma, before);
        put_string(schema, mapping->keys[i].name);
        put(schema, after);
        comma = ", ";
    }
}

static void put_definition(struct schema *schema, size_t index)
{
    const struct mapping *mapping = schema->mappings[index];
    (void)buffer_printf(schema->out, "    \"%s\": {\n      \"type\": \"object\",\n      \"properties\": {\n",
                        name_of(schema, index).text);
    for (size_t i = 0; i < mapping->key_count; i++) {
        put(schema, "        ");
        put_string(schema, mapping->keys[i].name);
        put(schema, ": {");
        put_value(schema, mapping->keys[i].type);
        put(schema, i + 1 < mapping->key_count ? "},\n" : "}\n");
    }
    put(schema, "      },\n");
    if (count_need(mapping, MUST_BE) > 0) {
        put(schema, "      \"required\": [");
        put_keys(schema, mapping, MUST_BE, "", "");
        put(schema, "],\n");
    }
    if (count_need(mapping, ONE_OF) > 0) {
        put(schema, "      \"oneOf\": [");
        put_keys(schema, mapping, ONE_OF, "{\"required\": [", "]}");
        put(schema, "],\n");
    }
    put(schema, "      \"additionalProperties\": false\n    }");
}

int schema_write(struct buffer *out)
{
    struct schema schema = {.out = out};
    size_t file = meet(&schema, &grammar_file);

    put(&schema, "{\n"
                 "  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
                 "  \"$comment\": \"SPDX-License-Identifier: Apache-2.0; made from the tables beside it by make "
                 "schema\",\n"
                 "  \"title\": \"A scenario\",\n");
    (void)buffer_printf(out, "  \"allOf\": [{\"$ref\": \"#/definitions/%s\"}],\n", name_of(&schema, file).text);
    put(&schema, "  \"definitions\": {\n");
    for (size_t i = 0; i < schema.count; i++) {
        put_definition(&schema, i);
        put(&schema, i + 1 < schema.count ? ",\n" : "\n");
    }
    put(&schema, "  }\n}\n");
    return out->failed ? ERROR_NO_MEMORY : 0;
}
