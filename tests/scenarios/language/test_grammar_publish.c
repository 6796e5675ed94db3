/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

#include "base/time.h"
#include "scenarios/language/words.h"

/* A file whose only step publishes that. */
static struct scenario *parse(const char *publish)
{
    char content[512];
    struct error error = {{0}};
    struct scenario *scenario;

    (void)snprintf(content, sizeof content, PREFACE "api: execution\nsteps: [{publish: {%s}}]\n", publish);
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(scenario->steps.children[0].verb, SCENARIO_PUBLISH);
    return scenario;
}

static void each_event_has_its_word_and_keeps_what_is_not_given_at_zero(void **state)
{
    static const struct {
        const char *word;
        enum scenario_event event;
    } rows[] = {
        {"exit", SCENARIO_EVENT_EXIT},     {"oom", SCENARIO_EVENT_OOM},       {"create", SCENARIO_EVENT_CREATE},
        {"start", SCENARIO_EVENT_START},   {"paused", SCENARIO_EVENT_PAUSED}, {"exec added", SCENARIO_EVENT_EXEC_ADDED},
        {"delete", SCENARIO_EVENT_DELETE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char publish[64];
        (void)snprintf(publish, sizeof publish, "event: %s, container: stranger", rows[i].word);
        struct scenario *scenario = parse(publish);
        const struct scenario_step *step = &scenario->steps.children[0];
        assert_int_equal(step->published.event, rows[i].event);
        assert_true(text_is(step->container, "stranger"));
        assert_int_equal(step->pid, 0);
        assert_int_equal(step->code, 0);
        assert_int_equal(step->published.exited.kind, SCENARIO_EXITED_AT_DEFAULT);
        assert_false(step->published.has_bytes || step->published.unknown_field);
        scenario_free(scenario);
    }
}

static void an_exit_says_all_that_it_may(void **state)
{
    struct scenario *scenario =
        parse("event: exit, container: web, pid: 4294967295, code: 4294967294, unknown field: yes");
    const struct scenario_step *step = &scenario->steps.children[0];
    (void)state;
    assert_int_equal(step->pid, 4294967295);
    assert_int_equal(step->code, 4294967294);
    assert_true(step->published.unknown_field);
    scenario_free(scenario);
    scenario = parse("event: exit, container: web, unknown field: no");
    assert_false(scenario->steps.children[0].published.unknown_field);
    scenario_free(scenario);
}

static void exited_at_is_absent_or_a_time_or_any_numbers(void **state)
{
    static const struct {
        const char *written;
        enum scenario_exited_at kind;
        int64_t seconds;
        int32_t nanos;
    } rows[] = {
        {"absent", SCENARIO_EXITED_AT_ABSENT, 0, 0},
        {"\"2017-05-31T21:33:52.5Z\"", SCENARIO_EXITED_AT_GIVEN, 1496266432, 500000000},
        {"0001-01-01T00:00:00Z", SCENARIO_EXITED_AT_GIVEN, TIME_GO_ZERO_SECONDS, 0},
        {"\"9999-12-31T23:59:59Z\"", SCENARIO_EXITED_AT_GIVEN, INT64_C(253402300799), 0},
        {"{seconds: 0, nanos: 0}", SCENARIO_EXITED_AT_GIVEN, 0, 0},
        {"{seconds: -62135596800, nanos: 1000000000}", SCENARIO_EXITED_AT_GIVEN, TIME_GO_ZERO_SECONDS, 1000000000},
        {"{seconds: 9223372036854775807, nanos: 2147483647}", SCENARIO_EXITED_AT_GIVEN, INT64_MAX, INT32_MAX},
        {"{nanos: -2147483648, seconds: -9223372036854775808}", SCENARIO_EXITED_AT_GIVEN, INT64_MIN, INT32_MIN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char publish[128];
        (void)snprintf(publish, sizeof publish, "event: exit, container: web, exited at: %s", rows[i].written);
        struct scenario *scenario = parse(publish);
        const struct scenario_published *published = &scenario->steps.children[0].published;
        assert_int_equal(published->exited.kind, rows[i].kind);
        assert_true(published->exited.seconds == rows[i].seconds);
        assert_int_equal(published->exited.nanos, rows[i].nanos);
        scenario_free(scenario);
    }
}

static void what_is_neither_absent_nor_a_time_nor_numbers_is_refused(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{publish: {event: exit, container: web, exited at: now}}]\n",
         "3:60: \"exited at\" must be absent, a time in UTC such as \"2017-05-31T21:33:52Z\", or {seconds: 0, nanos: 0}"},
        {"steps: [{publish: {event: exit, container: web, exited at: [1, 2]}}]\n",
         "3:60: \"exited at\" must be absent, a time in UTC such as \"2017-05-31T21:33:52Z\", or {seconds: 0, nanos: 0}"},
        {"steps: [{publish: {event: exit, container: web, exited at: {seconds: 1}}}]\n",
         "3:60: exited at needs \"nanos\", a number from -2147483648 to 2147483647"},
        {"steps: [{publish: {event: exit, container: web, exited at: {nanos: 1}}}]\n",
         "3:60: exited at needs \"seconds\", a number of 64 bits"},
        {"steps: [{publish: {event: exit, container: web, exited at: {seconds: 9223372036854775808, nanos: 0}}}]\n",
         "3:70: \"seconds\" must be a number of 64 bits"},
        {"steps: [{publish: {event: exit, container: web, exited at: {seconds: -9223372036854775809, nanos: 0}}}]\n",
         "3:70: \"seconds\" must be a number of 64 bits"},
        {"steps: [{publish: {event: exit, container: web, exited at: {seconds: 0, nanos: 2147483648}}}]\n",
         "3:80: \"nanos\" must be a number from -2147483648 to 2147483647"},
    };
    (void)state;
    REFUSE(rows);
}

