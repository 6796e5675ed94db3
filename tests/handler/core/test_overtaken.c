/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/overtaken.h"

#include "tests/handler/core/play_owner.h"

#define CREATED "record web 101 created"

/* What is loaded lacks what a write that is under way says. */

/* That web was created (write 1) and started (write 2) is under way when the monitor is stopped, started, loaded with
 * these records, and told twice that this task is there. */
static void begin(struct play *p, const char *policy, const char *records, const char *task)
{
    char lists[128];
    play_begin(p, policy);
    play_subscribe(p, "");
    owner_play_quietly(p, "listed 1 web:running:101:0\nstop\nstart");
    p->record_count = 0;
    owner_play_quietly(p, records);
    (void)snprintf(lists, sizeof lists, "listed 2 %s\n+1s\ntime\nlisted 3 %s\n+1s", task, task);
    owner_play_quietly(p, "loaded\nup\nopened");
    owner_play_quietly(p, lists);
}

static enum container_state state_of_web(const struct play *p)
{
    struct container_record record;
    return monitor_record(p->monitor, text_of("web"), &record) ? container_record_state(&record) : CONTAINER_UNKNOWN;
}

static void a_record_that_was_not_loaded_is_taken_over_and_looked_for(void **context)
{
    struct play p;
    (void)context;
    begin(&p, "reliable-without=ping", "", "");
    owner_play(&p, "written 1\nwritten 2\nlisted 4\n+1s\ntime\nlisted 5");
    play_expect(&p, "> written 1\n  tell web created\n  call 4 Tasks.List timeout 10s\n"
                    "> written 2\n  tell web started\n"
                    "> reply 4 OK 0 tasks\n"
                    "+1s\n> time\n  call 5 Tasks.List timeout 10s\n"
                    "> reply 5 OK 0 tasks\n  call 6 Tasks.Get web timeout 10s\n");
    assert_int_equal(state_of_web(&p), CONTAINER_RUNNING);
    play_end(&p);
}

/* What web is after its writes are made. */
static void a_record_becomes_what_was_written_unless_it_has_gone_on_since(void **context)
{
    static const struct {
        const char *policy;
        const char *records;
        const char *task;
        const char *script;
        enum container_state state;
    } rows[] = {
        {"reliable", "", "", "written 1", CONTAINER_CREATED},
        {"reliable", CREATED, "web:created:101:0", "written 2", CONTAINER_RUNNING},
        {"reliable", CREATED, "web:created:101:0", "written 1", CONTAINER_CREATED},
        {"reliable", "", "", "started web 101\nwritten 1", CONTAINER_RUNNING},
        {"reliable", CREATED, "web:created:101:0", "exit web 101 3\ngot 5 stopped 101 3\nwritten 3\nwritten 2",
         CONTAINER_EXITED},
        /* The server is being asked for it. */
        {"reliable", CREATED, "", "written 2", CONTAINER_CREATED},
        {"reliable", "", "", "failed 1 full\nfailed 2 full", CONTAINER_UNKNOWN},
        {"reliable", "", "", "stop\nwritten 1", CONTAINER_UNKNOWN},
        /* It has failed before the records were loaded, and is made again. */
        {"reliable", "failed 1 full\nfailed 2 full", "", "written 3", CONTAINER_RUNNING},
        {"reliable-without=retry-load", "", "", "written 1", CONTAINER_UNKNOWN},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        begin(&p, rows[i].policy, rows[i].records, rows[i].task);
        owner_play_quietly(&p, rows[i].script);
        if (state_of_web(&p) != rows[i].state)
            fail_msg("row %zu: web is %s", i, container_state_name(state_of_web(&p)));
        play_end(&p);
    }
}

/* The exit is of a container that the monitor did not know then. */
static void an_exit_that_came_first_has_waited_for_the_record(void **context)
{
    struct play p;
    (void)context;
    begin(&p, "reliable-without=ping", "", "");
    owner_play_quietly(&p, "exit web 101 3");
    owner_play(&p, "written 1");
    play_expect(&p, "> written 1\n  tell web created\n  note event-received web\n  call 5 Tasks.Get web timeout 10s\n");
    play_end(&p);
}

/* The beginning of the life whose end is being written was not loaded: what becomes of the record is a life more. */
static void an_end_that_is_written_is_of_its_own_life(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,oom,second-list");
    play_subscribe(&p, "record web 101 running");
    owner_play_quietly(&p, "listed 1 web:running:101:0\nmain web 101 3\nwritten 1\nreply 2 NOT_FOUND\n"
                           "create web 102\ngot 3 created 102 0\nmain web 102 4\nstop\nstart");
    p.record_count = 0;
    owner_play_quietly(&p, "record web 0 exited\nloaded\nup\nopened\nlisted 4\nwritten 2\nwritten 3");
    assert_int_equal(play_record_of(&p, "web").incarnation, 0);
    owner_play_quietly(&p, "written 4");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 4);
    assert_int_equal(play_record_of(&p, "web").incarnation, 1);
    assert_int_equal(play_record_of(&p, "web").created_at_ns, PLAY_WALL_NS);
    play_end(&p);
}

