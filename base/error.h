/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

/*
 * One list of error codes for the whole tree. A function that can fail returns 0 or one of these negative codes. Where
 * a human must read what went wrong (start-up, scenario files), its last parameter is a `struct error *` that receives
 * one sentence; it may be NULL.
 */
#define ERROR_LIST(X)                                    \
    X(ERROR_NO_MEMORY, -1, "out of memory")              \
    X(ERROR_LIMIT, -2, "a limit is reached")             \
    X(ERROR_INVALID, -3, "invalid argument")             \
    X(ERROR_EXISTS, -4, "already exists")                \
    X(ERROR_MISSING, -5, "does not exist")               \
    X(ERROR_MALFORMED, -6, "malformed input")            \
    X(ERROR_PROTOCOL, -7, "the peer broke the protocol") \
    X(ERROR_CLOSED, -8, "closed")                        \
    X(ERROR_IN_USE, -9, "in use")                        \
    X(ERROR_IO, -10, "input or output failed")           \
    X(ERROR_REFUSED, -11, "refused")                     \
    X(ERROR_UNREPEATABLE, -12, "the same draws made another run")

enum error_code {
#define ERROR_ENUMERATOR(name, value, text) name = (value),
    ERROR_LIST(ERROR_ENUMERATOR)
#undef ERROR_ENUMERATOR
};

/* The text of a code; "no error" for 0, "unknown error" for a number that is not in the list. Never NULL. */
const char *error_text(int code);

#define ERROR_TEXT_MAX 1024

/* One sentence for a human. Empty when nothing went wrong. Longer sentences are cut at ERROR_TEXT_MAX - 1 bytes. */
struct error {
    char text[ERROR_TEXT_MAX];
};

/* Writes the sentence (when error is not NULL) and returns code, so that a caller can `return error_set(...)`. */
int error_set(struct error *error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts a prefix such as "file:3:7: " before the sentence that is there. */
void error_prefix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
