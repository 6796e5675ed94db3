/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"
#include "base/time.h"
#include "harness/kept.h"

int store_init(struct store *store, const struct scenario *scenario)
{
    memset(store, 0, sizeof *store);
    store->scenario = scenario;
    if (scenario == NULL || scenario->fault_count == 0)
        return 0;
    store->rules = calloc(scenario->fault_count, sizeof *store->rules);
    if (store->rules == NULL)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < scenario->fault_count; i++)
        store->rules[i].left = scenario->faults[i].times;
    return 0;
}

static void clear(struct store *store)
{
    while (store->record_count > 0)
        kept_clear(&store->records[--store->record_count]);
    while (store->request_count > 0)
        kept_clear(&store->requests[--store->request_count].record);
}

void store_release(struct store *store)
{
    clear(store);
    free(store->records);
    free(store->requests);
    free(store->rules);
    memset(store, 0, sizeof *store);
}

static int make_room(void **items, size_t count, size_t *capacity, size_t size)
{
    int result = 0;
    while (result == 0 && *capacity < count)
        result = grow(items, *capacity, capacity, size);
    return result;
}

int store_copy(struct store *to, const struct store *from)
{
    void *records = to->records;
    void *requests = to->requests;
    clear(to);
    int result = make_room(&records, from->record_count, &to->record_capacity, sizeof *to->records);
    to->records = records;
    if (result == 0)
        result = make_room(&requests, from->request_count, &to->request_capacity, sizeof *to->requests);
    to->requests = requests;
    if (result != 0)
        return result;
    for (; to->record_count < from->record_count; to->record_count++)
        kept_share(&to->records[to->record_count], &from->records[to->record_count]);
    for (; to->request_count < from->request_count; to->request_count++) {
        to->requests[to->request_count] = from->requests[to->request_count];
        kept_share(&to->requests[to->request_count].record, &from->requests[to->request_count].record);
    }
    if (from->rules != NULL)
        memcpy(to->rules, from->rules, from->scenario->fault_count * sizeof *from->rules);
    to->odd_count = from->odd_count;
    to->spare = from->spare;
    return 0;
}

static void hash_request(const struct store_request *request, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, (uint64_t)request->kind << 3 | (uint64_t)request->held << 2 | (uint64_t)request->orphan << 1 |
                       (uint64_t)request->done);
    hash_u64(hash, request->fault);
    hash_i64(hash, request->time_ns > now_ns ? request->time_ns - now_ns : 0);
    container_record_hash(&request->record, hash);
}

void store_hash(const struct store *store, int64_t now_ns, struct hash *hash)
{
    hash_u64(hash, store->record_count);
    for (size_t i = 0; i < store->record_count; i++)
        container_record_hash(&store->records[i], hash);
    hash_u64(hash, store->request_count);
    for (size_t i = 0; i < store->request_count; i++)
        hash_request(&store->requests[i], now_ns, hash);
    for (size_t i = 0; store->rules != NULL && i < store->scenario->fault_count; i++)
        hash_u64(hash, (uint64_t)store->rules[i].left << 1 | (uint64_t)store->rules[i].released);
}

void store_hash_lateness(const struct store *store, int64_t now_ns, struct hash *hash)
{
    for (size_t i = 0; i < store->request_count; i++)
        if (!store->requests[i].held)
            hash_i64(hash, now_ns - store->requests[i].time_ns);
}

static struct container_record *find(struct store *store, struct text id)
{
    for (size_t i = 0; i < store->record_count; i++)
        if (text_equal(store->records[i].id, id))
            return &store->records[i];
    return NULL;
}

/* The copy is the store's from here on. */
static int set(struct store *store, struct container_record copy)
{
    struct container_record *place = find(store, copy.id);
    void *items = store->records;
    int result;

    if (place != NULL) {
        kept_clear(place);
        *place = copy;
        return 0;
    }
    result = grow(&items, store->record_count, &store->record_capacity, sizeof copy);
    store->records = items;
    if (result != 0) {
        kept_clear(&copy);
        return result;
    }
    store->records[store->record_count++] = copy;
    return 0;
}

