/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/script/program.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/error.h"

static size_t count_steps(const struct scenario_step *step)
{
    size_t count = 1;
    for (size_t i = 0; i < step->child_count; i++)
        count += count_steps(&step->children[i]);
    return count;
}

static void compile_step(struct program *program, const struct scenario_step *source, size_t parent)
{
    size_t index = program->step_count++;
    program->steps[index].source = source;
    program->steps[index].parent = parent;
    program->awaits = program->awaits || source->after.given;
    for (size_t i = 0; i < source->child_count; i++)
        compile_step(program, &source->children[i], index);
    program->steps[index].end = program->step_count;
}

static void compile_labels(struct program *program)
{
    const struct scenario_given *given = &program->scenario->given;
    size_t count = 0;
    for (size_t i = 0; i < given->container_count; i++) {
        const struct scenario_container *container = &given->containers[i];
        program->first_labels[i] = count;
        for (size_t j = 0; j < container->label_count; j++, count++) {
            program->labels[count].key = container->labels[j].key;
            program->labels[count].value = container->labels[j].value;
        }
    }
}

int program_new(struct program **ret_program, const struct scenario *scenario)
{
    const struct scenario_given *given = &scenario->given;
    struct program *program = calloc(1, sizeof *program);
    size_t label_count = 0;

    *ret_program = NULL;
    if (program == NULL)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < given->container_count; i++)
        label_count += given->containers[i].label_count;
    program->scenario = scenario;
    program->references = 1;
    program->steps = calloc(count_steps(&scenario->steps), sizeof *program->steps);
    program->labels = calloc(label_count + 1, sizeof *program->labels);
    program->first_labels = calloc(given->container_count + 1, sizeof *program->first_labels);
    if (program->steps == NULL || program->labels == NULL || program->first_labels == NULL) {
        program_release(program);
        return ERROR_NO_MEMORY;
    }
    compile_step(program, &scenario->steps, 0);
    compile_labels(program);
    *ret_program = program;
    return 0;
}

struct program *program_share(struct program *program)
{
    program->references++;
    return program;
}

void program_release(struct program *program)
{
    if (program == NULL || --program->references > 0)
        return;
    free(program->steps);
    free(program->labels);
    free(program->first_labels);
    free(program);
}
