/* SPDX-License-Identifier: Apache-2.0 */
/* Ends that were told otherwise than they were, or of what is not there any more. */
#include "tests/harness/ledger_play.h"

static void hear_code(uint32_t pid, uint32_t status)
{
    ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STREAM_MESSAGE,
                                                  .task = {.kind = TASK_EVENT_EXIT,
                                                           .container_id = text_of("web"),
                                                           .process_id = text_of("web"),
                                                           .pid = pid,
                                                           .exit_status = status}});
}

/* While a list alone had told the code which nobody knows, another one that an event told was to be believed, and that
 * stays when an event tells the former as well. */
static void what_was_believed_stays_when_the_unknown_code_is_told_by_an_event(void **state)
{
    static const struct {
        uint32_t listed;
        bool may;
    } rows[] = {{255, true}, {4, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ledger.subjects[0].pid = 1;
        publish(FAKE_TOPIC_TASK_EXIT, rows[i].listed);
        hear_list(PROCESS_STOPPED, rows[i].listed);
        hear_code(1, 3);
        hear_code(1, rows[i].listed);
        look_at(told); /* 3 */
        assert_int_equal(ledger_settled(&ledger, &ledger.subjects[0]), rows[i].may);
        publish(FAKE_TOPIC_TASK_CREATE, 0);
        look_at(running);
    }
}

/* Of a life that comes to the next process by a creation told late nothing is left but that. */
static void what_was_told_goes_with_the_record_that_its_owner_takes_away(void **state)
{
    (void)state;
    for (int is_taken_away = 0; is_taken_away < 2; is_taken_away++) {
        publish(FAKE_TOPIC_TASK_EXIT, 3);
        hear_exit("web", 3);
        ask(MONITOR_CALL_DELETE);
        publish(FAKE_TOPIC_TASK_DELETE, 3);
        delete_is_asked();
        ledger_crashed(&ledger, NULL, 0);
        if (is_taken_away)
            ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_RECORD_REMOVED,
                                                          .task = {.container_id = text_of("web")}});
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_START});
        ledger_heard(&ledger, &(struct monitor_event){.kind = MONITOR_STORE_LOADED});
        hear_of_creation(1, 15 * TIME_SECOND);
        assert_int_equal(inferred_will_do(), is_taken_away);
        (void)end(state);
        (void)begin(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_believed_stays_when_the_unknown_code_is_told_by_an_event, begin, end),
        cmocka_unit_test_setup_teardown(what_was_told_goes_with_the_record_that_its_owner_takes_away, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
