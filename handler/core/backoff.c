/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/backoff.h"

#include "base/contract.h"

const struct backoff_options backoff_of_the_monitor = {100 * TIME_MILLISECOND, 30 * TIME_SECOND, 2, false};

/* 2^63 - 513 as a double: what is greater is not turned into an int64_t but is the maximum. */
static const double largest_ns = 0x1.fffffffffffffp62;

/* More attempts than anybody makes; a whole number above it need not be exact. */
static const double attempts_max = 0x1p53;

/* Fills in what was not given. */
static struct backoff_options complete(const struct backoff_options *options)
{
    struct backoff_options all = *options;
    if (all.minimum_ns <= 0)
        all.minimum_ns = 100 * TIME_MILLISECOND;
    if (all.maximum_ns <= 0)
        all.maximum_ns = 10 * TIME_SECOND;
    if (all.factor <= 0)
        all.factor = 2;
    return all;
}

/* base^exponent by squaring, which unlike libm's pow rounds alike on every machine. Infinity on overflow. */
static double power(double base, uint64_t exponent)
{
    double result = 1;
    for (; exponent > 0; exponent >>= 1) {
        if ((exponent & 1) != 0)
            result *= base;
        base *= base;
    }
    return result;
}

int64_t backoff_delay_ns(const struct backoff_options *options, double attempt, struct random *random)
{
    struct backoff_options all = complete(options);
    double minimum = (double)all.minimum_ns;
    double delay;
    int64_t delay_ns;

    CONTRACT(attempt >= 0);
    if (all.minimum_ns >= all.maximum_ns)
        return all.maximum_ns;
    delay = power(all.factor, (uint64_t)(attempt < attempts_max ? attempt : attempts_max));
    delay *= minimum;
    if (all.jitter) {
        CONTRACT(random != NULL);
        delay -= minimum;
        delay *= random_unit(random);
        delay += minimum;
    }
    if (delay > largest_ns)
        return all.maximum_ns;
    /* Also where infinity times a draw of 0 is not a number. */
    if (!(delay >= minimum))
        return all.minimum_ns;
    delay_ns = (int64_t)delay;
    if (delay_ns < all.minimum_ns)
        return all.minimum_ns;
    return time_min(delay_ns, all.maximum_ns);
}

void backoff_init(struct backoff *backoff, const struct backoff_options *options, uint64_t seed)
{
    backoff->options = *options;
    backoff->attempt = 0;
    random_seed(&backoff->random, seed);
}

int64_t backoff_next_ns(struct backoff *backoff)
{
    int64_t delay_ns = backoff_delay_ns(&backoff->options, backoff->attempt, &backoff->random);
    backoff->attempt += 1;
    return delay_ns;
}

void backoff_reset(struct backoff *backoff)
{
    backoff->attempt = 0;
}
