/* SPDX-License-Identifier: Apache-2.0 */
/* Who is there at first, what becomes of each container, and what troubles come in between. */
#include "harness/random/maker.h"
#include "harness/random/scenario.h"

/* ---- given ---- */

/* Of the containers the first is there at first, so that there is something to begin with. */
static bool is_made(const struct maker *maker, size_t container)
{
    return maker_is_on(maker, KIND_CREATE) && container % 2 == 1;
}

static size_t given_execs(const struct maker *maker, size_t container)
{
    return maker_is_on(maker, KIND_EXECS) && !is_made(maker, container) ? 1 : 0;
}

void maker_given(struct maker *maker)
{
    (void)buffer_printf(maker->out, "given:\n  containers:\n");
    for (size_t i = 0; i < maker->container_count; i++) {
        if (is_made(maker, i))
            continue;
        (void)buffer_printf(maker->out, "    - {id: %s, pid: %u, state: running", maker_container(i), maker_pid(i, 0));
        if (given_execs(maker, i) > 0)
            (void)buffer_printf(maker->out, ", execs: [{id: %s, pid: %u}]", maker_exec(0), maker_exec_pid(i, 0));
        if (maker_is_on(maker, KIND_LABELS))
            (void)buffer_printf(maker->out, ", labels: {role: \"%zu\"}", i);
        (void)buffer_printf(maker->out, "}\n");
    }
    if (maker_is_on(maker, KIND_RECORDS))
        (void)buffer_printf(maker->out, "  records: none\n");
}

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

static void add_echo(struct maker *maker, size_t container, uint32_t code, struct made_steps *steps)
{
    if (maker_is_on(maker, KIND_ECHO) && maker_one_in(maker, 2))
        made_add(steps, "publish: {event: exit, container: %s, pid: %u, code: %u}", maker_container(container),
                 maker_pid(container, 0), code);
}

/* What comes in the end: most exit, the first one always; some go altogether, few come back. */
static void add_ending(struct maker *maker, size_t container, struct made_steps *steps)
{
    const char *id = maker_container(container);
    uint32_t code = maker_code(maker);

    if (container > 0 && maker_one_in(maker, 6))
        return;
    made_add(steps, "exit: {container: %s, code: %u}", id, code);
    add_echo(maker, container, code, steps);
    if (!maker_is_on(maker, KIND_REMOVE) || !maker_one_in(maker, 2))
        return;
    made_add(steps, "remove: {container: %s}", id);
    if (!maker_is_on(maker, KIND_AGAIN))
        return;
    add_beginning(container, 1, steps);
    add_echo(maker, container, code, steps);
    made_add(steps, "exit: {container: %s, code: %u}", id, maker_code(maker));
}

static size_t story_items(const struct made_steps *before, const struct made_steps *life,
                          const struct made_steps *after)
{
    return before->count + (life->count > 0) + after->count;
}

