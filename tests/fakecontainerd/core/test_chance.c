/* SPDX-License-Identifier: Apache-2.0 */
/* Lives by chance among faults of every kind: what is kept back, lost, late, made up or half cleaned up is copied with
 * the rest, and leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/time.h"
#include "fakecontainerd/core/state.h"
#include "tests/support/fake_play.h"

enum { CONTAINERS = 4, STEPS = 80 };

static const char *const ids[CONTAINERS] = {"a", "b", "c", "d"};

struct life {
    struct fake_play play;
    struct random random;
    uint64_t connection_id;
    uint32_t stream_id;
};

static uint32_t below(struct life *life, uint32_t bound)
{
    return (uint32_t)random_below(&life->random, bound);
}

/* A client whose connection was cut comes again. */
static void settle(struct life *life)
{
    for (size_t i = 0; i < life->play.actions.count; i++)
        if (life->play.actions.items[i].kind == FAKE_CLOSE_CONNECTION)
            fake_play_event(&life->play,
                            (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = ++life->connection_id});
}

static void ask(struct life *life)
{
    static const enum fake_method methods[] = {
        FAKE_TASKS_GET,     FAKE_TASKS_LIST,   FAKE_TASKS_DELETE, FAKE_TASKS_WAIT,       FAKE_TASKS_KILL,
        FAKE_TASKS_METRICS, FAKE_TASKS_CREATE, FAKE_TASKS_START,  FAKE_TASKS_EXEC,       FAKE_CONTAINERS_LIST,
        FAKE_VERSION,       FAKE_TASKS_WAIT,   FAKE_TASKS_WAIT,   FAKE_EVENTS_SUBSCRIBE,
    };
    struct fake_request request = {
        .method = methods[below(life, sizeof methods / sizeof methods[0])],
        .name_space = text_of("default"),
        .container_id = text_of(ids[below(life, CONTAINERS)]),
        .exec_id = text_of(below(life, 4) == 0 ? "e" : NULL),
        .signal = 9,
    };
    fake_play_event(&life->play, (struct fake_event){.kind = FAKE_REQUEST,
                                                     .connection_id = life->connection_id,
                                                     .stream_id = life->stream_id += 2,
                                                     .request = request,
                                                     .spare = below(life, 4) == 0});
}

static void command(struct life *life)
{
    static const enum fake_command_kind kinds[] = {
        FAKE_COMMAND_CREATE, FAKE_COMMAND_START_TASK, FAKE_COMMAND_EXEC,      FAKE_COMMAND_EXIT,   FAKE_COMMAND_OOM,
        FAKE_COMMAND_REMOVE, FAKE_COMMAND_KILL_SHIM,  FAKE_COMMAND_SET_CLOCK, FAKE_COMMAND_RESTART};
    static const int64_t cleanings[] = {0, TIME_SECOND, 5 * TIME_SECOND, TIME_NEVER};
    enum fake_command_kind kind = kinds[below(life, sizeof kinds / sizeof kinds[0])];
    struct fake_command one = fake_command_on(kind, ids[below(life, CONTAINERS)], NULL);
    struct text lost = one.container_id;

    if (kind == FAKE_COMMAND_EXEC || (kind == FAKE_COMMAND_EXIT && below(life, 2) == 0))
        one.exec_id = text_of("e");
    one.exit_lost = below(life, 2) == 0;
    one.clean_after_ns = cleanings[below(life, 4)];
    one.by_ns = below(life, 2) == 0 ? TIME_SECOND : -TIME_SECOND;
    if (kind == FAKE_COMMAND_RESTART) {
        one.socket = FAKE_SOCKET_REFUSES;
        one.down_ns = below(life, 8) * TIME_SECOND;
        one.exits_late = below(life, 2) == 0;
        one.tasks_lost = &lost;
        one.tasks_lost_count = below(life, 3) == 0;
        one.containers_lost = &lost;
        one.containers_lost_count = below(life, 6) == 0;
    }
    fake_play_command(&life->play, one);
}

