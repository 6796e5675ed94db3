/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/cast.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "scenarios/language/words.h"

static int compare_names(struct text a_container, struct text a_exec, struct text b_container, struct text b_exec)
{
    int order = text_compare(a_container, b_container);
    return order != 0 ? order : text_compare(a_exec, b_exec);
}

static int compare_members(const void *a, const void *b)
{
    const struct cast_member *first = a;
    const struct cast_member *second = b;
    int order = compare_names(first->container, first->exec, second->container, second->exec);
    return order != 0 ? order : (first->order > second->order) - (first->order < second->order);
}

static int compare_pids(const void *a, const void *b)
{
    const struct cast_member *first = a;
    const struct cast_member *second = b;
    if (first->pid != second->pid)
        return first->pid < second->pid ? -1 : 1;
    return (first->order > second->order) - (first->order < second->order);
}

static int compare_endings(const void *a, const void *b)
{
    const struct cast_ending *first = a;
    const struct cast_ending *second = b;
    return compare_names(first->container, first->exec, second->container, second->exec);
}

/* ---- collecting ---- */

static struct cast_member *add_member(struct cast *cast, struct text container, struct text exec, uint32_t pid,
                                      struct scenario_place place)
{
    struct cast_member *member = &cast->members[cast->member_count];
    member->container = container;
    member->exec = exec;
    member->pid = pid;
    member->place = place;
    member->order = cast->member_count++;
    return member;
}

static void collect_given(struct cast *cast, const struct scenario_given *given)
{
    for (size_t i = 0; i < given->container_count; i++) {
        const struct scenario_container *container = &given->containers[i];
        uint32_t pid = container->state == SCENARIO_EXITED ? 0 : container->pid;
        add_member(cast, container->id, text_of(NULL), pid, container->place)->given = true;
        for (size_t j = 0; j < container->exec_count; j++) {
            const struct scenario_exec *exec = &container->execs[j];
            add_member(cast, container->id, exec->id, exec->pid, exec->place)->given = true;
        }
    }
}

/* Whether it comes to be is for the run to tell: it may be there already, or be refused. */
static void collect_call(struct cast *cast, const struct scenario_call *call)
{
    bool makes_exec = text_is(call->rpc, "Tasks.Exec");
    if (makes_exec || text_is(call->rpc, "Containers.Create") || text_is(call->rpc, "Tasks.Create"))
        cast->asked[cast->asked_count++] =
            (struct cast_asked){call->request.container, makes_exec ? call->request.exec : text_of(NULL)};
}

/* A container whose task is gone can have another, as one that is gone can come again. */
static void collect_restart(struct cast *cast, const struct scenario_step *step)
{
    cast->all_lost = cast->all_lost || step->state_lost;
    for (size_t i = 0; i < step->tasks_lost_count; i++)
        cast->endings[cast->ending_count++] = (struct cast_ending){step->tasks_lost[i], text_of(NULL), true};
    for (size_t i = 0; i < step->containers_lost_count; i++)
        cast->endings[cast->ending_count++] = (struct cast_ending){step->containers_lost[i], text_of(NULL), true};
}

