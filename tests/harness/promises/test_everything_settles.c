/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "harness/promises/promise.h"
#include "harness/run.h"
#include "tests/harness/explore/worlds.h"

/* Deletes that fail as long as there are faults. */
#define STORY_DELETES_FAIL                                                                                        \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\n"                                                   \
                 "faults:\n  - {rpc: Tasks.Delete, container: any, do: fail, code: UNAVAILABLE, times: always}\n" \
                 "steps:\n  - exit: {container: web, code: 1}\n    at: +1s\n"

static bool breaks(const char *story, const char *policy, bool settles)
{
    const struct draw draws[] = {{1, 2, RUN_DRAW_VALUES}, {settles, 2, RUN_DRAW_SETTLES}};
    const struct run_choices choices = {.draws = draws, .draw_count = 2};
    struct scenario *scenario = story_read(story);
    struct error error = {""};
    struct run run;
    bool found = false;
    if (run_scenario(&run, scenario, text_of(policy), &choices, &error) != 0)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < run.breach_count; i++)
        found = found || text_is(run.breaches[i].promise, "everything-settles");
    run_release(&run);
    scenario_free(scenario);
    return found;
}

static void who_asks_again_is_done_when_the_faults_have_stopped(void **state)
{
    (void)state;
    assert_false(breaks(STORY_DELETES_FAIL, "reliable", true));
}

static void who_does_not_leaves_a_task(void **state)
{
    (void)state;
    assert_true(breaks(STORY_DELETES_FAIL, "original", true));
}

static void it_is_judged_where_that_is_asked_for_alone(void **state)
{
    (void)state;
    assert_false(breaks(STORY_DELETES_FAIL, "original", false));
}

/* Whoever was told that there is nothing to delete does not ask again. */
static void a_delete_that_is_refused_for_good_is_an_excuse(void **state)
{
    (void)state;
    assert_false(breaks(STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\n"
                                     "faults:\n  - {rpc: Tasks.Delete, container: web, do: fail, code: NOT_FOUND}\n"
                                     "steps:\n  - exit: {container: web, code: 1}\n    at: +1s\n",
                        "reliable", true));
}

/* Nor is he answered who asked before, and was not answered by then. */
static void who_asks_a_handler_that_is_stopped_waits_for_nothing(void **state)
{
    static const char *const steps[] = {
        "  - handler: {do: stop}\n  - ask: {operation: stop, container: web, grace: 1s, as: one}\n",
        "  - ask: {operation: stop, container: web, grace: 1s, as: one}\n  - handler: {do: stop}\n"};
    char story[512];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(story, sizeof story,
                       STORY_BEGINS "given: {containers: [{id: web, pid: 101, ignores SIGTERM: yes}]}\nsteps:\n%s"
                                    "  - handler: {do: start}\n",
                       steps[i]);
        assert_false(breaks(story, "reliable", true));
    }
}

static struct fake_actions actions;

static void play(struct fake *fake, struct fake_event event)
{
    assert_int_equal(fake_step(fake, &event, &actions), 0);
}

