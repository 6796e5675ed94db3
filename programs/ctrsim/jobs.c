/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/jobs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"

enum { LOOK_EVERY_MS = 200 };

/* What a job exits with where it has no answer. */
enum { JOB_FAILED = 1, JOB_UNREPEATABLE = 2 };

/*
 * A job is a fork of this process, so what it has found can come back as it lies in memory: the texts that a finding
 * refers to are the scenario's or static, and lie in the same place here.
 */
struct job {
    pid_t pid;
    int answer; /* the pipe's end, -1 when all has been read */
    struct buffer read;
};

struct jobs {
    const struct search *search;
    struct job items[SEARCH_JOBS_MAX];
    size_t count;
    struct explore_counts *counts; /* by job, in memory that all share: how far each has got */
};

/* ---- in the job ---- */

static bool write_all(int pipe_end, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t written = write(pipe_end, at, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        length -= (size_t)written;
    }
    return true;
}

static bool write_answer(int pipe_end, const struct searched *searched, size_t sometimes)
{
    const struct findings *findings = &searched->result.findings;
    bool well = write_all(pipe_end, searched, sizeof *searched) &&
                write_all(pipe_end, searched->result.reached, sometimes * sizeof *searched->result.reached);
    for (size_t i = 0; well && i < findings->count; i++)
        well = write_all(pipe_end, findings->items[i].draws,
                         findings->items[i].draw_count * sizeof *findings->items[i].draws);
    return well;
}

static int work(const struct jobs *jobs, size_t number, int pipe_end)
{
    const struct search *whole = jobs->search;
    uint32_t shards = whole->shard.count > 1 ? whole->shard.count : 1;
    struct search part = *whole;
    struct progress progress = {.what = whole->what, .told = &jobs->counts[number]};
    struct searched *searched = calloc(1, sizeof *searched);
    struct error error = {""};

    part.jobs = 1;
    part.shard.index = (uint32_t)(whole->shard.index * whole->jobs + number);
    part.shard.count = (uint32_t)(shards * whole->jobs);
    if (searched == NULL)
        return 1;
    int code = search_alone(searched, &part, &progress, &error);
    if (code != 0)
        fprintf(stderr, "ctrsim explore: %s\n", error.text);
    bool well = code == 0 && write_answer(pipe_end, searched, whole->scenario->expect.sometimes.count);
    searched_release(searched);
    free(searched);
    return well ? 0 : code == ERROR_UNREPEATABLE ? JOB_UNREPEATABLE : JOB_FAILED;
}

/* ---- here ---- */

static int start(struct jobs *jobs, struct error *error)
{
    for (size_t i = 0; i < jobs->search->jobs; i++) {
        int ends[2];
        if (pipe(ends) != 0)
            return error_set(error, ERROR_IO, "a job could not be started: %s", strerror(errno));
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            close(ends[0]);
            exit(work(jobs, i, ends[1]));
        }
        close(ends[1]);
        jobs->items[i] = (struct job){.pid = pid, .answer = ends[0]};
        jobs->count = i + 1;
        if (pid < 0)
            return error_set(error, ERROR_IO, "a job could not be started: %s", strerror(errno));
    }
    return 0;
}

static void add_counts(struct explore_counts *sum, const struct explore_counts *more)
{
    sum->runs += more->runs;
    sum->states += more->states;
    sum->transitions += more->transitions;
    sum->impossible += more->impossible;
    sum->unfinished += more->unfinished;
    sum->longest = more->longest > sum->longest ? more->longest : sum->longest;
    sum->virtual_ns = time_add(sum->virtual_ns, more->virtual_ns);
}

static void take_some(struct job *job)
{
    unsigned char bytes[65536];
    ssize_t got = read(job->answer, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR)
        return;
    if (got > 0) {
        (void)buffer_append(&job->read, bytes, (size_t)got);
        return;
    }
    close(job->answer);
    job->answer = -1;
}

static void read_answers(struct jobs *jobs)
{
    struct progress progress = {.told = NULL};
    progress_begin(&progress, jobs->search->what, 0);
    for (;;) {
        struct pollfd ends[SEARCH_JOBS_MAX];
        struct explore_counts sum = {.runs = 0};
        size_t open = 0;
        for (size_t i = 0; i < jobs->count; i++) {
            ends[i] = (struct pollfd){.fd = jobs->items[i].answer, .events = POLLIN};
            open += jobs->items[i].answer >= 0;
            add_counts(&sum, &jobs->counts[i]);
        }
        if (open == 0)
            break;
        (void)progress_go_on(&progress, &sum);
        if (poll(ends, (nfds_t)jobs->count, LOOK_EVERY_MS) <= 0)
            continue;
        for (size_t i = 0; i < jobs->count; i++)
            if (ends[i].revents != 0)
                take_some(&jobs->items[i]);
    }
    progress_end(&progress);
}

