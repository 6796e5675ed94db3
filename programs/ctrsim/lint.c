/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/lint.h"

#include <stdio.h>

#include "programs/common/options.h"
#include "programs/ctrsim/files.h"
#include "programs/ctrsim/load.h"
#include "scenarios/language/schema.h"

static int write_schema(void)
{
    struct buffer out = BUFFER_INIT;
    int status = PROGRAM_OK;
    if (schema_write(&out) != 0) {
        fprintf(stderr, "ctrsim lint: out of memory\n");
        status = PROGRAM_FAILED;
    }
    (void)fwrite(out.bytes, 1, out.length, stdout);
    buffer_release(&out);
    return status;
}

/* Says what is wrong with an operand, be it a file, a folder, or neither, and with every file below it. */
static int lint_operand(const char *path)
{
    struct files files = {NULL, 0, 0};
    struct error error = {""};
    int status = PROGRAM_OK;

    if (files_add(&files, path, &error) != 0) {
        printf("%s\n", error.text);
        status = PROGRAM_USAGE;
    }
    for (size_t i = 0; i < files.count; i++) {
        struct scenario *scenario;
        if (load_scenario(&scenario, files.paths[i], &error) != 0) {
            printf("%s\n", error.text);
            status = PROGRAM_USAGE;
        }
        scenario_free(scenario);
    }
    files_release(&files);
    return status;
}

int lint_main(int argc, char **argv)
{
    bool schema = false;
    const struct options_row rows[] = {
        {.name = "schema", .flag = &schema, .help = "write the JSON Schema of the language, and check nothing"},
    };
    const struct options options = {
        .program = "ctrsim",
        .command = "lint",
        .summary =
            "Checks scenarios without running them: a line for each file that is not well, nothing for the others.",
        .operands = "FILE|DIR...",
        .notes = "Of each file the first problem is told, as FILE:LINE:COLUMN and a sentence.\n"
                 "Exit status: 0 all is well, 2 bad usage or a bad file.\n",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    size_t count;
    int status = PROGRAM_OK;

    enum options_result parsed = options_parse(&options, argc, argv, &count, stdout, stderr);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (schema)
        return write_schema();
    if (count == 0) {
        fprintf(stderr, "ctrsim lint: a scenario file or a folder of them is missing\n");
        return PROGRAM_USAGE;
    }
    for (size_t i = 0; i < count; i++)
        if (lint_operand(argv[i]) != PROGRAM_OK)
            status = PROGRAM_USAGE;
    return status;
}
