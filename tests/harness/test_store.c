/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"

#define GIVEN "title: t\nwhy: w\ngiven: {containers: [{id: web}, {id: db}]}\nfaults:\n"

/* A store, and what it is asked and answers, told in words. */
struct play {
    struct scenario *scenario;
    struct store store;
    uint64_t sequence;
    uint64_t write_id;
    char said[512];
};

static void begin(struct play *play, const char *faults)
{
    struct error error = {""};
    char content[1024];
    memset(play, 0, sizeof *play);
    (void)snprintf(content, sizeof content, GIVEN "%s", faults != NULL ? faults : "");
    if (faults != NULL && scenario_parse(&play->scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(store_init(&play->store, play->scenario), 0);
}

static void end(struct play *play)
{
    store_release(&play->store);
    scenario_free(play->scenario);
}

/* Puts a record with that pid; its text is gone afterwards. Returns the fault that it meets. */
static size_t put(struct play *play, const char *id, uint32_t pid, int64_t now_ns)
{
    char name[16];
    struct container_record record = {.id = {name, strlen(id)}, .pid = pid, .reason = text_of("because")};
    size_t fault;
    (void)strcpy(name, id);
    assert_int_equal(
        store_ask(&play->store, SCENARIO_STORE_PUT, ++play->write_id, &record, ++play->sequence, now_ns, &fault), 0);
    memset(name, '!', sizeof name);
    return fault;
}

static void forget(struct play *play, const char *id)
{
    struct container_record record = {.id = text_of(id)};
    size_t fault;
    assert_int_equal(
        store_ask(&play->store, SCENARIO_STORE_FORGET, ++play->write_id, &record, ++play->sequence, 0, &fault), 0);
}

static size_t load(struct play *play)
{
    size_t fault;
    assert_int_equal(store_ask(&play->store, SCENARIO_STORE_LOAD, 0, NULL, ++play->sequence, 0, &fault), 0);
    return fault;
}

/* All that can come now: "1 3 2!" where 2 fails; a load is 0. */
static void answer_all(struct play *play, int64_t now_ns)
{
    const struct store_request *request;
    play->said[0] = '\0';
    while ((request = store_coming(&play->store)) != NULL && request->time_ns <= now_ns) {
        size_t length = strlen(play->said);
        struct store_answer answer;
        assert_false(request->done);
        assert_int_equal(store_do(&play->store), 0);
        assert_true(store_coming(&play->store)->done);
        store_answer(&play->store, &answer);
        (void)snprintf(play->said + length, sizeof play->said - length, "%s%d%s", length > 0 ? " " : "",
                       (int)answer.write_id, answer.failed ? "!" : "");
    }
}

static uint32_t pid_of(const struct play *play, const char *id)
{
    for (size_t i = 0; i < play->store.record_count; i++)
        if (text_is(play->store.records[i].id, id))
            return play->store.records[i].pid;
    return 0;
}

static void a_write_takes_effect_when_it_is_carried_out_and_not_when_it_is_asked(void **state)
{
    struct play play;
    struct store_answer answer;
    (void)state;
    begin(&play, NULL);
    assert_int_equal(put(&play, "web", 7, 0), 0);
    assert_int_equal(play.store.record_count, 0);
    assert_int_equal(store_do(&play.store), 0);
    assert_int_equal(pid_of(&play, "web"), 7);
    assert_true(text_is(play.store.records[0].reason, "because"));
    store_answer(&play.store, &answer);
    assert_int_equal(answer.write_id, 1);
    assert_null(store_coming(&play.store));
    end(&play);
}

static void answers_come_in_the_order_of_the_requests(void **state)
{
    struct play play;
    (void)state;
    begin(&play, NULL);
    (void)put(&play, "web", 1, 0);
    assert_int_equal(load(&play), 0);
    (void)put(&play, "web", 2, 0);
    forget(&play, "nobody");
    answer_all(&play, 0);
    assert_string_equal(play.said, "1 0 2 3");
    assert_int_equal(pid_of(&play, "web"), 2);
    forget(&play, "web");
    assert_int_equal(play.store.record_count, 1);
    answer_all(&play, 0);
    assert_int_equal(play.store.record_count, 0);
    end(&play);
}

static void what_fails_is_not_done_and_says_why(void **state)
{
    struct play play;
    struct store_answer answer;
    (void)state;
    begin(&play, "  - {rpc: Tasks.Delete, do: hang}\n  - {store: put, container: web, do: fail, message: disk full}\n"
                 "  - {store: load, do: fail}\n");
    assert_int_equal(put(&play, "db", 1, 0), 0);
    assert_int_equal(put(&play, "web", 2, 0), 2);
    assert_int_equal(load(&play), 3);
    assert_int_equal(put(&play, "web", 3, 0), 0);
    (void)store_do(&play.store);
    store_answer(&play.store, &answer);
    assert_false(answer.failed);
    (void)store_do(&play.store);
    store_answer(&play.store, &answer);
    assert_true(answer.failed && text_is(answer.text, "disk full"));
    assert_int_equal(pid_of(&play, "web"), 0);
    answer_all(&play, 0);
    assert_string_equal(play.said, "0! 3");
    assert_int_equal(pid_of(&play, "web"), 3);
    end(&play);
}

/* Requests for one record keep their order; others pass by. */
static void what_is_delayed_or_held_holds_up_its_own_record_only(void **state)
{
    struct play play;
    (void)state;
    begin(&play, "  - {store: put, container: web, do: delay, for: 2s}\n"
                 "  - {store: put, container: web, do: hold, as: it}\n");
    assert_int_equal(put(&play, "web", 1, 0), 1);
    assert_int_equal(put(&play, "web", 2, 0), 2);
    assert_int_equal(put(&play, "db", 3, 0), 0);
    answer_all(&play, 0);
    assert_string_equal(play.said, "3");
    assert_int_equal(store_coming(&play.store)->time_ns, 2 * TIME_SECOND);
    answer_all(&play, 2 * TIME_SECOND);
    assert_string_equal(play.said, "1");
    assert_int_equal(pid_of(&play, "web"), 1);
    assert_null(store_coming(&play.store));
    store_let_go(&play.store, text_of("another"), &play.sequence, 3 * TIME_SECOND);
    assert_null(store_coming(&play.store));
    store_let_go(&play.store, text_of("it"), &play.sequence, 3 * TIME_SECOND);
    answer_all(&play, 3 * TIME_SECOND);
    assert_string_equal(play.said, "2");
    /* And nothing is held under that name any more. */
    assert_int_equal(put(&play, "web", 4, 0), 0);
    end(&play);
}

static void when_it_is_calm_no_fault_strikes_and_nothing_is_held(void **state)
{
    struct play play;
    (void)state;
    begin(&play, "  - {store: put, container: web, do: hold, as: it}\n  - {store: put, do: fail}\n");
    assert_int_equal(put(&play, "web", 1, 0), 1);
    assert_int_equal(put(&play, "db", 2, 0), 2);
    store_calm(&play.store, &play.sequence, TIME_SECOND);
    assert_int_equal(put(&play, "web", 3, TIME_SECOND), 0);
    assert_int_equal(put(&play, "db", 4, TIME_SECOND), 0);
    answer_all(&play, TIME_SECOND);
    assert_string_equal(play.said, "2! 1 3 4");
    end(&play);
}

static void a_fault_strikes_as_often_as_it_says_unless_it_is_spared(void **state)
{
    struct play play;
    (void)state;
    begin(&play, "  - {store: put, do: fail, times: up to 2, then: {do: delay, for: 1s}}\n");
    assert_true(store_can_spare(&play.store, SCENARIO_STORE_PUT, text_of("web")));
    assert_false(store_can_spare(&play.store, SCENARIO_STORE_LOAD, text_of(NULL)));
    assert_int_equal(put(&play, "web", 1, 0), 1);
    play.store.spare = true;
    assert_int_equal(put(&play, "web", 1, 0), 2);
    play.store.spare = false;
    assert_false(store_can_spare(&play.store, SCENARIO_STORE_PUT, text_of("web")));
    assert_int_equal(put(&play, "web", 1, 0), 0);
    end(&play);
}

/* What is written for a record that its owner took away finds nothing to be written to; a new record is another one. */
static void a_record_that_is_taken_away_takes_its_writes_along(void **state)
{
    struct container_record record = {.id = text_of("web"), .pid = 9};
    struct play play;
    (void)state;
    begin(&play, NULL);
    (void)put(&play, "web", 1, 0);
    (void)put(&play, "db", 2, 0);
    store_take_away(&play.store, text_of("web"));
    assert_int_equal(store_set(&play.store, &record), 0);
    answer_all(&play, 0);
    assert_string_equal(play.said, "1! 2");
    assert_int_equal(pid_of(&play, "web"), 9);
    (void)put(&play, "web", 3, 0);
    answer_all(&play, 0);
    assert_string_equal(play.said, "3");
    end(&play);
}

static void a_handler_that_is_gone_leaves_what_was_carried_out(void **state)
{
    struct play play;
    (void)state;
    begin(&play, NULL);
    (void)put(&play, "web", 1, 0);
    (void)put(&play, "db", 2, 0);
    assert_int_equal(store_do(&play.store), 0);
    store_forsake(&play.store);
    assert_null(store_coming(&play.store));
    assert_int_equal(pid_of(&play, "web"), 1);
    assert_int_equal(pid_of(&play, "db"), 0);
    end(&play);
}

/* Where an answer may be late it counts for how long it has been due; elsewhere that it is. */
static void an_answer_that_is_due_longer_is_another_state_where_it_may_be_late(void **state)
{
    struct hash hashes[2], lateness[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct play play;
        begin(&play, NULL);
        (void)put(&play, "web", 1, 3 * i);
        hash_init(&hashes[i]);
        store_hash(&play.store, 5, &hashes[i]);
        hash_init(&lateness[i]);
        store_hash_lateness(&play.store, 5, &lateness[i]);
        end(&play);
    }
    assert_true(hashes[0].a == hashes[1].a);
    assert_true(lateness[0].a != lateness[1].a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_is_due_longer_is_another_state_where_it_may_be_late),
        cmocka_unit_test(a_write_takes_effect_when_it_is_carried_out_and_not_when_it_is_asked),
        cmocka_unit_test(answers_come_in_the_order_of_the_requests),
        cmocka_unit_test(what_fails_is_not_done_and_says_why),
        cmocka_unit_test(what_is_delayed_or_held_holds_up_its_own_record_only),
        cmocka_unit_test(when_it_is_calm_no_fault_strikes_and_nothing_is_held),
        cmocka_unit_test(a_fault_strikes_as_often_as_it_says_unless_it_is_spared),
        cmocka_unit_test(a_record_that_is_taken_away_takes_its_writes_along),
        cmocka_unit_test(a_handler_that_is_gone_leaves_what_was_carried_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
