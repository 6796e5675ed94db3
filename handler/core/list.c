/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/list.h"

#include "base/contract.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/calls.h"
#include "handler/core/life.h"
#include "handler/core/park.h"
#include "handler/core/retry.h"
#include "handler/core/state.h"

enum { HUNG_MAX = 2 };    /* lists in a row that are not answered in time, by a server that answers pings */
enum { SLOW_MAX = 2 };    /* doublings of the time that a list may take */
enum { BLIND_AFTER = 2 }; /* lists that fail in a row for another reason than the connection */

_Static_assert((int)LIST_CURSOR_MAX == (int)MONITOR_ID_MAX, "the cursor holds any id");

static bool lists(const struct state *state, enum policy_switch one)
{
    return policy_has(state->policy, POLICY_RELIST) && policy_has(state->policy, one);
}

/* ---- the entries of an answer ---- */

static bool is_usable(struct text id)
{
    return id.length > 0 && id.length <= MONITOR_ID_MAX;
}

static size_t entry_count(const struct monitor_event *event)
{
    return event->process_count < MONITOR_CONTAINERS_MAX ? event->process_count : MONITOR_CONTAINERS_MAX;
}

uint64_t list_cost(const struct monitor_event *event)
{
    uint64_t cost = 0;
    if (event->kind != MONITOR_REPLY || event->outcome.status != STATUS_OK)
        return 0;
    for (size_t i = 0; i < entry_count(event); i++)
        if (is_usable(event->processes[i].container_id))
            cost += arena_cost(sizeof(struct list_entry)) + map_insert_cost(event->processes[i].container_id.length);
    return cost;
}

/* A task under an id that no container can have, or beyond as many as there can be records, is left out; those that
 * have records are asked for one by one, as if the list lacked them. */
static void keep_entries(struct step *step)
{
    struct outcome left_out = {STATUS_RESOURCE_EXHAUSTED, text_of("not every task of the list can be followed")};
    struct list *list = &step->state->list;
    bool all = entry_count(step->event) == step->event->process_count;
    for (size_t i = 0; i < entry_count(step->event); i++) {
        const struct process_state *process = &step->event->processes[i];
        struct list_entry *entry;
        arena_ref ref;
        all = all && is_usable(process->container_id);
        if (!is_usable(process->container_id) || map_get(step->arena, &list->entries, process->container_id) != 0)
            continue;
        ref = arena_alloc(step->arena, sizeof *entry);
        entry = arena_at(step->arena, ref);
        *entry = (struct list_entry){process->status, process->pid, process->exit_status, process->exited_at,
                                     process->tells_exit};
        map_insert(step->arena, &list->entries, process->container_id, ref);
    }
    if (!all)
        note_outcome(step, NOTE_LIST_FAILED, left_out, 0);
}

static void drop_entries(struct step *step)
{
    struct list *list = &step->state->list;
    struct text none = {NULL, 0};
    struct text id;
    arena_ref ref;
    while (list->entries.count > 0 && (ref = map_next(step->arena, &list->entries, none, &id)) != 0) {
        (void)map_remove(step->arena, &list->entries, id);
        arena_free(step->arena, ref, sizeof(struct list_entry));
    }
}

/* ---- asking ---- */

static void ask(struct step *step)
{
    struct list *list = &step->state->list;
    struct monitor_action *action = calls_begin(step, MONITOR_CALL_LIST, CALL_OF_LIST, 0);
    park_forget_deletions(step);
    action->timeout_ns = MONITOR_ASK_TIMEOUT_NS << list->slow;
    list->call_id = action->call_id;
    list->stage = LIST_ASKED;
    list->asked_at_ns = step->state->now_ns;
    list->revision = step->state->store.revision;
    list->next_ns = TIME_NEVER;
    list->is_wanted = false;
    list->is_closed = list->is_heard;
}

/* When the next one is due after the latest has been reconciled. */
static void plan(struct step *step)
{
    const struct state *state = step->state;
    struct list *list = &step->state->list;
    list->next_ns = TIME_NEVER;
    list->next_is_sweep = false;
    if (list->is_wanted) {
        list->next_ns = time_add(list->asked_at_ns, MONITOR_SETTLE_NS);
    } else if (lists(state, POLICY_SECOND_LIST) && !list->is_closed && !list->is_settled) {
        list->is_settled = true;
        list->next_ns = time_add(list->asked_at_ns, MONITOR_SETTLE_NS);
    } else if (policy_has(state->policy, POLICY_SWEEP)) {
        list->next_ns = time_add(list->asked_at_ns, MONITOR_SWEEP_NS);
        list->next_is_sweep = true;
    }
}

