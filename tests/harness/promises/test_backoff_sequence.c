/* SPDX-License-Identifier: Apache-2.0 */
/* The promise is shown sequences of failures and attempts, and must say at which one it breaks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "harness/promises/promise.h"

enum what { FAIL, LOSE, MESSAGE, UNREADABLE, STOP, LOSE_OLD, AWAY, STAYS, DIAL, OPEN, CANCEL, CLOSE, END };

struct shown {
    enum what what;
    int64_t at_ms;
};

struct row {
    const char *name;
    struct shown shown[16];
    int breaks_at; /* index of the entry that breaks the promise; -1: none */
};

static const struct row rows[] = {
    {"the delay doubles from 100 ms",
     {{DIAL, 0}, {LOSE, 0}, {DIAL, 100}, {LOSE, 100}, {DIAL, 300}, {LOSE, 300}, {DIAL, 700}, {END, 0}},
     -1},
    {"a second try after 100 ms again is too soon",
     {{DIAL, 0}, {LOSE, 0}, {DIAL, 100}, {LOSE, 100}, {DIAL, 200}, {END, 0}},
     4},
    {"a try that comes late is wrong too", {{DIAL, 0}, {LOSE, 0}, {DIAL, 101}, {END, 0}}, 2},
    {"no delay at all is wrong", {{DIAL, 0}, {LOSE, 0}, {DIAL, 0}, {END, 0}}, 2},
    {"an opened stream proves nothing",
     {{DIAL, 0}, {OPEN, 0}, {FAIL, 0}, {OPEN, 100}, {FAIL, 100}, {OPEN, 200}, {END, 0}},
     5},
    {"a message begins the sequence anew",
     {{DIAL, 0}, {OPEN, 0}, {FAIL, 0}, {OPEN, 100}, {MESSAGE, 110}, {FAIL, 120}, {OPEN, 220}, {END, 0}},
     -1},
    {"after a message the old place in the sequence is too late",
     {{DIAL, 0}, {OPEN, 0}, {FAIL, 0}, {OPEN, 100}, {MESSAGE, 110}, {FAIL, 120}, {OPEN, 320}, {END, 0}},
     6},
    {"a stream that lived 30 s begins the sequence anew",
     {{DIAL, 0}, {OPEN, 0}, {FAIL, 0}, {OPEN, 100}, {FAIL, 30100}, {OPEN, 30200}, {END, 0}},
     -1},
    {"a stream that lived a little less does not",
     {{DIAL, 0}, {OPEN, 0}, {FAIL, 0}, {OPEN, 100}, {FAIL, 30099}, {OPEN, 30199}, {END, 0}},
     5},
    {"a connection lost while we wait is no second failure",
     {{DIAL, 0}, {OPEN, 0}, {FAIL, 0}, {LOSE, 50}, {DIAL, 100}, {LOSE, 100}, {DIAL, 300}, {END, 0}},
     -1},
    {"a stream that is left for what cannot be read has failed",
     {{DIAL, 0}, {OPEN, 0}, {UNREADABLE, 5}, {CANCEL, 5}, {OPEN, 105}, {FAIL, 105}, {OPEN, 305}, {END, 0}},
     -1},
    {"a stream that is read on has not",
     {{DIAL, 0}, {OPEN, 0}, {UNREADABLE, 5}, {FAIL, 5}, {OPEN, 105}, {FAIL, 105}, {OPEN, 305}, {END, 0}},
     -1},
    {"nor has one that is left after its one message",
     {{DIAL, 0}, {OPEN, 0}, {UNREADABLE, 5}, {MESSAGE, 6}, {CANCEL, 6}, {OPEN, 6}, {END, 0}},
     -1},
    {"a connection that the handler gives up has failed",
     {{DIAL, 0}, {OPEN, 0}, {CLOSE, 15}, {DIAL, 115}, {LOSE, 115}, {DIAL, 315}, {END, 0}},
     -1},
    {"and the attempt after it may be neither too soon nor counted as the first",
     {{DIAL, 0}, {OPEN, 0}, {CLOSE, 15}, {DIAL, 115}, {LOSE, 115}, {DIAL, 215}, {END, 0}},
     5},
    {"one that it leaves for another has not",
     {{DIAL, 0}, {LOSE, 0}, {DIAL, 100}, {OPEN, 100}, {CLOSE, 105}, {DIAL, 105}, {LOSE, 105}, {DIAL, 305}, {END, 0}},
     -1},
    {"a close that belongs to a failure is no other one",
     {{DIAL, 0}, {OPEN, 0}, {FAIL, 5}, {CLOSE, 5}, {DIAL, 105}, {LOSE, 105}, {DIAL, 305}, {END, 0}},
     -1},
    {"nor does a close at the end of a delay make the delay good",
     {{DIAL, 0}, {OPEN, 0}, {FAIL, 5}, {CLOSE, 55}, {DIAL, 55}, {END, 0}},
     4},
    {"who is started again need not wait, whatever ends of what was there before",
     {{DIAL, 0}, {LOSE, 0}, {DIAL, 100}, {STOP, 110}, {LOSE, 110}, {DIAL, 110}, {LOSE, 110}, {DIAL, 210}, {END, 0}},
     -1},
    {"a connection that was left already is lost for nobody",
     {{DIAL, 0}, {LOSE_OLD, 0}, {OPEN, 0}, {FAIL, 5}, {LOSE_OLD, 6}, {OPEN, 105}, {END, 0}},
     -1},
    {"what ends because the server goes away has not failed, when it is left",
     {{DIAL, 0}, {OPEN, 0}, {AWAY, 5}, {FAIL, 5}, {CLOSE, 405}, {DIAL, 405}, {LOSE, 405}, {DIAL, 505}, {END, 0}},
     -1},
    {"nor has a connection that is lost for that, where another is made at once",
     {{DIAL, 0}, {OPEN, 0}, {AWAY, 5}, {LOSE, 5}, {DIAL, 5}, {OPEN, 5}, {FAIL, 6}, {OPEN, 106}, {END, 0}},
     -1},
    {"where it is not, the sequence counts", {{DIAL, 0}, {OPEN, 0}, {AWAY, 5}, {LOSE, 5}, {DIAL, 55}, {END, 0}}, 4},
    {"and whoever waits when it is left has to wait as long as after any failure",
     {{DIAL, 0}, {OPEN, 0}, {AWAY, 5}, {FAIL, 5}, {CLOSE, 405}, {DIAL, 505}, {LOSE, 505}, {DIAL, 605}, {END, 0}},
     7},
    {"that counts for the connection of which it was told alone",
     {{DIAL, 0}, {AWAY, 0}, {CLOSE, 0}, {DIAL, 0}, {OPEN, 0}, {LOSE, 0}, {DIAL, 0}, {END, 0}},
     6},
    {"who stays has to wait", {{DIAL, 0}, {OPEN, 0}, {STAYS, 5}, {FAIL, 5}, {CLOSE, 5}, {DIAL, 5}, {END, 0}}, 5},
};

