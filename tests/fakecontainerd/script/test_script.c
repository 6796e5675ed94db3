/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/fakecontainerd/script/play.h"
#include "tests/scenarios/language/failing_memory.h"

static void a_sequence_goes_one_by_one(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - oom: {container: a}\n"
          "  - oom: {container: a}\n",
          SECONDS(10));
    assert_enabled(play.script, SECONDS(10), "1");
    assert_int_equal(script_deadline_ns(play.script), SECONDS(10));
    take(play.script, SECONDS(10), 1);
    assert_enabled(play.script, SECONDS(10), "2");
    assert_false(script_done(play.script));
    take(play.script, SECONDS(10), 2);
    assert_enabled(play.script, SECONDS(99), "");
    assert_true(script_done(play.script));
    assert_int_equal(script_deadline_ns(play.script), TIME_NEVER);
    end(&play);
}

static void a_time_counts_from_when_the_step_before_was_taken(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - {oom: {container: a}, at: +2s}\n"
          "  - {oom: {container: a}, at: +3s}\n",
          SECONDS(1));
    assert_int_equal(script_deadline_ns(play.script), SECONDS(3));
    assert_enabled(play.script, SECONDS(3) - 1, "");
    assert_enabled(play.script, SECONDS(3), "1");
    /* It is late: the next one waits its three seconds all the same. */
    take(play.script, SECONDS(7), 1);
    assert_int_equal(script_deadline_ns(play.script), SECONDS(10));
    assert_enabled(play.script, SECONDS(10) - 1, "");
    assert_enabled(play.script, SECONDS(10), "2");
    end(&play);
}

static void steps_in_any_order_count_from_the_start_of_the_block(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - any order:\n"
          "      - oom: {container: a}\n"
          "      - {oom: {container: a}, at: +2s}\n"
          "      - {oom: {container: a}, at: +1s}\n"
          "  - oom: {container: a}\n",
          0);
    assert_enabled(play.script, 0, "2");
    take(play.script, 0, 2);
    assert_int_equal(script_deadline_ns(play.script), SECONDS(1));
    assert_enabled(play.script, SECONDS(5), "3 4");
    take(play.script, SECONDS(5), 4);
    assert_enabled(play.script, SECONDS(5), "3");
    take(play.script, SECONDS(5), 3);
    assert_enabled(play.script, SECONDS(5), "5");
    end(&play);
}

static void a_blocks_own_time_moves_what_is_in_it(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - any order:\n"
          "      - oom: {container: a}\n"
          "      - {oom: {container: a}, at: +1s}\n"
          "      - sequence:\n"
          "          - {oom: {container: a}, at: +1s}\n"
          "          - oom: {container: a}\n"
          "        at: +3s\n"
          "    at: +10s\n",
          0);
    assert_enabled(play.script, SECONDS(10) - 1, "");
    assert_enabled(play.script, SECONDS(10), "2");
    assert_enabled(play.script, SECONDS(11), "2 3");
    assert_enabled(play.script, SECONDS(14), "2 3 5");
    take(play.script, SECONDS(20), 5);
    assert_enabled(play.script, SECONDS(20), "2 3 6");
    end(&play);
}

static void blocks_nest_and_the_next_follows_when_all_within_is_done(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - any order:\n"
          "      - any order: [{oom: {container: a}}, {advance: 1s}]\n"
          "      - sequence:\n"
          "          - sequence: [{oom: {container: a}}]\n"
          "          - any order:\n"
          "              - oom: {container: a}\n"
          "              - oom: {container: a}\n"
          "  - oom: {container: a}\n",
          0);
    assert_enabled(play.script, 0, "2 4");
    take(play.script, 0, 4);
    assert_enabled(play.script, 0, "2 6 7");
    take(play.script, 0, 7);
    take(play.script, 0, 6);
    assert_enabled(play.script, 0, "2");
    take(play.script, 0, 2);
    assert_enabled(play.script, 0, "");
    take(play.script, SECONDS(1), 2);
    assert_enabled(play.script, SECONDS(1), "8");
    take(play.script, SECONDS(1), 8);
    assert_true(script_done(play.script));
    end(&play);
}

