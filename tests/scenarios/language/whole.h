/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCENARIOS_LANGUAGE_WHOLE_H
#define TESTS_SCENARIOS_LANGUAGE_WHOLE_H

/* One file with every word of the language. The numbers on the right are its lines. */
#define WHOLE_SCENARIO                                                                                \
    "title: An exit that falls into a disconnect\n" /* 1 */                                           \
    "why: >-\n"                                     /* 2 */                                           \
    "  containerd does not\n"                                                                         \
    "  replay events\n"                                                                               \
    "api: v1\n"                                                                                       \
    "given:\n" /* 6 */                                                                                \
    "  namespace: k8s.io\n"                                                                           \
    "  socket: refuses\n"                                                                             \
    "  containers:\n"                                                                                 \
    "    - {id: web, pid: 101, state: running, labels: {role: \"1\", \"yes\": yes-man}}\n" /* 10 */   \
    "    - id: db\n"                                                                                  \
    "      execs: [{id: probe, pid: 203}, {id: shell}]\n" /* 12 */                                    \
    "    - {id: new, state: created, pid: 7}\n"                                                       \
    "    - {id: gone, state: exited, code: 4294967295, pid: 101}\n"                                   \
    "    - {id: bare, state: none}\n" /* 15 */                                                        \
    "  records:\n"                                                                                    \
    "    - {id: web, state: exited, code: -1, pid: 0, finished at: \"2017-05-31T21:33:52.5Z\"}\n"     \
    "    - {id: elsewhere, state: running, pid: 9}\n"                                                 \
    "faults:\n" /* 19 */                                                                              \
    "  - {rpc: Tasks.Delete, container: web, do: fail, code: UNAVAILABLE, message: \"\", times: 2}\n" \
    "  - {rpc: Containers.List, do: fail, code: DEADLINE_EXCEEDED}\n" /* 21 */                        \
    "  - {stream: events, container: any, do: delay, for: 1.5s, times: always}\n"                     \
    "steps:\n"                                                                                        \
    "  - any order:\n" /* 24 */                                                                       \
    "      - disconnect: {stream: events, code: UNAVAILABLE, message: gone}\n"                        \
    "      - exit: {container: web, code: 3}\n"                                                       \
    "        at: +2s\n"                                                                               \
    "      - sequence:\n" /* 28 */                                                                    \
    "          - oom: {container: db}\n"                                                              \
    "          - exit: {container: db, exec: probe, code: 137}\n"                                     \
    "            at: +100ms\n"                                                                        \
    "        at: +1s\n"                                                                               \
    "  - disconnect: {stream: events, how: reset, error: CANCEL}\n" /* 33 */                                      \
    "  - disconnect: {stream: events, code: OK}\n"                                                    \
    "  - disconnect: {stream: events, code: NOT_FOUND}\n"                                             \
    "  - disconnect: {connection: all}\n"                                                             \
    "  - restart: {down: 3s, socket: refuses, state: lost}\n" /* 37 */                                \
    "  - restart: {down: 0s}\n"                                                                       \
    "  - advance: 30s\n"                                                                              \
    "  - create: {container: job, pid: 300}\n" /* 40 */                                               \
    "  - start: {container: job}\n"                                                                   \
    "  - exec: {container: job, exec: sh}\n"                                                          \
    "  - remove: {container: job}\n"                                                                  \
    "expect:\n" /* 44 */                                                                              \
    "  always: [{container: bare, state: none}]\n"                                                    \
    "  finally:\n"                                                                                    \
    "    - {container: web, state: exited, code: 3, pid: 0, finished at: \"2017-05-31T21:33:52Z\"}\n" \
    "    - called: {rpc: Tasks.Delete, container: any, times: 3, at: [0s, 100ms, 100ms]}\n" /* 48 */  \
    "      promise: few-deletes\n"                                                                    \
    "  never: [{dialed: {times: 0}}, {container: elsewhere, code: 0, promise: finished-once}]\n"      \
    "  sometimes:\n"                                                                                  \
    "    - {container: web, exits while: no stream is open, promise: hard-luck}\n" /* 52 */           \
    "    - {dialed: {at: [0s]}}\n"                                                                    \
    "  within: 5s\n"                                                                                  \
    "handlers:\n"                                                                                     \
    "  - {policy: original, breaks: [no-exit-is-lost, few-deletes, hard-luck]}\n" /* 56 */            \
    "  - {policy: reliable, breaks: []}\n"                                                            \
    "  - {policy: \"reliable-without=relist,read-whole-stream\", breaks: [one-subscription]}\n"       \
    "  - {policy: original-with=relist, breaks: []}\n"

#endif
