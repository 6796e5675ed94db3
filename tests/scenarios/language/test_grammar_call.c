/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

#include "scenarios/language/words.h"

static struct scenario *parse(const char *steps)
{
    char content[4096];
    struct error error = {{0}};
    struct scenario *scenario;

    (void)snprintf(content, sizeof content, PREFACE "steps:\n%shandlers: none\n", steps);
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    return scenario;
}

static void a_call_says_what_is_asked_and_answered(void **state)
{
    struct scenario *scenario = parse(
        "  - call: {rpc: Tasks.Kill, with: {container: \"a/b\", exec: \"\", signal: 9, all: yes, namespace: none}, code: "
        "NOT_FOUND, message: gone, as: k}\n"
        "  - call:\n      rpc: Tasks.Get\n      with: {container: web, namespace: t3}\n      reply: {pid: 7, code: 0, state: "
        "paused, exited at: never, id: web}\n"
        "  - call: {rpc: Tasks.List, reply: {ids: [], pids: [1, 2]}}\n");
    const struct scenario_call *kill = &scenario->steps.children[0].call;
    const struct scenario_call *get = &scenario->steps.children[1].call;
    const struct scenario_call *list = &scenario->steps.children[2].call;
    (void)state;

    assert_true(scenario->no_handler);
    assert_true(text_is(kill->rpc, "Tasks.Kill") && text_is(kill->as, "k"));
    assert_int_equal(kill->request.asked,
                     SCENARIO_ASKED_CONTAINER | SCENARIO_ASKED_EXEC | SCENARIO_ASKED_SIGNAL | SCENARIO_ASKED_ALL);
    assert_true(text_is(kill->request.container, "a/b") && kill->request.exec.length == 0);
    assert_true(kill->request.signal == 9 && kill->request.all);
    assert_true(kill->request.has_name_space && kill->request.name_space.length == 0);
    assert_int_equal(kill->answer.kind, SCENARIO_ANSWER_STATUS);
    assert_int_equal(kill->answer.status, 5);
    assert_true(kill->answer.has_message && text_is(kill->answer.message, "gone"));

    assert_true(text_is(get->request.name_space, "t3"));
    assert_int_equal(get->answer.kind, SCENARIO_ANSWER_REPLY);
    assert_int_equal(get->answer.fields.told, SCENARIO_TOLD_PID | SCENARIO_TOLD_CODE | SCENARIO_TOLD_STATE |
                                                  SCENARIO_TOLD_EXITED_AT | SCENARIO_TOLD_ID);
    assert_int_equal(get->answer.fields.state, SCENARIO_TASK_PAUSED);
    assert_true(get->answer.fields.exited_at.seconds == SCENARIO_NEVER_SECONDS);
    assert_false(get->answer.has_message || list->request.has_name_space);
    assert_int_equal(list->answer.fields.told, SCENARIO_TOLD_IDS | SCENARIO_TOLD_PIDS);
    assert_int_equal(list->answer.fields.id_count, 0);
    assert_int_equal(list->answer.fields.pids[1], 2);
    scenario_free(scenario);
}

