/* SPDX-License-Identifier: Apache-2.0 */
/* Streams and connections that end as no honest server ends them, as a client meets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "tests/support/fake_pair.h"
#include "tests/support/fake_play.h"

#define EVENTS "/containerd.services.events.v1.Events/"
#define TASKS  "/containerd.services.tasks.v1.Tasks/"

static const struct text nothing = {NULL, 0};

static void subscribe(struct fake_pair *pair)
{
    fake_pair_call(pair, EVENTS "Subscribe", NULL, nothing, true);
}

static struct fake_command forged_exit(void)
{
    struct fake_command command = {.kind = FAKE_COMMAND_PUBLISH};
    command.forged.topic = FAKE_TOPIC_TASK_EXIT;
    command.forged.name_space = text_of("default");
    command.forged.container_id = text_of("web");
    return command;
}

static struct fake_command goaway(enum fake_goaway_last last, bool close)
{
    return (struct fake_command){.kind = FAKE_COMMAND_GOAWAY, .goaway = {.last = last, .close = close}};
}

/* Our own client names each end as HTTP/2 and gRPC have it. */
static const struct row {
    struct fake_stream_end end;
    enum grpc_end first;  /* where it is all that the stream ever says */
    enum grpc_end behind; /* where an event went before */
    uint32_t http2_code;
} rows[] = {
    {{.kind = FAKE_END_STATUS, .status = STATUS_OK}, GRPC_END_TRAILERS_ONLY, GRPC_END_TRAILERS, 0},
    {{.kind = FAKE_END_RESET, .http2_code = 11}, GRPC_END_RESET, GRPC_END_RESET, 11},
    {{.kind = FAKE_END_NO_STATUS}, GRPC_END_NO_STATUS, GRPC_END_NO_STATUS, 0},
    {{.kind = FAKE_END_NO_TRAILERS}, GRPC_END_NO_TRAILERS, GRPC_END_NO_TRAILERS, 0},
    {{.kind = FAKE_END_CONTENT_TYPE}, GRPC_END_CONTENT_TYPE, GRPC_END_NO_STATUS, 0},
    {{.kind = FAKE_END_TRUNCATED}, GRPC_END_TRUNCATED, GRPC_END_TRUNCATED, 0},
    {{.kind = FAKE_END_COMPRESSED}, GRPC_END_COMPRESSED, GRPC_END_COMPRESSED, 0},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static void each_end_reaches_the_client_of_a_silent_stream(void **state)
{
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < ROWS; i++) {
        subscribe(pair);
        fake_pair_command(pair, (struct fake_command){.kind = FAKE_COMMAND_DISCONNECT, .end = rows[i].end});
        assert_true(pair->ended);
        assert_int_equal(pair->end, rows[i].first);
        assert_int_equal(pair->http2_code, rows[i].http2_code);
        assert_int_equal(pair->message_count, 0);
    }
    assert_int_equal(pair->breach, 0);
    assert_false(pair->is_closed);
}

static void each_end_comes_behind_the_events_that_were_sent(void **state)
{
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < ROWS; i++) {
        subscribe(pair);
        pair->is_held = true;
        fake_pair_command(pair, forged_exit());
        fake_pair_command(pair, (struct fake_command){.kind = FAKE_COMMAND_DISCONNECT, .end = rows[i].end});
        pair->is_held = false;
        fake_pair_run(pair);
        assert_int_equal(pair->message_count, 1);
        assert_true(pair->ended);
        assert_int_equal(pair->end, rows[i].behind);
    }
    assert_int_equal(pair->breach, 0);
}

static void each_end_reaches_the_client_by_a_fault_too(void **state)
{
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < ROWS; i++) {
        struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE};
        command.rule =
            (struct fake_rule){.method = FAKE_EVENTS_SUBSCRIBE, .action = FAKE_DO_END, .times = 1, .end = rows[i].end};
        fake_pair_command(pair, command);
        subscribe(pair);
        assert_true(pair->ended);
        assert_int_equal(pair->end, rows[i].first);
    }
}

