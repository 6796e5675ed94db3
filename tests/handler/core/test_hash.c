/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play_owner.h"

static struct hash hash_after(const char *policy, const char *first, const char *then)
{
    struct play p;
    struct hash hash;
    play_begin(&p, policy);
    play_quietly(&p, first);
    play_quietly(&p, then);
    hash_init(&hash);
    monitor_hash(p.monitor, p.now_ns, &hash);
    play_end(&p);
    return hash;
}

#define LIVES                                                                                       \
    "original-with=read-whole-stream,asynchronous,no-lock,learn-from-events,journal,retry-deletes," \
    "retry-writes,park-early-exits,oom"
#define LISTS      LIVES ",relist,second-list,sweep,verify,incarnations"
#define SUBSCRIBED "record web 101 running\nrecord db 202 running\nstart\nloaded\nup\nopened\n"

/* Another history, other numbers, another time: the same state. */
static void what_can_make_no_difference_is_left_out(void **context)
{
    static const struct {
        const char *policy, *a, *b;
    } rows[] = {
        /* the time */
        {"original", "", "+5s"},
        {"basic", "", "+5s"},
        {"original", SUBSCRIBED, SUBSCRIBED "+5s"},
        /* numbers of connections and streams */
        {"original", SUBSCRIBED, SUBSCRIBED "oom web\nopened"},
        {"original", SUBSCRIBED, SUBSCRIBED "lost x\n+100ms\ntime\nup\nopened"},
        {"basic", SUBSCRIBED "ended OK", SUBSCRIBED "oom web\nended OK"},
        {"basic-without=ping", SUBSCRIBED "ended OK", SUBSCRIBED "+7s\nended OK"},
        /* what remains of a delay is the same */
        {"basic-without=ping", SUBSCRIBED "ended OK\n+50ms", SUBSCRIBED "ended OK\n+30ms\ntime\n+20ms"},
        {"basic-without=ping", SUBSCRIBED "ended OK\n+100ms", SUBSCRIBED "ended OK\n+2s"},
        /* a stream's age beyond its proof, or where it proves nothing */
        {"basic-without=ping", SUBSCRIBED "+30s", SUBSCRIBED "+31s"},
        {"basic-without=reset-on-proof,move-on-goaway,ping", SUBSCRIBED "+3s", SUBSCRIBED "+4s"},
        /* numbers of calls and writes */
        {"basic", SUBSCRIBED "exit web 101 3", SUBSCRIBED "exit db 202 4\nreply 1 UNKNOWN\nexit web 101 3"},
        {"basic", SUBSCRIBED "exit web 101 3\nreply 1 OK",
         SUBSCRIBED "exit web 101 3\nreply 1 OK\nfailed 1 x\nexit web 101 3\nreply 2 OK"},
        /* the order in which containers became what they are */
        {"basic", SUBSCRIBED "create a 1\nwritten 1\ncreate b 2\nwritten 2",
         SUBSCRIBED "create b 2\nwritten 1\ncreate a 1\nwritten 2"},
        /* how an earlier connection was lost */
        {"basic", SUBSCRIBED "lost x", SUBSCRIBED "lost y"},
        {"original", SUBSCRIBED "exit web 101 3\nreply 1 OK\nlost x", SUBSCRIBED "exit web 101 3\nreply 1 OK\nlost y"},
        /* how long a peer that is asked already was silent, and when a kind of note was told that may be told again */
        {"basic", SUBSCRIBED "ended OK\n+60s", SUBSCRIBED "ended OK\n+61s"},
        {"basic", SUBSCRIBED "exit zz 1 1\n+60s", SUBSCRIBED "exit zz 1 1\n+70s"},
        {"basic", SUBSCRIBED "+10s\ntime\npong\n+40s", SUBSCRIBED "+40s"},
        /* when the next list is due, however it came to that; and the revisions of records between lists */
        {LISTS, SUBSCRIBED "listed 1 web:running:101:0 db:running:202:0\n+5s",
         SUBSCRIBED "+5s\nlisted 1 web:running:101:0 db:running:202:0"},
        {LISTS, SUBSCRIBED "listed 1 web:running:101:0 db:running:202:0",
         SUBSCRIBED "listed 1 db:running:202:0 web:running:101:0"},
        {LISTS, SUBSCRIBED "listed 1 web:running:101:0 db:running:202:0\noom web",
         SUBSCRIBED "oom web\nlisted 1 web:running:101:0 db:running:202:0"},
        /* how often something was tried that is done */
        {LIVES, SUBSCRIBED "exit web 101 3\nwritten 1\nreply 1 OK\nwritten 2",
         SUBSCRIBED "exit web 101 3\nwritten 1\nreply 1 UNKNOWN\n+100ms\ntime\nreply 2 OK\nwritten 2"},
        {LIVES, SUBSCRIBED "create a 1\nwritten 1", SUBSCRIBED "create a 1\nfailed 1 x\n+100ms\ntime\nwritten 2\n"},
        /* a lock that has gone */
        {"original", SUBSCRIBED, SUBSCRIBED "lock web\nunlock web"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hash a = hash_after(rows[i].policy, rows[i].a, "");
        struct hash b = hash_after(rows[i].policy, rows[i].b, "");
        if (!hash_equal(&a, &b))
            fail_msg("row %zu differs", i);
    }
}

struct row {
    const char *policy, *a, *b;
};

/* More changes than one step makes. */
#define LONG_LIST                                                                                                   \
    "listed 1 c1:created:1:0 c2:created:2:0 c3:created:3:0 c4:created:4:0 c5:created:5:0 c6:created:6:0 "           \
    "c7:created:7:0 c8:created:8:0 c9:created:9:0 d1:created:11:0 d2:created:12:0 d3:created:13:0 d4:created:14:0 " \
    "d5:created:15:0 d6:created:16:0 d7:created:17:0 d8:created:18:0"

static void check_they_differ(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct hash a = hash_after(rows[i].policy, rows[i].a, "");
        struct hash b = hash_after(rows[i].policy, rows[i].b, "");
        if (hash_equal(&a, &b))
            fail_msg("row %zu is the same", i);
    }
}

