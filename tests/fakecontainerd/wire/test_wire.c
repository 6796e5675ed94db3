/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/random.h"
#include "base/status.h"
#include "base/time.h"
#include "tests/support/fake_pair.h"
#include "tests/support/fake_play.h"

#define CONTAINERS "/containerd.services.containers.v1.Containers/"
#define EVENTS     "/containerd.services.events.v1.Events/"
#define TASKS      "/containerd.services.tasks.v1.Tasks/"
#define VERSION    "/containerd.services.version.v1.Version/"

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static const struct text nothing = {NULL, 0};

/* What containerd 1.6.20 answered to the same bytes, but for the two about UTF-8, which it lets pass. */
static void what_cannot_be_served_is_refused_in_the_words_of_grpc(void **state)
{
    static const struct {
        const char *path;
        struct text message;
        bool streaming;
        int status;
        const char *text;
    } rows[] = {
        {TASKS "Nope", BYTES(""), false, STATUS_UNIMPLEMENTED,
         "unknown method Nope for service containerd.services.tasks.v1.Tasks"},
        {EVENTS "Nope", BYTES(""), true, STATUS_UNIMPLEMENTED,
         "unknown method Nope for service containerd.services.events.v1.Events"},
        {"/nope.Svc/M", BYTES(""), false, STATUS_UNIMPLEMENTED, "unknown service nope.Svc"},
        {"/a/b/c", BYTES(""), false, STATUS_UNIMPLEMENTED, "unknown service a/b"},
        {"/nope", BYTES(""), false, STATUS_RESOURCE_EXHAUSTED, "malformed method name: \"/nope\""},
        {TASKS "Get", BYTES("\x0a"), false, STATUS_INTERNAL, "grpc: error unmarshalling request: unexpected EOF"},
        {TASKS "Get", BYTES("\x0a\x05web"), false, STATUS_INTERNAL,
         "grpc: error unmarshalling request: unexpected EOF"},
        {TASKS "Delete", BYTES("\xff\xff\xff"), false, STATUS_INTERNAL,
         "grpc: error unmarshalling request: unexpected EOF"},
        {CONTAINERS "Get", BYTES("\x0a"), false, STATUS_INTERNAL, "grpc: error unmarshalling request: unexpected EOF"},
        {VERSION "Version", BYTES("\x0a"), false, STATUS_INTERNAL, "grpc: error unmarshalling request: unexpected EOF"},
        {EVENTS "Subscribe", BYTES("\x0a"), true, STATUS_INTERNAL,
         "grpc: failed to unmarshal the received message unexpected EOF"},
        {CONTAINERS "ListStream", BYTES("\x0a"), true, STATUS_INTERNAL,
         "grpc: failed to unmarshal the received message unexpected EOF"},
        {TASKS "Get", BYTES("\x0a\x01\xff"), false, STATUS_INTERNAL,
         "grpc: error unmarshalling request: string field contains invalid UTF-8"},
        {EVENTS "Subscribe", BYTES("\x0a\x01\xff"), true, STATUS_INTERNAL,
         "grpc: failed to unmarshal the received message string field contains invalid UTF-8"},
        {"/grpc.health.v1.Health/Check", BYTES("\x0a\x01x"), false, STATUS_NOT_FOUND, "unknown service"},
        {"/grpc.health.v1.Health/Watch", BYTES(""), true, STATUS_UNIMPLEMENTED,
         "unknown method Watch for service grpc.health.v1.Health"},
    };
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake_pair_call(pair, rows[i].path, "default", rows[i].message, rows[i].streaming);
        assert_true(pair->ended);
        assert_string_equal(pair->text, rows[i].text);
        assert_int_equal(pair->status, rows[i].status);
        assert_int_equal(pair->message_count, 0);
    }
    assert_string_equal(fake_pair_trace(pair), "");
}