static void a_record_that_was_to_go_goes(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping");
    play_subscribe(&p, "record web 101 exited");
    owner_play_quietly(&p, "listed 1\nask 1 remove web\nreply 2 OK");
    assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_FORGET);
    owner_play_quietly(&p, "stop\nstart");
    owner_play_quietly(&p, "loaded\nup\nopened");
    assert_int_equal(state_of_web(&p), CONTAINER_EXITED);
    owner_play(&p, "written 1");
    play_expect(&p, "> written 1\n  tell web removed\n");
    assert_int_equal(state_of_web(&p), CONTAINER_UNKNOWN);
    play_end(&p);
}

/* Writes of one record are made in order, but what was removed in between was removed for good. */
static void nothing_brings_back_what_was_removed_since(void **context)
{
    struct play p;
    (void)context;
    begin(&p, "reliable-without=ping", "record web 101 exited", "");
    owner_play_quietly(&p, "ask 1 remove web\nreply 4 OK");
    assert_int_equal(state_of_web(&p), CONTAINER_UNKNOWN);
    owner_play_quietly(&p, "written 1\nwritten 2");
    assert_int_equal(state_of_web(&p), CONTAINER_UNKNOWN);
    owner_play(&p, "written 3");
    play_expect(&p, "> written 3\n  tell web removed\n  answer remove web (1) OK\n");
    play_end(&p);
}

static void where_there_is_no_room_for_the_record_that_is_told(void **context)
{
    static struct container_record records[MONITOR_CONTAINERS_MAX];
    static char ids[MONITOR_CONTAINERS_MAX][8];
    struct monitor_event loaded = {
        .kind = MONITOR_STORE_LOADED, .records = records, .record_count = MONITOR_CONTAINERS_MAX};
    struct play p;
    (void)context;
    for (size_t i = 0; i < MONITOR_CONTAINERS_MAX; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "%zu", i);
        records[i] = (struct container_record){.id = text_of(ids[i]), .pid = 9, .started_at_ns = 1};
    }
    play_begin(&p, "reliable");
    play_subscribe(&p, "");
    owner_play_quietly(&p, "listed 1 web:running:101:0\nstop\nstart");
    p.quiet = true;
    play_step(&p, &loaded);
    p.quiet = false;
    owner_play(&p, "written 1");
    play_expect(&p, "> written 1\n  tell web created\n"
                    "  note load-failed RESOURCE_EXHAUSTED \"not every record of the store can be used\"\n");
    play_end(&p);
}

/* Of two monitors without the record and with the same write one takes it over. */
static void whether_a_write_is_overtaken_is_in_the_fingerprint(void **context)
{
    static const char *const scripts[] = {"started web 101\nremoved web\nother",
                                          "started web 101\nstop\nstart\nloaded\nup\nopened\nother"};
    struct hash hashes[2];
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_begin(&p, "reliable");
        play_subscribe(&p, "record web 101 created");
        p.record_count = 0;
        owner_play_quietly(&p, scripts[i]);
        assert_int_equal(state_of_web(&p), CONTAINER_UNKNOWN);
        hash_init(&hashes[i]);
        monitor_hash(p.monitor, p.now_ns, &hashes[i]);
        owner_play_quietly(&p, "written 1");
        assert_int_equal(state_of_web(&p), i == 0 ? CONTAINER_UNKNOWN : CONTAINER_RUNNING);
        play_end(&p);
    }
    assert_false(hash_equal(&hashes[0], &hashes[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_was_not_loaded_is_taken_over_and_looked_for),
        cmocka_unit_test(a_record_becomes_what_was_written_unless_it_has_gone_on_since),
        cmocka_unit_test(an_exit_that_came_first_has_waited_for_the_record),
        cmocka_unit_test(a_record_that_was_to_go_goes),
        cmocka_unit_test(nothing_brings_back_what_was_removed_since),
        cmocka_unit_test(where_there_is_no_room_for_the_record_that_is_told),
        cmocka_unit_test(whether_a_write_is_overtaken_is_in_the_fingerprint),
        cmocka_unit_test(an_end_that_is_written_is_of_its_own_life),
    };
    return cmocka_run_group_tests_name("handler/core/overtaken", tests, NULL, NULL);
}
