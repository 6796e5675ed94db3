/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_OUTPUT_H
#define FAKECONTAINERD_CORE_OUTPUT_H

#include "fakecontainerd/core/state.h"

/*
 * What the fake wants done, on its way out. Whatever a step decides is put into the outbox, or with a delay among the
 * delayed; at its end a step hands out what the outbox holds, at most FAKE_ACTIONS_MAX. What was handed out is freed by
 * the next step, because its texts are in the caller's hands until then.
 */

/* One event of the log, shared by all who receive it. */
struct published {
    uint32_t references;
    enum fake_event_topic topic;
    arena_ref container;
    struct arena_text exec_id;
    uint32_t pid;
    uint32_t exit_status;
    int64_t exited_at_ns;
    int64_t published_at_ns;
    struct fake_exited_at exited_at;
    bool unknown_field;
    bool unfiltered;
    enum fake_damage damage;
    bool has_bytes;
    struct arena_text bytes;
    bool no_news; /* nothing has caused it, or it has been told before */
};

/* An answer as it was when it was made: what changes later does not change it. */
struct answer {
    int status;
    struct arena_text message;
    bool scripted;
    bool of_containers;
    struct queue entries;
    size_t size; /* bytes of its list when it is handed out */
};

struct entry {
    arena_ref next;
    arena_ref container;
    struct arena_text exec_id;
    struct process process;
    struct fake_exited_at exited_at;
    uint32_t oom_kills;
};

struct output {
    arena_ref next;
    enum fake_action_kind kind;
    uint64_t connection_id;
    uint32_t stream_id;
    int64_t due_ns; /* of a delayed one */
    enum fake_method method;
    arena_ref answer;    /* REPLY */
    arena_ref published; /* SEND_EVENT, DID_PUBLISH */
    bool cut;            /* SEND_EVENT */
    uint32_t cut_after;
    enum fake_stream_end_kind end;
    int status;
    uint32_t http2_code;
    struct arena_text text; /* of an end, or of what was refused; REPLY: the container's id */
    struct fake_goaway goaway;
    enum fake_silence silence;
    enum fake_socket socket;
    enum fake_did_kind did;
    bool no_news;
    uint32_t receivers;
    uint32_t rule;
};

/* What they cost, for arena_reserve: an output alone, one with a text, an answer with its first entry and its output,
 * each further entry, and an event without its outputs. */
uint64_t output_cost(void);
uint64_t output_text_cost(void);
uint64_t answer_cost(void);
uint64_t entry_cost(void);
uint64_t published_cost(void);

/* An output for nobody in particular. */
struct output *output_add(struct fake *fake, enum fake_action_kind kind);

/* An output for a stream, in delay_ns (0: now). */
struct output *output_add_for(struct fake *fake, enum fake_action_kind kind, uint64_t connection_id, uint32_t stream_id,
                              int64_t delay_ns);

struct answer *answer_of(const struct fake *fake, const struct output *output);

/* Gives a REPLY its answer, empty so far. */
struct answer *answer_new(struct fake *fake, struct output *output);
struct entry *answer_add(struct fake *fake, struct answer *answer, arena_ref container);

/* Takes an entry out of an answer that is not closed. */
void answer_remove(struct fake *fake, struct answer *answer, arena_ref before);

/* After the last entry, for a list that is to be handed out as one. */
void answer_close(struct fake *fake, struct answer *answer);

/* The event as a value, its texts borrowed from the state. */
void published_value(const struct fake *fake, arena_ref published, struct fake_published *ret_value);

/* Bytes that a list of everything would take when it is handed out. */
size_t answer_size_max(const struct fake *fake);

/* Moves to the outbox what is due. */
void outputs_ripen(struct fake *fake);

/* Drops what waits for a stream, or for the whole connection where stream_id is 0. */
void outputs_drop(struct fake *fake, uint64_t connection_id, uint32_t stream_id);

/* It will not be handed out, or has been. */
void output_leave(struct fake *fake, const struct output *output);

/* Frees one that is in no queue. Its list, where it has one, must have been handed out or left. */
void output_free(struct fake *fake, arena_ref ref);

/* Frees what the last step handed out. */
void outputs_forget(struct fake *fake);

/* Hands out what fits. */
void outputs_hand_out(struct fake *fake, struct fake_actions *actions);

#endif
