/* SPDX-License-Identifier: Apache-2.0 */
/* What the handler hears: of that it can be held to account. */
#include "base/status.h"
#include "base/time.h"
#include "harness/ledger.h"

/* What is told of another life with the same pid may be told of this one. */
static void hear_echo(struct subject *subject, uint32_t status)
{
    if (subject->twin && !(subject->exited && subject->exit_status == status))
        subject->echoes |= (uint64_t)1 << (status % 64);
}

/* As is_told_of_unknown of ledger.c, where the next life has begun before that was heard. */
static void hear_of_last(struct subject *subject, const struct task_event *task)
{
    if (subject->same_pid && !subject->exited && !subject->known && task->pid == subject->last_pid &&
        task->exit_status == subject->last_status)
        subject->may_be_owed = true;
}

/* What is told of the last life may not be so, and nobody knows who was not told better. */
static void hear_else_of_last(struct subject *subject, uint32_t pid, uint32_t status)
{
    bool is_its = pid != 0 && pid == subject->last_pid && !(subject->same_pid && subject->aware);
    if (!subject->has_last || subject->last_told || !is_its || status == subject->last_status)
        return;
    subject->last_told_else = true;
    subject->last_else_status = status;
}

/* As above, of the life whose end is owed. */
static void hear_else_of_owed(struct subject *subject, uint32_t pid, uint32_t status)
{
    if (!subject->owed || subject->owed_told || status == subject->owed_status || pid == 0 ||
        pid != subject->owed_pid || pid == subject->pid)
        return;
    subject->owed_told_else = true;
    subject->owed_else_status = status;
}

/* An end that the process of that pid is said to have had. */
static void hear(struct ledger *ledger, struct text id, uint32_t pid, uint32_t status, int64_t now_ns)
{
    struct subject *subject = ledger_find(ledger, id);
    if (subject != NULL && subject->owed_if_told && subject->last_status == status && !subject->exited) {
        subject->owed = true;
        subject->owed_status = status;
        subject->owed_told = true;
        subject->owed_pid = subject->last_pid;
        subject->owed_told_else = false;
    }
    if (subject != NULL) {
        bool is_earlier = pid != 0 && (pid == subject->last_pid || pid == subject->pid_before);
        subject->owed_told = subject->owed_told || (is_earlier && status == subject->owed_status);
        hear_echo(subject, status);
        hear_else_of_last(subject, pid, status);
        hear_else_of_owed(subject, pid, status);
    }
    if (subject == NULL || !subject->exited)
        return;
    if (subject->exit_status != status) {
        if (pid == 0 || pid != subject->pid || pid == subject->last_pid)
            return;
        subject->told_else = true;
        subject->else_status = status;
        subject->else_first = subject->else_first || !ledger_is_code_known(subject);
        return;
    }
    subject->told = true;
    subject->told_at_ns = now_ns;
}

/* Its beginning and its end, soon after each other, and not with the pid of the life before the last. */
static bool is_told_whole(const struct subject *subject, int64_t now_ns)
{
    return subject->pid != subject->pid_before && subject->begun_told && subject->told_by_event &&
           now_ns - subject->begun_told_at_ns <= MONITOR_PARK_NS && now_ns - subject->told_at_ns < MONITOR_PARK_NS;
}

/* Of the life before, of which the handler knew nothing, behind the end of this one. Where both have one pid, it may be
 * that whose end was never recorded: a beginning is of either, or of another life, and only a clock could say which. */
static bool is_late(const struct ledger *ledger, const struct subject *subject, const struct task_event *task)
{
    bool is_unknown = subject->same_pid ? !subject->last_recorded : !subject->last_aware;
    return ledger->asks && subject->exited && subject->known && subject->state == CONTAINER_EXITED && is_unknown &&
           task->pid != 0 && task->pid == subject->last_pid;
}

/* Its creation is told behind its end, and then its end once more with another time: for who hears that it is one more
 * life, with the pid of the last, that was gone before anybody could be asked. */
static bool seems_another(const struct subject *subject, const struct task_event *task)
{
    int64_t at_ns = 0;
    return subject->exited && subject->begun_behind && task->pid != 0 && task->pid == subject->pid &&
           task->exited_at.present && time_unix_checked(task->exited_at.seconds, task->exited_at.nanoseconds, &at_ns) &&
           at_ns != subject->exited_at_ns;
}

