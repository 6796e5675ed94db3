/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario calls the containers of clients: the ids on the one side, the names on the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fakecontainerd/wire/names.h"

#define FIRST "740ca89b2d18e498880b9a887ce953d8eac8a82167c25303f38ca5749f1a04c4"

struct world {
    struct names *names;
    struct fake *fake;
};

static void begin(struct world *world, const char *list)
{
    static const struct fake_options options = {0};
    struct error error = {""};
    if (names_new(&world->names, text_of(list), text_of("moby"), &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(fake_new(&world->fake, &options), 0);
}

static void end(struct world *world)
{
    names_free(world->names);
    fake_free(world->fake);
}

static struct fake_event request(enum fake_method method, const char *name_space, const char *id)
{
    struct fake_event event = {.kind = FAKE_REQUEST};
    event.request.method = method;
    event.request.name_space = text_of(name_space);
    if (method == FAKE_CONTAINERS_CREATE)
        event.request.container.id = text_of(id);
    else
        event.request.container_id = text_of(id);
    return event;
}

static void assert_text(struct text text, const char *expected)
{
    char copy[200];
    text_copy(text, copy, sizeof copy);
    assert_string_equal(copy, expected);
}

/* A container is made; it is known as `name`, which is new where the name is not its id or `is_news`. */
static void make(struct world *world, const char *name_space, const char *id, const char *name, bool is_news)
{
    struct fake_event event = request(FAKE_CONTAINERS_CREATE, name_space, id);
    struct names_news news;
    assert_int_equal(names_inward(world->names, &event, &news), 0);
    assert_text(event.request.container.id, name);
    assert_text(news.id, is_news ? id : "");
    assert_text(news.name, is_news ? name : "");
    assert_text(news.container, "");
}

static void containers_get_their_names_in_the_order_in_which_they_are_made(void **state)
{
    struct world world;
    (void)state;
    begin(&world, "web,db");
    make(&world, "moby", FIRST, "web", true);
    make(&world, "moby", FIRST, "web", false);
    make(&world, "plugins.moby", "other", "other", false);
    make(&world, "moby", "second", "db", true);
    make(&world, "moby", "third", "third", false);
    end(&world);
}

static void who_makes_a_container_of_such_a_name_has_made_that_one(void **state)
{
    struct world world;
    (void)state;
    begin(&world, "web,db");
    make(&world, "moby", "db", "db", true);
    make(&world, "moby", FIRST, "web", true);
    make(&world, "moby", "third", "third", false);
    end(&world);
}

static void by_the_api_of_2017_a_task_makes_its_container(void **state)
{
    struct world world;
    struct fake_event event;
    struct names_news news;
    (void)state;
    begin(&world, "web");
    event = request(FAKE_TASKS_CREATE, "moby", "plain");
    assert_int_equal(names_inward(world.names, &event, &news), 0);
    assert_text(event.request.container_id, "plain");
    event = request(FAKE_TASKS_CREATE, "moby", FIRST);
    event.request.with_container = true;
    assert_int_equal(names_inward(world.names, &event, &news), 0);
    assert_text(event.request.container_id, "web");
    end(&world);
}

static void what_a_client_asks_for_is_translated_filters_too(void **state)
{
    struct world world;
    struct text filters[] = {text_of("id==" FIRST), text_of("id==" FIRST "x,topic==/tasks/exit"), text_of("id==web")};
    struct fake_event event;
    struct names_news news;
    (void)state;
    begin(&world, "web,db");
    make(&world, "moby", FIRST, "web", true);
    event = request(FAKE_TASKS_METRICS, "moby", FIRST);
    event.request.filters = filters;
    event.request.filter_count = 3;
    assert_int_equal(names_inward(world.names, &event, &news), 0);
    assert_text(event.request.container_id, "web");
    assert_int_equal(event.request.filter_count, 3);
    assert_text(event.request.filters[0], "id==web");
    assert_text(event.request.filters[1], "id==webx,topic==/tasks/exit");
    assert_text(event.request.filters[2], "id==web");

    event = request(FAKE_TASKS_GET, "other", FIRST);
    assert_int_equal(names_inward(world.names, &event, &news), 0);
    assert_text(event.request.container_id, FIRST);
    end(&world);
}

static struct fake_action told(const char *name_space, const char *container, const char *process)
{
    struct fake_action action = {.kind = FAKE_SEND_EVENT};
    action.published.name_space = text_of(name_space);
    action.published.container_id = text_of(container);
    action.published.process_id = text_of(process);
    return action;
}

static void events_tell_the_id_and_leave_those_of_execs(void **state)
{
    const struct {
        const char *name_space, *container, *process, *expected, *expected_process;
    } rows[] = {
        {"moby", "web", "web", FIRST, FIRST},     {"moby", "web", "e1", FIRST, "e1"},
        {"moby", "web", "db", FIRST, "db"},       {"other", "web", "web", "web", "web"},
        {"moby", "db", "db", "second", "second"}, {"moby", "late", "late", "late", "late"},
    };
    struct world world;
    (void)state;
    begin(&world, "web,db,late");
    make(&world, "moby", FIRST, "web", true);
    make(&world, "moby", "second", "db", true);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake_action action = told(rows[i].name_space, rows[i].container, rows[i].process);
        assert_int_equal(names_outward(world.names, &action), 0);
        assert_text(action.published.container_id, rows[i].expected);
        assert_text(action.published.process_id, rows[i].expected_process);
    }
    end(&world);
}

static void answers_tell_the_id_and_lists_each(void **state)
{
    struct world world;
    struct fake_process processes[2] = {{.container_id = text_of("web"), .name_space = text_of("moby"), .pid = 5},
                                        {.container_id = text_of("x"), .name_space = text_of("moby"), .pid = 6}};
    struct fake_container containers[2] = {{.id = text_of("x"), .name_space = text_of("moby")},
                                           {.id = text_of("web"), .name_space = text_of("moby")}};
    struct fake_action action = {.kind = FAKE_REPLY};
    (void)state;
    begin(&world, "web");
    make(&world, "moby", FIRST, "web", true);
    action.response.process = processes[0];
    action.response.processes = processes;
    action.response.count = 2;
    assert_int_equal(names_outward(world.names, &action), 0);
    assert_text(action.response.process.container_id, FIRST);
    assert_text(action.response.processes[0].container_id, FIRST);
    assert_int_equal(action.response.processes[0].pid, 5);
    assert_text(action.response.processes[1].container_id, "x");
    assert_text(processes[0].container_id, "web");

    action.response = (struct fake_response){.containers = containers, .count = 2};
    assert_int_equal(names_outward(world.names, &action), 0);
    assert_text(action.response.containers[0].id, "x");
    assert_text(action.response.containers[1].id, FIRST);
    end(&world);
}

static void command(struct world *world, struct fake_command given)
{
    static struct fake_actions actions;
    struct fake_event event = {.now_ns = 1, .wall_ns = 1, .kind = FAKE_COMMAND, .command = given};
    assert_int_equal(fake_step(world->fake, &event, &actions), 0);
}

static struct fake_command given(const char *id, bool has_task, enum fake_process_status status)
{
    struct fake_command command = {.kind = FAKE_COMMAND_ADD, .has_task = has_task, .status = status};
    command.container.id = text_of(id);
    command.container.name_space = text_of("moby");
    return command;
}

static void what_is_given_under_such_a_name_is_left_out_and_awaited(void **state)
{
    struct world world;
    struct fake_command start = {.kind = FAKE_COMMAND_START_TASK};
    struct fake_command other = given("x", true, FAKE_RUNNING);
    struct fake_command web = given("web", true, FAKE_RUNNING);
    struct fake_command db = given("db", false, FAKE_CREATED);
    (void)state;
    begin(&world, "web,db,late");
    assert_true(names_are_there(world.names, world.fake));
    assert_false(names_leave_out(world.names, &other));
    assert_true(names_leave_out(world.names, &db));
    assert_false(names_run(NULL));
    assert_false(names_run(world.names));
    assert_true(names_leave_out(world.names, &web));
    assert_true(names_run(world.names));
    assert_false(names_are_there(world.names, world.fake));

    web.status = FAKE_CREATED;
    command(&world, web);
    command(&world, db);
    assert_false(names_are_there(world.names, world.fake));
    start.name_space = text_of("moby");
    start.container_id = text_of("web");
    command(&world, start);
    assert_true(names_are_there(world.names, world.fake));
    end(&world);
}

/* An exec of that id is asked for by a client, which comes to the core under that name. */
static void ask_exec(struct world *world, enum fake_method method, const char *id, const char *name, bool is_news)
{
    struct fake_event event = request(method, "moby", FIRST);
    struct names_news news;
    event.request.exec_id = text_of(id);
    assert_int_equal(names_inward(world->names, &event, &news), 0);
    assert_text(event.request.container_id, "web");
    assert_text(event.request.exec_id, name);
    assert_text(news.id, is_news ? id : "");
    assert_text(news.name, is_news ? name : "");
    assert_text(news.container, is_news ? "web" : "");
}

static void give_exec(struct world *world, const char *id)
{
    struct fake_command exec = {.kind = FAKE_COMMAND_ADD_EXEC, .container_id = text_of("web"), .exec_id = text_of(id)};
    assert_true(names_leave_out(world->names, &exec));
}

static void execs_that_are_given_are_those_that_clients_make(void **state)
{
    struct world world;
    struct fake_command web = given("web", true, FAKE_RUNNING);
    struct fake_action action;
    (void)state;
    begin(&world, "web");
    assert_true(names_leave_out(world.names, &web));
    give_exec(&world, "probe");
    give_exec(&world, "e2");
    give_exec(&world, "e3");
    make(&world, "moby", FIRST, "web", true);
    command(&world, web);
    ask_exec(&world, FAKE_TASKS_START, "9e7b", "9e7b", false);
    ask_exec(&world, FAKE_TASKS_EXEC, "9e7b", "probe", true);
    ask_exec(&world, FAKE_TASKS_EXEC, "9e7b", "probe", false);
    ask_exec(&world, FAKE_TASKS_EXEC, "e2", "e2", true);
    ask_exec(&world, FAKE_TASKS_EXEC, "e3", "e3", true);
    ask_exec(&world, FAKE_TASKS_START, "e3", "e3", false);
    ask_exec(&world, FAKE_TASKS_EXEC, "fourth", "fourth", false);
    ask_exec(&world, FAKE_TASKS_START, "", "", false);
    ask_exec(&world, FAKE_TASKS_START, "e2", "e2", false);
    assert_false(names_are_there(world.names, world.fake));
    ask_exec(&world, FAKE_TASKS_START, "9e7b", "probe", false);
    assert_true(names_are_there(world.names, world.fake));

    action = told("moby", "web", "probe");
    assert_int_equal(names_outward(world.names, &action), 0);
    assert_text(action.published.container_id, FIRST);
    assert_text(action.published.process_id, "9e7b");
    action = (struct fake_action){.kind = FAKE_REPLY};
    action.response.process = (struct fake_process){
        .name_space = text_of("moby"), .container_id = text_of("web"), .exec_id = text_of("probe")};
    assert_int_equal(names_outward(world.names, &action), 0);
    assert_text(action.response.process.exec_id, "9e7b");
    end(&world);
}

static void execs_beyond_the_limit_are_not_awaited(void **state)
{
    struct world world;
    struct fake_command web = given("web", true, FAKE_RUNNING);
    char id[16];
    (void)state;
    begin(&world, "web");
    assert_true(names_leave_out(world.names, &web));
    for (int i = 0; i <= NAMES_EXECS_MAX; i++) {
        (void)snprintf(id, sizeof id, "e%d", i);
        give_exec(&world, id);
    }
    make(&world, "moby", FIRST, "web", true);
    command(&world, web);
    for (int i = 0; i < NAMES_EXECS_MAX; i++) {
        char name[16];
        assert_false(names_are_there(world.names, world.fake));
        (void)snprintf(name, sizeof name, "e%d", i);
        (void)snprintf(id, sizeof id, "x%d", i);
        ask_exec(&world, FAKE_TASKS_EXEC, id, name, true);
        ask_exec(&world, FAKE_TASKS_START, id, name, false);
    }
    ask_exec(&world, FAKE_TASKS_EXEC, "more", "more", false);
    assert_true(names_are_there(world.names, world.fake));
    end(&world);
}

static void lists_that_are_none_are_refused_with_a_sentence(void **state)
{
    static const char *const rows[][2] = {
        {"", "\"\" is no id of a container"},
        {"web,", "\"\" is no id of a container"},
        {"a/b", "\"a/b\" is no id of a container"},
        {"web,db,web", "\"web\" stands there twice"},
    };
    char many[NAMES_MAX * 5 + 10];
    struct names *names = NULL;
    struct error error;
    size_t length = 0;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(names_new(&names, text_of(rows[i][0]), text_of("moby"), &error), ERROR_INVALID);
        assert_string_equal(error.text, rows[i][1]);
    }
    for (int i = 0; i <= NAMES_MAX; i++)
        length += (size_t)snprintf(many + length, sizeof many - length, "%sc%03d", i > 0 ? "," : "", i);
    assert_int_equal(names_new(&names, text_of(many), text_of("moby"), &error), ERROR_LIMIT);
    assert_string_equal(error.text, "there are more than 64 names");
    many[length - 5] = '\0';
    assert_int_equal(names_new(&names, text_of(many), text_of("moby"), &error), 0);
    assert_int_equal(names_count(names), NAMES_MAX);
    assert_true(text_is(names_at(names, NAMES_MAX - 1), "c063"));
    names_free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_get_their_names_in_the_order_in_which_they_are_made),
        cmocka_unit_test(who_makes_a_container_of_such_a_name_has_made_that_one),
        cmocka_unit_test(by_the_api_of_2017_a_task_makes_its_container),
        cmocka_unit_test(what_a_client_asks_for_is_translated_filters_too),
        cmocka_unit_test(events_tell_the_id_and_leave_those_of_execs),
        cmocka_unit_test(answers_tell_the_id_and_lists_each),
        cmocka_unit_test(what_is_given_under_such_a_name_is_left_out_and_awaited),
        cmocka_unit_test(execs_that_are_given_are_those_that_clients_make),
        cmocka_unit_test(execs_beyond_the_limit_are_not_awaited),
        cmocka_unit_test(lists_that_are_none_are_refused_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
