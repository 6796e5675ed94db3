/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/explain.h"
#include "scenarios/language/words.h"

/* What a step waits for: "2s after Tasks.Delete of web was answered, ". */
static void explain_moment(const struct scenario_step *step, struct buffer *out)
{
    const struct scenario_moment *moment = &step->after;
    if (step->has_at && step->verb != SCENARIO_ADVANCE) {
        explain_duration(out, step->at_ns);
        (void)buffer_printf(out, " after ");
    } else {
        (void)buffer_printf(out, "as soon as ");
    }
    if (moment->of_store)
        (void)buffer_printf(out, "the store's %s", words_name(&scenario_stores, (int)moment->store));
    else
        (void)buffer_printf(out, "%.*s", TEXT_ARGUMENTS(moment->rpc));
    if (moment->container.length > 0)
        (void)buffer_printf(out, " of %.*s", TEXT_ARGUMENTS(moment->container));
    switch (moment->passed) {
    case SCENARIO_PASSED_ASKED: (void)buffer_printf(out, " was asked for, "); return;
    case SCENARIO_PASSED_ANSWERED: (void)buffer_printf(out, " was answered and nobody has heard it yet, "); return;
    }
}

/* When a step happens: after the one before, or from the start of its `any order` or `at once`. */
static void explain_time(const struct scenario_step *step, enum scenario_verb block, bool first, struct buffer *out)
{
    if (step->after.given) {
        explain_moment(step, out);
        return;
    }
    if (step->has_at && step->verb != SCENARIO_ADVANCE) {
        explain_duration(out, step->at_ns);
        (void)buffer_printf(out, block == SCENARIO_ANY_ORDER ? " after the block begins, "
                                 : first                     ? " after the start, "
                                                             : " later, ");
        return;
    }
    if (block == SCENARIO_SEQUENCE)
        (void)buffer_printf(out, first ? "first, " : "then, ");
}

static void explain_damage(enum scenario_damage damage, struct buffer *out)
{
    switch (damage) {
    case SCENARIO_DAMAGE_NONE: return;
    case SCENARIO_DAMAGE_TYPE: (void)buffer_printf(out, ", of a type that nobody knows"); return;
    case SCENARIO_DAMAGE_BODY: (void)buffer_printf(out, ", which cannot be decoded"); return;
    case SCENARIO_DAMAGE_COMPRESSED: (void)buffer_printf(out, ", marked as compressed"); return;
    case SCENARIO_DAMAGE_OVERSIZE: (void)buffer_printf(out, ", too long for a client to take"); return;
    }
}

static void explain_published(const struct scenario_step *step, struct buffer *out)
{
    const struct scenario_published *published = &step->published;
    if (published->has_bytes) {
        (void)buffer_printf(out, "%zu bytes are sent as an event", published->bytes.length);
    } else {
        (void)buffer_printf(out, "an event is forged: %s of ", words_name(&scenario_events, (int)published->event));
        if (step->exec.length > 0)
            (void)buffer_printf(out, "exec %.*s of ", TEXT_ARGUMENTS(step->exec));
        (void)buffer_printf(out, "%.*s with pid %u", TEXT_ARGUMENTS(step->container), step->pid);
        if (published->event == SCENARIO_EVENT_EXIT)
            (void)buffer_printf(out, ", code %u", step->code);
        explain_exited(out, ", ", &published->exited);
        if (published->unknown_field)
            (void)buffer_printf(out, ", with a field that the API does not have");
        explain_damage(published->damage, out);
        if (published->name_space.length > 0)
            (void)buffer_printf(out, ", in namespace %.*s", TEXT_ARGUMENTS(published->name_space));
        if (published->unfiltered)
            (void)buffer_printf(out, ", for whoever subscribes, whatever is asked for");
    }
    if (step->times > 1)
        (void)buffer_printf(out, ", %u times", step->times);
}

