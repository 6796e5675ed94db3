/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/words.h"

#include <string.h>

#include "base/status.h"
#include "scenarios/language/scenario.h"

enum {
    SHORT_WORD = 3, /* letters: in a word this short, two slips make another word */
    LONG_WORD = 8
};

#define WORDS(table, what, items) const struct words table = {what, items, sizeof(items) / sizeof((items)[0])}

static const struct word verbs[] = {
    {"create", SCENARIO_CREATE},
    {"start", SCENARIO_START},
    {"exec", SCENARIO_EXEC},
    {"exit", SCENARIO_EXIT},
    {"oom", SCENARIO_OOM},
    {"remove", SCENARIO_REMOVE},
    {"disconnect", SCENARIO_DISCONNECT},
    {"restart", SCENARIO_RESTART},
    {"publish", SCENARIO_PUBLISH},
    {"goaway", SCENARIO_GOAWAY},
    {"silence", SCENARIO_SILENCE},
    {"socket", SCENARIO_SOCKET},
    {"lock", SCENARIO_LOCK},
    {"unlock", SCENARIO_UNLOCK},
    {"call", SCENARIO_CALL},
    {"answered", SCENARIO_ANSWERED},
    {"heard", SCENARIO_HEARD},
    {"kill shim", SCENARIO_KILL_SHIM},
    {"set clock", SCENARIO_SET_CLOCK},
    {"record", SCENARIO_RECORD},
    {"handler", SCENARIO_HANDLER},
    {"ask", SCENARIO_ASK},
    {"abandon", SCENARIO_ABANDON},
    {"release", SCENARIO_RELEASE},
    {"advance", SCENARIO_ADVANCE},
    {"at once", SCENARIO_AT_ONCE},
    {"any order", SCENARIO_ANY_ORDER},
    {"sequence", SCENARIO_SEQUENCE},
};
WORDS(scenario_verbs, "verb", verbs);

static const struct word promises[] = {
    {"no-exit-is-lost", SCENARIO_NO_EXIT_IS_LOST},
    {"finished-once", SCENARIO_FINISHED_ONCE},
    {"non-init-changes-nothing", SCENARIO_NON_INIT_CHANGES_NOTHING},
    {"no-delete-of-a-live-task", SCENARIO_NO_DELETE_OF_A_LIVE_TASK},
    {"backoff-sequence", SCENARIO_BACKOFF_SEQUENCE},
    {"one-subscription", SCENARIO_ONE_SUBSCRIPTION},
    {"no-kill-after-abandon", SCENARIO_NO_KILL_AFTER_ABANDON},
    {"journal-first", SCENARIO_JOURNAL_FIRST},
    {"everything-settles", SCENARIO_EVERYTHING_SETTLES},
    {"lists-follow", SCENARIO_LISTS_FOLLOW},
    {"retries-double", SCENARIO_RETRIES_DOUBLE},
    {"oom-is-told", SCENARIO_OOM_IS_TOLD},
    {"answers-are-current", SCENARIO_ANSWERS_ARE_CURRENT},
    {"exits-in-time", SCENARIO_EXITS_IN_TIME},
    {"signals-in-order", SCENARIO_SIGNALS_IN_ORDER},
    {"times-in-order", SCENARIO_TIMES_IN_ORDER},
    {"records-stay", SCENARIO_RECORDS_STAY},
};
WORDS(scenario_promises, "promise", promises);

static const struct word rpcs[] = {
    {"Tasks.Delete", 0},           {"Tasks.Get", 1},         {"Tasks.List", 2},         {"Containers.Get", 3},
    {"Containers.List", 4},        {"Events.Subscribe", 5},  {"Version.Version", 6},    {"Containers.ListStream", 7},
    {"Containers.Create", 8},      {"Containers.Update", 9}, {"Containers.Delete", 10}, {"Tasks.Create", 11},
    {"Tasks.Start", 12},           {"Tasks.Kill", 13},       {"Tasks.Wait", 14},        {"Tasks.Exec", 15},
    {"Tasks.DeleteProcess", 16},   {"Tasks.Pause", 17},      {"Tasks.Resume", 18},      {"Tasks.ListPids", 19},
    {"Tasks.Metrics", 20},         {"Namespaces.Get", 21},   {"Namespaces.List", 22},   {"Namespaces.Create", 23},
    {"Namespaces.Delete", 24},     {"Leases.Create", 25},    {"Leases.Delete", 26},     {"Introspection.Server", 27},
    {"Introspection.Plugins", 28}, {"Health.Check", 29},     {"Events.Publish", 30},    {"Namespaces.Update", 31},
};
WORDS(scenario_rpcs, "rpc", rpcs);

