/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "grpc/wire/client.h"
#include "tests/support/handler_pair.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

/* An event whose time is out of range, one of no use. */
static const struct text bad_message = BYTES("\x0a\x02\x10\x80");
static const struct text other_message = BYTES("\x1a\x0c/tasks/other");

/* ---- the subscription ---- */

static void opening_is_told_before_any_word_of_the_server(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    pair_perform_on_stream(&pair, MONITOR_OPEN_STREAM, 5);
    pair_check_next(&pair, MONITOR_STREAM_OPENED, &event);
    assert_true(event.stream_id == 5);
    pair_check_quiet(&pair);
    pair_carry(&pair);
    (void)pair_check_request(&pair, PAIR_SUBSCRIBE_PATH, PAIR_SUBSCRIPTION, 0);
    pair_check_quiet(&pair);
    pair_release(&pair);
}

static void events_and_the_end_come_in_their_order(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    int32_t grpc_id = pair_subscribe(&pair, 5);
    assert_int_equal(grpc_server_send_message(pair.server, grpc_id, pair_exit_message), 0);
    assert_int_equal(grpc_server_send_message(pair.server, grpc_id, bad_message), 0);
    assert_int_equal(grpc_server_send_message(pair.server, grpc_id, other_message), 0);
    pair_finish(&pair, grpc_id, STATUS_UNKNOWN, "broken");
    pair_check_next(&pair, MONITOR_STREAM_MESSAGE, &event);
    assert_true(event.stream_id == 5);
    assert_int_equal(event.task.kind, TASK_EVENT_EXIT);
    assert_true(text_is(event.task.topic, "/tasks/exit"));
    assert_true(text_is(event.task.name_space, "default"));
    assert_true(text_is(event.task.container_id, "web"));
    assert_int_equal(event.task.pid, 7);
    assert_int_equal(event.task.exit_status, 3);
    assert_true(event.task.exited_at.present);
    pair_check_next(&pair, MONITOR_STREAM_UNREADABLE, &event);
    assert_true(event.stream_id == 5);
    assert_int_equal(event.outcome.status, STATUS_INTERNAL);
    assert_true(text_starts_with(event.outcome.text, "grpc: failed to unmarshal the received message"));
    pair_check_next(&pair, MONITOR_STREAM_MESSAGE, &event);
    assert_int_equal(event.task.kind, TASK_EVENT_OTHER);
    assert_true(text_is(event.task.topic, "/tasks/other"));
    pair_check_next(&pair, MONITOR_STREAM_ENDED, &event);
    assert_true(event.stream_id == 5);
    assert_int_equal(event.outcome.status, STATUS_UNKNOWN);
    assert_true(text_is(event.outcome.text, "broken"));
    pair_check_quiet(&pair);
    pair_release(&pair);
}

static void a_cancelled_stream_is_not_told_of_any_more(void **state)
{
    struct pair pair;
    struct monitor_event event;
    struct grpc_server_event seen;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    int32_t grpc_id = pair_subscribe(&pair, 5);
    pair_send_message(&pair, grpc_id, pair_exit_message);
    pair_send_message(&pair, grpc_id, pair_exit_message);
    pair_check_next(&pair, MONITOR_STREAM_MESSAGE, &event);
    pair_perform_on_stream(&pair, MONITOR_CANCEL_STREAM, 5);
    assert_true(text_is(event.task.container_id, "web"));
    pair_check_quiet(&pair);
    pair_carry(&pair);
    assert_true(grpc_server_next(pair.server, &seen));
    assert_int_equal(seen.kind, GRPC_SERVER_CANCELLED);
    assert_int_equal(seen.http2_code, GRPC_HTTP2_CANCEL);
    pair_perform_on_stream(&pair, MONITOR_OPEN_STREAM, 6);
    pair_perform_on_stream(&pair, MONITOR_CANCEL_STREAM, 6);
    pair_check_quiet(&pair);
    pair_release(&pair);
}