static void explain_disconnect(const struct scenario_step *step, struct buffer *out)
{
    switch (step->scope) {
    case SCENARIO_SCOPE_EVENTS:
        (void)buffer_printf(out, "every stream of events ends");
        explain_end(out, step->how, step->status, step->message, step->http2_code);
        return;
    case SCENARIO_SCOPE_CONNECTIONS: (void)buffer_printf(out, "every connection is cut with nothing said"); return;
    }
}

/* "its socket", or "the socket", goes before it. */
static void explain_socket(enum scenario_socket socket, struct buffer *out)
{
    switch (socket) {
    case SCENARIO_SOCKET_SERVES: (void)buffer_printf(out, "serves whoever connects"); return;
    case SCENARIO_SOCKET_MISSING: (void)buffer_printf(out, "is missing"); return;
    case SCENARIO_SOCKET_REFUSES: (void)buffer_printf(out, "refuses"); return;
    case SCENARIO_SOCKET_NEVER_ACCEPTS: (void)buffer_printf(out, "lets whoever connects wait"); return;
    case SCENARIO_SOCKET_STAYS_SILENT: (void)buffer_printf(out, "accepts whoever connects and says nothing"); return;
    }
}

static void explain_silence(enum scenario_silence silence, struct buffer *out)
{
    (void)buffer_printf(out, "every connection falls silent and stays up, and its server ");
    switch (silence) {
    case SCENARIO_SILENCE_ANSWERS_PINGS: (void)buffer_printf(out, "answers nothing but PING"); return;
    case SCENARIO_SILENCE_ONLY_READS: (void)buffer_printf(out, "reads and answers nothing"); return;
    case SCENARIO_SILENCE_DOES_NOTHING: (void)buffer_printf(out, "does not even read"); return;
    }
}

static void explain_ids(const char *what, const struct text *ids, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++)
        (void)buffer_printf(out, "%s%.*s", i == 0 ? what : ", ", TEXT_ARGUMENTS(ids[i]));
}

static void explain_restart(const struct scenario_step *step, struct buffer *out)
{
    bool all_kept = step->tasks_lost_count == 0 && step->containers_lost_count == 0;
    (void)buffer_printf(out, "containerd is gone for ");
    explain_duration(out, step->down_ns);
    (void)buffer_printf(out, ", and its socket ");
    explain_socket(step->socket, out);
    if (step->state_lost)
        (void)buffer_printf(out, "; when it is back it knows nothing");
    else
        (void)buffer_printf(out,
                            all_kept ? "; when it is back it knows what it knew" : "; when it is back it has lost");
    explain_ids(" the tasks of ", step->tasks_lost, step->tasks_lost_count, out);
    if (step->tasks_lost_count > 0 && step->containers_lost_count > 0)
        (void)buffer_printf(out, " and");
    explain_ids(" the containers ", step->containers_lost, step->containers_lost_count, out);
    if (step->exits_late)
        (void)buffer_printf(out, "; what exits meanwhile is told late, if within 15s");
}

static void explain_kill_shim(const struct scenario_step *step, struct buffer *out)
{
    (void)buffer_printf(out, "the shim of %.*s dies and its processes with it; ", TEXT_ARGUMENTS(step->container));
    if (step->clean_after_ns == INT64_MAX) {
        (void)buffer_printf(out,
                            "nobody ever cleans up, and whoever asks for the task is told that it cannot be reached");
        return;
    }
    if (step->clean_after_ns > 0) {
        (void)buffer_printf(out, "after ");
        explain_duration(out, step->clean_after_ns);
        (void)buffer_printf(out, " in which the task cannot be reached ");
    }
    if (step->exit_lost) {
        (void)buffer_printf(out, "the task is gone, with nothing told");
        return;
    }
    (void)buffer_printf(out, "the task is gone, and an exit is told with code %u", step->code);
    if (step->has_pid)
        (void)buffer_printf(out, " and pid %u", step->pid);
}

