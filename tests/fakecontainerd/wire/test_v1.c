/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of containerd's v1 services, field by field, as a client reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "proto/check.h"
#include "proto/containers.pb-c.h"
#include "proto/events.pb-c.h"
#include "proto/health.pb-c.h"
#include "proto/introspection.pb-c.h"
#include "proto/tasks.pb-c.h"
#include "proto/version.pb-c.h"
#include "tests/support/fake_pair.h"
#include "tests/support/fake_play.h"

#define CONTAINERS "/containerd.services.containers.v1.Containers/"
#define TASKS      "/containerd.services.tasks.v1.Tasks/"

static const struct text nothing = {NULL, 0};
static const struct text web = {"\x0a\x03web", 5};

/* web runs with an exec, old has ended with 3, both at the start of the wall clock. */
static int set_up(void **state)
{
    static const struct fake_label labels[] = {{{"a", 1}, {"1", 1}}, {{"b", 1}, {"", 0}}};
    static struct fake_pair pair;
    struct fake_command old = fake_command_add("old", 103, FAKE_STOPPED);
    struct fake_command running = fake_command_add("web", 101, FAKE_RUNNING);
    struct fake_command exec = fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "probe");
    running.container.image = text_of("busybox");
    running.container.labels = labels;
    running.container.label_count = 2;
    running.container.spec = (struct fake_any){text_of("types/Spec"), {"{\0\xff", 3}};
    old.exit_status = 3;
    exec.pid = 102;
    fake_pair_init(&pair);
    fake_pair_command(&pair, running);
    fake_pair_command(&pair, exec);
    fake_pair_command(&pair, old);
    *state = &pair;
    return 0;
}

static void *unpack(const ProtobufCMessageDescriptor *descriptor, struct text bytes)
{
    ProtobufCMessage *message = NULL;
    assert_int_equal(proto_unpack(&message, descriptor, bytes), 0);
    assert_int_equal(message->n_unknown_fields, 0);
    return message;
}

/* The only message of a call that must succeed. */
static void *call(struct fake_pair *pair, const char *path, struct text request,
                  const ProtobufCMessageDescriptor *descriptor)
{
    fake_pair_call(pair, path, "default", request, false);
    assert_int_equal(pair->status, STATUS_OK);
    assert_string_equal(pair->text, "");
    assert_int_equal(pair->message_count, 1);
    return unpack(descriptor, buffer_text(&pair->messages[0]));
}

static void assert_bytes(ProtobufCBinaryData bytes, const char *expected)
{
    if (!text_is(proto_text(bytes), expected))
        fail_msg("\"%.*s\" is not \"%s\"", TEXT_ARGUMENTS(proto_text(bytes)), expected);
}

static void assert_wall_start(const Google__Protobuf__Timestamp *timestamp)
{
    assert_non_null(timestamp);
    assert_true(timestamp->seconds == WALL_START_NS / TIME_SECOND);
    assert_int_equal(timestamp->nanos, 0);
}

static void assert_zero_time(const Google__Protobuf__Timestamp *timestamp)
{
    assert_non_null(timestamp);
    assert_true(timestamp->seconds == INT64_C(-62135596800));
    assert_int_equal(timestamp->nanos, 0);
}

static void the_server_tells_its_version_its_id_and_that_it_is_well(void **state)
{
    struct fake_pair *pair = *state;
    Containerd__Version__VersionResponse *version = call(pair, "/containerd.services.version.v1.Version/Version",
                                                         nothing, &containerd__version__version_response__descriptor);
    assert_bytes(version->version, "1.6.20");
    assert_bytes(version->revision, "fakecontainerd-" PROJECT_VERSION);
    proto_free(&version->base);
    Containerd__Introspection__ServerResponse *server =
        call(pair, "/containerd.services.introspection.v1.Introspection/Server", nothing,
             &containerd__introspection__server_response__descriptor);
    assert_int_equal(server->uuid.len, 36);
    proto_free(&server->base);
    fake_pair_call(pair, "/grpc.health.v1.Health/Check", NULL, nothing, false);
    assert_true(text_equal(buffer_text(&pair->messages[0]), (struct text){"\x08\x01", 2}));
}

