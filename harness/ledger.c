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
    to->list_call_id = from->list_call_id;
    to->revision = from->revision;
    to->is_stale = from->is_stale;
    to->has_changes = from->has_changes;
    memcpy(to->subjects, from->subjects, from->count * sizeof *from->subjects);
}

/* What the last step of the handler did to a record has been judged. Whether another look is needed is no part of it:
 * where two ledgers and the records are alike, either look changes nothing or both change the same. */
void ledger_hash(const struct ledger *ledger, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash,
             (uint64_t)ledger->runs << 2 | (uint64_t)ledger->clock_jumped << 1 | (uint64_t)(ledger->list_call_id != 0));
    for (size_t i = 0; i < ledger->count; i++) {
        const struct subject *subject = &ledger->subjects[i];
        hash_u64(hash, (uint64_t)subject->kept_finished << 4 | (uint64_t)subject->exited << 3 |
                           (uint64_t)subject->finished_before << 2 | (uint64_t)subject->owed << 1 |
                           (uint64_t)subject->known);
        hash_u64(hash, (uint64_t)subject->refused << 15 |
                           (uint64_t)(subject->same_pid && subject->finished_aware) << 14 |
                           (uint64_t)subject->orphaned << 13 | (uint64_t)subject->remove_asked << 12 |
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
        if (subject->told_else)
            hash_u64(hash, subject->else_status);
        if (subject->told && !subject->aware)
            hash_i64(hash, time_min(now_ns - subject->told_at_ns, MONITOR_PARK_NS + 1));
        hash_i64(hash, subject->finished_at_ns);
        hash_i64(hash, subject->twin ? -1 : subject->exited_at_ns);
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

/* A record that was finished before, by a failed start say, keeps its code. Who was never told the real one may have a
 * made-up one. */
static bool fits(const struct subject *subject, int32_t code, bool inferred)
{
    bool is_else = subject->told_else && code == (int32_t)subject->else_status;
    return subject->finished_before || code == (int32_t)subject->exit_status ||
           ((inferred || is_else) && !subject->told);
}

bool ledger_settled(const struct ledger *ledger, const struct subject *subject)
{
    if (!subject->exited || subject->disowned || subject->removed || subject->twin || subject->settled_and_gone ||
        (subject->begun && !subject->aware))
        return true;
    if (subject->stored && !(subject->stored_exited && fits(subject, subject->stored_code, subject->stored_inferred)))
        return false;
    if (!subject->known)
        return subject->stored || !subject->aware || !ledger->learns;
    return subject->state == CONTAINER_EXITED && fits(subject, subject->exit_code, subject->inferred);
}

/* A new task under the same id. */
static void begin_life(const struct ledger *ledger, struct subject *subject, uint32_t pid, int64_t wall_ns)
{
    bool same_pid = subject->exited && pid != 0 && pid == subject->pid;
    bool twin = same_pid && (ledger->clock_jumped || wall_ns <= subject->exited_at_ns);
    if (subject->exited) {
        bool is_lost = subject->aware && !ledger_settled(ledger, subject);
        subject->owed_if_told = is_lost && same_pid && !twin && !subject->told_by_event;
        subject->owed = !twin && (subject->owed || (is_lost && !subject->owed_if_told));
        subject->may_be_owed = false;
        subject->has_last = true;
        subject->last_status = subject->exit_status;
        subject->last_told = subject->told;
        subject->last_deleted = subject->deleted;
        subject->last_told_in_time = subject->told_in_time;
    }
    subject->lives++;
    subject->last_pid = subject->pid;
    subject->pid = pid;
    subject->same_pid = same_pid;
    subject->twin = twin;
    subject->begun = true;
    subject->orphaned = false;
    subject->refused = false;
    subject->aware = false;
    subject->met = false;
    subject->exited = false;
    subject->finished_before = false;
    subject->kept_finished = false;
    subject->told = false;
    subject->told_else = false;
    subject->told_by_event = false;
    subject->deleted = false;
    subject->told_in_time = false;
    subject->told_when_asked = false;
    subject->settled_and_gone = false;
    subject->misled = false;
    subject->removed = false;
}

void ledger_commanded(struct ledger *ledger, const struct fake_command *command)
{
    struct subject *subject = ledger_find(ledger, command->container_id);
    if (command->kind == FAKE_COMMAND_KILL_SHIM && subject != NULL &&
        text_equal(command->name_space, ledger->name_space))
        subject->orphaned = true;
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
        subject->exited = true;
        subject->exit_status = published->exit_status;
        subject->exited_at_ns = published->exited_at_ns;
    } else if (published->topic == FAKE_TOPIC_TASK_DELETE && subject->exited) {
        subject->told_in_time = subject->told_when_asked;
    }
}

static bool fits_last(const struct subject *subject, int32_t code, bool inferred)
{
    return subject->has_last && (code == (int32_t)subject->last_status || (inferred && !subject->last_told));
}

static bool pays(const struct subject *subject, int32_t code, bool inferred)
{
    return (subject->owed || subject->may_be_owed) && fits_last(subject, code, inferred);
}

void ledger_owner_told(struct ledger *ledger, const struct monitor_action *action)
{
    struct subject *subject = ledger_find(ledger, action->record.id);
    if (subject != NULL && action->change == RECORD_EXITED &&
        pays(subject, action->record.exit_code, action->record.inferred))
        subject->paid = ledger->is_stale = true;
}

static bool has_record(const struct container_record *stored, size_t count, struct text id)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(stored[i].id, id))
            return true;
    return false;
}

