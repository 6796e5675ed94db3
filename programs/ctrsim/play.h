/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_PLAY_H
#define PROGRAMS_CTRSIM_PLAY_H

#include <sys/un.h>

#include "base/buffer.h"
#include "harness/client/client.h"

/*
 * A scenario of scripted clients, played in real time on the socket of any containerd. What is given is made by calls,
 * then calls are made as they are written, and judged; what happens otherwise (an exit, an oom) is done by a command of
 * the user's. Steps follow each other without their times; of `any order` the written order is taken.
 * Which of an event and an answer came first is not judged, since they come by ways of their own.
 */
struct play_options {
    const struct sockaddr_un *address;
    struct text name_space; /* what stands for the file's */
    const char *helper;     /* NULL: nothing is done but calls */
    struct message_documents documents;
};

/*
 * The helper is called as HELPER VERB ID EXEC CODE for a step, and as HELPER prepare ID EXEC - before a call makes a
 * container or an exec. What is not said is "-". It ends with 0 when that is done, and with PLAY_CANNOT where it does
 * not know how.
 */
enum { PLAY_CANNOT = 3 };

enum play_result {
    PLAY_HELD,   /* every call was answered as it is written */
    PLAY_BROKEN, /* out says what was not */
    PLAY_LEFT    /* out says what cannot be done; what came before it held */
};

/* Appends sentences, each with file and line and the end of a line. */
enum play_result play_scenario(const struct scenario *scenario, const struct play_options *options, struct buffer *out);

#endif
