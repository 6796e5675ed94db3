/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/numbers.h"

enum { KEY_SIZE = 8 };

/* Big-endian, so that the order of bytes is the order of numbers. */
static struct text key_of(uint64_t number, char key[KEY_SIZE])
{
    struct text text = {key, KEY_SIZE};
    for (int i = 0; i < KEY_SIZE; i++)
        key[i] = (char)(unsigned char)(number >> (8 * (KEY_SIZE - 1 - i)));
    return text;
}

static uint64_t number_of(struct text key)
{
    uint64_t number = 0;
    for (size_t i = 0; i < key.length; i++)
        number = number << 8 | (unsigned char)key.bytes[i];
    return number;
}

uint32_t numbers_insert_cost(void)
{
    return map_insert_cost(KEY_SIZE);
}

void numbers_insert(struct arena *arena, struct numbers *numbers, uint64_t number, arena_ref value)
{
    char key[KEY_SIZE];
    map_insert(arena, &numbers->map, key_of(number, key), value);
}

arena_ref numbers_remove(struct arena *arena, struct numbers *numbers, uint64_t number)
{
    char key[KEY_SIZE];
    return map_remove(arena, &numbers->map, key_of(number, key));
}

arena_ref numbers_next(const struct arena *arena, const struct numbers *numbers, uint64_t after, uint64_t *number_found)
{
    char key[KEY_SIZE];
    struct text found;
    arena_ref value = map_next(arena, &numbers->map, key_of(after, key), &found);
    if (value != 0 && number_found != NULL)
        *number_found = number_of(found);
    return value;
}
