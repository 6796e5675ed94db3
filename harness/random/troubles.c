/* SPDX-License-Identifier: Apache-2.0 */
/* What comes in between. */
#include <stdio.h>

#include "harness/random/maker.h"
#include "harness/random/scenario.h"

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
    const char *down = MAKER_PICK(maker, downs);
    const char *late = maker_is_on(maker, KIND_LATE_EXITS) && maker_one_in(maker, 2) ? ", exits: late" : "";
    const char *before = ", tasks lost: [";
    char lost[64] = "";
    size_t length = 0;
    for (size_t i = 0; i < maker->container_count; i++)
        if (maker->fates[i] == FATE_LOST) {
            length += (size_t)snprintf(lost + length, sizeof lost - length, "%s%s", before, maker_container(i));
            before = ", ";
        }
    made_add(steps, "restart: {down: %s, socket: %s%s%s%s}", down, MAKER_PICK(maker, sockets), late, lost,
             length > 0 ? "]" : "");
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
    size_t container = maker_any(maker);
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

static void add_mute(struct maker *maker, struct made_steps *steps)
{
    (void)maker;
    made_add(steps, "silence: {stream: events}");
    made_add(steps, "disconnect: {connection: all}");
}

/* An exec of that name that nobody knows, with the pid of its container's init process. */
static void add_forged_exec(struct maker *maker, struct made_steps *steps)
{
    size_t container = maker_any(maker);
    if (maker_is_on(maker, KIND_EXECUTION))
        return;
    made_add(steps, "publish: {event: exit, container: %s, exec: forged, pid: %u, code: %u}",
             maker_container(container), maker_pid(container, 0), maker_code(maker));
}

static void add_clock(struct maker *maker, struct made_steps *steps)
{
    static const char *const jumps[] = {"-1h", "+1h", "-5s", "-10m"};
    made_add(steps, "set clock: {by: %s}", MAKER_PICK(maker, jumps));
}

static void add_crash(struct maker *maker, struct made_steps *steps)
{
    static const char *const downs[] = {"0s", "100ms", "5s"};
    made_add(steps, "handler: {do: crash, down: %s}", MAKER_PICK(maker, downs));
}

static void add_stop(struct maker *maker, struct made_steps *steps)
{
    (void)maker;
    made_add(steps, "handler: {do: stop}");
    made_add(steps, "handler: {do: start}");
}

static void add_forget(struct maker *maker, struct made_steps *steps)
{
    size_t container = maker_any(maker);
    made_add(steps, "record: {container: %s, state: none}", maker_container(container));
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
    {KIND_MUTE, add_mute, false},
    {KIND_FORGED_EXEC, add_forged_exec, false},
    {KIND_CLOCK, add_clock, false},
    {KIND_CRASH, add_crash, false},
    {KIND_CRASH, add_crash, false},
    {KIND_STOP, add_stop, true},
    {KIND_FORGET, add_forget, true},
};

enum { TROUBLE_COUNT = sizeof troubles / sizeof troubles[0] };

static void write_trouble(struct maker *maker, size_t indent, uint32_t trouble)
{
    struct made_steps steps = {.count = 0};
    troubles[trouble].add(maker, &steps);
    maker_steps(maker, indent, "sequence", &steps);
}

/* Then there must be a restart. */
static bool loses_tasks(const struct maker *maker)
{
    for (size_t i = 0; i < maker->container_count; i++)
        if (maker->fates[i] == FATE_LOST)
            return true;
    return false;
}

void maker_troubles(struct maker *maker, size_t indent)
{
    uint32_t chosen[TROUBLE_COUNT];
    uint32_t count = 0;
    uint32_t wanted = maker_below(maker, RANDOM_TROUBLES_MAX + 1);

    for (uint32_t i = 0; i < TROUBLE_COUNT; i++) {
        if (!maker_is_on(maker, troubles[i].kind))
            continue;
        if (troubles[i].kind == KIND_RESTART && loses_tasks(maker))
            write_trouble(maker, indent, i);
        else
            chosen[count++] = i;
    }
    for (uint32_t i = 0; i < wanted && count > 0; i++) {
        uint32_t at = maker_below(maker, count);
        write_trouble(maker, indent, chosen[at]);
        if (troubles[chosen[at]].once)
            chosen[at] = chosen[--count];
    }
}
