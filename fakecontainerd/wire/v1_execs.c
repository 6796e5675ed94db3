/* SPDX-License-Identifier: Apache-2.0 */
/* Execs and the processes of a task as messages: Exec, DeleteProcess, ListPids, Metrics. */
#include "fakecontainerd/wire/v1.h"
#include "proto/tasks.pb-c.h"

void fake_v1_tasks_exec_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                               struct refusal *refusal)
{
    const Containerd__Tasks__ExecProcessRequest *exec = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(exec->container_id);
    request->exec_id = proto_text(exec->exec_id);
}

/* Unlike the answer to Delete, this one has the id. */
void fake_v1_tasks_delete_process_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Tasks__DeleteResponse message = CONTAINERD__TASKS__DELETE_RESPONSE__INIT;
    Google__Protobuf__Timestamp exited_at;
    (void)index;
    message.id = proto_bytes(response->process.exec_id);
    message.pid = response->process.pid;
    message.exit_status = response->process.exit_status;
    message.exited_at = fake_v1_exited_at(&response->process, &exited_at);
    dialect_pack(&message.base, out);
}

/* ---- pids ---- */

/* What stands of an exec beside its pid: its id, as runc's shim tells it. */
static void pack_details(const struct fake_process *process, Google__Protobuf__Any *info, struct buffer *details)
{
    Containerd__Tasks__ProcessDetails message = CONTAINERD__TASKS__PROCESS_DETAILS__INIT;
    message.exec_id = proto_bytes(process->exec_id);
    dialect_pack(&message.base, details);
    google__protobuf__any__init(info);
    info->type_url = proto_bytes(text_of("containerd.runc.v1.ProcessDetails"));
    info->value = proto_bytes(buffer_text(details));
}

/* A repeated message is its elements one behind the other. */
void fake_v1_tasks_list_pids_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    (void)index;
    for (size_t i = 0; i < response->count; i++) {
        Containerd__Tasks__ListPidsResponse message = CONTAINERD__TASKS__LIST_PIDS_RESPONSE__INIT;
        Containerd__Tasks__ProcessInfo process = CONTAINERD__TASKS__PROCESS_INFO__INIT;
        Containerd__Tasks__ProcessInfo *processes[] = {&process};
        Google__Protobuf__Any info;
        struct buffer details = BUFFER_INIT;

        process.pid = response->processes[i].pid;
        if (response->processes[i].exec_id.length > 0) {
            pack_details(&response->processes[i], &info, &details);
            process.info = &info;
        }
        message.n_processes = 1;
        message.processes = processes;
        dialect_pack(&message.base, out);
        out->failed = out->failed || details.failed;
        buffer_release(&details);
    }
}

/* ---- metrics ---- */

void fake_v1_tasks_metrics_decode(const ProtobufCMessage *message, struct fake_request *request,
                                  struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Tasks__MetricsRequest *metrics = (const void *)message;
    (void)refusal;
    fake_v1_filters_decode(metrics->filters, metrics->n_filters, request, room);
}

/* io.containerd.cgroups.v1.Metrics of a task that does nothing, as far as a client takes them for granted: pids {
 * current: 1 } while it lives, then cpu { usage throttling } and memory { usage swap kernel kernel_tcp } all of zeros,
 * then memory_oom_control { oom_kill }. */
static void pack_metrics(const struct fake_process *process, struct buffer *out)
{
    static const unsigned char idle[] = {
        0x1a, 4,  0x0a, 0, 0x12, 0,                                  /* cpu */
        0x22, 12, 0x8a, 2, 0,    0x92, 2, 0, 0x9a, 2, 0, 0xa2, 2, 0, /* memory */
    };
    Containerd__Tasks__MemoryOomControl oom = CONTAINERD__TASKS__MEMORY_OOM_CONTROL__INIT;
    Containerd__Tasks__PidsStat pids = CONTAINERD__TASKS__PIDS_STAT__INIT;
    Containerd__Tasks__CgroupMetrics first = CONTAINERD__TASKS__CGROUP_METRICS__INIT;
    Containerd__Tasks__CgroupMetrics last = CONTAINERD__TASKS__CGROUP_METRICS__INIT;

    pids.current = process->exited ? 0 : 1;
    first.pids = &pids;
    dialect_pack(&first.base, out);
    (void)buffer_append(out, idle, sizeof idle);
    oom.oom_kill = process->oom_kills;
    last.memory_oom_control = &oom;
    dialect_pack(&last.base, out);
}

void fake_v1_tasks_metrics_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    (void)index;
    for (size_t i = 0; i < response->count; i++) {
        Containerd__Tasks__MetricsResponse message = CONTAINERD__TASKS__METRICS_RESPONSE__INIT;
        Containerd__Tasks__Metric metric = CONTAINERD__TASKS__METRIC__INIT;
        Containerd__Tasks__Metric *metrics[] = {&metric};
        Google__Protobuf__Any data = GOOGLE__PROTOBUF__ANY__INIT;
        struct buffer value = BUFFER_INIT;

        pack_metrics(&response->processes[i], &value);
        data.type_url = proto_bytes(text_of("io.containerd.cgroups.v1.Metrics"));
        data.value = proto_bytes(buffer_text(&value));
        metric.id = proto_bytes(response->processes[i].container_id);
        metric.data = &data;
        message.n_metrics = 1;
        message.metrics = metrics;
        dialect_pack(&message.base, out);
        out->failed = out->failed || value.failed;
        buffer_release(&value);
    }
}
