/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/status.h"
#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/request.h"

static void refuse(struct fake *fake, const struct asked *asked, int error, const struct message *why)
{
    struct message message;
    message_clear(&message);
    message_add(&message, "subscription error: failed parsing subscription filters: ");
    message_add_text(&message, message_text(why));
    /* containerd forgets here that the argument was invalid, and says so. */
    if (error == ERROR_MALFORMED)
        message_add(&message, ": invalid argument");
    asked_refuse(fake, asked, error == ERROR_MALFORMED ? STATUS_UNKNOWN : filters_status(error),
                 message_text(&message));
}

void events_subscribe(struct fake *fake, const struct asked *asked)
{
    struct message message;
    int error = filters_check(asked->request, &message);
    if (error != 0)
        refuse(fake, asked, error, &message);
    else if (state_of(fake)->subscriptions.count == FAKE_SUBSCRIPTIONS_MAX)
        asked_refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, text_of("the fake holds no more subscriptions"));
    else
        subscription_add(fake, asked->connection_id, asked->stream_id, asked->request, asked->delay_ns);
}

/* containerd looks at the topic before anything else; what a client would tell others is not for the fake to pass on.
 */
void events_publish(struct fake *fake, const struct asked *asked)
{
    struct text topic = asked->request->subject;
    const char *wrong = topic.length == 0 ? "must not be empty" : topic.bytes[0] != '/' ? "must start with '/'" : NULL;
    struct message message;

    if (wrong == NULL) {
        asked_refuse(fake, asked, STATUS_UNIMPLEMENTED, text_of("the fake has no Publish of a client's events"));
        return;
    }
    message_clear(&message);
    message_add(&message, "envelope topic ");
    message_add_quoted(&message, topic);
    message_add(&message, ": ");
    message_add(&message, wrong);
    message_add(&message, ": invalid argument");
    asked_refuse(fake, asked, STATUS_INVALID_ARGUMENT, message_text(&message));
}
