/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_POLICY_H
#define HANDLER_CORE_POLICY_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/*
 * A policy is a set of named switches, each one cure of the 2017 monitor. `original` has none, `reliable` all that are
 * built. "reliable-without=a,b" and "original-with=a,b" name the sets between.
 */
#define POLICY_LIST(X)                                                                                             \
    X(POLICY_READ_WHOLE_STREAM, "read-whole-stream", "read a stream until it ends, not one event of it")           \
    X(POLICY_CANCEL_ABANDONED, "cancel-abandoned", "cancel a stream before it is replaced")                        \
    X(POLICY_RESET_ON_PROOF, "reset-on-proof",                                                                     \
      "reset the backoff after a message or 30 s, not when a stream is opened")                                    \
    X(POLICY_LEARN_FROM_EVENTS, "learn-from-events", "make records from create and start events")                  \
    X(POLICY_ASYNCHRONOUS, "asynchronous", "go on reading while a call or a write is under way")                   \
    X(POLICY_NOT_FOUND_BY_CODE, "not-found-by-code",                                                               \
      "take the code NOT_FOUND for a container that is gone, not one wording only")                                \
    X(POLICY_DELETE_DEADLINE, "delete-deadline", "give up a Delete that is not answered within 10 s")              \
    X(POLICY_MODERN_TRANSPORT, "modern-transport",                                                                 \
      "speak gRPC as it is today: large windows, credit given back for what is not read, ends told by "            \
      "their own codes")                                                                                           \
    X(POLICY_NO_LOCK, "no-lock", "handle the exit of a container whose record is locked by a slow start")          \
    X(POLICY_PING, "ping", "ask a silent peer whether it is there, and leave a connection with nobody behind it")  \
    X(POLICY_MOVE_ON_GOAWAY, "move-on-goaway",                                                                     \
      "leave a connection that takes no new calls for another, when what came with that is heard")                 \
    X(POLICY_SKIP_UNREADABLE, "skip-unreadable",                                                                   \
      "skip a message that cannot be read, and tell of what is of no use with its number, once a minute")          \
    X(POLICY_RETRY_DELETES, "retry-deletes", "ask for a Delete that failed again, until the task is gone")         \
    X(POLICY_RETRY_WRITES, "retry-writes", "make a write that failed again, until it is made")                     \
    X(POLICY_RETRY_LOAD, "retry-load", "ask again for records that could not be read, and not go on without them") \
    X(POLICY_JOURNAL, "journal",                                                                                   \
      "record the exit before its task is deleted, and remember what is still to be deleted")                      \
    X(POLICY_ERROR_TABLE, "error-table", "tell gone, busy and refused by a table of codes and texts")              \
    X(POLICY_RELIST, "relist", "list the tasks after each subscription, and find what was told to nobody")         \
    X(POLICY_SECOND_LIST, "second-list", "list once more, for what fell before the subscription was registered")   \
    X(POLICY_SWEEP, "sweep", "list every 60 s, for what the server itself has lost")                               \
    X(POLICY_VERIFY, "verify", "ask for the task before a doubtful exit or an absence from a list is believed")    \
    X(POLICY_INFER_VANISHED, "infer-vanished", "end a container whose task is gone and whose end nobody told")     \
    X(POLICY_REFINE_INFERRED, "refine-inferred", "let a real exit take the place of an inferred one, once")        \
    X(POLICY_INCARNATIONS, "incarnations", "tell the lives of an id apart, and end one before the next begins")    \
    X(POLICY_PARK_EARLY_EXITS, "park-early-exits", "keep an exit that comes before its container is known")        \
    X(POLICY_GUARD_TIMESTAMPS, "guard-timestamps",                                                                 \
      "record no time that cannot be, and that it has finished beside the time")                                   \
    X(POLICY_OOM, "oom", "say why a container has ended, and whether for want of memory")                          \
    X(POLICY_KICK_RETRIES, "kick-retries",                                                                         \
      "try again at once what had failed when a connection is made or the owner asks")                             \
    X(POLICY_HOLD_OPERATIONS, "hold-operations",                                                                   \
      "let the owner's operations wait until the monitor has caught up with the server")                           \
    X(POLICY_VERIFY_START, "verify-start",                                                                         \
      "ask the server what came of a Create or Start that failed or was not answered")                             \
    X(POLICY_KILL_CREATED, "kill-created", "kill a task that is not to start any more before its Delete")          \
    X(POLICY_AWAIT_EXIT, "await-exit",                                                                             \
      "wait for the exit of a process that cannot be killed because it is over, and then ask the server")          \
    X(POLICY_STOP_ONCE, "stop-once",                                                                               \
      "ask a process to end once, however often it is to be stopped, and leave it alone when nobody waits")        \
    X(POLICY_ONE_DELETER, "one-deleter", "stop with SIGKILL and leave the Delete to who handles the exit")

enum policy_switch {
#define POLICY_ENUMERATOR(name, text, sentence) name,
    POLICY_LIST(POLICY_ENUMERATOR)
#undef POLICY_ENUMERATOR
        POLICY_SWITCH_COUNT
};

typedef uint64_t policy_switches; /* bit i: enum policy_switch i is on */

#define POLICY_ORIGINAL ((policy_switches)0)
#define POLICY_RELIABLE (((policy_switches)1 << POLICY_SWITCH_COUNT) - 1)

/* Reads a policy's name. 0, or ERROR_INVALID with a sentence that names the nearest spelling or the policies there are.
 */
int policy_parse(struct text name, policy_switches *ret_policy, struct error *error);

static inline int policy_has(policy_switches policy, enum policy_switch one)
{
    return (policy >> one & 1) != 0;
}

/* The switch's name and what it does, each one sentence part. */
const char *policy_switch_name(enum policy_switch one);
const char *policy_switch_sentence(enum policy_switch one);

#endif
