/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong between the two sides. */
#include "harness/random/maker.h"
#include "harness/random/scenario.h"

static const char *const delays[] = {"10ms", "500ms", "3s", "12s"};

void maker_put_container(struct maker *maker)
{
    if (maker_one_in(maker, 2))
        (void)buffer_printf(maker->out, ", container: %s", maker_container(maker_any(maker)));
}

static void maker_put_hold(struct maker *maker)
{
    (void)buffer_printf(maker->out, "do: hold, as: hold%zu", maker->hold_count++);
}

void maker_put_times(struct maker *maker)
{
    uint32_t times = 1 + maker_below(maker, 3);
    if (maker_is_on(maker, KIND_UP_TO) && maker_one_in(maker, 2))
        (void)buffer_printf(maker->out, ", times: up to %u", times);
    else if (times > 1)
        (void)buffer_printf(maker->out, ", times: %u", times);
}

void maker_put_delay(struct maker *maker)
{
    (void)buffer_printf(maker->out, "do: delay, for: %s", MAKER_PICK(maker, delays));
}

/* ---- calls ---- */

static void put_fail(struct maker *maker)
{
    static const char *const codes[] = {"UNAVAILABLE", "UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED",
                                        "INTERNAL",    "UNKNOWN",     "CANCELLED"};
    (void)buffer_printf(maker->out, "do: fail, code: %s", MAKER_PICK(maker, codes));
}

/* The kinds of what can be done to a call. */
static const enum random_kind call_kinds[] = {KIND_FAIL,       KIND_EFFECT_AFTER, KIND_DELAY, KIND_HANG,
                                              KIND_LOSE_REPLY, KIND_LOSE_REQUEST, KIND_HOLD};

static void put_call_deed(struct maker *maker, enum random_kind kind)
{
    switch ((int)kind) {
    case KIND_FAIL: put_fail(maker); return;
    case KIND_EFFECT_AFTER:
        (void)buffer_printf(maker->out, "%s, effect after: %s",
                            maker_is_on(maker, KIND_LATE_UNTOLD) ? "do: hang" : "do: fail, code: DEADLINE_EXCEEDED",
                            MAKER_PICK(maker, delays));
        return;
    case KIND_DELAY: maker_put_delay(maker); return;
    case KIND_LOSE_REPLY: (void)buffer_printf(maker->out, "do: lose the reply"); return;
    case KIND_LOSE_REQUEST: (void)buffer_printf(maker->out, "do: lose the request"); return;
    case KIND_HOLD: maker_put_hold(maker); return;
    default: (void)buffer_printf(maker->out, "do: hang"); return;
    }
}

/* The call that is done behind its failure. */
static const char *late_rpc(const struct maker *maker)
{
    bool is_owned = maker_is_on(maker, KIND_OWNER);
    if (is_owned && maker_is_on(maker, KIND_LATE_START))
        return "Tasks.Start";
    return is_owned && maker_is_on(maker, KIND_LATE_CREATE) ? "Tasks.Create" : "Tasks.Delete";
}

static void put_call_fault(struct maker *maker, enum random_kind kind)
{
    static const char *const rpcs[] = {"Tasks.Delete",   "Tasks.Delete",    "Tasks.Delete",
                                       "Tasks.Get",      "Tasks.List",      "Tasks.List",
                                       "Containers.Get", "Containers.List", "Tasks.Metrics"};
    static const char *const owned[] = {"Tasks.Kill",        "Tasks.Start",       "Tasks.Create", "Tasks.Get",
                                        "Containers.Create", "Containers.Delete", "Tasks.Kill",   "Tasks.Start"};
    bool is_owned = maker->aim < maker->container_count && maker->fates[maker->aim] == FATE_OWNED;
    const char *rpc = late_rpc(maker);
    if (kind != KIND_EFFECT_AFTER)
        rpc = maker_is_on(maker, KIND_OWNER) && maker_below(maker, 4) < (is_owned ? 3 : 2) ? MAKER_PICK(maker, owned)
                                                                                           : MAKER_PICK(maker, rpcs);
    (void)buffer_printf(maker->out, "rpc: %s", rpc);
    maker_put_container(maker);
    (void)buffer_printf(maker->out, ", ");
    put_call_deed(maker, kind);
    maker_put_times(maker);
    if (maker_is_on(maker, KIND_THEN) && maker_one_in(maker, 2)) {
        (void)buffer_printf(maker->out, ", then: {");
        put_fail(maker);
        maker_put_times(maker);
        (void)buffer_printf(maker->out, "}");
    }
}