/* Has the container web, with a task unless its status is unknown, and perhaps a subscriber. */
static struct fake *fake_with(enum fake_process_status status, bool is_followed)
{
    struct fake *fake = NULL;
    assert_int_equal(fake_new(&fake, NULL), 0);
    play(fake, (struct fake_event){.kind = FAKE_COMMAND,
                                   .command = {.kind = FAKE_COMMAND_ADD,
                                               .container = {.id = text_of("web"), .name_space = text_of("default")},
                                               .name_space = text_of("default"),
                                               .container_id = text_of("web"),
                                               .has_task = status != FAKE_UNKNOWN,
                                               .status = status,
                                               .pid = status == FAKE_STOPPED ? 0 : 101}});
    play(fake, (struct fake_event){.kind = FAKE_START});
    play(fake, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    if (is_followed)
        play(fake, (struct fake_event){.kind = FAKE_REQUEST,
                                       .connection_id = 1,
                                       .stream_id = 1,
                                       .request = {.method = FAKE_EVENTS_SUBSCRIBE}});
    return fake;
}

/* What the server has in the end, and what the handler makes of that. */
static void what_is_there_is_known_and_followed(void **state)
{
    static const struct {
        enum fake_process_status status;
        bool is_ignored, is_left_alone, is_down;
        struct subject subject;
        const char *finding;
    } rows[] = {
        {FAKE_RUNNING, false, false, false, {.known = true, .state = CONTAINER_RUNNING}, ""},
        {FAKE_RUNNING, true, false, false, {.known = true, .state = CONTAINER_RUNNING}, "nobody follows the events"},
        {FAKE_RUNNING, true, false, true, {.known = true, .state = CONTAINER_RUNNING}, ""},
        {FAKE_RUNNING, false, false, false, {.known = true, .state = CONTAINER_EXITED}, "web says EXITED"},
        {FAKE_RUNNING, false, false, false, {.known = false}, "web says nothing"},
        {FAKE_RUNNING, false, false, false, {.known = false, .disowned = true}, ""},
        {FAKE_RUNNING, false, false, false, {.known = false, .orphaned = true}, ""},
        {FAKE_RUNNING, false, true, false, {.known = false}, ""},
        {FAKE_PAUSED, false, false, false, {.known = true, .state = CONTAINER_CREATED}, "web says CREATED"},
        {FAKE_CREATED, false, false, false, {.known = true, .state = CONTAINER_RUNNING}, "web says RUNNING"},
        {FAKE_CREATED, false, false, false, {.known = true, .state = CONTAINER_EXITED}, "has ended and is not deleted"},
        {FAKE_CREATED, false, false, false, {.known = true, .state = CONTAINER_CREATED}, ""},
        {FAKE_STOPPED, false, false, false, {.known = true, .state = CONTAINER_RUNNING}, "web says RUNNING"},
        {FAKE_STOPPED, false, false, false, {.known = true, .state = CONTAINER_EXITED}, ""},
        {FAKE_UNKNOWN, false, false, false, {.known = true, .state = CONTAINER_RUNNING}, "web says RUNNING"},
        {FAKE_UNKNOWN, false, false, false, {.known = true, .state = CONTAINER_CREATED}, ""},
        {FAKE_UNKNOWN, false, false, false, {.known = false}, ""},
        {FAKE_UNKNOWN,
         false,
         false,
         false,
         {.known = true, .state = CONTAINER_EXITED, .exited = true},
         "web is recorded and not in the store"},
        {FAKE_UNKNOWN,
         false,
         false,
         false,
         {.known = true, .state = CONTAINER_EXITED, .exited = true, .stored = true, .stored_exited = true},
         ""},
    };
    const struct monitor_options options = {0};
    struct monitor *stranger = NULL; /* follows nothing, as far as it knows */
    (void)state;
    assert_int_equal(monitor_new(&stranger, &options), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake *fake = fake_with(rows[i].status, !rows[i].is_ignored);
        struct subject web = rows[i].subject;
        struct ledger ledger = {.subjects = &web,
                                .count = 1,
                                .name_space = text_of("default"),
                                .runs = !rows[i].is_down,
                                .learns = !rows[i].is_left_alone};
        struct moment moment = {.kind = MOMENT_SETTLED, .fake = fake, .ledger = &ledger, .monitor = stranger};
        struct promise_memory memory = {0};
        struct error finding = {""};
        web.id = text_of("web");
        bool breaks = promise_everything_settles.see(&memory, &moment, &finding);
        if (breaks != (rows[i].finding[0] != '\0') || strstr(finding.text, rows[i].finding) == NULL)
            fail_msg("row %zu: \"%s\"", i, finding.text);
        fake_free(fake);
    }
    monitor_free(stranger);
}

/* What its owner waits for, and the mark of a Delete that is to come. */
static void nothing_is_left_to_be_done(void **state)
{
    static const struct scenario_step stop = {
        .container = {"web", 3}, .place = {.line = 7}, .ask = {.operation = SCENARIO_OPERATION_STOP}};
    static const struct {
        struct owner_request request;
        bool is_marked, is_down;
        enum fake_process_status status;
        const char *finding;
    } rows[] = {
        {{.step = &stop}, false, false, FAKE_UNKNOWN, "asked for container web in line 7 is not answered"},
        {{.step = &stop}, false, true, FAKE_UNKNOWN, ""},
        {{.step = &stop, .answered = true}, false, false, FAKE_UNKNOWN, ""},
        {{.step = &stop, .abandoned = true}, false, false, FAKE_UNKNOWN, ""},
        {{.step = &stop, .lost = true}, false, false, FAKE_UNKNOWN, ""},
        {{.step = &stop, .lost = true}, true, false, FAKE_UNKNOWN, "web is gone, and its record says that it is to be"},
        {{.step = &stop, .lost = true}, true, true, FAKE_UNKNOWN, ""},
        {{.step = &stop, .lost = true}, true, false, FAKE_STOPPED, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = {
            .id = {"web", 3}, .finished_at_ns = 1, .finished = true, .delete_pending = rows[i].is_marked};
        const struct monitor_event set = {.kind = MONITOR_RECORD_SET, .records = &record, .record_count = 1};
        const struct monitor_options options = {0};
        static struct monitor_actions monitor_actions;
        struct owner_request request = rows[i].request;
        struct owner owner = {.requests = &request, .count = 1};
        struct subject web = {.id = {"web", 3}, .known = true, .state = CONTAINER_EXITED};
        struct ledger ledger = {
            .subjects = &web, .count = 1, .name_space = text_of("default"), .runs = !rows[i].is_down};
        struct fake *fake = fake_with(rows[i].status, true);
        struct monitor *monitor = NULL;
        struct promise_memory memory = {0};
        struct error finding = {""};
        assert_int_equal(monitor_new(&monitor, &options), 0);
        assert_int_equal(monitor_step(monitor, &set, &monitor_actions), 0);
        struct moment moment = {
            .kind = MOMENT_SETTLED, .fake = fake, .ledger = &ledger, .owner = &owner, .monitor = monitor};
        bool breaks = promise_everything_settles.see(&memory, &moment, &finding);
        if (breaks != (rows[i].finding[0] != '\0') || strstr(finding.text, rows[i].finding) == NULL)
            fail_msg("row %zu: \"%s\"", i, finding.text);
        monitor_free(monitor);
        fake_free(fake);
    }
}

/* Whoever would delete it is told that there is no such container. */
static void a_task_that_has_outlived_its_container_is_left(void **state)
{
    (void)state;
    for (int is_orphan = 0; is_orphan < 2; is_orphan++) {
        struct subject web = {.id = {"web", 3}, .known = true, .state = CONTAINER_EXITED};
        struct ledger ledger = {.subjects = &web, .count = 1, .name_space = text_of("default")};
        struct fake *fake = fake_with(FAKE_CREATED, true);
        struct moment moment = {.kind = MOMENT_SETTLED, .fake = fake, .ledger = &ledger};
        struct promise_memory memory = {0};
        struct error finding = {""};
        if (is_orphan)
            play(fake, (struct fake_event){.kind = FAKE_REQUEST,
                                           .connection_id = 1,
                                           .stream_id = 2,
                                           .request = {.method = FAKE_CONTAINERS_DELETE,
                                                       .name_space = text_of("default"),
                                                       .container_id = text_of("web")}});
        assert_int_equal(promise_everything_settles.see(&memory, &moment, &finding), !is_orphan);
        fake_free(fake);
    }
}

/* Whoever asks for the task of a dead shim is told nothing, and has to wait for some minutes before that is an end. */
static void a_task_that_nobody_can_be_asked_about_is_an_excuse_for_a_while(void **state)
{
    static const struct {
        const char *clean, *last;
        bool breaks;
    } rows[] = {{"never", "advance: 5s", false},
                {"never", "ask: {operation: stop, container: web, grace: 1s}", false},
                {"never", "advance: 6m", true},
                {"50s", "advance: 5s", true}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char story[512];
        (void)snprintf(story, sizeof story,
                       STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\n"
                                    "steps:\n  - kill shim: {container: web, exit: lost, clean after: %s}\n"
                                    "  - %s\n",
                       rows[i].clean, rows[i].last);
        assert_int_equal(breaks(story, "reliable-without=infer-vanished", true), rows[i].breaks);
        assert_false(breaks(story, "reliable", true));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_again_is_done_when_the_faults_have_stopped),
        cmocka_unit_test(who_does_not_leaves_a_task),
        cmocka_unit_test(it_is_judged_where_that_is_asked_for_alone),
        cmocka_unit_test(a_delete_that_is_refused_for_good_is_an_excuse),
        cmocka_unit_test(who_asks_a_handler_that_is_stopped_waits_for_nothing),
        cmocka_unit_test(what_is_there_is_known_and_followed),
        cmocka_unit_test(nothing_is_left_to_be_done),
        cmocka_unit_test(a_task_that_has_outlived_its_container_is_left),
        cmocka_unit_test(a_task_that_nobody_can_be_asked_about_is_an_excuse_for_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
