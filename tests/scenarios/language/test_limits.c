/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "scenarios/language/scenario.h"

/*
 * Each limit is met with exactly as much as it allows, and with one more. A row is a file: head, a number of times unit
 * (in which @ is the number of the repetition in letters), tail.
 */
struct limit {
    const char *head;
    const char *unit;
    const char *tail;
    size_t most;
    const char *message; /* of one more */
};

#define HEAD "title: t\nwhy: w\n"

static void append_letters(struct buffer *content, size_t number)
{
    if (number >= 26)
        append_letters(content, number / 26 - 1);
    buffer_printf(content, "%c", (int)('a' + number % 26));
}

static int parse(const struct limit *limit, size_t count, struct error *error)
{
    struct buffer content = BUFFER_INIT;
    struct scenario *scenario;

    buffer_printf(&content, "%s", limit->head);
    for (size_t i = 0; i < count; i++)
        for (const char *c = limit->unit; *c != '\0'; c++) {
            if (*c == '@')
                append_letters(&content, i);
            else
                buffer_append(&content, c, 1);
        }
    buffer_printf(&content, "%s", limit->tail);
    assert_false(content.failed);
    int result = scenario_parse(&scenario, text_of("f"), buffer_text(&content), error);
    scenario_free(scenario);
    buffer_release(&content);
    return result;
}

static void meet(const struct limit *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error error = {{0}};
        if (parse(&rows[i], rows[i].most, &error) != 0)
            fail_msg("row %zu refuses what it allows: %s", i, error.text);
        if (parse(&rows[i], rows[i].most + 1, &error) != ERROR_LIMIT || strcmp(error.text, rows[i].message) != 0)
            fail_msg("row %zu says of one more: %s\nnot this: %s", i, error.text, rows[i].message);
    }
}

#define MEET(rows) meet(rows, sizeof(rows) / sizeof((rows)[0]))

static void a_text_has_a_length(void **state)
{
    static const struct limit rows[] = {
        {"why: w\ntitle: a", "a", "\n", SCENARIO_TEXT_MAX - 1,
         "f:2:8: \"title\" may be at most 4096 bytes long; make it shorter"},
        {"title: t\nwhy: a", "a", "\n", SCENARIO_TEXT_MAX - 1,
         "f:2:6: \"why\" may be at most 4096 bytes long; make it shorter"},
        {HEAD "faults: [{stream: events, do: fail, code: INTERNAL, message: a", "a", "}]", SCENARIO_MESSAGE_MAX - 1,
         "f:3:62: \"message\" may be at most 1024 bytes long; make it shorter"},
        {HEAD "steps: [{disconnect: {stream: events, code: INTERNAL, message: a", "a", "}}]", SCENARIO_MESSAGE_MAX - 1,
         "f:3:64: \"message\" may be at most 1024 bytes long; make it shorter"},
        {HEAD "handlers:\n  - breaks: []\n    policy: original-with=a", "a", "\n", SCENARIO_TEXT_MAX - 15,
         "f:5:13: \"policy\" may be at most 4096 bytes long; make it shorter"},
        {HEAD "given: {containers: [{id: a", "a", "}]}", SCENARIO_ID_MAX - 1,
         "f:3:27: \"id\" may be at most 76 bytes long; make it shorter"},
        {HEAD "given: {containers: [{id: a, labels: {ab: a", "a", "}}]}", SCENARIO_LABEL_MAX - 3,
         "f:3:39: a label may be at most 4096 bytes long, key and value together; make it shorter"},
        {HEAD "given: {containers: [{id: a, labels: {? a", "a", " : \"\"}}]}", SCENARIO_LABEL_MAX - 1,
         "f:3:41: a label's key may be at most 4096 bytes long; make it shorter"},
        {HEAD "steps: [{publish: {bytes: \"", "0a", "\"}}]", SCENARIO_PUBLISHED_MAX,
         "f:3:27: \"bytes\" may be at most 4096 bytes, of two digits each; make it shorter"},
        {HEAD "expect: {always: [{noted: {note: a", "a", "}}]}", SCENARIO_ID_MAX - 1,
         "f:3:34: \"note\" may be at most 76 bytes long; make it shorter"},
        {HEAD "expect: {always: [{noted: {note: a, text: a", "a", "}}]}", SCENARIO_MESSAGE_MAX - 1,
         "f:3:43: \"text\" may be at most 1024 bytes long; make it shorter"},
        {HEAD "# ", "#", "", SCENARIO_BYTES_MAX - sizeof HEAD - 1,
         "f:1:1: a scenario may be at most 1048576 bytes long; split it into several files"},
    };
    (void)state;
    MEET(rows);
}

