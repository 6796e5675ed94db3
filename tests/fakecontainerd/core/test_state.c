/* SPDX-License-Identifier: Apache-2.0 */
/* What the whole fake guarantees whatever it is asked: clones, fingerprints, limits and no growth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/time.h"
#include "fakecontainerd/core/state.h"
#include "tests/support/fake_play.h"

static const char *const everything[] = {NULL};

static struct hash hash_of(const struct fake_play *play)
{
    struct hash hash;
    hash_init(&hash);
    fake_hash(play->fake, play->now_ns, &hash);
    return hash;
}

/* A name that stays where it is. */
static const char *name(unsigned number)
{
    static char names[8][16];
    char *text = names[number % 8];
    snprintf(text, sizeof names[0], "c%u", number);
    return text;
}

/* One of all the things that can happen, by chance. */
static void happen(struct fake_play *play, struct random *random, uint32_t *stream_id)
{
    static const enum fake_command_kind kinds[] = {FAKE_COMMAND_CREATE, FAKE_COMMAND_START_TASK, FAKE_COMMAND_EXEC,
                                                   FAKE_COMMAND_EXIT,   FAKE_COMMAND_OOM,        FAKE_COMMAND_REMOVE,
                                                   FAKE_COMMAND_ADD,    FAKE_COMMAND_ADD_EXEC};
    const char *id = name((unsigned)random_below(random, 4));
    struct fake_command command;
    uint32_t kind = (uint32_t)random_below(random, 16);

    *stream_id += 2;
    if (kind < 10) {
        command = fake_command_on(kinds[random_below(random, 8)], id, random_below(random, 2) == 0 ? "e" : NULL);
        if (command.kind == FAKE_COMMAND_ADD)
            command = fake_command_add(id, 0, (enum fake_process_status)random_below(random, 4));
        fake_play_command(play, command);
    } else if (kind == 10) {
        fake_play_subscribe(play, *stream_id, everything);
    } else if (kind == 11) {
        fake_play_event(play, (struct fake_event){.kind = FAKE_CANCELLED,
                                                  .connection_id = 1,
                                                  .stream_id = *stream_id - 2 * (uint32_t)random_below(random, 9)});
    } else if (kind == 12) {
        fake_play_advance(play, (int64_t)random_below(random, 2 * TIME_SECOND));
    } else if (kind == 13 && random_below(random, 4) == 0) {
        command = (struct fake_command){.kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_REFUSES};
        command.state = (enum fake_restart_state)random_below(random, 2);
        fake_play_command(play, command);
        fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    } else {
        fake_play_request(play, *stream_id, (enum fake_method)random_below(random, FAKE_METHOD_COUNT), "default", id,
                          NULL);
    }
}

/* A fake with a delayed answer for every second kind of request. */
static void begin(struct fake_play *play)
{
    fake_play_init(play);
    for (unsigned method = 0; method < FAKE_METHOD_COUNT; method += 2) {
        struct fake_command rule = {.kind = FAKE_COMMAND_ADD_RULE};
        rule.rule = (struct fake_rule){.method = (enum fake_method)method, .action = FAKE_DO_DELAY};
        rule.rule.delay_ns = TIME_SECOND;
        fake_play_command(play, rule);
    }
}

static void a_clone_is_the_same_and_goes_on_alike(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        static char expected[65536];
        struct random random;
        struct random again;
        uint32_t stream_id = 1;
        uint32_t stream_again;
        struct fake_play play;
        struct fake_play copy;
        random_seed(&random, seed);
        begin(&play);
        for (size_t i = 0; i < 60; i++)
            happen(&play, &random, &stream_id);
        fake_play_trace(&play);
        copy = play;
        copy.trace = (struct buffer)BUFFER_INIT;
        assert_int_equal(fake_clone(&copy.fake, play.fake), 0);
        struct hash hash = hash_of(&play);
        struct hash copied = hash_of(&copy);
        assert_true(hash_equal(&hash, &copied));
        again = random;
        stream_again = stream_id;
        for (size_t i = 0; i < 60; i++)
            happen(&play, &random, &stream_id);
        strcpy(expected, fake_play_trace(&play));
        for (size_t i = 0; i < 60; i++)
            happen(&copy, &again, &stream_again);
        assert_string_equal(fake_play_trace(&copy), expected);
        hash = hash_of(&play);
        copied = hash_of(&copy);
        assert_true(hash_equal(&hash, &copied));
        fake_play_release(&copy);
        fake_play_release(&play);
    }
}

