/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/time.h"
#include "fakecontainerd/script/script.h"
#include "tests/scenarios/language/failing_memory.h"

/* Every step is an advance or an oom, known by its line. */
#define HEAD "title: t\nwhy: w\ngiven: {containers: [{id: a}]}\nsteps:\n"
enum { FIRST_LINE = 5 };

struct play {
    struct scenario *scenario;
    struct script *script;
};

static void begin(struct play *play, const char *steps, int64_t now_ns)
{
    struct error error = {{0}};
    char content[4096];
    assert_true((size_t)snprintf(content, sizeof content, HEAD "%s", steps) < sizeof content);
    if (scenario_parse(&play->scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(script_new(&play->script, play->scenario, now_ns), 0);
}

static void end(struct play *play)
{
    script_free(play->script);
    scenario_free(play->scenario);
}

/* The numbers of the lines of the steps that may be taken, the first line after `steps:` being 1. */
static void assert_enabled(const struct script *script, int64_t now_ns, const char *expected)
{
    struct script_step steps[SCRIPT_ENABLED_MAX];
    struct buffer lines = BUFFER_INIT;
    size_t count = script_enabled(script, now_ns, steps);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&lines, "%s%zu", i > 0 ? " " : "", steps[i].line - FIRST_LINE + 1);
    if (!text_is(buffer_text(&lines), expected))
        fail_msg("enabled are [%.*s], not [%s]", TEXT_ARGUMENTS(buffer_text(&lines)), expected);
    buffer_release(&lines);
}

/* Takes the enabled step of that line. */
static void take(struct script *script, int64_t now_ns, size_t line)
{
    struct script_step steps[SCRIPT_ENABLED_MAX];
    size_t count = script_enabled(script, now_ns, steps);
    for (size_t i = 0; i < count; i++)
        if (steps[i].line == line + FIRST_LINE - 1) {
            script_take(script, steps[i].token, now_ns);
            return;
        }
    fail_msg("line %zu is not enabled", line);
}

static struct hash hash_of(const struct script *script, int64_t now_ns)
{
    struct hash hash;
    hash_init(&hash);
    script_hash(script, now_ns, &hash);
    return hash;
}

#define SECONDS(n) ((n)*TIME_SECOND)

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

static void assert_burst(const struct script *script, int64_t now_ns, size_t line, bool at_once)
{
    struct script_step steps[SCRIPT_ENABLED_MAX];
    assert_int_equal(script_enabled(script, now_ns, steps), 1);
    assert_int_equal(steps[0].line, line + FIRST_LINE - 1);
    assert_int_equal(steps[0].at_once, at_once);
}

static void steps_at_once_follow_each_other_with_nothing_in_between(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - any order:\n"
          "      - oom: {container: a}\n"
          "      - at once:\n"
          "          - oom: {container: a}\n"
          "          - oom: {container: a}\n"
          "          - oom: {container: a}\n"
          "        at: +1s\n"
          "      - {oom: {container: a}, at: +1s}\n"
          "  - {oom: {container: a}, at: +2s}\n",
          0);
    assert_enabled(play.script, 0, "2");
    assert_enabled(play.script, SECONDS(1), "2 4 8");
    /* Once it has begun, nothing else has its turn until it is done, however late it is. */
    take(play.script, SECONDS(1), 4);
    assert_burst(play.script, SECONDS(1), 5, true);
    assert_int_equal(script_deadline_ns(play.script), 0);
    take(play.script, SECONDS(1), 5);
    assert_burst(play.script, SECONDS(1), 6, true);
    take(play.script, SECONDS(1), 6);
    assert_enabled(play.script, SECONDS(1), "2 8");
    take(play.script, SECONDS(1), 8);
    assert_burst(play.script, SECONDS(1), 2, false);
    take(play.script, SECONDS(1), 2);
    assert_int_equal(script_deadline_ns(play.script), SECONDS(3));
    assert_burst(play.script, SECONDS(3), 9, false);
    end(&play);
}

static void a_publish_is_taken_as_often_as_it_says(void **state)
{
    struct play play;
    struct hash before;
    struct hash after;
    (void)state;
    begin(&play,
          "  - {publish: {event: exit, container: a, times: 3}, at: +1s}\n"
          "  - oom: {container: a}\n",
          0);
    for (int64_t i = 0; i < 3; i++) {
        assert_burst(play.script, SECONDS(2 + i), 1, false);
        before = hash_of(play.script, SECONDS(9));
        take(play.script, SECONDS(2 + i), 1);
        after = hash_of(play.script, SECONDS(9));
        assert_false(hash_equal(&before, &after));
    }
    assert_burst(play.script, SECONDS(4), 2, false);
    end(&play);
}

static void a_repeated_step_at_once_goes_on_from_its_second_time(void **state)
{
    struct play play;
    (void)state;
    begin(&play,
          "  - any order:\n"
          "      - advance: 0s\n"
          "      - at once:\n"
          "          - publish: {event: exit, container: a, times: 2}\n"
          "          - publish: {event: exit, container: a, times: 2}\n",
          0);
    assert_enabled(play.script, 0, "2 4");
    take(play.script, 0, 4);
    assert_burst(play.script, 0, 4, true);
    take(play.script, 0, 4);
    assert_burst(play.script, 0, 5, true);
    take(play.script, 0, 5);
    assert_burst(play.script, 0, 5, true);
    take(play.script, 0, 5);
    assert_burst(play.script, 0, 2, false);
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
        cmocka_unit_test(steps_at_once_follow_each_other_with_nothing_in_between),
        cmocka_unit_test(a_publish_is_taken_as_often_as_it_says),
        cmocka_unit_test(a_repeated_step_at_once_goes_on_from_its_second_time),
        cmocka_unit_test(locks_and_advance_are_taken_without_a_command),
        cmocka_unit_test(no_steps_are_done_from_the_start),
        cmocka_unit_test(the_widest_block_is_enabled_whole),
        cmocka_unit_test(a_clone_goes_its_own_way_and_may_live_longer),
        cmocka_unit_test(the_hash_is_of_what_is_left_and_when),
        cmocka_unit_test(memory_that_lacks_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
