/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/explore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "harness/explore/judge.h"
#include "harness/explore/level.h"
#include "harness/random/scenario.h"
#include "harness/verdict.h"
#include "programs/common/options.h"
#include "programs/common/read_file.h"
#include "programs/ctrsim/files.h"
#include "programs/ctrsim/keep.h"
#include "programs/ctrsim/load.h"
#include "programs/ctrsim/search.h"

/* For one finding. */
#define SHRINK_FOR_NS (60 * TIME_SECOND)

/* Of one scenario that is made up. */
enum { MADE_UP_RUNS = 50, MADE_UP_TRANSITIONS_MAX = 3000 };

enum { CRASHES_MAX = 100 };

#define LATE_MAX_NS (3600 * TIME_SECOND)

struct explore_asked {
    const char *handler;
    const char *budget_text;
    const char *seed_text;
    const char *shard_text;
    const char *jobs_text;
    const char *crashes_text;
    const char *late_text;
    const char *level;
    const char *search;
    const char *out;
    bool random;
    struct budget budget;
    uint64_t seed;
    uint64_t jobs;
    struct world_chances chances;
    struct explore_shard shard;
};

/* One scenario under one policy. */
struct exploration {
    const struct explore_asked *asked;
    const struct scenario *scenario;
    struct text content; /* of its file */
    struct text policy;
    const struct scenario_handler *listed; /* what it has to break; NULL: nothing */
    bool is_about_subscriptions;
    bool says_nothing; /* while nothing breaks */
    struct search search;
    char what[256];
};

/* Every finding that the policy fails by becomes a file of its own. */
static void keep_findings(const struct exploration *exploration, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        struct error error = {""};
        bool kept = strcmp(exploration->asked->out, "none") == 0;
        /* Two findings of one promise become the same story. */
        for (size_t j = 0; j < i && finding->promise.length > 0; j++)
            kept = kept || text_equal(findings->items[j].promise, finding->promise);
        if (kept ||
            !explore_unlisted(finding, exploration->policy, exploration->listed, exploration->is_about_subscriptions))
            continue;
        if (keep_finding(exploration->asked->out, exploration->scenario->file, exploration->content,
                         exploration->policy, &exploration->search, finding, SHRINK_FOR_NS, &error) != 0)
            printf("  not kept: %s\n", error.text);
    }
}

/* Judges and says what was found. */
static int say_verdict(const struct exploration *exploration, const struct searched *searched)
{
    struct explore_verdict verdict;
    bool is_part = exploration->search.shard.count > 1;
    int status = PROGRAM_FAILED;
    if (explore_judge(&verdict, &searched->result, exploration->scenario, exploration->policy, exploration->listed,
                      exploration->is_about_subscriptions, is_part) != 0) {
        fprintf(stderr, "ctrsim explore: out of memory\n");
        explore_verdict_release(&verdict);
        return status;
    }
    status = verdict.passed ? PROGRAM_OK : PROGRAM_FAILED;
    if (!verdict.passed || !exploration->says_nothing) {
        printf("%s\n", exploration->what);
        search_say(searched, &exploration->search);
        if (verdict.broken.length > 0)
            printf("  broke: %.*s\n", TEXT_ARGUMENTS(buffer_text(&verdict.broken)));
        if (verdict.explanation.length > 0)
            printf("%.*s", TEXT_ARGUMENTS(buffer_text(&verdict.explanation)));
        keep_findings(exploration, &searched->result.findings);
        printf("  %s\n", verdict.passed ? "ok" : "FAILED");
    }
    explore_verdict_release(&verdict);
    fflush(stdout);
    return status;
}

static int explore_policy(struct exploration *exploration)
{
    struct searched *searched = calloc(1, sizeof *searched);
    struct error error = {""};
    int status = PROGRAM_USAGE;
    if (searched == NULL) {
        fprintf(stderr, "ctrsim explore: out of memory\n");
        return PROGRAM_FAILED;
    }
    (void)snprintf(exploration->what, sizeof exploration->what, "%.*s under %.*s",
                   TEXT_ARGUMENTS(exploration->scenario->file), TEXT_ARGUMENTS(exploration->policy));
    exploration->search.scenario = exploration->scenario;
    exploration->search.policy = exploration->policy;
    exploration->search.what = exploration->what;
    if (search_run(searched, &exploration->search, &error) == 0)
        status = say_verdict(exploration, searched);
    else
        printf("%s: %s\n", exploration->what, error.text);
    searched_release(searched);
    free(searched);
    return status;
}

static int worse(int a, int b)
{
    return a > b ? a : b;
}