static void an_abandoned_stream_stays_open_at_the_server_and_is_never_heard(void **state)
{
    struct pair pair;
    struct monitor_event event;
    struct grpc_server_event seen;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    int32_t left = pair_subscribe(&pair, 5);
    pair_send_message(&pair, left, pair_exit_message);
    pair_perform_on_stream(&pair, MONITOR_ABANDON_STREAM, 5);
    int32_t read = pair_subscribe(&pair, 6);
    pair_send_message(&pair, left, pair_exit_message);
    pair_send_message(&pair, read, other_message);
    pair_check_next(&pair, MONITOR_STREAM_MESSAGE, &event);
    assert_true(event.stream_id == 6);
    pair_check_quiet(&pair);
    assert_false(grpc_server_next(pair.server, &seen));
    assert_int_equal(grpc_server_open_count(pair.server), 2);
    pair_release(&pair);
}

/* ---- Delete ---- */

static void a_delete_that_is_not_allowed_is_answered_without_asking(void **state)
{
    struct pair pair;
    struct monitor_event event;
    struct grpc_server_event seen;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    pair_ask_delete(&pair, 9, 0);
    pair_check_reply(&pair, 9, OUTCOME_NOT_OURS, "", &event);
    assert_false(grpc_server_next(pair.server, &seen));
    pair_release(&pair);
}

static void a_delete_carries_its_timeout_and_brings_status_and_time(void **state)
{
    static const struct text response = BYTES("\x10\x07\x18\x03\x22\x04\x08\x05\x10\x06");
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_ALL);
    pair_ask_delete(&pair, 9, 10 * TIME_SECOND);
    int32_t grpc_id = pair_check_request(&pair, PAIR_DELETE_PATH, PAIR_WEB, 10 * TIME_SECOND);
    assert_true(handler_wire_deadline_ns(pair.wire) == pair.now_ns + 10 * TIME_SECOND);
    pair_send_message(&pair, grpc_id, response);
    pair_check_quiet(&pair);
    pair_finish(&pair, grpc_id, STATUS_OK, "");
    pair_check_reply(&pair, 9, STATUS_OK, "", &event);
    assert_int_equal(event.process.exit_status, 3);
    assert_true(event.process.exited_at.present);
    assert_int_equal(event.process.exited_at.seconds, 5);
    assert_int_equal(event.process.exited_at.nanoseconds, 6);
    assert_true(handler_wire_deadline_ns(pair.wire) == TIME_NEVER);
    pair_release(&pair);
}

static void a_delete_fails_with_the_words_of_the_server(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_ALL);
    pair_ask_delete(&pair, 9, 0);
    int32_t grpc_id = pair_check_request(&pair, PAIR_DELETE_PATH, PAIR_WEB, 0);
    pair_finish(&pair, grpc_id, STATUS_NOT_FOUND, "task web not found: not found");
    pair_check_reply(&pair, 9, STATUS_NOT_FOUND, "task web not found: not found", &event);
    pair_release(&pair);
}

static void an_answer_that_cannot_be_read_fails_the_call(void **state)
{
    static const enum delete_option options[] = {DELETE_ALL, DELETE_OWNED};
    (void)state;
    for (size_t i = 0; i < COUNT(options); i++) {
        struct pair pair;
        struct monitor_event event;
        pair_init(&pair, options[i]);
        pair_ask_delete(&pair, 9, 0);
        pair_answer(
            &pair,
            pair_check_request(&pair, options[i] == DELETE_ALL ? PAIR_DELETE_PATH : PAIR_LOOKUP_PATH, PAIR_WEB, 0),
            text_of("\x0a\x7f"));
        pair_check_next(&pair, MONITOR_REPLY, &event);
        assert_true(event.call_id == 9);
        assert_int_equal(event.outcome.status, STATUS_INTERNAL);
        assert_true(text_starts_with(event.outcome.text, "grpc: failed to unmarshal the received message"));
        pair_check_quiet(&pair);
        pair_release(&pair);
    }
}

static void a_call_that_takes_too_long_ends_at_its_deadline(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_ALL);
    pair_ask_delete(&pair, 9, TIME_SECOND);
    pair.now_ns += TIME_SECOND - 1;
    handler_wire_time(pair.wire, pair.now_ns);
    pair_check_quiet(&pair);
    pair.now_ns += 1;
    handler_wire_time(pair.wire, pair.now_ns);
    pair_check_next(&pair, MONITOR_REPLY, &event);
    assert_true(event.call_id == 9);
    assert_int_equal(event.outcome.status, STATUS_DEADLINE_EXCEEDED);
    pair_check_quiet(&pair);
    pair_release(&pair);
}

#define OWNED_RECORD           \
    "\x0a\x1d\x12\x1b\x0a\x13" \
    "eventmonitor/delete\x12\x04true"

