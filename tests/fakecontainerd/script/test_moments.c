/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fakecontainerd/script/play.h"

/* Steps that wait for something to pass. */

#define DELETE_OF(id)                                                       \
    {                                                                       \
        .method = FAKE_TASKS_DELETE, .container_id = { id, sizeof(id) - 1 } \
    }

static const struct fake_request delete_of_a = DELETE_OF("a");
static const struct fake_request delete_of_b = DELETE_OF("b");

static struct script_step first_enabled(const struct script *script, int64_t now_ns)
{
    struct script_step steps[SCRIPT_ENABLED_MAX];
    assert_true(script_enabled(script, now_ns, steps) > 0);
    return steps[0];
}

static void a_step_waits_for_a_request_of_its_container(void **state)
{
    struct play play;
    (void)state;
    begin(&play, "  - {oom: {container: a}, after: {rpc: Tasks.Delete, container: a, is: asked}}\n", 0);
    script_saw_request(play.script, 1, 1, &delete_of_b, SECONDS(1));
    script_saw_store(play.script, SCENARIO_STORE_PUT, SCENARIO_PASSED_ASKED, text_of("a"), SECONDS(1));
    assert_enabled(play.script, SECONDS(1), "");
    script_saw_request(play.script, 1, 3, &delete_of_a, SECONDS(2));
    assert_enabled(play.script, SECONDS(2), "1");
    /* It happens before anything else arrives, but only at that moment. */
    assert_true(first_enabled(play.script, SECONDS(2)).at_once);
    assert_false(first_enabled(play.script, SECONDS(3)).at_once);
    assert_false(first_enabled(play.script, SECONDS(3)).missed);
    end(&play);
}

/* The request may have come before the turn of the step, and others are answered meanwhile. */
static void a_step_waits_for_the_answer_to_the_last_such_request(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - oom: {container: a}\n"
          "  - {oom: {container: a}, after: {rpc: Tasks.Delete, container: any, is: answered}}\n",
          0);
    script_saw_request(play.script, 1, 3, &delete_of_a, 0);
    script_saw_request(play.script, 1, 5, &delete_of_b, 0);
    script_saw_answer(play.script, 1, 5, 0);
    take(play.script, 0, 1);
    assert_enabled(play.script, 0, "");
    script_saw_answer(play.script, 1, 3, SECONDS(1));
    script_saw_answer(play.script, 2, 5, SECONDS(1));
    assert_enabled(play.script, SECONDS(1), "");
    script_saw_answer(play.script, 1, 5, SECONDS(1));
    assert_enabled(play.script, SECONDS(1), "2");
    end(&play);
}

static void a_step_waits_for_what_the_store_is_asked_and_does(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - any order:\n"
          "      - {oom: {container: a}, after: {store: put, container: a, is: asked}}\n"
          "      - {oom: {container: a}, after: {store: put, is: answered}}\n"
          "      - {oom: {container: a}, after: {store: load, is: answered}}\n",
          0);
    script_saw_store(play.script, SCENARIO_STORE_PUT, SCENARIO_PASSED_ASKED, text_of("b"), 0);
    script_saw_store(play.script, SCENARIO_STORE_FORGET, SCENARIO_PASSED_ASKED, text_of("a"), 0);
    assert_enabled(play.script, 0, "");
    script_saw_store(play.script, SCENARIO_STORE_PUT, SCENARIO_PASSED_ASKED, text_of("a"), 0);
    assert_enabled(play.script, 0, "2");
    script_saw_store(play.script, SCENARIO_STORE_PUT, SCENARIO_PASSED_ANSWERED, text_of("b"), 0);
    script_saw_store(play.script, SCENARIO_STORE_LOAD, SCENARIO_PASSED_ANSWERED, text_of(NULL), 0);
    assert_enabled(play.script, 0, "2 3 4");
    end(&play);
}

static void a_time_counts_from_the_moment(void **state)
{
    struct play play;
    (void)state;
    begin(&play, "  - {oom: {container: a}, after: {rpc: Tasks.Delete, is: asked}, at: +2s}\n", SECONDS(1));
    script_saw_request(play.script, 1, 1, &delete_of_a, SECONDS(5));
    /* What comes later does not put it off. */
    script_saw_request(play.script, 1, 3, &delete_of_a, SECONDS(6));
    assert_int_equal(script_deadline_ns(play.script), SECONDS(7));
    assert_enabled(play.script, SECONDS(7) - 1, "");
    assert_enabled(play.script, SECONDS(7), "1");
    assert_false(first_enabled(play.script, SECONDS(7)).at_once);
    end(&play);
}

static void what_passed_before_the_turn_of_a_step_is_over(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - oom: {container: a}\n"
          "  - {advance: 0s, after: {rpc: Tasks.Delete, is: asked}}\n"
          "  - {oom: {container: a}, after: {rpc: Tasks.Delete, is: asked}}\n",
          0);
    script_saw_request(play.script, 1, 1, &delete_of_a, 0);
    take(play.script, 0, 1);
    assert_enabled(play.script, 0, "");
    script_saw_request(play.script, 1, 3, &delete_of_a, 0);
    assert_enabled(play.script, 0, "2");
    take(play.script, 0, 2);
    assert_enabled(play.script, 0, "");
    script_saw_request(play.script, 1, 5, &delete_of_a, 0);
    assert_enabled(play.script, 0, "3");
    end(&play);
}

static void a_moment_that_does_not_come_is_missed_after_ten_minutes(void **state)
{
    struct play play;
    (void)state;
    begin(&play, "  - {oom: {container: a}, after: {rpc: Tasks.Delete, is: asked}, at: +1s}\n", SECONDS(1));
    assert_int_equal(SCENARIO_MOMENT_MAX_NS, SECONDS(600));
    assert_int_equal(script_deadline_ns(play.script), SECONDS(601));
    assert_enabled(play.script, SECONDS(601), "1");
    assert_true(first_enabled(play.script, SECONDS(601)).missed);
    take(play.script, SECONDS(601), 1);
    assert_true(script_done(play.script));
    end(&play);
}

static void a_wait_is_part_of_what_is_left_to_do(void **state)
{
    struct play waiting;
    struct play passed;
    (void)state;
    begin(&waiting, "  - {oom: {container: a}, after: {rpc: Tasks.Delete, is: asked}, at: +600s}\n", 0);
    begin(&passed, "  - {oom: {container: a}, after: {rpc: Tasks.Delete, is: asked}, at: +600s}\n", 0);
    script_saw_request(passed.script, 1, 1, &delete_of_a, 0);
    struct hash first = hash_of(waiting.script, 0);
    struct hash second = hash_of(passed.script, 0);
    assert_memory_not_equal(&first, &second, sizeof first);
    end(&waiting);
    end(&passed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_waits_for_a_request_of_its_container),
        cmocka_unit_test(a_step_waits_for_the_answer_to_the_last_such_request),
        cmocka_unit_test(a_step_waits_for_what_the_store_is_asked_and_does),
        cmocka_unit_test(a_time_counts_from_the_moment),
        cmocka_unit_test(what_passed_before_the_turn_of_a_step_is_over),
        cmocka_unit_test(a_moment_that_does_not_come_is_missed_after_ten_minutes),
        cmocka_unit_test(a_wait_is_part_of_what_is_left_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