/* The API of 2017 does not name the process: of an end that is told before its life is known nobody can say that it was
 * not an exec's of the life that is. */
static bool may_be_of_exec(const struct ledger *ledger, const struct subject *subject, const struct task_event *task)
{
    return ledger->asks && task->process_id.length == 0 && task->pid != 0 && subject->known && !subject->aware &&
           subject->state != CONTAINER_EXITED && subject->shown_pid != 0 && subject->shown_pid != task->pid;
}

bool ledger_is_foreign(const struct ledger *ledger, const struct task_event *task)
{
    return task->name_space.length > 0 && !text_equal(task->name_space, ledger->name_space);
}

static void hear_event(struct ledger *ledger, const struct task_event *task, int64_t now_ns)
{
    struct subject *subject = ledger_find(ledger, task->container_id);
    bool is_anothers = task->process_id.length == 0 && task->pid != 0 && subject != NULL && subject->pid != 0 &&
                       task->pid != subject->pid;
    if (subject != NULL && is_late(ledger, subject, task))
        subject->late_end = true;
    if (ledger_is_foreign(ledger, task) || is_anothers || (subject != NULL && may_be_of_exec(ledger, subject, task)))
        return;
    hear(ledger, task->container_id, task->pid, task->exit_status, now_ns);
    if (subject != NULL)
        hear_of_last(subject, task);
    if (subject != NULL && subject->exited && subject->exit_status == task->exit_status)
        subject->told_by_event = true;
    if (subject != NULL)
        subject->misled = subject->misled || seems_another(subject, task);
    if (subject != NULL && task->pid == subject->pid)
        subject->aware = subject->aware || is_told_whole(subject, now_ns);
}

/* The API of 2017 says that it has ended, and not how. */
static void hear_of(struct ledger *ledger, const struct process_state *process, int64_t now_ns)
{
    if (process->status == PROCESS_STOPPED && process->tells_exit)
        hear(ledger, process->container_id, process->pid, process->exit_status, now_ns);
}

static bool is_its_pid(const struct subject *subject, uint32_t pid)
{
    bool is_chosen = !subject->begun && subject->pid == 0; /* by the fake */
    return pid != 0 && (subject->pid == pid || is_chosen);
}

static void hear_pid(const struct ledger *ledger, struct text id, uint32_t pid)
{
    struct subject *subject = ledger_find(ledger, id);
    if (subject != NULL && is_its_pid(subject, pid))
        subject->named = true;
}

/* Of which there never was a life: of such a handler nobody can ask what it makes of the lives that there are. */
static bool is_nobodys_pid(const struct subject *subject, uint32_t pid)
{
    return pid != 0 && subject->pid != 0 && pid != subject->pid && pid != subject->last_pid && subject->lives <= 2;
}

/* An exit of what is not known is kept for a while, and not for ever. */
static void become_aware(struct ledger *ledger, struct text id, uint32_t pid, bool tells_lives, int64_t now_ns)
{
    struct subject *subject = ledger_find(ledger, id);
    if (subject != NULL && is_its_pid(subject, pid)) {
        if (ledger_seems_old(subject) && !tells_lives)
            return;
        subject->disowned = subject->disowned && subject->aware;
        subject->told = subject->told && (subject->aware || now_ns - subject->told_at_ns < MONITOR_PARK_NS);
        subject->aware = true;
    } else if (subject != NULL && is_nobodys_pid(subject, pid)) {
        subject->misled = true;
    }
}

/* A start alone may be of any life, of one that ended long ago, too. */
static bool is_ended(const struct ledger *ledger, struct text id)
{
    const struct subject *subject = ledger_find(ledger, id);
    return subject != NULL && subject->known && subject->state == CONTAINER_EXITED;
}

/* The event was made before the present life began, and the last one had its pid. */
static bool is_of_last(const struct ledger *ledger, const struct subject *subject, const struct task_event *task)
{
    int64_t at_ns = 0;
    return !ledger->clock_jumped && subject->same_pid && task->pid == subject->pid && task->published_at.present &&
           time_unix_checked(task->published_at.seconds, task->published_at.nanoseconds, &at_ns) &&
           at_ns < subject->began_at_ns;
}

