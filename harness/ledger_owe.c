/* SPDX-License-Identifier: Apache-2.0 */
/* What is due when, and what was asked how often: of the life that there is. */
#include "base/status.h"
#include "base/time.h"
#include "harness/ledger.h"

/* Nothing but the counters of a killed process is asked for in between. */
#define EXIT_IN_TIME_NS    (3 * TIME_SECOND)
#define DELETE_WAIT_MAX_NS (30 * TIME_SECOND)

enum { SIGNAL_TERMINATE = 15 };

static void forget_retries(struct subject *subject)
{
    subject->delete_failed_at_ns = 0;
    subject->delete_wait_ns = 0;
    subject->hurried_wait_ns = 0;
}

static void forget_signals(struct subject *subject)
{
    subject->end_call_id = 0;
    subject->end_asked = false;
    subject->end_heard = false;
    subject->asked_twice = false;
}

void ledger_owe_life(struct subject *subject, int64_t wall_ns)
{
    subject->began_at_ns = wall_ns;
    /* Of the life before that, where its end has yet to be recorded. */
    subject->last_oom_told = subject->oom_told || (subject->last_oom_told && subject->owed);
    subject->oom_told = false;
    subject->oom_due = false;
    subject->counted = false;
    forget_signals(subject);
    subject->exit_put = false;
    subject->doubted = false;
    subject->ended_before_stream = false;
    subject->said_to_run = false;
    subject->exit_due_ns = TIME_NEVER;
    forget_retries(subject);
}

/* The process of the handler is gone, or does nothing more. */
void ledger_owe_nothing(struct ledger *ledger)
{
    ledger->due_ns = TIME_NEVER;
    ledger->follows = false;
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        subject->oom_due = false;
        forget_signals(subject);
        subject->exit_put = false;
        subject->metrics_call_id = 0;
        subject->exit_due_ns = TIME_NEVER;
        forget_retries(subject);
    }
}

/* What waits is tried again, whenever it was to be, and what is in doubt is asked for. */
static void hurry(struct ledger *ledger)
{
    ledger->due_ns = TIME_NEVER;
    for (size_t i = 0; i < ledger->count; i++) {
        ledger->subjects[i].exit_due_ns = TIME_NEVER;
        forget_retries(&ledger->subjects[i]);
    }
}

/* That it was asked to end is remembered beside the record. */
static void owe_record(struct ledger *ledger, struct text id)
{
    struct subject *subject = ledger_find(ledger, id);
    hurry(ledger);
    if (subject == NULL)
        return;
    subject->end_call_id = 0;
    subject->end_heard = false;
    subject->oom_due = false;
}

/* The handler has a record of the present life, which no other life can be taken for. */
static bool is_shown(const struct subject *subject, enum container_state state)
{
    uint32_t pid = state == CONTAINER_EXITED ? subject->pid : subject->shown_pid;
    return subject->known && subject->state == state && !subject->same_pid && !subject->disowned && pid != 0 &&
           pid == subject->pid;
}

/* Nobody told the beginning of the present life nor the end of the last, and the lack of memory was before the present
 * one was found: who hears that can say neither that it is of this one nor that it is not, but by the counters. So it
 * is where the present one is heard of already, and its record waits for the end of the last; and where its end is
 * recorded already, and no answer has told the counters. */
static bool may_be_of_found(const struct subject *subject)
{
    bool is_uncounted =
        is_shown(subject, CONTAINER_EXITED) && subject->finished_life == subject->lives && !subject->counted;
    bool is_last_known = subject->incarnation > 1 && subject->last_told;
    bool waits = subject->known && subject->named && subject->shown_pid != subject->pid && !subject->last_told;
    return waits || (subject->known && (subject->shown_pid == subject->pid || is_uncounted) &&
                     subject->shown_at_ns > subject->began_at_ns && !is_last_known);
}

