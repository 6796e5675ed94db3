/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

#include "handler/core/verify.h"

/* A task that no list has and that nobody can be asked about, for how long that has to last, and what begins it anew.
 */

enum { LASTS_S = 300, ASKED_MAX = 256 };

/* What is so for one second of the story. */
struct second {
    const char *get;  /* the answer to a Get */
    const char *list; /* the tasks of a list; NULL: it fails */
};

struct story {
    struct play play;
    struct second usual;
    int odd_from_s, odd_to_s; /* seconds in which `odd` is so instead */
    struct second odd;
    int ended_s; /* when the exit was put, -1: never */
    bool inferred, pending;
};

static void answer(struct story *story, const struct monitor_action *action, int second)
{
    const struct second *so = second >= story->odd_from_s && second < story->odd_to_s ? &story->odd : &story->usual;
    unsigned number = (unsigned)action->call_id;
    char line[128];
    if (action->call == MONITOR_CALL_LIST && so->list != NULL)
        (void)snprintf(line, sizeof line, "listed %u %s", number, so->list);
    else if (action->call == MONITOR_CALL_LIST)
        (void)snprintf(line, sizeof line, "reply %u UNKNOWN x", number);
    else if (strncmp(so->get, "lost", 4) == 0)
        (void)snprintf(line, sizeof line, "lost x");
    else if (strchr(so->get, ' ') != NULL)
        (void)snprintf(line, sizeof line, "got %u %s", number, so->get);
    else
        (void)snprintf(line, sizeof line, "reply %u %s x", number, so->get);
    play_quietly(&story->play, line);
}

/* Does one thing that was asked for. */
static void serve(struct story *story, const struct monitor_action *action, int second)
{
    if (action->kind == MONITOR_PUT && story->ended_s < 0) {
        story->ended_s = second;
        story->inferred = action->record.inferred;
        story->pending = action->record.delete_pending;
    } else if (action->kind == MONITOR_DIAL) {
        play_quietly(&story->play, "up");
    } else if (action->kind == MONITOR_OPEN_STREAM) {
        play_quietly(&story->play, "opened");
    } else if (action->kind == MONITOR_CALL) {
        answer(story, action, second);
    }
}

/* Each thing in its turn; what comes of it has its own when that is over. */
static void serve_all(struct story *story, int second)
{
    static struct monitor_action asked[ASKED_MAX];
    size_t count = 0, served = 0;
    do {
        const struct monitor_actions *actions = story->play.actions;
        assert_true(count + actions->count <= ASKED_MAX);
        memcpy(&asked[count], actions->items, actions->count * sizeof asked[0]);
        count += actions->count;
        story->play.actions->count = 0;
        if (served < count)
            serve(story, &asked[served++], second);
    } while (served < count || story->play.actions->count > 0);
}

static void tell(struct story *story, const char *policy)
{
    story->ended_s = -1;
    play_begin(&story->play, policy);
    play_subscribe(&story->play, "record web 101 running");
    serve_all(story, 0);
    for (int second = 1; second <= LASTS_S && story->ended_s < 0; second++) {
        play_quietly(&story->play, "+1s\ntime");
        serve_all(story, second);
    }
    play_end(&story->play);
}

static void two_minutes_out_of_reach_are_an_end(void **context)
{
    struct story story = {.usual = {"UNAVAILABLE", ""}};
    (void)context;
    tell(&story, "reliable-without=ping");
    assert_true(story.ended_s >= MONITOR_UNREACHED_MAX_NS / TIME_SECOND);
    assert_true(story.ended_s <= MONITOR_UNREACHED_MAX_NS / TIME_SECOND + 31);
    assert_true(story.inferred && story.pending);
    tell(&story, "reliable-without=ping,infer-vanished");
    assert_int_equal(story.ended_s, -1);
}

static void what_any_list_has_or_no_list_lacks_has_not_ended(void **context)
{
    static const char *const lists[] = {"web:running:101:0", NULL};
    (void)context;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct story story = {.usual = {"UNAVAILABLE", lists[i]}, .odd_to_s = 1, .odd = {"UNAVAILABLE", ""}};
        tell(&story, "reliable-without=ping");
        assert_int_equal(story.ended_s, -1);
    }
}

static void another_answer_begins_the_time_anew(void **context)
{
    static const struct second odd[] = {{"running 101 0", ""}, {"unknown 0 0", ""},
                                        {"INTERNAL", ""},      {"DEADLINE_EXCEEDED", ""},
                                        {"lost", ""},          {"UNAVAILABLE", "web:running:101:0"}};
    (void)context;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct story story = {.usual = {"UNAVAILABLE", ""}, .odd_from_s = 60, .odd_to_s = 100, .odd = odd[i]};
        tell(&story, "reliable-without=ping");
        if (story.ended_s < 60 + MONITOR_UNREACHED_MAX_NS / TIME_SECOND)
            fail_msg("row %zu: it has ended after %d s", i, story.ended_s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_minutes_out_of_reach_are_an_end),
        cmocka_unit_test(what_any_list_has_or_no_list_lacks_has_not_ended),
        cmocka_unit_test(another_answer_begins_the_time_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