static void a_process_names_itself_and_not_its_container(void **state)
{
    static const struct text probe = {"\x0a\x03web\x12\x05probe", 12};
    struct fake_pair *pair = *state;
    Containerd__Tasks__GetResponse *response =
        call(pair, TASKS "Get", web, &containerd__tasks__get_response__descriptor);
    assert_bytes(response->process->container_id, "");
    assert_bytes(response->process->id, "web");
    assert_int_equal(response->process->pid, 101);
    assert_int_equal(response->process->status, CONTAINERD__TASKS__STATUS__RUNNING);
    assert_int_equal(response->process->exit_status, 0);
    assert_zero_time(response->process->exited_at);
    proto_free(&response->base);
    response = call(pair, TASKS "Get", probe, &containerd__tasks__get_response__descriptor);
    assert_bytes(response->process->id, "probe");
    assert_int_equal(response->process->pid, 102);
    proto_free(&response->base);
}

static void each_status_of_a_process_has_its_number(void **state)
{
    static const Containerd__Tasks__Status expected[] = {
        [FAKE_CREATED] = CONTAINERD__TASKS__STATUS__CREATED,
        [FAKE_RUNNING] = CONTAINERD__TASKS__STATUS__RUNNING,
        [FAKE_STOPPED] = CONTAINERD__TASKS__STATUS__STOPPED,
        [FAKE_PAUSED] = CONTAINERD__TASKS__STATUS__PAUSED,
    };
    struct fake_pair *pair = *state;
    for (unsigned status = FAKE_CREATED; status <= FAKE_PAUSED; status++) {
        char id[] = "s0";
        char request[] = "\x0a\x02s0";
        id[1] = request[3] = (char)('0' + status);
        fake_pair_command(pair, fake_command_add(id, 0, (enum fake_process_status)status));
        Containerd__Tasks__GetResponse *response =
            call(pair, TASKS "Get", text_of(request), &containerd__tasks__get_response__descriptor);
        assert_int_equal(response->process->status, expected[status]);
        proto_free(&response->base);
    }
}

static void tasks_are_listed_with_their_exits(void **state)
{
    struct fake_pair *pair = *state;
    Containerd__Tasks__ListTasksResponse *response =
        call(pair, TASKS "List", nothing, &containerd__tasks__list_tasks_response__descriptor);
    assert_int_equal(response->n_tasks, 2);
    assert_bytes(response->tasks[0]->id, "old");
    assert_int_equal(response->tasks[0]->status, CONTAINERD__TASKS__STATUS__STOPPED);
    assert_int_equal(response->tasks[0]->exit_status, 3);
    assert_wall_start(response->tasks[0]->exited_at);
    assert_bytes(response->tasks[1]->id, "web");
    assert_zero_time(response->tasks[1]->exited_at);
    proto_free(&response->base);
    fake_pair_call(pair, TASKS "List", "elsewhere", nothing, false);
    assert_int_equal(pair->message_count, 1);
    assert_int_equal(pair->messages[0].length, 0);
}

static void a_deletion_answers_with_the_exit_and_without_an_id(void **state)
{
    static const struct text old = {"\x0a\x03old", 5};
    struct fake_pair *pair = *state;
    Containerd__Tasks__DeleteResponse *response =
        call(pair, TASKS "Delete", old, &containerd__tasks__delete_response__descriptor);
    assert_bytes(response->id, "");
    assert_int_equal(response->pid, 103);
    assert_int_equal(response->exit_status, 3);
    assert_wall_start(response->exited_at);
    proto_free(&response->base);
}

static void assert_web(const Containerd__Containers__Container *container)
{
    assert_bytes(container->id, "web");
    assert_bytes(container->image, "busybox");
    assert_bytes(container->runtime->name, "io.containerd.runc.v2");
    assert_int_equal(container->n_labels, 2);
    assert_bytes(container->labels[0]->key, "a");
    assert_bytes(container->labels[0]->value, "1");
    assert_bytes(container->labels[1]->key, "b");
    assert_bytes(container->labels[1]->value, "");
    assert_bytes(container->spec->type_url, "types/Spec");
    assert_true(text_equal(proto_text(container->spec->value), (struct text){"{\0\xff", 3}));
    assert_wall_start(container->created_at);
    assert_wall_start(container->updated_at);
}

