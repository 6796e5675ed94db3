/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/fakecontainerd/awaited.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD   "title: t\nwhy: w\ngiven:\n  namespace: moby\n  containers:\n"
#define AWAITS "fakecontainerd: the clock waits until clients have made in namespace moby: "
#define LACKS  "fakecontainerd: the scenario gives no container "
#define NOT    ", so the clock does not wait for it\n"

static void what_is_given_is_awaited_and_what_is_not_is_told(void **state)
{
    static const struct {
        const char *content;
        const char *list;
        const char *told;
    } rows[] = {
        {HEAD "    - {id: web, pid: 1}\n", "web", AWAITS "web\n"},
        {HEAD "    - {id: web, pid: 1}\n    - {id: db, state: none}\n", "db,web", AWAITS "db, web\n"},
        {HEAD "    - {id: web, pid: 1, execs: [{id: a, pid: 2}, {id: b, pid: 3}]}\n    - {id: db, pid: 4}\n", "web,db",
         AWAITS "web, exec a of web, exec b of web, db\n"},
        {HEAD "    - {id: web, pid: 1}\n", "wbe", LACKS "wbe" NOT},
        {HEAD "    - {id: web, pid: 1}\n", "job,web,one", AWAITS "web\n" LACKS "job" NOT LACKS "one" NOT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {""};
        struct buffer out = BUFFER_INIT;
        struct scenario *scenario;
        struct names *names;
        if (scenario_parse(&scenario, text_of("s.yaml"), text_of(rows[i].content), &error) != 0)
            fail_msg("%s", error.text);
        assert_int_equal(names_new(&names, text_of(rows[i].list), text_of("moby"), &error), 0);
        awaited_tell(scenario, names, &out);
        assert_int_equal(buffer_append(&out, "", 1), 0);
        assert_string_equal((const char *)out.bytes, rows[i].told);
        buffer_release(&out);
        names_free(names);
        scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_is_awaited_and_what_is_not_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
