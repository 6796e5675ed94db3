/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

void findings_release(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        free(findings->items[i].draws);
    findings->count = 0;
}

bool target_hit(const struct target *target, const struct breach *breach)
{
    return text_equal(target->promise, breach->promise) &&
           (target->promise.length > 0 || text_is(text_of(target->sentence), breach->sentence));
}

static bool is_of(const struct finding *finding, const struct breach *breach)
{
    return finding->place.line == breach->place.line && finding->place.column == breach->place.column &&
           text_equal(finding->promise, breach->promise);
}

bool findings_has(const struct findings *findings, const struct breach *breach)
{
    for (size_t i = 0; i < findings->count; i++)
        if (is_of(&findings->items[i], breach))
            return true;
    return false;
}

int findings_add(struct findings *findings, const struct breach *breach, const struct draw *draws, size_t draw_count,
                 uint64_t run)
{
    if (findings_has(findings, breach) || findings->count == WATCH_BREACHES_MAX)
        return 0;
    struct draw *copy = malloc((draw_count + 1) * sizeof *copy);
    if (copy == NULL)
        return ERROR_NO_MEMORY;
    if (draw_count > 0)
        memcpy(copy, draws, draw_count * sizeof *copy);
    findings->items[findings->count++] = (struct finding){.promise = breach->promise,
                                                          .sentence = breach->sentence,
                                                          .error = breach->finding,
                                                          .place = breach->place,
                                                          .draws = copy,
                                                          .draw_count = draw_count,
                                                          .run = run};
    return 0;
}