static void what_can_make_a_difference_to_the_connection_is_in_it(void **context)
{
    static const struct row rows[] = {
        {"original", "", "start"},
        {"original", "start\nloaded", "start\nloaded\nup"},
        {"original", "start\nloaded\nup", "start\nloaded\nup\nopened"},
        {"original", SUBSCRIBED, SUBSCRIBED "draining"},
        {"original", SUBSCRIBED, SUBSCRIBED "ended OK"},
        /* what remains of a delay, and how many delays there were */
        {"original", SUBSCRIBED "ended OK", SUBSCRIBED "ended OK\n+1ms"},
        {"basic", SUBSCRIBED "ended OK\n+100ms\ntime\nopened", SUBSCRIBED},
        /* a stream's age where it is on its way to a proof */
        {"basic", SUBSCRIBED "+29s", SUBSCRIBED "+30s"},
        /* how long the peer was silent, and whether it is asked */
        {"basic", SUBSCRIBED, SUBSCRIBED "+1s"},
        {"basic", SUBSCRIBED "+40s", SUBSCRIBED "+40s\ntime"},
        {"basic", SUBSCRIBED "+40s\ntime", SUBSCRIBED "+40s\ntime\n+1s"},
        /* that the monitor has moved */
        {"basic", SUBSCRIBED, SUBSCRIBED "draining\ntime\nup\nopened"},
        /* that the server goes away, and how long it is waited for */
        {"basic", SUBSCRIBED "draining", SUBSCRIBED "draining\nlost x\nup\nopened"},
        {"basic", SUBSCRIBED "exit web 101 3\n+2ms\ndraining", SUBSCRIBED "exit web 101 3\n+1ms\ndraining\n+1ms"},
        /* what was noted and may not be noted again yet, and how much of it there was */
        {"basic-without=ping", SUBSCRIBED "+40s", SUBSCRIBED "+40s\nexit zz 1 1"},
        {"basic-without=ping", SUBSCRIBED "+40s\nexit zz 1 1", SUBSCRIBED "+40s\nunreadable x"},
        {"basic-without=ping", SUBSCRIBED "exit zz 1 1\n+40s", SUBSCRIBED "exit zz 1 1\n+41s"},
        {"basic", SUBSCRIBED "exit zz 1 1\nexit zz 1 1", SUBSCRIBED "exit zz 1 1\nexit zz 1 1\nexit zz 1 1"},
    };
    (void)context;
    check_they_differ(rows, sizeof rows / sizeof rows[0]);
}

