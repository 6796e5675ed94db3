/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of each container, and the troubles that come in between. */
#include "harness/random/maker.h"

enum { LIVES_MAX = 3, STOPS_MAX = 2 };

/* ---- the story of a container ---- */

/* What happens while it runs, in any order. */
static void add_life(struct maker *maker, size_t container, struct made_steps *steps)
{
    const char *id = maker_container(container);
    for (size_t i = 0; i < RANDOM_EXECS_MAX; i++)
        if (maker_is_on(maker, KIND_EXECS) && maker_one_in(maker, 2))
            made_add(steps, "exit: {container: %s, exec: %s, code: %u}", id, maker_exec(i), maker_code(maker));
    if (maker_is_on(maker, KIND_OOM) && maker_one_in(maker, 2))
        made_add(steps, "oom: {container: %s}", id);
}

static void add_beginning(size_t container, size_t which, struct made_steps *steps)
{
    const char *id = maker_container(container);
    made_add(steps, "create: {container: %s, pid: %u}", id, maker_pid(container, which));
    made_add(steps, "start: {container: %s}", id);
}

/* One more that tells of a life that has ended: as that did, or as nobody knows it. */
static void add_echo(struct maker *maker, size_t container, size_t which, uint32_t code, struct made_steps *steps)
{
    static const uint32_t made_up[] = {137, 255};
    if (!maker_is_on(maker, KIND_ECHO) || !maker_one_in(maker, 2))
        return;
    /* No event of 2017 says that it is the init's, so nobody could know better. */
    if (maker_is_on(maker, KIND_MADE_UP) && !maker_is_on(maker, KIND_EXECUTION) && maker_one_in(maker, 2))
        code = MAKER_PICK(maker, made_up);
    made_add(steps, "publish: {event: exit, container: %s, pid: %u, code: %u}", maker_container(container),
             maker_pid(container, which), code);
}

/* A pid is not free again at once, and the events of 2017 tell no times by which to know who had it. */
static bool has_same_pid(const struct maker *maker)
{
    return maker_is_on(maker, KIND_SAME_PID) && !maker_is_on(maker, KIND_EXECUTION);
}

/* The next life of a container that is gone, in its turn from 1. Its code. */
static uint32_t add_next_life(struct maker *maker, size_t container, size_t turn, uint32_t code,
                              struct made_steps *steps)
{
    bool is_same = has_same_pid(maker);
    uint32_t next_code = maker_code(maker);
    if (is_same)
        made_add(steps, "advance: 10ms");
    add_beginning(container, is_same ? 0 : turn, steps);
    /* With the same pid and no older time nobody could know which life that is of. */
    if (!is_same)
        add_echo(maker, container, turn - 1, code, steps);
    made_add(steps, "exit: {container: %s, code: %u}", maker_container(container), next_code);
    return next_code;
}

static void add_exit(struct maker *maker, size_t container, struct made_steps *steps)
{
    const char *id = maker_container(container);
    uint32_t code = maker_code(maker);
    bool comes_again = maker_is_on(maker, KIND_AGAIN);

    made_add(steps, "exit: {container: %s, code: %u}", id, code);
    add_echo(maker, container, 0, code, steps);
    if (!maker_is_on(maker, KIND_REMOVE) || maker_one_in(maker, comes_again ? 4 : 2))
        return;
    if (maker_is_on(maker, KIND_OWNER) && maker_one_in(maker, comes_again ? 4 : 2)) {
        made_add(steps, "ask: {operation: remove, container: %s}", id);
        return;
    }
    made_add(steps, "remove: {container: %s}", id);
    for (size_t turn = 1; comes_again && turn < LIVES_MAX; turn++) {
        code = add_next_life(maker, container, turn, code, steps);
        /* Of three lives with one pid nobody can say which of them is told of. */
        if (turn + 1 == LIVES_MAX || has_same_pid(maker) || !maker_one_in(maker, 3))
            return;
        made_add(steps, "remove: {container: %s}", id);
    }
}

static void add_dead_shim(struct maker *maker, size_t container, struct made_steps *steps)
{
    static const char *const ends[] = {"",
                                       ", clean after: 10s",
                                       ", exit: lost",
                                       ", exit: lost, clean after: 30s",
                                       ", code: 255, pid: 0",
                                       ", code: 0, clean after: 1s"};
    made_add(steps, "kill shim: {container: %s%s}", maker_container(container), MAKER_PICK(maker, ends));
}

static void add_ask(struct maker *maker, const char *operation, size_t container, struct made_steps *steps)
{
    static const char *const waits[] = {"", "", ", timeout: 3s", ", timeout: 30s"};
    static const char *const graces[] = {"0s", "2s", "10s"};
    const char *grace = operation[2] == 'o' ? MAKER_PICK(maker, graces) : NULL;
    size_t name = maker->ask_count++;
    made_add(steps, "ask: {operation: %s, container: %s%s%s%s, as: ask%zu}", operation, maker_container(container),
             grace != NULL ? ", grace: " : "", grace != NULL ? grace : "", MAKER_PICK(maker, waits), name);
    if (maker_is_on(maker, KIND_ABANDON) && maker_one_in(maker, 3))
        made_add(steps, "abandon: ask%zu", name);
}

