/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "grpc/wire/message.h"

static void what_is_not_given_has_its_named_default(void **state)
{
    static const struct grpc_options none = {0};
    (void)state;
    for (int given = 0; given < 2; given++) {
        struct grpc_options filled;
        grpc_options_fill(&filled, given ? &none : NULL);
        assert_int_equal(filled.stream_window, GRPC_WINDOW_DEFAULT);
        assert_int_equal(filled.connection_window, GRPC_WINDOW_DEFAULT);
        assert_int_equal(filled.message_size_max, GRPC_MESSAGE_MAX);
        assert_int_equal(filled.streams_max, GRPC_STREAMS_MAX);
        assert_int_equal(filled.queue_bytes_max, GRPC_QUEUE_BYTES_MAX);
        assert_int_equal(filled.connection_queue_bytes_max, GRPC_CONNECTION_QUEUE_BYTES_MAX);
        assert_int_equal(filled.resets_per_second_max, GRPC_RESETS_PER_SECOND_MAX);
        assert_true(filled.user_agent.length > 0 && filled.authority.length > 0);
    }
}

static void what_is_given_stays_as_far_as_http2_can_say_it(void **state)
{
    static const struct grpc_options given = {.stream_window = UINT32_MAX,
                                              .connection_window = INT32_MAX,
                                              .streams_max = 1,
                                              .queue_bytes_max = 2,
                                              .connection_queue_bytes_max = 3};
    struct grpc_options filled;
    (void)state;
    grpc_options_fill(&filled, &given);
    assert_int_equal(filled.stream_window, INT32_MAX);
    assert_int_equal(filled.connection_window, INT32_MAX);
    assert_int_equal(filled.streams_max, 1);
    assert_int_equal(filled.queue_bytes_max, 2);
    assert_int_equal(filled.connection_queue_bytes_max, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_given_has_its_named_default),
        cmocka_unit_test(what_is_given_stays_as_far_as_http2_can_say_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
