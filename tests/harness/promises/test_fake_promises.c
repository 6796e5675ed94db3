/* SPDX-License-Identifier: Apache-2.0 */
/* The promises that look at the server: Deletes of what lives, and subscriptions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/promises/promise.h"

static struct fake_actions actions;

static void step(struct fake *fake, struct fake_event event)
{
    assert_int_equal(fake_step(fake, &event, &actions), 0);
}

static struct fake *fake_with(enum fake_process_status status)
{
    struct fake *fake = NULL;
    assert_int_equal(fake_new(&fake, NULL), 0);
    step(fake, (struct fake_event){.kind = FAKE_COMMAND,
                                   .command = {.kind = FAKE_COMMAND_ADD,
                                               .container = {.id = text_of("web"), .name_space = text_of("default")},
                                               .name_space = text_of("default"),
                                               .container_id = text_of("web"),
                                               .has_task = true,
                                               .status = status,
                                               .pid = status == FAKE_STOPPED ? 0 : 101}});
    step(fake, (struct fake_event){.kind = FAKE_START});
    step(fake, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    return fake;
}

static bool sees_request_with(const struct promise *promise, const struct fake *fake, enum fake_method method,
                              const struct ledger *ledger)
{
    struct fake_event event = {
        .kind = FAKE_REQUEST,
        .connection_id = 1,
        .stream_id = 1,
        .request = {.method = method, .name_space = text_of("default"), .container_id = text_of("web")}};
    struct moment moment = {.kind = MOMENT_FAKE_EVENT, .fake = fake, .fake_event = &event, .ledger = ledger};
    struct promise_memory memory = {0};
    struct error finding = {""};
    return promise->see(&memory, &moment, &finding);
}

static bool sees_request(const struct promise *promise, const struct fake *fake, enum fake_method method)
{
    const struct ledger nobody = {.count = 0};
    return sees_request_with(promise, fake, method, &nobody);
}

/* It names no pid, so one that was under way when the next task came is nobody's fault. */
static void a_delete_that_could_not_know_of_the_next_task_is_not_wrong(void **state)
{
    struct subject web = {.id = text_of("web"), .unforeseen = true};
    const struct ledger ledger = {.subjects = &web, .count = 1};
    struct fake *fake = fake_with(FAKE_RUNNING);
    (void)state;
    assert_false(sees_request_with(&promise_no_delete_of_a_live_task, fake, FAKE_TASKS_DELETE, &ledger));
    web.unforeseen = false;
    assert_true(sees_request_with(&promise_no_delete_of_a_live_task, fake, FAKE_TASKS_DELETE, &ledger));
    fake_free(fake);
}

/* A task that has never run and that no Kill could end goes by its Delete alone. */
static void a_delete_after_the_last_kill_is_not_wrong(void **state)
{
    (void)state;
    for (uint32_t kills = 0; kills <= MONITOR_KILLS_MAX; kills++) {
        struct subject web = {.id = text_of("web"), .kills = kills};
        const struct ledger ledger = {.subjects = &web, .count = 1};
        struct fake *created = fake_with(FAKE_CREATED);
        struct fake *running = fake_with(FAKE_RUNNING);
        assert_int_equal(sees_request_with(&promise_no_delete_of_a_live_task, created, FAKE_TASKS_DELETE, &ledger),
                         kills < MONITOR_KILLS_MAX);
        assert_true(sees_request_with(&promise_no_delete_of_a_live_task, running, FAKE_TASKS_DELETE, &ledger));
        fake_free(created);
        fake_free(running);
    }
}

