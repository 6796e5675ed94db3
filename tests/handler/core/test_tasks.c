/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handler/core/tasks.h"

struct fixture {
    struct arena arena;
    struct task_queue queue;
    arena_ref kept[3];
};

static arena_ref keep(struct fixture *f, const struct task_event *task)
{
    assert_int_equal(arena_reserve(&f->arena, task_cost_max()), 0);
    return task_keep(&f->arena, task);
}

/* A queue of three events with pids 1, 2 and 3. */
static int begin(void **context)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    assert_int_equal(arena_init(&f->arena, 1 << 20), 0);
    for (uint32_t i = 0; i < 3; i++) {
        struct task_event task = {.kind = TASK_EVENT_OOM, .pid = i + 1};
        f->kept[i] = keep(f, &task);
        task_queue_append(&f->arena, &f->queue, f->kept[i]);
    }
    *context = f;
    return 0;
}

static int end(void **context)
{
    struct fixture *f = *context;
    arena_release(&f->arena);
    test_free(f);
    return 0;
}

static void a_kept_event_is_the_event(void **context)
{
    struct fixture *f = *context;
    char id[] = "web";
    struct task_event task = {.kind = TASK_EVENT_EXIT,
                              .topic = text_of("/tasks/exit"),
                              .name_space = text_of("ours"),
                              .container_id = text_of(id),
                              .process_id = text_of("probe"),
                              .pid = 101,
                              .exit_status = UINT32_MAX,
                              .exited_at = {true, -5, 7},
                              .published_at = {false, 8, 9}};
    arena_ref kept = keep(f, &task);
    struct task_event view;
    id[0] = '#';
    view = task_view(&f->arena, kept);
    assert_int_equal(view.kind, TASK_EVENT_EXIT);
    assert_true(text_is(view.topic, "/tasks/exit"));
    assert_true(text_is(view.name_space, "ours"));
    assert_true(text_is(view.container_id, "web"));
    assert_true(text_is(view.process_id, "probe"));
    assert_int_equal(view.pid, 101);
    assert_int_equal(view.exit_status, UINT32_MAX);
    assert_true(view.exited_at.present && view.exited_at.seconds == -5 && view.exited_at.nanoseconds == 7);
    assert_true(!view.published_at.present && view.published_at.seconds == 8 && view.published_at.nanoseconds == 9);
    assert_false(view.is_early);
    task_set_early(&f->arena, kept);
    assert_true(task_view(&f->arena, kept).is_early);
    task_release(&f->arena, kept);
    task_release(&f->arena, 0);
}

static void assert_pids(const struct fixture *f, const char *pids)
{
    char found[4] = "";
    size_t count = 0;
    for (arena_ref task = f->queue.first; task != 0; task = task_queue_after(&f->arena, task))
        found[count++] = (char)('0' + task_view(&f->arena, task).pid);
    assert_string_equal(found, pids);
    assert_int_equal(f->queue.count, count);
}

static void a_queue_keeps_the_order_and_gives_up_any_of_its_events(void **context)
{
    static const struct {
        int first, second;
        const char *left_by_one, *left_by_both;
    } rows[] = {{0, 1, "23", "3"}, {1, 0, "13", "3"}, {2, 0, "12", "2"}, {1, 2, "13", "1"}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture *f;
        void *own = NULL;
        (void)begin(&own);
        f = own;
        assert_pids(f, "123");
        task_queue_remove(&f->arena, &f->queue, rows[i].first > 0 ? f->kept[rows[i].first - 1] : 0,
                          f->kept[rows[i].first]);
        assert_pids(f, rows[i].left_by_one);
        task_queue_remove(&f->arena, &f->queue, rows[i].second == 2 ? f->kept[0] : 0, f->kept[rows[i].second]);
        assert_pids(f, rows[i].left_by_both);
        /* The last place is known after every removal: what comes is behind what is left. */
        task_queue_append(&f->arena, &f->queue, f->kept[rows[i].first]);
        assert_int_equal(task_queue_after(&f->arena, f->queue.first), f->kept[rows[i].first]);
        (void)end(&own);
    }
}

static void a_cleared_queue_is_empty_and_its_memory_used_again(void **context)
{
    struct fixture *f = *context;
    struct task_event task = {.topic = text_of("of a length that differs, more than the second"),
                              .name_space = text_of("of a length that differs"),
                              .container_id = text_of("of a length"),
                              .process_id = text_of("short")};
    uint32_t used = 0;
    for (int round = 0; round < 3; round++) {
        task_queue_clear(&f->arena, &f->queue);
        assert_pids(f, "");
        for (int i = 0; i < 5; i++)
            task_queue_append(&f->arena, &f->queue, keep(f, &task));
        if (round == 0)
            used = arena_used(&f->arena);
    }
    assert_int_equal(arena_used(&f->arena), used);
}

static void every_part_of_an_event_is_in_its_hash(void **context)
{
    const struct task_event events[] = {
        {.kind = TASK_EVENT_EXIT},
        {.kind = TASK_EVENT_OOM},
        {.topic = text_of("a")},
        {.name_space = text_of("a")},
        {.container_id = text_of("a")},
        {.process_id = text_of("a")},
        {.pid = 1},
        {.exit_status = 1},
        {.exited_at = {true, 0, 0}},
        {.exited_at = {true, 1, 0}},
        {.exited_at = {true, 0, 1}},
        {.published_at = {true, 0, 0}},
        {.is_found = true},
        {.is_early = true},
        {.incarnation = 1},
    };
    (void)context;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        for (size_t j = 0; j <= i; j++) {
            struct hash a, b;
            hash_init(&a);
            hash_init(&b);
            task_hash(&events[i], &a);
            task_hash(&events[j], &b);
            assert_int_equal(hash_equal(&a, &b), i == j);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_kept_event_is_the_event, begin, end),
        cmocka_unit_test(a_queue_keeps_the_order_and_gives_up_any_of_its_events),
        cmocka_unit_test_setup_teardown(a_cleared_queue_is_empty_and_its_memory_used_again, begin, end),
        cmocka_unit_test(every_part_of_an_event_is_in_its_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
