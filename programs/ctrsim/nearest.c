/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/nearest.h"

#include <string.h>

#include "fakecontainerd/core/values.h"
#include "scenarios/language/explain.h"

enum { TIME_COLUMNS = 10 }; /* a line that begins with blanks in them tells a consequence */

/* A request as the fake's lines tell it. */
struct request {
    struct text time;
    struct text rpc;
    struct text container; /* empty: none */
    size_t fault;          /* the rule that it got, from 1; 0: none */
};

/* Why a request did not get a rule, the nearest miss first. */
enum miss { MISS_TAKEN, MISS_CONTAINER, MISS_RPC, MISS_SERVICE, MISS_FAR };

/* ---- reading the trace ---- */

static struct text take_line(struct text *rest)
{
    const char *end = rest->length > 0 ? memchr(rest->bytes, '\n', rest->length) : NULL;
    size_t length = end != NULL ? (size_t)(end - rest->bytes) : rest->length;
    struct text line = {rest->bytes, length};
    length += end != NULL;
    rest->bytes = length > 0 ? rest->bytes + length : rest->bytes;
    rest->length -= length;
    return line;
}

static struct text take_word(struct text *rest)
{
    while (rest->length > 0 && rest->bytes[0] == ' ') {
        rest->bytes++;
        rest->length--;
    }
    struct text word = {rest->bytes, 0};
    while (rest->length > 0 && rest->bytes[0] != ' ') {
        rest->bytes++;
        rest->length--;
        word.length++;
    }
    return word;
}

static bool is_consequence(struct text line)
{
    return line.length > TIME_COLUMNS && line.bytes[TIME_COLUMNS - 1] == ' ';
}

/* True and *ret_request where the line tells a request that reached the fake. */
static bool read_request(struct text line, struct request *ret_request)
{
    ret_request->time = take_word(&line);
    if (!text_is(take_word(&line), "fake") || !text_is(take_word(&line), "request"))
        return false;
    ret_request->rpc = take_word(&line);
    ret_request->container = take_word(&line);
    if (text_starts_with(ret_request->container, "\""))
        ret_request->container = text_of(NULL); /* a filter, not an id */
    ret_request->fault = 0;
    return true;
}

/* "fault 3": 3; else 0. */
static size_t read_fault(struct text line)
{
    size_t fault = 0;
    if (!text_is(take_word(&line), "fault"))
        return 0;
    struct text number = take_word(&line);
    for (size_t i = 0; i < number.length; i++)
        fault = fault * 10 + (size_t)(number.bytes[i] - '0');
    return fault;
}

/* The next request in the trace, taken from its rest; false where there is none any more. */
static bool take_request(struct text *rest, struct request *ret_request)
{
    bool found = false;
    while (rest->length > 0 && !found)
        found = read_request(take_line(rest), ret_request);
    while (found && rest->length > 0) {
        struct text ahead = *rest;
        struct text line = take_line(&ahead);
        if (!is_consequence(line))
            break;
        if (ret_request->fault == 0)
            ret_request->fault = read_fault(line);
        *rest = ahead;
    }
    return found;
}

/* ---- comparing ---- */

static bool fits(const struct scenario_fault *fault, const struct request *request)
{
    return text_equal(fault->rpc, request->rpc) &&
           (fault->container.length == 0 || fake_method_lists(fake_method_of(fault->rpc)) ||
            text_equal(fault->container, request->container));
}

/* "Tasks" of "Tasks.Delete" */
static struct text service_of(struct text rpc)
{
    const char *dot = memchr(rpc.bytes, '.', rpc.length);
    struct text service = {rpc.bytes, dot != NULL ? (size_t)(dot - rpc.bytes) : rpc.length};
    return service;
}

static enum miss miss_of(const struct scenario_fault *fault, const struct request *request)
{
    if (fits(fault, request))
        return MISS_TAKEN;
    if (text_equal(fault->rpc, request->rpc))
        return MISS_CONTAINER;
    if (fault->container.length > 0 && text_equal(fault->container, request->container))
        return MISS_RPC;
    return text_equal(service_of(fault->rpc), service_of(request->rpc)) ? MISS_SERVICE : MISS_FAR;
}

