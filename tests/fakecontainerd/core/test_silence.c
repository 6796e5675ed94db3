/* SPDX-License-Identifier: Apache-2.0 */
/* Connections that stay up in silence, and what the path shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/time.h"
#include "tests/support/fake_play.h"

static int set_up(void **state)
{
    static struct fake_play play;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    *state = &play;
    return 0;
}

static void silence(struct fake_play *play, enum fake_silence how)
{
    fake_play_command(
        play, (struct fake_command){.kind = FAKE_COMMAND_SILENCE, .scope = FAKE_SCOPE_CONNECTIONS, .silence = how});
}

static void show(struct fake_play *play, enum fake_socket socket)
{
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_SOCKET, .socket = socket});
}

static void connect(struct fake_play *play, uint64_t id)
{
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = id});
}

static void nothing_is_said_any_more_on_a_connection_that_is_silent(void **state)
{
    struct fake_play *play = *state;
    struct fake_command rule = {
        .kind = FAKE_COMMAND_ADD_RULE,
        .rule = {.method = FAKE_VERSION, .action = FAKE_DO_DELAY, .delay_ns = TIME_SECOND, .times = 1}};
    struct fake_command goaway = {.kind = FAKE_COMMAND_GOAWAY};
    fake_play_command(play, rule);
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    fake_play_request(play, 3, FAKE_TASKS_WAIT, "default", "web", NULL);
    fake_play_request(play, 5, FAKE_VERSION, NULL, NULL, NULL);
    assert_string_equal(fake_play_trace(play), "fault 1\n");
    silence(play, FAKE_SILENCE_ANSWERS_PINGS);
    assert_string_equal(fake_play_trace(play), "silence answers pings\n");
    assert_int_equal(fake_subscription_count(play->fake), 0);
    fake_play_command(play, goaway);
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_DISCONNECT});
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    fake_play_advance(play, 2 * TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "publish /tasks/exit web pid 101 status 0 to 0\n");
}

static void a_stream_may_fall_silent_alone_and_be_ended(void **state)
{
    struct fake_play *play = *state;
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_SILENCE, .scope = FAKE_SCOPE_EVENTS});
    assert_int_equal(fake_subscription_count(play->fake), 0);
    fake_play_subscribe(play, 3, (const char *[]){NULL});
    fake_play_command(play, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    assert_string_equal(fake_play_trace(play), "publish /tasks/oom web to 1\nsend /tasks/oom web\n");
    fake_play_request(play, 5, FAKE_VERSION, NULL, NULL, NULL);
    assert_string_equal(fake_play_trace(play), "reply Version.Version OK\n");
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_DISCONNECT});
    assert_string_equal(fake_play_trace(play), "end stream OK\nend stream OK\n");
}

static void what_is_asked_in_silence_has_no_effect_and_uses_up_no_fault(void **state)
{
    struct fake_play *play = *state;
    struct fake_command rule = {.kind = FAKE_COMMAND_ADD_RULE,
                                .rule = {.method = FAKE_TASKS_DELETE, .action = FAKE_DO_HANG, .times = 1}};
    fake_play_command(play, rule);
    fake_play_command(play, fake_command_on(FAKE_COMMAND_EXIT, "web", NULL));
    silence(play, FAKE_SILENCE_ONLY_READS);
    fake_play_trace(play);
    fake_play_request(play, 1, FAKE_TASKS_DELETE, "default", "web", NULL);
    fake_play_subscribe(play, 3, (const char *[]){NULL});
    assert_string_equal(fake_play_trace(play), "");
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_DISCONNECT, .scope = FAKE_SCOPE_CONNECTIONS});
    connect(play, 2);
    fake_play_event(play, (struct fake_event){.kind = FAKE_REQUEST,
                                              .connection_id = 2,
                                              .stream_id = 1,
                                              .request = {.method = FAKE_TASKS_DELETE,
                                                          .name_space = text_of("default"),
                                                          .container_id = text_of("web")}});
    assert_string_equal(fake_play_trace(play), "close connection\nfault 1\n");
}

static void silence_deepens_and_never_lifts(void **state)
{
    struct fake_play *play = *state;
    silence(play, FAKE_SILENCE_ONLY_READS);
    connect(play, 2);
    silence(play, FAKE_SILENCE_ANSWERS_PINGS);
    silence(play, FAKE_SILENCE_DOES_NOTHING);
    assert_string_equal(fake_play_trace(play), "silence only reads\nsilence answers pings\nsilence does nothing\n"
                                               "silence does nothing\n");
}

static void the_path_may_change_while_connections_stay(void **state)
{
    struct fake_play *play = *state;
    fake_play_subscribe(play, 1, (const char *[]){NULL});
    show(play, FAKE_SOCKET_MISSING);
    connect(play, 2);
    show(play, FAKE_SOCKET_NEVER_ACCEPTS);
    show(play, FAKE_SOCKET_STAYS_SILENT);
    connect(play, 3);
    show(play, FAKE_SOCKET_SERVES);
    connect(play, 4);
    assert_string_equal(fake_play_trace(play),
                        "unlisten missing\nclose connection\nunlisten never accepts\nlisten stays silent\n"
                        "silence only reads\nlisten\n");
    assert_int_equal(fake_subscription_count(play->fake), 1);
}

static void a_restart_says_itself_what_the_path_shows(void **state)
{
    struct fake_play *play = *state;
    struct fake_command restart = {
        .kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_STAYS_SILENT, .down_ns = TIME_SECOND};
    fake_play_command(play, restart);
    connect(play, 2);
    connect(play, 3);
    show(play, FAKE_SOCKET_SERVES);
    assert_string_equal(fake_play_trace(play),
                        "close connection\nlisten stays silent\nsilence only reads\nsilence only reads\n"
                        "refuse socket : the restart says what the path shows meanwhile\n");
    fake_play_advance(play, TIME_SECOND);
    assert_string_equal(fake_play_trace(play), "close connection\nclose connection\nlisten\n");
    connect(play, 4);
    assert_string_equal(fake_play_trace(play), "");
}

static void silence_and_the_path_are_part_of_the_fingerprint(void **state)
{
    enum { VARIANTS = 5 };
    struct hash hashes[VARIANTS];
    (void)state;
    for (unsigned variant = 0; variant < VARIANTS; variant++) {
        struct fake_play play;
        fake_play_init(&play);
        fake_play_subscribe(&play, 1, (const char *[]){NULL});
        if (variant == 1)
            silence(&play, FAKE_SILENCE_ANSWERS_PINGS);
        if (variant == 2)
            silence(&play, FAKE_SILENCE_DOES_NOTHING);
        if (variant == 4)
            fake_play_command(&play, (struct fake_command){.kind = FAKE_COMMAND_SILENCE});
        if (variant == 3)
            show(&play, FAKE_SOCKET_STAYS_SILENT);
        fake_play_event(&play, (struct fake_event){.kind = FAKE_TIME});
        hash_init(&hashes[variant]);
        fake_hash(play.fake, 0, &hashes[variant]);
        fake_play_release(&play);
    }
    fake_play_assert_all_differ(hashes, VARIANTS);
}

int main(void)
{
#define PLAY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_play_tear_down)
    const struct CMUnitTest tests[] = {
        PLAY_TEST(nothing_is_said_any_more_on_a_connection_that_is_silent),
        PLAY_TEST(a_stream_may_fall_silent_alone_and_be_ended),
        PLAY_TEST(what_is_asked_in_silence_has_no_effect_and_uses_up_no_fault),
        PLAY_TEST(silence_deepens_and_never_lifts),
        PLAY_TEST(the_path_may_change_while_connections_stay),
        PLAY_TEST(a_restart_says_itself_what_the_path_shows),
        cmocka_unit_test(silence_and_the_path_are_part_of_the_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
