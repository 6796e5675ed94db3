/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/found.h"
#include "handler/core/reconcile.h"
#include "handler/core/state.h"
#include "tests/handler/core/play.h"

/* A list of the server's tasks against the records: what each difference becomes. */

#define LISTING                                                                                               \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,relist,verify," \
    "infer-vanished,incarnations,journal"

/* What came of the one event that was played. */
static void expect_actions(struct play *p, const char *actions)
{
    assert_int_equal(buffer_append(&p->trace, "", 1), 0);
    assert_string_equal(strchr((const char *)p->trace.bytes, '\n') + 1, actions);
    buffer_clear(&p->trace);
}

static void what_each_difference_becomes(void **context)
{
    static const struct {
        const char *records, *script, *actions;
    } rows[] = {
        {"record web 101 running", "listed 1 web:running:101:0", ""},
        {"record web 101 running", "listed 1 web:paused:101:0", ""},
        {"record web 101 created", "listed 1 web:created:101:0", ""},
        {"record web 101 running", "listed 1 web:created:101:0", "  call 2 Tasks.Get web timeout 10s\n"},
        {"", "listed 1", ""},
        {"record web 0 exited", "listed 1", ""},
        /* it has ended, and the list knows how */
        {"record web 101 running", "listed 1 web:stopped:101:7",
         "  note event-found web\n  call 2 Tasks.Get web timeout 10s\n"},
        /* it runs, which was missed */
        {"record web 101 created", "listed 1 web:running:101:0",
         "  note event-found web\n  put 1 web RUNNING pid 101\n"},
        /* it is gone, or only the list says so */
        {"record web 101 running", "listed 1", "  call 2 Tasks.Get web timeout 10s\n"},
        {"record web 101 created", "listed 1", "  call 2 Tasks.Get web timeout 10s\n"},
        {"record web 101 running", "listed 1 web:unknown:0:0", "  call 2 Tasks.Get web timeout 10s\n"},
        /* nobody knows it */
        {"", "listed 1 web:created:101:0", "  note event-found web\n  put 1 web CREATED pid 101\n"},
        {"", "listed 1 web:running:101:0",
         "  note event-found web\n  put 1 web CREATED pid 101\n  note event-found web\n  put 2 web RUNNING pid 101\n"},
        {"", "listed 1 web:stopped:101:7",
         "  note event-found web\n  put 1 web CREATED pid 101\n  note event-found web\n  put 2 web RUNNING pid 101\n"
         "  note event-found web\n  call 2 Tasks.Get web timeout 10s\n"},
        {"", "listed 1 web:unknown:0:0", ""},
        /* another life has its id: the old one ends first */
        {"record web 101 running", "listed 1 web:running:102:0",
         "  note event-found web\n  put 1 web EXITED code 255\n"},
        {"record web 0 exited", "listed 1 web:running:102:0",
         "  note event-found web\n  put 1 web CREATED pid 102\n  note event-found web\n  put 2 web RUNNING pid 102\n"},
        /* a start that failed left the pid, and its task has ended now; before that nothing is to be done */
        {"record web 101 exited", "listed 1 web:running:101:0", ""},
        {"record web 101 exited", "listed 1 web:stopped:101:7",
         "  note event-found web\n  note finished-before web\n  put 1 web EXITED pid 101 code 0\n"
         "  call 2 Tasks.Delete web\n"},
        /* the API of 2017 does not say how it ended */
        {"record web 101 exited", "listed 1 web:stopped-silently:101:0",
         "  note event-found web\n  note finished-before web\n  put 1 web EXITED pid 101 code 0\n"
         "  call 2 Tasks.Delete web\n"},
        /* the order is that of the ids, whoever has them */
        {"record b 2 running\nrecord d 4 running", "listed 1 a:created:1:0 b:running:2:0 c:created:3:0",
         "  call 2 Tasks.Get d timeout 10s\n  note event-found a\n  put 1 a CREATED pid 1\n"
         "  note event-found c\n  put 2 c CREATED pid 3\n"},
        /* an id that is there twice, or that cannot be, is not there */
        {"", "listed 1 a:created:1:0 a:created:2:0", "  note event-found a\n  put 1 a CREATED pid 1\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_subscribe(&p, rows[i].records);
        play(&p, rows[i].script);
        expect_actions(&p, rows[i].actions);
        play_end(&p);
    }
}

/* What has happened since is newer than the list. */
static void a_record_that_changed_since_the_list_was_asked_for_is_left_alone(void **context)
{
    static const struct {
        const char *script, *actions;
    } rows[] = {
        {"create new 5\nwritten 1\nlisted 1 web:running:101:0", ""},
        {"create web 102\nwritten 1\nwritten 2\nlisted 1 web:running:101:0", ""},
        {"create web 102\nwritten 1\nwritten 2\nlisted 1", ""},
        {"exit web 101 3\nlisted 1", ""}, /* its end is being handled */
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        const char *last = strstr(rows[i].script, "listed");
        char before[100];
        (void)snprintf(before, sizeof before, "%.*s", (int)(last - rows[i].script), rows[i].script);
        play_begin(&p, LISTING);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, before);
        play_quietly(&p, last);
        assert_int_equal(p.actions->count, 0);
        play_end(&p);
    }
}

