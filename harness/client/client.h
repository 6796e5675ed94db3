/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLIENT_CLIENT_H
#define HARNESS_CLIENT_CLIENT_H

#include "base/buffer.h"
#include "harness/client/compare.h"
#include "harness/client/messages.h"
#include "scenarios/language/scenario.h"

/*
 * The scripted client of a scenario: it makes the calls of the steps `call` on one connection and keeps all that it is
 * answered and hears, in the order in which it came. It is in memory: bytes in, bytes out.
 *
 * It has no connection at first and after a loss. A call then waits until whoever drives it has made one; where none
 * can be made, or the connection is lost, every call that waits is answered with UNAVAILABLE.
 */
struct client;

enum { CLIENT_LOG_MAX = 16384 /* answers and events that are kept */ };

/* Requests go out in that namespace where a call names none. Borrowed. 0 or ERROR_NO_MEMORY. */
int client_new(struct client **ret_client, struct text name_space);
void client_free(struct client *client);

/* What containers and execs are made of from now on; without it they are empty. Borrowed. */
void client_set_documents(struct client *client, const struct message_documents *documents);

/* ---- calls; a call is known by its step ---- */

/* Asks. 0, ERROR_NO_MEMORY, or ERROR_LIMIT beyond SCENARIO_STEPS_MAX calls. */
int client_call(struct client *client, const struct scenario_step *step, int64_t now_ns);

/* The answer so far: NOT_YET, or REPLY, or STATUS with its message. Borrowed until the next
 * client_call. */
const struct scenario_answer *client_answer(const struct client *client, const struct scenario_step *step);

/* A stream's request has come to the server. */
void client_note_arrival(struct client *client, int32_t stream_id);

/* True where the request has come to the server, or has been answered. */
bool client_has_arrived(const struct client *client, const struct scenario_step *step);

/* Compares the answer so far with what is expected. 0; or ERROR_INVALID and what was expected and found. */
int client_judge(const struct client *client, const struct scenario_step *step, const struct scenario_answer *expected,
                 struct likeness *likeness, struct error *finding);

/* Compares what a subscriber has heard since it was asked this the last time; the same results. Either way it has been
 * asked. */
int client_heard(struct client *client, const struct scenario_step *subscription, const struct scenario_call *heard,
                 struct likeness *likeness, struct error *finding);

/* How much client_heard would compare. */
size_t client_heard_count(const struct client *client, const struct scenario_step *subscription,
                          const struct scenario_call *heard);

/* The step whose call has a name, among a step and all in it; NULL where there is none. */
const struct scenario_step *client_find_call(const struct scenario_step *step, struct text name);

/* ---- the connection ---- */

/* True where calls wait and there is no connection: one is to be made. */
bool client_wants_connection(const struct client *client);
int client_connected(struct client *client, int64_t now_ns);

/* There is no connection any more, or none could be made. 0, or as client_settle. */
int client_lost(struct client *client, struct text why);

/* True where nothing can come of the connection any more: it is to be closed, which is then a loss. */
bool client_is_done(const struct client *client);

/* Bytes from the server. 0 or an error: the connection is to be closed; client_lost is to be called. */
int client_receive(struct client *client, const void *bytes, size_t length, int64_t now_ns);
int client_send(struct client *client, struct buffer *out);

/* Takes in what has come. 0, ERROR_NO_MEMORY, or ERROR_LIMIT beyond CLIENT_LOG_MAX. */
int client_settle(struct client *client);

#endif
