/* SPDX-License-Identifier: Apache-2.0 */
/* Restarts, dead shims, the wall clock, and containers of other namespaces. */
#include "tests/scenarios/language/refusals.h"

#define GIVEN              "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 101}, {id: db}]}\n"
#define REFUSE_GIVEN(rows) refuse(GIVEN, rows, sizeof(rows) / sizeof((rows)[0]))

static void a_restart_loses_all_or_what_it_names(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [restart: {down: 1s, tasks lost: web}]\n",
         "4:41: \"tasks lost\" must be a list of containers, such as [web]"},
        {"steps: [restart: {down: 1s, tasks lost: []}]\n",
         "4:41: \"tasks lost\" must be a list of containers, such as [web]"},
        {"steps: [restart: {down: 1s, tasks lost: [web], containers lost: [wbe]}]\n",
         "4:66: there is no container \"wbe\"; did you mean \"web\"?"},
        {"steps: [restart: {down: 1s, tasks lost: [job]}]\n",
         "4:42: there is no container \"job\"; give it under `given` or create it in a step"},
        {"steps: [restart: {down: 1s, state: lost, containers lost: [web]}]\n",
         "4:42: \"containers lost\" cannot stand beside `state: lost`, which loses everything; remove it"},
        {"steps: [restart: {down: 1s, exits: early}]\n",
         "4:36: unknown fate of exits \"early\"; known: \"lost\", \"late\""},
    };
    (void)state;
    REFUSE_GIVEN(rows);
}

static void a_dead_shim_tells_an_exit_or_none(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [kill shim: {code: 137}]\n",
         "4:20: a step's kill shim needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [kill shim: {container: web, exit: lost, code: 1}]\n",
         "4:49: \"code\" belongs to `exit: told`; remove it or write that"},
        {"steps: [kill shim: {container: web, exit: lost, pid: 0}]\n",
         "4:49: \"pid\" belongs to `exit: told`; remove it or write that"},
        {"steps: [kill shim: {container: web, clean after: soon}]\n",
         "4:50: \"clean after\" must be never, or a duration with its unit, such as 10s"},
        {"steps: [kill shim: {container: wbe}]\n", "4:32: there is no container \"wbe\"; did you mean \"web\"?"},
    };
    (void)state;
    REFUSE_GIVEN(rows);
}

static void a_clock_jumps_one_way_or_the_other(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [set clock: {}]\n",
         "4:20: a step's set clock needs \"by\", a sign and a duration with its unit, such as -1h"},
        {"steps: [set clock: {by: 1h}]\n", "4:25: \"by\" must be a sign and a duration with its unit, such as -1h"},
        {"steps: [set clock: {by: -1}]\n", "4:25: \"by\" must be a sign and a duration with its unit, such as -1h"},
        {"steps: [set clock: {by: +1001h}]\n", "4:25: \"by\" may be at most 1000h; make it shorter"},
    };
    (void)state;
    REFUSE_GIVEN(rows);
}

static void of_another_namespace_there_is_what_steps_make(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [exit: {container: web, code: 0, namespace: moby}]\n",
         "4:27: there is no container \"web\" in namespace \"moby\"; create it in a step of that namespace"},
        {"steps:\n  - create: {container: web, namespace: moby}\n  - exit: {container: web, exec: e, code: 0, namespace: moby}\n",
         "6:34: there is no exec \"e\" in namespace \"moby\"; start it in a step of that namespace"},
        {"steps:\n  - create: {container: job, namespace: moby}\n  - exit: {container: job, code: 0}\n",
         "6:23: there is no container \"job\"; give it under `given` or create it in a step"},
        {"steps: [create: {container: job, namespace: default}]\n",
         "4:45: everything is in namespace \"default\" unless another one is named; remove this"},
    };
    (void)state;
    REFUSE_GIVEN(rows);
}

static struct scenario *parse(const char *rest)
{
    struct error error = {{0}};
    struct scenario *scenario;
    char content[2048];
    (void)snprintf(content, sizeof content, GIVEN "%s", rest);
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    return scenario;
}

static void what_is_written_is_what_is_meant(void **state)
{
    struct scenario *scenario = parse("steps:\n"
                                      "  - restart: {down: 1s, tasks lost: [web], containers lost: [db], exits: late}\n"
                                      "  - kill shim: {container: web}\n"
                                      "  - kill shim: {container: web, code: 255, pid: 0, clean after: 10s}\n"
                                      "  - kill shim: {container: web, exit: lost, clean after: never}\n"
                                      "  - set clock: {by: -1h}\n"
                                      "  - set clock: {by: +2s}\n");
    const struct scenario_step *steps = scenario->steps.children;
    (void)state;
    assert_true(steps[0].tasks_lost_count == 1 && text_is(steps[0].tasks_lost[0], "web"));
    assert_true(steps[0].containers_lost_count == 1 && text_is(steps[0].containers_lost[0], "db"));
    assert_true(steps[0].exits_late && !steps[0].state_lost && steps[0].socket == SCENARIO_SOCKET_MISSING);
    assert_true(steps[1].code == 137 && !steps[1].has_pid && !steps[1].exit_lost && steps[1].clean_after_ns == 0);
    assert_true(steps[2].code == 255 && steps[2].has_pid && steps[2].pid == 0);
    assert_true(steps[2].clean_after_ns == INT64_C(10000000000));
    assert_true(steps[3].exit_lost && steps[3].clean_after_ns == INT64_MAX);
    assert_true(steps[4].by_ns == INT64_C(-3600000000000) && steps[5].by_ns == INT64_C(2000000000));
    scenario_free(scenario);
}

/* What is lost, or whose shim has died, makes room for the next of its name and pid. */
static void what_is_gone_can_come_again(void **state)
{
    static const char *const rows[] = {
        "steps:\n  - restart: {down: 1s, tasks lost: [web]}\n  - create: {container: web, pid: 101}\n",
        "steps:\n  - restart: {down: 1s, containers lost: [web]}\n  - create: {container: web, pid: 101}\n",
        "steps:\n  - kill shim: {container: web}\n  - create: {container: web, pid: 101}\n",
        ("steps:\n  - create: {container: web, namespace: moby}\n  - exec: {container: web, exec: e, namespace: moby}\n"
         "  - exit: {container: web, exec: e, code: 1, namespace: moby}\n"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        scenario_free(parse(rows[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_loses_all_or_what_it_names),
        cmocka_unit_test(a_dead_shim_tells_an_exit_or_none),
        cmocka_unit_test(a_clock_jumps_one_way_or_the_other),
        cmocka_unit_test(of_another_namespace_there_is_what_steps_make),
        cmocka_unit_test(what_is_written_is_what_is_meant),
        cmocka_unit_test(what_is_gone_can_come_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
