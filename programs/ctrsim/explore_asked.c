/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/explore_asked.h"

#include <string.h>

#include "base/time.h"

enum { CRASHES_MAX = 100, DELAYS_MAX = 1000 };

#define LATE_MAX_NS (3600 * TIME_SECOND)

static struct options_row row_of(const char *name, const char *argument, const char *fallback, const char **value,
                                 const char *help)
{
    return (struct options_row){.name = name, .argument = argument, .fallback = fallback, .value = value, .help = help};
}

static struct options_row choice_of(const char *name, const char *argument, const char *choices, const char *fallback,
                                    const char **value, const char *help)
{
    struct options_row row = row_of(name, argument, fallback, value, help);
    row.choices = choices;
    return row;
}

static struct options_row flag_of(const char *name, bool *flag, const char *help)
{
    return (struct options_row){.name = name, .flag = flag, .help = help};
}

enum options_result explore_asked_parse(struct explore_asked *asked, int argc, char **argv, size_t *ret_operand_count)
{
    memset(asked, 0, sizeof *asked);
    const struct options_row rows[] = {
        row_of("handler", "POLICY", NULL, &asked->handler, "explore under this policy alone, which must break nothing"),
        row_of("budget", "TIME|RUNS", "60s", &asked->budget_text,
               "for each file and policy: how long, or how many sampled runs"),
        choice_of("search", "WHAT", "all|sampled|both", "both", &asked->search,
                  "every order, samples, or samples where the orders are too many"),
        row_of("seed", "N", "1", &asked->seed_text, "of the samples"),
        choice_of("level", "LEVEL", "value|bytes", "value", &asked->level, "bytes: sampled, through both wires"),
        row_of("crashes", "N", "0", &asked->crashes_text, "so many times the handler may die between any two things"),
        row_of("late", "TIME", NULL, &asked->late_text, "how late a delivery may be, so that timers fire first"),
        row_of("delays", "N", NULL, &asked->delays_text,
               "of every order only those that are at most N delays from the ordinary course"),
        row_of("jobs", "N", "1", &asked->jobs_text, "processes that share it"),
        row_of("shard", "I/N", NULL, &asked->shard_text, "the part I, from 0, of N"),
        flag_of("only-promises", &asked->only_promises,
                "judge the built-in promises alone, and not what each file expects"),
        flag_of("random-scenarios", &asked->random,
                "no files: scenarios that are made up, from --seed on; a budget of so many"),
        row_of("out", "DIR", "ctrsim-found", &asked->out,
               "where what breaks is written, shrunk: NAME.yaml, .replay, .trace; none: nowhere"),
    };
    const struct options options = {
        .program = "ctrsim",
        .command = "explore",
        .summary = "Explores the orders of each scenario under reliable and every policy that it lists.",
        .operands = "FILE|DIR...",
        .notes =
            "Policies: original, reliable, original-with=SWITCH,..., reliable-without=SWITCH,... (`ctrsim explain --switches`)\n"
            "Exit status: 0 all held, 1 something broke, 2 bad usage or a bad file, 3 a check on itself has\n"
            "failed, which no scenario can bring about: what was found or left out cannot be relied on.\n",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    return options_parse(&options, argc, argv, ret_operand_count, stdout, stderr);
}

static int read_chances(struct explore_asked *asked, struct error *error)
{
    uint64_t crashes;
    int code = budget_parse_number(&crashes, "crashes", asked->crashes_text, error);
    if (code == 0 && crashes > CRASHES_MAX)
        code = error_set(error, ERROR_INVALID, "--crashes: at most %d can come by chance", CRASHES_MAX);
    if (code != 0)
        return code;
    asked->chances.crashes = (uint32_t)crashes;
    asked->chances.settles = true;
    if (asked->late_text == NULL)
        return 0;
    if (time_parse_duration(text_of(asked->late_text), &asked->chances.late_max_ns) != 0 ||
        asked->chances.late_max_ns % TIME_MILLISECOND != 0 || asked->chances.late_max_ns > LATE_MAX_NS)
        return error_set(error, ERROR_INVALID, "--late: \"%s\" is no duration in whole milliseconds of at most an hour",
                         asked->late_text);
    return 0;
}

static int read_delays(struct explore_asked *asked, struct error *error)
{
    uint64_t delays = 0;
    if (asked->delays_text == NULL)
        return 0;
    int code = budget_parse_number(&delays, "delays", asked->delays_text, error);
    if (code == 0 && delays > DELAYS_MAX)
        code = error_set(error, ERROR_INVALID, "--delays: at most %d, or leave it out for every order", DELAYS_MAX);
    if (code == 0 && (strcmp(asked->search, "sampled") == 0 || strcmp(asked->level, "bytes") == 0))
        code = error_set(error, ERROR_INVALID,
                         "--delays: what is sampled has no bound; leave it out, or --search sampled and --level bytes");
    asked->is_bounded = true;
    asked->delays_max = (uint32_t)delays;
    return code;
}

int explore_asked_read(struct explore_asked *asked, struct error *error)
{
    policy_switches switches;
    int code = budget_parse(&asked->budget, asked->budget_text, error);
    if (code == 0)
        code = budget_parse_number(&asked->seed, "seed", asked->seed_text, error);
    if (code == 0)
        code = budget_parse_number(&asked->jobs, "jobs", asked->jobs_text, error);
    if (code == 0 && (asked->jobs < 1 || asked->jobs > SEARCH_JOBS_MAX))
        code = error_set(error, ERROR_INVALID, "--jobs: from 1 to %d can be started", SEARCH_JOBS_MAX);
    if (code == 0)
        code = read_chances(asked, error);
    if (code == 0)
        code = read_delays(asked, error);
    if (code == 0 && asked->shard_text != NULL)
        code = budget_parse_shard(&asked->shard, asked->shard_text, error);
    if (code == 0 && asked->handler != NULL && policy_parse(text_of(asked->handler), &switches, error) != 0) {
        error_prefix(error, "--handler: ");
        code = ERROR_INVALID;
    }
    return code;
}