/* An action follows the event that was shown last. */
static bool show(struct promise_memory *memory, struct monitor_event *event, const struct shown *shown)
{
    struct monitor_action action = {.kind = MONITOR_DIAL};
    struct moment moment = {.kind = MOMENT_HANDLER_EVENT,
                            .switches = shown->what == STAYS ? 0 : POLICY_RELIABLE,
                            .now_ns = shown->at_ms * TIME_MILLISECOND,
                            .handler_event = event};
    struct error finding = {""};

    if (shown->what >= DIAL) {
        static const enum monitor_action_kind kinds[] = {MONITOR_DIAL, MONITOR_OPEN_STREAM, MONITOR_CANCEL_STREAM,
                                                         MONITOR_CLOSE};
        action.kind = kinds[shown->what - DIAL];
        moment.kind = MOMENT_HANDLER_ACTION;
        moment.handler_action = &action;
    } else {
        static const enum monitor_event_kind kinds[] = {
            MONITOR_STREAM_ENDED, MONITOR_CONNECTION_LOST, MONITOR_STREAM_MESSAGE,      MONITOR_STREAM_UNREADABLE,
            MONITOR_STOP,         MONITOR_CONNECTION_LOST, MONITOR_CONNECTION_DRAINING, MONITOR_CONNECTION_DRAINING};
        event->kind = kinds[shown->what];
        event->now_ns = moment.now_ns;
        event->connection_id = shown->what == LOSE_OLD ? 7 : 0;
    }
    return promise_backoff_sequence.see(memory, &moment, &finding);
}

static void each_sequence_breaks_where_it_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct promise_memory memory;
        struct monitor_event event = {.kind = MONITOR_START};
        int broke_at = -1;
        memset(&memory, 0, sizeof memory);
        for (int j = 0; rows[i].shown[j].what != END; j++)
            if (show(&memory, &event, &rows[i].shown[j]) && broke_at < 0)
                broke_at = j;
        if (broke_at != rows[i].breaks_at)
            fail_msg("%s: expected %d, found %d", rows[i].name, rows[i].breaks_at, broke_at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_sequence_breaks_where_it_should)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
