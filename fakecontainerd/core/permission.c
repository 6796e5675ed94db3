/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/permission.h"

#include "base/status.h"

bool permitted(struct fake *fake, const struct asked *asked, enum operation operation, enum fake_process_status status)
{
    static const char *const sentences[OPERATION_COUNT][4] = {
        [OPERATION_START] =
            {
                [FAKE_RUNNING] = "cannot start a running process: unknown",
                [FAKE_STOPPED] = "cannot start a stopped process: unknown",
                [FAKE_PAUSED] = "cannot start a paused process: unknown",
            },
        [OPERATION_DELETE] =
            {
                [FAKE_RUNNING] = "failed to delete task: cannot delete a running process: unknown",
                [FAKE_PAUSED] = "failed to delete task: cannot delete a paused process: unknown",
            },
        [OPERATION_DELETE_PROCESS] =
            {
                [FAKE_RUNNING] = "cannot delete a running process: unknown",
                [FAKE_PAUSED] = "cannot delete a paused process: unknown",
            },
        [OPERATION_EXEC] =
            {
                [FAKE_STOPPED] = "cannot exec in a stopped state: unknown",
                [FAKE_PAUSED] = "cannot exec in a paused state: unknown",
            },
        [OPERATION_PAUSE] =
            {
                [FAKE_CREATED] = "cannot pause task in created state: unknown",
                [FAKE_STOPPED] = "cannot pause a stopped container: unknown",
                [FAKE_PAUSED] = "cannot pause a paused container: unknown",
            },
        [OPERATION_RESUME] =
            {
                [FAKE_CREATED] = "cannot resume task in created state: unknown",
                [FAKE_RUNNING] = "cannot resume a running process: unknown",
                [FAKE_STOPPED] = "cannot resume a stopped container: unknown",
            },
    };
    const char *sentence = sentences[operation][status];

    if (sentence != NULL)
        asked_refuse(fake, asked, STATUS_UNKNOWN, text_of(sentence));
    return sentence == NULL;
}
