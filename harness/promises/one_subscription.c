/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/net.h"
#include "harness/promises/promise.h"

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    uint32_t count;
    (void)memory;
    count = fake_subscription_count_below(moment->fake, NET_CLIENT_FIRST);
    if (count <= 1)
        return false;
    (void)error_set(finding, 0, "%u subscriptions are open at the server", count);
    return true;
}

const struct promise promise_one_subscription = {
    "one-subscription", "the handler has at most one subscription open at the server", see, AT(MOMENT_FAKE_STEPPED)};
