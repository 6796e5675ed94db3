/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void an_exit_status_has_32_bits(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{exit: {container: web, code: 4294967296}}]\n",
         "3:39: \"code\" must be a number from 0 to 4294967295"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_stream_ends_with_a_code_or_in_another_way(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{disconnect: {stream: events}}]\n",
         "3:22: a stream ends with \"code\", a gRPC code, such as UNAVAILABLE, or with \"how\", an end such as no trailers; write one of them"},
        {"steps: [{disconnect: {stream: logs, code: OK}}]\n", "3:31: unknown stream \"logs\"; known: \"events\""},
        {"steps: [{disconnect: {stream: events, code: UNAVALABLE}}]\n",
         "3:45: unknown gRPC code \"UNAVALABLE\"; did you mean \"UNAVAILABLE\"?"},
        {"steps: [{disconnect: {stream: events, code: 14}}]\n",
         "3:45: unknown gRPC code \"14\"; known: \"OK\", \"CANCELLED\", \"UNKNOWN\", \"INVALID_ARGUMENT\", \"DEADLINE_EXCEEDED\", \"NOT_FOUND\", \"ALREADY_EXISTS\", \"PERMISSION_DENIED\", \"RESOURCE_EXHAUSTED\", \"FAILED_PRECONDITION\", \"ABORTED\", \"OUT_OF_RANGE\", \"UNIMPLEMENTED\", \"INTERNAL\", \"UNAVAILABLE\", \"DATA_LOSS\", \"UNAUTHENTICATED\""},
        {"steps: [{disconnect: {stream: events, code: OK, how: clean}}]\n",
         "3:39: \"code\" cannot stand beside \"how\"; keep one of them"},
        {"steps: [{disconnect: {stream: events, how: clean, message: x}}]\n",
         "3:51: \"message\" cannot stand beside \"how\"; keep one of them"},
        {"steps: [{disconnect: {stream: events, how: no trailer}}]\n",
         "3:44: unknown end of a stream \"no trailer\"; did you mean \"no trailers\"?"},
        {"steps: [{disconnect: {stream: events, how: softly}}]\n",
         "3:44: unknown end of a stream \"softly\"; known: \"clean\", \"no status\", \"no trailers\", \"wrong content type\", \"truncated message\", \"compressed message\", \"reset\""},
        {"steps: [{disconnect: {stream: events, how: reset}}]\n",
         "3:22: `how: reset` needs \"error\", an HTTP/2 error, such as CANCEL"},
        {"steps: [{disconnect: {stream: events, how: reset, error: CANCELLED}}]\n",
         "3:58: unknown HTTP/2 error \"CANCELLED\"; did you mean \"CANCEL\"?"},
        {"steps: [{disconnect: {stream: events, how: clean, error: CANCEL}}]\n",
         "3:51: \"error\" belongs to `how: reset`; remove it or write that"},
        {"steps: [{disconnect: {stream: events, code: OK, error: CANCEL}}]\n",
         "3:49: \"error\" belongs to `how: reset`; remove it or write that"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_connection_is_cut_with_nothing_said(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{disconnect: {connection: one}}]\n", "3:35: unknown connection \"one\"; known: \"all\""},
        {"steps: [{disconnect: {connection: all, code: OK}}]\n",
         "3:40: \"code\" belongs to `stream: events`; a connection is cut with nothing said"},
        {"steps: [{disconnect: {connection: all, how: clean}}]\n",
         "3:40: \"how\" belongs to `stream: events`; a connection is cut with nothing said"},
        {"steps: [{disconnect: {connection: all, error: CANCEL}}]\n",
         "3:40: \"error\" belongs to `stream: events`; a connection is cut with nothing said"},
        {"steps: [{disconnect: {connection: all, message: x}}]\n",
         "3:40: \"message\" belongs to `stream: events`; a connection is cut with nothing said"},
        {"steps: [{disconnect: {stream: events, connection: all}}]\n",
         "3:39: \"connection\" cannot stand beside \"stream\" in a step's disconnect; keep one of them"},
        {"steps: [{disconnect: {}}]\n", "3:22: a step's disconnect needs one of \"stream\", \"connection\""},
    };
    (void)state;
    REFUSE(rows);
}

static void a_restart_says_how_long(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{restart: {}}]\n",
         "3:19: a step's restart needs \"down\", a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [{restart: {down: 3}}]\n",
         "3:26: \"down\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [{restart: {down: 3s, socket: serves}}]\n",
         "3:38: unknown socket during a restart \"serves\"; known: \"missing\", \"refuses\", \"never accepts\", \"stays silent\""},
        {"steps: [{restart: {down: 3s, state: gone}}]\n",
         "3:37: unknown state after a restart \"gone\"; known: \"kept\", \"lost\""},
    };
    (void)state;
    REFUSE(rows);
}

