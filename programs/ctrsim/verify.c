/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/verify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "grpc/io/address.h"
#include "programs/common/options.h"
#include "programs/common/read_file.h"
#include "programs/ctrsim/files.h"
#include "programs/ctrsim/load.h"
#include "programs/ctrsim/play.h"

enum { DOCUMENT_MAX = 1 << 20 };

struct verify_options {
    const char *address;
    const char *name_space;
    const char *helper;
    const char *spec;
    const char *process;
};

/* The status that counts for all: bad input weighs more than a difference. */
static int worse(int a, int b)
{
    return a > b ? a : b;
}

static int verify_file(const char *path, const struct play_options *options)
{
    static const char *const words[] = {[PLAY_HELD] = "ok    ", [PLAY_BROKEN] = "FAILED", [PLAY_LEFT] = "left  "};
    struct buffer out = BUFFER_INIT;
    struct error error = {""};
    struct scenario *scenario;

    if (load_scenario(&scenario, path, &error) != 0) {
        printf("FAILED %s\n%s\n", path, error.text);
        return PROGRAM_USAGE;
    }
    enum play_result result = play_scenario(scenario, options, &out);
    printf("%s %s\n%.*s", words[result], path, TEXT_ARGUMENTS(buffer_text(&out)));
    buffer_release(&out);
    scenario_free(scenario);
    return result == PLAY_BROKEN ? PROGRAM_FAILED : PROGRAM_OK;
}

static int verify_operand(const char *path, const struct play_options *options)
{
    struct files files = {NULL, 0, 0};
    struct error error = {""};
    int status = PROGRAM_OK;

    if (files_add(&files, path, &error) != 0) {
        fprintf(stderr, "ctrsim verify: %s\n", error.text);
        status = PROGRAM_USAGE;
    }
    for (size_t i = 0; i < files.count; i++)
        status = worse(status, verify_file(files.paths[i], options));
    files_release(&files);
    return status;
}

/* 0, or it has been told what is wrong with the file. */
static int read_document(const char *path, struct buffer *content, struct text *ret_text)
{
    struct error error = {""};
    if (path != NULL && read_file(path, DOCUMENT_MAX, content, &error) != 0) {
        fprintf(stderr, "ctrsim verify: %s\n", error.text);
        return PROGRAM_USAGE;
    }
    *ret_text = buffer_text(content);
    return PROGRAM_OK;
}

/* Once, before anything is played: else each file would tell of its own first call that nobody is there. */
static int look_for_server(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int status = PROGRAM_OK;
    if (fd < 0 || connect(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        fprintf(stderr, "ctrsim verify: cannot connect to %s: %s; start containerd there, or name its --address\n",
                address->sun_path, strerror(errno));
        status = PROGRAM_USAGE;
    }
    if (fd >= 0)
        (void)close(fd);
    return status;
}

static int verify_all(const struct verify_options *from, char **operands, size_t count)
{
    struct sockaddr_un address;
    struct play_options options = {
        .address = &address, .name_space = text_of(from->name_space), .helper = from->helper};
    struct buffer spec = BUFFER_INIT;
    struct buffer process = BUFFER_INIT;
    struct error error = {""};
    if (grpc_address_parse(text_of(from->address), &address, &error) != 0) {
        fprintf(stderr, "ctrsim verify: %s\n", error.text);
        return PROGRAM_USAGE;
    }
    int status = read_document(from->spec, &spec, &options.documents.spec);

    if (status == PROGRAM_OK)
        status = read_document(from->process, &process, &options.documents.process);
    if (status == PROGRAM_OK)
        status = look_for_server(&address);
    for (size_t i = 0; i < count && status != PROGRAM_USAGE; i++)
        status = worse(status, verify_operand(operands[i], &options));
    buffer_release(&spec);
    buffer_release(&process);
    return status;
}

int verify_main(int argc, char **argv)
{
    struct verify_options verify_options = {0};
    const struct options_row rows[] = {
        {.name = "address",
         .letter = 'a',
         .argument = "SOCK",
         .environment = "CONTAINERD_ADDRESS",
         .required = true,
         .help = "the unix socket of the containerd",
         .value = &verify_options.address},
        {.name = "namespace",
         .letter = 'n',
         .argument = "NS",
         .environment = "CONTAINERD_NAMESPACE",
         .fallback = "default",
         .help = "what stands for the namespace of each file",
         .value = &verify_options.name_space},
        {.name = "helper",
         .argument = "COMMAND",
         .help = "does what is not a call: COMMAND exit ID EXEC CODE, COMMAND prepare ID EXEC -, ...",
         .value = &verify_options.helper},
        {.name = "spec",
         .argument = "FILE",
         .help = "the OCI spec of containers that calls make",
         .value = &verify_options.spec},
        {.name = "process",
         .argument = "FILE",
         .help = "the OCI process of execs that calls make",
         .value = &verify_options.process},
    };
    const struct options options = {
        .program = "ctrsim",
        .command = "verify",
        .summary =
            "Plays scenarios of scripted clients in real time on a containerd, and tells where it answers otherwise.",
        .operands = "FILE|DIR...",
        .notes =
            "Pids and times of a file stand for those of that containerd. In FILE of --spec and --process each @ID@ is the\n"
            "container's id, or CONTAINER-EXEC. Which of an event and an answer came first is not judged. A file that needs what cannot be done there is left, and says so.\n"
            "Exit status: 0 no difference was found, 1 there is one, 2 bad usage, a bad file, or no containerd.\n",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    size_t count;

    enum options_result parsed = options_parse(&options, argc, argv, &count, stdout, stderr);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (count > 0)
        return verify_all(&verify_options, argv, count);
    fprintf(stderr, "ctrsim verify: a scenario file or a folder of them is missing\n");
    return PROGRAM_USAGE;
}
