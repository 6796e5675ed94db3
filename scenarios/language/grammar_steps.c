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

static const struct key create_keys[] = {
    {"container", MUST_BE, &grammar_new_id, FIELD(container), NOWHERE},
    {"pid", MAY_BE, &grammar_pid, FIELD(pid), NOWHERE},
};
VERB(create, "a step's create", NULL);

static const struct key start_keys[] = {{"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE}};
VERB(start, "a step's start", NULL);

static const struct key exec_keys[] = {
    {"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE},
    {"exec", MUST_BE, &grammar_new_id, FIELD(exec), NOWHERE},
    {"pid", MAY_BE, &grammar_pid, FIELD(pid), NOWHERE},
};
VERB(exec, "a step's exec", NULL);

static const struct key exit_keys[] = {
    {"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE},
    {"exec", MAY_BE, &grammar_id, FIELD(exec), NOWHERE},
    {"code", MUST_BE, &grammar_code, FIELD(code), NOWHERE},
};
VERB(exit, "a step's exit", NULL);

static const struct key oom_keys[] = {{"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE}};
VERB(oom, "a step's oom", NULL);

static const struct key remove_keys[] = {{"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE}};
VERB(remove, "a step's remove", NULL);

/* ---- disconnect ---- */

static const struct word stream_words[] = {{"events", SCENARIO_SCOPE_EVENTS}};
static const struct words streams = {"stream", stream_words, COUNT(stream_words)};
static const struct type stream = {.wanted = "a stream, such as events", .read = read_word, .words = &streams};

static const struct word connection_words[] = {{"all", SCENARIO_SCOPE_CONNECTIONS}};
static const struct words connections = {"connection", connection_words, COUNT(connection_words)};
static const struct type connection = {.wanted = "all", .read = read_word, .words = &connections};

static const struct type http2_code = {
    .wanted = "an HTTP/2 error, such as CANCEL",
    .read = read_word,
    .words = &scenario_http2_codes,
};

static const struct key disconnect_keys[] = {
    {"stream", ONE_OF, &stream, FIELD(scope), NOWHERE},
    {"connection", ONE_OF, &connection, FIELD(scope), NOWHERE},
    {"code", MAY_BE, &grammar_status, FIELD(status), NOWHERE},
    {"reset", MAY_BE, &http2_code, FIELD(http2_code), NOWHERE},
    {"message", MAY_BE, &grammar_message, FIELD(message), NOWHERE},
};

static int check_connection(const struct reading *reading, const struct node *node)
{
    static const char sentence[] = "belongs to `stream: events`; a connection is cut with nothing said";
    int result = refuse_key(reading, node, "code", sentence);
    if (result == 0)
        result = refuse_key(reading, node, "reset", sentence);
    if (result == 0)
        result = refuse_key(reading, node, "message", sentence);
    return result;
}

static int check_disconnect(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_step *step = target;
    bool has_code = mapping_key(node, "code") != NULL;
    bool reset = mapping_key(node, "reset") != NULL;

    if (step->scope == SCENARIO_SCOPE_CONNECTIONS)
        return check_connection(reading, node);
    if (!has_code && !reset)
        return reading_fail(reading, node->place, ERROR_INVALID,
                            "a stream ends with \"code\", %s, or with \"reset\", %s; write one of them",
                            grammar_status.wanted, http2_code.wanted);
    if (reset) {
        step->how = SCENARIO_END_RESET;
        int result = refuse_key(reading, node, "code", "cannot stand beside \"reset\"; keep one of them");
        return result != 0 ? result
                           : refuse_key(reading, node, "message", "belongs to \"code\"; a reset carries no text");
    }
    if (mapping_key(node, "message") == NULL)
        return default_message(reading, step->status, &step->message);
    return 0;
}
VERB(disconnect, "a step's disconnect", check_disconnect);

/* ---- restart ---- */

static const struct word gone_socket_words[] = {
    {"missing", SCENARIO_SOCKET_MISSING},
    {"refuses", SCENARIO_SOCKET_REFUSES},
};
static const struct words gone_sockets = {"socket during a restart", gone_socket_words, COUNT(gone_socket_words)};
static const struct type gone_socket = {.wanted = "missing or refuses", .read = read_word, .words = &gone_sockets};

enum { STATE_KEPT, STATE_LOST };
static const struct word fate_words[] = {{"kept", STATE_KEPT}, {"lost", STATE_LOST}};
static const struct words fates = {"state after a restart", fate_words, COUNT(fate_words)};

static int read_fate(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                     size_t *ret_count)
{
    int fate;
    int result = read_word(reading, type, subject, &fate, ret_count);
    if (result == 0)
        *(bool *)target = fate == STATE_LOST;
    return result;
}

static const struct type fate = {.wanted = "kept or lost", .read = read_fate, .words = &fates};

static const struct key restart_keys[] = {
    {"down", MUST_BE, &grammar_duration, FIELD(down_ns), NOWHERE},
    {"socket", MAY_BE, &gone_socket, FIELD(socket), NOWHERE},
    {"state", MAY_BE, &fate, FIELD(state_lost), NOWHERE},
};

static int check_restart(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_step *step = target;
    (void)reading;
    if (mapping_key(node, "socket") == NULL)
        step->socket = SCENARIO_SOCKET_MISSING;
    return 0;
}
VERB(restart, "a step's restart", check_restart);

/* ---- steps ---- */

static const struct type time_from = {
    .wanted = "a plus sign and a duration with its unit, such as +2s",
    .read = read_time_from,
};

static const struct type any_order;
static const struct type sequence;

static const struct key step_keys[] = {
    {"create", ONE_OF, &create_type, 0, NOWHERE},
    {"start", ONE_OF, &start_type, 0, NOWHERE},
    {"exec", ONE_OF, &exec_type, 0, NOWHERE},
    {"exit", ONE_OF, &exit_type, 0, NOWHERE},
    {"oom", ONE_OF, &oom_type, 0, NOWHERE},
    {"remove", ONE_OF, &remove_type, 0, NOWHERE},
    {"disconnect", ONE_OF, &disconnect_type, 0, NOWHERE},
    {"restart", ONE_OF, &restart_type, 0, NOWHERE},
    {"advance", ONE_OF, &grammar_duration, FIELD(at_ns), FIELD(has_at)},
    {"any order", ONE_OF, &any_order, FIELD(children), FIELD(child_count)},
    {"sequence", ONE_OF, &sequence, FIELD(children), FIELD(child_count)},
    {"at", MAY_BE, &time_from, FIELD(at_ns), FIELD(has_at)},
};

static int check_step(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_step *step = target;
    int verb = SCENARIO_SEQUENCE;
    for (const struct node *key = node->first; key != NULL; key = key->next->next)
        (void)words_find(&scenario_verbs, key->text, &verb);
    step->verb = (enum scenario_verb)verb;
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

#define STEPS(least, most, words)                                                                     \
    {                                                                                                 \
        .wanted = words, .read = read_list, .minimum = least, .maximum = most, .element = &step_type, \
        .element_size = sizeof(struct scenario_step)                                                  \
    }

static const struct type any_order = STEPS(1, SCENARIO_BLOCK_MAX, "a list of at least one step");
static const struct type sequence = STEPS(1, SCENARIO_STEPS_MAX, "a list of at least one step");
const struct type grammar_steps =
    STEPS(0, SCENARIO_STEPS_MAX, "a list of steps, such as - exit: {container: web, code: 0}");
