/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fakecontainerd/script/play.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_at_once_follow_each_other_with_nothing_in_between),
        cmocka_unit_test(a_publish_is_taken_as_often_as_it_says),
        cmocka_unit_test(a_repeated_step_at_once_goes_on_from_its_second_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