static const struct word streams[] = {{"events", 5}};
WORDS(scenario_streams, "stream", streams);

static const struct word topics[] = {
    {"/namespaces/create", 0}, {"/namespaces/update", 1},  {"/namespaces/delete", 2}, {"/containers/create", 3},
    {"/containers/update", 4}, {"/containers/delete", 5},  {"/tasks/create", 6},      {"/tasks/start", 7},
    {"/tasks/exec-added", 8},  {"/tasks/exec-started", 9}, {"/tasks/exit", 10},       {"/tasks/oom", 11},
    {"/tasks/paused", 12},     {"/tasks/resumed", 13},     {"/tasks/delete", 14},
};
WORDS(scenario_topics, "topic", topics);

static const struct word task_states[] = {
    {"unknown", SCENARIO_TASK_UNKNOWN}, {"created", SCENARIO_TASK_CREATED}, {"running", SCENARIO_TASK_RUNNING},
    {"exited", SCENARIO_TASK_EXITED},   {"paused", SCENARIO_TASK_PAUSED},
};
WORDS(scenario_task_states, "state of a task", task_states);

static const struct word statuses[] = {
#define STATUS_WORD(name, value) {#name, value},
    STATUS_LIST(STATUS_WORD)
#undef STATUS_WORD
};
WORDS(scenario_statuses, "gRPC code", statuses);

static const struct word http2_codes[] = {
    {"NO_ERROR", 0},
    {"PROTOCOL_ERROR", 1},
    {"INTERNAL_ERROR", 2},
    {"FLOW_CONTROL_ERROR", 3},
    {"SETTINGS_TIMEOUT", 4},
    {"STREAM_CLOSED", 5},
    {"FRAME_SIZE_ERROR", 6},
    {"REFUSED_STREAM", 7},
    {"CANCEL", 8},
    {"COMPRESSION_ERROR", 9},
    {"CONNECT_ERROR", 10},
    {"ENHANCE_YOUR_CALM", 11},
    {"INADEQUATE_SECURITY", 12},
    {"HTTP_1_1_REQUIRED", 13},
};
WORDS(scenario_http2_codes, "HTTP/2 error", http2_codes);

static const struct word apis[] = {{"v1", SCENARIO_API_V1}, {"execution", SCENARIO_API_EXECUTION}};
WORDS(scenario_apis, "api", apis);

static const struct word actions[] = {
    {"fail", SCENARIO_DO_FAIL},
    {"delay", SCENARIO_DO_DELAY},
    {"hang", SCENARIO_DO_HANG},
    {"end", SCENARIO_DO_END},
    {"lose the reply", SCENARIO_DO_LOSE_REPLY},
    {"lose the request", SCENARIO_DO_LOSE_REQUEST},
    {"hold", SCENARIO_DO_HOLD},
    {"drop", SCENARIO_DO_DROP},
    {"duplicate", SCENARIO_DO_DUPLICATE},
    {"cut", SCENARIO_DO_CUT},
    {"answer", SCENARIO_DO_ANSWER},
    {"leave out", SCENARIO_DO_LEAVE_OUT},
};
WORDS(scenario_actions, "action", actions);

static const struct word ends[] = {
    {"clean", SCENARIO_END_CLEAN},
    {"no status", SCENARIO_END_NO_STATUS},
    {"no trailers", SCENARIO_END_NO_TRAILERS},
    {"wrong content type", SCENARIO_END_CONTENT_TYPE},
    {"truncated message", SCENARIO_END_TRUNCATED},
    {"compressed message", SCENARIO_END_COMPRESSED},
    {"reset", SCENARIO_END_RESET},
};
WORDS(scenario_ends, "end of a stream", ends);

static const struct word events[] = {
    {"exit", SCENARIO_EVENT_EXIT},     {"oom", SCENARIO_EVENT_OOM},       {"create", SCENARIO_EVENT_CREATE},
    {"start", SCENARIO_EVENT_START},   {"paused", SCENARIO_EVENT_PAUSED}, {"exec added", SCENARIO_EVENT_EXEC_ADDED},
    {"delete", SCENARIO_EVENT_DELETE},
};
WORDS(scenario_events, "event", events);

static const struct word damages[] = {
    {"unknown type", SCENARIO_DAMAGE_TYPE},
    {"undecodable body", SCENARIO_DAMAGE_BODY},
    {"compressed", SCENARIO_DAMAGE_COMPRESSED},
    {"oversize", SCENARIO_DAMAGE_OVERSIZE},
};
WORDS(scenario_damages, "damage", damages);

