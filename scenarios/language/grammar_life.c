/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that befall the server and its shims. */
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
    const struct type grammar_##verb = {.wanted = words, .read = read_mapping, .mapping = &verb##_mapping}

/* ---- restart ---- */

static const struct word gone_socket_words[] = {
    {"missing", SCENARIO_SOCKET_MISSING},
    {"refuses", SCENARIO_SOCKET_REFUSES},
    {"never accepts", SCENARIO_SOCKET_NEVER_ACCEPTS},
    {"stays silent", SCENARIO_SOCKET_STAYS_SILENT},
};
static const struct words gone_sockets = {"socket during a restart", gone_socket_words, COUNT(gone_socket_words)};
static const struct type gone_socket = {
    .wanted = "missing, refuses, never accepts or stays silent", .read = read_word, .words = &gone_sockets};

static const struct word fate_words[] = {{"kept", false}, {"lost", true}};
static const struct words fates = {"state after a restart", fate_words, COUNT(fate_words)};
static const struct type fate = {.wanted = "kept or lost", .read = read_flag, .words = &fates};

static const struct type containers = {
    .wanted = "a list of containers, such as [web]",
    .read = read_list,
    .minimum = 1,
    .maximum = SCENARIO_CONTAINERS_MAX,
    .element = &grammar_id,
    .element_size = sizeof(struct text),
};

static const struct word news_words[] = {{"lost", false}, {"late", true}};
static const struct words newses = {"fate of exits", news_words, COUNT(news_words)};
static const struct type news = {.wanted = "lost or late", .read = read_flag, .words = &newses};

static const struct key restart_keys[] = {
    {"down", MUST_BE, &grammar_duration, FIELD(down_ns), NOWHERE},
    {"socket", MAY_BE, &gone_socket, FIELD(socket), NOWHERE},
    {"state", MAY_BE, &fate, FIELD(state_lost), NOWHERE},
    {"tasks lost", MAY_BE, &containers, FIELD(tasks_lost), FIELD(tasks_lost_count)},
    {"containers lost", MAY_BE, &containers, FIELD(containers_lost), FIELD(containers_lost_count)},
    {"exits", MAY_BE, &news, FIELD(exits_late), NOWHERE},
};

static int check_restart(const struct reading *reading, const struct node *node, void *target)
{
    static const char *const parts[] = {"tasks lost", "containers lost"};
    struct scenario_step *step = target;
    if (mapping_key(node, "socket") == NULL)
        step->socket = SCENARIO_SOCKET_MISSING;
    if (!step->state_lost)
        return 0;
    return refuse_keys(reading, node, parts, COUNT(parts),
                       "cannot stand beside `state: lost`, which loses everything; remove it");
}
VERB(restart, "a step's restart", check_restart);

/* ---- kill shim ---- */

enum { KILLED = 128 + 9 };

static const struct word told_words[] = {{"told", false}, {"lost", true}};
static const struct words tolds = {"fate of the exit", told_words, COUNT(told_words)};
static const struct type told = {.wanted = "told or lost", .read = read_flag, .words = &tolds};

static int read_clean_after(const struct reading *reading, const struct type *type, struct subject subject,
                            void *target, size_t *ret_count)
{
    if (!text_is(subject.node->text, "never"))
        return read_duration(reading, type, subject, target, ret_count);
    *(int64_t *)target = INT64_MAX;
    return 0;
}

static const struct type clean_after = {
    .wanted = "never, or a duration with its unit, such as 10s",
    .read = read_clean_after,
    .like = read_duration,
    .instead = "never",
};

static const struct key kill_shim_keys[] = {
    {"container", MUST_BE, &grammar_id, FIELD(container), NOWHERE},
    {"exit", MAY_BE, &told, FIELD(exit_lost), NOWHERE},
    {"code", MAY_BE, &grammar_code, FIELD(code), NOWHERE},
    {"pid", MAY_BE, &grammar_recorded_pid, FIELD(pid), FIELD(has_pid)},
    {"clean after", MAY_BE, &clean_after, FIELD(clean_after_ns), NOWHERE},
};

static int check_kill_shim(const struct reading *reading, const struct node *node, void *target)
{
    static const char *const of_the_exit[] = {"code", "pid"};
    struct scenario_step *step = target;
    if (mapping_key(node, "code") == NULL)
        step->code = KILLED;
    if (!step->exit_lost)
        return 0;
    return refuse_keys(reading, node, of_the_exit, COUNT(of_the_exit),
                       "belongs to `exit: told`; remove it or write that");
}
VERB(kill_shim, "a step's kill shim", check_kill_shim);

/* ---- set clock ---- */

static int read_jump(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                     size_t *ret_count)
{
    struct node length = *subject.node;
    struct subject of_length = {&length, subject.what};
    int64_t *by_ns = target;
    bool backwards = text_starts_with(length.text, "-");

    if (length.kind != NODE_SCALAR || (!backwards && !text_starts_with(length.text, "+")))
        return fail_wanted(reading, type, subject);
    length.text.bytes++;
    length.text.length--;
    int result = read_duration(reading, type, of_length, by_ns, ret_count);
    if (result == 0 && backwards)
        *by_ns = -*by_ns;
    return result;
}

static const struct type jump = {
    .wanted = "a sign and a duration with its unit, such as -1h",
    .read = read_jump,
    .like = read_text,
    .pattern = "^[+-][0-9]+(\\.[0-9]{1,9})?(h|m|s|ms|us|ns)$",
};

static const struct key set_clock_keys[] = {{"by", MUST_BE, &jump, FIELD(by_ns), NOWHERE}};
VERB(set_clock, "a step's set clock", NULL);