static void a_container_with_the_label_is_deleted_in_the_time_that_is_left(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_OWNED);
    pair_ask_delete(&pair, 9, 10 * TIME_SECOND);
    int32_t lookup = pair_check_request(&pair, PAIR_LOOKUP_PATH, PAIR_WEB, 10 * TIME_SECOND);
    pair.now_ns += 4 * TIME_SECOND;
    pair_answer(&pair, lookup, text_of(OWNED_RECORD));
    pair_check_quiet(&pair);
    pair_carry(&pair);
    int32_t deletion = pair_check_request(&pair, PAIR_DELETE_PATH, PAIR_WEB, 6 * TIME_SECOND);
    pair_answer(&pair, deletion, text_of("\x18\x03"));
    pair_check_reply(&pair, 9, STATUS_OK, "", &event);
    assert_int_equal(event.process.exit_status, 3);
    pair_release(&pair);
}

static void a_container_without_the_label_or_a_record_is_not_ours(void **state)
{
    static const struct {
        const char *record; /* NULL: the call fails */
        enum status_code status;
        const char *text;
        int told_status;
        const char *told_text;
    } rows[] = {
        {"", STATUS_OK, "", OUTCOME_NOT_OURS, ""},
        {"\x0a\x05\x0a\x03web", STATUS_OK, "", OUTCOME_NOT_OURS, ""},
        {NULL, STATUS_NOT_FOUND, "container \"web\" in namespace \"default\": not found", OUTCOME_NOT_OURS, ""},
        {NULL, STATUS_UNAVAILABLE, "not now", STATUS_UNAVAILABLE, "not now"},
        {NULL, STATUS_PERMISSION_DENIED, "no", STATUS_PERMISSION_DENIED, "no"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair pair;
        struct monitor_event event;
        struct grpc_server_event seen;
        pair_init(&pair, DELETE_OWNED);
        pair_ask_delete(&pair, 9, 0);
        int32_t lookup = pair_check_request(&pair, PAIR_LOOKUP_PATH, PAIR_WEB, 0);
        if (rows[i].record != NULL)
            pair_send_message(&pair, lookup, text_of(rows[i].record));
        pair_finish(&pair, lookup, rows[i].status, rows[i].text);
        pair_check_reply(&pair, 9, rows[i].told_status, rows[i].told_text, &event);
        pair_carry(&pair);
        assert_false(grpc_server_next(pair.server, &seen));
        pair_release(&pair);
    }
}

/* ---- every other call ---- */

static void ask(struct pair *pair, enum monitor_call call)
{
    const struct monitor_action action = {.kind = MONITOR_CALL,
                                          .connection_id = PAIR_CONNECTION,
                                          .call = call,
                                          .call_id = 9,
                                          .signal = 9,
                                          .timeout_ns = TIME_SECOND,
                                          .container_id = text_of("web")};
    pair_perform(pair, &action);
    pair_carry(pair);
}

/* Only Delete takes something from whoever else waits for the exit. */
static void the_option_for_deletes_keeps_nothing_else_from_the_server(void **state)
{
    static const struct {
        enum monitor_call call;
        const char *path, *message;
    } rows[] = {
        {MONITOR_CALL_LIST, "/containerd.services.tasks.v1.Tasks/List", ""},
        {MONITOR_CALL_GET, "/containerd.services.tasks.v1.Tasks/Get", PAIR_WEB},
        {MONITOR_CALL_CREATE, "/containerd.services.tasks.v1.Tasks/Create", PAIR_WEB},
        {MONITOR_CALL_START, "/containerd.services.tasks.v1.Tasks/Start", PAIR_WEB},
        {MONITOR_CALL_KILL, "/containerd.services.tasks.v1.Tasks/Kill", PAIR_WEB "\x18\x09"},
        {MONITOR_CALL_METRICS, "/containerd.services.tasks.v1.Tasks/Metrics", "\x0a\x09id==\"web\""},
        {MONITOR_CALL_REMOVE, "/containerd.services.containers.v1.Containers/Delete", PAIR_WEB},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair pair;
        struct monitor_event event;
        pair_init(&pair, DELETE_NONE);
        ask(&pair, rows[i].call);
        int32_t grpc_id = pair_check_request(&pair, rows[i].path, rows[i].message, TIME_SECOND);
        pair_finish(&pair, grpc_id, STATUS_UNKNOWN, "not today");
        pair_check_reply(&pair, 9, STATUS_UNKNOWN, "not today", &event);
        pair_release(&pair);
    }
}

static void a_list_lies_ready_until_the_next_event_is_pulled(void **state)
{
    static const struct text answer = BYTES("\x0a\x09\x12\x03web\x18\x65\x20\x02\x0a\x0a\x12\x02"
                                            "db\x18\x66\x20\x03\x48\x07");
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    ask(&pair, MONITOR_CALL_LIST);
    pair_answer(&pair, pair_check_request(&pair, "/containerd.services.tasks.v1.Tasks/List", "", TIME_SECOND), answer);
    pair_check_next(&pair, MONITOR_REPLY, &event);
    assert_int_equal(event.outcome.status, STATUS_OK);
    ask(&pair, MONITOR_CALL_KILL);
    assert_int_equal(event.process_count, 2);
    assert_true(text_is(event.processes[0].container_id, "web"));
    assert_true(text_is(event.processes[1].container_id, "db"));
    assert_int_equal(event.processes[1].exit_status, 7);
    pair_check_quiet(&pair);
    pair_release(&pair);
}

static void an_answer_of_a_call_that_fails_is_not_told(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    ask(&pair, MONITOR_CALL_GET);
    int32_t grpc_id = pair_check_request(&pair, "/containerd.services.tasks.v1.Tasks/Get", PAIR_WEB, TIME_SECOND);
    pair_send_message(&pair, grpc_id, text_of("\x0a\x09\x12\x03web\x18\x65\x20\x02"));
    pair_finish(&pair, grpc_id, STATUS_UNAVAILABLE, "going down");
    pair_check_reply(&pair, 9, STATUS_UNAVAILABLE, "going down", &event);
    assert_int_equal(event.process.pid, 0);
    pair_release(&pair);
}

/* ---- PING ---- */

static void a_ping_is_answered_while_the_peer_is_there(void **state)
{
    const struct monitor_action ping = {.kind = MONITOR_PING, .connection_id = PAIR_CONNECTION};
    const struct monitor_action lost = {.kind = MONITOR_PING, .connection_id = 77};
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    pair_perform(&pair, &lost);
    pair_perform(&pair, &ping);
    pair_check_quiet(&pair);
    pair_carry(&pair);
    pair_check_next(&pair, MONITOR_PONG, &event);
    assert_true(event.connection_id == PAIR_CONNECTION);
    pair_check_quiet(&pair);
    /* One unanswered ping too many is not sent, and that is no failure of the connection. */
    for (int i = 0; i < GRPC_CLIENT_PINGS_MAX + 1; i++)
        pair_perform(&pair, &ping);
    pair_carry(&pair);
    for (int i = 0; i < GRPC_CLIENT_PINGS_MAX; i++)
        pair_check_next(&pair, MONITOR_PONG, &event);
    pair_check_quiet(&pair);
    pair_release(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_is_told_before_any_word_of_the_server),
        cmocka_unit_test(events_and_the_end_come_in_their_order),
        cmocka_unit_test(a_cancelled_stream_is_not_told_of_any_more),
        cmocka_unit_test(an_abandoned_stream_stays_open_at_the_server_and_is_never_heard),
        cmocka_unit_test(a_delete_that_is_not_allowed_is_answered_without_asking),
        cmocka_unit_test(a_delete_carries_its_timeout_and_brings_status_and_time),
        cmocka_unit_test(a_delete_fails_with_the_words_of_the_server),
        cmocka_unit_test(an_answer_that_cannot_be_read_fails_the_call),
        cmocka_unit_test(a_call_that_takes_too_long_ends_at_its_deadline),
        cmocka_unit_test(a_container_with_the_label_is_deleted_in_the_time_that_is_left),
        cmocka_unit_test(a_container_without_the_label_or_a_record_is_not_ours),
        cmocka_unit_test(the_option_for_deletes_keeps_nothing_else_from_the_server),
        cmocka_unit_test(a_list_lies_ready_until_the_next_event_is_pulled),
        cmocka_unit_test(an_answer_of_a_call_that_fails_is_not_told),
        cmocka_unit_test(a_ping_is_answered_while_the_peer_is_there),
    };
    return cmocka_run_group_tests_name("handler/wire/session", tests, NULL, NULL);
}