/* ---- the stream and its events ---- */

static void put_subscribe_fault(struct maker *maker)
{
    static const char *const ends[] = {"clean",
                                       "no status",
                                       "no trailers",
                                       "wrong content type",
                                       "truncated message",
                                       "compressed message",
                                       "reset, error: REFUSED_STREAM"};
    (void)buffer_printf(maker->out, "stream: events, ");
    switch (maker_below(maker, 3)) {
    case 0: put_fail(maker); break;
    case 1: maker_put_delay(maker); break;
    default: (void)buffer_printf(maker->out, "do: end, how: %s", MAKER_PICK(maker, ends)); break;
    }
    maker_put_times(maker);
}

static void put_event_fault(struct maker *maker, enum random_kind kind)
{
    static const char *const events[] = {"exit", "exit", "oom", "create", "start", "exec added"};
    /* What is dropped must be told by something else as well. */
    static const char *const spare_events[] = {"paused", "exec added"};
    const char *event = kind == KIND_DROP ? MAKER_PICK(maker, spare_events) : MAKER_PICK(maker, events);
    if (maker_is_on(maker, KIND_OOM) && kind != KIND_DROP && maker_one_in(maker, 3))
        event = "oom";
    (void)buffer_printf(maker->out, "stream: events, event: %s", event);
    maker_put_container(maker);
    (void)buffer_printf(maker->out, ", ");
    switch ((int)kind) {
    case KIND_DUPLICATE: (void)buffer_printf(maker->out, "do: duplicate"); break;
    case KIND_DROP: (void)buffer_printf(maker->out, "do: drop"); break;
    case KIND_CUT: (void)buffer_printf(maker->out, "do: cut, after: %u", maker_below(maker, 40)); break;
    case KIND_DELAY_EVENT: maker_put_delay(maker); break;
    default: maker_put_hold(maker); break;
    }
    maker_put_times(maker);
}

/* ---- all of them ---- */

static const enum random_kind other_kinds[] = {KIND_SUBSCRIBE,  KIND_DUPLICATE,   KIND_DROP, KIND_CUT,
                                               KIND_HOLD_EVENT, KIND_DELAY_EVENT, KIND_LIE,  KIND_LEFT_OUT,
                                               KIND_STORE_FAIL, KIND_STORE_SLOW};

static void put_fault(struct maker *maker, enum random_kind kind)
{
    static const char *const indent = "  - {";
    (void)buffer_printf(maker->out, "%s", indent);
    switch ((int)kind) {
    case KIND_SUBSCRIBE: put_subscribe_fault(maker); break;
    case KIND_DUPLICATE:
    case KIND_DROP:
    case KIND_CUT:
    case KIND_HOLD_EVENT:
    case KIND_DELAY_EVENT: put_event_fault(maker, kind); break;
    case KIND_LIE: maker_put_lie(maker); break;
    case KIND_LEFT_OUT: maker_put_left_out(maker); break;
    case KIND_STORE_FAIL:
    case KIND_STORE_SLOW: maker_put_store_fault(maker, kind); break;
    default: put_call_fault(maker, kind); break;
    }
    (void)buffer_printf(maker->out, "}\n");
}

void maker_faults(struct maker *maker)
{
    enum { CALL_KINDS = sizeof call_kinds / sizeof call_kinds[0], OTHERS = sizeof other_kinds / sizeof other_kinds[0] };
    enum random_kind kinds[CALL_KINDS + OTHERS];
    uint32_t kind_count = 0;
    uint32_t count = maker_below(maker, RANDOM_FAULTS_MAX + 1);

    for (size_t i = 0; i < CALL_KINDS; i++)
        if (maker_is_on(maker, call_kinds[i]))
            kinds[kind_count++] = call_kinds[i];
    for (size_t i = 0; i < OTHERS; i++)
        if (maker_is_on(maker, other_kinds[i]))
            kinds[kind_count++] = other_kinds[i];
    if (kind_count == 0 || count == 0)
        return;
    (void)buffer_printf(maker->out, "faults:\n");
    for (uint32_t i = 0; i < count; i++)
        put_fault(maker, kinds[maker_below(maker, kind_count)]);
}
