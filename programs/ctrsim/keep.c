/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/keep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/time.h"
#include "harness/explore/replay.h"
#include "harness/run.h"
#include "programs/ctrsim/budget.h"

/* What a name takes of a text: names of files are at most 255 bytes long. */
enum { PART_MAX = 70 };

/* Letters, digits and hyphens of a text, anything else as a hyphen. What is too long is cut, and its hash is added. */
static void add_plain(struct buffer *out, struct text text)
{
    size_t length = text.length <= PART_MAX ? text.length : PART_MAX - 9;
    for (size_t i = 0; i < length; i++) {
        char c = text.bytes[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        buffer_append(out, is_plain ? &c : "-", 1);
    }
    if (length < text.length) {
        struct hash hash;
        hash_init(&hash);
        hash_text(&hash, text);
        buffer_printf(out, "-%08" PRIx32, (uint32_t)hash.a);
    }
}

/* Without its folder. */
static struct text base_of(struct text file)
{
    size_t start = file.length;
    while (start > 0 && file.bytes[start - 1] != '/')
        start--;
    return (struct text){file.bytes + start, file.length - start};
}

/* "the-file-reliable-no-exit-is-lost" */
static void make_name(struct text base, struct text policy, const struct finding *finding, struct buffer *out)
{
    if (base.length > 5 && memcmp(base.bytes + base.length - 5, ".yaml", 5) == 0)
        base.length -= 5;
    add_plain(out, base);
    buffer_append(out, "-", 1);
    add_plain(out, policy);
    buffer_append(out, "-", 1);
    add_plain(out, finding->promise.length > 0 ? finding->promise : text_of("expectation"));
    if (finding->promise.length == 0)
        buffer_printf(out, "-of-line-%zu", finding->place.line);
}

static int write_file(const char *folder, struct text name, const char *ending, struct text content,
                      struct error *error)
{
    struct buffer path = BUFFER_INIT;
    int result = 0;
    buffer_printf(&path, "%s/%.*s.%s", folder, TEXT_ARGUMENTS(name), ending);
    if (buffer_append(&path, "", 1) != 0) {
        buffer_release(&path);
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    }
    FILE *file = fopen((const char *)path.bytes, "w");
    bool written = file != NULL && fwrite(content.bytes, 1, content.length, file) == content.length;
    if (file == NULL || fclose(file) != 0 || !written)
        result = error_set(error, ERROR_IO, "%s: %s", (const char *)path.bytes, strerror(errno));
    buffer_release(&path);
    return result;
}

static bool go_on(void *context)
{
    const int64_t *until_ns = context;
    return !progress_interrupted() && progress_clock_ns() < *until_ns;
}

/* The trace of the run, as `ctrsim replay` writes it but for the folder in its first line. */
static int trace_of(const struct shrunk *shrunk, struct text name, struct text policy, struct buffer *out,
                    struct error *error)
{
    const struct run_choices choices = {.draws = shrunk->draws, .draw_count = shrunk->draw_count};
    struct scenario *scenario;
    struct run run;
    int result = scenario_parse(&scenario, name, buffer_text(&shrunk->yaml), error);
    if (result != 0)
        return result;
    result = run_scenario(&run, scenario, policy, &choices, error);
    if (result == 0) {
        buffer_printf(out, "== %.*s under %.*s\n", TEXT_ARGUMENTS(name), TEXT_ARGUMENTS(policy));
        if (buffer_append_text(out, buffer_text(&run.trace.text)) != 0)
            result = error_set(error, ERROR_NO_MEMORY, "out of memory");
    }
    run_release(&run);
    scenario_free(scenario);
    return result;
}

static int write_all(const char *folder, struct text name, struct text policy, const struct shrunk *shrunk,
                     struct error *error)
{
    struct buffer yaml_name = BUFFER_INIT;
    struct buffer replay = BUFFER_INIT;
    struct buffer trace = BUFFER_INIT;
    struct text yaml = buffer_text(&shrunk->yaml);
    int result;

    buffer_printf(&yaml_name, "%.*s.yaml", TEXT_ARGUMENTS(name));
    result = replay_write(buffer_text(&yaml_name), yaml, policy, shrunk->draws, shrunk->draw_count, &replay, error);
    if (result == 0)
        result = trace_of(shrunk, buffer_text(&yaml_name), policy, &trace, error);
    if (result == 0)
        result = write_file(folder, name, "yaml", yaml, error);
    if (result == 0)
        result = write_file(folder, name, "replay", buffer_text(&replay), error);
    if (result == 0)
        result = write_file(folder, name, "trace", buffer_text(&trace), error);
    buffer_release(&yaml_name);
    buffer_release(&replay);
    buffer_release(&trace);
    return result;
}

static void say(const char *folder, struct text name, const struct shrunk *shrunk)
{
    printf("  shrunk in %" PRIu64
           " tries from %zu containers, %zu faults, %zu steps, %zu draws to %zu, %zu, %zu, %zu:\n"
           "    %s/%.*s.yaml (.replay, .trace)\n",
           shrunk->tries, shrunk->before.containers, shrunk->before.faults, shrunk->before.steps, shrunk->before.draws,
           shrunk->after.containers, shrunk->after.faults, shrunk->after.steps, shrunk->after.draws, folder,
           TEXT_ARGUMENTS(name));
}

int keep_finding(const char *folder, struct text file, struct text content, struct text policy,
                 const struct search *search, const struct finding *finding, int64_t for_ns, struct error *error)
{
    struct buffer name = BUFFER_INIT;
    struct shrunk shrunk;
    int64_t until_ns = time_add(progress_clock_ns(), for_ns);
    struct buffer why = BUFFER_INIT;
    struct text base = base_of(file);
    struct shrink_asked asked = {.file = file,
                                 .content = content,
                                 .policy = policy,
                                 .level = search->level,
                                 .chances = search->chances,
                                 .target = {finding->promise, finding->sentence},
                                 .draws = finding->draws,
                                 .draw_count = finding->draw_count,
                                 .go_on = go_on,
                                 .context = &until_ns};
    int result = 0;

    memset(&shrunk, 0, sizeof shrunk);
    buffer_printf(&why, "found by ctrsim explore in %.*s: %s", TEXT_ARGUMENTS(base), finding->error.text);
    asked.why = buffer_text(&why);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        result = error_set(error, ERROR_IO, "%s: %s", folder, strerror(errno));
    if (result == 0)
        result = shrink(&shrunk, &asked, error);
    make_name(base, policy, finding, &name);
    if (result == 0 && name.failed)
        result = error_set(error, ERROR_NO_MEMORY, "out of memory");
    if (result == 0)
        result = write_all(folder, buffer_text(&name), policy, &shrunk, error);
    if (result == 0)
        say(folder, buffer_text(&name), &shrunk);
    shrunk_release(&shrunk);
    buffer_release(&why);
    buffer_release(&name);
    return result;
}
