/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fake_play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fakecontainerd/core/format.h"

void fake_play_init(struct fake_play *play)
{
    memset(play, 0, sizeof *play);
    assert_int_equal(fake_new(&play->fake, NULL), 0);
    fake_play_event(play, (struct fake_event){.kind = FAKE_START});
    fake_play_event(play, (struct fake_event){.kind = FAKE_CONNECTED, .connection_id = 1});
    assert_string_equal(fake_play_trace(play), "listen\n");
}

void fake_play_release(struct fake_play *play)
{
    fake_free(play->fake);
    buffer_release(&play->trace);
}

void fake_play_assert_all_differ(const struct hash *hashes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(hash_equal(&hashes[i], &hashes[j]));
}

int fake_play_tear_down(void **state)
{
    fake_play_release(*state);
    return 0;
}

static void step(struct fake_play *play, struct fake_event event)
{
    event.now_ns = play->now_ns;
    event.wall_ns = WALL_START_NS + play->now_ns;
    assert_int_equal(fake_step(play->fake, &event, &play->actions), 0);
    for (size_t i = 0; i < play->actions.count; i++) {
        fake_action_format(&play->actions.items[i], &play->trace);
        buffer_append(&play->trace, "\n", 1);
    }
}

void fake_play_event(struct fake_play *play, struct fake_event event)
{
    step(play, event);
    while (fake_deadline_ns(play->fake) <= play->now_ns)
        step(play, (struct fake_event){.kind = FAKE_TIME});
}

void fake_play_command(struct fake_play *play, struct fake_command command)
{
    fake_play_event(play, (struct fake_event){.kind = FAKE_COMMAND, .command = command});
}

void fake_play_advance(struct fake_play *play, int64_t by_ns)
{
    play->now_ns += by_ns;
    fake_play_event(play, (struct fake_event){.kind = FAKE_TIME});
}

void fake_play_request(struct fake_play *play, uint32_t stream_id, enum fake_method method, const char *name_space,
                       const char *container_id, const char *exec_id)
{
    struct fake_request request = {
        .method = method,
        .name_space = text_of(name_space),
        .container_id = text_of(container_id),
        .exec_id = text_of(exec_id),
    };
    fake_play_event(play, (struct fake_event){
                              .kind = FAKE_REQUEST, .connection_id = 1, .stream_id = stream_id, .request = request});
}

void fake_play_subscribe(struct fake_play *play, uint32_t stream_id, const char *const *filters)
{
    struct text texts[PLAY_FILTERS_MAX];
    struct fake_request request = {.method = FAKE_EVENTS_SUBSCRIBE, .filters = texts};
    for (; filters[request.filter_count] != NULL; request.filter_count++)
        texts[request.filter_count] = text_of(filters[request.filter_count]);
    fake_play_event(play, (struct fake_event){
                              .kind = FAKE_REQUEST, .connection_id = 1, .stream_id = stream_id, .request = request});
}

void fake_play_rule(struct fake_play *play, struct fake_rule rule)
{
    fake_play_command(play, (struct fake_command){.kind = FAKE_COMMAND_ADD_RULE, .rule = rule});
}

const char *fake_play_trace(struct fake_play *play)
{
    static char text[65536];
    text_copy(buffer_text(&play->trace), text, sizeof text);
    buffer_clear(&play->trace);
    return text;
}

struct fake_command fake_command_add(const char *id, uint32_t pid, enum fake_process_status status)
{
    struct fake_command command = {.kind = FAKE_COMMAND_ADD, .pid = pid, .has_task = true, .status = status};
    command.container.id = text_of(id);
    command.container.name_space = text_of("default");
    command.container.runtime_name = text_of("io.containerd.runc.v2");
    return command;
}

struct fake_command fake_command_on(enum fake_command_kind kind, const char *id, const char *exec_id)
{
    struct fake_command command = {.kind = kind, .container_id = text_of(id), .exec_id = text_of(exec_id)};
    command.name_space = text_of("default");
    if (kind == FAKE_COMMAND_CREATE) {
        command.container.id = text_of(id);
        command.container.name_space = text_of("default");
    }
    return command;
}
