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

static size_t count_pid(const struct scenario_told_fields *fields, uint32_t pid)
{
    size_t count = 0;
    for (size_t i = 0; i < fields->pid_count; i++)
        count += fields->pids[i] == pid;
    return count;
}

static bool same_pids(const struct scenario_told_fields *a, const struct scenario_told_fields *b)
{
    bool same = a->pid_count == b->pid_count;
    for (size_t i = 0; same && i < a->pid_count; i++)
        same = count_pid(a, a->pids[i]) == count_pid(b, a->pids[i]);
    return same;
}

static bool same_stamp(const struct scenario_stamp *a, const struct scenario_stamp *b)
{
    return a->absent == b->absent && (a->absent || (a->seconds == b->seconds && a->nanos == b->nanos));
}

bool told_fits(const struct scenario_told_fields *expected, const struct scenario_told_fields *found)
{
    uint32_t told = expected->told;
    return (told & ~found->told) == 0 && ((told & SCENARIO_TOLD_PID) == 0 || expected->pid == found->pid) &&
           ((told & SCENARIO_TOLD_CODE) == 0 || expected->code == found->code) &&
           ((told & SCENARIO_TOLD_STATE) == 0 || expected->state == found->state) &&
           ((told & SCENARIO_TOLD_EXITED_AT) == 0 || same_stamp(&expected->exited_at, &found->exited_at)) &&
           ((told & SCENARIO_TOLD_ID) == 0 || text_equal(expected->id, found->id)) &&
           ((told & SCENARIO_TOLD_IDS) == 0 || same_ids(expected, found)) &&
           ((told & SCENARIO_TOLD_PIDS) == 0 || same_pids(expected, found)) &&
           ((told & SCENARIO_TOLD_NAME_SPACE) == 0 || text_equal(expected->name_space, found->name_space)) &&
           ((told & SCENARIO_TOLD_CONTAINER) == 0 || text_equal(expected->container, found->container)) &&
           ((told & SCENARIO_TOLD_EXEC) == 0 || text_equal(expected->exec, found->exec)) &&
           ((told & SCENARIO_TOLD_NAME) == 0 || text_equal(expected->name, found->name));
}

bool answer_fits(const struct scenario_answer *expected, const struct scenario_answer *found)
{
    if (expected->kind != found->kind)
        return false;
    switch (expected->kind) {
    case SCENARIO_ANSWER_NONE:
    case SCENARIO_ANSWER_NOT_YET: break;
    case SCENARIO_ANSWER_REPLY: return told_fits(&expected->fields, &found->fields);
    case SCENARIO_ANSWER_STATUS:
        return expected->status == found->status &&
               (!expected->has_message || text_equal(expected->message, found->message));
    }
    return true;
}

bool event_fits(const struct scenario_heard *expected, const struct scenario_heard *found)
{
    bool is_exit = text_is(expected->topic, "/tasks/exit");
    if (!text_equal(expected->topic, found->topic) || !text_equal(expected->answer, found->answer))
        return false;
    if (is_exit && (expected->fields.told & SCENARIO_TOLD_EXEC) == 0 && (found->fields.told & SCENARIO_TOLD_EXEC) != 0)
        return false;
    return told_fits(&expected->fields, &found->fields);
}
