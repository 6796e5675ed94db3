/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/script/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/time.h"
#include "fakecontainerd/script/program.h"

/*
 *   WAITING --its turn comes--> TURN --taken, or its last child done--> DONE
 *                                 |                                       ^
 *                                 +--begun--> UNDER WAY --finished---------+
 *
 * A block's turn is handed on at once: to the first step of a sequence or an `at once`, to every step of an `any
 * order`.
 */
enum phase { PHASE_WAITING, PHASE_TURN, PHASE_UNDER_WAY, PHASE_DONE };

struct position {
    enum phase phase;
    uint32_t left;     /* of a block: children that are not done; of a step: how often it has still to be taken */
    int64_t due_ns;    /* from TURN on: when it may be taken, or has missed its moment; when a block began */
    bool awaits;       /* from TURN on: its moment has not come yet */
    int64_t moment_ns; /* when it came */
    /* Of a step that waits for an answer: the last request that it may be the answer to. */
    uint64_t connection_id;
    uint32_t stream_id;
    /* Not of this step: of those whose turn it is and that are no blocks, in their order, the one that has this place.
     */
    uint32_t turn;
};

struct script {
    struct program *program;
    struct given_place given;
    size_t turn_count;
    struct position positions[]; /* by step of the program */
};

static size_t script_size(const struct program *program)
{
    return sizeof(struct script) + program->step_count * sizeof(struct position);
}

static void complete(struct script *script, size_t step, int64_t now_ns);

static bool is_block(const struct scenario_step *source)
{
    return source->verb == SCENARIO_SEQUENCE || source->verb == SCENARIO_ANY_ORDER || source->verb == SCENARIO_AT_ONCE;
}

/* How often the step is taken. */
static uint32_t times_of(const struct scenario_step *source)
{
    return source->times > 0 ? source->times : 1;
}

/* The step's turn has come: its time counts from since_ns. */
static void begin(struct script *script, size_t step, int64_t since_ns)
{
    const struct program_step *steps = script->program->steps;
    const struct scenario_step *source = steps[step].source;
    struct position *position = &script->positions[step];
    size_t child = step + 1;

    CONTRACT(position->phase == PHASE_WAITING);
    position->phase = PHASE_TURN;
    position->awaits = source->after.given;
    position->due_ns = time_add(since_ns, position->awaits ? SCENARIO_MOMENT_MAX_NS
                                          : source->has_at ? source->at_ns
                                                           : 0);
    if (!is_block(source)) {
        position->left = times_of(source);
        return;
    }
    position->left = (uint32_t)source->child_count;
    if (source->child_count == 0) {
        complete(script, step, position->due_ns);
        return;
    }
    begin(script, child, position->due_ns);
    for (size_t i = 1; source->verb == SCENARIO_ANY_ORDER && i < source->child_count; i++) {
        child = steps[child].end;
        begin(script, child, position->due_ns);
    }
}

/* The step is done: so is its block, or the next of its sequence may follow. */
static void complete(struct script *script, size_t step, int64_t now_ns)
{
    const struct program_step *at = &script->program->steps[step];
    struct position *block = &script->positions[at->parent];

    script->positions[step].phase = PHASE_DONE;
    if (step == at->parent)
        return;
    CONTRACT(block->left > 0);
    if (--block->left == 0)
        complete(script, at->parent, now_ns);
    else if (script->program->steps[at->parent].source->verb != SCENARIO_ANY_ORDER)
        begin(script, at->end, now_ns);
}

/* The first step from `from` on that is no block and whose turn it is; step_count where there is none. */
static size_t next_turn(const struct script *script, size_t from)
{
    const struct program *program = script->program;
    size_t step = from;
    while (step < program->step_count) {
        if (script->positions[step].phase != PHASE_TURN)
            step = program->steps[step].end;
        else if (program->steps[step].end > step + 1)
            step++; /* into the block; one without steps never has its turn */
        else
            break;
    }
    return step;
}

/* Turns are asked for again and again, and seldom change. */
static void list_turns(struct script *script)
{
    size_t count = 0;
    for (size_t i = next_turn(script, 0); i < script->program->step_count; i = next_turn(script, i + 1))
        script->positions[count++].turn = (uint32_t)i;
    script->turn_count = count;
}

