/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/grammar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct type state = {
    .wanted = "none, created, running or exited",
    .read = read_word,
    .words = &scenario_states,
};

/* ---- execs and labels of a container ---- */

static const struct key exec_keys[] = {
    {"id", MUST_BE, &grammar_new_id, offsetof(struct scenario_exec, id), NOWHERE},
    {"pid", MAY_BE, &grammar_pid, offsetof(struct scenario_exec, pid), NOWHERE},
};

static const struct mapping exec = {
    .what = "an exec",
    .keys = exec_keys,
    .key_count = COUNT(exec_keys),
    .place = offsetof(struct scenario_exec, place),
};

static const struct type exec_type = {.wanted = "an exec", .read = read_mapping, .mapping = &exec};

static const struct type execs = {
    .wanted = "a list of execs, such as [{id: probe}]",
    .read = read_list,
    .maximum = SCENARIO_EXECS_MAX,
    .element = &exec_type,
    .element_size = sizeof(struct scenario_exec),
};

static const struct type label_text = {.wanted = "a text", .read = read_text, .maximum = SCENARIO_LABEL_MAX};

static int read_label(const struct reading *reading, const struct node *mapping, const struct node *key,
                      struct scenario_label *label)
{
    struct quoted what = quote(key->text);
    struct subject of_key = {key, "a label's key"};
    struct subject of_value = {key->next, what.text};
    size_t unused;

    for (const struct node *n = mapping->first; n != key; n = n->next->next)
        if (text_equal(n->text, key->text))
            return reading_fail(reading, key->place, ERROR_INVALID, "label %s is there already; remove one of them",
                                what.text);
    int result = read_text(reading, &label_text, of_key, &label->key, &unused);
    if (result == 0)
        result = read_text(reading, &label_text, of_value, &label->value, &unused);
    if (result == 0 && label->key.length + label->value.length > SCENARIO_LABEL_MAX)
        return reading_fail(reading, key->place, ERROR_LIMIT,
                            "a label may be at most %d bytes long, key and value together; make it shorter",
                            SCENARIO_LABEL_MAX);
    return result;
}

/* The one mapping whose keys are free texts. */
static int read_labels(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                       size_t *ret_count)
{
    const struct node *node = subject.node;
    size_t count = 0;

    if (node->kind != NODE_MAPPING)
        return fail_wanted(reading, type, subject);
    if (node->count > SCENARIO_LABELS_MAX)
        return reading_fail(reading, node->place, ERROR_LIMIT, "a container may have at most %d labels; leave some out",
                            SCENARIO_LABELS_MAX);
    struct scenario_label *items = region_array(reading->region, node->count, sizeof *items);
    if (items == NULL)
        return reading_fail_memory(reading);
    for (const struct node *key = node->first; key != NULL; key = key->next->next) {
        int result = read_label(reading, node, key, &items[count++]);
        if (result != 0)
            return result;
    }
    *(struct scenario_label **)target = items;
    *ret_count = count;
    return 0;
}

static const struct type labels = {
    .wanted = "a mapping of texts, such as {role: web}",
    .read = read_labels,
    .like = read_mapping,
    .maximum = SCENARIO_LABELS_MAX,
    .element = &label_text,
    .element_size = sizeof(struct scenario_label),
};

/* ---- containers ---- */

static const struct key container_keys[] = {
    {"id", MUST_BE, &grammar_new_id, offsetof(struct scenario_container, id), NOWHERE},
    {"pid", MAY_BE, &grammar_pid, offsetof(struct scenario_container, pid), NOWHERE},
    {"state", MAY_BE, &state, offsetof(struct scenario_container, state), NOWHERE},
    {"code", MAY_BE, &grammar_code, offsetof(struct scenario_container, code), NOWHERE},
    {"execs", MAY_BE, &execs, offsetof(struct scenario_container, execs),
     offsetof(struct scenario_container, exec_count)},
    {"labels", MAY_BE, &labels, offsetof(struct scenario_container, labels),
     offsetof(struct scenario_container, label_count)},
    {"ignores SIGTERM", MAY_BE, &grammar_yes_or_no, offsetof(struct scenario_container, ignores_sigterm), NOWHERE},
    {"exits at once", MAY_BE, &grammar_yes_or_no, offsetof(struct scenario_container, exits_at_once), NOWHERE},
};

static int check_container(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_container *container = target;
    int result = 0;

    if (mapping_key(node, "state") == NULL)
        container->state = SCENARIO_RUNNING;
    if (container->state == SCENARIO_NO_TASK)
        result = refuse_key(reading, node, "pid", "belongs to a task, which `state: none` has not; remove one of them");
    if (result == 0 && container->state != SCENARIO_EXITED && !container->exits_at_once)
        result = refuse_key(reading, node, "code",
                            "belongs to `state: exited` and to what exits at once; remove it or write one of these");
    if (result == 0 && container->state != SCENARIO_CREATED && container->state != SCENARIO_NO_TASK)
        result = refuse_key(reading, node, "exits at once",
                            "belongs to what is yet to be started; remove it or write `state: created` or `none`");
    if (result == 0 && container->state != SCENARIO_RUNNING)
        result = refuse_key(reading, node, "execs", "belongs to `state: running`; remove it or write that state");
    if (result == 0 && container->state == SCENARIO_EXITED && mapping_key(node, "code") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "a container with `state: exited` needs \"code\", %s",
                            grammar_code.wanted);
    return result;
}