void list_want(struct step *step)
{
    struct list *list = &step->state->list;
    if (!policy_has(step->state->policy, POLICY_RELIST) || step->state->subscription != SUBSCRIPTION_READING ||
        list->stream_id != step->state->stream_id)
        return;
    list->is_wanted = true;
    if (list->stage != LIST_IDLE)
        return;
    list->next_ns = time_min(list->next_ns, time_add(list->asked_at_ns, MONITOR_SETTLE_NS));
    list->next_is_sweep = false;
}

void list_heard(struct step *step)
{
    struct list *list = &step->state->list;
    bool is_to_come;
    if (list->stream_id != step->state->stream_id)
        return;
    list->is_served = true;
    if (list->is_heard)
        return;
    list->is_heard = true;
    /* A second list that is still to come will do. */
    is_to_come = list->stage == LIST_IDLE && list->next_ns != TIME_NEVER && !list->next_is_sweep;
    if (lists(step->state, POLICY_SECOND_LIST) && list->is_settled && !is_to_come)
        list_want(step);
}

void list_served(struct step *step)
{
    step->state->list.is_served = true;
}

static void forget(struct step *step)
{
    struct list *list = &step->state->list;
    calls_forget(step, list->call_id);
    drop_entries(step);
    list->call_id = 0;
    list->stage = LIST_IDLE;
    list->next_ns = TIME_NEVER;
}

static void reconcile(struct step *step, bool is_blind)
{
    struct list *list = &step->state->list;
    list->stage = LIST_RECONCILING;
    list->is_blind = is_blind;
    list->cursor_length = 0;
}

static void begin(struct step *step)
{
    struct list *list = &step->state->list;
    forget(step);
    *list = (struct list){.stream_id = step->state->stream_id,
                          .next_ns = TIME_NEVER,
                          .hung = list->hung,
                          .slow = list->slow,
                          .entries = list->entries};
    list->asked_at_ns = step->state->now_ns;
    list->revision = step->state->store.revision;
    if (policy_has(step->state->policy, POLICY_RELIST)) {
        list->next_ns = step->state->now_ns;
        if (list->hung >= HUNG_MAX || list->slow > 0)
            reconcile(step, true);
    } else {
        list->is_recovered = true;
        plan(step);
    }
}

static bool is_used(const struct state *state)
{
    return policy_has(state->policy, POLICY_RELIST) || policy_has(state->policy, POLICY_SWEEP);
}

/* The stream is over. What is on its way of its list is still of use. */
static void leave(struct step *step)
{
    struct list *list = &step->state->list;
    bool is_coming = list->stage == LIST_ASKED || (list->stage == LIST_RECONCILING && !list->is_blind);
    if (!is_coming)
        forget(step);
    list->stream_id = 0;
    list->next_ns = TIME_NEVER;
    list->is_recovered = false;
}

void list_do(struct step *step)
{
    struct state *state = step->state;
    if (!is_used(state))
        return;
    if (state->subscription != SUBSCRIPTION_READING) {
        if (state->list.stream_id != 0)
            leave(step);
        return;
    }
    if (state->list.stream_id != state->stream_id)
        begin(step);
    if (state->list.stage != LIST_IDLE || state->now_ns < state->list.next_ns)
        return;
    if (calls_possible(state)) {
        ask(step);
        return;
    }
    /* The stream goes on while the connection takes no new calls. */
    state->list.next_ns = time_add(state->now_ns, retry_same_delay_ns(state->list.attempt));
}

void list_stop(struct step *step)
{
    forget(step);
    step->state->list.stream_id = 0;
    step->state->list.hung = 0;
    step->state->list.slow = 0;
    step->state->list.is_recovered = false;
}

/* ---- answers ---- */

static bool is_of_the_connection(int status)
{
    return status == STATUS_UNAVAILABLE || status == STATUS_DEADLINE_EXCEEDED || status == STATUS_CANCELLED ||
           status == STATUS_RESOURCE_EXHAUSTED;
}

/* Lists hang, and nothing else came of the server either. */
static bool is_dead(struct step *step)
{
    struct list *list = &step->state->list;
    bool was_served = list->is_served;
    list->is_served = false;
    return list->hung >= HUNG_MAX && !was_served && policy_has(step->state->policy, POLICY_PING);
}

/* A server that makes no list may still tell of each task by itself. */
static void fail(struct step *step, struct outcome outcome)
{
    struct list *list = &step->state->list;
    bool lasts = answer_meaning(step->state->policy, outcome) == ANSWER_FATAL;
    int64_t delay_ns = lasts ? retry_delay_max_ns() : retry_delay_ns(&list->attempt);

    list->stage = LIST_IDLE;
    list->next_ns = time_add(step->state->now_ns, delay_ns);
    list->next_is_sweep = false;
    note_outcome(step, NOTE_LIST_FAILED, outcome, delay_ns);
    list->hung = outcome.status != STATUS_DEADLINE_EXCEEDED ? 0 : list->hung < HUNG_MAX ? list->hung + 1 : HUNG_MAX;
    if (list->hung >= HUNG_MAX && list->slow < SLOW_MAX)
        list->slow++;
    if (is_dead(step)) {
        subscription_dead(step, "the peer answers PINGs and nothing else");
        return;
    }
    if (lasts || list->hung >= HUNG_MAX || (list->attempt >= BLIND_AFTER && !is_of_the_connection(outcome.status)))
        reconcile(step, true);
}

