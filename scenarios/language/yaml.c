/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <yaml.h>

#include "base/contract.h"
#include "scenarios/language/node.h"

/* The lists and mappings that are open, the outermost first, and where the next node goes. */
struct builder {
    const struct reading *reading;
    struct node *root;
    struct node *open[SCENARIO_DEPTH_MAX];
    struct node **next[SCENARIO_DEPTH_MAX];
    size_t depth;
    size_t node_count;
    bool at_key[SCENARIO_DEPTH_MAX]; /* of an open mapping: the next node is a key */
};

enum where { AT_PROBLEM, AT_CONTEXT, AT_CONTEXT_BEFORE_PROBLEM };

/* What the library found, and what to do about it. */
static const struct {
    const char *problem;
    enum where where;
    const char *sentence;
} syntax_sentences[] = {
    {"did not find expected ',' or ']'", AT_CONTEXT_BEFORE_PROBLEM,
     "a comma or ] is missing in the list that begins here"},
    {"did not find expected ',' or '}'", AT_CONTEXT_BEFORE_PROBLEM,
     "a comma or } is missing in the mapping that begins here"},
    {"found unexpected end of stream", AT_CONTEXT,
     "the quoted text that begins here has no end; close it with the same quote"},
    {"found unexpected document indicator", AT_CONTEXT,
     "the quoted text that begins here runs into a line of --- or ...; close it with the same quote"},
    {"mapping values are not allowed in this context", AT_PROBLEM,
     "a colon cannot stand here; put a text that holds \": \" in quotes, or indent the line like its neighbours"},
    {"did not find expected key", AT_PROBLEM,
     "this is neither a new key nor part of the value before; indent it like its neighbours, or put the whole value in "
     "quotes"},
    {"did not find expected '-' indicator", AT_PROBLEM,
     "an entry of this list must begin with \"- \" in the column of the entries above"},
    {"could not find expected ':'", AT_CONTEXT,
     "this has no colon; write \"key: value\", or indent a text that goes on from the line above"},
    {"found character that cannot start any token", AT_PROBLEM,
     "a text cannot begin with this character; put it in quotes"},
    {"did not find expected node content", AT_PROBLEM,
     "a value is missing here; write it, or remove the comma or bracket"},
    {"did not find expected <document start>", AT_PROBLEM,
     "the document has ended above; write one document, with all its keys in one column"},
    {"found undefined tag handle", AT_PROBLEM, "a tag (!) is not part of the language; write the value without it"},
    {"found incompatible YAML document", AT_PROBLEM, "a directive (%) is not part of the language; remove the line"},
    {"did not find expected hexdecimal number", AT_PROBLEM,
     "an escape needs more hexadecimal digits here, such as \\u00e4"},
    {"found invalid Unicode character escape code", AT_PROBLEM, "no character has this number; correct the escape"},
    {"found unknown escape character", AT_PROBLEM,
     "double quotes know no such escape; write \\\\ for a backslash, or use single quotes"},
};

static struct scenario_place place_of(yaml_mark_t mark)
{
    struct scenario_place place = {mark.line + 1, mark.column + 1};
    return place;
}

static int fail_syntax(const struct reading *reading, const yaml_parser_t *parser)
{
    struct scenario_place problem = place_of(parser->problem_mark);
    struct scenario_place context = place_of(parser->context_mark);

    if (parser->error == YAML_MEMORY_ERROR)
        return reading_fail_memory(reading);
    for (size_t i = 0; i < sizeof syntax_sentences / sizeof syntax_sentences[0]; i++) {
        const char *sentence = syntax_sentences[i].sentence;
        if (parser->problem == NULL || strcmp(parser->problem, syntax_sentences[i].problem) != 0)
            continue;
        switch (syntax_sentences[i].where) {
        case AT_PROBLEM: return reading_fail(reading, problem, ERROR_MALFORMED, "%s", sentence);
        case AT_CONTEXT: return reading_fail(reading, context, ERROR_MALFORMED, "%s", sentence);
        case AT_CONTEXT_BEFORE_PROBLEM:
            return reading_fail(reading, context, ERROR_MALFORMED, "%s, before line %zu, column %zu", sentence,
                                problem.line, problem.column);
        }
    }
    return reading_fail(reading, problem, ERROR_MALFORMED, "the YAML cannot be read here: %s; correct it",
                        parser->problem != NULL ? parser->problem : "something is wrong");
}

/* Puts a node where it belongs: into the innermost open list or mapping, or at the root. */
static int builder_add(struct builder *builder, enum node_kind kind, yaml_mark_t mark, struct node **ret_node)
{
    struct node *node = region_alloc(builder->reading->region, sizeof *node);
    if (node == NULL)
        return reading_fail_memory(builder->reading);
    node->kind = kind;
    node->place = place_of(mark);
    node->index = builder->node_count;
    *ret_node = node;
    if (++builder->node_count > SCENARIO_NODES_MAX)
        return reading_fail(builder->reading, node->place, ERROR_LIMIT,
                            "a scenario may hold at most %d YAML values; split it into several files",
                            SCENARIO_NODES_MAX);
    if (builder->depth == 0) {
        builder->root = node;
        return 0;
    }
    size_t top = builder->depth - 1;
    struct node *parent = builder->open[top];
    if (parent->kind == NODE_MAPPING && builder->at_key[top] && kind != NODE_SCALAR)
        return reading_fail(builder->reading, node->place, ERROR_MALFORMED,
                            "a key must be a text; a list or mapping cannot be one");
    parent->count += parent->kind == NODE_LIST || builder->at_key[top];
    builder->at_key[top] = !builder->at_key[top];
    *builder->next[top] = node;
    builder->next[top] = &node->next;
    return 0;
}

