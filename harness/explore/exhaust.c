/* SPDX-License-Identifier: Apache-2.0 */
/* Every order: depth first over copies of the world, with a set of the states that have been seen and sleep sets. */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/time.h"
#include "harness/explore/alike.h"
#include "harness/explore/explore.h"
#include "harness/explore/frame.h"
#include "harness/explore/independence.h"
#include "harness/explore/repeat.h"

enum { ASK_EVERY = 256 /* transitions between two questions whether to go on */ };

struct exhaust {
    const struct explore_options *options;
    struct explore_result *result;
    struct frames frames;
    struct timeline *room;
    struct states seen;
    struct independence independence;
    struct alike alike;
    const struct scenario *scenario;
    struct text policy;
    policy_switches switches;
    struct error error; /* why a run was another one when it was made again; empty where none was */
};

/* ---- what has been found ---- */

static int keep_breaches(struct exhaust *exhaust, const struct world *world)
{
    const struct watch *watch = &world->watch;
    int result = 0;
    for (size_t i = 0; result == 0 && i < watch->breach_count; i++) {
        struct draw *draws = NULL;
        size_t count = 0;
        if (findings_has(&exhaust->result->findings, &watch->breaches[i]))
            continue;
        result = frames_path(&exhaust->frames, &draws, &count);
        if (result == 0)
            result = findings_add(&exhaust->result->findings, &watch->breaches[i], draws, count,
                                  exhaust->result->counts.runs + 1);
        free(draws);
    }
    return result;
}

/* ---- coming to a state ---- */

static bool is_ours(const struct exhaust *exhaust, const struct hash *hash)
{
    const struct explore_shard *shard = &exhaust->options->shard;
    return shard->count <= 1 || hash->b % shard->count == shard->index;
}

/* The states on the way to the top frame, whose world is at the end of its run. */
static int see_way(const struct exhaust *exhaust, struct fingerprints *seen)
{
    int result = 0;
    for (size_t i = 1; result == 0 && i + 1 < exhaust->frames.count; i++) {
        result = fingerprints_add(seen, exhaust->frames.root);
        if (result == 0)
            seen->items[seen->count - 1] = exhaust->frames.items[i]->hash;
    }
    return result != 0 ? result : fingerprints_add(seen, exhaust->frames.items[exhaust->frames.count - 1]->world);
}

/* Ends the run of the top frame, and makes it again in a world of its own. */
static int end_twice(struct exhaust *exhaust, struct frame *frame)
{
    struct fingerprints seen = {.count = 0};
    struct draw *draws = NULL;
    size_t count = 0;
    int result = see_way(exhaust, &seen);
    if (result == 0)
        result = world_end(frame->world);
    if (result == 0)
        result = fingerprints_add(&seen, frame->world);
    if (result == 0)
        result = frames_path(&exhaust->frames, &draws, &count);
    if (result == 0) {
        const struct repeat repeat = {.scenario = exhaust->scenario,
                                      .policy = exhaust->policy,
                                      .switches = exhaust->switches,
                                      .level = WORLD_VALUES,
                                      .chances = exhaust->options->chances,
                                      .draws = draws,
                                      .draw_count = count,
                                      .seen = &seen,
                                      .tamper = exhaust->options->tamper,
                                      .context = exhaust->options->context};
        result = repeat_run(&repeat, &exhaust->error);
    }
    free(draws);
    fingerprints_release(&seen);
    return result;
}

static int finish(struct exhaust *exhaust, struct frame *frame)
{
    struct explore_counts *counts = &exhaust->result->counts;
    struct hash hash;
    bool twice = counts->runs % EXPLORE_REPEAT_EVERY_ORDER == 0;
    int result = twice ? end_twice(exhaust, frame) : world_end(frame->world);
    if (result != 0)
        return result;
    world_hash(frame->world, &hash);
    if (exhaust->frames.count <= EXPLORE_SHARD_DEPTH && !is_ours(exhaust, &hash))
        return 0;
    result = keep_breaches(exhaust, frame->world);
    counts->runs++;
    counts->longest = exhaust->frames.count - 1 > counts->longest ? exhaust->frames.count - 1 : counts->longest;
    counts->virtual_ns = time_add(counts->virtual_ns, frame->world->now_ns);
    if (result != 0 || states_find(&exhaust->result->finals, &hash) != NULL)
        return result;
    return states_add(&exhaust->result->finals, &hash, NULL, 0);
}

/* Of what an earlier visit left out, and this one would not, is to be made good; of the rest both leave out what both
 * do. Sets *ret_enters to whether there is anything to do. */
static int visit_again(struct exhaust *exhaust, struct frame *frame, struct state_entry *entry, bool *ret_enters)
{
    struct move *slept = exhaust->seen.pool + entry->sleep;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < entry->sleep_count; i++) {
        if (move_listed(frame->sleep.items, frame->sleep.count, &slept[i]))
            slept[kept++] = slept[i];
        else if (moves_add(&frame->only, &slept[i]) != 0)
            return ERROR_NO_MEMORY;
    }
    entry->sleep_count = kept;
    frame->is_restricted = true;
    *ret_enters = frame->only.count > 0;
    frame->sleep.count = 0;
    for (uint32_t i = 0; i < kept; i++)
        if (moves_add(&frame->sleep, &slept[i]) != 0)
            return ERROR_NO_MEMORY;
    return 0;
}

