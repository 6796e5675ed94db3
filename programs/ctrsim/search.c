/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "harness/run.h"
#include "programs/common/options.h"
#include "programs/ctrsim/jobs.h"

enum { STATES_MAX = 20000000 /* kept by one process: about 1 GiB */ };

/* ---- by this process ---- */

static int keep(struct searched *searched, const struct explore_result *found, const struct search *search,
                struct error *error)
{
    for (size_t i = 0; i < found->findings.count; i++) {
        const struct finding *finding = &found->findings.items[i];
        struct breach breach = {.promise = finding->promise,
                                .sentence = finding->sentence,
                                .finding = finding->error,
                                .place = finding->place};
        /* What every order has shown is not shown again by a sample. */
        if (findings_has(&searched->result.findings, &breach))
            continue;
        if (findings_add(&searched->result.findings, &breach, finding->draws, finding->draw_count, finding->run) != 0)
            return error_set(error, ERROR_NO_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < search->scenario->expect.sometimes.count; i++)
        searched->result.reached[i] = searched->result.reached[i] || found->reached[i];
    return 0;
}

static int try_all(struct searched *searched, const struct search *search, struct progress *progress,
                   struct explore_result *found, struct error *error)
{
    const struct explore_options options = {.chances = search->chances,
                                            .is_bounded = search->is_bounded,
                                            .delays_max = search->delays_max,
                                            .shard = search->shard,
                                            .states_max = STATES_MAX,
                                            .transitions_max = search->transitions_max,
                                            .go_on = progress_go_on,
                                            .tamper = search->tamper,
                                            .context = progress};
    progress_begin(progress, search->what, search->some ? search->budget.time_ns / 2 : search->budget.time_ns);
    int code = explore_all(found, search->scenario, search->policy, &options, error);
    searched->tried_all = true;
    searched->all = found->counts;
    searched->cut = found->cut;
    return code != 0 ? code : keep(searched, found, search, error);
}

static int sample(struct searched *searched, const struct search *search, struct progress *progress,
                  struct explore_result *found, struct error *error)
{
    const struct explore_sampling sampling = {.level = search->level,
                                              .chances = search->chances,
                                              .seed = search->seed,
                                              .runs_max = search->budget.runs,
                                              .shard = search->shard,
                                              .go_on = progress_go_on,
                                              .tamper = search->tamper,
                                              .context = progress,
                                              .bound = &searched->bound};
    int64_t for_ns = searched->tried_all ? search->budget.time_ns / 2 : search->budget.time_ns;
    progress_begin(progress, search->what, for_ns);
    int code = explore_some(found, search->scenario, search->policy, &sampling, error);
    searched->sampled = true;
    searched->some = found->counts;
    if (!searched->tried_all)
        searched->cut = EXPLORE_STOPPED;
    return code != 0 ? code : keep(searched, found, search, error);
}

int search_alone(struct searched *searched, const struct search *search, struct progress *progress, struct error *error)
{
    struct explore_result *found = calloc(1, sizeof *found);
    int code = 0;

    memset(searched, 0, sizeof *searched);
    searched->result.reached = calloc(search->scenario->expect.sometimes.count + 1, sizeof *searched->result.reached);
    if (found == NULL || searched->result.reached == NULL)
        code = error_set(error, ERROR_NO_MEMORY, "out of memory");
    if (code == 0 && search->all && search->level == WORLD_VALUES)
        code = try_all(searched, search, progress, found, error);
    if (found != NULL)
        explore_result_release(found);
    bool is_complete = searched->tried_all && searched->cut == EXPLORE_COMPLETE;
    if (code == 0 && !is_complete && (search->some || !searched->tried_all) && !progress_interrupted())
        code = sample(searched, search, progress, found, error);
    if (found != NULL)
        explore_result_release(found);
    free(found);
    searched->result.cut = searched->cut;
    return code;
}

int search_run(struct searched *searched, const struct search *search, struct error *error)
{
    struct progress progress = {.what = search->what};
    if (search->jobs > 1)
        return jobs_run(searched, search, error);
    int code = search_alone(searched, search, &progress, error);
    progress_end(&progress);
    return code;
}

int search_failure_status(int code)
{
    return code == ERROR_UNREPEATABLE ? PROGRAM_UNSOUND : PROGRAM_USAGE;
}

void searched_release(struct searched *searched)
{
    explore_result_release(&searched->result);
}

static bool has_runs(const struct explore_counts *counts)
{
    return counts->runs > 0 || counts->unfinished > 0 || counts->impossible > 0;
}

bool search_is_empty(const struct searched *searched)
{
    return searched->sampled && !has_runs(&searched->some) && !has_runs(&searched->all) && !progress_interrupted();
}

/* ---- words ---- */

static const char *cut_text(enum explore_cut cut)
{
    switch (cut) {
    case EXPLORE_COMPLETE: return "yes";
    case EXPLORE_STOPPED: return progress_interrupted() ? "no, it was interrupted" : "no, the budget was used up";
    case EXPLORE_TOO_MANY_STATES: return "no, there are more states than are kept";
    case EXPLORE_FOUND: return "no, what was sought is found";
    case EXPLORE_TOO_LONG: return "no, an order was given up at a limit";
    }
    return "no";
}

static void say_impossible(const struct explore_counts *counts)
{
    if (counts->impossible > 0)
        printf("  %" PRIu64 " orders ended where a step could not be done in them, and were left there\n",
               counts->impossible);
}

static void say_all(const struct searched *searched, const struct search *search)
{
    const struct explore_counts *counts = &searched->all;
    printf("  every order");
    if (search->is_bounded)
        printf(" within %" PRIu32 " delays", search->delays_max);
    printf(": %" PRIu64 " states%s, %" PRIu64 " transitions, %" PRIu64
           " complete runs, the longest of %zu happenings; complete: %s\n",
           counts->states, search->jobs > 1 ? ", some seen by several jobs" : "", counts->transitions, counts->runs,
           counts->longest, cut_text(searched->cut));
    say_impossible(counts);
}

static void say_some(const struct searched *searched, const struct search *search)
{
    const struct explore_counts *counts = &searched->some;
    char virtual_time[TIME_TEXT_SIZE];
    if (search_is_empty(searched)) {
        printf("  sampled: nothing: of %" PRIu64 " runs none is of shard %" PRIu32 "/%" PRIu32
               "; give a --budget of more runs, or fewer shards\n",
               search->budget.runs, search->shard.index, search->shard.count);
        return;
    }
    time_format_instant(counts->virtual_ns, virtual_time);
    printf("  sampled: %" PRIu64 " runs of %s, seed %" PRIu64 ", %" PRIu64
           " happenings, the longest run of %zu, %s of virtual time%s\n",
           counts->runs, search->level == WORLD_VALUES ? "values" : "bytes", search->seed, counts->transitions,
           counts->longest, virtual_time, progress_interrupted() ? "; interrupted" : "");
    printf(
        "  of them %" PRIu64
        " by priorities in whole portions: a bug of depth %d among %zu channels and %zu steps is missed with a chance of at most %.3g\n",
        searched->bound.runs, EXPLORE_BUG_DEPTH, searched->bound.channels, searched->bound.steps,
        explore_miss(&searched->bound));
    if (counts->unfinished > 0)
        printf("  %" PRIu64 " more were given up: a run may have " RUN_LIMITS "\n", counts->unfinished,
               RUN_LIMITS_ARGUMENTS);
    say_impossible(counts);
}

void search_say(const struct searched *searched, const struct search *search)
{
    if (searched->tried_all)
        say_all(searched, search);
    if (searched->sampled)
        say_some(searched, search);
}
