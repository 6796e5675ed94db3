/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HANDLER_CORE_PLAY_H
#define TESTS_HANDLER_CORE_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "handler/core/format.h"
#include "handler/core/monitor.h"
#include "tests/handler/core/play_replies.h"

/*
 * Plays a script of events to a monitor and writes the trace: each event after "> ", what it has done indented below.
 * A script is a text, an event a line:
 *
 *     record ID PID STATE         a record for the next `loaded`; STATE is created, running or exited
 *     +DURATION                   time passes
 *     start  stop  time  loaded  load-failed TEXT
 *     up  draining  lost TEXT  pong     of the latest connection
 *     opened  ended STATUS TEXT  unreadable TEXT     of the latest stream
 *     exit ID PID CODE  create ID PID  started ID PID  oom ID  other     a message of the latest stream
 *     lock ID  unlock ID          by the owner of the record
 *     set  removed ID             by its owner: the record of the last `record`; a record
 *     exec ID PID CODE  main ID PID CODE              an exit of an exec, or of the init by its process id
 *     deleted ID PID CODE                             the task was deleted
 *     got NUMBER STATE PID CODE                       a reply with a process; STATE is created, running, stopped,
 * unknown listed NUMBER ID:STATE:PID:CODE...              a reply with a list of processes
 *     kills NUMBER COUNT                              a reply with a count of OOM kills
 *     reply NUMBER STATUS TEXT    written NUMBER    failed NUMBER TEXT
 *     connection NUMBER  stream NUMBER               the number that the lines above mean from here on
 *     in NAMESPACE                the namespace of the messages from here on
 */
enum { PLAY_RECORDS_MAX = 8, PLAY_WORD_MAX = 600 };

struct play {
    struct monitor *monitor;
    struct monitor_actions *actions;
    struct buffer trace;
    int64_t now_ns;
    uint64_t connection_id;
    uint64_t stream_id;
    char name_space[32];
    char ids[PLAY_RECORDS_MAX][32];
    struct container_record records[PLAY_RECORDS_MAX];
    size_t record_count;
    bool quiet; /* write no trace */
};

/* What the wall clock shows when the script begins, and what every event says of its time. */
#define PLAY_WALL_NS (INT64_C(1700000000) * TIME_SECOND)

static inline void play_begin_with(struct play *play, const struct monitor_options *options)
{
    memset(play, 0, sizeof *play);
    play->actions = test_calloc(1, sizeof *play->actions);
    assert_int_equal(monitor_new(&play->monitor, options), 0);
}

/* Two policies that have no name of their own, for tests of what they leave: "basic" is `reliable` without the cures of
 * an exit's way into its record, "unlisted" is `reliable` that asks the server for nothing by itself. "basic-without=a"
 * is a part of that. */
static inline policy_switches play_policy(const char *name)
{
    static const policy_switches basic = ((policy_switches)1 << POLICY_RETRY_DELETES) - 1;
    static const policy_switches lists = (policy_switches)1 << POLICY_RELIST |
                                         (policy_switches)1 << POLICY_SECOND_LIST | (policy_switches)1 << POLICY_SWEEP |
                                         (policy_switches)1 << POLICY_VERIFY |
                                         (policy_switches)1 << POLICY_PARK_EARLY_EXITS;
    struct error error = {""};
    policy_switches policy = 0;
    char whole[256];
    size_t own = strncmp(name, "basic", 5) == 0 ? 5 : strncmp(name, "unlisted", 8) == 0 ? 8 : 0;
    (void)snprintf(whole, sizeof whole, "%s%s", own > 0 ? "reliable" : "", name + own);
    assert_int_equal(policy_parse(text_of(whole), &policy, &error), 0);
    return own == 5 ? policy & basic : own == 8 ? policy & ~lists : policy;
}

static inline void play_begin(struct play *play, const char *policy)
{
    struct monitor_options options = {.policy = play_policy(policy), .name_space = text_of("ours")};
    play_begin_with(play, &options);
}

static inline void play_end(struct play *play)
{
    monitor_free(play->monitor);
    buffer_release(&play->trace);
    test_free(play->actions);
}

static inline void play_write_actions(struct play *play)
{
    for (size_t i = 0; i < play->actions->count; i++) {
        const struct monitor_action *action = &play->actions->items[i];
        if (action->kind == MONITOR_DIAL)
            play->connection_id = action->connection_id;
        if (action->kind == MONITOR_OPEN_STREAM)
            play->stream_id = action->stream_id;
        if (play->quiet)
            continue;
        assert_int_equal(buffer_append(&play->trace, "  ", 2), 0);
        monitor_action_format(action, &play->trace);
        assert_int_equal(buffer_append(&play->trace, "\n", 1), 0);
    }
}

static inline void play_step(struct play *play, struct monitor_event *event)
{
    event->now_ns = play->now_ns;
    event->wall_ns = PLAY_WALL_NS + play->now_ns;
    if (!play->quiet) {
        assert_int_equal(buffer_append(&play->trace, "> ", 2), 0);
        monitor_event_format(event, &play->trace);
        assert_int_equal(buffer_append(&play->trace, "\n", 1), 0);
    }
    assert_int_equal(monitor_step(play->monitor, event, play->actions), 0);
    play_write_actions(play);
}

