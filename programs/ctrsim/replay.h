/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_REPLAY_H
#define PROGRAMS_CTRSIM_REPLAY_H

/* ctrsim replay: a run that exploration has found, again. Returns the exit status. */
int replay_main(int argc, char **argv);

#endif