void list_answered(struct step *step, struct outcome outcome)
{
    struct list *list = &step->state->list;
    list->call_id = 0;
    if (outcome.status != STATUS_OK) {
        if (list_is_late(step->state))
            forget(step);
        else
            fail(step, outcome);
        return;
    }
    list->attempt = 0;
    list->hung = 0;
    if (step->state->now_ns - list->asked_at_ns < MONITOR_ASK_TIMEOUT_NS)
        list->slow = 0;
    keep_entries(step);
    reconcile(step, false);
}

bool list_is_late(const struct state *state)
{
    return state->list.stream_id == 0;
}

bool list_is_sweep(const struct state *state)
{
    return state->list.stage != LIST_IDLE && state->list.next_is_sweep;
}

void list_done(struct step *step)
{
    struct list *list = &step->state->list;
    CONTRACT(list->stage == LIST_RECONCILING);
    drop_entries(step);
    list->stage = LIST_IDLE;
    if (list_is_late(step->state))
        return;
    if (!list->is_recovered && policy_has(step->state->policy, POLICY_KICK_RETRIES))
        life_kick_all(step);
    list->is_recovered = true;
    if (!list->is_blind)
        plan(step);
}

bool list_recovered(const struct state *state)
{
    /* No call can be made before another connection is there. */
    if (state->subscription != SUBSCRIPTION_READING || state->is_leaving)
        return false;
    return !is_used(state) || (state->list.stream_id == state->stream_id && state->list.is_recovered);
}

bool list_has_told(const struct state *state, struct text id)
{
    struct text cursor = {state->list.cursor, state->list.cursor_length};
    if (list_recovered(state))
        return true;
    return state->list.stage == LIST_RECONCILING && state->list.stream_id == state->stream_id &&
           text_compare(id, cursor) <= 0;
}

/* ---- time and state ---- */

int64_t list_deadline_ns(const struct state *state)
{
    const struct list *list = &state->list;
    bool reads = state->subscription == SUBSCRIPTION_READING && is_used(state);
    if (list->stage == LIST_RECONCILING || (reads && list->stream_id != state->stream_id))
        return state->now_ns;
    return reads && list->stage == LIST_IDLE ? list->next_ns : TIME_NEVER;
}

int64_t list_unrest_ns(const struct state *state)
{
    return state->list.next_is_sweep && state->list.stage == LIST_IDLE ? TIME_NEVER : list_deadline_ns(state);
}

void list_hash(const struct arena *arena, const struct state *state, int64_t now_ns, struct hash *hash)
{
    const struct list *list = &state->list;
    struct text id = {list->cursor, list->cursor_length};
    arena_ref ref;
    hash_u64(hash, (uint64_t)list->hung << 2 | list->slow);
    if (list->stream_id == 0 && list->stage == LIST_IDLE)
        return;
    hash_u64(hash, (uint64_t)list->stage);
    hash_u64(hash, list->stream_id == state->stream_id);
    hash_i64(hash, list->next_ns == TIME_NEVER ? -1 : list->next_ns > now_ns ? list->next_ns - now_ns : 0);
    hash_u64(hash, (uint64_t)list->next_is_sweep | (uint64_t)list->is_wanted << 1 | (uint64_t)list->is_heard << 2 |
                       (uint64_t)list->is_closed << 3 | (uint64_t)list->is_settled << 4 |
                       (uint64_t)list->is_recovered << 5 | (uint64_t)list->is_blind << 6 |
                       (uint64_t)list->is_served << 7);
    hash_u64(hash, list->attempt);
    hash_i64(hash, time_min(now_ns - list->asked_at_ns, MONITOR_SWEEP_NS));
    if (list->stage != LIST_RECONCILING)
        return;
    hash_text(hash, id);
    while ((ref = map_next(arena, &list->entries, id, &id)) != 0) {
        const struct list_entry *entry = arena_at(arena, ref);
        hash_text(hash, id);
        hash_u64(hash, (uint64_t)entry->status);
        hash_u64(hash, entry->pid);
        hash_u64(hash, entry->exit_status);
        hash_u64(hash, entry->tells_exit);
        hash_u64(hash, entry->exited_at.present);
        hash_i64(hash, entry->exited_at.seconds);
        hash_i64(hash, entry->exited_at.nanoseconds);
    }
}
