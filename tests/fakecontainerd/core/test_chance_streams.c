/* SPDX-License-Identifier: Apache-2.0 */
/* Streams and connections by chance among faults of theirs: a copy goes on alike, and in the end nothing is left. */
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

enum { CONTAINERS = 3, STEPS = 100, SEEDS = 60 };

static const char *const ids[CONTAINERS] = {"a", "b", "c"};

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

static void ask(struct life *life)
{
    static const enum fake_method methods[] = {FAKE_EVENTS_SUBSCRIBE, FAKE_EVENTS_SUBSCRIBE, FAKE_VERSION,
                                               FAKE_TASKS_GET, FAKE_TASKS_WAIT};
    struct fake_request request = {.method = methods[below(life, 5)],
                                   .name_space = text_of("default"),
                                   .container_id = text_of(ids[below(life, CONTAINERS)])};
    /* Also on connections that are gone. */
    uint64_t connection_id = life->connection_id - below(life, life->connection_id < 3 ? 1 : 3);
    fake_play_event(&life->play, (struct fake_event){.kind = FAKE_REQUEST,
                                                     .connection_id = connection_id,
                                                     .stream_id = life->stream_id += 2,
                                                     .request = request});
}

static void forge(struct life *life)
{
    struct fake_command command = {.kind = FAKE_COMMAND_PUBLISH};
    command.forged.topic = below(life, 2) == 0 ? FAKE_TOPIC_TASK_EXIT : FAKE_TOPIC_TASK_OOM;
    command.forged.name_space = text_of(below(life, 3) == 0 ? "moby" : "default");
    command.forged.container_id = text_of(ids[below(life, CONTAINERS)]);
    command.forged.process_id = text_of(below(life, 3) == 0 ? "probe" : NULL);
    command.forged.unfiltered = below(life, 2) == 0;
    command.forged.damage = (enum fake_damage)below(life, FAKE_DAMAGE_OVERSIZE + 1);
    fake_play_command(&life->play, command);
}

static void command(struct life *life)
{
    static const enum fake_command_kind kinds[] = {FAKE_COMMAND_CREATE,  FAKE_COMMAND_EXIT,       FAKE_COMMAND_REMOVE,
                                                   FAKE_COMMAND_SILENCE, FAKE_COMMAND_DISCONNECT, FAKE_COMMAND_GOAWAY,
                                                   FAKE_COMMAND_SOCKET,  FAKE_COMMAND_RESTART,    FAKE_COMMAND_RELEASE};
    struct fake_command one =
        fake_command_on(kinds[below(life, sizeof kinds / sizeof kinds[0])], ids[below(life, CONTAINERS)], NULL);
    one.scope = below(life, 2) == 0 ? FAKE_SCOPE_EVENTS : FAKE_SCOPE_CONNECTIONS;
    one.silence = (enum fake_silence)(1 + below(life, FAKE_SILENCE_DOES_NOTHING));
    one.goaway.last = (enum fake_goaway_last)below(life, FAKE_LAST_EVEN + 1);
    one.socket = (enum fake_socket)below(life, FAKE_SOCKET_STAYS_SILENT + 1);
    one.down_ns = below(life, 4) * TIME_SECOND;
    one.hold = text_of("late");
    fake_play_command(&life->play, one);
}

static void happen(struct life *life)
{
    uint32_t kind = below(life, 12);
    if (kind < 4)
        ask(life);
    else if (kind < 6)
        forge(life);
    else if (kind < 9)
        command(life);
    else if (kind < 10)
        fake_play_advance(&life->play, below(life, 3) * TIME_SECOND);
    else if (kind < 11)
        fake_play_event(&life->play,
                        (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = ++life->connection_id});
    else
        fake_play_event(&life->play, (struct fake_event){.kind = FAKE_DISCONNECTED,
                                                         .connection_id = life->connection_id - below(life, 2)});
}

