/* SPDX-License-Identifier: Apache-2.0 */
#include "base/contract.h"

#include <assert.h>
#include <stddef.h>

static contract_handler current_handler;
static void *current_context;

void contract_set_handler(contract_handler handler, void *context)
{
    current_handler = handler;
    current_context = context;
}

void contract_breach(const char *sentence, const char *file, int line)
{
    if (current_handler != NULL) {
        current_handler(sentence, file, line, current_context);
        return;
    }
    /* The C library's own reporter prints the sentence with its place and aborts: this library itself prints nothing.
     */
    __assert_fail(sentence, file, (unsigned int)line, "CONTRACT");
}
