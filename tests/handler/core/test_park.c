/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"
#include "tests/handler/core/play_owner.h"

/* Exits that come early. */

#define PARKING \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,incarnations,park-early-exits"

static void an_exit_that_comes_before_its_record_is_applied_when_that_is_made(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(PARKING, "exit db 7 3\n+9s\ncreate db 7",
                                      "> message /tasks/exit db pid 7 status 3\n  note event-received db\n"
                                      "  note exit-parked db\n"
                                      "+9s\n> message /tasks/create db pid 7\n  note event-received db\n"
                                      "  put 1 db CREATED pid 7\n  note event-received db\n"
                                      "  call 1 Tasks.Delete db\n");
}

static void an_exit_whose_record_does_not_come_is_given_up(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, PARKING);
    play_subscribe(&p, "");
    play_quietly(&p, "exit db 7 3\n+5s\nexit db 8 4");
    play(&p, "+59999ms\ntime\n+1ms\ntime\ncreate db 7");
    play_expect(&p, "+59999ms\n> time\n+1ms\n> time\n  note container-unknown db\n  note container-unknown db\n"
                    "> message /tasks/create db pid 7\n  note event-received db\n  put 1 db CREATED pid 7\n");
    play_end(&p);
}

/* The answer to the Start makes it RUNNING; however long that takes, the exit is not given up. */
static void an_exit_that_comes_before_the_answer_to_its_start_waits_for_it(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, PARKING);
    play_subscribe(&p, "record web 101 created");
    owner_play_quietly(&p, "ask 1 start web\nmain web 101 3");
    assert_int_equal(p.actions->items[1].note.kind, NOTE_EXIT_PARKED);
    owner_play_quietly(&p, "+100s\ntime");
    play_assert_record(&p, "web", CONTAINER_CREATED, 101, 0);
    owner_play_quietly(&p, "told 1 running 101 0");
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    assert_int_equal(p.actions->items[p.actions->count - 1].call, MONITOR_CALL_DELETE);
    play_end(&p);
}

/* Its task is gone, so nobody need wait for the answer: it has ended as its exit says, not as its deletion does. */
static void an_exit_that_waits_for_a_start_ends_it_when_the_task_is_deleted(void **context)
{
    static const struct {
        const char *exit;
        int code;
    } rows[] = {{"main web 101 137", 137}, {"exec web 101 3", 0}, {"main web 102 3", 0}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, PARKING ",verify,infer-vanished,journal");
        play_subscribe(&p, "record web 101 created");
        owner_play_quietly(&p, "ask 1 start web");
        owner_play_quietly(&p, rows[i].exit);
        owner_play_quietly(&p, "deleted web 101 0");
        assert_int_equal(p.actions->items[1].kind, MONITOR_PUT);
        assert_int_equal(p.actions->items[1].record.exit_code, rows[i].code);
        owner_play_quietly(&p, "written 1\n+100s\ntime");
        play_end(&p);
    }
}

/* The life outlives the stop for the sake of its write, and nothing else of it is due. */
static void a_stop_forgets_what_is_parked_beside_an_end_that_is_being_written(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, PARKING ",verify,infer-vanished,journal");
    play_subscribe(&p, "record web 101 created");
    owner_play_quietly(&p, "ask 1 start web\nmain web 102 3\ndeleted web 101 0");
    assert_int_equal(p.actions->items[1].kind, MONITOR_PUT);
    assert_true(monitor_deadline_ns(p.monitor) < TIME_NEVER);
    play_quietly(&p, "stop");
    assert_true(monitor_deadline_ns(p.monitor) == TIME_NEVER);
    play_quietly(&p, "written 1");
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

static void of_one_container_only_so_many_exits_are_kept(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, PARKING);
    play_subscribe(&p, "");
    for (size_t i = 0; i < MONITOR_PARKED_MAX; i++) {
        play_quietly(&p, "exit db 7 3");
        assert_int_equal(p.actions->items[1].note.kind, NOTE_EXIT_PARKED);
    }
    play_quietly(&p, "exit db 7 3");
    assert_int_equal(p.actions->items[1].note.kind, NOTE_CONTAINER_UNKNOWN);
    play_quietly(&p, "stop");
    assert_true(monitor_deadline_ns(p.monitor) == TIME_NEVER);
    play_end(&p);
}

static size_t count_notes(const struct play *p, enum note_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < p->actions->count; i++)
        count += p->actions->items[i].kind == MONITOR_NOTE && p->actions->items[i].note.kind == kind;
    return count;
}

/* Of all of them no more than leaves room for events that wait; when they are given up there is room again. */
static void of_all_containers_only_so_many_are_kept(void **context)
{
    struct play p;
    size_t given_up = 0;
    (void)context;
    play_begin(&p, PARKING);
    play_subscribe(&p, "");
    for (unsigned i = 0; i < MONITOR_PARKED_ALL_MAX; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "exit c%u 7 3", i / MONITOR_PARKED_MAX);
        play_quietly(&p, line);
        assert_int_equal(count_notes(&p, NOTE_EXIT_PARKED), 1);
    }
    play_quietly(&p, "exit db 7 3");
    assert_int_equal(count_notes(&p, NOTE_CONTAINER_UNKNOWN), 1);
    play_quietly(&p, "+60s\ntime");
    for (given_up = count_notes(&p, NOTE_CONTAINER_UNKNOWN); monitor_busy(p.monitor);
         given_up += count_notes(&p, NOTE_CONTAINER_UNKNOWN)) {
        assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns);
        play_quietly(&p, "time");
    }
    assert_int_equal(given_up, MONITOR_PARKED_ALL_MAX);
    for (unsigned i = 0; i < MONITOR_PARKED_MAX; i++)
        play_quietly(&p, "exit db 7 3");
    assert_int_equal(count_notes(&p, NOTE_EXIT_PARKED), 1);
    /* What takes its turn is parked no more. */
    play_quietly(&p, "create db 7\n+60s\ntime");
    assert_int_equal(count_notes(&p, NOTE_CONTAINER_UNKNOWN), 0);
    play_end(&p);
}