static const struct mapping container = {
    .what = "a container",
    .keys = container_keys,
    .key_count = COUNT(container_keys),
    .place = offsetof(struct scenario_container, place),
    .check = check_container,
};

static const struct type container_type = {.wanted = "a container", .read = read_mapping, .mapping = &container};

static const struct type containers = {
    .wanted = "a list of containers, such as [{id: web, pid: 101}]",
    .read = read_list,
    .maximum = SCENARIO_CONTAINERS_MAX,
    .element = &container_type,
    .element_size = sizeof(struct scenario_container),
};

/* ---- records ---- */

static const struct word record_state_words[] = {
    {"created", SCENARIO_CREATED},
    {"running", SCENARIO_RUNNING},
    {"exited", SCENARIO_EXITED},
};

static const struct words record_states = {"state of a record", record_state_words, COUNT(record_state_words)};

static const struct type record_state = {
    .wanted = "created, running or exited",
    .read = read_word,
    .words = &record_states,
};

static const struct key record_keys[] = {
    {"id", MUST_BE, &grammar_new_id, offsetof(struct scenario_record, id), NOWHERE},
    {"state", MUST_BE, &record_state, offsetof(struct scenario_record, state), NOWHERE},
    {"pid", MAY_BE, &grammar_recorded_pid, offsetof(struct scenario_record, pid), NOWHERE},
    {"code", MAY_BE, &grammar_recorded_code, offsetof(struct scenario_record, code), NOWHERE},
    {"finished at", MAY_BE, &grammar_wall, offsetof(struct scenario_record, finished_at_ns),
     offsetof(struct scenario_record, has_finished_at)},
    {"inferred", MAY_BE, &grammar_yes_or_no, offsetof(struct scenario_record, inferred), NOWHERE},
    {"delete pending", MAY_BE, &grammar_yes_or_no, offsetof(struct scenario_record, delete_pending), NOWHERE},
};

int check_record(const struct reading *reading, const struct node *node, const struct scenario_record *record)
{
    static const char *const of_exited[] = {"code", "finished at", "inferred", "delete pending"};

    if (record->state != SCENARIO_EXITED)
        return refuse_keys(reading, node, of_exited, COUNT(of_exited),
                           "belongs to `state: exited`; remove it or write that state");
    if (mapping_key(node, "code") == NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "a record with `state: exited` needs \"code\", %s",
                            grammar_recorded_code.wanted);
    return 0;
}

static int check_given_record(const struct reading *reading, const struct node *node, void *target)
{
    return check_record(reading, node, target);
}

static const struct mapping record = {
    .what = "a record",
    .keys = record_keys,
    .key_count = COUNT(record_keys),
    .place = offsetof(struct scenario_record, place),
    .check = check_given_record,
};

static const struct type record_type = {.wanted = "a record", .read = read_mapping, .mapping = &record};

/* A list of records, or the word none. */
static int read_records(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                        size_t *ret_count)
{
    if (subject.node->kind == NODE_SCALAR && text_is(subject.node->text, "none"))
        return 0;
    return read_list(reading, type, subject, target, ret_count);
}

static const struct type records = {
    .wanted = "none, or a list of records, such as [{id: web, state: running}]",
    .read = read_records,
    .like = read_list,
    .instead = "none",
    .maximum = SCENARIO_CONTAINERS_MAX,
    .element = &record_type,
    .element_size = sizeof(struct scenario_record),
};

/* ---- given ---- */

const struct type grammar_socket = {
    .wanted = "serves, missing, refuses, never accepts or stays silent",
    .read = read_word,
    .words = &scenario_sockets,
};

static const struct key given_keys[] = {
    {"containers", MAY_BE, &containers, offsetof(struct scenario_given, containers),
     offsetof(struct scenario_given, container_count)},
    {"records", MAY_BE, &records, offsetof(struct scenario_given, records),
     offsetof(struct scenario_given, record_count)},
    {"namespace", MAY_BE, &grammar_id, offsetof(struct scenario_given, name_space), NOWHERE},
    {"socket", MAY_BE, &grammar_socket, offsetof(struct scenario_given, socket), NOWHERE},
};

static int check_given(const struct reading *reading, const struct node *node, void *target)
{
    struct scenario_given *given = target;
    const struct node *value = mapping_value(node, "records");
    (void)reading;
    if (value != NULL)
        given->records_kind = value->kind == NODE_LIST ? SCENARIO_RECORDS_LISTED : SCENARIO_RECORDS_NONE;
    return 0;
}

static const struct mapping given = {
    .what = "given",
    .keys = given_keys,
    .key_count = COUNT(given_keys),
    .place = NOWHERE,
    .check = check_given,
};

const struct type grammar_given = {.wanted = "what is given", .read = read_mapping, .mapping = &given};
