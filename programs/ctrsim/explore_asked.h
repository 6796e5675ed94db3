/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_EXPLORE_ASKED_H
#define PROGRAMS_CTRSIM_EXPLORE_ASKED_H

#include "programs/common/options.h"
#include "programs/ctrsim/search.h"

/* What the command line of `ctrsim explore` asks for: as it is written, then as values. */
struct explore_asked {
    const char *handler;
    const char *budget_text;
    const char *seed_text;
    const char *shard_text;
    const char *jobs_text;
    const char *crashes_text;
    const char *late_text;
    const char *delays_text;
    const char *level;
    const char *search;
    const char *out;
    bool random;
    bool only_promises;
    struct budget budget;
    uint64_t seed;
    uint64_t jobs;
    struct world_chances chances;
    bool is_bounded;
    uint32_t delays_max;
    struct explore_shard shard;
};

/* As options_parse. */
enum options_result explore_asked_parse(struct explore_asked *asked, int argc, char **argv, size_t *ret_operand_count);

/* The values. 0, or ERROR_INVALID with a sentence. */
int explore_asked_read(struct explore_asked *asked, struct error *error);

#endif
