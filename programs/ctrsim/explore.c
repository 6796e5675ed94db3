/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/explore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "harness/explore/judge.h"
#include "harness/explore/level.h"
#include "harness/verdict.h"
#include "programs/common/options.h"
#include "programs/ctrsim/budget.h"
#include "programs/ctrsim/files.h"
#include "programs/ctrsim/keep.h"
#include "programs/ctrsim/load.h"

/* For one finding. */
#define SHRINK_FOR_NS (60 * TIME_SECOND)

enum { STATES_MAX = 20000000 /* kept for one file and policy: about 1 GiB */ };

struct explore_asked {
    const char *handler;
    const char *budget_text;
    const char *seed_text;
    const char *shard_text;
    const char *level;
    const char *search;
    const char *out;
    struct budget budget;
    uint64_t seed;
    struct explore_shard shard;
};

/* One file under one policy. */
struct exploration {
    const struct explore_asked *asked;
    const char *path;
    const struct scenario *scenario;
    struct text policy;
    const struct scenario_handler *listed; /* what it has to break; NULL: nothing */
    bool is_about_subscriptions;
    enum world_level level;
    char what[256];
};

static const char *cut_text(enum explore_cut cut)
{
    switch (cut) {
    case EXPLORE_COMPLETE: return "yes";
    case EXPLORE_STOPPED: return progress_interrupted() ? "no, it was interrupted" : "no, the budget was used up";
    case EXPLORE_TOO_MANY_STATES: return "no, there are more states than are kept";
    case EXPLORE_FOUND: return "no, what was sought is found";
    case EXPLORE_TOO_LONG: return "no, a run did not come to rest";
    }
    return "no";
}

static void say_impossible(const struct explore_counts *counts)
{
    if (counts->impossible > 0)
        printf("  %" PRIu64 " orders ended where a step could not be done in them, and were left there\n",
               counts->impossible);
}

static void say_all(const struct explore_result *result)
{
    printf("  every order: %" PRIu64 " states, %" PRIu64 " transitions, %" PRIu64 " complete runs, the longest of %zu "
           "happenings; complete: %s\n",
           result->counts.states, result->counts.transitions, result->counts.runs, result->counts.longest,
           cut_text(result->cut));
    say_impossible(&result->counts);
}

static void say_some(const struct explore_result *result, const struct explore_sampling *sampling)
{
    char virtual_time[TIME_TEXT_SIZE];
    time_format_instant(result->counts.virtual_ns, virtual_time);
    printf("  sampled: %" PRIu64 " runs of %s, seed %" PRIu64 ", %" PRIu64
           " happenings, the longest run of %zu, %s of virtual time\n",
           result->counts.runs, sampling->level == WORLD_VALUES ? "values" : "bytes", sampling->seed,
           result->counts.transitions, result->counts.longest, virtual_time);
    printf("  of them %" PRIu64 " by priorities: a bug of depth %d among %zu channels and %zu steps is missed with a "
           "chance of at most %.3g\n",
           sampling->bound->runs, EXPLORE_BUG_DEPTH, sampling->bound->channels, sampling->bound->steps,
           explore_miss(sampling->bound));
    say_impossible(&result->counts);
}

/* Every finding that the policy fails by becomes a file of its own. */
static void keep_findings(const struct exploration *exploration, const struct explore_result *result)
{
    for (size_t i = 0; i < result->findings.count; i++) {
        const struct finding *finding = &result->findings.items[i];
        struct error error = {""};
        bool kept = false;
        /* Two findings of one promise become the same story. */
        for (size_t j = 0; j < i && finding->promise.length > 0; j++)
            kept = kept || text_equal(result->findings.items[j].promise, finding->promise);
        if (exploration->asked->out == NULL || kept ||
            !explore_unlisted(finding, exploration->policy, exploration->listed, exploration->is_about_subscriptions))
            continue;
        if (keep_finding(exploration->asked->out, exploration->path, exploration->policy, exploration->level, finding,
                         SHRINK_FOR_NS, &error) != 0)
            printf("  not kept: %s\n", error.text);
    }
}

