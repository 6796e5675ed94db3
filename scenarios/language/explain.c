/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "scenarios/language/explain.h"

#include "base/time.h"
#include "scenarios/language/words.h"

/* ---- pieces ---- */

void explain_line(struct buffer *out, struct scenario_place place, size_t depth)
{
    (void)buffer_printf(out, "  line %zu: %*s", place.line, (int)(2 * depth), "");
}

void explain_duration(struct buffer *out, int64_t duration_ns)
{
    char duration[TIME_TEXT_SIZE];
    time_format_duration(duration_ns, duration);
    (void)buffer_printf(out, "%s", duration);
}

void explain_pid(struct buffer *out, uint32_t pid)
{
    if (pid != 0)
        (void)buffer_printf(out, " with pid %u", pid);
}

void explain_exited(struct buffer *out, const char *before, const struct scenario_exited *exited)
{
    switch (exited->kind) {
    case SCENARIO_EXITED_AT_DEFAULT: return;
    case SCENARIO_EXITED_AT_ABSENT: (void)buffer_printf(out, "%swithout a time", before); return;
    case SCENARIO_EXITED_AT_GIVEN:
        (void)buffer_printf(out, "%sexited %" PRId64 " s and %" PRId32 " ns after 1970 began", before, exited->seconds,
                            exited->nanos);
        return;
    }
}

void explain_text(struct buffer *out, struct text text)
{
    (void)buffer_append_json(out, text);
}

void explain_end(struct buffer *out, enum scenario_end how, int status, struct text message, uint32_t http2_code)
{
    switch (how) {
    case SCENARIO_END_STATUS:
        (void)buffer_printf(out, " with %s", words_name(&scenario_statuses, status));
        if (message.length > 0) {
            (void)buffer_printf(out, " ");
            explain_text(out, message);
        }
        return;
    case SCENARIO_END_RESET:
        (void)buffer_printf(out, " by a reset with %s", words_name(&scenario_http2_codes, (int)http2_code));
        return;
    case SCENARIO_END_CLEAN: (void)buffer_printf(out, " cleanly, with OK"); return;
    case SCENARIO_END_NO_STATUS: (void)buffer_printf(out, " with trailers that hold no gRPC code"); return;
    case SCENARIO_END_NO_TRAILERS: (void)buffer_printf(out, " without trailers"); return;
    case SCENARIO_END_CONTENT_TYPE: (void)buffer_printf(out, " with status 503 and text/plain"); return;
    case SCENARIO_END_TRUNCATED: (void)buffer_printf(out, " with half of a message, then OK"); return;
    case SCENARIO_END_COMPRESSED: (void)buffer_printf(out, " with a message that is marked as compressed"); return;
    }
}

/* ---- given ---- */

static void explain_container(const struct scenario_container *container, struct buffer *out)
{
    explain_line(out, container->place, 0);
    (void)buffer_printf(out, "container %.*s ", TEXT_ARGUMENTS(container->id));
    switch (container->state) {
    case SCENARIO_NO_TASK: (void)buffer_printf(out, "has no task"); break;
    case SCENARIO_CREATED: (void)buffer_printf(out, "has a task that is created"); break;
    case SCENARIO_RUNNING: (void)buffer_printf(out, "runs"); break;
    case SCENARIO_EXITED: (void)buffer_printf(out, "has exited with code %u", container->code); break;
    }
    explain_pid(out, container->pid);
    if (container->ignores_sigterm)
        (void)buffer_printf(out, ", whose init process ignores SIGTERM");
    if (container->exits_at_once)
        (void)buffer_printf(out, ", whose init process exits with code %u as soon as it is started", container->code);
    for (size_t i = 0; i < container->label_count; i++) {
        (void)buffer_printf(out, i == 0 ? "; its labels are " : ", ");
        explain_text(out, container->labels[i].key);
        (void)buffer_printf(out, ": ");
        explain_text(out, container->labels[i].value);
    }
    (void)buffer_printf(out, "\n");
    for (size_t i = 0; i < container->exec_count; i++) {
        const struct scenario_exec *exec = &container->execs[i];
        explain_line(out, exec->place, 0);
        (void)buffer_printf(out, "exec %.*s runs in %.*s", TEXT_ARGUMENTS(exec->id), TEXT_ARGUMENTS(container->id));
        explain_pid(out, exec->pid);
        (void)buffer_printf(out, "\n");
    }
}

void explain_record(const struct scenario_record *record, struct buffer *out)
{
    (void)buffer_printf(out, " %s", words_name(&scenario_states, (int)record->state));
    if (record->state == SCENARIO_EXITED)
        (void)buffer_printf(out, ", code %d", record->code);
    if (record->pid != 0)
        (void)buffer_printf(out, ", pid %u", record->pid);
    if (record->has_finished_at) {
        char wall[TIME_TEXT_SIZE];
        time_format_wall(record->finished_at_ns, wall);
        (void)buffer_printf(out, ", finished at %s", wall);
    }
    if (record->inferred)
        (void)buffer_printf(out, ", which is inferred");
    if (record->delete_pending)
        (void)buffer_printf(out, ", with its delete pending");
}

