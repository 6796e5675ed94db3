/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of a scripted client: call, answered, heard. */
#include "scenarios/language/grammar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CALL(field)  offsetof(struct scenario_call, field)
#define TOLD(field)  offsetof(struct scenario_told_fields, field)
#define HEARD(field) offsetof(struct scenario_heard, field)

/* ---- what is told: reply, and events ---- */

static const struct type state = {
    .wanted = "created, running, exited, paused or unknown",
    .read = read_word,
    .words = &scenario_task_states,
};

static int read_stamp(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                      size_t *ret_count)
{
    struct scenario_stamp *stamp = target;
    (void)ret_count;
    *stamp = (struct scenario_stamp){.seconds = SCENARIO_NEVER_SECONDS};
    if (text_is(subject.node->text, "never"))
        return 0;
    stamp->absent = text_is(subject.node->text, "absent");
    if (!stamp->absent && wall_parse_parts(subject.node->text, &stamp->seconds, &stamp->nanos) != 0)
        return fail_wanted(reading, type, subject);
    return 0;
}

static const struct type stamp = {
    .wanted = "never, absent, or a time in UTC such as \"2017-05-31T21:33:52Z\"",
    .read = read_stamp,
    .like = read_text,
    .pattern = "^(never|absent|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z)$",
};

static const struct type ids = {
    .wanted = "a list of ids, such as [web, db]",
    .read = read_list,
    .maximum = SCENARIO_LISTED_MAX,
    .element = &grammar_any_text,
    .element_size = sizeof(struct text),
};

static const struct type pids = {
    .wanted = "a list of pids, such as [101, 102]",
    .read = read_list,
    .maximum = SCENARIO_LISTED_MAX,
    .element = &grammar_recorded_pid,
    .element_size = sizeof(uint32_t),
};

static const struct key reply_keys[] = {
    {"pid", MAY_BE, &grammar_recorded_pid, TOLD(pid), NOWHERE},
    {"code", MAY_BE, &grammar_code, TOLD(code), NOWHERE},
    {"state", MAY_BE, &state, TOLD(state), NOWHERE},
    {"exited at", MAY_BE, &stamp, TOLD(exited_at), NOWHERE},
    {"id", MAY_BE, &grammar_any_text, TOLD(id), NOWHERE},
    {"ids", MAY_BE, &ids, TOLD(ids), TOLD(id_count)},
    {"pids", MAY_BE, &pids, TOLD(pids), TOLD(pid_count)},
    {"name", MAY_BE, &grammar_any_text, TOLD(name), NOWHERE},
};

static const struct field_bit told_bits[] = {
    {"pid", SCENARIO_TOLD_PID},
    {"code", SCENARIO_TOLD_CODE},
    {"state", SCENARIO_TOLD_STATE},
    {"exited at", SCENARIO_TOLD_EXITED_AT},
    {"id", SCENARIO_TOLD_ID},
    {"ids", SCENARIO_TOLD_IDS},
    {"pids", SCENARIO_TOLD_PIDS},
    {"namespace", SCENARIO_TOLD_NAME_SPACE},
    {"container", SCENARIO_TOLD_CONTAINER},
    {"exec", SCENARIO_TOLD_EXEC},
    {"name", SCENARIO_TOLD_NAME},
};

static int check_reply(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_told_fields *fields = target;
    (void)reading;
    fields->told = field_mask(node, told_bits, COUNT(told_bits));
    return 0;
}

static const struct mapping reply_mapping = {
    .what = "reply",
    .keys = reply_keys,
    .key_count = COUNT(reply_keys),
    .place = NOWHERE,
    .check = check_reply,
};

static const struct type reply = {
    .wanted = "what the answer tells, such as {pid: 101}", .read = read_mapping, .mapping = &reply_mapping};

/* ---- the answer ---- */

