/* SPDX-License-Identifier: Apache-2.0 */
/* For how long a task is out of reach whose shim has died. */
#include "base/status.h"
#include "tests/harness/ledger_play.h"

#define MINUTES(n) ((n)*60 * TIME_SECOND)

static const struct subject *web;

static bool is_out_of_reach(int64_t minutes)
{
    return ledger_is_out_of_reach(&ledger, web, MINUTES(minutes));
}

static void kill_shim(int64_t minutes)
{
    const struct fake_command kill = {
        .kind = FAKE_COMMAND_KILL_SHIM, .name_space = text_of("default"), .container_id = text_of("web")};
    ledger_commanded(&ledger, &kill, MINUTES(minutes));
    publish(FAKE_TOPIC_TASK_EXIT, 137);
}

static void it_is_so_for_five_minutes_unless_it_was_told(void **state)
{
    (void)state;
    web = &ledger.subjects[0];
    assert_false(is_out_of_reach(1));
    kill_shim(1);
    assert_true(is_out_of_reach(5));
    assert_false(is_out_of_reach(6));
    hear_exit("web", 137);
    assert_false(is_out_of_reach(5));
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    assert_false(is_out_of_reach(5));
}

static void what_disturbs_the_handler_begins_that_anew(void **state)
{
    static const struct {
        struct monitor_event event;
        bool disturbs;
    } rows[] = {
        {{.kind = MONITOR_START}, true},
        {{.kind = MONITOR_CONNECTION_LOST}, true},
        {{.kind = MONITOR_STREAM_OPENED}, true},
        {{.kind = MONITOR_STREAM_ENDED}, true},
        {{.kind = MONITOR_REPLY, .outcome = {.status = STATUS_INTERNAL}}, true},
        {{.kind = MONITOR_REPLY, .outcome = {.status = STATUS_UNAVAILABLE}}, false},
        {{.kind = MONITOR_REPLY, .outcome = {.status = STATUS_OK}}, false},
        {{.kind = MONITOR_STREAM_MESSAGE}, false},
        {{.kind = MONITOR_TIME}, false},
    };
    (void)state;
    web = &ledger.subjects[0];
    kill_shim(0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event event = rows[i].event;
        ledger.undisturbed_since_ns = 0;
        event.now_ns = MINUTES(3);
        ledger_heard(&ledger, &event);
        assert_int_equal(is_out_of_reach(6), rows[i].disturbs);
        assert_false(is_out_of_reach(8));
    }
}

static bool are_same_at(int64_t one, int64_t other)
{
    struct hash hashes[2];
    hash_init(&hashes[0]);
    hash_init(&hashes[1]);
    ledger_hash(&ledger, MINUTES(one), &hashes[0]);
    ledger_hash(&ledger, MINUTES(other), &hashes[1]);
    return hashes[0].a == hashes[1].a && hashes[0].b == hashes[1].b;
}

/* A crash of the handler takes away what was told. */
static void since_when_is_in_the_fingerprint_though_its_end_was_told(void **state)
{
    (void)state;
    web = &ledger.subjects[0];
    kill_shim(1);
    hear_exit("web", 137);
    assert_true(web->told);
    assert_false(are_same_at(2, 3));
    assert_true(are_same_at(7, 8));
    ledger_crashed(&ledger, NULL, 0);
    assert_false(web->told);
    assert_false(are_same_at(2, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_so_for_five_minutes_unless_it_was_told, begin, end),
        cmocka_unit_test_setup_teardown(since_when_is_in_the_fingerprint_though_its_end_was_told, begin, end),
        cmocka_unit_test_setup_teardown(what_disturbs_the_handler_begins_that_anew, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
