/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_PLAIN_LOOP_H
#define BENCH_PLAIN_LOOP_H

#include <stdint.h>

/*
 * The least that a simulation costs, for comparison: a binary heap of events of 160 bytes, a store of 64 slots, and an
 * invariant and a hash of the whole state after each step. Nothing of this project is in it.
 */

/* Makes runs of that many steps each. Returns a number that depends on all of them. */
uint64_t plain_loop(uint64_t runs, unsigned int steps);

#endif
