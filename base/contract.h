/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CONTRACT_H
#define BASE_CONTRACT_H

/*
 * CONTRACT(x) states what must hold between our own parts. A breach is a bug of ours, never of a peer, a file or a
 * user: those get error codes. A breach calls the handler that the embedder set; without one the process aborts after
 * writing the sentence. With CONTRACT_OFF (coverage and mutation builds) the macro is empty and x is not evaluated.
 */

typedef void (*contract_handler)(const char *sentence, const char *file, int line, void *context);

/* Sets who is told of a breach; NULL goes back to the default. Not thread-safe: set it once, at start. */
void contract_set_handler(contract_handler handler, void *context);

/* Reports a breach. Called by the macro only. Where a set handler returns, execution goes on after the CONTRACT. */
void contract_breach(const char *sentence, const char *file, int line) __attribute__((cold));

#ifdef CONTRACT_OFF
#define CONTRACT(x) ((void)0)
#else
#define CONTRACT(x) ((x) ? (void)0 : contract_breach(#x, __FILE__, __LINE__))
#endif

#endif
