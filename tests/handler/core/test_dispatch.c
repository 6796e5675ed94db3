/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

static void events_of_another_namespace_are_noted_and_nothing_else(void **context)
{
    static const char *const scripts[] = {"in theirs\nexit web 101 3", "in theirs\ncreate web 102"};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_begin(&p, "basic");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, scripts[i]);
        assert_int_equal(p.actions->count, 2);
        assert_int_equal(p.actions->items[1].note.kind, NOTE_FOREIGN_NAMESPACE);
        assert_true(text_is(p.actions->items[1].note.task.name_space, "theirs"));
        assert_int_equal(play_record_of(&p, "web").pid, 101);
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

static void an_event_without_a_namespace_is_ours_and_without_a_choice_all_are(void **context)
{
    static const struct {
        const char *ours, *script;
        bool handled;
    } rows[] = {
        {"ours", "in ours\nexit web 101 3", true},  {"ours", "exit web 101 3", true},
        {"", "in theirs\nexit web 101 3", true},    {"our", "in ours\nexit web 101 3", false},
        {"ours", "in Ours\nexit web 101 3", false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_options options = {.policy = play_policy("basic"), .name_space = text_of(rows[i].ours)};
        struct play p;
        play_begin_with(&p, &options);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, rows[i].script);
        assert_int_equal(monitor_busy(p.monitor), rows[i].handled);
        play_end(&p);
    }
}

/* An option is not a peer's: it has no limit, though no event of so long a namespace is taken. */
static void a_namespace_of_any_length_can_be_asked_for(void **context)
{
    static char name[5000];
    struct monitor_options options = {.policy = POLICY_RELIABLE, .name_space = {name, sizeof name}};
    struct play p;
    (void)context;
    memset(name, 'x', sizeof name);
    play_begin_with(&p, &options);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "in xxxxx\nexit web 101 3");
    assert_int_equal(p.actions->items[1].note.kind, NOTE_FOREIGN_NAMESPACE);
    play_end(&p);
}

static void an_id_that_is_empty_or_too_long_makes_an_event_unusable(void **context)
{
    static char text[MONITOR_ID_MAX + 1];
    static const struct {
        enum task_event_kind kind;
        size_t id, topic, name_space, process;
        bool usable;
    } rows[] = {
        {TASK_EVENT_CREATE, MONITOR_ID_MAX, MONITOR_ID_MAX, 0, MONITOR_ID_MAX, true},
        {TASK_EVENT_CREATE, MONITOR_ID_MAX + 1, 1, 0, 1, false},
        {TASK_EVENT_CREATE, 1, MONITOR_ID_MAX + 1, 0, 1, false},
        {TASK_EVENT_CREATE, 1, 1, MONITOR_ID_MAX + 1, 1, false},
        {TASK_EVENT_CREATE, 1, 1, 0, MONITOR_ID_MAX + 1, false},
        {TASK_EVENT_OOM, 0, 1, 0, 0, false},
        {TASK_EVENT_CREATE, 0, 1, 0, 0, false},
        {TASK_EVENT_START, 0, 1, 0, 0, false},
        /* What is not about a task needs no container, and an exit without one is of a container that is not known. */
        {TASK_EVENT_EXIT, 0, 1, 0, 0, true},
        {TASK_EVENT_OTHER, 0, 1, 0, 0, true},
    };
    (void)context;
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event event = {.kind = MONITOR_STREAM_MESSAGE, .stream_id = 1};
        const struct note *note;
        struct play p;
        play_begin(&p, "basic");
        play_subscribe(&p, "");
        event.task.kind = rows[i].kind;
        event.task.topic.bytes = event.task.container_id.bytes = text;
        event.task.name_space.bytes = event.task.process_id.bytes = text;
        event.task.topic.length = rows[i].topic;
        event.task.container_id.length = rows[i].id;
        event.task.name_space.length = rows[i].name_space;
        event.task.process_id.length = rows[i].process;
        play_step(&p, &event);
        note = &p.actions->items[0].note;
        assert_int_equal(note->kind, rows[i].usable ? NOTE_EVENT_RECEIVED : NOTE_EVENT_UNUSABLE);
        assert_true(note->container_id.length <= MONITOR_ID_MAX);
        if (!rows[i].usable)
            assert_int_equal(p.actions->count, 1);
        play_end(&p);
    }
}

