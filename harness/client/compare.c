/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/client/compare.h"

static size_t count_id(const struct scenario_told_fields *fields, struct text id)
{
    size_t count = 0;
    for (size_t i = 0; i < fields->id_count; i++)
        count += text_equal(fields->ids[i], id);
    return count;
}

static bool same_ids(const struct scenario_told_fields *a, const struct scenario_told_fields *b)
{
    bool same = a->id_count == b->id_count;
    for (size_t i = 0; same && i < a->id_count; i++)
        same = count_id(a, a->ids[i]) == count_id(b, a->ids[i]);
    return same;
}

/* ---- likeness ---- */

static bool same_pid(uint32_t expected, uint32_t found, struct likeness *likeness)
{
    if (likeness == NULL || expected == 0)
        return expected == found;
    for (size_t i = 0; i < likeness->pid_count; i++)
        if (likeness->pids[i].written == expected || likeness->pids[i].found == found)
            return likeness->pids[i].written == expected && likeness->pids[i].found == found;
    if (likeness->pid_count < LIKENESS_MAX) {
        likeness->pids[likeness->pid_count].written = expected;
        likeness->pids[likeness->pid_count++].found = found;
    }
    return found != 0;
}

static bool is_exactly(const struct scenario_stamp *a, const struct scenario_stamp *b)
{
    return a->absent == b->absent && (a->absent || (a->seconds == b->seconds && a->nanos == b->nanos));
}

static bool is_time(const struct scenario_stamp *stamp)
{
    return !stamp->absent && stamp->seconds != SCENARIO_NEVER_SECONDS;
}

static bool same_stamp(const struct scenario_stamp *expected, const struct scenario_stamp *found,
                       struct likeness *likeness)
{
    if (likeness == NULL || !is_time(expected))
        return is_exactly(expected, found);
    for (size_t i = 0; i < likeness->stamp_count; i++)
        if (is_exactly(&likeness->stamps[i].written, expected))
            return is_exactly(&likeness->stamps[i].found, found);
    if (likeness->stamp_count < LIKENESS_MAX) {
        likeness->stamps[likeness->stamp_count].written = *expected;
        likeness->stamps[likeness->stamp_count++].found = *found;
    }
    return is_time(found);
}

static bool same_name_space(struct text expected, struct text found, const struct likeness *likeness)
{
    if (likeness != NULL && text_equal(expected, likeness->name_space))
        expected = likeness->real_name_space;
    return text_equal(expected, found);
}

/* True iff the text begins with the name in quotes. */
static bool quotes(struct text text, struct text name)
{
    return text.length >= name.length + 2 && text.bytes[0] == '"' && text.bytes[name.length + 1] == '"' &&
           text_equal((struct text){text.bytes + 1, name.length}, name);
}

/* Texts that are the same but for the namespace where it stands in quotes. */
static bool same_message(struct text expected, struct text found, const struct likeness *likeness)
{
    while (likeness != NULL && expected.length > 0 && found.length > 0) {
        size_t skipped = 1;
        size_t skipped_found = 1;
        if (quotes(expected, likeness->name_space) && quotes(found, likeness->real_name_space)) {
            skipped = likeness->name_space.length + 2;
            skipped_found = likeness->real_name_space.length + 2;
        } else if (expected.bytes[0] != found.bytes[0]) {
            return false;
        }
        expected = (struct text){expected.bytes + skipped, expected.length - skipped};
        found = (struct text){found.bytes + skipped_found, found.length - skipped_found};
    }
    return text_equal(expected, found);
}

/* ---- lists ---- */

static size_t count_pid(const struct scenario_told_fields *fields, uint32_t pid)
{
    size_t count = 0;
    for (size_t i = 0; i < fields->pid_count; i++)
        count += fields->pids[i] == pid;
    return count;
}

static bool same_pids(const struct scenario_told_fields *a, const struct scenario_told_fields *b,
                      const struct likeness *likeness)
{
    bool same = a->pid_count == b->pid_count;
    for (size_t i = 0; same && likeness == NULL && i < a->pid_count; i++)
        same = count_pid(a, a->pids[i]) == count_pid(b, a->pids[i]);
    /* A pid that stands for one that is known must be there; of others only the number counts. */
    for (size_t i = 0; same && likeness != NULL && i < likeness->pid_count; i++)
        same = count_pid(a, likeness->pids[i].written) == count_pid(b, likeness->pids[i].found);
    return same;
}

/* ---- fields ---- */

bool told_fits(const struct scenario_told_fields *expected, const struct scenario_told_fields *found,
               struct likeness *likeness)
{
    uint32_t told = expected->told;
    return (told & ~found->told) == 0 &&
           ((told & SCENARIO_TOLD_PID) == 0 || same_pid(expected->pid, found->pid, likeness)) &&
           ((told & SCENARIO_TOLD_CODE) == 0 || expected->code == found->code) &&
           ((told & SCENARIO_TOLD_STATE) == 0 || expected->state == found->state) &&
           ((told & SCENARIO_TOLD_EXITED_AT) == 0 || same_stamp(&expected->exited_at, &found->exited_at, likeness)) &&
           ((told & SCENARIO_TOLD_ID) == 0 || text_equal(expected->id, found->id)) &&
           ((told & SCENARIO_TOLD_IDS) == 0 || same_ids(expected, found)) &&
           ((told & SCENARIO_TOLD_PIDS) == 0 || same_pids(expected, found, likeness)) &&
           ((told & SCENARIO_TOLD_NAME_SPACE) == 0 ||
            same_name_space(expected->name_space, found->name_space, likeness)) &&
           ((told & SCENARIO_TOLD_CONTAINER) == 0 || text_equal(expected->container, found->container)) &&
           ((told & SCENARIO_TOLD_EXEC) == 0 || text_equal(expected->exec, found->exec)) &&
           ((told & SCENARIO_TOLD_NAME) == 0 || text_equal(expected->name, found->name));
}

bool answer_fits(const struct scenario_answer *expected, const struct scenario_answer *found, struct likeness *likeness)
{
    if (expected->kind != found->kind)
        return false;
    switch (expected->kind) {
    case SCENARIO_ANSWER_NONE:
    case SCENARIO_ANSWER_NOT_YET: break;
    case SCENARIO_ANSWER_REPLY: return told_fits(&expected->fields, &found->fields, likeness);
    case SCENARIO_ANSWER_STATUS:
        return expected->status == found->status &&
               (!expected->has_message || same_message(expected->message, found->message, likeness));
    }
    return true;
}

bool event_fits(const struct scenario_heard *expected, const struct scenario_heard *found, struct likeness *likeness)
{
    bool is_exit = text_is(expected->topic, "/tasks/exit");
    if (!text_equal(expected->topic, found->topic) || !text_equal(expected->answer, found->answer))
        return false;
    if (is_exit && (expected->fields.told & SCENARIO_TOLD_EXEC) == 0 && (found->fields.told & SCENARIO_TOLD_EXEC) != 0)
        return false;
    return told_fits(&expected->fields, &found->fields, likeness);
}
