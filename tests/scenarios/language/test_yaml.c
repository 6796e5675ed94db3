/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

/* Nothing comes before these rows, so lines count from the first. */
#define REFUSE_BARE(rows) refuse("", rows, sizeof(rows) / sizeof((rows)[0]))

static void a_line_that_fits_nowhere_is_told_with_its_place(void **state)
{
    static const struct refusal rows[] = {
        {"a: b: c\n",
         "1:5: a colon cannot stand here; put a text that holds \": \" in quotes, or indent the line like its neighbours"},
        {"title: a\n"
         " b: c\n",
         "2:3: a colon cannot stand here; put a text that holds \": \" in quotes, or indent the line like its neighbours"},
        {"a:\n"
         "  b: 1\n"
         " c: 2\n",
         "3:2: this is neither a new key nor part of the value before; indent it like its neighbours, or put the whole value in quotes"},
        {"title: t\n"
         "why\n"
         "steps: []\n",
         "2:1: this has no colon; write \"key: value\", or indent a text that goes on from the line above"},
        {"steps:\n"
         "  - a\n"
         " b: 1\n",
         "3:2: this is neither a new key nor part of the value before; indent it like its neighbours, or put the whole value in quotes"},
        {"a: 1\n"
         "- b\n",
         "2:1: this is neither a new key nor part of the value before; indent it like its neighbours, or put the whole value in quotes"},
        {"steps:\n"
         "- a: 1\n"
         "b\n",
         "3:1: this has no colon; write \"key: value\", or indent a text that goes on from the line above"},
        {"a: 'x' y\n",
         "1:8: this is neither a new key nor part of the value before; indent it like its neighbours, or put the whole value in quotes"},
        {"a: 1\n"
         "...\n"
         "b: 2\n",
         "3:1: the document has ended above; write one document, with all its keys in one column"},
        {"  a: 1\n"
         "b: 2\n",
         "2:1: the document has ended above; write one document, with all its keys in one column"},
        {"- a\n"
         "b: 1\n",
         "2:1: an entry of this list must begin with \"- \" in the column of the entries above"},
    };
    (void)state;
    REFUSE_BARE(rows);
}

static void what_is_opened_must_be_closed(void **state)
{
    static const struct refusal rows[] = {
        {"title: [1, 2\n"
         "why: 3\n",
         "1:8: a comma or ] is missing in the list that begins here, before line 2, column 4"},
        {"title: {x: 1\n"
         "why: 3\n",
         "1:8: a comma or } is missing in the mapping that begins here, before line 2, column 4"},
        {"title: \"abc\n"
         "why: x\n",
         "1:8: the quoted text that begins here has no end; close it with the same quote"},
        {"title: 'abc\n"
         "---\n"
         "'\n",
         "1:8: the quoted text that begins here runs into a line of --- or ...; close it with the same quote"},
        {"a: [1,,2]\n", "1:7: a value is missing here; write it, or remove the comma or bracket"},
        {"a: ]\n", "1:4: a value is missing here; write it, or remove the comma or bracket"},
    };
    (void)state;
    REFUSE_BARE(rows);
}

static void a_text_that_yaml_cannot_read_must_be_quoted_or_escaped(void **state)
{
    static const struct refusal rows[] = {
        {"title: @x\n", "1:8: a text cannot begin with this character; put it in quotes"},
        {"title: `x`\n", "1:8: a text cannot begin with this character; put it in quotes"},
        {"title: %x\n", "1:8: a text cannot begin with this character; put it in quotes"},
        {"title: \"\\q\"\n",
         "1:9: double quotes know no such escape; write \\\\ for a backslash, or use single quotes"},
        {"title: \"\\u12g4\"\n", "1:11: an escape needs more hexadecimal digits here, such as \\u00e4"},
        {"title: \"\\ud800\"\n", "1:11: no character has this number; correct the escape"},
        {"? [a]\n"
         ": 1\n",
         "1:3: a key must be a text; a list or mapping cannot be one"},
        {"title: \"a\\0b\"\n", "1:8: a text may not hold a NUL character; remove the escape"},
        {"\"a\\0b\": 1\n", "1:1: a text may not hold a NUL character; remove the escape"},
    };
    (void)state;
    REFUSE_BARE(rows);
}

static void anchors_aliases_tags_directives_and_merge_keys_are_refused(void **state)
{
    static const struct refusal rows[] = {
        {"a: *x\n", "1:4: an alias (*) is not part of the language; write the value out, or put the text in quotes"},
        {"a: &x 1\n", "1:4: an anchor (&) is not part of the language; write the value out where it is needed"},
        {"a: &x [1]\n", "1:4: an anchor (&) is not part of the language; write the value out where it is needed"},
        {"a: &x {b: 1}\n", "1:4: an anchor (&) is not part of the language; write the value out where it is needed"},
        {"&x a: 1\n", "1:1: an anchor (&) is not part of the language; write the value out where it is needed"},
        {"a: !!str 1\n", "1:4: a tag (!) is not part of the language; write the value without it"},
        {"a: !x [1]\n", "1:4: a tag (!) is not part of the language; write the value without it"},
        {"a: ! {}\n", "1:4: a tag (!) is not part of the language; write the value without it"},
        {"a: !e!x y\n", "1:4: a tag (!) is not part of the language; write the value without it"},
        {"%YAML 1.1\n"
         "---\n"
         "a: 1\n",
         "1:1: a directive (%) is not part of the language; remove the line"},
        {"%TAG !e! tag:x\n"
         "---\n"
         "a: 1\n",
         "1:1: a directive (%) is not part of the language; remove the line"},
        {"---\n"
         "a: 1\n"
         "---\n"
         "b: 2\n",
         "3:1: a second document begins here; write one scenario per file"},
        {"a: {<<: {b: 1}}\n", "1:5: the merge key << is not part of the language; write the keys out"},
    };
    (void)state;
    REFUSE_BARE(rows);
}

static void a_file_is_one_document(void **state)
{
    static const struct refusal rows[] = {
        {"%YAML 2.0\n"
         "---\n"
         "a: 1\n",
         "1:1: a directive (%) is not part of the language; remove the line"},
        {"a: 1\n"
         "---\n"
         "b: 2\n",
         "2:1: a second document begins here; write one scenario per file"},
    };
    (void)state;
    REFUSE_BARE(rows);
}

static void a_key_is_a_text(void **state)
{
    static const struct refusal rows[] = {
        {"a: <<\n", "1:4: the merge key << is not part of the language; write the keys out"},
        {"[a]: 1\n", "1:1: a key must be a text; a list or mapping cannot be one"},
        {"{a: 1}: 1\n", "1:1: a key must be a text; a list or mapping cannot be one"},
    };
    (void)state;
    REFUSE_BARE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_fits_nowhere_is_told_with_its_place),
        cmocka_unit_test(what_is_opened_must_be_closed),
        cmocka_unit_test(a_text_that_yaml_cannot_read_must_be_quoted_or_escaped),
        cmocka_unit_test(anchors_aliases_tags_directives_and_merge_keys_are_refused),
        cmocka_unit_test(a_file_is_one_document),
        cmocka_unit_test(a_key_is_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
