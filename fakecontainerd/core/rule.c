/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/rule.h"

#include "base/time.h"
#include "fakecontainerd/core/output.h"
#include "fakecontainerd/core/request.h"

/* What the client is told in the end, of whichever kind the rule is. */
static struct text text_of_rule(const struct fake_rule *rule)
{
    return rule->action == FAKE_DO_END ? rule->end.text : rule->text;
}

uint64_t rule_cost(const struct fake_rule *rule)
{
    uint64_t cost = arena_cost(sizeof(struct rule));
    struct text text = text_of_rule(rule);
    if (rule->container_id.length > 0)
        cost += arena_cost((uint32_t)rule->container_id.length);
    if (text.length > 0)
        cost += arena_cost((uint32_t)text.length);
    if (rule->hold.length > 0)
        cost += arena_cost((uint32_t)rule->hold.length);
    if (rule->until.container_id.length > 0)
        cost += arena_cost((uint32_t)rule->until.container_id.length);
    if (rule->meanwhile_text.length > 0)
        cost += arena_cost((uint32_t)rule->meanwhile_text.length);
    return cost;
}

void rule_add(struct fake *fake, const struct fake_rule *from)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct rule));
    struct rule *rule = arena_at(&fake->arena, ref);

    *rule = (struct rule){
        .index = state_of(fake)->rules.count,
        .of_events = from->of_events,
        .topic = from->topic,
        .method = from->method,
        .action = from->action,
        .end = from->end.kind,
        .status = from->action == FAKE_DO_END ? from->end.status : from->status,
        .http2_code = from->end.http2_code,
        .delay_ns = from->delay_ns,
        .headers = from->headers,
        .has_within = from->has_within,
        .told = from->told,
        .has_meanwhile = from->has_meanwhile,
        .meanwhile_status = from->meanwhile_status,
        .has_effect = from->has_effect,
        .effect_after_ns = from->effect_after_ns,
        .cut_after = from->cut_after,
        .until = {.kind = from->until.kind, .method = from->until.method, .topic = from->until.topic},
        .endless = from->times == 0,
        .left = from->times,
        .up_to = from->up_to,
        .followed = from->followed,
    };
    rule->container_id = arena_text_new(&fake->arena, from->container_id);
    rule->text = arena_text_new(&fake->arena, text_of_rule(from));
    rule->hold = arena_text_new(&fake->arena, from->hold);
    rule->until.container_id = arena_text_new(&fake->arena, from->until.container_id);
    rule->meanwhile_text = arena_text_new(&fake->arena, from->meanwhile_text);
    queue_append(fake, &state_of(fake)->rules, ref);
}

struct rule *rule_at(const struct fake *fake, uint32_t index)
{
    arena_ref ref = state_of(fake)->rules.first;
    while (index-- > 0)
        ref = queue_next(fake, ref);
    return arena_at(&fake->arena, ref);
}

static bool fits_container(const struct fake *fake, const struct rule *rule, struct text container_id)
{
    struct text wanted = text_in(fake, rule->container_id);
    return wanted.length == 0 || text_equal(wanted, container_id);
}

/* Whether it may be met at all. */
static bool is_live(const struct fake *fake, const struct rule *rule)
{
    bool can_hold = !rule->released && state_of(fake)->held.count < FAKE_HELD_MAX;
    bool can_be_late = state_of(fake)->late.count < FAKE_LATE_MAX;
    bool can_overlap = state_of(fake)->overlaps.count < FAKE_OVERLAPS_MAX;
    bool holds = rule->action == FAKE_DO_HOLD || (rule->of_events && rule->action == FAKE_DO_DELAY);
    return (rule->endless || rule->left > 0) && (!holds || can_hold) && (!rule->has_effect || can_be_late) &&
           (!rule->has_meanwhile || can_overlap);
}

void rule_tell(struct fake *fake, const struct rule *rule)
{
    struct output *did = output_add(fake, FAKE_DID);
    did->did = FAKE_DID_FAULT;
    did->rule = rule->index;
}

static const struct rule *meet(struct fake *fake, struct rule *rule)
{
    if (!rule->endless)
        rule->left--;
    rule_tell(fake, rule);
    return rule;
}

/* Whether the rule lets it pass this time; its turn is over then, where another waits for it. */
static bool spares(const struct fake *fake, struct rule *rule)
{
    if (!fake->spare || !rule->up_to)
        return false;
    if (rule->followed)
        rule->left = 0;
    return true;
}

/* The container that it is about: of a list the rule's. NULL where there is none. */
static const struct slot *subject_of(const struct fake *fake, const struct rule *rule,
                                     const struct fake_request *request)
{
    bool lists = fake_method_lists(request->method);
    arena_ref ref =
        slot_find(fake, request->name_space, lists ? text_in(fake, rule->container_id) : request->container_id);
    return ref != 0 ? arena_at(&fake->arena, ref) : NULL;
}

/* Whether the list has the container that the rule is about. */
static bool fits_list(const struct fake *fake, const struct rule *rule, const struct fake_request *request)
{
    const struct slot *slot = subject_of(fake, rule, request);
    bool of_tasks = request->method == FAKE_TASKS_LIST || request->method == FAKE_TASKS_METRICS;
    if (rule->container_id.length != 0 && request->method == FAKE_TASKS_METRICS &&
        !tasks_metrics_want(request, text_in(fake, rule->container_id)))
        return false;
    return rule->container_id.length == 0 ||
           (slot != NULL && (of_tasks ? slot->has_task && !slot->shim.dead : !slot->orphan));
}

static bool is_within(const struct fake *fake, const struct rule *rule, const struct fake_request *request)
{
    const struct slot *slot = subject_of(fake, rule, request);
    return slot != NULL && slot->has_task && slot->init.exited &&
           state_of(fake)->now_ns < time_add(slot->init.ended_ns, rule->delay_ns);
}

static bool fits_request(const struct fake *fake, const struct rule *rule, const struct fake_request *request)
{
    if (rule->of_events || rule->method != request->method || !is_live(fake, rule))
        return false;
    if (rule->has_within && !is_within(fake, rule, request))
        return false;
    return fake_method_lists(request->method) ? fits_list(fake, rule, request)
                                              : fits_container(fake, rule, request->container_id);
}

const struct rule *rule_meet(struct fake *fake, const struct fake_request *request)
{
    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref)) {
        struct rule *rule = arena_at(&fake->arena, ref);
        if (fits_request(fake, rule, request) && !spares(fake, rule))
            return meet(fake, rule);
    }
    return NULL;
}

bool rule_may_spare(const struct fake *fake, const struct fake_request *request)
{
    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct rule *rule = arena_at(&fake->arena, ref);
        if (fits_request(fake, rule, request))
            return rule->up_to;
    }
    return false;
}

bool rule_may_spare_events(const struct fake *fake)
{
    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct rule *rule = arena_at(&fake->arena, ref);
        if (rule->of_events && rule->up_to && is_live(fake, rule))
            return true;
    }
    return false;
}

const struct rule *rule_meet_event(struct fake *fake, const struct fake_published *event)
{
    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref)) {
        struct rule *rule = arena_at(&fake->arena, ref);
        if (rule->of_events && rule->topic == event->topic && !event->has_bytes && is_live(fake, rule) &&
            fits_container(fake, rule, event->container_id) && !spares(fake, rule))
            return meet(fake, rule);
    }
    return NULL;
}
