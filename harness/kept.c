/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* One piece holds all texts of a record, and is shared by its copies. The id is the beginning of the bytes. */
struct piece {
    size_t references;
    char bytes[];
};

static struct piece *piece_of(const struct container_record *record)
{
    union {
        const char *borrowed;
        char *owned;
    } texts = {.borrowed = record->id.bytes};
    return texts.owned != NULL ? (struct piece *)(void *)(texts.owned - offsetof(struct piece, bytes)) : NULL;
}

void kept_clear(struct container_record *record)
{
    struct piece *piece = piece_of(record);
    if (piece != NULL && --piece->references == 0)
        free(piece);
    memset(record, 0, sizeof *record);
}

void kept_share(struct container_record *copy, const struct container_record *from)
{
    struct piece *piece = piece_of(from);
    if (piece != NULL)
        piece->references++;
    *copy = *from;
}

static struct text copy_text(char **at, struct text from)
{
    struct text copy = {*at, from.length};
    if (from.length > 0)
        memcpy(*at, from.bytes, from.length);
    *at += from.length;
    return copy;
}

int kept_copy(struct container_record *copy, const struct container_record *from)
{
    struct piece *piece = malloc(sizeof *piece + from->id.length + from->reason.length + from->message.length + 1);
    if (piece == NULL)
        return ERROR_NO_MEMORY;
    char *at = piece->bytes;
    piece->references = 1;
    *copy = *from;
    copy->id = copy_text(&at, from->id);
    copy->reason = copy_text(&at, from->reason);
    copy->message = copy_text(&at, from->message);
    return 0;
}
