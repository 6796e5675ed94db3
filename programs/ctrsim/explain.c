/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/explain.h"

#include <stdio.h>

#include "handler/core/policy.h"
#include "harness/run.h"
#include "programs/common/options.h"
#include "programs/ctrsim/load.h"
#include "programs/ctrsim/nearest.h"
#include "scenarios/language/explain.h"

/* Runs the scenario once, to tell what became of its faults. A run that could not be made tells why. */
static void explain_run(const struct scenario *scenario, struct buffer *out)
{
    struct error error = {""};
    struct run run;

    if (scenario->fault_count == 0)
        return;
    (void)buffer_printf(out, "\nWhat became of the faults in a run under reliable:\n");
    if (run_scenario(&run, scenario, text_of("reliable"), NULL, &error) == 0)
        nearest_explain(scenario, buffer_text(&run.trace.text), out);
    else
        (void)buffer_printf(out, "  %s\n", error.text);
    run_release(&run);
}

static int explain_file(const char *path)
{
    struct buffer out = BUFFER_INIT;
    struct error error = {""};
    struct scenario *scenario;
    int status = PROGRAM_OK;

    if (load_scenario(&scenario, path, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        return PROGRAM_USAGE;
    }
    (void)scenario_explain(scenario, &out);
    explain_run(scenario, &out);
    if (out.failed) {
        fprintf(stderr, "ctrsim explain: out of memory\n");
        status = PROGRAM_FAILED;
    }
    (void)fwrite(out.bytes, 1, out.length, stdout);
    buffer_release(&out);
    scenario_free(scenario);
    return status;
}

static int explain_switches(void)
{
    for (int i = 0; i < POLICY_SWITCH_COUNT; i++)
        printf("%-20s %s\n", policy_switch_name((enum policy_switch)i), policy_switch_sentence((enum policy_switch)i));
    return PROGRAM_OK;
}

int explain_main(int argc, char **argv)
{
    bool switches = false;
    const struct options_row rows[] = {
        {.name = "switches", .flag = &switches, .help = "tell what each switch of a policy does, and explain no file"},
    };
    const struct options options = {
        .program = "ctrsim",
        .command = "explain",
        .summary = "Tells in plain sentences what a scenario will do.",
        .operands = "FILE",
        .notes = "Where there are faults, it is run once under reliable, to tell which of them were used.\n"
                 "Exit status: 0 it is told, 2 bad usage or a bad file.\n",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    size_t count;

    enum options_result parsed = options_parse(&options, argc, argv, &count, stdout, stderr);
    if (parsed != OPTIONS_GO)
        return options_status(parsed);
    if (switches && count == 0)
        return explain_switches();
    if (count != 1 || switches) {
        fprintf(stderr, "ctrsim explain: name one scenario file, or --switches alone\n");
        return PROGRAM_USAGE;
    }
    return explain_file(argv[0]);
}
