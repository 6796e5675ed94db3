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
#include "programs/ctrsim/explore_asked.h"
#include "programs/ctrsim/files.h"
#include "programs/ctrsim/keep.h"
#include "programs/ctrsim/load.h"
#include "programs/ctrsim/search.h"

/* For one finding. */
#define SHRINK_FOR_NS (60 * TIME_SECOND)

/* Of one scenario that is made up: a few runs, because further worlds find more than further orders of one do. Every so
 * many of them all orders are begun with as well, for the sake of what is checked there. */
enum { MADE_UP_RUNS = 10, MADE_UP_WHOLE_EVERY = 32, MADE_UP_TRANSITIONS_MAX = 3000 };

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
    struct explore_counts *total; /* of all scenarios that are made up; or NULL */
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

/* What a file expects of its own may be meant for the order that it is written in. */
static void drop_expectations(struct findings *findings)
{
    size_t kept = 0;
    for (size_t i = 0; i < findings->count; i++) {
        if (findings->items[i].place.line == 0)
            findings->items[kept++] = findings->items[i];
        else
            free(findings->items[i].draws);
    }
    findings->count = kept;
}

/* Judges and says what was found. */
static int say_verdict(const struct exploration *exploration, const struct searched *searched)
{
    struct explore_verdict verdict;
    bool is_part = exploration->search.shard.count > 1 || exploration->asked->only_promises;
    int status = PROGRAM_FAILED;
    if (explore_judge(&verdict, &searched->result, exploration->scenario, exploration->policy, exploration->listed,
                      exploration->is_about_subscriptions, is_part) != 0) {
        fprintf(stderr, "ctrsim explore: out of memory\n");
        explore_verdict_release(&verdict);
        return status;
    }
    bool passed = verdict.passed && searched->some.unfinished == 0 && !search_is_empty(searched);
    status = passed ? PROGRAM_OK : PROGRAM_FAILED;
    if (!passed || !exploration->says_nothing) {
        printf("%s\n", exploration->what);
        search_say(searched, &exploration->search);
        if (verdict.broken.length > 0)
            printf("  broke: %.*s\n", TEXT_ARGUMENTS(buffer_text(&verdict.broken)));
        if (verdict.explanation.length > 0)
            printf("%.*s", TEXT_ARGUMENTS(buffer_text(&verdict.explanation)));
        keep_findings(exploration, &searched->result.findings);
        printf("  %s\n", passed ? "ok" : "FAILED");
    }
    explore_verdict_release(&verdict);
    fflush(stdout);
    return status;
}

static void add_counts(struct explore_counts *total, const struct searched *searched)
{
    total->runs += searched->all.runs + searched->some.runs;
    total->states += searched->all.states;
    total->transitions += searched->all.transitions + searched->some.transitions;
    total->virtual_ns = time_add(total->virtual_ns, time_add(searched->all.virtual_ns, searched->some.virtual_ns));
}

static int explore_policy(struct exploration *exploration)
{
    struct searched *searched = calloc(1, sizeof *searched);
    struct error error = {""};
    int status;
    if (searched == NULL) {
        fprintf(stderr, "ctrsim explore: out of memory\n");
        return PROGRAM_FAILED;
    }
    (void)snprintf(exploration->what, sizeof exploration->what, "%.*s under %.*s",
                   TEXT_ARGUMENTS(exploration->scenario->file), TEXT_ARGUMENTS(exploration->policy));
    exploration->search.scenario = exploration->scenario;
    exploration->search.policy = exploration->policy;
    exploration->search.what = exploration->what;
    int code = search_run(searched, &exploration->search, &error);
    if (code == 0) {
        if (exploration->total != NULL)
            add_counts(exploration->total, searched);
        if (exploration->asked->only_promises)
            drop_expectations(&searched->result.findings);
        status = say_verdict(exploration, searched);
    } else {
        status = search_failure_status(code);
        printf("%s: %s\n", exploration->what, error.text);
    }
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
                   .is_bounded = asked->is_bounded,
                   .delays_max = asked->delays_max,
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
    size_t explored = 0;
    struct buffer failed = BUFFER_INIT;
    for (; explored < files->count && !progress_interrupted(); explored++) {
        int one = explore_file(files->paths[explored], asked);
        if (one != PROGRAM_OK)
            buffer_printf(&failed, "  failed: %s\n", files->paths[explored]);
        status = worse(status, one);
    }
    /* Of many files the failed ones are far up. */
    if (files->count > 1)
        printf("%zu of %zu files explored%s\n%.*s", explored, files->count, failed.length > 0 ? "" : ", all ok",
               TEXT_ARGUMENTS(buffer_text(&failed)));
    buffer_release(&failed);
    return status;
}

/* ---- scenarios that nobody wrote ---- */

/* One of them. */
static int explore_made_up(uint64_t seed, const struct explore_asked *asked, struct explore_counts *total)
{
    struct exploration exploration = exploration_of(asked);
    struct buffer content = BUFFER_INIT;
    struct scenario *scenario = NULL;
    struct error error = {""};
    char name[64];
    int status = PROGRAM_USAGE;

    (void)snprintf(name, sizeof name, "random-%" PRIu64 ".yaml", seed);
    exploration.says_nothing = true;
    exploration.total = total;
    /* So that each is found again by its own seed. */
    exploration.search.seed = seed;
    exploration.search.shard = (struct explore_shard){0, 0};
    exploration.search.budget = (struct budget){.runs = MADE_UP_RUNS};
    exploration.search.all = exploration.search.all && (!exploration.search.some || seed % MADE_UP_WHOLE_EVERY == 0);
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
    struct progress progress = {.what = NULL};
    struct explore_counts counts = {.runs = 0};
    char what[64] = "random scenarios";
    uint64_t made = 0;
    uint64_t failed = 0;
    int status = PROGRAM_OK;

    progress_begin(&progress, what, asked->budget.time_ns);
    for (uint64_t i = 0; asked->budget.runs == 0 || i < asked->budget.runs; i++) {
        if (asked->shard.count > 1 && i % asked->shard.count != asked->shard.index)
            continue;
        (void)snprintf(what, sizeof what, "%" PRIu64 " random scenarios", made);
        if (!progress_go_on(&progress, &counts))
            break;
        int one = explore_made_up(asked->seed + i, asked, &counts);
        made++;
        failed += one != PROGRAM_OK;
        status = worse(status, one);
    }
    progress_end(&progress);
    if (made == 0 && !progress_interrupted()) {
        printf("no random scenario was made: of %" PRIu64 " none is of shard %" PRIu32 "/%" PRIu32
               "; give a larger --budget, or fewer shards\n",
               asked->budget.runs, asked->shard.index, asked->shard.count);
        status = PROGRAM_FAILED;
    }
    printf("%" PRIu64 " random scenarios from seed %" PRIu64 ", %" PRIu64 " failed\n", made, asked->seed, failed);
    return status;
}

/* ---- the command ---- */

static int explore(struct explore_asked *asked, char **paths, size_t count)
{
    struct files files = {NULL, 0, 0};
    struct error error = {""};
    int status = PROGRAM_USAGE;

    if (explore_asked_read(asked, &error) == 0 && asked->random == (count > 0))
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
    struct explore_asked asked;
    size_t count;

    enum options_result parsed = explore_asked_parse(&asked, argc, argv, &count);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    return explore(&asked, argv, count);
}