/* The list was asked for before the exit, and seems to show another life with the pid of the last. */
static void an_old_list_does_not_begin_a_life_anew(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING ",second-list");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\n+1s\ntime");
    assert_int_equal(p.actions->items[0].call, MONITOR_CALL_LIST);
    play_quietly(&p, "main web 101 3\nwritten 1\nreply 3 OK\nwritten 2");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    assert_false(play_record_of(&p, "web").delete_pending);
    play_quietly(&p, "listed 2 web:running:101:0");
    assert_int_equal(p.actions->count, 0);
    play_end(&p);
}

static void a_delete_that_is_still_to_be_made_goes_on(void **context)
{
    static const char *const lists[] = {"listed 1 web:stopped:101:0", "listed 1"};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_begin(&p, LISTING);
        play_record(&p, "web", 0, "exited");
        p.records[0].delete_pending = true;
        play_subscribe(&p, "");
        play(&p, lists[i]);
        expect_actions(&p, "  call 2 Tasks.Delete web\n");
        play_quietly(&p, "reply 2 NOT_FOUND");
        assert_false(play_record_of(&p, "web").delete_pending);
        play_end(&p);
    }
}

/* It is recorded before the task goes that knows it. */
static void how_it_ended_is_taken_from_the_list_before_the_delete(void **context)
{
    static const struct {
        const char *list, *actions;
    } rows[] = {
        {"listed 1 web:stopped:101:3", "  put 1 web EXITED code 3\n"},
        {"listed 1 web:stopped-silently:101:0", "  call 2 Tasks.Delete web\n"},
        {"listed 1 web:unknown:0:0", ""}, /* the next list may know */
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING ",refine-inferred");
        play_record(&p, "web", 0, "exited");
        p.records[0].delete_pending = true;
        p.records[0].inferred = true;
        p.records[0].exit_code = 255;
        p.records[0].last_pid = 101;
        play_subscribe(&p, "");
        play(&p, rows[i].list);
        expect_actions(&p, rows[i].actions);
        if (i == 0)
            play(&p, "written 1");
        if (i == 0)
            play_expect(&p, "> written 1\n  tell web exited\n  call 2 Tasks.Delete web\n");
        if (i == 2)
            assert_int_equal(monitor_deadline_ns(p.monitor), TIME_SECOND);
        play_end(&p);
    }
}

/* As in a virtual machine. What is known of the last one's task tells whether this is the next, and never a clock. */
static void the_next_life_may_have_the_pid_of_the_last(void **context)
{
    static const struct {
        enum process_status status;
        uint32_t exit_status;
        int64_t seconds; /* when it ended, after the record's end */
        bool pending, gone, told, begins;
    } rows[] = {
        {PROCESS_RUNNING, 0, 0, false, false, false, true}, {PROCESS_UNKNOWN, 0, 0, false, true, false, false},
        {PROCESS_RUNNING, 0, 0, true, false, false, false}, {PROCESS_CREATED, 0, 0, true, false, false, true},
        {PROCESS_STOPPED, 7, 1, false, true, true, true},   {PROCESS_STOPPED, 7, -3600, false, true, true, true},
        {PROCESS_STOPPED, 3, 0, false, true, true, false},  {PROCESS_STOPPED, 7, 1, true, false, true, true},
        {PROCESS_STOPPED, 7, 1, false, false, true, true},  {PROCESS_STOPPED, 7, 1, false, true, false, false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        struct process_state process = {text_of("web"), rows[i].status, 101, rows[i].exit_status, {0}, rows[i].told};
        struct monitor_event listed = {.kind = MONITOR_REPLY, .call_id = 1, .processes = &process, .process_count = 1};
        play_begin(&p, LISTING ",guard-timestamps");
        play_record(&p, "web", 0, "exited");
        p.records[0].last_pid = 101;
        p.records[0].exit_code = 3;
        p.records[0].finished_at_ns = PLAY_WALL_NS - 10 * TIME_SECOND;
        p.records[0].delete_pending = rows[i].pending;
        p.records[0].task_gone = rows[i].gone;
        play_subscribe(&p, "");
        process.exited_at = (struct timestamp){true, p.records[0].finished_at_ns / TIME_SECOND + rows[i].seconds, 0};
        p.quiet = true;
        play_step(&p, &listed);
        if (play_record_of(&p, "web").incarnation != rows[i].begins)
            fail_msg("row %zu", i);
        play_end(&p);
    }
}

/* A server that is asked by somebody who may not delete keeps its tasks; they end only once. */
static void what_has_ended_and_stays_there_is_not_ended_again(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING ",sweep");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 3\nwritten 1\nreply 2 not-ours\nwritten 2\n+60s\ntime");
    play_quietly(&p, "listed 3 web:stopped-silently:101:3");
    assert_int_equal(p.actions->count, 0);
    play_end(&p);
}

