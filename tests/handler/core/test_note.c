/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "handler/core/note.h"

#define LITERAL(string)              \
    {                                \
        (string), sizeof(string) - 1 \
    }
#define EXIT_OF_WEB                                                                                \
    {                                                                                              \
        .kind = TASK_EVENT_EXIT, .topic = LITERAL("/tasks/exit"), .name_space = LITERAL("theirs"), \
        .container_id = LITERAL("web"), .process_id = LITERAL("web"), .pid = 101, .exit_status = 3 \
    }

static const struct {
    struct note note;
    const char *name, *sentence;
    int detail;
} rows[] = {
    {{.kind = NOTE_CONNECTED}, "connected", "connected to containerd", 0},
    {{.kind = NOTE_CONNECT_FAILED,
      .outcome = {STATUS_UNAVAILABLE, LITERAL("no such file or directory")},
      .delay_ns = 100 * TIME_MILLISECOND},
     "connect-failed",
     "cannot connect to containerd: UNAVAILABLE \"no such file or directory\"; next try in 100ms",
     0},
    {{.kind = NOTE_CONNECTION_LOST, .outcome = {STATUS_UNAVAILABLE, LITERAL("transport is closing")}},
     "connection-lost",
     "lost the connection to containerd: UNAVAILABLE \"transport is closing\"",
     0},
    {{.kind = NOTE_SUBSCRIBED}, "subscribed", "asked containerd for its events", 1},
    {{.kind = NOTE_SUBSCRIBE_FAILED,
      .outcome = {STATUS_UNIMPLEMENTED, LITERAL("unknown service")},
      .delay_ns = 1600 * TIME_MILLISECOND},
     "subscribe-failed",
     "cannot subscribe to events: UNIMPLEMENTED \"unknown service\"; next try in 1.6s",
     0},
    {{.kind = NOTE_STREAM_FAILED, .delay_ns = 100 * TIME_MILLISECOND},
     "stream-failed",
     "the event stream ended: OK; next try in 100ms",
     0},
    {{.kind = NOTE_EVENT_RECEIVED, .container_id = LITERAL("web"), .task = EXIT_OF_WEB},
     "event-received",
     "received /tasks/exit of container web, pid 101, status 3",
     1},
    {{.kind = NOTE_EVENT_RECEIVED,
      .container_id = LITERAL("web"),
      .task = {.kind = TASK_EVENT_EXEC_STARTED,
               .topic = LITERAL("/tasks/exec-started"),
               .container_id = LITERAL("web"),
               .process_id = LITERAL("probe"),
               .pid = 203}},
     "event-received",
     "received /tasks/exec-started of container web, exec probe, pid 203",
     1},
    {{.kind = NOTE_EVENT_RECEIVED, .task = {.kind = TASK_EVENT_OTHER, .topic = LITERAL("/images/update")}},
     "event-received",
     "received /images/update",
     1},
    {{.kind = NOTE_CONTAINER_UNKNOWN, .container_id = LITERAL("web"), .task = EXIT_OF_WEB},
     "container-unknown",
     "ignored the exit of container web: there is no record of it",
     0},
    {{.kind = NOTE_NOT_THE_INIT_PROCESS, .container_id = LITERAL("web"), .task = EXIT_OF_WEB},
     "not-the-init-process",
     "ignored the exit of pid 101: not the init process of container web",
     1},
    {{.kind = NOTE_FOREIGN_NAMESPACE, .container_id = LITERAL("web"), .task = EXIT_OF_WEB},
     "foreign-namespace",
     "ignored /tasks/exit of container web in namespace theirs, which is not watched",
     1},
    {{.kind = NOTE_EVENT_UNUSABLE},
     "event-unusable",
     "dropped an event of container \"\": an id in it is empty or too long",
     0},
    {{.kind = NOTE_TOO_MANY_CONTAINERS, .container_id = LITERAL("web")},
     "too-many-containers",
     "made no record of container web: there are too many, and none can be forgotten",
     0},
    {{.kind = NOTE_DELETE_FAILED,
      .container_id = LITERAL("web"),
      .outcome = {STATUS_UNAVAILABLE, LITERAL("transport is closing")},
      .delay_ns = 100 * TIME_MILLISECOND},
     "delete-failed",
     "cannot delete the task of container web: UNAVAILABLE \"transport is closing\"; next try in 100ms",
     0},
    {{.kind = NOTE_STORE_FAILED, .container_id = LITERAL("web"), .outcome = {STATUS_INTERNAL, LITERAL("disk full")}},
     "store-failed",
     "cannot store the record of container web: INTERNAL \"disk full\"",
     0},
    {{.kind = NOTE_LOAD_FAILED, .outcome = {STATUS_DATA_LOSS, LITERAL("bad page")}},
     "load-failed",
     "cannot load the stored records: DATA_LOSS \"bad page\"",
     0},
    {{.kind = NOTE_FINISHED_BEFORE, .container_id = LITERAL("web")},
     "finished-before",
     "kept the record of container web as it was: it had finished before",
     0},
    {{.kind = NOTE_EXIT_UNDER_WAY, .container_id = LITERAL("web")},
     "exit-under-way",
     "ignored a repeated exit of container web: the first is being handled",
     1},
    {{.kind = NOTE_TOO_MANY_EVENTS, .container_id = LITERAL("web")},
     "too-many-events",
     "dropped an event of container web: too many events wait",
     0},
    {{.kind = NOTE_CONNECTION_DRAINING, .delay_ns = 200 * TIME_MILLISECOND},
     "connection-draining",
     "containerd takes no new calls on this connection; next try in 200ms",
     0},
    {{.kind = NOTE_MESSAGE_UNREADABLE, .outcome = {STATUS_INTERNAL, LITERAL("bad tag")}},
     "message-unreadable",
     "skipped a message that cannot be read: INTERNAL \"bad tag\"",
     0},
    {{.kind = NOTE_EVENT_FOUND,
      .container_id = LITERAL("web"),
      .task = {.kind = TASK_EVENT_EXIT, .container_id = LITERAL("web"), .process_id = LITERAL("web"), .pid = 101}},
     "event-found",
     "found exit of container web, pid 101, status 0",
     1},
    {{.kind = NOTE_EXIT_PARKED, .container_id = LITERAL("web")},
     "exit-parked",
     "keeps the exit of container web until there is a record of it",
     1},
    {{.kind = NOTE_EVENT_OUTDATED,
      .container_id = LITERAL("web"),
      .task = {.kind = TASK_EVENT_START, .topic = LITERAL("/tasks/start"), .container_id = LITERAL("web")}},
     "event-outdated",
     "ignored /tasks/start of container web: it is of a life that is over",
     0},
    {{.kind = NOTE_EXIT_DOUBTED, .container_id = LITERAL("web")},
     "exit-doubted",
     "ignored the exit of container web: containerd says that it lives",
     0},
    {{.kind = NOTE_TASK_VANISHED, .container_id = LITERAL("web")},
     "task-vanished",
     "the task of container web is gone, and nobody has told its end",
     0},
    {{.kind = NOTE_LIST_FAILED, .outcome = {STATUS_INTERNAL, LITERAL("no")}, .delay_ns = 100 * TIME_MILLISECOND},
     "list-failed",
     "cannot list the tasks: INTERNAL \"no\"; next try in 100ms",
     0},
    {{.kind = NOTE_VERIFY_FAILED,
      .container_id = LITERAL("web"),
      .outcome = {STATUS_UNAVAILABLE, LITERAL("no")},
      .delay_ns = 100 * TIME_MILLISECOND},
     "verify-failed",
     "cannot ask for the task of container web: UNAVAILABLE \"no\"; next try in 100ms",
     0},
    {{.kind = NOTE_REPEATED, .repeated = NOTE_CONTAINER_UNKNOWN, .count = 37},
     "repeated",
     "there were 37 more like the last container-unknown",
     0},
};

