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
 * beyond the list, and those of other namespaces, keep their ids. Sentences of errors have the name.
 */
struct names;

enum {
    NAMES_MAX = 64 /* in one list */
};

/* list is "web" or "web,db"; both texts are copied. 0; ERROR_INVALID, ERROR_LIMIT or ERROR_NO_MEMORY with a sentence.
 */
int names_new(struct names **ret_names, struct text list, struct text name_space, struct error *error);
void names_free(struct names *names);

/* Of what a scenario gives: true iff the command makes one of these containers, or something in it. It is left out
 * then, and how it was to be is kept for names_are_there. */
bool names_leave_out(struct names *names, const struct fake_command *given);

/* True once each container that was left out is there, and its task as it was to be. */
bool names_are_there(const struct names *names, const struct fake *fake);

/* Translates an event that comes from a client; what it then refers to is valid until the next call. *ret_named is the
 * id that has got a name by it, and *ret_name that name, else both are empty. 0 or ERROR_NO_MEMORY. */
int names_inward(struct names *names, struct fake_event *event, struct text *ret_named, struct text *ret_name);

/* Translates an action that goes to a client, likewise. 0 or ERROR_NO_MEMORY. */
int names_outward(struct names *names, struct fake_action *action);

#endif
