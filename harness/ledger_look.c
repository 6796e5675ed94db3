/* SPDX-License-Identifier: Apache-2.0 */
/* What the handler has: its records, and those that outlive it. */
#include "harness/ledger.h"

#include <stddef.h>

static bool fits_last(const struct subject *subject, int32_t code, bool inferred)
{
    bool is_else = subject->last_told_else && code == (int32_t)subject->last_else_status;
    return subject->has_last && (code == (int32_t)subject->last_status || (inferred && !subject->last_told) || is_else);
}

static bool pays(const struct subject *subject, int32_t code, bool inferred)
{
    bool is_else = subject->owed_told_else && code == (int32_t)subject->owed_else_status;
    return (subject->owed && (code == (int32_t)subject->owed_status || (inferred && !subject->owed_told) || is_else)) ||
           ((subject->owed || subject->owed_if_told || subject->may_be_owed) && fits_last(subject, code, inferred));
}

void ledger_put(struct ledger *ledger, const struct monitor_action *action)
{
    struct subject *subject = ledger_find(ledger, action->record.id);
    if (subject == NULL)
        return;
    subject->put_asked = true;
    /* The next Delete waits for that, however long it takes. */
    subject->put_id = action->write_id;
    subject->forget_id = 0;
    subject->delete_failed_at_ns = 0;
    if (container_record_state(&action->record) != CONTAINER_EXITED || action->record.last_pid != subject->pid)
        return;
    subject->exit_put = true;
    subject->exit_due_ns = TIME_NEVER;
}

/* Where the record has left already, that was judged then, and this is another try. */
void ledger_forget(struct ledger *ledger, const struct monitor_action *action)
{
    struct subject *subject = ledger_find(ledger, action->container_id);
    if (subject != NULL && (subject->removing || subject->removes > 0 || !subject->known))
        subject->forget_id = action->write_id;
}

void ledger_owner_told(struct ledger *ledger, const struct monitor_action *action)
{
    struct subject *subject = ledger_find(ledger, action->record.id);
    if (subject != NULL && action->change == RECORD_EXITED &&
        pays(subject, action->record.exit_code, action->record.inferred))
        subject->paid = ledger->is_stale = true;
}

static const struct container_record *find_stored(const struct container_record *stored, size_t count, struct text id)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(stored[i].id, id))
            return &stored[i];
    return NULL;
}

/* Of the life before, or perhaps so, without its end. */
static bool tells_no_last(const struct subject *subject, const struct container_record *record)
{
    return record != NULL && (subject->same_pid || record->pid == 0 || record->pid != subject->pid);
}

/* Of a life whose pid nobody has told: the task of the next one looks like its own. */
static bool is_nameless(const struct container_record *record)
{
    return container_record_state(record) == CONTAINER_RUNNING && record->pid == 0;
}

/* What is stored is the end of a life before the last one: nothing is left that tells of that. */
static bool is_of_earlier(const struct subject *subject, const struct container_record *record)
{
    return container_record_state(record) == CONTAINER_EXITED && record->last_pid != 0 &&
           record->last_pid != subject->last_pid && record->last_pid != subject->pid &&
           subject->owed_status == subject->last_status;
}