static void a_fake_that_lives_long_does_not_grow(void **state)
{
    struct random random;
    struct fake_play play;
    uint32_t stream_id = 1;
    uint32_t used = 0;
    (void)state;
    random_seed(&random, 7);
    begin(&play);
    for (size_t i = 0; i < 40000; i++) {
        happen(&play, &random, &stream_id);
        if (i % 500 == 0)
            fake_play_event(&play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
        if (i % 500 == 0)
            fake_play_event(&play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
        if (i == 20000)
            used = arena_used(&play.fake->arena);
        fake_play_trace(&play);
    }
    assert_in_range(arena_used(&play.fake->arena), 0, used + used / 4);
    fake_play_release(&play);
}

static void the_fingerprint_knows_neither_the_hour_nor_the_history(void **state)
{
    struct fake_play early;
    struct fake_play late;
    (void)state;
    fake_play_init(&early);
    fake_play_init(&late);
    fake_play_advance(&late, TIME_SECOND);
    fake_play_command(&late, fake_command_add("x", 7, FAKE_STOPPED));
    fake_play_command(&late, fake_command_on(FAKE_COMMAND_REMOVE, "x", NULL));
    fake_play_event(&late, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    fake_play_event(&late, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 9});
    fake_play_command(&early, fake_command_add("web", 101, FAKE_STOPPED));
    fake_play_command(&late, fake_command_add("web", 101, FAKE_STOPPED));
    struct hash a = hash_of(&early);
    struct hash b = hash_of(&late);
    assert_true(hash_equal(&a, &b));
    early.now_ns += TIME_SECOND;
    a = hash_of(&early);
    assert_false(hash_equal(&a, &b));
    fake_play_release(&early);
    fake_play_release(&late);
}

/* Every pair of these differs in one thing. */
static void the_fingerprint_knows_all_that_matters(void **state)
{
    enum { VARIANTS = 14 };
    struct hash hashes[VARIANTS];
    (void)state;
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        struct fake_play play;
        struct fake_command rule = {.kind = FAKE_COMMAND_ADD_RULE};
        rule.rule = (struct fake_rule){.method = FAKE_TASKS_GET, .action = FAKE_DO_DELAY, .times = 3};
        rule.rule.delay_ns = variant == 1 ? 2 * TIME_SECOND : TIME_SECOND;
        rule.rule.times = variant == 2 ? 4 : 3;
        fake_play_init(&play);
        fake_play_command(&play, rule);
        fake_play_command(&play, fake_command_add("web", variant == 3 ? 102 : 101, FAKE_RUNNING));
        fake_play_command(&play, fake_command_add("old", 200, FAKE_STOPPED));
        if (variant == 4)
            fake_play_command(&play, fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "e"));
        if (variant == 5)
            fake_play_subscribe(&play, 1, everything);
        if (variant == 6)
            fake_play_subscribe(&play, 1, (const char *const[]){"topic", NULL});
        if (variant == 7)
            fake_play_request(&play, 1, FAKE_TASKS_GET, "default", "web", NULL);
        if (variant == 8)
            fake_play_request(&play, 1, FAKE_TASKS_GET, "default", "old", NULL);
        if (variant == 9)
            fake_play_request(&play, 1, FAKE_TASKS_DELETE, "default", "old", NULL);
        if (variant == 10)
            fake_play_event(&play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 2});
        if (variant == 11 || variant == 12)
            fake_play_command(&play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
        if (variant >= 12)
            fake_play_advance(&play, TIME_SECOND);
        if (variant == 13)
            fake_play_command(&play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
        hashes[variant] = hash_of(&play);
        fake_play_release(&play);
        for (unsigned other = 0; other < variant; other++)
            if (hash_equal(&hashes[variant], &hashes[other]))
                fail_msg("%u and %u", variant, other);
    }
}

static void what_does_not_fit_into_one_step_is_left_for_the_next_at_once(void **state)
{
    enum { SUBSCRIPTIONS = 150 };
    struct fake_play play;
    struct fake_event event = {.kind = FAKE_COMMAND};
    struct fake_actions actions;
    size_t sent = 0;
    (void)state;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    for (uint32_t i = 0; i < SUBSCRIPTIONS; i++)
        fake_play_subscribe(&play, 2 * i + 1, everything);
    event.command = fake_command_on(FAKE_COMMAND_EXIT, "web", NULL);
    for (size_t steps = 0; steps < 3; steps++, event.kind = FAKE_TIME) {
        assert_int_equal(fake_step(play.fake, &event, &actions), 0);
        assert_int_equal(actions.count, steps < 2 ? FAKE_ACTIONS_MAX : SUBSCRIPTIONS + 1 - 2 * FAKE_ACTIONS_MAX);
        for (size_t i = 0; i < actions.count; i++)
            sent += actions.items[i].kind == FAKE_SEND_EVENT;
        assert_true(fake_deadline_ns(play.fake) == (steps < 2 ? 0 : TIME_NEVER));
    }
    assert_int_equal(sent, SUBSCRIPTIONS);
    fake_play_release(&play);
}

static void each_limit_is_reached_and_not_passed(void **state)
{
    struct fake_play play;
    char id[16];
    (void)state;
    fake_play_init(&play);
    for (unsigned i = 0; i < FAKE_SUBSCRIPTIONS_MAX; i++)
        fake_play_subscribe(&play, 2 * i + 1, everything);
    fake_play_subscribe(&play, 2 * FAKE_SUBSCRIPTIONS_MAX + 1, everything);
    assert_string_equal(fake_play_trace(&play),
                        "end stream RESOURCE_EXHAUSTED \"the fake holds no more subscriptions\"\n");
    for (unsigned i = 2; i <= FAKE_CONNECTIONS_MAX; i++)
        fake_play_event(&play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = i});
    assert_string_equal(fake_play_trace(&play), "");
    fake_play_event(&play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 5000});
    assert_string_equal(fake_play_trace(&play), "close connection\n");
    fake_play_event(&play, (struct fake_event){.kind = FAKE_DISCONNECTED, .connection_id = 1});
    for (unsigned i = 0; i < FAKE_CONTAINERS_MAX; i++) {
        snprintf(id, sizeof id, "c%u", i);
        fake_play_command(&play, fake_command_add(id, 0, FAKE_RUNNING));
    }
    assert_string_equal(fake_play_trace(&play), "");
    fake_play_command(&play, fake_command_add("more", 0, FAKE_RUNNING));
    fake_play_command(&play, fake_command_on(FAKE_COMMAND_CREATE, "more", NULL));
    assert_string_equal(fake_play_trace(&play), "refuse add more: the fake holds no more containers\n"
                                                "refuse create more: the fake holds no more containers\n");
    for (unsigned i = 0; i < FAKE_EXECS_MAX; i++) {
        snprintf(id, sizeof id, "e%u", i);
        fake_play_command(&play, fake_command_on(FAKE_COMMAND_ADD_EXEC, "c0", id));
    }
    assert_string_equal(fake_play_trace(&play), "");
    fake_play_command(&play, fake_command_on(FAKE_COMMAND_ADD_EXEC, "c0", "more"));
    assert_string_equal(fake_play_trace(&play), "refuse add exec c0/more: the fake holds no more execs of one "
                                                "container\n");
    fake_play_release(&play);
}

