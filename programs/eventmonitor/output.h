/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_EVENTMONITOR_OUTPUT_H
#define PROGRAMS_EVENTMONITOR_OUTPUT_H

#include "base/text.h"

/* Writes all of the text to the descriptor, waiting where it must. 0, or the errno of what failed. */
int output_write(int fd, struct text text);

#endif
