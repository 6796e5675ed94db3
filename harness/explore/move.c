/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/move.h"

#include <string.h>

static bool move_equal(const struct move *a, const struct move *b)
{
    return a->is_whole && b->is_whole && a->kind == b->kind && a->token == b->token &&
           a->outcome_count == b->outcome_count && memcmp(a->outcomes, b->outcomes, a->outcome_count) == 0;
}

bool move_listed(const struct move *moves, size_t count, const struct move *move)
{
    for (size_t i = 0; i < count; i++)
        if (move_equal(&moves[i], move))
            return true;
    return false;
}

struct move move_of(const struct pending *pending, const struct draw *draws, size_t draw_count)
{
    struct move move;
    memset(&move, 0, sizeof move);
    move.kind = (uint8_t)pending->kind;
    move.token = pending->token == PENDING_LATER ? UINT32_MAX : (uint32_t)pending->token;
    move.is_whole = draw_count <= MOVE_OUTCOMES_MAX;
    for (size_t i = 0; move.is_whole && i < draw_count; i++) {
        move.is_whole = draws[i].value <= UINT8_MAX;
        move.outcomes[move.outcome_count++] = (uint8_t)draws[i].value;
    }
    return move;
}

static const struct pending *find(const struct timeline *timeline, size_t count, const struct move *move)
{
    for (size_t i = 0; i < count; i++) {
        struct move bare = move_of(&timeline->items[i], NULL, 0);
        if (bare.kind == move->kind && bare.token == move->token)
            return &timeline->items[i];
    }
    return NULL;
}

int move_make(struct world *world, const struct move *move, struct timeline *room, bool *ret_possible)
{
    struct draw draws[MOVE_OUTCOMES_MAX];
    struct choice *choice = &world->choice;
    size_t count = world_pending(world, room);
    const struct pending *pending = find(room, count, move);

    *ret_possible = false;
    if (!move->is_whole || pending == NULL || world_over(world, room->items[0].time_ns))
        return 0;
    for (size_t i = 0; i < move->outcome_count; i++)
        draws[i] = (struct draw){move->outcomes[i], 0, NULL};
    choice_answer_list(choice, draws, move->outcome_count, false);
    choice_record(choice);
    int result = world_happen(world, pending);
    *ret_possible =
        result == 0 && !choice->failed && choice->record_count == move->outcome_count && world->refused.text[0] == '\0';
    for (size_t i = 0; *ret_possible && i < choice->record_count; i++)
        *ret_possible = choice->record[i].value == move->outcomes[i];
    choice_answer_list(choice, NULL, 0, false);
    return result;
}

bool move_may_draw(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->fault_count; i++)
        if (scenario->faults[i].up_to)
            return true;
    return false;
}
