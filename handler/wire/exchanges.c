/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/exchanges.h"

#include <stdlib.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/grow.h"

void exchanges_release(struct exchanges *list)
{
    for (size_t i = list->first; i < list->count; i++) {
        buffer_release(&list->items[i].container_id);
        decoded_answer_release(&list->items[i].answer);
    }
    free(list->items);
    *list = (struct exchanges){0};
}

static void close_holes(struct exchanges *list)
{
    size_t kept = 0;
    for (size_t i = list->first; i < list->count; i++)
        if (list->items[i].kind != EXCHANGE_ENDED)
            list->items[kept++] = list->items[i];
    list->first = 0;
    list->count = kept;
}

int exchanges_reserve(struct exchanges *list)
{
    if (list->count < list->capacity)
        return 0;
    if (list->live <= list->capacity / 2 && list->capacity > 0) {
        close_holes(list);
        return 0;
    }
    void *items = list->items;
    int result = grow(&items, list->count, &list->capacity, sizeof *list->items);
    list->items = items;
    return result;
}

void exchanges_add(struct exchanges *list, const struct exchange *exchange)
{
    CONTRACT(list->count < list->capacity);
    CONTRACT(list->count == 0 || list->items[list->count - 1].grpc_id < exchange->grpc_id);
    list->items[list->count++] = *exchange;
    list->live++;
}

struct exchange *exchanges_find(const struct exchanges *list, int32_t grpc_id)
{
    size_t low = list->first;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle].grpc_id < grpc_id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == list->count || list->items[low].grpc_id != grpc_id || list->items[low].kind == EXCHANGE_ENDED)
        return NULL;
    return &list->items[low];
}

struct exchange *exchanges_find_subscription(const struct exchanges *list, uint64_t stream_id)
{
    for (size_t i = list->first; i < list->count; i++)
        if (list->items[i].kind == EXCHANGE_SUBSCRIPTION && list->items[i].id == stream_id)
            return &list->items[i];
    return NULL;
}

void exchanges_end(struct exchanges *list, struct exchange *exchange)
{
    buffer_release(&exchange->container_id);
    decoded_answer_release(&exchange->answer);
    exchange->kind = EXCHANGE_ENDED;
    list->live--;
    while (list->first < list->count && list->items[list->first].kind == EXCHANGE_ENDED)
        list->first++;
    if (list->first == list->count)
        list->first = list->count = 0;
}