static void what_can_make_a_difference_to_the_records_is_in_it(void **context)
{
    static const struct row rows[] = {
        /* the records */
        {"original", "record web 101 running\nstart\nloaded", "record web 102 running\nstart\nloaded"},
        {"original", "record web 101 running\nstart\nloaded", "record web 101 created\nstart\nloaded"},
        {"original", "record web 101 running\nstart\nloaded", "record wep 101 running\nstart\nloaded"},
        /* what is under way: whose, with what status, and how far */
        {"basic", SUBSCRIBED "exit web 101 3", SUBSCRIBED "exit db 202 3"},
        {"basic", SUBSCRIBED "exit web 101 3", SUBSCRIBED "exit web 101 4"},
        {"basic", SUBSCRIBED "exit web 101 3", SUBSCRIBED "exit web 101 3\nreply 1 OK"},
        {"basic", SUBSCRIBED "exit web 101 3\nreply 1 OK", SUBSCRIBED "exit web 101 4\nreply 1 OK"},
        {"basic", SUBSCRIBED "exit web 101 3\nexit db 202 3", SUBSCRIBED "exit db 202 3\nexit web 101 3"},
        {"basic", SUBSCRIBED "create a 1\ncreate b 2\nwritten 1", SUBSCRIBED "create a 1\ncreate b 2\nwritten 2"},
        {"basic", SUBSCRIBED "create a 1\nwritten 1\nstarted a 1", SUBSCRIBED "create a 1\nstarted a 1\nwritten 2"},
        /* whether the counters said that it was no lack of memory, or nothing */
        {LIVES, SUBSCRIBED "exit web 101 137\nkills 1 0", SUBSCRIBED "exit web 101 137\nreply 1 NOT_FOUND"},
        /* what waits, and in which order */
        {"original-with=read-whole-stream", SUBSCRIBED "exit web 101 3", SUBSCRIBED "exit web 101 3\noom web"},
        {"original-with=read-whole-stream", SUBSCRIBED "exit web 101 3\noom web\noom db",
         SUBSCRIBED "exit web 101 3\noom db\noom web"},
        /* a doubt, and how old it is */
        {LISTS, SUBSCRIBED "exit web 101 3", SUBSCRIBED "exit web 0 3"},
        {LISTS, SUBSCRIBED "exit web 101 3\n+1s\ngot 2 running 101 0",
         SUBSCRIBED "+1s\nexit web 101 3\ngot 2 running 101 0"},
        {LISTS, SUBSCRIBED "listed 1 db:running:202:0\ngot 2 stopped 101 3",
         SUBSCRIBED "listed 1 db:running:202:0\ngot 2 unknown 0 0"},
        /* whether a list has told the end that is being written, or lacked its task */
        {LISTS, SUBSCRIBED "main web 101 3\nlisted 1 web:stopped:101:3 db:running:202:0",
         SUBSCRIBED "main web 101 3\nlisted 1 web:running:101:0 db:running:202:0"},
        {LISTS, SUBSCRIBED "main web 101 3\nlisted 1 db:running:202:0",
         SUBSCRIBED "main web 101 3\nlisted 1 web:running:101:0 db:running:202:0"},
        /* whether another end was told of the process in doubt */
        {LISTS, SUBSCRIBED "exit web 101 3\nexit web 101 4", SUBSCRIBED "exit web 101 3\nexit web 101 3"},
        /* how long ago an OOM was told, which the next list has to show to be survived */
        {LISTS, SUBSCRIBED "oom web\n+2s", SUBSCRIBED "+2s\noom web"},
        /* what failed and will be tried again, and when */
        {LIVES, SUBSCRIBED "exit web 101 3\nwritten 1\nreply 1 UNKNOWN\n+100ms\ntime",
         SUBSCRIBED "exit web 101 3\nwritten 1\n+100ms"},
        {LIVES, SUBSCRIBED "exit web 101 3\nwritten 1\nreply 1 UNKNOWN",
         SUBSCRIBED "exit web 101 3\nwritten 1\nreply 1 UNKNOWN\n+1ms"},
        {LIVES, SUBSCRIBED "create a 1\nfailed 1 x", SUBSCRIBED "create a 1\nwritten 1"},
        {LIVES, SUBSCRIBED "create a 1\nfailed 1 x", SUBSCRIBED "create a 1\nfailed 1 x\n+1ms"},
        /* what is parked, and that an OOM was told */
        {LIVES, SUBSCRIBED "exit a 1 3", SUBSCRIBED},
        {LIVES, SUBSCRIBED "exit a 1 3", SUBSCRIBED "exit a 1 4"},
        {LIVES, SUBSCRIBED "exit a 1 3", SUBSCRIBED "exit a 1 3\n+1ms"},
        {LIVES, SUBSCRIBED "oom web", SUBSCRIBED "oom db"},
        {LIVES, SUBSCRIBED "oom web\n+5s\noom db", SUBSCRIBED "oom db\n+5s\noom web"},
        /* which records are locked, and an exit that waits for that to end */
        {"original", SUBSCRIBED, SUBSCRIBED "lock web"},
        {"original", SUBSCRIBED "lock web\nexit web 101 3", SUBSCRIBED "lock web\nexit web 101 4"},
        {"original", SUBSCRIBED "exit web 101 3\nlock web\nreply 1 OK",
         SUBSCRIBED "exit web 101 4\nlock web\nreply 1 OK"},
    };
    (void)context;
    check_they_differ(rows, sizeof rows / sizeof rows[0]);
}

