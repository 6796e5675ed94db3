/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "harness/explore/explore.h"
#include "harness/explore/recovery.h"

enum { SEARCHED_MAX = 4000 /* transitions of one search for another run that breaks it */ };

void attempt_result_release(struct attempt_result *result)
{
    free(result->draws);
    free(result->steps);
    memset(result, 0, sizeof *result);
}

int attempt_write(const struct edit *edit, const struct shrink_asked *asked, const struct attempt *attempt,
                  bool with_draws, struct buffer *out)
{
    struct text promise = asked->target.promise;
    struct edit_handler handler = {asked->policy, &promise, 1};
    struct buffer title = BUFFER_INIT;
    struct scenario_choice *choices = calloc(attempt->draw_count + 1, sizeof *choices);
    int result;

    if (choices == NULL)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < attempt->draw_count; i++) {
        choices[i].label = text_of(attempt->draws[i].label);
        choices[i].value = attempt->draws[i].value;
    }
    buffer_printf(&title, "Policy %.*s breaks %.*s", TEXT_ARGUMENTS(asked->policy),
                  TEXT_ARGUMENTS(promise.length > 0 ? promise : text_of("an expectation")));
    /* Neither an expectation without a name can be listed nor `reliable`, whose file is to fail until it is mended. */
    bool is_listed = promise.length > 0 && !text_is(asked->policy, "reliable");
    struct edit_changes changes = {.without = attempt->without,
                                   .times = attempt->times,
                                   .times_count = attempt->times_count,
                                   .steps = attempt->steps,
                                   .step_count = attempt->step_count,
                                   .handlers = &handler,
                                   .handler_count = is_listed ? 1 : 0,
                                   .choices = choices,
                                   .choice_count = with_draws ? attempt->draw_count : 0,
                                   .title = buffer_text(&title),
                                   .why = asked->why};
    result = title.failed ? ERROR_NO_MEMORY : edit_write(edit, &changes, out);
    buffer_release(&title);
    free(choices);
    return result;
}

static bool hits(const struct target *target, const struct run *run)
{
    for (size_t i = 0; i < run->breach_count; i++)
        if (target_hit(target, &run->breaches[i]))
            return true;
    return false;
}

/* Runs with these draws; *result takes over what the run has recorded where it breaks the target. */
static int try_draws(const struct scenario *scenario, const struct shrink_asked *asked, const struct draw *draws,
                     size_t count, bool may_stop, struct attempt_result *result, bool *ret_breaks)
{
    const struct run_choices choices = {.draws = draws, .draw_count = count, .records = true};
    struct run run;
    struct error error;
    int code = run_scenario(&run, scenario, asked->policy, &choices, &error);

    bool stopped = code == ERROR_REFUSED;
    *ret_breaks = (code == 0 || (stopped && may_stop)) && hits(&asked->target, &run);
    if (*ret_breaks) {
        *result = (struct attempt_result){run.draws, run.draw_count, run.steps, run.step_count, stopped};
        while (result->draw_count > 1 && result->draws[result->draw_count - 1].value == 0)
            result->draw_count--;
        run.draws = NULL;
        run.steps = NULL;
    }
    run_release(&run);
    return code == ERROR_NO_MEMORY ? code : 0;
}

/* The draws of the first run in the order of exploration that breaks it, the level first; NULL where none was found. */
static int search(const struct scenario *scenario, const struct shrink_asked *asked, const struct attempt *attempt,
                  struct draw **ret_draws, size_t *ret_count)
{
    struct explore_options options = {.transitions_max = SEARCHED_MAX, .target = &asked->target};
    enum world_level level;
    size_t kind = run_kind_read(attempt->draws, attempt->draw_count, &level, &options.chances);
    struct explore_result *found = calloc(1, sizeof *found);
    struct error error;
    int code = found != NULL ? explore_all(found, scenario, asked->policy, &options, &error) : ERROR_NO_MEMORY;

    *ret_draws = NULL;
    for (size_t i = 0; code == 0 && *ret_draws == NULL && i < found->findings.count; i++) {
        const struct finding *finding = &found->findings.items[i];
        struct breach breach = {.promise = finding->promise, .sentence = finding->sentence};
        if (!target_hit(&asked->target, &breach))
            continue;
        *ret_draws = malloc((finding->draw_count + kind) * sizeof **ret_draws);
        if (*ret_draws == NULL) {
            code = ERROR_NO_MEMORY;
            break;
        }
        memcpy(*ret_draws, attempt->draws, kind * sizeof **ret_draws);
        memcpy(*ret_draws + kind, finding->draws, finding->draw_count * sizeof **ret_draws);
        *ret_count = finding->draw_count + kind;
    }
    if (found != NULL)
        explore_result_release(found);
    free(found);
    return code == ERROR_NO_MEMORY ? code : 0;
}

static int try_scenario(const struct scenario *scenario, const struct shrink_asked *asked,
                        const struct attempt *attempt, struct attempt_result *result, bool *ret_breaks)
{
    struct draw *draws;
    size_t count;
    int code = try_draws(scenario, asked, attempt->draws, attempt->draw_count, attempt->may_stop, result, ret_breaks);
    if (code != 0 || *ret_breaks || !attempt->searches)
        return code;
    if (asked->level == WORLD_BYTES)
        return try_draws(scenario, asked, NULL, 0, attempt->may_stop, result, ret_breaks);
    code = search(scenario, asked, attempt, &draws, &count);
    if (code == 0 && draws != NULL)
        code = try_draws(scenario, asked, draws, count, attempt->may_stop, result, ret_breaks);
    free(draws);
    return code;
}

bool attempt_breaks_as_written(const struct scenario *scenario, const struct shrink_asked *asked)
{
    const struct world_chances none = {.crashes = 0};
    struct draw kind[RUN_KIND_DRAWS_MAX];
    const struct run_choices choices = {
        .draws = kind, .draw_count = run_kind_write(asked->level, &none, kind), .records = true};
    struct run run;
    struct error error;
    int code = run_scenario(&run, scenario, asked->policy, &choices, &error);
    bool breaks = code != 0 || hits(&asked->target, &run);
    run_release(&run);
    return breaks;
}

int attempt_make(const struct edit *edit, const struct shrink_asked *asked, const struct attempt *attempt,
                 struct attempt_result *result, bool *ret_breaks)
{
    struct buffer text = BUFFER_INIT;
    struct scenario *scenario = NULL;
    struct error error;
    int code = attempt_write(edit, asked, attempt, false, &text);

    memset(result, 0, sizeof *result);
    *ret_breaks = false;
    if (code == 0 && scenario_parse(&scenario, asked->file, buffer_text(&text), &error) == 0 &&
        recovery_owed(scenario) <= attempt->owed_max &&
        !(attempt->must_hold && attempt_breaks_as_written(scenario, asked)))
        code = try_scenario(scenario, asked, attempt, result, ret_breaks);
    scenario_free(scenario);
    buffer_release(&text);
    return code;
}
