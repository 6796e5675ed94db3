/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/budget.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"

/* Between two words on the terminal, and where there is none. */
#define SAY_EVERY_NS     (200 * TIME_MILLISECOND)
#define SAY_LOG_EVERY_NS (60 * TIME_SECOND)

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

void progress_catch_interrupt(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    /* The second one ends the program, whatever it is doing. */
    action.sa_flags = (int)(SA_RESTART | SA_RESETHAND);
    (void)sigaction(SIGINT, &action, NULL);
}

bool progress_interrupted(void)
{
    return interrupted != 0;
}

int64_t progress_clock_ns(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return time_unix_wrapping(time.tv_sec, (int32_t)time.tv_nsec);
}

/* ---- what is asked for ---- */

static bool is_number(const char *written)
{
    size_t length = strlen(written);
    return length > 0 && length <= 18 && strspn(written, "0123456789") == length;
}

int budget_parse_number(uint64_t *number, const char *option, const char *written, struct error *error)
{
    if (!is_number(written))
        return error_set(error, ERROR_INVALID, "--%s: \"%s\" is no number of at most 18 digits", option, written);
    *number = strtoull(written, NULL, 10);
    return 0;
}

int budget_parse(struct budget *budget, const char *written, struct error *error)
{
    memset(budget, 0, sizeof *budget);
    if (is_number(written) && strtoull(written, NULL, 10) > 0)
        return budget_parse_number(&budget->runs, "budget", written, error);
    if (time_parse_duration(text_of(written), &budget->time_ns) == 0 && budget->time_ns > 0)
        return 0;
    return error_set(error, ERROR_INVALID, "--budget: \"%s\" is neither a duration such as 60s nor a number of runs",
                     written);
}

int budget_parse_shard(struct explore_shard *shard, const char *written, struct error *error)
{
    char *behind;
    size_t digits = strspn(written, "0123456789");
    bool is_pair = digits > 0 && written[digits] == '/' && is_number(written + digits + 1);
    uint64_t index = is_pair ? strtoull(written, &behind, 10) : 0;
    uint64_t count = is_pair ? strtoull(behind + 1, NULL, 10) : 0;
    if (count == 0 || count > SHARDS_MAX || index >= count)
        return error_set(error, ERROR_INVALID,
                         "--shard: \"%s\" is not like 0/4: which part, counted from 0, of how many, at most %d",
                         written, (int)SHARDS_MAX);
    shard->index = (uint32_t)index;
    shard->count = (uint32_t)count;
    return 0;
}

/* ---- how far it has got ---- */

void progress_begin(struct progress *progress, const char *what, int64_t for_ns)
{
    progress->start_ns = progress_clock_ns();
    progress->said_ns = progress->start_ns;
    progress->until_ns = for_ns > 0 ? time_add(progress->start_ns, for_ns) : TIME_NEVER;
    progress->what = what;
}

static void say(const struct progress *progress, const struct explore_counts *counts, int64_t now_ns, bool on_terminal)
{
    double elapsed = (double)(now_ns - progress->start_ns) / (double)TIME_SECOND;
    char virtual_time[TIME_TEXT_SIZE];
    time_format_instant(counts->virtual_ns, virtual_time);
    fprintf(stderr,
            "%s%s: %" PRIu64 " runs, %" PRIu64 " states, %" PRIu64 " happenings, %.0f a second, %s virtual, %.0f s%s",
            on_terminal ? "\r\033[K" : "", progress->what, counts->runs, counts->states, counts->transitions,
            elapsed > 0 ? (double)counts->transitions / elapsed : 0.0, virtual_time, elapsed, on_terminal ? "" : "\n");
    fflush(stderr);
}

bool progress_go_on(void *context, const struct explore_counts *counts)
{
    struct progress *progress = context;
    bool on_terminal = isatty(STDERR_FILENO) == 1;
    int64_t now_ns = progress_clock_ns();
    if (progress->told != NULL)
        *progress->told = *counts;
    else if (now_ns - progress->said_ns >= (on_terminal ? SAY_EVERY_NS : SAY_LOG_EVERY_NS)) {
        progress->said_ns = now_ns;
        say(progress, counts, now_ns, on_terminal);
    }
    return !progress_interrupted() && now_ns < progress->until_ns;
}

void progress_end(struct progress *progress)
{
    if (isatty(STDERR_FILENO) == 1 && progress->said_ns != progress->start_ns)
        fprintf(stderr, "\r\033[K");
}
