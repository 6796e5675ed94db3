/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/grammar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIELD(field) offsetof(struct scenario_expectation, field)

static const struct type state_type = {
    .wanted = "none, created, running or exited",
    .read = read_word,
    .words = &scenario_states,
};

/* ---- called, dialed, noted, streams, answered ---- */

static const struct type count_type = {
    .wanted = "a number from 0 to 1000000",
    .read = read_u32,
    .maximum = 1000000,
};

static const struct type times_type = {
    .wanted = "a list of at least one duration, such as [0s, 100ms]",
    .read = read_list,
    .minimum = 1,
    .maximum = SCENARIO_TIMES_MAX,
    .element = &grammar_duration,
    .element_size = sizeof(int64_t),
};

static const struct key called_keys[] = {
    {"rpc", MUST_BE, &grammar_rpc, FIELD(rpc), NOWHERE},
    {"container", MAY_BE, &grammar_id_or_any, FIELD(container), NOWHERE},
    {"times", MAY_BE, &count_type, FIELD(times), FIELD(has_times)},
    {"at", MAY_BE, &times_type, FIELD(at_ns), FIELD(at_count)},
};

static const struct key dialed_keys[] = {
    {"times", MAY_BE, &count_type, FIELD(times), FIELD(has_times)},
    {"at", MAY_BE, &times_type, FIELD(at_ns), FIELD(at_count)},
};

/* Small letters and hyphens: which notes there are is known to the handler. */
static int read_note(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                     size_t *ret_count)
{
    struct text name = subject.node->text;
    int result = read_id(reading, type, subject, target, ret_count);
    for (size_t i = 0; i < name.length && result == 0; i++)
        if (!(name.bytes[i] >= 'a' && name.bytes[i] <= 'z') && name.bytes[i] != '-')
            return fail_wanted(reading, type, subject);
    return result;
}

static const struct type note_type = {.wanted = "the name of a note, such as stream-failed",
                                      .read = read_note,
                                      .like = read_id,
                                      .pattern = "^[a-z]+(-[a-z]+)*$",
                                      .maximum = SCENARIO_ID_MAX};

static const struct key noted_keys[] = {
    {"note", MUST_BE, &note_type, FIELD(note), NOWHERE},
    {"code", MAY_BE, &grammar_status, FIELD(status), FIELD(has_status)},
    {"text", MAY_BE, &grammar_message, FIELD(note_text), FIELD(has_note_text)},
    {"container", MAY_BE, &grammar_id_or_any, FIELD(container), NOWHERE},
    {"times", MAY_BE, &count_type, FIELD(times), FIELD(has_times)},
    {"at", MAY_BE, &times_type, FIELD(at_ns), FIELD(at_count)},
};

static const struct key answered_keys[] = {
    {"as", MUST_BE, &grammar_hold, FIELD(operation), NOWHERE},
    {"code", MAY_BE, &grammar_status, FIELD(status), FIELD(has_status)},
    {"text", MAY_BE, &grammar_message, FIELD(note_text), FIELD(has_note_text)},
    {"after", MAY_BE, &grammar_duration, FIELD(after_ns), FIELD(has_after)},
    {"state", MAY_BE, &state_type, FIELD(state), FIELD(has_state)},
    {"exit code", MAY_BE, &grammar_recorded_code, FIELD(code), FIELD(has_code)},
};

static const struct key streams_keys[] = {{"open", MUST_BE, &count_type, FIELD(streams_open), NOWHERE}};

/* A note without a number is one that is there at all. */
static int check_times(const struct reading *reading, const struct node *node, void *target)
{
    const struct scenario_expectation *expectation = target;
    const struct node *at = mapping_value(node, "at");

    if (at == NULL)
        return 0;
    if (expectation->at_ns[0] != 0)
        return reading_fail(reading, at->first->place, ERROR_INVALID,
                            "the first time is always 0s, because the others count from it; begin with 0s");
    const struct node *entry = at->first->next;
    for (size_t i = 1; i < expectation->at_count; i++, entry = entry->next)
        if (expectation->at_ns[i] < expectation->at_ns[i - 1])
            return reading_fail(reading, entry->place, ERROR_INVALID,
                                "this time is before the one on its left; put them in order");
    if (expectation->has_times && expectation->times != expectation->at_count)
        return reading_fail(reading, at->place, ERROR_INVALID,
                            "\"at\" has %zu entries but \"times\" is %u; make them agree", expectation->at_count,
                            expectation->times);
    return 0;
}

static int check_noted(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_expectation *expectation = target;
    expectation->note_place = mapping_value(node, "note")->place;
    return check_times(reading, node, target);
}

static int check_number(const struct reading *reading, const struct node *node, void *target)
{
    if (mapping_key(node, "at") == NULL && mapping_key(node, "times") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID,
                            "here is nothing to count; write \"times\", \"at\" or both");
    return check_times(reading, node, target);
}