static inline void play_record(struct play *play, const char *id, unsigned pid, const char *state)
{
    struct container_record *record = &play->records[play->record_count];
    assert_true(play->record_count < PLAY_RECORDS_MAX);
    (void)snprintf(play->ids[play->record_count], sizeof play->ids[0], "%s", id);
    memset(record, 0, sizeof *record);
    record->id = text_of(play->ids[play->record_count++]);
    record->pid = pid;
    record->created_at_ns = 1;
    record->started_at_ns = strcmp(state, "created") == 0 ? 0 : 2;
    record->finished_at_ns = strcmp(state, "exited") == 0 ? 3 : 0;
}

static inline bool play_setting(struct play *play, const char *line)
{
    char id[32], state[32];
    unsigned pid;
    int64_t passed_ns;

    if (sscanf(line, "record %31s %u %31s", id, &pid, state) == 3) {
        play_record(play, id, pid, state);
    } else if (line[0] == '+') {
        assert_int_equal(time_parse_duration(text_of(line + 1), &passed_ns), 0);
        play->now_ns += passed_ns;
        assert_int_equal(buffer_printf(&play->trace, "%s\n", line), 0);
    } else if (sscanf(line, "connection %u", &pid) == 1) {
        play->connection_id = pid;
    } else if (sscanf(line, "stream %u", &pid) == 1) {
        play->stream_id = pid;
    } else if (sscanf(line, "in %31s", play->name_space) != 1) {
        return false;
    }
    return true;
}

static inline bool play_message(struct play *play, const char *line, struct monitor_event *event)
{
    static const struct {
        const char *word;
        enum task_event_kind kind;
        const char *topic;
    } words[] = {{"exit", TASK_EVENT_EXIT, "/tasks/exit"},        {"create", TASK_EVENT_CREATE, "/tasks/create"},
                 {"started", TASK_EVENT_START, "/tasks/start"},   {"oom", TASK_EVENT_OOM, "/tasks/oom"},
                 {"exec", TASK_EVENT_EXIT, "/tasks/exit"},        {"main", TASK_EVENT_EXIT, "/tasks/exit"},
                 {"deleted", TASK_EVENT_DELETE, "/tasks/delete"}, {"other", TASK_EVENT_OTHER, "/images/update"}};
    static char id[PLAY_WORD_MAX];
    char word[32];
    struct task_event *task = &event->task;

    id[0] = '\0';
    (void)sscanf(line, "%31s %599s %u %u", word, id, &task->pid, &task->exit_status);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i].word) != 0)
            continue;
        task->kind = words[i].kind;
        task->topic = text_of(words[i].topic);
        task->container_id = text_of(id);
        task->name_space = text_of(play->name_space);
        if (strcmp(word, "exec") == 0)
            task->process_id = text_of("probe");
        if (strcmp(word, "main") == 0)
            task->process_id = text_of(id);
        task->published_at.present = true;
        task->published_at.seconds = (PLAY_WALL_NS + play->now_ns) / TIME_SECOND;
        task->exited_at = task->published_at;
        event->kind = MONITOR_STREAM_MESSAGE;
        return true;
    }
    return false;
}

static inline bool play_plain(struct play *play, const char *line, struct monitor_event *event)
{
    static const struct {
        const char *word;
        enum monitor_event_kind kind;
        int status;
    } words[] = {{"start", MONITOR_START, 0},
                 {"stop", MONITOR_STOP, 0},
                 {"time", MONITOR_TIME, 0},
                 {"loaded", MONITOR_STORE_LOADED, 0},
                 {"load-failed", MONITOR_STORE_FAILED, STATUS_INTERNAL},
                 {"up", MONITOR_CONNECTION_UP, 0},
                 {"draining", MONITOR_CONNECTION_DRAINING, 0},
                 {"lost", MONITOR_CONNECTION_LOST, STATUS_UNAVAILABLE},
                 {"opened", MONITOR_STREAM_OPENED, 0},
                 {"unreadable", MONITOR_STREAM_UNREADABLE, STATUS_INTERNAL},
                 {"pong", MONITOR_PONG, 0}};
    char word[32];

    assert_int_equal(sscanf(line, "%31s", word), 1);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i].word) != 0)
            continue;
        event->kind = words[i].kind;
        event->outcome.status = words[i].status;
        event->outcome.text = text_of(play_rest(line, 1));
        event->records = play->records;
        event->record_count = event->kind == MONITOR_STORE_LOADED ? play->record_count : 0;
        return true;
    }
    return false;
}

static inline int play_status(const char *name)
{
    for (int status = 0; status < STATUS_COUNT; status++)
        if (strcmp(name, status_name(status)) == 0)
            return status;
    assert_string_equal(name, "not-ours");
    return OUTCOME_NOT_OURS;
}