static void bytes_are_hexadecimal_and_there_may_be_none(void **state)
{
    static const char all[] = {0, (char)0xff, 0x0a, (char)0xaf, (char)0xfa};
    struct scenario *scenario = parse("bytes: \"00fF0aAFfa\"");
    const struct scenario_published *published = &scenario->steps.children[0].published;
    (void)state;
    assert_true(published->has_bytes);
    assert_int_equal(published->bytes.length, sizeof all);
    assert_memory_equal(published->bytes.bytes, all, sizeof all);
    scenario_free(scenario);
    scenario = parse("bytes: \"\"");
    assert_true(scenario->steps.children[0].published.has_bytes);
    assert_int_equal(scenario->steps.children[0].published.bytes.length, 0);
    scenario_free(scenario);
}

static void an_event_may_be_of_another_process_or_namespace_and_damaged(void **state)
{
    static const struct {
        const char *word;
        enum scenario_damage damage;
    } rows[] = {
        {"unknown type", SCENARIO_DAMAGE_TYPE},
        {"undecodable body", SCENARIO_DAMAGE_BODY},
        {"compressed", SCENARIO_DAMAGE_COMPRESSED},
        {"oversize", SCENARIO_DAMAGE_OVERSIZE},
    };
    struct error error = {{0}};
    struct scenario *scenario;
    static const char content[] =
        PREFACE "steps: [{publish: {event: exit, container: web, exec: probe, namespace: moby, unfiltered: yes}}]\n";
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("f"), text_of(content), &error), 0);
    const struct scenario_step *step = &scenario->steps.children[0];
    assert_true(text_is(step->exec, "probe"));
    assert_true(text_is(step->published.name_space, "moby"));
    assert_true(step->published.unfiltered);
    assert_int_equal(step->published.damage, SCENARIO_DAMAGE_NONE);
    scenario_free(scenario);
    assert_int_equal(sizeof rows / sizeof rows[0], scenario_damages.count);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char publish[64];
        (void)snprintf(publish, sizeof publish, "event: oom, container: web, damage: %s", rows[i].word);
        scenario = parse(publish);
        assert_int_equal(scenario->steps.children[0].published.damage, rows[i].damage);
        scenario_free(scenario);
    }
}