static const struct word lasts[] = {
    {"none", SCENARIO_LAST_NONE},
    {"all", SCENARIO_LAST_ALL},
    {"any", SCENARIO_LAST_ANY},
    {"even", SCENARIO_LAST_EVEN},
};
WORDS(scenario_lasts, "last stream", lasts);

static const struct word silences[] = {
    {"answers pings", SCENARIO_SILENCE_ANSWERS_PINGS},
    {"only reads", SCENARIO_SILENCE_ONLY_READS},
    {"does nothing", SCENARIO_SILENCE_DOES_NOTHING},
};
WORDS(scenario_silences, "deed of a silent server", silences);

static const struct word untils[] = {{"asked", SCENARIO_UNTIL_ASKED}, {"answered", SCENARIO_UNTIL_ANSWERED}};
WORDS(scenario_untils, "state of a request", untils);

static const struct word states[] = {
    {"none", SCENARIO_NO_TASK},
    {"created", SCENARIO_CREATED},
    {"running", SCENARIO_RUNNING},
    {"exited", SCENARIO_EXITED},
};
WORDS(scenario_states, "state", states);

static const struct word told_states[] = {
    {"created", SCENARIO_TOLD_CREATED}, {"running", SCENARIO_TOLD_RUNNING}, {"exited", SCENARIO_TOLD_EXITED},
    {"paused", SCENARIO_TOLD_PAUSED},   {"unknown", SCENARIO_TOLD_UNKNOWN},
};
WORDS(scenario_told_states, "state in an answer", told_states);

static const struct word stores[] = {
    {"put", SCENARIO_STORE_PUT},
    {"forget", SCENARIO_STORE_FORGET},
    {"load", SCENARIO_STORE_LOAD},
};
WORDS(scenario_stores, "request to the store", stores);

static const struct word fates[] = {
    {"crash", SCENARIO_FATE_CRASH},
    {"stop", SCENARIO_FATE_STOP},
    {"start", SCENARIO_FATE_START},
};
WORDS(scenario_fates, "deed of the handler's process", fates);

static const struct word operations[] = {
    {"create", SCENARIO_OPERATION_CREATE}, {"start", SCENARIO_OPERATION_START},   {"stop", SCENARIO_OPERATION_STOP},
    {"remove", SCENARIO_OPERATION_REMOVE}, {"status", SCENARIO_OPERATION_STATUS},
};
WORDS(scenario_operations, "operation", operations);

static const struct word passed[] = {
    {"asked", SCENARIO_PASSED_ASKED},
    {"answered", SCENARIO_PASSED_ANSWERED},
};
WORDS(scenario_passages, "moment of a request", passed);

static const struct word sockets[] = {
    {"serves", SCENARIO_SOCKET_SERVES},
    {"missing", SCENARIO_SOCKET_MISSING},
    {"refuses", SCENARIO_SOCKET_REFUSES},
    {"never accepts", SCENARIO_SOCKET_NEVER_ACCEPTS},
    {"stays silent", SCENARIO_SOCKET_STAYS_SILENT},
};
WORDS(scenario_sockets, "socket", sockets);

bool words_find(const struct words *words, struct text name, int *ret_value)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_is(name, words->items[i].name)) {
            *ret_value = words->items[i].value;
            return true;
        }
    return false;
}

const char *words_name(const struct words *words, int value)
{
    for (size_t i = 0; i < words->count; i++)
        if (words->items[i].value == value)
            return words->items[i].name;
    return NULL;
}

/* True iff two neighbouring letters have changed places, which is one slip of the fingers. */
static bool is_swapped(struct text a, struct text b)
{
    size_t i = 0;
    if (a.length != b.length)
        return false;
    while (i < a.length && a.bytes[i] == b.bytes[i])
        i++;
    if (i + 2 > a.length || a.bytes[i] != b.bytes[i + 1] || a.bytes[i + 1] != b.bytes[i])
        return false;
    return a.length == i + 2 || memcmp(a.bytes + i + 2, b.bytes + i + 2, a.length - i - 2) == 0;
}

size_t words_distance(struct text name, const char *candidate)
{
    if (is_swapped(name, text_of(candidate)))
        return 1;
    size_t limit = name.length <= SHORT_WORD ? 1 : name.length <= LONG_WORD ? 2 : 3;
    size_t distance = text_distance(name, text_of(candidate), limit);
    return distance <= limit ? distance : SIZE_MAX;
}

const char *words_nearest(const struct words *words, struct text name)
{
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < words->count; i++) {
        size_t distance = words_distance(name, words->items[i].name);
        if (distance < least) {
            least = distance;
            nearest = words->items[i].name;
        }
    }
    return nearest;
}