/* The last bytes that a client gets are the prefix of the whole message and less than the whole of it. */
static void a_message_that_is_cut_is_the_last_that_is_said(void **state)
{
    static const struct {
        uint32_t after;
        size_t missing; /* of the message; 0: after tells */
    } cuts[] = {{0, 0}, {1, 0}, {20, 0}, {65536, 1}};
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE};
        command.rule = (struct fake_rule){.of_events = true,
                                          .topic = FAKE_TOPIC_TASK_EXIT,
                                          .action = FAKE_DO_CUT,
                                          .cut_after = cuts[i].after,
                                          .times = 1};
        subscribe(pair);
        pair->is_held = true;
        fake_pair_command(pair, forged_exit());
        fake_pair_command(pair, command);
        fake_pair_command(pair, forged_exit());
        fake_pair_command(pair, forged_exit());
        pair->is_held = false;
        pair->deaf = true;
        fake_pair_run(pair); /* the bytes go out */
        fake_pair_run(pair); /* and then the connection is closed */
        assert_true(pair->is_closed);
        const unsigned char *bytes = pair->to_client.bytes;
        size_t length = pair->to_client.length;
        size_t whole = 0;
        size_t begun = cuts[i].after;
        for (size_t at = 0; whole == 0 && at + 5 < length; at++)
            if (bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 0 && bytes[at + 5] == 0x0a)
                whole = (size_t)(bytes[at + 3] << 8 | bytes[at + 4]);
        begun = cuts[i].missing > 0 ? whole - cuts[i].missing : begun;
        assert_true(whole > 60 && length > 5 + begun);
        assert_int_equal(bytes[length - begun - 1], whole & 0xff);
        pair->deaf = false;
        fake_pair_run(pair);
        assert_int_equal(pair->message_count, 1);
        assert_false(pair->ended);
        fake_pair_reconnect(pair);
    }
    assert_int_equal(pair->breach, 0);
}

/* A unary call has an end too. */
static void a_deletion_may_end_badly(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE};
    command.rule = (struct fake_rule){
        .method = FAKE_TASKS_DELETE, .action = FAKE_DO_END, .end = {.kind = FAKE_END_RESET, .http2_code = 2}};
    fake_pair_command(pair, command);
    fake_pair_call(pair, TASKS "Delete", "default", text_of("\x0a\x03web"), false);
    assert_int_equal(pair->end, GRPC_END_RESET);
    assert_int_equal(pair->http2_code, 2);
}

static void a_deletion_that_hangs_is_silent_until_its_client_gives_up(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE};
    command.rule = (struct fake_rule){.method = FAKE_TASKS_DELETE, .action = FAKE_DO_HANG};
    fake_pair_command(pair, command);
    int32_t stream_id = fake_pair_call(pair, TASKS "Delete", "default", text_of("\x0a\x03web"), false);
    fake_pair_advance(pair, INT64_C(3600000000000));
    assert_false(pair->ended);
    fake_pair_trace(pair);
    grpc_client_cancel(pair->client, stream_id);
    fake_pair_run(pair);
    assert_string_equal(fake_pair_trace(pair), "cancelled\n");
}

/* ---- GOAWAY ---- */

static void goaway_that_names_no_stream_refuses_what_is_open_and_closes(void **state)
{
    struct fake_pair *pair = *state;
    subscribe(pair);
    fake_pair_trace(pair);
    fake_pair_command(pair, goaway(FAKE_LAST_NONE, false));
    assert_int_equal(pair->goaways, 1);
    assert_int_equal(pair->last_stream_id, 0);
    assert_true(pair->ended);
    assert_int_equal(pair->end, GRPC_END_GOAWAY);
    assert_string_equal(fake_pair_trace(pair), "command goaway none\ncancelled\ndrained\n");
    assert_int_equal(fake_subscription_count(pair->fake), 0);
    assert_true(pair->is_closed);
}

static void goaway_that_names_all_lets_streams_go_on_and_closes_behind_the_last(void **state)
{
    struct fake_pair *pair = *state;
    subscribe(pair);
    fake_pair_trace(pair);
    fake_pair_command(pair, goaway(FAKE_LAST_ALL, false));
    assert_int_equal(pair->goaways, 1);
    assert_int_equal(pair->last_stream_id, 1);
    assert_false(pair->ended);
    assert_false(pair->is_closed);
    fake_pair_command(pair, forged_exit());
    assert_int_equal(pair->message_count, 1);
    fake_pair_command(pair, (struct fake_command){.kind = FAKE_COMMAND_DISCONNECT});
    assert_int_equal(pair->end, GRPC_END_TRAILERS);
    assert_string_equal(fake_pair_trace(pair), "command goaway all\ncommand publish /tasks/exit web status 0\n"
                                               "command disconnect events OK\ndrained\n");
    assert_true(pair->is_closed);
}

static void goaway_may_close_at_once_but_is_sent_before(void **state)
{
    struct fake_pair *pair = *state;
    subscribe(pair);
    fake_pair_trace(pair);
    pair->is_held = true;
    fake_pair_command(pair, goaway(FAKE_LAST_ALL, true));
    assert_false(pair->is_closed);
    pair->is_held = false;
    fake_pair_run(pair);
    assert_int_equal(pair->goaways, 1);
    assert_int_equal(pair->last_stream_id, 1);
    assert_true(pair->is_closed);
    assert_int_equal(fake_subscription_count(pair->fake), 0);
    assert_string_equal(fake_pair_trace(pair), "command goaway all close\ndrained\n");
}