static void advance_takes_no_other_time(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{advance: 30s, at: +1s}]\n",
         "3:24: \"at\" cannot stand beside \"advance\", which says the time itself; remove it"},
    };
    (void)state;
    REFUSE(rows);
}

static void steps_at_once_have_neither_times_nor_blocks(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{at once: []}]\n", "3:19: \"at once\" must be a list of at least one step"},
        {"steps: [{at once: [{create: {container: web}, at: +1s}]}]\n",
         "3:47: \"at\" cannot stand in `at once`, whose steps all happen at one instant; move it out"},
        {"steps: [{at once: [{advance: 1s}]}]\n",
         "3:21: \"advance\" cannot stand in `at once`, whose steps all happen at one instant; move it out"},
        {"steps: [{at once: [{any order: [{advance: 1s}]}]}]\n",
         "3:21: \"any order\" cannot stand in `at once`, whose steps all happen at one instant; move it out"},
        {"steps: [{at once: [{sequence: [{advance: 1s}]}]}]\n",
         "3:21: \"sequence\" cannot stand in `at once`, whose steps all happen at one instant; move it out"},
        {"steps: [{at once: [{at once: [{create: {container: web}}]}]}]\n",
         "3:21: \"at once\" cannot stand in `at once`, whose steps all happen at one instant; move it out"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_silence_says_what_the_server_still_does(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{silence: {server: only reads}}]\n",
         "3:19: a step's silence needs one of \"stream\", \"connection\""},
        {"steps: [{silence: {connection: all}}]\n",
         "3:19: a connection that falls silent needs \"server\", what its server still does: answers pings, only reads or "
         "does nothing"},
        {"steps: [{silence: {stream: events, server: only reads}}]\n",
         "3:36: \"server\" belongs to `connection: all`; remove it or write that"},
        {"steps: [{silence: {connection: all, server: reads}}]\n",
         "3:45: unknown deed of a silent server \"reads\"; known: \"answers pings\", \"only reads\", \"does nothing\""},
        {"steps: [{socket: gone}]\n",
         "3:18: unknown socket \"gone\"; known: \"serves\", \"missing\", \"refuses\", \"never accepts\", \"stays silent\""},
    };
    (void)state;
    REFUSE(rows);
}

static void a_goaway_says_which_stream_is_the_last(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{goaway: {}}]\n", "3:18: a step's goaway needs \"last\", none, all, any or even"},
        {"steps: [{goaway: {last: third}}]\n",
         "3:25: unknown last stream \"third\"; known: \"none\", \"all\", \"any\", \"even\""},
        {"steps: [{goaway: {last: all, error: CANCELED}}]\n",
         "3:37: unknown HTTP/2 error \"CANCELED\"; did you mean \"CANCEL\"?"},
        {"steps: [{goaway: {last: all, then: go}}]\n",
         "3:36: unknown deed after a goaway \"go\"; known: \"stay\", \"close\""},
    };
    (void)state;
    REFUSE(rows);
}

static void a_lock_is_of_a_container(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{lock: {}}]\n",
         "3:16: a step's lock needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [{unlock: {}}]\n",
         "3:18: a step's unlock needs \"container\", an id of letters and digits, with single . _ - between them"},
    };
    (void)state;
    REFUSE(rows);
}

static void steps_are_lists_and_what_is_created_has_a_name(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{sequence: {}}]\n", "3:20: \"sequence\" must be a list of at least one step"},
        {"steps: [{create: {container: any}}]\n", "3:30: \"any\" stands for every container; take another id"},
        {"steps: {exit: 1}\n", "3:8: \"steps\" must be a list of steps, such as - exit: {container: web, code: 0}"},
        {"steps: [{create: {container: web, pid: 0}}]\n", "3:40: \"pid\" must be a number from 1 to 4294967295"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exit_status_has_32_bits),
        cmocka_unit_test(a_stream_ends_with_a_code_or_in_another_way),
        cmocka_unit_test(a_connection_is_cut_with_nothing_said),
        cmocka_unit_test(a_restart_says_how_long),
        cmocka_unit_test(advance_takes_no_other_time),
        cmocka_unit_test(steps_at_once_have_neither_times_nor_blocks),
        cmocka_unit_test(a_silence_says_what_the_server_still_does),
        cmocka_unit_test(a_goaway_says_which_stream_is_the_last),
        cmocka_unit_test(a_lock_is_of_a_container),
        cmocka_unit_test(steps_are_lists_and_what_is_created_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
