/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void an_expectation_says_of_what_and_what(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{state: exited}]}\n",
         "3:20: an expectation needs one of \"container\", \"called\", \"dialed\", \"noted\", \"streams\", \"answered\""},
        {"expect: {finally: [{container: web}]}\n",
         "3:20: nothing is expected of this container; write \"state\", \"code\", \"pid\" or \"finished at\""},
        {"expect: {finally: [{container: web, promise: a}]}\n",
         "3:20: nothing is expected of this container; write \"state\", \"code\", \"pid\" or \"finished at\""},
    };
    (void)state;
    REFUSE(rows);
}

static void no_record_has_nothing_in_it(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{container: web, state: none, code: 1}]}\n",
         "3:50: \"code\" belongs to a record, and `state: none` is no record; remove one of them"},
        {"expect: {finally: [{container: web, state: none, pid: 1}]}\n",
         "3:50: \"pid\" belongs to a record, and `state: none` is no record; remove one of them"},
        {"expect: {finally: [{container: web, state: none, finished at: 2017-05-31T21:33:52Z}]}\n",
         "3:50: \"finished at\" belongs to a record, and `state: none` is no record; remove one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void exits_while_belongs_to_sometimes_and_stands_alone(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{container: web, exits while: no stream is open}]}\n",
         "3:37: unknown key \"exits while\" in an expectation; known: \"container\", \"called\", \"dialed\", \"noted\", \"streams\", \"answered\", \"state\", \"code\", \"pid\", \"finished at\", \"finished at ns\", \"reason\", \"inferred\", \"delete pending\", \"promise\", \"under\""},
        {"expect: {sometimes: [{container: web, exits while: it rains}]}\n",
         "3:52: unknown circumstance \"it rains\"; known: \"no stream is open\""},
        {"expect: {sometimes: [{container: web, exits while: no stream is open, code: 1}]}\n",
         "3:71: \"code\" cannot stand beside \"exits while\"; remove one of them"},
        {"expect: {sometimes: [{container: web, exits while: no stream is open, state: exited}]}\n",
         "3:71: \"state\" cannot stand beside \"exits while\"; remove one of them"},
        {"expect: {sometimes: [{dialed: {times: 1}, exits while: no stream is open}]}\n",
         "3:23: \"dialed\" cannot stand beside \"exits while\"; remove one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void calls_and_dials_are_counted(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{called: {times: 1}}]}\n", "3:29: called needs \"rpc\", an rpc, such as Tasks.Delete"},
        {"expect: {finally: [{called: {rpc: Tasks.Delete}}]}\n",
         "3:29: here is nothing to count; write \"times\", \"at\" or both"},
        {"expect: {finally: [{dialed: {}}]}\n", "3:29: here is nothing to count; write \"times\", \"at\" or both"},
        {"expect: {finally: [{dialed: {times: -1}}]}\n", "3:37: \"times\" must be a number from 0 to 1000000"},
    };
    (void)state;
    REFUSE(rows);
}

static void times_count_from_the_first_and_go_up(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{dialed: {at: [1s]}}]}\n",
         "3:35: the first time is always 0s, because the others count from it; begin with 0s"},
        {"expect: {finally: [{dialed: {at: [0s, 2s, 1s]}}]}\n",
         "3:43: this time is before the one on its left; put them in order"},
        {"expect: {finally: [{dialed: {at: [0s, 1s], times: 3}}]}\n",
         "3:34: \"at\" has 2 entries but \"times\" is 3; make them agree"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_note_has_a_name_in_small_letters(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{noted: {times: 1}}]}\n",
         "3:28: noted needs \"note\", the name of a note, such as stream-failed"},
        {"expect: {finally: [{noted: {note: Stream-failed}}]}\n",
         "3:35: \"note\" must be the name of a note, such as stream-failed"},
        {"expect: {finally: [{noted: {note: stream_failed}}]}\n",
         "3:35: \"note\" must be the name of a note, such as stream-failed"},
        {"expect: {finally: [{noted: {note: stream-7}}]}\n",
         "3:35: \"note\" must be the name of a note, such as stream-failed"},
        {"expect: {finally: [{noted: {note: stream-failed, code: GONE}}]}\n",
         "3:56: unknown gRPC code \"GONE\"; known: \"OK\", \"CANCELLED\", \"UNKNOWN\", \"INVALID_ARGUMENT\", \"DEADLINE_EXCEEDED\", \"NOT_FOUND\", \"ALREADY_EXISTS\", \"PERMISSION_DENIED\", \"RESOURCE_EXHAUSTED\", \"FAILED_PRECONDITION\", \"ABORTED\", \"OUT_OF_RANGE\", \"UNIMPLEMENTED\", \"INTERNAL\", \"UNAVAILABLE\", \"DATA_LOSS\", \"UNAUTHENTICATED\""},
        {"expect: {finally: [{noted: {note: stream-failed, at: [1s]}}]}\n",
         "3:55: the first time is always 0s, because the others count from it; begin with 0s"},
        {"expect: {finally: [{noted: {note: stream-failed, at: [0s], times: 2}}]}\n",
         "3:54: \"at\" has 1 entries but \"times\" is 2; make them agree"},
    };
    (void)state;
    REFUSE(rows);
}

