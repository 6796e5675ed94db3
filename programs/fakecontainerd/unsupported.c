/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/fakecontainerd/unsupported.h"

#include "scenarios/language/needs_handler.h"
#include "scenarios/language/words.h"

static void tell(const struct scenario *scenario, struct scenario_place place, const char *what, const char *why,
                 struct buffer *out)
{
    buffer_append_text(out, scenario->file);
    buffer_printf(out, ":%zu: `%s` %s\n", place.line, what, why);
}

/* NULL where the fake can do it. */
static const char *need_of(const struct scenario_step *step)
{
    switch (scenario_step_doer(step)) {
    case SCENARIO_BY_HANDLER: return "is done to the built-in handler, which is not here: it is left out";
    case SCENARIO_BY_CLIENT: return "is done by the built-in client, which is not here: it is left out";
    case SCENARIO_BY_NOBODY:
    case SCENARIO_BY_FAKE: break;
    }
    return scenario_step_needs_handler(step)
               ? "waits for the store of the built-in handler, which is not here: it never happens"
               : NULL;
}

static void tell_steps(const struct scenario *scenario, const struct scenario_step *step, struct buffer *out)
{
    const char *need = need_of(step);
    if (need != NULL)
        tell(scenario, step->place, words_name(&scenario_verbs, (int)step->verb), need, out);
    for (size_t i = 0; i < step->child_count; i++)
        tell_steps(scenario, &step->children[i], out);
}

static void tell_faults(const struct scenario *scenario, struct buffer *out)
{
    for (size_t i = 0; i < scenario->fault_count; i++)
        if (scenario_fault_needs_handler(&scenario->faults[i]))
            tell(scenario, scenario->faults[i].place, "store",
                 "is the built-in handler's, which is not here: nothing comes to it", out);
}

static void tell_expectations(const struct scenario *scenario, struct buffer *out)
{
    const struct {
        const char *name;
        const struct scenario_expectations *list;
    } kinds[] = {
        {"always", &scenario->expect.always},
        {"finally", &scenario->expect.finally},
        {"never", &scenario->expect.never},
        {"sometimes", &scenario->expect.sometimes},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].list->count > 0)
            tell(scenario, kinds[i].list->items[0].place, kinds[i].name,
                 "is expected of the built-in handler, which is not here: it is not judged", out);
}

void unsupported_tell(const struct scenario *scenario, struct buffer *out)
{
    if (scenario->given.record_count > 0)
        tell(scenario, scenario->given.records[0].place, "records",
             "are the built-in handler's, which is not here: a client knows what it has learnt itself", out);
    tell_faults(scenario, out);
    tell_steps(scenario, &scenario->steps, out);
    tell_expectations(scenario, out);
    if (scenario->handler_count > 0)
        tell(scenario, scenario->handlers[0].place, "handlers",
             "are policies of the built-in handler, which is not here: none is run", out);
}
