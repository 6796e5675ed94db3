/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_MESSAGE_H
#define FAKECONTAINERD_CORE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "fakecontainerd/core/values.h"

/*
 * A sentence for a client, built up in place and without memory of its own. It never holds more than FAKE_MESSAGE_MAX
 * bytes: what does not fit is cut, between two characters.
 */
struct message {
    size_t length;
    bool full;
    char bytes[FAKE_MESSAGE_MAX];
};

void message_clear(struct message *message);
/* Bytes that are not UTF-8 become U+FFFD, one for each byte, as they do on their way out of grpc-go. */
void message_add(struct message *message, const char *string);
void message_add_text(struct message *message, struct text text);

/* The text in double quotes as Go's %q writes it; characters beyond ASCII stand for themselves. */
void message_add_quoted(struct message *message, struct text text);

struct text message_text(const struct message *message);

/* True iff the text may name a container, an exec or a namespace: at most FAKE_ID_MAX bytes, letters and digits in runs
 * joined by one of . _ - each. */
bool identifier_valid(struct text identifier);

/* Says what is wrong with it, in containerd's words: `identifier "-a" must match ...: invalid argument`. */
void message_add_identifier_fault(struct message *message, struct text identifier);

#endif
