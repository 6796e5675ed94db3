/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/status.h"
#include "base/time.h"
#include "handler/core/monitor.h"

/*
 * Anything in any order. Whatever happens, a step keeps within its limits, a clone goes on as the original does, and
 * the deadline "now" is met by doing something; and when the server and the store answer again, the monitor comes to
 * rest with every container ended that is gone.
 */
enum { CALLS_MAX = 4096, STEPS = 400, QUIET_STEPS = 4000, IDS = 4, EVENTS = 26 };

static const char *const ids[IDS] = {"a", "b", "c", "d"};

struct walk {
    struct monitor *monitor;
    struct monitor_actions *actions;
    uint64_t seed;
    struct random random;
    int64_t now_ns;
    uint64_t connection_id, stream_id, operation_id;
    struct {
        uint64_t id;
        enum monitor_call call;
    } calls[CALLS_MAX];
    size_t call_count;
    uint64_t writes[CALLS_MAX];
    size_t write_count;
    bool loading, dialing, opening;
    struct process_state processes[IDS];
};

static uint32_t draw(struct walk *walk, uint32_t below)
{
    return (uint32_t)(random_unit(&walk->random) * below) % below;
}

static void take_actions(struct walk *walk)
{
    for (size_t i = 0; i < walk->actions->count; i++) {
        const struct monitor_action *action = &walk->actions->items[i];
        if (action->kind == MONITOR_CALL && walk->call_count < CALLS_MAX) {
            walk->calls[walk->call_count].id = action->call_id;
            walk->calls[walk->call_count++].call = action->call;
        } else if ((action->kind == MONITOR_PUT || action->kind == MONITOR_FORGET) && walk->write_count < CALLS_MAX) {
            walk->writes[walk->write_count++] = action->write_id;
        } else if (action->kind == MONITOR_LOAD) {
            walk->loading = true;
        } else if (action->kind == MONITOR_DIAL) {
            walk->connection_id = action->connection_id;
            walk->dialing = true;
        } else if (action->kind == MONITOR_OPEN_STREAM) {
            walk->stream_id = action->stream_id;
            walk->opening = true;
        }
    }
}

static void step(struct walk *walk, struct monitor_event *event)
{
    event->now_ns = walk->now_ns;
    event->wall_ns = INT64_C(1700000000) * TIME_SECOND + walk->now_ns;
    assert_int_equal(monitor_step(walk->monitor, event, walk->actions), 0);
    assert_true(walk->actions->count <= MONITOR_ACTIONS_MAX);
    take_actions(walk);
}

/* ---- what can happen ---- */

static void set_task(struct walk *walk, struct monitor_event *event, enum task_event_kind kind)
{
    static const uint32_t pids[] = {0, 101, 102};
    static const uint32_t codes[] = {0, 3, 137, 255};
    event->kind = MONITOR_STREAM_MESSAGE;
    event->task.kind = kind;
    event->task.container_id = text_of(ids[draw(walk, IDS)]);
    if (draw(walk, 3) > 0)
        event->task.process_id = draw(walk, 4) > 0 ? event->task.container_id : text_of("probe");
    event->task.pid = pids[draw(walk, 3)];
    event->task.exit_status = codes[draw(walk, 4)];
    event->task.exited_at.present = draw(walk, 2) > 0;
    event->task.exited_at.seconds = INT64_C(1700000000);
}

static struct process_state a_process(struct walk *walk, const char *id)
{
    struct process_state process = {.container_id = text_of(id),
                                    .status = (enum process_status)draw(walk, 5),
                                    .pid = 100 + draw(walk, 3),
                                    .exit_status = draw(walk, 2) * 7,
                                    .tells_exit = draw(walk, 2) > 0};
    return process;
}

static void answer_call(struct walk *walk, struct monitor_event *event)
{
    static const int statuses[] = {STATUS_OK,       STATUS_OK,      STATUS_NOT_FOUND,         STATUS_UNAVAILABLE,
                                   STATUS_INTERNAL, STATUS_UNKNOWN, STATUS_DEADLINE_EXCEEDED, STATUS_PERMISSION_DENIED};
    size_t at;
    if (walk->call_count == 0)
        return;
    at = draw(walk, (uint32_t)walk->call_count);
    event->kind = MONITOR_REPLY;
    event->call_id = walk->calls[at].id;
    event->outcome.status = statuses[draw(walk, 8)];
    event->process = a_process(walk, "a");
    event->oom_kills = draw(walk, 2);
    event->tells_kills = draw(walk, 2) > 0;
    if (walk->calls[at].call == MONITOR_CALL_LIST && event->outcome.status == STATUS_OK) {
        event->processes = walk->processes;
        event->process_count = draw(walk, IDS + 1);
        for (size_t i = 0; i < event->process_count; i++)
            walk->processes[i] = a_process(walk, ids[i]);
    }
    walk->calls[at] = walk->calls[--walk->call_count];
}

