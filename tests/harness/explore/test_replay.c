/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/explore/replay.h"

#define HEAD "replay 1\nscenario a.yaml\nhash 0123456789abcdef0123456789abcdef\npolicy reliable\n"

static void what_is_written_is_read_again(void **state)
{
    const struct draw draws[] = {{1, 2, "values"}, {0, 7, "next"}, {6, 7, "two words"}};
    struct text content = text_of("title: t\n");
    struct hash hash = replay_hash(content);
    struct buffer text = BUFFER_INIT;
    struct replay replay;
    struct error error = {""};
    (void)state;
    int result = replay_write(text_of("a.yaml"), content, text_of("reliable-without=relist"), draws, 3, &text, &error);
    assert_int_equal(result, 0);
    if (replay_read(&replay, text_of("a.replay"), buffer_text(&text), &error) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(replay.scenario, "a.yaml");
    assert_string_equal(replay.policy, "reliable-without=relist");
    assert_true(hash_equal(&replay.hash, &hash));
    assert_int_equal(replay.draw_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(replay.draws[i].value, draws[i].value);
        assert_int_equal(replay.draws[i].bound, draws[i].bound);
        assert_string_equal(replay.draws[i].label, draws[i].label);
    }
    replay_release(&replay);
    buffer_release(&text);
}

static void another_file_has_another_hash(void **state)
{
    struct hash one = replay_hash(text_of("title: t\n"));
    struct hash two = replay_hash(text_of("title: u\n"));
    (void)state;
    assert_false(hash_equal(&one, &two));
}

/* A replay of that, whose name, policy and draws are so long. */
static int write_long(size_t name, size_t policy, size_t draw_count, struct error *error)
{
    char *letters = malloc(REPLAY_POLICY_MAX + 1);
    struct draw *draws = malloc((draw_count + 1) * sizeof *draws);
    struct buffer text = BUFFER_INIT;
    struct replay replay = {.draws = NULL};
    assert_non_null(letters);
    assert_non_null(draws);
    memset(letters, 'a', REPLAY_POLICY_MAX + 1);
    for (size_t i = 0; i < draw_count; i++)
        draws[i] = (struct draw){1, 2, "next"};
    int result = replay_write((struct text){letters, name}, text_of("title: t\n"), (struct text){letters, policy},
                              draws, draw_count, &text, error);
    if (result == 0) {
        assert_true(text.length <= REPLAY_BYTES_MAX);
        result = replay_read(&replay, text_of("a.replay"), buffer_text(&text), error);
        assert_int_equal(strlen(replay.scenario), name);
        assert_int_equal(strlen(replay.policy), policy);
        assert_int_equal(replay.draw_count, draw_count);
        replay_release(&replay);
    }
    buffer_release(&text);
    free(draws);
    free(letters);
    return result;
}

/* A file that nobody can read would be told as kept. */
static void what_could_not_be_read_again_is_not_written(void **state)
{
    const size_t draws = (REPLAY_BYTES_MAX - 100) / (sizeof "draw next 1 of 2\n" - 1);
    struct error error = {""};
    (void)state;
    assert_int_equal(write_long(REPLAY_NAME_MAX, REPLAY_POLICY_MAX, 1, &error), 0);
    assert_int_equal(write_long(REPLAY_NAME_MAX + 1, 1, 1, &error), ERROR_LIMIT);
    assert_string_equal(error.text,
                        "a replay names no file of more than 255 bytes and no policy of more than 1024 bytes");
    assert_int_equal(write_long(1, REPLAY_POLICY_MAX + 1, 1, &error), ERROR_LIMIT);
    assert_int_equal(write_long(6, 8, draws, &error), 0);
    assert_int_equal(write_long(6, 8, draws + 10, &error), ERROR_LIMIT);
    assert_string_equal(error.text, "the run has 246727 draws, more than fit in a replay of 4194304 bytes");
}

static void what_is_no_replay_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text;
        const char *place;
    } rows[] = {
        {"", "a.replay:1: "},
        {"replay 2\n", "a.replay:1: "},
        {"replay 1\n", "a.replay:2: "},
        {"replay 1\nscenario ../a.yaml\n", "a.replay:2: "},
        {"replay 1\nscenario a.yaml\nhash 0123\n", "a.replay:3: "},
        {"replay 1\nscenario a.yaml\nhash 0123456789abcdef0123456789abcdeg\n", "a.replay:3: "},
        {"replay 1\nscenario a.yaml\nhash 0123456789abcdef0123456789abcdef\npolice x\n", "a.replay:4: "},
        {HEAD "draw next 2 of 2\n", "a.replay:5: "},
        {HEAD "draw next 0 of 2\ndraw 1 of 2\n", "a.replay:6: "},
        {HEAD "draw next 4294967296 of 4294967297\n", "a.replay:5: "},
        {HEAD "draw next 1 of 2 and more\n", "a.replay:5: "},
        {HEAD "\n", "a.replay:5: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct replay replay;
        struct error error = {""};
        if (replay_read(&replay, text_of("a.replay"), text_of(rows[i].text), &error) != ERROR_MALFORMED)
            fail_msg("row %zu was taken", i);
        if (strncmp(error.text, rows[i].place, strlen(rows[i].place)) != 0)
            fail_msg("row %zu: %s", i, error.text);
        replay_release(&replay);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(another_file_has_another_hash),
        cmocka_unit_test(what_could_not_be_read_again_is_not_written),
        cmocka_unit_test(what_is_no_replay_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
