/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

#include "base/time.h"

const struct promise *const promise_list[PROMISE_COUNT] = {
    [PROMISE_NO_EXIT_IS_LOST] = &promise_no_exit_is_lost,
    [PROMISE_FINISHED_ONCE] = &promise_finished_once,
    [PROMISE_NON_INIT_CHANGES_NOTHING] = &promise_non_init_changes_nothing,
    [PROMISE_NO_DELETE_OF_A_LIVE_TASK] = &promise_no_delete_of_a_live_task,
    [PROMISE_BACKOFF_SEQUENCE] = &promise_backoff_sequence,
    [PROMISE_ONE_SUBSCRIPTION] = &promise_one_subscription,
    [PROMISE_NO_KILL_AFTER_ABANDON] = &promise_no_kill_after_abandon,
    [PROMISE_JOURNAL_FIRST] = &promise_journal_first,
    [PROMISE_EVERYTHING_SETTLES] = &promise_everything_settles,
    [PROMISE_LISTS_FOLLOW] = &promise_lists_follow,
    [PROMISE_RETRIES_DOUBLE] = &promise_retries_double,
    [PROMISE_OOM_IS_TOLD] = &promise_oom_is_told,
    [PROMISE_ANSWERS_ARE_CURRENT] = &promise_answers_are_current,
    [PROMISE_EXITS_IN_TIME] = &promise_exits_in_time,
    [PROMISE_SIGNALS_IN_ORDER] = &promise_signals_in_order,
    [PROMISE_TIMES_IN_ORDER] = &promise_times_in_order,
    [PROMISE_RECORDS_STAY] = &promise_records_stay,
};

bool promise_cannot_reach(const struct moment *moment, const struct subject *subject)
{
    struct fake_process process;
    bool has_task;
    bool is_unknown =
        ledger_is_out_of_reach(moment->ledger, subject, moment->now_ns) || (subject->unspoken && !subject->told);
    return is_unknown && fake_task(moment->fake, moment->ledger->name_space, subject->id, &process, &has_task) &&
           has_task;
}

/* How long a stream has lived counts up to what proves that the server is well. */
void promises_hash(const struct promise_memory *memory, int64_t now_ns, struct hash *hash)
{
    const struct backoff_memory *backoff = &memory->backoff;
    hash_u64(hash, (uint64_t)backoff->failures << 6 | (uint64_t)backoff->away << 5 | (uint64_t)backoff->closed << 4 |
                       (uint64_t)backoff->trying << 3 | (uint64_t)backoff->waiting << 2 |
                       (uint64_t)backoff->streaming << 1 | (uint64_t)backoff->proved);
    if (backoff->waiting)
        hash_i64(hash, now_ns - backoff->failed_at_ns);
    if (backoff->streaming)
        hash_i64(hash, time_min(now_ns - backoff->stream_since_ns, MONITOR_STREAM_LIFETIME_MIN_NS));
    hash_u64(hash, memory->subscription.open);
    hash_u64(hash, (uint64_t)memory->lists.asked << 3 | (uint64_t)(memory->lists.call_id != 0) << 2 |
                       (uint64_t)memory->lists.heard << 1 | (uint64_t)memory->lists.opened);
    if (memory->lists.opened)
        hash_i64(hash, memory->lists.due_ns - now_ns);
}
