/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/common/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "programs/common/options.h"

static void a_closed_standard_descriptor_is_not_given_to_anything_else(void **state)
{
    int kept_in = dup(STDIN_FILENO);
    int kept_out = dup(STDOUT_FILENO);
    (void)state;
    (void)close(STDIN_FILENO);
    (void)close(STDOUT_FILENO);
    standard_reserve();
    int next = dup(kept_in);
    ssize_t written = write(STDOUT_FILENO, "x", 1);
    int failure = errno;
    (void)dup2(kept_in, STDIN_FILENO);
    (void)dup2(kept_out, STDOUT_FILENO);
    (void)close(kept_in);
    (void)close(kept_out);
    (void)close(next);
    assert_true(next > STDERR_FILENO);
    assert_int_equal(written, -1);
    assert_int_equal(failure, EBADF);
}

/* The status with which that ends, whose stdout is such a file. */
static int finish(const char *path, int status)
{
    (void)fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    int file = open(path, O_WRONLY);
    (void)dup2(file, STDOUT_FILENO);
    printf("a result\n");
    int finished = standard_finish("test", status);
    clearerr(stdout);
    (void)dup2(kept, STDOUT_FILENO);
    (void)close(kept);
    (void)close(file);
    return finished;
}

static void a_result_that_is_not_written_is_no_success(void **state)
{
    (void)state;
    assert_int_equal(finish("/dev/null", PROGRAM_OK), PROGRAM_OK);
    assert_int_equal(finish("/dev/full", PROGRAM_OK), PROGRAM_FAILED);
    assert_int_equal(finish("/dev/full", PROGRAM_USAGE), PROGRAM_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_standard_descriptor_is_not_given_to_anything_else),
        cmocka_unit_test(a_result_that_is_not_written_is_no_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
