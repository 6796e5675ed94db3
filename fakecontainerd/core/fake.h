/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_FAKE_H
#define FAKECONTAINERD_CORE_FAKE_H

#include <stddef.h>

#include "base/clear.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "fakecontainerd/core/command.h"
#include "fakecontainerd/core/values.h"

/*
 * A containerd that is not there, as a pure step function: requests and scripted commands in, answers and events out.
 * Its state is what containerd would hold (containers, tasks, execs, subscriptions, an event log without replay) and
 * the fault rules of the script. No bytes, no clock, no socket.
 *
 * Borrowing: what an event refers to is borrowed for the length of the step; what an action refers to is valid until
 * the next step or until the fake is freed. A step that fails has changed nothing.
 */
struct fake;

struct fake_options {
    uint32_t first_pid; /* pids not given by the script count up from here; 0: 1000 */
};

enum fake_event_kind {
    FAKE_START,        /* begin to listen, unless the script has taken the socket away */
    FAKE_CONNECTED,    /* connection_id */
    FAKE_DISCONNECTED, /* connection_id: the client is gone, with all its requests */
    FAKE_REQUEST,      /* connection_id, stream_id, request */
    FAKE_CANCELLED,    /* connection_id, stream_id: the client does not want the answer any more */
    FAKE_DRAINED,      /* connection_id: after FAKE_GOAWAY, nothing is left to do on it: it is to be closed */
    FAKE_COMMAND,      /* command: the script makes something happen */
    FAKE_TIME
};

struct fake_event {
    int64_t now_ns;
    int64_t wall_ns;
    enum fake_event_kind kind;
    uint64_t connection_id;
    uint32_t stream_id;
    bool spare; /* REQUEST, COMMAND: rules that are `up_to` do not strike this time */
    struct fake_request request;
    struct fake_command command; /* last: it is large, and only COMMAND has one */
};

/* All zero but for the command, which is left as it is. */
static inline void fake_event_clear(struct fake_event *event)
{
    clear_bytes(event, offsetof(struct fake_event, command));
}

enum fake_action_kind {
    FAKE_REPLY,            /* connection_id, stream_id, method, response */
    FAKE_SEND_HEADERS,     /* connection_id, stream_id: of a subscription, before its first event */
    FAKE_SEND_EVENT,       /* connection_id, stream_id, published, cut, cut_after: one message on a subscription */
    FAKE_END_STREAM,       /* connection_id, stream_id, end */
    FAKE_GOAWAY,           /* connection_id, goaway */
    FAKE_CLOSE_CONNECTION, /* connection_id: at once, with nothing said */
    FAKE_SILENCE,          /* connection_id, silence: it stays up, and nothing is said on it any more */
    FAKE_LISTEN,           /* socket: it is there anew and accepts, and serves or stays silent */
    FAKE_UNLISTEN,         /* socket: missing, or there and refusing, or there and never accepting */
    FAKE_DID               /* did: for traces, reports and expectations; nothing to do */
};

/* What a trace wants to know beyond the actions. */
enum fake_did_kind {
    FAKE_DID_PUBLISH,       /* published; receivers */
    FAKE_DID_HOLD,          /* published: it has happened, and is told as PUBLISH when it is released */
    FAKE_DID_DIE,           /* published: its init has ended, and how is told to nobody, or not yet */
    FAKE_DID_FAULT,         /* rule (its index) met this request, or the event that follows */
    FAKE_DID_REFUSE_COMMAND /* text: the script asked for what cannot be, such as the exit of a process that is not
                               running */
};

struct fake_did {
    enum fake_did_kind kind;
    bool no_news;       /* of PUBLISH, HOLD: nothing has caused it, or it has been told as HOLD before */
    uint32_t receivers; /* subscriptions that got it: 0 means lost for good */
    uint32_t rule;
    struct text text;
    struct fake_published published; /* of PUBLISH, HOLD, DIE, else left as it was */
};

/* What is large stands at the end, and is left as it was where the kind has none. */
struct fake_action {
    enum fake_action_kind kind;
    uint64_t connection_id;
    uint32_t stream_id;
    enum fake_method method;
    bool cut;           /* at most cut_after bytes of the message, never all, then FAKE_DRAINED when they are sent */
    uint32_t cut_after; /* bytes behind the prefix */
    struct fake_stream_end end;
    struct fake_goaway goaway;
    enum fake_silence silence;
    enum fake_socket socket;
    struct fake_did did;
    struct fake_published published;
    struct fake_response response;
};

struct fake_actions {
    struct fake_action items[FAKE_ACTIONS_MAX];
    size_t count;
};

int fake_new(struct fake **ret_fake, const struct fake_options *options);
void fake_free(struct fake *fake);
int fake_clone(struct fake **ret_clone, const struct fake *fake);

/* *to becomes what *from is, in the memory that it has where that is enough. 0 or ERROR_NO_MEMORY (*to is then as
 * before). */
int fake_copy(struct fake *to, const struct fake *from);

/* Bytes that a copy of its state takes. */
size_t fake_size(const struct fake *fake);

/* now_ns must not run backwards. 0; ERROR_NO_MEMORY or ERROR_LIMIT: nothing has changed and *actions is empty. */
int fake_step(struct fake *fake, const struct fake_event *event, struct fake_actions *actions);

/* When the fake wants a FAKE_TIME (a delayed answer, the end of a restart), TIME_NEVER where nothing waits. */
int64_t fake_deadline_ns(const struct fake *fake);

/* True where it may make a difference to that REQUEST or COMMAND whether it is spared. Of a request it is exact; a
 * command may cause no event that such a rule is about. */
bool fake_can_spare(const struct fake *fake, const struct fake_event *event);

/* Subscriptions that are open now, in all connections that have not fallen silent; and in those of them whose ids are
 * below a limit. */
uint32_t fake_subscription_count(const struct fake *fake);
uint32_t fake_subscription_count_below(const struct fake *fake, uint64_t connection_id);

/* True where the container was deleted and has left its task behind, which every list shows and no call reaches. */
bool fake_is_orphan(const struct fake *fake, struct text name_space, struct text id);

/* True iff the container is in the namespace; *ret_process is its init (status CREATED, pid 0 where there is no task)
 * and *ret_has_task tells whether there is a task. */
bool fake_task(const struct fake *fake, struct text name_space, struct text id, struct fake_process *ret_process,
               bool *ret_has_task);

void fake_hash(const struct fake *fake, int64_t now_ns, struct hash *hash);

const char *fake_event_name(enum fake_event_kind kind);
const char *fake_action_name(enum fake_action_kind kind);

#endif
