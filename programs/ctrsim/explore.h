/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_EXPLORE_H
#define PROGRAMS_CTRSIM_EXPLORE_H

/* ctrsim explore: every order of each scenario, or many. Returns the exit status. */
int explore_main(int argc, char **argv);

#endif
