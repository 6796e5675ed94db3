/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/random.h"
#include "scenarios/language/scenario.h"
#include "tests/scenarios/language/whole.h"

enum { ROUNDS = 6000, MUTATIONS_MAX = 4, PIECE_MAX = 60 };

/* What tends to matter to YAML and to the language. */
static const char *const pieces[] = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ": ",
    "- ",
    "\n",
    "  ",
    "#",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">-",
    "\"",
    "'",
    "\\0",
    "%",
    "---\n",
    "...\n",
    "? ",
    "<<",
    "\t",
    "\r",
    "\xff",
    "\xc3",
    "\xef\xbb\xbf",
    "0",
    "-1",
    "999999999999999999999",
    "1e9",
    "+2s",
    "any",
    "none",
    "exit: ",
    "any order: ",
    "sequence:\n",
    "web",
    "",
};

static void replace(struct buffer *content, size_t from, size_t length, const char *bytes, size_t count)
{
    struct buffer changed = BUFFER_INIT;
    buffer_append(&changed, content->bytes, from);
    buffer_append(&changed, bytes, count);
    buffer_append(&changed, content->bytes + from + length, content->length - from - length);
    assert_false(changed.failed);
    buffer_release(content);
    *content = changed;
}

static void mutate(struct buffer *content, struct random *random)
{
    size_t from = (size_t)random_below(random, content->length + 1);
    size_t rest = content->length - from;
    size_t length = (size_t)random_below(random, (rest < PIECE_MAX ? rest : PIECE_MAX) + 1);
    char copy[PIECE_MAX];
    const char *piece = pieces[random_below(random, sizeof pieces / sizeof pieces[0])];

    memcpy(copy, content->bytes + from, length);
    switch (random_below(random, 6)) {
    case 0: replace(content, from, length, "", 0); break;
    case 1: replace(content, from, 0, copy, length); break;
    case 2: replace(content, from, 0, piece, strlen(piece)); break;
    case 3: replace(content, from, length, piece, strlen(piece)); break;
    case 4: replace(content, (size_t)random_below(random, content->length + 1), 0, copy, length); break;
    default:
        if (rest > 0)
            content->bytes[from] = (unsigned char)random_below(random, 256);
    }
}

/* True iff the sentence is "f:LINE:COLUMN: " and something, in one line. */
static bool is_placed(const char *sentence)
{
    unsigned long line = 0;
    unsigned long column = 0;
    int length = 0;
    return sscanf(sentence, "f:%lu:%lu: %n", &line, &column, &length) == 2 && line > 0 && column > 0 && length > 0 &&
           sentence[length] != '\0' && strchr(sentence, '\n') == NULL;
}

/* The same seed gives the same files on every machine, so a failure names the round that shows it again. */
static void no_file_crashes_and_each_refusal_has_its_place(void **state)
{
    static const char *const wholes[] = {WHOLE_SCENARIO, WHOLE_ANCESTOR, WHOLE_OWNER};
    struct random random;
    size_t refused = 0;
    (void)state;
    random_seed(&random, 2017);
    for (size_t round = 0; round < ROUNDS; round++) {
        struct buffer content = BUFFER_INIT;
        struct error error = {{0}};
        struct scenario *scenario;

        buffer_append(&content, wholes[round % 2], strlen(wholes[round % 2]));
        for (uint64_t i = 0, n = 1 + random_below(&random, MUTATIONS_MAX); i < n; i++)
            mutate(&content, &random);
        int result = scenario_parse(&scenario, text_of("f"), buffer_text(&content), &error);
        if (result != 0 && !is_placed(error.text))
            fail_msg("round %zu: %s", round, error.text);
        assert_true((result == 0) == (scenario != NULL));
        refused += result != 0;
        scenario_free(scenario);
        buffer_release(&content);
    }
    /* Most mutations hurt, some fall into a comment or a text: both kinds must be among them. */
    assert_true(refused > ROUNDS / 2 && refused < ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_file_crashes_and_each_refusal_has_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
