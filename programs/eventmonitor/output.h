/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_EVENTMONITOR_OUTPUT_H
#define PROGRAMS_EVENTMONITOR_OUTPUT_H

#include "base/text.h"

/* To be called before any other descriptor is opened: makes sure that 0, 1 and 2 are not free, lest a socket get one of
 * them and be written to. A closed stderr is silent, a write to a closed stdout fails with EBADF. */
void output_reserve_standard(void);

/* Writes all of the text to the descriptor, waiting where it must, but no longer than until stop_fd becomes readable
 * (-1: for ever). 0, or the errno of what failed; ECANCELED where it did not wait any longer, the text then being
 * written in part. */
int output_write(int fd, struct text text, int stop_fd);

#endif