/* Delete means whatever task has the id by then; what has started is not about to start. */
static void a_delete_waits_for_the_list_and_hits_no_other_life(void **context)
{
    static const struct {
        const char *list, *actions;
    } rows[] = {
        {"listed 2 web:stopped:101:3", "> reply 2 OK 1 tasks\n> time\n  call 3 Tasks.Delete web\n"},
        {"listed 2", "> reply 2 OK 0 tasks\n> time\n  call 3 Tasks.Delete web\n"},
        {"listed 2 web:created:101:0",
         "> reply 2 OK 1 tasks\n  note event-found web\n  put 2 web CREATED pid 101\n> time\n"},
        {"listed 2 web:running:102:0", "> reply 2 OK 1 tasks\n  note event-found web\n  put 2 web CREATED pid 102\n"
                                       "  note event-found web\n  put 3 web RUNNING pid 102\n> time\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, LISTING ",retry-deletes,kick-retries");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "main web 101 3\nwritten 1");
        assert_int_equal(p.actions->count, 1);
        play_quietly(&p, "lost gone\n+100ms\ntime\nup\nopened\n+1s\ntime");
        assert_int_equal(p.actions->count, 0);
        play(&p, rows[i].list);
        play(&p, "time");
        play_expect(&p, rows[i].actions);
        play_end(&p);
    }
}

/* It came after the list was asked for. Which of the two lives is the later one only another list can tell. */
static void a_delete_of_what_a_list_shows_as_another_waits_for_the_next_list(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING ",second-list");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "main web 101 3\nwritten 1");
    play(&p, "listed 1 web:created:102:0\n+1s\ntime\nlisted 2 web:created:102:0");
    play_expect(&p, "> reply 1 OK 1 tasks\n  note event-found web\n  put 2 web CREATED pid 102\n+1s\n> time\n"
                    "  call 2 Tasks.List timeout 10s\n> reply 2 OK 1 tasks\n");
    play_end(&p);
    /* Else the next list has to tell; where that shows none, the Delete that was given up is made good. */
    play_begin(&p, LISTING ",second-list");
    play_subscribe(&p, "");
    play_quietly(&p, "create web 101\nwritten 1\nmain web 101 3\nwritten 2\nlisted 1 web:created:102:0\n+1s\ntime");
    play(&p, "listed 2");
    play_expect(&p, "> reply 2 OK 0 tasks\n  call 3 Tasks.Delete web\n");
    play_end(&p);
}

/* A task that has another pid is another life, however far it has got. */
static void a_life_that_began_and_ended_unseen_is_told_to_its_end(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, LISTING ",sweep");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 3\nwritten 1\nreply 2 OK\nwritten 2\n+60s\ntime");
    play(&p, "listed 3 web:stopped:102:7");
    expect_actions(&p, "  note event-found web\n  put 3 web CREATED pid 102\n  note event-found web\n"
                       "  put 4 web RUNNING pid 102\n  note event-found web\n  call 4 Tasks.Get web timeout 10s\n");
    play_end(&p);
}

