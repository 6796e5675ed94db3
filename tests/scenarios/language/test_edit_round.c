/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <glob.h>

#include "harness/run.h"
#include "scenarios/language/edit.h"

/*
 * Every scenario of this project, written again with nothing left out, plays as it did.
 */
static struct buffer content_of(const char *path)
{
    struct buffer content = BUFFER_INIT;
    char bytes[4096];
    size_t length;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
        assert_int_equal(buffer_append(&content, bytes, length), 0);
    assert_int_equal(fclose(file), 0);
    return content;
}

/* The trace without the lines of the file, which are not those that they were. Under some policies a step waits in
 * vain: the trace goes as far. */
static struct buffer trace_of(const char *path, struct text content, const char *policy)
{
    static const char mark[] = " line ";
    struct buffer trace = BUFFER_INIT;
    struct error error = {{0}};
    struct scenario *scenario;
    struct run run;

    if (scenario_parse(&scenario, text_of(path), content, &error) != 0)
        fail_msg("%s", error.text);
    int code = run_scenario(&run, scenario, text_of(policy), NULL, &error);
    if (code != 0 && code != ERROR_REFUSED)
        fail_msg("%s: %s", path, error.text);
    assert_int_equal(buffer_append(&run.trace.text, "", 1), 0);
    const char *rest = (const char *)run.trace.text.bytes;
    for (const char *at = strstr(rest, mark); at != NULL; at = strstr(rest, mark)) {
        at += strlen(mark);
        (void)buffer_append(&trace, rest, (size_t)(at - rest));
        rest = at + strspn(at, "0123456789");
    }
    assert_int_equal(buffer_append_text(&trace, text_of(rest)), 0);
    run_release(&run);
    scenario_free(scenario);
    return trace;
}

static void check_round(const char *path, const char *policy)
{
    static const struct edit_changes nothing;
    struct buffer content = content_of(path);
    struct buffer again = BUFFER_INIT;
    struct error error = {{0}};
    struct edit *edit;

    if (edit_new(&edit, text_of(path), buffer_text(&content), &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(edit_write(edit, &nothing, &again), 0);
    struct buffer first = trace_of(path, buffer_text(&content), policy);
    struct buffer second = trace_of(path, buffer_text(&again), policy);
    if (!text_equal(buffer_text(&first), buffer_text(&second)))
        fail_msg("%s plays otherwise as\n%.*s", path, TEXT_ARGUMENTS(buffer_text(&again)));
    buffer_release(&first);
    buffer_release(&second);
    edit_free(edit);
    buffer_release(&content);
    buffer_release(&again);
}

static void every_scenario_written_again_plays_as_before(void **state)
{
    static const char *const policies[] = {"reliable-without=sweep", "original"};
    glob_t paths;
    (void)state;
    assert_int_equal(glob("scenarios/*/*.yaml", 0, NULL, &paths), 0);
    assert_true(paths.gl_pathc > 50);
    for (size_t i = 0; i < paths.gl_pathc; i++)
        check_round(paths.gl_pathv[i], policies[i % 2]);
    globfree(&paths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_written_again_plays_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