static const struct mapping called = {
    .what = "called",
    .keys = called_keys,
    .key_count = COUNT(called_keys),
    .place = NOWHERE,
    .check = check_number,
};

static const struct mapping dialed = {
    .what = "dialed",
    .keys = dialed_keys,
    .key_count = COUNT(dialed_keys),
    .place = NOWHERE,
    .check = check_number,
};

static const struct mapping noted = {
    .what = "noted",
    .keys = noted_keys,
    .key_count = COUNT(noted_keys),
    .place = NOWHERE,
    .check = check_noted,
};

/* The record that comes with the answer. */
static int check_answered(const struct reading *reading, const struct node *node, void *target)
{
    const struct scenario_expectation *expectation = target;
    if (expectation->has_state && expectation->state != SCENARIO_EXITED)
        return refuse_key(reading, node, "exit code", "belongs to `state: exited`; remove it or write that state");
    return 0;
}

static const struct mapping answered = {
    .what = "answered",
    .keys = answered_keys,
    .key_count = COUNT(answered_keys),
    .place = NOWHERE,
    .check = check_answered,
};

static const struct mapping streams = {
    .what = "streams",
    .keys = streams_keys,
    .key_count = COUNT(streams_keys),
    .place = NOWHERE,
};

static const struct type called_type = {.wanted = "calls", .read = read_mapping, .mapping = &called};
static const struct type dialed_type = {.wanted = "attempts to connect", .read = read_mapping, .mapping = &dialed};
static const struct type noted_type = {.wanted = "notes", .read = read_mapping, .mapping = &noted};
static const struct type answered_type = {.wanted = "an answer", .read = read_mapping, .mapping = &answered};
static const struct type streams_type = {.wanted = "streams", .read = read_mapping, .mapping = &streams};

/* ---- always, finally, never, sometimes ---- */

static const struct type nanoseconds_type = {
    .wanted = "a number of nanoseconds since 1970, of 64 bits",
    .read = read_i64,
    .minimum = INT64_MIN,
    .maximum = INT64_MAX,
};

static const struct word while_words[] = {{"no stream is open", 0}};
static const struct words whiles = {"circumstance", while_words, COUNT(while_words)};

/* There is one circumstance so far, so nothing is kept of it. */
static int read_while(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                      size_t *ret_count)
{
    int only_one;
    (void)target;
    return read_word(reading, type, subject, &only_one, ret_count);
}

static const struct type while_type = {
    .wanted = "no stream is open", .read = read_while, .like = read_word, .words = &whiles};

/* The last row is for `sometimes` alone. */
static const struct key expectation_keys[] = {
    {"container", ONE_OF, &grammar_id, FIELD(container), NOWHERE},
    {"called", ONE_OF, &called_type, 0, NOWHERE},
    {"dialed", ONE_OF, &dialed_type, 0, NOWHERE},
    {"noted", ONE_OF, &noted_type, 0, NOWHERE},
    {"streams", ONE_OF, &streams_type, 0, NOWHERE},
    {"answered", ONE_OF, &answered_type, 0, NOWHERE},
    {"state", MAY_BE, &state_type, FIELD(state), FIELD(has_state)},
    {"code", MAY_BE, &grammar_recorded_code, FIELD(code), FIELD(has_code)},
    {"pid", MAY_BE, &grammar_recorded_pid, FIELD(pid), FIELD(has_pid)},
    {"finished at", MAY_BE, &grammar_wall, FIELD(finished_at_ns), FIELD(has_finished_at)},
    {"finished at ns", MAY_BE, &nanoseconds_type, FIELD(finished_at_ns), FIELD(has_finished_at)},
    {"reason", MAY_BE, &grammar_message, FIELD(reason), FIELD(has_reason)},
    {"inferred", MAY_BE, &grammar_yes_or_no, FIELD(inferred), FIELD(has_inferred)},
    {"delete pending", MAY_BE, &grammar_yes_or_no, FIELD(delete_pending), FIELD(has_delete_pending)},
    {"promise", MAY_BE, &grammar_promise, FIELD(promise), NOWHERE},
    {"under", MAY_BE, &grammar_policy, FIELD(under), NOWHERE},
    {"exits while", MAY_BE, &while_type, 0, NOWHERE},
};

/* What may be expected of a record, beyond its state. */
static const char *const record_words[] = {"code",   "pid",      "finished at",   "finished at ns",
                                           "reason", "inferred", "delete pending"};

static int refuse_record_keys(const struct reading *reading, const struct node *node, const char *sentence)
{
    return refuse_keys(reading, node, record_words, COUNT(record_words), sentence);
}

static bool says_nothing(const struct node *node)
{
    for (size_t i = 0; i < COUNT(record_words); i++)
        if (mapping_key(node, record_words[i]) != NULL)
            return false;
    return mapping_key(node, "state") == NULL;
}

