/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * All times in this tree are int64_t nanoseconds. There is no clock here: a time comes in as an argument. A deadline
 * that never comes is TIME_NEVER, so the earliest of several is their minimum. Wall-clock time counts from
 * 1970-01-01T00:00:00Z.
 */
#define TIME_NEVER       INT64_MAX
#define TIME_MICROSECOND INT64_C(1000)
#define TIME_MILLISECOND INT64_C(1000000)
#define TIME_SECOND      INT64_C(1000000000)

/* What Go's zero time (0001-01-01T00:00:00Z) gives as UnixNano: the true value does not fit and wraps. */
#define TIME_GO_ZERO_NS INT64_C(-6795364578871345152)

/* The seconds of Go's zero time, as a protobuf Timestamp carries them. */
#define TIME_GO_ZERO_SECONDS INT64_C(-62135596800)

static inline int64_t time_min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* a + b, stopping at INT64_MIN and INT64_MAX; TIME_NEVER plus anything is TIME_NEVER. */
static inline int64_t time_add(int64_t a, int64_t b)
{
    if (a == TIME_NEVER || b == TIME_NEVER)
        return TIME_NEVER;
    if (b > 0 && a > INT64_MAX - b)
        return INT64_MAX;
    if (b < 0 && a < INT64_MIN - b)
        return INT64_MIN;
    return a + b;
}

/* seconds * 10^9 + nanoseconds modulo 2^64, as Go's UnixNano computes it. */
int64_t time_unix_wrapping(int64_t seconds, int32_t nanoseconds);

/* The same where it fits in an int64_t: true and *ret_ns; else false and *ret_ns untouched. */
bool time_unix_checked(int64_t seconds, int32_t nanoseconds, int64_t *ret_ns);

/* True iff a protobuf Timestamp may hold it: year 1 to 9999, 0 <= nanoseconds < 10^9. */
bool time_timestamp_valid(int64_t seconds, int32_t nanoseconds);

#define TIME_TEXT_SIZE 64

/* "250ms", "1.6s", "-3s", "0s": the largest unit of s, ms, us, ns that leaves a number of at least 1; "never" for
 * TIME_NEVER. */
void time_format_duration(int64_t duration_ns, char buffer[TIME_TEXT_SIZE]);

/* "12.300s": seconds with 3, 6 or 9 decimals, as few as lose nothing. */
void time_format_instant(int64_t instant_ns, char buffer[TIME_TEXT_SIZE]);

/* RFC 3339 in UTC with nanoseconds, trailing zeros dropped: "2017-05-31T21:33:52.5Z". */
void time_format_wall(int64_t wall_ns, char buffer[TIME_TEXT_SIZE]);

/* Reads a duration with a unit, "1.5s", "250ms", "2m", "1h", "10us", "7ns"; no sign, no spaces, at most 9 decimals,
 * nothing finer than a nanosecond, no number over 10^12, nothing within a unit of the 292 years that an int64_t holds.
 * Returns 0 or ERROR_INVALID (*ret_ns untouched). */
int time_parse_duration(struct text text, int64_t *ret_ns);

#endif
