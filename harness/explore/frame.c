/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

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
    world_free(frame->world);
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
    return 0;
}

static int give_world(const struct frames *frames, struct frame *frame)
{
    return frame->world != NULL ? 0 : world_clone_new(&frame->world, frames->root);
}

int frames_init(struct frames *frames, const struct scenario *scenario, struct text policy, policy_switches switches,
                const struct world_chances *chances)
{
    frames->draws_within = move_may_draw(scenario);
    frames->root = calloc(1, sizeof *frames->root);
    if (frames->root == NULL)
        return ERROR_NO_MEMORY;
    int result = world_init(frames->root, WORLD_VALUES, scenario, policy, switches);
    if (result != 0)
        return result;
    /* One run says nothing of what others reach. */
    frames->root->watch.choices = true;
    frames->root->trace.silent = true;
    frames->root->chances = *chances;
    struct frame *first;
    result = frames_push(frames, &first);
    return result != 0 ? result : give_world(frames, first);
}

void frames_release(struct frames *frames)
{
    while (frames->made > 0)
        frame_free(frames->items[--frames->made]);
    free(frames->items);
    world_free(frames->root);
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

int frames_path(const struct frames *frames, struct draw **ret_draws, size_t *ret_count)
{
    void *draws = NULL;
    size_t count = 0;
    size_t capacity = 0;
    int result = 0;
    for (size_t i = 0; result == 0 && i + 1 < frames->count; i++) {
        const struct frame *frame = frames->items[i];
        for (size_t j = 0; result == 0 && j <= frame->outcome_count; j++) {
            struct draw next = {(uint32_t)frame->at, (uint32_t)frame->ready_count, "next"};
            struct draw draw = j == 0 ? next : frame->outcomes[j - 1];
            if (draw.bound <= 1)
                continue;
            result = grow(&draws, count, &capacity, sizeof draw);
            if (result == 0)
                ((struct draw *)draws)[count++] = draw;
        }
    }
    *ret_draws = draws;
    *ret_count = count;
    return result;
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

/* Nothing else is ever to be made of the frame's world: the child takes it over. */
static bool is_last(const struct frames *frames, const struct frame *frame)
{
    return frame->ready_count == 1 && frame->sleep.count == 0 && !frames->draws_within;
}

static int hand_world(const struct frames *frames, struct frame *frame, struct frame *child)
{
    if (is_last(frames, frame)) {
        struct world *spare = child->world;
        child->world = frame->world;
        frame->world = spare;
        return 0;
    }
    int result = give_world(frames, child);
    return result != 0 ? result : world_copy(child->world, frame->world);
}

int frames_make_move(const struct frames *frames, struct frame *frame, struct frame *child, struct move *ret_move)
{
    const struct pending *pending = &frame->ready[frame->at];
    void *outcomes = frame->outcomes;
    struct choice *choice;
    int result = hand_world(frames, frame, child);

    if (result != 0)
        return result;
    choice = &child->world->choice;
    choice_answer_list(choice, frame->outcomes, frame->outcome_count, false);
    choice_record(choice);
    result = world_happen(child->world, pending);
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
