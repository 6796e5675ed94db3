/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_VERIFY_H
#define PROGRAMS_CTRSIM_VERIFY_H

/* ctrsim verify: plays scenarios of scripted clients on a containerd. Returns the exit status. */
int verify_main(int argc, char **argv);

#endif