/* What is said of the answer, where it is one of reply and code; of an rpc, where that is known. */
static int check_answer(const struct reading *reading, const struct node *node, struct text rpc,
                        struct scenario_answer *answer)
{
    const struct node *code = mapping_value(node, "code");
    const struct node *told = mapping_value(node, "reply");

    answer->has_message = mapping_key(node, "message") != NULL;
    if (told != NULL) {
        static const char *const others[] = {"code", "message"};
        int result = refuse_keys(reading, node, others, COUNT(others),
                                 "cannot stand beside \"reply\", which is an answer with OK; keep one of them");
        if (result != 0)
            return result;
        answer->kind = SCENARIO_ANSWER_REPLY;
        return rpc.length == 0 ? 0
                               : field_refuse(reading, told, told_bits, COUNT(told_bits), scenario_answerable(rpc),
                                              "the answer to", rpc);
    }
    if (code == NULL)
        return refuse_key(reading, node, "message", "belongs to \"code\"; write that too");
    if (answer->status == 0)
        return reading_fail(reading, code->place, ERROR_INVALID,
                            "an answer with OK is told by its fields; write "
                            "`reply: {}`");
    answer->kind = SCENARIO_ANSWER_STATUS;
    return 0;
}

#define ANSWER_KEYS                                                        \
    {"reply", MAY_BE, &reply, CALL(answer.fields), NOWHERE},               \
        {"code", MAY_BE, &grammar_status, CALL(answer.status), NOWHERE},   \
    {                                                                      \
        "message", MAY_BE, &grammar_message, CALL(answer.message), NOWHERE \
    }

/* ---- call ---- */

static const struct type path = {
    .wanted = "the path of a method, such as /containerd.services.tasks.v1.Tasks/Get",
    .read = read_line,
    .maximum = SCENARIO_REQUEST_MAX,
};

static const struct key call_keys[] = {
    {"rpc", ONE_OF, &grammar_rpc, CALL(rpc), NOWHERE},
    {"path", ONE_OF, &path, CALL(path), NOWHERE},
    {"with", MAY_BE, &grammar_request, CALL(request), NOWHERE},
    {"as", MAY_BE, &grammar_hold, CALL(as), NOWHERE},
    ANSWER_KEYS,
};

static int check_call(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_call *call = target;
    const struct node *asked = mapping_value(node, "with");
    int result = asked == NULL          ? 0
                 : call->rpc.length > 0 ? field_refuse(reading, asked, grammar_asked_bits, GRAMMAR_ASKED_COUNT,
                                                       scenario_askable(call->rpc), "a request of", call->rpc)
                                        : field_refuse(reading, asked, grammar_asked_bits, GRAMMAR_ASKED_COUNT,
                                                       SCENARIO_ASKED_BYTES, "a request of", text_of("a path"));
    if (result == 0)
        result = check_answer(reading, node, call->rpc, &call->answer);
    if (result == 0 && call->answer.kind == SCENARIO_ANSWER_REPLY && mapping_key(node, "path") != NULL)
        return refuse_key(reading, node, "reply", "belongs to \"rpc\", whose answers can be read; write \"code\"");
    if (result == 0 && call->answer.kind == SCENARIO_ANSWER_NONE && call->as.length == 0)
        return reading_fail(
            reading, node->place, ERROR_INVALID,
            "nothing is said of the answer; write \"reply\" or \"code\", or \"as\" where it comes later");
    return result;
}

const struct mapping grammar_call = {
    .what = "a step's call",
    .keys = call_keys,
    .key_count = COUNT(call_keys),
    .place = NOWHERE,
    .check = check_call,
};

/* ---- answered ---- */

static const struct word yet_words[] = {{"yet", 0}};
static const struct words yets = {"time", yet_words, COUNT(yet_words)};

/* There is one word, so nothing is kept of it. */
static int read_yet(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                    size_t *ret_count)
{
    int only_one;
    (void)target;
    return read_word(reading, type, subject, &only_one, ret_count);
}

static const struct type yet = {.wanted = "yet", .read = read_yet, .like = read_word, .words = &yets};

