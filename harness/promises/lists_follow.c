/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/status.h"
#include "base/time.h"
#include "harness/promises/promise.h"

/* What a call may take, and the longest wait before one that failed is made again. */
#define LIST_FAILED_NS (MONITOR_ASK_TIMEOUT_NS + 30 * TIME_SECOND)
/* A step has so much room, and what waits for more is done in the next one. */
#define LIST_SOON_NS TIME_SECOND

static void see_reply(struct list_memory *lists, const struct moment *moment)
{
    int64_t now_ns = moment->now_ns;
    bool is_second = lists->asked == 1 && !lists->heard && policy_has(moment->switches, POLICY_SECOND_LIST);
    if (!lists->opened || lists->call_id == 0 || moment->handler_event->call_id != lists->call_id)
        return;
    lists->call_id = 0;
    if (moment->handler_event->outcome.status != STATUS_OK)
        lists->due_ns = now_ns + LIST_FAILED_NS;
    else if (is_second)
        lists->due_ns = now_ns + MONITOR_SETTLE_NS + LIST_SOON_NS;
    else if (policy_has(moment->switches, POLICY_SWEEP))
        lists->due_ns = now_ns + MONITOR_SWEEP_NS + LIST_SOON_NS;
    else
        lists->due_ns = TIME_NEVER;
}

static bool see_event(struct list_memory *lists, const struct moment *moment, struct error *finding)
{
    bool is_late = lists->opened && moment->now_ns > lists->due_ns;
    if (is_late)
        (void)error_set(finding, 0, "the stream is open, and no list of the tasks %s",
                        lists->asked == 0   ? "follows"
                        : lists->asked == 1 ? "follows the first"
                                            : "comes any more");
    switch ((int)moment->handler_event->kind) {
    case MONITOR_STREAM_OPENED:
        *lists = (struct list_memory){.connection_id = lists->connection_id, .opened = true};
        lists->due_ns = moment->now_ns + LIST_SOON_NS;
        break;
    case MONITOR_STREAM_MESSAGE: lists->heard = lists->heard || lists->asked == 0; break;
    case MONITOR_REPLY: see_reply(lists, moment); break;
    case MONITOR_CONNECTION_LOST:
        /* One that was left already is lost for nobody. */
        lists->opened = lists->opened && moment->handler_event->connection_id != lists->connection_id;
        break;
    case MONITOR_STREAM_ENDED:
    case MONITOR_STOP: lists->opened = false; break;
    default: break;
    }
    return is_late;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    struct list_memory *lists = &memory->lists;
    if (!policy_has(moment->switches, POLICY_RELIST))
        return false;
    if (moment->kind == MOMENT_HANDLER_EVENT)
        return see_event(lists, moment, finding);
    if (moment->handler_action->kind == MONITOR_OPEN_STREAM)
        lists->connection_id = moment->handler_action->connection_id;
    if (moment->handler_action->kind != MONITOR_CALL) {
        lists->opened = false;
        return false;
    }
    if (moment->handler_action->call != MONITOR_CALL_LIST)
        return false;
    lists->asked += lists->asked < 2;
    lists->call_id = moment->handler_action->call_id;
    lists->due_ns = moment->now_ns + LIST_FAILED_NS;
    if (lists->opened)
        return false;
    (void)error_set(finding, 0, "the tasks were listed while no stream was open");
    return true;
}

const struct promise promise_lists_follow = {
    "lists-follow",
    "who lists the tasks does so as soon as a stream is open and not before, once more behind that, and every 60 s",
    see,
    AT(MOMENT_HANDLER_EVENT) | AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_CALL) | AT(MONITOR_OPEN_STREAM) | AT(MONITOR_CANCEL_STREAM) | AT(MONITOR_ABANDON_STREAM) |
        AT(MONITOR_CLOSE),
    0};
