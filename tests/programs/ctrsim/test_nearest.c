/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "programs/ctrsim/nearest.h"

#define REQUEST(time, what) "    " time " fake     request " what "\n"
#define FAULT(number)       "                      fault " number "\n"
#define OTHER               "                      reply Tasks.Delete OK\n"

static struct scenario *parse(const char *faults)
{
    char content[1024];
    struct error error = {""};
    struct scenario *scenario;
    (void)snprintf(content, sizeof content, "title: t\nwhy: w\ngiven: {containers: [{id: web}, {id: db}]}\nfaults:\n%s",
                   faults);
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    return scenario;
}

static void check(const char *faults, const char *trace, const char *said)
{
    struct scenario *scenario = parse(faults);
    struct buffer out = BUFFER_INIT;
    nearest_explain(scenario, text_of(trace), &out);
    assert_int_equal(buffer_append(&out, "", 1), 0);
    assert_string_equal((const char *)out.bytes, said);
    buffer_release(&out);
    scenario_free(scenario);
}

#define OF_WEB "  - {rpc: Tasks.Delete, container: web, do: hang}\n"
#define OF_ANY "  - {rpc: Tasks.Delete, do: hang, times: 2}\n"

static void a_rule_that_was_used_says_how_often(void **state)
{
    (void)state;
    check(OF_WEB, REQUEST("0.000s", "Tasks.Delete web") FAULT("1") OTHER, "  line 5: used once\n");
    check(OF_ANY, REQUEST("0.000s", "Tasks.Delete web") FAULT("1") REQUEST("1.000s", "Tasks.Delete db") FAULT("1"),
          "  line 5: used 2 times\n");
}

static void a_rule_of_events_is_counted_wherever_it_was_met(void **state)
{
    static const char rule[] = "  - {stream: events, event: exit, container: web, do: hold, as: late}\n";
    (void)state;
    check(rule, "    0.000s script   line 9: command exit web\n" FAULT("1"), "  line 5: used once\n");
    check(rule, FAULT("1") OTHER FAULT("1"), "  line 5: used 2 times\n");
    check(rule, REQUEST("0.000s", "Events.Subscribe") FAULT("2"),
          "  line 5: never used; no such event was published\n");
}

static void so_is_a_rule_of_the_store(void **state)
{
    static const char rule[] = "  - {store: put, container: web, do: fail}\n";
    (void)state;
    check(rule, "    0.000s handler  reply 1 OK\n                      put 1 web EXITED\n" FAULT("1"),
          "  line 5: used once\n");
    check(OF_WEB "  - {store: put, do: fail}\n", REQUEST("0.000s", "Tasks.Delete web") FAULT("1"),
          "  line 5: used once\n  line 6: never used; no such request came to the store\n");
}

/* Why a request did not get the rule; of several, the one that missed by least, and of those the first. */
static void a_rule_that_was_not_used_says_what_came_nearest(void **state)
{
    (void)state;
    check(OF_WEB, "", "  line 5: never used; no request came near it\n");
    check(OF_WEB, REQUEST("0.000s", "Events.Subscribe \"topic~=|^/tasks/|\""),
          "  line 5: never used; no request came near it\n");
    check(OF_WEB, REQUEST("0.000s", "Tasks.Get db") OTHER REQUEST("1.000s", "Tasks.Get db"),
          "  line 5: never used; Tasks.Get of db at 0.000s came nearest, but it is another rpc\n");
    check(OF_WEB, REQUEST("0.000s", "Tasks.Get db") OTHER REQUEST("1.000s", "Containers.Get web"),
          "  line 5: never used; Containers.Get of web at 1.000s came nearest, but it is another rpc\n");
    check(OF_WEB, REQUEST("0.000s", "Tasks.Get web") REQUEST("1.000s", "Tasks.Delete db") OTHER,
          "  line 5: never used; Tasks.Delete of db at 1.000s came nearest, but it is of another container\n");
    check(OF_ANY OF_WEB, REQUEST("0.000s", "Tasks.Delete db") OTHER REQUEST("1.000s", "Tasks.Delete web") FAULT("1"),
          "  line 5: used once\n"
          "  line 6: never used; Tasks.Delete of web at 1.000s came nearest, but the rule in line 5, which stands "
          "before, took it\n");
}

static void a_rule_that_is_used_up_says_what_came_too_late(void **state)
{
    (void)state;
    check(OF_WEB,
          REQUEST("0.000s", "Tasks.Delete web") FAULT("1") REQUEST("1.000s", "Tasks.Delete db")
              REQUEST("2.000s", "Tasks.Delete web") REQUEST("3.000s", "Tasks.Delete web"),
          "  line 5: used once; Tasks.Delete of web at 2.000s fits too, but its times were used up\n");
    /* Refused before it met a rule, by another API say. */
    check(OF_WEB, REQUEST("0.000s", "Tasks.Delete web") REQUEST("1.000s", "Tasks.Delete web") FAULT("1"),
          "  line 5: used once\n");
    check(OF_WEB OF_WEB,
          REQUEST("0.000s", "Tasks.Delete web") FAULT("1") REQUEST("1.000s", "Tasks.Delete web") FAULT("2"),
          "  line 5: used once\n  line 6: used once\n");
}

static void without_faults_there_is_nothing_to_say(void **state)
{
    (void)state;
    check("  []\n", REQUEST("0.000s", "Tasks.Delete web"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_that_was_used_says_how_often),
        cmocka_unit_test(a_rule_of_events_is_counted_wherever_it_was_met),
        cmocka_unit_test(so_is_a_rule_of_the_store),
        cmocka_unit_test(a_rule_that_was_not_used_says_what_came_nearest),
        cmocka_unit_test(a_rule_that_is_used_up_says_what_came_too_late),
        cmocka_unit_test(without_faults_there_is_nothing_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
