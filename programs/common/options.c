/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/common/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { MISSPELLING_MAX = 2 };

static const struct options_row help_row = {.name = "help", .help = "print this and exit"};
static const struct options_row version_row = {.name = "version", .help = "print the name and version and exit"};

/* The walk along argv. */
struct walk {
    const struct options *options;
    int argc;
    char **argv;
    int next;
    FILE *err;
};

static void print_name(const struct options *options, FILE *file)
{
    fprintf(file, "%s%s%s", options->program, options->command != NULL ? " " : "",
            options->command != NULL ? options->command : "");
}

__attribute__((format(printf, 2, 3))) static enum options_result wrong(const struct walk *walk, const char *format, ...)
{
    va_list arguments;
    print_name(walk->options, walk->err);
    fputs(": ", walk->err);
    va_start(arguments, format);
    vfprintf(walk->err, format, arguments);
    va_end(arguments);
    fputc('\n', walk->err);
    return OPTIONS_WRONG;
}

/* ---- --help ---- */

static int row_width(const struct options_row *row)
{
    return (int)(strlen(row->name) + (row->argument != NULL ? 1 + strlen(row->argument) : 0));
}

static void print_row(const struct options_row *row, int width, FILE *out)
{
    if (row->letter != 0)
        fprintf(out, "  -%c, ", row->letter);
    else
        fputs("      ", out);
    fprintf(out, "--%s%s%s%*s  %s", row->name, row->argument != NULL ? " " : "",
            row->argument != NULL ? row->argument : "", width - row_width(row), "", row->help);
    if (row->environment != NULL && row->fallback != NULL)
        fprintf(out, " (default: $%s, else %s)", row->environment, row->fallback);
    else if (row->environment != NULL)
        fprintf(out, " (default: $%s)", row->environment);
    else if (row->fallback != NULL)
        fprintf(out, " (default: %s)", row->fallback);
    fputc('\n', out);
}

static void print_help(const struct options *options, FILE *out)
{
    int width = row_width(&version_row);
    for (size_t i = 0; i < options->row_count; i++)
        if (row_width(&options->rows[i]) > width)
            width = row_width(&options->rows[i]);

    fputs("Usage: ", out);
    print_name(options, out);
    fprintf(out, " [OPTION]...%s%s\n%s\n\n", options->operands != NULL ? " " : "",
            options->operands != NULL ? options->operands : "", options->summary);
    for (size_t i = 0; i < options->row_count; i++)
        print_row(&options->rows[i], width, out);
    print_row(&help_row, width, out);
    print_row(&version_row, width, out);
    if (options->notes != NULL)
        fprintf(out, "\n%s\n", options->notes);
}

/* ---- one option ---- */

static const struct options_row *row_named(const struct options *options, struct text name)
{
    if (text_is(name, help_row.name))
        return &help_row;
    if (text_is(name, version_row.name))
        return &version_row;
    for (size_t i = 0; i < options->row_count; i++)
        if (text_is(name, options->rows[i].name))
            return &options->rows[i];
    return NULL;
}

static const struct options_row *row_lettered(const struct options *options, char letter)
{
    for (size_t i = 0; i < options->row_count; i++)
        if (options->rows[i].letter != 0 && options->rows[i].letter == letter)
            return &options->rows[i];
    return NULL;
}