/* Where a job ended badly, of all the parts the answer is not complete; 0, ERROR_IO or ERROR_UNREPEATABLE. */
static int wait_for_all(struct jobs *jobs)
{
    int result = 0;
    for (size_t i = 0; i < jobs->count; i++) {
        int status = -1;
        while (jobs->items[i].pid > 0 && waitpid(jobs->items[i].pid, &status, 0) < 0 && errno == EINTR)
            continue;
        if (WIFEXITED(status) && WEXITSTATUS(status) == JOB_UNREPEATABLE)
            result = ERROR_UNREPEATABLE;
        else if (result == 0 && (status != 0 || jobs->items[i].read.failed))
            result = ERROR_IO;
    }
    return result;
}

static bool take_bytes(const struct buffer *from, size_t *at, void *to, size_t length)
{
    if (from->length - *at < length)
        return false;
    if (length > 0)
        memcpy(to, from->bytes + *at, length);
    *at += length;
    return true;
}

static int take_findings(struct searched *sum, struct findings *findings, const struct buffer *from, size_t at)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        struct breach breach = {.promise = finding->promise,
                                .sentence = finding->sentence,
                                .finding = finding->error,
                                .place = finding->place};
        struct draw *draws = malloc((finding->draw_count + 1) * sizeof *draws);
        int result = draws != NULL ? 0 : ERROR_NO_MEMORY;
        if (result == 0 && !take_bytes(from, &at, draws, finding->draw_count * sizeof *draws))
            result = ERROR_IO;
        if (result == 0)
            result = findings_add(&sum->result.findings, &breach, draws, finding->draw_count, finding->run);
        free(draws);
        if (result != 0)
            return result;
    }
    return 0;
}

static int take_answer(struct searched *sum, const struct job *job, size_t sometimes)
{
    struct searched *part = malloc(sizeof *part);
    bool *reached = calloc(sometimes + 1, sizeof *reached);
    size_t at = 0;
    int result = part != NULL && reached != NULL ? 0 : ERROR_NO_MEMORY;

    if (result == 0 && (!take_bytes(&job->read, &at, part, sizeof *part) ||
                        !take_bytes(&job->read, &at, reached, sometimes * sizeof *reached)))
        result = ERROR_IO;
    if (result == 0) {
        sum->tried_all = sum->tried_all || part->tried_all;
        sum->sampled = sum->sampled || part->sampled;
        if (part->cut != EXPLORE_COMPLETE)
            sum->cut = part->cut;
        add_counts(&sum->all, &part->all);
        add_counts(&sum->some, &part->some);
        sum->bound.runs += part->bound.runs;
        sum->bound.channels = part->bound.channels > sum->bound.channels ? part->bound.channels : sum->bound.channels;
        sum->bound.steps = part->bound.steps > sum->bound.steps ? part->bound.steps : sum->bound.steps;
        for (size_t i = 0; i < sometimes; i++)
            sum->result.reached[i] = sum->result.reached[i] || reached[i];
        result = take_findings(sum, &part->result.findings, &job->read, at);
    }
    free(part);
    free(reached);
    return result;
}

static int merge(struct searched *searched, struct jobs *jobs, struct error *error)
{
    size_t sometimes = jobs->search->scenario->expect.sometimes.count;
    int result = 0;
    searched->result.reached = calloc(sometimes + 1, sizeof *searched->result.reached);
    if (searched->result.reached == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    for (size_t i = 0; result == 0 && i < jobs->count; i++)
        result = take_answer(searched, &jobs->items[i], sometimes);
    searched->result.cut = searched->cut;
    return result == 0 ? 0 : error_set(error, result, "the answer of a job: %s", error_text(result));
}

int jobs_run(struct searched *searched, const struct search *search, struct error *error)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    size_t shared = search->jobs * sizeof *jobs->counts;
    int result = 0;

    memset(searched, 0, sizeof *searched);
    if (jobs == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    jobs->search = search;
    jobs->counts = mmap(NULL, shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (jobs->counts == MAP_FAILED) {
        free(jobs);
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    }
    result = start(jobs, error);
    /* What some of them found would be no answer: they are not waited for. */
    for (size_t i = 0; result != 0 && i < jobs->count; i++)
        if (jobs->items[i].pid > 0)
            (void)kill(jobs->items[i].pid, SIGTERM);
    read_answers(jobs);
    int ended = wait_for_all(jobs);
    if (result == 0 && ended != 0)
        result = error_set(error, ended, "a job has failed: %s", error_text(ended));
    if (result == 0)
        result = merge(searched, jobs, error);
    for (size_t i = 0; i < jobs->count; i++)
        buffer_release(&jobs->items[i].read);
    (void)munmap(jobs->counts, shared);
    free(jobs);
    return result;
}
