/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_RUN_H
#define PROGRAMS_CTRSIM_RUN_H

/* `ctrsim run`: argv[0] is "run". Returns the exit status. */
int run_main(int argc, char **argv);

#endif