static void streams_have_a_number_and_nothing_of_a_record(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{streams: {}}]}\n", "3:30: streams needs \"open\", a number from 0 to 1000000"},
        {"expect: {finally: [{streams: {open: 1}, code: 1}]}\n",
         "3:41: \"code\" belongs to an expectation of a container; remove it"},
        {"expect: {finally: [{streams: {open: 1}, finished at ns: 1}]}\n",
         "3:41: \"finished at ns\" belongs to an expectation of a container; remove it"},
        {"expect: {finally: [{streams: {open: 1}, noted: {note: a}}]}\n",
         "3:41: \"noted\" cannot stand beside \"streams\" in an expectation; keep one of them"},
        {"expect: {sometimes: [{streams: {open: 1}, exits while: no stream is open}]}\n",
         "3:23: \"streams\" cannot stand beside \"exits while\"; remove one of them"},
        {"expect: {sometimes: [{noted: {note: a}, exits while: no stream is open}]}\n",
         "3:23: \"noted\" cannot stand beside \"exits while\"; remove one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_finish_is_a_time_or_a_number(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{container: web, finished at ns: 0, finished at: \"2017-05-31T21:33:52Z\"}]}\n",
         "3:37: \"finished at ns\" cannot stand beside \"finished at\"; keep one of them"},
        {"expect: {finally: [{container: web, finished at ns: 9223372036854775808}]}\n",
         "3:53: \"finished at ns\" must be a number of nanoseconds since 1970, of 64 bits"},
        {"expect: {finally: [{container: web, finished at ns: -9223372036854775809}]}\n",
         "3:53: \"finished at ns\" must be a number of nanoseconds since 1970, of 64 bits"},
        {"expect: {finally: [{container: web, finished at ns: 92233720368547758070}]}\n",
         "3:53: \"finished at ns\" must be a number of nanoseconds since 1970, of 64 bits"},
        {"expect: {finally: [{container: web, state: none, finished at ns: 0}]}\n",
         "3:50: \"finished at ns\" belongs to a record, and `state: none` is no record; remove one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void calls_and_dials_have_no_state(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{dialed: {times: 1}, code: 1}]}\n",
         "3:41: \"code\" belongs to an expectation of a container; remove it"},
        {"expect: {finally: [{dialed: {times: 1}, state: exited}]}\n",
         "3:41: \"state\" belongs to an expectation of a container; remove it"},
        {"expect: {finally: [{dialed: {times: 1}, container: web}]}\n",
         "3:41: \"container\" cannot stand beside \"dialed\" in an expectation; keep one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void the_kinds_of_expectation_are_few(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {within: 5}\n",
         "3:18: \"within\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"expect: {eventually: []}\n",
         "3:10: unknown key \"eventually\" in expect; known: \"always\", \"finally\", \"never\", \"sometimes\", \"within\""},
        {"expect: {finaly: []}\n", "3:10: unknown key \"finaly\" in expect; did you mean \"finally\"?"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_promise_has_a_name_and_a_code_has_a_sign(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{dialed: {times: 1}, promise: not a name}]}\n",
         "3:50: \"promise\" must be a promise's short name, such as no-exit-is-lost"},
        {"expect: {finally: [{container: web, code: 4294967295}]}\n",
         "3:43: \"code\" must be a number from -2147483648 to 2147483647"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expectation_says_of_what_and_what),
        cmocka_unit_test(no_record_has_nothing_in_it),
        cmocka_unit_test(exits_while_belongs_to_sometimes_and_stands_alone),
        cmocka_unit_test(calls_and_dials_are_counted),
        cmocka_unit_test(times_count_from_the_first_and_go_up),
        cmocka_unit_test(a_note_has_a_name_in_small_letters),
        cmocka_unit_test(streams_have_a_number_and_nothing_of_a_record),
        cmocka_unit_test(a_finish_is_a_time_or_a_number),
        cmocka_unit_test(calls_and_dials_have_no_state),
        cmocka_unit_test(the_kinds_of_expectation_are_few),
        cmocka_unit_test(a_promise_has_a_name_and_a_code_has_a_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
