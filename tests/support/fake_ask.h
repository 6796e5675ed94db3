/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_FAKE_ASK_H
#define TESTS_SUPPORT_FAKE_ASK_H

#include "tests/support/fake_play.h"

/*
 * Requests to a fake's core whose whole trace is the answer. In the name space "default" web (pid 101) runs with the
 * running exec up (102); old (103) has ended with 3; new (104) is created; held (105) is paused; bare has no task.
 */

/* For cmocka: *state becomes the struct fake_play. */
int fake_ask_set_up(void **state);
int fake_ask_tear_down(void **state);

/* What the request did, as text. A request without a name space is in "default". */
const char *fake_ask(struct fake_play *play, struct fake_request request);

/* Texts may be NULL; a signal, where one is asked for, is 9. */
const char *fake_ask_for(struct fake_play *play, enum fake_method method, const char *id, const char *exec_id);

struct fake_ask_row {
    enum fake_method method;
    const char *id;
    const char *exec_id;
    const char *expected;
};

/* Asks one row after the other, and asserts each trace. */
void fake_ask_rows(struct fake_play *play, const struct fake_ask_row *rows, size_t count);

#define FAKE_ASK_ROWS(play, rows) fake_ask_rows(play, rows, sizeof(rows) / sizeof((rows)[0]))

#endif