static void explain_given_record(const struct scenario_record *record, struct buffer *out)
{
    explain_line(out, record->place, 0);
    (void)buffer_printf(out, "the handler's record of %.*s says", TEXT_ARGUMENTS(record->id));
    explain_record(record, out);
    (void)buffer_printf(out, "\n");
}

static void explain_given(const struct scenario *scenario, struct buffer *out)
{
    const struct scenario_given *given = &scenario->given;
    (void)buffer_printf(out, "\nAt first, in namespace %.*s:\n", TEXT_ARGUMENTS(given->name_space));
    switch (given->socket) {
    case SCENARIO_SOCKET_SERVES: break;
    case SCENARIO_SOCKET_MISSING: (void)buffer_printf(out, "  there is no socket\n"); break;
    case SCENARIO_SOCKET_REFUSES: (void)buffer_printf(out, "  there is a socket, and nobody answers\n"); break;
    case SCENARIO_SOCKET_NEVER_ACCEPTS:
        (void)buffer_printf(out, "  there is a socket, and nobody is ever accepted\n");
        break;
    case SCENARIO_SOCKET_STAYS_SILENT:
        (void)buffer_printf(out, "  there is a socket, and who is accepted hears nothing\n");
        break;
    }
    for (size_t i = 0; i < given->container_count; i++)
        explain_container(&given->containers[i], out);
    if (scenario->no_handler)
        return;
    switch (given->records_kind) {
    case SCENARIO_RECORDS_AS_GIVEN:
        (void)buffer_printf(out, given->container_count > 0 ? "  the handler's records say the same\n"
                                                            : "  there are no containers\n");
        break;
    case SCENARIO_RECORDS_NONE: (void)buffer_printf(out, "  the handler has no records\n"); break;
    case SCENARIO_RECORDS_LISTED:
        for (size_t i = 0; i < given->record_count; i++)
            explain_given_record(&given->records[i], out);
        break;
    }
}

/* ---- handlers ---- */

static void explain_handlers(const struct scenario *scenario, struct buffer *out)
{
    (void)buffer_printf(out, "\nWho breaks what:\n");
    if (scenario->no_handler) {
        (void)buffer_printf(out, "  nobody: there is no handler, only scripted clients\n");
        return;
    }
    (void)buffer_printf(out, "  reliable breaks nothing\n");
    for (size_t i = 0; i < scenario->handler_count; i++) {
        const struct scenario_handler *handler = &scenario->handlers[i];
        explain_line(out, handler->place, 0);
        (void)buffer_printf(out, "%.*s breaks ", TEXT_ARGUMENTS(handler->policy));
        if (handler->break_count == 0)
            (void)buffer_printf(out, "nothing");
        for (size_t j = 0; j < handler->break_count; j++)
            (void)buffer_printf(out, "%s%.*s", j > 0 ? ", " : "", TEXT_ARGUMENTS(handler->breaks[j]));
        (void)buffer_printf(out, handler->break_count > 0 ? ", and nothing else\n" : "\n");
    }
}

/* ---- choices ---- */

static void explain_choices(const struct scenario *scenario, struct buffer *out)
{
    if (scenario->choice_count == 0)
        return;
    (void)buffer_printf(out, "\nWhat is drawn first (after that, always the ordinary course):\n");
    for (size_t i = 0; i < scenario->choice_count; i++) {
        const struct scenario_choice *choice = &scenario->choices[i];
        explain_line(out, choice->place, 0);
        (void)buffer_printf(out, "%.*s is ", TEXT_ARGUMENTS(choice->label));
        if (choice->value == 0)
            (void)buffer_printf(out, "the ordinary one\n");
        else
            (void)buffer_printf(out, "number %u behind the ordinary one\n", choice->value);
    }
}

int scenario_explain(const struct scenario *scenario, struct buffer *out)
{
    (void)buffer_printf(out, "%.*s\n\n%.*s\n", TEXT_ARGUMENTS(scenario->title), TEXT_ARGUMENTS(scenario->why));
    if (scenario->api == SCENARIO_API_EXECUTION)
        (void)buffer_printf(out, "\nBoth sides speak the API of 2017 (execution).\n");
    explain_given(scenario, out);
    explain_faults(scenario, out);
    explain_steps(scenario, out);
    if (!scenario->no_handler)
        explain_expect(&scenario->expect, out);
    explain_handlers(scenario, out);
    explain_choices(scenario, out);
    return out->failed ? ERROR_NO_MEMORY : 0;
}
