/* SPDX-License-Identifier: Apache-2.0 */
/* When the ledger has to look at the handler's records again, and when nothing can have come of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/ledger.h"

static struct scenario *scenario;
static struct ledger ledger;
static struct monitor *monitor;

static void step(enum monitor_event_kind kind, struct container_record record)
{
    static struct monitor_actions actions;
    record.id = text_of("web");
    struct monitor_event event = {
        .kind = kind, .records = &record, .record_count = 1, .task = {.container_id = record.id}};
    assert_int_equal(monitor_step(monitor, &event, &actions), 0);
    ledger_look(&ledger, monitor);
}

static const struct container_record running = {.pid = 1, .created_at_ns = 1, .started_at_ns = 1};
static const struct container_record exited = {.created_at_ns = 1, .finished_at_ns = 2, .finished = true};

static int begin(void **state)
{
    static const char content[] = "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}]}\n";
    struct monitor_options options = {0};
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("f"), text_of(content), NULL), 0);
    assert_int_equal(ledger_init(&ledger, scenario, POLICY_RELIABLE & ~((policy_switches)1 << POLICY_INCARNATIONS)), 0);
    assert_int_equal(monitor_new(&monitor, &options), 0);
    step(MONITOR_RECORD_SET, running);
    return 0;
}

static int end(void **state)
{
    (void)state;
    monitor_free(monitor);
    ledger_release(&ledger);
    scenario_free(scenario);
    return 0;
}

/* A pid may come again: then the record that is there is taken for the new life's, though no record has changed. */
static void what_the_log_tells_is_looked_at_though_no_record_has_changed(void **state)
{
    struct fake_published created = {.topic = FAKE_TOPIC_TASK_CREATE,
                                     .name_space = text_of("default"),
                                     .container_id = text_of("web"),
                                     .pid = running.pid};
    (void)state;
    ledger_published(&ledger, &created);
    assert_false(ledger.subjects[0].aware);
    ledger_look(&ledger, monitor);
    assert_true(ledger.subjects[0].aware);
}

static void a_change_is_marked_until_the_next_look(void **state)
{
    (void)state;
    step(MONITOR_RECORD_SET, exited);
    assert_true(ledger.has_changes && ledger.subjects[0].became_exited);
    ledger_look(&ledger, monitor);
    assert_false(ledger.has_changes || ledger.subjects[0].became_exited);
}

/* Where no list has told the pid, what ends as the last life did is that, while the handler knows of no other. */
static void an_end_without_a_pid_may_be_of_the_life_before(void **state)
{
    static const struct {
        uint32_t last_pid, code;
        bool aware, ends;
    } rows[] = {{0, 3, false, false}, {0, 4, false, true}, {0, 3, true, true}, {2, 3, false, true}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_published published = {.topic = FAKE_TOPIC_TASK_EXIT,
                                           .name_space = text_of("default"),
                                           .container_id = text_of("web"),
                                           .process_id = text_of("web"),
                                           .exit_status = 3};
        struct container_record unknown = running;
        struct container_record ended = exited;
        ledger_published(&ledger, &published);
        published.topic = FAKE_TOPIC_TASK_CREATE;
        published.pid = 2;
        ledger_published(&ledger, &published);
        unknown.pid = 0;
        step(MONITOR_RECORD_SET, unknown);
        ledger.subjects[0].aware = rows[i].aware;
        ledger.subjects[0].owed = false;
        ended.last_pid = rows[i].last_pid;
        ended.exit_code = (int32_t)rows[i].code;
        step(MONITOR_RECORD_SET, ended);
        if (ledger.subjects[0].became_exited != rows[i].ends)
            fail_msg("row %zu", i);
        (void)end(state);
        (void)begin(state);
    }
}

static void a_record_that_is_gone_is_no_longer_known(void **state)
{
    (void)state;
    assert_true(ledger.subjects[0].known);
    step(MONITOR_RECORD_REMOVED, running);
    assert_false(ledger.subjects[0].known);
}

/* When it was heard is no part of the state while the handler has a record of it; so it must not come into that by a
 * crash or a stop, which leaves what is stored alone. */
static void what_is_stored_when_a_process_ends_does_not_age(void **state)
{
    struct container_record stored = exited;
    (void)state;
    stored.id = text_of("web");
    for (int stops = 0; stops < 2; stops++) {
        struct hash hashes[2];
        for (size_t i = 0; i < 2; i++) {
            struct subject *web = &ledger.subjects[0];
            web->told = web->told_in_time = web->deleted = web->aware = true;
            web->told_at_ns = (int64_t)i * TIME_SECOND;
            if (stops) {
                ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STOP});
                ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
            } else {
                ledger_crashed(&ledger, &stored, 1);
            }
            assert_true(web->told && !web->aware);
            hash_init(&hashes[i]);
            ledger_hash(&ledger, (2 + (int64_t)i) * TIME_SECOND, &hashes[i]);
        }
        assert_memory_equal(&hashes[0], &hashes[1], sizeof hashes[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_log_tells_is_looked_at_though_no_record_has_changed, begin, end),
        cmocka_unit_test_setup_teardown(a_change_is_marked_until_the_next_look, begin, end),
        cmocka_unit_test_setup_teardown(an_end_without_a_pid_may_be_of_the_life_before, begin, end),
        cmocka_unit_test_setup_teardown(a_record_that_is_gone_is_no_longer_known, begin, end),
        cmocka_unit_test_setup_teardown(what_is_stored_when_a_process_ends_does_not_age, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