static void assert_sentence(const struct note *note, const char *sentence)
{
    struct buffer out = BUFFER_INIT;
    note_format(note, &out);
    assert_int_equal(buffer_append(&out, "", 1), 0);
    assert_string_equal((const char *)out.bytes, sentence);
    buffer_release(&out);
}

static void every_note_has_a_name_a_sentence_and_a_weight(void **context)
{
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(note_name(rows[i].note.kind), rows[i].name);
        assert_int_equal(note_is_detail(rows[i].note.kind), rows[i].detail);
        assert_sentence(&rows[i].note, rows[i].sentence);
    }
}

static void the_rows_above_leave_no_note_out(void **context)
{
    (void)context;
    for (int kind = 0; kind <= NOTE_REPEATED; kind++) {
        size_t i = 0;
        while (i < sizeof rows / sizeof rows[0] && (int)rows[i].note.kind != kind)
            i++;
        assert_true(i < sizeof rows / sizeof rows[0]);
    }
}

/* What a peer sent cannot make a second log line. */
static void a_peers_words_stay_within_one_line(void **context)
{
    struct note note = {.kind = NOTE_DELETE_FAILED,
                        .container_id = LITERAL("we\nb \x1b[1m"),
                        .outcome = {STATUS_UNKNOWN, LITERAL("a\r\n\"b\"\xff")}};
    (void)context;
    assert_sentence(&note, "cannot delete the task of container \"we\\nb \\u001b[1m\": "
                           "UNKNOWN \"a\\u000d\\n\\\"b\\\"\\ufffd\"");
}

static void a_dialect_without_topics_has_words_for_its_events(void **context)
{
    static const struct {
        enum task_event_kind kind;
        const char *sentence;
    } kinds[] = {
        {TASK_EVENT_EXIT, "received exit of container web, status 0"},
        {TASK_EVENT_OOM, "received oom of container web"},
        {TASK_EVENT_CREATE, "received create of container web"},
        {TASK_EVENT_START, "received start of container web"},
        {TASK_EVENT_EXEC_ADDED, "received exec-added of container web"},
        {TASK_EVENT_EXEC_STARTED, "received exec-started of container web"},
        {TASK_EVENT_PAUSED, "received paused of container web"},
        {TASK_EVENT_RESUMED, "received resumed of container web"},
        {TASK_EVENT_DELETE, "received delete of container web"},
        {TASK_EVENT_OTHER, "received other of container web"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct note note = {.kind = NOTE_EVENT_RECEIVED, .container_id = text_of("web")};
        note.task.kind = kinds[i].kind;
        note.task.container_id = note.container_id;
        assert_sentence(&note, kinds[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_note_has_a_name_a_sentence_and_a_weight),
        cmocka_unit_test(the_rows_above_leave_no_note_out),
        cmocka_unit_test(a_peers_words_stay_within_one_line),
        cmocka_unit_test(a_dialect_without_topics_has_words_for_its_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
