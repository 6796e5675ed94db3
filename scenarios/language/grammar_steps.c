/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/grammar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(field) offsetof(struct scenario_step, field)

/* A verb's mapping: its keys go straight into the step. */
#define VERB(verb, words, check_function)          \
    static const struct mapping verb##_mapping = { \
        .what = words,                             \
        .keys = verb##_keys,                       \
        .key_count = COUNT(verb##_keys),           \
        .place = NOWHERE,                          \
        .check = check_function,                   \
    };                                             \
    static const struct type verb##_type = {.wanted = words, .read = read_mapping, .mapping = &verb##_mapping}

/* A container may be somebody else's. */
#define IN_NAMESPACE                                                 \
    {                                                                \
        "namespace", MAY_BE, &grammar_id, FIELD(name_space), NOWHERE \
    }

static const struct key create_keys[] = {
    {"container", MUST_BE, &grammar_new_id, FIELD(container), NOWHERE},
    {"pid", MAY_BE, &grammar_pid, FIELD(pid), NOWHERE},
    IN_NAMESPACE,
};
VERB(create, "a step's create", NULL);

static const struct key start_keys[] = {{"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE}, IN_NAMESPACE};
VERB(start, "a step's start", NULL);

static const struct key exec_keys[] = {
    {"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE},
    {"exec", MUST_BE, &grammar_new_id, FIELD(exec), NOWHERE},
    {"pid", MAY_BE, &grammar_pid, FIELD(pid), NOWHERE},
    IN_NAMESPACE,
};
VERB(exec, "a step's exec", NULL);

static const struct key exit_keys[] = {
    {"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE},
    {"exec", MAY_BE, &grammar_id, FIELD(exec), NOWHERE},
    {"code", MUST_BE, &grammar_code, FIELD(code), NOWHERE},
    IN_NAMESPACE,
};
VERB(exit, "a step's exit", NULL);

static const struct key oom_keys[] = {{"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE}, IN_NAMESPACE};
VERB(oom, "a step's oom", NULL);

static const struct key remove_keys[] = {{"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE}, IN_NAMESPACE};
VERB(remove, "a step's remove", NULL);

/* ---- disconnect ---- */

static const struct word stream_words[] = {{"events", SCENARIO_SCOPE_EVENTS}};
static const struct words streams = {"stream", stream_words, COUNT(stream_words)};
static const struct type stream = {.wanted = "a stream, such as events", .read = read_word, .words = &streams};

static const struct word connection_words[] = {{"all", SCENARIO_SCOPE_CONNECTIONS}};
static const struct words connections = {"connection", connection_words, COUNT(connection_words)};
static const struct type connection = {.wanted = "all", .read = read_word, .words = &connections};

static const struct key disconnect_keys[] = {
    {"stream", ONE_OF, &stream, FIELD(scope), NOWHERE},
    {"connection", ONE_OF, &connection, FIELD(scope), NOWHERE},
    {"code", MAY_BE, &grammar_status, FIELD(status), NOWHERE},
    {"message", MAY_BE, &grammar_message, FIELD(message), NOWHERE},
    {"how", MAY_BE, &grammar_end, FIELD(how), NOWHERE},
    {"error", MAY_BE, &grammar_http2_code, FIELD(http2_code), NOWHERE},
};

static int check_disconnect(const struct reading *reading, const struct node *node, void *target)
{
    static const char *const of_streams[] = {"code", "message", "how", "error"};
    struct scenario_step *step = target;
    bool has_code = mapping_key(node, "code") != NULL;

    if (step->scope == SCENARIO_SCOPE_CONNECTIONS)
        return refuse_keys(reading, node, of_streams, COUNT(of_streams),
                           "belongs to `stream: events`; a connection is cut with nothing said");
    if (mapping_key(node, "how") != NULL) {
        int result = refuse_keys(reading, node, of_streams, 2, "cannot stand beside \"how\"; keep one of them");
        return result != 0 ? result : check_end(reading, node, step->how);
    }
    if (!has_code)
        return reading_fail(reading, node->place, ERROR_INVALID,
                            "a stream ends with \"code\", %s, or with \"how\", %s; write one of them",
                            grammar_status.wanted, grammar_end.wanted);
    if (mapping_key(node, "message") == NULL) {
        int result = default_message(reading, step->status, &step->message);
        if (result != 0)
            return result;
    }
    return check_end(reading, node, step->how);
}
VERB(disconnect, "a step's disconnect", check_disconnect);

/* ---- publish, goaway, lock ---- */

static const struct type publish_type = {
    .wanted = "what is published",
    .read = read_mapping,
    .mapping = &grammar_publish,
};

static const struct type last = {.wanted = "none, all, any or even", .read = read_word, .words = &scenario_lasts};

static const struct word then_words[] = {{"stay", false}, {"close", true}};
static const struct words thens = {"deed after a goaway", then_words, COUNT(then_words)};
static const struct type then = {.wanted = "stay or close", .read = read_flag, .words = &thens};

static const struct key goaway_keys[] = {
    {"last", MUST_BE, &last, FIELD(last), NOWHERE},
    {"error", MAY_BE, &grammar_http2_code, FIELD(http2_code), NOWHERE},
    {"then", MAY_BE, &then, FIELD(goaway_close), NOWHERE},
};
VERB(goaway, "a step's goaway", NULL);

static const struct type server = {
    .wanted = "answers pings, only reads or does nothing",
    .read = read_word,
    .words = &scenario_silences,
};

static const struct key silence_keys[] = {
    {"stream", ONE_OF, &stream, FIELD(scope), NOWHERE},
    {"connection", ONE_OF, &connection, FIELD(scope), NOWHERE},
    {"server", MAY_BE, &server, FIELD(silence), NOWHERE},
};

static int check_silence(const struct reading *reading, const struct node *node, void *target)
{
    const struct scenario_step *step = target;
    if (step->scope == SCENARIO_SCOPE_EVENTS)
        return refuse_key(reading, node, "server", "belongs to `connection: all`; remove it or write that");
    if (mapping_key(node, "server") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID,
                            "a connection that falls silent needs \"server\", what its server still does: %s",
                            server.wanted);
    return 0;
}
VERB(silence, "a step's silence", check_silence);

static const struct key lock_keys[] = {{"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE}};
VERB(lock, "a step's lock", NULL);

static const struct key unlock_keys[] = {{"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE}};
VERB(unlock, "a step's unlock", NULL);

/* ---- a scripted client ---- */

static const struct type call_type = {.wanted = "a call", .read = read_mapping, .mapping = &grammar_call};
static const struct type answered_type = {.wanted = "an answer", .read = read_mapping, .mapping = &grammar_answered};
static const struct type heard_type = {.wanted = "what is heard", .read = read_mapping, .mapping = &grammar_heard};

/* ---- the handler's own side ---- */

static const struct type record_type = {.wanted = "a record", .read = read_mapping, .mapping = &grammar_record};
static const struct type handler_type = {
    .wanted = "a deed of the handler's process", .read = read_mapping, .mapping = &grammar_handler};
static const struct type ask_type = {
    .wanted = "what the owner asks for", .read = read_mapping, .mapping = &grammar_ask};
static const struct type moment_type = {
    .wanted = "a moment, such as {rpc: Tasks.Delete, is: answered}", .read = read_mapping, .mapping = &grammar_moment};

/* ---- steps ---- */

static const struct type time_from = {
    .wanted = "a plus sign and a duration with its unit, such as +2s",
    .read = read_time_from,
};

static const struct type any_order;
static const struct type at_once;
static const struct type sequence;

static const struct key step_keys[] = {
    {"create", ONE_OF, &create_type, 0, NOWHERE},
    {"start", ONE_OF, &start_type, 0, NOWHERE},
    {"exec", ONE_OF, &exec_type, 0, NOWHERE},
    {"exit", ONE_OF, &exit_type, 0, NOWHERE},
    {"oom", ONE_OF, &oom_type, 0, NOWHERE},
    {"remove", ONE_OF, &remove_type, 0, NOWHERE},
    {"disconnect", ONE_OF, &disconnect_type, 0, NOWHERE},
    {"restart", ONE_OF, &grammar_restart, 0, NOWHERE},
    {"kill shim", ONE_OF, &grammar_kill_shim, 0, NOWHERE},
    {"set clock", ONE_OF, &grammar_set_clock, 0, NOWHERE},
    {"publish", ONE_OF, &publish_type, 0, NOWHERE},
    {"goaway", ONE_OF, &goaway_type, 0, NOWHERE},
    {"silence", ONE_OF, &silence_type, 0, NOWHERE},
    {"socket", ONE_OF, &grammar_socket, FIELD(socket), NOWHERE},
    {"lock", ONE_OF, &lock_type, 0, NOWHERE},
    {"unlock", ONE_OF, &unlock_type, 0, NOWHERE},
    {"call", ONE_OF, &call_type, FIELD(call), NOWHERE},
    {"answered", ONE_OF, &answered_type, FIELD(call), NOWHERE},
    {"heard", ONE_OF, &heard_type, FIELD(call), NOWHERE},
    {"record", ONE_OF, &record_type, 0, NOWHERE},
    {"handler", ONE_OF, &handler_type, 0, NOWHERE},
    {"ask", ONE_OF, &ask_type, 0, NOWHERE},
    {"abandon", ONE_OF, &grammar_hold, FIELD(hold), NOWHERE},
    {"release", ONE_OF, &grammar_hold, FIELD(hold), NOWHERE},
    {"advance", ONE_OF, &grammar_duration, FIELD(at_ns), FIELD(has_at)},
    {"any order", ONE_OF, &any_order, FIELD(children), FIELD(child_count)},
    {"at once", ONE_OF, &at_once, FIELD(children), FIELD(child_count)},
    {"sequence", ONE_OF, &sequence, FIELD(children), FIELD(child_count)},
    {"at", MAY_BE, &time_from, FIELD(at_ns), FIELD(has_at)},
    {"after", MAY_BE, &moment_type, FIELD(after), FIELD(after.given)},
};

static bool is_block(enum scenario_verb verb)
{
    return verb == SCENARIO_SEQUENCE || verb == SCENARIO_ANY_ORDER || verb == SCENARIO_AT_ONCE;
}

static int check_step(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_step *step = target;
    int verb = SCENARIO_SEQUENCE;
    for (const struct node *key = node->first; key != NULL; key = key->next->next)
        (void)words_find(&scenario_verbs, key->text, &verb);
    step->verb = (enum scenario_verb)verb;
    if (is_block(step->verb))
        return refuse_key(reading, node, "after",
                          "belongs to a step, not to a block of them; write it at the first of them");
    if (step->verb == SCENARIO_ADVANCE)
        return refuse_key(reading, node, "at",
                          "cannot stand beside \"advance\", which says the time itself; remove it");
    return 0;
}

static const struct mapping step = {
    .what = "a step",
    .keys = step_keys,
    .key_count = COUNT(step_keys),
    .place = FIELD(place),
    .check = check_step,
};

static const struct type step_type = {.wanted = "a step", .read = read_mapping, .mapping = &step};

static int check_step_at_once(const struct reading *reading, const struct node *node, void *target)
{
    static const char *const others[] = {"at", "after", "advance", "any order", "at once", "sequence"};
    const struct scenario_step *one = target;
    int result = refuse_keys(reading, node, others, COUNT(others),
                             "cannot stand in `at once`, whose steps all happen at one instant; move it out");
    if (result == 0)
        result = check_step(reading, node, target);
    if (result == 0 && one->verb == SCENARIO_CALL && one->call.answer.kind != SCENARIO_ANSWER_NONE)
        return refuse_key(reading, node, "call",
                          "cannot wait for its answer in `at once`; give it a name with \"as\", and no answer");
    return result;
}

static const struct mapping step_at_once = {
    .what = "a step",
    .keys = step_keys,
    .key_count = COUNT(step_keys),
    .place = FIELD(place),
    .check = check_step_at_once,
};

static const struct type step_at_once_type = {.wanted = "a step", .read = read_mapping, .mapping = &step_at_once};

#define STEPS(least, most, type_of_step, words)                                                          \
    {                                                                                                    \
        .wanted = words, .read = read_list, .minimum = least, .maximum = most, .element = &type_of_step, \
        .element_size = sizeof(struct scenario_step)                                                     \
    }

static const struct type any_order = STEPS(1, SCENARIO_BLOCK_MAX, step_type, "a list of at least one step");
static const struct type at_once = STEPS(1, SCENARIO_STEPS_MAX, step_at_once_type, "a list of at least one step");
static const struct type sequence = STEPS(1, SCENARIO_STEPS_MAX, step_type, "a list of at least one step");
const struct type grammar_steps =
    STEPS(0, SCENARIO_STEPS_MAX, step_type, "a list of steps, such as - exit: {container: web, code: 0}");
