/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that may come in any order are written down in the one in which they came, and crashes that came by chance
 * among them. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "harness/explore/shrink_private.h"

static bool stands_at(struct scenario_place a, struct scenario_place b)
{
    return a.line == b.line && a.column == b.column;
}

static bool find_step(const struct shrinking *shrinking, struct scenario_place place, size_t *ret_span)
{
    for (size_t i = 0; i < shrinking->span_count; i++)
        if (edit_span(shrinking->edit, i).kind == EDIT_STEP && stands_at(edit_span(shrinking->edit, i).place, place)) {
            *ret_span = i;
            return true;
        }
    return false;
}

/* The steps one after another as they were taken, with the crashes that came by chance or without. The places are those
 * of the story that was written for the try, so the order is found with a file that is read again. NULL where they are
 * not to be told apart. */
static struct edit_step *steps_taken(const struct shrinking *shrinking, bool with_crashes, size_t *ret_count)
{
    const struct attempt_result *result = &shrinking->best.result;
    struct edit_step *steps = calloc(result->step_count + 1, sizeof *steps);
    int64_t before_ns = 0;
    size_t count = 0;
    for (size_t i = 0; steps != NULL && i < result->step_count; i++) {
        const struct world_step *taken = &result->steps[i];
        bool is_crash = taken->place.line == 0;
        if (is_crash && !with_crashes)
            continue;
        if (!is_crash && i > 0 && stands_at(taken->place, result->steps[i - 1].place))
            continue;
        if (is_crash)
            steps[count].crash_down_ns = WORLD_CRASH_DOWN_NS;
        else if (!find_step(shrinking, taken->place, &steps[count].span)) {
            free(steps);
            return NULL;
        }
        steps[count].has_at = taken->at_ns > before_ns;
        steps[count++].at_ns = taken->at_ns - before_ns;
        before_ns = taken->at_ns;
    }
    *ret_count = count;
    return steps;
}

/* The story as it is so far becomes the file that is edited, with nothing left out. */
static int start_again(struct shrinking *shrinking)
{
    struct buffer text = BUFFER_INIT;
    struct attempt attempt = shrink_best(shrinking);
    struct edit *edit = NULL;
    struct error error;
    int code = attempt_write(shrinking->edit, shrinking->asked, &attempt, false, &text);
    if (code == 0)
        code = edit_new(&edit, shrinking->asked->file, buffer_text(&text), &error);
    buffer_release(&text);
    if (code != 0)
        return code;
    edit_free(shrinking->edit);
    shrinking->edit = edit;
    shrinking->span_count = edit_span_count(edit);
    memset(shrinking->best.without, 0, shrinking->span_count * sizeof *shrinking->best.without);
    shrinking->times_count = edit_times_count(edit);
    for (size_t i = 0; i < shrinking->times_count; i++)
        shrinking->best.times[i] = (struct edit_new_times){i, edit_times(edit, i).times};
    free(shrinking->best.steps);
    shrinking->best.steps = NULL;
    return 0;
}

/* Tries the steps as they were taken, with crashes that came by chance as steps or without. Where that is no further
 * from the ordinary course it is the story from now on. */
static int try_order(struct shrinking *shrinking, bool with_crashes, bool *ret_done)
{
    const struct attempt_result *best = &shrinking->best.result;
    size_t cost = shrink_cost(best->draws, best->draw_count);
    struct draw kind[RUN_KIND_DRAWS_MAX];
    struct world_chances chances;
    enum world_level level;
    bool breaks = false;
    size_t count = 0;
    struct edit_step *steps = steps_taken(shrinking, with_crashes, &count);

    *ret_done = false;
    if (steps == NULL)
        return 0;
    struct attempt attempt = shrink_best(shrinking);
    attempt.steps = steps;
    attempt.step_count = count;
    attempt.searches = true;
    if (with_crashes) {
        (void)run_kind_read(best->draws, best->draw_count, &level, &chances);
        chances.crashes = 0;
        attempt.draws = kind;
        attempt.draw_count = run_kind_write(level, &chances, kind);
    }
    int code = shrink_try(shrinking, &attempt, &breaks);
    if (code == 0 && breaks && shrink_cost(best->draws, best->draw_count) <= cost) {
        shrinking->best.steps = steps;
        shrinking->best.step_count = count;
        *ret_done = true;
        return start_again(shrinking);
    }
    free(steps);
    if (code != 0 || !breaks)
        return code;
    /* The run of the try is of another story: back to that of the best. */
    attempt = shrink_best(shrinking);
    attempt.steps = NULL;
    attempt.searches = true;
    return shrink_try(shrinking, &attempt, &breaks);
}

static bool crashes_by_chance(const struct shrinking *shrinking)
{
    struct world_chances chances;
    enum world_level level;
    (void)run_kind_read(shrinking->best.result.draws, shrinking->best.result.draw_count, &level, &chances);
    return chances.crashes > 0;
}

int shrink_order(struct shrinking *shrinking)
{
    bool done = false;
    bool breaks = false;
    int code = start_again(shrinking);
    bool crashes = crashes_by_chance(shrinking);

    if (code != 0 || (!crashes && shrink_count_left(shrinking, shrinking->best.without, EDIT_BLOCK) == 0))
        return code;
    /* The places of the steps in the file as it is now. */
    struct attempt attempt = shrink_best(shrinking);
    code = shrink_try(shrinking, &attempt, &breaks);
    if (code != 0 || !breaks)
        return code;
    if (crashes)
        code = try_order(shrinking, true, &done);
    if (code == 0 && !done && shrink_count_left(shrinking, shrinking->best.without, EDIT_BLOCK) > 0)
        code = try_order(shrinking, false, &done);
    return code;
}
