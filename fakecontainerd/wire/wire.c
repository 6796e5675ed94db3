/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/wire.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/time.h"
#include "fakecontainerd/wire/session.h"

enum { SEND_BYTES_MAX = 1 << 20 }; /* appended by one fake_wire_send */

struct fake_wire {
    const struct dialect *dialect;
    char name_space[FAKE_ID_MAX + 1];
    struct fake_session *sessions; /* in the order in which they came */
    struct fake_session *told;     /* whose event came last, which may have borrowed; or NULL */
    bool leaving;                  /* some are finished: to be freed once they are DEAF */
};

static const struct dialect *dialect_of(enum fake_api api)
{
    switch (api) {
    case FAKE_API_V1: break;
    case FAKE_API_EXECUTION: return &fake_dialect_execution;
    }
    return &fake_dialect_v1;
}

int fake_wire_new(struct fake_wire **ret_wire, const struct fake_wire_options *options)
{
    static const struct fake_wire_options usual = {FAKE_API_V1, {NULL, 0}};
    struct text name_space;
    struct fake_wire *wire;

    if (options == NULL)
        options = &usual;
    name_space = options->name_space.length > 0 ? options->name_space : text_of("default");
    if (name_space.length > FAKE_ID_MAX)
        return ERROR_LIMIT;
    wire = calloc(1, sizeof *wire);
    if (wire == NULL)
        return ERROR_NO_MEMORY;
    wire->dialect = dialect_of(options->api);
    text_copy(name_space, wire->name_space, sizeof wire->name_space);
    *ret_wire = wire;
    return 0;
}

void fake_wire_free(struct fake_wire *wire)
{
    if (wire == NULL)
        return;
    for (struct fake_session *session = wire->sessions; session != NULL;) {
        struct fake_session *next = session->next;
        fake_session_free(session);
        session = next;
    }
    free(wire);
}

static void drop_finished(struct fake_wire *wire)
{
    wire->leaving = false;
    for (struct fake_session **link = &wire->sessions; *link != NULL;) {
        struct fake_session *session = *link;
        if (session->finished && session->state == SESSION_DEAF) {
            *link = session->next;
            fake_session_free(session);
        } else {
            wire->leaving = wire->leaving || session->finished;
            link = &session->next;
        }
    }
}

/* What the last event borrowed is given back by the next call, and sessions that nobody needs go. */
static void settle(struct fake_wire *wire)
{
    if (wire->told != NULL)
        fake_session_settle(wire->told);
    wire->told = NULL;
    if (wire->leaving)
        drop_finished(wire);
}

static struct fake_session *find(const struct fake_wire *wire, uint64_t connection_id)
{
    for (struct fake_session *session = wire->sessions; session != NULL; session = session->next)
        if (session->connection_id == connection_id && !session->finished)
            return session;
    return NULL;
}

int fake_wire_connected(struct fake_wire *wire, uint64_t connection_id, int64_t now_ns)
{
    struct fake_session **last = &wire->sessions;
    (void)now_ns;
    settle(wire);
    while (*last != NULL)
        last = &(*last)->next;
    return fake_session_new(last, connection_id, wire->dialect, text_of(wire->name_space));
}

static void lose(struct fake_session *session)
{
    if (session->state == SESSION_OPEN)
        session->state = SESSION_LOST;
}

void fake_wire_lost(struct fake_wire *wire, uint64_t connection_id, int64_t now_ns)
{
    struct fake_session *session = find(wire, connection_id);
    (void)now_ns;
    if (session != NULL) {
        grpc_server_lost(session->server);
        lose(session);
        session->finished = true;
        wire->leaving = true;
    }
    settle(wire);
}

int fake_wire_receive(struct fake_wire *wire, uint64_t connection_id, const void *bytes, size_t length, int64_t now_ns)
{
    struct fake_session *session = find(wire, connection_id);
    settle(wire);
    if (session == NULL)
        return ERROR_CLOSED;
    int result = grpc_server_receive(session->server, bytes, length, now_ns);
    if (result != 0)
        lose(session);
    return result;
}

int fake_wire_send(struct fake_wire *wire, uint64_t connection_id, struct buffer *out, int64_t now_ns)
{
    struct fake_session *session = find(wire, connection_id);
    (void)now_ns;
    settle(wire);
    if (session == NULL)
        return ERROR_CLOSED;
    int result = fake_session_send(session, out, SEND_BYTES_MAX);
    if (result != 0)
        lose(session);
    return result;
}

int fake_wire_perform(struct fake_wire *wire, const struct fake_action *action, int64_t now_ns)
{
    struct fake_session *session = find(wire, action->connection_id);
    (void)now_ns;
    if (session == NULL)
        return 0;
    if (action->kind != FAKE_CLOSE_CONNECTION)
        return fake_session_perform(session, action);
    session->finished = true;
    session->state = SESSION_DEAF;
    wire->leaving = true;
    return 0;
}

bool fake_wire_next(struct fake_wire *wire, struct fake_event *event)
{
    settle(wire);
    for (struct fake_session *session = wire->sessions; session != NULL; session = session->next) {
        if (fake_session_next(session, event)) {
            wire->told = session;
            return true;
        }
    }
    return false;
}

uint64_t fake_wire_unsent(const struct fake_wire *wire, uint64_t after)
{
    const struct fake_session *session = wire->sessions;
    while (session != NULL && after != 0) {
        if (session->connection_id == after)
            after = 0;
        session = session->next;
    }
    while (session != NULL && (session->finished || !grpc_server_wants_write(session->server)))
        session = session->next;
    return session != NULL ? session->connection_id : 0;
}

int64_t fake_wire_deadline_ns(const struct fake_wire *wire)
{
    int64_t deadline = TIME_NEVER;
    for (const struct fake_session *session = wire->sessions; session != NULL; session = session->next)
        if (session->state == SESSION_OPEN)
            deadline = time_min(deadline, grpc_server_deadline_ns(session->server));
    return deadline;
}

void fake_wire_time(struct fake_wire *wire, int64_t now_ns)
{
    settle(wire);
    for (struct fake_session *session = wire->sessions; session != NULL; session = session->next)
        if (session->state == SESSION_OPEN)
            grpc_server_tick(session->server, now_ns);
}
