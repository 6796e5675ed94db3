/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/largest.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "bench/measure.h"
#include "harness/explore/explore.h"

enum {
    PARTS_MAX = 16,               /* of one kind: more has never been complete */
    STATES_MAX = 20 * 1000 * 1000 /* that many fit in the memory of a small machine */
};

const char *largest_part_name(enum largest_part part)
{
    switch (part) {
    case LARGEST_CONTAINERS: return "containers";
    case LARGEST_FAILURES: return "failed deletes";
    case LARGEST_DISCONNECTS: return "broken streams";
    case LARGEST_CRASHES: return "crashes of the handler";
    case LARGEST_PARTS: break;
    }
    return "";
}

/* ---- the world ---- */

static void write_world(const uint32_t parts[LARGEST_PARTS], struct buffer *text)
{
    (void)buffer_printf(text, "title: As large as can be\nwhy: Its size is measured.\ngiven:\n  containers:\n");
    for (uint32_t i = 0; i < parts[LARGEST_CONTAINERS]; i++)
        (void)buffer_printf(text, "    - {id: c%u, pid: %u, state: running}\n", i, 101 + i);
    if (parts[LARGEST_FAILURES] > 0)
        (void)buffer_printf(text, "faults:\n  - {rpc: Tasks.Delete, do: fail, code: UNAVAILABLE, times: up to %u}\n",
                            parts[LARGEST_FAILURES]);
    (void)buffer_printf(text, "steps:\n  - any order:\n");
    for (uint32_t i = 0; i < parts[LARGEST_CONTAINERS]; i++)
        (void)buffer_printf(text, "      - exit: {container: c%u, code: 1}\n", i);
    for (uint32_t i = 0; i < parts[LARGEST_DISCONNECTS]; i++)
        (void)buffer_printf(text, "      - disconnect: {stream: events, code: UNAVAILABLE}\n");
}

/* ---- exploring it ---- */

struct limit {
    double begun;
    double seconds;
};

static bool goes_on(void *context, const struct explore_counts *counts)
{
    const struct limit *limit = context;
    (void)counts;
    return measure_spent() - limit->begun < limit->seconds;
}

/* Returns whether every order was seen, and fills in what that took. */
static bool is_complete(struct largest *largest, double seconds)
{
    struct buffer text = BUFFER_INIT;
    struct limit limit = {measure_spent(), seconds};
    struct explore_options options = {.chances = {.crashes = largest->parts[LARGEST_CRASHES]},
                                      .states_max = STATES_MAX,
                                      .go_on = goes_on,
                                      .context = &limit};
    struct explore_result *result = calloc(1, sizeof *result);
    struct scenario *scenario = NULL;
    bool complete = false;

    write_world(largest->parts, &text);
    if (result != NULL && !text.failed &&
        scenario_parse(&scenario, text_of("largest"), buffer_text(&text), NULL) == 0) {
        complete =
            explore_all(result, scenario, text_of("reliable"), &options, NULL) == 0 && result->cut == EXPLORE_COMPLETE;
        largest->states = result->counts.states;
        largest->transitions = result->counts.transitions;
        largest->runs = result->counts.runs;
        largest->spent = measure_spent() - limit.begun;
        explore_result_release(result);
    }
    scenario_free(scenario);
    free(result);
    buffer_release(&text);
    return complete;
}

int largest_find(struct largest *largest, double seconds)
{
    bool closed[LARGEST_PARTS] = {false};
    size_t open = LARGEST_PARTS;

    memset(largest, 0, sizeof *largest);
    largest->parts[LARGEST_CONTAINERS] = 1;
    if (!is_complete(largest, seconds))
        return ERROR_LIMIT;
    for (size_t part = 0; open > 0; part = (part + 1) % LARGEST_PARTS) {
        struct largest larger = *largest;
        if (closed[part])
            continue;
        larger.parts[part]++;
        closed[part] = larger.parts[part] > PARTS_MAX || !is_complete(&larger, seconds);
        if (closed[part])
            open--;
        else
            *largest = larger;
    }
    return 0;
}
