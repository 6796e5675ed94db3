/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_EVENTMONITOR_OUTPUT_H
#define PROGRAMS_EVENTMONITOR_OUTPUT_H

#include "base/text.h"

/* Writes all of the text to the descriptor, waiting where it must, but no longer than until stop_fd becomes readable
 * (-1: for ever). 0, or the errno of what failed; ECANCELED where it did not wait any longer, the text then being
 * written in part. */
int output_write(int fd, struct text text, int stop_fd);

#endif
