/* SPDX-License-Identifier: Apache-2.0 */
/* Deletes, and what the store has of the exit by then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "harness/promises/promise.h"

struct row {
    const char *name;
    policy_switches switches;
    enum monitor_call call;
    const char *container;
    bool exited;
    struct container_record record; /* of web, where it has an id */
    bool breaks;
    const char *stored; /* as is told of it */
};

#define JOURNAL ((policy_switches)1 << POLICY_JOURNAL)

static const struct row rows[] = {
    {"an exit that is not in the store",
     JOURNAL,
     MONITOR_CALL_DELETE,
     "web",
     true,
     {.id = {"web", 3}, .pid = 7, .started_at_ns = 1},
     true,
     "RUNNING"},
    {"one that is", JOURNAL, MONITOR_CALL_DELETE, "web", true, {.id = {"web", 3}, .finished = true}, false, ""},
    {"one of which there is no record", JOURNAL, MONITOR_CALL_DELETE, "web", true, {.pid = 7}, true, "nothing"},
    {"a task that has not exited", JOURNAL, MONITOR_CALL_DELETE, "web", false, {.id = {"web", 3}, .pid = 7}, false, ""},
    {"another call", JOURNAL, MONITOR_CALL_GET, "web", true, {.id = {"web", 3}, .pid = 7}, false, ""},
    {"another container", JOURNAL, MONITOR_CALL_DELETE, "db", true, {.id = {"web", 3}, .pid = 7}, false, ""},
    {"a policy without a journal", 0, MONITOR_CALL_DELETE, "web", true, {.id = {"web", 3}, .pid = 7}, false, ""},
};

static void a_delete_comes_after_the_record_of_the_exit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subject web = {.id = {"web", 3}, .exited = rows[i].exited, .exit_status = 3};
        struct ledger ledger = {.subjects = &web, .count = 1};
        struct container_record record = rows[i].record;
        struct store store = {.records = &record, .record_count = record.id.length > 0};
        struct monitor_action action = {
            .kind = MONITOR_CALL, .call = rows[i].call, .container_id = text_of(rows[i].container)};
        struct moment moment = {.kind = MOMENT_HANDLER_ACTION,
                                .handler_action = &action,
                                .ledger = &ledger,
                                .store = &store,
                                .switches = rows[i].switches};
        struct promise_memory memory = {0};
        struct error finding = {""};
        if (promise_journal_first.see(&memory, &moment, &finding) != rows[i].breaks)
            fail_msg("%s: \"%s\"", rows[i].name, finding.text);
        assert_int_equal(rows[i].breaks, strstr(finding.text, "container web, which exited with 3") != NULL);
        assert_non_null(strstr(finding.text, rows[i].stored));
    }
}

/* Whoever has a container removed that never ran may not have heard how it ended; and who has taken its record away
 * does not ask. */
static void unless_its_owner_has_it_removed_before_it_ran(void **state)
{
    static const struct {
        bool left, disowned, has_record, told;
        int64_t started_at_ns;
        bool breaks;
    } cases[] = {{true, false, true, false, 0, false}, {false, false, true, false, 0, true},
                 {true, false, true, false, 1, true},  {true, false, false, true, 0, false},
                 {true, false, false, true, 1, true},  {false, true, false, true, 1, false},
                 {false, true, true, true, 1, true},   {true, false, true, true, 0, true}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct container_record record = {
            .id = {"web", 3}, .pid = 7, .created_at_ns = 1, .started_at_ns = cases[i].started_at_ns};
        struct subject web = {.id = {"web", 3},
                              .exited = true,
                              .left = cases[i].left,
                              .disowned = cases[i].disowned,
                              .told = cases[i].told,
                              .state = container_record_state(&record)};
        struct ledger ledger = {.subjects = &web, .count = 1};
        struct store store = {.records = &record, .record_count = cases[i].has_record};
        struct monitor_action action = {.kind = MONITOR_CALL, .call = MONITOR_CALL_DELETE, .container_id = {"web", 3}};
        struct moment moment = {.kind = MOMENT_HANDLER_ACTION,
                                .handler_action = &action,
                                .ledger = &ledger,
                                .store = &store,
                                .switches = JOURNAL};
        struct promise_memory memory = {0};
        struct error finding = {""};
        assert_int_equal(promise_journal_first.see(&memory, &moment, &finding), cases[i].breaks);
    }
}

static void nobody_is_told_what_a_crash_would_take_back(void **state)
{
    static const policy_switches both = JOURNAL | (policy_switches)1 << POLICY_RETRY_WRITES;
    enum { NONE, CREATED, RUNNING };
    static const struct {
        policy_switches switches;
        enum operation_kind kind;
        int status;
        int stored;
        bool is_put, disowned, breaks;
    } cases[] = {{both, OPERATION_REMOVE, STATUS_OK, CREATED, false, false, true},
                 {both, OPERATION_REMOVE, STATUS_OK, NONE, false, false, false},
                 {both, OPERATION_REMOVE, STATUS_OK, CREATED, true, false, false},
                 {both, OPERATION_CREATE, STATUS_OK, NONE, true, false, true},
                 {both, OPERATION_CREATE, STATUS_OK, NONE, true, true, false},
                 {both, OPERATION_CREATE, STATUS_OK, CREATED, false, false, false},
                 {both, OPERATION_START, STATUS_OK, NONE, false, false, true},
                 {both, OPERATION_START, STATUS_OK, CREATED, true, false, true},
                 {both, OPERATION_START, STATUS_OK, RUNNING, false, false, false},
                 {both, OPERATION_STOP, STATUS_OK, RUNNING, false, false, false},
                 {both, OPERATION_STATUS, STATUS_OK, NONE, false, false, false},
                 {both, OPERATION_REMOVE, STATUS_ABORTED, CREATED, false, false, false},
                 {JOURNAL, OPERATION_REMOVE, STATUS_OK, CREATED, false, false, false},
                 {both & ~JOURNAL, OPERATION_REMOVE, STATUS_OK, CREATED, false, false, false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct container_record records[] = {
            {.id = {"db", 2}}, {.id = {"web", 3}, .created_at_ns = 1, .started_at_ns = cases[i].stored == RUNNING}};
        struct store_request request = {.kind = SCENARIO_STORE_PUT, .record = {.id = {"web", 3}}};
        struct subject web = {.id = {"web", 3}, .disowned = cases[i].disowned};
        struct ledger ledger = {.subjects = &web, .count = 1};
        struct store store = {.records = records,
                              .record_count = cases[i].stored == NONE ? 1 : 2,
                              .requests = &request,
                              .request_count = cases[i].is_put};
        struct monitor_action action = {.kind = MONITOR_ANSWER,
                                        .operation = {.kind = cases[i].kind, .container_id = {"web", 3}},
                                        .outcome = {.status = cases[i].status}};
        struct moment moment = {.kind = MOMENT_HANDLER_ACTION,
                                .handler_action = &action,
                                .ledger = &ledger,
                                .store = &store,
                                .switches = cases[i].switches};
        struct promise_memory memory = {0};
        struct error finding = {""};
        if (promise_journal_first.see(&memory, &moment, &finding) != cases[i].breaks)
            fail_msg("case %zu: \"%s\"", i, finding.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delete_comes_after_the_record_of_the_exit),
        cmocka_unit_test(nobody_is_told_what_a_crash_would_take_back),
        cmocka_unit_test(unless_its_owner_has_it_removed_before_it_ran),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