void ledger_crashed(struct ledger *ledger, const struct container_record *stored, size_t count)
{
    ledger->is_stale = true;
    ledger->runs = false;
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        subject->told = subject->told_in_time && subject->deleted;
        subject->last_told = subject->last_told_in_time && subject->last_deleted;
        /* Of a container of which nothing is stored nothing is known: what has gone meanwhile nobody can find. */
        subject->may_be_owed = subject->has_last && has_record(stored, count, subject->id);
        subject->owed_if_told = subject->owed_if_told || (subject->owed && subject->same_pid);
        subject->owed = subject->owed && !subject->same_pid && has_record(stored, count, subject->id);
        /* It is counted again where the store has it. */
        if (subject->known && subject->state == CONTAINER_EXITED && subject->finishes > 0)
            subject->finishes--;
        subject->delete_call_id = 0;
        subject->known = false;
        subject->aware = false;
        subject->met = false;
    }
    for (size_t i = 0; i < count; i++) {
        struct subject *subject = ledger_find(ledger, stored[i].id);
        /* A record that was finished is of this life where the handler has had it so, and else of one before. */
        if (subject != NULL)
            subject->kept_finished = container_record_state(&stored[i]) == CONTAINER_EXITED &&
                                     (subject->kept_finished || subject->finished_life == subject->lives);
    }
    ledger_forget_changes(ledger);
}

/* ---- what the handler has ---- */

/* The handler counts a further life, and there was one of which it has not recorded the end: the server may be a life
 * ahead of what the handler hears. */
static bool begins_another(const struct subject *subject, const struct container_record *record)
{
    return record->incarnation > subject->incarnation && subject->finishes < subject->lives;
}

/* The life that ended was another one than the present: by its pid; or by its code, where the present one has the same
 * pid and the handler has not heard of it. */
static bool is_of_another_life(const struct subject *subject, const struct container_record *record)
{
    if (subject->same_pid && !subject->aware && !subject->exited)
        return fits_last(subject, record->exit_code, record->inferred);
    return subject->lives > 1 && record->last_pid != 0 && subject->pid != 0 && record->last_pid != subject->pid;
}

/* What a made-up exit said gives way to the truth. */
static bool is_corrected(const struct subject *subject, const struct container_record *record)
{
    return subject->exited && subject->exit_code == (int32_t)TASK_STATUS_KILLED &&
           record->exit_code == (int32_t)subject->exit_status;
}

static void look_at(const struct ledger *ledger, struct subject *subject, const struct monitor *monitor)
{
    struct container_record record = {0};
    bool was_settled = ledger_settled(ledger, subject);
    bool was_known = subject->known;
    bool was_exited = was_known && subject->state == CONTAINER_EXITED;
    bool was_created = was_known && subject->state == CONTAINER_CREATED;
    bool was_inferred = subject->inferred;
    subject->known = monitor_record(monitor, subject->id, &record);
    subject->state = subject->known ? container_record_state(&record) : CONTAINER_UNKNOWN;
    bool is_exited = subject->known && subject->state == CONTAINER_EXITED;
    bool is_late = is_exited && !was_exited &&
                   ((!subject->exited && pays(subject, record.exit_code, record.inferred)) ||
                    is_of_another_life(subject, &record));

    /* A record that comes from the store as it is was not made by this handler; one that is of an earlier life comes
     * late, but it is not wrong. */
    subject->became_exited = was_known && is_exited && !was_exited && !is_late;
    subject->became_other =
        was_exited && subject->known &&
        (!is_exited || record.finished_at_ns != subject->finished_at_ns || record.exit_code != subject->exit_code) &&
        !(is_exited && ((was_inferred && !record.inferred) || is_corrected(subject, &record))) &&
        !begins_another(subject, &record);
    if (subject->known &&
        (!subject->begun || (!subject->same_pid && (record.pid == subject->pid || record.last_pid == subject->pid))))
        subject->aware = true;
    if (is_exited && (!was_exited || record.incarnation > subject->incarnation))
        subject->finishes++;
    if (is_exited && !was_exited) {
        subject->finished_life = is_late ? subject->lives - 1 : subject->lives;
        subject->finished_aware = subject->aware;
    }
    if ((is_late && pays(subject, record.exit_code, record.inferred)) || subject->paid) {
        subject->owed = false;
        subject->owed_if_told = false;
        subject->may_be_owed = false;
    }
    subject->paid = false;
    subject->removed = !subject->known && (subject->removed || (was_created && subject->remove_asked));
    subject->settled_and_gone = subject->settled_and_gone || (was_exited && !subject->known && was_settled);
    subject->finished_at_ns = record.finished_at_ns;
    subject->exit_code = record.exit_code;
    subject->inferred = record.inferred;
    subject->incarnation = record.incarnation;
}

void ledger_look(struct ledger *ledger, const struct monitor *monitor)
{
    uint64_t revision = monitor_revision(monitor);
    ledger_forget_changes(ledger);
    if (!ledger->is_stale && revision == ledger->revision)
        return;
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        look_at(ledger, subject, monitor);
        ledger->has_changes = ledger->has_changes || subject->became_exited || subject->became_other;
    }
    ledger->revision = revision;
    ledger->is_stale = false;
}

void ledger_forget_changes(struct ledger *ledger)
{
    if (!ledger->has_changes)
        return;
    ledger->has_changes = false;
    for (size_t i = 0; i < ledger->count; i++) {
        ledger->subjects[i].became_exited = false;
        ledger->subjects[i].became_other = false;
    }
}

void ledger_look_at_store(struct ledger *ledger, const struct container_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct subject *subject = ledger_find(ledger, records[i].id);
        if (subject == NULL)
            continue;
        subject->stored = true;
        subject->stored_exited = container_record_state(&records[i]) == CONTAINER_EXITED;
        subject->stored_code = records[i].exit_code;
        subject->stored_inferred = records[i].inferred;
    }
}
