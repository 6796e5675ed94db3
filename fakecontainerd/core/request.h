/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_REQUEST_H
#define FAKECONTAINERD_CORE_REQUEST_H

#include "fakecontainerd/core/message.h"
#include "fakecontainerd/core/output.h"

/*
 * Requests, answered with the codes and sentences of containerd 1.6. A request meets the fault rules first.
 */

/* What answering it costs at the most, for arena_reserve; and the bytes that its list may take when it is handed out.
 */
uint64_t request_cost(const struct fake *fake, const struct fake_event *event);
size_t request_answer_size(const struct fake *fake, const struct fake_event *event);

/* Requests on connections that are not there are ignored: they were under way when it was closed. */
void request_answer(struct fake *fake, const struct fake_event *event);

/* Does it for nobody: what it would have been answered is forgotten, and no fault is met. */
void request_do(struct fake *fake, const struct fake_request *request);

/* A request that is being answered, for the services. */
struct asked {
    uint64_t connection_id;
    uint32_t stream_id;
    const struct fake_request *request;
    int64_t delay_ns;
    const struct rule *rule; /* the fault that it has met; NULL for none */
};

/* An answer that is a status other than OK. */
void asked_refuse(struct fake *fake, const struct asked *asked, int status, struct text message);

/* The same, with the text of an id between two pieces of the sentence. */
void asked_refuse_about(struct fake *fake, const struct asked *asked, int status, const char *before, struct text id,
                        const char *behind);

/* An answer with status OK and an empty list, to be filled. */
struct answer *asked_answer(struct fake *fake, const struct asked *asked);

/* The slot whose task is asked for, NULL where the answer has been that there is none. */
struct slot *asked_task(struct fake *fake, const struct asked *asked);

/* The process that is asked for, an exec or the init, with its slot; NULL where the answer has been that there is none.
 */
struct process *asked_process(struct fake *fake, const struct asked *asked, struct slot **ret_slot);

/* Fills the answer with one process, as its only entry. */
void answer_with(struct fake *fake, struct answer *answer, const struct slot *slot, const struct process *process,
                 struct text exec_id);

/* The slot whose container is asked for, NULL where there is none. Nothing has been answered. */
struct slot *asked_container(struct fake *fake, const struct asked *asked);

/* Answers with one container. */
void answer_container(struct fake *fake, const struct asked *asked, arena_ref container);

/* Answers with the process that is asked for, or always with the task's init. */
void answer_process(struct fake *fake, const struct asked *asked, const struct slot *slot,
                    const struct process *process);
void answer_init(struct fake *fake, const struct asked *asked, const struct slot *slot);

/* What a change of containers costs at the most beyond an answer, and the bytes of the answer. */
uint64_t containers_change_cost(const struct fake *fake, const struct fake_request *request);
size_t containers_change_answer_size(const struct fake *fake, const struct fake_request *request);

/* What an answer about namespaces or leases costs at the most beyond a plain one, and its bytes. */
uint64_t name_spaces_cost(const struct fake *fake, const struct fake_request *request);
size_t name_spaces_answer_size(const struct fake *fake, const struct fake_request *request);

/* What a change of tasks costs at the most beyond an answer. */
uint64_t tasks_change_cost(const struct fake *fake, const struct fake_request *request);

/* Starts an exec of a task, which is the second half of tasks_start. */
void exec_start(struct fake *fake, const struct asked *asked, struct slot *slot, struct process *process);

/* The services: tasks*.c, kill.c, wait.c, exec.c, pause.c, pids.c, containers*.c, name_spaces.c, subscribe.c. Where a
 * request must be in a name space, it has been checked. */
void tasks_create(struct fake *fake, const struct asked *asked);
void tasks_start(struct fake *fake, const struct asked *asked);
void tasks_kill(struct fake *fake, const struct asked *asked);
void tasks_wait(struct fake *fake, const struct asked *asked);
void tasks_exec(struct fake *fake, const struct asked *asked);
void tasks_delete_process(struct fake *fake, const struct asked *asked);
void tasks_pause(struct fake *fake, const struct asked *asked);
void tasks_resume(struct fake *fake, const struct asked *asked);
void tasks_list_pids(struct fake *fake, const struct asked *asked);
void tasks_metrics(struct fake *fake, const struct asked *asked);
void tasks_get(struct fake *fake, const struct asked *asked);
void tasks_list(struct fake *fake, const struct asked *asked);
void tasks_delete(struct fake *fake, const struct asked *asked);
void containers_get(struct fake *fake, const struct asked *asked);
void name_spaces_get(struct fake *fake, const struct asked *asked);
void name_spaces_list(struct fake *fake, const struct asked *asked);
void name_spaces_create(struct fake *fake, const struct asked *asked);
void name_spaces_update(struct fake *fake, const struct asked *asked);
void name_spaces_delete(struct fake *fake, const struct asked *asked);
void leases_create(struct fake *fake, const struct asked *asked);
void leases_delete(struct fake *fake, const struct asked *asked);
void containers_create(struct fake *fake, const struct asked *asked);
void containers_update(struct fake *fake, const struct asked *asked);
void containers_delete(struct fake *fake, const struct asked *asked);
void containers_list(struct fake *fake, const struct asked *asked);
void events_subscribe(struct fake *fake, const struct asked *asked);
void events_publish(struct fake *fake, const struct asked *asked);

/* Answers NOT_FOUND: container "nope" in namespace "t3": not found. */
void refuse_missing_container(struct fake *fake, const struct asked *asked);

/* Parses the filters of a request. 0, or ERROR_MALFORMED, ERROR_LIMIT, ERROR_INVALID with the sentence. */
int filters_check(const struct fake *fake, const struct fake_request *request, struct message *message);

/* True where the metrics of that task are among those that are asked for. */
bool tasks_metrics_want(const struct fake_request *request, struct text container_id);

/* The status that tells a client of what filters_check found, other than ERROR_MALFORMED. */
int filters_status(int error);

#endif
