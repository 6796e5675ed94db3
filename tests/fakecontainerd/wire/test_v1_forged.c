/* SPDX-License-Identifier: Apache-2.0 */
/* Forged events in the API of today. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fakecontainerd/wire/dialect.h"
#include "proto/check.h"
#include "proto/events.pb-c.h"
#include "tests/support/fake_pair.h"

static int set_up(void **state)
{
    static struct fake_pair pair;
    fake_pair_init(&pair);
    fake_pair_call(&pair, "/containerd.services.events.v1.Events/Subscribe", NULL, (struct text){NULL, 0}, true);
    *state = &pair;
    return 0;
}

static struct fake_command forged(enum fake_event_topic topic)
{
    struct fake_command command = {.kind = FAKE_COMMAND_PUBLISH};
    command.forged.topic = topic;
    command.forged.name_space = text_of("default");
    command.forged.container_id = text_of("web");
    command.forged.pid = 7;
    return command;
}

/* The body of the only event that came, which must be of that type. */
static void *body(struct fake_pair *pair, struct fake_command command, const char *type_url,
                  const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *envelope;
    ProtobufCMessage *message;
    size_t index = pair->message_count;
    fake_pair_command(pair, command);
    assert_int_equal(pair->message_count, index + 1);
    assert_int_equal(
        proto_unpack(&envelope, &containerd__events__envelope__descriptor, buffer_text(&pair->messages[index])), 0);
    const Google__Protobuf__Any *event = ((Containerd__Events__Envelope *)(void *)envelope)->event;
    assert_true(proto_any_is(event, type_url));
    assert_int_equal(proto_unpack(&message, descriptor, proto_text(event->value)), 0);
    proto_free(envelope);
    return message;
}

static Containerd__Events__TaskExit *exit_of(struct fake_pair *pair, struct fake_command command)
{
    return body(pair, command, "containerd.events.TaskExit", &containerd__events__task_exit__descriptor);
}

static void the_time_of_an_exit_may_be_missing(void **state)
{
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT);
    command.forged.exited_at.kind = FAKE_EXITED_AT_ABSENT;
    Containerd__Events__TaskExit *ended = exit_of(*state, command);
    assert_null(ended->exited_at);
    assert_int_equal(ended->pid, 7);
    assert_int_equal(ended->base.n_unknown_fields, 0);
    proto_free(&ended->base);
}

static void the_time_of_an_exit_may_be_one_that_cannot_be(void **state)
{
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT);
    command.forged.exited_at = (struct fake_exited_at){FAKE_EXITED_AT_RAW, -1, 2000000000};
    Containerd__Events__TaskExit *ended = exit_of(*state, command);
    assert_true(ended->exited_at->seconds == -1);
    assert_int_equal(ended->exited_at->nanos, 2000000000);
    proto_free(&ended->base);
}

static void an_event_may_have_a_field_that_nobody_knows(void **state)
{
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT);
    command.forged.unknown_field = true;
    Containerd__Events__TaskExit *ended = exit_of(*state, command);
    assert_int_equal(ended->pid, 7);
    assert_int_equal(ended->base.n_unknown_fields, 1);
    assert_int_equal(ended->base.unknown_fields[0].tag, 1000);
    proto_free(&ended->base);
}

/* What is around it can still be read. */
static void a_damaged_body_has_a_whole_envelope(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT);
    ProtobufCMessage *envelope;
    ProtobufCMessage *message;
    command.forged.damage = FAKE_DAMAGE_BODY;
    fake_pair_command(pair, command);
    assert_int_equal(
        proto_unpack(&envelope, &containerd__events__envelope__descriptor, buffer_text(&pair->messages[0])), 0);
    const Google__Protobuf__Any *event = ((Containerd__Events__Envelope *)(void *)envelope)->event;
    assert_true(proto_any_is(event, "containerd.events.TaskExit"));
    assert_int_not_equal(proto_unpack(&message, &containerd__events__task_exit__descriptor, proto_text(event->value)),
                         0);
    proto_free(envelope);
    command.forged.damage = FAKE_DAMAGE_TYPE;
    proto_free(body(pair, command, "containerd.events.Unheard", &containerd__events__task_exit__descriptor));
}

static void what_is_wrong_with_the_message_itself_ends_the_stream_of_a_client(void **state)
{
    static const struct {
        enum fake_damage damage;
        enum status_code status;
    } rows[] = {
        {FAKE_DAMAGE_COMPRESSED, STATUS_UNIMPLEMENTED},
        {FAKE_DAMAGE_OVERSIZE, STATUS_RESOURCE_EXHAUSTED},
    };
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT);
        command.forged.damage = rows[i].damage;
        pair->ended = false;
        fake_pair_command(pair, command);
        assert_int_equal(pair->message_count, 0);
        assert_true(pair->ended);
        assert_int_equal(pair->status, rows[i].status);
        fake_pair_call(pair, "/containerd.services.events.v1.Events/Subscribe", NULL, (struct text){NULL, 0}, true);
    }
}

/* The padding alone does it, whatever the message is. */
static void oversize_is_longer_than_clients_take(void **state)
{
    struct buffer out = BUFFER_INIT;
    (void)state;
    dialect_pack_padding(&out);
    assert_false(out.failed);
    assert_true(out.length > FAKE_CLIENT_MESSAGE_MAX && out.length < FAKE_CLIENT_MESSAGE_MAX + 16);
    buffer_release(&out);
}

static void a_pause_has_its_own_type(void **state)
{
    Containerd__Events__TaskPaused *paused =
        body(*state, forged(FAKE_TOPIC_TASK_PAUSED), "containerd.events.TaskPaused",
             &containerd__events__task_paused__descriptor);
    assert_true(text_is(proto_text(paused->container_id), "web"));
    proto_free(&paused->base);
}

static void bytes_are_a_message_without_any_envelope(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command command = forged(FAKE_TOPIC_TASK_EXIT);
    command.forged.has_bytes = true;
    command.forged.bytes = (struct text){"\0\xff", 2};
    fake_pair_command(pair, command);
    assert_int_equal(pair->messages[0].length, 2);
    assert_memory_equal(pair->messages[0].bytes, "\0\xff", 2);
}

int main(void)
{
#define PAIR_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_pair_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oversize_is_longer_than_clients_take),
        PAIR_TEST(the_time_of_an_exit_may_be_missing),
        PAIR_TEST(the_time_of_an_exit_may_be_one_that_cannot_be),
        PAIR_TEST(an_event_may_have_a_field_that_nobody_knows),
        PAIR_TEST(a_damaged_body_has_a_whole_envelope),
        PAIR_TEST(what_is_wrong_with_the_message_itself_ends_the_stream_of_a_client),
        PAIR_TEST(a_pause_has_its_own_type),
        PAIR_TEST(bytes_are_a_message_without_any_envelope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
