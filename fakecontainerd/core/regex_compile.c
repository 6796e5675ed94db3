/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/regex_program.h"

#include <string.h>

/* A piece of the automaton: where it starts, and its last state, whose next leads on. */
struct piece {
    uint32_t first;
    uint32_t last;
};

static const struct regex_range digits[] = {{'0', '9'}};
static const struct regex_range words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
static const struct regex_range spaces[] = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};

static bool more(const struct regex_program *program)
{
    return program->at < program->pattern.length && program->kind == REGEX_GOOD;
}

static bool sees(const struct regex_program *program, char byte)
{
    return more(program) && program->pattern.bytes[program->at] == byte;
}

static bool accept(struct regex_program *program, char byte)
{
    if (!sees(program, byte))
        return false;
    program->at++;
    return true;
}

static void fail(struct regex_program *program, enum regex_kind kind)
{
    if (program->kind == REGEX_GOOD)
        program->kind = kind;
}

uint32_t regex_decode(struct text text, size_t *at)
{
    static const unsigned char lead_bits[] = {0x7f, 0x1f, 0x0f, 0x07};
    unsigned char lead = (unsigned char)text.bytes[(*at)++];
    unsigned following = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint32_t character = following == 0 ? lead : lead & lead_bits[following];
    for (; following > 0 && *at < text.length; following--)
        character = character << 6 | ((unsigned char)text.bytes[(*at)++] & 0x3f);
    return character;
}

/* ---- building ---- */

static uint32_t add_state(struct regex_program *program, enum regex_state_kind kind)
{
    if (program->state_count == REGEX_STATES_MAX) {
        fail(program, REGEX_FOREIGN);
        return 0;
    }
    program->states[program->state_count] = (struct regex_state){.kind = kind};
    return program->state_count++;
}

static void add_range(struct regex_program *program, uint32_t low, uint32_t high)
{
    if (program->range_count == REGEX_RANGES_MAX)
        fail(program, REGEX_FOREIGN);
    else
        program->ranges[program->range_count++] = (struct regex_range){low, high};
}

static void add_ranges(struct regex_program *program, const struct regex_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_range(program, ranges[i].low, ranges[i].high);
}

static struct piece one_state(struct regex_program *program, enum regex_state_kind kind)
{
    uint32_t state = add_state(program, kind);
    struct piece piece = {state, state};
    return piece;
}

/* Matches the empty text: a split that leads to one place. */
static struct piece nothing(struct regex_program *program)
{
    struct piece piece = one_state(program, REGEX_SPLIT);
    program->states[piece.first].other = UINT32_MAX;
    return piece;
}

static void link_pieces(struct regex_program *program, struct piece *piece, struct piece then)
{
    program->states[piece->last].next = then.first;
    piece->last = then.last;
}

/* A class whose ranges were added from first on. */
static struct piece class_from(struct regex_program *program, uint32_t first, bool negated)
{
    struct piece piece = one_state(program, REGEX_CLASS);
    struct regex_state *state = &program->states[piece.first];
    state->first_range = first;
    state->range_count = program->range_count - first;
    state->negated = negated;
    return piece;
}

/* ---- escapes and classes ---- */

/* \d \w \s and their capitals: true, *negated for a capital. */
static bool named_class(struct regex_program *program, char letter, bool *negated)
{
    *negated = letter == 'D' || letter == 'W' || letter == 'S';
    if (letter == 'd' || letter == 'D')
        add_ranges(program, digits, sizeof digits / sizeof digits[0]);
    else if (letter == 'w' || letter == 'W')
        add_ranges(program, words, sizeof words / sizeof words[0]);
    else if (letter == 's' || letter == 'S')
        add_ranges(program, spaces, sizeof spaces / sizeof spaces[0]);
    else
        return false;
    return true;
}

