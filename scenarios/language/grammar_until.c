/* SPDX-License-Identifier: Apache-2.0 */
/* What a hold waits for. */
#include "scenarios/language/grammar_deeds.h"

#define FIELD(field) offsetof(struct scenario_until, field)

static const struct type is = {.wanted = "asked or answered", .read = read_word, .words = &scenario_untils};

static const struct key until_keys[] = {
    {"rpc", ONE_OF, &grammar_rpc, FIELD(rpc), NOWHERE},
    {"event", ONE_OF, &grammar_event, FIELD(event), FIELD(has_event)},
    {"container", MAY_BE, &grammar_id_or_any, FIELD(container), NOWHERE},
    {"is", MAY_BE, &is, FIELD(kind), NOWHERE},
};

static int check_until(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_until *until = target;
    if (until->has_event) {
        until->kind = SCENARIO_UNTIL_EVENT;
        return refuse_key(reading, node, "is", "belongs to an \"rpc\"; remove it");
    }
    if (mapping_key(node, "is") == NULL)
        until->kind = SCENARIO_UNTIL_ASKED;
    if (until->kind == SCENARIO_UNTIL_ANSWERED &&
        text_is(until->rpc, words_name(&scenario_rpcs, scenario_streams.items[0].value)))
        return reading_fail(reading, mapping_value(node, "is")->place, ERROR_INVALID,
                            "a stream is not answered; write `is: asked`");
    return 0;
}

static const struct mapping until = {
    .what = "what a hold waits for",
    .keys = until_keys,
    .key_count = sizeof until_keys / sizeof until_keys[0],
    .place = NOWHERE,
    .check = check_until,
};

const struct type grammar_until = {
    .wanted = "what it waits for, such as {rpc: Tasks.Delete, is: answered} or {event: exit}",
    .read = read_mapping,
    .mapping = &until,
};
