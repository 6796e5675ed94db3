/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/calls.h"

#include "tests/handler/core/play.h"

/* Which call an answer is for, and which calls a lost connection has taken along. */

enum { CALLS_MAX = 8 };

struct bench {
    struct play play;
    struct step step;
};

static void begin(struct bench *bench)
{
    play_begin(&bench->play, "reliable");
    bench->step.arena = &bench->play.monitor->arena;
    assert_int_equal(arena_reserve(bench->step.arena, CALLS_MAX * calls_cost()), 0);
    bench->step.state = state_of(bench->play.monitor);
    bench->step.actions = bench->play.actions;
    bench->step.state->connection = CONNECTION_ALIVE;
    bench->step.state->connection_id = 1;
}

static uint64_t call(struct bench *bench, arena_ref subject)
{
    return calls_begin(&bench->step, MONITOR_CALL_GET, CALL_OF_LIFE, subject)->call_id;
}

static void a_call_is_answered_once(void **context)
{
    struct bench b;
    struct call taken;
    uint64_t first, second;
    (void)context;
    begin(&b);
    first = call(&b, 8);
    second = call(&b, 16);
    assert_true(calls_take(&b.step, second, &taken));
    assert_int_equal(taken.subject, 16);
    assert_false(calls_take(&b.step, second, &taken));
    assert_false(calls_take(&b.step, 0, &taken));
    assert_false(calls_take(&b.step, second + 1, &taken));
    calls_forget(&b.step, first);
    assert_false(calls_take(&b.step, first, &taken));
    /* Nothing is under way, and that is nothing to forget. */
    calls_forget(&b.step, 0);
    assert_false(calls_lost_left(b.step.arena, b.step.state));
    play_end(&b.play);
}

static void those_of_a_lost_connection_fail_in_their_order_and_no_others(void **context)
{
    struct bench b;
    struct call lost;
    uint64_t ids[4];
    (void)context;
    begin(&b);
    for (size_t i = 0; i < 3; i++)
        ids[i] = call(&b, (arena_ref)(8 * i + 8));
    calls_forget(&b.step, ids[1]);
    assert_false(calls_take_lost(&b.step, &lost));
    b.step.state->connection_id = 2;
    ids[3] = call(&b, 64);
    assert_true(calls_lost_left(b.step.arena, b.step.state));
    assert_true(calls_take_lost(&b.step, &lost) && lost.id == ids[0]);
    assert_true(calls_take_lost(&b.step, &lost) && lost.id == ids[2] && lost.subject == 24);
    assert_false(calls_lost_left(b.step.arena, b.step.state));
    assert_false(calls_take_lost(&b.step, &lost));
    /* Where there is no connection at all, all are lost. */
    b.step.state->connection = CONNECTION_ABSENT;
    assert_true(calls_take_lost(&b.step, &lost) && lost.id == ids[3]);
    play_end(&b.play);
}

/* What is open goes on while a server takes its leave, and nothing is begun. */
static void a_connection_that_drains_takes_no_call_and_loses_none(void **context)
{
    struct bench b;
    struct call lost;
    (void)context;
    begin(&b);
    assert_true(calls_possible(b.step.state));
    (void)call(&b, 8);
    b.step.state->connection = CONNECTION_LEAVING;
    assert_false(calls_possible(b.step.state));
    assert_false(calls_take_lost(&b.step, &lost));
    calls_forget_all(&b.step);
    b.step.state->connection = CONNECTION_ABSENT;
    assert_false(calls_take_lost(&b.step, &lost));
    play_end(&b.play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_answered_once),
        cmocka_unit_test(those_of_a_lost_connection_fail_in_their_order_and_no_others),
        cmocka_unit_test(a_connection_that_drains_takes_no_call_and_loses_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
