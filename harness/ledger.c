/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"

void ledger_release(struct ledger *ledger)
{
    free(ledger->subjects);
    memset(ledger, 0, sizeof *ledger);
}

void ledger_copy(struct ledger *to, const struct ledger *from)
{
    to->clock_jumped = from->clock_jumped;
    to->runs = from->runs;
    to->loads = from->loads;
    to->undisturbed_since_ns = from->undisturbed_since_ns;
    to->follows = from->follows;
    to->connection_id = from->connection_id;
    to->due_ns = from->due_ns;
    to->list_call_id = from->list_call_id;
    to->list_asked_at_ns = from->list_asked_at_ns;
    to->revision = from->revision;
    to->is_stale = from->is_stale;
    to->has_changes = from->has_changes;
    memcpy(to->subjects, from->subjects, from->count * sizeof *from->subjects);
}

/* What the last step of the handler did to a record has been judged. Whether another look is needed is no part of it:
 * where two ledgers and the records are alike, either look changes nothing or both change the same. */
void ledger_hash(const struct ledger *ledger, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, (uint64_t)ledger->loads << 4 | (uint64_t)ledger->follows << 3 | (uint64_t)ledger->runs << 2 |
                       (uint64_t)ledger->clock_jumped << 1 | (uint64_t)(ledger->list_call_id != 0));
    if (ledger->list_call_id != 0)
        hash_i64(hash, time_min(now_ns - ledger->list_asked_at_ns, MONITOR_SWEEP_NS));
    for (size_t i = 0; i < ledger->count; i++) {
        const struct subject *subject = &ledger->subjects[i];
        hash_u64(hash, (uint64_t)subject->kept_finished << 4 | (uint64_t)subject->exited << 3 |
                           (uint64_t)subject->finished_before << 2 | (uint64_t)subject->owed << 1 |
                           (uint64_t)subject->known);
        hash_u64(hash, (uint64_t)subject->starts << 20 | (uint64_t)subject->put_asked << 19 |
                           (uint64_t)subject->left << 18 | (uint64_t)subject->leaving << 17 |
                           (uint64_t)subject->start_asked << 16 | (uint64_t)subject->refused << 15 |
                           (uint64_t)(subject->same_pid && subject->finished_aware) << 14 |
                           (uint64_t)subject->orphaned << 13 | (uint64_t)(subject->removes > 0) << 12 |
                           (uint64_t)subject->removed << 11 | (uint64_t)subject->told_by_event << 10 |
                           (uint64_t)subject->told_when_asked << 9 | (uint64_t)subject->told_in_time << 8 |
                           (uint64_t)subject->last_told_in_time << 7 | (uint64_t)subject->misled << 6 |
                           (uint64_t)subject->told << 5 | (uint64_t)subject->deleted << 4 |
                           (uint64_t)subject->disowned << 3 | (uint64_t)subject->last_told << 2 |
                           (uint64_t)subject->inferred << 1 | (uint64_t)subject->settled_and_gone);
        hash_u64(hash, (uint64_t)subject->owed_if_told << 4 | (uint64_t)subject->same_pid << 3 |
                           (uint64_t)subject->may_be_owed << 2 | (uint64_t)subject->has_last << 1 |
                           (uint64_t)subject->last_deleted);
        hash_u64(hash, (uint64_t)subject->exit_status << 32 | subject->last_status);
        hash_u64(hash, (uint64_t)subject->lives << 32 | subject->finished_life);
        hash_u64(hash, (uint64_t)subject->finishes << 4 | (uint64_t)subject->unforeseen << 3 |
                           (uint64_t)subject->met << 2 | (uint64_t)subject->begun << 1 | (uint64_t)subject->aware);
        hash_u64(hash, subject->kills);
        ledger_reach_hash(ledger, subject, now_ns, hash);
        hash_u64(hash, (uint64_t)subject->named << 7 | (uint64_t)subject->last_recorded << 6 |
                           (uint64_t)subject->begun_behind << 5 | (uint64_t)subject->last_aware << 4 |
                           (uint64_t)subject->late_beginning << 3 | (uint64_t)subject->late_end << 2 |
                           (uint64_t)(subject->pid == subject->pid_before) << 1 | subject->begun_told);
        if (ledger_had_pid(subject))
            hash_u64(hash, subject->incarnation_before);
        if (subject->owed)
            hash_u64(hash, (uint64_t)subject->owed_told << 32 | subject->owed_status);
        if (subject->owed)
            hash_u64(hash, subject->owed_pid);
        if (subject->owed && subject->owed_told_else)
            hash_u64(hash, UINT64_C(1) << 32 | subject->owed_else_status);
        if (subject->begun_told && !subject->aware)
            hash_i64(hash, time_min(now_ns - subject->begun_told_at_ns, MONITOR_PARK_NS + 1));
        if (subject->told_else)
            hash_u64(hash, (uint64_t)subject->else_first << 32 | subject->else_status);
        hash_u64(hash, subject->last_told_else ? UINT64_C(1) << 32 | subject->last_else_status : 0);
        if (subject->told && !subject->aware)
            hash_i64(hash, subject->told_at_ns == TIME_NEVER
                               ? -1
                               : time_min(now_ns - subject->told_at_ns, MONITOR_PARK_NS + 1));
        if (subject->finished_before || subject->kept_finished)
            hash_i64(hash, subject->finished_code);
        hash_u64(hash, (uint64_t)subject->removes << 32 | subject->shown_pid);
        hash_u64(hash, subject->echoes);
        ledger_owe_hash(subject, now_ns, hash);
        hash_i64(hash, subject->finished_at_ns);
        hash_i64(hash, subject->exited_at_ns);
        if (subject->twin)
            hash_i64(hash, subject->last_exited_at_ns);
        hash_u64(hash, (uint64_t)subject->state << 32 | (uint32_t)subject->exit_code);
    }
}

