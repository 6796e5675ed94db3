/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/play.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "scenarios/language/words.h"

#define ANSWER_WAIT_NS INT64_C(10000000000)
#define HEARD_WAIT_NS  INT64_C(5000000000)

/* A subscription is not known to be registered, nor an event to be the last one: so long it is waited for more. */
#define GRACE_NS INT64_C(300000000)

enum { READ_SIZE = 64 * 1024, WORD_SIZE = 16 };

struct player {
    const struct scenario *scenario;
    const struct play_options *options;
    struct client *client;
    struct likeness likeness;
    int fd;                            /* -1: none */
    struct region region;              /* of calls that are in no file */
    const struct scenario_step *asked; /* the last of them */
    enum play_result result;
    struct buffer *out;
};

static int64_t clock_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return time_unix_wrapping(now.tv_sec, (int32_t)now.tv_nsec);
}

static void tell(struct player *player, enum play_result result, struct scenario_place place, const char *sentence)
{
    player->result = result;
    (void)buffer_append_text(player->out, player->scenario->file);
    if (place.line > 0)
        (void)buffer_printf(player->out, ":%zu", place.line);
    (void)buffer_printf(player->out, ": %s\n", sentence);
}

/* ---- the connection ---- */

static void drop(struct player *player, const char *why)
{
    if (player->fd >= 0)
        (void)close(player->fd);
    player->fd = -1;
    (void)client_lost(player->client, text_of(why));
}

static void dial(struct player *player)
{
    const struct sockaddr_un *address = player->options->address;
    player->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (player->fd < 0 || connect(player->fd, (const struct sockaddr *)address, sizeof *address) != 0)
        drop(player, strerror(errno));
    else if (client_connected(player->client, clock_ns()) != 0)
        drop(player, "out of memory");
}