/* From its start on: several want it stopped. */
static void add_owned_life(struct maker *maker, size_t container, bool is_started, struct made_steps *steps)
{
    uint32_t stops = maker_below(maker, 4);
    if (!is_started)
        add_ask(maker, "start", container, steps);
    if (maker_one_in(maker, 3))
        add_ask(maker, "status", container, steps);
    for (uint32_t i = 0; i < stops && i < STOPS_MAX; i++)
        add_ask(maker, "stop", container, steps);
}

/* Nothing is done to it but by its owner, who may find that it has ended. */
static void add_owned(struct maker *maker, size_t container, struct made_steps *steps)
{
    uint32_t begun = maker->begun[container];
    if (begun == BEGIN_NOTHING && !maker_has_bare_record(maker, container))
        add_ask(maker, "create", container, steps);
    add_owned_life(maker, container, begun == BEGIN_RUNNING, steps);
    if (!maker_one_in(maker, 2))
        return;
    add_ask(maker, "remove", container, steps);
    if (!maker_is_on(maker, KIND_AGAIN) || !maker_one_in(maker, 2))
        return;
    add_ask(maker, "create", container, steps);
    add_owned_life(maker, container, false, steps);
}

static void add_ending(struct maker *maker, size_t container, struct made_steps *steps)
{
    switch (maker->fates[container]) {
    case FATE_EXIT: add_exit(maker, container, steps); return;
    case FATE_SHIM: add_dead_shim(maker, container, steps); return;
    case FATE_OWNED: add_owned(maker, container, steps); return;
    case FATE_ENDED:
        if (maker_is_on(maker, KIND_OWNER) && maker_one_in(maker, 2))
            add_ask(maker, "remove", container, steps);
        return;
    case FATE_LIVES:
    case FATE_LOST:
    case FATE_COUNT: return;
    }
}

static size_t story_items(const struct made_steps *before, const struct made_steps *life,
                          const struct made_steps *after)
{
    return before->count + (life->count > 0) + after->count;
}

static void add_execs(struct maker *maker, size_t container, struct made_steps *steps)
{
    size_t given = maker_gives_exec(maker, container) ? 1 : 0;
    for (size_t i = given; i < RANDOM_EXECS_MAX && maker_is_on(maker, KIND_EXECS); i++)
        made_add(steps, "exec: {container: %s, exec: %s, pid: %u}", maker_container(container), maker_exec(i),
                 maker_exec_pid(container, i));
}

static void write_story(struct maker *maker, size_t indent, size_t container)
{
    struct made_steps before = {.count = 0};
    struct made_steps life = {.count = 0};
    struct made_steps after = {.count = 0};

    if (maker_is_made(maker, container))
        add_beginning(container, 0, &before);
    /* Those that others take away, at a time of their own, have nothing of their own to do until then. */
    if (maker->fates[container] <= FATE_SHIM) {
        add_execs(maker, container, &before);
        add_life(maker, container, &life);
    }
    add_ending(maker, container, &after);
    size_t items = story_items(&before, &life, &after);
    if (items > 1) {
        (void)buffer_printf(maker->out, "%*s- sequence:\n", (int)indent, "");
        indent += 4;
    }
    maker_steps(maker, indent, NULL, &before);
    maker_steps(maker, indent, "any order", &life);
    maker_steps(maker, indent, NULL, &after);
}

/* ---- steps ---- */

void maker_all_steps(struct maker *maker)
{
    struct buffer *out = maker->out;
    bool in_turn = maker_is_on(maker, KIND_IN_TURN) && maker_one_in(maker, 2);
    size_t indent = in_turn ? 2 : 6;

    /* Where there is a restart nothing else may change what the path shows. */
    if (maker_is_on(maker, KIND_RESTART))
        maker->on &= ~(UINT64_C(1) << KIND_SOCKET);
    (void)buffer_printf(out, in_turn ? "steps:\n" : "steps:\n  - any order:\n");
    size_t before = out->length;
    for (size_t i = 0; i < maker->container_count; i++)
        write_story(maker, indent, i);
    maker_troubles(maker, indent);
    /* Nothing may have come of all that, and a block is not empty. */
    if (out->length == before)
        (void)buffer_printf(out, "%*s- advance: 1s\n", (int)indent, "");
    for (size_t i = 0; i < maker->hold_count; i++)
        (void)buffer_printf(out, "  - release: hold%zu\n    at: +%us\n", i, 1 + maker_below(maker, 20));
}
