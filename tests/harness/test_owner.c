/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/owner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"

static const struct scenario_step stop_web = {.container = {"web", 3},
                                              .ask = {.operation = SCENARIO_OPERATION_STOP,
                                                      .grace_ns = 2 * TIME_SECOND,
                                                      .timeout_ns = 10 * TIME_SECOND,
                                                      .as = {"stop-it", 7}}};
static const struct scenario_step start_db = {.container = {"db", 2},
                                              .ask = {.operation = SCENARIO_OPERATION_START, .as = {"start-it", 8}}};

static void answer(struct owner *owner, uint64_t id, int status, const char *text, int64_t now_ns)
{
    struct monitor_action action = {
        .kind = MONITOR_ANSWER, .operation = {.id = id}, .outcome = {status, text_of(text)}};
    owner_answered(owner, &action, now_ns);
}

static void what_is_asked_reaches_the_handler_whole(void **state)
{
    struct owner owner = {0};
    struct operation operation;
    (void)state;
    assert_int_equal(owner_ask(&owner, &stop_web, 0, &operation), 0);
    assert_int_equal(operation.id, 1);
    assert_int_equal(operation.kind, OPERATION_STOP);
    assert_true(text_is(operation.container_id, "web"));
    assert_int_equal(operation.grace_ns, 2 * TIME_SECOND);
    assert_int_equal(operation.timeout_ns, 10 * TIME_SECOND);
    assert_int_equal(owner_ask(&owner, &start_db, 0, &operation), 0);
    assert_int_equal(operation.id, 2);
    assert_int_equal(operation.kind, OPERATION_START);
    owner_release(&owner);
}

static void an_answer_is_remembered_once_with_its_time(void **state)
{
    struct owner owner = {0};
    struct operation operation;
    const struct owner_request *request;
    (void)state;
    assert_null(owner_find(&owner, text_of("stop-it")));
    assert_int_equal(owner_ask(&owner, &stop_web, TIME_SECOND, &operation), 0);
    answer(&owner, 0, STATUS_OK, "", 0);
    answer(&owner, 2, STATUS_OK, "", 0);
    request = owner_find(&owner, text_of("stop-it"));
    assert_false(request->answered);
    answer(&owner, 1, STATUS_ABORTED, "recovering", 3 * TIME_SECOND);
    answer(&owner, 1, STATUS_OK, "", 4 * TIME_SECOND);
    assert_true(request->answered);
    assert_int_equal(request->status, STATUS_ABORTED);
    assert_int_equal(request->answered_ns - request->asked_ns, 2 * TIME_SECOND);
    assert_int_equal(request->text_length, strlen("recovering"));
    assert_memory_equal(request->text, "recovering", request->text_length);
    owner_release(&owner);
}

static void only_what_is_not_answered_can_be_abandoned(void **state)
{
    struct owner owner = {0};
    struct operation operation;
    (void)state;
    assert_false(owner_abandon(&owner, text_of("stop-it"), &operation));
    assert_int_equal(owner_ask(&owner, &stop_web, 0, &operation), 0);
    assert_int_equal(owner_ask(&owner, &start_db, 0, &operation), 0);
    assert_true(owner_abandon(&owner, text_of("stop-it"), &operation));
    assert_int_equal(operation.id, 1);
    assert_true(owner_find(&owner, text_of("stop-it"))->abandoned);
    answer(&owner, 2, STATUS_OK, "", 0);
    assert_false(owner_abandon(&owner, text_of("start-it"), &operation));
    assert_false(owner_find(&owner, text_of("start-it"))->abandoned);
    owner_release(&owner);
}

static void what_is_not_answered_when_the_handler_goes_down_is_lost(void **state)
{
    struct owner owner = {0};
    struct operation operation;
    (void)state;
    assert_int_equal(owner_ask(&owner, &stop_web, 0, &operation), 0);
    assert_int_equal(owner_ask(&owner, &start_db, 0, &operation), 0);
    answer(&owner, 2, STATUS_OK, "", 0);
    owner_unheard(&owner);
    assert_true(owner_find(&owner, text_of("stop-it"))->lost);
    assert_false(owner_find(&owner, text_of("start-it"))->lost);
    owner_release(&owner);
}

static struct hash hash_of(const struct owner *owner, int64_t now_ns)
{
    struct hash hash;
    hash_init(&hash);
    owner_hash(owner, now_ns, &hash);
    return hash;
}

static void a_copy_has_the_same_hash_until_something_happens_to_one(void **state)
{
    struct owner owner = {0};
    struct owner copy = {0};
    struct operation operation;
    (void)state;
    assert_int_equal(owner_ask(&owner, &stop_web, 0, &operation), 0);
    assert_int_equal(owner_copy(&copy, &owner), 0);
    struct hash first = hash_of(&owner, TIME_SECOND);
    struct hash second = hash_of(&copy, TIME_SECOND);
    assert_memory_equal(&first, &second, sizeof first);
    (void)owner_abandon(&copy, text_of("stop-it"), &operation);
    second = hash_of(&copy, TIME_SECOND);
    assert_memory_not_equal(&first, &second, sizeof first);
    answer(&owner, 1, STATUS_OK, "", TIME_SECOND);
    assert_int_equal(owner_copy(&copy, &owner), 0);
    assert_true(owner_find(&copy, text_of("stop-it"))->answered);
    owner_release(&owner);
    owner_release(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_reaches_the_handler_whole),
        cmocka_unit_test(an_answer_is_remembered_once_with_its_time),
        cmocka_unit_test(only_what_is_not_answered_can_be_abandoned),
        cmocka_unit_test(what_is_not_answered_when_the_handler_goes_down_is_lost),
        cmocka_unit_test(a_copy_has_the_same_hash_until_something_happens_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