static bool write_all(int fd, const struct buffer *bytes)
{
    for (size_t done = 0; done < bytes->length;) {
        ssize_t written = send(fd, bytes->bytes + done, bytes->length - done, MSG_NOSIGNAL);
        if (written < 0 && errno != EINTR)
            return false;
        done += written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Sends what is ready, and takes what comes within the time. */
static void pump(struct player *player, int64_t wait_ns)
{
    unsigned char bytes[READ_SIZE];
    struct buffer out = BUFFER_INIT;

    if (player->fd < 0 && client_wants_connection(player->client))
        dial(player);
    if (player->fd < 0)
        return;
    bool sent = client_send(player->client, &out) == 0 && write_all(player->fd, &out);
    buffer_release(&out);
    struct pollfd wait = {.fd = player->fd, .events = POLLIN};
    if (!sent) {
        drop(player, "transport is closing");
    } else if (poll(&wait, 1, (int)(wait_ns / TIME_MILLISECOND)) > 0) {
        ssize_t length = read(player->fd, bytes, sizeof bytes);
        if (length <= 0 || client_receive(player->client, bytes, (size_t)length, clock_ns()) != 0)
            drop(player, "transport is closing");
    }
    if (client_settle(player->client) != 0)
        drop(player, "more has been heard than is kept");
}

static void pump_for(struct player *player, int64_t wait_ns)
{
    int64_t until_ns = clock_ns() + wait_ns;
    do
        pump(player, 10 * TIME_MILLISECOND);
    while (clock_ns() < until_ns);
}

/* ---- what is not a call ---- */

static bool run_helper(struct player *player, struct scenario_place place, const char *const words[5])
{
    int status = 127 << 8;
    char sentence[256];
    if (player->options->helper != NULL) {
        pid_t pid = fork();
        if (pid == 0) {
            (void)execlp(player->options->helper, player->options->helper, words[0], words[1], words[2], words[3],
                         (char *)NULL);
            _exit(127);
        }
        while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
            continue;
        if (!WIFEXITED(status))
            status = 127 << 8;
        if (WEXITSTATUS(status) == 0)
            return true;
    }
    bool cannot = player->options->helper == NULL || WEXITSTATUS(status) == PLAY_CANNOT;
    (void)snprintf(sentence, sizeof sentence, cannot ? "`%s` cannot be done here" : "`%s` failed", words[0]);
    tell(player, cannot ? PLAY_LEFT : PLAY_BROKEN, place, sentence);
    return false;
}

static const char *or_dash(struct text text)
{
    return text.length > 0 ? text.bytes : "-";
}

static bool prepare(struct player *player, const struct scenario_step *step)
{
    const struct scenario_request *request = &step->call.request;
    bool of_container = text_is(step->call.rpc, "Containers.Create");
    if ((!of_container && !text_is(step->call.rpc, "Tasks.Exec")) || player->options->helper == NULL)
        return true;
    const char *const words[] = {"prepare", or_dash(request->container), or_dash(request->exec), "-", NULL};
    return run_helper(player, step->place, words);
}

static bool do_other(struct player *player, const struct scenario_step *step)
{
    char code[WORD_SIZE];
    (void)snprintf(code, sizeof code, "%u", step->code);
    const char *const words[] = {words_name(&scenario_verbs, (int)step->verb), or_dash(step->container),
                                 or_dash(step->exec), code, NULL};
    return run_helper(player, step->place, words);
}

/* ---- steps ---- */

static bool broken(struct player *player, const struct scenario_step *step, const struct error *finding)
{
    tell(player, PLAY_BROKEN, step->place, finding->text);
    return false;
}

static bool await(struct player *player, const struct scenario_step *asked, const struct scenario_step *step)
{
    int64_t until_ns = clock_ns() + ANSWER_WAIT_NS;
    struct error finding = {""};
    if (step->call.answer.kind == SCENARIO_ANSWER_NOT_YET)
        pump_for(player, GRACE_NS);
    else
        while (client_answer(player->client, asked)->kind == SCENARIO_ANSWER_NOT_YET && clock_ns() < until_ns)
            pump(player, 100 * TIME_MILLISECOND);
    return client_judge(player->client, asked, &step->call.answer, &player->likeness, &finding) == 0 ||
           broken(player, step, &finding);
}

/* Another one stands for the file's namespace, and this may be somebody's. */
static bool is_about_another(struct player *player, const struct scenario_step *step)
{
    const struct likeness *likeness = &player->likeness;
    if (!text_starts_with(step->call.rpc, "Namespaces.") ||
        !text_equal(step->call.request.name, likeness->name_space) ||
        text_equal(likeness->name_space, likeness->real_name_space))
        return false;
    tell(player, PLAY_LEFT, step->place, "a call about the file's own namespace cannot be done here");
    return true;
}

static bool ask(struct player *player, const struct scenario_step *step)
{
    if (is_about_another(player, step) || !prepare(player, step))
        return false;
    (void)client_call(player->client, step, clock_ns());
    if (step->call.answer.kind != SCENARIO_ANSWER_NONE)
        return await(player, step, step);
    pump_for(player, GRACE_NS);
    return true;
}

static bool listen_to(struct player *player, const struct scenario_step *step)
{
    const struct scenario_step *asked = client_find_call(&player->scenario->steps, step->call.name);
    int64_t until_ns = clock_ns() + HEARD_WAIT_NS;
    struct error finding = {""};
    while (client_heard_count(player->client, asked, &step->call) < step->call.heard_count && clock_ns() < until_ns)
        pump(player, 100 * TIME_MILLISECOND);
    pump_for(player, GRACE_NS);
    return client_heard(player->client, asked, &step->call, &player->likeness, &finding) == 0 ||
           broken(player, step, &finding);
}

/* False where the play is over. */
static bool take(struct player *player, const struct scenario_step *step)
{
    bool goes_on = true;
    for (size_t i = 0; i < step->child_count && goes_on; i++)
        goes_on = take(player, &step->children[i]);
    if (step->child_count > 0 || !goes_on)
        return goes_on;
    if (step->verb == SCENARIO_CALL)
        return ask(player, step);
    if (step->verb == SCENARIO_ANSWERED)
        return await(player, client_find_call(&player->scenario->steps, step->call.name), step);
    if (step->verb == SCENARIO_HEARD)
        return listen_to(player, step);
    return step->verb == SCENARIO_ADVANCE || do_other(player, step);
}

/* ---- what is given ---- */

/* A call that is in no file, and must be answered with OK. */
static bool ask_for(struct player *player, const char *rpc, struct text container, struct text exec)
{
    struct scenario_step *step = region_alloc(&player->region, sizeof *step);
    if (step == NULL)
        return false;
    step->verb = SCENARIO_CALL;
    step->call.rpc = text_of(rpc);
    step->call.request.asked = SCENARIO_ASKED_CONTAINER | (exec.length > 0 ? SCENARIO_ASKED_EXEC : 0U);
    step->call.request.container = container;
    step->call.request.exec = exec;
    step->call.answer.kind = SCENARIO_ANSWER_REPLY;
    player->asked = step;
    return ask(player, step);
}

/* The pid that a file gives stands for the one that the last call was answered. */
static void name_pid(struct player *player, uint32_t pid)
{
    const struct scenario_told_fields expected = {.told = SCENARIO_TOLD_PID, .pid = pid};
    if (pid != 0)
        (void)told_fits(&expected, &client_answer(player->client, player->asked)->fields, &player->likeness);
}

static bool end_given(struct player *player, const struct scenario_container *container)
{
    struct scenario_step exit = {.verb = SCENARIO_EXIT, .container = container->id, .code = container->code};
    exit.place = container->place;
    return do_other(player, &exit) && ask_for(player, "Tasks.Wait", container->id, text_of(NULL));
}

static bool give(struct player *player, const struct scenario_container *container)
{
    const struct text no_exec = {NULL, 0};
    bool done = ask_for(player, "Containers.Create", container->id, no_exec);
    if (!done || container->state == SCENARIO_NO_TASK)
        return done;
    done = ask_for(player, "Tasks.Create", container->id, no_exec);
    if (done)
        name_pid(player, container->pid);
    if (done && container->state != SCENARIO_CREATED)
        done = ask_for(player, "Tasks.Start", container->id, no_exec);
    for (size_t i = 0; i < container->exec_count && done; i++) {
        done = ask_for(player, "Tasks.Exec", container->id, container->execs[i].id) &&
               ask_for(player, "Tasks.Start", container->id, container->execs[i].id);
        if (done)
            name_pid(player, container->execs[i].pid);
    }
    return done && (container->state != SCENARIO_EXITED || end_given(player, container));
}

/* Whether all that the file asks for before its first step can be had. */
static bool is_playable(struct player *player)
{
    const struct scenario *scenario = player->scenario;
    const struct scenario_place nowhere = {0, 0};
    if (!scenario->no_handler)
        tell(player, PLAY_LEFT, nowhere, "it is about ctrsim's own handler; only `handlers: none` is played");
    else if (scenario->fault_count > 0)
        tell(player, PLAY_LEFT, scenario->faults[0].place, "a fault cannot be done here");
    else if (scenario->given.socket != SCENARIO_SOCKET_SERVES)
        tell(player, PLAY_LEFT, nowhere, "the socket that is given cannot be had here");
    else
        return true;
    return false;
}

enum play_result play_scenario(const struct scenario *scenario, const struct play_options *options, struct buffer *out)
{
    struct player player = {.scenario = scenario, .options = options, .fd = -1, .result = PLAY_HELD, .out = out};
    const struct scenario_given *given = &scenario->given;
    bool goes_on = is_playable(&player);

    if (!goes_on)
        return player.result;
    player.likeness.is_apart = true;
    player.likeness.name_space = given->name_space;
    player.likeness.real_name_space = options->name_space;
    if (client_new(&player.client, options->name_space) != 0) {
        tell(&player, PLAY_BROKEN, (struct scenario_place){0, 0}, "out of memory");
        return player.result;
    }
    region_init(&player.region);
    client_set_documents(player.client, &options->documents);
    for (size_t i = 0; i < given->container_count && goes_on; i++)
        goes_on = give(&player, &given->containers[i]);
    /* What is told of that is told late, and must not be heard by the first subscriber. */
    if (goes_on && given->container_count > 0)
        pump_for(&player, GRACE_NS);
    if (goes_on)
        (void)take(&player, &scenario->steps);
    if (player.fd >= 0)
        (void)close(player.fd);
    client_free(player.client);
    region_release(&player.region);
    return player.result;
}
