/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_REPLAY_H
#define HARNESS_EXPLORE_REPLAY_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "harness/choice.h"

/*
 * A run as a file of text, made again by `ctrsim replay`: of which scenario, by the fingerprint of its bytes, under
 * which policy, and each draw with its label and bound, so that a file that does not fit says where.
 *
 *     replay 1
 *     scenario NAME.yaml
 *     hash 0123456789abcdef0123456789abcdef
 *     policy reliable
 *     draw values 1 of 2
 *     draw next 2 of 3
 */
enum {
    REPLAY_BYTES_MAX = 1 << 22, /* of the whole file */
    REPLAY_NAME_MAX = 255,      /* bytes of the scenario's name, which has no folder */
    REPLAY_POLICY_MAX = 1024    /* bytes */
};

struct replay {
    char scenario[REPLAY_NAME_MAX + 1];
    struct hash hash;
    char policy[REPLAY_POLICY_MAX + 1];
    struct draw *draws; /* the labels lie in memory of its own */
    size_t draw_count;
    char *labels;
};

struct hash replay_hash(struct text content);

/* Appends it to *out, where nothing else is. 0; ERROR_NO_MEMORY; or ERROR_LIMIT where the replay would be one that
 * cannot be read; with a sentence. */
int replay_write(struct text scenario, struct text content, struct text policy, const struct draw *draws,
                 size_t draw_count, struct buffer *out, struct error *error);

/* file names it in messages. 0; or ERROR_MALFORMED or ERROR_NO_MEMORY with a sentence that begins "FILE:LINE: ". To be
 * released in any case. */
int replay_read(struct replay *replay, struct text file, struct text content, struct error *error);
void replay_release(struct replay *replay);

#endif
