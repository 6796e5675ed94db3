/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/grpc_place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "grpc/io/dial.h"

static struct place the_place;

int place_set_up(void **state)
{
    struct place *place = &the_place;

    memset(place, 0, sizeof(*place));
    strcpy(place->folder, "/tmp/grpc-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof(place->path), "%.25s/s", place->folder);
    assert_int_equal(grpc_loop_new(&place->loop), 0);
    place->fd = -1;
    *state = place;
    return 0;
}

int place_tear_down(void **state)
{
    struct place *place = *state;

    if (place->fd >= 0)
        close(place->fd);
    grpc_loop_free(place->loop);
    unlink(place->path);
    return rmdir(place->folder);
}

void place_count_accepted(void *context, int fd)
{
    struct place *place = context;

    place->accepted++;
    close(fd);
    grpc_loop_stop(place->loop);
}

void place_note_dialled(void *context, int fd, int code, struct text sentence)
{
    struct place *place = context;

    place->dialled++;
    place->fd = fd;
    place->code = code;
    text_copy(sentence, place->sentence, sizeof(place->sentence));
    grpc_loop_stop(place->loop);
}

int place_listen(struct place *place, const char *path, struct grpc_listener **ret_listener, struct error *error)
{
    return grpc_listener_new(place->loop, text_of(path), place_count_accepted, place, ret_listener, error);
}

void place_leave_stale_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(address.sun_path, path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}

void place_dial(struct place *place, const char *path)
{
    struct grpc_dial *dial;

    assert_int_equal(grpc_dial_new(place->loop, text_of(path), place_note_dialled, place, &dial), 0);
    assert_int_equal(place->dialled, 0);
    /* A listener on the same loop stops it too. */
    while (place->dialled == 0)
        assert_int_equal(grpc_loop_run(place->loop), 0);
}