static void explain_clock(const struct scenario_step *step, struct buffer *out)
{
    (void)buffer_printf(out, "containerd's wall clock jumps ");
    explain_duration(out, step->by_ns < 0 ? -step->by_ns : step->by_ns);
    (void)buffer_printf(out, step->by_ns < 0 ? " back" : " ahead");
}

static void explain_goaway(const struct scenario_step *step, struct buffer *out)
{
    (void)buffer_printf(out, "every connection gets a GOAWAY that ");
    switch (step->last) {
    case SCENARIO_LAST_NONE: (void)buffer_printf(out, "refuses all its streams"); break;
    case SCENARIO_LAST_ALL: (void)buffer_printf(out, "lets its streams go on"); break;
    case SCENARIO_LAST_ANY: (void)buffer_printf(out, "refuses nothing yet"); break;
    case SCENARIO_LAST_EVEN: (void)buffer_printf(out, "names an even stream, as none may"); break;
    }
    if (step->http2_code != 0)
        (void)buffer_printf(out, ", with %s", words_name(&scenario_http2_codes, (int)step->http2_code));
    (void)buffer_printf(out, "; it closes %s", step->goaway_close ? "at once" : "when its streams are done");
}

static void explain_fate(const struct scenario_step *step, struct buffer *out)
{
    switch (step->fate) {
    case SCENARIO_FATE_CRASH:
        (void)buffer_printf(out, "the handler's process dies; its store survives, and a new one starts after ");
        explain_duration(out, step->down_ns);
        return;
    case SCENARIO_FATE_STOP: (void)buffer_printf(out, "the handler is told to stop"); return;
    case SCENARIO_FATE_START: (void)buffer_printf(out, "the handler is told to start"); return;
    }
}

static void explain_ask(const struct scenario_step *step, struct buffer *out)
{
    const struct scenario_ask *ask = &step->ask;
    (void)buffer_printf(out, "the owner asks the handler to %s %.*s",
                        ask->operation == SCENARIO_OPERATION_STATUS
                            ? "tell the status of"
                            : words_name(&scenario_operations, (int)ask->operation),
                        TEXT_ARGUMENTS(step->container));
    if (ask->operation == SCENARIO_OPERATION_STOP) {
        (void)buffer_printf(out, " with a grace of ");
        explain_duration(out, ask->grace_ns);
    }
    if (ask->timeout_ns > 0) {
        (void)buffer_printf(out, ", and waits at most ");
        explain_duration(out, ask->timeout_ns);
    }
    if (ask->as.length > 0)
        (void)buffer_printf(out, " (%.*s)", TEXT_ARGUMENTS(ask->as));
}

static void explain_record_step(const struct scenario_step *step, struct buffer *out)
{
    if (step->record.state == SCENARIO_NO_TASK) {
        (void)buffer_printf(out, "somebody else removes the handler's record of %.*s", TEXT_ARGUMENTS(step->container));
        return;
    }
    (void)buffer_printf(out, "somebody else puts a record of %.*s into the handler's store, which says",
                        TEXT_ARGUMENTS(step->container));
    explain_record(&step->record, out);
}