static void locks_and_advance_are_taken_without_a_command(void **state)
{
    struct script_step steps[SCRIPT_ENABLED_MAX];
    struct play play;
    (void)state;
    begin(&play, "  - lock: {container: a}\n  - unlock: {container: a}\n  - advance: 30s\n", 0);
    for (size_t line = 1; line <= 2; line++) {
        assert_int_equal(script_enabled(play.script, 0, steps), 1);
        assert_false(steps[0].has_command);
        assert_int_equal(steps[0].source->verb, line == 1 ? SCENARIO_LOCK : SCENARIO_UNLOCK);
        take(play.script, 0, line);
    }
    assert_int_equal(script_deadline_ns(play.script), SECONDS(30));
    assert_enabled(play.script, SECONDS(30) - 1, "");
    assert_int_equal(script_enabled(play.script, SECONDS(30), steps), 1);
    assert_false(steps[0].has_command);
    assert_int_equal(steps[0].source->verb, SCENARIO_ADVANCE);
    assert_false(script_done(play.script));
    script_take(play.script, steps[0].token, SECONDS(30));
    assert_true(script_done(play.script));
    end(&play);
}

static void what_has_begun_is_over_when_it_is_finished(void **state)
{
    static const char steps[] = "  - any order:\n      - call: {rpc: Version.Version, reply: {}}\n      - advance: 5s\n"
                                "  - exit: {container: a, code: 0}\n    at: +1s\n";
    struct script_step enabled[SCRIPT_ENABLED_MAX];
    struct play play;
    struct hash before;
    struct hash after;
    (void)state;
    begin(&play, steps, 0);
    assert_int_equal(script_enabled(play.script, 0, enabled), 1);
    assert_false(enabled[0].has_command);
    before = hash_of(play.script, 0);
    script_begin(play.script, enabled[0].token, 0);
    after = hash_of(play.script, 0);
    assert_false(hash_equal(&before, &after));
    assert_enabled(play.script, 0, "");
    take(play.script, SECONDS(5), 3);
    assert_enabled(play.script, SECONDS(9), "");
    assert_true(script_deadline_ns(play.script) == TIME_NEVER);
    assert_false(script_done(play.script));
    script_finish(play.script, enabled[0].token, SECONDS(10));
    assert_true(script_deadline_ns(play.script) == SECONDS(11));
    take(play.script, SECONDS(11), 4);
    assert_true(script_done(play.script));
    end(&play);
}

static void no_steps_are_done_from_the_start(void **state)
{
    struct play play;
    (void)state;
    begin(&play, "  []\n", 0);
    assert_true(script_done(play.script));
    assert_enabled(play.script, SECONDS(1), "");
    assert_int_equal(script_deadline_ns(play.script), TIME_NEVER);
    end(&play);
}

static void the_widest_block_is_enabled_whole(void **state)
{
    struct play play;
    struct script_step steps[SCRIPT_ENABLED_MAX];
    char content[4096] = "  - any order: [";
    (void)state;
    for (int i = 0; i < SCENARIO_BLOCK_MAX; i++)
        strcat(content, "{oom: {container: a}}, ");
    strcat(content, "]\n");
    begin(&play, content, 0);
    assert_int_equal(script_enabled(play.script, 0, steps), SCRIPT_ENABLED_MAX);
    end(&play);
}

