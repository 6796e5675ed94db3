/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "programs/common/options.h"

enum { ARGUMENTS_MAX = 8 };

static const char *address;
static const char *report;
static const char *scenario;
static bool debug;

static const struct options_row rows[] = {
    {.name = "address",
     .letter = 'a',
     .argument = "SOCK",
     .environment = "TEST_ADDRESS",
     .required = true,
     .help = "where it is",
     .value = &address},
    {.name = "report", .argument = "FORM", .choices = "tap|junit", .fallback = "tap", .help = "how", .value = &report},
    {.name = "scenario", .argument = "FILE", .help = "what to play", .value = &scenario},
    {.name = "debug", .letter = 'd', .help = "say more", .flag = &debug},
};

static const struct options plain = {
    .program = "tool", .summary = "A tool.", .rows = rows, .row_count = sizeof rows / sizeof rows[0]};
static const struct options with_operands = {.program = "tool",
                                             .command = "run",
                                             .summary = "A tool.",
                                             .operands = "FILE...",
                                             .notes = "A note.",
                                             .rows = rows,
                                             .row_count = sizeof rows / sizeof rows[0]};
static const struct options with_commands = {
    .program = "tool", .summary = "A tool.", .operands = "COMMAND ...", .stop_at_operand = true};

/* What a parse said and left. */
struct parsed {
    enum options_result result;
    char *argv[ARGUMENTS_MAX + 1];
    size_t operand_count;
    char out[2048];
    char err[512];
};

static char *said(FILE *file, char *buffer, size_t size)
{
    rewind(file);
    buffer[fread(buffer, 1, size - 1, file)] = '\0';
    fclose(file);
    return buffer;
}

static struct parsed parse(const struct options *options, const char *const *arguments)
{
    struct parsed parsed = {.argv = {(char *)(uintptr_t) "tool"}};
    int argc = 1;
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    for (; arguments[argc - 1] != NULL; argc++)
        parsed.argv[argc] = (char *)(uintptr_t)arguments[argc - 1];
    parsed.result = options_parse(options, argc, parsed.argv, &parsed.operand_count, out, err);
    said(out, parsed.out, sizeof parsed.out);
    said(err, parsed.err, sizeof parsed.err);
    return parsed;
}

static void an_option_may_be_written_in_each_of_four_ways(void **state)
{
    static const char *const ways[][4] = {{"--address", "/s"}, {"--address=/s"}, {"-a", "/s"}, {"-a/s"}};
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        assert_int_equal(parse(&plain, ways[i]).result, OPTIONS_GO);
        assert_string_equal(address, "/s");
        assert_string_equal(report, "tap");
        assert_null(scenario);
        assert_false(debug);
    }
}

static void of_an_option_given_twice_the_last_holds(void **state)
{
    static const char *const arguments[] = {"-d", "-a", "1", "--report=tap", "--report", "junit", "-a2", NULL};
    (void)state;
    assert_int_equal(parse(&plain, arguments).result, OPTIONS_GO);
    assert_string_equal(address, "2");
    assert_string_equal(report, "junit");
    assert_true(debug);
}