struct subject *ledger_find(const struct ledger *ledger, struct text id)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (text_equal(ledger->subjects[i].id, id))
            return &ledger->subjects[i];
    return NULL;
}

bool ledger_had_pid(const struct subject *subject)
{
    return subject->same_pid || (subject->pid != 0 && subject->pid == subject->pid_before);
}

bool ledger_seems_old(const struct subject *subject)
{
    bool is_old = subject->known && subject->state == CONTAINER_EXITED ? subject->finished_life < subject->lives
                                                                       : subject->shown_pid == subject->pid;
    return subject->same_pid || (ledger_had_pid(subject) && is_old && !subject->aware);
}

bool ledger_is_echo(const struct subject *subject, int32_t code)
{
    bool is_last = subject->has_last && code == (int32_t)subject->last_status;
    return subject->twin && (is_last || (subject->echoes >> ((uint32_t)code % 64) & 1) != 0);
}

bool ledger_is_late_life(const struct subject *subject, int32_t code)
{
    return subject->late_beginning && subject->late_end && code == (int32_t)subject->last_status;
}

/* A list that shows the code which nobody knows is not believed against another one that an event tells. */
bool ledger_is_code_known(const struct subject *subject)
{
    return subject->told && (subject->told_by_event || subject->exit_status != TASK_STATUS_UNKNOWN);
}

/* A record that was finished before, by a failed start say, keeps its code. Who was never told the real one may have a
 * made-up one, and who was told another end of what cannot be told from this life may have that. */
static bool fits(const struct subject *subject, int32_t code, bool inferred)
{
    bool is_else = subject->told_else && code == (int32_t)subject->else_status;
    bool is_kept = subject->finished_before && code == subject->finished_code;
    return is_kept || code == (int32_t)subject->exit_status || (inferred && !subject->told) ||
           (is_else && (subject->else_first || !ledger_is_code_known(subject))) || ledger_is_late_life(subject, code) ||
           (!inferred && ledger_is_echo(subject, code));
}

bool ledger_settled(const struct ledger *ledger, const struct subject *subject)
{
    if (!subject->exited || subject->disowned || subject->removed || subject->settled_and_gone ||
        (subject->begun && !subject->aware))
        return true;
    if (subject->stored && !(subject->stored_exited && fits(subject, subject->stored_code, subject->stored_inferred)))
        return false;
    if (!subject->known)
        return subject->stored || !subject->aware || !ledger->learns;
    return subject->state == CONTAINER_EXITED && fits(subject, subject->exit_code, subject->inferred);
}

/* The handler heard of the end before it knew of any life: what it learns then may be that life, as a list tells it
 * that is older, or the next, which has its pid; and either way it may record that end first. */
static bool is_told_of_unknown(const struct subject *subject, bool same_pid)
{
    return same_pid && subject->told_by_event && !subject->known;
}

/* The handler knows it by a list that showed it without a pid, and nobody has told that or its end: the task of the
 * next life looks like its own. */
static bool is_nameless(const struct subject *subject)
{
    return subject->known && subject->state != CONTAINER_EXITED && subject->shown_pid == 0 && !subject->named &&
           !subject->told;
}

static void keep_last(struct subject *subject)
{
    subject->has_last = true;
    subject->last_status = subject->exit_status;
    subject->last_exited_at_ns = subject->exited_at_ns;
    subject->last_recorded = subject->known && subject->state == CONTAINER_EXITED && !subject->inferred &&
                             subject->finished_life == subject->lives &&
                             subject->exit_code == (int32_t)subject->exit_status;
    subject->last_told = subject->told;
    subject->last_told_else = subject->told_else && (subject->else_first || !ledger_is_code_known(subject));
    subject->last_else_status = subject->else_status;
    subject->last_deleted = subject->deleted;
    subject->last_told_in_time = subject->told_in_time;
}