static void a_clone_goes_its_own_way_and_may_live_longer(void **state)
{
    struct play play;
    struct script *clone;
    struct fake_command command;
    (void)state;
    begin(&play,
          "  - oom: {container: a}\n"
          "  - oom: {container: a}\n",
          0);
    take(play.script, 0, 1);
    assert_int_equal(script_clone(&clone, play.script), 0);
    take(play.script, 0, 2);
    assert_true(script_done(play.script));
    assert_true(script_given(play.script, &command));
    script_free(play.script);
    assert_enabled(clone, 0, "2");
    assert_true(script_given(clone, &command));
    assert_false(script_given(clone, &command));
    script_free(clone);
    script_free(NULL);
    scenario_free(play.scenario);
}

#define TWO_IN_ANY_ORDER                       \
    "  - any order:\n"                         \
    "      - oom: {container: a}\n"            \
    "      - {oom: {container: a}, at: +2s}\n" \
    "  - {oom: {container: a}, at: +5s}\n"

static void the_hash_is_of_what_is_left_and_when(void **state)
{
    struct play now;
    struct play later;
    struct hash before;
    struct hash after;
    struct fake_command command;
    (void)state;

    begin(&now, TWO_IN_ANY_ORDER, 0);
    begin(&later, TWO_IN_ANY_ORDER, SECONDS(100));
    before = hash_of(now.script, 0);
    after = hash_of(later.script, SECONDS(100));
    assert_true(hash_equal(&before, &after));
    /* Time alone makes a difference as long as something waits for it... */
    after = hash_of(now.script, SECONDS(1));
    assert_false(hash_equal(&before, &after));
    before = hash_of(now.script, SECONDS(2));
    after = hash_of(now.script, SECONDS(3));
    assert_true(hash_equal(&before, &after));
    /* ...and so does what has been taken, but not in which order. */
    take(now.script, SECONDS(2), 2);
    after = hash_of(now.script, SECONDS(2));
    assert_false(hash_equal(&before, &after));
    take(now.script, SECONDS(2), 3);
    take(later.script, SECONDS(102), 3);
    before = hash_of(later.script, SECONDS(102));
    assert_false(hash_equal(&before, &after));
    take(later.script, SECONDS(102), 2);
    before = hash_of(now.script, SECONDS(2));
    after = hash_of(later.script, SECONDS(102));
    assert_true(hash_equal(&before, &after));
    assert_true(script_given(now.script, &command));
    before = hash_of(now.script, SECONDS(2));
    assert_false(hash_equal(&before, &after));
    end(&now);
    end(&later);
}

static void memory_that_lacks_is_an_error(void **state)
{
    struct play play;
    struct script *script = NULL;
    long allowed = 0;
    (void)state;
    begin(&play, TWO_IN_ANY_ORDER, 0);
    for (;; allowed++) {
        memory_until_failure = allowed;
        int result = script_new(&script, play.scenario, 0);
        memory_until_failure = LONG_MAX;
        if (result == 0)
            break;
        assert_int_equal(result, ERROR_NO_MEMORY);
        assert_null(script);
    }
    assert_int_equal(allowed, 5);
    script_free(script);
    memory_until_failure = 0;
    int result = script_clone(&script, play.script);
    memory_until_failure = LONG_MAX;
    assert_int_equal(result, ERROR_NO_MEMORY);
    assert_null(script);
    end(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sequence_goes_one_by_one),
        cmocka_unit_test(a_time_counts_from_when_the_step_before_was_taken),
        cmocka_unit_test(steps_in_any_order_count_from_the_start_of_the_block),
        cmocka_unit_test(a_blocks_own_time_moves_what_is_in_it),
        cmocka_unit_test(blocks_nest_and_the_next_follows_when_all_within_is_done),
        cmocka_unit_test(locks_and_advance_are_taken_without_a_command),
        cmocka_unit_test(what_has_begun_is_over_when_it_is_finished),
        cmocka_unit_test(no_steps_are_done_from_the_start),
        cmocka_unit_test(the_widest_block_is_enabled_whole),
        cmocka_unit_test(a_clone_goes_its_own_way_and_may_live_longer),
        cmocka_unit_test(the_hash_is_of_what_is_left_and_when),
        cmocka_unit_test(memory_that_lacks_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
