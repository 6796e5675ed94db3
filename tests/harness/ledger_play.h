/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HARNESS_LEDGER_PLAY_H
#define TESTS_HARNESS_LEDGER_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "harness/ledger.h"

/*
 * A ledger of a scenario with one container, web, of pid 1, beside a monitor that has a record of it, and what may be
 * told to both.
 */
static struct scenario *scenario;
static struct ledger ledger;
static struct monitor *monitor;
static struct monitor_actions actions;

static inline void step(struct monitor_event event)
{
    assert_int_equal(monitor_step(monitor, &event, &actions), 0);
}

/* The handler has that record of web, and the ledger looks. */
static inline void look_at(struct container_record record)
{
    record.id = text_of("web");
    step((struct monitor_event){.kind = MONITOR_RECORD_SET, .records = &record, .record_count = 1});
    ledger_look(&ledger, monitor);
}

static inline void publish(enum fake_event_topic topic, uint32_t status)
{
    struct fake_published published = {.topic = topic,
                                       .name_space = text_of("default"),
                                       .container_id = text_of("web"),
                                       .process_id = text_of("web"),
                                       .exit_status = status};
    ledger_published(&ledger, &published);
}

static inline void hear_exit(const char *process, uint32_t status)
{
    struct monitor_event event = {.kind = MONITOR_STREAM_MESSAGE,
                                  .task = {.kind = TASK_EVENT_EXIT,
                                           .container_id = text_of("web"),
                                           .process_id = text_of(process),
                                           .exit_status = status}};
    ledger_heard(&ledger, &event);
}

static inline void ask(enum monitor_call call)
{
    struct monitor_action action = {.kind = MONITOR_CALL,
                                    .call_id = 7,
                                    .call = call,
                                    .container_id = text_of(call == MONITOR_CALL_LIST ? "" : "web")};
    ledger_asked(&ledger, &action);
}

static inline void hear_answer(enum process_status status, bool tells_exit, uint32_t exit_status)
{
    struct process_state process = {
        .container_id = text_of("web"), .status = status, .exit_status = exit_status, .tells_exit = tells_exit};
    struct monitor_event event = {.kind = MONITOR_REPLY, .call_id = 7, .processes = &process, .process_count = 1};
    ledger_heard(&ledger, &event);
}

static inline void hear_list(enum process_status status, uint32_t exit_status)
{
    ask(MONITOR_CALL_LIST);
    hear_answer(status, true, exit_status);
}

static inline void delete_is_asked(void)
{
    struct fake_request request = {
        .method = FAKE_TASKS_DELETE, .name_space = text_of("default"), .container_id = text_of("web")};
    ledger_requested(&ledger, &request);
}

static const struct container_record running = {.pid = 1, .created_at_ns = 1, .started_at_ns = 1};
static const struct container_record inferred = {
    .created_at_ns = 1, .finished_at_ns = 2, .finished = true, .exit_code = 255, .inferred = true};
static const struct container_record told = {.created_at_ns = 1, .finished_at_ns = 2, .finished = true, .exit_code = 3};

/* Whoever asks whose an event is (ledger->asks) is known to know of a life a little later. */
#define LEDGER_POLICY (POLICY_RELIABLE & ~((policy_switches)1 << POLICY_INCARNATIONS))

static inline int begin(void **state)
{
    static const char content[] = "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}]}\n";
    struct monitor_options options = {0};
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("f"), text_of(content), NULL), 0);
    assert_int_equal(ledger_init(&ledger, scenario, LEDGER_POLICY), 0);
    assert_int_equal(monitor_new(&monitor, &options), 0);
    look_at(running);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    monitor_free(monitor);
    ledger_release(&ledger);
    scenario_free(scenario);
    return 0;
}

static inline bool inferred_will_do(void)
{
    look_at(inferred);
    return ledger_settled(&ledger, &ledger.subjects[0]);
}

/* The scenario's second life of web has that pid. */
static inline void begin_second_life(uint32_t pid)
{
    struct fake_published created = {
        .topic = FAKE_TOPIC_TASK_CREATE, .name_space = text_of("default"), .container_id = text_of("web"), .pid = pid};
    publish(FAKE_TOPIC_TASK_EXIT, 3);
    ledger_published(&ledger, &created);
}

static inline void hear_of_creation(uint32_t pid, int64_t now_ns)
{
    ledger_heard(&ledger, &(struct monitor_event){
                              .now_ns = now_ns,
                              .kind = MONITOR_STREAM_MESSAGE,
                              .task = {.kind = TASK_EVENT_CREATE, .container_id = text_of("web"), .pid = pid}});
}

#endif
