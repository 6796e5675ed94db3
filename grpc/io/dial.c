/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/io/dial.h"

#include <errno.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "grpc/io/address.h"
#include "grpc/io/loop_private.h"

/* A full backlog is not told when it empties, so it is asked again. */
enum { RETRY_MS = 10 };

struct grpc_dial {
    struct grpc_loop *loop;
    struct event *timer;
    struct sockaddr_un address;
    struct error error;
    int parse_code;
    bool telling;
    int64_t give_up_ns;
    grpc_dialled dialled;
    void *context;
};

static void tell(struct grpc_dial *dial, int fd, int code)
{
    dial->telling = true;
    dial->dialled(dial->context, fd, code, text_of(dial->error.text));
    dial->telling = false;
    grpc_dial_cancel(dial);
}

static void tell_errno(struct grpc_dial *dial, int problem)
{
    int code = ERROR_IO;

    if (problem == ENOENT)
        code = ERROR_MISSING;
    if (problem == ECONNREFUSED)
        code = ERROR_REFUSED;
    tell(dial, -1, error_set(&dial->error, code, "%s: %s", dial->address.sun_path, strerror(problem)));
}

static void try_again_or_give_up(struct grpc_dial *dial)
{
    struct timeval later = {.tv_usec = RETRY_MS * 1000};

    if (grpc_loop_now_ns(dial->loop) < dial->give_up_ns && event_add(dial->timer, &later) == 0)
        return;
    tell(dial, -1, error_set(&dial->error, ERROR_IO, "%s: nobody accepts the connection", dial->address.sun_path));
}

/* A unix socket is connected at once or not at all. */
static void on_timer(evutil_socket_t unused, short what, void *context)
{
    struct grpc_dial *dial = context;

    (void)unused;
    (void)what;
    if (dial->parse_code != 0) {
        tell(dial, -1, dial->parse_code);
        return;
    }
    int fd = grpc_address_socket();
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&dial->address, sizeof(dial->address)) == 0) {
        tell(dial, fd, 0);
        return;
    }
    int problem = errno;
    if (fd >= 0)
        close(fd);
    if (problem == EAGAIN)
        try_again_or_give_up(dial);
    else
        tell_errno(dial, problem);
}

int grpc_dial_new(struct grpc_loop *loop, struct text path, grpc_dialled dialled, void *context,
                  struct grpc_dial **ret_dial)
{
    struct grpc_dial *dial = calloc(1, sizeof(*dial));

    if (dial == NULL)
        return ERROR_NO_MEMORY;
    dial->loop = loop;
    dial->dialled = dialled;
    dial->context = context;
    dial->give_up_ns = grpc_loop_now_ns(loop) + GRPC_DIAL_TIMEOUT_MS * TIME_MILLISECOND;
    dial->parse_code = grpc_address_parse(path, &dial->address, &dial->error);
    dial->timer = evtimer_new(grpc_loop_base(loop), on_timer, dial);
    if (dial->timer == NULL || event_add(dial->timer, &(struct timeval){0}) != 0) {
        grpc_dial_cancel(dial);
        return ERROR_NO_MEMORY;
    }
    *ret_dial = dial;
    return 0;
}

void grpc_dial_cancel(struct grpc_dial *dial)
{
    if (dial == NULL || dial->telling)
        return;
    if (dial->timer != NULL)
        event_free(dial->timer);
    free(dial);
}
