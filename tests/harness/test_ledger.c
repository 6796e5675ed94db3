/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger makes of what the handler hears and of a crash, seen by whether an inferred code will do. */
#include "harness/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"

static struct scenario *scenario;
static struct ledger ledger;
static struct monitor *monitor;
static struct monitor_actions actions;

static void step(struct monitor_event event)
{
    assert_int_equal(monitor_step(monitor, &event, &actions), 0);
}

/* The handler has that record of web, and the ledger looks. */
static void look_at(struct container_record record)
{
    record.id = text_of("web");
    step((struct monitor_event){.kind = MONITOR_RECORD_SET, .records = &record, .record_count = 1});
    ledger_look(&ledger, monitor);
}

static void publish(enum fake_event_topic topic, uint32_t status)
{
    struct fake_published published = {.topic = topic,
                                       .name_space = text_of("default"),
                                       .container_id = text_of("web"),
                                       .process_id = text_of("web"),
                                       .exit_status = status};
    ledger_published(&ledger, &published);
}

static void hear_exit(const char *process, uint32_t status)
{
    struct monitor_event event = {.kind = MONITOR_STREAM_MESSAGE,
                                  .task = {.kind = TASK_EVENT_EXIT,
                                           .container_id = text_of("web"),
                                           .process_id = text_of(process),
                                           .exit_status = status}};
    ledger_heard(&ledger, &event);
}

static void ask(enum monitor_call call)
{
    struct monitor_action action = {.kind = MONITOR_CALL,
                                    .call_id = 7,
                                    .call = call,
                                    .container_id = text_of(call == MONITOR_CALL_LIST ? "" : "web")};
    ledger_asked(&ledger, &action);
}

static void hear_answer(enum process_status status, bool tells_exit, uint32_t exit_status)
{
    struct process_state process = {
        .container_id = text_of("web"), .status = status, .exit_status = exit_status, .tells_exit = tells_exit};
    struct monitor_event event = {.kind = MONITOR_REPLY, .call_id = 7, .processes = &process, .process_count = 1};
    ledger_heard(&ledger, &event);
}

static void hear_list(enum process_status status, uint32_t exit_status)
{
    ask(MONITOR_CALL_LIST);
    hear_answer(status, true, exit_status);
}

static void delete_is_asked(void)
{
    struct fake_request request = {
        .method = FAKE_TASKS_DELETE, .name_space = text_of("default"), .container_id = text_of("web")};
    ledger_requested(&ledger, &request);
}

static const struct container_record running = {.pid = 1, .created_at_ns = 1, .started_at_ns = 1};
static const struct container_record inferred = {
    .created_at_ns = 1, .finished_at_ns = 2, .finished = true, .exit_code = 255, .inferred = true};
static const struct container_record told = {.created_at_ns = 1, .finished_at_ns = 2, .finished = true, .exit_code = 3};

static int begin(void **state)
{
    static const char content[] = "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}]}\n";
    struct monitor_options options = {0};
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("f"), text_of(content), NULL), 0);
    assert_int_equal(ledger_init(&ledger, scenario, true), 0);
    assert_int_equal(monitor_new(&monitor, &options), 0);
    look_at(running);
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

static bool inferred_will_do(void)
{
    look_at(inferred);
    return ledger_settled(&ledger, &ledger.subjects[0]);
}

static void an_exit_that_was_never_told_may_be_inferred(void **state)
{
    (void)state;
    hear_exit("web", 3); /* it lives yet: a forged one */
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 4);
    hear_exit("probe", 3);
    hear_list(PROCESS_RUNNING, 3);
    hear_list(PROCESS_STOPPED, 4);
    ask(MONITOR_CALL_LIST);
    hear_answer(PROCESS_STOPPED, false, 3); /* as the API of 2017 answers */
    assert_true(inferred_will_do());
}

static void an_exit_that_was_told_may_not(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 3);
    assert_false(inferred_will_do());
}

static void nor_one_that_a_list_or_an_event_of_2017_told(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_list(PROCESS_STOPPED, 3);
    assert_false(inferred_will_do());
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    publish(FAKE_TOPIC_TASK_EXIT, 4);
    hear_exit("", 4);
    assert_false(inferred_will_do());
}