/* Of some states it is seen that they go on alike whichever way they are come to. */
static int compare_ways(struct exhaust *exhaust, const struct frame *frame)
{
    uint32_t given = exhaust->options->compare_every;
    bool again = false;
    if ((frame->hash.a >> 32) % (given > 0 ? given : EXPLORE_COMPARE_EVERY) != 0)
        return 0;
    int result = alike_try(&exhaust->alike, frame->world, &frame->hash, exhaust->room, &again, &exhaust->error);
    exhaust->result->counts.compared += again;
    return result;
}

static int visit(struct exhaust *exhaust, struct frame *frame, bool *ret_enters)
{
    struct explore_counts *counts = &exhaust->result->counts;
    struct state_entry *entry;

    *ret_enters = true;
    world_hash(frame->world, &frame->hash);
    if (exhaust->frames.count == EXPLORE_SHARD_DEPTH + 1 && !is_ours(exhaust, &frame->hash)) {
        *ret_enters = false;
        return 0;
    }
    if (exhaust->options->keeps_no_states)
        return 0;
    int result = compare_ways(exhaust, frame);
    if (result != 0)
        return result;
    /* What may still come of a state depends on how much is left for it. */
    struct hash key = frame->hash;
    if (exhaust->options->is_bounded)
        hash_u64(&key, frame->delays_left);
    entry = states_find(&exhaust->seen, &key);
    if (entry != NULL)
        return visit_again(exhaust, frame, entry, ret_enters);
    counts->states++;
    return states_add(&exhaust->seen, &key, frame->sleep.items, frame->sleep.count);
}

/* The top frame's world has come to be. Sets *ret_enters to whether anything may happen in it. */
static int come_to(struct exhaust *exhaust, bool *ret_enters)
{
    struct frame *frame = exhaust->frames.items[exhaust->frames.count - 1];
    size_t count = world_pending(frame->world, exhaust->room);
    int result;

    *ret_enters = false;
    if (world_over(frame->world, count > 0 ? exhaust->room->items[0].time_ns : TIME_NEVER))
        return finish(exhaust, frame);
    size_t depth_max = exhaust->options->depth_max > 0 ? exhaust->options->depth_max : EXPLORE_DEPTH_MAX;
    if (exhaust->frames.count > depth_max) {
        exhaust->result->cut = EXPLORE_TOO_LONG;
        return 0;
    }
    result = frame_set_ready(frame, exhaust->room);
    return result != 0 ? result : visit(exhaust, frame, ret_enters);
}

/* ---- going on from a state ---- */

/* Whoever sleeps here and has nothing to do with the move sleeps in the next state too. */
static int hand_on_sleep(struct exhaust *exhaust, const struct frame *frame, const struct move *move,
                         struct frame *child)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < frame->sleep.count; i++) {
        bool independent = false;
        result = independence_of(&exhaust->independence, frame->world, &frame->hash, child->world, move,
                                 &frame->sleep.items[i], exhaust->room, &independent);
        if (result == 0 && independent)
            result = moves_add(&child->sleep, &frame->sleep.items[i]);
    }
    return result;
}

/* One move of the frame, with its present outcomes; the child is on top while it is looked at, and stays where there is
 * something to be done in it. */
static bool sleeps(const struct exhaust *exhaust)
{
    return !exhaust->options->sleeps_not && !exhaust->options->is_bounded;
}

/* Whether the move that the frame has made is near enough to the ordinary course; the child has what is left. */
static bool is_within(const struct exhaust *exhaust, const struct frame *frame, struct frame *child)
{
    uint64_t delays = frame->at;
    for (size_t i = 0; i < frame->outcome_count; i++)
        delays += frame->outcomes[i].value;
    child->delays_left = frame->delays_left - delays;
    return !exhaust->options->is_bounded || delays <= frame->delays_left;
}

static int try_move(struct exhaust *exhaust, struct frame *frame)
{
    struct explore_counts *counts = &exhaust->result->counts;
    struct frame *child;
    struct move move;
    bool enters = false;
    int result = frames_push(&exhaust->frames, &child);

    if (result == 0)
        result = frames_make_move(&exhaust->frames, frame, child, &move);
    if (result != 0)
        return result;
    if ((frame->is_restricted && !move_listed(frame->only.items, frame->only.count, &move)) ||
        move_listed(frame->sleep.items, frame->sleep.count, &move) || !is_within(exhaust, frame, child)) {
        frames_pop(&exhaust->frames);
        return 0;
    }
    counts->transitions++;
    if (child->world->refused.text[0] != '\0') {
        counts->impossible++;
    } else {
        result = keep_breaches(exhaust, child->world);
        if (result == 0 && sleeps(exhaust))
            result = hand_on_sleep(exhaust, frame, &move, child);
        if (result == 0)
            result = come_to(exhaust, &enters);
    }
    if (result == 0 && sleeps(exhaust))
        result = moves_add(&frame->sleep, &move);
    if (!enters)
        frames_pop(&exhaust->frames);
    return result;
}

