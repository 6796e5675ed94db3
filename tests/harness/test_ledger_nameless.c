/* SPDX-License-Identifier: Apache-2.0 */
/* A life that a list has shown without a pid, and the next one. */
#include "tests/harness/ledger_play.h"

static void hear_pid_by_answer(uint32_t pid, uint64_t list_call_id)
{
    struct process_state process = {.container_id = text_of("web"), .status = PROCESS_STOPPED, .pid = pid};
    struct monitor_event event = {.kind = MONITOR_REPLY, .call_id = 7};
    ledger.list_call_id = list_call_id;
    if (list_call_id == 0)
        event.process = process;
    event.processes = &process;
    event.process_count = list_call_id != 0;
    ledger_heard(&ledger, &event);
}

static void hear_no_more(void)
{
}

static void hear_its_pid_by_event(void)
{
    hear_of_creation(1, 0);
}

static void hear_another_pid_by_event(void)
{
    hear_of_creation(9, 0);
}

static void hear_its_pid_by_answer(void)
{
    hear_pid_by_answer(1, 0);
}

static void hear_its_pid_by_list(void)
{
    hear_pid_by_answer(1, 7);
}

static void hear_its_end_without_a_pid(void)
{
    hear_list(PROCESS_STOPPED, 3);
}

static void have_its_pid_in_a_record(void)
{
    look_at(running);
    look_at((struct container_record){.created_at_ns = 1, .started_at_ns = 1});
}

static void have_a_record_of_another(void)
{
    look_at((struct container_record){.pid = 9, .created_at_ns = 1, .started_at_ns = 1});
}

static void begin_anew_behind_that(void)
{
    struct container_record nameless = {.id = text_of("web"), .created_at_ns = 1, .started_at_ns = 1};
    hear_of_creation(1, 0);
    ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STOP});
    ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
    ledger_heard(&ledger,
                 &(struct monitor_event){.kind = MONITOR_STORE_LOADED, .records = &nameless, .record_count = 1});
}

/* A list has shown it without one: then the task of the next life looks like its own. Who was told its pid or its end,
 * however that was, knows better. */
static void of_a_life_whose_pid_was_never_told_nothing_is_owed_when_the_next_one_begins(void **state)
{
    static const struct {
        void (*hear)(void);
        bool owes;
    } rows[] = {
        {hear_no_more, false},
        {hear_another_pid_by_event, false},
        {hear_its_pid_by_event, true},
        {hear_its_pid_by_answer, true},
        {hear_its_pid_by_list, true},
        {hear_its_end_without_a_pid, true},
        {have_its_pid_in_a_record, true},
        {have_a_record_of_another, true},
        {begin_anew_behind_that, false},
    };
    const struct fake_published created = {
        .topic = FAKE_TOPIC_TASK_CREATE, .name_space = text_of("default"), .container_id = text_of("web"), .pid = 2};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ledger.subjects[0].named = false;
        look_at((struct container_record){.created_at_ns = 1, .started_at_ns = 1});
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        rows[i].hear();
        ledger_published(&ledger, &created);
        if (ledger.subjects[0].owed != rows[i].owes || ledger.subjects[0].owed_if_told == rows[i].owes)
            fail_msg("row %zu", i);
        assert_false(ledger.subjects[0].named);
        (void)end(state);
        (void)begin(state);
    }
}

/* The store has no pid of it: nor does the next process of the handler. */
static void a_crash_cancels_what_is_owed_of_a_life_that_is_stored_without_its_pid(void **state)
{
    static const struct {
        uint32_t pid;
        int64_t started_at_ns;
        bool owes;
    } rows[] = {{0, 1, false}, {1, 1, true}, {0, 0, true}};
    (void)state;
    begin_second_life(2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record stored = {
            .id = text_of("web"), .pid = rows[i].pid, .created_at_ns = 1, .started_at_ns = rows[i].started_at_ns};
        ledger.subjects[0].owed = ledger.subjects[0].named = true;
        ledger_crashed(&ledger, &stored, 1);
        assert_int_equal(ledger.subjects[0].owed, rows[i].owes);
        assert_false(ledger.subjects[0].named);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_a_life_whose_pid_was_never_told_nothing_is_owed_when_the_next_one_begins,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_crash_cancels_what_is_owed_of_a_life_that_is_stored_without_its_pid, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
