/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fake_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

int fake_ask_set_up(void **state)
{
    static struct fake_play play;
    struct fake_command exec = fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "up");
    struct fake_command old = fake_command_add("old", 103, FAKE_STOPPED);
    struct fake_command bare = fake_command_add("bare", 0, FAKE_CREATED);
    exec.pid = 102;
    old.exit_status = 3;
    bare.has_task = false;
    fake_play_init(&play);
    fake_play_command(&play, fake_command_add("web", 101, FAKE_RUNNING));
    fake_play_command(&play, exec);
    fake_play_command(&play, old);
    fake_play_command(&play, fake_command_add("new", 104, FAKE_CREATED));
    fake_play_command(&play, fake_command_add("held", 105, FAKE_PAUSED));
    fake_play_command(&play, bare);
    *state = &play;
    return 0;
}

int fake_ask_tear_down(void **state)
{
    fake_play_release(*state);
    return 0;
}

const char *fake_ask(struct fake_play *play, struct fake_request request)
{
    static uint32_t stream_id = 1;
    struct fake_event event = {.kind = FAKE_REQUEST, .connection_id = 1, .stream_id = stream_id += 2};
    if (request.name_space.bytes == NULL)
        request.name_space = text_of("default");
    event.request = request;
    fake_play_event(play, event);
    return fake_play_trace(play);
}

const char *fake_ask_for(struct fake_play *play, enum fake_method method, const char *id, const char *exec_id)
{
    return fake_ask(play, (struct fake_request){
                              .method = method, .container_id = text_of(id), .exec_id = text_of(exec_id), .signal = 9});
}

void fake_ask_rows(struct fake_play *play, const struct fake_ask_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(fake_ask_for(play, rows[i].method, rows[i].id, rows[i].exec_id), rows[i].expected);
}
