/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/grammar.h"

#include <string.h>

#define MAXIMUM_U32 INT64_C(4294967295)

const struct type grammar_id = {
    .wanted = "an id of letters and digits, with single . _ - between them",
    .read = read_id,
    .maximum = SCENARIO_ID_MAX,
};

const struct type grammar_new_id = {
    .wanted = "an id of letters and digits, with single . _ - between them",
    .read = read_new_id,
    .maximum = SCENARIO_ID_MAX,
};

const struct type grammar_id_or_any = {
    .wanted = "a container's id, or any",
    .read = read_id_or_any,
    .maximum = SCENARIO_ID_MAX,
};

const struct type grammar_message = {.wanted = "a text", .read = read_text, .maximum = SCENARIO_MESSAGE_MAX};

const struct type grammar_promise = {
    .wanted = "a promise's short name, such as no-exit-is-lost",
    .read = read_id,
    .maximum = SCENARIO_ID_MAX,
};

const struct type grammar_status = {
    .wanted = "a gRPC code, such as UNAVAILABLE",
    .read = read_word,
    .words = &scenario_statuses,
};

const struct type grammar_event = {
    .wanted = "an event, such as exit",
    .read = read_word,
    .words = &scenario_events,
};

static const struct word answer_words[] = {{"yes", true}, {"no", false}};
static const struct words answers = {"answer", answer_words, sizeof answer_words / sizeof answer_words[0]};
const struct type grammar_yes_or_no = {.wanted = "yes or no", .read = read_flag, .words = &answers};

const struct type grammar_store = {
    .wanted = "a request to the store: put, forget or load",
    .read = read_word,
    .words = &scenario_stores,
};

const struct type grammar_hold = {
    .wanted = "a name of letters and digits, with single . _ - between them",
    .read = read_id,
    .maximum = SCENARIO_ID_MAX,
};

const struct type grammar_end = {
    .wanted = "an end such as no trailers",
    .read = read_word,
    .words = &scenario_ends,
};

const struct type grammar_http2_code = {
    .wanted = "an HTTP/2 error, such as CANCEL",
    .read = read_word,
    .words = &scenario_http2_codes,
};

const struct type grammar_duration = {
    .wanted = "a duration with its unit (h, m, s, ms, us or ns), such as 250ms",
    .read = read_duration,
};

const struct type grammar_wall = {
    .wanted = "a time in UTC, such as \"2017-05-31T21:33:52Z\"",
    .read = read_wall,
};

const struct type grammar_pid = {
    .wanted = "a number from 1 to 4294967295",
    .read = read_u32,
    .minimum = 1,
    .maximum = MAXIMUM_U32,
};

const struct type grammar_code = {
    .wanted = "a number from 0 to 4294967295",
    .read = read_u32,
    .maximum = MAXIMUM_U32,
};

const struct type grammar_recorded_pid = {
    .wanted = "a number from 0 to 4294967295",
    .read = read_u32,
    .maximum = MAXIMUM_U32,
};

const struct type grammar_recorded_code = {
    .wanted = "a number from -2147483648 to 2147483647",
    .read = read_i32,
    .minimum = INT32_MIN,
    .maximum = INT32_MAX,
};

/* The name of an rpc, from a word that stands for its place in the table. */
static int read_rpc(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                    size_t *ret_count)
{
    int rpc;
    int result = read_word(reading, type, subject, &rpc, ret_count);
    if (result == 0)
        *(struct text *)target = text_of(words_name(&scenario_rpcs, rpc));
    return result;
}

const struct type grammar_rpc = {
    .wanted = "an rpc, such as Tasks.Delete",
    .read = read_rpc,
    .like = read_word,
    .words = &scenario_rpcs,
};

const struct type grammar_stream_rpc = {
    .wanted = "a stream, such as events",
    .read = read_rpc,
    .like = read_word,
    .words = &scenario_streams,
};

int refuse_key(const struct reading *reading, const struct node *node, const char *key, const char *sentence)
{
    const struct node *found = mapping_key(node, key);
    if (found == NULL)
        return 0;
    return reading_fail(reading, found->place, ERROR_INVALID, "\"%s\" %s", key, sentence);
}