/* Who counts lives asks whose an event is that may be of an earlier one, and may be told that there is no task: then it
 * can know of this life only by its end. */
static void hear_of_beginning(struct ledger *ledger, const struct task_event *task, int64_t now_ns)
{
    struct subject *subject = ledger_find(ledger, task->container_id);
    /* Its creation tells that what was heard before is not its end. */
    if (subject != NULL && is_of_last(ledger, subject, task)) {
        /* A record that is made of it counts that one. */
        if (!subject->known)
            subject->incarnation_before = subject->incarnation + 1;
        return;
    }
    if (subject != NULL && !subject->known && task->kind == TASK_EVENT_CREATE)
        subject->may_be_owed = false;
    if (subject == NULL || !subject->known || !ledger->asks) {
        if (task->kind == TASK_EVENT_CREATE || !is_ended(ledger, task->container_id))
            become_aware(ledger, task->container_id, task->pid, true, now_ns);
        return;
    }
    if (is_late(ledger, subject, task))
        subject->late_beginning = true;
    if (is_its_pid(subject, task->pid)) {
        if (task->kind == TASK_EVENT_START && subject->same_pid && is_ended(ledger, task->container_id))
            return;
        subject->begun_told = true;
        subject->begun_behind = is_ended(ledger, task->container_id);
        subject->begun_told_at_ns = now_ns;
        subject->aware = subject->aware || is_told_whole(subject, now_ns);
    } else if (is_nobodys_pid(subject, task->pid)) {
        subject->misled = true;
    }
}

/* So that nobody asks again; or the end that a Delete tells, whatever it was that it has deleted. Calls are numbered
 * anew by each process. */
static void hear_of_delete(struct ledger *ledger, const struct monitor_event *event)
{
    int status = event->outcome.status;
    bool is_final = ledger_is_refusal(status, event->outcome.text);
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        if (subject->delete_call_id == 0 || subject->delete_call_id != event->call_id)
            continue;
        if (is_final)
            subject->refused = subject->excused;
        if (status == STATUS_OK)
            hear_echo(subject, event->process.exit_status);
    }
}

/* A task that a Delete was told not to be there is shown to run, which it does not: for who hears both that is the next
 * life, which may have the pid. */
static void hear_of_alive(struct ledger *ledger, const struct process_state *process)
{
    struct subject *subject = ledger_find(ledger, process->container_id);
    bool is_alive = process->status == PROCESS_RUNNING || process->status == PROCESS_PAUSED;
    if (subject != NULL && is_alive && subject->refused && subject->exited && process->pid == subject->pid)
        subject->misled = true;
}

static void hear_reply(struct ledger *ledger, const struct monitor_event *event)
{
    const struct process_state *process = &event->process;
    struct subject *subject = ledger_find(ledger, process->container_id);
    hear_of_delete(ledger, event);
    hear_pid(ledger, process->container_id, process->pid);
    hear_of(ledger, process, event->now_ns);
    hear_of_alive(ledger, process);
    if (subject != NULL && process->status != PROCESS_UNKNOWN && process->status != PROCESS_STOPPED &&
        !ledger_seems_old(subject) && is_its_pid(subject, process->pid))
        subject->met = true;
    if (event->process_count == 0 || event->call_id != ledger->list_call_id)
        return;
    for (size_t i = 0; i < event->process_count; i++) {
        become_aware(ledger, event->processes[i].container_id, event->processes[i].pid, false, event->now_ns);
        hear_pid(ledger, event->processes[i].container_id, event->processes[i].pid);
        hear_of(ledger, &event->processes[i], event->now_ns);
        hear_of_alive(ledger, &event->processes[i]);
    }
}

/* What was heard before and is not in the store has to be heard again; but a start of what runs is none. */
static void begin(struct ledger *ledger)
{
    if (ledger->runs)
        return;
    ledger->runs = true;
    ledger->loads = true;
    ledger->list_call_id = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        subject->delete_call_id = 0;
        subject->aware = subject->named = subject->told_by_event = false;
        subject->begun_told = subject->begun_behind = false;
        subject->told = subject->told_in_time && subject->deleted;
        subject->told_at_ns = TIME_NEVER;
        subject->last_told = subject->last_told_in_time && subject->last_deleted;
    }
}