static inline bool play_lock(const char *line, struct monitor_event *event)
{
    static char id[32];
    if (sscanf(line, "lock %31s", id) == 1)
        event->kind = MONITOR_LOCKED;
    else if (sscanf(line, "unlock %31s", id) == 1)
        event->kind = MONITOR_UNLOCKED;
    else if (sscanf(line, "removed %31s", id) == 1)
        event->kind = MONITOR_RECORD_REMOVED;
    else
        return false;
    event->task.container_id = text_of(id);
    return true;
}

static inline bool play_answer(const char *line, struct monitor_event *event)
{
    char status[32];
    unsigned number;

    if (sscanf(line, "reply %u %31s", &number, status) == 2) {
        event->kind = MONITOR_REPLY;
        event->call_id = number;
        event->outcome.status = play_status(status);
        event->outcome.text = text_of(play_rest(line, 3));
    } else if (sscanf(line, "written %u", &number) == 1) {
        event->kind = MONITOR_STORE_WRITTEN;
        event->write_id = number;
    } else if (sscanf(line, "failed %u", &number) == 1) {
        event->kind = MONITOR_STORE_FAILED;
        event->write_id = number;
        event->outcome.status = STATUS_INTERNAL;
        event->outcome.text = text_of(play_rest(line, 2));
    } else if (sscanf(line, "ended %31s", status) == 1) {
        event->kind = MONITOR_STREAM_ENDED;
        event->outcome.status = play_status(status);
        event->outcome.text = text_of(play_rest(line, 2));
    } else {
        return false;
    }
    return true;
}

static inline bool play_set(const struct play *play, const char *line, struct monitor_event *event)
{
    if (strcmp(line, "set") != 0)
        return false;
    event->kind = MONITOR_RECORD_SET;
    event->records = &play->records[play->record_count - 1];
    event->record_count = 1;
    return true;
}

/* The event of one line of a script; false where the line is a setting, which is then made. */
static inline bool play_read(struct play *play, const char *line, struct monitor_event *event)
{
    memset(event, 0, sizeof *event);
    if (play_setting(play, line))
        return false;
    if (!play_message(play, line, event) && !play_lock(line, event) && !play_plain(play, line, event) &&
        !play_set(play, line, event) && !play_answer(line, event) &&
        !play_got(line, event, (PLAY_WALL_NS + play->now_ns) / TIME_SECOND) &&
        !play_listed(line, event, (PLAY_WALL_NS + play->now_ns) / TIME_SECOND))
        fail_msg("the script says: %s", line);
    event->connection_id = play->connection_id;
    event->stream_id = play->stream_id;
    return true;
}

/* Calls each(play, line) for every line of the script. */
static inline void play_lines(struct play *play, const char *script, void (*each)(struct play *, const char *))
{
    static char line[PLAY_WORD_MAX];
    while (*script != '\0') {
        size_t length = strcspn(script, "\n");
        assert_true(length < sizeof line);
        memcpy(line, script, length);
        line[length] = '\0';
        each(play, line);
        script += length + (script[length] == '\n');
    }
}

static inline void play_line(struct play *play, const char *line)
{
    struct monitor_event event;
    if (play_read(play, line, &event))
        play_step(play, &event);
}

static inline void play(struct play *play, const char *script)
{
    play_lines(play, script, play_line);
}

/* Plays a script of which no trace is wanted. */
static inline void play_quietly(struct play *play_, const char *script)
{
    play_->quiet = true;
    play(play_, script);
    play_->quiet = false;
    buffer_clear(&play_->trace);
}

/* Compares the trace with what is expected and begins a new one. */
static inline void play_expect(struct play *play, const char *expected)
{
    assert_int_equal(buffer_append(&play->trace, "", 1), 0);
    assert_string_equal((const char *)play->trace.bytes, expected);
    buffer_clear(&play->trace);
}

/* A subscribed monitor with the records that the script names. */
static inline void play_subscribe(struct play *play, const char *records)
{
    play_quietly(play, records);
    play_quietly(play, "start\nloaded\nup\nopened");
}

static inline struct container_record play_record_of(const struct play *play, const char *id)
{
    struct container_record record = {.id = {NULL, 0}};
    assert_true(monitor_record(play->monitor, text_of(id), &record));
    return record;
}

/* Plays the script and compares the whole trace. */
static inline void play_assert_trace(const char *policy, const char *script, const char *expected)
{
    struct play p;
    play_begin(&p, policy);
    play(&p, script);
    play_expect(&p, expected);
    play_end(&p);
}

/* The same but from the moment when the first stream is open, with a record of web. */
static inline void play_assert_trace_once_subscribed(const char *policy, const char *script, const char *expected)
{
    struct play p;
    play_begin(&p, policy);
    play_subscribe(&p, "record web 101 running");
    play(&p, script);
    play_expect(&p, expected);
    play_end(&p);
}

/* The record's state, pid and exit code are these. */
static inline void play_assert_record(const struct play *play, const char *id, enum container_state state, unsigned pid,
                                      int code)
{
    struct container_record record = play_record_of(play, id);
    assert_int_equal(container_record_state(&record), state);
    assert_int_equal(record.pid, pid);
    assert_int_equal(record.exit_code, code);
}

#endif
