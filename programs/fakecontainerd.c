/* SPDX-License-Identifier: Apache-2.0 */
/* fakecontainerd: the double as a program, on a unix socket. What it does is logged on stderr. */
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "fakecontainerd/core/format.h"
#include "fakecontainerd/core/message.h"
#include "fakecontainerd/io/loop.h"
#include "fakecontainerd/io/peers.h"
#include "fakecontainerd/wire/names.h"
#include "grpc/io/address.h"
#include "programs/common/options.h"
#include "programs/common/read_file.h"
#include "programs/common/standard.h"
#include "programs/fakecontainerd/awaited.h"
#include "programs/fakecontainerd/unsupported.h"
#include "scenarios/language/scenario.h"

struct program {
    const char *address;
    const char *scenario_path; /* NULL: an empty containerd */
    const char *api;           /* NULL: the scenario's */
    const char *name_space;    /* NULL: the scenario's */
    const char *as;            /* NULL: clients' containers keep their ids */
    struct names *names;       /* likewise */
    bool debug;
    struct scenario *scenario;
    struct fake_loop *loop;
};

/* ---- what is printed ---- */

static void say(const char *sentence)
{
    fprintf(stderr, "fakecontainerd: %s\n", sentence);
}

static void on_listening(void *context)
{
    const struct program *program = context;
    fprintf(stderr, "fakecontainerd: serving on %s\n", program->address);
}

static void on_script_done(void *context)
{
    const struct program *program = context;
    fprintf(stderr, "fakecontainerd: every step of %s has been played\n", program->scenario_path);
}

static void on_refused(void *context)
{
    (void)context;
    fprintf(stderr, "fakecontainerd: there are %d connections, more are closed at once\n", (int)PEERS_MAX);
}

static void on_named(void *context, const struct names_news *news)
{
    (void)context;
    if (news->container.length > 0)
        fprintf(stderr, "fakecontainerd: %.*s of %.*s is the exec %.*s\n", TEXT_ARGUMENTS(news->name),
                TEXT_ARGUMENTS(news->container), TEXT_ARGUMENTS(news->id));
    else
        fprintf(stderr, "fakecontainerd: %.*s is the container %.*s\n", TEXT_ARGUMENTS(news->name),
                TEXT_ARGUMENTS(news->id));
}

static void print_line(const struct buffer *line)
{
    if (!line->failed)
        fprintf(stderr, "fakecontainerd: %.*s\n", TEXT_ARGUMENTS(buffer_text(line)));
}

/* The steps of the script are told always, requests and the rest with --debug. */
static void on_event(void *context, const struct fake_event *event, size_t line)
{
    const struct program *program = context;
    struct buffer text = BUFFER_INIT;
    if (line == 0 && !program->debug)
        return;
    if (line > 0)
        buffer_printf(&text, "%s:%zu: ", program->scenario_path, line);
    fake_event_format(event, &text);
    print_line(&text);
    buffer_release(&text);
}

static void on_action(void *context, const struct fake_action *action)
{
    const struct program *program = context;
    struct buffer text = BUFFER_INIT;
    bool refused = action->kind == FAKE_DID && action->did.kind == FAKE_DID_REFUSE_COMMAND;
    if (!refused && !program->debug)
        return;
    buffer_append_text(&text, text_of("  "));
    fake_action_format(action, &text);
    print_line(&text);
    buffer_release(&text);
}

/* ---- the command line ---- */

