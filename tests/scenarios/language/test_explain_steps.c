/* SPDX-License-Identifier: Apache-2.0 */
/* What a server sends, and what it shows. */
#include "tests/scenarios/language/told.h"

static void what_the_server_sends_and_shows_is_told(void **state)
{
    static const struct row rows[] = {
        {"steps: [publish: {event: exec added, container: x, pid: 5, unknown field: yes, times: 3}]\n",
         "  line 4: first, an event is forged: exec added of x with pid 5, with a field that the API does not have, 3 times"},
        {"steps: [publish: {event: exit, container: x, code: 1, exited at: absent}]\n",
         "  line 4: first, an event is forged: exit of x with pid 0, code 1, without a time"},
        {"steps: [publish: {event: exit, container: x, exited at: {seconds: -5, nanos: 6}}]\n",
         "  line 4: first, an event is forged: exit of x with pid 0, code 0, exited -5 s and 6 ns after 1970 began"},
        {"steps: [publish: {event: exit, container: x, exec: e, namespace: moby, unfiltered: yes}]\n",
         "  line 4: first, an event is forged: exit of exec e of x with pid 0, code 0, in namespace moby, for whoever "
         "subscribes, whatever is asked for"},
        {"steps: [publish: {event: oom, container: x, damage: unknown type}]\n",
         "  line 4: first, an event is forged: oom of x with pid 0, of a type that nobody knows"},
        {"steps: [publish: {event: oom, container: x, damage: undecodable body}]\n",
         "  line 4: first, an event is forged: oom of x with pid 0, which cannot be decoded"},
        {"steps: [publish: {event: oom, container: x, damage: compressed}]\n",
         "  line 4: first, an event is forged: oom of x with pid 0, marked as compressed"},
        {"steps: [publish: {event: oom, container: x, damage: oversize}]\n",
         "  line 4: first, an event is forged: oom of x with pid 0, too long for a client to take"},
        {"steps: [publish: {bytes: \"0a0b\"}]\n", "  line 4: first, 2 bytes are sent as an event"},
        {"steps: [goaway: {last: none, then: close}]\n",
         "  line 4: first, every connection gets a GOAWAY that refuses all its streams; it closes at once"},
        {"steps: [goaway: {last: any, error: ENHANCE_YOUR_CALM, then: close}]\n",
         "  line 4: first, every connection gets a GOAWAY that refuses nothing yet, with ENHANCE_YOUR_CALM; it closes at "
         "once"},
        {"steps: [goaway: {last: even}]\n",
         "  line 4: first, every connection gets a GOAWAY that names an even stream, as none may; it closes when its "
         "streams are done"},
        {"steps: [goaway: {last: all}]\n",
         "  line 4: first, every connection gets a GOAWAY that lets its streams go on; it closes when its streams are done"},
        {"steps: [silence: {connection: all, server: answers pings}]\n",
         "  line 4: first, every connection falls silent and stays up, and its server answers nothing but PING"},
        {"steps: [silence: {stream: events}]\n",
         "  line 4: first, every stream of events falls silent and stays open, and calls are answered"},
        {"steps: [silence: {connection: all, server: only reads}]\n",
         "  line 4: first, every connection falls silent and stays up, and its server reads and answers nothing"},
        {"steps: [silence: {connection: all, server: does nothing}]\n",
         "  line 4: first, every connection falls silent and stays up, and its server does not even read"},
        {"steps: [socket: serves]\n", "  line 4: first, from now on the socket serves whoever connects"},
        {"steps: [socket: missing]\n", "  line 4: first, from now on the socket is missing"},
        {"steps: [socket: never accepts]\n", "  line 4: first, from now on the socket lets whoever connects wait"},
        {"steps: [restart: {down: 3s, socket: stays silent}]\n",
         "  line 4: first, containerd is gone for 3s, and its socket accepts whoever connects and says nothing; when it is back it "
         "knows what it knew"},
    };
    (void)state;
    CHECK(GIVEN, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_the_server_sends_and_shows_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
