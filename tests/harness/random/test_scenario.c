/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/random/scenario.h"
#include "harness/run.h"
#include "scenarios/language/scenario.h"

enum { SEEDS = 600, WITHIN = 300, PLAYED = 60, DRAWS = 400 };

static struct scenario *make(uint64_t seed, struct buffer *text)
{
    struct error error = {{0}};
    struct scenario *scenario;
    buffer_clear(text);
    assert_int_equal(random_scenario(seed, text), 0);
    if (scenario_parse(&scenario, text_of("f"), buffer_text(text), &error) != 0)
        fail_msg("seed %llu: %s\n%.*s", (unsigned long long)seed, error.text, TEXT_ARGUMENTS(buffer_text(text)));
    return scenario;
}

static void count_verbs(const struct scenario_step *step, size_t *verbs)
{
    verbs[step->verb]++;
    for (size_t i = 0; i < step->child_count; i++)
        count_verbs(&step->children[i], verbs);
}

/* How many seeds use each verb, and do each thing to a request. */
struct census {
    size_t verbs[64];
    size_t actions[32];
    size_t up_to;
    size_t followed;
    size_t ancestors;
    size_t made[RANDOM_CONTAINERS_MAX + 1];
};

static void take(struct census *census, const struct scenario *scenario)
{
    size_t verbs[64] = {0};
    size_t actions[32] = {0};
    count_verbs(&scenario->steps, verbs);
    for (size_t i = 0; i < scenario->given.container_count; i++)
        assert_true(scenario->given.containers[i].exec_count <= RANDOM_EXECS_MAX);
    for (size_t i = 0; i < scenario->fault_count; i++) {
        actions[scenario->faults[i].action]++;
        census->up_to += scenario->faults[i].up_to;
        census->followed += scenario->faults[i].turn != SCENARIO_TURN_FIRST;
    }
    for (size_t i = 0; i < 64; i++)
        census->verbs[i] += verbs[i] > 0;
    for (size_t i = 0; i < 32; i++)
        census->actions[i] += actions[i] > 0;
    census->ancestors += scenario->api == SCENARIO_API_EXECUTION;
    census->made[scenario->given.container_count]++;
}

static void every_world_that_is_made_up_is_a_scenario(void **state)
{
    static const enum scenario_verb verbs[] = {
        SCENARIO_SEQUENCE, SCENARIO_ANY_ORDER, SCENARIO_CREATE,   SCENARIO_START,      SCENARIO_EXEC,
        SCENARIO_EXIT,     SCENARIO_OOM,       SCENARIO_REMOVE,   SCENARIO_DISCONNECT, SCENARIO_RESTART,
        SCENARIO_PUBLISH,  SCENARIO_GOAWAY,    SCENARIO_LOCK,     SCENARIO_UNLOCK,     SCENARIO_RELEASE,
        SCENARIO_SILENCE,  SCENARIO_SOCKET,    SCENARIO_HANDLER,  SCENARIO_ASK,        SCENARIO_ABANDON,
        SCENARIO_RECORD,   SCENARIO_KILL_SHIM, SCENARIO_SET_CLOCK};
    static const enum scenario_do actions[] = {SCENARIO_DO_FAIL, SCENARIO_DO_DELAY,      SCENARIO_DO_HANG,
                                               SCENARIO_DO_END,  SCENARIO_DO_LOSE_REPLY, SCENARIO_DO_LOSE_REQUEST,
                                               SCENARIO_DO_HOLD, SCENARIO_DO_DROP,       SCENARIO_DO_DUPLICATE,
                                               SCENARIO_DO_CUT,  SCENARIO_DO_ANSWER,     SCENARIO_DO_LEAVE_OUT};
    struct census census;
    struct buffer text = BUFFER_INIT;
    (void)state;
    memset(&census, 0, sizeof census);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct scenario *scenario = make(seed, &text);
        take(&census, scenario);
        assert_int_equal(scenario->expect.finally.count, 0);
        scenario_free(scenario);
    }
    /* Each kind is in some worlds, and none is in nearly all but exits and the blocks. */
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (census.verbs[verbs[i]] < SEEDS / 100)
            fail_msg("verb %d is in %zu worlds only", (int)verbs[i], census.verbs[verbs[i]]);
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (census.actions[actions[i]] < SEEDS / 100 || census.actions[actions[i]] > SEEDS / 2)
            fail_msg("action %d is in %zu worlds", (int)actions[i], census.actions[actions[i]]);
    assert_true(census.up_to > SEEDS / 20 && census.followed > SEEDS / 100 && census.ancestors > SEEDS / 50);
    for (size_t i = 1; i <= RANDOM_CONTAINERS_MAX; i++)
        assert_true(census.made[i] > SEEDS / 20);
    buffer_release(&text);
}

