/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play_owner.h"

/* Each container has its own delays. */

#define RETRYING "unlisted-without=ping,oom"

/* web and db: an exit is recorded, and the Delete fails three times; job's exit cannot be written. */
static void fail_all(struct play *p)
{
    play_subscribe(p, "record web 101 running\nrecord db 202 running\nrecord job 303 running");
    play_quietly(p, "exit web 101 3\nwritten 1\nexit db 202 4\nwritten 2\nexit job 303 5");
    play_quietly(p, "reply 1 UNAVAILABLE x\nreply 2 UNAVAILABLE x\nfailed 3 full\n+100ms\ntime");
    play_quietly(p, "reply 3 UNAVAILABLE x\nreply 4 UNAVAILABLE x\nfailed 4 full\n+200ms\ntime");
    play_quietly(p, "reply 5 UNAVAILABLE x\nreply 6 UNAVAILABLE x\nfailed 5 full");
}

static void what_fails_is_tried_again_at_its_own_time(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, RETRYING);
    fail_all(&p);
    play(&p, "+399ms\ntime\n+1ms\ntime");
    play_expect(&p, "+399ms\n> time\n+1ms\n> time\n  call 7 Tasks.Delete db timeout 10s\n"
                    "  put 6 job EXITED code 5\n  call 8 Tasks.Delete web timeout 10s\n");
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_end(&p);
}

/* Also what waits for the store, and the delays begin anew; a status hurries nothing. */
static void an_operation_hurries_its_own_container_and_no_other(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, RETRYING);
    fail_all(&p);
    owner_play(&p, "ask 1 status web\nask 2 remove web\nask 3 stop job 5\nfailed 6 full");
    play_expect(&p, "> status web (1)\n  answer status web (1) OK\n"
                    "> remove web (2)\n  call 7 Tasks.Delete web timeout 10s\n"
                    "> stop job (3)\n  put 6 job EXITED code 5\n"
                    "> write 6 failed \"full\"\n  note store-failed job INTERNAL \"full\"; next try in 100ms\n");
    play_end(&p);
}

static void a_new_connection_hurries_them_all(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, RETRYING);
    fail_all(&p);
    play_quietly(&p, "lost gone\n+100ms\ntime");
    play(&p, "up");
    play_expect(&p, "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
                    "  call 7 Tasks.Delete db timeout 10s\n  put 6 job EXITED code 5\n"
                    "  call 8 Tasks.Delete web timeout 10s\n");
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fails_is_tried_again_at_its_own_time),
        cmocka_unit_test(an_operation_hurries_its_own_container_and_no_other),
        cmocka_unit_test(a_new_connection_hurries_them_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
