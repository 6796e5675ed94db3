/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/grow.h"

void choice_init(struct choice *choice)
{
    memset(choice, 0, sizeof *choice);
}

void choice_release(struct choice *choice)
{
    free(choice->record);
    choice_init(choice);
}

void choice_answer_list(struct choice *choice, const struct draw *list, size_t count, bool strict)
{
    choice->answerer = CHOICE_LIST;
    choice->list = list;
    choice->list_count = count;
    choice->strict = strict;
    choice->mismatched = false;
    choice->draws = 0;
}

void choice_answer_random(struct choice *choice, uint64_t seed)
{
    choice->answerer = CHOICE_RANDOM;
    choice->draws = 0;
    random_seed(&choice->random, seed);
}

void choice_record(struct choice *choice)
{
    choice->records = true;
    choice->failed = false;
    choice->record_count = 0;
}

void choice_decided(struct choice *choice, uint32_t value, uint32_t bound, const char *label)
{
    void *items = choice->record;

    choice->draws++;
    if (!choice->records || choice->failed)
        return;
    if (choice->record_count == choice->record_capacity) {
        choice->failed = grow(&items, choice->record_count, &choice->record_capacity, sizeof *choice->record) != 0;
        choice->record = items;
    }
    if (!choice->failed)
        choice->record[choice->record_count++] = (struct draw){value, bound, label};
}

static uint32_t from_list(struct choice *choice, uint32_t bound, const char *label)
{
    const struct draw *draw;
    if (choice->draws >= choice->list_count)
        return 0;
    draw = &choice->list[choice->draws];
    if (choice->strict && !choice->mismatched && (draw->bound != bound || strcmp(draw->label, label) != 0)) {
        choice->mismatched = true;
        choice->mismatch = (size_t)choice->draws;
        choice->met = (struct draw){0, bound, label};
    }
    return draw->value < bound ? draw->value : bound - 1;
}

uint32_t choice_below(struct choice *choice, uint32_t bound, const char *label)
{
    uint32_t value = 0;
    CONTRACT(bound >= 1);
    if (bound <= 1)
        return 0;
    switch (choice->answerer) {
    case CHOICE_ZERO: break;
    case CHOICE_LIST: value = from_list(choice, bound, label); break;
    case CHOICE_RANDOM: value = (uint32_t)random_below(&choice->random, bound); break;
    }
    choice_decided(choice, value, bound, label);
    return value;
}
