/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/random/scenario.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/text.h"
#include "harness/random/maker.h"

/* ---- drawing ---- */

bool maker_is_on(const struct maker *maker, enum random_kind kind)
{
    return (maker->on >> kind & 1) != 0;
}

uint32_t maker_below(struct maker *maker, uint32_t bound)
{
    return (uint32_t)random_below(&maker->random, bound);
}

bool maker_one_in(struct maker *maker, uint64_t n)
{
    return random_below(&maker->random, n) == 0;
}

uint32_t maker_code(struct maker *maker)
{
    static const uint32_t codes[] = {0, 0, 1, 2, 137, 143, 255};
    if (maker_is_on(maker, KIND_OOM) && maker_one_in(maker, 3))
        return 137;
    return MAKER_PICK(maker, codes);
}

size_t maker_any(struct maker *maker)
{
    if (maker->aim < maker->container_count && !maker_one_in(maker, 4))
        return maker->aim;
    return maker_below(maker, (uint32_t)maker->container_count);
}

/* ---- names ---- */

const char *maker_container(size_t container)
{
    static const char *const names[RANDOM_CONTAINERS_MAX] = {"web", "db", "job", "cron"};
    CONTRACT(container < RANDOM_CONTAINERS_MAX);
    return names[container];
}

const char *maker_exec(size_t exec)
{
    static const char *const names[RANDOM_EXECS_MAX] = {"probe", "shell"};
    CONTRACT(exec < RANDOM_EXECS_MAX);
    return names[exec];
}

uint32_t maker_pid(size_t container, size_t which)
{
    return (uint32_t)(101 * (container + 1) + which);
}

uint32_t maker_exec_pid(size_t container, size_t exec)
{
    return maker_pid(container, 10 + exec);
}

/* ---- steps ---- */

void made_add(struct made_steps *steps, const char *format, ...)
{
    va_list arguments;
    CONTRACT(steps->count < MADE_STEPS_MAX);
    va_start(arguments, format);
    int length = vsnprintf(steps->texts[steps->count++], MADE_STEP_SIZE, format, arguments);
    va_end(arguments);
    CONTRACT(length > 0 && length < MADE_STEP_SIZE);
}

/* Writes one step so far in, with a time of its own where it pleases. */
static void maker_step(struct maker *maker, size_t indent, const char *text)
{
    static const char *const times[] = {"10ms", "100ms", "1s", "1s", "5s", "30s"};
    (void)buffer_printf(maker->out, "%*s- %s\n", (int)indent, "", text);
    bool is_time = text_starts_with(text_of(text), "advance");
    if (!is_time && maker_is_on(maker, KIND_TIMES) && maker_one_in(maker, 2))
        (void)buffer_printf(maker->out, "%*sat: +%s\n", (int)indent + 2, "", MAKER_PICK(maker, times));
}

void maker_steps(struct maker *maker, size_t indent, const char *block, const struct made_steps *steps)
{
    bool has_block = block != NULL && steps->count > 1;
    if (has_block)
        (void)buffer_printf(maker->out, "%*s- %s:\n", (int)indent, "", block);
    for (size_t i = 0; i < steps->count; i++)
        maker_step(maker, has_block ? indent + 4 : indent, steps->texts[i]);
}

/* ---- the file ---- */

/* What may become of a container, the likelier ones several times. */
static void draw_fates(struct maker *maker)
{
    static const struct {
        enum made_fate fate;
        enum random_kind kind;
    } rows[] = {{FATE_SHIM, KIND_SHIM}, {FATE_LOST, KIND_LOST}, {FATE_OWNED, KIND_OWNER}, {FATE_ENDED, KIND_ENDED}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    enum made_fate fates[ROWS + 4] = {FATE_EXIT, FATE_EXIT, FATE_EXIT};
    uint32_t count = 3;

    for (size_t i = 0; i < ROWS; i++)
        if (maker_is_on(maker, rows[i].kind) && (rows[i].fate != FATE_LOST || maker_is_on(maker, KIND_RESTART)))
            fates[count++] = rows[i].fate;
    fates[count] = FATE_LIVES;
    for (size_t i = 0; i < maker->container_count; i++) {
        /* The first one does not just live, so that something happens. */
        maker->fates[i] = fates[maker_below(maker, i == 0 ? count : count + 1)];
        maker->begun[i] = maker_below(maker, BEGIN_COUNT);
    }
}

/* What several of the kinds have to come together for: of some worlds all of those are on. */
static void draw_theme(struct maker *maker)
{
#define ON(kind) (UINT64_C(1) << KIND_##kind)
    static const uint64_t themes[] = {
        0,
        0,
        ON(REMOVE) | ON(AGAIN),
        ON(REMOVE) | ON(AGAIN) | ON(ECHO) | ON(DELAY_EVENT),
        ON(OWNER) | ON(LOSE_REPLY) | ON(DELAY),
        ON(OWNER) | ON(SHORT) | ON(HOLD),
        ON(OOM) | ON(REMOVE) | ON(AGAIN) | ON(DELAY_EVENT),
        ON(OWNER) | ON(LIE) | ON(LEFT_OUT) | ON(FAIL),
    };
#undef ON
    maker->on |= MAKER_PICK(maker, themes);
}

/* Few, as a rule: what is aimed at one of them meets. */
static void draw_containers(struct maker *maker)
{
    static const size_t counts[] = {1, 1, 1, 2, 2, 3, 3, 4};
    _Static_assert(RANDOM_CONTAINERS_MAX == 4, "the most of them are drawn");
    maker->container_count = MAKER_PICK(maker, counts);
    maker->aim = maker_one_in(maker, 4) ? maker->container_count : maker_below(maker, (uint32_t)maker->container_count);
}

int random_scenario(uint64_t seed, struct buffer *out)
{
    struct maker maker = {.out = out};

    _Static_assert(KIND_COUNT < 64, "each kind has a bit");
    random_seed(&maker.random, seed);
    maker.on = random_next(&maker.random);
    /* Rarely, because it is another program that then speaks. */
    if (!maker_one_in(&maker, 4))
        maker.on &= ~(UINT64_C(1) << KIND_EXECUTION);
    draw_theme(&maker);
    draw_containers(&maker);
    draw_fates(&maker);
    (void)buffer_printf(out,
                        "title: A world made up from %llu\n"
                        "why: Nobody wrote this; chance did.\n",
                        (unsigned long long)seed);
    if (maker_is_on(&maker, KIND_EXECUTION))
        (void)buffer_printf(out, "api: execution\n");
    maker_given(&maker);
    maker_faults(&maker);
    maker_all_steps(&maker);
    /* Long enough for every fault to be over and every wait to have grown and ended. */
    (void)buffer_printf(out, "expect:\n  within: 6m\n");
    return out->failed ? ERROR_NO_MEMORY : 0;
}
