/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/replay.h"

#include <stdio.h>
#include <string.h>

#include "harness/explore/replay.h"
#include "harness/names.h"
#include "harness/run.h"
#include "programs/common/options.h"
#include "programs/common/read_file.h"

/* The name of a file in the folder of the replay. */
static int path_beside(const char *replay_path, const char *name, struct buffer *out)
{
    const char *slash = strrchr(replay_path, '/');
    size_t length = slash != NULL ? (size_t)(slash - replay_path) + 1 : 0;
    buffer_printf(out, "%.*s%s", (int)length, replay_path, name);
    return buffer_append(out, "", 1);
}

static int load(const struct replay *replay, const char *replay_path, struct scenario **ret_scenario,
                struct error *error)
{
    struct buffer path = BUFFER_INIT;
    struct buffer content = BUFFER_INIT;
    int result = path_beside(replay_path, replay->scenario, &path);
    if (result != 0)
        return error_set(error, result, "out of memory");
    const char *name = (const char *)path.bytes;
    struct error unread = {""};
    result = read_file(name, SCENARIO_BYTES_MAX, &content, &unread);
    if (result != 0)
        (void)error_set(error, result, "%s; the scenario of a replay has to lie beside it", unread.text);
    if (result == 0) {
        struct hash hash = replay_hash(buffer_text(&content));
        if (!hash_equal(&hash, &replay->hash))
            result = error_set(error, ERROR_INVALID,
                               "%s is not the file that this replay was made with; run it by itself", name);
    }
    if (result == 0)
        result = scenario_parse(ret_scenario, text_of(name), buffer_text(&content), error);
    if (result == 0)
        result = names_check(*ret_scenario, error);
    buffer_release(&content);
    buffer_release(&path);
    return result;
}

static void write_trace(const struct run *run, const struct scenario *scenario)
{
    const struct buffer *trace = &run->trace.text;
    printf("== %.*s under %.*s\n", TEXT_ARGUMENTS(scenario->file), TEXT_ARGUMENTS(run->policy));
    (void)fwrite(trace->bytes, 1, trace->length, stdout);
}

static int replay_file(const char *path)
{
    struct replay replay = {.draws = NULL};
    struct buffer content = BUFFER_INIT;
    struct scenario *scenario = NULL;
    struct run run;
    struct error error = {""};
    int status = PROGRAM_USAGE;
    int result = read_file(path, REPLAY_BYTES_MAX, &content, &error);

    memset(&run, 0, sizeof run);
    if (result == 0)
        result = replay_read(&replay, text_of(path), buffer_text(&content), &error);
    if (result == 0)
        result = load(&replay, path, &scenario, &error);
    if (result == 0) {
        const struct run_choices choices = {.draws = replay.draws, .draw_count = replay.draw_count, .strict = true};
        result = run_scenario(&run, scenario, text_of(replay.policy), &choices, &error);
    }
    if (result == 0)
        status = run.breach_count > 0 ? PROGRAM_FAILED : PROGRAM_OK;
    if (result == 0)
        write_trace(&run, scenario);
    else
        fprintf(stderr, "ctrsim replay: %s\n", error.text);
    run_release(&run);
    scenario_free(scenario);
    replay_release(&replay);
    buffer_release(&content);
    return status;
}

int replay_main(int argc, char **argv)
{
    const struct options options = {
        .program = "ctrsim",
        .command = "replay",
        .summary = "Makes a run again that exploration has found, and writes what happened in it.",
        .operands = "FILE.replay",
        .notes =
            "The scenario lies beside it. The same comes from `ctrsim run --trace --handler POLICY` with that scenario.\n"
            "Exit status: 0 nothing broke, 1 something did, 2 bad usage or a bad file.\n",
    };
    size_t count;

    enum options_result parsed = options_parse(&options, argc, argv, &count, stdout, stderr);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (count != 1) {
        fprintf(stderr, "ctrsim replay: one replay file is wanted\n");
        return PROGRAM_USAGE;
    }
    return replay_file(argv[0]);
}