void ledger_crashed(struct ledger *ledger, const struct container_record *stored, size_t count)
{
    ledger->is_stale = true;
    ledger->runs = false;
    ledger->loads = false;
    ledger_owe_nothing(ledger);
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        subject->told = subject->told_in_time && subject->deleted;
        subject->told_at_ns = TIME_NEVER;
        subject->told_by_event = false;
        subject->last_told = subject->last_told_in_time && subject->last_deleted;
        subject->owed_told = subject->owed_told && subject->last_told;
        /* Of a container of which nothing is stored nothing is known: what has gone meanwhile nobody can find. */
        const struct container_record *record = find_stored(stored, count, subject->id);
        subject->may_be_owed = subject->has_last && tells_no_last(subject, record);
        subject->owed_if_told = subject->owed_if_told || (subject->owed && subject->same_pid);
        subject->owed =
            subject->owed && !subject->same_pid &&
            (record != NULL ? !is_of_earlier(subject, record) && !is_nameless(record) : !subject->put_asked);
        /* It is counted again where the store has it. */
        if (subject->known && subject->state == CONTAINER_EXITED && subject->finishes > 0)
            subject->finishes--;
        subject->delete_call_id = 0;
        subject->kills = 0;
        subject->removes = 0;
        subject->starts = 0;
        subject->put_asked = false;
        subject->forget_id = 0;
        subject->shown_pid = 0;
        subject->known = false;
        subject->aware = subject->named = false;
        subject->met = false;
        subject->begun_told = subject->begun_behind = false;
    }
    for (size_t i = 0; i < count; i++) {
        struct subject *subject = ledger_find(ledger, stored[i].id);
        /* A record that was finished is of this life where the handler has had it so, and else of one before. */
        if (subject == NULL)
            continue;
        subject->kept_finished = container_record_state(&stored[i]) == CONTAINER_EXITED &&
                                 (subject->kept_finished || subject->finished_life == subject->lives);
        subject->finished_code = stored[i].exit_code;
    }
    ledger_forget_changes(ledger);
}

/* The handler counts a further life, and there was one of which it has not recorded the end: the server may be a life
 * ahead of what the handler hears. Or it was said to be out of reach for so long that it counted as ended, and runs; or
 * its Delete was answered as if there were no task, and there is one. */
static bool begins_another(const struct subject *subject, const struct container_record *record)
{
    return record->incarnation > subject->incarnation &&
           (subject->finishes < subject->lives || subject->given_up || subject->refused);
}

/* The life that ended was another one than the present: by its pid; or by its code, where the present one has the same
 * pid, or no list has told any, and the handler has not heard of it. */
static bool is_of_another_life(const struct subject *subject, const struct container_record *record)
{
    bool tells_no_pid = subject->same_pid || record->last_pid == 0;
    /* It may be of the one before the last. */
    if (!subject->same_pid && ledger_had_pid(subject) && !subject->aware && !subject->exited)
        return true;
    if (tells_no_pid && !subject->aware && !subject->exited)
        return fits_last(subject, record->exit_code, record->inferred);
    return subject->lives > 1 && record->last_pid != 0 && subject->pid != 0 && record->last_pid != subject->pid &&
           subject->shown_pid != subject->pid;
}

/* What a made-up exit said gives way to the truth, or to what cannot be told from it. */
static bool is_corrected(const struct subject *subject, const struct container_record *record)
{
    bool was_made_up =
        subject->exit_code == (int32_t)TASK_STATUS_KILLED || subject->exit_code == (int32_t)TASK_STATUS_UNKNOWN;
    return subject->exited && was_made_up &&
           (record->exit_code == (int32_t)subject->exit_status || ledger_is_echo(subject, record->exit_code));
}

/* By its pid; where one of the last two lives had that as well, by the handler's count. */
static bool is_of_present_life(const struct subject *subject, const struct container_record *record)
{
    bool has_pid = record->pid == subject->pid || record->last_pid == subject->pid;
    return has_pid && (!ledger_had_pid(subject) || record->incarnation > subject->incarnation_before);
}