int script_new(struct script **ret_script, const struct scenario *scenario, int64_t now_ns)
{
    struct program *program;
    int result = program_new(&program, scenario);

    *ret_script = NULL;
    if (result != 0)
        return result;
    struct script *script = calloc(1, script_size(program));
    if (script == NULL) {
        program_release(program);
        return ERROR_NO_MEMORY;
    }
    script->program = program;
    begin(script, 0, now_ns);
    list_turns(script);
    *ret_script = script;
    return 0;
}

void script_free(struct script *script)
{
    if (script == NULL)
        return;
    program_release(script->program);
    free(script);
}

int script_clone(struct script **ret_clone, const struct script *script)
{
    size_t size = script_size(script->program);
    struct script *clone = malloc(size);

    *ret_clone = clone;
    if (clone == NULL)
        return ERROR_NO_MEMORY;
    memcpy(clone, script, size);
    clone->program = program_share(script->program);
    return 0;
}

void script_copy(struct script *to, const struct script *from)
{
    CONTRACT(to->program == from->program);
    memcpy(to, from, script_size(from->program));
}

bool script_given(struct script *script, struct fake_command *command)
{
    return program_given(script->program, &script->given, command);
}

/* True iff the step, whose turn it is, goes on with an `at once` that has begun. */
static bool goes_on_at_once(const struct script *script, size_t step)
{
    const struct program_step *steps = script->program->steps;
    size_t parent = steps[step].parent;
    bool is_first = step == parent + 1 && script->positions[step].left == times_of(steps[step].source);
    return steps[parent].source->verb == SCENARIO_AT_ONCE && !is_first;
}

/* True iff the moment that the step waited for is now, and it needs no more time. */
static bool is_moment(const struct script *script, size_t step, int64_t now_ns)
{
    const struct position *position = &script->positions[step];
    return script->program->steps[step].source->after.given && !position->awaits && position->moment_ns == now_ns &&
           position->due_ns == now_ns;
}

static bool is_at_once(const struct script *script, size_t step, int64_t now_ns)
{
    return goes_on_at_once(script, step) || is_moment(script, step, now_ns);
}

size_t script_turns(const struct script *script, int64_t now_ns, struct script_turn turns[SCRIPT_ENABLED_MAX])
{
    size_t count = 0;

    for (size_t turn = 0; turn < script->turn_count; turn++) {
        size_t i = script->positions[turn].turn;
        if (script->positions[i].due_ns > now_ns)
            continue;
        if (goes_on_at_once(script, i)) {
            turns[0] = (struct script_turn){i, true};
            return 1;
        }
        CONTRACT(count < SCRIPT_ENABLED_MAX);
        turns[count++] = (struct script_turn){i, is_moment(script, i, now_ns)};
    }
    return count;
}

void script_show(const struct script *script, size_t token, int64_t now_ns, struct script_step *step)
{
    script_look(script, token, now_ns, step);
    if (step->has_command)
        script_command(script, token, &step->command);
    else
        memset(&step->command, 0, sizeof step->command);
}

void script_command(const struct script *script, size_t token, struct fake_command *command)
{
    program_command(script->program, script->program->steps[token].source, command);
}

void script_look(const struct script *script, size_t token, int64_t now_ns, struct script_step *step)
{
    const struct scenario_step *source = script->program->steps[token].source;

    step->has_command = program_has_command(source);
    step->missed = script->positions[token].awaits;
    step->at_once = is_at_once(script, token, now_ns);
    step->in_burst = script->program->steps[script->program->steps[token].parent].source->verb == SCENARIO_AT_ONCE;
    step->source = source;
    step->line = source->place.line;
    step->token = token;
}

size_t script_enabled(const struct script *script, int64_t now_ns, struct script_step steps[SCRIPT_ENABLED_MAX])
{
    struct script_turn turns[SCRIPT_ENABLED_MAX];
    size_t count = script_turns(script, now_ns, turns);
    for (size_t i = 0; i < count; i++)
        script_show(script, turns[i].token, now_ns, &steps[i]);
    return count;
}

void script_take(struct script *script, size_t token, int64_t now_ns)
{
    CONTRACT(token < script->program->step_count);
    CONTRACT(!is_block(script->program->steps[token].source));
    CONTRACT(script->positions[token].phase == PHASE_TURN && script->positions[token].due_ns <= now_ns);
    if (--script->positions[token].left == 0)
        complete(script, token, now_ns);
    list_turns(script);
}

