/* SPDX-License-Identifier: Apache-2.0 */
/* ctrsim: the simulator. Its subcommands are a table; each has a file in programs/ctrsim/. */
#include <stdio.h>

#include "base/text.h"
#include "programs/common/options.h"
#include "programs/common/standard.h"
#include "programs/ctrsim/explain.h"
#include "programs/ctrsim/explore.h"
#include "programs/ctrsim/lint.h"
#include "programs/ctrsim/replay.h"
#include "programs/ctrsim/run.h"
#include "programs/ctrsim/verify.h"

struct subcommand {
    const char *name;
    int (*main)(int argc, char **argv);
};

static const struct subcommand subcommands[] = {
    {"run", run_main},         {"lint", lint_main},     {"explain", explain_main},
    {"explore", explore_main}, {"replay", replay_main}, {"verify", verify_main},
};

enum { SUBCOMMAND_COUNT = sizeof subcommands / sizeof subcommands[0] };

static int refuse(const char *name)
{
    if (name == NULL)
        fprintf(stderr, "ctrsim: a subcommand is missing; there is:");
    else
        fprintf(stderr, "ctrsim: unknown subcommand \"%s\"; there is:", name);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        fprintf(stderr, " %s", subcommands[i].name);
    fprintf(stderr, "\n");
    return PROGRAM_USAGE;
}

static int finish(const struct subcommand *subcommand, int status)
{
    char name[32];
    (void)snprintf(name, sizeof name, "ctrsim %s", subcommand->name);
    return standard_finish(name, status);
}

int main(int argc, char **argv)
{
    const struct options options = {
        .program = "ctrsim",
        .summary = "Runs a handler of containerd's events against a containerd that misbehaves, in virtual time.",
        .operands = "SUBCOMMAND ...",
        .notes = "Subcommands:\n"
                 "  run FILE|DIR...      run scenarios\n"
                 "  lint FILE|DIR...     check scenarios without running them\n"
                 "  explain FILE         tell in plain sentences what a scenario does\n"
                 "  explore FILE|DIR...  every order of what may happen, or many\n"
                 "  replay FILE.replay   a run that exploration has found, again\n"
                 "  verify FILE|DIR...   play scenarios of scripted clients on a containerd\n"
                 "`ctrsim SUBCOMMAND --help` tells more.\n",
        .stop_at_operand = true,
    };
    size_t count;

    standard_reserve();
    enum options_result parsed = options_parse(&options, argc, argv, &count, stdout, stderr);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (count == 0)
        return refuse(NULL);
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++)
        if (text_equal(text_of(argv[0]), text_of(subcommands[i].name)))
            return finish(&subcommands[i], subcommands[i].main((int)count, argv));
    return refuse(argv[0]);
}