/* Its pid may be an earlier life's, too, of which nobody has told; and no clock says which of them was first. */
static void an_exit_that_was_heard_before_its_record_is_asked_for(void **context)
{
    static const struct {
        const char *record, *script;
        unsigned asks;
    } rows[] = {
        {"", "main db 7 3\n+9s\ncreate db 7", 1},
        {"", "create db 7\nmain db 7 3", 0},
        {"record db 0 created", "main db 7 3", 1}, /* its pid is not known */
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        unsigned asks = 0;
        play_begin(&p, PARKING ",verify");
        play_subscribe(&p, rows[i].record);
        play_quietly(&p, rows[i].script);
        for (size_t j = 0; j < p.actions->count; j++)
            asks += p.actions->items[j].kind == MONITOR_CALL && p.actions->items[j].call == MONITOR_CALL_GET;
        if (asks != rows[i].asks)
            fail_msg("row %zu: %u", i, asks);
        play_end(&p);
    }
}

/* It shows the task as it was, or the next life's, which has its pid; a creation that is told is the next one's. */
static void a_deletion_that_is_told_while_a_list_is_under_way_ends_what_that_shows(void **context)
{
    static const struct {
        const char *script;
        enum container_state state;
        bool gone;
    } rows[] = {
        {"main db 7 3\ndeleted db 7 3\nlisted 1 db:running:7:0\nwritten 3", CONTAINER_EXITED, true},
        {"main db 7 3\ndeleted db 7 3\nlisted 1 db:running:8:0", CONTAINER_RUNNING, false},
        {"main db 7 3\ndeleted db 7 3\ncreate db 7", CONTAINER_CREATED, false},
        /* without its end; and before or after another list was asked for */
        {"deleted db 7 3\nlisted 1 db:running:7:0", CONTAINER_RUNNING, false},
        {"main db 7 3\ndeleted db 7 3\nlisted 1\n+1s\ntime\nlisted 2 db:running:7:0", CONTAINER_RUNNING, false},
        {"listed 1\nmain db 7 3\ndeleted db 7 3\n+1s\ntime\nlisted 2 db:running:7:0", CONTAINER_RUNNING, false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record;
        struct play p;
        play_begin(&p, PARKING ",verify,relist,second-list,infer-vanished,journal,guard-timestamps");
        play_subscribe(&p, "");
        play_quietly(&p, rows[i].script);
        record = play_record_of(&p, "db");
        if (container_record_state(&record) != rows[i].state || record.task_gone != rows[i].gone)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* The deletion is asked about again when the exit has ended the life, and kept as what may begin the next one; when
 * that is learned of otherwise, it is forgotten, and the life that kept it goes with the next end. */
static void a_deletion_that_was_kept_for_a_next_life_is_due_for_nothing_when_that_has_come(void **context)
{
    struct container_record record;
    struct play p;
    (void)context;
    play_begin(&p, PARKING ",verify,infer-vanished,journal,guard-timestamps,incarnations,retry-deletes");
    play_record(&p, "web", 101, "running");
    p.records[0].last_pid = 101;
    play_subscribe(&p, "");
    play_quietly(&p, "deleted web 101 3\nreply 1 UNAVAILABLE no\nmain web 101 4\ngot 2 stopped 101 4\nwritten 1\n"
                     "+1s\ntime\nreply 3 NOT_FOUND\nwritten 2");
    play_quietly(&p, "create web 102\ngot 4 created 102 0\nwritten 3\nstarted web 102\nwritten 4");
    play_quietly(&p, "main web 102 5\nwritten 5\nreply 5 OK\nwritten 6");
    record = play_record_of(&p, "web");
    assert_int_equal(record.incarnation, 1);
    assert_true(record.task_gone);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exit_that_comes_before_its_record_is_applied_when_that_is_made),
        cmocka_unit_test(an_exit_whose_record_does_not_come_is_given_up),
        cmocka_unit_test(an_exit_that_comes_before_the_answer_to_its_start_waits_for_it),
        cmocka_unit_test(an_exit_that_waits_for_a_start_ends_it_when_the_task_is_deleted),
        cmocka_unit_test(a_stop_forgets_what_is_parked_beside_an_end_that_is_being_written),
        cmocka_unit_test(of_one_container_only_so_many_exits_are_kept),
        cmocka_unit_test(of_all_containers_only_so_many_are_kept),
        cmocka_unit_test(an_exit_that_was_heard_before_its_record_is_asked_for),
        cmocka_unit_test(a_deletion_that_is_told_while_a_list_is_under_way_ends_what_that_shows),
        cmocka_unit_test(a_deletion_that_was_kept_for_a_next_life_is_due_for_nothing_when_that_has_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