static void happen(struct life *life)
{
    uint32_t kind = below(life, 10);
    if (kind < 5)
        command(life);
    else if (kind < 8)
        ask(life);
    else if (kind == 8)
        fake_play_advance(&life->play, below(life, 3) * TIME_SECOND);
    else
        fake_play_event(&life->play, (struct fake_event){.kind = FAKE_CANCELLED,
                                                         .connection_id = life->connection_id,
                                                         .stream_id = life->stream_id - 2 * below(life, 6)});
    settle(life);
}

static void add(struct life *life, struct fake_rule rule)
{
    fake_play_command(&life->play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
}

static struct fake_rule rule_for(enum fake_method method, const char *id, enum fake_rule_do action)
{
    struct fake_rule rule = {.method = method, .container_id = text_of(id), .action = action};
    rule.delay_ns = 2 * TIME_SECOND;
    rule.hold = text_of(action == FAKE_DO_HOLD ? "late" : NULL);
    rule.up_to = true;
    return rule;
}

static void begin(struct life *life, uint64_t seed)
{
    struct fake_rule rule;
    memset(life, 0, sizeof *life);
    random_seed(&life->random, seed);
    fake_play_init(&life->play);
    life->connection_id = 1;
    life->stream_id = 11;
    add(life, rule_for(FAKE_TASKS_WAIT, "a", FAKE_DO_HOLD));
    add(life, rule_for(FAKE_TASKS_WAIT, "b", FAKE_DO_LOSE_REPLY));
    add(life, rule_for(FAKE_TASKS_WAIT, "c", FAKE_DO_DELAY));
    rule = rule_for(FAKE_TASKS_DELETE, NULL, FAKE_DO_DELAY);
    rule.has_meanwhile = true;
    rule.meanwhile_status = 14;
    rule.meanwhile_text = text_of("transport is closing");
    add(life, rule);
    rule = rule_for(FAKE_TASKS_GET, NULL, FAKE_DO_ANSWER);
    rule.has_within = true;
    rule.told.has_status = true;
    rule.told.status = FAKE_RUNNING;
    add(life, rule);
    add(life, rule_for(FAKE_TASKS_LIST, "a", FAKE_DO_LEAVE_OUT));
    rule = rule_for(FAKE_TASKS_WAIT, "d", FAKE_DO_ANSWER);
    rule.told.has_exit_status = true;
    add(life, rule);
}

static void end(struct life *life)
{
    fake_play_release(&life->play);
}

static struct hash hash_of(const struct life *life)
{
    struct hash hash;
    hash_init(&hash);
    fake_hash(life->play.fake, life->play.now_ns, &hash);
    return hash;
}

static void a_clone_among_faults_goes_on_alike(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        static char expected[65536];
        struct life life;
        begin(&life, seed);
        for (size_t i = 0; i < STEPS; i++)
            happen(&life);
        fake_play_trace(&life.play);
        struct life copy = life;
        copy.play.trace = (struct buffer)BUFFER_INIT;
        assert_int_equal(fake_clone(&copy.play.fake, life.play.fake), 0);
        for (size_t i = 0; i < STEPS; i++)
            happen(&life);
        (void)snprintf(expected, sizeof expected, "%s", fake_play_trace(&life.play));
        for (size_t i = 0; i < STEPS; i++)
            happen(&copy);
        assert_string_equal(fake_play_trace(&copy.play), expected);
        struct hash one = hash_of(&life);
        struct hash other = hash_of(&copy);
        assert_true(hash_equal(&one, &other));
        end(&copy);
        end(&life);
    }
}

/* What is held is given back by its release, and the rest by time. */
static void faults_leave_nothing_behind(void **state)
{
    struct life life;
    uint32_t used = 0;
    (void)state;
    begin(&life, 7);
    for (size_t i = 0; i < 30000; i++) {
        happen(&life);
        fake_play_trace(&life.play);
        if (i == 15000)
            used = arena_used(&life.play.fake->arena);
    }
    assert_in_range(arena_used(&life.play.fake->arena), 0, used + used / 4);
    end(&life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clone_among_faults_goes_on_alike),
        cmocka_unit_test(faults_leave_nothing_behind),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/chance", tests, NULL, NULL);
}
