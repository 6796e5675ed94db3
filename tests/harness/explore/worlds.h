/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HARNESS_EXPLORE_WORLDS_H
#define TESTS_HARNESS_EXPLORE_WORLDS_H

#include "scenarios/language/scenario.h"

/* For tests of exploration: stories small enough that every order can be had in every way. */
#define STORY_BEGINS "title: t\nwhy: w\n"

#define STORY_ONE_EXIT \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\nsteps:\n  - exit: {container: web, code: 1}\n"

/* Nothing can go wrong but what comes before the subscription. */
#define STORY_TWO_EXITS                                                              \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101}, {id: db, pid: 202}]}\n"  \
                 "steps:\n  - any order:\n      - exit: {container: web, code: 1}\n" \
                 "      - exit: {container: db, code: 2}\n"

#define STORY_FAILING_DELETES                                                                                      \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\n"                                                    \
                 "faults:\n  - {rpc: Tasks.Delete, container: any, do: fail, code: UNAVAILABLE, times: up to 2}\n" \
                 "steps:\n  - exit: {container: web, code: 1}\n"

#define STORY_DISCONNECT                                                                             \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101, execs: [{id: probe, pid: 102}]}]}\n"      \
                 "steps:\n  - any order:\n      - disconnect: {stream: events, code: UNAVAILABLE}\n" \
                 "      - exit: {container: web, code: 1}\n"                                         \
                 "      - exit: {container: web, exec: probe, code: 0}\n"

/* What is lost, and how much, depends on the order. */
#define STORY_THREE_LOSSES                                                                           \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101}, {id: db, pid: 202}]}\n"                  \
                 "faults:\n  - {rpc: Tasks.Delete, do: fail, code: UNAVAILABLE, times: up to 3}\n"   \
                 "  - {rpc: Containers.Delete, do: fail, code: INTERNAL, times: up to 2}\n"          \
                 "steps:\n  - any order:\n      - disconnect: {stream: events, code: UNAVAILABLE}\n" \
                 "      - exit: {container: web, code: 1}\n      - exit: {container: db, code: 2}\n"

static inline struct scenario *story_read(const char *text)
{
    struct scenario *scenario;
    struct error error = {""};
    if (scenario_parse(&scenario, text_of("story.yaml"), text_of(text), &error) != 0)
        fail_msg("%s", error.text);
    return scenario;
}

#endif