static void what_can_make_a_difference_to_the_lists_is_in_it(void **context)
{
    static const struct row rows[] = {
        /* how far a list is, what it found, and what changed since it was asked for */
        {LISTS, SUBSCRIBED, SUBSCRIBED "listed 1 web:running:101:0 db:running:202:0"},
        {LISTS, SUBSCRIBED "listed 1 web:running:101:0 db:running:202:0",
         SUBSCRIBED "listed 1 web:running:101:0 db:running:202:0\n+1ms"},
        {LISTS, SUBSCRIBED "reply 1 UNKNOWN\n+100ms\ntime", SUBSCRIBED "reply 1 UNKNOWN\n+100ms"},
        {LISTS, SUBSCRIBED "reply 1 UNKNOWN\n+100ms\ntime", SUBSCRIBED "+100ms"},
        {LISTS, "record web 101 running\nstart\nloaded\nup\nopened\ncreate a 1\nwritten 1",
         "record web 101 running\nrecord a 1 created\nstart\nloaded\nup\nopened\noom web"},
        /* that the last one hung, also while there is no stream, and whether the server has spoken since */
        {LISTS, SUBSCRIBED "reply 1 UNAVAILABLE\nended OK", SUBSCRIBED "reply 1 DEADLINE_EXCEEDED\nended OK"},
        {LISTS, SUBSCRIBED "other\nreply 1 DEADLINE_EXCEEDED\n+100ms\ntime",
         SUBSCRIBED "other\nreply 1 DEADLINE_EXCEEDED\n+100ms\ntime\nother"},
        /* and how much time it has */
        {LISTS, SUBSCRIBED "other\nreply 1 DEADLINE_EXCEEDED\n+100ms\ntime\nother\nreply 2 UNAVAILABLE\nended OK",
         SUBSCRIBED "other\nreply 1 DEADLINE_EXCEEDED\n+100ms\ntime\nother\nreply 2 DEADLINE_EXCEEDED\n"
                    "got 3 running 202 0\ngot 4 running 101 0\n+200ms\ntime\nreply 5 UNAVAILABLE\nended OK"},
        /* what is still to be compared of it */
        {LISTS, SUBSCRIBED LONG_LIST, SUBSCRIBED LONG_LIST " zz:created:99:0"},
        {LISTS, SUBSCRIBED LONG_LIST " zz:created:99:0", SUBSCRIBED LONG_LIST " zz:created:98:0"},
        {LISTS, SUBSCRIBED LONG_LIST " zz:created:99:0", SUBSCRIBED LONG_LIST " zz:running:99:0"},
        {LISTS, SUBSCRIBED LONG_LIST " zz:stopped:99:0", SUBSCRIBED LONG_LIST " zz:stopped:99:1"},
    };
    (void)context;
    check_they_differ(rows, sizeof rows / sizeof rows[0]);
}

static struct hash hash_while_writing(const char *process_id)
{
    struct monitor_event event;
    struct hash hash;
    struct play p;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    assert_true(play_read(&p, "exit web 101 3", &event));
    event.task.process_id = text_of(process_id);
    play_step(&p, &event);
    play_quietly(&p, "reply 1 OK");
    hash_init(&hash);
    monitor_hash(p.monitor, p.now_ns, &hash);
    play_end(&p);
    return hash;
}

