/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLIENT_COMPARE_H
#define HARNESS_CLIENT_COMPARE_H

#include "scenarios/language/call.h"

/*
 * Whether what a client got is what a scenario says. Of what is expected each field counts that is written; lists are
 * compared in any order, texts to the byte.
 *
 * Against a containerd that chooses its own pids and has a clock of its own, the pids and times of a file are names: a
 * likeness keeps which of them stands for which value, from the first time that it is seen. So does the file's own
 * namespace, wherever it stands in quotes. With a NULL likeness every value stands for itself.
 */
enum { LIKENESS_MAX = 256 /* pids, and times, that can be remembered; further ones are like everything */ };

struct likeness {
    struct text name_space;      /* the file's */
    struct text real_name_space; /* what stands for it */
    struct {
        uint32_t written;
        uint32_t found;
    } pids[LIKENESS_MAX];
    size_t pid_count;
    struct {
        struct scenario_stamp written;
        struct scenario_stamp found;
    } stamps[LIKENESS_MAX];
    size_t stamp_count;
    bool is_apart; /* events and answers come by ways of their own: which is heard first says nothing */
};

bool told_fits(const struct scenario_told_fields *expected, const struct scenario_told_fields *found,
               struct likeness *likeness);
bool answer_fits(const struct scenario_answer *expected, const struct scenario_answer *found,
                 struct likeness *likeness);

/* An exit for which no exec is written is that of an init process. */
bool event_fits(const struct scenario_heard *expected, const struct scenario_heard *found, struct likeness *likeness);

#endif