static void collect_step(struct cast *cast, const struct scenario_step *step)
{
    bool removed = step->verb == SCENARIO_REMOVE || step->verb == SCENARIO_KILL_SHIM;
    struct cast_ending ending = {step->container, step->exec, removed};
    /* What is in another namespace meets nothing of this one. */
    if (step->name_space.length > 0)
        return;
    switch (step->verb) {
    case SCENARIO_CREATE:
    case SCENARIO_EXEC: add_member(cast, step->container, step->exec, step->pid, step->place); break;
    case SCENARIO_EXIT:
    case SCENARIO_KILL_SHIM:
    case SCENARIO_REMOVE: cast->endings[cast->ending_count++] = ending; break;
    case SCENARIO_RESTART: collect_restart(cast, step); break;
    case SCENARIO_RECORD:
    case SCENARIO_PUBLISH: cast->published[cast->published_count++] = step->container; break;
    case SCENARIO_SEQUENCE:
    case SCENARIO_ANY_ORDER:
    case SCENARIO_AT_ONCE:
    case SCENARIO_START:
    case SCENARIO_OOM:
    case SCENARIO_DISCONNECT:
    case SCENARIO_ADVANCE:
    case SCENARIO_GOAWAY:
    case SCENARIO_SILENCE:
    case SCENARIO_SOCKET:
    case SCENARIO_LOCK:
    case SCENARIO_UNLOCK:
    case SCENARIO_ANSWERED:
    case SCENARIO_HEARD:
    case SCENARIO_SET_CLOCK:
    case SCENARIO_HANDLER:
    case SCENARIO_ASK:
    case SCENARIO_ABANDON:
    case SCENARIO_RELEASE: break;
    case SCENARIO_CALL: collect_call(cast, &step->call); break;
    }
    for (size_t i = 0; i < step->child_count; i++)
        collect_step(cast, &step->children[i]);
}

static size_t count_steps(const struct scenario_step *step)
{
    size_t count = 1;
    for (size_t i = 0; i < step->child_count; i++)
        count += count_steps(&step->children[i]);
    return count;
}

/* How many endings the steps may bring at the most. */
static size_t count_possible_endings(const struct scenario_step *step)
{
    size_t count = 1 + step->tasks_lost_count + step->containers_lost_count;
    for (size_t i = 0; i < step->child_count; i++)
        count += count_possible_endings(&step->children[i]);
    return count;
}

int cast_collect(struct cast *cast, const struct reading *reading, const struct scenario *scenario)
{
    size_t steps = count_steps(&scenario->steps);
    size_t endings = count_possible_endings(&scenario->steps);
    size_t most = steps + scenario->given.container_count;
    for (size_t i = 0; i < scenario->given.container_count; i++)
        most += scenario->given.containers[i].exec_count;

    memset(cast, 0, sizeof *cast);
    cast->members = region_array(reading->region, most, sizeof *cast->members);
    cast->endings = region_array(reading->region, endings, sizeof *cast->endings);
    cast->published = region_array(reading->region, steps, sizeof *cast->published);
    cast->asked = region_array(reading->region, steps, sizeof *cast->asked);
    if (cast->members == NULL || cast->endings == NULL || cast->published == NULL || cast->asked == NULL)
        return reading_fail_memory(reading);
    collect_given(cast, &scenario->given);
    collect_step(cast, &scenario->steps);
    CONTRACT(cast->member_count <= most && cast->ending_count <= endings);
    qsort(cast->members, cast->member_count, sizeof *cast->members, compare_members);
    qsort(cast->endings, cast->ending_count, sizeof *cast->endings, compare_endings);
    return 0;
}

/* ---- asking ---- */

