/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

#define FIRST_LINE "replay 1"

struct hash replay_hash(struct text content)
{
    struct hash hash;
    hash_init(&hash);
    hash_text(&hash, content);
    return hash;
}

int replay_write(struct text scenario, struct text content, struct text policy, const struct draw *draws,
                 size_t draw_count, struct buffer *out, struct error *error)
{
    struct hash hash = replay_hash(content);
    buffer_printf(out, FIRST_LINE "\nscenario %.*s\nhash %016" PRIx64 "%016" PRIx64 "\npolicy %.*s\n",
                  TEXT_ARGUMENTS(scenario), hash.a, hash.b, TEXT_ARGUMENTS(policy));
    for (size_t i = 0; i < draw_count; i++)
        buffer_printf(out, "draw %s %" PRIu32 " of %" PRIu32 "\n", draws[i].label, draws[i].value, draws[i].bound);
    if (out->failed)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    if (scenario.length > REPLAY_NAME_MAX || policy.length > REPLAY_POLICY_MAX)
        return error_set(error, ERROR_LIMIT,
                         "a replay names no file of more than %d bytes and no policy of more than %d bytes",
                         REPLAY_NAME_MAX, REPLAY_POLICY_MAX);
    if (out->length > REPLAY_BYTES_MAX)
        return error_set(error, ERROR_LIMIT, "the run has %zu draws, more than fit in a replay of %d bytes", draw_count,
                         REPLAY_BYTES_MAX);
    return 0;
}

/* ---- reading ---- */

struct lines {
    struct text file;
    struct text rest;
    size_t number; /* of the line that was taken last */
    struct error *error;
};

/* The next line without its end; false behind the last. */
static bool take_line(struct lines *lines, struct text *ret_line)
{
    size_t length = 0;
    if (lines->rest.length == 0)
        return false;
    while (length < lines->rest.length && lines->rest.bytes[length] != '\n')
        length++;
    *ret_line = (struct text){lines->rest.bytes, length};
    lines->rest.bytes += length < lines->rest.length ? length + 1 : length;
    lines->rest.length -= length < lines->rest.length ? length + 1 : length;
    lines->number++;
    return true;
}

static int refuse(const struct lines *lines, const char *wanted)
{
    return error_set(lines->error, ERROR_MALFORMED, "%.*s:%zu: expected %s", TEXT_ARGUMENTS(lines->file), lines->number,
                     wanted);
}

/* The line's rest behind the word, into room of that size. */
static int take_field(struct lines *lines, const char *word, const char *wanted, char *room, size_t size)
{
    struct text line;
    size_t skipped = strlen(word);
    if (!take_line(lines, &line)) {
        lines->number++;
        return refuse(lines, wanted);
    }
    if (!text_starts_with(line, word) || line.length == skipped || line.length - skipped >= size)
        return refuse(lines, wanted);
    memcpy(room, line.bytes + skipped, line.length - skipped);
    room[line.length - skipped] = '\0';
    return 0;
}

static bool read_hash(const char *written, struct hash *hash)
{
    char half[17] = {0};
    if (strlen(written) != 32 || strspn(written, "0123456789abcdef") != 32)
        return false;
    memcpy(half, written, 16);
    hash->a = strtoull(half, NULL, 16);
    memcpy(half, written + 16, 16);
    hash->b = strtoull(half, NULL, 16);
    return true;
}

static bool read_number(const char **at, uint32_t *ret_number)
{
    char *end;
    unsigned long long number;
    if (**at < '0' || **at > '9')
        return false;
    number = strtoull(*at, &end, 10);
    *at = end;
    *ret_number = (uint32_t)number;
    return number <= UINT32_MAX;
}

/* "draw LABEL VALUE of BOUND"; the label, which may hold spaces, is copied to *room. */
static bool read_draw(struct text line, struct draw *draw, char **room)
{
    char copy[128];
    if (!text_starts_with(line, "draw ") || line.length >= sizeof copy)
        return false;
    memcpy(copy, line.bytes, line.length);
    copy[line.length] = '\0';
    char *of = strstr(copy, " of ");
    if (of == NULL)
        return false;
    const char *bound = of + 4;
    *of = '\0';
    char *value_at = strrchr(copy, ' ');
    const char *value = value_at + 1;
    size_t length = value_at > copy + 5 ? (size_t)(value_at - (copy + 5)) : 0;
    if (length == 0 || !read_number(&value, &draw->value) || *value != '\0' || !read_number(&bound, &draw->bound) ||
        *bound != '\0' || draw->value >= draw->bound)
        return false;
    memcpy(*room, copy + 5, length);
    (*room)[length] = '\0';
    draw->label = *room;
    *room += length + 1;
    return true;
}

static int read_draws(struct replay *replay, struct lines *lines)
{
    char *room = replay->labels;
    size_t capacity = 0;
    struct text line;
    while (take_line(lines, &line)) {
        void *items = replay->draws;
        int result = grow(&items, replay->draw_count, &capacity, sizeof *replay->draws);
        replay->draws = items;
        if (result != 0)
            return error_set(lines->error, result, "out of memory");
        if (!read_draw(line, &replay->draws[replay->draw_count], &room))
            return refuse(lines, "a draw such as \"draw next 2 of 3\"");
        replay->draw_count++;
    }
    return 0;
}

int replay_read(struct replay *replay, struct text file, struct text content, struct error *error)
{
    struct lines lines = {file, content, 0, error};
    char hash[64];
    struct text first;
    int result;

    memset(replay, 0, sizeof *replay);
    /* Each label is shorter than its line. */
    replay->labels = malloc(content.length + 1);
    if (replay->labels == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    if (!take_line(&lines, &first) || !text_is(first, FIRST_LINE)) {
        lines.number = 1;
        return refuse(&lines, "\"" FIRST_LINE "\": it is no replay, or one of another version");
    }
    result = take_field(&lines, "scenario ", "\"scenario NAME.yaml\"", replay->scenario, sizeof replay->scenario);
    if (result == 0 && strchr(replay->scenario, '/') != NULL)
        result = refuse(&lines, "the name of a file in the folder of the replay");
    if (result == 0)
        result = take_field(&lines, "hash ", "the scenario's hash", hash, sizeof hash);
    if (result == 0 && !read_hash(hash, &replay->hash))
        result = refuse(&lines, "the scenario's hash in 32 hexadecimal digits");
    if (result == 0)
        result = take_field(&lines, "policy ", "\"policy NAME\"", replay->policy, sizeof replay->policy);
    return result != 0 ? result : read_draws(replay, &lines);
}

void replay_release(struct replay *replay)
{
    free(replay->draws);
    free(replay->labels);
    replay->draws = NULL;
    replay->labels = NULL;
}
