/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_FILTER_H
#define FAKECONTAINERD_CORE_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "fakecontainerd/core/message.h"

/*
 * containerd's filter language: `topic~=|^/tasks/|,event.container_id==web`. A filter is selectors joined by commas,
 * all of which must hold; a selector is a path of fields alone (the field is there and not empty) or with == != or ~=
 * and a value. It accepts and refuses what containerd does, with its sentences. One difference: ~= knows the part of
 * Go's expressions that regex.h names, and a filter that uses more of them is refused instead of misread.
 */
enum {
    FILTER_BYTES_MAX = 1024,
    FILTER_SELECTORS_MAX = 16,
    FILTER_FIELDS_MAX = 8 /* of one path */
};

enum filter_comparison { FILTER_PRESENT, FILTER_EQUAL, FILTER_NOT_EQUAL, FILTER_MATCHES };

struct filter_selector {
    struct text fields[FILTER_FIELDS_MAX];
    size_t field_count;
    enum filter_comparison comparison;
    struct text value;
};

/* A parsed filter. Its texts lie in itself or in what was parsed: it must not be copied. */
struct filter {
    struct filter_selector selectors[FILTER_SELECTORS_MAX];
    size_t selector_count;
    size_t storage_used;
    char storage[FILTER_BYTES_MAX]; /* unquoted texts: never longer than the quoted ones */
};

/* The value of a path of fields in what is filtered; false where it has no such field or the field is empty. */
typedef bool (*filter_field)(const void *object, const struct text *fields, size_t field_count, struct text *ret_value);

/* The empty text is a filter that everything passes. 0, or with one sentence in *message, beginning "filters: ":
 *     ERROR_MALFORMED  containerd refuses it too,
 *     ERROR_LIMIT      it is larger than the limits above,
 *     ERROR_INVALID    its expression is beyond what regex.h knows. */
int filter_parse(struct filter *filter, struct text text, struct message *message);

bool filter_passes(const struct filter *filter, filter_field field, const void *object);

#endif