static void a_container_is_the_same_alone_in_a_list_and_in_a_stream(void **state)
{
    struct fake_pair *pair = *state;
    Containerd__Containers__GetContainerResponse *one =
        call(pair, CONTAINERS "Get", web, &containerd__containers__get_container_response__descriptor);
    assert_web(one->container);
    proto_free(&one->base);
    Containerd__Containers__ListContainersResponse *list =
        call(pair, CONTAINERS "List", nothing, &containerd__containers__list_containers_response__descriptor);
    assert_int_equal(list->n_containers, 2);
    assert_bytes(list->containers[0]->id, "old");
    assert_null(list->containers[0]->spec);
    assert_web(list->containers[1]);
    proto_free(&list->base);
    fake_pair_call(pair, CONTAINERS "ListStream", "default", nothing, true);
    assert_int_equal(pair->status, STATUS_OK);
    assert_int_equal(pair->message_count, 2);
    Containerd__Containers__ListContainerMessage *item =
        unpack(&containerd__containers__list_container_message__descriptor, buffer_text(&pair->messages[1]));
    assert_web(item->container);
    proto_free(&item->base);
}

static void an_empty_stream_ends_well_without_a_message(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_call(pair, CONTAINERS "ListStream", "elsewhere", nothing, true);
    assert_true(pair->ended);
    assert_int_equal(pair->status, STATUS_OK);
    assert_int_equal(pair->message_count, 0);
}

/* ---- events ---- */

static Containerd__Events__Envelope *envelope(const struct fake_pair *pair, size_t index)
{
    assert_in_range(index, 0, pair->message_count - 1);
    return unpack(&containerd__events__envelope__descriptor, buffer_text(&pair->messages[index]));
}

/* The body of an event, which must be of that topic and type. */
static void *body(const struct fake_pair *pair, size_t index, const char *topic, const char *type_url,
                  const ProtobufCMessageDescriptor *descriptor)
{
    Containerd__Events__Envelope *event = envelope(pair, index);
    assert_bytes(event->namespace_, "default");
    assert_bytes(event->topic, topic);
    assert_wall_start(event->timestamp);
    assert_true(proto_any_is(event->event, type_url));
    void *message = unpack(descriptor, proto_text(event->event->value));
    proto_free(&event->base);
    return message;
}

static void subscribe(struct fake_pair *pair)
{
    fake_pair_call(pair, "/containerd.services.events.v1.Events/Subscribe", NULL, nothing, true);
}

static void the_events_of_a_creation_tell_what_came_to_be(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command create = fake_command_on(FAKE_COMMAND_CREATE, "new", NULL);
    create.container.image = text_of("busybox");
    create.container.runtime_name = text_of("io.containerd.runc.v2");
    create.pid = 7;
    subscribe(pair);
    fake_pair_command(pair, create);
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_START_TASK, "new", NULL));
    Containerd__Events__ContainerCreate *container =
        body(pair, 0, "/containers/create", "containerd.events.ContainerCreate",
             &containerd__events__container_create__descriptor);
    assert_bytes(container->id, "new");
    assert_bytes(container->image, "busybox");
    assert_bytes(container->runtime->name, "io.containerd.runc.v2");
    proto_free(&container->base);
    Containerd__Events__TaskCreate *task =
        body(pair, 1, "/tasks/create", "containerd.events.TaskCreate", &containerd__events__task_create__descriptor);
    assert_bytes(task->container_id, "new");
    assert_bytes(task->bundle, "/run/containerd/io.containerd.runtime.v2.task/default/new");
    assert_non_null(task->io);
    assert_int_equal(task->pid, 7);
    proto_free(&task->base);
    Containerd__Events__TaskStart *start =
        body(pair, 2, "/tasks/start", "containerd.events.TaskStart", &containerd__events__task_start__descriptor);
    assert_bytes(start->container_id, "new");
    assert_int_equal(start->pid, 7);
    proto_free(&start->base);
}