/* The handler has that record of it; NULL: none. */
static void look_at(const struct ledger *ledger, struct subject *subject, const struct container_record *shown)
{
    const struct container_record record = shown != NULL ? *shown : (struct container_record){0};
    bool was_settled = ledger_settled(ledger, subject);
    bool was_known = subject->known;
    bool was_exited = was_known && subject->state == CONTAINER_EXITED;
    bool was_created = was_known && subject->state == CONTAINER_CREATED;
    bool was_inferred = subject->inferred;
    bool was_another = subject->same_pid || subject->shown_pid != subject->pid;
    bool is_strayed = subject->misled && was_another && (shown == NULL || shown->last_pid != subject->pid);
    subject->known = shown != NULL;
    subject->state = subject->known ? container_record_state(&record) : CONTAINER_UNKNOWN;
    bool is_exited = subject->known && subject->state == CONTAINER_EXITED;
    bool is_late = is_exited && !was_exited &&
                   ((!subject->exited && was_another && pays(subject, record.exit_code, record.inferred)) ||
                    is_of_another_life(subject, &record));

    /* What is of an earlier life comes late, but it is not wrong. */
    subject->became_exited =
        is_exited && !was_exited && !is_late && !is_strayed && !(record.inferred && subject->given_up);
    subject->became_other =
        was_exited && subject->known &&
        (!is_exited || record.finished_at_ns != subject->finished_at_ns || record.exit_code != subject->exit_code) &&
        !(is_exited && ((was_inferred && !record.inferred) || is_corrected(subject, &record))) &&
        !begins_another(subject, &record);
    subject->rewritten =
        subject->became_other && record.incarnation == subject->incarnation && (is_exited || record.incarnation > 0);
    if (subject->known && (!subject->begun || is_of_present_life(subject, &record)))
        subject->aware = true;
    if (is_exited && (!was_exited || record.incarnation > subject->incarnation))
        subject->finishes++;
    if (is_exited && !was_exited) {
        subject->finished_life = is_late ? subject->lives - 1 : subject->lives;
        subject->finished_aware = subject->aware;
        subject->last_recorded =
            subject->last_recorded || (is_late && !record.inferred && fits_last(subject, record.exit_code, false));
    }
    if ((is_late && pays(subject, record.exit_code, record.inferred)) || subject->paid) {
        subject->owed = false;
        subject->owed_if_told = false;
        subject->may_be_owed = false;
    }
    subject->paid = false;
    subject->removed =
        !subject->known && (subject->removed || (was_created && (subject->removes > 0 || subject->removing)));
    subject->became_gone =
        was_known && !subject->known && !subject->removing && subject->removes == 0 && !subject->disowned;
    subject->removing = false;
    subject->disowned = subject->disowned && !subject->known;
    subject->shown_pid = record.pid;
    subject->named = subject->named || (record.pid != 0 && record.pid == subject->pid);
    subject->settled_and_gone = subject->settled_and_gone || (was_exited && !subject->known && was_settled);
    subject->shown_at_ns = record.created_at_ns;
    subject->says_oom = subject->known && text_is(record.reason, "OOMKilled");
    subject->finished_at_ns = record.finished_at_ns;
    subject->exit_code = record.exit_code;
    subject->inferred = record.inferred;
    subject->incarnation = record.incarnation;
}

/* None of it is this handler's doing. */
void ledger_loaded(struct ledger *ledger, const struct container_record *records, size_t count)
{
    if (!ledger->loads)
        return;
    ledger->loads = false;
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        const struct container_record *record = find_stored(records, count, subject->id);
        /* What the store had not taken when the handler was stopped, that has to find again; of a life before the
         * present one nothing is left to be found. */
        if (record == NULL && subject->put_asked)
            subject->aware = subject->met = subject->put_asked = subject->owed = false;
        /* As behind a crash: what was heard and was still in doubt went with the stop. */
        if (record != NULL && subject->put_id == 0 && is_of_earlier(subject, record))
            subject->owed = false;
        subject->known = false;
        subject->shown_pid = 0;
        subject->incarnation = record != NULL ? record->incarnation : 0;
        look_at(ledger, subject, record);
        subject->became_exited = subject->became_other = subject->became_gone = false;
    }
    ledger->is_stale = true;
}

void ledger_look(struct ledger *ledger, const struct monitor *monitor)
{
    uint64_t revision = monitor_revision(monitor);
    ledger_forget_changes(ledger);
    if (!ledger->is_stale && revision == ledger->revision)
        return;
    for (size_t i = 0; i < ledger->count; i++) {
        struct subject *subject = &ledger->subjects[i];
        struct container_record record;
        look_at(ledger, subject, monitor_record(monitor, subject->id, &record) ? &record : NULL);
        ledger->has_changes =
            ledger->has_changes || subject->became_exited || subject->became_other || subject->became_gone;
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
        ledger->subjects[i].became_gone = false;
    }
}

void ledger_look_at_store(struct ledger *ledger, const struct container_record *records, size_t count)
{
    for (size_t i = 0; i < ledger->count; i++)
        ledger->subjects[i].stored = false;
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
