/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/grammar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(field) offsetof(struct scenario_step, field)

/* ---- bytes ---- */

/* The value of a hexadecimal digit; -1 for anything else. */
static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int read_bytes(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                      size_t *ret_count)
{
    struct text digits = subject.node->text;
    struct text *bytes = target;
    int result = check_text(reading, type, subject);

    (void)ret_count;
    if (result != 0)
        return result;
    if (digits.length % 2 != 0)
        return fail_wanted(reading, type, subject);
    if (digits.length / 2 > SCENARIO_PUBLISHED_MAX)
        return reading_fail(reading, subject.node->place, ERROR_LIMIT,
                            "%s may be at most %d bytes, of two digits each; make it shorter", subject.what,
                            SCENARIO_PUBLISHED_MAX);
    char *decoded = region_alloc(reading->region, digits.length / 2);
    if (decoded == NULL)
        return reading_fail_memory(reading);
    for (size_t i = 0; i < digits.length; i += 2) {
        int high = digit_of(digits.bytes[i]);
        int low = digit_of(digits.bytes[i + 1]);
        if (high < 0 || low < 0)
            return fail_wanted(reading, type, subject);
        decoded[i / 2] = (char)(high * 16 + low);
    }
    bytes->bytes = decoded;
    bytes->length = digits.length / 2;
    return 0;
}

const struct type grammar_bytes = {
    .wanted = "bytes of two hexadecimal digits each, such as \"0a03776562\"",
    .read = read_bytes,
    .like = read_text,
    .pattern = "^([0-9A-Fa-f]{2})*$",
};

/* ---- publish ---- */

static const struct type repeats = {
    .wanted = "a number from 1 to 10000",
    .read = read_u32,
    .minimum = 1,
    .maximum = SCENARIO_REPEATS_MAX,
};

static const struct type damage = {
    .wanted = "a damage, such as unknown type",
    .read = read_word,
    .words = &scenario_damages,
};

static const struct key publish_keys[] = {
    {"event", ONE_OF, &grammar_event, FIELD(published.event), NOWHERE},
    {"bytes", ONE_OF, &grammar_bytes, FIELD(published.bytes), FIELD(published.has_bytes)},
    {"namespace", MAY_BE, &grammar_id, FIELD(published.name_space), NOWHERE},
    {"container", MAY_BE, &grammar_id, FIELD(container), NOWHERE},
    {"exec", MAY_BE, &grammar_id, FIELD(exec), NOWHERE},
    {"pid", MAY_BE, &grammar_recorded_pid, FIELD(pid), NOWHERE},
    {"code", MAY_BE, &grammar_code, FIELD(code), NOWHERE},
    {"exited at", MAY_BE, &grammar_exited_at, FIELD(published.exited), NOWHERE},
    {"unknown field", MAY_BE, &grammar_yes_or_no, FIELD(published.unknown_field), NOWHERE},
    {"damage", MAY_BE, &damage, FIELD(published.damage), NOWHERE},
    {"unfiltered", MAY_BE, &grammar_yes_or_no, FIELD(published.unfiltered), NOWHERE},
    {"times", MAY_BE, &repeats, FIELD(times), NOWHERE},
};

static int check_publish(const struct reading *reading, const struct node *node, void *target)
{
    static const char *const values[] = {"code",          "exited at", "container",  "exec",  "pid",
                                         "unknown field", "namespace", "unfiltered", "damage"};
    enum { OF_EXITS = 2 };
    const struct scenario_step *step = target;

    if (step->published.has_bytes)
        return refuse_keys(reading, node, values, COUNT(values),
                           "cannot stand beside \"bytes\", which are the whole message; remove one of them");
    if (mapping_key(node, "container") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "an event needs \"container\", %s", grammar_id.wanted);
    if (step->published.event == SCENARIO_EVENT_EXIT)
        return 0;
    int result = refuse_keys(reading, node, values, OF_EXITS, "belongs to `event: exit`; remove it or write that");
    if (result != 0 || step->published.event == SCENARIO_EVENT_EXEC_ADDED)
        return result;
    return refuse_key(reading, node, "exec", "belongs to an exit or `exec added`; remove it or write one of them");
}

const struct mapping grammar_publish = {
    .what = "a step's publish",
    .keys = publish_keys,
    .key_count = COUNT(publish_keys),
    .place = NOWHERE,
    .check = check_publish,
};
