/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/request.h"

#include "base/contract.h"
#include "base/error.h"
#include "base/status.h"
#include "fakecontainerd/core/filter_memo.h"
#include "fakecontainerd/core/hold.h"
#include "fakecontainerd/core/late.h"
#include "fakecontainerd/core/lie.h"
#include "fakecontainerd/core/overlap.h"
#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/rule.h"
#include "fakecontainerd/core/world.h"

static bool of_name_spaces(enum fake_method method)
{
    return method == FAKE_NAMESPACES_GET || method == FAKE_NAMESPACES_LIST || method == FAKE_NAMESPACES_CREATE ||
           method == FAKE_NAMESPACES_UPDATE || method == FAKE_NAMESPACES_DELETE || method == FAKE_LEASES_CREATE;
}

uint64_t request_cost(const struct fake *fake, const struct fake_event *event)
{
    const struct fake_request *request = &event->request;
    struct message message;
    /* The answer, the fault that was met, a stream's end, the end of the connection, an effect that comes late, and
     * that others are kept off. */
    uint64_t cost = answer_cost() + output_cost() + output_text_cost() + output_cost() + late_cost() + overlap_cost();

    if (fake_method_lists(request->method))
        cost += state_of(fake)->slots.count * entry_cost();
    cost += tasks_change_cost(fake, request) + containers_change_cost(fake, request);
    if (of_name_spaces(request->method))
        cost += name_spaces_cost(fake, request);
    if (request->method == FAKE_EVENTS_SUBSCRIBE && filters_check(fake, request, &message) == 0)
        cost += subscription_cost(request);
    return cost;
}

size_t request_answer_size(const struct fake *fake, const struct fake_event *event)
{
    if (fake_method_lists(event->request.method))
        return answer_size_max(fake);
    if (of_name_spaces(event->request.method))
        return name_spaces_answer_size(fake, &event->request);
    if (event->request.method == FAKE_TASKS_CREATE)
        return sizeof(struct fake_process);
    if (event->request.method == FAKE_CONTAINERS_CREATE || event->request.method == FAKE_CONTAINERS_UPDATE)
        return containers_change_answer_size(fake, &event->request);
    arena_ref ref = slot_find(fake, event->request.name_space, event->request.container_id);
    if (ref == 0)
        return 0;
    const struct slot *slot = arena_at(&fake->arena, ref);
    return (1 + slot->execs.count) * sizeof(struct fake_process) + sizeof(struct fake_container) +
           container_of(fake, slot)->label_count * sizeof(struct fake_label);
}

/* ---- for the services ---- */

static struct output *end_stream(struct fake *fake, const struct asked *asked, enum fake_stream_end_kind end,
                                 int status, struct text text)
{
    struct output *output =
        output_add_for(fake, FAKE_END_STREAM, asked->connection_id, asked->stream_id, asked->delay_ns);
    output->end = end;
    output->status = status;
    output->text = arena_text_new(&fake->arena, text);
    return output;
}

void asked_refuse(struct fake *fake, const struct asked *asked, int status, struct text message)
{
    if (asked->request->method == FAKE_EVENTS_SUBSCRIBE) {
        end_stream(fake, asked, FAKE_END_STATUS, status, message);
        return;
    }
    struct answer *answer = asked_answer(fake, asked);
    answer->status = status;
    answer->message = arena_text_new(&fake->arena, message);
}

void asked_refuse_about(struct fake *fake, const struct asked *asked, int status, const char *before, struct text id,
                        const char *behind)
{
    struct message message;
    message_clear(&message);
    message_add(&message, before);
    message_add_text(&message, id);
    message_add(&message, behind);
    asked_refuse(fake, asked, status, message_text(&message));
}

struct answer *asked_answer(struct fake *fake, const struct asked *asked)
{
    struct output *output = output_add_for(fake, FAKE_REPLY, asked->connection_id, asked->stream_id, asked->delay_ns);
    output->method = asked->request->method;
    if (asked->request->container_id.length <= FAKE_ID_MAX)
        output->text = arena_text_new(&fake->arena, asked->request->container_id);
    return answer_new(fake, output);
}

