/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/regex.h"

#include <string.h>

#include "fakecontainerd/core/regex_program.h"

/* The states that are active at one place of the subject. */
struct active {
    uint32_t count;
    uint32_t states[REGEX_STATES_MAX];
    bool marked[REGEX_STATES_MAX];
};

struct place {
    bool at_begin;
    bool at_end;
};

/* Activates a state and whatever is reached from it without a character. Each state is pushed once at the most. */
static void activate(const struct regex_program *program, struct active *active, uint32_t state, struct place place)
{
    uint32_t pending[REGEX_STATES_MAX];
    uint32_t pending_count = 0;
    uint32_t next[2] = {state, UINT32_MAX};

    for (;;) {
        for (size_t i = 0; i < 2; i++) {
            if (next[i] == UINT32_MAX || active->marked[next[i]])
                continue;
            active->marked[next[i]] = true;
            active->states[active->count++] = next[i];
            pending[pending_count++] = next[i];
        }
        if (pending_count == 0)
            return;
        const struct regex_state *reached = &program->states[pending[--pending_count]];
        bool passes = reached->kind == REGEX_SPLIT || (reached->kind == REGEX_BEGIN && place.at_begin) ||
                      (reached->kind == REGEX_END && place.at_end);
        next[0] = passes ? reached->next : UINT32_MAX;
        next[1] = reached->kind == REGEX_SPLIT ? reached->other : UINT32_MAX;
    }
}

static bool class_has(const struct regex_program *program, const struct regex_state *state, uint32_t character)
{
    for (uint32_t i = 0; i < state->range_count; i++) {
        const struct regex_range *range = &program->ranges[state->first_range + i];
        if (range->low <= character && character <= range->high)
            return !state->negated;
    }
    return state->negated;
}

static bool matched(const struct regex_program *program, const struct active *active)
{
    for (uint32_t i = 0; i < active->count; i++)
        if (program->states[active->states[i]].kind == REGEX_MATCH)
            return true;
    return false;
}

bool regex_search(struct text pattern, struct text subject)
{
    struct regex_program program;
    struct active actives[2];
    struct active *now = &actives[0];
    struct active *then = &actives[1];

    regex_compile(&program, pattern);
    memset(actives, 0, sizeof actives);
    for (size_t at = 0; program.kind == REGEX_GOOD;) {
        activate(&program, now, program.start, (struct place){at == 0, at == subject.length});
        if (matched(&program, now))
            return true;
        if (at == subject.length)
            return false;
        uint32_t character = regex_decode(subject, &at);
        struct place place = {false, at == subject.length};
        memset(then, 0, sizeof *then);
        for (uint32_t i = 0; i < now->count; i++) {
            const struct regex_state *state = &program.states[now->states[i]];
            if (state->kind == REGEX_CLASS && class_has(&program, state, character))
                activate(&program, then, state->next, place);
        }
        struct active *swap = now;
        now = then;
        then = swap;
    }
    return false;
}

enum regex_kind regex_check(struct text pattern)
{
    struct regex_program program;
    regex_compile(&program, pattern);
    return program.kind;
}
