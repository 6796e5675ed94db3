/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/time.h"
#include "handler/wire/event_v1.h"
#include "proto/check.h"
#include "proto/events.pb-c.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define SENTENCE_START "grpc: failed to unmarshal the received message: "

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static ProtobufCBinaryData bytes_of(const char *string)
{
    return proto_bytes(text_of(string));
}

static void pack(const ProtobufCMessage *message, struct buffer *out)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    assert_int_equal(buffer_reserve(out, size + 1), 0);
    out->length += protobuf_c_message_pack(message, out->bytes + out->length);
}

/* An envelope of /tasks/exit in "default" around a body. */
static void pack_envelope(const char *type_url, struct text body, struct buffer *out)
{
    Containerd__Events__Envelope envelope = CONTAINERD__EVENTS__ENVELOPE__INIT;
    Google__Protobuf__Timestamp timestamp = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
    Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
    timestamp.seconds = 1496266432;
    timestamp.nanos = 7;
    any.type_url = bytes_of(type_url);
    any.value = proto_bytes(body);
    envelope.timestamp = &timestamp;
    envelope.namespace_ = bytes_of("default");
    envelope.topic = bytes_of("/tasks/exit");
    envelope.event = &any;
    pack(&envelope.base, out);
}

static int decode_in_envelope(const char *type_url, struct text body, struct decoded_event *ret_event,
                              struct error *error)
{
    struct buffer message = BUFFER_INIT;
    pack_envelope(type_url, body, &message);
    int code = event_v1_decode(buffer_text(&message), ret_event, error);
    buffer_release(&message);
    return code;
}

