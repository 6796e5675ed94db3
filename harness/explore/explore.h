/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_EXPLORE_H
#define HARNESS_EXPLORE_EXPLORE_H

#include "harness/explore/findings.h"
#include "harness/explore/states.h"
#include "harness/world.h"

/*
 * Every order of a scenario, or many of them: the same world again and again with other draws, judged by the same
 * promises and expectations as a plain run.
 */
enum {
    EXPLORE_REPEAT_EVERY = 256,        /* of so many samples one is made twice, to see that it is the same run; */
    EXPLORE_REPEAT_EVERY_ORDER = 1024, /* and of so many runs in every order, which share most of their way */
    EXPLORE_COMPARE_EVERY = 64,        /* of so many states one is gone on from by every way that leads to it */
    EXPLORE_DEPTH_MAX = 20000,         /* happenings of one run; one that goes on is cut off, and not all is seen */
    EXPLORE_SHARD_DEPTH = 4            /* choices after which a shard takes its part of the states */
};

/* How far it has got. */
struct explore_counts {
    uint64_t runs;          /* that came to their end */
    uint64_t by_priorities; /* those of them that were sampled so */
    uint64_t states;        /* different ones, where they are compared */
    uint64_t transitions;   /* happenings in all runs */
    uint64_t shared;        /* those of them that were made once for several sampled runs, but for one of these */
    uint64_t unfinished; /* sampled runs that were given up at a limit of the world: what broke until then is found */
    uint64_t impossible; /* runs that ended because the script asked for what could not be in that order */
    size_t longest;      /* happenings of the longest run */
    uint64_t compared;   /* times that a state was come to again and went on alike */
    int64_t virtual_ns;  /* of all runs together; of every order the longest */
};

struct explore_shard {
    uint32_t index;
    uint32_t count; /* 0 or 1: all of it */
};

struct explore_options {
    bool keeps_no_states; /* every order, also where the state has been seen */
    bool sleeps_not;      /* every order of what is independent */
    bool is_bounded; /* only runs that are at most so far from the ordinary course: the sum of their draws. Nothing */
    uint32_t delays_max; /* sleeps then, since of two orders the left out one may be the nearer */
    struct world_chances chances;
    struct explore_shard shard;
    uint64_t states_max;         /* 0: as many as there are */
    uint64_t transitions_max;    /* 0: as many as there are */
    uint32_t compare_every;      /* instead of EXPLORE_COMPARE_EVERY; 0: that */
    size_t depth_max;            /* happenings of one run; 0: EXPLORE_DEPTH_MAX */
    const struct target *target; /* when it is found the exploration stops; or NULL */
    /* Asked every now and then: false ends the exploration where it is. NULL: nobody is asked. */
    bool (*go_on)(void *context, const struct explore_counts *counts);
    void *context;
    /* For tests: called with `context` before each happening of a run that is made again, and may do what no world
     * does. */
    void (*tamper)(void *context, struct world *world);
};

enum explore_cut { EXPLORE_COMPLETE, EXPLORE_STOPPED, EXPLORE_TOO_MANY_STATES, EXPLORE_TOO_LONG, EXPLORE_FOUND };

struct explore_result {
    struct explore_counts counts;
    enum explore_cut cut;
    struct findings findings;
    struct states finals; /* the final states */
    bool *reached;        /* by index of `sometimes` */
};

/* Every order, on the level of values. 0, or an error with a sentence, ERROR_UNREPEATABLE where a run that was made
 * again (harness/explore/repeat.h) was another one, or a state that was come to again went on differently
 * (harness/explore/alike.h); *result must be released in any case. */
int explore_all(struct explore_result *result, const struct scenario *scenario, struct text policy,
                const struct explore_options *options, struct error *error);

/* How a sampled run is drawn. */
enum explore_method {
    EXPLORE_WALK,      /* each of what may happen next is as likely */
    EXPLORE_PRIORITIES /* PCT (Burckhardt and others, ASPLOS 2010): what may happen first is decided by random
                          priorities, of which a few change at random moments */
};

enum {
    EXPLORE_BUG_DEPTH = 3,     /* of PCT: bugs that need no more than so many things in a certain order */
    EXPLORE_CHANNELS_MAX = 256 /* of one run; where there are more the last ones share a priority, and nothing is
                                  vouched for */
};

struct explore_sampling {
    enum world_level level;
    struct world_chances chances;
    uint64_t seed;
    uint64_t runs_max; /* of all shards together; 0: until go_on says no */
    struct explore_shard shard;
    bool (*go_on)(void *context, const struct explore_counts *counts);
    void *context;
    struct explore_bound *bound; /* filled in where it is not NULL */
    /* For tests: called before each happening with `context`, and may do what no world does. */
    void (*tamper)(void *context, struct world *world);
};

/* What sampling by priorities vouches for: with `channels` things that happen side by side and `steps` happenings, each
 * of `runs` runs finds a bug of EXPLORE_BUG_DEPTH with a chance of at least 1 / (channels * steps ^ (depth - 1)). Of
 * runs that were begun together and of which go_on ended some, none counts: which came to their end was decided by
 * their draws. */
struct explore_bound {
    uint64_t runs;
    size_t channels;
    size_t steps;
};

/* The chance that none of these runs finds it: at most that. 1 from EXPLORE_CHANNELS_MAX channels on. */
double explore_miss(const struct explore_bound *bound);

/* Runs with other draws each, every second one by priorities. The same seed gives the same runs, whatever the shards.
 * 0, or an error as of explore_all; *result must be released in any case. */
int explore_some(struct explore_result *result, const struct scenario *scenario, struct text policy,
                 const struct explore_sampling *sampling, struct error *error);

void explore_result_release(struct explore_result *result);

#endif
