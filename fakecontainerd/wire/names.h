/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_WIRE_NAMES_H
#define FAKECONTAINERD_WIRE_NAMES_H

#include "base/error.h"
#include "fakecontainerd/core/fake.h"

/*
 * What a scenario calls the containers that clients make. A client such as dockerd chooses ids that no file can know:
 * so the first container that is made goes by the first name of a list, the next by the second, and the core, the
 * script and the log know it by that name alone. What comes from a client is translated on its way into the core, what
 * goes to it on its way out. A client that makes a container of one of these names itself has made that one. Containers
 * beyond the list, and those of other namespaces, keep their ids. Sentences of errors have the name. Likewise the execs
 * that a scenario gives of such a container are those that clients make in it.
 */
struct names;

enum {
    NAMES_MAX = 64,      /* in one list */
    NAMES_EXECS_MAX = 16 /* of one container: execs beyond it keep their ids, and are not awaited */
};

/* What has got a name: a container, or an exec of one. All are empty where nothing has. */
struct names_news {
    struct text id;
    struct text name;
    struct text container; /* of an exec: what its container is called; else empty */
};

/* list is "web" or "web,db"; both texts are copied. 0; ERROR_INVALID, ERROR_LIMIT or ERROR_NO_MEMORY with a sentence.
 */
int names_new(struct names **ret_names, struct text list, struct text name_space, struct error *error);
void names_free(struct names *names);

/* The list as it was given: how many names, and one of them. */
size_t names_count(const struct names *names);
struct text names_at(const struct names *names, size_t index);

/* Of what a scenario gives: true iff the command makes one of these containers, or something in it. It is left out
 * then, and how it was to be is kept for names_are_there. */
bool names_leave_out(struct names *names, const struct fake_command *given);

/* True iff something was left out that was to run. names may be NULL. */
bool names_run(const struct names *names);

/* True once each container that was left out is there, its task as it was to be, and its execs started. */
bool names_are_there(const struct names *names, const struct fake *fake);

/* Translates an event that comes from a client; what it then refers to is valid until the next call. 0 or
 * ERROR_NO_MEMORY. */
int names_inward(struct names *names, struct fake_event *event, struct names_news *ret_news);

/* Translates an action that goes to a client, likewise. 0 or ERROR_NO_MEMORY. */
int names_outward(struct names *names, struct fake_action *action);

#endif
