/* SPDX-License-Identifier: Apache-2.0 */
/* What a client hears of a fake that has fallen silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "grpc/wire/client.h"
#include "tests/support/fake_pair.h"

#define SUBSCRIBE "/containerd.services.events.v1.Events/Subscribe"

static void silence(struct fake_pair *pair, enum fake_silence how)
{
    fake_pair_command(
        pair, (struct fake_command){.kind = FAKE_COMMAND_SILENCE, .scope = FAKE_SCOPE_CONNECTIONS, .silence = how});
}

static void requests_arrive_and_nothing_comes_back_not_even_a_refusal(void **state)
{
    struct fake_pair *pair = *state;
    silence(pair, FAKE_SILENCE_ANSWERS_PINGS);
    fake_pair_trace(pair);
    fake_pair_call(pair, SUBSCRIBE, NULL, (struct text){NULL, 0}, true);
    fake_pair_call(pair, "/containerd.services.version.v1.Version/Version", NULL, (struct text){NULL, 0}, false);
    assert_string_equal(fake_pair_trace(pair), "request Events.Subscribe\nrequest Version.Version\n");
    fake_pair_call(pair, "/no.such/Method", NULL, (struct text){NULL, 0}, false);
    fake_pair_call(pair, SUBSCRIBE, NULL, (struct text){"\xff", 1}, true);
    assert_string_equal(fake_pair_trace(pair), "");
    assert_false(pair->ended);
}

static void only_a_server_that_answers_pings_says_anything(void **state)
{
    static const enum fake_silence how[] = {FAKE_SILENCE_ANSWERS_PINGS, FAKE_SILENCE_ONLY_READS,
                                            FAKE_SILENCE_DOES_NOTHING};
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < sizeof how / sizeof how[0]; i++) {
        struct buffer said = BUFFER_INIT;
        silence(pair, how[i]);
        pair->is_held = true;
        assert_int_equal(grpc_client_ping(pair->client, (const unsigned char *)"12345678", 0), 0);
        assert_int_equal(grpc_client_send(pair->client, &pair->to_fake, 1 << 20), 0);
        assert_int_equal(
            fake_wire_receive(pair->wire, pair->connection_id, pair->to_fake.bytes, pair->to_fake.length, 0), 0);
        assert_int_equal(fake_wire_send(pair->wire, pair->connection_id, &said, 0), 0);
        assert_int_equal(said.length > 0, i == 0);
        buffer_release(&said);
        pair->is_held = false;
        fake_pair_reconnect(pair);
    }
}

/* The core may want it silent from the first byte on. */
static void nothing_is_said_before_the_core_knows_of_the_connection(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_event event;
    struct buffer said = BUFFER_INIT;
    assert_int_equal(fake_wire_connected(pair->wire, 77, 0), 0);
    assert_int_equal(fake_wire_send(pair->wire, 77, &said, 0), 0);
    assert_int_equal(said.length, 0);
    assert_true(fake_wire_next(pair->wire, &event));
    assert_int_equal(event.kind, FAKE_CONNECTED);
    assert_int_equal(fake_wire_send(pair->wire, 77, &said, 0), 0);
    assert_true(said.length > 0);
    buffer_release(&said);
}

/* What happens in between is lost, though the client has heard that its stream is open. */
static void headers_may_come_before_the_subscription_is_registered(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command rule = {.kind = FAKE_COMMAND_ADD_RULE,
                                .rule = {.method = FAKE_EVENTS_SUBSCRIBE,
                                         .action = FAKE_DO_DELAY,
                                         .delay_ns = TIME_SECOND,
                                         .headers = true,
                                         .times = 1}};
    struct fake_command oom = {.kind = FAKE_COMMAND_PUBLISH};
    oom.forged.topic = FAKE_TOPIC_TASK_OOM;
    oom.forged.name_space = text_of("default");
    fake_pair_command(pair, rule);
    fake_pair_call(pair, SUBSCRIBE, NULL, (struct text){NULL, 0}, true);
    assert_int_equal(pair->headers, 1);
    fake_pair_command(pair, oom);
    assert_int_equal(pair->message_count, 0);
    fake_pair_advance(pair, TIME_SECOND);
    fake_pair_command(pair, oom);
    assert_int_equal(pair->message_count, 1);
    assert_int_equal(pair->headers, 1);
}

static void a_silent_connection_is_never_drained(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_call(pair, SUBSCRIBE, NULL, (struct text){NULL, 0}, true);
    fake_pair_command(pair, (struct fake_command){.kind = FAKE_COMMAND_GOAWAY, .goaway = {.last = FAKE_LAST_ALL}});
    silence(pair, FAKE_SILENCE_ANSWERS_PINGS);
    fake_pair_trace(pair);
    grpc_client_cancel(pair->client, 1);
    fake_pair_run(pair);
    assert_string_equal(fake_pair_trace(pair), "cancelled\n");
    assert_false(pair->is_closed);
}

int main(void)
{
#define PAIR_TEST(name) cmocka_unit_test_setup_teardown(name, fake_pair_set_up, fake_pair_tear_down)
    const struct CMUnitTest tests[] = {
        PAIR_TEST(requests_arrive_and_nothing_comes_back_not_even_a_refusal),
        PAIR_TEST(only_a_server_that_answers_pings_says_anything),
        PAIR_TEST(nothing_is_said_before_the_core_knows_of_the_connection),
        PAIR_TEST(headers_may_come_before_the_subscription_is_registered),
        PAIR_TEST(a_silent_connection_is_never_drained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