/* Fields 1 and 2 are texts, 3 and 4 numbers, 5 a time, unless the kind has them elsewhere or not at all. */
static void every_kind_of_event_gives_its_own_fields(void **state)
{
    static const struct {
        const char *type_url;
        struct text body;
        enum task_event_kind kind;
        const char *process_id;
        uint32_t pid;
        uint32_t exit_status;
        bool has_exited_at;
    } rows[] = {
        {"containerd.events.TaskExit", BYTES("\x0a\x03web\x12\x05probe\x18\x07\x20\x89\x01\x2a\x02\x08\x05"),
         TASK_EVENT_EXIT, "probe", 7, 137, true},
        {"containerd.events.TaskExit", BYTES("\x0a\x03web"), TASK_EVENT_EXIT, "", 0, 0, false},
        {"containerd.events.TaskDelete", BYTES("\x0a\x03web\x10\x07\x18\x09\x22\x02\x08\x05\x2a\x01x"),
         TASK_EVENT_DELETE, "x", 7, 9, true},
        {"containerd.events.TaskCreate", BYTES("\x0a\x03web\x12\x02/b\x22\x00\x30\x07"), TASK_EVENT_CREATE, "", 7, 0,
         false},
        {"containerd.events.TaskStart", BYTES("\x0a\x03web\x10\x07"), TASK_EVENT_START, "", 7, 0, false},
        {"containerd.events.TaskOOM", BYTES("\x0a\x03web"), TASK_EVENT_OOM, "", 0, 0, false},
        {"containerd.events.TaskExecAdded", BYTES("\x0a\x03web\x12\x05probe"), TASK_EVENT_EXEC_ADDED, "probe", 0, 0,
         false},
        {"containerd.events.TaskExecStarted", BYTES("\x0a\x03web\x12\x05probe\x18\x07"), TASK_EVENT_EXEC_STARTED,
         "probe", 7, 0, false},
        {"containerd.events.TaskPaused", BYTES("\x0a\x03web"), TASK_EVENT_PAUSED, "", 0, 0, false},
        {"containerd.events.TaskResumed", BYTES("\x0a\x03web"), TASK_EVENT_RESUMED, "", 0, 0, false},
        {"types.googleapis.com/containerd.events.TaskExit", BYTES("\x0a\x03web\x18\x07"), TASK_EVENT_EXIT, "", 7, 0,
         false},
        {"/containerd.events.TaskOOM", BYTES("\x0a\x03web"), TASK_EVENT_OOM, "", 0, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decoded_event event = {.envelope = NULL};
        assert_int_equal(decode_in_envelope(rows[i].type_url, rows[i].body, &event, NULL), 0);
        assert_int_equal(event.task.kind, rows[i].kind);
        assert_true(text_is(event.task.container_id, "web"));
        assert_true(text_is(event.task.process_id, rows[i].process_id));
        assert_int_equal(event.task.pid, rows[i].pid);
        assert_int_equal(event.task.exit_status, rows[i].exit_status);
        assert_true(event.task.exited_at.present == rows[i].has_exited_at);
        assert_int_equal(event.task.exited_at.seconds, rows[i].has_exited_at ? 5 : 0);
        decoded_event_release(&event);
    }
}

static void the_envelope_gives_topic_namespace_and_time(void **state)
{
    struct decoded_event event = {.envelope = NULL};
    (void)state;
    assert_int_equal(decode_in_envelope("containerd.events.TaskPaused", text_of(""), &event, NULL), 0);
    assert_true(text_is(event.task.topic, "/tasks/exit"));
    assert_true(text_is(event.task.name_space, "default"));
    assert_true(event.task.published_at.present);
    assert_int_equal(event.task.published_at.seconds, 1496266432);
    assert_int_equal(event.task.published_at.nanoseconds, 7);
    decoded_event_release(&event);
    assert_null(event.envelope);
    assert_null(event.body);
}

static void a_body_of_no_use_gives_its_topic_alone(void **state)
{
    static const char *const type_urls[] = {"",
                                            "containerd.events.ContainerCreate",
                                            "containerd.events.TaskExi",
                                            "containerd.events.TaskExitX",
                                            "containerd.events.TaskExit/",
                                            "xcontainerd.events.TaskExit",
                                            "TaskExit"};
    (void)state;
    for (size_t i = 0; i < COUNT(type_urls); i++) {
        struct decoded_event event = {.envelope = NULL};
        assert_int_equal(decode_in_envelope(type_urls[i], text_of("\xff not for us"), &event, NULL), 0);
        assert_int_equal(event.task.kind, TASK_EVENT_OTHER);
        assert_true(text_is(event.task.topic, "/tasks/exit"));
        assert_int_equal(event.task.container_id.length, 0);
        decoded_event_release(&event);
    }
}

static void an_envelope_may_be_empty(void **state)
{
    static const struct text rows[] = {BYTES(""), BYTES("\x22\x00"), BYTES("\x0a\x00"), BYTES("\x78\x01")};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decoded_event event = {.envelope = NULL};
        assert_int_equal(event_v1_decode(rows[i], &event, NULL), 0);
        assert_int_equal(event.task.kind, TASK_EVENT_OTHER);
        decoded_event_release(&event);
    }
}

