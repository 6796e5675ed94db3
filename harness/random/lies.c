/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that are not so, as a server gives them whose state lags behind; and the handler's own store. */
#include "harness/random/maker.h"

static void put_task_lie(struct maker *maker)
{
    static const char *const rpcs[] = {"Tasks.Get", "Tasks.Get", "Tasks.List"};
    static const char *const fors[] = {"300ms", "2s", "10s"};
    const char *id = maker_container(maker_any(maker));
    const char *rpc = MAKER_PICK(maker, rpcs);
    /* In the API of 2017 nobody can tell an exec's exit from that of an init whose pid was never told. */
    switch (maker_below(maker, maker_is_on(maker, KIND_EXECUTION) ? 2 : 3)) {
    case 0:
        (void)buffer_printf(maker->out, "rpc: %s, container: %s, do: answer, state: running, for: %s", rpc, id,
                            MAKER_PICK(maker, fors));
        return;
    case 1:
        (void)buffer_printf(maker->out, "rpc: %s, container: %s, do: answer, state: unknown, pid: 0", rpc, id);
        break;
    default: (void)buffer_printf(maker->out, "rpc: %s, container: %s, do: answer, pid: 0", rpc, id); break;
    }
    maker_put_times(maker);
}

static void put_delete_lie(struct maker *maker)
{
    static const char *const deeds[] = {"do: answer, exit code: 255, pid: 0, exited at: absent",
                                        "do: answer, exited at: absent", "do: fail, code: NOT_FOUND",
                                        "do: fail, code: FAILED_PRECONDITION, message: task must be stopped"};
    (void)buffer_printf(maker->out, "rpc: Tasks.Delete");
    maker_put_container(maker);
    /* In the API of 2017 nothing but this answer tells the code of an exit that was missed. */
    uint32_t deed = maker_below(maker, sizeof deeds / sizeof deeds[0]);
    if (maker_is_on(maker, KIND_EXECUTION) && deed == 0)
        deed = 1;
    (void)buffer_printf(maker->out, ", %s", deeds[deed]);
    maker_put_times(maker);
}

void maker_put_lie(struct maker *maker)
{
    if (maker_is_on(maker, KIND_OWNER) && maker_one_in(maker, 4)) {
        (void)buffer_printf(maker->out, "rpc: Tasks.Start, do: answer, pid: 0");
        maker_put_times(maker);
    } else if (maker_one_in(maker, 2)) {
        put_task_lie(maker);
    } else {
        put_delete_lie(maker);
    }
}

void maker_put_left_out(struct maker *maker)
{
    static const char *const rpcs[] = {"Tasks.List", "Tasks.List", "Containers.List", "Tasks.Metrics"};
    (void)buffer_printf(maker->out, "rpc: %s", MAKER_PICK(maker, rpcs));
    maker_put_container(maker);
    (void)buffer_printf(maker->out, ", do: leave out");
    maker_put_times(maker);
}

void maker_put_store_fault(struct maker *maker, enum random_kind kind)
{
    static const char *const stores[] = {"put", "put", "put", "load", "forget"};
    uint32_t store = maker_below(maker, sizeof stores / sizeof stores[0]);
    (void)buffer_printf(maker->out, "store: %s", stores[store]);
    if (stores[store][0] != 'l')
        maker_put_container(maker);
    (void)buffer_printf(maker->out, ", ");
    if (kind == KIND_STORE_FAIL)
        (void)buffer_printf(maker->out, "do: fail, message: disk full");
    else
        maker_put_delay(maker);
    maker_put_times(maker);
}