/* What an escape of one character stands for; the letter has been read. */
static uint32_t escaped(struct regex_program *program, char letter)
{
    static const char letters[] = "aftnrv";
    static const char meant[] = "\a\f\t\n\r\v";
    bool alphanumeric =
        (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    if ((unsigned char)letter < 0x80 && !alphanumeric)
        return (unsigned char)letter;
    const char *found = alphanumeric ? strchr(letters, letter) : NULL;
    if (found != NULL)
        return (unsigned char)meant[found - letters];
    fail(program, alphanumeric && strchr("bBpPxQECAz01234567", letter) != NULL ? REGEX_FOREIGN : REGEX_BAD);
    return 0;
}

static uint32_t class_member(struct regex_program *program)
{
    if (!accept(program, '\\'))
        return regex_decode(program->pattern, &program->at);
    if (!more(program)) {
        fail(program, REGEX_BAD);
        return 0;
    }
    return escaped(program, program->pattern.bytes[program->at++]);
}

static void class_item(struct regex_program *program)
{
    bool negated;
    size_t start = program->at;

    if (accept(program, '[') && sees(program, ':')) {
        fail(program, REGEX_FOREIGN);
        return;
    }
    program->at = start;
    if (accept(program, '\\') && more(program) && named_class(program, program->pattern.bytes[program->at], &negated)) {
        program->at++;
        if (negated)
            fail(program, REGEX_FOREIGN);
        return;
    }
    program->at = start;
    uint32_t low = class_member(program);
    uint32_t high = low;
    bool ranged = program->at + 1 < program->pattern.length && program->pattern.bytes[program->at + 1] != ']';
    if (ranged && accept(program, '-'))
        high = class_member(program);
    if (high < low)
        fail(program, REGEX_BAD);
    add_range(program, low, high);
}

/* Behind the opening bracket. */
static struct piece class_piece(struct regex_program *program)
{
    uint32_t first = program->range_count;
    bool negated = accept(program, '^');
    if (more(program))
        class_item(program); /* a ] in the first place is a member */
    while (more(program) && !sees(program, ']'))
        class_item(program);
    if (!accept(program, ']'))
        fail(program, REGEX_BAD);
    return class_from(program, first, negated);
}

/* ---- the grammar: alternatives of sequences of repeated atoms ---- */

static struct piece alternatives(struct regex_program *program);

static struct piece group(struct regex_program *program)
{
    if (accept(program, '?') && !accept(program, ':'))
        fail(program, REGEX_FOREIGN);
    if (program->depth == REGEX_DEPTH_MAX) {
        fail(program, REGEX_FOREIGN);
        return nothing(program);
    }
    program->depth++;
    struct piece piece = alternatives(program);
    program->depth--;
    if (!accept(program, ')'))
        fail(program, REGEX_BAD);
    return piece;
}

static struct piece escape_piece(struct regex_program *program)
{
    uint32_t first = program->range_count;
    bool negated = false;
    if (!more(program)) {
        fail(program, REGEX_BAD);
        return nothing(program);
    }
    char letter = program->pattern.bytes[program->at++];
    if (!named_class(program, letter, &negated)) {
        uint32_t character = escaped(program, letter);
        add_range(program, character, character);
    }
    return class_from(program, first, negated);
}

static struct piece atom(struct regex_program *program)
{
    uint32_t first = program->range_count;
    if (accept(program, '('))
        return group(program);
    if (accept(program, '['))
        return class_piece(program);
    if (accept(program, '^'))
        return one_state(program, REGEX_BEGIN);
    if (accept(program, '$'))
        return one_state(program, REGEX_END);
    if (accept(program, '\\'))
        return escape_piece(program);
    if (accept(program, '.')) {
        add_range(program, '\n', '\n');
        return class_from(program, first, true);
    }
    if (sees(program, '*') || sees(program, '+') || sees(program, '?'))
        fail(program, REGEX_BAD);
    uint32_t character = regex_decode(program->pattern, &program->at);
    add_range(program, character, character);
    return class_from(program, first, false);
}

/* How often: {2,5} is 2 and 5, + is 1 and UNBOUNDED. */
struct repeat {
    uint32_t min;
    uint32_t max;
};

enum { REPEAT_MAX = 1000, UNBOUNDED = REPEAT_MAX + 1 };

static bool number(struct regex_program *program, uint32_t *value)
{
    size_t start = program->at;
    *value = 0;
    while (more(program) && program->pattern.bytes[program->at] >= '0' && program->pattern.bytes[program->at] <= '9') {
        uint32_t digit = (uint32_t)(program->pattern.bytes[program->at++] - '0');
        *value = *value > REPEAT_MAX ? *value : *value * 10 + digit;
    }
    return program->at > start;
}

/* {n}, {n,} or {n,m}; anything else in braces is characters, and nothing is read. */
static bool braces(struct regex_program *program, struct repeat *repeat)
{
    size_t start = program->at;
    bool good = accept(program, '{') && number(program, &repeat->min);
    repeat->max = repeat->min;
    if (good && accept(program, ',') && !number(program, &repeat->max))
        repeat->max = UNBOUNDED;
    if (!good || !accept(program, '}')) {
        program->at = start;
        return false;
    }
    if (repeat->min > REPEAT_MAX || repeat->max > UNBOUNDED || repeat->max < repeat->min)
        fail(program, REGEX_BAD);
    return true;
}

static bool repetition(struct regex_program *program, struct repeat *repeat)
{
    bool found = true;
    if (accept(program, '*'))
        *repeat = (struct repeat){0, UNBOUNDED};
    else if (accept(program, '+'))
        *repeat = (struct repeat){1, UNBOUNDED};
    else if (accept(program, '?'))
        *repeat = (struct repeat){0, 1};
    else
        found = braces(program, repeat);
    if (found)
        accept(program, '?'); /* lazy */
    return found;
}

/* The body or nothing. */
static struct piece optional(struct regex_program *program, struct piece body)
{
    struct piece split = nothing(program);
    struct piece out = nothing(program);
    program->states[split.first].other = body.first;
    program->states[split.first].next = out.first;
    program->states[body.last].next = out.first;
    return (struct piece){split.first, out.last};
}

/* The body once or more often. */
static struct piece looped(struct regex_program *program, struct piece body)
{
    struct piece split = nothing(program);
    struct piece out = nothing(program);
    program->states[body.last].next = split.first;
    program->states[split.first].other = body.first;
    program->states[split.first].next = out.first;
    return (struct piece){body.first, out.last};
}

/* The atom as often as asked for: a copy each time, read again from where it stands. Each copy takes states, so that
 * the limit on states bounds the work. */
static struct piece copies(struct regex_program *program, struct piece first_copy, size_t atom_at, struct repeat repeat)
{
    bool unbounded = repeat.max == UNBOUNDED;
    uint32_t count = !unbounded ? repeat.max : repeat.min > 0 ? repeat.min : 1;
    struct piece piece = nothing(program);
    for (uint32_t i = 0; i < count && program->kind == REGEX_GOOD; i++) {
        program->at = atom_at;
        struct piece body = i == 0 ? first_copy : atom(program);
        if (unbounded && i + 1 == count)
            body = looped(program, body);
        link_pieces(program, &piece, i < repeat.min ? body : optional(program, body));
    }
    return piece;
}

static struct piece repeated(struct regex_program *program)
{
    size_t atom_at = program->at;
    struct repeat repeat;
    struct repeat again;
    struct piece piece = atom(program);

    if (!repetition(program, &repeat))
        return piece;
    size_t behind = program->at;
    if (sees(program, '*') || sees(program, '+') || sees(program, '?') || braces(program, &again))
        fail(program, REGEX_BAD);
    piece = copies(program, piece, atom_at, repeat);
    program->at = behind;
    return piece;
}

static struct piece sequence(struct regex_program *program)
{
    struct piece piece = nothing(program);
    while (more(program) && !sees(program, '|') && !sees(program, ')'))
        link_pieces(program, &piece, repeated(program));
    return piece;
}

static struct piece alternatives(struct regex_program *program)
{
    struct piece piece = sequence(program);
    while (accept(program, '|')) {
        struct piece split = nothing(program);
        struct piece other = sequence(program);
        struct piece out = nothing(program);
        program->states[split.first].next = piece.first;
        program->states[split.first].other = other.first;
        program->states[piece.last].next = out.first;
        program->states[other.last].next = out.first;
        piece = (struct piece){split.first, out.last};
    }
    return piece;
}

void regex_compile(struct regex_program *program, struct text pattern)
{
    program->pattern = pattern;
    program->at = 0;
    program->depth = 0;
    program->kind = text_is_utf8(pattern) ? REGEX_GOOD : REGEX_BAD;
    program->state_count = 0;
    program->range_count = 0;
    struct piece piece = alternatives(program);
    if (more(program))
        fail(program, REGEX_BAD); /* a ) too many */
    link_pieces(program, &piece, one_state(program, REGEX_MATCH));
    program->start = piece.first;
}
