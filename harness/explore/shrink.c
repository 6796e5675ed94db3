/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/shrink.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "harness/explore/recovery.h"
#include "harness/explore/shrink_private.h"
#include "scenarios/language/words.h"

/* ---- one try ---- */

size_t shrink_cost(const struct draw *draws, size_t count)
{
    size_t cost = 0;
    for (size_t i = 1; i < count; i++)
        cost += draws[i].value > 0 ? 1000 + draws[i].value : 1;
    return cost;
}

/* Makes the attempt; where it breaks what it has to, its run is the best from now on. Sets *ret_breaks. */
int shrink_try(struct shrinking *shrinking, const struct attempt *attempt, bool *ret_breaks)
{
    const struct shrink_asked *asked = shrinking->asked;
    struct attempt_result result;
    int code;

    *ret_breaks = false;
    if (shrinking->stopped || (asked->go_on != NULL && !asked->go_on(asked->context))) {
        shrinking->stopped = true;
        return 0;
    }
    shrinking->tries++;
    code = attempt_make(shrinking->edit, asked, attempt, &result, ret_breaks);
    if (code == 0 && *ret_breaks) {
        attempt_result_release(&shrinking->best.result);
        shrinking->best.result = result;
        shrinking->may_stop = result.stopped;
    }
    return code;
}

struct attempt shrink_best(const struct shrinking *shrinking)
{
    const struct best *best = &shrinking->best;
    return (struct attempt){.may_stop = shrinking->may_stop,
                            .owed_max = shrinking->owed,
                            .must_hold = shrinking->must_hold,
                            .without = best->without,
                            .times = best->times,
                            .times_count = shrinking->times_count,
                            .steps = best->steps,
                            .step_count = best->step_count,
                            .draws = best->result.draws,
                            .draw_count = best->result.draw_count};
}

/* ---- the story ---- */

/* Leaves out spans of that kind, from the one that is number `first` among those left, so many. Returns how many. */
static size_t leave_out(struct shrinking *shrinking, enum edit_kind kind, size_t first, size_t count)
{
    size_t number = 0;
    size_t left_out = 0;
    memcpy(shrinking->trial, shrinking->best.without, shrinking->span_count * sizeof *shrinking->trial);
    for (size_t i = 0; i < shrinking->span_count; i++) {
        if (shrinking->best.without[i] || edit_span(shrinking->edit, i).kind != kind)
            continue;
        if (number >= first && left_out < count) {
            shrinking->trial[i] = true;
            left_out++;
        }
        number++;
    }
    return left_out;
}

size_t shrink_count_left(const struct shrinking *shrinking, const bool *without, enum edit_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < shrinking->span_count; i++)
        count += !without[i] && edit_span(shrinking->edit, i).kind == kind;
    return count;
}

/* Larger pieces first, then smaller ones, as delta debugging does. */
static int shrink_kind(struct shrinking *shrinking, enum edit_kind kind, bool *ret_changed)
{
    size_t left = shrink_count_left(shrinking, shrinking->best.without, kind);
    int code = 0;
    for (size_t size = left; code == 0 && size >= 1; size /= 2) {
        for (size_t first = 0; code == 0 && leave_out(shrinking, kind, first, size) > 0;) {
            struct attempt attempt = shrink_best(shrinking);
            bool breaks;
            attempt.without = shrinking->trial;
            attempt.searches = true;
            edit_complete(shrinking->edit, shrinking->trial);
            code = shrink_try(shrinking, &attempt, &breaks);
            if (code == 0 && breaks) {
                memcpy(shrinking->best.without, shrinking->trial, shrinking->span_count * sizeof *shrinking->trial);
                *ret_changed = true;
            } else {
                first += size;
            }
        }
    }
    return code;
}

static int shrink_times(struct shrinking *shrinking, bool *ret_changed)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < shrinking->times_count; i++) {
        struct edit_new_times *times = &shrinking->best.times[i];
        uint32_t before = times->times;
        const uint32_t tries[] = {1, before / 2, before - 1};
        bool breaks = false;
        for (size_t j = 0; code == 0 && !breaks && j < 3; j++) {
            struct attempt attempt = shrink_best(shrinking);
            if (tries[j] == 0 || tries[j] >= before)
                continue;
            attempt.searches = true;
            times->times = tries[j];
            code = shrink_try(shrinking, &attempt, &breaks);
            if (!breaks)
                times->times = before;
        }
        *ret_changed = *ret_changed || breaks;
    }
    return code;
}

static int shrink_story(struct shrinking *shrinking)
{
    static const enum edit_kind kinds[] = {EDIT_EXPECTATION, EDIT_CONTAINER, EDIT_FAULT,  EDIT_FOLLOWING, EDIT_BLOCK,
                                           EDIT_STEP,        EDIT_EXEC,      EDIT_RECORD, EDIT_TIME};
    /* What a file expects of its story says nothing of another one, unless that holds in the order it is written in. */
    size_t kind_count = shrinking->is_of_file && !shrinking->must_hold ? 1 : sizeof kinds / sizeof kinds[0];
    bool changed = true;
    int code = 0;
    while (code == 0 && changed && !shrinking->stopped) {
        changed = false;
        for (size_t i = 0; code == 0 && i < kind_count; i++)
            code = shrink_kind(shrinking, kinds[i], &changed);
        if (code == 0 && kind_count > 1)
            code = shrink_times(shrinking, &changed);
    }
    return code;
}

