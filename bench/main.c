/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/largest.h"
#include "bench/measure.h"
#include "bench/outcomes.h"
#include "bench/plain_loop.h"
#include "bench/sampled.h"
#include "bench/unary.h"
#include "programs/common/options.h"

/*
 * How fast exploring is. Absolute rates belong to the machine and are only printed; what is judged is each rate beside
 * a yardstick that is measured in turn with it.
 */
enum { STEPS = 25 };

#define VALUES_WANTED (1.0 / 4)
#define BYTES_WANTED  (1.0 / 2)

static int make_plain_runs(void *context, uint64_t times)
{
    /* Whoever optimizes the whole program must not see that nobody wants to know. */
    static volatile uint64_t result;
    (void)context;
    result = plain_loop(times, STEPS);
    (void)result;
    return 0;
}

static int make_calls(void *context, uint64_t times)
{
    (void)context;
    return unary_calls(times * STEPS);
}

/* One level beside its yardstick. Returns whether it is fast enough. */
static bool judge(const char *name, enum world_level level, const char *yardstick_name, measure_work *yardstick,
                  double wanted, double seconds)
{
    struct sampled sampled;
    struct measure_pair pair;
    struct error error = {""};
    bool held = false;

    if (sampled_init(&sampled, "bench/twenty-five-steps.yaml", level, &error) != 0) {
        fprintf(stderr, "bench: %s\n", error.text);
    } else if (measure_beside(&pair, sampled_runs, &sampled, yardstick, NULL, seconds) != 0) {
        fprintf(stderr, "bench: the runs of %s could not be made\n", name);
    } else {
        double length = (double)sampled.happenings / (double)sampled.runs;
        double runs_of_25 = length / STEPS;
        held = pair.ratio * runs_of_25 >= wanted;
        printf(
            "  %-7s %9.0f runs of 25 steps (%.1f on average, %.1f of them shared), %s %9.0f: ratio %.3f, wanted %.2f: %s\n",
            name, pair.rate * runs_of_25, length, (double)sampled.shared / (double)sampled.runs, yardstick_name,
            pair.yardstick, pair.ratio * runs_of_25, wanted, held ? "ok" : "TOO SLOW");
    }
    sampled_release(&sampled);
    fflush(stdout);
    return held;
}

/* Virtual time that one second of a core makes. */
static bool print_virtual(const char *path, enum world_level level, const char *name, double seconds)
{
    struct sampled sampled;
    struct error error = {""};
    bool done = sampled_init(&sampled, path, level, &error) == 0 && measure_rate(sampled_runs, &sampled, seconds) > 0;
    double begun = measure_spent();
    int64_t before_ns = sampled.virtual_ns;

    done = done && measure_rate(sampled_runs, &sampled, seconds) > 0;
    if (done)
        printf("  %-7s %9.0f s (%s)\n", name,
               (double)(sampled.virtual_ns - before_ns) * 1e-9 / (measure_spent() - begun), path);
    else
        fprintf(stderr, "bench: %s could not be run: %s\n", path, error.text);
    sampled_release(&sampled);
    return done;
}

static bool print_largest(double seconds)
{
    struct largest largest;
    printf("the largest world of which every order is seen in %.0f s of one core\n", seconds);
    if (largest_find(&largest, seconds) != 0) {
        fprintf(stderr, "bench: not even one container could be explored\n");
        return false;
    }
    printf(" ");
    for (int part = 0; part < LARGEST_PARTS; part++)
        printf(" %s: %u%s", largest_part_name((enum largest_part)part), largest.parts[part],
               part + 1 < LARGEST_PARTS ? "," : "\n");
    printf("  %llu states, %llu transitions, %llu complete runs, %.1f s\n", (unsigned long long)largest.states,
           (unsigned long long)largest.transitions, (unsigned long long)largest.runs, largest.spent);
    return true;
}

static bool run_all(double seconds, double largest_seconds)
{
    bool held;
    printf("per second of one core, sampled\n");
    held = judge("values", WORLD_VALUES, "the plain loop", make_plain_runs, VALUES_WANTED, seconds);
    held = judge("bytes", WORLD_BYTES, "25 unary calls", make_calls, BYTES_WANTED, seconds) && held;
    printf("virtual time per second of one core\n");
    held = print_virtual("bench/twenty-five-steps.yaml", WORLD_VALUES, "values", seconds) && held;
    held = print_virtual("bench/twenty-five-steps.yaml", WORLD_BYTES, "bytes", seconds) && held;
    held = print_virtual("bench/outage.yaml", WORLD_VALUES, "values", seconds) && held;
    held = print_virtual("bench/outage.yaml", WORLD_BYTES, "bytes", seconds) && held;
    if (largest_seconds > 0)
        held = print_largest(largest_seconds) && held;
    return held;
}

int main(int argc, char **argv)
{
    const char *seconds;
    const char *largest;
    const char *outcomes;
    const struct options_row rows[] = {
        {.name = "seconds", .argument = "N", .fallback = "3", .value = &seconds, .help = "how long each is measured"},
        {.name = "largest",
         .argument = "N",
         .fallback = "60",
         .value = &largest,
         .help = "seconds for every order of the largest world; 0 leaves it out"},
        {.name = "outcomes",
         .argument = "PATH",
         .value = &outcomes,
         .help = "measures nothing, but prints what the runs of these scenarios come to, to be compared"},
    };
    const struct options options = {
        .program = "bench",
        .summary = "Measures how fast exploring is, beside what it could be at the best.",
        .notes = "Exit status: 0 fast enough, 1 too slow, 2 bad usage.\n",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    size_t count;
    enum options_result parsed = options_parse(&options, argc, argv, &count, stdout, stderr);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (outcomes != NULL)
        return outcomes_print(outcomes) ? PROGRAM_OK : PROGRAM_FAILED;
    return run_all(strtod(seconds, NULL), strtod(largest, NULL)) ? PROGRAM_OK : PROGRAM_FAILED;
}