/* The first member that is not before the name; member_count where all are. */
static size_t first_member(const struct cast *cast, struct text container, struct text exec)
{
    size_t low = 0;
    size_t high = cast->member_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct cast_member *member = &cast->members[middle];
        if (compare_names(member->container, member->exec, container, exec) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_member(const struct cast *cast, size_t at, struct text container, struct text exec)
{
    return at < cast->member_count && text_equal(cast->members[at].container, container) &&
           text_equal(cast->members[at].exec, exec);
}

bool cast_has(const struct cast *cast, struct text container, struct text exec)
{
    for (size_t i = 0; i < cast->asked_count; i++)
        if (text_equal(cast->asked[i].container, container) && text_equal(cast->asked[i].exec, exec))
            return true;
    return is_member(cast, first_member(cast, container, exec), container, exec);
}

bool cast_publishes(const struct cast *cast, struct text container)
{
    for (size_t i = 0; i < cast->published_count; i++)
        if (text_equal(cast->published[i], container))
            return true;
    return false;
}

struct text cast_nearest(const struct cast *cast, struct text container, struct text written)
{
    struct text nearest = {NULL, 0};
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < cast->member_count; i++) {
        const struct cast_member *member = &cast->members[i];
        bool is_exec = member->exec.length > 0;
        struct text name = is_exec ? member->exec : member->container;
        if (is_exec != (container.length > 0) || (is_exec && !text_equal(member->container, container)))
            continue;
        /* Names in the tree of nodes end with a NUL. */
        size_t distance = words_distance(written, name.bytes);
        if (distance < least) {
            least = distance;
            nearest = name;
        }
    }
    return nearest;
}

static size_t count_members(const struct cast *cast, struct text container)
{
    size_t at = first_member(cast, container, text_of(NULL));
    size_t count = 0;
    while (is_member(cast, at + count, container, text_of(NULL)))
        count++;
    return count;
}

/* How many steps end that process (the container's removal ends all of it), or only remove the container. */
static size_t count_endings(const struct cast *cast, struct text container, struct text exec, bool removed_only)
{
    size_t count = 0;
    for (size_t i = 0; i < cast->ending_count; i++) {
        const struct cast_ending *ending = &cast->endings[i];
        if (text_equal(ending->container, container) && (ending->removed || !removed_only) &&
            (ending->exec.length == 0 || text_equal(ending->exec, exec)))
            count++;
    }
    return count;
}

/* ---- checking ---- */

static int check_twice(const struct cast *cast, const struct reading *reading, size_t at, size_t earlier)
{
    const struct cast_member *member = &cast->members[at];
    const struct cast_member *first = &cast->members[at - earlier];
    bool is_exec = member->exec.length > 0;
    size_t lives = is_exec ? count_members(cast, member->container)
                           : 1 + count_endings(cast, member->container, text_of(NULL), true);

    if (!member->given && (cast->all_lost || earlier < lives))
        return 0;
    return reading_fail(reading, member->place, ERROR_INVALID, "%s %s is there already, from line %zu; %s",
                        is_exec ? "exec" : "container", quote(is_exec ? member->exec : member->container).text,
                        first->place.line,
                        member->given || is_exec ? "take another id" : "take another id, or remove it in a step first");
}

static int check_names(const struct cast *cast, const struct reading *reading)
{
    size_t earlier = 0; /* members with the same name before this one */
    for (size_t i = 1; i < cast->member_count; i++) {
        earlier = compare_names(cast->members[i].container, cast->members[i].exec, cast->members[i - 1].container,
                                cast->members[i - 1].exec) == 0
                      ? earlier + 1
                      : 0;
        int result = earlier > 0 ? check_twice(cast, reading, i, earlier) : 0;
        if (result != 0)
            return result;
    }
    return 0;
}

static int check_pids(const struct cast *cast, const struct reading *reading)
{
    struct cast_member *by_pid = region_array(reading->region, cast->member_count, sizeof *by_pid);
    if (by_pid == NULL)
        return reading_fail_memory(reading);
    if (cast->member_count > 0)
        memcpy(by_pid, cast->members, cast->member_count * sizeof *by_pid);
    qsort(by_pid, cast->member_count, sizeof *by_pid, compare_pids);
    for (size_t i = 1; i < cast->member_count; i++) {
        const struct cast_member *first = &by_pid[i - 1];
        bool ends = cast->all_lost || count_endings(cast, first->container, first->exec, false) > 0;
        if (by_pid[i].pid == 0 || by_pid[i].pid != first->pid || (ends && !by_pid[i].given))
            continue;
        return reading_fail(reading, by_pid[i].place, ERROR_INVALID,
                            "pid %u belongs to %s already, from line %zu; take another pid%s", by_pid[i].pid,
                            quote(first->exec.length > 0 ? first->exec : first->container).text, first->place.line,
                            by_pid[i].given ? "" : ", or let that end in a step first");
    }
    return 0;
}

int cast_check(const struct cast *cast, const struct reading *reading)
{
    int result = check_names(cast, reading);
    return result != 0 ? result : check_pids(cast, reading);
}
