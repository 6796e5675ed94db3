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

static size_t place_of(const struct findings *findings, const struct breach *breach)
{
    size_t i = 0;
    while (i < findings->count && !is_of(&findings->items[i], breach))
        i++;
    return i;
}

bool findings_has(const struct findings *findings, const struct breach *breach)
{
    return place_of(findings, breach) < findings->count;
}

static void drop(struct findings *findings, size_t place)
{
    free(findings->items[place].draws);
    findings->count--;
    memmove(&findings->items[place], &findings->items[place + 1],
            (findings->count - place) * sizeof findings->items[0]);
}

/* Makes a place behind those of the same and of earlier runs, and returns it; WATCH_BREACHES_MAX where there is none.
 */
static size_t make_place(struct findings *findings, uint64_t run)
{
    size_t place = findings->count;
    while (place > 0 && findings->items[place - 1].run > run)
        place--;
    if (place == WATCH_BREACHES_MAX)
        return place;
    if (findings->count == WATCH_BREACHES_MAX)
        drop(findings, findings->count - 1);
    memmove(&findings->items[place + 1], &findings->items[place],
            (findings->count - place) * sizeof findings->items[0]);
    findings->count++;
    return place;
}

int findings_add(struct findings *findings, const struct breach *breach, const struct draw *draws, size_t draw_count,
                 uint64_t run)
{
    size_t known = place_of(findings, breach);
    if (known < findings->count && findings->items[known].run <= run)
        return 0;
    struct draw *copy = malloc((draw_count + 1) * sizeof *copy);
    if (copy == NULL)
        return ERROR_NO_MEMORY;
    if (draw_count > 0)
        memcpy(copy, draws, draw_count * sizeof *copy);
    if (known < findings->count)
        drop(findings, known);
    size_t place = make_place(findings, run);
    if (place == WATCH_BREACHES_MAX) {
        free(copy);
        return 0;
    }
    findings->items[place] = (struct finding){.promise = breach->promise,
                                              .sentence = breach->sentence,
                                              .error = breach->finding,
                                              .place = breach->place,
                                              .draws = copy,
                                              .draw_count = draw_count,
                                              .run = run};
    return 0;
}
