/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "harness/explore/shrink_private.h"

static int try_draws(struct shrinking *shrinking, const struct draw *draws, size_t count, bool *ret_better)
{
    const struct attempt_result *best = &shrinking->best.result;
    size_t cost = shrink_cost(best->draws, best->draw_count);
    struct attempt_result before = *best;
    struct attempt attempt = shrink_best(shrinking);
    bool breaks;

    *ret_better = false;
    if (shrink_cost(draws, count) >= cost)
        return 0;
    attempt.draws = draws;
    attempt.draw_count = count;
    memset(&shrinking->best.result, 0, sizeof shrinking->best.result);
    int code = shrink_try(shrinking, &attempt, &breaks);
    if (code == 0 && breaks && shrink_cost(best->draws, best->draw_count) < cost) {
        attempt_result_release(&before);
        *ret_better = true;
        return 0;
    }
    attempt_result_release(&shrinking->best.result);
    shrinking->best.result = before;
    return code;
}

/* Fewer: without `size` of them from `first` on. */
static int cut_draws(struct shrinking *shrinking, struct draw *room, bool *ret_changed)
{
    int code = 0;
    for (size_t size = shrinking->best.result.draw_count; code == 0 && size >= 1; size /= 2) {
        for (size_t first = 1; code == 0 && first < shrinking->best.result.draw_count;) {
            const struct attempt_result *best = &shrinking->best.result;
            size_t behind = first + size < best->draw_count ? first + size : best->draw_count;
            bool better;
            memcpy(room, best->draws, first * sizeof *room);
            memcpy(room + first, best->draws + behind, (best->draw_count - behind) * sizeof *room);
            code = try_draws(shrinking, room, first + best->draw_count - behind, &better);
            *ret_changed = *ret_changed || better;
            if (!better)
                first += size;
        }
    }
    return code;
}

static int lower_draws(struct shrinking *shrinking, struct draw *room, bool *ret_changed)
{
    int code = 0;
    for (size_t i = 1; code == 0 && i < shrinking->best.result.draw_count; i++) {
        uint32_t value = shrinking->best.result.draws[i].value;
        const uint32_t lower[] = {0, value / 2, value > 0 ? value - 1 : 0};
        bool better = false;
        for (size_t j = 0; code == 0 && !better && value > 0 && j < 3; j++) {
            const struct attempt_result *best = &shrinking->best.result;
            if (i >= best->draw_count || lower[j] >= best->draws[i].value)
                continue;
            memcpy(room, best->draws, best->draw_count * sizeof *room);
            room[i].value = lower[j];
            code = try_draws(shrinking, room, best->draw_count, &better);
            *ret_changed = *ret_changed || better;
        }
    }
    return code;
}

int shrink_draws(struct shrinking *shrinking)
{
    bool changed = true;
    int code = 0;
    while (code == 0 && changed && !shrinking->stopped) {
        size_t count = shrinking->best.result.draw_count;
        struct draw *room = calloc(count + 1, sizeof *room);
        changed = false;
        if (room == NULL)
            return ERROR_NO_MEMORY;
        code = cut_draws(shrinking, room, &changed);
        if (code == 0)
            code = lower_draws(shrinking, room, &changed);
        /* What was drawn anew may be longer than the room. */
        changed = changed && shrinking->best.result.draw_count <= count;
        free(room);
    }
    return code;
}