static void owe_oom(struct ledger *ledger, struct subject *subject, const struct task_event *task, int64_t now_ns)
{
    int64_t at_ns = 0;
    bool has_time = task->published_at.present &&
                    time_unix_checked(task->published_at.seconds, task->published_at.nanoseconds, &at_ns);
    /* No times tell of which life it is. */
    if (ledger->clock_jumped || (has_time && at_ns < subject->began_at_ns)) {
        subject->last_oom_told = true;
        subject->oom_told = subject->oom_told || ledger->clock_jumped || may_be_of_found(subject);
        return;
    }
    subject->oom_told = true;
    subject->oom_told_at_ns = now_ns;
    /* Nor does one that is told to the nanosecond when it began. */
    if (has_time && at_ns == subject->began_at_ns && subject->lives > 1)
        return;
    subject->oom_due = subject->oom_due || is_shown(subject, CONTAINER_RUNNING) ||
                       (is_shown(subject, CONTAINER_EXITED) && subject->finished_life == subject->lives);
}

static void owe_exit(struct ledger *ledger, struct subject *subject, const struct task_event *task, int64_t now_ns)
{
    bool is_init = task->process_id.length == 0 || text_equal(task->process_id, task->container_id);
    if (!is_init || !subject->exited || task->exit_status != subject->exit_status || task->pid != subject->pid ||
        !is_shown(subject, CONTAINER_RUNNING) || subject->exit_put || subject->doubted ||
        subject->exit_due_ns != TIME_NEVER)
        return;
    subject->exit_due_ns = now_ns + EXIT_IN_TIME_NS;
    ledger->due_ns = time_min(ledger->due_ns, subject->exit_due_ns);
}

static void owe_event(struct ledger *ledger, const struct monitor_event *event)
{
    struct subject *subject = ledger_find(ledger, event->task.container_id);
    if (subject == NULL || ledger_is_foreign(ledger, &event->task))
        return;
    if (event->task.kind == TASK_EVENT_OOM)
        owe_oom(ledger, subject, &event->task, event->now_ns);
    if (event->task.kind == TASK_EVENT_EXIT)
        owe_exit(ledger, subject, &event->task, event->now_ns);
}

/* What has ended does not run again: such an answer is a lie of the story, until another one says better. */
static void owe_state(const struct ledger *ledger, const struct process_state *process)
{
    struct subject *subject = ledger_find(ledger, process->container_id);
    if (subject != NULL && process->pid != 0 && process->pid == subject->pid)
        subject->said_to_run = subject->ended_before_stream && process->status == PROCESS_RUNNING;
}

/* Long after the lack of memory was told the init runs: it was another process that was killed. */
static void owe_list(struct ledger *ledger, const struct monitor_event *event)
{
    if (event->call_id != ledger->list_call_id)
        return;
    for (size_t i = 0; i < event->process_count; i++) {
        const struct process_state *process = &event->processes[i];
        struct subject *subject = ledger_find(ledger, process->container_id);
        owe_state(ledger, process);
        bool runs = process->status == PROCESS_RUNNING || process->status == PROCESS_PAUSED;
        if (subject != NULL && runs && ledger->list_asked_at_ns >= subject->oom_told_at_ns + MONITOR_OOM_SURVIVED_NS)
            subject->oom_due = false;
    }
}

static void owe_reply(struct ledger *ledger, const struct monitor_event *event)
{
    owe_list(ledger, event);
    owe_state(ledger, &event->process);
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        bool is_ok = event->outcome.status == STATUS_OK;
        if (subject->metrics_call_id != 0 && event->call_id == subject->metrics_call_id) {
            subject->metrics_call_id = 0;
            subject->oom_told = subject->oom_told || (is_ok && event->oom_kills > 0);
            subject->counted = subject->counted || (is_ok && event->tells_kills);
        }
        if (subject->end_call_id != 0 && event->call_id == subject->end_call_id) {
            subject->end_call_id = 0;
            subject->end_heard = is_ok;
        }
        if (subject->delete_call_id != 0 && event->call_id == subject->delete_call_id)
            subject->delete_failed_at_ns =
                event->outcome.status == STATUS_UNAVAILABLE && subject->put_id == 0 ? event->now_ns : 0;
    }
    if (event->call_id == ledger->list_call_id)
        hurry(ledger);
}

static void owe_stream(struct subject *subject)
{
    subject->ended_before_stream = subject->exited;
    subject->said_to_run = false;
}

