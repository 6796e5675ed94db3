/* SPDX-License-Identifier: Apache-2.0 */
/* When the tasks are listed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "harness/promises/promise.h"

#define S TIME_SECOND

/* What happens one after another; the last of them breaks it, or nothing does. */
enum what { END, OPENED, MESSAGE, LIST, OK, FAILED, OTHER_REPLY, ENDED, LOST, STOPPED, CANCELLED, GET, ASKED, LATER };

struct row {
    const char *name;
    policy_switches switches;
    struct {
        enum what what;
        int64_t at_ns;
    } steps[8];
    bool breaks;
};

#define WITHOUT(one) (POLICY_RELIABLE & ~((policy_switches)1 << (one)))

static const struct row rows[] = {
    {"at once", POLICY_RELIABLE, {{OPENED, 0}, {LIST, 0}, {OK, 0}, {LATER, S}}, false},
    {"before a stream is open", POLICY_RELIABLE, {{LIST, 0}}, true},
    {"but other calls", POLICY_RELIABLE, {{GET, 0}}, false},
    {"by who does not promise to", WITHOUT(POLICY_RELIST), {{LIST, 0}}, false},
    {"not at all", POLICY_RELIABLE, {{OPENED, 0}, {LATER, S}, {LATER, S + 1}}, true},
    {"when the stream is over again", POLICY_RELIABLE, {{OPENED, 0}, {ENDED, S}, {LATER, 9 * S}}, false},
    {"when its connection is lost", POLICY_RELIABLE, {{OPENED, 0}, {LOST, S}, {LATER, 9 * S}}, false},
    {"though a connection is lost that was left for another one",
     POLICY_RELIABLE,
     {{ASKED, 0}, {OPENED, 0}, {LIST, 0}, {OK, 0}, {LOST, 0}, {LIST, S}},
     false},
    {"when it is stopped", POLICY_RELIABLE, {{OPENED, 0}, {STOPPED, S}, {LATER, 9 * S}}, false},
    {"when it is given up", POLICY_RELIABLE, {{OPENED, 0}, {CANCELLED, S}, {LATER, 9 * S}}, false},
    {"after it is given up", POLICY_RELIABLE, {{OPENED, 0}, {CANCELLED, S}, {LIST, S}}, true},
    {"again behind the first one",
     POLICY_RELIABLE,
     {{OPENED, 0}, {LIST, 0}, {OK, 5 * S}, {LATER, 7 * S}, {LATER, 7 * S + 1}},
     true},
    {"not again, who does not promise that",
     WITHOUT(POLICY_SECOND_LIST),
     {{OPENED, 0}, {LIST, 0}, {OK, 5 * S}, {LATER, 66 * S}, {LATER, 66 * S + 1}},
     true},
    {"not again, where a message shows that the subscription is there",
     POLICY_RELIABLE,
     {{OPENED, 0}, {MESSAGE, 0}, {LIST, 0}, {OK, 5 * S}, {LATER, 66 * S}, {LATER, 66 * S + 1}},
     true},
    {"a message behind the list shows nothing",
     POLICY_RELIABLE,
     {{OPENED, 0}, {LIST, 0}, {MESSAGE, 0}, {OK, 0}, {LATER, 2 * S + 1}},
     true},
    {"every minute",
     POLICY_RELIABLE,
     {{OPENED, 0}, {LIST, 0}, {OK, 0}, {LIST, S}, {OK, S}, {LATER, 62 * S}, {LATER, 62 * S + 1}},
     true},
    {"or never, who does not promise that",
     WITHOUT(POLICY_SWEEP),
     {{OPENED, 0}, {LIST, 0}, {OK, 0}, {LIST, S}, {OK, S}, {LATER, 999 * S}},
     false},
    {"again where one failed",
     POLICY_RELIABLE,
     {{OPENED, 0}, {LIST, 0}, {FAILED, S}, {LATER, 41 * S}, {LATER, 41 * S + 1}},
     true},
    {"again where one is not answered",
     POLICY_RELIABLE,
     {{OPENED, 0}, {LIST, 0}, {OTHER_REPLY, 0}, {LATER, 40 * S}, {LATER, 40 * S + 1}},
     true},
};

static bool sees(struct promise_memory *memory, policy_switches switches, enum what what, int64_t now_ns)
{
    static const enum monitor_event_kind events[] = {
        [OPENED] = MONITOR_STREAM_OPENED, [MESSAGE] = MONITOR_STREAM_MESSAGE, [OK] = MONITOR_REPLY,
        [FAILED] = MONITOR_REPLY,         [OTHER_REPLY] = MONITOR_REPLY,      [ENDED] = MONITOR_STREAM_ENDED,
        [LOST] = MONITOR_CONNECTION_LOST, [STOPPED] = MONITOR_STOP,           [LATER] = MONITOR_TIME};
    const struct monitor_event event = {.kind = events[what],
                                        .call_id = what == OTHER_REPLY ? 8 : 7,
                                        .outcome = {.status = what == FAILED ? STATUS_UNAVAILABLE : STATUS_OK}};
    const struct monitor_action action = {.kind = what == CANCELLED ? MONITOR_CANCEL_STREAM
                                                  : what == ASKED   ? MONITOR_OPEN_STREAM
                                                                    : MONITOR_CALL,
                                          .connection_id = 2,
                                          .call_id = 7,
                                          .call = what == LIST ? MONITOR_CALL_LIST : MONITOR_CALL_GET};
    bool is_action = what == LIST || what == GET || what == CANCELLED || what == ASKED;
    struct moment moment = {.kind = is_action ? MOMENT_HANDLER_ACTION : MOMENT_HANDLER_EVENT,
                            .now_ns = now_ns,
                            .switches = switches,
                            .handler_event = &event,
                            .handler_action = &action};
    struct error finding = {""};
    return promise_lists_follow.see(memory, &moment, &finding);
}

static void the_tasks_are_listed_in_their_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct promise_memory memory = {0};
        for (size_t j = 0; rows[i].steps[j].what != END; j++) {
            bool is_last = rows[i].steps[j + 1].what == END;
            if (sees(&memory, rows[i].switches, rows[i].steps[j].what, rows[i].steps[j].at_ns) !=
                (is_last && rows[i].breaks))
                fail_msg("%s: step %zu", rows[i].name, j);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tasks_are_listed_in_their_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