/* Of one that is down or stopped nothing can be asked. */
static void hear_operation(struct ledger *ledger, const struct operation *operation)
{
    struct subject *subject = ledger_find(ledger, operation->container_id);
    if (subject == NULL || !ledger->runs)
        return;
    if (operation->kind == OPERATION_REMOVE) {
        subject->removes++;
        subject->leaving = true;
    } else if (operation->kind == OPERATION_START) {
        subject->starts++;
        subject->start_asked = true;
    }
}

/* The record that is taken away may have been the last life's still. */
static void disown(struct subject *subject)
{
    bool is_counted = !subject->same_pid || subject->incarnation > subject->incarnation_before;
    bool is_of_this_life = subject->shown_pid == subject->pid && is_counted;
    subject->disowned = true;
    /* What was heard goes with it. */
    subject->told = subject->told_by_event = subject->told_else = subject->else_first = false;
    subject->told_in_time = false;
    subject->owed = subject->owed && is_of_this_life;
    subject->owed_if_told = subject->owed_if_told && is_of_this_life;
    subject->may_be_owed = subject->may_be_owed && is_of_this_life;
}

static void stop(struct ledger *ledger)
{
    ledger->runs = false;
    ledger->loads = false;
    for (size_t i = 0; i < ledger->count; i++)
        ledger->subjects[i].removes = ledger->subjects[i].starts = 0;
}

bool ledger_is_left(const struct ledger *ledger, const struct monitor_event *event)
{
    return event->kind == MONITOR_CONNECTION_LOST && ledger->follows && event->connection_id != ledger->connection_id;
}

/* A record that was removed is there again where it was loaded before the store had forgotten it, and leaves then. */
static void hear_of_write(struct ledger *ledger, const struct monitor_event *event)
{
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        if (subject->put_id == event->write_id)
            subject->put_id = 0;
        if (subject->forget_id == 0 || subject->forget_id != event->write_id)
            continue;
        subject->forget_id = 0;
        subject->removing = event->kind == MONITOR_STORE_WRITTEN;
        ledger->is_stale = true;
    }
}

void ledger_heard(struct ledger *ledger, const struct monitor_event *event)
{
    const struct task_event *task = &event->task;
    struct subject *subject;
    if (ledger_is_left(ledger, event))
        return;
    ledger_reach_heard(ledger, event);
    switch (event->kind) {
    case MONITOR_STREAM_MESSAGE:
        if (!ledger_is_foreign(ledger, task))
            hear_pid(ledger, task->container_id, task->pid);
        if (task->kind == TASK_EVENT_CREATE || task->kind == TASK_EVENT_START)
            hear_of_beginning(ledger, task, event->now_ns);
        if (task->kind == TASK_EVENT_EXIT &&
            (task->process_id.length == 0 || text_equal(task->process_id, task->container_id)))
            hear_event(ledger, task, event->now_ns);
        return;
    case MONITOR_REPLY: hear_reply(ledger, event); return;
    case MONITOR_RECORD_REMOVED:
        subject = ledger_find(ledger, task->container_id);
        if (subject != NULL)
            disown(subject);
        return;
    case MONITOR_RECORD_SET:
        subject = ledger_find(ledger, event->records[0].id);
        if (subject != NULL)
            subject->disowned = false;
        return;
    case MONITOR_OPERATION: hear_operation(ledger, &event->operation); return;
    case MONITOR_START: begin(ledger); return;
    case MONITOR_STORE_LOADED: ledger_loaded(ledger, event->records, event->record_count); return;
    case MONITOR_CONNECTION_LOST:
    case MONITOR_STREAM_ENDED: ledger->list_call_id = 0; return;
    case MONITOR_STOP: stop(ledger); return;
    case MONITOR_STREAM_OPENED:
    case MONITOR_CONNECTION_UP:
    case MONITOR_CONNECTION_DRAINING:
    case MONITOR_STREAM_UNREADABLE:
    case MONITOR_PONG:
    case MONITOR_STORE_WRITTEN:
    case MONITOR_STORE_FAILED: hear_of_write(ledger, event); return;
    case MONITOR_LOCKED:
    case MONITOR_UNLOCKED:
    case MONITOR_ABANDONED:
    case MONITOR_TIME: return;
    }
}
