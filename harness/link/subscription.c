/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/error.h"
#include "harness/link/fake_end_private.h"
#include "proto/check.h"

static int read(struct link_subscription *to, const struct dialect *dialect, struct text bytes)
{
    const struct dialect_method *method = link_method_of(dialect, FAKE_EVENTS_SUBSCRIBE);
    struct refusal refusal = {0, {NULL, 0}};
    int result = proto_unpack(&to->message, method->request, bytes);
    if (result != 0)
        return result == ERROR_NO_MEMORY ? result : ERROR_INVALID;
    if (method->decode != NULL)
        method->decode(to->message, &to->request, &to->room, &refusal);
    to->request.method = FAKE_EVENTS_SUBSCRIBE;
    to->request.name_space = text_of(to->name_space);
    return 0;
}

int link_subscription_new(struct link_subscription **ret_subscription, const struct dialect *dialect,
                          struct text name_space, struct text bytes)
{
    struct link_subscription *subscription = calloc(1, sizeof *subscription);
    *ret_subscription = subscription;
    if (subscription == NULL)
        return ERROR_NO_MEMORY;
    subscription->references = 1;
    text_copy(name_space, subscription->name_space, sizeof subscription->name_space);
    return read(subscription, dialect, bytes);
}

struct link_subscription *link_subscription_share(struct link_subscription *subscription)
{
    subscription->references++;
    return subscription;
}

void link_subscription_release(struct link_subscription *subscription)
{
    if (subscription == NULL || --subscription->references > 0)
        return;
    buffer_release(&subscription->room.labels);
    proto_free(subscription->message);
    free(subscription);
}
