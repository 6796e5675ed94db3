/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LEDGER_H
#define HARNESS_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/text.h"
#include "fakecontainerd/core/fake.h"
#include "handler/core/monitor.h"
#include "scenarios/language/scenario.h"

/*
 * What is true of each container of a scenario, beside what the handler believes: kept for the promises, which compare
 * the two.
 */
struct subject {
    struct text id; /* the scenario's */
    bool exited;    /* its init process has ended in this life */
    uint32_t exit_status;
    bool finished_before; /* the record was finished before that, by a failed start say, and keeps that code */
    int32_t finished_code;
    bool kept_finished; /* in the store from which the handler starts or starts again, while it has not read that */
    bool told;          /* the handler has heard of this exit with its code */
    int64_t told_at_ns; /* TIME_NEVER: that is stored, and does not age */
    bool told_by_event; /* what is only shown is asked for again before it is believed */
    bool told_else;     /* it has heard of another code instead */
    uint32_t else_status;
    bool else_first;      /* before the real one was known: a code that was told stays */
    bool deleted;         /* the handler's Delete of the task that exited has reached the server */
    bool told_when_asked; /* it had heard of the exit when it asked for its latest Delete */
    bool told_in_time;    /* and for that by which the task went: what came since it cannot have stored before */
    bool disowned;        /* its owner has taken the record away */
    uint32_t removes;     /* that its owner has asked the handler for, and which may be under way */
    bool removing;        /* one of them was done in this step of the handler */
    bool leaving;         /* one was asked for in this life, and not refused */
    bool left;            /* or was under way, when the latest Delete was asked for: how it ends is nobody's question */
    uint32_t starts;      /* as removes */
    bool start_asked;     /* one was asked for in this life, by its owner or of the server */
    bool removed;         /* and the record went before its task ever ran */
    bool orphaned;        /* the task of this life was left there by somebody else, or has lost its shim */
    bool shim_is_dead;    /* and the latter so */
    uint64_t get_call_id; /* the question for its task that was asked last; no part of the fingerprint */
    bool silent;          /* the last answer to that says UNAVAILABLE */
    int64_t silent_since_ns; /* and so does every one since then */
    bool given_up;           /* and for so long that it counts as ended, though it lives */
    int64_t shim_died_at_ns;
    bool excused;  /* the story has Delete refused for good */
    bool unspoken; /* the story has the server say nothing of its task, whoever asks, for ever */
    bool refused;  /* and so the handler was answered in this life: that the task stays says nothing of it */
    uint64_t delete_call_id;
    uint32_t kills;       /* by SIGKILL that this process of the handler has asked for in this life, counted to
                             MONITOR_KILLS_MAX */
    bool owed;            /* the exit of the life before was not recorded when this one began */
    uint32_t owed_status; /* or of one before that */
    bool owed_told;       /* and the handler has heard of that code */
    uint32_t owed_pid;    /* whose it was */
    bool owed_told_else;  /* the handler has heard of another code of it before it heard of that */
    uint32_t owed_else_status;
    bool owed_if_told; /* nor was it, and it has the same pid: nobody can know of it before it is told */
    bool may_be_owed;  /* nor may it have been stored when the handler crashed */
    bool has_last;     /* there was a life before, which ended so */
    uint32_t last_status;
    bool last_told;
    bool last_told_else; /* the handler has heard of another code of it, as of the present life above */
    uint32_t last_else_status;
    bool last_deleted;
    bool last_told_in_time;
    uint32_t last_pid;
    uint32_t pid_before; /* of the life before that */
    bool last_aware;     /* the handler knew of the last life while that was the present one */
    /* Else what is told of it behind the end of this one may be of a life after it: nobody can say who hears both. */
    bool last_recorded; /* the end of the last life was in the handler's record, with its code */
    bool late_beginning;
    bool late_end;
    bool put_asked;       /* this process has asked the store to keep a record of it */
    uint64_t put_id;      /* the latest write, while the store has not answered; no part of the fingerprint */
    uint64_t forget_id;   /* by which a record leaves the store whose owner has had it removed, while nothing was put
                             since and the store has not answered; no part of the fingerprint */
    bool paid;            /* the owner has been told of it in this step of the handler */
    uint32_t lives;       /* tasks made for this id so far */
    uint32_t pid;         /* of the present life's init process; 0 where that is not known */
    int64_t exited_at_ns; /* by the server's wall clock; 0 where nothing has ended yet */
    bool same_pid;   /* this life has the pid of the last: only its creation or its start tells that it is another */
    bool twin;       /* and it began no later than that ended: what is told of one fits both */
    bool indistinct; /* and it has ended no later than that either */
    uint64_t echoes; /* the codes, modulo 64, with which such a one is said to have ended and has not */
    int64_t last_exited_at_ns;
    bool begun; /* by a step, after what was given */
    bool aware; /* the handler has had a record of this life, or has heard of it: before that it can lose nothing */
    bool named; /* its pid was told to the handler that runs, by whatever */
    bool met;   /* or it was shown the process of this life when it asked */
    bool begun_told; /* its creation or its start was heard: who has a record may ask whose that is before it believes
                        it */
    int64_t begun_told_at_ns;
    bool begun_behind;           /* and so it was once its end had been recorded */
    uint64_t incarnation_before; /* of the record when this life began */
    bool unforeseen;             /* its last Delete was for a task that had ended, as far as it could know */
    /* What is due, and what may not be done: of this life. */
    int64_t began_at_ns; /* by the server's wall clock */
    int64_t exit_due_ns; /* the exit that was told has to be on its way into the store; TIME_NEVER: none was */
    bool oom_told;       /* that it was killed for want of memory was told or counted, by whichever life's clock */
    bool last_oom_told;  /* or of the life before */
    bool oom_due;        /* and so that the handler which runs has to record it */
    bool counted;        /* an answer has told the handler its counters */
    bool says_oom;       /* the handler's record, after its last step: what is kept once more is no news */
    int64_t oom_told_at_ns;
    uint64_t metrics_call_id;
    uint64_t end_call_id;        /* the signal by which its process was asked to end */
    bool end_asked;              /* it was, by the handler that runs */
    bool end_heard;              /* and that was answered with OK */
    bool asked_twice;            /* and it was asked again */
    bool doubted;                /* the server was asked for it: that takes its time */
    bool exit_put;               /* its end is on its way into the store, or there */
    bool ended_before_stream;    /* it had ended when the stream was opened that the handler reads */
    bool said_to_run;            /* and the last answer since then says that it runs: so the story has it */
    int64_t delete_failed_at_ns; /* the latest Delete has failed then; 0: it has not */
    int64_t delete_wait_ns;      /* how long that was waited for */
    int64_t hurried_wait_ns;     /* the wait before the latest Delete was not long enough after this one; 0: it was */
    bool misled;                 /* the story has told the handler of a life that there never was, or seems to have */
    /* The handler's record after its last step, and in which life the record was finished. */
    bool known;
    enum container_state state;
    uint32_t shown_pid;
    int64_t shown_at_ns; /* when the record says that it was created */
    int64_t finished_at_ns;
    int32_t exit_code;
    bool inferred;
    uint64_t incarnation;
    uint32_t finishes; /* lives of which the handler has recorded the end */
    uint32_t finished_life;
    bool finished_aware;   /* and the handler knew of that life then */
    bool settled_and_gone; /* the exit was recorded before the record left the handler */
    /* What the store holds in the end. */
    bool stored;
    bool stored_exited;
    int32_t stored_code;
    bool stored_inferred;
    /* What the handler's last step did to it. */
    bool became_exited;
    bool became_other; /* was exited and is not any more, or has another time or code */
    bool rewritten;    /* and that in the record of the same life */
    bool became_gone;  /* the record has left, and nobody has asked for that */
};

