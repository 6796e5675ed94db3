/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HANDLER_CORE_PLAY_REPLIES_H
#define TESTS_HANDLER_CORE_PLAY_REPLIES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "handler/core/monitor.h"

/*
 * The lines of a script (play.h) that are answers with processes in them. Each returns false where the line is another.
 */
enum { PLAY_LISTED_MAX = 24 };

/* The rest of a line after its first words, "" where there is none. */
static inline const char *play_rest(const char *line, int words)
{
    for (; words > 0 && *line != '\0'; words--) {
        line += strcspn(line, " ");
        line += strspn(line, " ");
    }
    return line;
}

static inline enum process_status play_process_status(const char *word)
{
    if (strcmp(word, "created") == 0)
        return PROCESS_CREATED;
    if (strcmp(word, "running") == 0)
        return PROCESS_RUNNING;
    if (strcmp(word, "paused") == 0)
        return PROCESS_PAUSED;
    return strncmp(word, "stopped", strlen("stopped")) == 0 ? PROCESS_STOPPED : PROCESS_UNKNOWN;
}

static inline void play_process(struct process_state *process, const char *word, unsigned pid, unsigned code,
                                int64_t seconds)
{
    process->status = play_process_status(word);
    process->pid = pid;
    process->exit_status = code;
    process->tells_exit = strcmp(word, "stopped") == 0;
    process->exited_at.present = process->tells_exit;
    process->exited_at.seconds = seconds;
}

static inline bool play_got(const char *line, struct monitor_event *event, int64_t seconds)
{
    char word[32];
    unsigned number, pid, code;
    if (sscanf(line, "kills %u %u", &number, &code) == 2) {
        event->kind = MONITOR_REPLY;
        event->call_id = number;
        event->oom_kills = code;
        event->tells_kills = true;
        return true;
    }
    if (sscanf(line, "got %u %31s %u %u", &number, word, &pid, &code) != 4)
        return false;
    event->kind = MONITOR_REPLY;
    event->call_id = number;
    play_process(&event->process, word, pid, code, seconds);
    return true;
}

static inline bool play_listed(const char *line, struct monitor_event *event, int64_t seconds)
{
    static struct process_state processes[PLAY_LISTED_MAX];
    static char ids[PLAY_LISTED_MAX][32];
    unsigned number, pid, code;
    char word[32];
    if (sscanf(line, "listed %u", &number) != 1)
        return false;
    event->kind = MONITOR_REPLY;
    event->call_id = number;
    memset(processes, 0, sizeof processes);
    for (line = play_rest(line, 2); *line != '\0'; line = play_rest(line, 1)) {
        size_t at = event->process_count++;
        assert_true(at < PLAY_LISTED_MAX);
        assert_int_equal(sscanf(line, "%31[^:]:%31[^:]:%u:%u", ids[at], word, &pid, &code), 4);
        processes[at].container_id = text_of(ids[at]);
        play_process(&processes[at], word, pid, code, seconds);
    }
    event->processes = processes;
    return true;
}

#endif