static int check_container(const struct reading *reading, const struct node *node,
                           struct scenario_expectation *expectation)
{
    expectation->kind = SCENARIO_EXPECT_CONTAINER;
    expectation->has_record = !(expectation->has_state && expectation->state == SCENARIO_NO_TASK);
    if (!expectation->has_record)
        return refuse_record_keys(reading, node,
                                  "belongs to a record, and `state: none` is no record; remove one of them");
    if (says_nothing(node))
        return reading_fail(
            reading, node->place, ERROR_INVALID,
            "nothing is expected of this container; write \"state\", \"code\", \"pid\" or \"finished at\"");
    if (mapping_key(node, "finished at") != NULL)
        return refuse_key(reading, node, "finished at ns", "cannot stand beside \"finished at\"; keep one of them");
    return 0;
}

static void keep_under(const struct node *node, struct scenario_expectation *expectation)
{
    const struct node *under = mapping_value(node, "under");
    if (under != NULL)
        expectation->under_place = under->place;
}

static int check_expectation(const struct reading *reading, const struct node *node, void *target)
{
    static const char sentence[] = "belongs to an expectation of a container; remove it";
    static const struct {
        const char *key;
        enum scenario_expectation_kind kind;
    } kinds[] = {
        {"called", SCENARIO_EXPECT_CALLED},   {"dialed", SCENARIO_EXPECT_DIALED},     {"noted", SCENARIO_EXPECT_NOTED},
        {"streams", SCENARIO_EXPECT_STREAMS}, {"answered", SCENARIO_EXPECT_ANSWERED},
    };
    struct scenario_expectation *expectation = target;

    keep_under(node, expectation);
    if (mapping_key(node, "container") != NULL)
        return check_container(reading, node, expectation);
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (mapping_key(node, kinds[i].key) != NULL)
            expectation->kind = kinds[i].kind;
    int result = refuse_key(reading, node, "state", sentence);
    return result != 0 ? result : refuse_record_keys(reading, node, sentence);
}

static const struct mapping expectation = {
    .what = "an expectation",
    .keys = expectation_keys,
    .key_count = COUNT(expectation_keys) - 1,
    .place = FIELD(place),
    .check = check_expectation,
};

static const struct type expectation_type = {.wanted = "an expectation", .read = read_mapping, .mapping = &expectation};

static const struct type expectations = {
    .wanted = "a list of expectations, such as - {container: web, state: exited}",
    .read = read_list,
    .maximum = SCENARIO_EXPECTATIONS_MAX,
    .element = &expectation_type,
    .element_size = sizeof(struct scenario_expectation),
};

static int check_occasion(const struct reading *reading, const struct node *node, void *target)
{
    static const char sentence[] = "cannot stand beside \"exits while\"; remove one of them";
    static const char *const others[] = {"called", "dialed", "noted", "streams", "answered", "state"};
    struct scenario_expectation *occasion = target;

    if (mapping_key(node, "exits while") == NULL)
        return check_expectation(reading, node, target);
    keep_under(node, occasion);
    occasion->kind = SCENARIO_EXPECT_EXITS_WHILE;
    int result = refuse_keys(reading, node, others, COUNT(others), sentence);
    return result != 0 ? result : refuse_record_keys(reading, node, sentence);
}

static const struct mapping occasion = {
    .what = "an entry of sometimes",
    .keys = expectation_keys,
    .key_count = COUNT(expectation_keys),
    .place = FIELD(place),
    .check = check_occasion,
};

static const struct type occasion_type = {.wanted = "an occasion", .read = read_mapping, .mapping = &occasion};

static const struct type occasions = {
    .wanted = "a list of occasions, such as - {container: web, exits while: no stream is open}",
    .read = read_list,
    .maximum = SCENARIO_EXPECTATIONS_MAX,
    .element = &occasion_type,
    .element_size = sizeof(struct scenario_expectation),
};

/* ---- expect ---- */

#define KIND(kind) offsetof(struct scenario_expect, kind.items), offsetof(struct scenario_expect, kind.count)

static const struct key expect_keys[] = {
    {"always", MAY_BE, &expectations, KIND(always)},
    {"finally", MAY_BE, &expectations, KIND(finally)},
    {"never", MAY_BE, &expectations, KIND(never)},
    {"sometimes", MAY_BE, &occasions, KIND(sometimes)},
    {"within", MAY_BE, &grammar_duration, offsetof(struct scenario_expect, within_ns),
     offsetof(struct scenario_expect, has_within)},
};

static const struct mapping expect = {
    .what = "expect",
    .keys = expect_keys,
    .key_count = COUNT(expect_keys),
    .place = NOWHERE,
};

const struct type grammar_expect = {.wanted = "what is expected", .read = read_mapping, .mapping = &expect};