/* ---- telling ---- */

static void tell_request(const struct request *request, struct buffer *out)
{
    (void)buffer_printf(out, "%.*s", TEXT_ARGUMENTS(request->rpc));
    if (request->container.length > 0)
        (void)buffer_printf(out, " of %.*s", TEXT_ARGUMENTS(request->container));
    (void)buffer_printf(out, " at %.*s", TEXT_ARGUMENTS(request->time));
}

static void tell_unused(const struct scenario *scenario, const struct scenario_fault *fault, struct text trace,
                        struct buffer *out)
{
    struct request request;
    struct request nearest = {0};
    enum miss least = MISS_FAR;

    (void)buffer_printf(out, "never used; ");
    while (take_request(&trace, &request)) {
        enum miss miss = miss_of(fault, &request);
        if (miss < least) {
            least = miss;
            nearest = request;
        }
    }
    if (least == MISS_FAR) {
        (void)buffer_printf(out, "no request came near it\n");
        return;
    }
    tell_request(&nearest, out);
    (void)buffer_printf(out, " came nearest, but ");
    switch (least) {
    case MISS_TAKEN:
        (void)buffer_printf(out, "the rule in line %zu, which stands before, took it\n",
                            nearest.fault > 0 ? scenario->faults[nearest.fault - 1].place.line : 0);
        return;
    case MISS_CONTAINER: (void)buffer_printf(out, "it is of another container\n"); return;
    case MISS_RPC:
    case MISS_SERVICE: (void)buffer_printf(out, "it is another rpc\n"); return;
    case MISS_FAR: return;
    }
}

static void tell_used(const struct scenario_fault *fault, size_t number, uint32_t uses, struct text trace,
                      struct buffer *out)
{
    struct request request;
    uint32_t seen = 0;

    if (uses == 1)
        (void)buffer_printf(out, "used once");
    else
        (void)buffer_printf(out, "used %u times", uses);
    while (fault->times > 0 && take_request(&trace, &request)) {
        seen += request.fault == number;
        if (seen == fault->times && request.fault == 0 && fits(fault, &request)) {
            (void)buffer_printf(out, "; ");
            tell_request(&request, out);
            (void)buffer_printf(out, " fits too, but its times were used up");
            break;
        }
    }
    (void)buffer_printf(out, "\n");
}

static uint32_t count_uses(size_t number, struct text trace)
{
    struct request request;
    uint32_t uses = 0;
    while (take_request(&trace, &request))
        uses += request.fault == number;
    return uses;
}

/* Events and what the store is asked are no requests: whatever line tells of the fault counts. */
static uint32_t count_event_uses(size_t number, struct text trace)
{
    uint32_t uses = 0;
    while (trace.length > 0)
        uses += read_fault(take_line(&trace)) == number;
    return uses;
}

static void tell_of_others(size_t number, struct text trace, const char *missed, struct buffer *out)
{
    uint32_t uses = count_event_uses(number, trace);
    if (uses == 0)
        (void)buffer_printf(out, "never used; %s\n", missed);
    else if (uses == 1)
        (void)buffer_printf(out, "used once\n");
    else
        (void)buffer_printf(out, "used %u times\n", uses);
}

void nearest_explain(const struct scenario *scenario, struct text trace, struct buffer *out)
{
    for (size_t i = 0; i < scenario->fault_count; i++) {
        const struct scenario_fault *fault = &scenario->faults[i];
        uint32_t uses = count_uses(i + 1, trace);
        explain_line(out, fault->place, 0);
        if (fault->has_store)
            tell_of_others(i + 1, trace, "no such request came to the store", out);
        else if (fault->has_event)
            tell_of_others(i + 1, trace, "no such event was published", out);
        else if (uses == 0)
            tell_unused(scenario, fault, trace, out);
        else
            tell_used(fault, i + 1, uses, trace, out);
    }
}
