/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/choice.h"

#include "base/contract.h"

void choice_init(struct choice *choice)
{
    choice->draws = 0;
}

uint32_t choice_below(struct choice *choice, uint32_t bound, const char *label)
{
    (void)label;
    CONTRACT(bound >= 1);
    if (bound > 1)
        choice->draws++;
    return 0;
}
