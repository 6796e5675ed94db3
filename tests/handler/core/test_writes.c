/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"
#include "tests/handler/core/play_owner.h"

/* Writes that fail and are made again. */

#define WRITING "original-with=read-whole-stream,asynchronous,learn-from-events,retry-writes"
#define EXITED  "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"

static void an_exit_that_could_not_be_written_is_written_again_with_a_backoff(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        WRITING,
        "exit web 101 3\nreply 1 OK\nfailed 1 full\n+99ms\ntime\n+1ms\ntime\nfailed 2 full\n+200ms\ntime\nwritten 3",
        EXITED "  call 1 Tasks.Delete web\n> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
               "> write 1 failed \"full\"\n  note store-failed web INTERNAL \"full\"; next try in 100ms\n"
               "+99ms\n> time\n+1ms\n> time\n  put 2 web EXITED code 3\n"
               "> write 2 failed \"full\"\n  note store-failed web INTERNAL \"full\"; next try in 200ms\n"
               "+200ms\n> time\n  put 3 web EXITED code 3\n> written 3\n  tell web exited\n");
}

static void nothing_of_it_depends_on_a_connection(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(WRITING, "exit web 101 3\nreply 1 OK\nfailed 1 full\nlost gone\n+100ms\ntime",
                                      EXITED "  call 1 Tasks.Delete web\n> reply 1 OK status 0\n"
                                             "  put 1 web EXITED code 3\n> write 1 failed \"full\"\n"
                                             "  note store-failed web INTERNAL \"full\"; next try in 100ms\n"
                                             "> connection 1 lost UNAVAILABLE \"gone\"\n"
                                             "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                                             "+100ms\n> time\n  dial 2\n  put 2 web EXITED code 3\n");
}

static void a_learned_record_is_put_again_and_then_told(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, WRITING);
    play_subscribe(&p, "");
    play_quietly(&p, "create web 101");
    play(&p, "failed 1 full\n+100ms\ntime\nwritten 2");
    play_expect(&p, "> write 1 failed \"full\"\n  note store-failed web INTERNAL \"full\"; next try in 100ms\n"
                    "+100ms\n> time\n  put 2 web CREATED pid 101\n> written 2\n  tell web created\n");
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* The later one says all that the earlier one said. */
static void a_later_write_of_the_record_takes_the_place_of_one_that_failed(void **context)
{
    static const char *const scripts[] = {
        "create web 101\nstarted web 101\nfailed 1 full\nwritten 2",       /* under way already */
        "create web 101\nfailed 1 full\n+50ms\nstarted web 101\nwritten 2" /* or yet to come */
    };
    (void)context;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct play p;
        play_begin(&p, WRITING);
        play_subscribe(&p, "");
        play_quietly(&p, scripts[i]);
        assert_true(monitor_deadline_ns(p.monitor) == TIME_NEVER);
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

static void the_delays_begin_anew_after_a_write_that_was_made(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, WRITING);
    play_subscribe(&p, "");
    play_quietly(
        &p, "create web 101\nfailed 1 full\n+100ms\ntime\nfailed 2 full\n+200ms\ntime\nwritten 3\nstarted web 101");
    play(&p, "failed 4 full");
    play_expect(&p, "> write 4 failed \"full\"\n  note store-failed web INTERNAL \"full\"; next try in 100ms\n");
    play_end(&p);
}

/* Unless the id is there again. */
static void a_record_that_could_not_be_forgotten_is_forgotten_later(void **context)
{
    static const struct {
        const char *meanwhile;
        bool is_forgotten;
    } rows[] = {{"", true}, {"create web 7", false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, WRITING);
        play_subscribe(&p, "record web 0 exited");
        owner_play_quietly(&p, "ask 1 remove web\nreply 1 OK");
        owner_play_quietly(&p, rows[i].meanwhile);
        owner_play_quietly(&p, "failed 1 full\nwritten 2\n+100ms\ntime");
        assert_int_equal(p.actions->count, rows[i].is_forgotten);
        assert_true(!rows[i].is_forgotten || p.actions->items[0].kind == MONITOR_FORGET);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exit_that_could_not_be_written_is_written_again_with_a_backoff),
        cmocka_unit_test(nothing_of_it_depends_on_a_connection),
        cmocka_unit_test(a_learned_record_is_put_again_and_then_told),
        cmocka_unit_test(a_later_write_of_the_record_takes_the_place_of_one_that_failed),
        cmocka_unit_test(the_delays_begin_anew_after_a_write_that_was_made),
        cmocka_unit_test(a_record_that_could_not_be_forgotten_is_forgotten_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