int refuse_keys(const struct reading *reading, const struct node *node, const char *const *keys, size_t count,
                const char *sentence)
{
    int result = 0;
    for (size_t i = 0; i < count && result == 0; i++)
        result = refuse_key(reading, node, keys[i], sentence);
    return result;
}

uint32_t field_mask(const struct node *node, const struct field_bit *bits, size_t count)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < count; i++)
        if (mapping_key(node, bits[i].key) != NULL)
            mask |= bits[i].bit;
    return mask;
}

int field_refuse(const struct reading *reading, const struct node *node, const struct field_bit *bits, size_t count,
                 uint32_t allowed, const char *of, struct text whom)
{
    for (size_t i = 0; i < count; i++) {
        const struct node *key = mapping_key(node, bits[i].key);
        if (key != NULL && (bits[i].bit & allowed) == 0)
            return reading_fail(reading, key->place, ERROR_INVALID, "%s %.*s has no \"%s\"; remove it", of,
                                TEXT_ARGUMENTS(whom), bits[i].key);
    }
    return 0;
}

int check_end(const struct reading *reading, const struct node *node, enum scenario_end how)
{
    if (how != SCENARIO_END_RESET)
        return refuse_key(reading, node, "error", "belongs to `how: reset`; remove it or write that");
    if (mapping_key(node, "error") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "`how: reset` needs \"error\", %s",
                            grammar_http2_code.wanted);
    return 0;
}

int default_message(const struct reading *reading, int status, struct text *ret_message)
{
    const char *name = words_name(&scenario_statuses, status);
    size_t length = status == 0 ? 0 : strlen(name);
    char *words = region_alloc(reading->region, length + 1);

    if (words == NULL)
        return reading_fail_memory(reading);
    for (size_t i = 0; i < length; i++)
        words[i] = name[i] == '_' ? ' ' : (char)(name[i] - 'A' + 'a');
    ret_message->bytes = words;
    ret_message->length = length;
    return 0;
}

/* ---- the file ---- */

static const struct type one_line = {.wanted = "a text of one line", .read = read_line, .maximum = SCENARIO_TEXT_MAX};

static int read_why(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                    size_t *ret_count)
{
    if (subject.node->kind == NODE_SCALAR && subject.node->text.length == 0)
        return fail_wanted(reading, type, subject);
    return read_text(reading, type, subject, target, ret_count);
}

static const struct type why = {
    .wanted = "a text that says what this scenario is there for",
    .read = read_why,
    .like = read_text,
    .maximum = SCENARIO_TEXT_MAX,
};

static const struct type api = {.wanted = "v1 or execution", .read = read_word, .words = &scenario_apis};

static const struct key file_keys[] = {
    {"title", MUST_BE, &one_line, offsetof(struct scenario, title), NOWHERE},
    {"why", MUST_BE, &why, offsetof(struct scenario, why), NOWHERE},
    {"api", MAY_BE, &api, offsetof(struct scenario, api), NOWHERE},
    {"given", MAY_BE, &grammar_given, offsetof(struct scenario, given), NOWHERE},
    {"faults", MAY_BE, &grammar_faults, offsetof(struct scenario, faults), offsetof(struct scenario, fault_count)},
    {"steps", MAY_BE, &grammar_steps, offsetof(struct scenario, steps.children),
     offsetof(struct scenario, steps.child_count)},
    {"expect", MAY_BE, &grammar_expect, offsetof(struct scenario, expect), NOWHERE},
    {"handlers", MAY_BE, &grammar_handlers, offsetof(struct scenario, handlers),
     offsetof(struct scenario, handler_count)},
    {"choices", MAY_BE, &grammar_choices, offsetof(struct scenario, choices), offsetof(struct scenario, choice_count)},
};

static int check_file(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario *scenario = target;
    const struct node *handlers = mapping_value(node, "handlers");
    (void)reading;
    scenario->no_handler = handlers != NULL && handlers->kind == NODE_SCALAR;
    scenario->steps.verb = SCENARIO_SEQUENCE;
    scenario->steps.place = node->place;
    if (scenario->given.name_space.length == 0)
        scenario->given.name_space = text_of("default");
    return 0;
}

const struct mapping grammar_file = {
    .what = "a scenario",
    .keys = file_keys,
    .key_count = sizeof file_keys / sizeof file_keys[0],
    .place = NOWHERE,
    .check = check_file,
};