static void the_events_of_an_exec_name_it(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command exec = fake_command_on(FAKE_COMMAND_EXEC, "web", "e");
    struct fake_command exit = fake_command_on(FAKE_COMMAND_EXIT, "web", "e");
    exec.pid = 8;
    exit.exit_status = 7;
    subscribe(pair);
    fake_pair_command(pair, exec);
    fake_pair_command(pair, exit);
    Containerd__Events__TaskExecAdded *added = body(pair, 0, "/tasks/exec-added", "containerd.events.TaskExecAdded",
                                                    &containerd__events__task_exec_added__descriptor);
    assert_bytes(added->container_id, "web");
    assert_bytes(added->exec_id, "e");
    proto_free(&added->base);
    Containerd__Events__TaskExecStarted *started =
        body(pair, 1, "/tasks/exec-started", "containerd.events.TaskExecStarted",
             &containerd__events__task_exec_started__descriptor);
    assert_bytes(started->container_id, "web");
    assert_bytes(started->exec_id, "e");
    assert_int_equal(started->pid, 8);
    proto_free(&started->base);
    Containerd__Events__TaskExit *ended =
        body(pair, 2, "/tasks/exit", "containerd.events.TaskExit", &containerd__events__task_exit__descriptor);
    assert_bytes(ended->container_id, "web");
    assert_bytes(ended->id, "e");
    assert_int_equal(ended->pid, 8);
    assert_int_equal(ended->exit_status, 7);
    assert_wall_start(ended->exited_at);
    proto_free(&ended->base);
}

static void the_events_of_an_end_carry_the_exit(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command exit = fake_command_on(FAKE_COMMAND_EXIT, "web", NULL);
    exit.exit_status = 137;
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_EXIT, "web", "probe"));
    subscribe(pair);
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_pair_command(pair, exit);
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
    Containerd__Events__TaskOOM *oom =
        body(pair, 0, "/tasks/oom", "containerd.events.TaskOOM", &containerd__events__task_oom__descriptor);
    assert_bytes(oom->container_id, "web");
    proto_free(&oom->base);
    Containerd__Events__TaskExit *ended =
        body(pair, 1, "/tasks/exit", "containerd.events.TaskExit", &containerd__events__task_exit__descriptor);
    assert_bytes(ended->id, "web");
    assert_int_equal(ended->pid, 101);
    assert_int_equal(ended->exit_status, 137);
    proto_free(&ended->base);
    Containerd__Events__TaskDelete *deleted =
        body(pair, 2, "/tasks/delete", "containerd.events.TaskDelete", &containerd__events__task_delete__descriptor);
    assert_bytes(deleted->container_id, "web");
    assert_bytes(deleted->id, "");
    assert_int_equal(deleted->pid, 101);
    assert_int_equal(deleted->exit_status, 137);
    assert_wall_start(deleted->exited_at);
    proto_free(&deleted->base);
    Containerd__Events__ContainerDelete *container =
        body(pair, 3, "/containers/delete", "containerd.events.ContainerDelete",
             &containerd__events__container_delete__descriptor);
    assert_bytes(container->id, "web");
    proto_free(&container->base);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_pair_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_server_tells_its_version_its_id_and_that_it_is_well),
        TEST(a_process_names_itself_and_not_its_container),
        TEST(each_status_of_a_process_has_its_number),
        TEST(tasks_are_listed_with_their_exits),
        TEST(a_deletion_answers_with_the_exit_and_without_an_id),
        TEST(a_container_is_the_same_alone_in_a_list_and_in_a_stream),
        TEST(an_empty_stream_ends_well_without_a_message),
        TEST(the_events_of_a_creation_tell_what_came_to_be),
        TEST(the_events_of_an_exec_name_it),
        TEST(the_events_of_an_end_carry_the_exit),
    };
    return cmocka_run_group_tests_name("fakecontainerd/wire/v1", tests, NULL, NULL);
}
