/* SPDX-License-Identifier: Apache-2.0 */
/* The handler's own side in plain sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/language/explain.h"

#define GIVEN "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}]}\n"

static const struct {
    const char *written;
    const char *said;
} rows[] = {
    {"faults: [{store: put, container: web, do: fail, message: disk full}]\n",
     "  line 4: one request put to the handler's store of web fails with \"disk full\", with nothing done"},
    {"faults: [{store: load, do: fail, times: 2}]\n",
     "  line 4: 2 requests load to the handler's store fail with \"the store has failed\", with nothing done"},
    {"faults: [{store: forget, do: delay, for: 2s}]\n",
     "  line 4: one request forget to the handler's store is done and answered 2s later"},
    {"faults: [{store: put, do: hold, as: it, times: always}]\n",
     "  line 4: every request put to the handler's store is done and answered when it is released"},
    {"steps: [record: {container: a, state: running, pid: 7}]\n",
     "  line 4: first, somebody else puts a record of a into the handler's store, which says running, pid 7"},
    {"steps: [record: {container: a, state: exited, code: 1, inferred: yes, delete pending: yes}]\n",
     "  line 4: first, somebody else puts a record of a into the handler's store, which says exited, code 1, which is "
     "inferred, with its delete pending"},
    {"steps: [record: {container: web, state: none}]\n",
     "  line 4: first, somebody else removes the handler's record of web"},
    {"steps: [handler: {do: crash, down: 1s}]\n",
     "  line 4: first, the handler's process dies; its store survives, and a new one starts after 1s"},
    {"steps: [handler: {do: stop}]\n", "  line 4: first, the handler is told to stop"},
    {"steps: [handler: {do: start}]\n", "  line 4: first, the handler is told to start"},
    {"steps:\n  - ask: {operation: stop, container: web, grace: 2s, timeout: 10s, as: it}\n  - abandon: it\n",
     "  line 5: first, the owner asks the handler to stop web with a grace of 2s, and waits at most 10s (it)\n"
     "  line 6: then, the owner waits for the answer to it no longer"},
    {"steps: [ask: {operation: status, container: web}]\n",
     "  line 4: first, the owner asks the handler to tell the status of web"},
    {"steps: [{oom: {container: web}, after: {rpc: Tasks.Delete, container: web, is: answered}}]\n",
     "  line 4: as soon as Tasks.Delete of web was answered and nobody has heard it yet, the kernel reports a lack of "
     "memory in web"},
    {"steps: [{oom: {container: web}, after: {store: put, is: asked}, at: +2s}]\n",
     "  line 4: 2s after the store's put was asked for, the kernel reports a lack of memory in web"},
    {"expect: {finally: [{container: web, state: exited, reason: OOMKilled, inferred: no, delete pending: yes}]}\n",
     "  line 4: in the end: the record of web says exited, reason \"OOMKilled\", that it is not inferred, that its delete "
     "is pending (under reliable alone)"},
    {"steps: [ask: {operation: create, container: web, as: it}]\n"
     "expect: {never: [answered: {as: it, code: ABORTED, text: recovering, after: 10s}]}\n",
     "  line 5: never: the owner has got the answer to it 10s after it asked: ABORTED \"recovering\" (under reliable alone)"},
    {"steps: [ask: {operation: status, container: web, as: it}]\n"
     "expect: {never: [answered: {as: it, code: OK, state: exited, exit code: 3}]}\n",
     "  line 5: never: the owner has got the answer to it: OK, and with it a record that says exited with code 3 (under "
     "reliable alone)"},
    {"steps: [ask: {operation: status, container: web, as: it}]\n"
     "expect: {never: [answered: {as: it, state: none}]}\n",
     "  line 5: never: the owner has got the answer to it, with no record (under reliable alone)"},
    {"steps: [ask: {operation: status, container: web, as: it}]\n"
     "expect: {never: [answered: {as: it, exit code: 3}]}\n",
     "  line 5: never: the owner has got the answer to it, with a record with code 3 (under reliable alone)"},
};

static void each_thing_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {""};
        struct scenario *scenario;
        struct buffer out = BUFFER_INIT;
        char content[1024];
        char whole[512];
        (void)snprintf(content, sizeof content, GIVEN "%s", rows[i].written);
        (void)snprintf(whole, sizeof whole, "\n%s\n", rows[i].said);
        if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
            fail_msg("%s", error.text);
        assert_int_equal(scenario_explain(scenario, &out), 0);
        assert_int_equal(buffer_append(&out, "", 1), 0);
        if (strstr((const char *)out.bytes, whole) == NULL)
            fail_msg("%s\nis not in:\n%s", rows[i].said, (const char *)out.bytes);
        buffer_release(&out);
        scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