struct ledger {
    struct subject *subjects;
    size_t count;
    struct text name_space;       /* where all of them are */
    bool clock_jumped;            /* the server's clock has been set: no times tell which of two lives was first */
    bool runs;                    /* the handler has been started and neither stopped nor crashed since */
    bool loads;                   /* and waits for its records */
    bool learns;                  /* the policy makes records from events */
    bool asks;                    /* and tells lives apart, by asking where it has a record */
    int64_t undisturbed_since_ns; /* since when the handler has had one stream and no answer that says anything else
                                     of a task whose shim is dead */
    bool follows;                 /* a stream is open, as the handler has heard */
    uint64_t connection_id;       /* of the one that it has asked for last; no part of the fingerprint */
    int64_t due_ns;               /* the first that is due of all subjects, or before that */
    int64_t list_asked_at_ns;
    uint64_t list_call_id; /* the list that the handler waits for; what comes when its subscription is over is late */
    /* Of the last look; another one is needed only where something may have come of it since. */
    uint64_t revision;
    bool is_stale;
    bool has_changes; /* some subject became something */
};

/* One subject for each container that is given or created by a step. 0 or ERROR_NO_MEMORY. */
int ledger_init(struct ledger *ledger, const struct scenario *scenario, policy_switches switches);
void ledger_release(struct ledger *ledger);

/* *to, of the same scenario, becomes what *from is. */
void ledger_copy(struct ledger *to, const struct ledger *from);

