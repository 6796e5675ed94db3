/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/ending.h"
#include "handler/core/life.h"
#include "handler/core/operation.h"
#include "handler/core/writes.h"

static bool awaits_exit(const struct step *step)
{
    return policy_has(step->state->policy, POLICY_AWAIT_EXIT);
}

/* ---- which signals this process has got ---- */

static struct store_marks *marks_of(struct step *step, arena_ref ref)
{
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));
    struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    struct container_record record;
    if (marks == NULL)
        return NULL;
    (void)operation_record(step, ref, &record);
    if (marks->signalled_pid != record.pid || marks->signalled_life != record.incarnation) {
        marks->signalled_pid = record.pid;
        marks->signalled_life = record.incarnation;
        marks->was_terminated = false;
    }
    return marks;
}

static bool was_terminated(struct step *step, arena_ref ref)
{
    const struct store_marks *marks = marks_of(step, ref);
    return marks != NULL && marks->was_terminated && policy_has(step->state->policy, POLICY_STOP_ONCE);
}

/* ---- the grace ---- */

/* When the first of several stops wants the process killed: those behind it count as well, from when they were asked
 * for. */
static int64_t grace_ends_ns(const struct step *step, arena_ref ref)
{
    const struct errand *errand = errand_at(step->arena, ref);
    int64_t ends_ns = time_add(errand->began_at_ns, errand->grace_ns);
    if (!policy_has(step->state->policy, POLICY_STOP_ONCE))
        return ends_ns;
    for (arena_ref next = errand->next; next != 0; next = errand_at(step->arena, next)->next) {
        const struct errand *other = errand_at(step->arena, next);
        if (other->kind == OPERATION_STOP && other->is_awaited)
            ends_ns = time_min(ends_ns, time_add(other->asked_at_ns, other->grace_ns));
    }
    return ends_ns;
}

/* ---- calls ---- */

/* The first signal may take no longer than the grace. */
static int64_t timeout_ns(const struct step *step, arena_ref ref)
{
    const struct errand *errand = errand_at(step->arena, ref);
    int64_t left_ns = grace_ends_ns(step, ref) - step->state->now_ns;
    if (!awaits_exit(step))
        return operation_time_left_ns(step, errand);
    return errand->was_sent || left_ns <= 0 ? OPERATION_CALL_TIMEOUT_NS : time_min(left_ns, OPERATION_CALL_TIMEOUT_NS);
}

static void unusable(struct step *step, arena_ref ref)
{
    if (awaits_exit(step))
        operation_try_later(step, ref);
    else
        operation_finish(step, ref, connection_unusable_outcome(step));
}

/* A signal counts from when it is sent, since nobody may ever say that it has arrived. */
static void send_signal(struct step *step, arena_ref ref, uint32_t signal)
{
    struct store_marks *marks = marks_of(step, ref);
    if (!operation_call(step, ref, MONITOR_CALL_KILL, signal, timeout_ns(step, ref))) {
        unusable(step, ref);
        return;
    }
    if (marks != NULL && signal == OPERATION_SIGNAL_TERMINATE)
        marks->was_terminated = true;
}

/* Its process has ended, and the record does not say so yet: who is there now is another. */
static bool has_ended(const struct step *step, arena_ref ref)
{
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));
    arena_ref life = life_find(step->arena, step->state, id);
    return awaits_exit(step) && life != 0 && life_at(step->arena, life)->stage > LIFE_VERIFYING;
}

static void await_exit(struct step *step, arena_ref ref)
{
    int64_t wait_ns = awaits_exit(step) ? MONITOR_EXIT_AWAITED_NS : OPERATION_POLL_NS;
    if (errand_at(step->arena, ref)->stage != ERRAND_AWAITING)
        errand_move(step, ref, ERRAND_AWAITING);
    errand_at(step->arena, ref)->until_ns = time_add(step->state->now_ns, wait_ns);
    errand_wait(step, ref, errand_at(step->arena, ref)->until_ns);
}

/* 2017 left it to Delete to kill what is still there. */
static void end_by_force(struct step *step, arena_ref ref)
{
    if (has_ended(step, ref)) {
        await_exit(step, ref);
        return;
    }
    if (errand_at(step->arena, ref)->stage != ERRAND_CALLING)
        errand_move(step, ref, ERRAND_CALLING);
    errand_at(step->arena, ref)->was_sent = true;
    if (policy_has(step->state->policy, POLICY_ONE_DELETER))
        send_signal(step, ref, OPERATION_SIGNAL_KILL);
    else if (!operation_call(step, ref, MONITOR_CALL_DELETE, 0, timeout_ns(step, ref)))
        unusable(step, ref);
}

/* ---- going on ---- */

static void await_grace(struct step *step, arena_ref ref)
{
    errand_move(step, ref, ERRAND_AWAITING);
    errand_at(step->arena, ref)->until_ns = step->state->now_ns;
    if (awaits_exit(step))
        errand_wait(step, ref, grace_ends_ns(step, ref));
    else
        errand_wait(step, ref, time_add(step->state->now_ns, OPERATION_POLL_NS));
}

/* `was_sent`: the end by force has begun. */
static void poll(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct outcome late = {STATUS_DEADLINE_EXCEEDED, text_of("the container has not stopped")};
    int64_t now_ns = step->state->now_ns;
    int64_t ends_ns =
        errand->was_sent ? time_add(errand->began_at_ns, OPERATION_POLL_LAST_NS) : grace_ends_ns(step, ref);

    if (now_ns < ends_ns) {
        errand_wait(step, ref, time_min(ends_ns, time_add(now_ns, OPERATION_POLL_NS)));
    } else if (errand->was_sent) {
        operation_finish(step, ref, late);
    } else {
        errand->began_at_ns = now_ns;
        end_by_force(step, ref);
    }
}