/* The original, too, goes on to its next subscription. */
static void an_unusable_event_costs_the_original_its_subscription(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original");
    play_subscribe(&p, "");
    play(&p, "oom");
    play_expect(&p,
                "> message /tasks/oom\n  abandon stream 1\n  note event-unusable\n  open stream 2 on connection 1\n");
    play_end(&p);
}

static void events_beyond_the_limit_of_those_that_wait_are_noted_and_dropped(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original-with=read-whole-stream");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3");
    for (int i = 0; i < MONITOR_WAITING_MAX; i++) {
        play_quietly(&p, "oom web");
        assert_int_equal(p.actions->count, 0);
    }
    play(&p, "oom db");
    play_expect(&p, "> message /tasks/oom db\n  note too-many-events db\n");
    play_end(&p);
}

/* As many as fit in a step, the rest "now". */
static void events_that_waited_are_handled_in_their_order_and_in_portions(void **context)
{
    enum { COUNT = 100 };
    struct play p;
    size_t handled = 0;
    (void)context;
    play_begin(&p, "original-with=read-whole-stream");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3");
    for (int i = 0; i < COUNT; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "oom c%d", i);
        play_quietly(&p, line);
    }
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_quietly(&p, "reply 1 UNAVAILABLE");
    for (size_t first = 1; monitor_busy(p.monitor) || first == 1; first = 0) {
        for (size_t i = first; i < p.actions->count; i++) {
            char id[32];
            (void)snprintf(id, sizeof id, "c%zu", handled++);
            assert_true(text_is(p.actions->items[i].note.container_id, id));
        }
        assert_true(monitor_deadline_ns(p.monitor) == p.now_ns || !monitor_busy(p.monitor));
        play_quietly(&p, "time");
    }
    handled += p.actions->count;
    assert_int_equal(handled, COUNT);
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_end(&p);
}

/* Of one container in order, and no other container waits for it. */
static void while_an_exit_is_under_way_its_container_waits_and_no_other(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play(&p, "exit web 101 3\nexit web 102 4\noom web\nexit db 203 5\nreply 1 UNAVAILABLE");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    /* Whose pid it is, only the end of the first exit tells. */
                    "> message /tasks/exit web pid 102 status 4\n"
                    "> message /tasks/oom web\n  note event-received web\n"
                    "> message /tasks/exit db pid 203 status 5\n  note event-received db\n"
                    "  note not-the-init-process db\n"
                    "> reply 1 UNAVAILABLE\n  note delete-failed web UNAVAILABLE\n"
                    "  note event-received web\n  note not-the-init-process web\n");
    play_end(&p);
}

/* What is dropped is made good by a list; the exit of an exec changes nothing and waits for nothing. */
static void of_one_container_that_is_held_up_only_so_many_events_wait(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=ping,second-list,sweep");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play_quietly(&p, "listed 1 web:running:101:0 db:running:202:0\nmain web 101 3");
    for (int i = 0; i < MONITOR_WAITING_OF_ONE_MAX; i++) {
        play_quietly(&p, "oom web");
        assert_int_equal(p.actions->count, 0);
    }
    play(&p, "oom web\nexec web 102 1\nmain db 202 4\n+1s\ntime");
    play_expect(&p, "> message /tasks/oom web\n  note too-many-events web\n"
                    "> message /tasks/exit web exec probe pid 102 status 1\n  note event-received web\n"
                    "  note not-the-init-process web\n"
                    "> message /tasks/exit db pid 202 status 4\n  note event-received db\n  put 2 db EXITED code 4\n"
                    "+1s\n> time\n  call 2 Tasks.List timeout 10s\n");
    /* Those that waited have their turn, and what comes next waits for nobody. */
    play_quietly(&p, "written 1");
    while (monitor_deadline_ns(p.monitor) == p.now_ns)
        play_quietly(&p, "time");
    play(&p, "oom web");
    play_expect(&p, "> message /tasks/oom web\n  note event-received web\n");
    play_end(&p);
}