static void goaway_that_names_any_stream_refuses_nothing_and_another_may_follow(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command notice = goaway(FAKE_LAST_ANY, false);
    subscribe(pair);
    fake_pair_command(pair, notice);
    assert_int_equal(pair->last_stream_id, INT32_MAX);
    assert_false(pair->ended || pair->is_closed);
    fake_pair_command(pair, goaway(FAKE_LAST_NONE, false));
    assert_int_equal(pair->goaways, 2);
    assert_int_equal(pair->last_stream_id, 0);
    assert_true(pair->ended && pair->is_closed);
}

static void goaway_says_its_error(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command command = goaway(FAKE_LAST_ALL, false);
    command.goaway.http2_code = 11;
    subscribe(pair);
    fake_pair_command(pair, command);
    assert_int_equal(pair->goaway_code, 11);
    assert_false(pair->ended);
}

static void goaway_of_an_even_stream_ends_the_connection(void **state)
{
    struct fake_pair *pair = *state;
    subscribe(pair);
    fake_pair_command(pair, goaway(FAKE_LAST_EVEN, false));
    assert_true(pair->ended);
    assert_int_equal(pair->end, GRPC_END_CONNECTION);
}

/* A client has nothing left then that it could lose, so only the bytes show it. */
static void goaway_may_name_more_streams_than_the_one_before(void **state)
{
    static const char more[] = "\0\0\x08\x07\0\0\0\0\0\0\0\0\1\0\0\0";
    struct fake_pair *pair = *state;
    struct buffer said = BUFFER_INIT;
    subscribe(pair);
    pair->is_held = true;
    fake_pair_command(pair, goaway(FAKE_LAST_NONE, false));
    assert_int_equal(fake_wire_send(pair->wire, pair->connection_id, &said, 0), 0);
    fake_pair_command(pair, goaway(FAKE_LAST_ALL, false));
    assert_int_equal(fake_wire_send(pair->wire, pair->connection_id, &said, 0), 0);
    assert_non_null(memmem(said.bytes, said.length, more, sizeof more - 1));
    buffer_release(&said);
}

static void a_client_that_goes_by_itself_after_goaway_is_told_once(void **state)
{
    struct fake_pair *pair = *state;
    subscribe(pair);
    fake_pair_command(pair, goaway(FAKE_LAST_ALL, false));
    fake_pair_trace(pair);
    fake_wire_lost(pair->wire, pair->connection_id, pair->now_ns);
    fake_pair_run(pair);
    assert_string_equal(fake_pair_trace(pair), "disconnected\n");
}

static void that_a_connection_is_drained_is_told_once(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_action action = {
        .kind = FAKE_GOAWAY, .connection_id = pair->connection_id, .goaway = {.last = FAKE_LAST_ALL, .close = true}};
    struct fake_event event;
    assert_int_equal(fake_wire_perform(pair->wire, &action, 0), 0);
    assert_false(fake_wire_next(pair->wire, &event));
    assert_int_equal(fake_wire_send(pair->wire, pair->connection_id, &pair->to_client, 0), 0);
    assert_true(fake_wire_next(pair->wire, &event));
    assert_int_equal(event.kind, FAKE_DRAINED);
    assert_int_equal(event.connection_id, pair->connection_id);
    assert_false(fake_wire_next(pair->wire, &event));
}

int main(void)
{
#define PAIR_TEST(name) cmocka_unit_test_setup_teardown(name, fake_pair_set_up, fake_pair_tear_down)
    const struct CMUnitTest tests[] = {
        PAIR_TEST(each_end_reaches_the_client_of_a_silent_stream),
        PAIR_TEST(each_end_comes_behind_the_events_that_were_sent),
        PAIR_TEST(each_end_reaches_the_client_by_a_fault_too),
        PAIR_TEST(a_message_that_is_cut_is_the_last_that_is_said),
        PAIR_TEST(a_deletion_may_end_badly),
        PAIR_TEST(a_deletion_that_hangs_is_silent_until_its_client_gives_up),
        PAIR_TEST(goaway_that_names_no_stream_refuses_what_is_open_and_closes),
        PAIR_TEST(goaway_that_names_all_lets_streams_go_on_and_closes_behind_the_last),
        PAIR_TEST(goaway_may_close_at_once_but_is_sent_before),
        PAIR_TEST(goaway_that_names_any_stream_refuses_nothing_and_another_may_follow),
        PAIR_TEST(goaway_says_its_error),
        PAIR_TEST(goaway_of_an_even_stream_ends_the_connection),
        PAIR_TEST(goaway_may_name_more_streams_than_the_one_before),
        PAIR_TEST(a_client_that_goes_by_itself_after_goaway_is_told_once),
        PAIR_TEST(that_a_connection_is_drained_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
