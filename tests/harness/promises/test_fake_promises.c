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

static bool sees_request(const struct promise *promise, const struct fake *fake, enum fake_method method)
{
    struct fake_event event = {
        .kind = FAKE_REQUEST,
        .connection_id = 1,
        .stream_id = 1,
        .request = {.method = method, .name_space = text_of("default"), .container_id = text_of("web")}};
    struct moment moment = {.kind = MOMENT_FAKE_EVENT, .fake = fake, .fake_event = &event};
    struct promise_memory memory = {0};
    struct error finding = {""};
    return promise->see(&memory, &moment, &finding);
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

static void a_second_subscription_is_one_too_many(void **state)
{
    struct fake *fake = fake_with(FAKE_RUNNING);
    (void)state;
    for (uint32_t count = 0; count < 3; count++) {
        struct moment moment = {.kind = MOMENT_FAKE_STEPPED, .fake = fake};
        struct promise_memory memory = {0};
        struct error finding = {""};
        assert_int_equal(fake_subscription_count(fake), count);
        assert_int_equal(promise_one_subscription.see(&memory, &moment, &finding), count > 1);
        step(fake, (struct fake_event){.kind = FAKE_REQUEST,
                                       .connection_id = 1,
                                       .stream_id = 2 * count + 1,
                                       .request = {.method = FAKE_EVENTS_SUBSCRIBE}});
    }
    fake_free(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delete_is_wrong_while_the_task_lives),
        cmocka_unit_test(a_second_subscription_is_one_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
