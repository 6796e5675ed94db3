/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* What is in another namespace is nobody's here. */
static bool is_made(const struct scenario_step *step)
{
    return step->verb == SCENARIO_CREATE && step->name_space.length == 0;
}

static size_t count_steps(const struct scenario_step *step)
{
    size_t count = is_made(step);
    for (size_t i = 0; i < step->child_count; i++)
        count += count_steps(&step->children[i]);
    return count;
}

static void add(struct ledger *ledger, struct text id)
{
    if (ledger_find(ledger, id) == NULL)
        ledger->subjects[ledger->count++].id = id;
}

static void add_created(struct ledger *ledger, const struct scenario_step *step)
{
    if (is_made(step)) {
        add(ledger, step->container);
        ledger_find(ledger, step->container)->made_here = true;
    }
    for (size_t i = 0; i < step->child_count; i++)
        add_created(ledger, &step->children[i]);
}

int ledger_init(struct ledger *ledger, const struct scenario *scenario, bool learns)
{
    const struct scenario_given *given = &scenario->given;
    memset(ledger, 0, sizeof *ledger);
    ledger->learns = learns;
    ledger->name_space = given->name_space;
    ledger->subjects = calloc(given->container_count + count_steps(&scenario->steps) + 1, sizeof *ledger->subjects);
    if (ledger->subjects == NULL)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < given->container_count; i++) {
        const struct scenario_container *container = &given->containers[i];
        add(ledger, container->id);
        ledger->subjects[ledger->count - 1].lives = container->state != SCENARIO_NO_TASK;
        ledger->subjects[ledger->count - 1].exited = container->state == SCENARIO_EXITED;
        ledger->subjects[ledger->count - 1].exit_status = container->code;
    }
    add_created(ledger, &scenario->steps);
    return 0;
}

void ledger_release(struct ledger *ledger)
{
    free(ledger->subjects);
    memset(ledger, 0, sizeof *ledger);
}

void ledger_copy(struct ledger *to, const struct ledger *from)
{
    memcpy(to->subjects, from->subjects, from->count * sizeof *from->subjects);
}

/* What the last step of the handler did to a record has been judged. */
void ledger_hash(const struct ledger *ledger, struct hash *hash)
{
    for (size_t i = 0; i < ledger->count; i++) {
        const struct subject *subject = &ledger->subjects[i];
        hash_u64(hash, (uint64_t)subject->exited << 3 | (uint64_t)subject->finished_before << 2 |
                           (uint64_t)subject->owed << 1 | (uint64_t)subject->known);
        hash_u64(hash, (uint64_t)subject->exit_status << 32 | subject->owed_status);
        hash_u64(hash, (uint64_t)subject->lives << 32 | subject->finished_life);
        hash_i64(hash, subject->finished_at_ns);
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

bool ledger_settled(const struct ledger *ledger, const struct subject *subject)
{
    if (!subject->exited)
        return true;
    if (!subject->known)
        return !(subject->made_here && ledger->learns);
    /* A record that was finished before, by a failed start say, keeps its code. */
    return subject->state == CONTAINER_EXITED &&
           (subject->finished_before || subject->exit_code == (int32_t)subject->exit_status);
}

void ledger_published(struct ledger *ledger, const struct fake_published *published)
{
    struct subject *subject = ledger_find(ledger, published->container_id);
    if (subject == NULL || !text_equal(published->name_space, ledger->name_space))
        return;
    if (published->topic == FAKE_TOPIC_TASK_CREATE) {
        if (!ledger_settled(ledger, subject)) {
            subject->owed = true;
            subject->owed_status = subject->exit_status;
        }
        subject->lives++;
        subject->exited = false;
        subject->finished_before = false;
    } else if (published->topic == FAKE_TOPIC_TASK_EXIT && text_equal(published->process_id, published->container_id)) {
        subject->finished_before = !subject->exited && subject->known && subject->state == CONTAINER_EXITED;
        subject->exited = true;
        subject->exit_status = published->exit_status;
    }
}

static void look_at(struct subject *subject, const struct monitor *monitor)
{
    struct container_record record = {0};
    bool was_known = subject->known;
    bool was_exited = was_known && subject->state == CONTAINER_EXITED;
    subject->known = monitor_record(monitor, subject->id, &record);
    subject->state = subject->known ? container_record_state(&record) : CONTAINER_UNKNOWN;
    bool is_exited = subject->known && subject->state == CONTAINER_EXITED;

    /* A record that comes from the store as it is was not made by this handler. */
    subject->became_exited = was_known && is_exited && !was_exited;
    subject->became_other = was_exited && (!is_exited || record.finished_at_ns != subject->finished_at_ns ||
                                           record.exit_code != subject->exit_code);
    if (is_exited && !was_exited)
        subject->finished_life = subject->lives;
    subject->finished_at_ns = record.finished_at_ns;
    subject->exit_code = record.exit_code;
}

void ledger_look(struct ledger *ledger, const struct monitor *monitor)
{
    for (size_t i = 0; i < ledger->count; i++)
        look_at(&ledger->subjects[i], monitor);
}