/* More than a step has room for, and more than the events that may wait. */
static void a_long_list_is_compared_in_portions(void **context)
{
    enum { COUNT = 3000 };
    static struct process_state processes[COUNT];
    static char ids[COUNT][8];
    struct monitor_event listed = {.kind = MONITOR_REPLY, .call_id = 1, .processes = processes, .process_count = COUNT};
    struct container_record record = {.id = {NULL, 0}};
    struct play p;
    size_t count = 0;
    (void)context;
    play_begin(&p, LISTING);
    play_subscribe(&p, "");
    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "c%04zu", i);
        processes[i] = (struct process_state){text_of(ids[i]), PROCESS_RUNNING, (uint32_t)i + 1, 0, {0}, false};
    }
    p.quiet = true;
    play_step(&p, &listed);
    while (monitor_deadline_ns(p.monitor) == p.now_ns) {
        play_quietly(&p, "time");
        assert_true(state_of(p.monitor)->waiting.count <
                    RECONCILE_WAITING_MAX + RECONCILE_CHANGES_MAX * FOUND_EVENTS_MAX);
    }
    while (monitor_record_next(p.monitor, record.id, &record))
        count += record.started_at_ns != 0;
    assert_int_equal(count, COUNT);
    play_end(&p);
}

/* So one step is short, whatever the server knows. */
static void a_step_compares_and_changes_so_much_and_no_more(void **context)
{
    enum { COUNT = RECONCILE_ITEMS_MAX + 1 };
    static struct process_state processes[COUNT];
    static char ids[COUNT][8];
    struct monitor_event listed = {.kind = MONITOR_REPLY, .call_id = 1, .processes = processes};
    static const struct {
        const char *policy; /* the second learns nothing, so nothing changes */
        size_t count;
        bool ends_in_one_step;
    } rows[] = {
        {LISTING, RECONCILE_CHANGES_MAX - 1, true},
        {LISTING, RECONCILE_CHANGES_MAX, false},
        {"original-with=read-whole-stream,relist", RECONCILE_ITEMS_MAX - 1, true},
        {"original-with=read-whole-stream,relist", RECONCILE_ITEMS_MAX, false},
    };
    (void)context;
    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "c%04zu", i);
        processes[i] = (struct process_state){text_of(ids[i]), PROCESS_CREATED, (uint32_t)i + 1, 0, {0}, false};
    }
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        struct play p;
        play_begin(&p, rows[row].policy);
        play_subscribe(&p, "");
        p.quiet = true;
        listed.process_count = rows[row].count;
        play_step(&p, &listed);
        assert_int_equal(state_of(p.monitor)->list.stage != LIST_RECONCILING, rows[row].ends_in_one_step);
        while (monitor_deadline_ns(p.monitor) == p.now_ns)
            play_quietly(&p, "time");
        assert_true(state_of(p.monitor)->list.stage != LIST_RECONCILING);
        play_end(&p);
    }
}

static void without_the_cures_a_difference_is_believed_or_ignored(void **context)
{
    static const struct {
        const char *policy, *records, *list, *actions;
    } rows[] = {
        /* one partial list ends a container that lives */
        {"original-with=read-whole-stream,asynchronous,no-lock,relist,infer-vanished", "record web 101 running",
         "listed 1", "  put 1 web EXITED code 255\n"},
        {"original-with=read-whole-stream,asynchronous,no-lock,relist", "record web 101 running", "listed 1", ""},
        {"original-with=read-whole-stream,asynchronous,no-lock,relist,journal", "record web 101 running",
         "listed 1 web:stopped:101:7", "  note event-found web\n  put 1 web EXITED code 7\n"},
        {"original-with=read-whole-stream,asynchronous,no-lock,relist", "", "listed 1 web:running:101:0", ""},
        {"original-with=read-whole-stream,asynchronous,no-lock,relist,learn-from-events", "record web 101 running",
         "listed 1 web:running:102:0", ""},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, rows[i].policy);
        play_subscribe(&p, rows[i].records);
        play(&p, rows[i].list);
        expect_actions(&p, rows[i].actions);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_each_difference_becomes),
        cmocka_unit_test(a_record_that_changed_since_the_list_was_asked_for_is_left_alone),
        cmocka_unit_test(an_old_list_does_not_begin_a_life_anew),
        cmocka_unit_test(a_delete_that_is_still_to_be_made_goes_on),
        cmocka_unit_test(how_it_ended_is_taken_from_the_list_before_the_delete),
        cmocka_unit_test(the_next_life_may_have_the_pid_of_the_last),
        cmocka_unit_test(what_has_ended_and_stays_there_is_not_ended_again),
        cmocka_unit_test(a_delete_waits_for_the_list_and_hits_no_other_life),
        cmocka_unit_test(a_delete_of_what_a_list_shows_as_another_waits_for_the_next_list),
        cmocka_unit_test(a_life_that_began_and_ended_unseen_is_told_to_its_end),
        cmocka_unit_test(a_long_list_is_compared_in_portions),
        cmocka_unit_test(a_step_compares_and_changes_so_much_and_no_more),
        cmocka_unit_test(without_the_cures_a_difference_is_believed_or_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
