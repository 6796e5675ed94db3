/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_SUBSCRIPTION_H
#define HANDLER_CORE_SUBSCRIPTION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The monitor's way from its start to a subscription, and back to one whenever it fails.
 *
 *                        RELOADING: the backoff's delay, where the records could not be read and the policy asks again
 *                         |     ^
 *                         v     | failed
 *     STOPPED --start--> LOADING --loaded--> CONNECTING --up--> OPENING --opened--> READING
 *                                               |  ^             |  ^                |  |
 *                                        failed |  | no          |  | the        one |  | ended,
 *                                               |  | connection  |  | connection mes-|  | unreadable
 *                                               |  | left        |  | lives      sage|  |
 *                                               |  |      failed |  |                v  |
 *                                               |  +-------------|--+<---------- HANDLING
 *                                               |  |             |  |   handled      |   |
 *                                               v  |             v  |           lost v   v
 *                                              WAITING: the backoff's delay, from any failure
 *
 * Stop leads from everywhere to STOPPED, and a server that goes away from OPENING and READING straight to CONNECTING,
 * where the policy moves on: when what came with that is heard and the calls under way are answered, at the latest
 * after MONITOR_LEAVE_WAIT_NS. HANDLING is there only where no more than one message of a stream is read.
 */
enum subscription_state {
    SUBSCRIPTION_STOPPED,
    SUBSCRIPTION_LOADING,    /* the store's records are awaited */
    SUBSCRIPTION_CONNECTING, /* the connection is DIALING */
    SUBSCRIPTION_OPENING,    /* a stream was asked for */
    SUBSCRIPTION_READING,
    SUBSCRIPTION_HANDLING, /* the stream was given up after its one message, which is handled to its end */
    SUBSCRIPTION_WAITING,  /* backing off */
    SUBSCRIPTION_RELOADING /* backing off, from a store that could not be read */
};

struct step;
struct state;

void subscription_start(struct step *step);
void subscription_stop(struct step *step);
bool subscription_stopped(const struct state *state);

/* The records are awaited, now or after a while. */
bool subscription_awaits_records(const struct state *state);

/* The records are there. */
void subscription_loaded(struct step *step);

/* They could not be read: they are asked for again, or done without. */
void subscription_load_failed(struct step *step);

void subscription_connection_up(struct step *step);
void subscription_connection_draining(struct step *step);
void subscription_connection_lost(struct step *step);

void subscription_opened(struct step *step);

/* True where the message is one of the present stream and is to be handled. */
bool subscription_message(struct step *step);
void subscription_unreadable(struct step *step);
void subscription_ended(struct step *step);

void subscription_time(struct step *step);

/* There is nobody behind the present connection, for that reason: gives it up. */
void subscription_dead(struct step *step, const char *why);

/* When subscription_time has something to do. */
int64_t subscription_deadline_ns(const struct state *state);

/* Nothing is being handled any more: goes on where that was awaited. */
void subscription_handled(struct step *step);

#endif