/* Judges and says what was found. 0 where it passed, else PROGRAM_FAILED. */
static int say_verdict(const struct exploration *exploration, const struct explore_result *result)
{
    struct explore_verdict verdict;
    int status = PROGRAM_FAILED;
    if (explore_judge(&verdict, result, exploration->scenario, exploration->policy, exploration->listed,
                      exploration->is_about_subscriptions) != 0) {
        fprintf(stderr, "ctrsim explore: out of memory\n");
    } else {
        if (verdict.broken.length > 0)
            printf("  broke: %.*s\n", TEXT_ARGUMENTS(buffer_text(&verdict.broken)));
        if (verdict.explanation.length > 0)
            printf("%.*s", TEXT_ARGUMENTS(buffer_text(&verdict.explanation)));
        keep_findings(exploration, result);
        status = verdict.passed ? PROGRAM_OK : PROGRAM_FAILED;
    }
    explore_verdict_release(&verdict);
    return status;
}

static int sample(struct exploration *exploration, struct explore_result *result, int64_t for_ns, struct error *error)
{
    const struct explore_asked *asked = exploration->asked;
    struct explore_bound bound;
    struct progress progress;
    struct explore_sampling sampling = {.level = exploration->level,
                                        .seed = asked->seed,
                                        .runs_max = asked->budget.runs,
                                        .shard = asked->shard,
                                        .go_on = progress_go_on,
                                        .context = &progress,
                                        .bound = &bound};
    progress_begin(&progress, exploration->what, for_ns);
    int code = explore_some(result, exploration->scenario, exploration->policy, &sampling, error);
    progress_end(&progress);
    if (code == 0)
        say_some(result, &sampling);
    return code;
}

static int try_all(struct exploration *exploration, struct explore_result *result, int64_t for_ns, struct error *error)
{
    struct progress progress;
    struct explore_options options = {
        .shard = exploration->asked->shard, .states_max = STATES_MAX, .go_on = progress_go_on, .context = &progress};
    progress_begin(&progress, exploration->what, for_ns);
    int code = explore_all(result, exploration->scenario, exploration->policy, &options, error);
    progress_end(&progress);
    if (code == 0)
        say_all(result);
    return code;
}

/* What both have found, in *result. */
static int merge(struct explore_result *result, const struct explore_result *more, size_t sometimes)
{
    for (size_t i = 0; i < more->findings.count; i++) {
        const struct finding *finding = &more->findings.items[i];
        struct breach breach = {.promise = finding->promise,
                                .sentence = finding->sentence,
                                .finding = finding->error,
                                .place = finding->place};
        if (findings_add(&result->findings, &breach, finding->draws, finding->draw_count, finding->run) != 0)
            return ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < sometimes; i++)
        result->reached[i] = result->reached[i] || more->reached[i];
    return 0;
}

