/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* Of what is for one kind of moment alone: it is not inline in what sees all of them, where its frame would be set up
 * for each. */
#define APART __attribute__((noinline)) static

static bool has_choice(const struct scenario_step *step)
{
    if (step->verb == SCENARIO_ANY_ORDER && step->child_count > 1)
        return true;
    for (size_t i = 0; i < step->child_count; i++)
        if (has_choice(&step->children[i]))
            return true;
    return false;
}

_Static_assert(PROMISE_COUNT <= 8 * sizeof(watch_shown), "a bit for each promise");

/* For each of the kinds. wanted: AT(kind) of those that the promise is shown; 0: all. */
static void show_kinds(watch_shown *shown, unsigned int kinds, size_t promise, unsigned int wanted)
{
    for (unsigned int kind = 0; kind < kinds; kind++)
        if (wanted == 0 || (wanted & AT(kind)) != 0)
            shown[kind] |= AT(promise);
}

/* Which promises are shown which moments. */
static void choose_promises(struct watch *watch)
{
    for (size_t i = 0; i < PROMISE_COUNT; i++) {
        const struct promise *promise = promise_list[i];
        show_kinds(watch->shown, MOMENT_KINDS, i, promise->moments);
        if ((promise->moments & AT(MOMENT_HANDLER_ACTION)) != 0)
            show_kinds(watch->shown_actions, WATCH_ACTION_KINDS, i, promise->actions);
        if ((promise->moments & AT(MOMENT_HANDLER_EVENT)) != 0)
            show_kinds(watch->shown_events, WATCH_EVENT_KINDS, i, promise->events);
    }
}

int watch_init(struct watch *watch, const struct scenario *scenario, struct text policy, policy_switches switches,
               struct trace *trace)
{
    memset(watch, 0, sizeof *watch);
    watch->scenario = scenario;
    watch->trace = trace;
    watch->policy = policy;
    watch->switches = switches;
    watch->choices = has_choice(&scenario->steps);
    watch->steps_are_judged =
        scenario->expect.always.count + scenario->expect.never.count + scenario->expect.sometimes.count > 0;
    if (!scenario->no_handler)
        choose_promises(watch);
    int result = ledger_init(&watch->ledger, scenario, switches);
    return result != 0 ? result : expect_init(&watch->expect, scenario);
}

void watch_release(struct watch *watch)
{
    ledger_release(&watch->ledger);
    expect_release(&watch->expect);
    free(watch->breaches);
}

static int make_room(struct watch *watch, size_t count)
{
    void *items = watch->breaches;
    int result = 0;
    while (result == 0 && watch->breach_capacity < count)
        result = grow(&items, watch->breach_capacity, &watch->breach_capacity, sizeof *watch->breaches);
    watch->breaches = items;
    return result;
}

int watch_copy(struct watch *to, const struct watch *from)
{
    to->promises = from->promises;
    to->loaded = from->loaded;
    to->event = from->event;
    to->breach_count = 0;
    if (make_room(to, from->breach_count) != 0)
        return ERROR_NO_MEMORY;
    for (; to->breach_count < from->breach_count; to->breach_count++)
        to->breaches[to->breach_count] = from->breaches[to->breach_count];
    ledger_copy(&to->ledger, &from->ledger);
    return expect_copy(&to->expect, &from->expect);
}

void watch_hash(const struct watch *watch, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, (uint64_t)watch->breach_count << 1 | (uint64_t)watch->loaded);
    for (size_t i = 0; i < watch->breach_count; i++) {
        struct hash breach;
        hash_init(&breach);
        hash_text(&breach, watch->breaches[i].promise);
        hash_u64(&breach, watch->breaches[i].place.line);
        hash_u64(&breach, watch->breaches[i].place.column);
        hash_add_unordered(hash, &breach);
    }
    promises_hash(&watch->promises, now_ns, hash);
    ledger_hash(&watch->ledger, now_ns, hash);
    expect_hash(&watch->expect, now_ns, hash);
}

static void add_breach(struct watch *watch, int64_t now_ns, struct text promise, const char *sentence,
                       struct scenario_place place, const struct error *finding)
{
    struct breach *breach;
    struct buffer remark = BUFFER_INIT;