/* Adds what the promises will look at, beside what the monitor's own state says. */
void ledger_hash(const struct ledger *ledger, int64_t now_ns, struct hash *hash);

/* True where the subject's last exit is in its record, or nobody can ask for that: it has not exited, or the handler
 * was never aware of that life or cannot tell it from the last, or its owner took the record away. An inferred code
 * will do where the handler never heard the real one. */
bool ledger_settled(const struct ledger *ledger, const struct subject *subject);

/* True where one of the last two lives had the pid of the present one. */
bool ledger_had_pid(const struct subject *subject);

/* The same, and the handler's record may be of that one: no pid tells it of the present life. */
bool ledger_seems_old(const struct subject *subject);

/* True where the present life cannot be told from another one that ended with that code, as was said. */
bool ledger_is_echo(const struct subject *subject, int32_t code);

/* True where the life before, which ended with that code, was told whole and for the first time behind the end of the
 * present one; or what was told there begins as either, with their one pid, and ends as that. */
bool ledger_is_late_life(const struct subject *subject, int32_t code);

/* NULL where the scenario does not know the id. */
struct subject *ledger_find(const struct ledger *ledger, struct text id);

/* An event of the fake's log: keeps the truth. */
void ledger_published(struct ledger *ledger, const struct fake_published *published);

/* The story does that to the server. */
void ledger_commanded(struct ledger *ledger, const struct fake_command *command, int64_t now_ns);

/* True where the task's shim is dead, the handler was not told of the exit, and it is not to be expected yet that it
 * takes its silence for one. Whether somebody has cleaned up behind the shim is not looked at. */
bool ledger_is_out_of_reach(const struct ledger *ledger, const struct subject *subject, int64_t now_ns);

/* For the ledger's own files. */
bool ledger_is_code_known(const struct subject *subject);
void ledger_shim_died(struct subject *subject, int64_t now_ns);
void ledger_reach_heard(struct ledger *ledger, const struct monitor_event *event);
void ledger_reach_asked(struct subject *subject, const struct monitor_action *action);
void ledger_reach_hash(const struct ledger *ledger, const struct subject *subject, int64_t now_ns, struct hash *hash);

/* True where the event tells the loss of a connection that the handler has left for another one. */
bool ledger_is_left(const struct ledger *ledger, const struct monitor_event *event);

/* True where the event is told of a container in another namespace, which is nobody's here. */
bool ledger_is_foreign(const struct ledger *ledger, const struct task_event *task);

/* What the handler hears, and what it has done at the server: an exit that it heard of must be recorded as it is. */
void ledger_heard(struct ledger *ledger, const struct monitor_event *event);
void ledger_requested(struct ledger *ledger, const struct fake_request *request);

/* The handler asks the server, or gives up what it has asked for. */
void ledger_asked(struct ledger *ledger, const struct monitor_action *action);

/* The handler asks its store to keep a record, or to forget it, after its answer to who has had it removed. */
void ledger_put(struct ledger *ledger, const struct monitor_action *action);
void ledger_forget(struct ledger *ledger, const struct monitor_action *action);

/* Answers to a Delete after which nobody asks again: that there is nothing, or that it may not be. */
bool ledger_is_refusal(int status, struct text text);

/* The handler answers what its owner has asked for. */
void ledger_answered(struct ledger *ledger, const struct monitor_action *action);

/* The handler tells its owner of a record. */
void ledger_owner_told(struct ledger *ledger, const struct monitor_action *action);

/* The handler's process is gone: what it had heard and not recorded it can hear again, unless it has deleted the task
 * since it heard, and what it had not stored it has to find again. stored: what outlives it. */
void ledger_crashed(struct ledger *ledger, const struct container_record *stored, size_t count);

/* The handler begins with these records, unless it has not asked for them or has them already. */
void ledger_loaded(struct ledger *ledger, const struct container_record *records, size_t count);

/* At the end: reads the store that outlives the handler. */
void ledger_look_at_store(struct ledger *ledger, const struct container_record *records, size_t count);

/* After a step of the handler: reads its records again, where there may be something new, and marks what changed. */
void ledger_look(struct ledger *ledger, const struct monitor *monitor);

/* Of the same events and actions: what becomes due by them. */
void ledger_owe(struct ledger *ledger, const struct monitor_event *event);
void ledger_owe_asked(struct ledger *ledger, const struct monitor_action *action, int64_t now_ns);
void ledger_owe_life(struct subject *subject, int64_t wall_ns);
void ledger_owe_nothing(struct ledger *ledger);
void ledger_owe_hash(const struct subject *subject, int64_t now_ns, struct hash *hash);

/* Between two looks: nothing has changed. */
void ledger_forget_changes(struct ledger *ledger);

#endif