static bool is_found(const struct exhaust *exhaust)
{
    const struct findings *findings = &exhaust->result->findings;
    for (size_t i = 0; exhaust->options->target != NULL && i < findings->count; i++) {
        struct breach breach = {.promise = findings->items[i].promise, .sentence = findings->items[i].sentence};
        if (target_hit(exhaust->options->target, &breach))
            return true;
    }
    return false;
}

static bool goes_on(struct exhaust *exhaust)
{
    const struct explore_options *options = exhaust->options;
    struct explore_result *result = exhaust->result;
    if (is_found(exhaust))
        result->cut = EXPLORE_FOUND;
    if (options->transitions_max > 0 && result->counts.transitions > options->transitions_max)
        result->cut = EXPLORE_STOPPED;
    if (options->states_max > 0 && result->counts.states > options->states_max)
        result->cut = EXPLORE_TOO_MANY_STATES;
    if (options->go_on != NULL && result->counts.transitions % ASK_EVERY == 0 &&
        !options->go_on(options->context, &result->counts))
        result->cut = EXPLORE_STOPPED;
    return result->cut == EXPLORE_COMPLETE || result->cut == EXPLORE_TOO_LONG;
}

static int walk(struct exhaust *exhaust)
{
    bool enters;
    int result = come_to(exhaust, &enters);
    if (result == 0 && !enters)
        frames_pop(&exhaust->frames);
    while (result == 0 && exhaust->frames.count > 0 && goes_on(exhaust)) {
        struct frame *frame = exhaust->frames.items[exhaust->frames.count - 1];
        if (frame_next(frame))
            result = try_move(exhaust, frame);
        else
            frames_pop(&exhaust->frames);
    }
    /* Where one order needs more than a world has, the others are left to samples. */
    if (result == ERROR_LIMIT) {
        exhaust->result->cut = EXPLORE_TOO_LONG;
        result = 0;
    }
    return result;
}

/* ---- all of it ---- */

static int begin(struct exhaust *exhaust, const struct scenario *scenario, struct text policy, policy_switches switches)
{
    exhaust->room = calloc(1, sizeof *exhaust->room);
    exhaust->result->reached = calloc(scenario->expect.sometimes.count + 1, sizeof *exhaust->result->reached);
    if (exhaust->room == NULL || exhaust->result->reached == NULL)
        return ERROR_NO_MEMORY;
    int result = frames_init(&exhaust->frames, scenario, policy, switches, &exhaust->options->chances);
    if (result == 0)
        exhaust->frames.items[0]->delays_left = exhaust->options->delays_max;
    if (result == 0)
        result = independence_init(&exhaust->independence, exhaust->frames.root);
    return result != 0 ? result : alike_init(&exhaust->alike, exhaust->frames.root, policy);
}

static void keep_reached(struct exhaust *exhaust)
{
    const struct frames *frames = &exhaust->frames;
    for (size_t i = 0; i < frames->made; i++)
        frame_add_reached(frames->items[i]->world, exhaust->result->reached);
    for (size_t i = 0; i < sizeof exhaust->independence.worlds / sizeof exhaust->independence.worlds[0]; i++)
        frame_add_reached(exhaust->independence.worlds[i], exhaust->result->reached);
}

int explore_all(struct explore_result *result, const struct scenario *scenario, struct text policy,
                const struct explore_options *options, struct error *error)
{
    struct exhaust *exhaust = calloc(1, sizeof *exhaust);
    policy_switches switches;
    int code;

    memset(result, 0, sizeof *result);
    code = policy_parse(policy, &switches, error);
    if (code != 0 || exhaust == NULL) {
        free(exhaust);
        return code != 0 ? code : error_set(error, ERROR_NO_MEMORY, "out of memory");
    }
    exhaust->options = options;
    exhaust->result = result;
    exhaust->scenario = scenario;
    exhaust->policy = policy;
    exhaust->switches = switches;
    code = begin(exhaust, scenario, policy, switches);
    if (code == 0)
        code = walk(exhaust);
    if (code == 0)
        keep_reached(exhaust);
    independence_release(&exhaust->independence);
    alike_release(&exhaust->alike);
    frames_release(&exhaust->frames);
    states_release(&exhaust->seen);
    free(exhaust->room);
    struct error other = exhaust->error;
    free(exhaust);
    if (code != 0 && other.text[0] != '\0')
        return error_set(error, code, "%s", other.text);
    return code == 0 ? 0 : error_set(error, code, "the exploration could not be made: %s", error_text(code));
}

void explore_result_release(struct explore_result *result)
{
    findings_release(&result->findings);
    states_release(&result->finals);
    free(result->reached);
    result->reached = NULL;
}
