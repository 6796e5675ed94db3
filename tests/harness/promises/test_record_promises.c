/* SPDX-License-Identifier: Apache-2.0 */
/* The promises that look at records: each is shown a ledger that keeps it and one that breaks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/promises/promise.h"

struct row {
    const char *name;
    const struct promise *promise;
    enum moment_kind kind;
    struct subject subject;
    bool breaks;
};

static const struct row rows[] = {
    {"a finish that stays is right",
     &promise_finished_once,
     MOMENT_HANDLER_STEPPED,
     {.known = true, .state = CONTAINER_EXITED, .lives = 1, .finished_life = 1},
     false},
    {"a finish that changes is wrong",
     &promise_finished_once,
     MOMENT_HANDLER_STEPPED,
     {.known = true, .state = CONTAINER_EXITED, .lives = 1, .finished_life = 1, .became_other = true},
     true},
    {"a new life begins a new record",
     &promise_finished_once,
     MOMENT_HANDLER_STEPPED,
     {.known = true, .state = CONTAINER_CREATED, .lives = 2, .finished_life = 1, .became_other = true},
     false},
    {"what was finished before it was known that its pid had come again may change",
     &promise_finished_once,
     MOMENT_HANDLER_STEPPED,
     {.known = true, .lives = 2, .finished_life = 2, .same_pid = true, .became_other = true},
     false},
    {"what was finished when that was known may not",
     &promise_finished_once,
     MOMENT_HANDLER_STEPPED,
     {.known = true, .lives = 2, .finished_life = 2, .same_pid = true, .finished_aware = true, .became_other = true},
     true},
    {"nor may a record be another one without a new one",
     &promise_finished_once,
     MOMENT_HANDLER_STEPPED,
     {.known = true,
      .state = CONTAINER_EXITED,
      .lives = 2,
      .finished_life = 1,
      .became_other = true,
      .rewritten = true},
     true},
    {"a record may end as the last life did where they cannot be told apart",
     &promise_non_init_changes_nothing,
     MOMENT_HANDLER_STEPPED,
     {.known = true,
      .lives = 2,
      .twin = true,
      .has_last = true,
      .last_status = 3,
      .exit_code = 3,
      .became_exited = true},
     false},
    {"and not as nobody has said",
     &promise_non_init_changes_nothing,
     MOMENT_HANDLER_STEPPED,
     {.known = true,
      .lives = 2,
      .twin = true,
      .has_last = true,
      .last_status = 3,
      .exit_code = 4,
      .became_exited = true},
     true},
    {"a record may go where that was asked for",
     &promise_records_stay,
     MOMENT_HANDLER_STEPPED,
     {.lives = 1, .became_exited = true},
     false},
    {"and not else", &promise_records_stay, MOMENT_HANDLER_STEPPED, {.lives = 1, .became_gone = true}, true},
    {"a record may end when its process has",
     &promise_non_init_changes_nothing,
     MOMENT_HANDLER_STEPPED,
     {.known = true, .lives = 1, .exited = true, .became_exited = true},
     false},
    {"a record may not end while its process lives",
     &promise_non_init_changes_nothing,
     MOMENT_HANDLER_STEPPED,
     {.known = true, .lives = 1, .became_exited = true},
     true},
    {"in the end the code is recorded",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true, .state = CONTAINER_EXITED, .exited = true, .exit_status = 3, .exit_code = 3},
     false},
    {"another code is a lost exit",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true, .state = CONTAINER_EXITED, .exited = true, .exit_status = 3, .exit_code = 4},
     true},
    {"a record that still runs is a lost exit",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true, .state = CONTAINER_RUNNING, .exited = true},
     true},
    {"a record that was finished before keeps its code",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true,
      .state = CONTAINER_EXITED,
      .exited = true,
      .exit_status = 3,
      .exit_code = 4,
      .finished_before = true,
      .finished_code = 4},
     false},
    {"and no other",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true,
      .state = CONTAINER_EXITED,
      .exited = true,
      .exit_status = 3,
      .exit_code = 5,
      .finished_before = true,
      .finished_code = 4},
     true},
    {"an exit nobody had a record for is nobody's loss", &promise_no_exit_is_lost, MOMENT_END, {.exited = true}, false},
    {"an exit of what was made here is", &promise_no_exit_is_lost, MOMENT_END, {.exited = true, .aware = true}, true},
    {"an exit of an earlier life is not forgotten",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true, .state = CONTAINER_RUNNING, .owed = true},
     true},
    {"a code that is inferred will do where the real one was never told",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true, .state = CONTAINER_EXITED, .exited = true, .exit_status = 3, .exit_code = 255, .inferred = true},
     false},
    {"a code that is inferred will not do where the real one was told",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true,
      .state = CONTAINER_EXITED,
      .exited = true,
      .exit_status = 3,
      .exit_code = 255,
      .inferred = true,
      .told = true},
     true},
    {"what the handler says must be in its store",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.known = true, .state = CONTAINER_EXITED, .exited = true, .exit_status = 3, .exit_code = 3, .stored = true},
     true},
    {"what is in the store will do where the handler is gone",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.exited = true, .exit_status = 3, .stored = true, .stored_exited = true, .stored_code = 3},
     false},
    {"what is in the store must have the code",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.exited = true, .exit_status = 3, .stored = true, .stored_exited = true, .stored_code = 4},
     true},
    {"a record that its owner has taken away asks for nothing",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.exited = true, .aware = true, .disowned = true},
     false},
    {"a record that went with its exit in it asks for nothing",
     &promise_no_exit_is_lost,
     MOMENT_END,
     {.exited = true, .aware = true, .settled_and_gone = true},
     false},
    {"before the end nothing is lost yet",
     &promise_no_exit_is_lost,
     MOMENT_HANDLER_STEPPED,
     {.known = true, .state = CONTAINER_RUNNING, .exited = true},
     false},
};

static void each_ledger_keeps_or_breaks_its_promise(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subject subject = rows[i].subject;
        struct ledger ledger = {.subjects = &subject,
                                .count = 1,
                                .learns = true,
                                .has_changes = subject.became_exited || subject.became_other || subject.became_gone};
        struct moment moment = {.kind = rows[i].kind, .ledger = &ledger};
        struct promise_memory memory = {0};
        struct error finding = {""};
        subject.id = text_of("web");
        bool is_shown = (rows[i].promise->moments & AT(rows[i].kind)) != 0;
        bool broke = is_shown && rows[i].promise->see(&memory, &moment, &finding);
        if (broke != rows[i].breaks || broke != (strstr(finding.text, "web") != NULL))
            fail_msg("%s: %s \"%s\"", rows[i].name, broke ? "broke" : "held", finding.text);
    }
}

static void all_that_is_lost_is_named(void **state)
{
    struct subject subjects[3] = {{.known = true, .exited = true, .state = CONTAINER_RUNNING},
                                  {.known = true, .exited = true, .state = CONTAINER_RUNNING},
                                  {.known = true, .exited = true, .state = CONTAINER_RUNNING}};
    struct ledger ledger = {.subjects = subjects, .count = 3, .learns = true};
    struct moment moment = {.kind = MOMENT_END, .ledger = &ledger};
    struct promise_memory memory = {0};
    struct error finding = {""};
    (void)state;
    subjects[0].id = text_of("web");
    subjects[1].id = text_of("db");
    subjects[2].id = text_of("job");
    assert_true(promise_no_exit_is_lost.see(&memory, &moment, &finding));
    assert_string_equal(finding.text,
                        "container web exited with 0; its record says RUNNING, code 0; lost as well: job, db");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_ledger_keeps_or_breaks_its_promise),
                                       cmocka_unit_test(all_that_is_lost_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
