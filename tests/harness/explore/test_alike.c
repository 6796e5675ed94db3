/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/alike.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/world.h"
#include "tests/harness/explore/worlds.h"

struct fixture {
    struct scenario *scenario;
    struct world *world;
    struct timeline *ready;
    struct alike alike;
    struct error error;
};

static void begin(struct fixture *f, size_t happenings)
{
    memset(f, 0, sizeof *f);
    f->scenario = story_read(STORY_DISCONNECT);
    f->world = calloc(1, sizeof *f->world);
    f->ready = calloc(1, sizeof *f->ready);
    assert_true(f->world != NULL && f->ready != NULL);
    assert_int_equal(world_init(f->world, WORLD_VALUES, f->scenario, text_of("reliable"), POLICY_RELIABLE), 0);
    f->world->watch.choices = true;
    f->world->trace.silent = true;
    assert_int_equal(alike_init(&f->alike, f->world, text_of("reliable")), 0);
    for (size_t i = 0; i < happenings; i++) {
        assert_true(world_pending(f->world, f->ready) > 0);
        assert_int_equal(world_happen(f->world, &f->ready->items[0]), 0);
    }
    assert_true(world_pending(f->world, f->ready) > 0);
}

static void end(struct fixture *f)
{
    alike_release(&f->alike);
    world_release(f->world);
    free(f->world);
    free(f->ready);
    scenario_free(f->scenario);
}

static int try_it(struct fixture *f, const struct hash *hash, bool *ret_again)
{
    return alike_try(&f->alike, f->world, hash, f->ready, ret_again, &f->error);
}

static void a_state_goes_on_as_it_did_before(void **state)
{
    (void)state;
    for (size_t happenings = 0; happenings < 20; happenings += 5) {
        struct fixture f;
        struct hash hash, behind;
        bool again = true;
        begin(&f, happenings);
        world_hash(f.world, &hash);
        assert_int_equal(try_it(&f, &hash, &again), 0);
        assert_false(again);
        assert_int_equal(try_it(&f, &hash, &again), 0);
        assert_true(again);
        /* Nothing has happened in the world itself. */
        world_hash(f.world, &behind);
        assert_true(hash_equal(&hash, &behind));
        end(&f);
    }
}

static void expect_difference(struct fixture *f, const struct hash *hash, const char *by)
{
    bool again = false;
    assert_int_equal(try_it(f, hash, &again), ERROR_UNREPEATABLE);
    if (strstr(f->error.text, "two ways through story.yaml under reliable come to the state ") == NULL ||
        strstr(f->error.text, by) == NULL)
        fail_msg("%s", f->error.text);
}

/* The fingerprint is that of an earlier state, as if it left out what has happened since. */
static void one_with_the_fingerprint_of_another_does_not(void **state)
{
    struct fixture f;
    struct hash hash;
    bool again = false;
    (void)state;

    begin(&f, 8);
    world_hash(f.world, &hash);
    assert_int_equal(try_it(&f, &hash, &again), 0);
    assert_int_equal(world_happen(f.world, &f.ready->items[0]), 0);
    assert_true(world_pending(f.world, f.ready) > 0);
    expect_difference(&f, &hash, "go on differently by ");
    end(&f);

    begin(&f, 8);
    world_hash(f.world, &hash);
    assert_int_equal(try_it(&f, &hash, &again), 0);
    f.ready->count--;
    expect_difference(&f, &hash, "go on differently by the number of things that may happen");
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_goes_on_as_it_did_before),
        cmocka_unit_test(one_with_the_fingerprint_of_another_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
