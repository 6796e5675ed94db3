/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_LINT_H
#define PROGRAMS_CTRSIM_LINT_H

/* `ctrsim lint`: argv[0] is "lint". Returns the exit status. */
int lint_main(int argc, char **argv);

#endif
