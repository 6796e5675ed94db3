/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/by_time.h"

#include "base/contract.h"
#include "base/time.h"
#include "handler/core/monitor.h"

/* The time so that the order of its bytes is that of its value, then the id. */
struct key {
    char bytes[BY_TIME_KEY_TIME + MONITOR_ID_MAX];
};

/* Written so that compilers make one store of it. */
static void put_time(char *to, uint64_t number)
{
    to[0] = (char)(number >> 56);
    to[1] = (char)(number >> 48);
    to[2] = (char)(number >> 40);
    to[3] = (char)(number >> 32);
    to[4] = (char)(number >> 24);
    to[5] = (char)(number >> 16);
    to[6] = (char)(number >> 8);
    to[7] = (char)number;
}

static struct text key_make(struct key *key, int64_t at_ns, struct text id)
{
    uint64_t number = (uint64_t)at_ns ^ (UINT64_C(1) << 63);
    struct text text = {key->bytes, BY_TIME_KEY_TIME + id.length};
    CONTRACT(id.length > 0 && id.length <= MONITOR_ID_MAX);
    put_time(key->bytes, number);
    text_put(key->bytes + BY_TIME_KEY_TIME, id);
    return text;
}

void by_time_add(struct arena *arena, struct by_time *index, int64_t at_ns, struct text id, arena_ref value)
{
    struct key key;
    map_insert(arena, &index->map, key_make(&key, at_ns, id), value);
}

void by_time_remove(struct arena *arena, struct by_time *index, int64_t at_ns, struct text id)
{
    struct key key;
    (void)map_remove(arena, &index->map, key_make(&key, at_ns, id));
}

arena_ref by_time_next(const struct arena *arena, const struct by_time *index, struct text *place)
{
    return map_next(arena, &index->map, *place, place);
}

int64_t by_time_first_ns(const struct arena *arena, const struct by_time *index)
{
    if (index->map.count == 0)
        return TIME_NEVER;
    return (int64_t)(map_first_head(arena, &index->map) ^ (UINT64_C(1) << 63));
}