static enum options_result read_settings(int argc, char **argv, struct program *program)
{
    const struct options_row rows[] = {
        {.name = "address",
         .letter = 'a',
         .argument = "SOCK",
         .environment = "CONTAINERD_ADDRESS",
         .required = true,
         .help = "the unix socket to serve",
         .value = &program->address},
        {.name = "scenario", .argument = "FILE", .help = "the scenario to play", .value = &program->scenario_path},
        {.name = "api",
         .argument = "API",
         .choices = "v1|execution",
         .help = "containerd's API of today or of May 2017; else the scenario's, else v1",
         .value = &program->api},
        {.name = "namespace",
         .argument = "NS",
         .help = "the namespace of all that the scenario speaks of; else its own",
         .value = &program->name_space},
        {.name = "as",
         .argument = "NAMES",
         .help = "what the scenario calls the containers that clients make: web,db",
         .value = &program->as},
        {.name = "debug", .help = "log every request and what comes of it", .flag = &program->debug},
    };
    const struct options options = {
        .program = "fakecontainerd",
        .summary = "Serves containerd's API on a unix socket, with no containers but those of a scenario.",
        .notes =
            "The scenario's clock starts when the first client subscribes to events. With --as it waits, too, until a\n"
            "client has made each container of these names that it gives, and its execs; where one is to run, for a\n"
            "second more. What it waits for is told at the start.\n"
            "What it says of ctrsim's own handler and client is not done here, and is told at the start.\n",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    size_t operand_count;
    return options_parse(&options, argc, argv, &operand_count, stdout, stderr);
}

static int read_scenario(struct program *program, struct error *error)
{
    struct buffer content = BUFFER_INIT;
    int code;
    if (program->scenario_path == NULL)
        return 0;
    code = read_file(program->scenario_path, SCENARIO_BYTES_MAX, &content, error);
    if (code != 0)
        error_prefix(error, "fakecontainerd: ");
    else
        code = scenario_parse(&program->scenario, text_of(program->scenario_path), buffer_text(&content), error);
    buffer_release(&content);
    return code;
}

/* Where everything is: as the scenario says, unless the command line does. */
static struct text name_space_of(const struct program *program)
{
    if (program->name_space != NULL)
        return text_of(program->name_space);
    return program->scenario != NULL ? program->scenario->given.name_space : text_of("default");
}

static int read_names(struct program *program, struct error *error)
{
    if (program->scenario != NULL)
        program->scenario->given.name_space = name_space_of(program);
    if (program->name_space != NULL && !identifier_valid(text_of(program->name_space)))
        return error_set(error, ERROR_INVALID,
                         "fakecontainerd: --namespace: containerd takes no such namespace; one is letters and digits, "
                         "with single . - _ between them, at most %d bytes",
                         (int)FAKE_ID_MAX);
    if (program->as == NULL)
        return 0;
    int code = names_new(&program->names, text_of(program->as), name_space_of(program), error);
    if (code != 0)
        error_prefix(error, "fakecontainerd: --as: ");
    return code;
}

/* Nothing that is written is passed over in silence, nor waited for. */
static void tell_scenario(const struct program *program)
{
    struct buffer lines = BUFFER_INIT;
    if (program->scenario != NULL)
        unsupported_tell(program->scenario, &lines);
    if (program->scenario != NULL && program->names != NULL)
        awaited_tell(program->scenario, program->names, &lines);
    if (lines.failed)
        say("out of memory");
    else if (lines.length > 0)
        fprintf(stderr, "%.*s", TEXT_ARGUMENTS(buffer_text(&lines)));
    buffer_release(&lines);
}

/* ---- running ---- */

static void on_signal(evutil_socket_t number, short what, void *context)
{
    const struct program *program = context;
    (void)number;
    (void)what;
    fake_loop_stop(program->loop);
}

/* Runs until SIGTERM or SIGINT. 0 or an error with a sentence. */
static int run_with_signals(struct program *program, struct event_base *base, struct error *error)
{
    struct event *terminate = evsignal_new(base, SIGTERM, on_signal, program);
    struct event *interrupt = evsignal_new(base, SIGINT, on_signal, program);
    int code = ERROR_NO_MEMORY;
    if (terminate != NULL && interrupt != NULL && event_add(terminate, NULL) == 0 && event_add(interrupt, NULL) == 0)
        code = fake_loop_run(program->loop, error);
    else
        (void)error_set(error, code, "signals cannot be caught");
    if (terminate != NULL)
        event_free(terminate);
    if (interrupt != NULL)
        event_free(interrupt);
    return code;
}

static enum fake_api api_of(const struct program *program)
{
    if (program->api != NULL)
        return strcmp(program->api, "execution") == 0 ? FAKE_API_EXECUTION : FAKE_API_V1;
    if (program->scenario == NULL)
        return FAKE_API_V1;
    switch (program->scenario->api) {
    case SCENARIO_API_V1: break;
    case SCENARIO_API_EXECUTION: return FAKE_API_EXECUTION;
    }
    return FAKE_API_V1;
}

static int run(struct program *program, struct error *error)
{
    static const struct fake_loop_calls calls = {on_listening,   on_event,   on_action,
                                                 on_script_done, on_refused, on_named};
    const struct fake_loop_options options = {
        text_of(program->address), program->scenario, {api_of(program), name_space_of(program)}, program->names};
    struct grpc_loop *grpc = NULL;
    int code = grpc_loop_new(&grpc);

    if (code != 0)
        return error_set(error, code, "an event loop cannot be made: %s", error_text(code));
    code = fake_loop_new(&program->loop, grpc, &options, &calls, program, error);
    if (code == 0)
        code = run_with_signals(program, grpc_loop_base(grpc), error);
    fake_loop_free(program->loop);
    grpc_loop_free(grpc);
    return code;
}

int main(int argc, char **argv)
{
    struct program program = {0};
    struct sockaddr_un address;
    struct error error = {""};
    int status = PROGRAM_OK;

    standard_reserve();
    (void)signal(SIGPIPE, SIG_IGN);
    enum options_result parsed = read_settings(argc, argv, &program);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (grpc_address_parse(text_of(program.address), &address, &error) != 0) {
        say(error.text);
        return PROGRAM_USAGE;
    }
    if (read_scenario(&program, &error) != 0 || read_names(&program, &error) != 0) {
        /* What is wrong inside the file begins with FILE:LINE:COLUMN and nothing else, as compilers have it. */
        fprintf(stderr, "%s\n", error.text);
        return PROGRAM_USAGE;
    }
    tell_scenario(&program);
    if (run(&program, &error) != 0) {
        say(error.text);
        status = PROGRAM_FAILED;
    }
    names_free(program.names);
    scenario_free(program.scenario);
    return status;
}
