/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/language/grammar.h"
#include "scenarios/language/sense.h"

/* A scenario with all that it owns. */
struct owned_scenario {
    struct scenario scenario;
    struct region region;
};

static int read_scenario(const struct reading *reading, struct scenario *scenario, struct text content)
{
    struct subject subject = {NULL, "a scenario"};
    struct node *root;
    char *name = region_alloc(reading->region, reading->file.length + 1);

    if (name == NULL)
        return reading_fail_memory(reading);
    if (reading->file.length > 0)
        memcpy(name, reading->file.bytes, reading->file.length);
    scenario->file.bytes = name;
    scenario->file.length = reading->file.length;

    int result = node_read(reading, content, &root);
    if (result != 0)
        return result;
    subject.node = root;
    result = mapping_read(reading, &grammar_file, subject, scenario);
    return result != 0 ? result : sense_check(reading, scenario, root);
}

int scenario_parse(struct scenario **ret_scenario, struct text file, struct text content, struct error *error)
{
    struct owned_scenario *owned = calloc(1, sizeof *owned);
    struct reading reading = {file, NULL, error};

    *ret_scenario = NULL;
    if (owned == NULL)
        return reading_fail_memory(&reading);
    region_init(&owned->region);
    reading.region = &owned->region;
    int result = read_scenario(&reading, &owned->scenario, content);
    if (result != 0) {
        scenario_free(&owned->scenario);
        return result;
    }
    *ret_scenario = &owned->scenario;
    return 0;
}

void scenario_free(struct scenario *scenario)
{
    /* The scenario is the first member, so this is the address of both. */
    struct owned_scenario *owned = (struct owned_scenario *)(void *)scenario;
    if (owned == NULL)
        return;
    region_release(&owned->region);
    free(owned);
}
