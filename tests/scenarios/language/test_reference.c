/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/language/grammar.h"
#include "scenarios/language/words.h"

/*
 * docs/scenario-language.md is true: it names every word of the tables, and what it shows can be run.
 */
enum { REFERENCE_MAX = 1 << 16, MAPPINGS_MAX = 64 };

static char reference[REFERENCE_MAX];

static int read_reference(void **state)
{
    FILE *file = fopen("docs/scenario-language.md", "rb");
    (void)state;
    assert_non_null(file);
    size_t length = fread(reference, 1, sizeof reference - 1, file);
    assert_true(length > 0 && length < sizeof reference - 1);
    return fclose(file);
}

/* True iff the word stands somewhere in the page, not as a part of a longer one. */
static bool names(const char *word)
{
    for (const char *at = strstr(reference, word); at != NULL; at = strstr(at + 1, word)) {
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
        char before = at > reference ? at[-1] : ' ';
        char after = at[strlen(word)];
        if (strchr(letters, before) == NULL && (after == '\0' || strchr(letters, after) == NULL))
            return true;
    }
    return false;
}

static void check_words(const struct words *words)
{
    for (size_t i = 0; words != NULL && i < words->count; i++)
        if (!names(words->items[i].name))
            fail_msg("the %s \"%s\" is not in the reference", words->what, words->items[i].name);
}

static void check_type(const struct type *type, const struct mapping *seen[MAPPINGS_MAX], size_t *count);

static void check_mapping(const struct mapping *mapping, const struct mapping *seen[MAPPINGS_MAX], size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        if (seen[i] == mapping)
            return;
    assert_true(*count < MAPPINGS_MAX);
    seen[(*count)++] = mapping;
    for (size_t i = 0; i < mapping->key_count; i++) {
        if (!names(mapping->keys[i].name))
            fail_msg("the key \"%s\" of %s is not in the reference", mapping->keys[i].name, mapping->what);
        check_type(mapping->keys[i].type, seen, count);
    }
}

static void check_type(const struct type *type, const struct mapping *seen[MAPPINGS_MAX], size_t *count)
{
    /* Of the codes, examples will do: their lists belong to gRPC and HTTP/2. */
    if (type->words != &scenario_statuses && type->words != &scenario_http2_codes)
        check_words(type->words);
    if (type->mapping != NULL)
        check_mapping(type->mapping, seen, count);
    if (type->element != NULL)
        check_type(type->element, seen, count);
}

static void every_key_and_word_is_in_the_reference(void **state)
{
    const struct mapping *seen[MAPPINGS_MAX];
    size_t count = 0;
    (void)state;
    check_mapping(&grammar_file, seen, &count);
    check_words(&scenario_promises);
    /* The whole grammar has been walked: twelve verbs have mappings of their own. */
    assert_true(count >= 12 + 12);
}

static void every_example_of_the_reference_is_a_scenario(void **state)
{
    static const char opening[] = "```yaml\n";
    size_t count = 0;
    (void)state;
    for (const char *at = strstr(reference, opening); at != NULL; at = strstr(at, opening), count++) {
        struct error error = {{0}};
        struct scenario *scenario;
        at += strlen(opening);
        const char *end = strstr(at, "```");
        assert_non_null(end);
        struct text content = {at, (size_t)(end - at)};
        if (scenario_parse(&scenario, text_of("example"), content, &error) != 0)
            fail_msg("%s", error.text);
        scenario_free(scenario);
    }
    assert_true(count >= 3);
}

static void every_limit_of_the_reference_is_the_one_that_holds(void **state)
{
    (void)state;
    assert_int_equal(SCENARIO_BYTES_MAX, 1 << 20);
    assert_int_equal(SCENARIO_NODES_MAX, 100000);
    assert_int_equal(SCENARIO_DEPTH_MAX, 16);
    assert_int_equal(SCENARIO_STEPS_MAX, 1000);
    assert_int_equal(SCENARIO_BLOCK_MAX, 64);
    assert_int_equal(SCENARIO_CONTAINERS_MAX, 1000);
    assert_int_equal(SCENARIO_EXECS_MAX, 1000);
    assert_int_equal(SCENARIO_LABELS_MAX, 64);
    assert_int_equal(SCENARIO_LABEL_MAX, 4096);
    assert_int_equal(SCENARIO_RULES_MAX, 256);
    assert_int_equal(SCENARIO_EXPECTATIONS_MAX, 256);
    assert_int_equal(SCENARIO_TIMES_MAX, 256);
    assert_int_equal(SCENARIO_HANDLERS_MAX, 64);
    assert_int_equal(SCENARIO_BREAKS_MAX, 64);
    assert_int_equal(SCENARIO_ID_MAX, 76);
    assert_int_equal(SCENARIO_MESSAGE_MAX, 1024);
    assert_int_equal(SCENARIO_TEXT_MAX, 4096);
    assert_int_equal(SCENARIO_PUBLISHED_MAX, 4096);
    assert_int_equal(SCENARIO_REPEATS_MAX, 10000);
    assert_int_equal(SCENARIO_CUT_MAX, 65536);
    assert_int_equal(SCENARIO_CHOICES_MAX, 10000);
    assert_int_equal(SCENARIO_REQUEST_MAX, 4096);
    assert_int_equal(SCENARIO_FILTERS_MAX, 64);
    assert_int_equal(SCENARIO_LISTED_MAX, 1000);
    assert_int_equal(SCENARIO_HEARD_MAX, 1000);
    assert_true(SCENARIO_ANSWER_MAX_NS == INT64_C(60) * 1000000000);
    assert_true(SCENARIO_DURATION_MAX_NS == INT64_C(1000) * 3600 * 1000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_and_word_is_in_the_reference),
        cmocka_unit_test(every_example_of_the_reference_is_a_scenario),
        cmocka_unit_test(every_limit_of_the_reference_is_the_one_that_holds),
    };
    return cmocka_run_group_tests(tests, read_reference, NULL);
}
