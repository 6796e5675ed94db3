/* SPDX-License-Identifier: Apache-2.0 */
/* What a scripted client's call is made with. */
#include "scenarios/language/grammar.h"

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define REQUEST(field) offsetof(struct scenario_request, field)

const struct type grammar_any_text = {.wanted = "a text", .read = read_text, .maximum = SCENARIO_REQUEST_MAX};

static const struct type signal_type = {
    .wanted = "a number from 0 to 4294967295",
    .read = read_u32,
    .maximum = UINT32_MAX,
};

static const struct type filters = {
    .wanted = "a list of containerd's filters, such as [namespace==default]",
    .read = read_list,
    .maximum = SCENARIO_FILTERS_MAX,
    .element = &grammar_any_text,
    .element_size = sizeof(struct text),
};

static int read_name_space(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                           size_t *ret_count)
{
    int result = read_text(reading, type, subject, target, ret_count);
    if (result == 0 && subject.node->plain && text_is(subject.node->text, "none"))
        *(struct text *)target = text_of(NULL);
    return result;
}

static const struct type name_space = {
    .wanted = "a namespace, or none to send none",
    .read = read_name_space,
    .like = read_text,
    .maximum = SCENARIO_REQUEST_MAX,
};

static const struct key with_keys[] = {
    {"container", MAY_BE, &grammar_any_text, REQUEST(container), NOWHERE},
    {"exec", MAY_BE, &grammar_any_text, REQUEST(exec), NOWHERE},
    {"signal", MAY_BE, &signal_type, REQUEST(signal), NOWHERE},
    {"all", MAY_BE, &grammar_yes_or_no, REQUEST(all), NOWHERE},
    {"filters", MAY_BE, &filters, REQUEST(filters), REQUEST(filter_count)},
    {"name", MAY_BE, &grammar_any_text, REQUEST(name), NOWHERE},
    {"runtime", MAY_BE, &grammar_any_text, REQUEST(runtime), NOWHERE},
    {"image", MAY_BE, &grammar_any_text, REQUEST(image), NOWHERE},
    {"topic", MAY_BE, &grammar_any_text, REQUEST(topic), NOWHERE},
    {"bytes", MAY_BE, &grammar_bytes, REQUEST(bytes), NOWHERE},
    {"namespace", MAY_BE, &name_space, REQUEST(name_space), REQUEST(has_name_space)},
};

const struct field_bit grammar_asked_bits[GRAMMAR_ASKED_COUNT] = {
    {"container", SCENARIO_ASKED_CONTAINER}, {"exec", SCENARIO_ASKED_EXEC},
    {"signal", SCENARIO_ASKED_SIGNAL},       {"all", SCENARIO_ASKED_ALL},
    {"filters", SCENARIO_ASKED_FILTERS},     {"name", SCENARIO_ASKED_NAME},
    {"runtime", SCENARIO_ASKED_RUNTIME},     {"image", SCENARIO_ASKED_IMAGE},
    {"topic", SCENARIO_ASKED_TOPIC},         {"bytes", SCENARIO_ASKED_BYTES},
};

static int check_with(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_request *request = target;
    request->asked = field_mask(node, grammar_asked_bits, GRAMMAR_ASKED_COUNT);
    if ((request->asked & SCENARIO_ASKED_BYTES) != 0)
        return field_refuse(reading, node, grammar_asked_bits, GRAMMAR_ASKED_COUNT, SCENARIO_ASKED_BYTES,
                            "a request of", text_of("bytes"));
    return 0;
}

static const struct mapping with_mapping = {
    .what = "with",
    .keys = with_keys,
    .key_count = COUNT(with_keys),
    .place = NOWHERE,
    .check = check_with,
};

const struct type grammar_request = {
    .wanted = "the fields of the request", .read = read_mapping, .mapping = &with_mapping};
