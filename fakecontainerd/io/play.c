/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/io/play.h"

#include "base/time.h"

/* How long a client that has started what a scenario gives has for hearing of that, before the first step. */
#define PLAY_SETTLE_NS TIME_SECOND

int play_new(struct play *play, const struct scenario *scenario, struct names *names)
{
    play->script = NULL;
    play->names = names;
    play->due_ns = TIME_NEVER;
    play->started = play->told = false;
    return scenario != NULL ? script_new(&play->script, scenario, 0) : 0;
}

void play_free(struct play *play)
{
    script_free(play->script);
}

bool play_given(struct play *play, struct fake_command *ret_command)
{
    while (play->script != NULL && script_given(play->script, ret_command))
        if (play->names == NULL || !names_leave_out(play->names, ret_command))
            return true;
    return false;
}

static int64_t script_now_ns(const struct play *play, int64_t now_ns)
{
    return play->started ? now_ns - play->start_ns : 0;
}

void play_saw(struct play *play, const struct fake_event *event, const struct fake_actions *actions, int64_t now_ns)
{
    int64_t at_ns = script_now_ns(play, now_ns);
    if (play->script == NULL)
        return;
    if (event->kind == FAKE_REQUEST)
        script_saw_request(play->script, event->connection_id, event->stream_id, &event->request, at_ns);
    for (size_t i = 0; i < actions->count; i++)
        if (actions->items[i].kind == FAKE_REPLY)
            script_saw_answer(play->script, actions->items[i].connection_id, actions->items[i].stream_id, at_ns);
}

static void start_if_wanted(struct play *play, const struct fake *fake, bool serving, int64_t now_ns)
{
    if (serving && fake_subscription_count(fake) == 0)
        return;
    if (play->names != NULL && !names_are_there(play->names, fake))
        return;
    if (play->due_ns == TIME_NEVER)
        play->due_ns = time_add(now_ns, names_run(play->names) ? PLAY_SETTLE_NS : 0);
    if (now_ns < play->due_ns)
        return;
    play->started = true;
    play->start_ns = now_ns;
}

enum play_what play_next(struct play *play, const struct fake *fake, bool serving, int64_t now_ns,
                         struct fake_event *ret_event, size_t *ret_line)
{
    if (play->script != NULL && !play->started)
        start_if_wanted(play, fake, serving, now_ns);
    if (!play->started)
        return PLAY_NOTHING;
    while (script_enabled(play->script, now_ns - play->start_ns, play->steps) > 0) {
        const struct script_step *next = &play->steps[0];
        script_take(play->script, next->token, now_ns - play->start_ns);
        if (next->missed)
            return PLAY_MISSED;
        if (!next->has_command)
            continue;
        *ret_event = (struct fake_event){.kind = FAKE_COMMAND, .command = next->command};
        *ret_line = next->line;
        return PLAY_STEP;
    }
    if (play->told || !script_done(play->script))
        return PLAY_NOTHING;
    play->told = true;
    return PLAY_DONE;
}

int64_t play_deadline_ns(const struct play *play)
{
    return play->started ? time_add(script_deadline_ns(play->script), play->start_ns) : play->due_ns;
}
