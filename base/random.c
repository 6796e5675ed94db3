/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include "base/contract.h"

void random_seed(struct random *random, uint64_t seed)
{
    random->state = seed;
}

#define GAMMA UINT64_C(0x9e3779b97f4a7c15)

static uint64_t mixed(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t random_next(struct random *random)
{
    return mixed(random->state += GAMMA);
}

uint64_t random_ahead(const struct random *random, uint64_t count)
{
    return mixed(random->state + (count + 1) * GAMMA);
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    CONTRACT(bound >= 1);
    /* The numbers below this threshold would make the first remainders more likely than the others. */
    uint64_t threshold = (UINT64_C(0) - bound) % bound;
    for (;;) {
        uint64_t value = random_next(random);
        if (value >= threshold)
            return value % bound;
    }
}

double random_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1.0p-53;
}
