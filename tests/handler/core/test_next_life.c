/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* What the beginning of a life means for the end of the one before. */

#define JOURNAL                                                                                                      \
    "original-with=read-whole-stream,asynchronous,no-lock,not-found-by-code,learn-from-events,incarnations,journal," \
    "retry-deletes,retry-writes"

/* It was told of before the end, or nobody says when; whatever it was, the server knows. */
static void a_creation_that_comes_after_the_end_of_its_life_brings_nothing_back(void **context)
{
    static const struct {
        const char *script;
        bool is_dated;
        enum container_state state;
    } rows[] = {{"create web 101", true, CONTAINER_EXITED},
                {"create web 101", false, CONTAINER_EXITED},
                {"create web 102", true, CONTAINER_CREATED},
                {"+1s\ncreate web 101", true, CONTAINER_CREATED}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, JOURNAL);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "exit web 101 3\nwritten 1\nreply 1 OK\nwritten 2");
        if (rows[i].is_dated) {
            play_quietly(&p, rows[i].script);
        } else {
            struct monitor_event event = {
                .kind = MONITOR_STREAM_MESSAGE,
                .connection_id = p.connection_id,
                .stream_id = p.stream_id,
                .task = {.kind = TASK_EVENT_CREATE, .container_id = text_of("web"), .pid = 101}};
            play_step(&p, &event);
        }
        struct container_record record = play_record_of(&p, "web");
        assert_int_equal(container_record_state(&record), rows[i].state);
        play_end(&p);
    }
}

/* One that was published before the end is of a life before that, whatever its pid. */
static void a_creation_from_before_the_end_begins_nothing(void **context)
{
    struct monitor_event event = {.kind = MONITOR_STREAM_MESSAGE,
                                  .task = {.kind = TASK_EVENT_CREATE, .container_id = text_of("web"), .pid = 99}};
    (void)context;
    for (int later = 0; later < 2; later++) {
        struct play p;
        play_begin(&p, JOURNAL);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "+2s\nexit web 101 3\nwritten 1\nreply 1 OK\nwritten 2");
        event.connection_id = p.connection_id;
        event.stream_id = p.stream_id;
        event.task.published_at = (struct timestamp){true, PLAY_WALL_NS / TIME_SECOND + 1 + later, 0};
        play_step(&p, &event);
        struct container_record record = play_record_of(&p, "web");
        assert_int_equal(container_record_state(&record), later ? CONTAINER_CREATED : CONTAINER_EXITED);
        play_end(&p);
    }
}

/* A start tells as much as a creation. */
static void a_delete_that_is_still_to_come_is_given_up_when_the_next_life_has_started(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, JOURNAL ",relist");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "listed 1 web:running:101:0\nexit web 101 3\nwritten 1\nreply 2 UNAVAILABLE no");
    play(&p, "started web 101\n+100ms\ntime\nreply 3 UNAVAILABLE no\n+900ms\nstarted web 102\n+1h\ntime");
    play_expect(&p, "> message /tasks/start web pid 101\n  note event-received web\n"
                    "+100ms\n> time\n  call 3 Tasks.Delete web\n> reply 3 UNAVAILABLE \"no\"\n"
                    "  note delete-failed web UNAVAILABLE \"no\"; next try in 200ms\n"
                    "+900ms\n> message /tasks/start web pid 102\n  note event-received web\n  note event-found web\n"
                    "  put 2 web CREATED pid 102\n  note event-received web\n  put 3 web RUNNING pid 102\n"
                    "+1h\n> time\n");
    play_end(&p);
}

/* One that was published before the end may be of a life before that. Only a list can tell, and no Delete is sent. */
static void a_start_from_before_the_end_begins_nothing_but_a_list(void **context)
{
    struct play p;
    struct monitor_event event = {.kind = MONITOR_STREAM_MESSAGE,
                                  .task = {.kind = TASK_EVENT_START, .container_id = text_of("web"), .pid = 99}};
    (void)context;
    for (int dated = 0; dated < 2; dated++) {
        play_begin(&p, JOURNAL ",relist");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0\n+2s\nexit web 101 3\nwritten 1\nreply 2 UNAVAILABLE no");
        event.connection_id = p.connection_id;
        event.stream_id = p.stream_id;
        event.task.published_at = (struct timestamp){dated, PLAY_WALL_NS / TIME_SECOND + 1, 0};
        play_step(&p, &event);
        play(&p, "time\n+1h\ntime");
        play_expect(&p, "> message start web pid 99\n  note event-received web\n"
                        "> time\n  call 3 Tasks.List timeout 10s\n+1h\n> time\n");
        play_end(&p);
    }
}

/* Its event waits for the exit before it, which is being written: what was written is not followed by a Delete. */
static void a_delete_is_not_asked_for_when_the_next_life_has_been_told_of(void **context)
{
    static const struct {
        const char *policy, *events, *after_written;
    } rows[] = {
        {JOURNAL, "create web 102", "  note event-received web\n  put 2 web CREATED pid 102\n"},
        {JOURNAL, "+1s\nstarted web 102",
         "  note event-received web\n  note event-found web\n  put 2 web CREATED pid 102\n  note event-received web\n"
         "  put 3 web RUNNING pid 102\n"},
        /* Of the same life, of another container, of another namespace, or a policy that takes lives for one. */
        {JOURNAL, "create web 101", "  call 1 Tasks.Delete web\n  note event-received web\n"},
        {JOURNAL, "started web 101", "  call 1 Tasks.Delete web\n  note event-received web\n"},
        {JOURNAL, "create db 102", "  call 1 Tasks.Delete web\n"},
        {JOURNAL, "in other\ncreate web 102",
         "  call 1 Tasks.Delete web\n  note event-received web\n  note foreign-namespace web\n"},
        {"original-with=read-whole-stream,asynchronous,no-lock,learn-from-events,journal", "create web 102",
         "  call 1 Tasks.Delete web\n  note event-received web\n  put 2 web CREATED pid 102\n"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char expected[300];
        play_begin(&p, rows[i].policy);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "listed 1 web:running:101:0\nexit web 101 3");
        play_quietly(&p, rows[i].events);
        play(&p, "written 1");
        (void)snprintf(expected, sizeof expected, "> written 1\n  tell web exited\n%s", rows[i].after_written);
        play_expect(&p, expected);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_creation_that_comes_after_the_end_of_its_life_brings_nothing_back),
        cmocka_unit_test(a_creation_from_before_the_end_begins_nothing),
        cmocka_unit_test(a_delete_that_is_still_to_come_is_given_up_when_the_next_life_has_started),
        cmocka_unit_test(a_start_from_before_the_end_begins_nothing_but_a_list),
        cmocka_unit_test(a_delete_is_not_asked_for_when_the_next_life_has_been_told_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
