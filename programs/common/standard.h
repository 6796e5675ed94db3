/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_COMMON_STANDARD_H
#define PROGRAMS_COMMON_STANDARD_H

/*
 * Standard input, output and error, which whoever starts a program may have closed or connected to what is full.
 */

/* To be called before any other descriptor is opened: makes sure that 0, 1 and 2 are not free, lest a file or a socket
 * get one of them and be written to. A closed stderr is silent, a write to a closed stdout fails with EBADF. */
void standard_reserve(void);

/* To be called at the end: the status to exit with. Where something that was printed on stdout could not be written,
 * that is PROGRAM_FAILED instead of PROGRAM_OK, and a sentence that begins with the name is on stderr. */
int standard_finish(const char *name, int status);

#endif
