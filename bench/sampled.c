/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/sampled.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "programs/ctrsim/load.h"

int sampled_init(struct sampled *sampled, const char *path, enum world_level level, struct error *error)
{
    memset(sampled, 0, sizeof *sampled);
    sampled->level = level;
    return load_scenario(&sampled->scenario, path, error);
}

void sampled_release(struct sampled *sampled)
{
    scenario_free(sampled->scenario);
}

int sampled_runs(void *context, uint64_t times)
{
    struct sampled *sampled = context;
    struct explore_sampling sampling = {.level = sampled->level, .seed = sampled->seed++, .runs_max = times};
    struct explore_result *result = calloc(1, sizeof *result);
    int code = ERROR_NO_MEMORY;

    if (result == NULL)
        return code;
    code = explore_some(result, sampled->scenario, text_of("reliable"), &sampling, NULL);
    if (code == 0 && result->counts.runs != times)
        code = ERROR_REFUSED;
    sampled->runs += result->counts.runs;
    sampled->happenings += result->counts.transitions;
    sampled->shared += result->counts.shared;
    sampled->virtual_ns = time_add(sampled->virtual_ns, result->counts.virtual_ns);
    explore_result_release(result);
    free(result);
    return code;
}