static void each_method_reaches_the_core_with_what_it_says(void **state)
{
    static const struct {
        const char *path;
        struct text message;
        bool streaming;
        const char *trace;
    } rows[] = {
        {VERSION "Version", BYTES("\x0a\x01x"), false, "request Version.Version\n"},
        {"/containerd.services.introspection.v1.Introspection/Server", BYTES(""), false,
         "request Introspection.Server\n"},
        {"/grpc.health.v1.Health/Check", BYTES(""), false, "request Health.Check\n"},
        {TASKS "Get", BYTES("\x0a\x03web"), false, "request Tasks.Get web\n"},
        {TASKS "Get",
         BYTES("\x0a\x03web\x12\x01"
               "e"),
         false, "request Tasks.Get web e\n"},
        {TASKS "List",
         BYTES("\x0a\x04"
               "a==/"),
         false, "request Tasks.List\n"},
        {TASKS "Delete", BYTES("\x0a\x03web\xf8\x07\x01"), false, "request Tasks.Delete web\n"},
        {CONTAINERS "Get", BYTES("\x0a\x03web"), false, "request Containers.Get web\n"},
        {CONTAINERS "List", BYTES("\x0a\x02id\x0a\x05image"), false, "request Containers.List \"id\" \"image\"\n"},
        {CONTAINERS "ListStream", BYTES("\x0a\x02id"), true, "request Containers.ListStream \"id\"\n"},
    };
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake_pair_call(pair, rows[i].path, "default", rows[i].message, rows[i].streaming);
        assert_string_equal(fake_pair_trace(pair), rows[i].trace);
        assert_true(pair->ended);
    }
}

static void the_name_space_is_that_of_the_header(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_call(pair, TASKS "List", "default", nothing, false);
    assert_int_equal(pair->status, STATUS_OK);
    fake_pair_call(pair, TASKS "List", NULL, nothing, false);
    assert_int_equal(pair->status, STATUS_FAILED_PRECONDITION);
    assert_string_equal(pair->text, "namespace is required: failed precondition");
    fake_pair_call(pair, TASKS "List", "", nothing, false);
    assert_int_equal(pair->status, STATUS_FAILED_PRECONDITION);
    fake_pair_call(pair, TASKS "List", "-bad-", nothing, false);
    assert_int_equal(pair->status, STATUS_INVALID_ARGUMENT);
}

static void more_filters_than_the_fake_holds_are_counted_and_refused(void **state)
{
    static char message[3 * (FAKE_FILTERS_MAX + 1)];
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < FAKE_FILTERS_MAX + 1; i++)
        memcpy(message + 3 * i, "\x0a\x01x", 3);
    fake_pair_call(pair, EVENTS "Subscribe", NULL, (struct text){message, sizeof message}, true);
    assert_int_equal(pair->status, STATUS_RESOURCE_EXHAUSTED);
    fake_pair_call(pair, EVENTS "Subscribe", NULL, (struct text){message, sizeof message - 3}, true);
    assert_false(pair->ended);
}

/* ---- streams ---- */

static struct fake_command disconnect(enum fake_scope scope, struct fake_stream_end end)
{
    return (struct fake_command){.kind = FAKE_COMMAND_DISCONNECT, .scope = scope, .end = end};
}

static void a_subscription_gets_its_events_until_it_is_ended(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_RUNNING));
    fake_pair_call(pair, EVENTS "Subscribe", NULL, nothing, true);
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    assert_int_equal(pair->message_count, 2);
    assert_false(pair->ended);
    fake_pair_command(pair, disconnect(FAKE_SCOPE_EVENTS, (struct fake_stream_end){FAKE_END_STATUS, STATUS_UNAVAILABLE,
                                                                                   text_of("gone \xc3\xa9"), 0}));
    assert_true(pair->ended);
    assert_int_equal(pair->end, GRPC_END_TRAILERS);
    assert_int_equal(pair->status, STATUS_UNAVAILABLE);
    assert_string_equal(pair->text, "gone \xc3\xa9");
}

static void a_subscription_may_be_reset_behind_its_last_event(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_RUNNING));
    fake_pair_call(pair, EVENTS "Subscribe", NULL, nothing, true);
    pair->is_held = true;
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_pair_command(pair,
                      disconnect(FAKE_SCOPE_EVENTS, (struct fake_stream_end){.kind = FAKE_END_RESET, .http2_code = 8}));
    pair->is_held = false;
    fake_pair_run(pair);
    assert_int_equal(pair->message_count, 1);
    assert_int_equal(pair->end, GRPC_END_RESET);
    assert_int_equal(pair->http2_code, 8);
}

static void a_cancelled_subscription_is_forgotten(void **state)
{
    struct fake_pair *pair = *state;
    int32_t stream_id = fake_pair_call(pair, EVENTS "Subscribe", NULL, nothing, true);
    grpc_client_cancel(pair->client, stream_id);
    fake_pair_run(pair);
    assert_string_equal(fake_pair_trace(pair), "request Events.Subscribe\ncancelled\n");
    assert_int_equal(fake_subscription_count(pair->fake), 0);
}

