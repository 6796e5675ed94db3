/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/client/client.h"

#include <stdlib.h>

#include "base/grow.h"
#include "base/status.h"
#include "grpc/wire/client.h"
#include "scenarios/language/explain.h"

enum { SEND_BYTES_MAX = 1 << 20 };

struct asked {
    const struct scenario_step *step;
    bool waits;      /* for its answer */
    bool arrived;    /* at the server */
    int32_t grpc_id; /* 0: it has not been sent */
    size_t heard;    /* of a subscription: how much of the log has been compared */
    struct scenario_answer answer;
};

/* An event that a subscription heard, or the answer to a call. */
struct entry {
    const struct scenario_step *of;
    struct scenario_heard heard;
};

struct client {
    struct text name_space;
    const struct message_documents *documents; /* or NULL */
    struct grpc_client *grpc;                  /* NULL: there is no connection */
    struct region region;                      /* of all that was heard */
    struct asked *asked;
    size_t asked_count;
    size_t asked_capacity;
    struct entry *log;
    size_t log_count;
    size_t log_capacity;
};

int client_new(struct client **ret_client, struct text name_space)
{
    struct client *client = calloc(1, sizeof *client);
    *ret_client = client;
    if (client == NULL)
        return ERROR_NO_MEMORY;
    region_init(&client->region);
    client->name_space = name_space;
    return 0;
}

void client_free(struct client *client)
{
    if (client == NULL)
        return;
    grpc_client_free(client->grpc);
    region_release(&client->region);
    free(client->asked);
    free(client->log);
    free(client);
}

void client_set_documents(struct client *client, const struct message_documents *documents)
{
    client->documents = documents;
}

static struct asked *find(const struct client *client, const struct scenario_step *step)
{
    for (size_t i = 0; i < client->asked_count; i++)
        if (client->asked[i].step == step)
            return &client->asked[i];
    return NULL;
}

static struct asked *find_stream(struct client *client, int32_t grpc_id)
{
    for (size_t i = 0; i < client->asked_count; i++)
        if (client->asked[i].waits && client->asked[i].grpc_id == grpc_id)
            return &client->asked[i];
    return NULL;
}

static bool is_subscription(const struct asked *asked)
{
    return text_is(asked->step->call.rpc, "Events.Subscribe");
}

/* ---- what is kept ---- */

static int keep_entry(struct client *client, const struct entry *entry)
{
    if (client->log_count == CLIENT_LOG_MAX)
        return ERROR_LIMIT;
    void *log = client->log;
    int result = grow(&log, client->log_count, &client->log_capacity, sizeof *client->log);
    client->log = log;
    if (result == 0)
        client->log[client->log_count++] = *entry;
    return result;
}

static int keep_answer(struct client *client, struct asked *asked, int status, struct text message)
{
    struct entry entry = {.of = asked->step, .heard = {.answer = asked->step->call.as}};
    asked->waits = false;
    asked->answer.kind = status == STATUS_OK ? SCENARIO_ANSWER_REPLY : SCENARIO_ANSWER_STATUS;
    asked->answer.status = status;
    asked->answer.has_message = true;
    int result = message_keep(&client->region, message, &asked->answer.message);
    return result != 0 ? result : keep_entry(client, &entry);
}

static int keep_message(struct client *client, struct asked *asked, struct text message)
{
    struct entry entry = {.of = asked->step};
    int result = is_subscription(asked)
                     ? message_read_event(message, &client->region, &entry.heard)
                     : message_read(asked->step->call.rpc, message, &client->region, &asked->answer.fields);
    if (result == ERROR_NO_MEMORY)
        return result;
    if (result != 0) {
        grpc_client_cancel(client->grpc, asked->grpc_id);
        return keep_answer(client, asked, STATUS_INTERNAL, text_of("the message cannot be read"));
    }
    return is_subscription(asked) ? keep_entry(client, &entry) : 0;
}

/* ---- calls ---- */

