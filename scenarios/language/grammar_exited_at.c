/* SPDX-License-Identifier: Apache-2.0 */
/* When a process ended, as an event or an answer tells it. */
#include "scenarios/language/grammar.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define EXITED(field) offsetof(struct scenario_exited, field)

static const struct type seconds = {
    .wanted = "a number of 64 bits",
    .read = read_i64,
    .minimum = INT64_MIN,
    .maximum = INT64_MAX,
};

static const struct type nanos = {
    .wanted = "a number from -2147483648 to 2147483647",
    .read = read_i32,
    .minimum = INT32_MIN,
    .maximum = INT32_MAX,
};

static const struct key timestamp_keys[] = {
    {"seconds", MUST_BE, &seconds, EXITED(seconds), NOWHERE},
    {"nanos", MUST_BE, &nanos, EXITED(nanos), NOWHERE},
};

static const struct mapping timestamp = {
    .what = "exited at",
    .keys = timestamp_keys,
    .key_count = COUNT(timestamp_keys),
    .place = NOWHERE,
};

/* Into the struct scenario_exited: no time, a time, or numbers that need not be one. */
static int read_exited_at(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                          size_t *ret_count)
{
    struct scenario_exited *exited = target;

    (void)ret_count;
    exited->kind = SCENARIO_EXITED_AT_GIVEN;
    if (subject.node->kind == NODE_MAPPING)
        return mapping_read(reading, type->mapping, subject, target);
    if (text_is(subject.node->text, "absent"))
        exited->kind = SCENARIO_EXITED_AT_ABSENT;
    else if (wall_parse_parts(subject.node->text, &exited->seconds, &exited->nanos) != 0)
        return fail_wanted(reading, type, subject);
    return 0;
}

const struct type grammar_exited_at = {
    .wanted = "absent, a time in UTC such as \"2017-05-31T21:33:52Z\", or {seconds: 0, nanos: 0}",
    .read = read_exited_at,
    .like = read_mapping,
    .instead = "absent",
    .pattern = WALL_PATTERN,
    .mapping = &timestamp,
};
