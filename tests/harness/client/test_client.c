/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "harness/client/client.h"
#include "tests/scenarios/language/failing_memory.h"

static const char story[] = "title: t\nwhy: w\nsteps:\n"
                            "  - call: {rpc: Events.Subscribe, with: {filters: [x]}, as: s}\n"
                            "  - call: {rpc: Containers.Create, with: {container: a}, reply: {id: a}}\n"
                            "  - heard: {by: s, events: [{topic: /tasks/oom, container: a}]}\n"
                            "handlers: none\n";

static struct scenario *scenario;

static int set_up(void **state)
{
    struct error error = {""};
    (void)state;
    return scenario_parse(&scenario, text_of("f"), text_of(story), &error);
}

static int tear_down(void **state)
{
    (void)state;
    scenario_free(scenario);
    return 0;
}

static const struct scenario_step *step(size_t index)
{
    return &scenario->steps.children[index];
}

static void without_a_connection_calls_wait_for_one(void **state)
{
    struct client *client;
    struct error finding = {""};
    (void)state;
    assert_int_equal(client_new(&client, text_of("default")), 0);
    assert_false(client_wants_connection(client));
    assert_int_equal(client_call(client, step(1), 0), 0);
    assert_true(client_wants_connection(client));
    assert_false(client_has_arrived(client, step(1)));
    assert_int_equal(client_answer(client, step(1))->kind, SCENARIO_ANSWER_NOT_YET);
    assert_int_equal(client_lost(client, text_of("nobody is there")), 0);
    assert_int_equal(client_answer(client, step(1))->kind, SCENARIO_ANSWER_STATUS);
    assert_true(text_is(client_answer(client, step(1))->message, "nobody is there"));
    assert_true(client_has_arrived(client, step(1)));
    assert_false(client_wants_connection(client));
    assert_int_equal(client_judge(client, step(1), &step(1)->call.answer, NULL, &finding), ERROR_INVALID);
    assert_string_equal(finding.text, "Containers.Create: expected OK id \"a\"; found UNAVAILABLE \"nobody is there\"");
    client_free(client);
}

static void what_was_never_asked_has_no_answer(void **state)
{
    struct client *client;
    struct error finding = {""};
    (void)state;
    assert_int_equal(client_new(&client, text_of("default")), 0);
    assert_int_equal(client_answer(client, step(1))->kind, SCENARIO_ANSWER_NOT_YET);
    assert_false(client_has_arrived(client, step(1)));
    assert_int_equal(client_heard_count(client, step(0), &step(2)->call), 0);
    assert_int_equal(client_heard(client, step(0), &step(2)->call, NULL, &finding), ERROR_INVALID);
    assert_string_equal(finding.text, "expected /tasks/oom container \"a\"; found nothing");
    client_free(client);
}

/* With a server that takes the bytes and says nothing, then goes. */
static int live(bool *ret_made)
{
    struct client *client;
    struct buffer out = BUFFER_INIT;
    int result = client_new(&client, text_of("default"));
    *ret_made = result == 0;
    if (result != 0)
        return result;
    result = client_call(client, step(0), 0);
    if (result == 0)
        result = client_call(client, step(1), 0);
    if (result == 0)
        result = client_connected(client, 0);
    if (result == 0)
        result = client_send(client, &out);
    if (result == 0)
        result = client_lost(client, text_of("gone"));
    buffer_release(&out);
    client_free(client);
    return result;
}

static void memory_that_lacks_is_an_error_and_nothing_leaks(void **state)
{
    bool is_made;
    long allowed = 0;
    (void)state;
    for (;; allowed++) {
        memory_until_failure = allowed;
        int result = live(&is_made);
        memory_until_failure = LONG_MAX;
        if (result == 0)
            break;
        /* nghttp2 may end its session instead of saying so. */
        assert_true(result == ERROR_NO_MEMORY || result == ERROR_PROTOCOL);
    }
    assert_true(allowed > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_connection_calls_wait_for_one),
        cmocka_unit_test(what_was_never_asked_has_no_answer),
        cmocka_unit_test(memory_that_lacks_is_an_error_and_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