static void a_client_that_goes_is_told_once(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_call(pair, EVENTS "Subscribe", NULL, nothing, true);
    fake_pair_reconnect(pair);
    fake_wire_lost(pair->wire, 1, pair->now_ns);
    fake_pair_run(pair);
    assert_string_equal(fake_pair_trace(pair), "request Events.Subscribe\ndisconnected\nconnected\n");
    assert_int_equal(fake_subscription_count(pair->fake), 0);
    fake_pair_call(pair, VERSION "Version", NULL, nothing, false);
    assert_int_equal(pair->status, STATUS_OK);
}

static void a_connection_that_the_fake_closes_says_nothing_more(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_RUNNING));
    fake_pair_call(pair, EVENTS "Subscribe", NULL, nothing, true);
    fake_pair_trace(pair);
    fake_pair_command(pair, disconnect(FAKE_SCOPE_CONNECTIONS, (struct fake_stream_end){0}));
    assert_true(pair->is_closed);
    assert_int_equal(fake_wire_send(pair->wire, 1, &pair->to_client, 0), ERROR_CLOSED);
    assert_int_equal(pair->to_client.length, 0);
    assert_int_equal(fake_wire_receive(pair->wire, 1, "x", 1, 0), ERROR_CLOSED);
    fake_wire_lost(pair->wire, 1, 0);
    fake_pair_run(pair);
    assert_string_equal(fake_pair_trace(pair), "command disconnect connections\n");
    fake_pair_reconnect(pair);
    fake_pair_call(pair, VERSION "Version", NULL, nothing, false);
    assert_int_equal(pair->status, STATUS_OK);
}

static void bytes_that_are_no_http2_end_the_connection_and_the_core_hears_it_once(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_call(pair, EVENTS "Subscribe", NULL, nothing, true);
    fake_pair_trace(pair);
    buffer_append(&pair->to_fake, "GET / HTTP/1.1\r\n\r\n", 18);
    fake_pair_run(pair);
    assert_int_equal(pair->breach, ERROR_PROTOCOL);
    assert_string_equal(fake_pair_trace(pair), "disconnected\n");
    fake_wire_lost(pair->wire, 1, 0);
    fake_pair_run(pair);
    assert_string_equal(fake_pair_trace(pair), "");
}

static void a_deadline_that_passes_ends_the_request_on_both_sides(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command rule = {.kind = FAKE_COMMAND_ADD_RULE};
    struct grpc_request request = {.path = text_of(VERSION "Version"), .timeout_ns = TIME_SECOND};
    int32_t stream_id;
    rule.rule = (struct fake_rule){.method = FAKE_VERSION, .action = FAKE_DO_DELAY, .delay_ns = 5 * TIME_SECOND};
    fake_pair_command(pair, rule);
    fake_pair_trace(pair);
    assert_int_equal(grpc_client_open(pair->client, &request, 0, &stream_id), 0);
    fake_pair_run(pair);
    assert_true(fake_wire_deadline_ns(pair->wire) == TIME_SECOND);
    fake_pair_advance(pair, TIME_SECOND);
    assert_true(pair->ended);
    assert_int_equal(pair->status, STATUS_DEADLINE_EXCEEDED);
    assert_string_equal(pair->text, "context deadline exceeded");
    assert_string_equal(fake_pair_trace(pair), "request Version.Version\ncancelled\n");
    assert_true(fake_deadline_ns(pair->fake) == TIME_NEVER);
    assert_true(fake_wire_deadline_ns(pair->wire) == TIME_NEVER);
}