static void answer_write(struct walk *walk, struct monitor_event *event)
{
    if (walk->write_count == 0)
        return;
    event->kind = draw(walk, 4) > 0 ? MONITOR_STORE_WRITTEN : MONITOR_STORE_FAILED;
    event->write_id = walk->writes[0];
    memmove(walk->writes, walk->writes + 1, --walk->write_count * sizeof walk->writes[0]);
}

static void ask(struct walk *walk, struct monitor_event *event)
{
    event->kind = MONITOR_OPERATION;
    event->operation = (struct operation){.id = ++walk->operation_id,
                                          .kind = (enum operation_kind)draw(walk, 5),
                                          .container_id = text_of(ids[draw(walk, IDS)]),
                                          .grace_ns = draw(walk, 3) * TIME_SECOND,
                                          .timeout_ns = draw(walk, 2) * 5 * TIME_SECOND};
}

/* What comes of the number; an event that the monitor has no use for now is one as well. */
static void happen(struct walk *walk, uint32_t number, struct monitor_event *event)
{
    static const enum monitor_event_kind plain[] = {MONITOR_CONNECTION_DRAINING, MONITOR_CONNECTION_LOST,
                                                    MONITOR_STREAM_UNREADABLE, MONITOR_STREAM_ENDED, MONITOR_PONG};
    event->kind = MONITOR_TIME;
    switch (number) {
    case 0: event->kind = draw(walk, 20) == 0 ? MONITOR_STOP : MONITOR_START; return;
    case 1: walk->now_ns += draw(walk, 2000) * TIME_MILLISECOND; return;
    case 2: event->kind = plain[draw(walk, 5)]; return;
    case 3:
        event->kind = draw(walk, 2) > 0 ? MONITOR_LOCKED : MONITOR_UNLOCKED;
        event->task.container_id = text_of(ids[draw(walk, IDS)]);
        return;
    case 4: ask(walk, event); return;
    case 5:
        event->kind = MONITOR_ABANDONED;
        event->operation.id = 1 + draw(walk, (uint32_t)walk->operation_id + 1);
        return;
    case 6:
    case 7:
    case 8: set_task(walk, event, TASK_EVENT_CREATE); return;
    case 9:
    case 10: set_task(walk, event, TASK_EVENT_START); return;
    case 11: set_task(walk, event, TASK_EVENT_OOM); return;
    case 12: set_task(walk, event, TASK_EVENT_DELETE); return;
    case 13:
    case 14:
    case 15:
    case 16: set_task(walk, event, TASK_EVENT_EXIT); return;
    case 17:
    case 18:
    case 19:
    case 20: answer_call(walk, event); return;
    default: answer_write(walk, event); return;
    }
}

/* The connection and the load are answered soon, so that something can happen at all. */
static bool make_way(struct walk *walk, struct monitor_event *event)
{
    if (walk->loading) {
        walk->loading = false;
        event->kind = MONITOR_STORE_LOADED;
        return true;
    }
    if (walk->dialing) {
        walk->dialing = false;
        event->kind = MONITOR_CONNECTION_UP;
        return true;
    }
    if (walk->opening) {
        walk->opening = false;
        event->kind = MONITOR_STREAM_OPENED;
        return true;
    }
    return false;
}

static struct hash hash_of(const struct monitor *monitor, int64_t now_ns)
{
    struct hash hash;
    hash_init(&hash);
    monitor_hash(monitor, now_ns, &hash);
    return hash;
}

/* The clone takes the event as the original has. */
static void step_with_clone(struct walk *walk, struct monitor_event *event)
{
    static struct monitor_actions actions;
    struct monitor *clone = NULL;
    struct hash a, b;
    assert_int_equal(monitor_clone(&clone, walk->monitor), 0);
    step(walk, event);
    assert_int_equal(monitor_step(clone, event, &actions), 0);
    assert_int_equal(actions.count, walk->actions->count);
    a = hash_of(walk->monitor, walk->now_ns);
    b = hash_of(clone, walk->now_ns);
    assert_true(hash_equal(&a, &b));
    monitor_free(clone);
}