static void a_malformed_envelope_is_refused_with_a_sentence(void **state)
{
    static const struct {
        struct text message;
        const char *says;
    } rows[] = {
        {BYTES("\x0a"), "an event is not well-formed protobuf"},
        {BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), "an event is not well-formed protobuf"},
        {BYTES("\x22\x7f\x0a"), "an event is not well-formed protobuf"},
        {BYTES("\x22\xff\xff\xff\xff\x0f"), "an event is not well-formed protobuf"},
        {BYTES("\x08\x01"), "an event is not well-formed protobuf"},              /* the time as a number */
        {BYTES("\x12\x01\xff"), "an event holds text that is not UTF-8"},         /* the namespace */
        {BYTES("\x1a\x01\x80"), "an event holds text that is not UTF-8"},         /* the topic */
        {BYTES("\x22\x03\x0a\x01\xff"), "an event holds text that is not UTF-8"}, /* the type_url */
        {BYTES("\x0a\x02\x10\x80"), "an event is not well-formed protobuf"},
        {BYTES("\x0a\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), "a time outside the years 1 to 9999"},
        {BYTES("\x0a\x06\x10\x80\x94\xeb\xdc\x03"), "a time outside the years 1 to 9999"}, /* 10^9 ns */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decoded_event event = {.envelope = NULL};
        struct error error;
        assert_int_equal(event_v1_decode(rows[i].message, &event, &error), ERROR_MALFORMED);
        assert_true(text_starts_with(text_of(error.text), SENTENCE_START));
        assert_non_null(strstr(error.text, rows[i].says));
        assert_null(event.envelope);
        assert_null(event.body);
    }
}

static void a_malformed_body_is_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *type_url;
        struct text body;
        const char *says;
    } rows[] = {
        {"containerd.events.TaskExit", BYTES("\x0a\x04web"), "TaskExit is not well-formed protobuf"},
        {"x/containerd.events.TaskExit", BYTES("\x0a\x01\xff"), "TaskExit holds text that is not UTF-8"},
        {"containerd.events.TaskExit", BYTES("\x12\x02\xc0\x80"), "TaskExit holds text that is not UTF-8"},
        {"containerd.events.TaskExit", BYTES("\x1a\x01x"), "TaskExit is not well-formed protobuf"},
        {"containerd.events.TaskOOM", BYTES("\x0a\x03\xed\xa0\x80"), "TaskOOM holds text that is not UTF-8"},
        {"containerd.events.TaskCreate", BYTES("\x0a\x01x\x22\x03\x0a\x01\xff"),
         "TaskCreate holds text that is not UTF-8"},
        {"containerd.events.TaskDelete", BYTES("\x22\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
         "TaskDelete is not well-formed protobuf"},
        {"containerd.events.TaskDelete", BYTES("\x22\x0a\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
         "TaskDelete holds a time outside the years 1 to 9999"},
        {"containerd.events.TaskResumed", BYTES("\x08\x01"), "TaskResumed is not well-formed protobuf"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decoded_event event = {.envelope = NULL};
        struct error error;
        assert_int_equal(decode_in_envelope(rows[i].type_url, rows[i].body, &event, &error), ERROR_MALFORMED);
        assert_true(text_starts_with(text_of(error.text), SENTENCE_START "containerd.events."));
        assert_non_null(strstr(error.text, rows[i].says));
        assert_null(event.envelope);
        assert_null(event.body);
    }
}

static void a_time_is_taken_or_refused_as_go_does(void **state)
{
    static const struct {
        int64_t seconds;
        int32_t nanoseconds;
        int code;
    } rows[] = {
        {0, 0, 0},
        {TIME_GO_ZERO_SECONDS, 0, 0},
        {INT64_C(253402300799), 999999999, 0},
        {TIME_GO_ZERO_SECONDS - 1, 0, ERROR_MALFORMED},
        {INT64_C(253402300800), 0, ERROR_MALFORMED},
        {0, -1, ERROR_MALFORMED},
        {0, 1000000000, ERROR_MALFORMED},
        {INT64_MIN, INT32_MIN, ERROR_MALFORMED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        Containerd__Events__TaskExit body = CONTAINERD__EVENTS__TASK_EXIT__INIT;
        Google__Protobuf__Timestamp exited_at = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
        struct decoded_event event = {.envelope = NULL};
        struct buffer packed = BUFFER_INIT;
        exited_at.seconds = rows[i].seconds;
        exited_at.nanos = rows[i].nanoseconds;
        body.exited_at = &exited_at;
        pack(&body.base, &packed);
        assert_int_equal(decode_in_envelope("containerd.events.TaskExit", buffer_text(&packed), &event, NULL),
                         rows[i].code);
        if (rows[i].code == 0) {
            assert_true(event.task.exited_at.present);
            assert_true(event.task.exited_at.seconds == rows[i].seconds);
            assert_int_equal(event.task.exited_at.nanoseconds, rows[i].nanoseconds);
        }
        decoded_event_release(&event);
        buffer_release(&packed);
    }
}

static void an_event_that_would_take_too_much_memory_is_refused(void **state)
{
    struct buffer message = BUFFER_INIT;
    struct decoded_event event = {.envelope = NULL};
    struct error error;
    (void)state;
    for (size_t i = 0; i < PROTO_UNPACKED_MAX / 16; i++)
        assert_int_equal(buffer_append(&message, "\x78\x01", 2), 0);
    assert_int_equal(event_v1_decode(buffer_text(&message), &event, &error), ERROR_LIMIT);
    assert_string_equal(error.text, SENTENCE_START "an event takes too much memory");
    buffer_release(&message);
}

/* ---- nonsense ---- */

static void check_decoded(const struct task_event *task)
{
    const struct text texts[] = {task->topic, task->name_space, task->container_id, task->process_id};
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_true(text_is_utf8(texts[i]));
    assert_true(!task->exited_at.present || time_timestamp_valid(task->exited_at.seconds, task->exited_at.nanoseconds));
    assert_true(!task->published_at.present ||
                time_timestamp_valid(task->published_at.seconds, task->published_at.nanoseconds));
}

static void decode_nonsense(struct text message, size_t counts[2])
{
    struct decoded_event event = {.envelope = NULL};
    struct error error;
    int code = event_v1_decode(message, &event, &error);
    if (code == 0) {
        check_decoded(&event.task);
        decoded_event_release(&event);
    } else {
        assert_int_equal(code, ERROR_MALFORMED);
        assert_true(text_starts_with(text_of(error.text), SENTENCE_START));
    }
    counts[code == 0]++;
}

/* A good envelope with a few bytes changed, cut or doubled. */
static void mutated_envelopes_are_decoded_to_valid_values_or_refused(void **state)
{
    static const struct text body = BYTES("\x0a\x03web\x12\x05probe\x18\x07\x20\x89\x01\x2a\x04\x08\x05\x10\x01");
    struct buffer good = BUFFER_INIT;
    struct buffer bad = BUFFER_INIT;
    struct random random;
    size_t counts[2] = {0, 0};
    (void)state;
    random_seed(&random, 2017);
    pack_envelope("containerd.events.TaskExit", body, &good);
    for (int round = 0; round < 30000; round++) {
        size_t length = 1 + (size_t)random_below(&random, good.length);
        buffer_clear(&bad);
        assert_int_equal(buffer_append(&bad, good.bytes, random_below(&random, 4) == 0 ? length : good.length), 0);
        for (uint64_t changes = random_below(&random, 4); changes > 0; changes--)
            bad.bytes[random_below(&random, bad.length)] = (unsigned char)random_next(&random);
        if (random_below(&random, 8) == 0)
            assert_int_equal(buffer_append(&bad, good.bytes, length), 0);
        decode_nonsense(buffer_text(&bad), counts);
    }
    assert_true(counts[0] > 1000);
    assert_true(counts[1] > 1000);
    buffer_release(&good);
    buffer_release(&bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_event_gives_its_own_fields),
        cmocka_unit_test(the_envelope_gives_topic_namespace_and_time),
        cmocka_unit_test(a_body_of_no_use_gives_its_topic_alone),
        cmocka_unit_test(an_envelope_may_be_empty),
        cmocka_unit_test(a_malformed_envelope_is_refused_with_a_sentence),
        cmocka_unit_test(a_malformed_body_is_refused_with_a_sentence),
        cmocka_unit_test(a_time_is_taken_or_refused_as_go_does),
        cmocka_unit_test(an_event_that_would_take_too_much_memory_is_refused),
        cmocka_unit_test(mutated_envelopes_are_decoded_to_valid_values_or_refused),
    };
    return cmocka_run_group_tests_name("handler/wire/event_v1", tests, NULL, NULL);
}