static enum options_result unknown_name(const struct walk *walk, struct text name)
{
    size_t best = MISSPELLING_MAX + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < walk->options->row_count + 2; i++) {
        const char *candidate = i < walk->options->row_count    ? walk->options->rows[i].name
                                : i == walk->options->row_count ? help_row.name
                                                                : version_row.name;
        size_t distance = text_distance(name, text_of(candidate), MISSPELLING_MAX);
        if (distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    if (nearest == NULL)
        return wrong(walk, "unknown option --%.*s; --help lists what there is", TEXT_ARGUMENTS(name));
    return wrong(walk, "unknown option --%.*s; did you mean --%s?", TEXT_ARGUMENTS(name), nearest);
}

/* Whether the value is one of "a|b|c". */
static bool is_choice(const char *choices, const char *value)
{
    for (const char *start = choices; start != NULL;) {
        const char *end = strchr(start, '|');
        struct text choice = {start, end != NULL ? (size_t)(end - start) : strlen(start)};
        if (text_is(choice, value))
            return true;
        start = end != NULL ? end + 1 : NULL;
    }
    return false;
}

static enum options_result set_value(const struct walk *walk, const struct options_row *row, const char *value)
{
    if (row->choices != NULL && !is_choice(row->choices, value))
        return wrong(walk, "--%s takes one of %s, not \"%s\"", row->name, row->choices, value);
    *row->value = value;
    return OPTIONS_GO;
}

/* What was printed counts when it is written. */
static enum options_result answered(const struct walk *walk, FILE *out)
{
    if (fflush(out) == 0 && ferror(out) == 0)
        return OPTIONS_DONE;
    (void)wrong(walk, "cannot write to stdout: %s", strerror(errno));
    return OPTIONS_FAILED;
}

/* attached is the value that came with the option in the same argument, or NULL. */
static enum options_result take(struct walk *walk, const struct options_row *row, const char *attached, FILE *out)
{
    if (row->argument == NULL && attached != NULL)
        return wrong(walk, "--%s takes no value", row->name);
    if (row == &help_row) {
        print_help(walk->options, out);
        return answered(walk, out);
    }
    if (row == &version_row) {
        fprintf(out, "%s %s\n", walk->options->program, PROJECT_VERSION);
        return answered(walk, out);
    }
    if (row->argument == NULL) {
        *row->flag = true;
        return OPTIONS_GO;
    }
    if (attached == NULL && walk->next == walk->argc)
        return wrong(walk, "--%s needs a value: %s", row->name, row->argument);
    return set_value(walk, row, attached != NULL ? attached : walk->argv[walk->next++]);
}

static enum options_result take_long(struct walk *walk, const char *argument, FILE *out)
{
    const char *equals = strchr(argument, '=');
    struct text name = {argument, equals != NULL ? (size_t)(equals - argument) : strlen(argument)};
    const struct options_row *row = row_named(walk->options, name);
    if (row == NULL)
        return unknown_name(walk, name);
    return take(walk, row, equals != NULL ? equals + 1 : NULL, out);
}

static enum options_result take_short(struct walk *walk, const char *argument, FILE *out)
{
    const struct options_row *row = row_lettered(walk->options, argument[0]);
    if (row == NULL)
        return wrong(walk, "unknown option -%s; --help lists what there is", argument);
    return take(walk, row, argument[1] != '\0' ? argument + 1 : NULL, out);
}

/* ---- before and after ---- */

static void clear_rows(const struct options *options)
{
    for (size_t i = 0; i < options->row_count; i++) {
        if (options->rows[i].argument != NULL)
            *options->rows[i].value = NULL;
        else
            *options->rows[i].flag = false;
    }
}

static enum options_result default_row(const struct walk *walk, const struct options_row *row)
{
    const char *variable = row->environment != NULL ? getenv(row->environment) : NULL;
    if (row->argument == NULL || *row->value != NULL)
        return OPTIONS_GO;
    if (variable != NULL && variable[0] != '\0')
        return set_value(walk, row, variable);
    *row->value = row->fallback;
    if (row->fallback != NULL || !row->required)
        return OPTIONS_GO;
    if (row->environment != NULL)
        return wrong(walk, "--%s %s is missing, and %s is not set", row->name, row->argument, row->environment);
    return wrong(walk, "--%s %s is missing", row->name, row->argument);
}

static enum options_result take_operand(struct walk *walk, char *argument, size_t *operand_count)
{
    if (walk->options->operands == NULL)
        return wrong(walk, "takes no argument such as \"%s\"; --help lists what there is", argument);
    walk->argv[(*operand_count)++] = argument;
    return OPTIONS_GO;
}

enum options_result options_parse(const struct options *options, int argc, char **argv, size_t *ret_operand_count,
                                  FILE *out, FILE *err)
{
    struct walk walk = {options, argc, argv, 1, err};
    enum options_result result = OPTIONS_GO;
    bool only_operands = false;

    *ret_operand_count = 0;
    clear_rows(options);
    while (result == OPTIONS_GO && walk.next < argc) {
        char *argument = argv[walk.next++];
        if (only_operands || argument[0] != '-' || argument[1] == '\0') {
            result = take_operand(&walk, argument, ret_operand_count);
            only_operands = only_operands || options->stop_at_operand;
        } else if (strcmp(argument, "--") == 0) {
            only_operands = true;
        } else if (argument[1] == '-') {
            result = take_long(&walk, argument + 2, out);
        } else {
            result = take_short(&walk, argument + 1, out);
        }
    }
    for (size_t i = 0; result == OPTIONS_GO && i < options->row_count; i++)
        result = default_row(&walk, &options->rows[i]);
    return result;
}

int options_status(enum options_result result)
{
    switch (result) {
    case OPTIONS_GO:
    case OPTIONS_DONE: return PROGRAM_OK;
    case OPTIONS_WRONG: return PROGRAM_USAGE;
    case OPTIONS_FAILED: return PROGRAM_FAILED;
    }
    return PROGRAM_FAILED;
}
