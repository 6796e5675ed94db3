/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "harness/explore/level.h"
#include "harness/report/report.h"
#include "programs/common/options.h"
#include "programs/ctrsim/files.h"
#include "programs/ctrsim/load.h"

struct run_options {
    const char *report;
    const char *handler; /* NULL: the policies that each file lists, and reliable */
    const char *level;
    bool trace;
};

/* One scenario file with what became of it. */
struct job {
    struct scenario *scenario;
    bool is_about_subscriptions; /* it lies in a folder of that name */
    struct scenario_result result;
};

static int64_t clock_ns(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return time_unix_wrapping(time.tv_sec, (int32_t)time.tv_nsec);
}

/* Runs under one policy; what cannot be run is the file's problem. */
static void run_policy(struct job *job, struct text policy, const struct scenario_handler *listed,
                       const struct run_options *options)
{
    static const struct draw on_values = {1, 2, RUN_DRAW_VALUES};
    const struct run_choices choices = {.draws = &on_values, .draw_count = 1};
    struct text why;
    bool values = strcmp(options->level, "value") == 0 && job->scenario->choice_count == 0 &&
                  !level_needs_bytes(job->scenario, &why);
    struct verdict *verdict = &job->result.verdicts[job->result.verdict_count];
    int64_t start_ns = clock_ns();
    int result = verdict_reach(verdict, job->scenario, policy, listed, job->is_about_subscriptions,
                               values ? &choices : NULL, &job->result.problem);
    verdict->real_ns = clock_ns() - start_ns;
    if (result == 0) {
        job->result.verdict_count++;
        return;
    }
    verdict_release(verdict);
    /* A step that could not be done is told with its own line. */
    if (result == ERROR_REFUSED)
        return;
    if (listed != NULL)
        error_prefix(&job->result.problem, "%.*s:%zu:%zu: ", TEXT_ARGUMENTS(job->result.file), listed->place.line,
                     listed->place.column);
    else
        error_prefix(&job->result.problem, "%.*s: ", TEXT_ARGUMENTS(job->result.file));
}

static void run_policies(struct job *job, const struct run_options *options)
{
    const struct scenario *scenario = job->scenario;
    struct text reliable = text_of("reliable");

    job->result.verdicts = calloc(scenario->handler_count + 1, sizeof *job->result.verdicts);
    if (job->result.verdicts == NULL) {
        (void)error_set(&job->result.problem, ERROR_NO_MEMORY, "out of memory");
        return;
    }
    if (options->handler != NULL) {
        run_policy(job, text_of(options->handler), NULL, options);
        return;
    }
    run_policy(job, reliable, verdict_listed(scenario, reliable), options);
    for (size_t i = 0; i < scenario->handler_count && job->result.problem.text[0] == '\0'; i++)
        if (!text_equal(scenario->handlers[i].policy, reliable))
            run_policy(job, scenario->handlers[i].policy, &scenario->handlers[i], options);
}

static void run_file(struct job *job, const char *path, const struct run_options *options)
{
    job->result.file = text_of(path);
    job->is_about_subscriptions = files_lies_in(path, "subscription");
    if (load_scenario(&job->scenario, path, &job->result.problem) == 0) {
        job->result.title = job->scenario->title;
        run_policies(job, options);
    }
}

static void append_traces(struct buffer *out, const struct scenario_result *result)
{
    for (size_t i = 0; i < result->verdict_count; i++) {
        buffer_printf(out, "== %.*s under %.*s\n", TEXT_ARGUMENTS(result->file),
                      TEXT_ARGUMENTS(result->verdicts[i].run.policy));
        buffer_append_text(out, buffer_text(&result->verdicts[i].run.trace.text));
    }
    if (result->problem.text[0] != '\0')
        buffer_printf(out, "%s\n", result->problem.text);
}

static void append_report(struct buffer *out, const struct report_format *format, const struct job *jobs, size_t count,
                          int64_t real_ns, struct report_totals *totals)
{
    size_t number = 0;
    for (size_t i = 0; i < count; i++)
        report_count(totals, &jobs[i].result);
    format->begin(out, totals, real_ns);
    for (size_t i = 0; i < count; i++) {
        const struct scenario_result *result = &jobs[i].result;
        format->scenario(out, result, number);
        number += result->problem.text[0] != '\0' ? 1 : result->verdict_count;
    }
    format->end(out, totals, real_ns);
}

