/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include "base/text.h"

/*
 * The status codes of gRPC, by number and by the name that specifications and scenario files use.
 */
#define STATUS_LIST(X)        \
    X(OK, 0)                  \
    X(CANCELLED, 1)           \
    X(UNKNOWN, 2)             \
    X(INVALID_ARGUMENT, 3)    \
    X(DEADLINE_EXCEEDED, 4)   \
    X(NOT_FOUND, 5)           \
    X(ALREADY_EXISTS, 6)      \
    X(PERMISSION_DENIED, 7)   \
    X(RESOURCE_EXHAUSTED, 8)  \
    X(FAILED_PRECONDITION, 9) \
    X(ABORTED, 10)            \
    X(OUT_OF_RANGE, 11)       \
    X(UNIMPLEMENTED, 12)      \
    X(INTERNAL, 13)           \
    X(UNAVAILABLE, 14)        \
    X(DATA_LOSS, 15)          \
    X(UNAUTHENTICATED, 16)

enum status_code {
#define STATUS_ENUMERATOR(name, value) STATUS_##name = (value),
    STATUS_LIST(STATUS_ENUMERATOR)
#undef STATUS_ENUMERATOR
};

enum { STATUS_COUNT = 17 };

/* "NOT_FOUND" for 5. A number that gRPC does not define gives "UNDEFINED", so that a peer's nonsense can be printed. */
const char *status_name(int code);

#endif
