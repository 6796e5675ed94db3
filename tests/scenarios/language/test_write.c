/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "scenarios/language/write.h"
#include "tests/scenarios/language/whole.h"

enum { ROUNDS = 20000, PIECE_MAX = 12 };

/* A tree with what it owns. */
struct read {
    struct region region;
    struct node *root;
};

static int read_tree(struct read *read, struct text content)
{
    struct reading reading = {text_of("f"), &read->region, NULL};
    region_init(&read->region);
    return node_read(&reading, content, &read->root);
}

static bool same(const struct node *a, const struct node *b)
{
    const struct node *x = a->first;
    const struct node *y = b->first;
    if (a->kind != b->kind || a->count != b->count || !text_equal(a->text, b->text))
        return false;
    /* Only what has no number, boolean or null in it may change its quotes. */
    if (node_looks_typed(a) != node_looks_typed(b))
        return false;
    for (; x != NULL && y != NULL; x = x->next, y = y->next)
        if (!same(x, y))
            return false;
    return x == NULL && y == NULL;
}

/* The tree of the content, written and read again, and written once more. False where the content is no tree. */
static bool goes_round(struct text content)
{
    struct buffer once = BUFFER_INIT;
    struct buffer twice = BUFFER_INIT;
    struct read first;
    struct read second;

    bool is_tree = read_tree(&first, content) == 0 && first.root->kind != NODE_SCALAR;
    if (is_tree) {
        assert_int_equal(node_write(first.root, &once), 0);
        if (read_tree(&second, buffer_text(&once)) != 0 || !same(first.root, second.root))
            fail_msg("\n%.*s\nis written as\n%.*s", TEXT_ARGUMENTS(content), TEXT_ARGUMENTS(buffer_text(&once)));
        assert_int_equal(node_write(second.root, &twice), 0);
        if (!text_equal(buffer_text(&once), buffer_text(&twice)))
            fail_msg("\n%.*s\nis written as\n%.*s", TEXT_ARGUMENTS(buffer_text(&once)),
                     TEXT_ARGUMENTS(buffer_text(&twice)));
        region_release(&second.region);
    }
    buffer_release(&once);
    buffer_release(&twice);
    region_release(&first.region);
    return is_tree;
}

