/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "harness/grow.h"

int moves_add(struct moves *moves, const struct move *move)
{
    void *items = moves->items;
    int result = grow(&items, moves->count, &moves->capacity, sizeof *move);
    moves->items = items;
    if (result == 0)
        moves->items[moves->count++] = *move;
    return result;
}

/* ---- the way ---- */

static void frame_free(struct frame *frame)
{
    if (frame == NULL)
        return;
    if (frame->world != NULL)
        world_release(frame->world);
    free(frame->world);
    free(frame->ready);
    free(frame->outcomes);
    free(frame->sleep.items);
    free(frame->only.items);
    free(frame);
}

static int make_frame(struct frames *frames)
{
    void *items = frames->items;
    int result = grow(&items, frames->made, &frames->capacity, sizeof *frames->items);
    struct frame *frame;

    frames->items = items;
    if (result != 0)
        return result;
    frame = calloc(1, sizeof *frame);
    if (frame == NULL)
        return ERROR_NO_MEMORY;
    frames->items[frames->made++] = frame;
    frame->world = calloc(1, sizeof *frame->world);
    if (frame->world == NULL)
        return ERROR_NO_MEMORY;
    return frames->root != NULL ? world_clone(frame->world, frames->root) : 0;
}

int frames_init(struct frames *frames, const struct scenario *scenario, struct text policy, policy_switches switches)
{
    int result = make_frame(frames);
    if (result != 0)
        return result;
    frames->root = frames->items[0]->world;
    result = world_init(frames->root, WORLD_VALUES, scenario, policy, switches);
    /* One run says nothing of what others reach. */
    frames->root->watch.choices = true;
    frames->root->trace.silent = true;
    frames->count = 1;
    return result;
}

void frames_release(struct frames *frames)
{
    /* The first frame has the original of all copies. */
    while (frames->made > 0)
        frame_free(frames->items[--frames->made]);
    free(frames->items);
    memset(frames, 0, sizeof *frames);
}

int frames_push(struct frames *frames, struct frame **ret_frame)
{
    struct frame *frame;
    if (frames->count == frames->made) {
        int result = make_frame(frames);
        if (result != 0)
            return result;
    }
    frame = frames->items[frames->count++];
    frame->ready_count = 0;
    frame->at = 0;
    frame->begun = false;
    frame->outcome_count = 0;
    frame->sleep.count = 0;
    frame->is_restricted = false;
    frame->only.count = 0;
    *ret_frame = frame;
    return 0;
}

void frames_pop(struct frames *frames)
{
    frames->count--;
}

void frame_add_reached(const struct world *world, bool *reached)
{
    for (size_t i = 0; world != NULL && i < world->scenario->expect.sometimes.count; i++)
        reached[i] = reached[i] || world->watch.expect.reached[i];
}

/* ---- one state ---- */

int frame_set_ready(struct frame *frame, const struct timeline *ready)
{
    void *items = frame->ready;
    int result = 0;
    while (result == 0 && frame->ready_capacity < ready->count)
        result = grow(&items, frame->ready_capacity, &frame->ready_capacity, sizeof *frame->ready);
    frame->ready = items;
    if (result != 0)
        return result;
    memcpy(frame->ready, ready->items, ready->count * sizeof *frame->ready);
    frame->ready_count = ready->count;
    return 0;
}

/* The draws as they were, but for the last that could have been higher, which is one higher; those behind it are drawn
 * anew. False where none could. */
static bool raise_outcomes(struct frame *frame)
{
    while (frame->outcome_count > 0) {
        struct draw *last = &frame->outcomes[frame->outcome_count - 1];
        if (last->value + 1 < last->bound) {
            last->value++;
            return true;
        }
        frame->outcome_count--;
    }
    return false;
}

bool frame_next(struct frame *frame)
{
    if (!frame->begun || raise_outcomes(frame)) {
        frame->begun = true;
        return frame->at < frame->ready_count;
    }
    frame->at++;
    return frame->at < frame->ready_count;
}

int frame_make_move(struct frame *frame, struct world *to, struct move *ret_move)
{
    const struct pending *pending = &frame->ready[frame->at];
    struct choice *choice = &to->choice;
    void *outcomes = frame->outcomes;
    int result = world_copy(to, frame->world);

    if (result != 0)
        return result;
    choice_answer_list(choice, frame->outcomes, frame->outcome_count, false);
    choice_record(choice);
    result = world_happen(to, pending);
    if (result == 0 && choice->failed)
        result = ERROR_NO_MEMORY;
    while (result == 0 && frame->outcome_capacity < choice->record_count)
        result = grow(&outcomes, frame->outcome_capacity, &frame->outcome_capacity, sizeof *frame->outcomes);
    frame->outcomes = outcomes;
    if (result != 0)
        return result;
    frame->outcome_count = choice->record_count;
    if (choice->record_count > 0)
        memcpy(frame->outcomes, choice->record, choice->record_count * sizeof *frame->outcomes);
    choice_answer_list(choice, NULL, 0, false);
    *ret_move = move_of(pending, frame->outcomes, frame->outcome_count);
    return 0;
}
