/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/contract.h"
#include "scenarios/language/type.h"

enum {
    LISTING_SIZE = 1000,
    LISTED_MAX = 20 /* words in one sentence: more would be cut in the middle of one */
};

/* Names in a row for a sentence: "a", "b", "c". */
struct listing {
    char text[LISTING_SIZE];
    size_t length;
};

static void listing_add(struct listing *listing, const char *name)
{
    int written = snprintf(listing->text + listing->length, sizeof listing->text - listing->length, "%s\"%s\"",
                           listing->length > 0 ? ", " : "", name);
    CONTRACT(written > 0 && (size_t)written < sizeof listing->text - listing->length);
    listing->length += (size_t)written;
}

static struct listing list_keys(const struct mapping *mapping, bool only_one_of)
{
    struct listing listing = {{0}, 0};
    for (size_t i = 0; i < mapping->key_count; i++)
        if (!only_one_of || mapping->keys[i].need == ONE_OF)
            listing_add(&listing, mapping->keys[i].name);
    return listing;
}

int fail_unknown_word(const struct reading *reading, const struct words *words, const struct node *node)
{
    const char *nearest = words_nearest(words, node->text);
    struct listing listing = {{0}, 0};
    if (nearest != NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "unknown %s %s; did you mean \"%s\"?", words->what,
                            quote(node->text).text, nearest);
    for (size_t i = 0; i < words->count && i < LISTED_MAX; i++)
        listing_add(&listing, words->items[i].name);
    return reading_fail(reading, node->place, ERROR_INVALID, "unknown %s %s; known: %s%s", words->what,
                        quote(node->text).text, listing.text, words->count > LISTED_MAX ? " and more" : "");
}

static int fail_unknown_key(const struct reading *reading, const struct mapping *mapping, const struct node *node)
{
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < mapping->key_count; i++) {
        size_t distance = words_distance(node->text, mapping->keys[i].name);
        if (distance < least) {
            least = distance;
            nearest = mapping->keys[i].name;
        }
    }
    if (nearest != NULL)
        return reading_fail(reading, node->place, ERROR_INVALID, "unknown key %s in %s; did you mean \"%s\"?",
                            quote(node->text).text, mapping->what, nearest);
    return reading_fail(reading, node->place, ERROR_INVALID, "unknown key %s in %s; known: %s", quote(node->text).text,
                        mapping->what, list_keys(mapping, false).text);
}

const struct node *mapping_key(const struct node *node, const char *key)
{
    for (const struct node *n = node->first; n != NULL; n = n->next->next)
        if (text_is(n->text, key))
            return n;
    return NULL;
}

const struct node *mapping_value(const struct node *node, const char *key)
{
    const struct node *found = mapping_key(node, key);
    return found != NULL ? found->next : NULL;
}

/* Refuses a key that the mapping has had already, and a second one of those of which there may be one. */
static int check_repetition(const struct reading *reading, const struct mapping *mapping, const struct node *node,
                            const struct node *key, const struct key *row)
{
    for (const struct node *n = node->first; n != key; n = n->next->next) {
        if (text_equal(n->text, key->text))
            return reading_fail(reading, key->place, ERROR_INVALID,
                                "key %s is in %s already, in line %zu; remove one of them", quote(key->text).text,
                                mapping->what, n->place.line);
        for (size_t i = 0; i < mapping->key_count; i++)
            if (row->need == ONE_OF && mapping->keys[i].need == ONE_OF && text_is(n->text, mapping->keys[i].name))
                return reading_fail(reading, key->place, ERROR_INVALID,
                                    "\"%s\" cannot stand beside \"%s\" in %s; keep one of them", row->name,
                                    mapping->keys[i].name, mapping->what);
    }
    return 0;
}

static int read_key(const struct reading *reading, const struct mapping *mapping, const struct node *node,
                    const struct node *key, unsigned char *target)
{
    const struct key *row = NULL;
    for (size_t i = 0; i < mapping->key_count && row == NULL; i++)
        if (text_is(key->text, mapping->keys[i].name))
            row = &mapping->keys[i];
    if (row == NULL)
        return fail_unknown_key(reading, mapping, key);
    int result = check_repetition(reading, mapping, node, key, row);
    if (result != 0)
        return result;

    struct quoted what = quote(key->text);
    struct subject subject = {key->next, what.text};
    size_t count = 0;
    result = row->type->read(reading, row->type, subject, target + row->target, &count);
    if (result != 0 || row->beside == NOWHERE)
        return result;
    if (row->type->element != NULL) {
        memcpy(target + row->beside, &count, sizeof count);
    } else {
        bool there = true;
        memcpy(target + row->beside, &there, sizeof there);
    }
    return 0;
}

static int check_needs(const struct reading *reading, const struct mapping *mapping, const struct node *node)
{
    bool wants_one = false;
    bool has_one = false;
    for (size_t i = 0; i < mapping->key_count; i++) {
        const struct key *row = &mapping->keys[i];
        bool there = mapping_key(node, row->name) != NULL;
        if (row->need == MUST_BE && !there)
            return reading_fail(reading, node->place, ERROR_INVALID, "%s needs \"%s\", %s", mapping->what, row->name,
                                row->type->wanted);
        wants_one = wants_one || row->need == ONE_OF;
        has_one = has_one || (row->need == ONE_OF && there);
    }
    if (wants_one && !has_one)
        return reading_fail(reading, node->place, ERROR_INVALID, "%s needs one of %s", mapping->what,
                            list_keys(mapping, true).text);
    return 0;
}

int mapping_read(const struct reading *reading, const struct mapping *mapping, struct subject subject, void *target)
{
    const struct node *node = subject.node;
    int result;

    if (node->kind != NODE_MAPPING)
        return reading_fail(reading, node->place, ERROR_INVALID, "%s must be a mapping, such as {%s: ...}",
                            subject.what, mapping->keys[0].name);
    for (const struct node *key = node->first; key != NULL; key = key->next->next) {
        result = read_key(reading, mapping, node, key, target);
        if (result != 0)
            return result;
    }
    result = check_needs(reading, mapping, node);
    if (result != 0)
        return result;
    if (mapping->place != NOWHERE)
        memcpy((unsigned char *)target + mapping->place, &node->place, sizeof node->place);
    return mapping->check != NULL ? mapping->check(reading, node, target) : 0;
}