static void what_is_wrong_is_said_in_one_sentence(void **state)
{
    static const struct {
        const char *arguments[4];
        const char *sentence;
    } wrongs[] = {
        {{"--adress", "/s"}, "tool: unknown option --adress; did you mean --address?\n"},
        {{"--adress=/s"}, "tool: unknown option --adress; did you mean --address?\n"},
        {{"--versoin"}, "tool: unknown option --versoin; did you mean --version?\n"},
        {{"--hepl"}, "tool: unknown option --hepl; did you mean --help?\n"},
        {{"--addr", "/s"}, "tool: unknown option --addr; --help lists what there is\n"},
        {{"--control", "x"}, "tool: unknown option --control; --help lists what there is\n"},
        {{"-x"}, "tool: unknown option -x; --help lists what there is\n"},
        {{"--address"}, "tool: --address needs a value: SOCK\n"},
        {{"-a"}, "tool: --address needs a value: SOCK\n"},
        {{"--debug=yes"}, "tool: --debug takes no value\n"},
        {{"-dd"}, "tool: --debug takes no value\n"},
        {{"--help=me"}, "tool: --help takes no value\n"},
        {{"--report", "xml"}, "tool: --report takes one of tap|junit, not \"xml\"\n"},
        {{"--report", "ta"}, "tool: --report takes one of tap|junit, not \"ta\"\n"},
        {{"--report="}, "tool: --report takes one of tap|junit, not \"\"\n"},
        {{"-a/s", "file"}, "tool: takes no argument such as \"file\"; --help lists what there is\n"},
        {{"-d"}, "tool: --address SOCK is missing, and TEST_ADDRESS is not set\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        struct parsed parsed = parse(&plain, wrongs[i].arguments);
        assert_string_equal(parsed.err, wrongs[i].sentence);
        assert_int_equal(parsed.result, OPTIONS_WRONG);
        assert_string_equal(parsed.out, "");
    }
}

static void the_environment_stands_in_for_an_option_that_is_not_given(void **state)
{
    static const char *const nothing[] = {NULL};
    static const char *const given[] = {"--address", "/given", NULL};
    (void)state;
    setenv("TEST_ADDRESS", "/environment", 1);
    assert_int_equal(parse(&plain, nothing).result, OPTIONS_GO);
    assert_string_equal(address, "/environment");
    assert_int_equal(parse(&plain, given).result, OPTIONS_GO);
    assert_string_equal(address, "/given");
    setenv("TEST_ADDRESS", "", 1);
    assert_int_equal(parse(&plain, nothing).result, OPTIONS_WRONG);
    unsetenv("TEST_ADDRESS");
}

static void operands_keep_their_order_between_options_and_after_the_end_of_them(void **state)
{
    static const char *const arguments[] = {"one", "-a/s", "-", "--debug", "two", "--", "--three", NULL};
    static const char *const expected[] = {"one", "-", "two", "--three"};
    (void)state;
    struct parsed parsed = parse(&with_operands, arguments);
    assert_int_equal(parsed.result, OPTIONS_GO);
    assert_int_equal(parsed.operand_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(parsed.argv[i], expected[i]);
    assert_true(debug);
}

static void a_program_with_subcommands_leaves_what_follows_to_them(void **state)
{
    static const char *const arguments[] = {"run", "--anything", "--help", NULL};
    (void)state;
    struct parsed parsed = parse(&with_commands, arguments);
    assert_int_equal(parsed.result, OPTIONS_GO);
    assert_int_equal(parsed.operand_count, 3);
    assert_string_equal(parsed.argv[0], "run");
    assert_string_equal(parsed.argv[2], "--help");
}

static void help_is_the_table(void **state)
{
    static const char *const arguments[] = {"--help", NULL};
    (void)state;
    struct parsed parsed = parse(&with_operands, arguments);
    assert_int_equal(parsed.result, OPTIONS_DONE);
    assert_string_equal(parsed.err, "");
    assert_string_equal(parsed.out, "Usage: tool run [OPTION]... FILE...\n"
                                    "A tool.\n"
                                    "\n"
                                    "  -a, --address SOCK   where it is (default: $TEST_ADDRESS)\n"
                                    "      --report FORM    how (default: tap)\n"
                                    "      --scenario FILE  what to play\n"
                                    "  -d, --debug          say more\n"
                                    "      --help           print this and exit\n"
                                    "      --version        print the name and version and exit\n"
                                    "\n"
                                    "A note.\n");
}

static void version_is_the_name_and_the_number(void **state)
{
    static const char *const arguments[] = {"--version", NULL};
    (void)state;
    struct parsed parsed = parse(&with_operands, arguments);
    assert_int_equal(parsed.result, OPTIONS_DONE);
    assert_string_equal(parsed.out, "tool " PROJECT_VERSION "\n");
}

static void an_answer_that_cannot_be_written_is_a_failure(void **state)
{
    static const char *const questions[] = {"--help", "--version"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char tool[] = "tool", question[16], err[512];
        char *argv[] = {tool, question, NULL};
        size_t operand_count;
        FILE *full = fopen("/dev/full", "w");
        FILE *errors = tmpfile();
        assert_non_null(full);
        (void)strcpy(question, questions[i]);
        assert_int_equal(options_parse(&plain, 2, argv, &operand_count, full, errors), OPTIONS_FAILED);
        assert_string_equal(said(errors, err, sizeof err), "tool: cannot write to stdout: No space left on device\n");
        fclose(full);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_option_may_be_written_in_each_of_four_ways),
        cmocka_unit_test(of_an_option_given_twice_the_last_holds),
        cmocka_unit_test(what_is_wrong_is_said_in_one_sentence),
        cmocka_unit_test(the_environment_stands_in_for_an_option_that_is_not_given),
        cmocka_unit_test(operands_keep_their_order_between_options_and_after_the_end_of_them),
        cmocka_unit_test(a_program_with_subcommands_leaves_what_follows_to_them),
        cmocka_unit_test(help_is_the_table),
        cmocka_unit_test(version_is_the_name_and_the_number),
        cmocka_unit_test(an_answer_that_cannot_be_written_is_a_failure),
    };
    unsetenv("TEST_ADDRESS");
    return cmocka_run_group_tests_name("programs/common/options", tests, NULL, NULL);
}