static int explore_policies(struct exploration *exploration)
{
    const struct scenario *scenario = exploration->scenario;
    struct text reliable = text_of("reliable");
    int status;

    if (exploration->asked->handler != NULL) {
        exploration->policy = text_of(exploration->asked->handler);
        exploration->listed = NULL;
        return explore_policy(exploration);
    }
    exploration->policy = reliable;
    exploration->listed = verdict_listed(scenario, reliable);
    status = explore_policy(exploration);
    for (size_t i = 0; i < scenario->handler_count && !progress_interrupted(); i++) {
        if (text_equal(scenario->handlers[i].policy, reliable))
            continue;
        exploration->policy = scenario->handlers[i].policy;
        exploration->listed = &scenario->handlers[i];
        status = worse(status, explore_policy(exploration));
    }
    return status;
}

/* Bytes come in pieces, of which values know nothing. */
static void set_level(struct search *search, enum world_level level)
{
    search->level = level;
    search->chances.pieces = level == WORLD_BYTES;
}

static struct exploration exploration_of(const struct explore_asked *asked)
{
    struct exploration exploration = {
        .asked = asked,
        .search = {.chances = asked->chances,
                   .all = strcmp(asked->search, "sampled") != 0,
                   .some = strcmp(asked->search, "all") != 0,
                   .seed = asked->seed,
                   .budget = asked->budget,
                   .shard = asked->shard,
                   .jobs = (size_t)asked->jobs},
    };
    set_level(&exploration.search, strcmp(asked->level, "bytes") == 0 ? WORLD_BYTES : WORLD_VALUES);
    return exploration;
}

static int explore_file(const char *path, const struct explore_asked *asked)
{
    struct exploration exploration = exploration_of(asked);
    struct buffer content = BUFFER_INIT;
    struct scenario *scenario = NULL;
    struct error error = {""};
    struct text why;
    int status = PROGRAM_USAGE;

    if (read_file(path, SCENARIO_BYTES_MAX, &content, &error) == 0 && load_scenario(&scenario, path, &error) == 0) {
        exploration.scenario = scenario;
        exploration.content = buffer_text(&content);
        exploration.is_about_subscriptions = files_lies_in(path, "subscription");
        if (exploration.search.level == WORLD_VALUES && level_needs_bytes(scenario, &why)) {
            set_level(&exploration.search, WORLD_BYTES);
            printf("%s: on the level of bytes, for %.*s\n", path, TEXT_ARGUMENTS(why));
        }
        status = explore_policies(&exploration);
    } else {
        printf("%s\n", error.text);
    }
    scenario_free(scenario);
    buffer_release(&content);
    return status;
}

static int explore_files(const struct files *files, const struct explore_asked *asked)
{
    int status = PROGRAM_OK;
    for (size_t i = 0; i < files->count && !progress_interrupted(); i++)
        status = worse(status, explore_file(files->paths[i], asked));
    return status;
}

/* ---- scenarios that nobody wrote ---- */

/* One of them: its orders as far as they are few, and some runs. */
static int explore_made_up(uint64_t seed, const struct explore_asked *asked)
{
    struct exploration exploration = exploration_of(asked);
    struct buffer content = BUFFER_INIT;
    struct scenario *scenario = NULL;
    struct error error = {""};
    char name[64];
    int status = PROGRAM_USAGE;

    (void)snprintf(name, sizeof name, "random-%" PRIu64 ".yaml", seed);
    exploration.says_nothing = true;
    exploration.search.shard = (struct explore_shard){0, 0};
    exploration.search.budget = (struct budget){.runs = MADE_UP_RUNS};
    exploration.search.transitions_max = MADE_UP_TRANSITIONS_MAX;
    exploration.search.jobs = 1;
    if (random_scenario(seed, &content) == 0 &&
        scenario_parse(&scenario, text_of(name), buffer_text(&content), &error) == 0) {
        exploration.scenario = scenario;
        exploration.content = buffer_text(&content);
        exploration.is_about_subscriptions = true;
        status = explore_policies(&exploration);
    } else {
        printf("%s: %s\n", name, error.text[0] != '\0' ? error.text : "out of memory");
    }
    scenario_free(scenario);
    buffer_release(&content);
    return status;
}