static void wander(struct walk *walk)
{
    for (size_t i = 0; i < STEPS; i++) {
        struct monitor_event event = {.kind = MONITOR_TIME};
        if (draw(walk, 3) == 0 || !make_way(walk, &event))
            happen(walk, draw(walk, EVENTS), &event);
        event.connection_id = walk->connection_id;
        event.stream_id = walk->stream_id;
        if (i % 16 == 0)
            step_with_clone(walk, &event);
        else
            step(walk, &event);
        for (size_t rounds = 0; monitor_deadline_ns(walk->monitor) <= walk->now_ns; rounds++) {
            struct monitor_event time = {.kind = MONITOR_TIME};
            assert_true(rounds < 200);
            step(walk, &time);
        }
    }
}

/* ---- the end ---- */

/* The server has no task any more and says so, and the store writes. */
static bool answer_well(struct walk *walk, struct monitor_event *event)
{
    if (make_way(walk, event))
        return true;
    if (walk->write_count > 0) {
        event->kind = MONITOR_STORE_WRITTEN;
        event->write_id = walk->writes[0];
        memmove(walk->writes, walk->writes + 1, --walk->write_count * sizeof walk->writes[0]);
        return true;
    }
    if (walk->call_count == 0)
        return false;
    walk->call_count--;
    event->kind = MONITOR_REPLY;
    event->call_id = walk->calls[walk->call_count].id;
    event->outcome.status = walk->calls[walk->call_count].call == MONITOR_CALL_LIST ? STATUS_OK : STATUS_NOT_FOUND;
    return true;
}

static bool has_ended(const struct walk *walk)
{
    struct container_record record = {.id = {NULL, 0}};
    while (monitor_record_next(walk->monitor, record.id, &record)) {
        enum container_state state = container_record_state(&record);
        /* Its owner may start it some day. */
        bool has_no_task_yet = state == CONTAINER_CREATED && record.pid == 0;
        if (!has_no_task_yet && (state != CONTAINER_EXITED || record.delete_pending))
            return false;
    }
    return true;
}

static void come_to_rest(struct walk *walk)
{
    struct monitor_event start = {.kind = MONITOR_START};
    step(walk, &start);
    for (size_t i = 0; i < IDS; i++) {
        struct monitor_event unlocked = {.kind = MONITOR_UNLOCKED, .task = {.container_id = text_of(ids[i])}};
        step(walk, &unlocked);
    }
    for (size_t i = 0; i < QUIET_STEPS; i++) {
        struct monitor_event event = {.kind = MONITOR_TIME};
        event.connection_id = walk->connection_id;
        event.stream_id = walk->stream_id;
        if (!answer_well(walk, &event)) {
            if (!monitor_busy(walk->monitor) && has_ended(walk))
                return;
            walk->now_ns = monitor_deadline_ns(walk->monitor);
            assert_true(walk->now_ns != TIME_NEVER);
            event.kind = MONITOR_PONG;
            step(walk, &event);
            event.kind = MONITOR_TIME;
        }
        event.connection_id = walk->connection_id;
        event.stream_id = walk->stream_id;
        step(walk, &event);
    }
    fail_msg("the monitor does not come to rest: seed %llu", (unsigned long long)walk->seed);
}

static void walk_with(policy_switches policy, uint64_t seed, bool rests)
{
    struct walk *walk = test_calloc(1, sizeof *walk);
    struct monitor_options options = {.policy = policy};
    struct monitor_event start = {.kind = MONITOR_START};
    walk->actions = test_calloc(1, sizeof *walk->actions);
    walk->seed = seed;
    random_seed(&walk->random, seed);
    assert_int_equal(monitor_new(&walk->monitor, &options), 0);
    step(walk, &start);
    wander(walk);
    if (rests)
        come_to_rest(walk);
    monitor_free(walk->monitor);
    test_free(walk->actions);
    test_free(walk);
}

static void whatever_happens_the_reliable_monitor_comes_to_rest(void **context)
{
    (void)context;
    for (uint64_t seed = 0; seed < 150; seed++)
        walk_with(POLICY_RELIABLE, seed, true);
}

static void whatever_happens_any_policy_keeps_within_its_limits(void **context)
{
    struct random random;
    (void)context;
    random_seed(&random, 1);
    walk_with(POLICY_ORIGINAL, 0, false);
    for (uint64_t seed = 0; seed < 150; seed++)
        walk_with((policy_switches)(random_unit(&random) * (double)POLICY_RELIABLE), seed, false);
    for (enum policy_switch one = 0; one < POLICY_SWITCH_COUNT; one++) {
        walk_with(POLICY_RELIABLE & ~((policy_switches)1 << one), one, false);
        walk_with((policy_switches)1 << one, one, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_the_reliable_monitor_comes_to_rest),
        cmocka_unit_test(whatever_happens_any_policy_keeps_within_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