static void a_subscriber_hears_events_and_answers(void **state)
{
    struct scenario *scenario = parse(
        "  - call: {rpc: Events.Subscribe, with: {filters: [\"\", namespace==t3]}, as: s}\n"
        "  - call: {path: /a.B/C, with: {bytes: \"0a\"}, as: c}\n"
        "  - answered: {call: c, nothing: yet}\n"
        "  - heard:\n      by: s\n      events:\n"
        "        - {topic: /tasks/exit, namespace: t3, container: web, exec: e, pid: 1, code: 2, exited at: absent}\n"
        "        - {topic: /namespaces/create, name: x}\n"
        "        - {answer: c}\n");
    const struct scenario_call *subscribe = &scenario->steps.children[0].call;
    const struct scenario_call *path = &scenario->steps.children[1].call;
    const struct scenario_call *heard = &scenario->steps.children[3].call;
    (void)state;

    assert_int_equal(subscribe->answer.kind, SCENARIO_ANSWER_NONE);
    assert_int_equal(subscribe->request.filter_count, 2);
    assert_true(text_is(subscribe->request.filters[1], "namespace==t3"));
    assert_true(path->rpc.length == 0 && text_is(path->path, "/a.B/C") && text_is(path->request.bytes, "\n"));
    assert_int_equal(scenario->steps.children[2].call.answer.kind, SCENARIO_ANSWER_NOT_YET);
    assert_true(text_is(heard->name, "s"));
    assert_int_equal(heard->heard_count, 3);
    assert_true(text_is(heard->heard[0].topic, "/tasks/exit") && heard->heard[0].fields.exited_at.absent);
    assert_true(text_is(heard->heard[1].fields.name, "x"));
    assert_true(heard->heard[2].topic.length == 0 && text_is(heard->heard[2].answer, "c"));
    scenario_free(scenario);
}

static void what_does_not_fit_together_is_refused(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{call: {rpc: Tasks.Get, with: {container: a}}}]\n",
         "3:16: nothing is said of the answer; write \"reply\" or \"code\", or \"as\" where it comes later"},
        {"steps: [{call: {rpc: Tasks.Get, with: {signal: 9}, reply: {}}}]\n",
         "3:40: a request of Tasks.Get has no \"signal\"; remove it"},
        {"steps: [{call: {rpc: Tasks.Start, reply: {state: running}}}]\n",
         "3:43: the answer to Tasks.Start has no \"state\"; remove it"},
        {"steps: [{call: {rpc: Tasks.Start, reply: {}, message: x}}]\n",
         "3:46: \"message\" cannot stand beside \"reply\", which is an answer with OK; keep one of them"},
        {"steps: [{call: {rpc: Tasks.Start, message: x, as: s}}]\n",
         "3:35: \"message\" belongs to \"code\"; write that too"},
        {"steps: [{call: {rpc: Tasks.Start, code: OK}}]\n",
         "3:41: an answer with OK is told by its fields; write `reply: {}`"},
        {"steps: [{call: {path: /a.B/C, with: {container: a}, as: s}}]\n",
         "3:38: a request of a path has no \"container\"; remove it"},
        {"steps: [{call: {path: /a.B/C, reply: {}}}]\n",
         "3:31: \"reply\" belongs to \"rpc\", whose answers can be read; write \"code\""},
        {"steps: [{call: {rpc: Tasks.Get, with: {container: a, bytes: \"00\"}, as: s}}]\n",
         "3:40: a request of bytes has no \"container\"; remove it"},
        {"steps: [{call: {rpc: Tasks.Get, path: /a.B/C, as: s}}]\n",
         "3:33: \"path\" cannot stand beside \"rpc\" in a step's call; keep one of them"},
        {"steps: [{at once: [{call: {rpc: Version.Version, reply: {}}}]}]\n",
         "3:21: \"call\" cannot wait for its answer in `at once`; give it a name with \"as\", and no answer"},
        {"steps: [{call: {rpc: Version.Version, as: v}}, {answered: {call: v}}]\n",
         "3:59: nothing is said of the answer; write \"reply\", \"code\" or `nothing: yet`"},
        {"steps: [{call: {rpc: Version.Version, as: v}}, {answered: {call: v, nothing: yet, code: ABORTED}}]\n",
         "3:83: \"code\" cannot stand beside \"nothing\"; keep one of them"},
        {"steps: [{call: {rpc: Events.Subscribe, as: s}}, {heard: {by: s, events: [{topic: /tasks/oom, pid: 1}]}}]\n",
         "3:94: an event /tasks/oom has no \"pid\"; remove it"},
        {"steps: [{call: {rpc: Events.Subscribe, as: s}}, {heard: {by: s, events: [{answer: s, pid: 1}]}}]\n",
         "3:86: what is heard of an answer has no \"pid\"; remove it"},
        {"steps: [{call: {rpc: Tasks.Get, reply: {exited at: soon}}}]\n",
         "3:52: \"exited at\" must be never, absent, or a time in UTC such as \"2017-05-31T21:33:52Z\""},
    };
    (void)state;
    REFUSE(rows);
}