static void a_list_has_a_length(void **state)
{
    static const struct limit rows[] = {
        {HEAD "given:\n  containers:\n", "    - {id: c@}\n", "", SCENARIO_CONTAINERS_MAX,
         "f:5:5: \"containers\" may have at most 1000 entries; leave some out"},
        {HEAD "given:\n  records:\n", "    - {id: c@, state: running}\n", "", SCENARIO_CONTAINERS_MAX,
         "f:5:5: \"records\" may have at most 1000 entries; leave some out"},
        {HEAD "given: {containers: [{id: a, execs: [", "{id: e@},", "]}]}", SCENARIO_EXECS_MAX,
         "f:3:37: \"execs\" may have at most 1000 entries; leave some out"},
        {HEAD "given: {containers: [{id: a, labels: {", "k@: v,", "}}]}", SCENARIO_LABELS_MAX,
         "f:3:38: a container may have at most 64 labels; leave some out"},
        {HEAD "faults:\n", "  - {stream: events, do: delay, for: 1s}\n", "", SCENARIO_RULES_MAX,
         "f:4:3: \"faults\" may have at most 256 entries; leave some out"},
        {HEAD "expect:\n  always:\n", "    - {dialed: {times: 1}}\n", "", SCENARIO_EXPECTATIONS_MAX,
         "f:5:5: \"always\" may have at most 256 entries; leave some out"},
        {HEAD "expect:\n  sometimes:\n", "    - {dialed: {times: 1}}\n", "", SCENARIO_EXPECTATIONS_MAX,
         "f:5:5: \"sometimes\" may have at most 256 entries; leave some out"},
        {HEAD "expect: {always: [{dialed: {at: [", "0s,", "]}}]}", SCENARIO_TIMES_MAX,
         "f:3:33: \"at\" may have at most 256 entries; leave some out"},
        {HEAD "handlers:\n", "  - {policy: original-with=@, breaks: []}\n", "", SCENARIO_HANDLERS_MAX,
         "f:4:3: \"handlers\" may have at most 64 entries; leave some out"},
        {HEAD "choices:\n", "  - {next: 0}\n", "", SCENARIO_CHOICES_MAX,
         "f:4:3: \"choices\" may have at most 10000 entries; leave some out"},
    };
    (void)state;
    MEET(rows);
}

static void breaks_have_a_number(void **state)
{
    struct buffer content = BUFFER_INIT;
    struct error error = {{0}};
    struct scenario *scenario;
    (void)state;
    for (size_t count = SCENARIO_BREAKS_MAX; count <= SCENARIO_BREAKS_MAX + 1; count++) {
        buffer_clear(&content);
        buffer_printf(&content, HEAD "expect:\n  always:\n");
        for (size_t i = 0; i < count; i++)
            buffer_printf(&content, "    - {dialed: {times: 1}, promise: p%zu}\n", i);
        buffer_printf(&content, "handlers:\n  - policy: original\n    breaks: [");
        for (size_t i = 0; i < count; i++)
            buffer_printf(&content, "p%zu, ", i);
        buffer_printf(&content, "]\n");
        int result = scenario_parse(&scenario, text_of("f"), buffer_text(&content), &error);
        assert_int_equal(result, count == SCENARIO_BREAKS_MAX ? 0 : ERROR_LIMIT);
        scenario_free(scenario);
    }
    assert_string_equal(error.text, "f:72:13: \"breaks\" may have at most 64 entries; leave some out");
    buffer_release(&content);
}

