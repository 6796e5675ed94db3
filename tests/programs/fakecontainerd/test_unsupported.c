/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/fakecontainerd/unsupported.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD    "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}]}\n"
#define HANDLER "` is done to the built-in handler, which is not here: it is left out\n"
#define CLIENT  "` is done by the built-in client, which is not here: it is left out\n"
#define JUDGED  "` is expected of the built-in handler, which is not here: it is not judged\n"

static void each_thing_that_needs_what_is_not_here_is_told_with_its_place(void **state)
{
    static const struct {
        const char *content;
        const char *told;
    } rows[] = {
        {HEAD "steps:\n  - exit: {container: web, code: 0}\n", ""},
        {HEAD "steps:\n  - lock: {container: web}\n  - any order:\n    - unlock: {container: web}\n",
         "s.yaml:5: `lock" HANDLER "s.yaml:7: `unlock" HANDLER},
        {HEAD "faults:\n  - {store: put, do: fail}\nsteps:\n  - {advance: 0s, after: {store: put, is: asked}}\n"
              "  - handler: {do: stop}\n",
         "s.yaml:5: `store` is the built-in handler's, which is not here: nothing comes to it\n"
         "s.yaml:7: `advance` waits for the store of the built-in handler, which is not here: it never happens\n"
         "s.yaml:8: `handler" HANDLER},
        {HEAD "steps:\n  - call: {rpc: Events.Subscribe, as: s}\n  - answered: {call: s, nothing: yet}\n"
              "  - heard: {by: s, events: []}\nhandlers: none\n",
         "s.yaml:5: `call" CLIENT "s.yaml:6: `answered" CLIENT "s.yaml:7: `heard" CLIENT},
        {HEAD "expect:\n  within: 1s\n  always:\n    - streams: {open: 1}\n    - streams: {open: 1}\n  finally:\n"
              "    - streams: {open: 1}\n  never:\n    - streams: {open: 1}\n  sometimes:\n    - streams: {open: 1}\n",
         "s.yaml:7: `always" JUDGED "s.yaml:10: `finally" JUDGED "s.yaml:12: `never" JUDGED
         "s.yaml:14: `sometimes" JUDGED},
        {"title: t\nwhy: w\ngiven:\n  records:\n    - {id: web, state: running}\n",
         "s.yaml:5: `records` are the built-in handler's, which is not here: a client knows what it has learnt itself\n"},
        {HEAD "handlers:\n  - {policy: original, breaks: []}\n",
         "s.yaml:5: `handlers` are policies of the built-in handler, which is not here: none is run\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {""};
        struct buffer out = BUFFER_INIT;
        struct scenario *scenario;
        if (scenario_parse(&scenario, text_of("s.yaml"), text_of(rows[i].content), &error) != 0)
            fail_msg("%s", error.text);
        unsupported_tell(scenario, &out);
        assert_int_equal(buffer_append(&out, "", 1), 0);
        assert_string_equal((const char *)out.bytes, rows[i].told);
        buffer_release(&out);
        scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thing_that_needs_what_is_not_here_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