static int explore_made_up_ones(const struct explore_asked *asked)
{
    struct progress progress = {.what = "random scenarios"};
    struct explore_counts counts = {.runs = 0};
    uint64_t failed = 0;
    int status = PROGRAM_OK;

    progress_begin(&progress, progress.what, asked->budget.time_ns);
    for (uint64_t i = 0; asked->budget.runs == 0 || i < asked->budget.runs; i++) {
        if (asked->shard.count > 1 && i % asked->shard.count != asked->shard.index)
            continue;
        if (!progress_go_on(&progress, &counts))
            break;
        int one = explore_made_up(asked->seed + i, asked);
        counts.runs++;
        failed += one != PROGRAM_OK;
        status = worse(status, one);
    }
    progress_end(&progress);
    printf("%" PRIu64 " random scenarios from seed %" PRIu64 ", %" PRIu64 " failed\n", counts.runs, asked->seed,
           failed);
    return status;
}

/* ---- the command ---- */

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

static int read_asked(struct explore_asked *asked, struct error *error)
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
    if (code == 0 && asked->shard_text != NULL)
        code = budget_parse_shard(&asked->shard, asked->shard_text, error);
    if (code == 0 && asked->handler != NULL && policy_parse(text_of(asked->handler), &switches, error) != 0) {
        error_prefix(error, "--handler: ");
        code = ERROR_INVALID;
    }
    return code;
}

static int explore(struct explore_asked *asked, char **paths, size_t count)
{
    struct files files = {NULL, 0, 0};
    struct error error = {""};
    int status = PROGRAM_USAGE;

    if (read_asked(asked, &error) == 0 && asked->random == (count > 0))
        (void)error_set(&error, ERROR_INVALID,
                        asked->random ? "random scenarios and files do not go together"
                                      : "a scenario file or a folder of them is missing");
    for (size_t i = 0; i < count && error.text[0] == '\0'; i++)
        (void)files_add(&files, paths[i], &error);
    progress_catch_interrupt();
    if (error.text[0] != '\0')
        fprintf(stderr, "ctrsim explore: %s\n", error.text);
    else
        status = asked->random ? explore_made_up_ones(asked) : explore_files(&files, asked);
    files_release(&files);
    return status;
}

int explore_main(int argc, char **argv)
{
    struct explore_asked asked = {.handler = NULL};
    const struct options_row rows[] = {
        {.name = "handler",
         .argument = "POLICY",
         .value = &asked.handler,
         .help = "explore under this policy alone, which must break nothing"},
        {.name = "budget",
         .argument = "TIME|RUNS",
         .fallback = "60s",
         .value = &asked.budget_text,
         .help = "for each file and policy: how long, or how many sampled runs"},
        {.name = "search",
         .argument = "WHAT",
         .choices = "all|sampled|both",
         .fallback = "both",
         .value = &asked.search,
         .help = "every order, samples, or samples where the orders are too many"},
        {.name = "seed", .argument = "N", .fallback = "1", .value = &asked.seed_text, .help = "of the samples"},
        {.name = "shard", .argument = "I/N", .value = &asked.shard_text, .help = "the part I, from 0, of N"},
        {.name = "jobs",
         .argument = "N",
         .fallback = "1",
         .value = &asked.jobs_text,
         .help = "processes that share it"},
        {.name = "crashes",
         .argument = "N",
         .fallback = "0",
         .value = &asked.crashes_text,
         .help = "so many times the handler may die between any two things"},
        {.name = "late",
         .argument = "TIME",
         .value = &asked.late_text,
         .help = "how late a delivery may be, so that timers fire first"},
        {.name = "random-scenarios",
         .flag = &asked.random,
         .help = "no files: scenarios that are made up, from --seed on; a budget of so many"},
        {.name = "out",
         .argument = "DIR",
         .fallback = "ctrsim-found",
         .value = &asked.out,
         .help = "where what breaks is written, shrunk: NAME.yaml, .replay, .trace; none: nowhere"},
        {.name = "level",
         .argument = "LEVEL",
         .choices = "value|bytes",
         .fallback = "value",
         .value = &asked.level,
         .help = "bytes: sampled, through both wires"},
    };
    const struct options options = {
        .program = "ctrsim",
        .command = "explore",
        .summary = "Explores the orders of each scenario under reliable and every policy that it lists.",
        .operands = "FILE|DIR...",
        .notes = "Policies: original, reliable, original-with=SWITCH,..., reliable-without=SWITCH,...\n"
                 "Exit status: 0 all held, 1 something broke, 2 bad usage or a bad file.\n",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    size_t count;

    switch (options_parse(&options, argc, argv, &count, stdout, stderr)) {
    case OPTIONS_DONE: return PROGRAM_OK;
    case OPTIONS_WRONG: return PROGRAM_USAGE;
    case OPTIONS_FAILED: return PROGRAM_FAILED;
    case OPTIONS_GO: break;
    }
    return explore(&asked, argv, count);
}