static void events_of_all_that_are_held_up_leave_room_for_the_others(void **context)
{
    enum { HELD = MONITOR_WAITING_HELD_MAX / MONITOR_WAITING_OF_ONE_MAX };
    struct play p;
    char line[96];
    (void)context;
    play_begin(&p, "reliable-without=ping,second-list,sweep");
    play_subscribe(&p, "record db 202 running\nrecord web 101 running");
    play_quietly(&p, "listed 1 db:running:202:0 web:running:101:0");
    for (int i = 0; i < HELD; i++) {
        (void)snprintf(line, sizeof line, "create c%d %d\nstart c%d %d\nmain c%d %d 1", i, 300 + i, i, 300 + i, i,
                       300 + i);
        play_quietly(&p, line);
    }
    for (int i = 0; i < MONITOR_WAITING_HELD_MAX; i++) {
        (void)snprintf(line, sizeof line, "oom c%d", i % HELD);
        play_quietly(&p, line);
        assert_int_equal(p.actions->count, 0);
    }
    play_quietly(&p, "main web 101 3");
    assert_int_equal(p.actions->count, 2);
    assert_int_equal(p.actions->items[1].kind, MONITOR_PUT);
    play(&p, "oom web");
    play_expect(&p, "> message /tasks/oom web\n  note too-many-events web\n");
    /* Nor does a list have less room for the others. */
    play_quietly(&p, "+1s\ntime\nlisted 2 db:stopped:202:4");
    assert_true(text_is(p.actions->items[0].note.container_id, "db"));
    assert_int_equal(p.actions->items[0].note.kind, NOTE_EVENT_FOUND);
    play_end(&p);
}

/* It gives the stream up after a message, but does not wait for what that message caused. */
static void the_original_made_asynchronous_subscribes_again_at_once(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original-with=asynchronous");
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3\nopened\nexit web 101 3");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n  note event-received web\n"
                    "  call 1 Tasks.Delete web\n  open stream 2 on connection 1\n"
                    "> stream 2 opened\n  note subscribed\n"
                    "> message /tasks/exit web pid 101 status 3\n  abandon stream 2\n  note event-received web\n"
                    "  note exit-under-way web\n  open stream 3 on connection 1\n");
    play_end(&p);
}

/* An event is handled to its end, the write of a learned record included. */
static void a_synchronous_monitor_waits_for_a_learned_records_write(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original-with=learn-from-events");
    play_subscribe(&p, "");
    play(&p, "create web 101\nwritten 1");
    play_expect(&p, "> message /tasks/create web pid 101\n  abandon stream 1\n  note event-received web\n"
                    "  put 1 web CREATED pid 101\n"
                    "> written 1\n  tell web created\n  open stream 2 on connection 1\n");
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_of_another_namespace_are_noted_and_nothing_else),
        cmocka_unit_test(an_event_without_a_namespace_is_ours_and_without_a_choice_all_are),
        cmocka_unit_test(a_namespace_of_any_length_can_be_asked_for),
        cmocka_unit_test(an_id_that_is_empty_or_too_long_makes_an_event_unusable),
        cmocka_unit_test(an_unusable_event_costs_the_original_its_subscription),
        cmocka_unit_test(events_beyond_the_limit_of_those_that_wait_are_noted_and_dropped),
        cmocka_unit_test(events_that_waited_are_handled_in_their_order_and_in_portions),
        cmocka_unit_test(while_an_exit_is_under_way_its_container_waits_and_no_other),
        cmocka_unit_test(of_one_container_that_is_held_up_only_so_many_events_wait),
        cmocka_unit_test(events_of_all_that_are_held_up_leave_room_for_the_others),
        cmocka_unit_test(the_original_made_asynchronous_subscribes_again_at_once),
        cmocka_unit_test(a_synchronous_monitor_waits_for_a_learned_records_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
