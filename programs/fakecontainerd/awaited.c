/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/fakecontainerd/awaited.h"

static const struct scenario_container *given(const struct scenario *scenario, struct text name)
{
    for (size_t i = 0; i < scenario->given.container_count; i++)
        if (text_equal(scenario->given.containers[i].id, name))
            return &scenario->given.containers[i];
    return NULL;
}

static void tell_container(const struct scenario_container *container, struct buffer *out)
{
    buffer_append_text(out, container->id);
    for (size_t i = 0; i < container->exec_count && i < NAMES_EXECS_MAX; i++)
        buffer_printf(out, ", exec %.*s of %.*s", TEXT_ARGUMENTS(container->execs[i].id),
                      TEXT_ARGUMENTS(container->id));
}

void awaited_tell(const struct scenario *scenario, const struct names *names, struct buffer *out)
{
    size_t count = 0;
    for (size_t i = 0; i < names_count(names); i++) {
        const struct scenario_container *container = given(scenario, names_at(names, i));
        if (container == NULL)
            continue;
        if (count++ == 0)
            buffer_printf(out, "fakecontainerd: the clock waits until clients have made in namespace %.*s: ",
                          TEXT_ARGUMENTS(scenario->given.name_space));
        else
            buffer_append_text(out, text_of(", "));
        tell_container(container, out);
    }
    if (count > 0)
        buffer_append_text(out, text_of("\n"));
    for (size_t i = 0; i < names_count(names); i++)
        if (given(scenario, names_at(names, i)) == NULL)
            buffer_printf(out,
                          "fakecontainerd: the scenario gives no container %.*s, so the clock does not wait for it\n",
                          TEXT_ARGUMENTS(names_at(names, i)));
}
