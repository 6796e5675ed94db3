/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_NAME_SPACE_H
#define HANDLER_WIRE_NAME_SPACE_H

#include <stdbool.h>

#include "base/text.h"

enum { NAME_SPACE_MAX = 76 /* bytes, as containerd has it */ };

/* True iff containerd takes it for a namespace: letters and digits, in groups joined by one '.', '_' or '-' each, at
 * most NAME_SPACE_MAX bytes. Such a name can stand in an event filter without quotes. */
bool name_space_valid(struct text name);

#endif