    /* Each promise and each expectation breaks once: what follows from it is not news. */
    for (size_t i = 0; i < watch->breach_count; i++)
        if (watch->breaches[i].place.line == place.line && watch->breaches[i].place.column == place.column &&
            text_equal(watch->breaches[i].promise, promise))
            return;
    if (watch->breach_count == WATCH_BREACHES_MAX)
        return;
    if (make_room(watch, watch->breach_count + 1) != 0) {
        watch->failed = true;
        return;
    }
    buffer_printf(&remark, "%.*s: %s", TEXT_ARGUMENTS(promise.length > 0 ? promise : text_of("expectation")),
                  finding->text);
    trace_remark(watch->trace, now_ns, "broken", buffer_text(&remark));
    buffer_release(&remark);
    breach = &watch->breaches[watch->breach_count++];
    breach->promise = promise;
    breach->sentence = sentence;
    breach->finding = *finding;
    breach->place = place;
    breach->at_ns = now_ns;
    breach->trace_length = watch->trace->text.length;
}

void watch_found(struct watch *watch, int64_t now_ns, const char *sentence, struct scenario_place place,
                 const struct error *finding)
{
    add_breach(watch, now_ns, text_of(NULL), sentence, place, finding);
}

/* What has happened though it must never. */
static void describe_forbidden(const struct scenario_expectation *one, struct error *finding)
{
    switch (one->kind) {
    case SCENARIO_EXPECT_CONTAINER:
    case SCENARIO_EXPECT_EXITS_WHILE:
        (void)error_set(finding, 0, "the record of container %.*s is so", TEXT_ARGUMENTS(one->container));
        return;
    case SCENARIO_EXPECT_CALLED:
        (void)error_set(finding, 0, "%.*s was called so, %u times", TEXT_ARGUMENTS(one->rpc), one->times);
        return;
    case SCENARIO_EXPECT_DIALED: (void)error_set(finding, 0, "the handler has dialed so, %u times", one->times); return;
    case SCENARIO_EXPECT_NOTED:
        (void)error_set(finding, 0, "the handler has noted %.*s so", TEXT_ARGUMENTS(one->note));
        return;
    case SCENARIO_EXPECT_ANSWERED:
        (void)error_set(finding, 0, "the owner was answered so to %.*s", TEXT_ARGUMENTS(one->operation));
        return;
    case SCENARIO_EXPECT_STREAMS:
        (void)error_set(finding, 0, "%u subscriptions are open at the server", one->streams_open);
        return;
    }
}

static void judge_list(struct watch *watch, const struct moment *moment, const struct scenario_expectations *list,
                       bool wanted, const char *sentence)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct scenario_expectation *one = &list->items[i];
        struct error finding = {""};
        if (!expect_judged(one, watch->policy))
            continue;
        if (expect_holds(&watch->expect, one, moment->monitor, moment->fake, &finding) == wanted)
            continue;
        if (!wanted)
            describe_forbidden(one, &finding);
        add_breach(watch, moment->now_ns, one->promise, sentence, one->place, &finding);
    }
}

/* One run says nothing of what other choices would reach. */
static void judge_sometimes(struct watch *watch, const struct moment *moment)
{
    const struct scenario_expectations *sometimes = &watch->scenario->expect.sometimes;
    for (size_t i = 0; !watch->choices && i < sometimes->count; i++) {
        struct error finding = {""};
        if (watch->expect.reached[i] || !expect_judged(&sometimes->items[i], watch->policy))
            continue;
        (void)expect_holds(&watch->expect, &sometimes->items[i], moment->monitor, moment->fake, &finding);
        add_breach(watch, moment->now_ns, sometimes->items[i].promise, "expected at some time",
                   sometimes->items[i].place, &finding);
    }
}

APART void judge_expectations(struct watch *watch, const struct moment *moment)
{
    const struct scenario_expect *expect = &watch->scenario->expect;
    if (moment->kind == MOMENT_HANDLER_STEPPED && watch->loaded) {
        judge_list(watch, moment, &expect->always, true, "expected always");
        judge_list(watch, moment, &expect->never, false, "expected never");
        expect_mark_reached(&watch->expect, moment->monitor, moment->fake);
    } else if (moment->kind == MOMENT_END) {
        judge_list(watch, moment, &expect->finally, true, "expected in the end");
        judge_sometimes(watch, moment);
    }
}

/* The records of a handler that has not loaded them yet say nothing. */
APART void look(struct watch *watch, const struct moment *moment)
{
    bool is_of_owner = watch->event == MONITOR_RECORD_SET || watch->event == MONITOR_RECORD_REMOVED;
    if (watch->loaded)
        ledger_look(&watch->ledger, moment->monitor);
    if (!watch->loaded || is_of_owner)
        ledger_forget_changes(&watch->ledger);
}

APART int see_event(struct watch *watch, const struct monitor_event *event)
{
    watch->event = event->kind;
    if (event->kind == MONITOR_STORE_LOADED)
        watch->loaded = true;
    ledger_owe(&watch->ledger, event);
    ledger_heard(&watch->ledger, event);
    /* Who asks a handler that has been stopped, or is stopped before it has answered, is not answered. */
    if (event->kind == MONITOR_STOP || (event->kind == MONITOR_OPERATION && !watch->ledger.runs))
        owner_unheard(&watch->expect.owner);
    return 0;
}

