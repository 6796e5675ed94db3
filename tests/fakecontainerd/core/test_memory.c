/* SPDX-License-Identifier: Apache-2.0 */
/* A short life again and again, with one allocation after the other failing, until none fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/scenarios/language/failing_memory.h"
#include "tests/support/fake_play.h"

enum { EVENTS = 96, ALLOCATIONS_MAX = 1000 };

static struct hash hash_of(const struct fake *fake)
{
    struct hash hash;
    hash_init(&hash);
    fake_hash(fake, 0, &hash);
    return hash;
}

/* The event with that number: a connection, then containers, subscriptions, lists and exits in turn. */
static struct fake_event event_of(unsigned number, char id[16])
{
    struct fake_event event = {.kind = FAKE_REQUEST, .connection_id = 1, .stream_id = 2 * number + 1};
    snprintf(id, 16, "c%u", number / 4);
    if (number < 2)
        event.kind = number == 0 ? FAKE_START : FAKE_CONNECTED;
    else if (number % 4 == 0)
        event = (struct fake_event){.kind = FAKE_COMMAND, .command = fake_command_add(id, 0, FAKE_RUNNING)};
    else if (number % 4 == 1)
        event = (struct fake_event){.kind = FAKE_COMMAND, .command = fake_command_on(FAKE_COMMAND_EXIT, id, NULL)};
    event.request.method = number % 4 == 2 ? FAKE_EVENTS_SUBSCRIBE : FAKE_TASKS_LIST;
    event.request.name_space = text_of("default");
    return event;
}

/* A step that fails for memory has changed nothing, and does its work when it is given again. */
static void step(struct fake *fake, const struct fake_event *event, struct fake_actions *actions)
{
    struct hash before = hash_of(fake);
    int result = fake_step(fake, event, actions);
    if (result == 0)
        return;
    struct hash after = hash_of(fake);
    assert_int_equal(result, ERROR_NO_MEMORY);
    assert_int_equal(actions->count, 0);
    assert_true(hash_equal(&before, &after));
    assert_int_equal(fake_step(fake, event, actions), 0);
}

static void live(long allocations)
{
    static struct fake_actions actions;
    struct fake *fake = NULL;
    struct fake *clone = NULL;
    char id[16];

    memory_has_failed = 0;
    memory_until_failure = allocations;
    if (fake_new(&fake, NULL) != 0)
        assert_int_equal(fake_new(&fake, NULL), 0);
    for (unsigned i = 0; i < EVENTS; i++) {
        struct fake_event event = event_of(i, id);
        step(fake, &event, &actions);
    }
    if (fake_clone(&clone, fake) != 0)
        assert_int_equal(fake_clone(&clone, fake), 0);
    memory_until_failure = LONG_MAX;
    assert_int_equal(fake_subscription_count(clone), (EVENTS - 2 + 3) / 4);
    fake_free(clone);
    fake_free(fake);
}

static void whatever_allocation_fails_no_step_is_half_done(void **state)
{
    long nth = 0;
    (void)state;
    do {
        live(nth++);
    } while (memory_has_failed && nth < ALLOCATIONS_MAX);
    assert_false(memory_has_failed);
    assert_true(nth > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_allocation_fails_no_step_is_half_done),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/memory", tests, NULL, NULL);
}
