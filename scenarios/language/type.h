/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_TYPE_H
#define SCENARIOS_LANGUAGE_TYPE_H

#include <stddef.h>
#include <stdint.h>

#include "scenarios/language/node.h"
#include "scenarios/language/words.h"

/*
 * The grammar as tables. A mapping of the language is a table with one row for each key: its name, whether it must be
 * there, the type of its value, and where the value goes in a struct. A type tells how a value is read and how it is
 * told to people. One reader goes by these tables, so unknown, missing and repeated keys, wrong types and limits are
 * met alike everywhere, and a new key is a new row.
 */
#define NOWHERE SIZE_MAX

enum need {
    MAY_BE,
    MUST_BE,
    ONE_OF /* exactly one of the mapping's keys that are so marked */
};

struct key {
    const char *name;
    enum need need;
    const struct type *type;
    size_t target; /* offset of the value in the mapping's struct */
    size_t beside; /* offset of the bool that tells that the key was there, or of a list's count; or NOWHERE */
};

/* Looks at a mapping that has been read: sets what depends on several keys and refuses what does not fit together. */
typedef int mapping_check(const struct reading *reading, const struct node *node, void *target);

struct mapping {
    const char *what; /* "a step's exit" */
    const struct key *keys;
    size_t key_count;
    size_t place;         /* offset of its struct scenario_place, or NOWHERE */
    mapping_check *check; /* or NULL */
};

/* A value on its way: its node, and what messages call it, such as "code" with its quotes. */
struct subject {
    const struct node *node;
    const char *what;
};

typedef int value_read(const struct reading *reading, const struct type *type, struct subject subject, void *target,
                       size_t *ret_count);

struct type {
    const char *wanted; /* "a number from 1 to 4294967295" */
    value_read *read;
    int64_t minimum; /* numbers: the least; lists: entries */
    int64_t maximum; /* numbers: the greatest; lists: entries; texts: bytes */
    const struct words *words;
    const struct mapping *mapping;
    const struct type *element; /* of a list */
    size_t element_size;
    /* For the schema, which cannot look into a reader: */
    value_read *like;    /* the reader below that takes values of the same shape, where read is not one of them */
    const char *instead; /* one word that may stand instead of what the rest tells; or NULL */
    const char *pattern; /* a regular expression that a text matches, where there is more to tell; or NULL */
};

/* The readers. Each writes *target as told here; a list's writes an array's address, and *ret_count. */
value_read read_text;      /* struct text */
value_read read_line;      /* struct text, of one line and not empty */
value_read read_id;        /* struct text */
value_read read_new_id;    /* struct text: of what comes to be, so not "any" */
value_read read_id_or_any; /* struct text, empty for "any" */
value_read read_word;      /* an enum: the value in type->words */
value_read read_flag;      /* bool: whether the value in type->words is not 0 */
value_read read_u32;       /* uint32_t */
value_read read_i32;       /* int32_t */
value_read read_i64;       /* int64_t */
value_read read_duration;  /* int64_t, nanoseconds: "3s" */
value_read read_time_from; /* int64_t, nanoseconds: "+3s" */
value_read read_wall;      /* int64_t, nanoseconds since 1970: "2017-05-31T21:33:52Z" */
value_read read_list;      /* an array of type->element_size each, with its count */
value_read read_mapping;   /* the struct of type->mapping; without one, free keys with values of type->element */

/* Reads a mapping of the language into its struct. */
int mapping_read(const struct reading *reading, const struct mapping *mapping, struct subject subject, void *target);

/* The value, or the key, of a key in a mapping that has been read; NULL where it is not there. */
const struct node *mapping_value(const struct node *node, const char *key);
const struct node *mapping_key(const struct node *node, const char *key);

/* Tells that a value is not what its type wants. */
int fail_wanted(const struct reading *reading, const struct type *type, struct subject subject);

/* 0 iff the value is a text that no reader of YAML takes for anything else. */
int check_text(const struct reading *reading, const struct type *type, struct subject subject);

/* Tells that a word is unknown, with the nearest one or else all there are. */
int fail_unknown_word(const struct reading *reading, const struct words *words, const struct node *node);

/* What wall_parse reads, as far as a regular expression tells. */
#define WALL_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$"

/* Reads RFC 3339 in UTC, "2017-05-31T21:33:52.5Z". 0; or ERROR_INVALID for what is no such time or lies outside of what
 * nanoseconds since 1970 can tell, with *ret_ns untouched. */
int wall_parse(struct text text, int64_t *ret_ns);

/* The same for any year from 1 to 9999, as seconds since 1970 and nanoseconds. */
int wall_parse_parts(struct text text, int64_t *ret_seconds, int32_t *ret_nanoseconds);

#endif