/* All orders where that is asked for and can be, and samples where not all orders could be seen. */
static int search(struct exploration *exploration, struct explore_result *result, struct error *error)
{
    const struct explore_asked *asked = exploration->asked;
    bool all = strcmp(asked->search, "sampled") != 0 && exploration->level == WORLD_VALUES;
    bool some = strcmp(asked->search, "all") != 0;
    int64_t for_ns = asked->budget.time_ns;
    struct explore_result *more;
    int code;

    if (!all)
        return sample(exploration, result, for_ns, error);
    code = try_all(exploration, result, some ? for_ns / 2 : for_ns, error);
    if (code != 0 || !some || result->cut == EXPLORE_COMPLETE || progress_interrupted())
        return code;
    more = calloc(1, sizeof *more);
    if (more == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    code = sample(exploration, more, for_ns / 2, error);
    if (code == 0 && merge(result, more, exploration->scenario->expect.sometimes.count) != 0)
        code = error_set(error, ERROR_NO_MEMORY, "out of memory");
    explore_result_release(more);
    free(more);
    return code;
}

static int explore_policy(struct exploration *exploration)
{
    struct explore_result *result = calloc(1, sizeof *result);
    struct error error = {""};
    int status = PROGRAM_USAGE;
    if (result == NULL) {
        fprintf(stderr, "ctrsim explore: out of memory\n");
        return PROGRAM_FAILED;
    }
    (void)snprintf(exploration->what, sizeof exploration->what, "%.*s under %.*s",
                   TEXT_ARGUMENTS(exploration->scenario->file), TEXT_ARGUMENTS(exploration->policy));
    printf("%s\n", exploration->what);
    if (search(exploration, result, &error) == 0)
        status = say_verdict(exploration, result);
    else
        printf("%s: %s\n", exploration->what, error.text);
    printf("  %s\n", status == PROGRAM_OK ? "ok" : "FAILED");
    fflush(stdout);
    explore_result_release(result);
    free(result);
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

static int explore_file(const char *path, const struct explore_asked *asked)
{
    struct exploration exploration = {.asked = asked, .path = path, .level = WORLD_VALUES};
    struct scenario *scenario;
    struct error error = {""};
    struct text why;
    int status;

    if (load_scenario(&scenario, path, &error) != 0) {
        printf("%s\n", error.text);
        return PROGRAM_USAGE;
    }
    exploration.scenario = scenario;
    exploration.is_about_subscriptions = files_lies_in(path, "subscription");
    if (strcmp(asked->level, "bytes") == 0) {
        exploration.level = WORLD_BYTES;
    } else if (level_needs_bytes(scenario, &why)) {
        exploration.level = WORLD_BYTES;
        printf("%s: on the level of bytes, for %.*s\n", path, TEXT_ARGUMENTS(why));
    }
    status = explore_policies(&exploration);
    scenario_free(scenario);
    return status;
}

static int explore_files(const struct files *files, const struct explore_asked *asked)
{
    int status = PROGRAM_OK;
    progress_catch_interrupt();
    for (size_t i = 0; i < files->count && !progress_interrupted(); i++)
        status = worse(status, explore_file(files->paths[i], asked));
    return status;
}

static int read_asked(struct explore_asked *asked, struct error *error)
{
    policy_switches switches;
    int code = budget_parse(&asked->budget, asked->budget_text, error);
    if (code == 0)
        code = budget_parse_number(&asked->seed, "seed", asked->seed_text, error);
    if (code == 0 && asked->shard_text != NULL)
        code = budget_parse_shard(&asked->shard, asked->shard_text, error);
    if (code == 0 && asked->handler != NULL && policy_parse(text_of(asked->handler), &switches, error) != 0) {
        error_prefix(error, "--handler: ");
        code = ERROR_INVALID;
    }
    return code;
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
        {.name = "out",
         .argument = "DIR",
         .value = &asked.out,
         .help = "shrink what breaks and write it there: NAME.yaml, NAME.replay, NAME.trace"},
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
    struct files files = {NULL, 0, 0};
    struct error error = {""};
    size_t count;
    int status = PROGRAM_USAGE;

    switch (options_parse(&options, argc, argv, &count, stdout, stderr)) {
    case OPTIONS_DONE: return PROGRAM_OK;
    case OPTIONS_WRONG: return PROGRAM_USAGE;
    case OPTIONS_FAILED: return PROGRAM_FAILED;
    case OPTIONS_GO: break;
    }
    if (read_asked(&asked, &error) == 0 && count == 0)
        (void)error_set(&error, ERROR_INVALID, "a scenario file or a folder of them is missing");
    for (size_t i = 0; i < count && error.text[0] == '\0'; i++)
        (void)files_add(&files, argv[i], &error);
    if (error.text[0] != '\0')
        fprintf(stderr, "ctrsim explore: %s\n", error.text);
    else
        status = explore_files(&files, &asked);
    files_release(&files);
    return status;
}
