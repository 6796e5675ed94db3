/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/measure.h"

#include <stdlib.h>
#include <time.h>

#include "base/error.h"

double measure_spent(void)
{
    struct timespec spent;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) != 0)
        return 0;
    return (double)spent.tv_sec + (double)spent.tv_nsec * 1e-9;
}

double measure_rate(measure_work *work, void *context, double seconds)
{
    uint64_t done = 0;
    uint64_t times = 16;
    double begun = measure_spent();
    double spent = 0;

    while (spent < seconds) {
        if (work(context, times) != 0)
            return -1;
        done += times;
        spent = measure_spent() - begun;
        /* Half of what is left, so that the clock is rarely asked and the end is met. */
        double wanted = spent > 0 ? (double)done / spent * (seconds - spent) / 2 : (double)times * 2;
        times = wanted < 16 ? 16 : (uint64_t)wanted;
    }
    return (double)done / spent;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

int measure_beside(struct measure_pair *pair, measure_work *work, void *context, measure_work *yardstick,
                   void *yardstick_context, double seconds)
{
    double rates[MEASURE_ROUNDS];
    double yardsticks[MEASURE_ROUNDS];
    double ratios[MEASURE_ROUNDS];
    for (size_t i = 0; i < MEASURE_ROUNDS; i++) {
        yardsticks[i] = measure_rate(yardstick, yardstick_context, seconds);
        rates[i] = measure_rate(work, context, seconds);
        if (rates[i] < 0 || yardsticks[i] < 0)
            return ERROR_IO;
        ratios[i] = rates[i] / yardsticks[i];
    }
    pair->rate = median(rates, MEASURE_ROUNDS);
    pair->yardstick = median(yardsticks, MEASURE_ROUNDS);
    pair->ratio = median(ratios, MEASURE_ROUNDS);
    return 0;
}
