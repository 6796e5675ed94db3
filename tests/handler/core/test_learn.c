/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

static void assert_record(const struct play *play, const char *id, enum container_state state, unsigned pid)
{
    struct container_record record = play_record_of(play, id);
    assert_int_equal(container_record_state(&record), state);
    assert_int_equal(record.pid, pid);
}

static void a_record_is_made_by_the_create_event_and_completed_by_the_start_event(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    play(&p, "create web 101\nwritten 1\n+1s\nstarted web 101\nwritten 2");
    play_expect(&p, "> message /tasks/create web pid 101\n  note event-received web\n  put 1 web CREATED pid 101\n"
                    "> written 1\n  tell web created\n"
                    "+1s\n"
                    "> message /tasks/start web pid 101\n  note event-received web\n  put 2 web RUNNING pid 101\n"
                    "> written 2\n  tell web started\n");
    assert_record(&p, "web", CONTAINER_RUNNING, 101);
    assert_int_equal(play_record_of(&p, "web").created_at_ns, PLAY_WALL_NS);
    assert_int_equal(play_record_of(&p, "web").started_at_ns, PLAY_WALL_NS + TIME_SECOND);
    play_end(&p);
}

/* A short life: everything is read before the store has answered once. */
static void a_learned_record_is_there_at_once(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    play(&p, "create web 101\nstarted web 101\nexit web 101 3\nreply 1 OK\nwritten 1\nwritten 2\nwritten 3");
    play_expect(&p, "> message /tasks/create web pid 101\n  note event-received web\n  put 1 web CREATED pid 101\n"
                    "> message /tasks/start web pid 101\n  note event-received web\n  put 2 web RUNNING pid 101\n"
                    "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> reply 1 OK status 0\n  put 3 web EXITED code 3\n"
                    "> written 1\n  tell web created\n"
                    "> written 2\n  tell web started\n"
                    "> written 3\n  tell web exited\n");
    assert_record(&p, "web", CONTAINER_EXITED, 0);
    play_end(&p);
}

/* What is told is what was written, not what has become of it since. */
static void each_tell_carries_the_record_as_it_was_put(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    play_quietly(&p, "create web 101\nstarted web 101\nwritten 1");
    assert_int_equal(container_record_state(&p.actions->items[0].record), CONTAINER_CREATED);
    play_end(&p);
}

static void the_original_learns_nothing(void **context)
{
    struct container_record none;
    struct play p;
    (void)context;
    play_begin(&p, "original");
    play_subscribe(&p, "");
    play(&p, "create web 101\nopened\nstarted web 101");
    play_expect(&p, "> message /tasks/create web pid 101\n  abandon stream 1\n  note event-received web\n"
                    "  open stream 2 on connection 1\n"
                    "> stream 2 opened\n  note subscribed\n"
                    "> message /tasks/start web pid 101\n  abandon stream 2\n  note event-received web\n"
                    "  open stream 3 on connection 1\n");
    assert_false(monitor_record(p.monitor, text_of("web"), &none));
    play_end(&p);
}

static void a_create_that_is_told_again_is_written_once(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    play(&p, "create web 101\n+1s\ncreate web 101");
    play_expect(&p, "> message /tasks/create web pid 101\n  note event-received web\n  put 1 web CREATED pid 101\n"
                    "+1s\n> message /tasks/create web pid 101\n  note event-received web\n");
    assert_int_equal(play_record_of(&p, "web").created_at_ns, PLAY_WALL_NS);
    play_end(&p);
}

