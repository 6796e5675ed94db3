/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glob.h>

#include <cmocka.h>

#include "harness/names.h"
#include "scenarios/language/scenario.h"

enum { FILE_MAX = 8192 };

static struct text read_whole(const char *path, char buffer[FILE_MAX])
{
    FILE *file = fopen(path, "rb");
    struct text text = {buffer, 0};
    assert_non_null(file);
    text.length = fread(buffer, 1, FILE_MAX, file);
    assert_true(text.length > 0 && text.length < FILE_MAX);
    assert_int_equal(fclose(file), 0);
    return text;
}

/* The first line of each file is a comment that holds all of the message behind the file's name. */
static void check_file(const char *path)
{
    char buffer[FILE_MAX];
    char expected[FILE_MAX + ERROR_TEXT_MAX];
    struct error error = {{0}};
    struct scenario *scenario;
    struct text content = read_whole(path, buffer);
    const char *end = memchr(content.bytes, '\n', content.length);

    assert_true(end != NULL && text_starts_with(content, "# "));
    (void)snprintf(expected, sizeof expected, "%s:%.*s", path, (int)(end - content.bytes - 2), content.bytes + 2);
    if (scenario_parse(&scenario, text_of(path), content, &error) == 0) {
        if (names_check(scenario, &error) == 0)
            fail_msg("%s was not refused", path);
        scenario_free(scenario);
    }
    if (strcmp(error.text, expected) != 0)
        fail_msg("it says:  %s\nnot this: %s", error.text, expected);
}

static void every_broken_file_is_refused_as_its_first_line_says(void **state)
{
    glob_t found;
    (void)state;
    assert_int_equal(glob("tests/broken/*/*.yaml", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 30);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_file(found.gl_pathv[i]);
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_broken_file_is_refused_as_its_first_line_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
