/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

static struct hash of_bytes(const char *bytes, size_t length)
{
    struct hash hash;
    hash_init(&hash);
    hash_bytes(&hash, bytes, length);
    return hash;
}

/* Written down once: another machine, compiler or day gives the same. */
static void a_fingerprint_is_the_same_everywhere(void **context)
{
    struct hash hash;
    (void)context;
    hash_init(&hash);
    hash_u64(&hash, 1);
    hash_i64(&hash, -1);
    hash_text(&hash, text_of("every machine"));
    assert_true(hash.a == UINT64_C(0xb6ce795dffca33da));
    assert_true(hash.b == UINT64_C(0x13afa2b188bf9791));
}

static void the_order_of_values_counts(void **context)
{
    struct hash a, b;
    (void)context;
    hash_init(&a);
    hash_init(&b);
    hash_u64(&a, 1);
    hash_u64(&a, 2);
    hash_u64(&b, 2);
    hash_u64(&b, 1);
    assert_false(hash_equal(&a, &b));
    assert_true(hash_equal(&a, &a));
}

static void where_one_text_ends_counts(void **context)
{
    struct hash a, b;
    (void)context;
    hash_init(&a);
    hash_init(&b);
    hash_text(&a, text_of("ab"));
    hash_text(&a, text_of("c"));
    hash_text(&b, text_of("a"));
    hash_text(&b, text_of("bc"));
    assert_false(hash_equal(&a, &b));
    hash_init(&a);
    hash_init(&b);
    hash_text(&a, text_of(""));
    assert_false(hash_equal(&a, &b));
}

static void every_byte_counts_at_every_place(void **context)
{
    char bytes[20] = {0};
    struct hash plain = of_bytes(bytes, sizeof bytes);
    (void)context;
    for (size_t i = 0; i < sizeof bytes; i++) {
        struct hash changed;
        bytes[i] = 1;
        changed = of_bytes(bytes, sizeof bytes);
        assert_false(hash_equal(&plain, &changed));
        bytes[i] = 0;
        changed = of_bytes(bytes, i);
        assert_false(hash_equal(&plain, &changed));
    }
}

/* Each half alone tells values apart, so that a collision needs both. */
static void both_halves_depend_on_every_value(void **context)
{
    (void)context;
    for (uint64_t i = 0; i < 64; i++) {
        struct hash a, b;
        hash_init(&a);
        hash_init(&b);
        hash_u64(&a, 0);
        hash_u64(&b, UINT64_C(1) << i);
        assert_true(a.a != b.a);
        assert_true(a.b != b.b);
    }
}

static void a_sum_of_a_set_does_not_depend_on_the_order(void **context)
{
    const struct hash elements[] = {of_bytes("a", 1), of_bytes("b", 1), of_bytes("c", 1)};
    struct hash forward, backward, twice;
    (void)context;
    hash_init(&forward);
    hash_init(&backward);
    hash_init(&twice);
    for (size_t i = 0; i < 3; i++) {
        hash_add_unordered(&forward, &elements[i]);
        hash_add_unordered(&backward, &elements[2 - i]);
        hash_add_unordered(&twice, &elements[i]);
    }
    hash_add_unordered(&twice, &elements[0]);
    assert_true(hash_equal(&forward, &backward));
    assert_true(forward.a != twice.a && forward.b != twice.b);
}

static void equality_needs_both_halves(void **context)
{
    const struct hash a = {1, 2}, other_a = {3, 2}, other_b = {1, 3};
    (void)context;
    assert_false(hash_equal(&a, &other_a));
    assert_false(hash_equal(&a, &other_b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fingerprint_is_the_same_everywhere),
        cmocka_unit_test(the_order_of_values_counts),
        cmocka_unit_test(where_one_text_ends_counts),
        cmocka_unit_test(every_byte_counts_at_every_place),
        cmocka_unit_test(both_halves_depend_on_every_value),
        cmocka_unit_test(a_sum_of_a_set_does_not_depend_on_the_order),
        cmocka_unit_test(equality_needs_both_halves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
