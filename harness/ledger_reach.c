/* SPDX-License-Identifier: Apache-2.0 */
/* A task whose shim has died: who asks for it is told nothing, and has to wait before it counts as an end. */
#include "base/status.h"
#include "base/time.h"
#include "harness/ledger.h"

/* The handler's own limit; as long as it may take it to hear of the absence from two lists in a row; and as long as it
 * may wait between two questions, with what hangs. */
#define OUT_OF_REACH_MAX_NS (MONITOR_UNREACHED_MAX_NS + 3 * MONITOR_SWEEP_NS)

void ledger_shim_died(struct subject *subject, int64_t now_ns)
{
    subject->orphaned = true;
    subject->shim_is_dead = true;
    subject->shim_died_at_ns = now_ns;
}

/* What makes the handler begin to count anew. */
static bool disturbs(const struct monitor_event *event)
{
    int status = event->outcome.status;
    bool says_else = status != STATUS_OK && status != STATUS_UNAVAILABLE && status != STATUS_NOT_FOUND;
    return event->kind == MONITOR_START || event->kind == MONITOR_CONNECTION_LOST ||
           event->kind == MONITOR_STREAM_OPENED || event->kind == MONITOR_STREAM_ENDED ||
           (event->kind == MONITOR_REPLY && says_else);
}

void ledger_reach_asked(struct subject *subject, const struct monitor_action *action)
{
    if (action->call == MONITOR_CALL_GET)
        subject->get_call_id = action->call_id;
}

/* Whoever is told nothing else of it for so long may take it for ended, also where the story's answers are late and
 * only that makes it so long. */
static void hear_silence(struct subject *subject, const struct monitor_event *event)
{
    if (subject->get_call_id == 0 || event->call_id != subject->get_call_id)
        return;
    subject->get_call_id = 0;
    if (event->outcome.status != STATUS_UNAVAILABLE) {
        subject->silent = false;
        return;
    }
    if (!subject->silent)
        subject->silent_since_ns = event->now_ns;
    subject->silent = true;
    subject->given_up =
        subject->given_up || event->now_ns >= time_add(subject->silent_since_ns, MONITOR_UNREACHED_MAX_NS);
}

void ledger_reach_heard(struct ledger *ledger, const struct monitor_event *event)
{
    if (disturbs(event))
        ledger->undisturbed_since_ns = event->now_ns;
    for (size_t i = 0; event->kind == MONITOR_REPLY && i < ledger->count; i++)
        hear_silence(&ledger->subjects[i], event);
}

static int64_t out_of_reach_for_ns(const struct ledger *ledger, const struct subject *subject, int64_t now_ns)
{
    int64_t since_ns = subject->shim_died_at_ns > ledger->undisturbed_since_ns ? subject->shim_died_at_ns
                                                                               : ledger->undisturbed_since_ns;
    return time_min(now_ns - since_ns, OUT_OF_REACH_MAX_NS);
}

bool ledger_is_out_of_reach(const struct ledger *ledger, const struct subject *subject, int64_t now_ns)
{
    return subject->shim_is_dead && !subject->told &&
           out_of_reach_for_ns(ledger, subject, now_ns) < OUT_OF_REACH_MAX_NS;
}

void ledger_reach_hash(const struct ledger *ledger, const struct subject *subject, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, (uint64_t)subject->given_up << 1 | (uint64_t)(subject->get_call_id != 0));
    hash_i64(hash, subject->silent ? time_min(now_ns - subject->silent_since_ns, MONITOR_UNREACHED_MAX_NS) : -1);
    /* Also where its end was told: a crash of the handler takes that away. */
    if (subject->shim_is_dead)
        hash_i64(hash, out_of_reach_for_ns(ledger, subject, now_ns));
}

static bool says(struct text text, const char *words)
{
    for (; text.length > 0; text.bytes++, text.length--)
        if (text_starts_with(text, words))
            return true;
    return false;
}

bool ledger_is_refusal(int status, struct text text)
{
    switch (status) {
    case STATUS_NOT_FOUND:
    case STATUS_PERMISSION_DENIED:
    case STATUS_UNAUTHENTICATED:
    case STATUS_UNIMPLEMENTED:
    case STATUS_INVALID_ARGUMENT:
    case STATUS_OUT_OF_RANGE: return true;
    case STATUS_UNKNOWN:
    case STATUS_INTERNAL:
    case STATUS_FAILED_PRECONDITION: return says(text, "not found") || says(text, "does not exist");
    default: return false;
    }
}