int store_set(struct store *store, const struct container_record *record)
{
    struct container_record copy;
    int result = kept_copy(&copy, record);
    return result != 0 ? result : set(store, copy);
}

static void store_drop(struct store *store, struct text id)
{
    struct container_record *place = find(store, id);
    if (place == NULL)
        return;
    kept_clear(place);
    *place = store->records[--store->record_count];
}

/* ---- faults ---- */

static bool is_live(const struct store *store, size_t fault)
{
    const struct scenario_fault *source = &store->scenario->faults[fault];
    const struct store_rule *rule = &store->rules[fault];
    return (source->times == 0 || rule->left > 0) && !rule->released;
}

static bool fits(const struct store *store, size_t fault, enum scenario_store kind, struct text id)
{
    const struct scenario_fault *source = &store->scenario->faults[fault];
    return source->has_store && source->store == kind && is_live(store, fault) &&
           (source->container.length == 0 || text_equal(source->container, id));
}

static size_t fault_count(const struct store *store)
{
    return store->scenario != NULL ? store->scenario->fault_count : 0;
}

/* True iff the fault lets the request pass; its turn is over then, where another waits for it. */
static bool spares(struct store *store, size_t fault)
{
    const struct scenario_fault *source = &store->scenario->faults[fault];
    bool followed = fault + 1 < store->scenario->fault_count && source[1].turn != SCENARIO_TURN_FIRST;
    if (!store->spare || !source->up_to)
        return false;
    if (followed)
        store->rules[fault].left = 0;
    return true;
}

/* The fault that the request meets, from 1, counted as used; 0 for none. */
static size_t meet(struct store *store, enum scenario_store kind, struct text id)
{
    for (size_t i = 0; i < fault_count(store); i++) {
        if (!fits(store, i, kind, id) || spares(store, i))
            continue;
        if (store->scenario->faults[i].times > 0)
            store->rules[i].left--;
        return i + 1;
    }
    return 0;
}

bool store_can_spare(const struct store *store, enum scenario_store kind, struct text id)
{
    for (size_t i = 0; i < fault_count(store); i++)
        if (fits(store, i, kind, id))
            return store->scenario->faults[i].up_to;
    return false;
}

static const struct scenario_fault *fault_of(const struct store *store, const struct store_request *request)
{
    return request->fault > 0 ? &store->scenario->faults[request->fault - 1] : NULL;
}

/* ---- requests ---- */

static bool is_odd(const struct store *store, const struct store_request *request)
{
    const struct scenario_fault *fault = fault_of(store, request);
    return fault != NULL && fault->action != SCENARIO_DO_FAIL;
}

int store_ask(struct store *store, enum scenario_store kind, uint64_t write_id, const struct container_record *record,
              uint64_t sequence, int64_t now_ns, size_t *ret_fault)
{
    struct store_request request = {.kind = kind, .write_id = write_id, .sequence = sequence, .time_ns = now_ns};
    const struct scenario_fault *fault;
    void *items = store->requests;
    int result = grow(&items, store->request_count, &store->request_capacity, sizeof request);

    *ret_fault = 0;
    store->requests = items;
    if (result == 0 && record != NULL)
        result = kept_copy(&request.record, record);
    if (result != 0)
        return result;
    request.fault = meet(store, kind, request.record.id);
    fault = fault_of(store, &request);
    if (fault != NULL && fault->action == SCENARIO_DO_DELAY)
        request.time_ns = time_add(now_ns, fault->for_ns);
    request.held = fault != NULL && fault->action == SCENARIO_DO_HOLD;
    store->odd_count += is_odd(store, &request);
    store->requests[store->request_count++] = request;
    *ret_fault = request.fault;
    return 0;
}