struct row {
    const char *read;
    const char *written; /* NULL: as it was */
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *expected = rows[i].written != NULL ? rows[i].written : rows[i].read;
        struct buffer out = BUFFER_INIT;
        struct read read;
        assert_int_equal(read_tree(&read, text_of(rows[i].read)), 0);
        assert_int_equal(node_write(read.root, &out), 0);
        if (!text_is(buffer_text(&out), expected))
            fail_msg("row %zu gives\n%.*s\nnot\n%s", i, TEXT_ARGUMENTS(buffer_text(&out)), expected);
        assert_true(goes_round(text_of(rows[i].read)));
        buffer_release(&out);
        region_release(&read.region);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

#define LONG_30 "abcdefghij abcdefghij abcdefgh"
#define LONG_90 LONG_30 " " LONG_30 " " LONG_30

static void a_file_is_laid_out_as_by_hand(void **state)
{
    static const struct row rows[] = {
        {"title: t\nsteps:\n  - exit: {container: web, code: 0}\n    at: +1s\n  - any order:\n      - release: x\n"
         "      - sequence:\n          - oom: {container: web}\n",
         NULL},
        {"faults:\n- rpc: a\n  then: {do: hang, times: 2}\n\n  # a word\n- {rpc:   b , do: hang}\n",
         "faults:\n  - rpc: a\n    then: {do: hang, times: 2}\n  - {rpc: b, do: hang}\n"},
        {"a: []\nb: {}\nc: [[], {}, [x: y]]\n", "a: []\nb: {}\nc: [[], {}, [{x: y}]]\n"},
        {"- - a\n  - b\n-\n  - c\n", "- - a\n  - b\n- - c\n"},
        {"{\"title\": \"t\", \"steps\": [{\"exit\": {\"code\": 0}}]}",
         "\"title\": \"t\"\n\"steps\": [{\"exit\": {\"code\": 0}}]\n"},
        /* What is too long for its line stands below. */
        {"a: {b: " LONG_90 ", c: " LONG_30 "}\n", "a:\n  b: " LONG_90 "\n  c: " LONG_30 "\n"},
        {"a: [" LONG_90 ", " LONG_30 ", x]\n", "a: [" LONG_90 ",\n  " LONG_30 ", x]\n"},
        {"a: [{b: " LONG_90 "}, {b: " LONG_30 "}]\n", "a:\n  - {b: " LONG_90 "}\n  - {b: " LONG_30 "}\n"},
    };
    (void)state;
    CHECK(rows);
}

static void a_text_keeps_its_quotes_and_its_lines(void **state)
{
    static const struct row rows[] = {
        {"a: \"1\"\nb: '2'\nc: 3\n", "a: \"1\"\nb: \"2\"\nc: 3\n"},
        {"a: 'say \"no\"'\n", NULL},
        {"a: 'it''s \"no\"'\n", NULL},
        {"a: \"\\\"\\n\\t\\x01\\u2028\\uFEFF\\L\\\\\"\n", "a: \"\\\"\\n\\t\\x01\\u2028\\ufeff\\u2028\\\\\"\n"},
        {"a: \"\xc3\xa4\xf0\x9f\x90\xb3\"\n", NULL},
        {"why: >-\n  one\n  two\n", "why: >-\n  one two\n"},
        {"why: " LONG_90 " " LONG_30 "\n", "why: >-\n  " LONG_90 " abcdefghij abcdefghij\n  abcdefgh\n"},
        {"why: >-\n  one\n\n  two\n", "why: |-\n  one\n  two\n"},
        {"why: one\n\n  two\n", "why: |-\n  one\n  two\n"},
        {"why: |\n  one\n    two\n\n  three: #\n", NULL},
        {"why: |+\n  one\n\n", "why: \"one\\n\\n\"\n"},
        {"why: |2\n   one\n", "why: \" one\\n\"\n"},
        {"why: [one\n\n  two]\n", "why: [\"one\\ntwo\"]\n"},
        {"why: >-\n  one  two\n", NULL},
    };
    (void)state;
    CHECK(rows);
}

static void a_key_may_be_longer_than_yaml_guesses(void **state)
{
    struct buffer content = BUFFER_INIT;
    (void)state;
    buffer_printf(&content, "labels: {\"k\": v, ? \"");
    for (size_t i = 0; i < 3000; i++)
        buffer_printf(&content, "x");
    buffer_printf(&content, "\" : v}\n");
    assert_true(goes_round(buffer_text(&content)));
    buffer_release(&content);
}

static void every_word_of_the_language_goes_round(void **state)
{
    (void)state;
    assert_true(goes_round(text_of(WHOLE_SCENARIO)));
    assert_true(goes_round(text_of(WHOLE_ANCESTOR)));
    assert_true(goes_round(text_of(WHOLE_OWNER)));
}

/* The same seed gives the same files on every machine. */
static void whatever_is_read_goes_round(void **state)
{
    static const char *const pieces[] = {"a",  "b: ",      "- ",  "\n", "\n  ", "\n    ", "[",   "]",       "{",
                                         "}",  ", ",       ": ",  "\"", "'",    "''",     "#",   " # ",     "? ",
                                         ">-", "|",        "|+",  ">",  "\\",   "\\n",    "1",   "true",    "~",
                                         " ",  "\xc3\xa4", "\\e", "%",  "\n\n", "--",     "a b", "key: v\n"};
    struct random random;
    size_t trees = 0;
    (void)state;
    random_seed(&random, 1496);
    for (size_t round = 0; round < ROUNDS; round++) {
        struct buffer content = BUFFER_INIT;
        for (uint64_t i = 0, n = 1 + random_below(&random, PIECE_MAX); i < n; i++)
            buffer_printf(&content, "%s", pieces[random_below(&random, sizeof pieces / sizeof pieces[0])]);
        trees += goes_round(buffer_text(&content));
        buffer_release(&content);
    }
    assert_true(trees > ROUNDS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_laid_out_as_by_hand),
        cmocka_unit_test(a_text_keeps_its_quotes_and_its_lines),
        cmocka_unit_test(a_key_may_be_longer_than_yaml_guesses),
        cmocka_unit_test(every_word_of_the_language_goes_round),
        cmocka_unit_test(whatever_is_read_goes_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