void refuse_missing_container(struct fake *fake, const struct asked *asked)
{
    struct message message;
    message_clear(&message);
    message_add(&message, "container ");
    message_add_quoted(&message, asked->request->container_id);
    message_add(&message, " in namespace ");
    message_add_quoted(&message, asked->request->name_space);
    message_add(&message, ": not found");
    asked_refuse(fake, asked, STATUS_NOT_FOUND, message_text(&message));
}

int filters_check(const struct fake *fake, const struct fake_request *request, struct message *message)
{
    struct filter filter;
    if (request->filter_count > FAKE_FILTERS_MAX) {
        message_clear(message);
        message_add(message, "filters: there are more than the fake can hold");
        return ERROR_LIMIT;
    }
    for (size_t i = 0; i < request->filter_count; i++) {
        int result =
            filter_memo_is(fake->memo, request->filters[i]) ? 0 : filter_parse(&filter, request->filters[i], message);
        if (result != 0)
            return result;
    }
    return 0;
}

int filters_status(int error)
{
    return error == ERROR_LIMIT ? STATUS_RESOURCE_EXHAUSTED : STATUS_UNIMPLEMENTED;
}

/* ---- who answers ---- */

/* Whether the name space will do; answers where it will not. */
static bool name_space_good(struct fake *fake, const struct asked *asked)
{
    struct text name_space = asked->request->name_space;
    struct message message;

    if (name_space.length == 0) {
        asked_refuse(fake, asked, STATUS_FAILED_PRECONDITION, text_of("namespace is required: failed precondition"));
        return false;
    }
    if (name_space_is_valid(fake, name_space))
        return true;
    message_clear(&message);
    message_add(&message, "namespace validation: ");
    message_add_identifier_fault(&message, name_space);
    asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
    return false;
}

static void serve(struct fake *fake, const struct asked *asked)
{
    static void (*const services[FAKE_METHOD_COUNT])(struct fake *, const struct asked *) = {
        [FAKE_EVENTS_PUBLISH] = events_publish,
        [FAKE_CONTAINERS_GET] = containers_get,
        [FAKE_CONTAINERS_LIST] = containers_list,
        [FAKE_CONTAINERS_LIST_STREAM] = containers_list,
        [FAKE_CONTAINERS_CREATE] = containers_create,
        [FAKE_CONTAINERS_UPDATE] = containers_update,
        [FAKE_CONTAINERS_DELETE] = containers_delete,
        [FAKE_NAMESPACES_GET] = name_spaces_get,
        [FAKE_NAMESPACES_LIST] = name_spaces_list,
        [FAKE_NAMESPACES_CREATE] = name_spaces_create,
        [FAKE_NAMESPACES_UPDATE] = name_spaces_update,
        [FAKE_NAMESPACES_DELETE] = name_spaces_delete,
        [FAKE_LEASES_CREATE] = leases_create,
        [FAKE_LEASES_DELETE] = leases_delete,
        [FAKE_TASKS_GET] = tasks_get,
        [FAKE_TASKS_LIST] = tasks_list,
        [FAKE_TASKS_DELETE] = tasks_delete,
        [FAKE_TASKS_CREATE] = tasks_create,
        [FAKE_TASKS_START] = tasks_start,
        [FAKE_TASKS_KILL] = tasks_kill,
        [FAKE_TASKS_WAIT] = tasks_wait,
        [FAKE_TASKS_EXEC] = tasks_exec,
        [FAKE_TASKS_DELETE_PROCESS] = tasks_delete_process,
        [FAKE_TASKS_PAUSE] = tasks_pause,
        [FAKE_TASKS_RESUME] = tasks_resume,
        [FAKE_TASKS_LIST_PIDS] = tasks_list_pids,
        [FAKE_TASKS_METRICS] = tasks_metrics,
    };
    enum fake_method method = asked->request->method;

    if (method == FAKE_EVENTS_SUBSCRIBE)
        events_subscribe(fake, asked);
    else if (services[method] == NULL)
        asked_answer(fake, asked); /* the answer does not depend on any state */
    else if (of_name_spaces(method) && method != FAKE_LEASES_CREATE)
        services[method](fake, asked); /* no name space is needed to speak of them */
    else if (name_space_good(fake, asked))
        services[method](fake, asked);
}