/* A new task under the same id. */
static void begin_life(const struct ledger *ledger, struct subject *subject, uint32_t pid, int64_t wall_ns)
{
    bool same_pid = subject->exited && pid != 0 && pid == subject->pid;
    bool twin = same_pid && (ledger->clock_jumped || wall_ns <= subject->exited_at_ns);
    bool was_aware = subject->aware;
    /* The record is of the life before the last, with this pid: who was told of no end in between cannot know of any.
     */
    if (subject->has_last && !same_pid && pid != 0 && pid == subject->last_pid && subject->shown_pid == pid)
        subject->owed = false;
    if (subject->exited) {
        bool is_lost = subject->aware && !ledger_settled(ledger, subject);
        /* Of a life that cannot be told from the next one only what an event has told in time is owed. */
        bool is_alike = is_nameless(subject);
        subject->owed_if_told = is_lost && ((same_pid && !twin && !subject->told_by_event) || (is_alike && !same_pid));
        if (!subject->owed) {
            subject->owed_status = subject->exit_status;
            subject->owed_told = subject->told;
            subject->owed_pid = subject->pid;
            subject->owed_told_else = subject->told_else && (subject->else_first || !ledger_is_code_known(subject));
            subject->owed_else_status = subject->else_status;
        }
        /* Nor that, where the clock was set: it may look as if it were of a life before this one. */
        subject->owed =
            subject->owed || (is_lost && !is_alike && (!same_pid || (subject->told_by_event && !ledger->clock_jumped)));
        subject->may_be_owed = is_told_of_unknown(subject, same_pid);
        keep_last(subject);
    }
    ledger_owe_life(subject, wall_ns);
    subject->lives++;
    subject->pid_before = subject->last_pid;
    subject->last_pid = subject->pid;
    subject->pid = pid;
    subject->same_pid = same_pid;
    subject->twin = twin;
    subject->indistinct = false;
    subject->echoes = 0;
    subject->begun = true;
    subject->orphaned = false;
    subject->shim_is_dead = false;
    subject->given_up = false;
    subject->silent = false;
    subject->refused = false;
    subject->kills = 0;
    subject->aware = subject->named = false;
    subject->met = false;
    subject->begun_told = false;
    subject->begun_behind = false;
    subject->last_aware = was_aware;
    subject->late_beginning = subject->late_end = false;
    subject->incarnation_before = subject->incarnation;
    subject->exited = false;
    subject->finished_before = false;
    subject->kept_finished = false;
    subject->told = false;
    subject->told_else = subject->else_first = false;
    subject->told_by_event = false;
    subject->deleted = false;
    subject->told_in_time = false;
    subject->told_when_asked = false;
    subject->settled_and_gone = false;
    subject->misled = false;
    subject->removed = false;
    subject->leaving = false;
    subject->start_asked = subject->starts > 0;
}

void ledger_commanded(struct ledger *ledger, const struct fake_command *command, int64_t now_ns)
{
    struct subject *subject = ledger_find(ledger, command->container_id);
    if (command->kind == FAKE_COMMAND_KILL_SHIM && subject != NULL &&
        text_equal(command->name_space, ledger->name_space))
        ledger_shim_died(subject, now_ns);
    if (command->kind != FAKE_COMMAND_SET_CLOCK)
        return;
    ledger->clock_jumped = true;
    for (size_t i = 0; i < ledger->count; i++)
        ledger->subjects[i].twin =
            ledger->subjects[i].twin || (ledger->subjects[i].same_pid && !ledger->subjects[i].exited);
}

void ledger_published(struct ledger *ledger, const struct fake_published *published)
{
    struct subject *subject = ledger_find(ledger, published->container_id);
    if (subject == NULL || !text_equal(published->name_space, ledger->name_space))
        return;
    if (published->topic == FAKE_TOPIC_TASK_CREATE) {
        ledger->is_stale = true;
        begin_life(ledger, subject, published->pid, published->published_at_ns);
    } else if (published->topic == FAKE_TOPIC_TASK_EXIT && text_equal(published->process_id, published->container_id)) {
        subject->finished_before =
            !subject->exited && (subject->kept_finished || (subject->known && subject->state == CONTAINER_EXITED &&
                                                            subject->finished_life == subject->lives));
        if (subject->known)
            subject->finished_code = subject->exit_code;
        subject->exited = true;
        subject->exit_status = published->exit_status;
        subject->exited_at_ns = published->exited_at_ns;
        subject->indistinct =
            subject->twin && (ledger->clock_jumped || subject->exited_at_ns <= subject->last_exited_at_ns);
    } else if (published->topic == FAKE_TOPIC_TASK_DELETE && subject->exited) {
        subject->told_in_time = subject->told_when_asked;
    }
}