static void go_on(struct store_request *request, uint64_t *sequence, int64_t now_ns)
{
    request->held = false;
    request->sequence = ++*sequence;
    request->time_ns = now_ns;
}

void store_let_go(struct store *store, struct text hold, uint64_t *sequence, int64_t now_ns)
{
    for (size_t i = 0; i < fault_count(store); i++)
        if (store->scenario->faults[i].has_store && text_equal(store->scenario->faults[i].hold, hold))
            store->rules[i].released = true;
    for (size_t i = 0; i < store->request_count; i++) {
        struct store_request *request = &store->requests[i];
        if (request->held && text_equal(fault_of(store, request)->hold, hold))
            go_on(request, sequence, now_ns);
    }
}

void store_calm(struct store *store, uint64_t *sequence, int64_t now_ns)
{
    for (size_t i = 0; i < fault_count(store); i++)
        store->rules[i].released = true;
    for (size_t i = 0; i < store->request_count; i++)
        if (store->requests[i].held)
            go_on(&store->requests[i], sequence, now_ns);
}

void store_take_away(struct store *store, struct text id)
{
    store_drop(store, id);
    for (size_t i = 0; i < store->request_count; i++) {
        struct store_request *request = &store->requests[i];
        if (!request->done && request->kind == SCENARIO_STORE_PUT && text_equal(request->record.id, id))
            request->orphan = true;
    }
}

static bool fails(const struct store *store, const struct store_request *request)
{
    const struct scenario_fault *fault = fault_of(store, request);
    return request->orphan || (fault != NULL && fault->action == SCENARIO_DO_FAIL);
}

/* True iff an earlier request for the same record is not answered yet. */
static bool has_to_wait(const struct store *store, size_t index)
{
    const struct store_request *request = &store->requests[index];
    for (size_t i = 0; i < index; i++)
        if (text_equal(store->requests[i].record.id, request->record.id))
            return true;
    return false;
}

/* Where it stands; request_count where none can come. */
static size_t coming_index(const struct store *store)
{
    size_t next = store->request_count;
    if (next == 0 || store->odd_count == 0)
        return 0;
    for (size_t i = 0; i < store->request_count; i++) {
        const struct store_request *request = &store->requests[i];
        const struct store_request *first = &store->requests[next];
        if (request->held || has_to_wait(store, i))
            continue;
        if (next == store->request_count || request->time_ns < first->time_ns ||
            (request->time_ns == first->time_ns && request->sequence < first->sequence))
            next = i;
    }
    return next;
}

const struct store_request *store_next_coming(const struct store *store)
{
    size_t next = coming_index(store);
    return next < store->request_count ? &store->requests[next] : NULL;
}

int store_do(struct store *store)
{
    struct store_request *request = &store->requests[coming_index(store)];
    struct container_record put;

    request->done = true;
    if (fails(store, request))
        return 0;
    switch (request->kind) {
    case SCENARIO_STORE_PUT: kept_share(&put, &request->record); return set(store, put);
    case SCENARIO_STORE_FORGET: store_drop(store, request->record.id); return 0;
    case SCENARIO_STORE_LOAD: break;
    }
    return 0;
}

void store_answer(struct store *store, struct store_answer *ret_answer)
{
    size_t index = coming_index(store);
    struct store_request *request = &store->requests[index];

    ret_answer->write_id = request->write_id;
    ret_answer->failed = fails(store, request);
    ret_answer->text = text_of(NULL);
    if (request->orphan)
        ret_answer->text = text_of("there is no such record");
    else if (ret_answer->failed)
        ret_answer->text = fault_of(store, request)->message;
    store->odd_count -= is_odd(store, request);
    kept_clear(&request->record);
    store->request_count--;
    memmove(request, request + 1, (store->request_count - index) * sizeof *request);
}

void store_forsake(struct store *store)
{
    for (size_t i = 0; i < store->request_count; i++)
        kept_clear(&store->requests[i].record);
    store->request_count = 0;
    store->odd_count = 0;
}
