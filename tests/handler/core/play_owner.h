/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HANDLER_CORE_PLAY_OWNER_H
#define TESTS_HANDLER_CORE_PLAY_OWNER_H

#include "tests/handler/core/play.h"

/*
 * Plays with an owner, who has lines of its own:
 *
 *     ask NUMBER KIND ID                    create, start, stop, remove or status
 *     ask NUMBER stop ID GRACE              in seconds
 *     ask NUMBER KIND ID GRACE TIMEOUT      likewise
 *     abandon NUMBER
 *     told NUMBER STATE PID CODE            an answer that is OK, with what it says of the init process
 */
static inline bool owner_asks(const char *line, struct monitor_event *event)
{
    static char id[32];
    char kind[32];
    unsigned number, grace_s = 0, timeout_s = 0;

    if (sscanf(line, "abandon %u", &number) == 1) {
        event->kind = MONITOR_ABANDONED;
        event->operation.id = number;
        return true;
    }
    if (sscanf(line, "ask %u %31s %31s %u %u", &number, kind, id, &grace_s, &timeout_s) < 3)
        return false;
    event->kind = MONITOR_OPERATION;
    event->operation.id = number;
    event->operation.container_id = text_of(strcmp(id, "-") == 0 ? "" : id);
    event->operation.grace_ns = grace_s * TIME_SECOND;
    event->operation.timeout_ns = timeout_s * TIME_SECOND;
    for (enum operation_kind i = OPERATION_CREATE; i <= OPERATION_STATUS; i++)
        if (strcmp(kind, operation_name(i)) == 0)
            event->operation.kind = i;
    assert_string_equal(operation_name(event->operation.kind), kind);
    return true;
}

static inline bool owner_told(const struct play *play, const char *line, struct monitor_event *event)
{
    static const char *const states[] = {"unknown", "created", "running", "stopped", "paused"};
    char state[32];
    unsigned number;

    if (sscanf(line, "told %u %31s %u %u", &number, state, &event->process.pid, &event->process.exit_status) != 4)
        return false;
    event->kind = MONITOR_REPLY;
    event->call_id = number;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(state, states[i]) == 0)
            event->process.status = (enum process_status)i;
    event->process.tells_exit = event->process.status == PROCESS_STOPPED;
    event->process.exited_at = (struct timestamp){true, (PLAY_WALL_NS + play->now_ns) / TIME_SECOND, 0};
    return true;
}

static inline void owner_line(struct play *play, const char *line)
{
    struct monitor_event event;
    memset(&event, 0, sizeof event);
    if (owner_asks(line, &event) || owner_told(play, line, &event))
        play_step(play, &event);
    else
        play_line(play, line);
}

static inline void owner_play(struct play *play, const char *script)
{
    play_lines(play, script, owner_line);
}

static inline void owner_play_quietly(struct play *play, const char *script)
{
    play->quiet = true;
    owner_play(play, script);
    play->quiet = false;
    buffer_clear(&play->trace);
}

/* Begun, subscribed, with the records; the trace of the script is what is expected. */
static inline void owner_assert_trace(const char *policy, const char *records, const char *script, const char *expected)
{
    struct play p;
    play_begin(&p, policy);
    play_subscribe(&p, records);
    owner_play(&p, script);
    play_expect(&p, expected);
    play_end(&p);
}

#endif