static void what_an_event_makes_of_a_record(void **context)
{
    static const struct {
        const char *records, *event;
        enum container_state state;
        unsigned pid;
        int64_t created_at_ns, started_at_ns, finished_at_ns;
    } rows[] = {
        /* A start whose create was missed makes the record. */
        {"", "started web 102", CONTAINER_RUNNING, 102, 0, PLAY_WALL_NS, 0},
        {"record web 101 created", "started web 102", CONTAINER_RUNNING, 102, 1, PLAY_WALL_NS, 0},
        {"record web 101 running", "started web 102", CONTAINER_RUNNING, 102, 1, PLAY_WALL_NS, 0},
        {"record web 101 created", "create web 102", CONTAINER_CREATED, 102, PLAY_WALL_NS, 0, 0},
        /* A create of another process is a new life, though nobody saw the end of the old one, which is not invented.
         */
        {"record web 101 running", "create web 102", CONTAINER_CREATED, 102, PLAY_WALL_NS, 0, 0},
        /* A create of the same process comes late or again: it fills in what is missing. */
        {"", "started web 101\n+1s\ncreate web 101", CONTAINER_RUNNING, 101, PLAY_WALL_NS + TIME_SECOND, PLAY_WALL_NS,
         0},
        {"record web 101 exited", "create web 101", CONTAINER_CREATED, 101, PLAY_WALL_NS, 0, 0},
        /* A create after the exit is a new life. */
        {"record web 101 exited", "create web 102", CONTAINER_CREATED, 102, PLAY_WALL_NS, 0, 0},
        /* A start after the exit is late: it wakes nobody. */
        {"record web 101 exited", "started web 102", CONTAINER_EXITED, 101, 1, 2, 3},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record;
        struct play p;
        play_begin(&p, "basic");
        play_subscribe(&p, rows[i].records);
        play_quietly(&p, rows[i].event);
        assert_record(&p, "web", rows[i].state, rows[i].pid);
        record = play_record_of(&p, "web");
        assert_int_equal(record.created_at_ns, rows[i].created_at_ns);
        assert_int_equal(record.started_at_ns, rows[i].started_at_ns);
        assert_int_equal(record.finished_at_ns, rows[i].finished_at_ns);
        assert_int_equal(monitor_busy(p.monitor), rows[i].finished_at_ns == 0);
        play_end(&p);
    }
}

static void a_new_life_has_none_of_the_old_ones_words(void **context)
{
    struct container_record record;
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_record(&p, "web", 101, "exited");
    p.records[0].exit_code = 9;
    p.records[0].reason = text_of("Error");
    p.records[0].message = text_of("it broke");
    play_subscribe(&p, "");
    play_quietly(&p, "create web 102");
    record = play_record_of(&p, "web");
    assert_int_equal(record.exit_code, 0);
    assert_int_equal(record.reason.length, 0);
    assert_int_equal(record.message.length, 0);
    play_end(&p);
}

/* The old life's exit is late: it is not the new life's. */
static void a_new_life_does_not_end_with_the_missed_exit_of_the_old_one(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play(&p, "create web 102\nexit web 101 3\nwritten 1");
    play_expect(&p, "> message /tasks/create web pid 102\n  note event-received web\n  put 1 web CREATED pid 102\n"
                    "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  note not-the-init-process web\n"
                    "> written 1\n  tell web created\n");
    assert_record(&p, "web", CONTAINER_CREATED, 102);
    play_end(&p);
}

/* The new life's events overtake the answers about the old one: they wait, so neither exit is lost. */
static void a_new_life_waits_until_the_old_ones_exit_is_recorded(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3\ncreate web 102\nstarted web 102\nexit web 102 4\nreply 1 OK\nwritten 1\nwritten 2\n"
             "written 3\nreply 2 OK\nwritten 4");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> message /tasks/create web pid 102\n"
                    "> message /tasks/start web pid 102\n"
                    "> message /tasks/exit web pid 102 status 4\n"
                    "> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
                    "> written 1\n  tell web exited\n"
                    "  note event-received web\n  put 2 web CREATED pid 102\n"
                    "  note event-received web\n  put 3 web RUNNING pid 102\n"
                    "  note event-received web\n  call 2 Tasks.Delete web timeout 10s\n"
                    "> written 2\n  tell web created\n"
                    "> written 3\n  tell web started\n"
                    "> reply 2 OK status 0\n  put 4 web EXITED code 4\n"
                    "> written 4\n  tell web exited\n");
    assert_int_equal(play_record_of(&p, "web").exit_code, 4);
    play_end(&p);
}

static void a_failed_write_of_a_learned_record_is_noted_and_the_record_stays(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    play(&p, "create web 101\nfailed 1 disk full\nstarted web 101\nfailed 2 disk full");
    play_expect(&p, "> message /tasks/create web pid 101\n  note event-received web\n  put 1 web CREATED pid 101\n"
                    "> write 1 failed \"disk full\"\n  note store-failed web INTERNAL \"disk full\"\n"
                    "> message /tasks/start web pid 101\n  note event-received web\n  put 2 web RUNNING pid 101\n"
                    "> write 2 failed \"disk full\"\n  note store-failed web INTERNAL \"disk full\"\n");
    assert_record(&p, "web", CONTAINER_RUNNING, 101);
    assert_int_equal(p.actions->items[0].note.task.kind, TASK_EVENT_START);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

static void an_event_that_does_not_say_when_is_dated_by_its_coming(void **context)
{
    static const struct timestamp times[] = {{false, 0, 0}, {true, INT64_MAX, 0}};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct monitor_event event;
        struct play p;
        play_begin(&p, "basic");
        play_subscribe(&p, "");
        p.now_ns = 7;
        assert_true(play_read(&p, "create web 101", &event));
        event.task.published_at = times[i];
        play_step(&p, &event);
        assert_int_equal(play_record_of(&p, "web").created_at_ns, PLAY_WALL_NS + 7);
        play_end(&p);
    }
}

