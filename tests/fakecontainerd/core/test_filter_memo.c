/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fakecontainerd/core/filter_memo.h"

#define MONITOR "namespace==default,topic~=|^/tasks/|"

static void learn(struct filter_memo *memo, const char *text, const char *name_space, enum fake_event_topic topic,
                  bool passes)
{
    struct filter filter;
    struct message message;
    assert_int_equal(filter_parse(&filter, text_of(text), &message), 0);
    filter_memo_learn(memo, &filter, text_of(text), text_of(name_space), topic, passes);
}

/* 1 it passes, 0 it does not, -1 nothing is known. */
static int told(const struct filter_memo *memo, const char *text, const char *name_space, enum fake_event_topic topic)
{
    bool passes;
    return filter_memo_tells(memo, text_of(text), text_of(name_space), topic, &passes) ? passes : -1;
}

static void what_was_learnt_is_told_of_that_filter_namespace_and_topic_alone(void **state)
{
    struct filter_memo memo;
    (void)state;
    memset(&memo, 0, sizeof memo);
    assert_false(filter_memo_is(&memo, text_of("")));
    assert_int_equal(told(&memo, MONITOR, "default", FAKE_TOPIC_TASK_EXIT), -1);
    learn(&memo, MONITOR, "default", FAKE_TOPIC_TASK_EXIT, true);
    learn(&memo, MONITOR, "default", FAKE_TOPIC_CONTAINER_CREATE, false);
    assert_true(filter_memo_is(&memo, text_of(MONITOR)));
    assert_int_equal(told(&memo, MONITOR, "default", FAKE_TOPIC_TASK_EXIT), 1);
    assert_int_equal(told(&memo, MONITOR, "default", FAKE_TOPIC_CONTAINER_CREATE), 0);
    assert_int_equal(told(&memo, MONITOR, "default", FAKE_TOPIC_TASK_OOM), -1);
    assert_int_equal(told(&memo, MONITOR, "moby", FAKE_TOPIC_TASK_EXIT), -1);
    assert_int_equal(told(&memo, "topic==x", "default", FAKE_TOPIC_TASK_EXIT), -1);
}

static void another_filter_or_namespace_takes_the_place_of_what_was_known(void **state)
{
    struct filter_memo memo;
    (void)state;
    memset(&memo, 0, sizeof memo);
    learn(&memo, MONITOR, "default", FAKE_TOPIC_TASK_EXIT, true);
    learn(&memo, MONITOR, "moby", FAKE_TOPIC_TASK_OOM, false);
    assert_int_equal(told(&memo, MONITOR, "moby", FAKE_TOPIC_TASK_OOM), 0);
    assert_int_equal(told(&memo, MONITOR, "moby", FAKE_TOPIC_TASK_EXIT), -1);
    assert_int_equal(told(&memo, MONITOR, "default", FAKE_TOPIC_TASK_EXIT), -1);
    learn(&memo, "topic==x", "moby", FAKE_TOPIC_TASK_OOM, false);
    assert_false(filter_memo_is(&memo, text_of(MONITOR)));
}

static void what_depends_on_more_or_is_too_long_is_not_kept(void **state)
{
    static const char *const others[] = {"event.container_id==web", "namespace==default,event.container_id==web", ""};
    struct filter_memo memo;
    char text[FILTER_MEMO_BYTES_MAX + 2];
    (void)state;
    memset(&memo, 0, sizeof memo);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        learn(&memo, others[i], "default", FAKE_TOPIC_TASK_EXIT, true);
        assert_int_equal(told(&memo, others[i], "default", FAKE_TOPIC_TASK_EXIT), -1);
    }
    memset(text, 'a', sizeof text - 1);
    memcpy(text, "topic==", 7);
    text[FILTER_MEMO_BYTES_MAX + 1] = '\0';
    learn(&memo, text, "default", FAKE_TOPIC_TASK_EXIT, false);
    assert_int_equal(told(&memo, text, "default", FAKE_TOPIC_TASK_EXIT), -1);
    text[FILTER_MEMO_BYTES_MAX] = '\0';
    learn(&memo, text, "default", FAKE_TOPIC_TASK_EXIT, false);
    assert_int_equal(told(&memo, text, "default", FAKE_TOPIC_TASK_EXIT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_learnt_is_told_of_that_filter_namespace_and_topic_alone),
        cmocka_unit_test(another_filter_or_namespace_takes_the_place_of_what_was_known),
        cmocka_unit_test(what_depends_on_more_or_is_too_long_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