static void what_a_client_cannot_mean_is_refused(void **state)
{
    static const struct refusal rows[] = {
        {"api: execution\nsteps: [{call: {rpc: Tasks.Get, as: s}}]\n",
         "4:9: a scripted client speaks `api: v1` alone; remove the call, or write that"},
        {"steps:\n  - call: {rpc: Tasks.Get, as: s}\n  - call: {rpc: Tasks.Get, as: s}\n",
         "5:32: there is a call \"s\" already, from line 4; take another name"},
        {"steps: [{answered: {call: wait, nothing: yet}}]\n",
         "3:27: there is no call \"wait\"; write \"as: wait\" at a call"},
        {"steps: [{call: {rpc: Tasks.Wait, as: waits}}, {answered: {call: wait, nothing: yet}}]\n",
         "3:65: there is no call \"wait\"; did you mean \"waits\"?"},
        {"steps: [{call: {rpc: Tasks.Wait, as: w}}, {answered: {call: w, reply: {pid: 1}}}]\n",
         "3:43: the answer to Tasks.Wait has no such field; say of it what it has"},
        {"steps: [{call: {rpc: Tasks.Wait, as: w}}, {heard: {by: w, events: []}}]\n",
         "3:56: \"w\" is no call of Events.Subscribe, and hears nothing; name one that is"},
        {"given: {containers: [{id: a, pid: 1}]}\nsteps: [{lock: {container: a}}]\nhandlers: none\n",
         "4:9: `lock` is done to the handler, and this file has none; remove `handlers: none`, or this"},
        {"expect:\n  finally: [{streams: {open: 0}}]\nhandlers: none\n",
         "4:13: what is expected is expected of the handler, and this file has none; remove `handlers: none`, or say it "
         "with \"reply\", \"answered\" and \"heard\""},
    };
    (void)state;
    REFUSE(rows);
}

static void a_step_may_name_what_a_client_makes(void **state)
{
    struct scenario *scenario = parse("  - call: {rpc: Tasks.Create, with: {container: web}, reply: {}}\n"
                                      "  - call: {rpc: Tasks.Create, with: {container: web}, code: ALREADY_EXISTS}\n"
                                      "  - call: {rpc: Tasks.Exec, with: {container: web, exec: e}, reply: {}}\n"
                                      "  - exit: {container: web, exec: e, code: 1}\n");
    (void)state;
    scenario_free(scenario);
}

static void every_rpc_and_topic_has_its_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < scenario_rpcs.count; i++)
        assert_true((scenario_askable(text_of(scenario_rpcs.items[i].name)) & SCENARIO_ASKED_BYTES) != 0);
    for (size_t i = 0; i < scenario_topics.count; i++)
        assert_true((scenario_hearable(text_of(scenario_topics.items[i].name)) & SCENARIO_TOLD_NAME_SPACE) != 0);
    assert_int_equal(scenario_askable(text_of("Tasks.Nope")), SCENARIO_ASKED_BYTES);
    assert_int_equal(scenario_answerable(text_of("Tasks.Nope")), 0);
    assert_int_equal(scenario_hearable(text_of("/tasks/nope")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_says_what_is_asked_and_answered),
        cmocka_unit_test(a_subscriber_hears_events_and_answers),
        cmocka_unit_test(what_does_not_fit_together_is_refused),
        cmocka_unit_test(what_a_client_cannot_mean_is_refused),
        cmocka_unit_test(a_step_may_name_what_a_client_makes),
        cmocka_unit_test(every_rpc_and_topic_has_its_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