static void a_delete_is_wrong_while_the_task_lives(void **state)
{
    const struct {
        enum fake_process_status status;
        bool breaks;
    } rows[] = {{FAKE_CREATED, true}, {FAKE_RUNNING, true}, {FAKE_STOPPED, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake *fake = fake_with(rows[i].status);
        assert_int_equal(sees_request(&promise_no_delete_of_a_live_task, fake, FAKE_TASKS_DELETE), rows[i].breaks);
        assert_false(sees_request(&promise_no_delete_of_a_live_task, fake, FAKE_TASKS_GET));
        fake_free(fake);
    }
}

/* What is known of the container, and what may be done to it then. */
static void what_excuses_a_delete(void **state)
{
    static const struct {
        enum fake_process_status status;
        struct subject subject;
        bool breaks;
    } rows[] = {
        {FAKE_CREATED, {.left = true}, false},
        {FAKE_RUNNING, {.left = true}, true},
        {FAKE_RUNNING, {.twin = true}, true},
        {FAKE_RUNNING, {.twin = true, .known = true, .exit_code = 67, .echoes = 8}, false},
        {FAKE_RUNNING, {.twin = true, .known = true, .exit_code = 66, .echoes = 8}, true},
        {FAKE_RUNNING, {.known = true, .exit_code = 67, .echoes = 8}, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct subject web = rows[i].subject;
        const struct ledger ledger = {.subjects = &web, .count = 1};
        struct fake *fake = fake_with(rows[i].status);
        web.id = text_of("web");
        assert_int_equal(sees_request_with(&promise_no_delete_of_a_live_task, fake, FAKE_TASKS_DELETE, &ledger),
                         rows[i].breaks);
        fake_free(fake);
    }
}

static void a_second_subscription_is_one_too_many(void **state)
{
    struct fake *fake = fake_with(FAKE_RUNNING);
    struct promise_memory memory = {0};
    const struct monitor_action open = {.kind = MONITOR_OPEN_STREAM, .connection_id = 1};
    (void)state;
    for (uint32_t count = 0; count < 3; count++) {
        struct moment moment = {.kind = MOMENT_FAKE_STEPPED, .fake = fake};
        struct moment asked = {.kind = MOMENT_HANDLER_ACTION, .handler_action = &open};
        struct error finding = {""};
        assert_int_equal(fake_subscription_count(fake), count);
        assert_int_equal(promise_one_subscription.see(&memory, &moment, &finding), count > 1);
        step(fake, (struct fake_event){.kind = FAKE_REQUEST,
                                       .connection_id = 1,
                                       .stream_id = 2 * count + 1,
                                       .request = {.method = FAKE_EVENTS_SUBSCRIBE}});
        assert_false(promise_one_subscription.see(&memory, &asked, &finding));
    }
    fake_free(fake);
}

/* The server has not heard yet that the first was given up. */
static void a_subscription_that_was_given_up_does_not_count(void **state)
{
    const struct {
        struct monitor_action given_up;
        struct monitor_event ended;
        bool breaks;
    } rows[] = {
        {{.kind = MONITOR_CANCEL_STREAM}, {.kind = MONITOR_TIME}, false},
        {{.kind = MONITOR_CLOSE, .connection_id = 1}, {.kind = MONITOR_TIME}, false},
        {{.kind = MONITOR_CLOSE, .connection_id = 7}, {.kind = MONITOR_TIME}, true},
        {{.kind = MONITOR_ABANDON_STREAM}, {.kind = MONITOR_TIME}, true},
        {{.kind = MONITOR_NOTE}, {.kind = MONITOR_STREAM_ENDED}, false},
        {{.kind = MONITOR_NOTE}, {.kind = MONITOR_CONNECTION_LOST, .connection_id = 1}, false},
        {{.kind = MONITOR_NOTE}, {.kind = MONITOR_CONNECTION_LOST, .connection_id = 7}, true},
    };
    struct fake *fake = fake_with(FAKE_RUNNING);
    (void)state;
    for (uint32_t stream = 1; stream <= 3; stream += 2)
        step(fake, (struct fake_event){.kind = FAKE_REQUEST,
                                       .connection_id = 1,
                                       .stream_id = stream,
                                       .request = {.method = FAKE_EVENTS_SUBSCRIBE}});
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct monitor_action open = {.kind = MONITOR_OPEN_STREAM, .connection_id = 1};
        const struct moment moments[] = {
            {.kind = MOMENT_HANDLER_ACTION, .handler_action = &open},
            {.kind = MOMENT_HANDLER_ACTION, .handler_action = &rows[i].given_up},
            {.kind = MOMENT_HANDLER_EVENT, .handler_event = &rows[i].ended},
            {.kind = MOMENT_HANDLER_ACTION, .handler_action = &open},
            {.kind = MOMENT_FAKE_STEPPED, .fake = fake},
        };
        struct promise_memory memory = {0};
        struct error finding = {""};
        for (size_t j = 0; j + 1 < sizeof moments / sizeof moments[0]; j++)
            assert_false(promise_one_subscription.see(&memory, &moments[j], &finding));
        assert_int_equal(promise_one_subscription.see(&memory, &moments[4], &finding), rows[i].breaks);
    }
    fake_free(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delete_that_could_not_know_of_the_next_task_is_not_wrong),
        cmocka_unit_test(a_delete_after_the_last_kill_is_not_wrong),
        cmocka_unit_test(a_delete_is_wrong_while_the_task_lives),
        cmocka_unit_test(what_excuses_a_delete),
        cmocka_unit_test(a_second_subscription_is_one_too_many),
        cmocka_unit_test(a_subscription_that_was_given_up_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
