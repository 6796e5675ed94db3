/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "programs/eventmonitor/note_line.h"

static void check_line_of(const char *address, const struct note *note, const char *expected)
{
    struct buffer line = BUFFER_INIT;
    note_line_format(text_of(address), note, &line);
    assert_false(line.failed);
    assert_int_equal(buffer_append(&line, "", 1), 0);
    assert_string_equal((const char *)line.bytes, expected);
    buffer_release(&line);
}

static void check_line(const struct note *note, const char *expected)
{
    check_line_of("/run/c.sock", note, expected);
}

static void a_connection_is_told_with_its_socket(void **state)
{
    const struct note connected = {.kind = NOTE_CONNECTED};
    const struct note subscribed = {.kind = NOTE_SUBSCRIBED};
    const struct note failed = {.kind = NOTE_CONNECT_FAILED,
                                .outcome = {STATUS_UNAVAILABLE, text_of("No such file or directory")},
                                .delay_ns = 1600 * TIME_MILLISECOND};
    (void)state;
    check_line(&connected, "eventmonitor: connected to /run/c.sock\n");
    check_line(&subscribed, "eventmonitor: subscribed\n");
    check_line(&failed, "eventmonitor: cannot connect to /run/c.sock: No such file or directory; next try in 1.6s\n");
}

static void the_socket_is_named_once_in_a_line(void **state)
{
    static const struct {
        const char *address;
        const char *words;
        const char *line;
    } rows[] = {
        {"/c", "/c: Connection refused", "cannot connect to /c: Connection refused"},
        {"unix:///c", "/c: Connection refused", "cannot connect to unix:///c: Connection refused"},
        {"/c", "/c", "cannot connect to /c: /c"},
        {"/c", "/c:", "cannot connect to /c: /c:"},
        {"/c", "/cc: no", "cannot connect to /c: /cc: no"},
        {"/c", "", "cannot connect to /c: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct note note = {
            .kind = NOTE_CONNECT_FAILED, .outcome = {STATUS_UNAVAILABLE, text_of(rows[i].words)}, .delay_ns = 1};
        char line[128];
        (void)snprintf(line, sizeof line, "eventmonitor: %s; next try in 1ns\n", rows[i].line);
        check_line_of(rows[i].address, &note, line);
    }
}

static void words_of_a_peer_stay_on_one_line(void **state)
{
    const struct note note = {.kind = NOTE_CONNECT_FAILED,
                              .outcome = {STATUS_UNAVAILABLE, text_of("a\nb\x7f\tc\xc3\xa9")},
                              .delay_ns = TIME_SECOND};
    (void)state;
    check_line(&note, "eventmonitor: cannot connect to /run/c.sock: a b  c\xc3\xa9; next try in 1s\n");
}

static void other_notes_speak_for_themselves(void **state)
{
    const struct note note = {.kind = NOTE_STREAM_FAILED,
                              .outcome = {STATUS_UNAVAILABLE, text_of("transport is closing")},
                              .delay_ns = TIME_SECOND};
    struct buffer line = BUFFER_INIT;
    struct buffer expected = BUFFER_INIT;
    (void)state;
    assert_int_equal(buffer_append_text(&expected, text_of("eventmonitor: ")), 0);
    note_format(&note, &expected);
    assert_int_equal(buffer_append_text(&expected, text_of("\n")), 0);
    note_line_format(text_of("/run/c.sock"), &note, &line);
    assert_true(text_equal(buffer_text(&line), buffer_text(&expected)));
    buffer_release(&line);
    buffer_release(&expected);
}

static void details_are_shown_with_debug_only(void **state)
{
    static const struct {
        enum note_kind kind;
        bool is_shown;
    } rows[] = {
        {NOTE_CONNECTED, true},       {NOTE_CONNECT_FAILED, true},  {NOTE_SUBSCRIBED, true},
        {NOTE_DELETE_FAILED, true},   {NOTE_EVENT_RECEIVED, false}, {NOTE_NOT_THE_INIT_PROCESS, false},
        {NOTE_CONNECTION_LOST, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct note note = {.kind = rows[i].kind};
        assert_true(note_line_is_shown(&note, false) == rows[i].is_shown);
        assert_true(note_line_is_shown(&note, true));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_is_told_with_its_socket), cmocka_unit_test(the_socket_is_named_once_in_a_line),
        cmocka_unit_test(words_of_a_peer_stay_on_one_line),     cmocka_unit_test(other_notes_speak_for_themselves),
        cmocka_unit_test(details_are_shown_with_debug_only),
    };
    return cmocka_run_group_tests_name("programs/eventmonitor/note_line", tests, NULL, NULL);
}
