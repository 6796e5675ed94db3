/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_EXPLAIN_H
#define PROGRAMS_CTRSIM_EXPLAIN_H

/* `ctrsim explain`: argv[0] is "explain". Returns the exit status. */
int explain_main(int argc, char **argv);

#endif