static void what_a_container_is_made_of_has_limits(void **state)
{
    static char bytes[FAKE_PAYLOAD_MAX + 1];
    static struct fake_label labels[FAKE_LABELS_MAX + 1];
    static const char *const sentences[] = {
        "",
        "refuse add web: has an image, runtime or spec longer than the fake can hold\n",
        "refuse add web: has more labels than the fake can hold\n",
        "refuse add web: has a label longer than the fake can hold\n",
        "refuse add web: is in no valid namespace\n",
    };
    struct fake_play play;
    (void)state;
    memset(bytes, 'x', sizeof bytes);
    fake_play_init(&play);
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        struct fake_command add = fake_command_add("web", 0, FAKE_RUNNING);
        memset(labels, 0, sizeof labels);
        add.container.spec.value = (struct text){bytes, i == 1 ? FAKE_PAYLOAD_MAX + 1 : FAKE_PAYLOAD_MAX};
        add.container.labels = labels;
        add.container.label_count = i == 2 ? FAKE_LABELS_MAX + 1 : FAKE_LABELS_MAX;
        labels[7].value = (struct text){bytes, i == 3 ? FAKE_PAYLOAD_MAX + 1 : FAKE_PAYLOAD_MAX};
        add.container.name_space = text_of(i == 4 ? "a b" : "default");
        fake_play_command(&play, add);
        assert_string_equal(fake_play_trace(&play), sentences[i]);
        fake_play_command(&play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
        fake_play_command(&play, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
        fake_play_trace(&play);
    }
    fake_play_release(&play);
}

/* ---- the line of containers ---- */

/* In their order; the first is the beginning of the second, which a key of both parts must not mix up. */
static const char *const spaces[] = {"a", "a-b", "ab", "b"};
static const char *const ids[] = {"0", "a", "a-b", "b", "c"};

enum { SPACES = sizeof spaces / sizeof spaces[0], IDS = sizeof ids / sizeof ids[0] };

static arena_ref slot_of(const struct fake *fake, size_t number)
{
    return slot_find(fake, text_of(spaces[number / IDS]), text_of(ids[number % IDS]));
}

/* Forwards, backwards, and of each name space alone. */
static void assert_line(const struct fake *fake, const bool present[SPACES * IDS])
{
    arena_ref at = slot_first(fake);
    arena_ref before = 0;
    for (size_t i = 0; i < SPACES; i++) {
        arena_ref in = slot_first_in(fake, text_of(spaces[i]));
        for (size_t j = i * IDS; j < (i + 1) * IDS; j++) {
            if (!present[j])
                continue;
            assert_int_equal(at, slot_of(fake, j));
            assert_int_equal(in, at);
            assert_int_equal(((const struct slot *)arena_at(&fake->arena, at))->before, before);
            before = at;
            in = slot_next_in(fake, text_of(spaces[i]), at);
            at = slot_next(fake, at);
        }
        assert_int_equal(in, 0);
    }
    assert_int_equal(at, 0);
    assert_int_equal(state_of(fake)->last_slot, before);
}

static void containers_stand_in_the_order_of_their_names_whoever_comes_and_goes(void **state)
{
    bool present[SPACES * IDS] = {false};
    struct random random;
    struct fake *fake;
    (void)state;
    random_seed(&random, 1);
    assert_int_equal(fake_new(&fake, NULL), 0);
    for (unsigned i = 0; i < 2000; i++) {
        size_t number = (size_t)random_below(&random, SPACES * IDS);
        struct fake_container container = {.id = text_of(ids[number % IDS]),
                                           .name_space = text_of(spaces[number / IDS])};
        if (present[number])
            slot_remove(fake, slot_of(fake, number));
        else if (arena_reserve(&fake->arena, (uint32_t)slot_cost(&container)) == 0)
            (void)slot_add(fake, &container, 0);
        present[number] = !present[number];
        assert_line(fake, present);
    }
    fake_free(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clone_is_the_same_and_goes_on_alike),
        cmocka_unit_test(a_fake_that_lives_long_does_not_grow),
        cmocka_unit_test(the_fingerprint_knows_neither_the_hour_nor_the_history),
        cmocka_unit_test(the_fingerprint_knows_all_that_matters),
        cmocka_unit_test(what_does_not_fit_into_one_step_is_left_for_the_next_at_once),
        cmocka_unit_test(each_limit_is_reached_and_not_passed),
        cmocka_unit_test(what_a_container_is_made_of_has_limits),
        cmocka_unit_test(containers_stand_in_the_order_of_their_names_whoever_comes_and_goes),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/state", tests, NULL, NULL);
}