void script_begin(struct script *script, size_t token, int64_t now_ns)
{
    CONTRACT(token < script->program->step_count);
    CONTRACT(!is_block(script->program->steps[token].source) && times_of(script->program->steps[token].source) == 1);
    CONTRACT(script->positions[token].phase == PHASE_TURN && script->positions[token].due_ns <= now_ns);
    (void)now_ns;
    script->positions[token].phase = PHASE_UNDER_WAY;
    list_turns(script);
}

void script_finish(struct script *script, size_t token, int64_t now_ns)
{
    CONTRACT(token < script->program->step_count && script->positions[token].phase == PHASE_UNDER_WAY);
    complete(script, token, now_ns);
    list_turns(script);
}

/* ---- moments ---- */

static void pass(struct script *script, size_t step, int64_t now_ns)
{
    const struct scenario_step *source = script->program->steps[step].source;
    struct position *position = &script->positions[step];
    if (position->phase != PHASE_TURN || !position->awaits)
        return;
    position->awaits = false;
    position->moment_ns = now_ns;
    position->due_ns = time_add(now_ns, source->has_at ? source->at_ns : 0);
}

static bool fits(const struct scenario_moment *moment, struct text container)
{
    return moment->given && (moment->container.length == 0 || text_equal(moment->container, container));
}

void script_saw_request(struct script *script, uint64_t connection_id, uint32_t stream_id,
                        const struct fake_request *request, int64_t now_ns)
{
    for (size_t i = 0; script->program->awaits && i < script->program->step_count; i++) {
        const struct scenario_moment *moment = &script->program->steps[i].source->after;
        if (!fits(moment, request->container_id) || moment->of_store || fake_method_of(moment->rpc) != request->method)
            continue;
        script->positions[i].connection_id = connection_id;
        script->positions[i].stream_id = stream_id;
        if (moment->passed == SCENARIO_PASSED_ASKED)
            pass(script, i, now_ns);
    }
}

void script_saw_answer(struct script *script, uint64_t connection_id, uint32_t stream_id, int64_t now_ns)
{
    for (size_t i = 0; script->program->awaits && i < script->program->step_count; i++) {
        const struct scenario_moment *moment = &script->program->steps[i].source->after;
        const struct position *position = &script->positions[i];
        if (moment->given && !moment->of_store && moment->passed == SCENARIO_PASSED_ANSWERED &&
            position->connection_id == connection_id && position->stream_id == stream_id)
            pass(script, i, now_ns);
    }
}

void script_saw_store(struct script *script, enum scenario_store store, enum scenario_passed passed,
                      struct text container, int64_t now_ns)
{
    for (size_t i = 0; script->program->awaits && i < script->program->step_count; i++) {
        const struct scenario_moment *moment = &script->program->steps[i].source->after;
        if (fits(moment, container) && moment->of_store && moment->store == store && moment->passed == passed)
            pass(script, i, now_ns);
    }
}

int64_t script_deadline_ns(const struct script *script)
{
    int64_t deadline_ns = TIME_NEVER;
    for (size_t turn = 0; turn < script->turn_count; turn++)
        deadline_ns = time_min(deadline_ns, script->positions[script->positions[turn].turn].due_ns);
    return deadline_ns;
}

bool script_done(const struct script *script)
{
    return script->positions[0].phase == PHASE_DONE;
}

void script_hash(const struct script *script, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, script->given.container);
    hash_u64(hash, script->given.exec);
    hash_u64(hash, script->given.rule);
    hash_u64(hash, script->given.socket);
    for (size_t turn = 0; turn < script->turn_count; turn++) {
        size_t i = script->positions[turn].turn;
        int64_t due_ns = script->positions[i].due_ns;
        hash_u64(hash, i);
        hash_u64(hash, script->positions[i].left);
        hash_u64(hash, script->positions[i].awaits);
        hash_u64(hash, is_moment(script, i, now_ns));
        hash_i64(hash, due_ns > now_ns ? due_ns - now_ns : 0);
    }
    for (size_t i = 0; i < script->program->step_count; i++)
        if (script->positions[i].phase == PHASE_UNDER_WAY)
            hash_u64(hash, script->program->step_count + i);
    /* What a step that waits for an answer will go by. */
    for (size_t i = 0; i < script->program->step_count; i++) {
        hash_u64(hash, script->positions[i].connection_id);
        hash_u64(hash, script->positions[i].stream_id);
    }
    hash_u64(hash, script->program->step_count);
}