static int builder_open(struct builder *builder, enum node_kind kind, yaml_mark_t mark, bool block)
{
    struct node *node;
    if (builder->depth == SCENARIO_DEPTH_MAX)
        return reading_fail(builder->reading, place_of(mark), ERROR_LIMIT,
                            "lists and mappings may be nested at most %d deep; make this flatter", SCENARIO_DEPTH_MAX);
    int result = builder_add(builder, kind, mark, &node);
    if (result != 0)
        return result;
    node->block = block;
    builder->open[builder->depth] = node;
    builder->next[builder->depth] = &node->first;
    builder->at_key[builder->depth] = true;
    builder->depth++;
    return 0;
}

static int builder_scalar(struct builder *builder, const yaml_event_t *event)
{
    size_t length = event->data.scalar.length;
    const char *bytes = (const char *)event->data.scalar.value;
    struct node *node;
    int result = builder_add(builder, NODE_SCALAR, event->start_mark, &node);

    if (result != 0)
        return result;
    if (memchr(bytes, '\0', length) != NULL)
        return reading_fail(builder->reading, node->place, ERROR_MALFORMED,
                            "a text may not hold a NUL character; remove the escape");
    char *copy = region_alloc(builder->reading->region, length + 1);
    if (copy == NULL)
        return reading_fail_memory(builder->reading);
    memcpy(copy, bytes, length);
    node->text.bytes = copy;
    node->text.length = length;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->block =
        event->data.scalar.style == YAML_LITERAL_SCALAR_STYLE || event->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
    if (node->plain && text_is(node->text, "<<"))
        return reading_fail(builder->reading, node->place, ERROR_MALFORMED,
                            "the merge key << is not part of the language; write the keys out");
    return 0;
}

/* Anchors and tags are refused wherever they stand. */
static int check_properties(const struct reading *reading, const yaml_event_t *event, const yaml_char_t *anchor,
                            const yaml_char_t *tag)
{
    if (anchor != NULL)
        return reading_fail(reading, place_of(event->start_mark), ERROR_MALFORMED,
                            "an anchor (&) is not part of the language; write the value out where it is needed");
    if (tag != NULL)
        return reading_fail(reading, place_of(event->start_mark), ERROR_MALFORMED,
                            "a tag (!) is not part of the language; write the value without it");
    return 0;
}

static int check_document(const struct builder *builder, const yaml_event_t *event)
{
    if (builder->root != NULL)
        return reading_fail(builder->reading, place_of(event->start_mark), ERROR_MALFORMED,
                            "a second document begins here; write one scenario per file");
    if (event->data.document_start.version_directive != NULL ||
        event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
        return reading_fail(builder->reading, place_of(event->start_mark), ERROR_MALFORMED,
                            "a directive (%%) is not part of the language; remove the line");
    return 0;
}

static int builder_take(struct builder *builder, const yaml_event_t *event)
{
    int result;
    switch (event->type) {
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT: return 0;
    case YAML_DOCUMENT_START_EVENT: return check_document(builder, event);
    case YAML_ALIAS_EVENT:
        return reading_fail(builder->reading, place_of(event->start_mark), ERROR_MALFORMED,
                            "an alias (*) is not part of the language; write the value out, or put the text in quotes");
    case YAML_SCALAR_EVENT:
        result = check_properties(builder->reading, event, event->data.scalar.anchor, event->data.scalar.tag);
        return result != 0 ? result : builder_scalar(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        result = check_properties(builder->reading, event, event->data.sequence_start.anchor,
                                  event->data.sequence_start.tag);
        return result != 0 ? result
                           : builder_open(builder, NODE_LIST, event->start_mark,
                                          event->data.sequence_start.style != YAML_FLOW_SEQUENCE_STYLE);
    case YAML_MAPPING_START_EVENT:
        result =
            check_properties(builder->reading, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        return result != 0 ? result
                           : builder_open(builder, NODE_MAPPING, event->start_mark,
                                          event->data.mapping_start.style != YAML_FLOW_MAPPING_STYLE);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        CONTRACT(builder->depth > 0);
        builder->depth--;
        return 0;
    }
    return 0;
}

static int build(struct builder *builder, yaml_parser_t *parser)
{
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return fail_syntax(builder->reading, parser);
        bool ended = event.type == YAML_STREAM_END_EVENT;
        int result = builder_take(builder, &event);
        yaml_event_delete(&event);
        if (result != 0 || ended)
            return result;
    }
}

int node_read(const struct reading *reading, struct text content, struct node **ret_root)
{
    struct scenario_place start = {1, 1};
    struct builder builder;
    yaml_parser_t parser;

    memset(&builder, 0, sizeof builder);
    builder.reading = reading;
    if (content.length > SCENARIO_BYTES_MAX)
        return reading_fail(reading, start, ERROR_LIMIT,
                            "a scenario may be at most %d bytes long; split it into several files", SCENARIO_BYTES_MAX);
    int result = characters_check(reading, content);
    if (result != 0)
        return result;
    if (content.length == 0)
        content = text_of("");
    if (!yaml_parser_initialize(&parser))
        return reading_fail_memory(reading);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)content.bytes, content.length);
    result = build(&builder, &parser);
    yaml_parser_delete(&parser);
    if (result == 0 && builder.root == NULL)
        return reading_fail(reading, start, ERROR_MALFORMED,
                            "the file holds nothing; a scenario begins with its title");
    *ret_root = builder.root;
    return result;
}
