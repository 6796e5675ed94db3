/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* The owner puts records into the store and takes them out while the monitor is at work. */

#define ORDERED "original-with=read-whole-stream"

static void a_record_that_is_set_is_known_from_then_on(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ORDERED);
    play_subscribe(&p, "record db 202 running");
    play(&p, "exit web 101 3\nrecord web 101 running\nset\nexit web 101 3");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  note container-unknown web\n"
                    "> record web RUNNING pid 101\n"
                    "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web\n");
    play_end(&p);
}

static void a_record_that_is_set_takes_the_place_of_the_old_one(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ORDERED);
    play_subscribe(&p, "record web 101 exited");
    play_quietly(&p, "record web 303 running\nset");
    play_assert_record(&p, "web", CONTAINER_RUNNING, 303, 0);
    play_end(&p);
}

/* While its task is being deleted; and while it waits for its lock, which goes with the record. */
static void an_exit_has_nothing_to_be_written_to_once_its_record_is_removed(void **context)
{
    static const char *const scripts[] = {"exit web 101 3\nremoved web\nreply 1 OK",
                                          "exit web 101 3\nlock web\nreply 1 OK\nremoved web"};
    (void)context;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct play p;
        play_begin(&p, ORDERED);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, scripts[i]);
        assert_int_equal(p.actions->count, 1);
        assert_int_equal(p.actions->items[0].kind, MONITOR_NOTE);
        assert_int_equal(p.actions->items[0].note.kind, NOTE_STORE_FAILED);
        assert_true(text_is(p.actions->items[0].note.outcome.text, "there is no such record"));
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

static void an_exit_that_is_written_after_the_removal_changes_no_record(void **context)
{
    struct container_record record;
    struct play p;
    (void)context;
    play_begin(&p, ORDERED);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 OK\nremoved web\nwritten 1");
    assert_false(monitor_record(p.monitor, text_of("web"), &record));
    play_quietly(&p, "record web 303 running\nset\nexit web 303 3\nreply 2 OK\nremoved web\nset\nwritten 2");
    play_assert_record(&p, "web", CONTAINER_RUNNING, 303, 0);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* Whatever becomes of its write: the record that the id has next is another life's, and so is the task. */
static void an_end_whose_record_is_removed_is_neither_written_again_nor_followed_by_a_delete(void **context)
{
    static const struct {
        const char *script;
        bool is_kept; /* until the store answers */
    } rows[] = {{"exit web 101 3\nfailed 1\nremoved web", false},
                {"exit web 101 3\nremoved web\nfailed 1", false},
                {"exit web 101 3\nremoved web\nwritten 1", false},
                {"exit web 101 3\nremoved web", true}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "original-with=read-whole-stream,journal,retry-writes");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].script);
        assert_int_equal(monitor_busy(p.monitor), rows[i].is_kept);
        for (size_t j = 0; j < p.actions->count; j++)
            assert_int_not_equal(p.actions->items[j].kind, MONITOR_CALL);
        assert_int_equal(monitor_unrest_ns(p.monitor), TIME_NEVER);
        play_end(&p);
    }
}

/* It is found as one that nobody knows, so that its end is recorded before its Delete; what is not known to be there is
 * deleted as it was to be. */
static void a_task_that_is_left_when_its_record_is_removed_is_found_anew(void **context)
{
    static const struct {
        const char *list, *actions;
    } rows[] = {
        {"listed 2 web:stopped:101:3",
         "> reply 2 OK 1 tasks\n  note event-found web\n  put 2 web CREATED pid 101\n  note event-found web\n"
         "  put 3 web RUNNING pid 101\n  note event-found web\n  call 3 Tasks.Get web timeout 10s\n> time\n"},
        {"listed 2 web:unknown:101:0", "> reply 2 OK 1 tasks\n> time\n  call 3 Tasks.Delete web timeout 10s\n"}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "reliable-without=second-list,oom,ping");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "main web 101 3\nwritten 1\nlost gone\n+100ms\ntime\nup\nopened\n+1s\ntime\nremoved web");
        play(&p, rows[i].list);
        play(&p, "time");
        play_expect(&p, rows[i].actions);
        play_end(&p);
    }
}

/* What is known of a life that has ended is not undone by an owner that was late; any other life is its to set. */
static void a_record_of_a_life_that_has_ended_keeps_its_end(void **context)
{
    static const struct {
        const char *set;
        bool keeps;
    } rows[] = {{"record web 101 running\nset", true},
                {"record web 102 running\nset", false},
                {"record web 0 created\nset", false},
                {"record web 101 exited\nset", false}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, ORDERED ",park-early-exits");
        play_record(&p, "web", 101, "running");
        p.records[0].found_after_ns = 1;
        play_subscribe(&p, "");
        play_quietly(&p, "exit web 101 3\nreply 1 OK\nwritten 1");
        play_quietly(&p, rows[i].set);
        assert_int_equal(play_record_of(&p, "web").exit_code, rows[i].keeps ? 3 : 0);
        /* The store has what the owner set, until it is told better. */
        assert_int_equal(p.actions->count, rows[i].keeps);
        assert_true(!rows[i].keeps ||
                    (p.actions->items[0].kind == MONITOR_PUT && p.actions->items[0].record.exit_code == 3 &&
                     p.actions->items[0].record.started_at_ns == 2 && p.actions->items[0].record.found_after_ns == 0));
        play_end(&p);
    }
}

static void an_exit_that_was_parked_is_handled_when_the_record_is_set(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ORDERED ",park-early-exits");
    play_subscribe(&p, "");
    play_quietly(&p, "exit web 101 3\nrecord web 101 running\nset");
    assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_CALL);
    play_end(&p);
}

static void a_removal_of_what_is_not_there_does_nothing(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ORDERED);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "removed db");
    assert_int_equal(p.actions->count, 0);
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_is_set_is_known_from_then_on),
        cmocka_unit_test(a_record_that_is_set_takes_the_place_of_the_old_one),
        cmocka_unit_test(an_exit_has_nothing_to_be_written_to_once_its_record_is_removed),
        cmocka_unit_test(an_exit_that_is_written_after_the_removal_changes_no_record),
        cmocka_unit_test(an_end_whose_record_is_removed_is_neither_written_again_nor_followed_by_a_delete),
        cmocka_unit_test(a_task_that_is_left_when_its_record_is_removed_is_found_anew),
        cmocka_unit_test(a_record_of_a_life_that_has_ended_keeps_its_end),
        cmocka_unit_test(an_exit_that_was_parked_is_handled_when_the_record_is_set),
        cmocka_unit_test(a_removal_of_what_is_not_there_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