static void explain_verb(const struct scenario_step *step, struct buffer *out)
{
    struct text id = step->container;
    switch (step->verb) {
    case SCENARIO_SEQUENCE: (void)buffer_printf(out, "one after another:"); return;
    case SCENARIO_ANY_ORDER: (void)buffer_printf(out, "in any order:"); return;
    case SCENARIO_AT_ONCE:
        (void)buffer_printf(out, "all at one instant, before anything arrives at the other side:");
        return;
    case SCENARIO_CREATE:
        (void)buffer_printf(out, "container %.*s and its task come to be", TEXT_ARGUMENTS(id));
        explain_pid(out, step->pid);
        return;
    case SCENARIO_START: (void)buffer_printf(out, "the task of %.*s runs", TEXT_ARGUMENTS(id)); return;
    case SCENARIO_EXEC:
        (void)buffer_printf(out, "exec %.*s starts in %.*s", TEXT_ARGUMENTS(step->exec), TEXT_ARGUMENTS(id));
        explain_pid(out, step->pid);
        return;
    case SCENARIO_EXIT:
        if (step->exec.length > 0)
            (void)buffer_printf(out, "exec %.*s of ", TEXT_ARGUMENTS(step->exec));
        (void)buffer_printf(out, "%.*s exits with code %u", TEXT_ARGUMENTS(id), step->code);
        return;
    case SCENARIO_OOM:
        (void)buffer_printf(out, "the kernel reports a lack of memory in %.*s", TEXT_ARGUMENTS(id));
        return;
    case SCENARIO_REMOVE: (void)buffer_printf(out, "container %.*s and its task vanish", TEXT_ARGUMENTS(id)); return;
    case SCENARIO_DISCONNECT: explain_disconnect(step, out); return;
    case SCENARIO_RESTART: explain_restart(step, out); return;
    case SCENARIO_KILL_SHIM: explain_kill_shim(step, out); return;
    case SCENARIO_SET_CLOCK: explain_clock(step, out); return;
    case SCENARIO_ADVANCE:
        explain_duration(out, step->at_ns);
        (void)buffer_printf(out, " pass, and nothing is done");
        return;
    case SCENARIO_PUBLISH: explain_published(step, out); return;
    case SCENARIO_GOAWAY: explain_goaway(step, out); return;
    case SCENARIO_SILENCE:
        if (step->scope == SCENARIO_SCOPE_EVENTS)
            (void)buffer_printf(out, "every stream of events falls silent and stays open, and calls are answered");
        else
            explain_silence(step->silence, out);
        return;
    case SCENARIO_SOCKET:
        (void)buffer_printf(out, "from now on the socket ");
        explain_socket(step->socket, out);
        return;
    case SCENARIO_RECORD: explain_record_step(step, out); return;
    case SCENARIO_HANDLER: explain_fate(step, out); return;
    case SCENARIO_ASK: explain_ask(step, out); return;
    case SCENARIO_ABANDON:
        (void)buffer_printf(out, "the owner waits for the answer to %.*s no longer", TEXT_ARGUMENTS(step->hold));
        return;
    case SCENARIO_RELEASE: (void)buffer_printf(out, "what is held as %.*s goes on", TEXT_ARGUMENTS(step->hold)); return;
    case SCENARIO_CALL: explain_call(&step->call, out); return;
    case SCENARIO_ANSWERED: explain_answered(&step->call, out); return;
    case SCENARIO_HEARD: explain_heard(&step->call, out); return;
    case SCENARIO_LOCK:
        (void)buffer_printf(out, "somebody else locks the handler's record of %.*s", TEXT_ARGUMENTS(id));
        return;
    case SCENARIO_UNLOCK:
        (void)buffer_printf(out, "the handler's record of %.*s is unlocked", TEXT_ARGUMENTS(id));
        return;
    }
}

static void explain_children(const struct scenario_step *block, size_t depth, struct buffer *out)
{
    for (size_t i = 0; i < block->child_count; i++) {
        const struct scenario_step *step = &block->children[i];
        explain_line(out, step->place, depth);
        explain_time(step, block->verb, i == 0, out);
        explain_verb(step, out);
        if (step->name_space.length > 0)
            (void)buffer_printf(out, ", in namespace %.*s", TEXT_ARGUMENTS(step->name_space));
        (void)buffer_printf(out, "\n");
        explain_children(step, depth + 1, out);
    }
}

void explain_steps(const struct scenario *scenario, struct buffer *out)
{
    if (scenario->steps.child_count == 0)
        return;
    (void)buffer_printf(out, "\nWhat happens:\n");
    explain_children(&scenario->steps, 0, out);
}