/* 64 MiB of events that nobody takes. */
static void a_subscriber_that_reads_nothing_loses_its_stream_at_the_limit_and_the_core_forgets_it(void **state)
{
    static char image[FAKE_PAYLOAD_MAX];
    struct fake_pair *pair = *state;
    struct fake_command create = fake_command_on(FAKE_COMMAND_CREATE, "web", NULL);
    memset(image, 'x', sizeof image);
    create.container.image = (struct text){image, sizeof image};
    fake_pair_call(pair, EVENTS "Subscribe", NULL, nothing, true);
    pair->deaf = true;
    for (size_t i = 0; i < 80 && fake_subscription_count(pair->fake) > 0; i++) {
        fake_pair_command(pair, create);
        fake_pair_command(pair, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
        fake_pair_command(pair, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
        buffer_clear(&pair->trace);
    }
    assert_int_equal(fake_subscription_count(pair->fake), 0);
}

/* ---- all of it at once ---- */

static void it_does_not_matter_how_the_bytes_are_cut(void **state)
{
    struct fake_pair *pair = *state;
    for (size_t chunk = 1; chunk < 40; chunk += chunk < 8 ? 1 : 9) {
        pair->chunk = chunk;
        fake_pair_call(pair, TASKS "Get", "default", (struct text){"\x0a\x04nope", 6}, false);
        assert_int_equal(pair->status, STATUS_NOT_FOUND);
        assert_string_equal(pair->text, "container \"nope\" in namespace \"default\": not found");
        fake_pair_call(pair, VERSION "Version", NULL, nothing, false);
        assert_int_equal(pair->status, STATUS_OK);
        assert_int_equal(pair->message_count, 1);
    }
}

static void no_request_whatever_its_bytes_breaks_the_fake(void **state)
{
    static const char *const paths[] = {TASKS "Get", TASKS "Delete", CONTAINERS "List", CONTAINERS "ListStream",
                                        EVENTS "Subscribe"};
    struct fake_pair *pair = *state;
    struct random random;
    random_seed(&random, 11);
    for (size_t i = 0; i < 3000; i++) {
        char message[32];
        size_t length = (size_t)random_below(&random, sizeof message);
        for (size_t j = 0; j < length; j++)
            message[j] = (char)random_next(&random);
        if (length > 2 && random_below(&random, 2) == 0) {
            message[0] = '\x0a';
            message[1] = (char)(length - 2);
        }
        size_t path = (size_t)random_below(&random, sizeof paths / sizeof paths[0]);
        fake_pair_call(pair, paths[path], "default", (struct text){message, length}, path > 2);
        assert_true(pair->ended || path == 4);
        buffer_clear(&pair->trace);
    }
    fake_pair_reconnect(pair);
    fake_pair_call(pair, VERSION "Version", NULL, nothing, false);
    assert_int_equal(pair->status, STATUS_OK);
}

static void connect_and_send_settings(struct fake_wire *wire, uint64_t connection_id)
{
    struct buffer out = BUFFER_INIT;
    struct fake_event event;
    assert_int_equal(fake_wire_connected(wire, connection_id, 0), 0);
    while (fake_wire_next(wire, &event))
        continue;
    assert_int_equal(fake_wire_send(wire, connection_id, &out, 0), 0);
    buffer_release(&out);
}

/* Clients who have been sent everything cost nothing. */
static void only_connections_with_something_to_send_are_named(void **state)
{
    struct fake_action goaway = {.kind = FAKE_GOAWAY, .connection_id = 8};
    const struct fake_action close = {.kind = FAKE_CLOSE_CONNECTION, .connection_id = 9};
    struct fake_wire *wire;
    (void)state;
    assert_int_equal(fake_wire_new(&wire, NULL), 0);
    for (uint64_t id = 7; id <= 9; id++)
        connect_and_send_settings(wire, id);
    assert_int_equal(fake_wire_unsent(wire, 0), 0);
    assert_int_equal(fake_wire_perform(wire, &goaway, 0), 0);
    assert_int_equal(fake_wire_connected(wire, 10, 0), 0);
    goaway.connection_id = 9;
    assert_int_equal(fake_wire_perform(wire, &goaway, 0), 0);
    assert_int_equal(fake_wire_perform(wire, &close, 0), 0);
    assert_int_equal(fake_wire_unsent(wire, 0), 8);
    assert_int_equal(fake_wire_unsent(wire, 8), 10);
    assert_int_equal(fake_wire_unsent(wire, 10), 0);
    fake_wire_free(wire);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_pair_set_up, fake_pair_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_cannot_be_served_is_refused_in_the_words_of_grpc),
        TEST(each_method_reaches_the_core_with_what_it_says),
        TEST(the_name_space_is_that_of_the_header),
        TEST(more_filters_than_the_fake_holds_are_counted_and_refused),
        TEST(a_subscription_gets_its_events_until_it_is_ended),
        TEST(a_subscription_may_be_reset_behind_its_last_event),
        TEST(a_cancelled_subscription_is_forgotten),
        TEST(a_client_that_goes_is_told_once),
        TEST(a_connection_that_the_fake_closes_says_nothing_more),
        TEST(bytes_that_are_no_http2_end_the_connection_and_the_core_hears_it_once),
        TEST(a_deadline_that_passes_ends_the_request_on_both_sides),
        TEST(a_subscriber_that_reads_nothing_loses_its_stream_at_the_limit_and_the_core_forgets_it),
        TEST(it_does_not_matter_how_the_bytes_are_cut),
        TEST(no_request_whatever_its_bytes_breaks_the_fake),
        TEST(only_connections_with_something_to_send_are_named),
    };
    return cmocka_run_group_tests_name("fakecontainerd/wire/wire", tests, NULL, NULL);
}
