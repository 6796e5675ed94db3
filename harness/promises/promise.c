/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

const struct promise *const promise_list[PROMISE_COUNT] = {
    [PROMISE_NO_EXIT_IS_LOST] = &promise_no_exit_is_lost,
    [PROMISE_FINISHED_ONCE] = &promise_finished_once,
    [PROMISE_NON_INIT_CHANGES_NOTHING] = &promise_non_init_changes_nothing,
    [PROMISE_NO_DELETE_OF_A_LIVE_TASK] = &promise_no_delete_of_a_live_task,
    [PROMISE_BACKOFF_SEQUENCE] = &promise_backoff_sequence,
    [PROMISE_ONE_SUBSCRIPTION] = &promise_one_subscription,
};
