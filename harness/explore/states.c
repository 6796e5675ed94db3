/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/states.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

enum { CAPACITY_MIN = 1024 };

void states_release(struct states *states)
{
    free(states->entries);
    free(states->pool);
    memset(states, 0, sizeof *states);
}

static bool is_free(const struct state_entry *entry)
{
    return entry->hash.a == 0 && entry->hash.b == 0;
}

/* The entry of the hash, or the free one where it belongs. */
static struct state_entry *place_of(struct state_entry *entries, size_t capacity, const struct hash *hash)
{
    size_t at = (size_t)hash->a & (capacity - 1);
    while (!is_free(&entries[at]) && !hash_equal(&entries[at].hash, hash))
        at = (at + 1) & (capacity - 1);
    return &entries[at];
}

struct state_entry *states_find(const struct states *states, const struct hash *hash)
{
    struct state_entry *entry;
    if (states->count == 0)
        return NULL;
    entry = place_of(states->entries, states->capacity, hash);
    return is_free(entry) ? NULL : entry;
}

static int enlarge(struct states *states)
{
    size_t capacity = states->capacity > 0 ? 2 * states->capacity : CAPACITY_MIN;
    struct state_entry *entries = calloc(capacity, sizeof *entries);
    if (entries == NULL)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < states->capacity; i++)
        if (!is_free(&states->entries[i]))
            *place_of(entries, capacity, &states->entries[i].hash) = states->entries[i];
    free(states->entries);
    states->entries = entries;
    states->capacity = capacity;
    return 0;
}

int states_add(struct states *states, const struct hash *hash, const struct move *sleep, size_t sleep_count)
{
    void *pool = states->pool;
    int result = 0;
    if (states->count + states->count / 2 >= states->capacity)
        result = enlarge(states);
    while (result == 0 && states->pool_count + sleep_count > states->pool_capacity)
        result = grow(&pool, states->pool_capacity, &states->pool_capacity, sizeof *states->pool);
    states->pool = pool;
    if (result != 0)
        return result;
    struct state_entry *entry = place_of(states->entries, states->capacity, hash);
    entry->hash = *hash;
    entry->sleep = (uint32_t)states->pool_count;
    entry->sleep_count = (uint32_t)sleep_count;
    if (sleep_count > 0)
        memcpy(states->pool + states->pool_count, sleep, sleep_count * sizeof *sleep);
    states->pool_count += sleep_count;
    states->count++;
    return 0;
}
