/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_COMMON_OPTIONS_H
#define PROGRAMS_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * The command line of a program as a table: the table parses, prints --help and answers --version, so that the three
 * cannot disagree. Written as getopt_long reads it: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, options and operands
 * in any order, `--` ends the options, `-` is an operand. Names are never abbreviated. Of an option given twice the
 * last one holds. Every program has --help and --version besides its table.
 */

/* What all programs exit with. */
enum program_exit {
    PROGRAM_OK = 0,
    PROGRAM_FAILED = 1, /* an expectation failed, or the world did */
    PROGRAM_USAGE = 2,  /* bad usage or bad input */
    PROGRAM_UNSOUND = 3 /* what came out cannot be relied on: a check that the program makes of itself has failed */
};

struct options_row {
    const char *name;     /* "address" */
    char letter;          /* 'a'; 0 for none */
    const char *argument; /* "SOCK", what --help calls the value; NULL: a flag without one */
    const char *choices;  /* "tap|junit": the only values; NULL: any */
    const char
        *environment;     /* the variable that holds where the option is not given (empty counts as unset), or NULL */
    const char *fallback; /* what holds where neither is given, or NULL */
    bool required;        /* refused where nothing gives a value */
    const char *help;     /* one short line, without a full stop */
    const char **value;   /* set to the value (borrowed), NULL where there is none; of a row with argument */
    bool *flag;           /* set to whether it was given; of a row without argument */
};

struct options {
    const char *program;  /* "ctrsim" */
    const char *command;  /* "run", for --help and sentences; NULL for none */
    const char *summary;  /* one sentence */
    const char *operands; /* "FILE|DIR...", as --help writes them; NULL: operands are refused */
    const char *notes;    /* printed below the table; NULL for none */
    bool stop_at_operand; /* what follows the first operand is not looked at: a program with subcommands */
    const struct options_row *rows;
    size_t row_count;
};

enum options_result {
    OPTIONS_GO,    /* all rows are set */
    OPTIONS_DONE,  /* --help or --version is answered on out: exit with PROGRAM_OK */
    OPTIONS_WRONG, /* one sentence is on err: exit with PROGRAM_USAGE */
    OPTIONS_FAILED /* the answer to --help or --version could not be written, a sentence is on err: PROGRAM_FAILED */
};

/* Reads argv[1] to argv[argc - 1]. With OPTIONS_GO the operands stand in argv[0] to argv[*ret_operand_count - 1], in
 * their order (with stop_at_operand, whatever follows the first one too). A misspelt option is answered with the
 * nearest one. */
enum options_result options_parse(const struct options *options, int argc, char **argv, size_t *ret_operand_count,
                                  FILE *out, FILE *err);

/* What to exit with after any other result than OPTIONS_GO. */
int options_status(enum options_result result);

#endif
