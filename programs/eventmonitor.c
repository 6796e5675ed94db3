/* SPDX-License-Identifier: Apache-2.0 */
/* eventmonitor: the handler as a program, on any containerd. Changes as JSON lines on stdout, a log on stderr. */
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"
#include "grpc/io/address.h"
#include "handler/io/loop.h"
#include "handler/wire/name_space.h"
#include "programs/common/options.h"
#include "programs/common/standard.h"
#include "programs/eventmonitor/note_line.h"
#include "programs/eventmonitor/output.h"
#include "programs/eventmonitor/record_line.h"

struct settings {
    const char *address;
    const char *name_space;
    const char *deletes;
    const char *api;
    const char *handler;
    bool debug;
};

struct program {
    struct settings settings;
    struct handler_loop *loop;
    struct buffer line;
    int signal_fd; /* readable when a signal asks for the end, so that no reader who sleeps can hold it up */
    bool has_failed;
};

/* ---- what is printed ---- */

static void say(const char *what, const char *detail)
{
    struct buffer line = BUFFER_INIT;
    if (buffer_printf(&line, "eventmonitor: %s%s%s\n", what, detail != NULL ? ": " : "",
                      detail != NULL ? detail : "") == 0)
        (void)output_write(STDERR_FILENO, buffer_text(&line), -1);
    buffer_release(&line);
}

static void fail(struct program *program, const char *what, const char *detail)
{
    program->has_failed = true;
    say(what, detail);
    handler_loop_stop(program->loop);
}

static void on_tell(void *context, enum record_change change, const struct container_record *record, int64_t wall_ns)
{
    struct program *program = context;
    if (program->has_failed)
        return;
    buffer_clear(&program->line);
    record_line_format(text_of(program->settings.name_space), change, record, wall_ns, &program->line);
    int failure =
        program->line.failed ? ENOMEM : output_write(STDOUT_FILENO, buffer_text(&program->line), program->signal_fd);
    if (failure != 0)
        fail(program, "cannot write to stdout", strerror(failure));
}

/* A log that nobody reads any more is no reason to end. */
static void on_note(void *context, const struct note *note)
{
    struct program *program = context;
    if (!note_line_is_shown(note, program->settings.debug))
        return;
    buffer_clear(&program->line);
    note_line_format(text_of(program->settings.address), note, &program->line);
    if (!program->line.failed)
        (void)output_write(STDERR_FILENO, buffer_text(&program->line), program->signal_fd);
}

/* ---- the command line ---- */

static enum options_result read_settings(int argc, char **argv, struct settings *settings)
{
    const struct options_row rows[] = {
        {"address", 'a', "SOCK", NULL, "CONTAINERD_ADDRESS", "/run/containerd/containerd.sock", false,
         "containerd's unix socket", &settings->address, NULL},
        {"namespace", 'n', "NS", NULL, "CONTAINERD_NAMESPACE", "default", false, "the containerd namespace to watch",
         &settings->name_space, NULL},
        {"delete", 0, "WHICH", "none|owned|all", NULL, "none", false,
         "which exited tasks to delete; owned: of containers labelled eventmonitor/delete=true", &settings->deletes,
         NULL},
        {"api", 0, "API", "v1|execution", NULL, "v1", false,
         "containerd's API; execution: that of May 2017, without namespaces and labels", &settings->api, NULL},
        {"handler", 0, "POLICY", NULL, NULL, "reliable", false,
         "reliable, original, reliable-without=a,b or original-with=a,b", &settings->handler, NULL},
        {"debug", 0, NULL, NULL, NULL, NULL, false, "log every event", NULL, &settings->debug},
    };
    const struct options options = {
        .program = "eventmonitor",
        .summary = "Watches containerd for containers that are created, started and exit; prints a JSON line for each.",
        .notes =
            "The policy original makes no records of its own from events, so that by itself it ignores every exit;\n"
            "original-with=learn-from-events makes them. What each switch does `ctrsim explain --switches` tells.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    size_t operand_count;
    return options_parse(&options, argc, argv, &operand_count, stdout, stderr);
}

static enum delete_option delete_option_of(const char *name)
{
    if (strcmp(name, "all") == 0)
        return DELETE_ALL;
    return strcmp(name, "owned") == 0 ? DELETE_OWNED : DELETE_NONE;
}

static bool settings_check(const struct settings *settings, struct handler_loop_options *options)
{
    struct sockaddr_un address;
    struct error error;
    options->address = text_of(settings->address);
    options->name_space = text_of(settings->name_space);
    options->deletes = delete_option_of(settings->deletes);
    options->api = strcmp(settings->api, "execution") == 0 ? HANDLER_API_EXECUTION : HANDLER_API_V1;
    if (grpc_address_parse(options->address, &address, &error) != 0)
        say(error.text, NULL);
    else if (!name_space_valid(options->name_space))
        say("containerd takes no such namespace; one is letters and digits, with single . - _ between them, at most 76 bytes",
            settings->name_space);
    else if (options->api == HANDLER_API_EXECUTION && options->deletes == DELETE_OWNED)
        say("--delete owned goes by labels, and --api execution has none", NULL);
    else if (policy_parse(text_of(settings->handler), &options->policy, &error) != 0)
        say(error.text, NULL);
    else
        return true;
    return false;
}

/* ---- running ---- */

static void on_signal(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    handler_loop_stop(context);
}

/* SIGTERM and SIGINT become readable on a descriptor; a reader who has gone becomes an error of the write. */
static int take_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)signal(SIGPIPE, SIG_IGN);
    return sigprocmask(SIG_BLOCK, &signals, NULL) == 0 ? signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC) : -1;
}

/* Runs until a signal or a failure ends it. 0 or an error code. */
static int run_with_signals(struct program *program, struct event_base *base)
{
    struct event *signalled = event_new(base, program->signal_fd, EV_READ, on_signal, program->loop);
    int code = ERROR_NO_MEMORY;
    if (signalled != NULL && event_add(signalled, NULL) == 0)
        code = handler_loop_run(program->loop);
    if (signalled != NULL)
        event_free(signalled);
    return code;
}

static int run(struct program *program, const struct handler_loop_options *options)
{
    static const struct handler_loop_calls calls = {.tell = on_tell, .note = on_note};
    struct grpc_loop *grpc = NULL;

    program->signal_fd = take_signals();
    int code = program->signal_fd < 0 ? ERROR_IO : grpc_loop_new(&grpc);
    if (code == 0)
        code = handler_loop_new(&program->loop, grpc, options, &calls, program);
    if (code == 0)
        code = run_with_signals(program, grpc_loop_base(grpc));
    if (code != 0)
        say("cannot go on", error_text(code));
    handler_loop_free(program->loop);
    grpc_loop_free(grpc);
    buffer_release(&program->line);
    if (program->signal_fd >= 0)
        (void)close(program->signal_fd);
    return code != 0 || program->has_failed ? PROGRAM_FAILED : PROGRAM_OK;
}

int main(int argc, char **argv)
{
    struct program program = {.line = BUFFER_INIT};
    struct handler_loop_options options = {0};

    standard_reserve();
    enum options_result parsed = read_settings(argc, argv, &program.settings);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (!settings_check(&program.settings, &options))
        return PROGRAM_USAGE;
    return run(&program, &options);
}