/* The handler has dropped the question, so it does not look at the answer. */
static void what_a_list_tells_when_its_subscription_is_over_was_not_told(void **state)
{
    const enum monitor_event_kind ends[] = {MONITOR_START, MONITOR_CONNECTION_LOST, MONITOR_STREAM_ENDED};
    const enum monitor_action_kind given_up[] = {MONITOR_CLOSE, MONITOR_CANCEL_STREAM, MONITOR_ABANDON_STREAM};
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    for (size_t i = 0; i < 6; i++) {
        struct monitor_event event = {.kind = ends[i % 3]};
        struct monitor_action action = {.kind = given_up[i % 3]};
        ask(MONITOR_CALL_LIST);
        if (i < 3)
            ledger_heard(&ledger, &event);
        else
            ledger_asked(&ledger, &action);
        hear_answer(PROCESS_STOPPED, true, 3);
    }
    assert_true(inferred_will_do());
}

/* The scenario's second life of web has that pid. */
static void begin_second_life(uint32_t pid)
{
    struct fake_published created = {
        .topic = FAKE_TOPIC_TASK_CREATE, .name_space = text_of("default"), .container_id = text_of("web"), .pid = pid};
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    ledger_published(&ledger, &created);
}

static void a_delete_is_foreseen_to_hit_a_task_that_was_told_of_or_shown(void **state)
{
    const struct monitor_event told_of[] = {
        {.kind = MONITOR_STREAM_MESSAGE, .task = {.kind = TASK_EVENT_CREATE, .container_id = text_of("web"), .pid = 2}},
        {.kind = MONITOR_REPLY, .process = {.container_id = text_of("web"), .status = PROCESS_CREATED, .pid = 2}},
    };
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    /* The first life, which nobody has ended. */
    ask(MONITOR_CALL_DELETE);
    assert_false(web->unforeseen);
    for (size_t i = 0; i < 2; i++) {
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        ask(MONITOR_CALL_DELETE);
        assert_true(web->unforeseen);
        begin_second_life(2);
        assert_true(web->unforeseen);
        ask(MONITOR_CALL_GET);
        ask(MONITOR_CALL_DELETE);
        assert_true(web->unforeseen);
        ledger_heard(&ledger, &told_of[i]);
        ask(MONITOR_CALL_GET);
        assert_true(web->unforeseen);
        ask(MONITOR_CALL_DELETE);
        assert_false(web->unforeseen);
    }
}

static void a_crash_forgets_what_can_be_heard_again(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 3);
    ledger_crashed(&ledger, NULL, 0);
    assert_true(inferred_will_do());
}

static void but_not_where_the_task_was_deleted(void **state)
{
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    hear_exit("web", 3);
    delete_is_asked();
    ledger_crashed(&ledger, NULL, 0);
    assert_false(inferred_will_do());
}

static void a_real_code_may_replace_an_inferred_one_and_not_the_other_way(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    look_at(inferred);
    assert_false(web->became_other);
    look_at(told);
    assert_false(web->became_other);
    look_at(inferred);
    assert_true(web->became_other);
    ledger_forget_changes(&ledger);
    assert_false(web->became_other);
}

/* It comes late, when the next life has begun: it is of the life before and paid for. */
static void the_end_of_an_earlier_life_may_be_recorded_late(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    assert_true(web->owed);
    look_at(told);
    assert_false(web->owed);
    assert_false(web->became_exited);
    look_at(running);
    assert_int_equal(web->finished_life, 1);
}

/* What a crashed handler had not stored it may record again, though another life has begun. Where it had, it does not
 * owe it any more. */
static void and_again_after_a_crash(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    look_at(told);
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    ledger_crashed(&ledger, NULL, 0);
    assert_false(web->owed);
    look_at(running);
    assert_false(web->became_other);
    look_at(told);
    assert_false(web->became_exited);
    assert_int_equal(web->finished_life, 1);

    /* Once. */
    look_at(running);
    look_at(told);
    assert_true(web->became_exited);
}

/* Within one step both lives may have been recorded. */
static void or_be_told_in_passing(void **state)
{
    struct monitor_action action = {.kind = MONITOR_TELL, .change = RECORD_EXITED, .record = told};
    (void)state;
    action.record.id = text_of("web");
    publish(FAKE_TOPIC_TASK_EXIT, 4);
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    ledger_owner_told(&ledger, &action);
    ledger_look(&ledger, monitor);
    assert_true(ledger.subjects[0].owed);
    action.record.exit_code = 4;
    ledger_owner_told(&ledger, &action);
    ledger_look(&ledger, monitor);
    assert_false(ledger.subjects[0].owed);
}