static const struct key answered_keys[] = {
    {"call", MUST_BE, &grammar_hold, CALL(name), NOWHERE},
    {"nothing", MAY_BE, &yet, 0, NOWHERE},
    ANSWER_KEYS,
};

static int check_answered(const struct reading *reading, const struct node *node, void *target)
{
    static const char *const others[] = {"reply", "code", "message"};
    struct scenario_call *call = target;
    int result;
    if (mapping_key(node, "nothing") != NULL) {
        call->answer.kind = SCENARIO_ANSWER_NOT_YET;
        return refuse_keys(reading, node, others, COUNT(others), "cannot stand beside \"nothing\"; keep one of them");
    }
    result = check_answer(reading, node, text_of(NULL), &call->answer);
    if (result == 0 && call->answer.kind == SCENARIO_ANSWER_NONE)
        return reading_fail(reading, node->place, ERROR_INVALID,
                            "nothing is said of the answer; write \"reply\", \"code\" or `nothing: yet`");
    return result;
}

const struct mapping grammar_answered = {
    .what = "a step's answered",
    .keys = answered_keys,
    .key_count = COUNT(answered_keys),
    .place = NOWHERE,
    .check = check_answered,
};

/* ---- heard ---- */

static int read_topic(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                      size_t *ret_count)
{
    int topic;
    int result = read_word(reading, type, subject, &topic, ret_count);
    if (result == 0)
        *(struct text *)target = text_of(words_name(&scenario_topics, topic));
    return result;
}

static const struct type topic = {
    .wanted = "a topic, such as /tasks/exit", .read = read_topic, .like = read_word, .words = &scenario_topics};

static const struct key event_keys[] = {
    {"topic", ONE_OF, &topic, HEARD(topic), NOWHERE},
    {"answer", ONE_OF, &grammar_hold, HEARD(answer), NOWHERE},
    {"namespace", MAY_BE, &grammar_any_text, HEARD(fields.name_space), NOWHERE},
    {"container", MAY_BE, &grammar_any_text, HEARD(fields.container), NOWHERE},
    {"exec", MAY_BE, &grammar_any_text, HEARD(fields.exec), NOWHERE},
    {"pid", MAY_BE, &grammar_recorded_pid, HEARD(fields.pid), NOWHERE},
    {"code", MAY_BE, &grammar_code, HEARD(fields.code), NOWHERE},
    {"exited at", MAY_BE, &stamp, HEARD(fields.exited_at), NOWHERE},
    {"name", MAY_BE, &grammar_any_text, HEARD(fields.name), NOWHERE},
};

static int check_event(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_heard *heard = target;
    heard->fields.told = field_mask(node, told_bits, COUNT(told_bits));
    if (heard->answer.length > 0)
        return field_refuse(reading, node, told_bits, COUNT(told_bits), 0, "what is heard of", text_of("an answer"));
    return field_refuse(reading, node, told_bits, COUNT(told_bits), scenario_hearable(heard->topic), "an event",
                        heard->topic);
}

static const struct mapping event_mapping = {
    .what = "an event that is heard",
    .keys = event_keys,
    .key_count = COUNT(event_keys),
    .place = NOWHERE,
    .check = check_event,
};

static const struct type event = {.wanted = "an event", .read = read_mapping, .mapping = &event_mapping};

static const struct type events = {
    .wanted = "a list of events, such as [{topic: /tasks/oom, container: web}]",
    .read = read_list,
    .maximum = SCENARIO_HEARD_MAX,
    .element = &event,
    .element_size = sizeof(struct scenario_heard),
};

static const struct key heard_keys[] = {
    {"by", MUST_BE, &grammar_hold, CALL(name), NOWHERE},
    {"events", MUST_BE, &events, CALL(heard), CALL(heard_count)},
};

const struct mapping grammar_heard = {
    .what = "a step's heard",
    .keys = heard_keys,
    .key_count = COUNT(heard_keys),
    .place = NOWHERE,
};