APART int see_action(struct watch *watch, const struct monitor_action *action, int64_t now_ns)
{
    switch (action->kind) {
    case MONITOR_DIAL: return expect_saw_dial(&watch->expect, now_ns);
    case MONITOR_NOTE: return expect_saw_note(&watch->expect, &action->note, now_ns);
    case MONITOR_ANSWER:
        ledger_answered(&watch->ledger, action);
        owner_answered(&watch->expect.owner, action, now_ns);
        return 0;
    case MONITOR_TELL: ledger_owner_told(&watch->ledger, action); return 0;
    case MONITOR_PUT: ledger_put(&watch->ledger, action); return 0;
    case MONITOR_FORGET: ledger_forget(&watch->ledger, action); return 0;
    case MONITOR_CLOSE:
    case MONITOR_CANCEL_STREAM:
    case MONITOR_ABANDON_STREAM:
    case MONITOR_CALL:
        ledger_owe_asked(&watch->ledger, action, now_ns);
        ledger_asked(&watch->ledger, action);
        return 0;
    case MONITOR_OPEN_STREAM: ledger_asked(&watch->ledger, action); return 0;
    case MONITOR_PING:
    case MONITOR_LOAD: break;
    }
    return 0;
}

APART int see_fake(struct watch *watch, const struct fake_event *event, int64_t now_ns)
{
    if (event->kind == FAKE_COMMAND)
        ledger_commanded(&watch->ledger, &event->command, now_ns);
    if (event->kind != FAKE_REQUEST)
        return 0;
    ledger_requested(&watch->ledger, &event->request);
    return expect_saw_request(&watch->expect, &event->request, now_ns);
}

static int remember(struct watch *watch, const struct moment *moment)
{
    switch (moment->kind) {
    case MOMENT_HANDLER_EVENT: return see_event(watch, moment->handler_event);
    case MOMENT_HANDLER_ACTION: return see_action(watch, moment->handler_action, moment->now_ns);
    case MOMENT_HANDLER_STEPPED: look(watch, moment); return 0;
    case MOMENT_FAKE_EVENT: return see_fake(watch, moment->fake_event, moment->now_ns);
    case MOMENT_FAKE_STEPPED:
    case MOMENT_END:
    case MOMENT_SETTLED: break;
    }
    return 0;
}

APART void judge_promises(struct watch *watch, watch_shown shown, const struct moment *moment)
{
    struct scenario_place nowhere = {0, 0};
    struct error finding;

    /* Not all of it is cleared: this is the most frequent thing that exploring does. */
    finding.text[0] = '\0';
    for (watch_shown left = shown; left != 0; left &= left - 1) {
        const struct promise *promise = promise_list[__builtin_ctz(left)];
        if (!promise->see(&watch->promises, moment, &finding))
            continue;
        add_breach(watch, moment->now_ns, text_of(promise->name), promise->sentence, nowhere, &finding);
        finding.text[0] = '\0';
    }
}

static watch_shown shown_of(const struct watch *watch, const struct moment *moment)
{
    if (moment->kind == MOMENT_HANDLER_EVENT)
        return watch->shown_events[moment->handler_event->kind];
    if (moment->kind == MOMENT_HANDLER_ACTION)
        return watch->shown_actions[moment->handler_action->kind];
    return watch->shown[moment->kind];
}

int watch_see(struct watch *watch, const struct moment *moment)
{
    int result = remember(watch, moment);
    watch_shown shown = shown_of(watch, moment);
    bool has_stepped = moment->kind == MOMENT_HANDLER_STEPPED;
    if (shown != 0 && (!has_stepped || watch->ledger.has_changes))
        judge_promises(watch, shown, moment);
    if ((has_stepped && watch->steps_are_judged) || moment->kind == MOMENT_END)
        judge_expectations(watch, moment);
    return watch->failed ? ERROR_NO_MEMORY : result;
}

void watch_crashed(struct watch *watch, const struct container_record *stored, size_t count)
{
    watch->loaded = false;
    /* The next process begins anew: what this one had open is for the server to find out. */
    memset(&watch->promises, 0, sizeof watch->promises);
    owner_unheard(&watch->expect.owner);
    ledger_crashed(&watch->ledger, stored, count);
}

void watch_stored(struct watch *watch, const struct container_record *records, size_t count)
{
    ledger_look_at_store(&watch->ledger, records, count);
}

void watch_published(struct watch *watch, const struct fake_published *published, bool subscribed)
{
    ledger_published(&watch->ledger, published);
    expect_saw_published(&watch->expect, published, subscribed);
}