static void a_record_that_leaves_with_its_exit_in_it_is_settled(void **state)
{
    const struct subject *web = &ledger.subjects[0];
    (void)state;
    ledger.subjects[0].aware = true;
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    look_at(told);
    step((struct monitor_event){.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}});
    ledger_look(&ledger, monitor);
    assert_false(web->known);
    assert_false(web->became_other);
    assert_true(ledger_settled(&ledger, web));
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    assert_true(ledger_settled(&ledger, web)); /* of this life the handler has heard nothing */
    ledger.subjects[0].aware = true;
    assert_false(ledger_settled(&ledger, web));
}

/* The handler has not read it yet. */
static void a_finish_that_the_store_begins_with_keeps_its_code(void **state)
{
    static const char content[] =
        "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}], records: [{id: web, state: exited, code: 128}]}\n";
    struct scenario *other;
    struct container_record stored = {.id = text_of("web"), .finished_at_ns = 2, .finished = true, .exit_code = 128};
    (void)state;
    ledger_release(&ledger);
    assert_int_equal(scenario_parse(&other, text_of("f"), text_of(content), NULL), 0);
    assert_int_equal(ledger_init(&ledger, other, true), 0);
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    ledger_look_at_store(&ledger, &stored, 1);
    assert_true(ledger_settled(&ledger, ledger_find(&ledger, text_of("web"))));

    /* It says nothing of the next task of that name, whatever crashes. */
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    ledger_crashed(&ledger, &stored, 1);
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    assert_false(ledger_settled(&ledger, ledger_find(&ledger, text_of("web"))));
    scenario_free(other);
}

/* A start that failed: its process ends while the handler is down. Where the record was not stored the code is owed. */
static void so_does_one_that_was_stored_before_a_crash(void **state)
{
    struct container_record stored = told;
    (void)state;
    stored.id = text_of("web");
    look_at(stored);
    ledger_crashed(&ledger, &stored, 1);
    publish(FAKE_TOPIC_TASK_EXIT, 137);
    look_at(stored);
    assert_true(ledger_settled(&ledger, &ledger.subjects[0]));
    publish(FAKE_TOPIC_TASK_CREATE, 0);
    stored.exit_code = 4;
    look_at(running);
    look_at(stored);
    ledger_crashed(&ledger, NULL, 0);
    publish(FAKE_TOPIC_TASK_EXIT, 137);
    look_at(stored);
    assert_false(ledger_settled(&ledger, &ledger.subjects[0]));
}

static void what_its_owner_takes_away_is_nobodys_loss_until_it_is_put_back(void **state)
{
    struct container_record record = running;
    struct monitor_event removed = {.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = text_of("web")}};
    struct monitor_event set = {.kind = MONITOR_RECORD_SET, .records = &record, .record_count = 1};
    (void)state;
    record.id = text_of("web");
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    assert_false(ledger_settled(&ledger, &ledger.subjects[0]));
    ledger_heard(&ledger, &removed);
    assert_true(ledger_settled(&ledger, &ledger.subjects[0]));
    ledger_heard(&ledger, &set);
    assert_false(ledger_settled(&ledger, &ledger.subjects[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_exit_that_was_never_told_may_be_inferred, begin, end),
        cmocka_unit_test_setup_teardown(an_exit_that_was_told_may_not, begin, end),
        cmocka_unit_test_setup_teardown(nor_one_that_a_list_or_an_event_of_2017_told, begin, end),
        cmocka_unit_test_setup_teardown(what_a_list_tells_when_its_subscription_is_over_was_not_told, begin, end),
        cmocka_unit_test_setup_teardown(a_delete_is_foreseen_to_hit_a_task_that_was_told_of_or_shown, begin, end),
        cmocka_unit_test_setup_teardown(a_crash_forgets_what_can_be_heard_again, begin, end),
        cmocka_unit_test_setup_teardown(but_not_where_the_task_was_deleted, begin, end),
        cmocka_unit_test_setup_teardown(a_real_code_may_replace_an_inferred_one_and_not_the_other_way, begin, end),
        cmocka_unit_test_setup_teardown(the_end_of_an_earlier_life_may_be_recorded_late, begin, end),
        cmocka_unit_test_setup_teardown(or_be_told_in_passing, begin, end),
        cmocka_unit_test_setup_teardown(and_again_after_a_crash, begin, end),
        cmocka_unit_test_setup_teardown(a_record_that_leaves_with_its_exit_in_it_is_settled, begin, end),
        cmocka_unit_test_setup_teardown(a_finish_that_the_store_begins_with_keeps_its_code, begin, end),
        cmocka_unit_test_setup_teardown(so_does_one_that_was_stored_before_a_crash, begin, end),
        cmocka_unit_test_setup_teardown(what_its_owner_takes_away_is_nobodys_loss_until_it_is_put_back, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
