/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_PLACE_H
#define TESTS_SUPPORT_GRPC_PLACE_H

#include "base/error.h"
#include "grpc/io/listener.h"

/*
 * A folder of its own with the path of a socket in it, and what listeners and dials there came to. For cmocka: *state
 * is a struct place.
 */
enum { PATH_SIZE = 100 };

struct place {
    struct grpc_loop *loop;
    char folder[PATH_SIZE / 4];
    char path[PATH_SIZE];
    int accepted;
    int dialled;
    int fd;
    int code;
    char sentence[ERROR_TEXT_MAX];
};

int place_set_up(void **state);

/* Fails the test where anything but the socket was left in the folder. */
int place_tear_down(void **state);

/* For listeners and dials; each stops the loop. What is accepted is counted and closed. */
void place_count_accepted(void *context, int fd);
void place_note_dialled(void *context, int fd, int code, struct text sentence);

/* A listener that counts what it accepts, closes it and stops the loop. Returns as grpc_listener_new. */
int place_listen(struct place *place, const char *path, struct grpc_listener **ret_listener, struct error *error);

/* A socket at the path that nobody listens on. */
void place_leave_stale_socket(const char *path);

/* Dials until the result is there: in fd, code and sentence. */
void place_dial(struct place *place, const char *path);

#endif