static void write_story(struct maker *maker, size_t indent, size_t container)
{
    struct made_steps before = {.count = 0};
    struct made_steps life = {.count = 0};
    struct made_steps after = {.count = 0};

    if (is_made(maker, container))
        add_beginning(container, 0, &before);
    for (size_t i = given_execs(maker, container); i < RANDOM_EXECS_MAX && maker_is_on(maker, KIND_EXECS); i++)
        made_add(&before, "exec: {container: %s, exec: %s, pid: %u}", maker_container(container), maker_exec(i),
                 maker_exec_pid(container, i));
    add_life(maker, container, &life);
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

/* ---- troubles ---- */

static void add_disconnect(struct maker *maker, struct made_steps *steps)
{
    static const char *const codes[] = {"UNAVAILABLE", "INTERNAL", "OK", "UNKNOWN", "CANCELLED"};
    made_add(steps, "disconnect: {stream: events, code: %s}", MAKER_PICK(maker, codes));
}

static void add_end(struct maker *maker, struct made_steps *steps)
{
    static const char *const ends[] = {"clean",
                                       "no status",
                                       "no trailers",
                                       "wrong content type",
                                       "truncated message",
                                       "compressed message",
                                       "reset, error: CANCEL",
                                       "reset, error: INTERNAL_ERROR"};
    made_add(steps, "disconnect: {stream: events, how: %s}", MAKER_PICK(maker, ends));
}

static void add_restart(struct maker *maker, struct made_steps *steps)
{
    static const char *const downs[] = {"0s", "50ms", "3s", "20s"};
    static const char *const sockets[] = {"missing", "refuses", "never accepts", "stays silent"};
    made_add(steps, "restart: {down: %s, socket: %s}", MAKER_PICK(maker, downs), MAKER_PICK(maker, sockets));
}

/* In a block of its own, because a restart says itself what the path shows meanwhile. */
static void add_socket(struct maker *maker, struct made_steps *steps)
{
    static const char *const sockets[] = {"missing", "refuses", "never accepts", "stays silent"};
    made_add(steps, "socket: %s", MAKER_PICK(maker, sockets));
    made_add(steps, "disconnect: {connection: all}");
    made_add(steps, "socket: serves");
}

static void add_goaway(struct maker *maker, struct made_steps *steps)
{
    static const char *const lasts[] = {"none", "all", "any", "even"};
    static const char *const thens[] = {"stay", "close"};
    made_add(steps, "goaway: {last: %s, then: %s}", MAKER_PICK(maker, lasts), MAKER_PICK(maker, thens));
}

static void add_silence(struct maker *maker, struct made_steps *steps)
{
    static const char *const servers[] = {"answers pings", "only reads", "does nothing"};
    made_add(steps, "silence: {connection: all, server: %s}", MAKER_PICK(maker, servers));
    made_add(steps, "disconnect: {connection: all}");
}

static void add_lock(struct maker *maker, struct made_steps *steps)
{
    (void)maker;
    made_add(steps, "lock: {container: %s}", maker_container(0));
    made_add(steps, "unlock: {container: %s}", maker_container(0));
}

/* An exit of the same id and pid in another namespace. */
static void add_foreign(struct maker *maker, struct made_steps *steps)
{
    size_t container = maker_below(maker, (uint32_t)maker->container_count);
    if (maker_is_on(maker, KIND_EXECUTION))
        return;
    made_add(steps, "publish: {event: exit, container: %s, pid: %u, code: %u, namespace: elsewhere, unfiltered: yes}",
             maker_container(container), maker_pid(container, 0), maker_code(maker));
}

static void add_stranger(struct maker *maker, struct made_steps *steps)
{
    static const char *const events[] = {"exit", "oom", "create", "start", "paused", "exec added"};
    made_add(steps, "publish: {event: %s, container: stranger, pid: 7, times: %u}", MAKER_PICK(maker, events),
             1 + maker_below(maker, 3));
}

static void add_damage(struct maker *maker, struct made_steps *steps)
{
    static const char *const damages[] = {"unknown type", "undecodable body", "compressed", "oversize"};
    made_add(steps, "publish: {event: exit, container: stranger, pid: 7, damage: %s}", MAKER_PICK(maker, damages));
}

static void add_connection(struct maker *maker, struct made_steps *steps)
{
    (void)maker;
    made_add(steps, "disconnect: {connection: all}");
}

static const struct {
    enum random_kind kind;
    void (*add)(struct maker *maker, struct made_steps *steps);
    bool once; /* in one file */
} troubles[] = {
    {KIND_DISCONNECT, add_disconnect, false},
    {KIND_DISCONNECT, add_disconnect, false},
    {KIND_END, add_end, false},
    {KIND_CONNECTION, add_connection, false},
    {KIND_RESTART, add_restart, true},
    {KIND_SOCKET, add_socket, true},
    {KIND_GOAWAY, add_goaway, false},
    {KIND_SILENCE, add_silence, false},
    {KIND_LOCK, add_lock, true},
    {KIND_FOREIGN, add_foreign, false},
    {KIND_STRANGER, add_stranger, false},
    {KIND_DAMAGE, add_damage, false},
};

enum { TROUBLE_COUNT = sizeof troubles / sizeof troubles[0] };

static void write_trouble(struct maker *maker, size_t indent, uint32_t trouble)
{
    struct made_steps steps = {.count = 0};
    troubles[trouble].add(maker, &steps);
    maker_steps(maker, indent, "sequence", &steps);
}

static void write_troubles(struct maker *maker, size_t indent)
{
    uint32_t chosen[TROUBLE_COUNT];
    uint32_t count = 0;
    uint32_t wanted = maker_below(maker, RANDOM_TROUBLES_MAX + 1);

    for (uint32_t i = 0; i < TROUBLE_COUNT; i++)
        if (maker_is_on(maker, troubles[i].kind))
            chosen[count++] = i;
    for (uint32_t i = 0; i < wanted && count > 0; i++) {
        uint32_t at = maker_below(maker, count);
        write_trouble(maker, indent, chosen[at]);
        if (troubles[chosen[at]].once)
            chosen[at] = chosen[--count];
    }
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
    for (size_t i = 0; i < maker->container_count; i++)
        write_story(maker, indent, i);
    write_troubles(maker, indent);
    for (size_t i = 0; i < maker->hold_count; i++)
        (void)buffer_printf(out, "  - release: hold%zu\n    at: +%us\n", i, 1 + maker_below(maker, 20));
}
