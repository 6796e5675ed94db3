/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_IO_MEMORY_STORE_H
#define HANDLER_IO_MEMORY_STORE_H

#include <stdbool.h>

#include "handler/core/monitor.h"

/*
 * The monitor's store in memory: the latest record of each container, for as long as the process lives. It is asked by
 * memory_store_put, memory_store_forget and memory_store_load and answers, in the order in which it was asked, by
 * events that are pulled: never from inside the call that asks.
 */
struct memory_store;

enum {
    MEMORY_STORE_RECORDS_MAX = MONITOR_CONTAINERS_MAX, /* a new one beyond it is answered by STORE_FAILED */
    MEMORY_STORE_BYTES_MAX = 512 * 1024 * 1024         /* of all records; likewise */
};

/* 0 or ERROR_NO_MEMORY. */
int memory_store_new(struct memory_store **ret_store);
void memory_store_free(struct memory_store *store);

/* Keeps a copy of the record, whose id must not be empty, in place of the one with the same id. 0, or ERROR_NO_MEMORY
 * where not even the answer can be queued; any other failure is the answer. */
int memory_store_put(struct memory_store *store, uint64_t write_id, const struct container_record *record);

/* Drops the record of that id if there is one. 0 or ERROR_NO_MEMORY as above; it cannot fail otherwise. */
int memory_store_forget(struct memory_store *store, uint64_t write_id, struct text id);

/* Asks for all records. 0 or ERROR_NO_MEMORY as above. */
int memory_store_load(struct memory_store *store);

/* The next answer as MONITOR_STORE_WRITTEN, STORE_FAILED or STORE_LOADED (records in byte order of their ids); false
 * where there is none. Borrowed until the next call on the store. */
bool memory_store_next(struct memory_store *store, struct monitor_event *event);

#endif
