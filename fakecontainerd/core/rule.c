/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/rule.h"

#include "fakecontainerd/core/output.h"

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
    return cost;
}

void rule_add(struct fake *fake, const struct fake_rule *from)
{
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct rule));
    struct rule *rule = arena_at(&fake->arena, ref);

    *rule = (struct rule){
        .method = from->method,
        .action = from->action,
        .end = from->end.kind,
        .status = from->action == FAKE_DO_END ? from->end.status : from->status,
        .http2_code = from->end.http2_code,
        .delay_ns = from->delay_ns,
        .endless = from->times == 0,
        .left = from->times,
    };
    rule->container_id = arena_text_new(&fake->arena, from->container_id);
    rule->text = arena_text_new(&fake->arena, text_of_rule(from));
    queue_append(fake, &state_of(fake)->rules, ref);
}

static bool matches(const struct fake *fake, const struct rule *rule, const struct fake_request *request)
{
    struct text container_id = text_in(fake, rule->container_id);
    return (rule->endless || rule->left > 0) && rule->method == request->method &&
           (container_id.length == 0 || text_equal(container_id, request->container_id));
}

const struct rule *rule_meet(struct fake *fake, const struct fake_request *request)
{
    uint32_t index = 0;
    for (arena_ref ref = state_of(fake)->rules.first; ref != 0; ref = queue_next(fake, ref), index++) {
        struct rule *rule = arena_at(&fake->arena, ref);
        if (!matches(fake, rule, request))
            continue;
        if (!rule->endless)
            rule->left--;
        struct output *did = output_add(fake, FAKE_DID);
        did->did = FAKE_DID_FAULT;
        did->rule = index;
        return rule;
    }
    return NULL;
}