static void job_release(struct job *job)
{
    for (size_t i = 0; i < job->result.verdict_count; i++)
        verdict_release(&job->result.verdicts[i]);
    free(job->result.verdicts);
    scenario_free(job->scenario);
}

/* Bad input weighs more than a broken promise: what was not run says nothing. */
static int exit_status(const struct job *jobs, size_t count, const struct report_totals *totals)
{
    for (size_t i = 0; i < count; i++)
        if (jobs[i].result.problem.text[0] != '\0')
            return PROGRAM_USAGE;
    return totals->runs_failed > 0 ? PROGRAM_FAILED : PROGRAM_OK;
}

static int run_all(const struct files *files, const struct run_options *options)
{
    struct job *jobs = calloc(files->count, sizeof *jobs);
    struct report_totals totals = {0};
    struct buffer out = BUFFER_INIT;
    int64_t start_ns = clock_ns();
    int status = PROGRAM_FAILED;

    if (jobs == NULL) {
        fprintf(stderr, "ctrsim run: out of memory\n");
        return PROGRAM_FAILED;
    }
    for (size_t i = 0; i < files->count; i++) {
        run_file(&jobs[i], files->paths[i], options);
        if (options->trace)
            append_traces(&out, &jobs[i].result);
    }
    if (!options->trace)
        append_report(&out, report_format_of(text_of(options->report)), jobs, files->count, clock_ns() - start_ns,
                      &totals);
    else
        for (size_t i = 0; i < files->count; i++)
            report_count(&totals, &jobs[i].result);
    (void)fwrite(out.bytes, 1, out.length, stdout);
    if (!out.failed)
        status = exit_status(jobs, files->count, &totals);
    else
        fprintf(stderr, "ctrsim run: out of memory\n");
    for (size_t i = 0; i < files->count; i++)
        job_release(&jobs[i]);
    free(jobs);
    buffer_release(&out);
    return status;
}

static bool policy_is_known(const char *name)
{
    policy_switches switches;
    struct error error = {""};
    if (name == NULL || policy_parse(text_of(name), &switches, &error) == 0)
        return true;
    fprintf(stderr, "ctrsim run: --handler: %s\n", error.text);
    return false;
}

int run_main(int argc, char **argv)
{
    struct run_options run_options = {NULL, NULL, NULL, false};
    const struct options_row rows[] = {
        {.name = "report",
         .argument = "FORMAT",
         .choices = "lines|tap|junit",
         .fallback = "lines",
         .help = "how the results are written",
         .value = &run_options.report},
        {.name = "handler",
         .argument = "POLICY",
         .value = &run_options.handler,
         .help = "run this policy alone, which must break nothing"},
        {.name = "level",
         .argument = "LEVEL",
         .choices = "bytes|value",
         .fallback = "bytes",
         .value = &run_options.level,
         .help = "value: what the two sides say to each other is made into bytes only where the story is about them"},
        {.name = "trace", .flag = &run_options.trace, .help = "write what happened in each run instead of a report"},
    };
    const struct options options = {
        .program = "ctrsim",
        .command = "run",
        .summary = "Runs each scenario in virtual time, under reliable and every policy that it lists.",
        .operands = "FILE|DIR...",
        .notes =
            "Policies: original, reliable, original-with=SWITCH,..., reliable-without=SWITCH,... (`ctrsim explain --switches`)\n"
            "Exit status: 0 all held, 1 a promise or an expectation was broken, 2 bad usage or a bad file.\n",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    struct files files = {NULL, 0, 0};
    struct error error = {""};
    size_t count;
    int status = PROGRAM_USAGE;

    enum options_result parsed = options_parse(&options, argc, argv, &count, stdout, stderr);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (!policy_is_known(run_options.handler))
        return PROGRAM_USAGE;
    if (count == 0)
        (void)error_set(&error, ERROR_INVALID, "a scenario file or a folder of them is missing");
    for (size_t i = 0; i < count && error.text[0] == '\0'; i++)
        (void)files_add(&files, argv[i], &error);
    if (error.text[0] != '\0')
        fprintf(stderr, "ctrsim run: %s\n", error.text);
    else
        status = run_all(&files, &run_options);
    files_release(&files);
    return status;
}