static void a_seed_makes_one_world(void **state)
{
    struct buffer first = BUFFER_INIT;
    struct buffer second = BUFFER_INIT;
    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++) {
        buffer_clear(&first);
        buffer_clear(&second);
        assert_int_equal(random_scenario(seed, &first), 0);
        assert_int_equal(random_scenario(seed, &second), 0);
        assert_true(text_equal(buffer_text(&first), buffer_text(&second)));
        buffer_clear(&second);
        assert_int_equal(random_scenario(seed + 1, &second), 0);
        assert_false(text_equal(buffer_text(&first), buffer_text(&second)));
    }
    buffer_release(&first);
    buffer_release(&second);
}

/* What a search of a few minutes is to meet, in the words of the language. */
static const char *const kinds[] = {"api: execution",
                                    "records: none",
                                    "exec:",
                                    "oom:",
                                    "lock:",
                                    "remove:",
                                    "labels:",
                                    "stranger",
                                    "damage:",
                                    "namespace: elsewhere",
                                    "exec: forged",
                                    "code: OK",
                                    "how: truncated message",
                                    "error: CANCEL",
                                    "disconnect: {connection: all}",
                                    "restart:",
                                    "tasks lost:",
                                    "exits: late",
                                    "socket: refuses",
                                    "socket: missing",
                                    "goaway:",
                                    "server: does nothing",
                                    "silence: {stream: events}",
                                    "do: fail",
                                    "effect after:",
                                    "do: hang, effect after:",
                                    "Start, do: fail, code: DEADLINE_EXCEEDED, effect after:",
                                    "Create, do: fail, code: DEADLINE_EXCEEDED, effect after:",
                                    "do: delay",
                                    "do: hang",
                                    "do: lose the reply",
                                    "do: lose the request",
                                    "do: hold",
                                    "do: end",
                                    "do: duplicate",
                                    "do: drop",
                                    "do: cut",
                                    "event: exit, container: web, do: hold",
                                    "event: exit, container: web, do: delay",
                                    "do: answer, state: running",
                                    "do: answer, state: unknown",
                                    "do: answer, pid: 0",
                                    "do: answer, exit code: 255",
                                    "code: NOT_FOUND",
                                    "rpc: Tasks.List, do: leave out",
                                    "rpc: Tasks.Start, do: answer",
                                    "store: put, do: fail",
                                    "store: load, do: fail",
                                    "store: forget",
                                    "store: put, do: delay",
                                    "do: crash",
                                    "handler: {do: stop}",
                                    "set clock:",
                                    "kill shim:",
                                    "exit: lost",
                                    "ghost",
                                    "inferred: yes",
                                    "ignores SIGTERM: yes",
                                    "operation: create",
                                    "operation: start",
                                    "operation: stop",
                                    "operation: remove",
                                    "operation: status",
                                    "timeout:",
                                    "abandon:",
                                    "state: none}",
                                    "pid: 101}\n",
                                    "times: up to",
                                    "then:"};

static void each_kind_of_fault_comes_within_300_seeds(void **state)
{
    bool met[sizeof kinds / sizeof kinds[0]] = {false};
    struct buffer text = BUFFER_INIT;
    (void)state;
    for (uint64_t seed = 1; seed <= WITHIN; seed++) {
        buffer_clear(&text);
        assert_int_equal(random_scenario(seed, &text), 0);
        assert_int_equal(buffer_append(&text, "", 1), 0);
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            met[i] = met[i] || strstr((const char *)text.bytes, kinds[i]) != NULL;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (!met[i])
            fail_msg("no world of %d has \"%s\"", WITHIN, kinds[i]);
    buffer_release(&text);
}

/* The handler may break promises there, and a task that it has deleted cannot exit any more; any other step that cannot
 * be done would be this generator's mistake. */
static void whatever_is_drawn_each_step_can_be_done(void **state)
{
    struct buffer text = BUFFER_INIT;
    struct random random;
    struct draw *draws = calloc(DRAWS, sizeof *draws);
    (void)state;
    assert_non_null(draws);
    random_seed(&random, 1);
    for (uint64_t seed = 0; seed < PLAYED; seed++) {
        struct run_choices choices = {.draws = draws, .draw_count = DRAWS};
        struct error error = {{0}};
        struct run run;
        struct scenario *scenario = make(seed, &text);
        for (size_t i = 0; i < DRAWS; i++)
            draws[i] = (struct draw){(uint32_t)random_below(&random, 8), 8, "any"};
        int result = run_scenario(&run, scenario, text_of(seed % 2 == 0 ? "reliable" : "original"), &choices, &error);
        if (result != 0 && run.breach_count == 0)
            fail_msg("seed %llu: %s\n%.*s", (unsigned long long)seed, error.text, TEXT_ARGUMENTS(buffer_text(&text)));
        run_release(&run);
        scenario_free(scenario);
    }
    free(draws);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_world_that_is_made_up_is_a_scenario),
        cmocka_unit_test(each_kind_of_fault_comes_within_300_seeds),
        cmocka_unit_test(a_seed_makes_one_world),
        cmocka_unit_test(whatever_is_drawn_each_step_can_be_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
