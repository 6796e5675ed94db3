/* SPDX-License-Identifier: Apache-2.0 */
/* What a scripted client asks, is answered and hears, in sentences. */
#include <inttypes.h>

#include "base/time.h"
#include "scenarios/language/explain.h"
#include "scenarios/language/words.h"

static void add_text(struct buffer *out, const char *name, struct text text)
{
    (void)buffer_printf(out, " %s ", name);
    explain_text(out, text);
}

static void explain_request(const struct scenario_request *request, struct buffer *out)
{
    uint32_t asked = request->asked;
    if ((asked & SCENARIO_ASKED_CONTAINER) != 0)
        add_text(out, "container", request->container);
    if ((asked & SCENARIO_ASKED_EXEC) != 0)
        add_text(out, "exec", request->exec);
    if ((asked & SCENARIO_ASKED_SIGNAL) != 0)
        (void)buffer_printf(out, " signal %u", request->signal);
    if ((asked & SCENARIO_ASKED_ALL) != 0)
        (void)buffer_printf(out, request->all ? " all" : " not all");
    for (size_t i = 0; i < request->filter_count; i++)
        add_text(out, "filter", request->filters[i]);
    if ((asked & SCENARIO_ASKED_NAME) != 0)
        add_text(out, "name", request->name);
    if ((asked & SCENARIO_ASKED_RUNTIME) != 0)
        add_text(out, "runtime", request->runtime);
    if ((asked & SCENARIO_ASKED_IMAGE) != 0)
        add_text(out, "image", request->image);
    if ((asked & SCENARIO_ASKED_TOPIC) != 0)
        add_text(out, "topic", request->topic);
    if ((asked & SCENARIO_ASKED_BYTES) != 0)
        (void)buffer_printf(out, " as %zu bytes", request->bytes.length);
    if (request->has_name_space && request->name_space.length == 0)
        (void)buffer_printf(out, " in no namespace");
    else if (request->has_name_space)
        add_text(out, "in namespace", request->name_space);
}

static void add_stamp(struct buffer *out, const struct scenario_stamp *stamp)
{
    if (stamp->absent)
        (void)buffer_printf(out, " exited at no time");
    else if (stamp->seconds == SCENARIO_NEVER_SECONDS && stamp->nanos == 0)
        (void)buffer_printf(out, " exited never");
    else
        (void)buffer_printf(out, " exited %" PRId64 " s and %" PRId32 " ns after 1970 began", stamp->seconds,
                            stamp->nanos);
}

void explain_told_fields(const struct scenario_told_fields *fields, struct buffer *out)
{
    uint32_t told = fields->told;
    if ((told & SCENARIO_TOLD_NAME_SPACE) != 0)
        add_text(out, "namespace", fields->name_space);
    if ((told & SCENARIO_TOLD_CONTAINER) != 0)
        add_text(out, "container", fields->container);
    if ((told & SCENARIO_TOLD_EXEC) != 0)
        add_text(out, "exec", fields->exec);
    if ((told & SCENARIO_TOLD_ID) != 0)
        add_text(out, "id", fields->id);
    if ((told & SCENARIO_TOLD_NAME) != 0)
        add_text(out, "name", fields->name);
    if ((told & SCENARIO_TOLD_PID) != 0)
        (void)buffer_printf(out, " pid %u", fields->pid);
    if ((told & SCENARIO_TOLD_STATE) != 0)
        (void)buffer_printf(out, " state %s", words_name(&scenario_task_states, (int)fields->state));
    if ((told & SCENARIO_TOLD_CODE) != 0)
        (void)buffer_printf(out, " code %u", fields->code);
    if ((told & SCENARIO_TOLD_EXITED_AT) != 0)
        add_stamp(out, &fields->exited_at);
    if ((told & SCENARIO_TOLD_IDS) != 0)
        (void)buffer_printf(out, fields->id_count > 0 ? " ids" : " no ids");
    for (size_t i = 0; (told & SCENARIO_TOLD_IDS) != 0 && i < fields->id_count; i++)
        (void)buffer_printf(out, " %.*s", TEXT_ARGUMENTS(fields->ids[i]));
    if ((told & SCENARIO_TOLD_PIDS) != 0)
        (void)buffer_printf(out, fields->pid_count > 0 ? " pids" : " no pids");
    for (size_t i = 0; (told & SCENARIO_TOLD_PIDS) != 0 && i < fields->pid_count; i++)
        (void)buffer_printf(out, " %u", fields->pids[i]);
}

void explain_answer(const struct scenario_answer *answer, struct buffer *out)
{
    switch (answer->kind) {
    case SCENARIO_ANSWER_NONE: return;
    case SCENARIO_ANSWER_REPLY:
        (void)buffer_printf(out, "OK");
        explain_told_fields(&answer->fields, out);
        return;
    case SCENARIO_ANSWER_STATUS:
        (void)buffer_printf(out, "%s", words_name(&scenario_statuses, answer->status));
        if (answer->has_message) {
            (void)buffer_printf(out, " ");
            explain_text(out, answer->message);
        }
        return;
    case SCENARIO_ANSWER_NOT_YET: (void)buffer_printf(out, "nothing yet"); return;
    }
}

void explain_call(const struct scenario_call *call, struct buffer *out)
{
    (void)buffer_printf(out, "a client asks %.*s", TEXT_ARGUMENTS(call->rpc.length > 0 ? call->rpc : call->path));
    explain_request(&call->request, out);
    if (call->as.length > 0)
        (void)buffer_printf(out, ", as %.*s", TEXT_ARGUMENTS(call->as));
    if (call->answer.kind != SCENARIO_ANSWER_NONE)
        (void)buffer_printf(out, ", and must be answered ");
    explain_answer(&call->answer, out);
}

void explain_answered(const struct scenario_call *call, struct buffer *out)
{
    (void)buffer_printf(out, "by now %.*s must have been answered ", TEXT_ARGUMENTS(call->name));
    explain_answer(&call->answer, out);
}

void explain_heard(const struct scenario_call *call, struct buffer *out)
{
    (void)buffer_printf(out, "since it last told, %.*s must have heard ", TEXT_ARGUMENTS(call->name));
    if (call->heard_count == 0)
        (void)buffer_printf(out, "nothing");
    for (size_t i = 0; i < call->heard_count; i++) {
        const struct scenario_heard *heard = &call->heard[i];
        (void)buffer_printf(out, i == 0 ? "" : ", then ");
        if (heard->answer.length > 0)
            (void)buffer_printf(out, "the answer to %.*s", TEXT_ARGUMENTS(heard->answer));
        else
            (void)buffer_printf(out, "%.*s", TEXT_ARGUMENTS(heard->topic));
        explain_told_fields(&heard->fields, out);
    }
    (void)buffer_printf(out, call->heard_count > 0 ? ", and nothing else" : "");
}
