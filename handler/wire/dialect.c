/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/dialect.h"

#include <stdlib.h>

#include "proto/check.h"

void decoded_event_release(struct decoded_event *event)
{
    proto_free(event->envelope);
    proto_free(event->body);
    *event = (struct decoded_event){0};
}

void decoded_answer_release(struct decoded_answer *answer)
{
    proto_free(answer->message);
    free(answer->processes);
    *answer = (struct decoded_answer){0};
}

int decoded_answer_reserve(struct decoded_answer *answer, size_t count, const char *what, struct error *error)
{
    if (count > DIALECT_PROCESSES_MAX)
        return error_set(error, ERROR_LIMIT, "%s holds more than %d tasks", what, DIALECT_PROCESSES_MAX);
    answer->processes = calloc(count > 0 ? count : 1, sizeof *answer->processes);
    if (answer->processes == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory for %s", what);
    answer->process_count = count;
    return 0;
}