/* ---- all of it ---- */

static struct shrink_size measure(const struct shrinking *shrinking)
{
    const struct attempt_result *result = &shrinking->best.result;
    struct shrink_size size = {
        .containers = shrink_count_left(shrinking, shrinking->best.without, EDIT_CONTAINER),
        .faults = shrink_count_left(shrinking, shrinking->best.without, EDIT_FAULT),
        .steps = shrink_count_left(shrinking, shrinking->best.without, EDIT_STEP),
    };
    for (size_t i = 1; i < result->draw_count; i++)
        size.draws += result->draws[i].value > 0;
    return size;
}

static int begin(struct shrinking *shrinking, struct error *error)
{
    const struct shrink_asked *asked = shrinking->asked;
    struct scenario *scenario;
    int built_in;
    int code = scenario_parse(&scenario, asked->file, asked->content, error);
    if (code != 0)
        return code;
    shrinking->owed = recovery_owed(scenario);
    shrinking->is_of_file = !words_find(&scenario_promises, asked->target.promise, &built_in);
    shrinking->must_hold = shrinking->is_of_file && !attempt_breaks_as_written(scenario, asked);
    scenario_free(scenario);
    code = edit_new(&shrinking->edit, asked->file, asked->content, error);
    if (code != 0)
        return code;
    shrinking->span_count = edit_span_count(shrinking->edit);
    shrinking->times_count = edit_times_count(shrinking->edit);
    shrinking->trial = calloc(shrinking->span_count + 1, sizeof *shrinking->trial);
    shrinking->best.without = calloc(shrinking->span_count + 1, sizeof *shrinking->best.without);
    shrinking->best.times = calloc(shrinking->times_count + 1, sizeof *shrinking->best.times);
    shrinking->best.result.draws = calloc(asked->draw_count + RUN_KIND_DRAWS_MAX, sizeof *shrinking->best.result.draws);
    if (shrinking->trial == NULL || shrinking->best.without == NULL || shrinking->best.times == NULL ||
        shrinking->best.result.draws == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < shrinking->times_count; i++)
        shrinking->best.times[i] = (struct edit_new_times){i, edit_times(shrinking->edit, i).times};
    size_t kind = run_kind_write(asked->level, &asked->chances, shrinking->best.result.draws);
    if (asked->draw_count > 0)
        memcpy(shrinking->best.result.draws + kind, asked->draws, asked->draw_count * sizeof *asked->draws);
    shrinking->best.result.draw_count = asked->draw_count + kind;
    return 0;
}

static int shrink_all(struct shrinking *shrinking, struct shrunk *shrunk, struct error *error)
{
    struct attempt attempt = shrink_best(shrinking);
    bool breaks;
    int code = shrink_try(shrinking, &attempt, &breaks);
    /* What is broken may be why a later step cannot be done: that step goes with what else is not needed. */
    attempt.may_stop = true;
    if (code == 0 && !breaks)
        code = shrink_try(shrinking, &attempt, &breaks);
    if (code == 0 && !breaks)
        return error_set(error, ERROR_MISSING, "the run does not break it when it is made again");
    shrunk->before = measure(shrinking);
    if (code == 0)
        code = shrink_story(shrinking);
    if (code == 0)
        code = shrink_draws(shrinking);
    if (code == 0)
        code = shrink_order(shrinking);
    if (code == 0)
        code = shrink_draws(shrinking);
    shrunk->after = measure(shrinking);
    attempt = shrink_best(shrinking);
    if (code == 0)
        code = attempt_write(shrinking->edit, shrinking->asked, &attempt, true, &shrunk->yaml);
    return code == 0 ? 0 : error_set(error, code, "%s", error_text(code));
}

int shrink(struct shrunk *ret_shrunk, const struct shrink_asked *asked, struct error *error)
{
    struct shrinking shrinking = {.asked = asked};
    memset(ret_shrunk, 0, sizeof *ret_shrunk);
    int code = begin(&shrinking, error);
    if (code == 0)
        code = shrink_all(&shrinking, ret_shrunk, error);
    ret_shrunk->tries = shrinking.tries;
    ret_shrunk->draws = shrinking.best.result.draws;
    ret_shrunk->draw_count = shrinking.best.result.draw_count;
    free(shrinking.best.result.steps);
    free(shrinking.best.steps);
    free(shrinking.best.times);
    free(shrinking.best.without);
    free(shrinking.trial);
    edit_free(shrinking.edit);
    return code;
}

void shrunk_release(struct shrunk *shrunk)
{
    buffer_release(&shrunk->yaml);
    free(shrunk->draws);
    shrunk->draws = NULL;
}
