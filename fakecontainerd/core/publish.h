/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_PUBLISH_H
#define FAKECONTAINERD_CORE_PUBLISH_H

#include "fakecontainerd/core/output.h"

/*
 * The event log, which remembers nothing: an event goes to the subscriptions that are registered when it is published
 * and whose filters let it pass, and to nobody else ever.
 */

/* What publishing one event costs at the most, for arena_reserve. */
uint64_t publish_cost(const struct fake *fake);

/* What an event tells beyond its topic and container. */
struct publish_details {
    struct text exec_id;
    uint32_t pid;
    uint32_t exit_status;
    int64_t exited_at_ns;
    bool no_news; /* as in struct fake_did */
};

void publish(struct fake *fake, enum fake_event_topic topic, const struct slot *slot, struct publish_details details);

/* An exit that the container's shim tells: while nobody serves it may be told later. */
void publish_exit(struct fake *fake, const struct slot *slot, struct publish_details details);

/* The live init of the slot ends, and nobody hears how. It costs no more than an event. */
void publish_nothing(struct fake *fake, const struct slot *slot);

/* An event that could not be told before goes where one goes that has just happened; or to nobody, and is lost. One
 * reference to it is taken over. */
void publish_late(struct fake *fake, arena_ref published);
void publish_lost(struct fake *fake, arena_ref published);

/* An event that was held goes to whoever is subscribed now; one reference to it is taken over. */
void publish_held(struct fake *fake, arena_ref published);

/* An event that nothing has caused. Bytes that are no event pass every filter. The fault is a sentence where it is
 * beyond the limits, else NULL; only what has none may be published, and its cost reckoned. */
const char *forged_fault(const struct fake_published *forged);
uint64_t publish_forged_cost(const struct fake *fake, const struct fake_published *forged);
void publish_forged(struct fake *fake, const struct fake_published *forged);

/* ---- subscriptions ---- */

/* What one more costs, for arena_reserve. */
uint64_t subscription_cost(const struct fake_request *request);

/* Registers those whose time has come. */
void subscriptions_ripen(struct fake *fake);

/* Ends the subscription of a stream, or all of a connection where stream_id is 0. Nothing is said to the client. */
void subscriptions_drop(struct fake *fake, uint64_t connection_id, uint32_t stream_id);

/* Ends all, telling each client how, but on connections that are silent. */
void subscriptions_end(struct fake *fake, const struct fake_stream_end *end);

/* Nothing is sent any more on those of the connection (0: on all). */
void subscriptions_silence(struct fake *fake, uint64_t connection_id);

#endif
