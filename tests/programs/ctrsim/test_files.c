/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* This one is a file wherever the tests run; what is in it nobody asks. */
#define ANY_FILE "/proc/self/exe"

static void one_file_more_than_may_be_is_refused_with_the_limit(void **state)
{
    struct files files = {NULL, 0, 0};
    struct error error = {""};
    (void)state;
    for (size_t i = 0; i < FILES_MAX; i++)
        assert_int_equal(files_add(&files, ANY_FILE, &error), 0);
    assert_int_equal(files.count, FILES_MAX);
    assert_string_equal(files.paths[FILES_MAX - 1], ANY_FILE);
    assert_int_equal(files_add(&files, ANY_FILE, &error), ERROR_LIMIT);
    assert_string_equal(error.text, "more than 10000 scenario files: name some of the folders alone");
    assert_int_equal(files.count, FILES_MAX);
    files_release(&files);
}

static void what_is_not_there_is_told(void **state)
{
    struct files files = {NULL, 0, 0};
    struct error error = {""};
    (void)state;
    assert_int_equal(files_add(&files, "/proc/self/none", &error), ERROR_IO);
    assert_string_equal(error.text, "/proc/self/none: No such file or directory");
    files_release(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_file_more_than_may_be_is_refused_with_the_limit),
        cmocka_unit_test(what_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
