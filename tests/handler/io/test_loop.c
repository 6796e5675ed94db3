/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "tests/support/handler_world.h"

static void a_life_is_told_and_its_task_deleted_over_a_real_socket(void **state)
{
    struct handler_world world;
    (void)state;
    handler_world_init(&world, SERVER_GOOD, DELETE_ALL);
    world.stop_at_deletion = true;
    handler_world_listen(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_string_equal(world.changes, "csx");
    assert_int_equal(world.deletions, 1);
    assert_int_equal(world.subscriptions, 1);
    assert_int_equal(world.notes[NOTE_CONNECTED], 1);
    assert_int_equal(world.notes[NOTE_SUBSCRIBED], 1);
    assert_int_equal(world.notes[NOTE_CONNECTION_LOST], 0);
    handler_world_release(&world);
}

/* As in 2017: a stream for each event, and the old ones left open. That it learns of containers is only for the test.
 */
static void a_life_is_told_in_the_api_of_2017_too(void **state)
{
    const policy_switches learns = (policy_switches)1 << POLICY_LEARN_FROM_EVENTS;
    const struct handler_loop_options options = {
        .deletes = DELETE_ALL, .api = HANDLER_API_EXECUTION, .policy = POLICY_ORIGINAL | learns};
    struct handler_world world;
    (void)state;
    handler_world_init_with(&world, SERVER_OLD, options);
    handler_world_listen(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_string_equal(world.changes, "cx");
    assert_int_equal(world.deletions, 1);
    assert_int_equal(world.subscriptions, 2);
    assert_int_equal(world.cancelled, 0);
    handler_world_release(&world);
}

/* Without the cure of its transport the monitor tells what its library said in 2017. */
static void a_policy_without_the_modern_transport_has_that_of_2017(void **state)
{
    const struct handler_loop_options options = {.policy = POLICY_ORIGINAL};
    struct handler_world world;
    (void)state;
    handler_world_init_with(&world, SERVER_GOOD, options);
    world.stop_at = NOTE_CONNECT_FAILED;
    world.stop_at_count = 1;
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_true(text_is(buffer_text(&world.text), "grpc: the connection is unavailable"));
    handler_world_release(&world);
}

static void an_observer_deletes_nothing(void **state)
{
    struct handler_world world;
    (void)state;
    handler_world_init(&world, SERVER_GOOD, DELETE_NONE);
    handler_world_listen(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_string_equal(world.changes, "csx");
    assert_int_equal(world.deletions, 0);
    handler_world_release(&world);
}

static void a_lost_connection_is_made_again(void **state)
{
    struct handler_world world;
    (void)state;
    handler_world_init(&world, SERVER_LEAVES, DELETE_NONE);
    handler_world_listen(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_int_equal(world.accepted, 2);
    assert_int_equal(world.subscriptions, 2);
    assert_int_equal(world.notes[NOTE_CONNECTION_LOST], 1);
    assert_string_equal(world.changes, "csx");
    handler_world_release(&world);
}

static void a_missing_socket_is_tried_again_and_a_stop_does_not_wait_for_that(void **state)
{
    struct handler_world world;
    (void)state;
    handler_world_init(&world, SERVER_GOOD, DELETE_NONE);
    world.stop_at = NOTE_CONNECT_FAILED;
    world.stop_at_count = 3;
    assert_int_equal(handler_loop_run(world.handler), 0);
    /* Nothing is left on the loop that it would wait for. */
    assert_int_equal(grpc_loop_run(world.grpc), 0);
    assert_true(grpc_loop_now_ns(world.grpc) - world.stopped_at_ns < world.delay_ns / 2);
    assert_true(world.delay_ns == 400 * TIME_MILLISECOND);
    assert_int_equal(world.notes[NOTE_CONNECT_FAILED], 3);
    assert_int_equal(buffer_append(&world.text, "", 1), 0);
    assert_non_null(strstr((const char *)world.text.bytes, "No such file or directory"));
    handler_world_release(&world);
}

static void a_server_that_speaks_something_else_is_a_lost_connection(void **state)
{
    struct handler_world world;
    (void)state;
    handler_world_init(&world, SERVER_ODD, DELETE_NONE);
    world.stop_at = NOTE_CONNECTION_LOST;
    world.stop_at_count = 1;
    handler_world_listen(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_int_equal(world.accepted, 1);
    handler_world_release(&world);
}

static void a_stop_cancels_the_subscription_at_the_server(void **state)
{
    struct handler_world world;
    (void)state;
    handler_world_init(&world, SERVER_GOOD, DELETE_NONE);
    handler_world_listen(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    grpc_listener_free(world.listener);
    world.listener = NULL;
    handler_world_let_server_finish(&world);
    assert_int_equal(world.cancelled, 1);
    assert_null(world.connection);
    handler_world_release(&world);
}

static void a_stop_before_the_run_makes_it_return_at_once(void **state)
{
    struct handler_world world;
    (void)state;
    handler_world_init(&world, SERVER_GOOD, DELETE_NONE);
    handler_loop_stop(world.handler);
    handler_loop_stop(world.handler);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_int_equal(world.notes[NOTE_CONNECT_FAILED], 0);
    handler_world_release(&world);
}

/* Asked before the loop runs, and so before there is a connection: they are held until it is there. */
static void an_owner_is_answered_in_the_order_in_which_it_asked(void **state)
{
    static const enum operation_kind kinds[] = {OPERATION_CREATE, OPERATION_START, OPERATION_STOP, OPERATION_REMOVE,
                                                OPERATION_CREATE};
    struct handler_world world;
    (void)state;
    handler_world_init(&world, SERVER_QUIET, DELETE_ALL);
    handler_world_listen(&world);
    world.stop_at_answers = 4;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct operation operation = {
            .id = i + 1, .kind = kinds[i], .container_id = text_of("web"), .grace_ns = TIME_SECOND};
        assert_int_equal(handler_loop_ask(world.handler, &operation), 0);
    }
    assert_int_equal(handler_loop_abandon(world.handler, 5), 0);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_string_equal(world.answers, "create OK, start OK, stop OK, remove OK");
    assert_int_equal(world.deletions, 1);
    handler_world_release(&world);
}

static void what_no_containerd_takes_is_refused(void **state)
{
    static char long_path[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1];
    const struct {
        struct text address, name_space;
        int code;
    } rows[] = {{text_of("/nowhere"), text_of("-bad-"), ERROR_INVALID},
                {text_of(""), text_of("ns"), ERROR_INVALID},
                {{long_path, sizeof long_path - 1}, text_of("ns"), ERROR_INVALID},
                {{long_path, sizeof long_path - 2}, text_of("ns"), 0}};
    (void)state;
    memset(long_path, 'x', sizeof long_path - 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct handler_loop_options options = {.address = rows[i].address, .name_space = rows[i].name_space};
        struct handler_loop *handler = NULL;
        struct grpc_loop *grpc = NULL;
        assert_int_equal(grpc_loop_new(&grpc), 0);
        assert_int_equal(handler_loop_new(&handler, grpc, &options, &handler_world_calls, NULL), rows[i].code);
        assert_int_equal(handler == NULL, rows[i].code != 0);
        handler_loop_free(handler);
        grpc_loop_free(grpc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life_is_told_and_its_task_deleted_over_a_real_socket),
        cmocka_unit_test(a_life_is_told_in_the_api_of_2017_too),
        cmocka_unit_test(a_policy_without_the_modern_transport_has_that_of_2017),
        cmocka_unit_test(an_observer_deletes_nothing),
        cmocka_unit_test(a_lost_connection_is_made_again),
        cmocka_unit_test(a_missing_socket_is_tried_again_and_a_stop_does_not_wait_for_that),
        cmocka_unit_test(a_server_that_speaks_something_else_is_a_lost_connection),
        cmocka_unit_test(a_stop_cancels_the_subscription_at_the_server),
        cmocka_unit_test(a_stop_before_the_run_makes_it_return_at_once),
        cmocka_unit_test(an_owner_is_answered_in_the_order_in_which_it_asked),
        cmocka_unit_test(what_no_containerd_takes_is_refused),
    };
    return cmocka_run_group_tests_name("handler/io/loop", tests, NULL, NULL);
}