static void an_exec_touches_no_record(void **context)
{
    static const enum task_event_kind kinds[] = {TASK_EVENT_EXEC_ADDED, TASK_EVENT_EXEC_STARTED, TASK_EVENT_DELETE,
                                                 TASK_EVENT_PAUSED, TASK_EVENT_RESUMED};
    (void)context;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct monitor_event event;
        struct play p;
        play_begin(&p, "basic");
        play_subscribe(&p, "record web 101 running");
        assert_true(play_read(&p, "oom web 555", &event));
        event.task.kind = kinds[i];
        event.task.process_id = text_of("probe");
        play_step(&p, &event);
        assert_int_equal(p.actions->count, 1);
        assert_record(&p, "web", CONTAINER_RUNNING, 101);
        play_end(&p);
    }
}

/* The last record that fits, then one too many: it is noted, and the rest goes on. */
static void a_full_store_is_noted_and_the_container_not_learned(void **context)
{
    static struct container_record records[MONITOR_CONTAINERS_MAX];
    static char ids[MONITOR_CONTAINERS_MAX][8];
    struct monitor_event loaded = {
        .kind = MONITOR_STORE_LOADED, .records = records, .record_count = MONITOR_CONTAINERS_MAX - 1};
    struct container_record none;
    struct play p;
    (void)context;
    for (size_t i = 0; i < MONITOR_CONTAINERS_MAX; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "%zu", i);
        records[i].id = text_of(ids[i]);
    }
    play_begin(&p, "basic");
    play_quietly(&p, "start");
    p.quiet = true;
    play_step(&p, &loaded);
    play_quietly(&p, "up\nopened");
    play(&p, "create a 1\ncreate b 2\nstarted c 3\ncreate a 4\n+60s\ntime");
    play_expect(&p, "> message /tasks/create a pid 1\n  note event-received a\n  put 1 a CREATED pid 1\n"
                    "> message /tasks/create b pid 2\n  note event-received b\n  note too-many-containers b\n"
                    "> message /tasks/start c pid 3\n  note event-received c\n"
                    "> message /tasks/create a pid 4\n  note event-received a\n  put 2 a CREATED pid 4\n"
                    "+60s\n> time\n  ping connection 1\n  note repeated too-many-containers 1\n");
    assert_false(monitor_record(p.monitor, text_of("b"), &none));
    play_end(&p);
}

/* A store that never answers: the record is learned, but the write is not begun. */
static void too_many_writes_under_way_are_noted(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    for (int i = 0; i < MONITOR_WRITES_MAX; i++) {
        play_quietly(&p, "started web 101");
        assert_int_equal(p.actions->items[1].kind, MONITOR_PUT);
    }
    play(&p, "started web 102");
    play_expect(&p, "> message /tasks/start web pid 102\n  note event-received web\n"
                    "  note store-failed web RESOURCE_EXHAUSTED \"too many writes are under way\"\n");
    assert_record(&p, "web", CONTAINER_RUNNING, 102);
    play_quietly(&p, "written 1");
    play(&p, "started web 103");
    play_expect(&p,
                "> message /tasks/start web pid 103\n  note event-received web\n  put 131073 web RUNNING pid 103\n");
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_made_by_the_create_event_and_completed_by_the_start_event),
        cmocka_unit_test(a_learned_record_is_there_at_once),
        cmocka_unit_test(each_tell_carries_the_record_as_it_was_put),
        cmocka_unit_test(the_original_learns_nothing),
        cmocka_unit_test(a_create_that_is_told_again_is_written_once),
        cmocka_unit_test(what_an_event_makes_of_a_record),
        cmocka_unit_test(a_new_life_has_none_of_the_old_ones_words),
        cmocka_unit_test(a_new_life_does_not_end_with_the_missed_exit_of_the_old_one),
        cmocka_unit_test(a_new_life_waits_until_the_old_ones_exit_is_recorded),
        cmocka_unit_test(a_failed_write_of_a_learned_record_is_noted_and_the_record_stays),
        cmocka_unit_test(an_event_that_does_not_say_when_is_dated_by_its_coming),
        cmocka_unit_test(an_exec_touches_no_record),
        cmocka_unit_test(a_full_store_is_noted_and_the_container_not_learned),
        cmocka_unit_test(too_many_writes_under_way_are_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
