/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/time.h"
#include "handler/core/backoff.h"
#include "harness/promises/promise.h"

/* A failure counts once: the loss of a connection while we wait already is not another one, nor is that of one that was
 * left before the last start. */
static void fail(struct backoff_memory *memory, int64_t now_ns)
{
    bool lived = memory->streaming && now_ns - memory->stream_since_ns >= MONITOR_STREAM_LIFETIME_MIN_NS;
    if (memory->waiting || !memory->trying)
        return;
    if (memory->proved || lived)
        memory->failures = 0;
    memory->failures++;
    memory->waiting = true;
    memory->failed_at_ns = now_ns;
    memory->streaming = false;
    memory->trying = false;
    memory->proved = false;
}

/* One that was left already is lost for nobody, and one whose server goes away was to be left. */
static void see_loss(struct backoff_memory *memory, const struct monitor_event *event)
{
    if (event->connection_id != memory->connection_id)
        return;
    memory->closed = memory->away && !memory->waiting;
    fail(memory, event->now_ns);
}

static void see_event(struct backoff_memory *memory, const struct monitor_event *event, bool moves)
{
    switch (event->kind) {
    case MONITOR_CONNECTION_LOST: see_loss(memory, event); break;
    case MONITOR_CONNECTION_DRAINING:
        memory->away = memory->away || (moves && event->connection_id == memory->connection_id);
        break;
    case MONITOR_STREAM_ENDED:
        /* It ends because the server goes away: that counts when it is left. */
        if (!memory->away)
            fail(memory, event->now_ns);
        break;
    case MONITOR_STREAM_MESSAGE: memory->proved = true; break;
    /* A start of what runs already is none. */
    case MONITOR_STOP: memset(memory, 0, sizeof *memory); break;
    case MONITOR_START:
    case MONITOR_CONNECTION_UP:
    case MONITOR_STREAM_OPENED:
    case MONITOR_STREAM_UNREADABLE:
    case MONITOR_REPLY:
    case MONITOR_PONG:
    case MONITOR_STORE_WRITTEN:
    case MONITOR_STORE_FAILED:
    case MONITOR_STORE_LOADED:
    case MONITOR_LOCKED:
    case MONITOR_UNLOCKED:
    case MONITOR_RECORD_SET:
    case MONITOR_RECORD_REMOVED:
    case MONITOR_OPERATION:
    case MONITOR_ABANDONED:
    case MONITOR_TIME: break;
    }
}

/* What the handler ends by itself has failed: a stream with a message that it cannot read, a connection that is silent.
 * One that it leaves for another at the same moment has not. */
static void see_end(struct backoff_memory *memory, enum monitor_action_kind kind, const struct monitor_event *event,
                    int64_t now_ns)
{
    bool leaves_stream = kind == MONITOR_CANCEL_STREAM || kind == MONITOR_ABANDON_STREAM;
    if (leaves_stream && event->kind == MONITOR_STREAM_UNREADABLE)
        fail(memory, now_ns);
    if (kind == MONITOR_CLOSE && !memory->waiting) {
        fail(memory, now_ns);
        memory->closed = true;
    } else if (kind == MONITOR_DIAL) {
        if (memory->closed && memory->waiting && memory->failed_at_ns == now_ns) {
            memory->failures--;
            memory->waiting = false;
        }
        memory->closed = false;
        memory->away = false;
    }
}

static bool see_attempt(struct backoff_memory *memory, int64_t now_ns, struct error *finding)
{
    char expected[TIME_TEXT_SIZE];
    char found[TIME_TEXT_SIZE];
    int64_t delay_ns = backoff_delay_ns(&backoff_of_the_monitor, memory->failures - 1.0, NULL);
    int64_t waited_ns = now_ns - memory->failed_at_ns;

    memory->waiting = false;
    if (waited_ns == delay_ns)
        return false;
    time_format_duration(delay_ns, expected);
    time_format_duration(waited_ns, found);
    (void)error_set(finding, 0, "after failure %u in a row the next attempt was due after %s and came after %s",
                    memory->failures, expected, found);
    return true;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    struct backoff_memory *backoff = &memory->backoff;

    if (moment->kind == MOMENT_HANDLER_EVENT)
        see_event(backoff, moment->handler_event, policy_has(moment->switches, POLICY_MOVE_ON_GOAWAY));
    if (moment->kind != MOMENT_HANDLER_ACTION)
        return false;
    if (moment->handler_action->kind == MONITOR_OPEN_STREAM) {
        backoff->streaming = true;
        backoff->stream_since_ns = moment->now_ns;
    }
    see_end(backoff, moment->handler_action->kind, moment->handler_event, moment->now_ns);
    if (moment->handler_action->kind != MONITOR_DIAL && moment->handler_action->kind != MONITOR_OPEN_STREAM)
        return false;
    backoff->trying = true;
    if (moment->handler_action->kind == MONITOR_DIAL)
        backoff->connection_id = moment->handler_action->connection_id;
    return backoff->waiting && see_attempt(backoff, moment->now_ns, finding);
}

const struct promise promise_backoff_sequence = {
    "backoff-sequence",
    "after each failure in a row the next attempt comes after 100 ms, doubled up to 30 s, and at 100 ms again only after a message "
    "or a stream that lived 30 s",
    see,
    AT(MOMENT_HANDLER_EVENT) | AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_OPEN_STREAM) | AT(MONITOR_CANCEL_STREAM) | AT(MONITOR_ABANDON_STREAM) | AT(MONITOR_CLOSE) |
        AT(MONITOR_DIAL),
    AT(MONITOR_CONNECTION_LOST) | AT(MONITOR_CONNECTION_DRAINING) | AT(MONITOR_STREAM_ENDED) |
        AT(MONITOR_STREAM_MESSAGE) | AT(MONITOR_STOP)};