static int open_call(struct client *client, struct asked *asked, int64_t now_ns)
{
    const struct scenario_call *call = &asked->step->call;
    const struct scenario_request *request = &call->request;
    const struct grpc_metadata metadata = {text_of("containerd-namespace"),
                                           request->has_name_space ? request->name_space : client->name_space};
    struct buffer message = BUFFER_INIT;

    message_write(call->rpc, request, client->documents, &message);
    struct grpc_request opening = {.path = call->rpc.length > 0 ? message_path(call->rpc) : call->path,
                                   .metadata = &metadata,
                                   .metadata_count = metadata.value.length > 0 ? 1 : 0,
                                   .message = buffer_text(&message),
                                   .streaming = is_subscription(asked) || text_is(call->rpc, "Containers.ListStream")};
    int result = message.failed ? ERROR_NO_MEMORY : grpc_client_open(client->grpc, &opening, now_ns, &asked->grpc_id);
    buffer_release(&message);
    if (result == 0 || result == ERROR_NO_MEMORY)
        return result;
    return keep_answer(client, asked, STATUS_UNAVAILABLE, text_of("no call can be made on the connection"));
}

int client_call(struct client *client, const struct scenario_step *step, int64_t now_ns)
{
    if (client->asked_count == SCENARIO_STEPS_MAX)
        return ERROR_LIMIT;
    void *all = client->asked;
    if (grow(&all, client->asked_count, &client->asked_capacity, sizeof *client->asked) != 0)
        return ERROR_NO_MEMORY;
    client->asked = all;
    struct asked *asked = &client->asked[client->asked_count++];
    *asked = (struct asked){.step = step, .waits = true, .heard = client->log_count};
    asked->answer.kind = SCENARIO_ANSWER_NOT_YET;
    return client->grpc != NULL ? open_call(client, asked, now_ns) : 0;
}

const struct scenario_answer *client_answer(const struct client *client, const struct scenario_step *step)
{
    static const struct scenario_answer not_yet = {.kind = SCENARIO_ANSWER_NOT_YET};
    const struct asked *asked = find(client, step);
    return asked != NULL ? &asked->answer : &not_yet;
}

void client_note_arrival(struct client *client, int32_t stream_id)
{
    struct asked *asked = find_stream(client, stream_id);
    if (asked != NULL)
        asked->arrived = true;
}

bool client_has_arrived(const struct client *client, const struct scenario_step *step)
{
    const struct asked *asked = find(client, step);
    return asked != NULL && (asked->arrived || !asked->waits);
}

int client_judge(const struct client *client, const struct scenario_step *step, const struct scenario_answer *expected,
                 struct likeness *likeness, struct error *finding)
{
    const struct scenario_answer *found = client_answer(client, step);
    struct text name = step->call.rpc.length > 0 ? step->call.rpc : step->call.path;
    struct buffer wanted = BUFFER_INIT;
    struct buffer got = BUFFER_INIT;

    if (answer_fits(expected, found, likeness))
        return 0;
    explain_answer(expected, &wanted);
    explain_answer(found, &got);
    (void)error_set(finding, 0, "%.*s: expected %.*s; found %.*s", TEXT_ARGUMENTS(name),
                    TEXT_ARGUMENTS(buffer_text(&wanted)), TEXT_ARGUMENTS(buffer_text(&got)));
    buffer_release(&wanted);
    buffer_release(&got);
    return ERROR_INVALID;
}

