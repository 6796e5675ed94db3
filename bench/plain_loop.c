/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/plain_loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 64, HEAP_MAX = 64, BODY = 128, BEGINNINGS = 4 };

struct event {
    int64_t time_ns;
    uint64_t sequence;
    uint64_t slot;
    uint64_t value;
    unsigned char body[BODY];
};

_Static_assert(sizeof(struct event) == 160, "as large as what it stands for");

struct loop {
    struct event heap[HEAP_MAX];
    size_t count;
    uint64_t sequence;
    uint64_t slots[SLOTS];
    uint64_t sum; /* of all slots */
};

static bool before(const struct event *a, const struct event *b)
{
    return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->sequence < b->sequence;
}

static void push(struct loop *loop, const struct event *event)
{
    size_t at = loop->count++;
    while (at > 0 && before(event, &loop->heap[(at - 1) / 2])) {
        loop->heap[at] = loop->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    loop->heap[at] = *event;
    loop->heap[at].sequence = loop->sequence++;
}

static void pop(struct loop *loop, struct event *event)
{
    const struct event *last = &loop->heap[--loop->count];
    size_t at = 0;
    *event = loop->heap[0];
    for (size_t child = 1; child < loop->count; child = 2 * at + 1) {
        if (child + 1 < loop->count && before(&loop->heap[child + 1], &loop->heap[child]))
            child++;
        if (!before(&loop->heap[child], last))
            break;
        loop->heap[at] = loop->heap[child];
        at = child;
    }
    loop->heap[at] = *last;
}

static uint64_t hash(const struct loop *loop)
{
    uint64_t state = UINT64_C(0x6a09e667f3bcc908);
    for (size_t i = 0; i < SLOTS; i++)
        state = (state ^ loop->slots[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return state ^ (state >> 32);
}

static bool holds(const struct loop *loop)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < SLOTS; i++)
        sum += loop->slots[i];
    return sum == loop->sum;
}

/* One event changes a slot and brings about another event. */
static uint64_t step(struct loop *loop, uint64_t random)
{
    struct event event;
    pop(loop, &event);
    uint64_t added = event.value + event.body[random % BODY];
    loop->slots[event.slot] += added;
    loop->sum += added;
    event.time_ns += (int64_t)(random % 1000);
    event.slot = (event.slot + random) % SLOTS;
    event.body[random % BODY]++;
    push(loop, &event);
    if (!holds(loop))
        abort();
    return hash(loop);
}

uint64_t plain_loop(uint64_t runs, unsigned int steps)
{
    struct loop loop;
    uint64_t result = 0;
    uint64_t random = 1;
    for (uint64_t run = 0; run < runs; run++) {
        struct event event = {.value = run};
        loop.count = 0;
        loop.sequence = 0;
        loop.sum = 0;
        memset(loop.slots, 0, sizeof loop.slots);
        for (uint64_t i = 0; i < BEGINNINGS; i++) {
            event.slot = i;
            push(&loop, &event);
        }
        for (unsigned int i = 0; i < steps; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            result ^= step(&loop, random >> 33);
        }
    }
    return result;
}
