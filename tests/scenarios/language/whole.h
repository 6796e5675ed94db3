/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCENARIOS_LANGUAGE_WHOLE_H
#define TESTS_SCENARIOS_LANGUAGE_WHOLE_H

/* Files that hold the words of the language between them. The numbers on the right are lines. */
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
    "  - disconnect: {stream: events, how: reset, error: CANCEL}\n" /* 33 */                          \
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
    "  - {policy: reliable-without=sweep, breaks: []}\n"                                              \
    "  - {policy: \"reliable-without=relist,read-whole-stream\", breaks: [one-subscription]}\n"       \
    "  - {policy: original-with=relist, breaks: []}\n"

#define WHOLE_ANCESTOR                                                                                   \
    "title: An ancestor\n"                                                                               \
    "why: It was measured\n"                                                                             \
    "api: execution\n"                                                                                   \
    "given: {containers: [{id: web, pid: 101}], records: [{id: old, state: running}]}\n"                 \
    "faults:\n" /* 5 */                                                                                  \
    "  - {rpc: Tasks.Delete, do: hang}\n"                                                                \
    "  - {stream: events, do: end, how: clean, times: always}\n"                                         \
    "  - {rpc: Events.Subscribe, do: end, how: reset, error: REFUSED_STREAM}\n"                          \
    "steps:\n"                                                                                           \
    "  - at once:\n" /* 10 */                                                                            \
    "      - publish: {event: exit, container: ghost, pid: 7, code: 9, exited at: absent}\n"             \
    "      - publish: {bytes: \"0a00\"}\n"                                                               \
    "      - exit: {container: web, code: 3}\n"                                                          \
    "    at: +1s\n"                                                                                      \
    "  - goaway: {last: none}\n" /* 15 */                                                                \
    "  - goaway: {last: all, then: close}\n"                                                             \
    "  - goaway: {last: all, then: stay}\n"                                                              \
    "  - disconnect: {stream: events, how: compressed message}\n"                                        \
    "  - lock: {container: web}\n"                                                                       \
    "  - unlock: {container: old}\n" /* 20 */                                                            \
    "expect:\n"                                                                                          \
    "  finally:\n"                                                                                       \
    "    - noted: {note: stream-failed, code: OK, text: \"\", container: any, times: 2, at: [0s, 1s]}\n" \
    "    - {noted: {note: container-unknown, container: ghost}, under: original}\n"                      \
    "    - {container: web, finished at ns: -9223372036854775808}\n" /* 25 */                            \
    "    - {container: ghost, state: none, under: reliable}\n"                                           \
    "  always: [{streams: {open: 0}}]\n"                                                                 \
    "handlers: [{policy: original, breaks: []}]\n"                                                       \
    "choices: [{next: 2}, {next: 0}]\n"

/* The handler's own side. */
#define WHOLE_OWNER                                                                                           \
    "title: An owner\n"                                                                                       \
    "why: It asks\n"                                                                                          \
    "given:\n"                                                                                                \
    "  containers: [{id: web, pid: 101, ignores SIGTERM: yes}, {id: job, state: none, exits at once: yes}]\n" \
    "  records: [{id: web, state: exited, code: 1, inferred: yes, delete pending: yes}]\n"                    \
    "faults:\n"                                                                                               \
    "  - {store: put, container: web, do: fail, message: full, times: up to 2, then: {do: delay, for: 1s}}\n" \
    "  - {store: load, do: fail}\n"                                                                           \
    "  - {store: forget, do: hold, as: it}\n"                                                                 \
    "steps:\n"                                                                                                \
    "  - record: {container: guest, state: exited, code: 1, inferred: no, delete pending: yes}\n"             \
    "  - record: {container: guest, state: none}\n"                                                           \
    "  - handler: {do: crash, down: 1s}\n"                                                                    \
    "    after: {store: put, container: web, is: answered}\n"                                                 \
    "    at: +2s\n"                                                                                           \
    "  - handler: {do: stop}\n"                                                                               \
    "    after: {rpc: Tasks.Delete, container: any, is: asked}\n"                                             \
    "  - handler: {do: start}\n"                                                                              \
    "  - ask: {operation: stop, container: web, grace: 2s, timeout: 10s, as: stop-web}\n"                     \
    "  - ask: {operation: status, container: guest}\n"                                                        \
    "  - abandon: stop-web\n"                                                                                 \
    "  - release: it\n"                                                                                       \
    "expect:\n"                                                                                               \
    "  finally:\n"                                                                                            \
    "    - {container: web, reason: OOMKilled, inferred: yes, delete pending: no}\n"                          \
    "    - answered: {as: stop-web, code: OK, text: \"\", after: 2s, state: exited, exit code: 3}\n"          \
    "  never: [{container: guest, state: running}]\n"

#endif