/* With an error of the script's own. */
static void fail(struct fake *fake, const struct asked *asked, int status, struct text text)
{
    if (asked->request->method == FAKE_EVENTS_SUBSCRIBE) {
        end_stream(fake, asked, FAKE_END_STATUS, status, text);
        return;
    }
    struct answer *answer = asked_answer(fake, asked);
    answer->status = status;
    answer->message = arena_text_new(&fake->arena, text);
    answer->scripted = true;
}

static void end(struct fake *fake, const struct asked *asked, const struct rule *rule)
{
    struct text text = text_in(fake, rule->text);
    end_stream(fake, asked, rule->end, rule->status, text)->http2_code = rule->http2_code;
}

/* One that has to wait loses its reply when it comes. */
static void lose_reply(struct fake *fake, const struct asked *asked)
{
    uint32_t waiting = state_of(fake)->waiters.count;
    serve(fake, asked);
    if (state_of(fake)->waiters.count == waiting)
        connection_hang_up(fake, asked->connection_id);
}

static void serve_with_fault(struct fake *fake, struct asked *asked, const struct rule *rule)
{
    asked->rule = rule;
    switch (rule->action) {
    case FAKE_DO_FAIL:
        fail(fake, asked, rule->status, text_in(fake, rule->text));
        if (rule->has_effect)
            late_add(fake, asked->request, rule->effect_after_ns);
        return;
    case FAKE_DO_DELAY:
        asked->delay_ns = rule->delay_ns;
        if (rule->headers)
            output_add_for(fake, FAKE_SEND_HEADERS, asked->connection_id, asked->stream_id, 0);
        if (rule->has_meanwhile)
            overlap_begin(fake, rule, asked->request);
        serve(fake, asked);
        return;
    case FAKE_DO_HANG:
        if (rule->has_effect)
            late_add(fake, asked->request, rule->effect_after_ns);
        return;
    case FAKE_DO_END: end(fake, asked, rule); return;
    case FAKE_DO_LOSE_REPLY: lose_reply(fake, asked); return;
    case FAKE_DO_LOSE_REQUEST: connection_hang_up(fake, asked->connection_id); return;
    case FAKE_DO_ANSWER:
    case FAKE_DO_LEAVE_OUT:
        serve(fake, asked);
        lie(fake, rule, asked->connection_id, asked->stream_id);
        return;
    case FAKE_DO_HOLD:
        if (rule->has_meanwhile)
            overlap_begin(fake, rule, asked->request);
        serve(fake, asked);
        hold_answer(fake, rule, asked->connection_id, asked->stream_id);
        return;
    case FAKE_DO_DROP:
    case FAKE_DO_DUPLICATE:
    case FAKE_DO_CUT: break;
    }
    CONTRACT(rule->of_events);
}

void request_do(struct fake *fake, const struct fake_request *request)
{
    const uint64_t nobody = UINT64_MAX;
    struct asked asked = {nobody, 0, request, 0, NULL};
    serve(fake, &asked);
    outputs_drop(fake, nobody, 0);
}

/* It has arrived: what waits for that goes before its answer, but comes to who subscribes. */
static void pass(struct fake *fake, const struct fake_request *request)
{
    hold_pass(fake, &(struct fake_barrier){
                        .kind = FAKE_BARRIER_ASKED, .method = request->method, .container_id = request->container_id});
    hold_ripen(fake);
}

void request_answer(struct fake *fake, const struct fake_event *event)
{
    struct asked asked = {event->connection_id, event->stream_id, &event->request, 0, NULL};
    if (!connection_heard(fake, event->connection_id))
        return;
    if (event->request.method != FAKE_EVENTS_SUBSCRIBE)
        pass(fake, &event->request);
    const struct rule *busy = overlap_find(fake, &event->request);
    const struct rule *rule = busy == NULL ? rule_meet(fake, &event->request) : NULL;
    if (busy != NULL) {
        rule_tell(fake, busy);
        fail(fake, &asked, busy->meanwhile_status, text_in(fake, busy->meanwhile_text));
    } else if (rule == NULL)
        serve(fake, &asked);
    else
        serve_with_fault(fake, &asked, rule);
    if (event->request.method == FAKE_EVENTS_SUBSCRIBE)
        pass(fake, &event->request);
}
