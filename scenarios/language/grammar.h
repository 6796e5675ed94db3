/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_GRAMMAR_H
#define SCENARIOS_LANGUAGE_GRAMMAR_H

#include "scenarios/language/type.h"

/*
 * The tables of the language. grammar_file is the whole file, into a struct scenario; everything else hangs from it.
 */
extern const struct mapping grammar_file;

/* Parts of the file, each into its part of a struct scenario. */
extern const struct type grammar_given;
extern const struct type grammar_faults;
extern const struct type grammar_steps;
extern const struct type grammar_expect;
extern const struct type grammar_handlers;
extern const struct type grammar_choices;

/* Values that several parts share. */
extern const struct type grammar_id;
extern const struct type grammar_new_id;
extern const struct type grammar_id_or_any;
extern const struct type grammar_message;
extern const struct type grammar_promise;
extern const struct type grammar_rpc;
extern const struct type grammar_stream_rpc;
extern const struct type grammar_status;
extern const struct type grammar_event;
extern const struct type grammar_any_text;  /* may be empty */
extern const struct type grammar_yes_or_no; /* bool */
extern const struct type grammar_bytes;     /* struct text, from two hexadecimal digits a byte */
extern const struct type grammar_store;
extern const struct type grammar_hold; /* what a hold is released by */
extern const struct type grammar_end;  /* how a stream ends, other than with a status */
extern const struct type grammar_http2_code;
extern const struct type grammar_policy;
extern const struct type grammar_duration;
extern const struct type grammar_wall;
extern const struct type grammar_exited_at;     /* a struct scenario_exited */
extern const struct type grammar_pid;           /* 1 to 4294967295 */
extern const struct type grammar_code;          /* 0 to 4294967295 */
extern const struct type grammar_recorded_pid;  /* 0 to 4294967295 */
extern const struct type grammar_recorded_code; /* -2147483648 to 2147483647 */

/* Refuses a key that is there though it belongs elsewhere: "belongs to `state: exited`; remove it". */
int refuse_key(const struct reading *reading, const struct node *node, const char *key, const char *sentence);

/* Refuses the first of several keys that is there. */
int refuse_keys(const struct reading *reading, const struct node *node, const char *const *keys, size_t count,
                const char *sentence);

/* Looks at `how` and `error` of a mapping together: the one that says reset needs the other, which belongs to it alone.
 */
int check_end(const struct reading *reading, const struct node *node, enum scenario_end how);

/* What a path shows. */
extern const struct type grammar_socket;
/* A key of a mapping and the bit that stands for it in a mask. */
struct field_bit {
    const char *key;
    uint32_t bit;
};

/* The bits of the keys that a mapping has. */
uint32_t field_mask(const struct node *node, const struct field_bit *bits, size_t count);

/* Refuses the first key that is there and whose bit is not allowed: "a request of Tasks.Get has no "signal"". */
int field_refuse(const struct reading *reading, const struct node *node, const struct field_bit *bits, size_t count,
                 uint32_t allowed, const char *of, struct text whom);

/* What a call is made with, into a struct scenario_request, and its keys by enum scenario_asked_field. */
enum { GRAMMAR_ASKED_COUNT = 10 };
extern const struct type grammar_request;
extern const struct field_bit grammar_asked_bits[GRAMMAR_ASKED_COUNT];

/* The verbs of a scripted client, each into a struct scenario_call. */
extern const struct mapping grammar_call;
extern const struct mapping grammar_answered;
extern const struct mapping grammar_heard;

/* Steps that have their mappings elsewhere. */
extern const struct type grammar_restart;
extern const struct type grammar_kill_shim;
extern const struct type grammar_set_clock;

/* The mapping of a step's publish, into a struct scenario_step. */
extern const struct mapping grammar_publish;

/* The steps of the handler's own side, each into a struct scenario_step; and what any step may wait for, into its
 * struct scenario_moment. */
extern const struct mapping grammar_record;
extern const struct mapping grammar_handler;
extern const struct mapping grammar_ask;
extern const struct mapping grammar_moment;

/* Looks at the keys of a record together with its state. */
int check_record(const struct reading *reading, const struct node *node, const struct scenario_record *record);

/* The message where a file gives none: the code's name in words, "deadline exceeded"; empty for OK. 0 or
 * ERROR_NO_MEMORY. */
int default_message(const struct reading *reading, int status, struct text *ret_message);

#endif
