/* SPDX-License-Identifier: Apache-2.0 */
/* What the answers of faults may say, and who is kept off meanwhile. */
#include "tests/scenarios/language/refusals.h"

#define MADE_UP "faults: [{rpc: "

static void an_answer_says_what_its_call_answers(void **state)
{
    static const struct refusal rows[] = {
        {MADE_UP "Tasks.Kill, do: answer, pid: 0}]\n",
         "3:32: the answer to Tasks.Kill says nothing of a task; write it for a call such as `rpc: Tasks.Get`"},
        {MADE_UP "Tasks.Get, do: answer}]\n",
         "3:10: a fault with `do: answer` needs what the answer says, such as \"state\""},
        {MADE_UP "Tasks.Get, do: answer, state: stopped}]\n",
         "3:46: unknown state in an answer \"stopped\"; known: \"created\", \"running\", \"exited\", \"paused\", \"unknown\""},
        {MADE_UP "Tasks.Delete, do: answer, state: running}]\n",
         "3:42: the answer to Tasks.Delete does not say \"state\"; remove it"},
        {MADE_UP "Tasks.Wait, do: answer, exit code: 1, pid: 3}]\n",
         "3:54: the answer to Tasks.Wait does not say \"pid\"; remove it"},
        {MADE_UP "Tasks.Get, do: answer, pid: 3, oom kills: 1}]\n",
         "3:47: the answer to Tasks.Get does not say \"oom kills\"; remove it"},
        {MADE_UP "Tasks.Get, do: answer, exited at: never}]\n",
         "3:50: \"exited at\" must be absent, a time in UTC such as \"2017-05-31T21:33:52Z\", or {seconds: 0, nanos: 0}"},
        {MADE_UP "Tasks.Get, do: hang, state: running}]\n",
         "3:37: \"state\" belongs to `do: answer`; remove it or write that"},
        {MADE_UP "Tasks.Get, do: hang, for: 1s}]\n",
         "3:37: \"for\" belongs to `do: delay` and `do: answer`; remove it or write one of them"},
        {MADE_UP "Tasks.List, do: answer, state: running, for: 1s}]\n",
         "3:56: \"for\" counts from the exit of one container; name it with \"container\", or remove it"},
    };
    (void)state;
    REFUSE(rows);
}

static void only_a_list_leaves_something_out(void **state)
{
    static const struct refusal rows[] = {
        {MADE_UP "Tasks.Get, do: leave out}]\n",
         "3:31: nothing can be left out of the answer to Tasks.Get; write it for a list such as `rpc: Tasks.List`"},
        {MADE_UP "Tasks.List, do: leave out, pid: 3}]\n",
         "3:43: \"pid\" belongs to `do: answer`; remove it or write that"},
    };
    (void)state;
    REFUSE(rows);
}

static void others_are_kept_off_with_an_error_by_what_takes_its_time(void **state)
{
    static const struct refusal rows[] = {
        {MADE_UP "Tasks.Delete, do: delay, for: 1s, meanwhile: {message: x}}]\n",
         "3:61: meanwhile needs \"code\", a gRPC code, such as UNAVAILABLE"},
        {MADE_UP "Tasks.Delete, do: delay, for: 1s, meanwhile: {code: OK}}]\n",
         "3:68: who is refused cannot be told OK; take another code"},
        {MADE_UP "Tasks.Delete, do: hang, meanwhile: {code: UNKNOWN}}]\n",
         "3:40: \"meanwhile\" belongs to `do: delay` and `do: hold`; remove it or write one of them"},
        {"faults: [{stream: events, event: exit, do: hold, as: x, meanwhile: {code: UNKNOWN}}]\n",
         "3:57: \"meanwhile\" belongs to a call such as `rpc: Tasks.Delete`; remove it"},
    };
    (void)state;
    REFUSE(rows);
}

static struct scenario *parse(const char *rest)
{
    struct error error = {{0}};
    struct scenario *scenario;
    char content[1024];
    (void)snprintf(content, sizeof content, PREFACE "given: {containers: [{id: web}]}\n%s", rest);
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    return scenario;
}

/* A state that lags does so every time that it is asked for, unless it is said how often. */
static void what_is_written_is_what_is_meant(void **state)
{
    struct scenario *scenario = parse("faults:\n"
                                      "  - {rpc: Tasks.Get, container: web, do: answer, state: running, for: 300ms}\n"
                                      "  - {rpc: Tasks.Get, do: answer, state: unknown, pid: 0}\n"
                                      "  - {rpc: Tasks.Wait, do: answer, exit code: 255, exited at: absent, times: 2}\n"
                                      "  - {rpc: Tasks.Metrics, do: answer, oom kills: 1}\n"
                                      "  - {rpc: Tasks.List, container: web, do: leave out}\n"
                                      "  - {rpc: Tasks.Delete, do: hold, as: x, meanwhile: {code: NOT_FOUND}}\n");
    const struct scenario_fault *faults = scenario->faults;
    (void)state;
    assert_int_equal(scenario->fault_count, 6);
    assert_int_equal(faults[0].told.state, SCENARIO_TOLD_RUNNING);
    assert_true(faults[0].has_for && faults[0].for_ns == 300000000 && faults[0].times == 0);
    assert_true(faults[1].told.state == SCENARIO_TOLD_UNKNOWN && faults[1].told.has_pid && faults[1].times == 1);
    assert_true(faults[2].told.code == 255 && faults[2].told.exited.kind == SCENARIO_EXITED_AT_ABSENT);
    assert_true(!faults[2].told.has_state && faults[2].times == 2);
    assert_int_equal(faults[3].told.oom_kills, 1);
    assert_int_equal(faults[4].action, SCENARIO_DO_LEAVE_OUT);
    assert_true(faults[5].has_meanwhile && text_is(faults[5].meanwhile.message, "not found"));
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_says_what_its_call_answers),
        cmocka_unit_test(only_a_list_leaves_something_out),
        cmocka_unit_test(others_are_kept_off_with_an_error_by_what_takes_its_time),
        cmocka_unit_test(what_is_written_is_what_is_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