static void waited(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    if (!awaits_exit(step)) {
        poll(step, ref);
        return;
    }
    if (step->state->now_ns < errand->until_ns) {
        errand_wait(step, ref, errand->until_ns);
    } else if (errand->says_over || errand->was_sent) {
        errand_move(step, ref, ERRAND_VERIFYING);
        operation_verify(step, ref);
    } else if (step->state->now_ns >= grace_ends_ns(step, ref)) {
        end_by_force(step, ref);
    } else {
        errand_wait(step, ref, grace_ends_ns(step, ref));
    }
}

static void begin(struct step *step, arena_ref ref, const struct container_record *record)
{
    errand_at(step->arena, ref)->incarnation = record->incarnation;
    if (was_terminated(step, ref)) {
        await_grace(step, ref);
        return;
    }
    errand_move(step, ref, ERRAND_CALLING);
    send_signal(step, ref, OPERATION_SIGNAL_TERMINATE);
}

void operation_stop_go_on(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct container_record record;
    enum container_state state = operation_record(step, ref, &record);

    if (state == CONTAINER_UNKNOWN) {
        operation_refuse(step, ref, state);
        return;
    }
    if (state != CONTAINER_RUNNING || (errand->stage != ERRAND_WAITING && errand->incarnation != record.incarnation)) {
        operation_finish_ok(step, ref);
        return;
    }
    if (errand->call_id != 0)
        return;
    switch (errand->stage) {
    case ERRAND_WAITING: begin(step, ref, &record); return;
    case ERRAND_CALLING:
        if (errand->was_sent)
            end_by_force(step, ref);
        else if (has_ended(step, ref))
            await_exit(step, ref);
        else
            send_signal(step, ref, OPERATION_SIGNAL_TERMINATE);
        return;
    case ERRAND_VERIFYING: operation_verify(step, ref); return;
    case ERRAND_AWAITING: waited(step, ref); return;
    case ERRAND_CREATING:
    case ERRAND_RECORDING:
    case ERRAND_CLEANING: return;
    }
}

/* ---- answers ---- */

static bool says_finished(struct text text)
{
    static const char *const words[] = {"process already finished", "os: process already finished"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_starts_with(text, words[i]))
            return true;
    return false;
}

/* The process is gone, says the server; whether its exit is still to come, nobody knows yet. */
static void told_over(struct step *step, arena_ref ref)
{
    if (!awaits_exit(step)) {
        operation_finish_ok(step, ref);
        return;
    }
    errand_at(step->arena, ref)->says_over = true;
    await_exit(step, ref);
}

/* The signal was not sent. */
static void refused(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct store_marks *marks = marks_of(step, ref);
    if (marks != NULL && !errand_at(step->arena, ref)->was_sent)
        marks->was_terminated = false;
    if (awaits_exit(step) && answer_meaning(step->state->policy, outcome) != ANSWER_FATAL)
        operation_try_later(step, ref);
    else
        operation_finish(step, ref, outcome);
}

static void answered_signal(struct step *step, arena_ref ref, struct outcome outcome)
{
    const struct errand *errand = errand_at(step->arena, ref);
    enum answer answer = answer_meaning(step->state->policy, outcome);
    /* Nobody knows whether it was sent. A lost SIGTERM is made good by the end of the grace, SIGKILL by the next one.
     */
    bool is_unknown = step->event->kind != MONITOR_REPLY || outcome.status == STATUS_DEADLINE_EXCEEDED;

    if (answer == ANSWER_GONE || says_finished(outcome.text))
        told_over(step, ref);
    else if (outcome.status != STATUS_OK && !(is_unknown && awaits_exit(step)))
        refused(step, ref, outcome);
    else if (errand->was_sent)
        await_exit(step, ref);
    else
        await_grace(step, ref);
}

/* It lives, whatever was said of it: the signal did not arrive, or what is said of it lags behind. */
static void found_alive(struct step *step, arena_ref ref)
{
    if (errand_at(step->arena, ref)->was_sent) {
        end_by_force(step, ref);
        return;
    }
    errand_at(step->arena, ref)->says_over = false;
    await_grace(step, ref);
}

static void found_stopped(struct step *step, arena_ref ref, const struct process_state *process)
{
    struct container_record record;
    (void)operation_record(step, ref, &record);
    await_exit(step, ref);
    /* With another pid it is another life, of which the events tell. */
    if ((process->pid == 0 || process->pid == record.pid) && life_idle(step->arena, step->state, record.id))
        ending_begin_asked(step, life_get(step, record.id), process, false);
}

static void found_gone(struct step *step, arena_ref ref)
{
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));
    await_exit(step, ref);
    if (life_idle(step->arena, step->state, id))
        ending_begin(step, life_get(step, id), true);
}

static void verified(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct process_state told = operation_told(step);
    if (outcome.status == STATUS_OK) {
        if (told.status == PROCESS_RUNNING || told.status == PROCESS_PAUSED)
            found_alive(step, ref);
        else if (told.status == PROCESS_STOPPED)
            found_stopped(step, ref, &told);
        else
            operation_try_later(step, ref);
    } else if (answer_meaning(step->state->policy, outcome) == ANSWER_GONE) {
        found_gone(step, ref);
    } else {
        operation_try_later(step, ref);
    }
}

void operation_stop_answered(struct step *step, arena_ref ref, const struct call *call, struct outcome outcome)
{
    if (call->call == MONITOR_CALL_GET)
        verified(step, ref, outcome);
    else
        answered_signal(step, ref, outcome);
}