void ledger_owe(struct ledger *ledger, const struct monitor_event *event)
{
    if (ledger_is_left(ledger, event))
        return;
    switch ((int)event->kind) {
    case MONITOR_STREAM_MESSAGE: owe_event(ledger, event); return;
    case MONITOR_REPLY: owe_reply(ledger, event); return;
    case MONITOR_STREAM_OPENED:
        ledger->follows = true;
        for (size_t i = 0; i < ledger->count; i++)
            owe_stream(&ledger->subjects[i]);
        return;
    case MONITOR_STREAM_ENDED:
    case MONITOR_CONNECTION_LOST:
        ledger->follows = false;
        hurry(ledger);
        return;
    case MONITOR_STOP: ledger_owe_nothing(ledger); return;
    case MONITOR_CONNECTION_UP:
    case MONITOR_CONNECTION_DRAINING:
    case MONITOR_OPERATION: hurry(ledger); return;
    case MONITOR_RECORD_SET: owe_record(ledger, event->records[0].id); return;
    case MONITOR_RECORD_REMOVED: owe_record(ledger, event->task.container_id); return;
    default: return;
    }
}

static void owe_delete(struct subject *subject, int64_t now_ns)
{
    int64_t wait_ns = subject->delete_failed_at_ns != 0 ? now_ns - subject->delete_failed_at_ns : 0;
    int64_t due_ns = time_min(2 * subject->delete_wait_ns, DELETE_WAIT_MAX_NS);
    subject->hurried_wait_ns = subject->delete_failed_at_ns != 0 && wait_ns < due_ns ? subject->delete_wait_ns : 0;
    subject->delete_wait_ns = wait_ns;
    subject->delete_failed_at_ns = 0;
}

/* Before the handler has shown that it knows this life, the signal may have been meant for the last one. */
static void owe_signal(struct subject *subject, uint64_t call_id)
{
    subject->end_asked = true;
    if (!subject->aware)
        return;
    subject->asked_twice = subject->end_heard;
    subject->end_call_id = call_id;
}

void ledger_owe_asked(struct ledger *ledger, const struct monitor_action *action, int64_t now_ns)
{
    struct subject *subject = ledger_find(ledger, action->container_id);
    if (action->kind != MONITOR_CALL) {
        ledger->follows = false;
        return;
    }
    if (action->call == MONITOR_CALL_LIST)
        ledger->list_asked_at_ns = now_ns;
    if (subject == NULL)
        return;
    if (action->call == MONITOR_CALL_DELETE)
        owe_delete(subject, now_ns);
    if (action->call == MONITOR_CALL_GET) {
        subject->doubted = true;
        subject->exit_due_ns = TIME_NEVER;
    }
    if (action->call == MONITOR_CALL_METRICS)
        subject->metrics_call_id = action->call_id;
    if (action->call == MONITOR_CALL_KILL && action->signal == SIGNAL_TERMINATE)
        owe_signal(subject, action->call_id);
}

void ledger_owe_hash(const struct subject *subject, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, (uint64_t)subject->counted << 16 | (uint64_t)subject->says_oom << 15 |
                       (uint64_t)subject->said_to_run << 14 | (uint64_t)(subject->forget_id != 0) << 13 |
                       (uint64_t)(subject->put_id != 0) << 12 | (uint64_t)(subject->delete_failed_at_ns != 0) << 11 |
                       (uint64_t)(subject->end_call_id != 0) << 10 | (uint64_t)subject->doubted << 9 |
                       (uint64_t)subject->exit_put << 8 | (uint64_t)subject->end_heard << 7 |
                       (uint64_t)subject->end_asked << 6 | (uint64_t)(subject->metrics_call_id != 0) << 5 |
                       (uint64_t)subject->ended_before_stream << 4 | (uint64_t)subject->oom_due << 3 |
                       (uint64_t)subject->last_oom_told << 2 | (uint64_t)subject->oom_told << 1 |
                       (uint64_t)(subject->exit_due_ns != TIME_NEVER));
    if (subject->oom_due)
        hash_i64(hash, time_min(now_ns - subject->oom_told_at_ns, MONITOR_OOM_SURVIVED_NS + MONITOR_SWEEP_NS));
    if (subject->exit_due_ns != TIME_NEVER)
        hash_i64(hash, subject->exit_due_ns - now_ns);
    if (subject->delete_failed_at_ns != 0)
        hash_i64(hash, now_ns - subject->delete_failed_at_ns);
    hash_i64(hash, subject->delete_wait_ns);
    hash_i64(hash, subject->began_at_ns);
    hash_i64(hash, subject->shown_at_ns);
}
