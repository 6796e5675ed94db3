/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/language/edit.h"
#include "tests/scenarios/language/failing_memory.h"
#include "tests/scenarios/language/whole.h"

/* Reads, changes and writes with one allocation that fails. */
static int edit_once(const char *content, const struct edit_changes *changes, struct error *error, bool *ret_read)
{
    struct buffer out = BUFFER_INIT;
    struct edit *edit;
    int result = edit_new(&edit, text_of("f"), text_of(content), error);
    *ret_read = result == 0;
    if (result == 0)
        result = edit_write(edit, changes, &out);
    edit_free(edit);
    memory_until_failure = LONG_MAX;
    buffer_release(&out);
    return result;
}

static void a_file_is_edited_whole_or_not_at_all(void **state)
{
    static const char *const contents[] = {WHOLE_SCENARIO, WHOLE_ANCESTOR};
    static const struct edit_handler handlers[] = {{{"original", 8}, NULL, 0}};
    static const struct scenario_choice choices[] = {{.label = {"next", 4}}};
    static const struct edit_step steps[] = {{.span = 20, .has_at = true}};
    static const struct edit_changes changes[] = {
        {.handlers = handlers, .handler_count = 1, .choices = choices, .choice_count = 1},
        {.title = {"x", 1}, .why = {"y", 1}, .steps = steps, .step_count = 1},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t failures = 0;
        for (long allowed = 0;; allowed++) {
            struct error error = {{0}};
            bool was_read;
            memory_has_failed = 0;
            memory_until_failure = allowed;
            int result = edit_once(contents[i], &changes[i], &error, &was_read);
            /* qsort does without. */
            if (result == 0 && !memory_has_failed)
                break;
            assert_true(result == 0 || result == ERROR_NO_MEMORY);
            if (!was_read)
                assert_string_equal(error.text, "f:1:1: there is not enough memory to read this file");
            failures += result != 0;
        }
        assert_true(failures > 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_edited_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
