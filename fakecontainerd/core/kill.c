/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "fakecontainerd/core/lifecycle.h"
#include "fakecontainerd/core/request.h"

enum { SIGNAL_MAX = 64, SIGNAL_TERMINATE = 15 };

/* Whether a process that has no handler ends by it, as signal(7) says for Linux. Of an init the kernel would let
 * through only those that it can handle; here every init is taken to have asked for the default. */
static bool ends(uint32_t signal)
{
    switch (signal) {
    case 0:  /* no signal: asks whether the process is there */
    case 17: /* CHLD */
    case 18: /* CONT */
    case 19: /* STOP */
    case 20: /* TSTP */
    case 21: /* TTIN */
    case 22: /* TTOU */
    case 23: /* URG */
    case 28: /* WINCH */ return false;
    default: return true;
    }
}

/* The init is signalled by runc, an exec by the shim itself. */
static void refuse_signal(struct fake *fake, const struct asked *asked, bool of_exec)
{
    const char *sentence = of_exec ? "exec kill error: unknown error after kill: invalid argument: unknown"
                                   : "unknown error after kill: runc did not terminate successfully: exit status 1: "
                                     "unable to signal init: invalid argument\n: unknown";
    asked_refuse(fake, asked, STATUS_UNKNOWN, text_of(sentence));
}

void tasks_kill(struct fake *fake, const struct asked *asked)
{
    const struct fake_request *request = asked->request;
    bool of_exec = request->exec_id.length > 0;
    struct slot *slot;
    struct process *process = asked_process(fake, asked, &slot);

    if (process == NULL)
        return;
    if (process->pid == 0) {
        asked_refuse(fake, asked, STATUS_FAILED_PRECONDITION, text_of("process not created: failed precondition"));
        return;
    }
    if (process->exited && !request->all) {
        asked_refuse(fake, asked, STATUS_NOT_FOUND, text_of("process already finished: not found"));
        return;
    }
    if (!process->exited && request->signal > SIGNAL_MAX) {
        refuse_signal(fake, asked, of_exec);
        return;
    }
    if (!process->exited && ends(request->signal) && of_exec)
        exec_end(fake, slot, arena_at(&fake->arena, exec_find(fake, slot, request->exec_id)), 128 + request->signal);
    else if (!process->exited && ends(request->signal) &&
             !(slot->ignores_sigterm && request->signal == SIGNAL_TERMINATE))
        task_end(fake, slot, 128 + request->signal);
    answer_process(fake, asked, slot, process);
}