static void what_an_event_cannot_tell_is_refused(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{publish: {event: oom, container: web, exec: probe}}]\n",
         "3:48: \"exec\" belongs to an exit or `exec added`; remove it or write one of them"},
        {"api: execution\nsteps: [{publish: {event: exit, container: web, exec: probe}}]\n",
         "4:55: an event of `api: execution` tells neither a namespace nor an exec; remove it"},
        {"api: execution\nsteps: [{publish: {event: oom, container: web, namespace: moby}}]\n",
         "4:59: an event of `api: execution` tells neither a namespace nor an exec; remove it"},
        {"steps: [{publish: {bytes: \"00\", unfiltered: yes}}]\n",
         "3:33: \"unfiltered\" cannot stand beside \"bytes\", which are the whole message; remove one of them"},
        {"steps: [{publish: {bytes: \"00\", damage: oversize}}]\n",
         "3:33: \"damage\" cannot stand beside \"bytes\", which are the whole message; remove one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void what_is_no_byte_is_refused(void **state)
{
#define WANTED "\"bytes\" must be bytes of two hexadecimal digits each, such as \"0a03776562\""
    static const struct refusal rows[] = {
        {"steps: [{publish: {bytes: \"0\"}}]\n", "3:27: " WANTED},
        {"steps: [{publish: {bytes: \"0g\"}}]\n", "3:27: " WANTED},
        {"steps: [{publish: {bytes: \"g0\"}}]\n", "3:27: " WANTED},
        {"steps: [{publish: {bytes: \"/0\"}}]\n", "3:27: " WANTED},
        {"steps: [{publish: {bytes: \":0\"}}]\n", "3:27: " WANTED},
        {"steps: [{publish: {bytes: \"@0\"}}]\n", "3:27: " WANTED},
        {"steps: [{publish: {bytes: \"`0\"}}]\n", "3:27: " WANTED},
        {"steps: [{publish: {bytes: [a]}}]\n", "3:27: " WANTED},
        {"steps: [{publish: {bytes: 10}}]\n",
         "3:27: " WANTED ", but YAML can take \"10\" for a number, a boolean or null; put it in quotes"},
    };
    (void)state;
    REFUSE(rows);
#undef WANTED
}

static void an_event_has_a_container_and_bytes_have_nothing_beside_them(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{publish: {}}]\n", "3:19: a step's publish needs one of \"event\", \"bytes\""},
        {"steps: [{publish: {event: exit}}]\n",
         "3:19: an event needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [{publish: {event: exti, container: web}}]\n", "3:27: unknown event \"exti\"; did you mean \"exit\"?"},
        {"steps: [{publish: {event: exit, bytes: \"00\"}}]\n",
         "3:33: \"bytes\" cannot stand beside \"event\" in a step's publish; keep one of them"},
        {"steps: [{publish: {bytes: \"00\", container: web}}]\n",
         "3:33: \"container\" cannot stand beside \"bytes\", which are the whole message; remove one of them"},
        {"steps: [{publish: {bytes: \"00\", pid: 1}}]\n",
         "3:33: \"pid\" cannot stand beside \"bytes\", which are the whole message; remove one of them"},
        {"steps: [{publish: {bytes: \"00\", code: 1}}]\n",
         "3:33: \"code\" cannot stand beside \"bytes\", which are the whole message; remove one of them"},
        {"steps: [{publish: {bytes: \"00\", exited at: absent}}]\n",
         "3:33: \"exited at\" cannot stand beside \"bytes\", which are the whole message; remove one of them"},
        {"steps: [{publish: {bytes: \"00\", unknown field: yes}}]\n",
         "3:33: \"unknown field\" cannot stand beside \"bytes\", which are the whole message; remove one of them"},
        {"steps: [{publish: {event: exit, container: web, unknown field: maybe}}]\n",
         "3:64: unknown answer \"maybe\"; known: \"yes\", \"no\""},
    };
    (void)state;
    REFUSE(rows);
}

static void a_publish_is_repeated_at_least_once(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{publish: {bytes: \"\", times: 0}}]\n", "3:38: \"times\" must be a number from 1 to 10000"},
        {"steps: [{publish: {bytes: \"\", times: 10001}}]\n", "3:38: \"times\" must be a number from 1 to 10000"},
    };
    struct scenario *scenario = parse("event: oom, container: web, times: 10000");
    (void)state;
    assert_int_equal(scenario->steps.children[0].times, 10000);
    scenario_free(scenario);
    REFUSE(rows);
}

static void only_an_exit_has_a_code_and_a_time(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{publish: {event: oom, container: web, code: 1}}]\n",
         "3:48: \"code\" belongs to `event: exit`; remove it or write that"},
        {"steps: [{publish: {event: paused, container: web, exited at: absent}}]\n",
         "3:51: \"exited at\" belongs to `event: exit`; remove it or write that"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_event_has_its_word_and_keeps_what_is_not_given_at_zero),
        cmocka_unit_test(an_exit_says_all_that_it_may),
        cmocka_unit_test(exited_at_is_absent_or_a_time_or_any_numbers),
        cmocka_unit_test(what_is_neither_absent_nor_a_time_nor_numbers_is_refused),
        cmocka_unit_test(bytes_are_hexadecimal_and_there_may_be_none),
        cmocka_unit_test(an_event_may_be_of_another_process_or_namespace_and_damaged),
        cmocka_unit_test(what_an_event_cannot_tell_is_refused),
        cmocka_unit_test(what_is_no_byte_is_refused),
        cmocka_unit_test(an_event_has_a_container_and_bytes_have_nothing_beside_them),
        cmocka_unit_test(a_publish_is_repeated_at_least_once),
        cmocka_unit_test(only_an_exit_has_a_code_and_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