static void steps_have_a_number(void **state)
{
    static const struct limit rows[] = {
        {HEAD "steps:\n", "  - advance: 1s\n", "", SCENARIO_STEPS_MAX,
         "f:4:3: \"steps\" may have at most 1000 entries; leave some out"},
        /* The block and its step count as two. */
        {HEAD "steps:\n", "  - sequence: [{advance: 1s}]\n", "", SCENARIO_STEPS_MAX / 2,
         "f:504:5: a scenario may have at most 1000 steps; split it into several files"},
        {HEAD "given: {containers: [{id: web}]}\nsteps:\n  - at once:\n", "      - oom: {container: web}\n", "",
         SCENARIO_STEPS_MAX - 1, "f:1005:9: a scenario may have at most 1000 steps; split it into several files"},
        {HEAD "steps:\n  - any order:\n", "      - advance: 1s\n", "", SCENARIO_BLOCK_MAX,
         "f:5:7: \"any order\" may have at most 64 entries; leave some out"},
        /* In a sequence only the widest counts. */
        {HEAD "steps:\n  - any order: [advance: 1s]\n  - any order:\n      - advance: 1s\n      - sequence:\n"
              "          - advance: 1s\n          - any order:\n",
         "              - sequence: [{advance: 1s}, {advance: 1s}]\n", "", SCENARIO_BLOCK_MAX - 1,
         "f:5:5: at most 64 steps may be waiting in `any order` at one time; nest fewer of them"},
    };
    (void)state;
    MEET(rows);
}

static void times_have_an_end(void **state)
{
    static const struct limit rows[] = {
        {HEAD "steps: [{advance: 100", "0", "h}]", 1, "f:3:19: \"advance\" may be at most 1000h; make it shorter"},
        {HEAD "expect: {within: 100", "0", "h}", 1, "f:3:18: \"within\" may be at most 1000h; make it shorter"},
    };
    (void)state;
    MEET(rows);
}

static void nesting_has_a_depth(void **state)
{
    struct buffer content = BUFFER_INIT;
    struct error error = {{0}};
    struct scenario *scenario;
    (void)state;
    /* The file, its steps and each block of a mapping and a list: 1 + 1 + 2 * 7 is sixteen deep. */
    for (size_t blocks = 7; blocks <= 8; blocks++) {
        buffer_clear(&content);
        buffer_printf(&content, HEAD "steps: [");
        for (size_t i = 0; i < blocks - 1; i++)
            buffer_printf(&content, "{sequence: [");
        buffer_printf(&content, "{advance: 1s}");
        for (size_t i = 0; i < blocks - 1; i++)
            buffer_printf(&content, "]}");
        buffer_printf(&content, "]");
        int result = scenario_parse(&scenario, text_of("f"), buffer_text(&content), &error);
        assert_int_equal(result, blocks == 7 ? 0 : ERROR_LIMIT);
        scenario_free(scenario);
    }
    assert_string_equal(error.text, "f:3:93: lists and mappings may be nested at most 16 deep; make this flatter");
    buffer_release(&content);
}

/* More than the limit allows of what a file may be full of comes back soon, and by name. */
static void values_have_a_number(void **state)
{
    static const struct limit many = {"a: [", "1,", "]", 0, NULL};
    struct error error = {{0}};
    (void)state;
    /* The mapping, its key and the list are values too. */
    assert_int_equal(parse(&many, SCENARIO_NODES_MAX - 3, &error), ERROR_INVALID);
    assert_int_equal(parse(&many, SCENARIO_NODES_MAX - 2, &error), ERROR_LIMIT);
    assert_string_equal(error.text,
                        "f:1:199999: a scenario may hold at most 100000 YAML values; split it into several files");
}

static void deep_and_broken_files_come_back_soon(void **state)
{
    static const struct limit rows[] = {
        {"", "[", "", 0, NULL},         {"", "{", "", 0, NULL},        {"", "- ", "", 0, NULL},
        {"", "? ", "", 0, NULL},        {"", "[{", "", 0, NULL},       {"a: ", "&", "", 0, NULL},
        {"a: ", "!", "", 0, NULL},      {"a: \"", "\\n", "", 0, NULL}, {"a: ", "'", "", 0, NULL},
        {"a: |\n", " \n", "", 0, NULL}, {"", "a: ", "", 0, NULL},      {"", "a:\n", "", 0, NULL},
        {"", "---\n", "", 0, NULL},     {"", "%A\n", "", 0, NULL},     {"", "}", "", 0, NULL},
        {"", "*", "", 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {{0}};
        assert_true(parse(&rows[i], 250000, &error) != 0);
        assert_true(strlen(error.text) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_has_a_length),  cmocka_unit_test(a_list_has_a_length),
        cmocka_unit_test(breaks_have_a_number), cmocka_unit_test(steps_have_a_number),
        cmocka_unit_test(times_have_an_end),    cmocka_unit_test(nesting_has_a_depth),
        cmocka_unit_test(values_have_a_number), cmocka_unit_test(deep_and_broken_files_come_back_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