static void add(struct life *life, enum fake_event_topic topic, const char *id, enum fake_rule_do action,
                struct fake_barrier until)
{
    struct fake_rule rule = {.of_events = true,
                             .topic = topic,
                             .container_id = text_of(id),
                             .action = action,
                             .delay_ns = 5 * TIME_SECOND,
                             .until = until};
    fake_play_command(&life->play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
}

static void begin(struct life *life, uint64_t seed)
{
    const struct fake_barrier none = {.kind = FAKE_BARRIER_NONE};
    struct fake_rule rule = {.method = FAKE_EVENTS_SUBSCRIBE, .action = FAKE_DO_DELAY, .times = 4};
    memset(life, 0, sizeof *life);
    random_seed(&life->random, seed);
    fake_play_init(&life->play);
    life->connection_id = 1;
    add(life, FAKE_TOPIC_TASK_EXIT, "a", FAKE_DO_HOLD,
        (struct fake_barrier){.kind = FAKE_BARRIER_TOLD, .topic = FAKE_TOPIC_TASK_OOM});
    add(life, FAKE_TOPIC_TASK_OOM, "a", FAKE_DO_HOLD,
        (struct fake_barrier){.kind = FAKE_BARRIER_ASKED, .method = FAKE_EVENTS_SUBSCRIBE});
    add(life, FAKE_TOPIC_TASK_EXIT, "b", FAKE_DO_HOLD,
        (struct fake_barrier){.kind = FAKE_BARRIER_ANSWERED, .method = FAKE_TASKS_WAIT});
    add(life, FAKE_TOPIC_TASK_EXIT, "c", FAKE_DO_DELAY, none);
    add(life, FAKE_TOPIC_TASK_OOM, "b", FAKE_DO_DUPLICATE, none);
    add(life, FAKE_TOPIC_TASK_OOM, "c", FAKE_DO_CUT, none);
    rule.delay_ns = TIME_SECOND;
    rule.headers = true;
    fake_play_command(&life->play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
    fake_play_trace(&life->play);
}

static void assert_alike(const struct life *one, const struct life *other)
{
    struct hash hashes[2];
    for (size_t i = 0; i < 2; i++) {
        const struct life *life = i == 0 ? one : other;
        hash_init(&hashes[i]);
        fake_hash(life->play.fake, life->play.now_ns, &hashes[i]);
    }
    assert_true(hash_equal(&hashes[0], &hashes[1]));
}

static void a_clone_goes_on_alike(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        static char expected[65536];
        struct life life;
        begin(&life, seed);
        for (size_t i = 0; i < STEPS; i++)
            happen(&life);
        fake_play_trace(&life.play);
        struct life copy = life;
        copy.play.trace = (struct buffer)BUFFER_INIT;
        assert_int_equal(fake_clone(&copy.play.fake, life.play.fake), 0);
        assert_alike(&life, &copy);
        for (size_t i = 0; i < STEPS; i++)
            happen(&life);
        (void)snprintf(expected, sizeof expected, "%s", fake_play_trace(&life.play));
        for (size_t i = 0; i < STEPS; i++)
            happen(&copy);
        assert_string_equal(fake_play_trace(&copy.play), expected);
        assert_alike(&life, &copy);
        fake_play_release(&copy.play);
        fake_play_release(&life.play);
    }
}

/* What connections, streams and events took is given back when they have gone. */
static void whoever_has_gone_leaves_nothing(void **state)
{
    enum { LONG = 20000 };
    struct life life;
    uint32_t used = 0;
    (void)state;
    begin(&life, 7);
    for (size_t i = 0; i < LONG; i++) {
        happen(&life);
        fake_play_trace(&life.play);
        if (i == LONG / 2)
            used = arena_used(&life.play.fake->arena);
    }
    assert_in_range(arena_used(&life.play.fake->arena), 0, used + used / 16);
    fake_play_release(&life.play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clone_goes_on_alike),
        cmocka_unit_test(whoever_has_gone_leaves_nothing),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/chance_streams", tests, NULL, NULL);
}