const struct scenario_step *client_find_call(const struct scenario_step *step, struct text name)
{
    if (step->verb == SCENARIO_CALL && text_equal(step->call.as, name))
        return step;
    for (size_t i = 0; i < step->child_count; i++) {
        const struct scenario_step *found = client_find_call(&step->children[i], name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* ---- what is heard ---- */

static bool is_awaited(const struct scenario_call *heard, struct text answer)
{
    for (size_t i = 0; i < heard->heard_count && answer.length > 0; i++)
        if (text_equal(heard->heard[i].answer, answer))
            return true;
    return false;
}

static void describe(struct buffer *out, const struct scenario_heard *heard)
{
    if (heard->answer.length > 0)
        (void)buffer_printf(out, "%sthe answer to %.*s", out->length > 0 ? ", then " : "",
                            TEXT_ARGUMENTS(heard->answer));
    else
        (void)buffer_printf(out, "%s%.*s", out->length > 0 ? ", then " : "", TEXT_ARGUMENTS(heard->topic));
    explain_told_fields(&heard->fields, out);
}

static int refuse(const struct scenario_call *heard, const struct buffer *found, struct error *finding)
{
    struct buffer expected = BUFFER_INIT;
    for (size_t i = 0; i < heard->heard_count; i++)
        describe(&expected, &heard->heard[i]);
    (void)error_set(finding, 0, "expected %.*s; found %.*s",
                    TEXT_ARGUMENTS(expected.length > 0 ? buffer_text(&expected) : text_of("nothing")),
                    TEXT_ARGUMENTS(found->length > 0 ? buffer_text(found) : text_of("nothing")));
    buffer_release(&expected);
    return ERROR_INVALID;
}

/* Whether an entry of the log is one that `heard` speaks of. */
static bool is_meant(const struct entry *entry, const struct scenario_step *subscription,
                     const struct scenario_call *heard)
{
    bool is_answer = entry->heard.topic.length == 0;
    return is_answer ? is_awaited(heard, entry->heard.answer) : entry->of == subscription;
}

size_t client_heard_count(const struct client *client, const struct scenario_step *subscription,
                          const struct scenario_call *heard)
{
    const struct asked *asked = find(client, subscription);
    size_t count = 0;
    for (size_t i = asked != NULL ? asked->heard : client->log_count; i < client->log_count; i++)
        count += is_meant(&client->log[i], subscription, heard);
    return count;
}

/* The next that is to be compared, from *at on, which moves behind it; NULL where there is none. */
static const struct scenario_heard *next_expected(const struct scenario_call *heard, const struct likeness *likeness,
                                                  size_t *at)
{
    while (*at < heard->heard_count) {
        const struct scenario_heard *one = &heard->heard[(*at)++];
        if (likeness == NULL || !likeness->is_apart || one->answer.length == 0)
            return one;
    }
    return NULL;
}

int client_heard(struct client *client, const struct scenario_step *subscription, const struct scenario_call *heard,
                 struct likeness *likeness, struct error *finding)
{
    struct asked *asked = find(client, subscription);
    struct buffer found = BUFFER_INIT;
    bool fits = asked != NULL;
    size_t at = 0;

    for (size_t i = asked != NULL ? asked->heard : client->log_count; i < client->log_count; i++) {
        const struct entry *entry = &client->log[i];
        bool is_answer = entry->heard.topic.length == 0;
        if (!is_meant(entry, subscription, heard))
            continue;
        describe(&found, &entry->heard);
        if (is_answer && likeness != NULL && likeness->is_apart)
            continue;
        const struct scenario_heard *expected = next_expected(heard, likeness, &at);
        fits = fits && expected != NULL && event_fits(expected, &entry->heard, likeness);
    }
    if (asked != NULL)
        asked->heard = client->log_count;
    fits = fits && next_expected(heard, likeness, &at) == NULL;
    int result = fits ? 0 : refuse(heard, &found, finding);
    buffer_release(&found);
    return result;
}

/* ---- the connection ---- */

bool client_wants_connection(const struct client *client)
{
    for (size_t i = 0; client->grpc == NULL && i < client->asked_count; i++)
        if (client->asked[i].waits)
            return true;
    return false;
}

int client_connected(struct client *client, int64_t now_ns)
{
    int result = grpc_client_new(NULL, &client->grpc);
    for (size_t i = 0; result == 0 && i < client->asked_count; i++)
        if (client->asked[i].waits)
            result = open_call(client, &client->asked[i], now_ns);
    return result;
}

int client_settle(struct client *client)
{
    struct grpc_client_event event;
    int result = 0;

    while (result == 0 && client->grpc != NULL && grpc_client_next(client->grpc, &event)) {
        struct asked *asked = find_stream(client, event.stream_id);
        if (asked != NULL && event.kind == GRPC_CLIENT_MESSAGE)
            result = keep_message(client, asked, event.message);
        else if (asked != NULL && event.kind == GRPC_CLIENT_ENDED)
            result = keep_answer(client, asked, (int)event.status, event.text);
    }
    return result;
}

int client_lost(struct client *client, struct text why)
{
    int result = 0;
    if (client->grpc != NULL) {
        grpc_client_lost(client->grpc, why);
        result = client_settle(client);
        grpc_client_free(client->grpc);
        client->grpc = NULL;
    }
    for (size_t i = 0; result == 0 && i < client->asked_count; i++)
        if (client->asked[i].waits)
            result = keep_answer(client, &client->asked[i], STATUS_UNAVAILABLE, why);
    return result;
}

bool client_is_done(const struct client *client)
{
    return client->grpc != NULL && grpc_client_done(client->grpc);
}

int client_receive(struct client *client, const void *bytes, size_t length, int64_t now_ns)
{
    return client->grpc != NULL ? grpc_client_receive(client->grpc, bytes, length, now_ns) : 0;
}

int client_send(struct client *client, struct buffer *out)
{
    return client->grpc != NULL ? grpc_client_send(client->grpc, out, SEND_BYTES_MAX) : 0;
}