/* The same record is written, but what a note would say of a failed write differs. */
static void the_event_behind_a_write_is_in_it(void **context)
{
    struct hash a = hash_while_writing("web");
    struct hash b = hash_while_writing("");
    struct hash again = hash_while_writing("web");
    (void)context;
    assert_false(hash_equal(&a, &b));
    assert_true(hash_equal(&a, &again));
}

/* Of two writes of one record that say the same, the last is the one that a clean-up waits for. */
static void whether_it_is_the_last_write_that_is_left_is_in_it(void **context)
{
#define WRITTEN_TWICE SUBSCRIBED "create a 1\nremoved a\ncreate a 1\n"
    struct hash first_left = hash_after("basic", WRITTEN_TWICE "written 2", "");
    struct hash last_left = hash_after("basic", WRITTEN_TWICE "written 1", "");
#undef WRITTEN_TWICE
    (void)context;
    assert_false(hash_equal(&first_left, &last_left));
}

static struct hash hash_with_owner(const char *script)
{
    struct hash hash;
    struct play p;
    play_begin(&p, "unlisted");
    play_subscribe(&p, "record web 101 running");
    owner_play_quietly(&p, script);
    hash_init(&hash);
    monitor_hash(p.monitor, p.now_ns, &hash);
    play_end(&p);
    return hash;
}

/* A second stop sends no second signal to the same process, but one to that of the next life. */
static void whether_this_process_was_signalled_is_in_it(void **context)
{
#define NEXT_LIFE \
    "exit web 101 143\nwritten 1\nreply %u OK\nwritten 2\ncreate web 102\nwritten 3\nstarted web 102\nwritten 4"
    static const char stop[] = "ask 1 stop web 10\nreply 1 OK\nabandon 1\n";
    struct hash before, after, never;
    char script[512];
    (void)context;
    (void)snprintf(script, sizeof script, NEXT_LIFE, 1U);
    never = hash_with_owner(script);
    (void)snprintf(script, sizeof script, "%s" NEXT_LIFE, stop, 2U);
    before = hash_with_owner(script);
    (void)snprintf(script, sizeof script, NEXT_LIFE "\nask 1 stop web 10\nreply 2 OK\nabandon 1", 1U);
    after = hash_with_owner(script);
#undef NEXT_LIFE
    assert_true(hash_equal(&never, &before));
    assert_false(hash_equal(&never, &after));
}

static struct hash hash_of_options(const struct monitor_options *options)
{
    struct monitor *monitor = NULL;
    struct hash hash;
    assert_int_equal(monitor_new(&monitor, options), 0);
    hash_init(&hash);
    monitor_hash(monitor, 0, &hash);
    monitor_free(monitor);
    return hash;
}

static void the_options_are_in_it(void **context)
{
    const struct monitor_options rows[] = {
        {.policy = POLICY_ORIGINAL},       {.policy = POLICY_RELIABLE},
        {.name_space = text_of("k8s.io")}, {.backoff = {1, 0, 0, false}},
        {.backoff = {1, 2, 0, false}},     {.backoff = {1, 2, 3, false}},
        {.backoff = {1, 2, 3, true}},      {.backoff = {1, 2, 3, true}, .seed = 1},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < i; j++) {
            struct hash a = hash_of_options(&rows[i]);
            struct hash b = hash_of_options(&rows[j]);
            assert_false(hash_equal(&a, &b));
        }
    }
}

/* A seed that is never read makes no difference. */
static void the_seed_counts_only_with_jitter(void **context)
{
    const struct monitor_options one = {.seed = 1};
    const struct monitor_options other = {.seed = 2};
    struct hash a = hash_of_options(&one);
    struct hash b = hash_of_options(&other);
    (void)context;
    assert_true(hash_equal(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_make_no_difference_is_left_out),
        cmocka_unit_test(what_can_make_a_difference_to_the_connection_is_in_it),
        cmocka_unit_test(what_can_make_a_difference_to_the_records_is_in_it),
        cmocka_unit_test(what_can_make_a_difference_to_the_lists_is_in_it),
        cmocka_unit_test(the_event_behind_a_write_is_in_it),
        cmocka_unit_test(whether_it_is_the_last_write_that_is_left_is_in_it),
        cmocka_unit_test(whether_this_process_was_signalled_is_in_it),
        cmocka_unit_test(the_options_are_in_it),
        cmocka_unit_test(the_seed_counts_only_with_jitter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
