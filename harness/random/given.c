/* SPDX-License-Identifier: Apache-2.0 */
/* Who is there at first, and what the handler has in its store. */
#include "harness/random/maker.h"

enum { GHOST_PID = 999 };

bool maker_is_made(const struct maker *maker, size_t container)
{
    /* Of the containers the first is there at first, so that there is something to begin with. */
    bool is_plain = maker->fates[container] <= FATE_SHIM;
    return is_plain && maker_is_on(maker, KIND_CREATE) && container % 2 == 1;
}

bool maker_has_bare_record(const struct maker *maker, size_t container)
{
    return maker->fates[container] == FATE_OWNED && maker->begun[container] == BEGIN_NOTHING && container % 2 == 1 &&
           !maker_is_on(maker, KIND_RECORDS);
}

bool maker_is_short(const struct maker *maker, size_t container)
{
    return maker->fates[container] == FATE_OWNED && maker->begun[container] != BEGIN_RUNNING &&
           maker_is_on(maker, KIND_SHORT);
}

bool maker_gives_exec(const struct maker *maker, size_t container)
{
    return maker->fates[container] <= FATE_LOST && maker_is_on(maker, KIND_EXECS) && !maker_is_made(maker, container);
}

static const char *state_of(const struct maker *maker, size_t container)
{
    static const char *const begins[BEGIN_COUNT] = {
        [BEGIN_RUNNING] = "running", [BEGIN_CREATED] = "created", [BEGIN_NOTHING] = "none"};
    if (maker->fates[container] == FATE_ENDED)
        return "exited";
    return maker->fates[container] == FATE_OWNED ? begins[maker->begun[container]] : "running";
}

static bool has_task(const struct maker *maker, size_t container)
{
    return maker->fates[container] != FATE_OWNED || maker->begun[container] != BEGIN_NOTHING;
}

static void put_given(struct maker *maker, size_t container)
{
    struct buffer *out = maker->out;
    (void)buffer_printf(out, "    - {id: %s, state: %s", maker_container(container), state_of(maker, container));
    if (maker->fates[container] == FATE_ENDED)
        (void)buffer_printf(out, ", code: %u", maker_code(maker));
    if (has_task(maker, container))
        (void)buffer_printf(out, ", pid: %u", maker_pid(container, 0));
    if (maker_gives_exec(maker, container))
        (void)buffer_printf(out, ", execs: [{id: %s, pid: %u}]", maker_exec(0), maker_exec_pid(container, 0));
    if (maker_is_on(maker, KIND_LABELS))
        (void)buffer_printf(out, ", labels: {role: \"%zu\"}", container);
    if (maker->fates[container] == FATE_OWNED && maker_is_on(maker, KIND_STUBBORN))
        (void)buffer_printf(out, ", ignores SIGTERM: yes");
    if (maker_is_short(maker, container))
        (void)buffer_printf(out, ", exits at once: yes, code: %u", maker_code(maker));
    (void)buffer_printf(out, "}\n");
}

/* What the handler's last process left of one that has ended. */
static void put_stale(struct maker *maker, size_t container)
{
    static const char *const lefts[] = {"state: running", "state: running", "state: created",
                                        "state: exited, code: 255, inferred: yes, delete pending: yes"};
    (void)buffer_printf(maker->out, "    - {id: %s, pid: %u, %s}\n", maker_container(container),
                        maker_pid(container, 0), MAKER_PICK(maker, lefts));
}

static void put_records(struct maker *maker, bool has_ended)
{
    (void)buffer_printf(maker->out, "  records:\n");
    for (size_t i = 0; i < maker->container_count; i++) {
        if (maker->fates[i] == FATE_ENDED)
            put_stale(maker, i);
        else if (maker_has_bare_record(maker, i))
            (void)buffer_printf(maker->out, "    - {id: %s, state: created}\n", maker_container(i));
        else if (!maker_is_made(maker, i) && has_task(maker, i))
            (void)buffer_printf(maker->out, "    - {id: %s, pid: %u, state: %s}\n", maker_container(i), maker_pid(i, 0),
                                state_of(maker, i));
    }
    if (has_ended && maker_one_in(maker, 2))
        (void)buffer_printf(maker->out, "    - {id: ghost, pid: %d, state: running}\n", GHOST_PID);
}

void maker_given(struct maker *maker)
{
    bool has_ended = false;
    bool has_bare = false;
    (void)buffer_printf(maker->out, "given:\n  containers:\n");
    for (size_t i = 0; i < maker->container_count; i++) {
        has_ended = has_ended || maker->fates[i] == FATE_ENDED;
        has_bare = has_bare || maker_has_bare_record(maker, i);
        if (!maker_is_made(maker, i))
            put_given(maker, i);
    }
    if (maker_is_on(maker, KIND_RECORDS))
        (void)buffer_printf(maker->out, "  records: none\n");
    else if (has_ended || has_bare)
        put_records(maker, has_ended);
}
